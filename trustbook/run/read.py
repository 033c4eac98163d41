"""Looking without a night's work: the book a workbook holds and its verdicts, with what is
remembered of it.
"""

from __future__ import annotations

from datetime import date

from trustbook.errors import SafetyStop
from trustbook.health.verdict import Verdict, judge_partners
from trustbook.ledger.facts import (
    as_known_on,
    carried_on,
    carry,
    memory_of,
    new_round,
    recall,
    since_when,
)
from trustbook.ledger.locate import Arrival, LedgerLocator, Located
from trustbook.model import Book
from trustbook.network.duplicates import duplicate_problems
from trustbook.reading.lists import find_lists
from trustbook.reading.records import read_lists
from trustbook.snapshot import Snapshot


def look(
    snapshot: Snapshot,
    today: date,
    lang: str | None = None,
    keeper: LedgerLocator | None = None,
    address: str = "",
    now: date | None = None,
) -> tuple[Book, list[Verdict]]:
    """The book a workbook holds and its verdicts as of ``today``, without planning anything.

    ``keeper`` and ``address`` find its memory, if it has one; ``now`` is the real day: on a
    ``today`` before it the undated facts are as the ledger knew them then.
    """
    lists = find_lists(snapshot.grids)
    memory = recall(snapshot, lists)
    kept = _kept(snapshot, keeper, address)
    if kept is not None:
        with kept.ledger as ledger:
            memory = memory_of(ledger, snapshot, lists)
            then = now is not None and today < now and as_known_on(ledger, lists, today)
            facts = carry(ledger.facts("carried"), (), today)
            carried = carried_on(facts, {*ledger.addresses()} - {kept.known_as(address)})
            book = read_lists(lists, snapshot.epoch, today, lang, memory)
            if not then and new_round(ledger, book, memory, ledger.next_run()) and memory.sat:
                book = read_lists(lists, snapshot.epoch, today, lang, memory)
            book.problems += duplicate_problems(book, lists["partners"], ledger.facts("apart"))
            book.problems, _ = since_when(
                [*book.problems, *carried], lists, ledger.facts("problems"), today
            )
    else:
        book = read_lists(lists, snapshot.epoch, today, lang, memory)
        book.problems += duplicate_problems(book, lists["partners"])
    return book, judge_partners(book, today)


def _kept(snapshot: Snapshot, keeper: LedgerLocator | None, address: str) -> Located | None:
    """The memory of a workbook for looking only; a guard that would stop a sync does not keep
    anybody from looking.
    """
    if keeper is None:
        return None
    try:
        return keeper.open([Arrival(address, snapshot.workbook, snapshot.marks)], reads_only=True)
    except SafetyStop:
        return None
