"""The quarter's arithmetic: what stood on its last day, what moved, what was counted.

Nothing here is left out or put into words yet: editions.py decides what may be shown, wording.py
says it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from trustbook.health.facts import Contacts, Facts, contacts, gather, months_before
from trustbook.health.sentences import Writer
from trustbook.model import (
    ATTEMPT,
    CANCELLED,
    HELD,
    PLANNED,
    SUNNY,
    US,
    Book,
    Promise,
)
from trustbook.network.labels import Labels
from trustbook.overview.ahead import Outlook, look_ahead
from trustbook.overview.matrix import Matrix, make_matrix
from trustbook.overview.not_counted import left_out_rows
from trustbook.overview.period import Span, quarter_of
from trustbook.overview.trend import (
    MONTHS,
    HeldContacts,
    MonthCounts,
    WarmShare,
    civil_partners,
    log_until,
    month_counts,
    statuses_on,
    warm_shares,
)

_COLD = ("cold", "crisis_only")
# How close a relationship is: a change of level is a movement. For who is new, a first talk rises
# and none falls. Who paused is out of it, and neither rises nor falls.
_LEVEL = {"warm": 3, "cooling": 2, "new": 1.5, "cold": 1, "crisis_only": 1}


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """What was counted in one stretch of days, held moments only, up to ``as_of``.

    ``sunny`` and ``crisis`` are moments (a meeting of twelve is one), ``civil`` the sunny ones with
    civil society and ``civil_partners`` how many of its partners were there; ``kept`` of ``due``
    promises of ours that fell due were kept by the last day.
    """

    as_of: date
    sunny: int
    crisis: int
    civil: int
    civil_partners: int
    kept: int
    due: int


@dataclass(frozen=True, slots=True)
class Movement:
    """Partners (positions) whose relationship rose, fell, began or ended since the last stretch."""

    warmed: tuple[int, ...]
    cooled: tuple[int, ...]
    new: tuple[int, ...]
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColdRelationship:
    """One cold relationship; no ``last_contact`` for who was never spoken, ``rhythm`` in days."""

    partner: int
    status: str
    last_contact: date | None
    last_sunny: date | None
    rhythm: int
    step: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything the overview rests on, as it stood on the day ``as_of``.

    Partners are positions in ``book.partners``. ``statuses`` and ``statuses_before`` hold who was
    on the list and had not ended, on the last day of each stretch. ``facts_as_of`` tells from when
    undated facts (rhythm, tier, holder) are: "now" or "then".
    """

    book: Book
    span: Span
    as_of: date
    statuses: dict[int, str]
    statuses_before: dict[int, str]
    now: PeriodCounts
    before: PeriodCounts
    movement: Movement
    matrix: Matrix
    cold: tuple[ColdRelationship, ...]
    months: tuple[MonthCounts, ...]
    shares: tuple[WarmShare, ...]
    ahead: Outlook
    left_out: dict[str, int]
    not_yet: int
    ended: int
    facts_as_of: str


def count_numbers(
    book: Book, span: Span, today: date, lang: str, facts_as_of: str = "now"
) -> Numbers:
    """The numbers of ``span`` for ``book``; of a stretch that still runs, up to ``today``.

    ``lang``: the language of next steps.
    """
    as_of, before = min(span.last, today), span.before()
    labels = Labels(book.settings)
    log = contacts(book.moments, as_of)
    facts = gather(book, log, as_of)
    statuses = statuses_on(book, facts, as_of)
    earlier = gather(book, log_until(log, before.last), before.last)
    statuses_before = statuses_on(book, earlier, before.last)
    civil = np.zeros(len(book.partners), dtype=bool)
    civil[list(civil_partners(book))] = True
    first = min(months_before(quarter_of(span.last).first, MONTHS - 3), before.first)
    held = _held_since(log, civil, first)
    ended = {
        position
        for position, partner in enumerate(book.partners)
        if partner.ended_on is not None and partner.ended_on < as_of
    }
    return Numbers(
        book=book,
        span=span,
        as_of=as_of,
        statuses=statuses,
        statuses_before=statuses_before,
        now=_count(book, held, span, as_of),
        before=_count(book, held, before, before.last),
        movement=_movement(statuses, statuses_before, ended),
        matrix=make_matrix(book, statuses, labels),
        cold=_cold(book, _without_passed_plans(facts, today), statuses, lang),
        months=month_counts(held, span, as_of),
        shares=warm_shares(book, log, span, as_of),
        ahead=look_ahead(book, facts, statuses, span, as_of, today),
        left_out=_left_out(book, log, span, as_of),
        not_yet=book.not_yet + len(book.partners) - len(statuses) - len(ended),
        ended=len(ended),
        facts_as_of=facts_as_of,
    )


