"""The call list: the hand-counted crisis, who goes where, and the sheet and the screen that show
it.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import TODAY, Moment, ago, book
from tests.network import answers, network
from trustbook.columns import STATUSES, find_column
from trustbook.health.verdict import judge_partners
from trustbook.model import Book, Partner, Person, Settings
from trustbook.network.calllist import WARM_FIRST, CallGroup, call_groups, who_can_help
from trustbook.sheets.network import calllist_sheet


def groups(one: Book, phenomenon: str | None = None, area: str | None = None) -> list[CallGroup]:
    return call_groups(one, judge_partners(one, TODAY), TODAY, phenomenon, area)


def names(one: Book, group: CallGroup) -> list[str]:
    return [one.partners[entry.partner].name for entry in group.entries]


# --- the hand-counted network


def test_a_crisis_in_one_area_is_what_was_counted_by_hand() -> None:
    one, verdicts = network()
    [group] = call_groups(one, verdicts, TODAY, "jihadisme", "Noord")
    assert (group.phenomenon, group.area) == ("jihadisme", "Noord")
    assert [
        {
            "Partner": one.partners[entry.partner].name,
            "Status": find_column(STATUSES, entry.status).nl,
            "Vraag naar": entry.person or "",
            "Telefoon werk": entry.phone or "",
            "Anders": entry.deputy or "",
            "Laatst zonnig": f"{entry.last_sunny:%d-%m-%Y}" if entry.last_sunny else "",
        }
        for entry in group.entries
    ] == answers("Bellijst bij jihadisme in Noord")


def test_who_can_help_is_what_was_counted_by_hand() -> None:
    one, verdicts = network()
    offered = who_can_help(call_groups(one, verdicts, TODAY), one)
    assert [
        {"Aanbod": offer, "Partner": one.partners[entry.partner].name}
        for offer, entries in offered
        for entry in entries
    ] == answers("Wie kan helpen")


def test_the_sheet_holds_every_group_and_who_can_help_ready_to_print() -> None:
    one, verdicts = network()
    sheet = calllist_sheet(one, verdicts, "Bellijst", TODAY)
    headings = [line[0].value for line in sheet.rows if line[0].look == "heading"]
    assert headings == [
        "Alle fenomenen · overal",
        "Alle fenomenen · Noord",
        "Alle fenomenen · Zuid",
        "jihadisme · overal",
        "jihadisme · Noord",
        "jihadisme · Zuid",
        "rechts-extremisme · overal",
        "rechts-extremisme · Noord",
        "rechts-extremisme · Zuid",
        "Wie kan helpen: duiding",
        "Wie kan helpen: training",
        "Wie kan helpen: taalhulp",
    ]
    lines = {line[0].value: [cell.value for cell in line] for line in sheet.rows}
    assert lines["Politie Waterrijk"][2:7] == [
        "● Warm",
        "Petra Pol, wijkchef",
        "06 0000 0002",
        "Piet Pol, teamchef",
        "06 0000 0001",
    ]
    assert lines["Buurtkerk"][3:5] == ["niemand bij naam bekend", None]
    assert lines["Het Lyceum"][3:5] == ["Lies Les, rector", "geen nummer"]
    cold = next(line for line in sheet.rows if line[0].value == "Boerenbond")
    assert (cold[2].value, cold[2].look) == ("○ Koud", "status.cold")
    assert sheet.landscape and sheet.header_row == 3
    assert {len(line) for line in sheet.rows} == {len(sheet.widths)}


# --- who goes where


def test_warm_goes_first_and_cold_last_then_tier_and_name() -> None:
    known: dict[str, dict[str, Any]] = {
        "cold": {}, "paused": {"paused_until": ago(-5)}, "new": {"since": TODAY}, "crisis": {},
        "cooling": {}, "warm b": {}, "warm a": {}, "warm core": {"tier": "core"},
        "gone": {"ended_on": ago(1)},
    }  # fmt: skip
    who = [
        Partner(name, rhythm=30, **({"since": ago(400)} | fields)) for name, fields in known.items()
    ]
    moments = [Moment(ago(1), (5, 6, 7, 8)), Moment(ago(40), (4,)), Moment(ago(1), (3,), weather=1)]
    one = book(who, moments)
    [group] = groups(one)
    assert names(one, group) == [
        "warm core",
        "warm a",
        "warm b",
        "cooling",
        "crisis",
        "new",
        "paused",
        "cold",
    ]


def test_two_phenomena_or_areas_stand_under_both_and_blank_under_all() -> None:
    settings = Settings(phenomena=("Football",))
    who = [
        Partner("both", phenomena=("right_wing", "own:football")),
        Partner("all"),
        Partner("two places", area="North, South"),
        Partner("north", area="NORTH", phenomena=("right_wing",)),
    ]
    one = book(who, settings=settings)
    shown = [(group.phenomenon, group.area, names(one, group)) for group in groups(one)]
    assert shown == [
        (None, None, ["all"]),
        (None, "North", ["two places"]),
        (None, "South", ["two places"]),
        ("right-wing extremism", None, ["both"]),
        ("right-wing extremism", "North", ["north"]),
        ("Football", None, ["both"]),
    ]
    assert [names(one, group) for group in groups(one, "football", "south")] == [
        ["all", "both", "two places"]
    ]
    assert [names(one, group) for group in groups(one, area="North")] == [
        ["all", "two places"],
        ["both", "north"],
        ["both"],
    ]


def test_an_individual_is_asked_for_itself_unless_people_says_whom() -> None:
    one = book([Partner("Hilde", kind="individual"), Partner("Club")])
    [group] = groups(one)
    assert [entry.person for entry in group.entries] == [None, "Hilde"]
    one.people.append(Person("Hilde M.", 0, phone="06"))
    assert [(entry.person, entry.phone) for entry in groups(one)[0].entries][1] == (
        "Hilde M.",
        "06",
    )


@pytest.mark.parametrize("text", ["jihadism", "Jihadisme", "jihadistisch extremisme"])
def test_a_phenomenon_may_be_named_in_either_language(text: str) -> None:
    one = book([Partner("P", phenomena=("jihadism",)), Partner("Q", phenomena=("right_wing",))])
    assert [names(one, group) for group in groups(one, text)] == [["P"]]


@given(
    st.lists(
        st.builds(
            Partner,
            name=st.text("abc", min_size=1, max_size=3),
            phenomena=st.lists(st.sampled_from(["jihadism", "left_wing"]), unique=True).map(tuple),
            area=st.sampled_from([None, "North", "South; North"]),
            offers=st.lists(st.sampled_from(["training", "tea"]), unique=True).map(tuple),
            since=st.just(ago(400)),
        ),
        max_size=8,
    ),
    st.lists(st.integers(0, 200), max_size=8),
)
def test_nobody_is_lost_and_every_group_is_warm_first(
    who: list[Partner], silences: list[int]
) -> None:
    one = book(who, [Moment(ago(days), (n,)) for n, days in enumerate(silences[: len(who)])])
    found = groups(one)
    assert {entry.partner for group in found for entry in group.entries} == set(range(len(who)))
    for group in found:
        ranks = [WARM_FIRST.index(entry.status) for entry in group.entries]
        assert ranks == sorted(ranks)
    assert sum(len(entries) for _, entries in who_can_help(found, one)) == sum(
        len(p.offers) for p in who
    )
    here = {entry.partner for group in groups(one, "jihadism", "north") for entry in group.entries}
    assert here == {n for n, p in enumerate(who) if not p.phenomena or "jihadism" in p.phenomena}
