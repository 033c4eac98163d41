"""Two columns that changed places under their headers: each value of one stands in the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from trustbook.merge.row_patterns import SheetSight


def columns_exchanged(sight: SheetSight) -> Iterator[tuple[str, str, int]]:
    """The pairs of columns (keys) that were exchanged, and in how many rows that shows.

    All rows must show it: who moves one value to another column means that value.
    """
    moved = dict.fromkeys(
        name
        for identity in sight.changed
        for name in sight.headers
        if sight.now[identity].get(name) != sight.base[identity].get(name)
    )
    for one, other in combinations(moved, 2):
        if count := _rows_exchanged(sight, one, other):
            yield one, other, count


def _rows_exchanged(sight: SheetSight, one: str, other: str) -> int:
    """In how many rows two columns changed places; 0 where one row does not show it."""
    count = 0
    for identity, now in sight.now.items():
        before = sight.base.get(identity, {})
        was = before.get(one), before.get(other)
        if was == (None, None):
            continue
        if (now.get(other), now.get(one)) != was:
            return 0
        count += was[0] != was[1]
    return count
