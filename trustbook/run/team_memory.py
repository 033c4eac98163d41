"""What the ledger knows of a team: holders that changed, days without one, what warm predicted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from trustbook.ledger import Ledger
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.merge.cell_codec import Value, decode, is_withheld
from trustbook.model import Book
from trustbook.names import first_holder, key
from trustbook.network.answered import answered_calls
from trustbook.network.calibration import LEAST_CALLS, outcomes_of, warm_answers_more
from trustbook.overview.team import TeamMemory
from trustbook.reading.identities import identity
from trustbook.run.calibration import asked_calls
from trustbook.workbooks.base import Workbook

# A change of holder: the day, and who held the partner before it.
_Change = tuple[date, str]


def team_memory(
    book: Book, workbook: Workbook, locator: LedgerLocator, day: date
) -> TeamMemory | None:
    """What the ledger of a book tells of the year of ``day`` up to it; None where it is not here.

    Who held a partner before the first run is who held it first, as far as is known.
    """
    ledger = locator.memory(Arrival(workbook.address, workbook.name, {}))
    if ledger is None:
        return None
    with ledger:
        changes = _changes(ledger)
    first = date(day.year, 1, 1)
    changed, without = 0, 0
    for partner in book.partners:
        if partner.ended_on is not None and partner.ended_on < day:
            continue
        since = max(first, partner.since or first)
        years = list(changes.get(identity(partner), ()))
        changed += _has_changed(_holder(partner.holder), years, first, day)
        without += _days_without(_holder(partner.holder), years, since, day)
    return TeamMemory(changed, without, _may_claim(book, workbook, locator))


def _holder(text: str | None) -> str:
    return key(first_holder(text) or "")


def _changes(ledger: Ledger) -> dict[str, list[_Change]]:
    """Every change of holder by the identity of the partner, the last one first."""
    found: dict[str, list[_Change]] = {}
    for _, at, event in reversed(ledger.journal()):
        if (event.sheet, event.column, event.what) == ("partners", "holder", "changed"):
            change = date.fromisoformat(at[:10]), _holder(_text(event.old))
            found.setdefault(event.id, []).append(change)
    return found


def _text(value: Value | None) -> str | None:
    cell = decode(value)
    return cell if isinstance(cell, str) and not is_withheld(value) else None


def _has_changed(now: str, changes: Sequence[_Change], first: date, day: date) -> bool:
    """Whether somebody else held the partner at some time from ``first`` to ``day``, or nobody
    any more.
    """
    holder = now
    for on, before in changes:
        if first <= on <= day and before and before != holder:
            return True
        holder = before
    return False


def _days_without(now: str, changes: Sequence[_Change], first: date, day: date) -> int:
    """How many days from ``first`` to ``day`` nobody held the partner."""
    days, holder, end = 0, now, day + timedelta(days=1)
    for on, before in (*changes, (first, "")):
        begin = min(max(on, first), end)
        days += (end - begin).days if not holder else 0
        holder, end = before, begin
    return days


def _may_claim(book: Book, workbook: Workbook, locator: LedgerLocator) -> bool:
    """Whether it may be said that who is warm answers sooner; few calls are not looked into."""
    calls = [one for one in answered_calls(book) if not one.exercise]
    if len(calls) < LEAST_CALLS:
        return False
    return warm_answers_more(outcomes_of(asked_calls(book, workbook, locator).crisis))
