"""Where a list stands on a sheet: its header row, its columns by name, its rows; and what stands in
the way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.a1 import column_letters
from trustbook.columns import TYPED, Column, Sheet, header_names, typed_sheet
from trustbook.errors import SafetyStop
from trustbook.names import clean, key
from trustbook.privacy import refused_header
from trustbook.reading.adoption import Adoption
from trustbook.snapshot import ArrayArea, Grid, Snapshot

# A title, a logo and a few lines of explanation may stand above the header; a header further down
# is none.
_HEADER_WITHIN = 60


@dataclass(slots=True)
class Listing:
    """A known list on its sheet. ``columns`` and ``headers`` map a column's key to its number and
    its text;

    ``rows`` are the numbers of the rows with something in a column people type in,
    ``cells[key][i]`` is what stands in row ``rows[i]``. ``refused`` are columns that hold special
    personal data: (number, header, kind). ``withheld`` are cells that may not be kept, (key, i) to
    why, once somebody looked (cells.py). ``formulas`` are the cells that compute what they show, of
    the columns with any: key to row numbers; ``arrays`` are areas that one formula fills.
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
    formulas: dict[str, Collection[int]] = field(default_factory=dict)
    arrays: Sequence[ArrayArea] = ()

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


def lists_in(snapshot: Snapshot, adoption: Adoption | None) -> dict[str, Listing]:
    """Every list in a workbook, by the key of its sheet; see ``find_lists``.

    ``adoption`` says what its sheets and columns are to us where they have names of their own.
    """
    return find_lists((adoption.label(snapshot) if adoption else snapshot).grids)


def find_lists(grids: Sequence[Grid]) -> dict[str, Listing]:
    """Every list of a known sheet, by the sheet's key.

    Raises SafetyStop when Partners is absent, a known sheet stands there twice, or a list lacks a
    required column or has one twice: reading on would take a list for something it is not.
    """
    found: dict[str, Listing] = {}
    for grid in grids:
        if grid.ours is not None:
            continue
        for sheet in _sheets_on(grid):
            listing = _find(sheet, grid)
            if listing is None:
                continue
            if sheet.key in found:
                raise SafetyStop("sheet_twice", first=found[sheet.key].title, second=grid.title)
            found[sheet.key] = listing
    if "partners" not in found:
        raise SafetyStop("no_partners")
    return found


def _sheets_on(grid: Grid) -> list[Sheet]:
    if grid.adopted is not None:
        return [sheet for sheet in TYPED if sheet.key in grid.adopted]
    sheet = typed_sheet(grid.title)
    return [sheet] if sheet else []


def _names(sheet: Sheet, grid: Grid) -> Mapping[str, Column]:
    """Normalised header to column. What was adopted goes first; two lists on one sheet share no
    usual header.
    """
    if grid.adopted is None:
        return header_names(sheet)
    own = grid.adopted[sheet.key]
    adopted = {header: sheet.column(name) for header, name in own.items() if name}
    if sheet.key != next(iter(grid.adopted)):
        return adopted
    taken = set(own.values())
    spoken = {header for headers in grid.adopted.values() for header in headers}
    usual = header_names(sheet).items()
    return {
        header: column
        for header, column in usual
        if header not in spoken and column.key not in taken
    } | adopted


def _find(sheet: Sheet, grid: Grid) -> Listing | None:
    names = _names(sheet, grid)
    best, header_at = _best_header(sheet, grid, names)
    if not best and grid.adopted:
        raise SafetyStop("adopt.columns_gone", sheet=grid.title)
    if not best:
        # A sheet of that name with nothing of ours on it is the coordinator's own; only Partners
        # must be what it says.
        if sheet.key == "partners":
            raise SafetyStop("column_missing", sheet=grid.title, column=sheet.column("name").nl)
        return None
    listing = _columns(sheet, grid, header_at, names)
    listing.formulas = {
        name: grid.formulas[at] for name, at in listing.columns.items() if at in grid.formulas
    }
    listing.arrays = grid.arrays
    _take_rows(listing, grid, header_at)
    if grid.adopted and len(grid.adopted) > 1:
        _part(listing)
    return listing


def _best_header(sheet: Sheet, grid: Grid, names: Mapping[str, Column]) -> tuple[int, int]:
    best, header_at = 0, 0
    for at, row in enumerate(grid.rows[:_HEADER_WITHIN]):
        known = {
            names[key(text)].key for text in row if isinstance(text, str) and key(text) in names
        }
        # A lone "Naam" in a title is no header: a required column or at least two known ones must
        # stand there.
        if len(known) > best and (
            len(known) > 1 or known & {c.key for c in sheet.columns if c.required}
        ):
            best, header_at = len(known), at
    return best, header_at


def _columns(sheet: Sheet, grid: Grid, header_at: int, names: Mapping[str, Column]) -> Listing:
    listing = Listing(sheet, grid.title, grid.first_row + header_at, {}, {})
    for number, text in enumerate(grid.rows[header_at], start=grid.first_column):
        if not isinstance(text, str):
            continue
        column = names.get(key(text))
        if column is not None:
            _take_column(listing, column, number, clean(text))
        elif kind := refused_header(text):
            listing.refused.append((number, clean(text), kind))
    for column in sheet.columns:
        if column.required and column.key not in listing.columns:
            raise _lacking(column, sheet, grid)
    return listing


