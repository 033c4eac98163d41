"""Of which books the overviews of a region were made.

A second one of other books tells of the few in which they differ. As for a book of its own,
published is the last one of a quarter that was made before one of another quarter; those before it
were drafts. Books of one region say nothing of those of another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trustbook.errors import SafetyStop, TrustbookError
from trustbook.places.data_folder import data_folder, own_folder
from trustbook.places.made_files import SECRET_MODE, replace_whole
from trustbook.region.adding import BookCounts


@dataclass(frozen=True, slots=True)
class PublishedRegion:
    """One overview: its quarter, and a hash of what each of its books told, by the book's ID."""

    quarter: str
    books: Mapping[str, str]

    def shares_with(self, other: PublishedRegion) -> bool:
        """Whether both are of one quarter and have a book together."""
        return self.quarter == other.quarter and bool(self.books.keys() & other.books.keys())


def remember_region(books: Sequence[BookCounts]) -> None:
    """Remember an overview of these books that is about to be made.

    Raises SafetyStop where one of the same quarter was published of other books or other counts,
    and where that cannot be read or kept.
    """
    page = PublishedRegion(books[0].quarter, {one.book: _hash_of(one) for one in books})
    before = _read()
    drafts: list[PublishedRegion] = []
    frozen = list(before)
    while frozen and frozen[-1].quarter == page.quarter:
        drafts.insert(0, frozen.pop())
    for one in frozen:
        if one.shares_with(page) and one.books != page.books:
            raise SafetyStop(
                "region.published_otherwise", quarter=page.quarter, count=len(one.books)
            )
    if page in frozen:
        return
    _write([*frozen, *(one for one in drafts if not one.shares_with(page)), page])


def _hash_of(one: BookCounts) -> str:
    told = sorted((*name, str(count)) for name, count in one.counts.items())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _file() -> Path:
    return data_folder() / "region" / "published.json"


def _read() -> list[PublishedRegion]:
    try:
        told = json.loads(_file().read_text(encoding="utf-8"))
        return [PublishedRegion(one["quarter"], dict(one["books"])) for one in told]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise SafetyStop("region.memory_unreadable", path=_file()) from fault


def _write(pages: Sequence[PublishedRegion]) -> None:
    told = [{"quarter": one.quarter, "books": dict(one.books)} for one in pages]
    try:
        own_folder(_file().parent)
        replace_whole(_file(), json.dumps(told).encode(), SECRET_MODE)
    except (OSError, TrustbookError) as fault:
        raise SafetyStop("region.memory_unreadable", path=_file()) from fault
