"""What one book gives a region of one quarter: counts without a name or an area, none under three.

They are those of the overview of that quarter (overview/numbers.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from trustbook.columns import STATUSES, TIERS
from trustbook.model import Book, Period
from trustbook.network.answered import answered_calls
from trustbook.network.labels import Labels
from trustbook.overview.disclosure import FEWEST
from trustbook.overview.matrix import Matrix, decided_phenomena
from trustbook.overview.numbers import Numbers
from trustbook.overview.period import Span
from trustbook.overview.public_matrix import public_columns, standing_for
from trustbook.region.few import NO_TIER, answered_of, came_and_went, enough, limit_status

SCHEMA: Final = 1
KIND: Final = "trustbook counts"
ALL: Final = "all"
STANDING: Final = tuple(choice.key for choice in reversed(STATUSES) if choice.key != "ended")

# Partners by tier, of one status; and by phenomenon, of one tier and status.
_Row = dict[str, Any]


def count_book(numbers: Numbers, book_id: str) -> dict[str, Any]:
    """The counts of ``numbers`` as they go into a file; null is a number that is not told.

    A row is of a tier ("none" for partners that have none), a phenomenon ("other" for a book's own
    ones) and a status; "all" stands for all of them together.
    """
    shown = _Standing(numbers)
    rows = list(shown.rows())
    moved = numbers.movement
    new, lost = came_and_went(len(moved.new), len(moved.lost))
    asked, answered = _answered(numbers.book, numbers.span)
    return {
        "kind": KIND,
        "schema_version": SCHEMA,
        "book": book_id,
        "quarter": numbers.span.slug,
        "rows": rows,
        "moved": {
            "warmed": enough(len(moved.warmed)),
            "cooled": enough(len(moved.cooled)),
            "new": new,
            "lost": lost,
        },
        "coverage": [_coverage(numbers, key, keys, rows) for key, keys in shown.phenomena.items()],
        "moments": {"sunny": enough(numbers.now.sunny), "crisis": enough(numbers.now.crisis)},
        "answered": {"asked": asked, "answered": answered},
    }


class _Standing:
    """The relations of a book by tier, phenomenon and status, as they may be told."""

    def __init__(self, numbers: Numbers) -> None:
        labels = Labels(numbers.book.settings)
        self._numbers = numbers
        partners = numbers.book.partners
        self._tier = {at: labels.tier(partners[at]) or NO_TIER for at in numbers.statuses}
        without = NO_TIER in self._tier.values()
        self._tiers = [choice.key for choice in TIERS] + ([NO_TIER] if without else [])
        columns, keys = public_columns(decided_phenomena(numbers.book, labels))
        self.phenomena = dict(zip((column.key for column in columns), keys, strict=True))

    def rows(self) -> Iterator[_Row]:
        """All rows, those of all phenomena together first."""
        told: set[tuple[str, str]] = set()
        everybody = self._count(self._numbers.statuses)
        for status in STANDING:
            whole, parts = limit_status({tier: everybody[tier, status] for tier in self._tiers})
            yield _row(ALL, ALL, status, whole)
            for tier, count in parts.items():
                yield _row(tier, ALL, status, count)
                told |= {(tier, status)} if count is not None else set()
        for phenomenon, keys in self.phenomena.items():
            yield from self._rows_of(phenomenon, keys, told)

    def _rows_of(
        self, phenomenon: str, keys: frozenset[str], told: Collection[tuple[str, str]]
    ) -> Iterator[_Row]:
        """The rows of one phenomenon; none where the number of all phenomena is not ``told``."""
        counts = self._count(standing_for(self._numbers, keys))
        for status in STANDING:
            for tier in self._tiers:
                known = (tier, status) in told
                yield _row(
                    tier, phenomenon, status, enough(counts[tier, status]) if known else None
                )

    def _count(self, positions: Collection[int]) -> Mapping[tuple[str, str], int]:
        return Counter((self._tier[at], self._numbers.statuses[at]) for at in positions)


def _row(tier: str, phenomenon: str, status: str, count: int | None) -> _Row:
    return {"tier": tier, "phenomenon": phenomenon, "status": status, "count": count}


def _coverage(
    numbers: Numbers, phenomenon: str, keys: frozenset[str], rows: list[_Row]
) -> dict[str, Any]:
    """How many places of the required network there are and how many are empty.

    Told where the partners that fill the others are known from the rows already.
    """
    required, gap = _places(numbers.matrix, keys)
    known = sum(row["count"] or 0 for row in rows if row["phenomenon"] == phenomenon)
    if required < FEWEST or required - gap > known:
        return {"phenomenon": phenomenon, "required": None, "gap": None}
    few = 0 < gap < FEWEST
    return {"phenomenon": phenomenon, "required": required, "gap": None if few else gap}


def _places(matrix: Matrix, keys: frozenset[str]) -> tuple[int, int]:
    """How many partners some phenomena ask for, and how many of them are to be found."""
    columns = [at for at, choice in enumerate(matrix.phenomena) if choice.key in keys]
    cells = [line.cells[at] for line in matrix.lines for at in columns]
    return sum(cell.required or 0 for cell in cells), sum(cell.gap for cell in cells)


def _answered(book: Book, span: Span) -> tuple[int | None, int | None]:
    """Calls in a crisis or an exercise, and how many were answered, the same day or later."""
    calls = answered_calls(book, Period(span.first, span.last))
    return answered_of(len(calls), sum(call.answer != "not" for call in calls))
