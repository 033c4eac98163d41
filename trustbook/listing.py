"""Where a list stands on a sheet: its header row, its columns by name, its rows; and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from trustbook.columns import Column, Sheet, header_names, typed_sheet
from trustbook.errors import SafetyStop
from trustbook.names import clean, key
from trustbook.privacy import refused_header
from trustbook.workbooks.base import Grid

# A title, a logo and a few lines of explanation may stand above the header; a header further down is none.
_HEADER_WITHIN = 60


@dataclass(slots=True)
class Listing:
    """A known list on its sheet. ``columns`` and ``headers`` map a column's key to its number and its text;

    ``rows`` are the numbers of the rows with something in a column people type in, ``cells[key][i]`` is what stands
    in row ``rows[i]``. ``refused`` are columns that hold special personal data: (number, header, kind). ``withheld``
    are cells that may not be kept, (key, i) to why, once somebody looked (reading.py).
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

    def header(self, column: str) -> str:
        """The header of a column as the coordinator wrote it; its Dutch name where the sheet has no such column."""
        return self.headers.get(column) or self.sheet.column(column).nl

    def get(self, column: str) -> list[object]:
        """The cells of a column, blank everywhere if the sheet has no such column."""
        return self.cells.get(column) or [None] * len(self.rows)


def letters(column: int) -> str:
    """A column's number as letters: 1 is A, 28 is AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def find_lists(grids: Sequence[Grid]) -> dict[str, Listing]:
    """Every list of a known sheet, by the sheet's key.

    Raises SafetyStop when Partners is absent, a known sheet stands there twice, or a list lacks a required column or
    has one twice: reading on would take a list for something it is not.
    """
    found: dict[str, Listing] = {}
    for grid in grids:
        sheet = typed_sheet(grid.title)
        if sheet is None or grid.ours is not None:
            continue
        listing = _find(sheet, grid)
        if listing is None:
            continue
        if sheet.key in found:
            raise SafetyStop("sheet_twice", first=found[sheet.key].title, second=grid.title)
        found[sheet.key] = listing
    if "partners" not in found:
        raise SafetyStop("no_partners")
    return found


def _find(sheet: Sheet, grid: Grid) -> Listing | None:
    best, header_at = _best_header(sheet, grid)
    if not best:
        # A sheet of that name with nothing of ours on it is the coordinator's own; only Partners must be what it says.
        if sheet.key == "partners":
            raise SafetyStop("column_missing", sheet=grid.title, column=sheet.column("name").nl)
        return None
    listing = _columns(sheet, grid, header_at)
    _take_rows(listing, grid, header_at)
    return listing


def _best_header(sheet: Sheet, grid: Grid) -> tuple[int, int]:
    names = header_names(sheet)
    best, header_at = 0, 0
    for at, row in enumerate(grid.rows[:_HEADER_WITHIN]):
        known = {names[key(text)].key for text in row if isinstance(text, str) and key(text) in names}
        # A lone "Naam" in a title is no header: a required column or at least two known ones must stand there.
        if len(known) > best and (len(known) > 1 or known & {c.key for c in sheet.columns if c.required}):
            best, header_at = len(known), at
    return best, header_at


def _columns(sheet: Sheet, grid: Grid, header_at: int) -> Listing:
    names = header_names(sheet)
    listing = Listing(sheet, grid.title, grid.first_row + header_at, {}, {})
    for number, text in enumerate(grid.rows[header_at], start=grid.first_column):
        if not isinstance(text, str):
            continue
        column = names.get(key(text))
        if column is None:
            if kind := refused_header(text):
                listing.refused.append((number, clean(text), kind))
        elif column.key not in listing.columns:
            listing.columns[column.key] = number
            listing.headers[column.key] = clean(text)
        elif column.required or column.type == "id":
            raise SafetyStop(
                "column_twice",
                sheet=grid.title,
                column=clean(text),
                first=letters(listing.columns[column.key]),
                second=letters(number),
            )
        else:
            listing.doubled.append((number, clean(text)))
    for column in sheet.columns:
        if column.required and column.key not in listing.columns:
            raise SafetyStop("column_missing", sheet=grid.title, column=f"{column.nl} / {column.en}")
    return listing


def _take_rows(listing: Listing, grid: Grid, header_at: int) -> None:
    """The rows with something in a column people type in, column by column."""
    body = grid.rows[header_at + 1 : _end(listing, grid)]
    places = {name: number - grid.first_column for name, number in listing.columns.items()}
    widest = max(places.values()) + 1
    if any(len(row) < widest for row in body):
        body = [row if len(row) >= widest else [*row, *[None] * (widest - len(row))] for row in body]
    columns = list(zip(*(row[:widest] for row in body), strict=True)) or [()] * widest
    typed = [columns[places[c.key]] for c in listing.sheet.columns if c.key in places and _is_typed(c)]
    blank = (None,) * len(typed)
    kept = [i for i, cells in enumerate(zip(*typed, strict=True)) if cells != blank]
    listing.rows = [listing.header_row + 1 + i for i in kept]
    if len(kept) == len(body):
        listing.cells = {name: list(columns[place]) for name, place in places.items()}
    else:
        listing.cells = {name: [columns[place][i] for i in kept] for name, place in places.items()}


def _is_typed(column: Column) -> bool:
    return column.owner == "shared" and column.type != "id"


def _end(listing: Listing, grid: Grid) -> int | None:
    """Rows from a table's totals row on are no longer the list; rows merely typed below a table are."""
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
