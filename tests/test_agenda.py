"""Who to call: whom it leaves out, and in which order it lists the rest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import TODAY, Moment, ago, book
from tests.network import answers, network
from trustbook.dates import write_date
from trustbook.health.hints import Hint
from trustbook.health.verdict import judge_partners
from trustbook.model import (
    ATTEMPT,
    CRISIS,
    PLANNED,
    THEM,
    US,
    Book,
    Consultation,
    Partner,
    Person,
    Requirement,
)
from trustbook.network.agenda import Call, CallList, call_list
from trustbook.network.consultations import sittings
from trustbook.network.left_out import left_out
from trustbook.network.promises import open_promises
from trustbook.outbox.letters import letters, subject


def calls(one: Book, back: int = 0) -> list[Call]:
    return call_list(one, judge_partners(one, ago(back)), ago(back)).calls


def names(one: Book, back: int = 0) -> list[str]:
    return [one.partners[call.partner].name for call in calls(one, back)]


def monthly(name: str, **known: Any) -> Partner:
    return Partner(name, rhythm=30, since=ago(400), **known)


def slipping(position: int) -> list[Moment]:
    return [Moment(ago(days), (position,)) for days in (29, 130, 300)]


def test_the_most_pressing_goes_first() -> None:
    who = [monthly(name) for name in ("slipping", "cooling", "cold", "promise", "crisis", "warm")]
    who += [
        Partner("new", rhythm=30, since=ago(31)),
        Partner("new, still time", rhythm=30, since=ago(30)),
    ]
    one = book(
        who,
        [
            *slipping(0),
            Moment(ago(40), (1,)),
            Moment(ago(100), (2,)),
            Moment(ago(1), (3,), promise=(US, ago(1), None)),
            Moment(ago(3), (4,), weather=CRISIS),
            Moment(ago(1), (5,)),
        ],
    )
    assert names(one) == ["promise", "crisis", "cold", "new", "cooling", "slipping"]
    listed = {one.partners[call.partner].name: call for call in calls(one)}
    assert (
        listed["promise"].why_now == "What we promised for 29 September 2026 has not been kept yet."
    )
    assert listed["slipping"].why_now.startswith("About to fall silent. Last calm talk:")
    assert listed["cold"].why_now.startswith("Last calm talk: 22 June 2026.")
    assert listed["cold"].step == "Ring or visit for a calm talk and tell them our goals."


def test_within_a_group_the_longest_overdue_goes_first_and_then_the_name() -> None:
    who = [monthly(name) for name in ("Zorg", "Anker", "Boei")]
    assert names(book(who, [Moment(ago(60), (0,)), Moment(ago(90), (1, 2))])) == [
        "Anker",
        "Boei",
        "Zorg",
    ]
    assert names(book(who, [Moment(ago(90), (0,)), Moment(ago(60), (1, 2))])) == [
        "Zorg",
        "Anker",
        "Boei",
    ]


def test_who_is_left_out() -> None:
    cold = [Moment(ago(100), promise=(US, ago(90), None))]
    assert names(book([monthly("cold")], cold)) == ["cold"]
    for known in ({"ended_on": ago(1)}, {"paused_until": ago(-1)}, {"snooze_until": ago(-1)}):
        assert names(book([monthly("left out", **known)], cold)) == []
    assert names(book([monthly("snoozed until today", snooze_until=TODAY)], cold)) == [
        "snoozed until today"
    ]


def test_a_promise_of_ours_that_is_due_before_the_planned_talk_keeps_it_on_the_list() -> None:
    def due(day: date, by: int = US) -> list[str]:
        talks = [
            Moment(ago(100)),
            Moment(ago(60), weather=CRISIS, promise=(by, day, None)),
            Moment(ago(-10), state=PLANNED),
        ]
        one = book([monthly("cold")], talks)
        told.extend(
            call.why_now for call in call_list(one, judge_partners(one, TODAY), TODAY).calls
        )
        return names(one)

    told: list[str] = []
    assert due(ago(-9)) == due(ago(20)) == ["cold"]
    first = (
        f"We promised something for {write_date(ago(-9), 'en')}: that is before the planned talk. "
    )
    assert told[0].startswith(first) and "not been kept" in told[1]
    assert due(ago(-10)) == due(ago(-9), THEM) == []


def test_a_calm_talk_planned_within_the_rhythm_takes_a_partner_off_the_list() -> None:
    def planned(ahead: int, **known: Any) -> list[str]:
        return names(
            book([monthly("cold")], [Moment(ago(100)), Moment(ago(-ahead), state=PLANNED, **known)])
        )

    assert planned(0) == planned(30) == []
    assert planned(31) == planned(5, weather=CRISIS) == ["cold"]


def test_each_holder_has_a_group_of_at_most_ten_and_who_has_none_comes_last() -> None:
    who = [monthly(f"No holder {n:02}") for n in range(12)]
    who += [monthly("B", holder="Bas"), monthly("A", holder="anna"), monthly("C", holder="Anna ")]
    one = book(who, [Moment(ago(100), tuple(range(len(who))))])
    assert [(call.holder, one.partners[call.partner].name) for call in calls(one)] == [
        ("anna", "A"),
        ("anna", "C"),
        ("Bas", "B"),
        *((None, f"No holder {n:02}") for n in range(10)),
    ]


def test_the_next_table_at_which_we_sit_together() -> None:
    one = book(
        [monthly("Police"), monthly("School")],
        [Moment(ago(100), (0, 1))],
        consultations=[
            Consultation("Later", members=(0,), next=ago(-20)),
            Consultation("Round table", members=(0,), next=TODAY),
            Consultation("Past", members=(0, 1), next=ago(1)),
            Consultation("No date", members=(1,)),
        ],
    )
    assert [call.table for call in calls(one)] == ["Round table, 30 September 2026", ""]


@given(st.lists(st.integers(0, 200), max_size=30), st.integers(0, 100))
def test_a_night_moves_no_line_among_those_whose_status_stays(
    silences: list[int], back: int
) -> None:
    who = [monthly(f"Partner {n}") for n in range(len(silences))]
    one = book(who, [Moment(ago(back + days), (n,)) for n, days in enumerate(silences)])
    evening, morning = judge_partners(one, ago(back)), judge_partners(one, ago(back) + timedelta(1))
    same = {a.partner for a, b in zip(evening, morning, strict=True) if a.status == b.status}
    if len(same) == len(who):
        assert (
            call_list(one, evening, ago(back)).calls
            == call_list(one, morning, ago(back) + timedelta(1)).calls
        )


# --- the hand-counted network


def test_who_to_call_is_what_was_counted_by_hand() -> None:
    one, verdicts = network()
    assert [
        {
            "Relatiehouder": call.holder,
            "Partner": one.partners[call.partner].name,
            "Voorstel": call.step,
            "Eerst samen aan tafel": call.table,
        }
        for call in call_list(one, verdicts, TODAY).calls
    ] == answers("Wie bellen")


def test_the_agenda_of_each_table_names_the_quiet_partners_that_sit_there() -> None:
    one, verdicts = network()
    assert [
        {
            "Overleg": sitting.consultation.name,
            "Dag": f"{sitting.day:%d-%m-%Y}",
            "Spreek apart": "; ".join(one.partners[partner].name for partner in sitting.quiet),
        }
        for sitting in sittings(one, verdicts, TODAY)
    ] == answers("Aan tafel")


def test_open_promises_are_those_counted_by_hand() -> None:
    one, _ = network()
    assert [
        {
            "Afspraak": open_.promise.text,
            "Door": {US: "wij", THEM: "zij"}[open_.promise.by],
            "Voor": f"{open_.promise.due:%d-%m-%Y}",
            "Te laat": "ja" if open_.overdue else "nee",
        }
        for open_ in open_promises(one, TODAY)
    ] == answers("Open afspraken")


# --- order, hours, and what takes a line off


def test_who_the_required_network_cannot_do_without_goes_first_among_equals() -> None:
    who = [monthly("A", party="GGD"), monthly("B", party="GGD"), monthly("C", party="Police")]
    one = book(who, [Moment(ago(100), (0, 1)), Moment(ago(90), (2,))])
    assert names(one) == ["A", "B", "C"]
    one.required += [Requirement("jihadism", "Police"), Requirement("jihadism", "GGD")]
    assert names(one) == ["C", "A", "B"]
    assert calls(one)[0].why_now.endswith(" Without them the required network has a gap.")
    assert not calls(one)[1].why_now.endswith("has a gap.")


def test_a_higher_band_of_risk_goes_before_an_earlier_due_date() -> None:
    one = book([monthly("A"), monthly("B")], [Moment(ago(60), (0,)), Moment(ago(50), (1,))])
    verdicts = judge_partners(one, TODAY)
    for risk, first in ((None, "A"), (0.49, "A"), (0.51, "B"), (0.9, "B")):
        verdicts[1].risk = risk
        assert one.partners[call_list(one, verdicts, TODAY).calls[0].partner].name == first
    verdicts[0].risk = 0.85
    assert one.partners[call_list(one, verdicts, TODAY).calls[0].partner].name == "A"


def test_the_list_asks_no_more_than_the_hours_of_a_week() -> None:
    who = [monthly(f"Anna's {n}", holder="Anna") for n in range(4)] + [
        monthly(f"Bas's {n}", holder="Bas") for n in range(4)
    ]
    # The last two were never spoken: they fell due first, and ask for a visit of an hour; the
    # others ask half an hour.
    one = book(who, [Moment(ago(100 + n), (n,)) for n in range(6)])
    for hours, expected in (
        (None, 8),
        (0, 0),
        (0.4, 0),
        (0.5, 1),
        (1, 1),
        (1.5, 1),
        (3, 4),
        (3.9, 5),
        (5, 8),
        (40, 8),
    ):
        one.settings.hours_a_week = hours
        assert len(calls(one)) == expected, hours
    one.settings.hours_a_week = 1.5
    assert names(one) == ["Bas's 2"], "no cheaper line goes before the next, more pressing one"
    one.settings.hours_a_week = 3
    assert sorted(names(one)) == ["Bas's 0", "Bas's 1", "Bas's 2", "Bas's 3"]


def test_who_has_no_place_on_the_list_is_told() -> None:
    who = [monthly(f"Anna's {n}", holder="Anna") for n in range(12)] + [
        monthly("Bas's", holder="Bas")
    ]
    one = book(who, [Moment(ago(100 + n), (n,)) for n in range(13)], lang="nl")
    verdicts = judge_partners(one, TODAY)

    def told(hours: float | None) -> list[str]:
        one.settings.hours_a_week = hours
        listed = call_list(one, verdicts, TODAY)
        return left_out("nl", hours, verdicts, listed, sheet="Relatiestatus")

    ten = (
        "Nog 2 partners vragen om een gesprek (2 koud). Hier staan er hooguit 10 per relatiehouder."
    )
    hours = "Nog 12 partners vragen om een gesprek (12 koud). Dat past niet in de uren per week"
    assert told(None) == [f"{ten} U vindt ze op Relatiestatus."]
    assert told(0.5) == [f"{hours} van Instellingen: 0,5. U vindt ze op Relatiestatus."]
    one.settings.hours_a_week = None
    found = {each.holder: each.waiting for each in letters(one, verdicts, TODAY)}
    assert found == {"Anna": [f"{ten} U vindt ze op Relatiestatus."], "Bas": []}
    one.settings.hours_a_week = 0.5
    post = {each.holder: each for each in letters(one, verdicts, TODAY)}
    assert post["Anna"].waiting[0].startswith("Nog 12 partners vragen om een gesprek (12 koud).")
    assert subject(post["Anna"], "nl") == "Deze week: 12 partners vragen om een gesprek"
    assert subject(post["Bas"], "nl") == "Deze week: 1 gesprek"
    alone = left_out("en", 0.5, verdicts, CallList([], [0], []), sheet="Health")
    assert alone[0].startswith("1 more partner asks for a talk (1 cold). It does not fit")
    assert alone[0].endswith("It stands on Health.")


@pytest.mark.parametrize("hours", [None, 1.5, 6])
def test_a_calm_talk_typed_tonight_takes_every_line_off(hours: float | None) -> None:
    one, verdicts = network()
    one.settings.hours_a_week = hours
    for call in call_list(one, verdicts, TODAY).calls:
        log(one, call.partner, TODAY)
        assert call.partner not in [
            c.partner for c in call_list(one, judge_partners(one, TODAY), TODAY).calls
        ]
        tomorrow = TODAY + timedelta(1)  # the nightly run may well be after midnight
        assert call.partner not in [
            c.partner for c in call_list(one, judge_partners(one, tomorrow), tomorrow).calls
        ]


def test_a_promise_still_open_comes_back_a_week_after_that_talk() -> None:
    one = book([monthly("P")], [Moment(ago(20), promise=(US, ago(10), None)), Moment(ago(6))])
    assert names(one) == []
    assert names(one, back=-1) == ["P"]


def test_who_slips_is_not_rung_again_in_the_first_half_of_the_rhythm() -> None:
    one = book([monthly("P")], [Moment(ago(20))])
    verdict = judge_partners(one, TODAY)[0]
    verdict.hints = (Hint("slipping", "", "about to fall silent"),)
    for ratio, listed in ((0.03, 0), (0.49, 0), (0.5, 1), (0.9, 1)):
        verdict.silence_ratio = ratio
        assert len(call_list(one, [verdict], TODAY).calls) == listed


def test_one_step_from_the_first_fact_that_has_one() -> None:
    def step(people: int = 2, initiative: int = 0, **known: object) -> str:
        moments = [Moment(ago(100 + n), initiative=initiative) for n in range(3)]
        one = book([monthly("P", **known)], moments, [Person(f"{n}", 0) for n in range(people)])
        return calls(one)[0].step

    assert step(1, US) == "Ring or visit for a calm talk and tell them our goals."
    told: dict[str, Any] = {"goals_shared_on": ago(10)}
    assert step(1, US, **told).endswith("ask them to choose the next moment.")
    assert step(1, **told).endswith("ask to meet a second person there.")
    assert step(2, **told) == step(1, kind="individual", **told) == "Ring or visit for a calm talk."


def test_where_ringing_did_not_work_the_step_is_another_way() -> None:
    one = book([monthly("P")], [Moment(ago(20), state=ATTEMPT)])
    assert calls(one)[0].step.startswith("Try another way")


@pytest.mark.parametrize(
    ("following", "rhythm", "expected"),
    [
        (ago(-5), 7, ago(-5)),
        (TODAY, 7, TODAY),
        (ago(1), 7, ago(-6)),
        (ago(7), 7, TODAY),
        (ago(8), 7, ago(-6)),
        (ago(1), None, None),
        (None, 7, None),
    ],
)
def test_the_next_sitting_follows_from_the_rhythm(
    following: date | None, rhythm: int | None, expected: object
) -> None:
    assert Consultation("Table", rhythm=rhythm, next=following).next_on(TODAY) == expected


def log(one: Book, partner: int, day: date) -> None:
    """Type a calm moment."""
    moments = one.moments
    at = len(moments)
    for column, value in (
        ("row", at + 2),
        ("day", day.toordinal()),
        ("state", 0),
        ("weather", 0),
        ("initiative", 0),
    ):
        getattr(moments, column).append(value)
    for column in ("id", "kind", "by", "topic"):
        getattr(moments, column).append(None)
    moments.contact_moment.append(at)
    moments.contact_partner.append(partner)


def test_a_promise_is_open_from_the_held_moment_until_it_is_kept_and_overdue_after_its_day() -> (
    None
):
    one = book(
        [Partner("P")],
        [
            Moment(ago(10), promise=(US, TODAY, None)),
            Moment(ago(10), promise=(THEM, ago(1), ago(-1))),
            Moment(ago(10), promise=(US, ago(5), TODAY)),
            Moment(ago(10), state=ATTEMPT, promise=(US, ago(5), None)),
            Moment(ago(-1), promise=(US, ago(5), None)),
        ],
    )
    assert [(found.promise.by, found.overdue) for found in open_promises(one, TODAY)] == [
        (US, True),
        (THEM, True),
        (US, False),
    ]
