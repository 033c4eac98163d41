"""What lies open at the end of a stretch of days: gaps, promises, relations about to turn cold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trustbook.health.facts import Facts, months_before
from trustbook.health.sentences import grace_end
from trustbook.model import PLANNED, US, Book, Moments, Partner
from trustbook.network.promises import OpenPromise, open_promises
from trustbook.overview.period import Span, quarter_of


@dataclass(frozen=True, slots=True)
class DatedPartner:
    """A day and the partner (position) it is about; None where nobody from the list was there."""

    day: date
    partner: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is open on the day the overview is about, and what ``days`` after it bring.

    ``late`` and ``due`` are promises of ours; ``planned`` are talks for days that have not passed
    when the overview is made; ``turning`` are the partners that turn cold unless somebody talks to
    them, the first one first.
    """

    days: Span
    late: tuple[DatedPartner, ...]
    due: tuple[DatedPartner, ...]
    turning: tuple[int, ...]
    planned: tuple[DatedPartner, ...]


def look_ahead(
    book: Book,
    facts: Sequence[Facts],
    statuses: dict[int, str],
    span: Span,
    as_of: date,
    today: date,
) -> Outlook:
    """What lies open as of ``as_of``, the last day of ``span`` that is over on ``today``."""
    days = days_ahead(span, as_of)
    ours = [one for one in open_promises(book, as_of) if one.promise.by == US]
    return Outlook(
        days=days,
        late=_dated(one for one in ours if one.overdue),
        due=_dated(one for one in ours if not one.overdue and _due_by(one, days.last)),
        turning=_turning(book.partners, facts, statuses, days),
        planned=_planned(book.moments, max(today, days.first), days.last),
    )


def days_ahead(span: Span, as_of: date) -> Span:
    """The quarter after a whole one, else the three months after ``as_of``."""
    first = as_of + timedelta(days=1)
    if span.quarter and as_of == span.last:
        return quarter_of(first)
    return Span(first, months_before(first, -3) - timedelta(days=1))


def _due_by(one: OpenPromise, last: date) -> bool:
    return one.promise.due is not None and one.promise.due <= last


def _dated(promises: Iterable[OpenPromise]) -> tuple[DatedPartner, ...]:
    """Promises with their due days; the first partner stands for all who were there."""
    return tuple(
        DatedPartner(one.promise.due, next(iter(one.partners), None))
        for one in promises
        if one.promise.due is not None
    )


def _turning(
    partners: Sequence[Partner], facts: Sequence[Facts], statuses: dict[int, str], days: Span
) -> tuple[int, ...]:
    """Who is not cold yet and will be within ``days``, by the day on which it turns."""
    found = []
    for position, status in statuses.items():
        if status in ("warm", "cooling", "new") and partners[position].ended_on is None:
            turns = _turns_cold(partners[position], facts[position])
            if turns <= days.last.toordinal():
                found.append((turns, partners[position].name, position))
    return tuple(position for _, _, position in sorted(found))


def _turns_cold(partner: Partner, facts: Facts) -> int:
    """The day on which a silence turns cold; after a pause it has one rhythm more."""
    if partner.paused_until is None:
        return facts.cold_on
    return max(facts.cold_on, grace_end(partner, facts.rhythm) + 1)


def _planned(moments: Moments, first: date, last: date) -> tuple[DatedPartner, ...]:
    """Talks that are planned from ``first`` to ``last``, by day: a moment once."""
    at = {
        moment: day
        for moment, (day, state) in enumerate(zip(moments.day, moments.state, strict=True))
        if state == PLANNED and first.toordinal() <= day <= last.toordinal()
    }
    present: dict[int, int] = {}
    for moment, partner in zip(moments.contact_moment, moments.contact_partner, strict=True):
        if moment in at:
            present.setdefault(moment, partner)
    return tuple(
        DatedPartner(date.fromordinal(day), present[moment])
        for moment, day in sorted(at.items(), key=lambda entry: entry[1])
        if moment in present
    )