def _held_since(log: Contacts, civil: npt.NDArray[np.bool_], first: date) -> HeldContacts:
    """The held contacts since the day ``first``; ``civil`` says of each partner what it is."""
    wanted = log.held & (log.day >= first.toordinal())
    partner = log.partner[wanted]
    return HeldContacts(
        log.moment[wanted],
        partner,
        log.day[wanted],
        log.weather[wanted] == SUNNY,
        civil[partner],
    )


def _count(book: Book, held: HeldContacts, span: Span, as_of: date) -> PeriodCounts:
    inside = held.within(span.first, min(span.last, as_of))
    with_civil = inside & held.sunny & held.civil
    promises = [
        promise
        for promise in book.moments.promises
        if promise.by == US
        and book.moments.is_made(promise, as_of)
        and _fell_due(promise, span, as_of)
    ]
    return PeriodCounts(
        as_of=as_of,
        sunny=held.moments(inside & held.sunny),
        crisis=held.moments(inside & ~held.sunny),
        civil=held.moments(with_civil),
        civil_partners=len(np.unique(held.partner[with_civil])),
        kept=sum(promise.kept_on is not None and promise.kept_on <= as_of for promise in promises),
        due=len(promises),
    )


def _fell_due(promise: Promise, span: Span, as_of: date) -> bool:
    return promise.due is not None and promise.due in span and promise.due <= as_of


def _movement(now: dict[int, str], before: dict[int, str], ended: set[int]) -> Movement:
    changes = _level_changes(now, before)
    return Movement(
        warmed=tuple(p for p, change in changes.items() if change > 0),
        cooled=tuple(p for p, change in changes.items() if change < 0),
        new=tuple(p for p in now if p not in before),
        lost=tuple(p for p in before if p in ended),
    )


def _level_changes(now: dict[int, str], before: dict[int, str]) -> dict[int, float]:
    """By how much who was there both times came closer; negative for who went further away."""
    return {
        position: _LEVEL[now[position]] - _LEVEL[before[position]]
        for position in now
        if position in before and "paused" not in (now[position], before[position])
    }


def _without_passed_plans(facts: list[Facts], today: date) -> list[Facts]:
    """The same facts without plans for a day before ``today``: what passed is no plan any more."""
    now = today.toordinal()
    return [replace(own, planned_soon=0) if 0 < own.planned_soon < now else own for own in facts]


def _cold(
    book: Book, facts: list[Facts], statuses: dict[int, str], lang: str
) -> tuple[ColdRelationship, ...]:
    """The cold relationships, longest silent first for their rhythm, never spoken first of all."""
    writer = Writer(lang, book.settings)
    found = []
    for position, status in statuses.items():
        if status not in _COLD:
            continue
        partner, own = book.partners[position], facts[position]
        # Past the cold limit a step rests on promises, plans and attempts: hints add nothing.
        step = writer.step(partner, own, status, True, (), False)
        last = max(own.last_sunny, own.last_crisis)
        ratio = own.silence / own.rhythm if own.last_sunny else float("inf")
        cold = ColdRelationship(
            position, status, _day(last), _day(own.last_sunny), own.rhythm, step
        )
        found.append((-ratio, partner.name, cold))
    return tuple(cold for _, _, cold in sorted(found, key=lambda entry: entry[:2]))


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


def _left_out(book: Book, log: Contacts, span: Span, as_of: date) -> dict[str, int]:
    """How many rows of the stretch did not count, by reason, only reasons there are."""
    moments = book.moments
    row, day, state = (
        np.array(column, dtype=np.int64) for column in (moments.row, moments.day, moments.state)
    )
    present = np.bincount(log.moment, minlength=len(row)) > 0
    inside = (day >= span.first.toordinal()) & (day <= as_of.toordinal())
    found = {
        "planned": int((inside & (state == PLANNED)).sum()),
        "cancelled": int((inside & (state == CANCELLED)).sum()),
        "attempt": int((inside & (state == ATTEMPT)).sum()),
        "nobody": int((inside & ~present & (state == HELD)).sum()),
        **left_out_rows(book.problems, row, inside, present),
    }
    return {reason: number for reason, number in found.items() if number}
