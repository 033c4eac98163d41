"""Cells that lie under merged ones: nothing can be typed there, so no remedy may ask for it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trustbook.a1 import cell_name
from trustbook.columns import Column
from trustbook.model import Problem
from trustbook.reading.cells import is_blank
from trustbook.reading.listing import Listing
from trustbook.snapshot import MergedArea


@dataclass(frozen=True, slots=True)
class _Covered:
    """A blank cell of a list under merged ones: its name, row (as the sheet counts) and column."""

    cell: str
    row: int
    column: Column
    area: MergedArea


def tell_merged_cells(listing: Listing, problems: Iterable[Problem]) -> list[Problem]:
    """The problems, with what the merged cells of a list take away.

    What asks for a value under merged cells tells how to take these apart instead. A value in the
    first of them looks as if it stood in each of their rows, and counts in one: that is told, too.
    """
    covered = {one.cell: one for one in _covered(listing)}
    cells = {one.cell for one in covered.values() if _looks_filled(listing, one)}
    left = []
    for problem in problems:
        if problem.sheet == listing.title and _asks_to_type(problem, covered):
            cells.add(str(problem.cell))
        else:
            left.append(problem)
    return [*left, *(_problem(listing, one) for one in covered.values() if one.cell in cells)]


def _covered(listing: Listing) -> Iterator[_Covered]:
    """The blank cells of the list that lie under merged ones."""
    for area in listing.merged:
        for column in listing.typed_columns():
            number = listing.columns[column.key]
            if area.first_column <= number <= area.last_column:
                yield from _covered_in(listing, column, area)


def _covered_in(listing: Listing, column: Column, area: MergedArea) -> Iterator[_Covered]:
    """Those of one column under one area."""
    number, rows = listing.columns[column.key], listing.rows
    for i in range(bisect_left(rows, area.first_row), bisect_right(rows, area.last_row)):
        is_first = (rows[i], number) == (area.first_row, area.first_column)
        if not is_first and _holds_nothing(listing, column.key, i):
            yield _Covered(cell_name(rows[i], number), rows[i], column, area)


def _holds_nothing(listing: Listing, name: str, i: int) -> bool:
    withheld = (name, i) in (listing.withheld or {})
    return is_blank(listing.get(name)[i]) and not withheld


def _asks_to_type(problem: Problem, covered: Mapping[str, _Covered]) -> bool:
    """Whether a problem asks for a value in a covered cell, and cannot be answered elsewhere."""
    return problem.cell in covered and "reference" not in problem.params


def _looks_filled(listing: Listing, one: _Covered) -> bool:
    """Whether a cell lies under a value of its own column."""
    at = bisect_left(listing.rows, one.area.first_row)
    first = listing.rows[at], one.area.first_column
    if first != (one.area.first_row, listing.columns[one.column.key]):
        return False
    return not is_blank(listing.get(one.column.key)[at])


def _problem(listing: Listing, one: _Covered) -> Problem:
    required = one.column.key in listing.sheet.required
    first, last = cell_name(*one.area[:2]), cell_name(*one.area[2:])
    return Problem(
        "merged_required" if required else "merged_cell",
        "error" if required else "warning",
        listing.title,
        one.row,
        listing.header(one.column.key),
        one.cell,
        None,
        {"area": f"{first}:{last}", "first": first},
    )
