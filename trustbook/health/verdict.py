"""The verdict: for every partner one status, one sentence of why, what to look at and one step, as
of a day.

A pure function of book and day. It judges what we did (did we keep the rhythm, our promises?),
never the partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from trustbook.health.facts import Contacts, Facts, contacts, gather
from trustbook.health.hints import Hint, Hints
from trustbook.health.sentences import Writer, grace_end
from trustbook.model import Book, Partner, Settings, add_days
from trustbook.risk import contact_history, fit_chance, reason, sentence

CRISIS_WINDOW = 90
SLIPPING = 0.5
CONTACT_DAYS_FOR_RISK = 3
SHORTEST_HORIZON, LONGEST_HORIZON = 30, 365


@dataclass(slots=True)
class Verdict:
    """How we keep up with one partner, as of a day.

    ``partner`` is the position in ``Book.partners``; ``status`` a key of columns.STATUSES.
    ``silence_days`` counts days since the last sunny moment without quiet days, None if there never
    was one; ``silence_ratio`` is that over ``rhythm_days``. ``risk`` (0..1, None under three days
    of sunny contact and for who ended) is the chance of no contact within ``risk_horizon_days``.
    ``due`` is the day on which the silence reaches the rhythm, None while paused and after the end.
    ``planned`` is the first moment ahead, ``planned_soon`` tells of a calm one within a rhythm.
    ``trend`` draws the sunny moments of eight quarters, the running one last, on one scale for all
    partners. ``why``, ``next_step`` and the short hints hold dates, never a count of days: no night
    alone changes them.
    """

    partner: int
    status: str
    why: str
    hints: tuple[Hint, ...]
    last_sunny: date | None
    last_contact: date | None
    silence_days: int | None
    rhythm_days: int
    silence_ratio: float | None
    risk: float | None
    risk_horizon_days: int
    due: date | None
    next_step: str
    planned: date | None
    planned_soon: bool
    trend: str
    attempts: int

    def has(self, code: str) -> bool:
        """Whether the hint with this code stands beside the verdict."""
        return any(hint.code == code for hint in self.hints)


def judge_partners(book: Book, today: date, lang: str | None = None) -> list[Verdict]:
    """One verdict per partner, in book order and with who ended, as of ``today``; texts in
    ``lang``, else the book's.

    Only held moments up to ``today`` count; what is dated later is not there yet. Undated fields
    count as they are.
    """
    words = lang or book.lang
    log = contacts(book.moments, today)
    facts = gather(book, log, today)
    statuses = [
        status_of(partner, own, today, book.settings)
        for partner, own in zip(book.partners, facts, strict=True)
    ]
    horizons = [
        risk_horizon(own, cold, today) for own, (_, cold) in zip(facts, statuses, strict=True)
    ]
    outlook = Outlook(log, facts, horizons, today)
    hints = Hints(book.people, book.settings, today, words)
    writer = Writer(words, book.settings)
    verdicts = []
    for position, (partner, own, (status, cold)) in enumerate(
        zip(book.partners, facts, statuses, strict=True)
    ):
        risk, horizon = outlook.risk(position) if status != "ended" else None, horizons[position]
        found = hints.of(position, partner, own) if status != "ended" else []
        if risk is not None and risk >= SLIPPING and status in ("warm", "cooling"):
            found.append(hints.slipping(outlook.sentence(position, risk, words)))
        spoken = own.last_sunny > 0
        verdicts.append(
            Verdict(
                partner=position,
                status=status,
                why=writer.why(partner, own, status, cold),
                hints=tuple(found),
                last_sunny=_day(own.last_sunny),
                last_contact=_day(max(own.last_sunny, own.last_crisis)),
                silence_days=own.silence if spoken else None,
                rhythm_days=own.rhythm,
                silence_ratio=own.silence / own.rhythm if spoken else None,
                risk=risk,
                risk_horizon_days=horizon,
                due=_day(own.due) if status not in ("ended", "paused") else None,
                next_step=writer.step(
                    partner, own, status, cold, {hint.code for hint in found}, hints.shared(partner)
                ),
                planned=_day(own.planned),
                planned_soon=own.planned_soon > 0,
                trend=own.trend,
                attempts=own.attempts,
            )
        )
    return verdicts


def status_of(partner: Partner, facts: Facts, today: date, settings: Settings) -> tuple[str, bool]:
    """The status and whether the silence is past the cold limit; the first rule that fits decides.

    Both can differ: for one rhythm after a pause ended, what is past the limit still reads
    "cooling".
    """
    now = today.toordinal()
    if partner.ended_on is not None and partner.ended_on < today:
        return "ended", False
    never_sunny = not facts.last_sunny
    never_held = never_sunny and not facts.last_crisis
    # Who was never spoken has no silence to count; its clock runs on the plain calendar from the
    # first day on the list.
    cold = (
        now - facts.since > facts.limit
        if never_held
        else never_sunny or facts.silence > facts.limit
    )
    if partner.paused_until is not None and today < partner.paused_until:
        return "paused", cold
    if never_held and not cold:
        return "new", False
    # A crisis does not pause for quiet periods, so its window counts every day.
    if cold and facts.last_crisis and now - facts.last_crisis <= min(facts.rhythm, CRISIS_WINDOW):
        return "crisis_only", True
    if cold:
        return ("cooling" if _pause_just_ended(partner, facts, today) else "cold"), True
    return ("cooling" if facts.silence > settings.cooling_factor * facts.rhythm else "warm"), False


def _pause_just_ended(partner: Partner, facts: Facts, today: date) -> bool:
    until = partner.paused_until
    return (
        until is not None
        and until <= today
        and today.toordinal() <= grace_end(partner, facts.rhythm)
    )


def risk_horizon(facts: Facts, cold: bool, today: date) -> int:
    """Over how many days to ask for the risk: until it turns cold, for who is cold one rhythm; 30
    to 365 days.
    """
    days = facts.rhythm if cold else facts.cold_on - today.toordinal()
    return min(max(days, SHORTEST_HORIZON), LONGEST_HORIZON)


class Outlook:
    """The chance of no sunny contact within each horizon, learned from the whole log, and why in a
    sentence.
    """

    def __init__(
        self, log: Contacts, facts: Sequence[Facts], horizons: Sequence[int], today: date
    ) -> None:
        self._today, self._horizons = today, horizons
        asof = today.toordinal()
        self._past = contact_history(log.partner[log.sunny], log.day[log.sunny], asof)
        self._model = fit_chance(self._past, asof)
        self._rhythms = np.array([own.rhythm for own in facts], dtype=float)
        known = self._past.code
        chances = self._model.predict(
            self._past, asof, np.array(horizons, dtype=float)[known], self._rhythms[known]
        ).tolist()
        days = self._past.size.tolist()
        self._at = {
            position: at
            for at, position in enumerate(known.tolist())
            if days[at] >= CONTACT_DAYS_FOR_RISK
        }
        self._chances = chances

    def risk(self, position: int) -> float | None:
        """The risk (0..1) for the partner at ``position``; None under three days of sunny contact."""
        at = self._at.get(position)
        return None if at is None else self._chances[at]

    def sentence(self, position: int, risk: float, lang: str) -> str:
        """Usual gap, contacts, silence and what became of relationships like this, in one sentence."""
        asof = self._today.toordinal()
        why = reason(self._model, self._past, self._at[position], asof, self._rhythms[position])
        return sentence(lang, why, risk, add_days(self._today, self._horizons[position]))


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
