"""How sheets of ours differ from what stands in the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

from trustbook.snapshot import GeneratedSheet, Grid


def count_differences(sheet: GeneratedSheet, grid: Grid | None) -> int:
    """How many cells of ``sheet`` differ from what stands in the workbook, left-overs included."""
    blank: list[object] = []
    wanted = [[cell.value for cell in row] for row in sheet.rows]
    there = _from_the_corner(grid) if grid else []
    return sum(
        sum(one != other for one, other in zip_longest(ours, theirs))
        for ours, theirs in zip_longest(wanted, there, fillvalue=blank)
        if ours != theirs
    )


def _from_the_corner(grid: Grid) -> list[list[object]]:
    """The rows of a sheet from A1 on."""
    above: list[list[object]] = [[] for _ in range(grid.first_row - 1)]
    return above + [[*[None] * (grid.first_column - 1), *row] for row in grid.rows]


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