def _take_column(listing: Listing, column: Column, number: int, header: str) -> None:
    """Take a column for what its header says; of two alike the first, unless that is a guess we
    may not make.
    """
    if column.key not in listing.columns:
        listing.columns[column.key] = number
        listing.headers[column.key] = header
    elif column.required or column.type == "id":
        raise SafetyStop(
            "column_twice",
            sheet=listing.title,
            column=header,
            first=column_letters(listing.columns[column.key]),
            second=column_letters(number),
        )
    else:
        listing.doubled.append((number, header))


def _lacking(column: Column, sheet: Sheet, grid: Grid) -> SafetyStop:
    """The stop for a list without a required column, by its adopted header where it has one."""
    own = (grid.adopted or {}).get(sheet.key, {})
    header = next((header for header, name in own.items() if name == column.key), None)
    if header:
        return SafetyStop("adopt.column_gone", sheet=grid.title, column=header)
    return SafetyStop("column_missing", sheet=grid.title, column=f"{column.nl} / {column.en}")


def _take_rows(listing: Listing, grid: Grid, header_at: int) -> None:
    """The rows with something in a column people type in, column by column."""
    body = grid.rows[header_at + 1 : _end(listing, grid)]
    places = {name: number - grid.first_column for name, number in listing.columns.items()}
    columns = _turned(body, max(places.values()) + 1)
    for column in listing.sheet.columns:
        if column.required:
            place = places[column.key]
            columns[place] = _without_spaces(columns[place])
    typed = [column.key for column in listing.sheet.columns if _is_typed(column)]
    kept = _rows_in_use([columns[places[name]] for name in typed if name in places])
    listing.rows = [listing.header_row + 1 + i for i in kept]
    listing.cells = {name: _at(columns[place], kept) for name, place in places.items()}


def _at(cells: tuple[object, ...], kept: Sequence[int]) -> list[object]:
    """The cells at these positions; mostly that is all of them."""
    return list(cells) if len(kept) == len(cells) else [cells[i] for i in kept]


def _turned(body: Sequence[Sequence[object]], width: int) -> list[tuple[object, ...]]:
    """The first ``width`` columns of some rows; what a short row lacks is blank."""
    if any(len(row) < width for row in body):
        body = [row if len(row) >= width else [*row, *[None] * (width - len(row))] for row in body]
    return list(zip(*(row[:width] for row in body), strict=True)) or [()] * width


def _without_spaces(cells: tuple[object, ...]) -> tuple[object, ...]:
    """A column in which a cell of spaces is as blank as an empty one."""
    if not any(_is_spaces(cell) for cell in cells):
        return cells
    return tuple(None if _is_spaces(cell) else cell for cell in cells)


def _is_spaces(cell: object) -> bool:
    return type(cell) is str and not clean(cell)


def _rows_in_use(typed: list[tuple[object, ...]]) -> list[int]:
    """The positions with something in one of these columns."""
    # Full columns first: they settle most rows.
    typed.sort(key=lambda cells: not cells or cells[0] is None)
    return [i for i, cells in enumerate(zip(*typed, strict=True)) if _says_something(cells)]


def _says_something(cells: Sequence[object]) -> bool:
    return any(cell is not None and (type(cell) is not str or clean(cell)) for cell in cells)


def _part(listing: Listing) -> None:
    """Keep the rows of one list where several stand on one sheet: each partner and person once,
    each dated moment.

    Further people of a partner stand right below its first row, with the partner repeated or left
    blank.
    """
    kind = listing.sheet.key
    named = listing.get("date" if kind == "moments" else "name")
    partners = listing.get("with" if kind == "moments" else "partner")
    if kind != "partners":
        _repeat_partners(partners, listing.rows)
    seen: set[object] = set()
    kept: list[int] = []
    for i, cell in enumerate(named):
        mark = _mark(kind, i, cell, partners[i])
        if not _blank(cell) and mark not in seen:
            seen.add(mark)
            kept.append(i)
    listing.rows = [listing.rows[i] for i in kept]
    listing.cells = {column: [cells[i] for i in kept] for column, cells in listing.cells.items()}


def _mark(kind: str, i: int, name: object, partner: object) -> object:
    """What makes a row the same as another: its names; a moment is like no other."""
    return i if kind == "moments" else (key(str(name)), key(str(partner)))


def _repeat_partners(partners: list[object], rows: Sequence[int]) -> None:
    """Write the partner of a row into the blank cells right below it."""
    for i in range(1, len(rows)):
        if rows[i] == rows[i - 1] + 1 and _blank(partners[i]):
            partners[i] = partners[i - 1]


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not clean(cell))


def _is_typed(column: Column) -> bool:
    return column.owner == "shared" and column.type != "id"


def _end(listing: Listing, grid: Grid) -> int | None:
    """Rows from a table's totals row on are no longer the list; rows merely typed below a table
    are.
    """
    for table in grid.tables:
        if (
            table.totals_rows
            and table.first_row == listing.header_row
            and table.first_column <= min(listing.columns.values()) <= table.last_column
        ):
            return table.last_row - table.totals_rows + 1 - grid.first_row
    return None


def book_language(lists: dict[str, Listing]) -> str:
    """The language most headers are written in; Dutch where they do not tell."""
    dutch = english = 0
    for listing in lists.values():
        for name, header in listing.headers.items():
            column = listing.sheet.column(name)
            if key(column.en) != key(column.nl):
                english += key(header) == key(column.en)
                dutch += key(header) == key(column.nl)
    return "en" if english > dutch else "nl"
