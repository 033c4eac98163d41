"""What is held about a person who asks for it; reads only, also where a sync would stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trustbook.errors import UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.copies import all_that_is_kept
from trustbook.ledger.ledger_place import home_of
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.merge.threeway import Event
from trustbook.network.hiding import hidden_value
from trustbook.run.held import Erasure, Find, all_that_names
from trustbook.run.history import memory_of_book
from trustbook.run.read import Reading
from trustbook.workbooks.base import Workbook


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held about a person: the cells of every workbook, how many lines of the journal
    are about them (None where there is no memory to look in), and in how many copies and which
    pages of ours they stand.
    """

    erasure: Erasure
    journal: int | None
    copies: list[Path]

    def as_json(self) -> dict[str, object]:
        """The same for machines."""
        rows = [
            {"sheet": one.sheet, "id": one.id or None, "column": one.column, "value": one.before}
            for one in self.erasure.cells
        ]
        return {
            "person": self.erasure.whom.name,
            "rows": rows,
            "journal": self.journal,
            "copies": len(self.copies),
        }


def all_that_is_held(
    workbooks: Sequence[Workbook], keeper: LedgerLocator, reading: Reading, find: Find, today: date
) -> Held:
    """What is held about somebody in a book that was read. Raises what ``find`` raises."""
    with _memory(workbooks, keeper, reading, today) as ledger:
        try:
            erasure = all_that_names(workbooks, reading, ledger, find)
        except UsageError as fault:
            if fault.key == "forget.nobody" and not reading.memory:
                fault.key = "forget.nobody_now"
            raise
        events = [event for _, _, event in ledger.journal()]
    journal = sum(_is_about(event, erasure) for event in events) if reading.memory else None
    copies = [copy for book in workbooks for copy in book.copies()]
    return Held(erasure, journal, [*copies, *_kept_beside(keeper, reading)])


@contextmanager
def _memory(
    workbooks: Sequence[Workbook], keeper: LedgerLocator, reading: Reading, today: date
) -> Iterator[Ledger]:
    """The memory of a book, or where it cannot be used one that knows what the workbooks say."""
    if reading.memory:
        with memory_of_book(keeper, workbooks[0]) as ledger:
            yield ledger
        return
    with Ledger(None) as alone:
        change, at = reading.outcome.change, f"{today.isoformat()}T00:00:00"
        alone.prepare(1, "1-00000000", change, at, today, {})
        alone.commit({})
        yield alone


def _kept_beside(keeper: LedgerLocator, reading: Reading) -> list[Path]:
    """The files beside the memory that hold what it holds, or held."""
    replica = reading.judged[0].merged.replica
    place = keeper.place_of(Arrival(replica.address, replica.name, replica.snapshot.marks))
    home = home_of(place) if place is not None else None
    return all_that_is_kept(home) if home is not None else []


def _is_about(event: Event, erasure: Erasure) -> bool:
    """Whether a line of the journal is about somebody, or names them."""
    hide = erasure.forgetting.hide
    named = any(hidden_value(value, hide) != value for value in (event.old, event.new))
    return named or event.id in erasure.identities
