"""What the overview asks of its reader, what comes next, and the line over eight quarters."""

from __future__ import annotations

from datetime import date

import pytest

from tests.books import Moment, book
from tests.overviews import LATER, SPAN, story, told
from trustbook.model import PLANNED, US, Book, Partner, Person, Settings
from trustbook.names import joined_names
from trustbook.overview import count_quarter
from trustbook.overview.period import Span, read_quarter

SINCE = date(2025, 1, 1)


def network(warm: int, cold: int = 0) -> Book:
    """So many partners that were spoken in the quarter, and so many long ago."""
    partners = [Partner(f"P{at}", rhythm=60, since=SINCE) for at in range(warm + cold)]
    return book(
        partners,
        [
            Moment(date(2026, 9, 1), tuple(range(warm))),
            Moment(date(2025, 3, 5), tuple(range(cold))),
        ],
        lang="nl",
    )


def with_plan(day: date) -> Book:
    partner = Partner("Moskee Al-Noor", rhythm=60, since=SINCE)
    moments = [Moment(date(2026, 1, 1)), Moment(day, state=PLANNED)]
    return book([partner], moments, lang="nl")


def test_a_talk_that_is_planned_is_told_until_its_day_has_passed() -> None:
    one = with_plan(date(2026, 11, 20))
    before, after = (told(one, today=day) for day in (date(2026, 11, 20), date(2026, 11, 21)))
    assert "1 gesprek is gepland: Moskee Al-Noor (20 november)." in before["next"]
    assert before["cold"]["rows"][0][-1] == "Gepland op 20 november 2026."
    assert "20 november" not in repr({**after, "pictures": None})


def test_a_plan_for_after_the_coming_quarter_is_no_news_yet() -> None:
    assert not any("gepland" in line for line in told(with_plan(date(2027, 1, 4)))["next"])


def test_promises_are_late_or_still_to_keep() -> None:
    partners = [Partner("A", rhythm=365, since=SINCE)]
    dues = (date(2026, 9, 29), date(2026, 9, 30), date(2026, 12, 31), date(2027, 1, 1))
    moments = [Moment(date(2026, 9, 1), promise=(US, due, None)) for due in dues]
    words = told(book(partners, moments, lang="nl"))
    assert words["ask"] == [
        "Houd ons aan ons woord. Wij zijn te laat met 1 afspraak: A (29 september)."
    ]
    assert words["next"] == [
        "Wij hebben 2 afspraken na te komen: A (30 september), A (31 december)."
    ]


def test_a_promise_that_was_kept_later_was_open_on_the_last_day() -> None:
    moments = [Moment(date(2026, 9, 1), promise=(US, date(2026, 9, 10), date(2026, 10, 2)))]
    one = book([Partner("A", rhythm=365, since=SINCE)], moments, lang="nl")
    assert "te laat met 1 afspraak" in told(one)["ask"][0]
    one.moments.promises[0].kept_on = date(2026, 9, 10)
    assert told(one)["ask"] == ["Wij hebben nu geen vraag aan u."]


@pytest.mark.parametrize(
    ("paused_until", "said"), [(None, True), (date(2026, 9, 10), True), (date(2026, 12, 1), False)]
)
def test_who_turns_cold_after_a_pause_has_one_rhythm_more(
    paused_until: date | None, said: bool
) -> None:
    partner = Partner("A", rhythm=60, since=SINCE, paused_until=paused_until)
    words = told(book([partner], [Moment(date(2026, 8, 20))], lang="nl"))
    assert ("1 relatie wordt koud als wij niet praten: A." in words["next"]) == said


def test_the_public_edition_asks_in_numbers_and_hides_small_ones() -> None:
    one = story().read()
    public = told(one, "public")
    assert public["ask"] == [
        "Help ons zoeken. In het benodigd netwerk zijn nog 2 plaatsen leeg.",
        "Help ons aan een gesprek. 2 relaties zijn koud.",
    ]
    assert public["next"] == ["4 relaties worden koud als wij niet praten."]
    figures = count_quarter(one, SPAN, LATER, "public").requests
    assert (figures.late.count, figures.parties, figures.turning.first) == (0, (), ())


