"""The verdict on every partner: a status, a sentence of why, what to look at and one step.

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
from trustbook.model import Book, Learned, Partner, Settings, add_days
from trustbook.risk import (
    LONGEST_HORIZON,
    SHORTEST_HORIZON,
    contact_history,
    fit_chance,
    reason,
    sentence,
)

CRISIS_WINDOW = 90
SLIPPING = 0.5
CONTACT_DAYS_FOR_RISK = 3


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
    partners. ``thanks_since``: they helped in a crisis that day, and no calm talk came after it.
    ``why``, ``next_step`` and the short hints hold dates, never a count of days: no night
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
    thanks_since: date | None = None

    def has(self, code: str) -> bool:
        """Whether the hint with this code stands beside the verdict."""
        return any(hint.code == code for hint in self.hints)


def judge_partners(book: Book, today: date, lang: str | None = None) -> list[Verdict]:
    """One verdict per partner, in book order and with who ended, as of ``today``.

    Texts are in ``lang``, else in the book's language. Only held moments up to ``today`` count;
    what is dated later is not there yet. Undated fields count as they are.
    """
    judge = _Judge(book, today, lang or book.lang)
    return [judge.verdict(position) for position in range(len(book.partners))]


def current_statuses(book: Book, today: date) -> list[str]:
    """The status of every partner as of ``today``, in book order, and nothing more of it."""
    facts = gather(book, contacts(book.moments, today), today)
    pairs = zip(book.partners, facts, strict=True)
    return [status_of(partner, own, today, book.settings)[0] for partner, own in pairs]


class _Judge:
    """The facts of one book as of a day, and what it takes to put them into verdicts."""

    def __init__(self, book: Book, today: date, lang: str) -> None:
        log = contacts(book.moments, today)
        self._partners, self._lang = book.partners, lang
        self._facts = gather(book, log, today)
        self._statuses = [
            status_of(partner, facts, today, book.settings)
            for partner, facts in zip(book.partners, self._facts, strict=True)
        ]
        self._horizons = [
            risk_horizon(facts, cold, today)
            for facts, (_, cold) in zip(self._facts, self._statuses, strict=True)
        ]
        self._forecast = RiskForecast(log, self._facts, self._horizons, today, book.memory.learned)
        self._hints = Hints(book.people, book.settings, today, lang)
        self._writer = Writer(lang, book.settings)

    def verdict(self, position: int) -> Verdict:
        """The verdict on the partner at ``position`` of the book."""
        partner, facts = self._partners[position], self._facts[position]
        status, cold = self._statuses[position]
        spoken = facts.last_sunny > 0
        risk = self._forecast.risk(position) if status != "ended" else None
        hints = self._hints_beside(position, status, risk)
        codes = {hint.code for hint in hints}
        shared = self._hints.shared(partner)
        return Verdict(
            partner=position,
            status=status,
            why=self._writer.why(partner, facts, status, cold),
            hints=tuple(hints),
            last_sunny=_day(facts.last_sunny),
            last_contact=_day(max(facts.last_sunny, facts.last_crisis)),
            silence_days=facts.silence if spoken else None,
            rhythm_days=facts.rhythm,
            silence_ratio=facts.silence / facts.rhythm if spoken else None,
            risk=risk,
            risk_horizon_days=self._horizons[position],
            due=_day(facts.due) if status not in ("ended", "paused") else None,
            next_step=self._writer.step(partner, facts, status, cold, codes, shared),
            planned=_day(facts.planned),
            planned_soon=facts.planned_soon > 0,
            trend=facts.trend,
            attempts=facts.attempts,
            thanks_since=_day(facts.helped) if status not in ("ended", "paused") else None,
        )

    def _hints_beside(self, position: int, status: str, risk: float | None) -> list[Hint]:
        if status == "ended":
            return []
        hints = self._hints.of(position, self._partners[position], self._facts[position])
        if risk is not None and risk >= SLIPPING and status in ("warm", "cooling"):
            sentence = self._forecast.sentence(position, risk, self._lang)
            hints.append(self._hints.slipping(sentence))
        return hints


def status_of(partner: Partner, facts: Facts, today: date, settings: Settings) -> tuple[str, bool]:
    """The status and whether the silence is past the cold limit; the first rule that fits decides.

    Both can differ: for one rhythm after a pause ended, what is past the limit still reads
    "cooling".
    """
    if partner.ended_on is not None and partner.ended_on < today:
        return "ended", False
    cold = _past_cold_limit(facts, today)
    if partner.paused_until is not None and today < partner.paused_until:
        return "paused", cold
    if cold:
        return _status_past_limit(partner, facts, today), True
    if not facts.last_sunny:
        return "new", False
    return ("cooling" if facts.silence > settings.cooling_factor * facts.rhythm else "warm"), False


def _past_cold_limit(facts: Facts, today: date) -> bool:
    if facts.last_sunny:
        return facts.silence > facts.limit
    if facts.last_crisis:
        return True
    # Who was never spoken has no silence to count, but a time on the list.
    return today.toordinal() >= facts.cold_on


def _status_past_limit(partner: Partner, facts: Facts, today: date) -> str:
    # A crisis does not pause for quiet periods, so its window counts every day.
    since_crisis = today.toordinal() - facts.last_crisis
    if facts.last_crisis and since_crisis <= min(facts.rhythm, CRISIS_WINDOW):
        return "crisis_only"
    # A pause that has not ended yet never comes here: "paused" went first.
    just_ended = today.toordinal() <= grace_end(partner, facts.rhythm)
    return "cooling" if just_ended else "cold"


def risk_horizon(facts: Facts, cold: bool, today: date) -> int:
    """Over how many days to ask for the risk, 30 to 365.

    Until it turns cold; for who is cold one rhythm.
    """
    days = facts.rhythm if cold else facts.cold_on - today.toordinal()
    return min(max(days, SHORTEST_HORIZON), LONGEST_HORIZON)


class RiskForecast:
    """The chance of no sunny contact within each horizon, learned from the whole log, and why."""

    def __init__(
        self,
        log: Contacts,
        facts: Sequence[Facts],
        horizons: Sequence[int],
        today: date,
        learned: Learned | None = None,
    ) -> None:
        self._today, self._horizons = today, horizons
        asof = today.toordinal()
        self._past = contact_history(log.partner[log.sunny], log.day[log.sunny], asof)
        self._rhythms = np.array([own.rhythm for own in facts], dtype=float)
        spoken = self._past.code
        agreed = self._rhythms[spoken]
        self._model = fit_chance(self._past, asof, agreed, learned=learned)
        self._chances = self._model.predict(
            self._past, asof, np.array(horizons, dtype=float)[spoken], agreed
        ).tolist()
        enough = np.flatnonzero(self._past.size >= CONTACT_DAYS_FOR_RISK)
        self._at = dict(zip(spoken[enough].tolist(), enough.tolist(), strict=True))

    def risk(self, position: int) -> float | None:
        """The risk (0..1) of the partner at ``position``; None under three days of calm contact."""
        at = self._at.get(position)
        return None if at is None else self._chances[at]

    def sentence(self, position: int, risk: float, lang: str) -> str:
        """Usual gap, contacts, silence and what became of relationships like this, in words."""
        asof = self._today.toordinal()
        why = reason(self._model, self._past, self._at[position], asof, self._rhythms[position])
        return sentence(lang, why, risk, add_days(self._today, self._horizons[position]))


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
