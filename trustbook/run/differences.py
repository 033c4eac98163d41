"""How sheets of ours differ from what stands in the workbook."""

from __future__ import annotations

from trustbook.snapshot import GeneratedSheet, Grid


def count_differences(sheet: GeneratedSheet, grid: Grid | None) -> int:
    """How many cells of ``sheet`` differ from what stands in the workbook, left-overs included."""
    wanted = {
        (r, c): cell.value
        for r, row in enumerate(sheet.rows, 1)
        for c, cell in enumerate(row, 1)
        if cell.value is not None
    }
    if grid is None:
        return len(wanted)
    there = {
        (grid.first_row + r, grid.first_column + c): value
        for r, row in enumerate(grid.rows)
        for c, value in enumerate(row)
        if value is not None
    }
    return sum(wanted.get(place) != there.get(place) for place in wanted.keys() | there.keys())


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
