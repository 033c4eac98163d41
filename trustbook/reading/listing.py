"""A known list as it stands on its sheet: its columns and the rows that say something."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from trustbook.columns import Column, Sheet, choice_names
from trustbook.ids import is_ours
from trustbook.names import clean, find_unfit, key
from trustbook.padded import PaddedNumber
from trustbook.privacy import GradedTexts, TextGuard, is_worry_of_any, says_citizen_number
from trustbook.snapshot import ArrayArea, Grid, MergedArea, TableArea

_Cells = tuple[object, ...]
# Columns in which people tell something; in all others they name somebody or something.
_TELLING = frozenset(
    "topic promise own_view their_tasks their_goals their_way condition note subject where".split()
)

# What says nothing of anybody: an ID that we gave, and what a route is for ("a worry about a
# pupil").
_HARMLESS = {"id": is_ours, "routes.subject": is_worry_of_any}


@dataclass(slots=True, repr=False)
class Listing:
    """A known list on its sheet. Nothing shows it whole: what people typed must not come to stand
    in a trace of an error. ``columns`` and ``headers`` map a column's key to its number and its
    text;

    ``rows`` are the numbers of the rows with something in a column people type in,
    ``cells[key][i]`` is what stands in row ``rows[i]``. ``refused`` are columns that hold special
    personal data: (number, header, kind). ``withheld`` are cells that may not be kept, (key, i) to
    why, once somebody looked. ``formulas`` are the cells that compute what they show, of
    the columns with any: key to row numbers. ``unread`` are the headers that are none of ours:
    (number, header). ``own_ids`` is a column ID (number, header) with numbers of the coordinator's
    own, which is left alone. ``below`` and ``heads`` are rows that are probably none, and why:
    what stands below the list, and headings between its rows; by row number, column to cell.
    ``beside`` are the lists that stand on the same sheet, of which the first ``asks`` about them.
    A list ``repeats`` where many of its names stand in several rows, of which the first is read.
    ``arrays`` are areas that one formula fills, ``merged`` those of merged cells. ``before``: of a
    list without IDs, what a row said when it was last read, where it says something else now; by
    row number, column to cell. ``unfit`` are columns with text that cannot be shown. ``guard``
    judges what may be kept, with what is known of the book; ``graded`` knows what was judged
    before.
    """

    sheet: Sheet
    title: str
    header_row: int
    columns: dict[str, int]
    headers: dict[str, str]
    rows: list[int] = field(default_factory=list)
    cells: dict[str, list[object]] = field(default_factory=dict)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    doubled: list[tuple[int, str]] = field(default_factory=list)
    withheld: dict[tuple[str, int], str] | None = None
    unfit: list[str] = field(default_factory=list)
    formulas: dict[str, Collection[int]] = field(default_factory=dict)
    unread: list[tuple[int, str]] = field(default_factory=list)
    own_ids: tuple[int, str] | None = None
    below: dict[int, dict[str, object]] = field(default_factory=dict)
    heads: dict[int, dict[str, object]] = field(default_factory=dict)
    beside: list[Listing] = field(default_factory=list)
    asks: bool = True
    repeats: bool = False
    arrays: Sequence[ArrayArea] = ()
    merged: Sequence[MergedArea] = ()
    before: dict[int, dict[str, object]] = field(default_factory=dict)
    guard: TextGuard | None = None
    graded: GradedTexts | None = None

    def header(self, column: str) -> str:
        """The header of a column as the coordinator wrote it; its Dutch name where the sheet has no
        such column.
        """
        return self.headers.get(column) or self.sheet.column(column).nl

    def filled(self, column: str, row: int) -> bool:
        """Whether a formula that fills several cells has, or will have, the cell in a row."""
        return any(area.holds(row, self.columns[column]) for area in self.arrays)

    def first_filled(self, column: str) -> int | None:
        """The first position at which such a formula has a cell of a column, if one has."""
        rows = self.rows if column in self.columns else ()
        return next((i for i, row in enumerate(rows) if self.filled(column, row)), None)

    def get(self, column: str) -> list[object]:
        """The cells of a column, blank everywhere if the sheet has no such column."""
        return self.cells.get(column) or [None] * len(self.rows)

    def typed_columns(self) -> list[Column]:
        """The columns people type in, but for the ID."""
        found = [column for column in self.sheet.columns if column.key in self.columns]
        return [column for column in found if not column.filled_by_us]

    def take_back(self, row: int) -> None:
        """Read a row that was taken for none: it is known."""
        cells = self.below.pop(row, None) or self.heads.pop(row)
        at = bisect(self.rows, row)
        self.rows.insert(at, row)
        for column, values in self.cells.items():
            values.insert(at, cells[column])


def take_rows(listing: Listing, grid: Grid, header_at: int) -> None:
    """The rows with something in a column people type in, column by column."""
    body = grid.rows[header_at + 1 : _end(listing, grid)]
    places = {name: number - grid.first_column for name, number in listing.columns.items()}
    columns = _turned(body, max(places.values()) + 1)
    for name, place in places.items():
        if PaddedNumber in {*map(type, columns[place])}:
            columns[place] = _unpadded(listing.sheet.column(name), columns[place])
    typed = listing.typed_columns()
    for column in typed:
        place = places[column.key]
        columns[place] = _said_in(column, columns[place])
    kept = _rows_in_use([(column, columns[places[column.key]]) for column in typed])
    if len(kept) < len(body):
        columns = [tuple(cells[i] for i in kept) for cells in columns]
    listing.rows = [listing.header_row + 1 + i for i in kept]
    listing.cells = {name: [*columns[place]] for name, place in places.items()}


def _unpadded(column: Column, cells: _Cells) -> _Cells:
    """The cells of a column in which a number with zeros before it is the text that people see; a
    plain number where numbers are read.
    """
    is_text = column.type in ("text", "names")
    return tuple(
        (cell.text if is_text else int(cell)) if isinstance(cell, PaddedNumber) else cell
        for cell in cells
    )


def _said_in(column: Column, cells: _Cells) -> _Cells:
    """The cells of a column without what says nothing there.

    That is a tick box nobody ticked, unless the column asks yes or no, and spaces in a required
    cell.
    """
    if column.type != "yesno" and False in cells:
        cells = tuple(None if cell is False else cell for cell in cells)
    if column.required and not all(map(has_content, dict.fromkeys(cells))):
        cells = tuple(cell if has_content(cell) else None for cell in cells)
    return cells


def _rows_in_use(columns: Sequence[tuple[Column, _Cells]]) -> Sequence[int]:
    """The positions at which somebody typed something in one of these columns.

    What a dropdown or a tick box holds from the start says nothing: its word alone makes no row.
    """
    telling = [cells for column, cells in columns if not column.choices]
    # Full columns first: they settle most rows, mostly all.
    telling.sort(key=lambda cells: cells.count(None))
    if telling and all(map(has_content, telling[0])):
        return range(len(telling[0]))
    said = {i for i, cells in enumerate(zip(*telling, strict=True)) if any(map(has_content, cells))}
    for column, cells in columns:
        if column.choices:
            said.update(_odd_places(column, cells))
    return sorted(said)


def _odd_places(column: Column, cells: _Cells) -> Iterator[int]:
    """Where something stands that a dropdown does not offer, or a tick."""
    offered = choice_names(column.choices)
    for i, cell in enumerate(cells):
        is_text = isinstance(cell, str)
        if has_content(cell) and not (is_text and key(str(cell)) in offered):
            yield i


def has_content(cell: object) -> bool:
    """Whether something stands in a cell that somebody typed, ticked or computed."""
    return cell is not None and cell is not False and (type(cell) is not str or bool(clean(cell)))


def _turned(body: Sequence[Sequence[object]], width: int) -> list[_Cells]:
    """The first ``width`` columns of some rows; what a short row lacks is blank."""
    if any(len(row) < width for row in body):
        body = [row if len(row) >= width else [*row, *[None] * (width - len(row))] for row in body]
    return list(zip(*(row[:width] for row in body), strict=True)) or [()] * width


def _end(listing: Listing, grid: Grid) -> int | None:
    """Rows from a table's totals row on are no longer the list; rows merely typed below a table
    are.
    """
    table = table_of(listing, grid.tables)
    if table is None or not table.totals_rows:
        return None
    return table.last_row - table.totals_rows + 1 - grid.first_row


def table_of(listing: Listing, tables: Iterable[TableArea]) -> TableArea | None:
    """The table that the list is, if it is one."""
    first = min(listing.columns.values())
    for table in tables:
        beside = first < table.first_column or first > table.last_column
        if table.first_row == listing.header_row and not beside:
            return table
    return None


def withhold(listing: Listing) -> dict[tuple[str, int], str]:
    """The cells of a list that may not be kept, and why ("bsn", "case" or "perhaps"); looked for
    once.

    The same look finds the columns with text that cannot be shown whole.
    """
    if listing.withheld is None:
        listing.withheld = {}
        guard = listing.guard or TextGuard()
        for name, cells in listing.cells.items():
            if listing.sheet.column(name).owner != "derived":
                if find_unfit("\n".join(cell for cell in cells if isinstance(cell, str))):
                    listing.unfit.append(name)
                found = _withheld_in(name, cells, guard, listing)
                listing.withheld.update(((name, i), reason) for i, reason in found)
    return listing.withheld


def _withheld_in(
    name: str, cells: list[object], guard: TextGuard, listing: Listing
) -> Iterator[tuple[int, str]]:
    """The positions in a column that may not be kept, and why."""
    column = [cell if isinstance(cell, str) else "" for cell in cells]
    if {int, float} & {*map(type, cells)}:
        column = _with_citizens(column, cells)
    column = _but_harmless(name if name == "id" else f"{listing.sheet.key}.{name}", column)
    asked, names_only = {*column}, name not in _TELLING
    if listing.graded is not None:
        asked = listing.graded.signed(f"{listing.sheet.key}.{name}", column, names_only)
    reasons = _but_phones(name, guard.grades(asked, names_only))
    yield from ((i, reasons[text]) for i, text in enumerate(column) if text in reasons)


def _but_harmless(name: str, column: list[str]) -> list[str]:
    """A column without what says nothing of anybody there."""
    if (harmless := _HARMLESS.get(name)) is None:
        return column
    return ["" if harmless(text) else text for text in column]


def _but_phones(name: str, reasons: dict[str, str]) -> dict[str, str]:
    """What may not be kept in a column: in that for telephone numbers no number, unless it says
    BSN.
    """
    if name != "phone":
        return reasons
    return {text: why for text, why in reasons.items() if why != "bsn" or says_citizen_number(text)}


def _with_citizens(column: Sequence[str], cells: Sequence[object]) -> list[str]:
    """The texts of a column, and its numbers of nine digits as they are typed."""
    return [
        str(int(cell)) if isinstance(cell, int | float) and _has_nine_digits(cell) else text
        for text, cell in zip(column, cells, strict=True)
    ]


def _has_nine_digits(number: float) -> bool:
    return 10**8 <= number < 10**9 and number == int(number)
