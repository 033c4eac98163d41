"""The status of the day before a call, as it was known then: never judged again with what came
later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from trustbook.columns import TYPED
from trustbook.ledger import Change, Known, Ledger
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.merge.cell_codec import unpack
from trustbook.model import Book
from trustbook.network.answered import AnsweredCall, answered_calls
from trustbook.reading.identities import identity
from trustbook.run.judge import Judging, judge_all
from trustbook.run.last_good import listing_of
from trustbook.run.line_answers import LineAnswers
from trustbook.run.merge_sheets import MergedSheets
from trustbook.run.names_now import snapshot_of
from trustbook.run.replica import MergedWorkbook, Replica
from trustbook.run.restore import rewind
from trustbook.workbooks.base import Workbook


@dataclass(slots=True)
class AskedCalls:
    """Calls as (status of the day before, answer), those of a crisis and those of exercises;
    ``left_out`` counts those before whose day no run had read the book.
    """

    crisis: list[tuple[str, str]] = field(default_factory=list)
    exercises: list[tuple[str, str]] = field(default_factory=list)
    left_out: int = 0

    def __add__(self, other: AskedCalls) -> AskedCalls:
        return AskedCalls(
            self.crisis + other.crisis,
            self.exercises + other.exercises,
            self.left_out + other.left_out,
        )


def asked_calls(book: Book, workbook: Workbook, locator: LedgerLocator) -> AskedCalls:
    """All calls of a book with the status that each partner had the day before, by what the ledger
    held after its last run on or before that day.
    """
    asked = AskedCalls()
    calls = answered_calls(book)
    ledger = locator.memory(Arrival(workbook.address, workbook.name, {}))
    if ledger is None:
        asked.left_out = len(calls)
        return asked
    with ledger:
        runs = _last_run_of_days(ledger)
        days: dict[date, Mapping[str, str]] = {}
        for call in calls:
            before = call.day - timedelta(days=1)
            if before not in days:
                days[before] = _statuses(ledger, workbook, runs, before)
            _count(asked, call, days[before].get(identity(book.partners[call.partner])))
    return asked


def _count(asked: AskedCalls, call: AnsweredCall, status: str | None) -> None:
    if status is None:
        asked.left_out += 1
    else:
        (asked.exercises if call.exercise else asked.crisis).append((status, call.answer))


def _last_run_of_days(ledger: Ledger) -> list[tuple[date, int]]:
    """Each run with its day, the first run first."""
    found = [(datetime.fromisoformat(at).date(), number) for number, at, *_ in ledger.runs()]
    return sorted(found, key=lambda one: one[1])


def _statuses(
    ledger: Ledger, workbook: Workbook, runs: list[tuple[date, int]], day: date
) -> Mapping[str, str]:
    """Every status of ``day`` by the identity of the partner; none before the first run."""
    last = max((number for on, number in runs if on <= day), default=None)
    known = ledger.known(workbook.address)
    if last is None or known is None:
        return {}
    with ledger.in_passing() as then:
        change = rewind(then, last)
        at = datetime.combine(day, datetime.min.time()).isoformat()
        then.prepare(then.next_run(), "calibration", change, at, day, {})
        then.commit({})
        merged = MergedWorkbook.of(_as_remembered(then, workbook, known))
        outcome = MergedSheets(Change(), [merged])
        judging = Judging(day, day, None, None, [], set(), LineAnswers())
        judged, _ = judge_all(then, outcome, judging)
    found = judged[0]
    return {identity(found.book.partners[one.partner]): one.status for one in found.verdicts}


def _as_remembered(ledger: Ledger, workbook: Workbook, known: Known) -> Replica:
    """A workbook that holds what the ledger does."""
    lists = {}
    for sheet in TYPED:
        gone = ledger.archived(sheet.key)
        alive = {
            one: unpack(text) for one, text in ledger.records(sheet.key).items() if one not in gone
        }
        if alive or sheet.key == "partners":
            lists[sheet.key] = listing_of(known, sheet, alive)
    return Replica(workbook.address, workbook.name, snapshot_of(workbook), lists, known)
