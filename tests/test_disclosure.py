"""What nobody must be able to work out from the public page, or from several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import bench_disclosure
import pytest

from tests.books import Moment, book
from tests.overviews import LATER, SPAN
from trustbook.model import Book, Partner, Settings
from trustbook.overview import count_public, count_quarter
from trustbook.overview.disclosure import PublicPage, Sum, narrowed
from trustbook.overview.editions import Figures, restrict_to_edition
from trustbook.overview.markdown import render_markdown
from trustbook.overview.numbers import count_numbers
from trustbook.overview.period import Span, read_quarter
from trustbook.overview.public import civil_groups
from trustbook.overview.published import (
    PublishedPage,
    place_of,
    read_published,
    remembered_page,
)
from trustbook.overview.saying_less import say_less
from trustbook.overview.wording import template_context

NOW = "2026-07-01"
START = date(2025, 1, 1)
RECENT = date(2026, 9, 20)


def network(core: int, civil: int, moments: Sequence[Moment]) -> Book:
    tiers = ["core"] * core + ["civil_society"] * civil
    partners = [
        Partner(f"P{at}", tier=tier, rhythm=30, since=START) for at, tier in enumerate(tiers)
    ]
    return book(partners, moments, lang="nl", settings=Settings(phenomena=("Sabotage",)))


def page(one: Book, span: Span = SPAN, published: Sequence[PublishedPage] = ()) -> Figures:
    return count_quarter(one, span, LATER, "public", published=published)


def texts(figures: Figures) -> str:
    return render_markdown(template_context(figures, "nl"))


# --- one page


def test_that_all_are_warm_is_said_only_of_enough() -> None:
    """With all of five warm, both of civil society are; with three of them that may be known."""
    everybody = [Moment(RECENT, (0, 1, 2, 3, 4))]
    few, enough = page(network(3, 2, everybody)), page(network(2, 3, everybody))
    assert few.warm == (None, None) and few.standing == {} and few.sectors == ()
    assert "Op de lijst staan 5 relaties." in texts(few) and "Warm: 5" not in texts(few)
    assert enough.warm[0] == 5 and enough.standing == {"warm": 5}


def test_that_none_are_cold_or_spoken_is_said_only_of_enough() -> None:
    few = page(network(9, 1, [Moment(RECENT, (0, 1, 2, 3, 9))]))
    assert (few.warm[0], few.relations[0]) == (5, 10), "both parts are large enough"
    assert few.cold_count is None and few.left_out is None and few.crisis == (None, None)
    said = texts(few)
    assert "Geen enkele relatie is koud" not in said and "staat nog niets opgeschreven" not in said
    assert "Elke rij" not in said and "Wij hebben nu geen vraag" not in said
    assert "| september 2026 |" not in said and "geen aantallen per maand" in said


@pytest.mark.parametrize(
    ("with_civil", "others", "partners", "shown"),
    [(4, 6, 3, 4), (4, 6, 2, None), (2, 6, 3, None), (6, 2, 3, None), (0, 6, 3, None)],
)
def test_moments_with_civil_society_are_shown_where_all_parts_are_enough(
    with_civil: int, others: int, partners: int, shown: int | None
) -> None:
    """Four moments with one partner, shown as 40 %, would be that partner's contacts."""
    days = [date(2026, 7 + at % 3, 1 + at) for at in range(12)]
    moments = [Moment(days[at], (5 + at % partners,)) for at in range(with_civil)]
    moments += [Moment(days[at], (0,)) for at in range(others)]
    assert page(network(5, 3, moments)).civil[0] == shown


def test_who_came_went_or_moved_is_a_number_from_three_on() -> None:
    one = network(8, 4, [Moment(date(2026, 6, 20), tuple(range(12)))])
    for at in (0, 9):
        one.partners[at].ended_on = date(2026, 8, 1)
    for at in (1, 2, 3):
        one.partners[at].since = RECENT
    one.moments.contact_partner[1:4] = [0, 0, 0]
    figures = page(one)
    assert {way: group.count for way, group in figures.moved.items()}["new"] == 3
    assert figures.moved["lost"].count is None
    assert (figures.ended, figures.not_yet) == (0, 0), "of two quarters the difference would tell"
    assert "Gestopt: **niet getoond**" in texts(figures)


def test_the_months_of_a_quarter_are_shown_all_or_none() -> None:
    """Civil society has two partners: a month with one moment goes, and with it its quarter."""
    moments = [Moment(date(2026, month, 3 + day), (0,)) for month in (7, 8) for day in range(4)]
    figures = page(network(9, 2, [*moments, Moment(date(2026, 9, 9), (0,))]))
    assert figures.sunny[0] == 9
    assert [month.sunny for month in figures.months[-3:]] == [None, None, None]


def test_the_matrix_has_no_row_of_a_tier_and_no_small_number() -> None:
    one = network(4, 4, [Moment(RECENT, tuple(range(8)))])
    assert [cell.known for cell in page(one).matrix.lines[0].cells] == [8]
    assert "maatschappelijk middenveld |" not in texts(page(one))
    for partner in one.partners[2:]:
        partner.phenomena = ("jihadism",)
    assert [cell.known for cell in page(one).matrix.lines[0].cells] == [None]


