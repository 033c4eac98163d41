"""The verdict: for every partner one status, one sentence of why, what to look at and one step, as of a day.

A pure function of book and day. It judges what we did (did we keep the rhythm, our promises?), never the partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from trustbook.dates import write_date, write_span
from trustbook.facts import Contacts, Facts, contacts, gather
from trustbook.hints import Hint, Hints
from trustbook.messages import has, say
from trustbook.model import Book, Partner, Settings, add_days

CRISIS_WINDOW = 90
SLIPPING = 0.5
CONTACT_DAYS_FOR_RISK = 3
SHORTEST_HORIZON, LONGEST_HORIZON = 30, 365
BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(slots=True)
class Verdict:
    """How we keep up with one partner, as of a day.

    ``partner`` is the position in ``Book.partners``; ``status`` a key of columns.STATUSES. ``silence_days`` counts
    days since the last sunny moment without quiet days, None if there never was one; ``silence_ratio`` is that over
    ``rhythm_days``. ``risk`` (0..1, None under three days of sunny contact and for who ended) is the chance of no
    contact within ``risk_horizon_days``. ``due`` is the day on which the silence reaches the rhythm, None while paused
    and after the end. ``planned`` is the first moment ahead, ``planned_soon`` tells of a calm one within a rhythm.
    ``trend`` draws the sunny moments of eight quarters, the running one last, on one scale for all partners.
    ``why``, ``next_step`` and the short hints hold dates, never a count of days: no night alone changes them.
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


def assess(book: Book, today: date, lang: str | None = None) -> list[Verdict]:
    """One verdict per partner, in book order and with who ended, as of ``today``; texts in ``lang``, else the book's.

    Only held moments up to ``today`` count; what is dated later is not there yet. Undated fields count as they are.
    """
    words = lang or book.lang
    log = contacts(book.moments, today)
    facts = gather(book, log, today)
    statuses = [
        status_of(partner, own, today, book.settings) for partner, own in zip(book.partners, facts, strict=True)
    ]
    horizons = [risk_horizon(own, cold, today) for own, (_, cold) in zip(facts, statuses, strict=True)]
    risks = _risks(log, today, horizons)
    hints = Hints(book.people, book.settings, today, words)
    writer = _Writer(words, book.settings)
    verdicts = []
    for position, (partner, own, (status, cold)) in enumerate(zip(book.partners, facts, statuses, strict=True)):
        known = status != "ended" and own.sunny_days >= CONTACT_DAYS_FOR_RISK
        risk, horizon = risks[position] if known else None, horizons[position]
        found = hints.of(position, partner, own) if status != "ended" else []
        if risk is not None and risk >= SLIPPING and status in ("warm", "cooling"):
            found.append(hints.slipping(risk, horizon))
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
                next_step=writer.step(partner, own, status, cold, {hint.code for hint in found}, hints),
                planned=_day(own.planned),
                planned_soon=own.planned_soon > 0,
                trend="".join(BLOCKS[min(count, len(BLOCKS) - 1)] for count in own.trend),
                attempts=own.attempts,
            )
        )
    return verdicts


def status_of(partner: Partner, facts: Facts, today: date, settings: Settings) -> tuple[str, bool]:
    """The status and whether the silence is past the cold limit; the first rule that fits decides.

    Both can differ: for one rhythm after a pause ended, what is past the limit still reads "cooling".
    """
    now = today.toordinal()
    if partner.ended_on is not None and partner.ended_on < today:
        return "ended", False
    never_sunny = not facts.last_sunny
    never_held = never_sunny and not facts.last_crisis
    # Who was never spoken has no silence to count; its clock runs on the plain calendar from the first day on the list.
    cold = now - facts.since > facts.limit if never_held else never_sunny or facts.silence > facts.limit
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
    return until is not None and until <= today <= add_days(until, facts.rhythm)


def risk_horizon(facts: Facts, cold: bool, today: date) -> int:
    """Over how many days to ask for the risk: until it turns cold, for who is cold one rhythm; 30 to 365 days."""
    days = facts.rhythm if cold else facts.cold_on - today.toordinal()
    return min(max(days, SHORTEST_HORIZON), LONGEST_HORIZON)


