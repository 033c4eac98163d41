"""The verdict exactly on its limits: the last day on which it still holds, and the day after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.books import TODAY, Moment, ago, book
from tests.overviews import Story
from trustbook.health.verdict import Verdict, judge_partners
from trustbook.model import (
    ATTEMPT,
    CRISIS,
    PLANNED,
    THEM,
    US,
    Partner,
    Period,
    Person,
    Settings,
)


def verdict(
    partner: Partner,
    *moments: Moment,
    settings: Settings | None = None,
    people: tuple[Person, ...] = (),
    today: date = TODAY,
) -> Verdict:
    return judge_partners(book([partner], moments, people, settings), today)[0]


def police(rhythm: int = 30, **more: date | None) -> Partner:
    return Partner("Police", rhythm=rhythm, **{"since": ago(2000), **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rhythm", "last_day_warm", "last_day_cooling"),
    [(30, 30, 45), (14, 14, 28), (28, 28, 42), (29, 29, 43), (365, 365, 547)],
)
def test_warm_up_to_the_rhythm_and_cooling_up_to_the_cold_limit(
    rhythm: int, last_day_warm: int, last_day_cooling: int
) -> None:
    def status(silence: int) -> str:
        return verdict(police(rhythm), Moment(ago(silence))).status

    assert [status(last_day_warm), status(last_day_warm + 1)] == ["warm", "cooling"]
    assert [status(last_day_cooling), status(last_day_cooling + 1)] == ["cooling", "cold"]


def test_a_cooling_factor_moves_the_day_on_which_it_cools() -> None:
    half = Settings(cooling_factor=0.5)
    assert verdict(police(), Moment(ago(15)), settings=half).status == "warm"
    assert verdict(police(), Moment(ago(16)), settings=half).status == "cooling"


def test_who_was_never_spoken_is_new_up_to_the_cold_limit() -> None:
    assert verdict(police(since=ago(45))).status == "new"
    assert verdict(police(since=ago(46))).status == "cold"


def test_who_was_never_spoken_is_due_after_one_rhythm_on_the_list() -> None:
    found = verdict(police(90, since=ago(5)))
    assert found.due == ago(-85)
    assert found.risk_horizon_days == 131  # cold on day 136 of silence


def test_the_sentence_names_the_first_day_that_is_cold() -> None:
    turns_cold = verdict(police(), Moment(ago(40))).next_step
    assert "6 October 2026" in turns_cold
    day = date(2026, 10, 6)
    assert verdict(police(), Moment(ago(40)), today=day - timedelta(1)).status == "cooling"
    assert verdict(police(), Moment(ago(40)), today=day).status == "cold"


def test_a_partner_ends_the_day_after_its_last_day() -> None:
    assert verdict(police(ended_on=TODAY), Moment(ago(1))).status == "warm"
    assert verdict(police(ended_on=ago(1)), Moment(ago(1))).status == "ended"


def test_a_pause_is_over_on_the_day_it_runs_to() -> None:
    assert verdict(police(paused_until=ago(-1)), Moment(ago(1))).status == "paused"
    assert verdict(police(paused_until=TODAY), Moment(ago(1))).status == "warm"


def test_after_a_pause_nobody_is_cold_for_one_rhythm() -> None:
    last_day = verdict(police(paused_until=ago(30)), Moment(ago(400)))
    assert last_day.status == "cooling"
    assert "30 September 2026" in last_day.why
    assert "1 October 2026" in last_day.next_step
    assert verdict(police(paused_until=ago(31)), Moment(ago(400))).status == "cold"
    assert verdict(police(paused_until=TODAY), Moment(ago(400))).status == "cooling"


@pytest.mark.parametrize(("rhythm", "window"), [(30, 30), (89, 89), (90, 90), (91, 90), (365, 90)])
def test_a_crisis_counts_for_one_rhythm_and_for_90_days_at_most(rhythm: int, window: int) -> None:
    def status(crisis: int) -> str:
        return verdict(
            police(rhythm), Moment(ago(1000)), Moment(ago(crisis), weather=CRISIS)
        ).status

    assert [status(window), status(window + 1)] == ["crisis_only", "cold"]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("02-05-2026", "warm"),
        ("03-05-2026", "crisis_only"),
        ("10-05-2026", "crisis_only"),
        ("11-05-2026", "warm"),
    ],
)
def test_both_ends_of_a_crisis_period_are_crisis(day: str, status: str) -> None:
    story = Story(
        [
            "- instelling: Crisisperiode | Waarde: 03-05-2026..10-05-2026",
            "- partner: Buurthuis | Ritme: 30 | Sinds: 01-01-2020",
            f"- moment: {day} | Met: Buurthuis",
        ]
    )
    today = date(2026, 5, 20)
    assert judge_partners(story.read(today), today)[0].status == status


def test_both_ends_of_a_quiet_period_are_left_out() -> None:
    quiet = Settings(quiet=(Period(ago(20), ago(11)),))
    found = verdict(police(), Moment(ago(25)), settings=quiet)
    assert found.silence_days == 15
    assert found.due == ago(-15)
    assert "Quiet" in found.why
    # Spoken on its last day, all of it lies before the silence.
    assert verdict(police(), Moment(ago(11)), settings=quiet).silence_days == 11


def test_a_moment_counts_from_its_own_day_on() -> None:
    assert verdict(police(), Moment(TODAY)).silence_days == 0
    assert verdict(police(), Moment(ago(-1))).silence_days is None
    assert verdict(police(), Moment(TODAY, state=ATTEMPT)).attempts == 1
    assert verdict(police(), Moment(ago(-1), state=ATTEMPT)).attempts == 0


def test_a_plan_is_ahead_today_and_soon_up_to_one_rhythm() -> None:
    def plan(days: int, weather: int = 0) -> tuple[bool, bool]:
        found = verdict(police(), Moment(ago(-days), state=PLANNED, weather=weather))
        return found.planned is not None, found.planned_soon

    assert [plan(-1), plan(0), plan(30), plan(31)] == [
        (False, False),
        (True, True),
        (True, True),
        (True, False),
    ]
    assert plan(5, CRISIS) == (True, False)


@pytest.mark.parametrize(
    ("due", "kept", "overdue"),
    [
        (TODAY, None, False),
        (ago(1), None, True),
        (ago(1), TODAY, False),
        (ago(1), ago(-1), True),
    ],
)
def test_a_promise_is_overdue_the_day_after_it_was_due(
    due: date, kept: date | None, overdue: bool
) -> None:
    found = verdict(police(), Moment(ago(9), promise=(US, due, kept)))
    assert found.has("promise_overdue") is overdue


def test_one_late_promise_is_not_counted_but_named() -> None:
    found = verdict(police(), Moment(ago(9), promise=(US, ago(1), None)))
    text = next(hint.text for hint in found.hints if hint.code == "promise_overdue")
    assert "29 September 2026" in text and "1 of our" not in text


def test_the_risk_is_told_from_three_days_of_calm_contact_on() -> None:
    talks = [Moment(ago(days)) for days in (5, 25, 45)]
    assert verdict(police(), *talks[:2]).risk is None
    assert verdict(police(), *talks).risk is not None


def test_only_our_own_promises_in_moments_that_were_held_can_be_overdue() -> None:
    assert not verdict(police(), Moment(ago(9), promise=(THEM, ago(1), None))).has(
        "promise_overdue"
    )
    tomorrow = Moment(ago(-1), promise=(US, ago(1), None))
    assert not verdict(police(), tomorrow).has("promise_overdue")


def known(**more: object) -> Partner:
    """A partner of whom nothing is unknown."""
    told = {"their_tasks": "x", "their_goals": "x", "their_way": "x", "goals_shared_on": ago(1)}
    return Partner("Police", rhythm=30, **{**told, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tier", "months_ago"),
    [("core", date(2025, 3, 30)), ("civil_society", date(2025, 9, 30))],
)
@pytest.mark.parametrize("column", ["checked_on", "goals_shared_on"])
def test_what_we_know_is_old_after_18_months_and_of_civil_society_after_12(
    tier: str, months_ago: date, column: str
) -> None:
    def unfamiliar(day: date) -> bool:
        return verdict(known(tier=tier, **{column: day}), Moment(ago(3))).has("unfamiliar")

    assert not unfamiliar(months_ago)
    assert unfamiliar(months_ago - timedelta(1))


def test_goals_are_shared_from_their_day_on() -> None:
    assert not verdict(known(goals_shared_on=TODAY), Moment(ago(3))).has("unfamiliar")
    assert verdict(known(goals_shared_on=ago(-1)), Moment(ago(3))).next_step.startswith(
        "Tell them our goals"
    )


def test_one_sided_takes_three_moments_and_not_one_of_theirs() -> None:
    ours = [Moment(ago(day), initiative=US) for day in (3, 4, 5)]
    assert not verdict(police(), *ours[:2]).has("one_sided")
    assert verdict(police(), *ours).has("one_sided")
    assert not verdict(police(), *ours, Moment(ago(6), initiative=THEM)).has("one_sided")


@pytest.mark.parametrize(
    ("until", "only_one"), [(TODAY, False), (ago(1), True)], ids=["last day", "day after"]
)
def test_a_person_stands_for_a_partner_up_to_the_last_day(until: date, only_one: bool) -> None:
    people = (Person("Anna", 0), Person("Bert", 0, until=until))
    assert verdict(police(), Moment(ago(3)), people=people).has("one_person") is only_one


def test_nobody_at_all_and_an_individual_are_not_one_person() -> None:
    anna = (Person("Anna", 0),)
    assert verdict(police(), Moment(ago(3)), people=anna).has("one_person")
    assert not verdict(police(), Moment(ago(3))).has("one_person")
    alone = Partner("Kim", kind="individual")
    assert not verdict(alone, Moment(ago(3)), people=anna).has("one_person")
