"""A reading that an earlier run made of the workbook as it stands, taken from beside the ledger.

It stands behind the one door (read.py): with it, the sheets people type in are not read again, and
their rows are not judged text by text. What it rests on is the same, byte for byte: the workbook,
the ledger and the version of trustbook. Where something that was asked of the day has another
answer today, the book is made anew of the lists; where anything else changed, all is read as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from pathlib import Path

from trustbook.columns import TYPED
from trustbook.errors import NotRecalled
from trustbook.ledger import Known, Ledger
from trustbook.ledger.facts import learned_in
from trustbook.ledger.locate import Arrival, LedgerLocator, Located
from trustbook.ledger.packed import unpack_lines
from trustbook.ledger.reading_cache import CachedReading, cached_reading
from trustbook.model import Book, Memory
from trustbook.reading.kept_reading import take_book, take_lists, take_memory
from trustbook.reading.listing import Listing
from trustbook.run.replica import Replica
from trustbook.run.unmarked import lost_titles
from trustbook.snapshot import Grid, Snapshot
from trustbook.workbooks.base import Workbook


class Recalled:
    """What is kept of a reading, each part taken out when it is asked for. ``holds``: what was made
    of the lists is the same today; else they are judged anew, and need no reading either.
    """

    def __init__(self, cached: CachedReading, holds: bool) -> None:
        self.cached, self.holds = cached, holds

    @cached_property
    def _typed(self) -> tuple[dict[str, Listing], list[Grid]]:
        typed, derived = (unpack_lines(self.cached.parts[one]) for one in ("lists", "derived"))
        return take_lists(typed, derived)

    @property
    def lists(self) -> Mapping[str, Listing]:
        """The lists as they stand."""
        return self._typed[0]

    @property
    def grids(self) -> Sequence[Grid]:
        """The sheets that the lists stand on, without their rows."""
        return self._typed[1]

    def memory(self, ledger: Ledger) -> Memory:
        """What earlier runs knew when it was read, as a ``ledger`` that did not change knows it."""
        return take_memory(unpack_lines(self.cached.parts["memory"]), learned_in(ledger))

    def book(self, memory: Memory, day: date, alike: bool) -> Book:
        """The book as it is read for ``day``, with the problems that reading it told. Raises
        NotRecalled where its lists are not ``alike``.
        """
        if not alike:
            raise NotRecalled
        return take_book(unpack_lines(self.cached.parts["book"]), memory, day)


@dataclass(slots=True)
class RecalledSnapshot(Snapshot):
    """A workbook of which only our own sheets were read."""

    recalled: Recalled = field(kw_only=True)


def recalled_book(kept: Recalled | None) -> Recalled | None:
    """The book that was read before, where it is the same today; None where it is to be read.
    ``kept``: what a RecalledSnapshot brings, and no other.
    """
    return kept if kept and kept.holds else None


def replica_recalled(book: Workbook, snapshot: RecalledSnapshot, known: Known | None) -> Replica:
    """The workbook as a replica: no name in it is another than it was."""
    lists = snapshot.recalled.lists
    return Replica(book.address, book.name, snapshot, lists, known, unfit=book.unfit)


def about_reading(book: Workbook, version: str, lang: str | None) -> str:
    """What a reading of a workbook goes by beside its ledger."""
    return f"{version}|{book.address}|{book.adoption!r}|{lang}"


def recalled_workbook(
    books: Sequence[Workbook],
    locator: LedgerLocator | None,
    today: date,
    lang: str | None,
    version: str | None = None,
) -> list[tuple[Workbook, Snapshot]] | None:
    """The only workbook of a book with what is kept of its reading; None where it must be read.

    ``version``: the one that stands there, where that is known.
    """
    if locator is None or len(books) != 1:
        return None
    [book] = books
    place = locator.place_of(Arrival(book.address, book.name, {}))
    version = version or book.standing()
    if not isinstance(place, Path) or version is None:
        return None
    cached = cached_reading(place, about_reading(book, version, lang))
    if cached is None:
        return None
    shown = book.read(lambda title: False)
    if shown.version != version or lost_titles(shown):
        return None
    return [(book, _with(shown, Recalled(cached, cached.holds_on(today))))]


def _with(shown: Snapshot, recalled: Recalled) -> Snapshot:
    """What was read of a workbook, and the sheets that were not; all in their order."""
    grids = {grid.title: grid for grid in (*shown.grids, *recalled.grids)}
    values = {field.name: getattr(shown, field.name) for field in fields(Snapshot)}
    values["grids"] = [grids[title] for title in shown.titles if title in grids]
    return RecalledSnapshot(**values, recalled=recalled)


def refuse_unless_same(recalled: bool, located: Located, *asks: object) -> None:
    """Raise NotRecalled where more than the day is another than at the reading that was
    ``recalled``: something was found at the door, or ``asks`` for something.
    """
    found = (located.accidents, located.rebased, located.aliases, located.unknown, located.taken)
    if recalled and (any(asks) or any(found) or not located.found):
        raise NotRecalled


def refuse_news(recalled: bool, settled: set[str], problems: Mapping[str, object]) -> None:
    """Raise NotRecalled where merging came to anything."""
    if recalled and (any(problems.values()) or settled != {sheet.key for sheet in TYPED}):
        raise NotRecalled