def _risks(log: Contacts, today: date, horizons: Sequence[int]) -> list[float]:
    """Chance of no sunny contact within each horizon: the share of the partner's own gaps, longer than this silence,
    that also outlast the horizon; one of each kind is added so that a short history stays modest."""
    sunny = log.sunny
    order = np.lexsort((log.day[sunny], log.partner[sunny]))
    partner, day = log.partner[sunny][order], log.day[sunny][order]
    last = np.zeros(len(horizons), dtype=np.int64)
    np.maximum.at(last, partner, day)
    silence = today.toordinal() - last
    same = np.diff(partner) == 0
    owner, gap = partner[1:][same], np.diff(day)[same]
    longer = np.bincount(owner[gap > silence[owner]], minlength=len(horizons))
    until = silence + np.array(horizons, dtype=np.int64)
    outlast = np.bincount(owner[gap > until[owner]], minlength=len(horizons))
    chances: list[float] = ((outlast + 1) / (longer + 2)).tolist()
    return chances


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


class _Writer:
    """Puts facts into sentences of one language."""

    def __init__(self, lang: str, settings: Settings) -> None:
        self._lang, self._settings = lang, settings
        self._agreements: dict[tuple[str, int], str] = {}

    def why(self, partner: Partner, facts: Facts, status: str, cold: bool) -> str:
        """The one sentence that says on what the verdict rests."""
        days = {
            "ended": partner.ended_on,
            "until": partner.paused_until,
            "since": facts.since,
            "last": facts.last_sunny,
            "crisis": facts.last_crisis,
            "due": facts.due,
        }
        after_pause = cold and status == "cooling"
        clauses = [
            say(
                self._lang,
                f"health.{_wording(facts, 'cold' if after_pause else status)}",
                agreed=self._agreed(partner, facts.rhythm),
                limit=write_span(facts.limit, self._lang),
                attempts=self._attempts(facts.attempts),
                **{name: self._written(day) for name, day in days.items()},
            )
        ]
        if facts.quiet and status in ("crisis_only", "cold", "cooling", "warm"):
            clauses.append(say(self._lang, "health.quiet_left_out"))
        if after_pause:
            until, end = partner.paused_until, self._pause_end(partner, facts)
            params = {"until": self._written(until), "end": self._written(end)}
            clauses.append(say(self._lang, "health.pause_ended", **params))
        return "; ".join(clauses) + "."

    def step(self, partner: Partner, facts: Facts, status: str, cold: bool, codes: set[str], hints: Hints) -> str:
        """The one thing to do next, the most pressing first; nothing for who paused or ended."""
        lang = self._lang
        if status in ("ended", "paused"):
            return ""
        if facts.overdue:
            return say(lang, "health.step_promise", due=self._written(facts.overdue[0]))
        if facts.planned_soon:
            return say(lang, "health.step_planned", day=self._written(facts.planned_soon))
        if status == "cold":
            tried = facts.attempts and not facts.last_sunny and not facts.last_crisis
            return say(lang, "health.step_other_way" if tried else "health.step_cold")
        if status == "crisis_only":
            return say(lang, "health.step_crisis_only")
        if status == "new":
            return say(lang, "health.step_new", due=self._written(facts.due))
        if status == "cooling":
            day = add_days(self._pause_end(partner, facts), 1) if cold else facts.cold_on
            return say(lang, "health.step_cooling", cold=self._written(day))
        if "unfamiliar" in codes and hints.familiarity(partner).not_shared:
            return say(lang, "health.step_share")
        for code in ("one_sided", "one_person", "only_at_table", "unfamiliar"):
            if code in codes:
                return say(lang, f"health.step_{code}")
        return say(lang, "health.step_keep", due=self._written(facts.due))

    def _pause_end(self, partner: Partner, facts: Facts) -> date:
        assert partner.paused_until is not None  # only asked for a pause that just ended
        return add_days(partner.paused_until, facts.rhythm)

    def _agreed(self, partner: Partner, rhythm: int) -> str:
        basis = "own" if partner.rhythm is not None else "tier" if partner.tier in self._settings.rhythm else "nowhere"
        if (basis, rhythm) not in self._agreements:
            key = f"health.every_{rhythm}"
            every = say(self._lang, key if has(key) else "health.every", span=write_span(rhythm, self._lang))
            self._agreements[basis, rhythm] = say(self._lang, f"health.agreed_{basis}", every=every)
        return self._agreements[basis, rhythm]

    def _attempts(self, count: int) -> str:
        key = f"health.attempts_{count}"
        return say(self._lang, key if has(key) else "health.attempts", count=count)

    def _written(self, day: date | int | None) -> str:
        known = _day(day) if isinstance(day, int) else day
        return write_date(known, self._lang) if known else ""


def _wording(facts: Facts, status: str) -> str:
    """Which sentence: being cold or in crisis only reads differently for who was never spoken in calm times."""
    if facts.last_sunny or status not in ("crisis_only", "cold"):
        return status
    return f"{status}_never_calm" if facts.last_crisis else f"{status}_never_spoken"
