"""A sheet that does not hold its list any more: that stands on another one now, and under its old
name stands an empty one, or a new list. Nobody emptied that list: its sheet is one that is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from trustbook.ledger import Known, Ledger
from trustbook.ledger.as_known import identities_of
from trustbook.merge.cell_codec import Value, encode, is_fault, is_withheld, unpack
from trustbook.reading.lists import Listing
from trustbook.run.replica import Replica
from trustbook.snapshot import Grid
from trustbook.workbooks.base import Workbook

_Row = frozenset[Any]


def without_moved_sheets(ledger: Ledger, book: Workbook, replica: Replica) -> Replica:
    """The workbook without the lists whose rows stand on another sheet than the one of its name.

    To be asked where there are fewer rows than a run saw last; the other sheets are read only where
    a list lost most of its rows.
    """
    lost = _lost(ledger, replica)
    if not lost:
        return replica
    titles = {listing.title for listing in replica.lists.values()}
    grids = book.read(lambda title: True).grids
    others = [grid for grid in grids if grid.ours is None and grid.title not in titles]
    gone = {name for name, rows in lost.items() if _stand_on(rows, others)}
    left = {name: listing for name, listing in replica.lists.items() if name not in gone}
    return replace(replica, lists=left, others=others) if gone else replica


def _lost(ledger: Ledger, replica: Replica) -> dict[str, Collection[_Row]]:
    """The lists of which most rows are gone, with the rows that they had."""
    found: dict[str, Collection[_Row]] = {}
    for name, listing in replica.lists.items():
        rows = _rows_known(ledger, replica.known, listing) if replica.known else {}
        if 2 * _stayed(listing, rows) < len(rows):
            found[name] = rows.values()
    return found


def _stand_on(rows: Collection[_Row], grids: Iterable[Grid]) -> bool:
    """Whether most of the rows stand on one of these sheets."""
    return any(2 * _found(rows, grid) > len(rows) for grid in grids)


def _rows_known(ledger: Ledger, known: Known, listing: Listing) -> dict[str, _Row]:
    """What each row of a list said when the workbook last agreed, by identity."""
    texts = ledger.base(known.address, listing.sheet.key)
    rows = {one: frozenset(filter(_is_told, unpack(text).values())) for one, text in texts.items()}
    return {one: row for one, row in rows.items() if row}


def _is_told(value: Value) -> bool:
    return not (is_withheld(value) or is_fault(value))


def _stayed(listing: Listing, rows: Mapping[str, _Row]) -> int:
    """How many of the rows stand on the list yet: by what they are remembered under, or by all
    that they say.
    """
    names = {*identities_of(listing)}
    now = _rows_of(zip(*listing.cells.values(), strict=True))
    return sum(one in names or any(row <= other for other in now) for one, row in rows.items())


def _found(rows: Collection[_Row], grid: Grid) -> int:
    """How many of the rows stand on a sheet, each by all that it said."""
    now = _rows_of(grid.rows)
    return sum(any(row <= other for other in now) for row in rows)


def _rows_of(rows: Iterable[Sequence[Any]]) -> list[_Row]:
    return [frozenset(map(encode, row)) for row in rows]
