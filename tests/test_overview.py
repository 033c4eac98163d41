"""The numbers of the overview: counted by hand, the same whenever they are counted, honest about
little and nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.books import Moment, book
from tests.overviews import LATER, SPAN, Story, story, told
from trustbook.health.verdict import judge_partners
from trustbook.model import CRISIS, HELD, PLANNED, SUNNY, Partner, Settings
from trustbook.network.coverage import coverage
from trustbook.overview import count_quarter
from trustbook.overview.markdown import render_markdown
from trustbook.overview.numbers import count_numbers
from trustbook.overview.period import Span, choose, read_quarter
from trustbook.overview.wording import template_context


def test_every_number_of_the_quarter_is_the_one_counted_by_hand() -> None:
    tale = story()
    said = render_markdown(told(tale.read(), today=tale.today)).splitlines()
    assert len(tale.expected) > 25
    for line in tale.expected:
        assert line in said


def test_a_past_quarter_counts_the_same_after_everything_that_comes_later() -> None:
    tale = story()
    before = render_markdown(told(tale.read()))
    for line in (
        "- moment: 20-10-2026 | Met: Moskee Al-Noor",
        "- moment: 21-10-2026 | Met: Woonstichting Thuis | Weer: crisis",
        "- moment: 22-10-2026 | Met: Onbekende Club",
        "- moment: 23-10-2026 | Met: Politie Oost | Afspraak: x | Afspraak door: wij "
        "| Afspraak voor: 24-10-2026",
        "- moment: 05-11-2026 | Met: Politie Oost | Stand: gepland",
    ):
        tale.add(line)
    later = date(2026, 12, 31)
    assert render_markdown(told(tale.read(later), today=later)) == before


def test_who_came_on_the_list_after_the_quarter_is_not_counted() -> None:
    tale = story()
    before = told(tale.read())
    tale.add("- partner: Nieuwe Stichting | Laag: breed lokaal | Sinds: 02-10-2026")
    after = told(tale.read())
    assert after["numbers"] == before["numbers"] and after["movement"] == before["movement"]
    assert (
        after["how"][-1]
        == "Partners die niet meetellen: gestopt: 1; die dag nog niet op de lijst: 1."
    )


def test_a_quarter_that_still_runs_is_counted_up_to_today() -> None:
    words = told(story().read(date(2026, 8, 20)), today=date(2026, 8, 20))
    assert words["as_of"] == "Zoals het was op 20 augustus 2026; de periode is nog niet voorbij."
    assert words["numbers"][1]["value"] == "1"
    assert [month["label"] for month in words["months"]][-1] == "augustus 2026"


def test_an_empty_book_gives_an_honest_overview() -> None:
    words = told(Story([]).read())
    assert (
        words["headline"]
        == "Er staan nog geen partners op de lijst, dus er valt nog niets te tellen."
    )
    assert [number["value"] for number in words["numbers"]] == ["0", "0", "–", "–"]
    assert words["cold"]["sentence"] == "Geen enkele relatie is koud."
    assert words["pictures"]["sun"]["alt"] == "Tekening van een zon zonder partners."
    assert "Rijen" not in render_markdown(words)


@pytest.mark.parametrize(
    ("days_ago", "headline"),
    [(3, "Er is één relatie, en die is warm."), (300, "Er is één relatie, en die is niet warm.")],
)
def test_one_partner_is_no_percentage(days_ago: int, headline: str) -> None:
    one = book(
        [Partner("Politie", rhythm=30, since=date(2025, 1, 1))],
        [Moment(SPAN.last - timedelta(days_ago))],
    )
    assert told(one)["headline"] == headline


def test_there_is_something_to_compare_with_or_it_says_so() -> None:
    two = [Partner(name, rhythm=30, since=date(2026, 8, 1)) for name in ("A", "B")]
    assert told(book(two))["headline"].endswith("hiervoor stond er nog niemand op de lijst.")
    for partner in two:
        partner.since = date(2026, 1, 1)
    assert told(book(two))["headline"].endswith("evenveel als een kwartaal eerder.")
    assert told(book(two, [Moment(date(2026, 9, 29))]))["headline"].endswith(
        "1 warm: 1 meer dan een kwartaal eerder."
    )


def test_other_days_than_a_quarter_are_compared_with_as_many_days_before() -> None:
    span = Span(date(2026, 8, 5), date(2026, 8, 14))
    moments = [
        Moment(date(2026, 8, 5)),
        Moment(date(2026, 8, 14)),
        Moment(date(2026, 7, 26)),
        Moment(date(2026, 7, 25)),
    ]
    one = book([Partner("A", since=date(2025, 1, 1))], moments)
    figures = count_quarter(one, span, LATER, "team")
    assert figures.sunny == (2, 1)


DAYS = st.dates(date(2025, 6, 1), date(2026, 12, 31))
PARTNERS = st.builds(
    Partner,
    st.just("A"),
    rhythm=st.sampled_from([7, 30, 90, 365]),
    since=DAYS,
    paused_until=st.none() | DAYS,
    ended_on=st.none() | DAYS,
    tier=st.none() | st.just("civil_society"),
)
MOMENTS = st.builds(
    Moment,
    DAYS,
    st.sets(st.integers(0, 3), min_size=1).map(tuple),
    st.sampled_from([HELD, PLANNED]),
    st.sampled_from([SUNNY, CRISIS]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTNERS, min_size=4, max_size=4), st.lists(MOMENTS, max_size=25))
def test_statuses_are_the_verdicts_of_that_day_and_nobody_moves_twice(
    partners: list[Partner], moments: list[Moment]
) -> None:
    one = book(partners, moments)
    numbers = count_numbers(one, SPAN, LATER, "nl")
    for statuses, day in (
        (numbers.statuses, SPAN.last),
        (numbers.statuses_before, SPAN.before().last),
    ):
        verdicts = judge_partners(one, day)
        assert statuses == {
            v.partner: v.status
            for v in verdicts
            if v.status != "ended" and (one.partners[v.partner].since <= day or v.last_contact)  # type: ignore[operator]
        }
    moved = numbers.movement
    everyone = [*moved.warmed, *moved.cooled, *moved.new, *moved.lost]
    assert len(everyone) == len(set(everyone))
    assert {c.partner for c in numbers.cold} == {
        p for p, s in numbers.statuses.items() if s in ("cold", "crisis_only")
    }
    steps = {v.partner: v.next_step for v in judge_partners(one, SPAN.last, "nl")}
    assert all(cold.step == steps[cold.partner] for cold in numbers.cold)
    assert numbers.now.civil <= numbers.now.sunny
    assert sum(month.sunny or 0 for month in numbers.months[-3:]) == numbers.now.sunny
    assert sum(month.crisis or 0 for month in numbers.months[-6:-3]) == numbers.before.crisis


def test_what_is_short_is_what_the_coverage_says() -> None:
    tale = story()
    tale.add("- nodig: jihadisme | Partij: Jongerenwerk | Gebied: Noord | Minimum: 3")
    tale.add("- nodig: jihadisme | Partij: Jongerenwerk | Relevant: nee | Minimum: 9")
    tale.add("- nodig: Sabotage | Partij: Gevangenis | Minimum: 1")
    one = tale.read()
    figures = count_quarter(one, SPAN, LATER, "team")
    rows = coverage(one, judge_partners(one, SPAN.last), SPAN.last)
    assert sum(line.gap for line in figures.matrix.lines) == sum(row.gap for row in rows) == 5


def test_facts_as_of_then_are_said_to_be() -> None:
    one = story().read()
    figures = count_quarter(one, SPAN, LATER, facts_as_of="then")
    assert (
        "Ritme, laag en relatiehouder tellen zoals ze waren op 30 september 2026."
        in template_context(figures, "nl")["how"]
    )
    assert "Ritme, laag en relatiehouder tellen zoals ze nu zijn." in told(one)["how"]


def test_settings_of_the_book_count() -> None:
    one = book([Partner("A", tier="core", since=date(2025, 1, 1))], [Moment(date(2026, 9, 10))])
    assert told(one)["standing"][0]["status"] == "warm"
    assert (
        told(replace(one, settings=Settings(rhythm={"core": 14})))["standing"][0]["status"]
        == "cooling"
    )


def test_days_are_chosen_strictly() -> None:
    assert choose(None, None, None, LATER) == read_quarter("2026 k3") == SPAN
    assert choose(None, date(2026, 1, 1), date(2026, 1, 31), LATER).before() == Span(
        date(2025, 12, 1), date(2025, 12, 31)
    )
    assert read_quarter("2026Q1").before().slug == "2025Q4"
    assert Span(date(2026, 8, 5), date(2026, 8, 14)).slug == "2026-08-05_2026-08-14"
