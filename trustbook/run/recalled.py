"""A reading that an earlier run made of the workbook as it stands, taken from beside the ledger.

It stands behind the one door (read.py): with it, the sheets people type in are not read again, and
their rows are not judged text by text. What it rests on is the same, byte for byte: the workbook,
the ledger and the version of trustbook. Where something that was asked of the day has another
answer today, the book is made anew of the lists; where anything else changed, all is read as ever.
A workbook that was saved anew is read, and where every cell holds what it held, it is not judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from trustbook.columns import TYPED
from trustbook.errors import NotRecalled
from trustbook.ledger import Known, Ledger
from trustbook.ledger.facts import learned_in
from trustbook.ledger.locate import Arrival, LedgerLocator, Located
from trustbook.ledger.packed import unpack_lines
from trustbook.ledger.reading_cache import CachedReading, cached_reading
from trustbook.merge.overtyped import stands_as_written
from trustbook.model import Book, Memory
from trustbook.reading.kept_reading import (
    Texts,
    grids_alike,
    lists_alike,
    take_book,
    take_lists,
    take_memory,
)
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
    def _texts(self) -> tuple[Texts, Texts]:
        typed, derived = (unpack_lines(self.cached.parts[one]) for one in ("lists", "derived"))
        return typed, derived

    @cached_property
    def _typed(self) -> tuple[dict[str, Listing], list[Grid]]:
        return take_lists(*self._texts)

    def goes_for(self, replica: Replica) -> bool:
        """Whether a workbook that was read holds, in every cell we look at, what it held when it
        was last read, or what was written there since.
        """
        snapshot, known = replica.snapshot, replica.known
        if known is None or replica.stamp != known.state.get("token"):
            return False
        odd = (replica.others, replica.renames.sheets, replica.renames.columns)
        built_alike = grids_alike(snapshot.grids, self.grids)
        if any(odd) or not built_alike or snapshot.epoch.toordinal() != self._texts[0][0]["epoch"]:
            return False
        return _ours_stand(snapshot, known) and lists_alike(replica.lists, self.lists)

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


@dataclass(slots=True)
class SavedAnew(Snapshot):
    """A workbook that was read whole, and what is kept of a reading of it before it was saved."""

    kept: Recalled = field(kw_only=True)
    ledger: Path = field(kw_only=True)


def recalled_book(kept: Recalled | None) -> Recalled | None:
    """The book that was read before, where it is the same today; None where it is to be read.
    ``kept``: what a RecalledSnapshot brings, and no other.
    """
    return kept if kept and kept.holds else None


def replica_recalled(book: Workbook, snapshot: RecalledSnapshot, known: Known | None) -> Replica:
    """The workbook as a replica: no name in it is another than it was."""
    lists = snapshot.recalled.lists
    return Replica(book.address, book.name, snapshot, lists, known, unfit=book.unfit)


def _ours_stand(snapshot: Snapshot, known: Known) -> bool:
    """Whether our own sheets, all of them, hold what was written on them last."""
    written = (known.state.get("ours") or {}).get("sheets", {})
    ours = {grid.ours: grid for grid in snapshot.grids if grid.ours}
    if ours.keys() != written.keys() or any(grid.unmarked for grid in ours.values()):
        return False
    return all(stands_as_written(ours[name], rows) for name, rows in written.items())


def as_kept(replica: Replica, ledger: object) -> Replica:
    """A workbook that was saved anew, by what is kept of it where that goes for it still; any other
    as it is. ``ledger``: where the ledger stands that knows it.
    """
    snapshot = replica.snapshot
    if not isinstance(snapshot, SavedAnew) or snapshot.ledger != ledger:
        return replica
    if not snapshot.kept.goes_for(replica):
        return replica
    recalled = RecalledSnapshot(**_values(snapshot), recalled=snapshot.kept)
    return replace(replica, snapshot=recalled, as_left=True)


def _values(snapshot: Snapshot) -> dict[str, Any]:
    return {field.name: getattr(snapshot, field.name) for field in fields(Snapshot)}


def about_reading(book: Workbook, lang: str | None) -> str:
    """What a reading of a workbook goes by beside its version and its ledger."""
    return f"{book.address}|{book.adoption!r}|{lang}"


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
    if len(books) != 1:
        return None
    [book] = books
    version = version or book.standing()
    cached, _ = _cached(book, locator, lang)
    if cached is None or cached.version != version:
        return None
    shown = book.read(lambda title: False)
    if shown.version != version or lost_titles(shown):
        return None
    return [(book, _with(shown, Recalled(cached, cached.holds_on(today))))]


def beside_kept(
    seen: Sequence[tuple[Workbook, Snapshot]],
    locator: LedgerLocator | None,
    today: date,
    lang: str | None,
) -> list[tuple[Workbook, Snapshot]] | None:
    """The only workbook of a book, which was read, with what is kept of it from before it was saved
    anew; None where nothing is kept that goes for ``today``.
    """
    if len(seen) != 1 or isinstance(seen[0][1], RecalledSnapshot):
        return None
    [(book, shown)] = seen
    cached, place = _cached(book, locator, lang)
    if cached is None or place is None or not cached.holds_on(today):
        return None
    return [(book, SavedAnew(**_values(shown), kept=Recalled(cached, True), ledger=place))]


def _cached(
    book: Workbook, locator: LedgerLocator | None, lang: str | None
) -> tuple[CachedReading | None, Path | None]:
    """What is kept of a workbook, whatever its version, and where the ledger is that knows it."""
    if locator is None:
        return None, None
    place = locator.place_of(Arrival(book.address, book.name, {}))
    if not isinstance(place, Path):
        return None, None
    return cached_reading(place, about_reading(book, lang)), place


def _with(shown: Snapshot, recalled: Recalled) -> Snapshot:
    """What was read of a workbook, and the sheets that were not; all in their order."""
    grids = {grid.title: grid for grid in (*shown.grids, *recalled.grids)}
    values = _values(shown) | {"grids": [grids[one] for one in shown.titles if one in grids]}
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
