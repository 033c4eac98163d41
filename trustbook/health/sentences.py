"""The verdict in words: why it is so and what to do next.

The sentences hold dates and no day counters, so that no night alone changes them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from trustbook.dates import write_date, write_span
from trustbook.health.facts import Facts
from trustbook.messages import has, say
from trustbook.model import Partner, Settings, add_days

_CLOCKED = ("crisis_only", "cold", "cooling", "warm", "new")
_STEPS_BY_HINT = ("one_sided", "one_person", "only_at_table", "unfamiliar")


@lru_cache(maxsize=10_000)
def written_day(day: int, lang: str) -> str:
    """A day counted as date.toordinal() as people read it, nothing for 0."""
    return write_date(date.fromordinal(day), lang) if day else ""


def grace_end(partner: Partner, rhythm: int) -> int:
    """The last day on which a pause that ended keeps its partner from being cold, 0 without one."""
    return add_days(partner.paused_until, rhythm).toordinal() if partner.paused_until else 0


class Writer:
    """Puts verdicts of one book into sentences of one language."""

    def __init__(self, lang: str, settings: Settings) -> None:
        self._lang, self._settings = lang, settings

    def why(self, partner: Partner, facts: Facts, status: str, cold: bool) -> str:
        """The sentences that say on what the verdict rests.

        ``cold``: the silence is past the cold limit.
        """
        lang = self._lang
        if status == "ended":
            return say(lang, "health.ended", ended=_on(partner.ended_on, lang))
        if status == "paused":
            return say(lang, "health.paused", until=_on(partner.paused_until, lang))
        after_pause = cold and status == "cooling"
        sentences = [
            say(
                lang,
                f"health.{_wording(facts, status, after_pause)}",
                since=written_day(facts.since, lang),
                last=written_day(facts.last_sunny, lang),
                crisis=written_day(facts.last_crisis, lang),
                due=written_day(facts.due, lang),
                cold=written_day(facts.cold_on, lang),
                agreed=_agreed(self._basis(partner), facts.rhythm, lang),
                attempts=_attempts(facts.attempts, lang),
            )
        ]
        if facts.quiet and status in _CLOCKED:
            sentences.append(say(lang, "health.quiet_left_out"))
        if after_pause:
            end = written_day(grace_end(partner, facts.rhythm), lang)
            until = _on(partner.paused_until, lang)
            sentences.append(say(lang, "health.pause_ended", until=until, end=end))
        return " ".join(sentences)

    def step(
        self,
        partner: Partner,
        facts: Facts,
        status: str,
        cold: bool,
        hints: Collection[str],
        shared: bool,
    ) -> str:
        """The one thing to do next, the most pressing first; nothing for who paused or ended.

        ``hints`` are the codes beside the verdict; ``shared``: we told them our goals, however long
        ago.
        """
        lang = self._lang
        if status in ("ended", "paused"):
            return ""
        if facts.overdue:
            return say(lang, "health.step_promise", due=written_day(facts.overdue[0], lang))
        if facts.planned_soon:
            return say(lang, "health.step_planned", day=written_day(facts.planned_soon, lang))
        if facts.helped:
            return say(lang, "health.step_thank", day=written_day(facts.helped, lang))
        if status == "warm":
            return self._step_when_warm(facts, hints, shared)
        return self._step_to_warm_up(partner, facts, status, cold)

    def _step_to_warm_up(self, partner: Partner, facts: Facts, status: str, cold: bool) -> str:
        lang = self._lang
        if status == "cold":
            tried = facts.attempts and not facts.last_sunny and not facts.last_crisis
            return say(lang, "health.step_other_way" if tried else "health.step_cold")
        if status == "crisis_only":
            return say(lang, "health.step_crisis_only")
        if status == "new":
            return say(lang, "health.step_new", due=written_day(facts.due, lang))
        turns_cold = grace_end(partner, facts.rhythm) + 1 if cold else facts.cold_on
        return say(lang, "health.step_cooling", cold=written_day(turns_cold, lang))

    def _step_when_warm(self, facts: Facts, hints: Collection[str], shared: bool) -> str:
        if not shared:
            return say(self._lang, "health.step_share")
        for code in _STEPS_BY_HINT:
            if code in hints:
                return say(self._lang, f"health.step_{code}")
        return say(self._lang, "health.step_keep", due=written_day(facts.due, self._lang))

    def _basis(self, partner: Partner) -> str:
        if partner.rhythm is not None:
            return "own"
        return "tier" if partner.tier in self._settings.rhythm else "nowhere"


def _wording(facts: Facts, status: str, after_pause: bool) -> str:
    """Which sentence: cold and crisis only read differently where no calm talk ever was."""
    if facts.last_sunny:
        return "cooling_after_pause" if after_pause else status
    past = "cold" if after_pause else status
    if past not in ("crisis_only", "cold"):
        return past
    return f"{past}_never_calm" if facts.last_crisis else f"{past}_never_spoken"


def _on(day: date | None, lang: str) -> str:
    return write_date(day, lang) if day else ""


@lru_cache(maxsize=10_000)
def _agreed(basis: str, rhythm: int, lang: str) -> str:
    key = f"health.every_{rhythm}"
    every = say(lang, key if has(key) else "health.every", span=_span(rhythm, lang))
    return say(lang, f"health.agreed_{basis}", every=every)


@lru_cache(maxsize=10_000)
def _span(days: int, lang: str) -> str:
    return write_span(days, lang)


@lru_cache(maxsize=10_000)
def _attempts(count: int, lang: str) -> str:
    key = f"health.attempts_{count}"
    return say(lang, key if has(key) else "health.attempts", count=count)
