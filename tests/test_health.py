"""What must always hold of a verdict, and what the timelines do not say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.books import TODAY, Moment, ago, book
from trustbook.columns import STATUSES
from trustbook.health.verdict import Verdict, judge_partners
from trustbook.model import (
    ATTEMPT,
    CANCELLED,
    CRISIS,
    HELD,
    PLANNED,
    SUNNY,
    US,
    Book,
    Partner,
    Period,
    Person,
    Settings,
)

offsets = st.integers(-150, 900).map(ago)
maybe = st.none() | st.integers(-60, 120).map(ago)


@st.composite
def partners(draw: st.DrawFn) -> Partner:
    return Partner(
        "Partner",
        kind=draw(st.sampled_from([None, "organisation", "individual"])),
        tier=draw(st.sampled_from([None, "core", "wider", "national", "civil_society"])),
        rhythm=draw(st.none() | st.integers(1, 400)),
        since=draw(offsets),
        goals_shared_on=draw(maybe),
        checked_on=draw(maybe),
        paused_until=draw(maybe),
        ended_on=draw(maybe),
    )


@st.composite
def moments(draw: st.DrawFn, count: int) -> Moment:
    day = draw(offsets)
    return Moment(
        day,
        tuple(draw(st.sets(st.integers(0, count - 1), min_size=1))),
        PLANNED if day > TODAY else draw(st.sampled_from([HELD, HELD, HELD, PLANNED, ATTEMPT])),
        draw(st.sampled_from([SUNNY, SUNNY, CRISIS])),
        draw(st.integers(0, 3)),
        draw(st.none() | st.tuples(st.integers(0, 2), offsets, maybe)),
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Partner], list[Moment]]:
    who = draw(st.lists(partners(), min_size=1, max_size=6))
    return who, draw(st.lists(moments(len(who)), max_size=14))


periods = st.lists(
    st.tuples(offsets, st.integers(0, 60)).map(lambda p: Period(p[0], p[0] + timedelta(p[1]))),
    max_size=4,
).map(tuple)


def shifted(day: date | None, days: int) -> date | None:
    return None if day is None else day + timedelta(days)


@given(stories(), st.integers(-5000, 5000))
def test_only_the_days_between_count(story: tuple[list[Partner], list[Moment]], days: int) -> None:
    who, log = story
    later = [
        replace(
            p,
            since=shifted(p.since, days),
            paused_until=shifted(p.paused_until, days),
            ended_on=shifted(p.ended_on, days),
        )
        for p in who
    ]
    before = judge_partners(book(who, log), TODAY)
    after = judge_partners(
        book(later, [replace(m, day=m.day + timedelta(days), promise=None) for m in log]),
        TODAY + timedelta(days),
    )
    for a, b in zip(before, after, strict=True):
        assert (a.status, a.silence_days, a.silence_ratio, a.risk_horizon_days) == (
            b.status, b.silence_days, b.silence_ratio, b.risk_horizon_days)  # fmt: skip
        assert (shifted(a.last_sunny, days), shifted(a.due, days), shifted(a.planned, days)) == (
            b.last_sunny, b.due, b.planned)  # fmt: skip
        assert a.risk == pytest.approx(b.risk)


@given(stories(), periods)
def test_a_calm_talk_today_makes_warm(
    story: tuple[list[Partner], list[Moment]], quiet: tuple[Period, ...]
) -> None:
    who, log = story
    today = Moment(TODAY, tuple(range(len(who))))
    for verdict in judge_partners(book(who, [*log, today], settings=Settings(quiet=quiet)), TODAY):
        assert verdict.status in ("warm", "paused", "ended")


@given(stories(), st.integers(0, 900), periods)
def test_a_crisis_never_resets_the_clock(
    story: tuple[list[Partner], list[Moment]], back: int, quiet: tuple[Period, ...]
) -> None:
    who, log = story
    rules = Settings(quiet=quiet)
    crisis = Moment(ago(back), tuple(range(len(who))), weather=CRISIS)
    before, after = (
        judge_partners(book(who, rows, settings=rules), TODAY) for rows in (log, [*log, crisis])
    )
    for a, b in zip(before, after, strict=True):
        assert (a.last_sunny, a.silence_days, a.due, a.trend, a.risk) == (
            b.last_sunny, b.silence_days, b.due, b.trend, b.risk)  # fmt: skip
        cold = ("cold", "crisis_only", "cooling")  # cooling: a pause that just ended
        assert a.status == b.status or (a.status in ("new", *cold) and b.status in cold)


@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_count(
    story: tuple[list[Partner], list[Moment]], random: Random
) -> None:
    who, log = story
    shuffled = list(log)
    random.shuffle(shuffled)
    assert judge_partners(book(who, log), TODAY) == judge_partners(book(who, shuffled), TODAY)


@given(
    stories(),
    st.integers(1, 900),
    st.sampled_from([SUNNY, CRISIS]),
    st.sampled_from([HELD, ATTEMPT, CANCELLED]),
)
def test_what_happens_later_does_not_change_the_verdict_before_it(
    story: tuple[list[Partner], list[Moment]], later: int, weather: int, state: int
) -> None:
    who, log = story
    day = ago(901)
    talk = Moment(
        day + timedelta(later), tuple(range(len(who))), state, weather, US, (US, day, None)
    )
    assert judge_partners(book(who, log), day) == judge_partners(book(who, [*log, talk]), day)


@given(stories(), periods)
def test_numbers_are_what_a_calendar_counted_by_hand_says(
    story: tuple[list[Partner], list[Moment]], quiet: tuple[Period, ...]
) -> None:
    who, log = story

    def silent(start: date, end: date) -> int:
        days = (start + timedelta(n) for n in range(1, (end - start).days + 1))
        return sum(not any(day in period for period in quiet) for day in days)

    for position, verdict in enumerate(
        judge_partners(book(who, log, settings=Settings(quiet=quiet)), TODAY)
    ):
        held = [m for m in log if position in m.present and m.state == HELD and m.day <= TODAY]
        sunny = [m.day for m in held if m.weather == SUNNY]
        assert verdict.last_contact == max((m.day for m in held), default=None)
        assert verdict.last_sunny == max(sunny, default=None)
        if not sunny:
            assert verdict.silence_days is None
            continue
        assert verdict.silence_days == silent(max(sunny), TODAY)
        if verdict.due is not None:
            assert silent(max(sunny), verdict.due) == verdict.rhythm_days
            assert silent(max(sunny), verdict.due - timedelta(1)) == verdict.rhythm_days - 1


@given(stories(), st.integers(0, 400))
def test_no_text_of_the_sheets_changes_because_a_night_passed(
    story: tuple[list[Partner], list[Moment]], back: int
) -> None:
    one = book(*story)
    evening, morning = judge_partners(one, ago(back)), judge_partners(one, ago(back - 1))

    def known(verdict: Verdict, day: date) -> object:
        told = one.partners[verdict.partner].goals_shared_on
        shared = told is not None and told <= day  # what came true this night is no mere night
        return (
            verdict.status,
            verdict.last_contact,
            verdict.attempts,
            verdict.planned_soon,
            verdict.planned,
            shared,
        )

    def told(verdict: Verdict) -> object:
        shorts = {hint.code: hint.short for hint in verdict.hints}
        return verdict.why, verdict.due, verdict.next_step, shorts

    for a, b in zip(evening, morning, strict=True):
        if known(a, ago(back)) == known(b, ago(back - 1)) and [h.code for h in a.hints] == [
            h.code for h in b.hints
        ]:
            assert told(a) == told(b)


@given(stories(), periods)
def test_both_languages_say_the_same(
    story: tuple[list[Partner], list[Moment]], quiet: tuple[Period, ...]
) -> None:
    one = book(*story, settings=Settings(quiet=quiet))
    for nl, en in zip(
        judge_partners(one, TODAY, "nl"), judge_partners(one, TODAY, "en"), strict=True
    ):
        assert (nl.status, nl.due, nl.risk, nl.trend) == (en.status, en.due, en.risk, en.trend)
        assert [hint.code for hint in nl.hints] == [hint.code for hint in en.hints]
        for verdict in (nl, en):
            assert verdict.status in {choice.key for choice in STATUSES}
            assert verdict.why.endswith(".") and "; " not in verdict.why
            texts = [
                verdict.why,
                verdict.next_step,
                *(t for hint in verdict.hints for t in (hint.text, hint.short)),
            ]
            assert not any(
                "{" in text or "  " in text or " ." in text or " ," in text for text in texts
            )


def test_an_empty_book_has_no_verdicts() -> None:
    assert judge_partners(book([]), TODAY) == []


def test_risk_is_told_from_the_third_day_of_calm_contact() -> None:
    talks = [Moment(ago(days)) for days in (10, 40, 40)]
    partner = Partner("Police", rhythm=30)
    assert judge_partners(book([partner], talks), TODAY)[0].risk is None
    risk = judge_partners(book([partner], [*talks, Moment(ago(70))]), TODAY)[0].risk
    assert risk is not None and 0 < risk < 1
    assert (
        judge_partners(book([partner], [*talks, Moment(ago(70), weather=CRISIS)]), TODAY)[0].risk
        is None
    )
    gone = replace(partner, ended_on=ago(1))
    assert judge_partners(book([gone], [*talks, Moment(ago(70))]), TODAY)[0].risk is None


@pytest.mark.parametrize(
    ("rhythm", "back", "horizon"),
    [
        (90, 10, 126),  # cold on day 136
        (90, 130, 30),  # six days before it is cold, but no question is shorter than a month
        (365, 0, 365),
        (90, 200, 90),  # cold: within its rhythm
        (14, 200, 30),
        (500, 1000, 365),
    ],
)
def test_risk_looks_ahead_until_it_turns_cold(rhythm: int, back: int, horizon: int) -> None:
    one = book([Partner("Police", rhythm=rhythm)], [Moment(ago(back))])
    assert judge_partners(one, TODAY)[0].risk_horizon_days == horizon


def test_slipping_says_its_number_only_in_the_full_sentence() -> None:
    talks = [Moment(ago(38 + 7 * week)) for week in range(8)]
    verdict = judge_partners(book([Partner("Police", rhythm=30)], talks), TODAY)[0]
    assert verdict.status == "cooling" and verdict.risk is not None and verdict.risk >= 0.5
    slipping = next(hint for hint in verdict.hints if hint.code == "slipping")
    assert "in 10" in slipping.text
    assert not any(letter.isdigit() for letter in slipping.short)


def test_the_trend_draws_eight_quarters() -> None:
    talks = [
        Moment(day)
        for day in (date(2026, 9, 30), date(2026, 7, 1), date(2026, 6, 30), date(2024, 10, 1))
    ]
    talks += [
        Moment(date(2024, 9, 30)),
        Moment(ago(3), weather=CRISIS),
        Moment(ago(4), state=ATTEMPT),
    ]
    talks += [Moment(date(2025, 5, day)) for day in range(1, 20)]
    assert judge_partners(book([Partner("Police")], talks), TODAY)[0].trend == "▂▁█▁▁▁▂▃"


def familiar(**changes: Any) -> Partner:
    """A partner of whom everything is known and shared."""
    known = {"their_tasks": "x", "their_goals": "x", "their_way": "x", "goals_shared_on": ago(10)}
    return Partner("Police", kind="organisation", rhythm=30, since=ago(400), **{**known, **changes})


def two_people() -> list[Person]:
    return [Person("Anna", 0), Person("Bert", 0)]


def step(partner: Partner, talks: list[Moment], people: list[Person]) -> str:
    return judge_partners(book([partner], talks, people), TODAY)[0].next_step


def test_the_next_step_is_the_most_pressing_one() -> None:
    ours = [Moment(ago(day), initiative=US) for day in (5, 6, 7)]
    late = Moment(ago(8), promise=(US, ago(1), None))
    unknown = familiar(their_goals=None)
    cold = [Moment(ago(100))]
    soon = Moment(ago(-5), state=PLANNED)
    assert step(unknown, [*cold, late, soon], []).startswith(
        "Keep what we promised for 29 September 2026"
    )
    assert step(unknown, [*cold, soon], []) == "Planned for 5 October 2026."
    assert step(unknown, cold, []) == "Ring or visit for a calm talk."
    assert (
        step(unknown, [Moment(ago(40))], [])
        == "Plan a calm talk. From 6 October 2026 on it is cold."
    )
    assert step(replace(unknown, goals_shared_on=None), ours, two_people()[:1]).startswith(
        "Tell them our goals"
    )
    assert step(unknown, ours, two_people()[:1]) == "Ask them to choose the next moment."
    assert step(unknown, ours[:2], two_people()[:1]) == "Get to know a second person there."
    assert step(unknown, ours[:2], two_people()).startswith("Ask about their tasks")
    assert (
        step(familiar(), ours[:2], two_people())
        == "Keep the rhythm: again by 25 October 2026 at the latest."
    )
    assert step(familiar(paused_until=ago(-1)), [late], []) == ""
    assert step(familiar(ended_on=ago(1)), [late], []) == ""


def table_of_five(talks: list[Moment]) -> Book:
    return book([familiar(), *(Partner(f"Partner {n}") for n in range(4))], talks, two_people())


def test_a_meeting_is_a_table_from_five_partners_on() -> None:
    four, five = (0, 1, 2, 3), (0, 1, 2, 3, 4)
    assert not judge_partners(table_of_five([Moment(ago(5), four)]), TODAY)[0].has("only_at_table")
    verdict = judge_partners(table_of_five([Moment(ago(5), five)]), TODAY)[0]
    assert verdict.has("only_at_table") and verdict.next_step.startswith("Talk one to one")
    # Within two rhythms, no earlier.
    assert not judge_partners(table_of_five([Moment(ago(5), five), Moment(ago(60), (0,))]), TODAY)[
        0
    ].has("only_at_table")
    assert judge_partners(table_of_five([Moment(ago(5), five), Moment(ago(61), (0,))]), TODAY)[
        0
    ].has("only_at_table")


def test_several_late_promises_are_counted_and_the_oldest_named() -> None:
    talks = [Moment(ago(20), (0, 1), promise=(US, ago(day), None)) for day in (3, 9, 1)]
    for verdict in judge_partners(book([Partner("Police"), Partner("GGD")], talks), TODAY)[:2]:
        hint = next(hint for hint in verdict.hints if hint.code == "promise_overdue")
        assert hint.text.startswith("3 of our promises") and "21 September 2026" in hint.text
        assert hint.short == "our promise of 21 September 2026"


def test_two_years_of_initiative_and_not_a_day_more() -> None:
    recent = [Moment(ago(day), initiative=US) for day in (5, 6)]
    edge = Moment(date(2024, 9, 30), initiative=US)
    assert judge_partners(book([Partner("Police")], [*recent, edge]), TODAY)[0].has("one_sided")
    older = Moment(date(2024, 9, 29), initiative=US)
    assert not judge_partners(book([Partner("Police")], [*recent, older]), TODAY)[0].has(
        "one_sided"
    )


def test_unfamiliar_says_what_to_ask() -> None:
    verdict = judge_partners(
        book([familiar(their_goals=None, checked_on=date(2024, 1, 31))], [Moment(ago(3))]), TODAY
    )[0]
    text = next(hint.text for hint in verdict.hints if hint.code == "unfamiliar")
    assert text == (
        "We have not written down yet: their goals. "
        "We last checked what we know of them on 31 January 2024."
    )


@settings(max_examples=20)
@given(st.integers(1, 3660), st.floats(0.1, 1e9))
def test_any_setting_gives_an_answer(rhythm: int, factor: float) -> None:
    one = book(
        [Partner("Police", rhythm=rhythm)], [Moment(ago(5))], settings=Settings(cold_factor=factor)
    )
    assert judge_partners(one, TODAY)[0].status in ("warm", "cooling")
