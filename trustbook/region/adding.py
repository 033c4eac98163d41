"""Many books added, and what of the sums may be told.

What a book gives holds no number from 1 to 2 (few.py), so that no sum has one in it, and a book
that is left out takes three or more away, or nothing. Hidden here is what is about too few books:

- a sum of fewer than five of them;
- a sum from which another follows that is. The whole of a status is its tiers together, so
  whatever tiers are taken off a whole, what is left must be of five books or of none;
- a phenomenon where the same tier and status of all phenomena is hidden: it is a part of it;
- who is new and who was lost, where the relations of two quarters would tell it of few books.

A number is what books told together: of those that hid theirs nothing is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final, TypeAlias

from trustbook.region.counts import ALL, STANDING
from trustbook.region.few import TIER_ORDER

FEWEST_BOOKS: Final = 5

# A number: ("rows", tier, phenomenon, status), ("moved", way), ("moments", weather),
# ("answered", what), ("coverage", phenomenon, what).
CountName: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookCounts:
    """The file of one book: its ID, the quarter, its numbers; None for one that it hides."""

    book: str
    quarter: str
    counts: Mapping[CountName, int | None]


@dataclass(frozen=True, slots=True)
class RegionCounts:
    """Every number that some book speaks of, added; None for one that is not told."""

    quarter: str
    books: int
    counts: Mapping[CountName, int | None]


def add_up(books: Sequence[BookCounts]) -> RegionCounts:
    """What may be told of these books together; they are of one quarter, each once."""
    sums: Counter[CountName] = Counter()
    tellers: Counter[CountName] = Counter()
    for book in books:
        told = {name: count for name, count in book.counts.items() if count is not None}
        sums.update(told)
        tellers.update(told.keys())
    enough = {name for name, count in tellers.items() if count >= FEWEST_BOOKS}
    hidden = set(_hidden_beside(books, enough))
    spoken = dict.fromkeys(name for book in books for name in book.counts)
    return RegionCounts(
        books[0].quarter,
        len(books),
        {name: sums[name] if name in enough - hidden else None for name in spoken},
    )


def _hidden_beside(books: Sequence[BookCounts], enough: set[CountName]) -> Iterator[CountName]:
    """Sums of enough books that are hidden all the same."""
    hidden = set()
    for status in STANDING:
        tiers = [tier for tier in TIER_ORDER if _row(tier, status) in enough]
        kept = _tiers_beside_whole(books, status, tiers)
        hidden |= {_row(tier, status) for tier in TIER_ORDER if tier not in kept}
    yield from hidden
    yield from (name for name in enough if _is_part_of(name, hidden))
    if sum(map(_hides_a_relation, books)) < FEWEST_BOOKS:
        yield from (("moved", "new"), ("moved", "lost"))


def _is_part_of(name: CountName, hidden: set[CountName]) -> bool:
    """Whether a number is of one phenomenon, and that of all phenomena is hidden."""
    return name[0] == "rows" and (*name[:2], ALL, name[3]) in hidden


def _tiers_beside_whole(
    books: Sequence[BookCounts], status: str, tiers: Sequence[str]
) -> Sequence[str]:
    """As many of ``tiers`` as can be told beside the whole of a status; the first go first."""
    while any(_is_of_few(books, status, taken) for taken in _subsets(tiers)):
        tiers = tiers[1:]
    return tiers


def _is_of_few(books: Sequence[BookCounts], status: str, taken: Sequence[str]) -> bool:
    """Whether the whole of a status without the tiers ``taken`` is of too few books."""
    left = (book for book in books if _leaves_something(book, status, taken))
    return 0 < len(list(islice(left, FEWEST_BOOKS))) < FEWEST_BOOKS


def _leaves_something(book: BookCounts, status: str, taken: Sequence[str]) -> bool:
    """Whether a book's own whole is not just its tiers ``taken``, or it tells these without it."""
    if book.counts.get(_row(ALL, status)) is None:
        return any(book.counts.get(_row(tier, status)) is not None for tier in taken)
    there = [tier for tier in TIER_ORDER if _row(tier, status) in book.counts]
    return any(tier not in taken or book.counts[_row(tier, status)] is None for tier in there)


def _hides_a_relation(book: BookCounts) -> bool:
    """Whether it is not known of a book how many relations it has, or who came and went."""
    wholes = [book.counts.get(_row(ALL, status)) for status in STANDING]
    return None in (*wholes, book.counts.get(("moved", "new")))


def _row(tier: str, status: str) -> CountName:
    return ("rows", tier, ALL, status)


def _subsets(tiers: Sequence[str]) -> Iterable[Sequence[str]]:
    for size in range(1, len(tiers) + 1):
        yield from combinations(tiers, size)
