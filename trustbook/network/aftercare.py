"""After a crisis: who was reached, who was not, what was promised, and whom we still owe thanks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from trustbook.model import CRISIS, HELD, PLANNED, SUNNY, US, Book, Period, add_days
from trustbook.network.answered import ANSWERS, answer_of

_REACHED = ("same_day", "later")


@dataclass(frozen=True, slots=True)
class Aftercare:
    """A crisis looked back on: per partner the best answer (None: nobody noted one), our promises
    of those days that are open, and on which day we thanked with a calm talk (None: not yet).
    """

    first: date
    last: date
    rows: list[dict[str, Any]]

    @property
    def reached(self) -> int:
        """How many partners we spoke."""
        return sum(row["reached"] for row in self.rows)

    @property
    def not_reached(self) -> int:
        """How many we tried in vain."""
        return len(self.rows) - self.reached

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        told = ("id", "name", "answered", "promised", "thanked")
        return {
            "from": self.first,
            "to": self.last,
            "reached": self.reached,
            "not_reached": self.not_reached,
            "rows": [{name: row[name] for name in told} for row in self.rows],
        }


def last_crisis(book: Book, today: date) -> Period | None:
    """The last crisis of Settings that had begun by ``today``; periods that overlap, or follow each
    other without a day between, are one crisis.
    """
    begun = [one for one in book.settings.crisis if one.first <= today]
    found = max(begun, key=lambda one: one.last, default=None)
    for one in sorted(begun, key=lambda one: one.last, reverse=True):
        if found is not None and add_days(one.last, 1) >= found.first:
            found = Period(min(one.first, found.first), found.last)
    return found


def aftercare(book: Book, period: Period, today: date) -> Aftercare:
    """What is to be seen to after the crisis of ``period``, as of ``today``; who was not reached
    first, then those we still owe thanks.
    """
    log = book.moments
    contacts: dict[int, list[int]] = {}
    for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
        day = date.fromordinal(log.day[moment])
        called = log.weather[moment] == CRISIS and log.state[moment] != PLANNED
        if called and day in period and day <= today:
            contacts.setdefault(partner, []).append(moment)
    rows = [_row(book, partner, moments, today) for partner, moments in contacts.items()]
    rows = [row for row in rows if row is not None]
    rows.sort(key=lambda row: (row["reached"], row["visited"] is not None, row["name"]))
    return Aftercare(period.first, period.last, rows)


def _row(book: Book, partner: int, moments: list[int], today: date) -> dict[str, Any]:
    log, at = book.moments, book.partners[partner]
    answers = [answer for one in moments if (answer := answer_of(book, one))]
    best = min(answers, key=ANSWERS.index, default=None)
    spoken = any(map(log.was_reached, moments))
    reached = best in _REACHED or spoken
    last = max(log.day[one] for one in moments)
    calm = _calm_talk(book, partner, last, today)
    return {
        "id": at.id,
        "name": at.name,
        "answered": best,
        "promised": _promised(book, moments, today),
        "thanked": calm if reached else None,
        "reached": reached,
        "visited": calm,
        "ended": at.ended_on is not None and at.ended_on <= today,
    }


def _promised(book: Book, moments: list[int], today: date) -> list[str]:
    """Our promises of these moments that are open."""
    return [
        one.text
        for one in book.moments.promises
        if one.moment in moments and one.by == US and (one.kept_on is None or one.kept_on > today)
    ]


def _calm_talk(book: Book, partner: int, after: int, today: date) -> date | None:
    """The first calm talk after a day (an ordinal): then they were thanked, or gone to."""
    log = book.moments
    days = [
        log.day[moment]
        for moment, who in zip(log.contact_moment, log.contact_partner, strict=True)
        if who == partner and log.state[moment] == HELD and log.weather[moment] == SUNNY
        if after < log.day[moment] <= today.toordinal()
    ]
    return date.fromordinal(min(days)) if days else None
