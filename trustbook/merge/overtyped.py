"""What people typed where trustbook writes: whatever stands there and is not what was written last
is theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

from trustbook.a1 import column_letters
from trustbook.merge.cell_codec import Value, encode
from trustbook.reading.lists import Listing
from trustbook.snapshot import CellValue, GeneratedSheet, Grid

# Rows of a sheet as it was written, and the derived cells of each row by its identity.
RowsWritten = list[list[Value | None]]
Derived = Mapping[str, Mapping[str, Value | None]]
Cells: TypeAlias = tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class Overtyped:
    """A value of a person's in a place of ours. ``row`` and ``column`` as the sheet counts,
    ``header`` as it reads.

    ``workbook``: the address of the workbook it was typed in. ``takes``: what may be answered in
    that cell, where people are asked to (``problems.takes_…``), and ``asks`` what was asked there
    (references).
    """

    sheet: str
    row: int
    column: int
    header: str
    value: Value
    workbook: str = ""
    takes: str = ""
    asks: tuple[str, ...] = ()

    @property
    def cell(self) -> str:
        """The cell's address, such as B7."""
        return f"{column_letters(self.column)}{self.row}"


def cells_written(sheet: GeneratedSheet) -> RowsWritten:
    """What is kept of a sheet of ours, to know it again."""
    return [[encode(cell.value) for cell in row] for row in sheet.rows]


def typed_on(grid: Grid, before: RowsWritten, but: Sequence[str] = ()) -> list[Overtyped]:
    """What stands on a sheet of ours and was not written there; sorting and filtering it, and
    putting in, taking out or moving columns, is nobody's typing.

    ``but`` are headers of columns that people are asked to fill in.
    """
    if stands_as_written(grid, before):
        return []
    found = _typed_among(grid, before, but, {})
    if not found:
        return []
    return min(found, _typed_among(grid, before, but, _moved_columns(grid, before)), key=len)


def _typed_among(
    grid: Grid, before: RowsWritten, but: Sequence[str], moved: Mapping[int, int]
) -> list[Overtyped]:
    """``typed_on``, value by value; ``moved`` has the column in which one was written (0: none)
    that stands elsewhere now.
    """
    # How often each value was written, column by column.
    stock = Counter((column, value) for line in before for column, value in enumerate(line, 1))
    headers = _headers(before)
    found = []
    for row, column, value in _filled(grid):
        wrote = moved.get(column, column)
        if headers.get(wrote) in but:
            continue
        if stock[wrote, value] > 0:
            stock[wrote, value] -= 1
        else:
            header = headers.get(wrote, column_letters(column))
            found.append(Overtyped(grid.title, row, column, header, value))
    return found


def _moved_columns(grid: Grid, before: RowsWritten) -> dict[int, int]:
    """By column of a sheet the one that was written there, as far as it is another now (0: none):
    those that have most values in common belong together, first of all where both stand in place.
    """
    common = _in_common(grid, before)
    ours: dict[int, int] = {}
    for there, wrote in sorted(common, key=lambda one: (-common[one], one[0] != one[1], one)):
        if there not in ours and wrote not in ours.values():
            ours[there] = wrote
    return dict.fromkeys(ours.values(), 0) | ours


def _in_common(grid: Grid, before: RowsWritten) -> Counter[tuple[int, int]]:
    """How many values a column of a sheet and one that was written there have in common."""
    written: dict[Value | None, Counter[int]] = {}
    for line in before:
        for column, value in enumerate(line, 1):
            written.setdefault(value, Counter())[column] += 1
    common: Counter[tuple[int, int]] = Counter()
    there = Counter((column, value) for _, column, value in _filled(grid))
    for (column, value), count in there.items():
        for wrote, times in written.get(value, Counter()).items():
            common[column, wrote] += min(count, times)
    return common


def stands_as_written(grid: Grid, before: RowsWritten) -> bool:
    """Whether every cell of a sheet of ours holds what was written there, in its place."""
    if (grid.first_row, grid.first_column) != (1, 1) or len(grid.rows) > len(before):
        return False
    blank: Sequence[CellValue] = ()
    for row, wrote in zip_longest(grid.rows, before, fillvalue=blank):
        there = [*map(encode, row)]
        there += [None] * (len(wrote) - len(there))
        # A number is no other for being spelled as a truth: those are kept behind a sign.
        if there != [*wrote, *[None] * (len(there) - len(wrote))]:
            return False
    return True


def _filled(grid: Grid) -> Iterator[tuple[int, int, Value]]:
    """The cells that hold something: row, column, kept value."""
    for number, row in enumerate(grid.rows, grid.first_row):
        for column, cell in enumerate(row, grid.first_column):
            if (value := encode(cell)) is not None:
                yield number, column, value


def _headers(before: RowsWritten) -> dict[int, str]:
    """The header over each column: the fullest of the first rows as they were written."""
    head = max(before[:3], key=lambda row: sum(isinstance(value, str) for value in row), default=[])
    return {column: value for column, value in enumerate(head, 1) if isinstance(value, str)}


def typed_in_derived(
    listing: Listing, names: Sequence[str], before: Derived, ids: Mapping[int, str]
) -> list[Overtyped]:
    """What stands in the derived columns of a list and was not written there. ``ids``: position to
    identity.

    A copied row brings our values along, and so does one whose ID was changed: what was written for
    another row is not taken for typing.
    """
    names = [name for name in names if name in listing.columns]
    shown = _shown(listing, names)
    wrote = {identity: tuple(map(row.get, names)) for identity, row in before.items()}
    elsewhere = _written_elsewhere(shown, wrote, ids)
    stock = _stock(wrote.values()) or [set()] * len(names)
    found: list[Overtyped] = []
    for i, values in enumerate(shown):
        own = wrote.get(ids.get(i, ""))
        if values != own and elsewhere[values] > 0:
            elsewhere[values] -= 1
            continue
        ours = [{value} for value in own] if own else stock
        found += _not_ours(listing, i, zip(names, values, ours, strict=True))
    return found


def _stock(rows: Iterable[Cells]) -> list[set[Value | None]]:
    """By column, all that was written there."""
    return [set(values) for values in zip(*rows, strict=True)]


def _shown(listing: Listing, names: Sequence[str]) -> list[Cells]:
    rows = zip(*(listing.cells[name] for name in names), strict=True)
    return [tuple(map(encode, row)) for row in rows]


def _written_elsewhere(
    shown: Sequence[Cells], wrote: Mapping[str, Cells], ids: Mapping[int, str]
) -> Counter[Cells]:
    """What was written for rows that do not show it: it may stand beside another one now."""
    left = Counter(wrote.values())
    for i, values in enumerate(shown):
        if values == wrote.get(ids.get(i, "")):
            left[values] -= 1
    return left


def _not_ours(
    listing: Listing, i: int, cells: Iterable[tuple[str, Value | None, Set[Value | None]]]
) -> Iterator[Overtyped]:
    """The cells of a row that hold something else than what may be ours: column, value, ours."""
    for name, value, ours in cells:
        if value is None or value in ours:
            continue
        if not listing.filled(name, listing.rows[i]):
            place = (listing.rows[i], listing.columns[name], listing.header(name))
            yield Overtyped(listing.title, *place, value)
