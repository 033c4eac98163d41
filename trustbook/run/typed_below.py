"""What people typed in a column that lost its header: nobody reads it, so each cell is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trustbook.a1 import cell_name
from trustbook.columns import DECIDING, Sheet
from trustbook.merge.cell_codec import Row, Value, encode, is_withheld
from trustbook.model import Problem
from trustbook.run.replica import MergedWorkbook
from trustbook.snapshot import Grid


def typed_below(
    view: MergedWorkbook,
    sheet: Sheet,
    column: str,
    values: Mapping[str, Value],
    records: Mapping[str, Row],
) -> Iterator[Problem]:
    """The cells of a column that is gone which say something else than is remembered of their row.

    ``column`` is its key, ``values`` is what stood in it by identity, ``records`` what is
    remembered of each row.
    """
    listing, stood = view.lists[sheet.key], view.stood.get(sheet.key, {})
    grid = next(one for one in view.replica.snapshot.grids if one.title == listing.title)
    known = {row: values[one] for row, one in stood.items() if one in values}
    at = _place(grid, known, {number - grid.first_column for number in listing.columns.values()})
    severity = "error" if column in DECIDING.get(sheet.key, ()) else "warning"
    for row in listing.rows if at is not None else ():
        now, identity = _value(grid, row, at), stood.get(row, "")
        before = records.get(identity, {}).get(column)
        if now not in (None, before, values.get(identity)) and not is_withheld(before):
            cell = cell_name(row, grid.first_column + (at or 0))
            header = listing.header(column)
            yield Problem("typed_below_gone", severity, listing.title, row, header, cell, None)


def _place(grid: Grid, known: Mapping[int, Value], taken: set[int]) -> int | None:
    """The place that is none of ours in which most of some values (by row number) stand."""
    places = [at for at in range(max(map(len, grid.rows), default=0)) if at not in taken]
    stands = {at: sum(_value(grid, row, at) == known[row] for row in known) for at in places}
    best = max(stands, key=lambda at: stands[at], default=None)
    return best if best is not None and 2 * stands[best] > len(known) else None


def _value(grid: Grid, row: int, at: int | None) -> Value | None:
    cells = grid.rows[row - grid.first_row]
    return encode(cells[at]) if at is not None and at < len(cells) else None
