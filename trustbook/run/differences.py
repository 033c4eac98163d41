"""How sheets of ours differ from what stands in the workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from trustbook.snapshot import CellValue, GeneratedSheet, Grid


def count_differences(sheet: GeneratedSheet, grid: Grid | None) -> int:
    """How many cells of ``sheet`` differ from what stands in the workbook, left-overs included."""
    wanted = [[cell.value for cell in row] for row in sheet.rows]
    there = _from_the_corner(grid) if grid is not None else []
    blank: list[CellValue] = []
    rows = zip_longest(wanted, there, fillvalue=blank)
    return sum(_differing(row, other) for row, other in rows if row != other)


def _differing(row: Sequence[CellValue], other: Sequence[CellValue]) -> int:
    return sum(one != two for one, two in zip_longest(row, other))


def _from_the_corner(grid: Grid) -> list[list[CellValue]]:
    """The rows of a grid as they stand from the first cell of the sheet on."""
    left: list[CellValue] = [None] * (grid.first_column - 1)
    return [*([] for _ in range(grid.first_row - 1)), *([*left, *row] for row in grid.rows)]


def as_it_stands(sheet: GeneratedSheet, standing: Mapping[str, Grid]) -> Grid | None:
    """What stands of a sheet of ours; None where it lacks so much that it is to be made anew."""
    grid = standing.get(sheet.key)
    if grid is None or grid.helps is None:
        return grid
    return grid if _helps_wanted(sheet) <= grid.helps else None


def _helps_wanted(sheet: GeneratedSheet) -> set[str]:
    wanted = set()
    if any(cell.link for row in sheet.rows for cell in row):
        wanted.add("link")
    if sheet.offered and len(sheet.rows) > sheet.header_row:
        wanted.add("dropdown")
    return wanted


def is_to_write(sheet: GeneratedSheet, differences: int, standing: Grid | None) -> bool:
    """Whether a sheet of ours is to be made anew over what stands there."""
    return differences > 0 or standing is None or sheet.takes_over


def out_of_date(start: GeneratedSheet, standing: Grid | None) -> int:
    """How many cells of Start here say something else than the sheet that stands there.

    What only tells of the last run is left aside: it stays until something changes.
    """
    wanted = {
        (r, c): cell.value for r, row in enumerate(start.rows, 1) for c, cell in enumerate(row, 1)
    }
    aside = {
        (r, c)
        for r, row in enumerate(start.rows, 1)
        for c, cell in enumerate(row, 1)
        if cell.look == "note"
    }
    there = _cells(standing) if standing else {}
    places = (wanted.keys() | there.keys()) - aside
    return sum(wanted.get(place) != there.get(place) for place in places)


def _cells(grid: Grid) -> dict[tuple[int, int], object]:
    return {
        (grid.first_row + r, grid.first_column + c): value
        for r, row in enumerate(grid.rows)
        for c, value in enumerate(row)
    }