def test_the_steering_group_reads_no_person() -> None:
    lines = told(story().read(), "steering")["ask"]
    assert lines[1].endswith("koud: een individu, Woonstichting Thuis.")


def test_a_stretch_that_still_runs_looks_three_months_ahead() -> None:
    words = told(network(3), today=date(2026, 9, 12))
    assert words["words"]["next"] == "De komende drie maanden"
    assert told(network(3))["words"]["next"] == "Komend kwartaal"


def test_the_line_holds_the_share_of_every_quarter_in_the_log() -> None:
    shares = count_quarter(network(3, 1), SPAN, LATER, "team").shares
    assert [share.quarter.slug for share in shares][::7] == ["2024Q4", "2026Q3"]
    assert [share.percent for share in shares] == [None, 25, 0, 0, 0, 0, 0, 75]


def test_a_quarter_that_still_runs_counts_up_to_today() -> None:
    figures = count_quarter(network(3, 1), SPAN, date(2026, 8, 31), "team")
    assert figures.shares[-1].percent == 0


@pytest.mark.parametrize(("partners", "percent"), [(19, None), (20, 65), (27, 65)])
def test_the_public_line_is_coarse_and_tells_nothing_of_a_few(
    partners: int, percent: int | None
) -> None:
    warm = round(0.66 * partners)
    figures = count_quarter(network(warm, partners - warm), SPAN, LATER, "public")
    assert figures.shares[-1].percent == percent


def test_there_is_no_line_of_one_point() -> None:
    words = told(network(5))
    assert "line" not in words["pictures"] and words["shares"] == []


def test_only_phenomena_that_the_book_names_are_shown() -> None:
    one = network(3)
    none = told(one)
    assert none["matrix"]["head"] == [] and none["matrix"]["rows"] == []
    assert "noemt nog geen fenomenen" in none["matrix"]["note"]
    assert "dots" not in none["pictures"]
    one.settings = Settings(phenomena=("Sabotage",))
    assert told(one)["matrix"]["head"] == ["Sabotage"]
    one.partners[0].phenomena = ("jihadism",)
    assert told(one)["matrix"]["head"] == ["jihadisme", "Sabotage"]


def test_days_that_are_no_quarter_are_followed_by_three_months() -> None:
    span = Span(date(2026, 8, 5), date(2026, 8, 31))
    ahead = count_quarter(network(3), span, LATER, "team").requests.days
    assert ahead == Span(date(2026, 9, 1), date(2026, 11, 30))
    after = count_quarter(network(3), SPAN, LATER, "team").requests.days
    assert after == read_quarter("2026Q4")


def test_the_team_reads_how_many_people_know_what_is_kept_of_them() -> None:
    one = network(warm=1)
    told_on = [date(2026, 3, 1), date(2026, 9, 30), None, date(2026, 10, 1)]
    one.people = [Person(f"Person {at}", 0, informed_on=day) for at, day in enumerate(told_on)]
    one.people.append(Person("Gone", 0, until=date(2026, 8, 1)))
    said = [line for line in told(one, "team")["ask"] if "bewaren" in line]
    assert said == [
        "Vertel mensen wat wij van hen bewaren. 2 personen weten het nog niet; 50% van allen wel. "
        'Voor de brief, typ: trustbook person BOEK "NAAM" --letter'
    ]
    for edition in ("public", "steering"):
        assert "bewaren" not in repr(told(one, edition)["ask"]), edition
    one.people[2].informed_on = one.people[3].informed_on = date(2026, 4, 1)
    assert "bewaren" not in repr(told(one, "team")["ask"])


def test_names_with_a_comma_in_them_are_told_apart() -> None:
    assert joined_names(["GGD", "Politie"]) == "GGD, Politie"
    assert joined_names(["M. Roerdomp, trainer", "GGD"]) == "M. Roerdomp, trainer; GGD"
    assert joined_names([]) == ""
