"""Who to call: at most ten partners per holder, the most pressing first, each with why now and one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.health import Verdict
from trustbook.messages import say
from trustbook.model import Book, Partner
from trustbook.names import key
from trustbook.sentences import written

MOST_PER_HOLDER = 10
_BY_STATUS = {"cold": 1, "crisis_only": 2, "new": 3, "cooling": 4, "warm": 5}


@dataclass(frozen=True, slots=True)
class Call:
    """One line of Who to call. ``partner`` is the position in ``Book.partners``; ``holder`` is None where nobody is.

    ``table``: the next consultation at which we sit together, with its date, blank if there is none.
    """

    holder: str | None
    partner: int
    why_now: str
    step: str
    table: str


def who_to_call(book: Book, verdicts: Sequence[Verdict], today: date, lang: str | None = None) -> list[Call]:
    """The to-do list as of ``today``, holder by holder in order of name, partners without a holder last.

    Order within a holder: a promise of ours that is overdue, cold, crisis only, new and past due, cooling, about to
    fall silent; then by due date and name. Nothing in it moves because a night passed: risk does not order it.
    """
    holders: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        partner = book.partners[verdict.partner]
        if _asks_for_us(partner, verdict, today):
            holders.setdefault(key(partner.holder or ""), []).append(verdict)
    tables = _next_tables(book, today, lang or book.lang)
    calls = []
    for holder in sorted(holders, key=lambda name: (not name, name)):
        pressing = sorted(holders[holder], key=lambda v: _order(book.partners[v.partner], v))[:MOST_PER_HOLDER]
        shown = book.partners[min(v.partner for v in holders[holder])].holder  # one spelling for the whole group
        for verdict in pressing:
            calls.append(
                Call(shown, verdict.partner, _why_now(verdict), verdict.next_step, tables.get(verdict.partner, ""))
            )
    return calls


def _asks_for_us(partner: Partner, verdict: Verdict, today: date) -> bool:
    if verdict.status in ("ended", "paused") or verdict.planned_soon:
        return False
    if partner.snooze_until is not None and today < partner.snooze_until:
        return False
    if verdict.has("promise_overdue") or verdict.has("slipping"):
        return True
    if verdict.status == "new":
        return verdict.due is not None and verdict.due < today
    return verdict.status != "warm"


def _order(partner: Partner, verdict: Verdict) -> tuple[int, date, str]:
    group = 0 if verdict.has("promise_overdue") else _BY_STATUS[verdict.status]
    return group, verdict.due or date.max, key(partner.name)


def _why_now(verdict: Verdict) -> str:
    """A promise goes before silence; who is warm is only here because it is about to fall silent."""
    hints = {hint.code: hint for hint in verdict.hints}
    if "promise_overdue" in hints:
        return hints["promise_overdue"].text
    if verdict.status == "warm":
        return f"{hints['slipping'].short.capitalize()}. {verdict.why}"
    return verdict.why


def _next_tables(book: Book, today: date, lang: str) -> dict[int, str]:
    """Per partner the first consultation from ``today`` on at which it sits."""
    ahead = sorted((c.next, key(c.name), c.name, c.members) for c in book.consultations if c.next and c.next >= today)
    tables: dict[int, str] = {}
    for day, _, name, members in ahead:
        for member in members:
            tables.setdefault(member, say(lang, "health.next_table", name=name, day=written(day.toordinal(), lang)))
    return tables