# --- the check


def status_sum(day: str = NOW) -> Sum:
    return (("warm", day), ("cold", day)), (("relations", day),)


def test_a_whole_of_nothing_tells_of_its_parts_where_civil_society_is_small() -> None:
    cells = {("relations", NOW): 5, ("warm", NOW): 5}
    small = PublicPage(cells, frozenset(), [status_sum()], frozenset())
    assert narrowed([small]) == {("cold", NOW)}, "nobody of civil society is cold"
    assert narrowed([replace(small, many=frozenset({NOW}))]) == set()
    assert narrowed([replace(small, cells={("relations", NOW): 5})]) == set()


def test_a_part_of_civil_society_tells_of_the_months_it_fell_in() -> None:
    months = tuple(("month", f"2026-0{month}-01") for month in (7, 8, 9))
    shown = dict(zip(months, (2, 4, 1), strict=True))
    cells = {("sunny", NOW): 7, ("civil:sunny", NOW): 6, **shown}
    whole = PublicPage(cells, frozenset(), [(months, (("sunny", NOW),))], frozenset({NOW}))
    assert narrowed([whole]) == {months[0]}, "at least one of the two of July was with them"
    fewer = replace(whole, cells={**cells, ("civil:sunny", NOW): 4})
    assert narrowed([fewer]) == set()


def test_two_quarters_together_tell_who_stopped() -> None:
    """Two fewer relations, and both numbers under three: two stopped and nobody came."""
    before, moved = ("relations", "2026-04-01"), frozenset({("new", NOW), ("lost", NOW)})
    came_and_went = ((before, ("new", NOW)), (("relations", NOW), ("lost", NOW)))
    first = PublicPage({before: 9}, frozenset(), [], frozenset())
    second = PublicPage({("relations", NOW): 7}, moved, [came_and_went], frozenset())
    assert narrowed([first]) == narrowed([second]) == set()
    assert narrowed([first, second]) == {("new", NOW)}


def test_pages_that_contradict_each_other_are_read_one_by_one() -> None:
    one = PublicPage({("warm", NOW): 4}, frozenset(), [], frozenset())
    other = PublicPage({("warm", NOW): 0}, frozenset(), [], frozenset())
    assert narrowed([one, other]) == {("warm", NOW)}


def test_a_page_that_tells_too_much_says_less_until_it_does_not() -> None:
    numbers = count_numbers(network(3, 2, [Moment(RECENT, (0, 1, 2, 3, 4))]), SPAN, LATER, "nl")
    unlimited, groups = restrict_to_edition(numbers, "public"), civil_groups(numbers)
    assert narrowed([remembered_page(unlimited, groups, LATER).as_page()])
    figures = say_less(unlimited, groups, [])
    assert narrowed([remembered_page(figures, groups, LATER).as_page()]) == set()
    assert "aantallen" in texts(figures)


# --- pages that were published before


def made(one: Book, span: Span, published: Sequence[PublishedPage] = ()) -> PublishedPage:
    return count_public(one, span, LATER, "nl", "now", published)[1]


def test_a_page_is_remembered_as_counts_over_the_last_of_the_same_days() -> None:
    one = network(4, 4, [Moment(RECENT, (0, 5))])
    spring, summer = made(one, read_quarter("2026Q2")), made(one, SPAN)
    assert "P0" not in summer.as_text()
    assert read_published({"000001": summer.as_text(), "000000": spring.as_text()}) == [
        spring, summer,
    ]  # fmt: skip
    assert place_of(summer, []) == "000000" and place_of(summer, [summer]) == "000000"
    assert place_of(summer, [spring]) == place_of(summer, [spring, summer]) == "000001"
    assert place_of(spring, [spring, summer]) == "000002", "what was published stays published"


def test_a_quarter_is_compared_with_the_number_that_was_published_then() -> None:
    days = [date(2026, month + at % 3, 1 + at) for month in (4, 7) for at in range(8)]
    moments = [Moment(day, (4 + at % 4,) if at % 8 < 4 else (0,)) for at, day in enumerate(days)]
    before = [made(network(4, 4, moments), read_quarter("2026Q2"))]
    assert page(network(4, 4, moments), SPAN, before).civil == (4, 4)
    late = [*moments, Moment(date(2026, 5, 5), (4,))]
    assert page(network(4, 4, late), SPAN).civil == (4, 5)
    assert page(network(4, 4, late), SPAN, before).civil == (4, None)


def test_what_was_hidden_for_few_stays_so_after_a_tier_was_corrected() -> None:
    one = network(7, 2, [Moment(RECENT, (0,))])
    spring = made(one, read_quarter("2026Q2"))
    assert ("status.warm", "2026-04-01") not in spring.cells
    one.partners[0].tier = "civil_society"
    assert page(one).warm == (1, 0)
    assert page(one, SPAN, [spring]).warm == (1, None)


def test_a_reader_of_every_page_narrows_nothing() -> None:
    """A few of the histories that scripts/bench_disclosure.py plays; and what it would find."""
    assert bench_disclosure.measure(4, 1, bench_disclosure.limited)[0] == 0
    assert bench_disclosure.measure(3, 1, bench_disclosure.blunt)[0] > 0
