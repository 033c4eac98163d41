"""Files with counts of made-up books, and what a reader of a region can work out."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from trustbook.region.adding import FEWEST_BOOKS, BookCounts, CountName, RegionCounts, add_up
from trustbook.region.counts import ALL, KIND, SCHEMA, STANDING
from trustbook.region.few import NO_TIER, TIER_ORDER, came_and_went, enough, limit_status
from trustbook.region.signing import sign

PHENOMENA = ("jihadism", "right_wing")


def made_counts(draw: random.Random, book: str, quarter: str = "2026Q3") -> dict[str, Any]:
    """The counts of a book with a few partners, now and then without some tier."""
    tiers = [one for one in TIER_ORDER if one != NO_TIER or draw.random() < 0.3]
    size = draw.choice([1, 2, 4, 9])
    rows = []
    for status in STANDING:
        counts = {tier: max(0, round(draw.gauss(size, size))) for tier in tiers}
        whole, parts = limit_status(counts)
        rows.append(_row(ALL, ALL, status, whole))
        for tier in tiers:
            rows.append(_row(tier, ALL, status, parts[tier]))
            for phenomenon in PHENOMENA:
                part = enough(draw.randint(0, counts[tier])) if parts[tier] is not None else None
                rows.append(_row(tier, phenomenon, status, part))
    new, lost = came_and_went(draw.randint(0, 9), draw.randint(0, 9))
    return {
        "kind": KIND,
        "schema_version": SCHEMA,
        "book": book,
        "quarter": quarter,
        "rows": rows,
        "moved": {"warmed": 4, "cooled": None, "new": new, "lost": lost},
        "coverage": [{"phenomenon": PHENOMENA[0], "required": 12, "gap": draw.choice([0, 3])}],
        "moments": {"sunny": draw.randint(3, 40), "crisis": None},
        "answered": {"asked": 12, "answered": 8},
    }


def _row(tier: str, phenomenon: str, status: str, count: int | None) -> dict[str, Any]:
    return {"tier": tier, "phenomenon": phenomenon, "status": status, "count": count}


def book_id(number: int) -> str:
    return f"B-{number + 10**6}B"


def write_files(folder: Path, count: int, seed: int = 1, quarter: str = "2026Q3") -> list[Path]:
    """Signed files of ``count`` books in a folder; the keys are in the data folder."""
    folder.mkdir(exist_ok=True)
    draw = random.Random(seed)
    found = []
    for number in range(count):
        identity = book_id(number)
        signed = sign(made_counts(draw, identity, quarter), identity)
        found.append(folder / f"town-{number:03}.json")
        found[-1].write_text(json.dumps(signed), encoding="utf-8")
    return found


def as_counts(content: Mapping[str, Any]) -> BookCounts:
    """The same as trustbook reads it from a file."""
    rows: dict[CountName, int | None] = {
        ("rows", row["tier"], row["phenomenon"], row["status"]): row["count"]
        for row in content["rows"]
    }
    for group in ("moved", "moments", "answered"):
        rows |= {(group, name): count for name, count in content[group].items()}
    return BookCounts(content["book"], content["quarter"], rows)


def told_of_few(books: Sequence[BookCounts], region: RegionCounts, status: str) -> bool:
    """Whether some sum or difference of the published numbers of a status is about 1 to 4 books.

    The unknowns are the partners of each book and tier; each published number is a row of a matrix.
    A combination that is about some books only is there when the matrix has a higher rank with
    their columns than without.
    """
    told = np.array(list(functionals(books, region.counts, status)))
    if not told.size:
        return False
    whole = np.linalg.matrix_rank(told.reshape(len(told), -1))
    for size in range(1, FEWEST_BOOKS):
        for few in combinations(range(len(books)), size):
            others = np.delete(told, few, axis=1).reshape(len(told), -1)
            if np.linalg.matrix_rank(others) < whole:
                return True
    return False


Quarter = tuple[Sequence[BookCounts], RegionCounts]


def told_of_few_by_quarters(quarters: Sequence[Quarter]) -> bool:
    """Whether the published numbers of two quarters running are together about 1 to 4 books.

    The unknowns are the partners of each book, tier, status and quarter, and who came and went in
    the second one; that these make up for each other is known of every book by itself, and tells
    nothing.
    """
    (before, _), (books, region) = quarters
    rows = [*_of_quarter(*quarters[0], 0), *_of_quarter(books, region, 1)]
    rows += [_of_movement(books, at) for at in (0, 1) if region.counts["moved", _MOVED[at]]]
    same = np.zeros((len(books), len(books), _UNKNOWNS))
    for at in range(len(books)):
        same[at, at] = [*[-1] * _OF_QUARTER, *[1] * _OF_QUARTER, -1, 1]
    told = np.concatenate([np.array(rows).reshape(-1, len(books), _UNKNOWNS), same])
    # What two numbers have in common, book by book: the rank of a matrix is that of its products.
    products = np.einsum("rbu,sbu->brs", told, told)
    assert len(before) == len(books)
    whole = np.linalg.matrix_rank(products.sum(axis=0), hermitian=True)
    for size in range(1, FEWEST_BOOKS):
        for few in combinations(range(len(books)), size):
            others = np.delete(products, few, axis=0).sum(axis=0)
            if whole - np.linalg.matrix_rank(others, hermitian=True) > size:
                return True
    return False


_MOVED = ("new", "lost")
_OF_QUARTER = len(STANDING) * len(TIER_ORDER)
_UNKNOWNS = 2 * _OF_QUARTER + len(_MOVED)


def _of_quarter(
    books: Sequence[BookCounts], region: RegionCounts, quarter: int
) -> Iterator[np.ndarray[Any, Any]]:
    """Each published number of relations: 1 for every book, status and tier that is in it."""
    for at, status in enumerate(STANDING):
        for told in functionals(books, region.counts, status):
            row = np.zeros((len(books), _UNKNOWNS))
            first = quarter * _OF_QUARTER + at * len(TIER_ORDER)
            row[:, first : first + len(TIER_ORDER)] = told
            yield row


def _of_movement(books: Sequence[BookCounts], at: int) -> np.ndarray[Any, Any]:
    """The published number of who came or went: 1 for every book that tells it."""
    row = np.zeros((len(books), _UNKNOWNS))
    row[:, 2 * _OF_QUARTER + at] = [book.counts["moved", _MOVED[at]] is not None for book in books]
    return row


def left_out_tells(books: Sequence[BookCounts]) -> list[str]:
    """What a second overview without one of the books would tell of that book: an amount of 1 or 2,
    or one that the book hides.
    """
    found = []
    whole = add_up(books).counts
    for book in books:
        others = add_up([one for one in books if one is not book]).counts
        for name, count in whole.items():
            other = others.get(name)
            amount = None if None in (count, other) else count - other  # type: ignore[operator]
            own = book.counts.get(name)
            if amount and (amount < 3 or amount != own):
                found.append(f"{'/'.join(name)} of {book.book}")
    return found


def functionals(
    books: Sequence[BookCounts], told: Mapping[CountName, int | None], status: str
) -> Iterator[np.ndarray[Any, Any]]:
    """Each published number of a status: 1 for every book and tier that is in it."""
    for tier in (ALL, *TIER_ORDER):
        name = ("rows", tier, ALL, status)
        if told.get(name) is not None:
            row = np.zeros((len(books), len(TIER_ORDER)))
            for at, book in enumerate(books):
                if book.counts.get(name) is not None:
                    row[at] = [_is_in(book, tier, one, status) for one in TIER_ORDER]
            yield row


def _is_in(book: BookCounts, tier: str, one: str, status: str) -> bool:
    return tier in (ALL, one) and ("rows", one, ALL, status) in book.counts


def made_quarters(draw: random.Random) -> list[Quarter]:
    """Two quarters of the same made-up books, and what is published of each."""
    count = draw.randint(5, 9)
    quarters: list[Quarter] = []
    for quarter in ("2026Q2", "2026Q3"):
        made = [as_counts(made_counts(draw, book_id(at), quarter)) for at in range(count)]
        quarters.append((made, add_up(made)))
    return quarters


def made_region(draw: random.Random) -> list[BookCounts]:
    """Five to nine made-up books."""
    return [as_counts(made_counts(draw, book_id(at))) for at in range(draw.randint(5, 9))]


def bounds_of_hidden(
    books: Sequence[BookCounts], told: Mapping[CountName, int | None], status: str
) -> dict[str, tuple[float, float]]:
    """Between which numbers the partners of each hidden tier lie, in the books whose whole is told.

    A tier takes all that the whole leaves beside the published tiers, or nothing where some other
    part of these books is in no published tier either.
    """
    whole = told.get(("rows", ALL, ALL, status))
    tiers = [tier for tier in TIER_ORDER if ("rows", tier, ALL, status) in told]
    shown = {tier: told["rows", tier, ALL, status] for tier in tiers}
    if whole is None:
        return {tier: (0, float("inf")) for tier in tiers if shown[tier] is None}
    left = whole - sum(filter(None, shown.values()))
    free = set()
    for book in books:
        if book.counts["rows", ALL, ALL, status] is not None:
            parts = {tier: book.counts.get(("rows", tier, ALL, status), 0) for tier in tiers}
            free |= {tier for tier in tiers if parts[tier] is None}
            free |= {tier for tier in tiers if parts[tier] and shown[tier] is None}
    return {tier: (0 if free - {tier} else left, left) for tier in tiers if shown[tier] is None}


def tells(low: float, high: float) -> bool:
    """Whether bounds tell too much: one value, or one of 1 and 2."""
    return low == high or (low >= 1 and high <= 2)
