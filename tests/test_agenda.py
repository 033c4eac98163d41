"""Who to call: whom it leaves out, and in which order it lists the rest."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.books import TODAY, Moment, ago, book
from trustbook.agenda import Call, who_to_call
from trustbook.health import assess
from trustbook.model import CRISIS, PLANNED, US, Book, Consultation, Partner


def calls(one: Book, back: int = 0) -> list[Call]:
    return who_to_call(one, assess(one, ago(back)), ago(back))


def names(one: Book, back: int = 0) -> list[str]:
    return [one.partners[call.partner].name for call in calls(one, back)]


def monthly(name: str, **known: object) -> Partner:
    return Partner(name, rhythm=30, since=ago(400), **known)  # type: ignore[arg-type]


def slipping(position: int) -> list[Moment]:
    return [Moment(ago(25 + 3 * week), (position,)) for week in range(12)]


def test_the_most_pressing_goes_first() -> None:
    who = [monthly(name) for name in ("slipping", "cooling", "cold", "promise", "crisis", "warm")]
    who += [Partner("new", rhythm=30, since=ago(31)), Partner("new, still time", rhythm=30, since=ago(30))]
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
    assert names(one) == ["promise", "cold", "crisis", "new", "cooling", "slipping"]
    listed = {one.partners[call.partner].name: call for call in calls(one)}
    assert listed["promise"].why_now == "What we promised for 29 September 2026 has not been kept yet."
    assert listed["slipping"].why_now.startswith("About to fall silent. Calm talk on")
    assert listed["cold"].why_now.startswith("No calm talk since 22 June 2026")
    assert listed["cold"].step == "Ring or visit for a calm talk and tell them our goals."


def test_within_a_group_the_longest_overdue_goes_first_and_then_the_name() -> None:
    who = [monthly(name) for name in ("Zorg", "Anker", "Boei")]
    assert names(book(who, [Moment(ago(60), (0,)), Moment(ago(90), (1, 2))])) == ["Anker", "Boei", "Zorg"]
    assert names(book(who, [Moment(ago(90), (0,)), Moment(ago(60), (1, 2))])) == ["Zorg", "Anker", "Boei"]


def test_who_is_left_out() -> None:
    cold = [Moment(ago(100), promise=(US, ago(90), None))]
    assert names(book([monthly("cold")], cold)) == ["cold"]
    for known in ({"ended_on": ago(1)}, {"paused_until": ago(-1)}, {"snooze_until": ago(-1)}):
        assert names(book([monthly("left out", **known)], cold)) == []
    assert names(book([monthly("snoozed until today", snooze_until=TODAY)], cold)) == ["snoozed until today"]


def test_a_calm_talk_planned_within_the_rhythm_takes_a_partner_off_the_list() -> None:
    def planned(ahead: int, **known: int) -> list[str]:
        return names(book([monthly("cold")], [Moment(ago(100)), Moment(ago(-ahead), state=PLANNED, **known)]))

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
def test_a_night_moves_no_line_among_those_whose_status_stays(silences: list[int], back: int) -> None:
    who = [monthly(f"Partner {n}") for n in range(len(silences))]
    one = book(who, [Moment(ago(back + days), (n,)) for n, days in enumerate(silences)])
    evening, morning = assess(one, ago(back)), assess(one, ago(back) + timedelta(1))
    same = {a.partner for a, b in zip(evening, morning, strict=True) if a.status == b.status}
    if len(same) == len(who):
        assert who_to_call(one, evening, ago(back)) == who_to_call(one, morning, ago(back) + timedelta(1))
