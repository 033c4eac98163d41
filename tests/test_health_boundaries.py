"""The exact days and counts at which a verdict turns: on the edge, and one beyond it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.books import TODAY, Moment, ago, book
from trustbook.health.facts import months_before, quarter_starts
from trustbook.health.verdict import Verdict, judge_partners
from trustbook.model import (
    ATTEMPT,
    CRISIS,
    HELD,
    NOBODY,
    PLANNED,
    US,
    Partner,
    Period,
    Person,
    Settings,
)

# Rhythm 30: cooling after 30 days of silence, cold after 45.
PARTNER = Partner(
    "Police",
    kind="organisation",
    rhythm=30,
    since=ago(400),
    their_tasks="x",
    their_goals="x",
    their_way="x",
    goals_shared_on=ago(10),
)
BOTH = (Person("Anna", 0), Person("Bert", 0))


def verdict(
    *talks: Moment,
    partner: Partner = PARTNER,
    people: tuple[Person, ...] = BOTH,
    settings: Settings | None = None,
) -> Verdict:
    return judge_partners(book([partner], talks, people, settings), TODAY)[0]


def codes(found: Verdict) -> set[str]:
    return {hint.code for hint in found.hints}


# --- the status


@pytest.mark.parametrize(
    ("silence", "status"),
    [(0, "warm"), (30, "warm"), (31, "cooling"), (45, "cooling"), (46, "cold")],
)  # fmt: skip
def test_silence_turns_warm_to_cooling_to_cold(silence: int, status: str) -> None:
    assert verdict(Moment(ago(silence))).status == status


@pytest.mark.parametrize(("listed", "status"), [(0, "new"), (45, "new"), (46, "cold")])
def test_who_was_never_spoken_is_new_until_the_limit(listed: int, status: str) -> None:
    assert verdict(partner=replace(PARTNER, since=ago(listed))).status == status


@pytest.mark.parametrize(
    ("rhythm", "back", "status"),
    [
        (30, 30, "crisis_only"),
        (30, 31, "cold"),
        (200, 90, "crisis_only"),
        (200, 91, "cold"),
    ],
)
def test_a_crisis_counts_for_a_rhythm_and_no_longer_than_ninety_days(
    rhythm: int, back: int, status: str
) -> None:
    partner = replace(PARTNER, rhythm=rhythm)
    found = verdict(Moment(ago(400)), Moment(ago(back), weather=CRISIS), partner=partner)
    assert found.status == status


def test_a_crisis_alone_makes_no_relationship_new() -> None:
    assert verdict(Moment(ago(10), weather=CRISIS)).status == "crisis_only"
    recent = replace(PARTNER, since=ago(3))
    assert verdict(Moment(ago(3), weather=CRISIS), partner=recent).status == "crisis_only"


def test_the_last_day_still_counts_and_the_first_of_a_pause_does_not() -> None:
    assert verdict(partner=replace(PARTNER, ended_on=TODAY)).status == "cold"
    assert verdict(partner=replace(PARTNER, ended_on=ago(1))).status == "ended"
    assert verdict(partner=replace(PARTNER, paused_until=ago(-1))).status == "paused"
    assert verdict(partner=replace(PARTNER, paused_until=TODAY)).status == "cooling"


@pytest.mark.parametrize(("ended", "status"), [(0, "cooling"), (30, "cooling"), (31, "cold")])
def test_a_pause_that_ended_keeps_from_cold_for_one_rhythm(ended: int, status: str) -> None:
    partner = replace(PARTNER, paused_until=ago(ended))
    found = verdict(Moment(ago(100)), partner=partner)
    assert found.status == status
    assert ("pause" in found.why) is (status == "cooling")


def test_ended_and_paused_have_no_due_day_and_no_risk_after_the_end() -> None:
    talks = [Moment(ago(back)) for back in (10, 40, 70)]
    paused = verdict(*talks, partner=replace(PARTNER, paused_until=ago(-5)))
    ended = verdict(*talks, partner=replace(PARTNER, ended_on=ago(1)))
    assert (paused.due, ended.due) == (None, None)
    assert paused.risk is not None and ended.risk is None
    assert ended.hints == () and verdict(*talks).due == ago(10) + timedelta(30)


# --- what is counted


def test_today_counts_for_what_was_held_tried_and_planned() -> None:
    assert verdict(Moment(TODAY)).last_sunny == TODAY
    tomorrow = verdict(Moment(ago(-1), state=HELD), Moment(ago(-1), state=ATTEMPT))
    assert (tomorrow.last_sunny, tomorrow.attempts) == (None, 0)
    assert verdict(Moment(TODAY, state=ATTEMPT)).attempts == 1
    assert verdict(Moment(TODAY, state=PLANNED)).planned == TODAY
    assert verdict(Moment(ago(1), state=PLANNED)).planned is None


def test_only_a_calm_plan_within_one_rhythm_is_soon() -> None:
    def soon(ahead: int, weather: int = 0) -> bool:
        return verdict(Moment(ago(-ahead), state=PLANNED, weather=weather)).planned_soon

    assert soon(0) and soon(30) and not soon(31)
    assert not soon(5, CRISIS)
    assert verdict(Moment(date.max, state=PLANNED)).planned == date.max


def test_without_a_calm_talk_there_is_no_silence_to_tell() -> None:
    found = verdict(Moment(ago(3), weather=CRISIS))
    assert (found.last_sunny, found.silence_days, found.silence_ratio) == (None, None, None)
    assert verdict(Moment(ago(15))).silence_ratio == 0.5
    assert verdict(Moment(TODAY)).silence_days == 0


def test_the_first_years_of_the_calendar_have_a_day_before_them() -> None:
    assert months_before(date(2, 3, 31), 12) == date(1, 3, 31)
    assert months_before(date(1, 12, 31), 11) == date(1, 1, 31)
    assert months_before(date(1, 3, 31), 12) == date.min
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)
    assert quarter_starts(date(2026, 12, 31), 2) == [date(2026, 7, 1), date(2026, 10, 1)]


def test_quiet_days_that_adjoin_or_overlap_count_once() -> None:
    def silence(*periods: tuple[int, int]) -> int | None:
        quiet = tuple(Period(ago(first), ago(last)) for first, last in periods)
        return verdict(Moment(ago(40)), settings=Settings(quiet=quiet)).silence_days

    assert silence((20, 11)) == 30
    assert silence((20, 16), (15, 11)) == 30
    assert silence((20, 16), (14, 11)) == 31
    assert silence((20, 11), (18, 13)) == 30
    assert silence((20, 14), (16, 11)) == 30
    assert silence((20, 20)) == 39
    assert silence((20, 21)) == 40  # ends before it begins
    assert silence((41, 40)) == 40 and silence((40, 39)) == 39
    assert silence((0, -5)) == 39 and silence((-1, -5)) == 40


def test_quiet_days_move_the_due_day() -> None:
    def due(*periods: tuple[int, int]) -> date | None:
        quiet = tuple(Period(ago(first), ago(last)) for first, last in periods)
        return verdict(Moment(ago(10)), settings=Settings(quiet=quiet)).due

    assert due() == ago(-20)
    assert due((-20, -24)) == ago(-25)
    assert due((-21, -24)) == ago(-20)
    assert due((12, 8)) == ago(-22)


# --- hints


def test_three_moments_that_were_all_ours_are_one_sided() -> None:
    ours = [Moment(ago(back), initiative=US) for back in (3, 4, 5)]
    assert "one_sided" in codes(verdict(*ours))
    assert "one_sided" not in codes(verdict(*ours[:2]))
    assert "one_sided" not in codes(verdict(*ours[:2], Moment(ago(5), initiative=NOBODY)))
    assert "one_sided" in codes(verdict(*ours, Moment(ago(6), initiative=NOBODY)))
    assert "one_sided" not in codes(verdict(*ours, Moment(ago(6), initiative=2)))
    assert "one_sided" not in codes(verdict(*ours[:2], Moment(ago(-1), initiative=US)))


def test_one_person_alone_is_told_of_organisations_only() -> None:
    talk = Moment(ago(3))
    assert "one_person" in codes(verdict(talk, people=BOTH[:1]))
    assert "one_person" not in codes(verdict(talk, people=()))
    assert "one_person" not in codes(verdict(talk))
    alone = replace(PARTNER, kind="individual")
    assert "one_person" not in codes(verdict(talk, partner=alone, people=BOTH[:1]))
    left = (BOTH[0], Person("Bert", 0, until=ago(1)))
    assert "one_person" in codes(verdict(talk, people=left))
    assert "one_person" not in codes(
        verdict(talk, people=(BOTH[0], Person("Bert", 0, until=TODAY)))
    )


@pytest.mark.parametrize(
    ("tier", "edge"),
    [("core", date(2025, 3, 30)), ("civil_society", date(2025, 9, 30))],
)
def test_familiarity_is_old_one_day_after_its_months(tier: str, edge: date) -> None:
    fresh = replace(PARTNER, tier=tier, goals_shared_on=edge, checked_on=edge)
    assert "unfamiliar" not in codes(verdict(Moment(ago(3)), partner=fresh))
    for name in ("goals_shared_on", "checked_on"):
        old = replace(fresh, **{name: edge - timedelta(1)})  # type: ignore[arg-type]
        assert "unfamiliar" in codes(verdict(Moment(ago(3)), partner=old))
    never_calm = replace(fresh, their_goals=None)
    assert "unfamiliar" not in codes(verdict(Moment(ago(3), weather=CRISIS), partner=never_calm))


def test_goals_are_shared_from_that_day_on() -> None:
    def step(day: date) -> str:
        return verdict(Moment(ago(3)), partner=replace(PARTNER, goals_shared_on=day)).next_step

    assert step(TODAY).startswith("Keep the rhythm")
    assert step(ago(-1)).startswith("Tell them our goals")


@pytest.mark.parametrize(
    ("by", "due", "kept", "late"),
    [
        (US, ago(1), None, True),
        (US, TODAY, None, False),
        (US, ago(1), TODAY, False),
        (US, ago(1), ago(-1), True),
        (2, ago(1), None, False),
    ],
)
def test_a_promise_of_ours_is_late_the_day_after(
    by: int, due: date, kept: date | None, late: bool
) -> None:
    found = verdict(Moment(ago(5), promise=(by, due, kept)))
    assert ("promise_overdue" in codes(found)) is late


def test_one_late_promise_is_no_plural() -> None:
    def text(*days: int) -> str:
        talks = [Moment(ago(20), promise=(US, ago(day), None)) for day in days]
        return next(h.text for h in verdict(*talks).hints if h.code == "promise_overdue")

    assert not text(3).startswith("1 ") and text(3, 4).startswith("2 of our promises")


def test_a_promise_of_a_talk_that_was_not_held_is_nobodys() -> None:
    planned = Moment(ago(5), state=PLANNED, promise=(US, ago(1), None))
    assert "promise_overdue" not in codes(verdict(planned))


def test_slipping_is_told_from_its_chance_on(monkeypatch: pytest.MonkeyPatch) -> None:
    talks = [Moment(ago(38 + 7 * week)) for week in range(8)]
    risk = verdict(*talks).risk
    assert risk is not None
    monkeypatch.setattr("trustbook.health.verdict.SLIPPING", risk)
    assert "slipping" in codes(verdict(*talks))
    monkeypatch.setattr("trustbook.health.verdict.SLIPPING", math.nextafter(risk, 1))
    assert "slipping" not in codes(verdict(*talks))


def test_only_tables_is_told_when_there_was_one() -> None:
    assert "only_at_table" not in codes(verdict())
    assert "only_at_table" not in codes(verdict(Moment(ago(3))))


# --- the words


def test_a_cold_one_never_reached_is_tried_another_way() -> None:
    tried = Moment(ago(60), state=ATTEMPT)
    assert "another" in verdict(tried).next_step or "other" in verdict(tried).next_step
    assert verdict(tried, Moment(ago(100))).next_step == verdict(Moment(ago(100))).next_step
    crisis = Moment(ago(100), weather=CRISIS)
    assert verdict(tried, crisis).next_step == verdict(crisis).next_step
    assert verdict().next_step == verdict(Moment(ago(100))).next_step


def test_quiet_days_are_named_only_where_the_clock_runs() -> None:
    rules = Settings(quiet=(Period(ago(5), ago(4)),))
    assert "Quiet" in verdict(Moment(ago(10)), settings=rules).why
    assert "Quiet" not in verdict(Moment(ago(3)), settings=rules).why


def test_never_calm_and_never_spoken_are_different_sentences() -> None:
    spoken = verdict(Moment(ago(100), weather=CRISIS)).why
    assert len({spoken, verdict().why, verdict(Moment(ago(100))).why}) == 3
