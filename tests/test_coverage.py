"""Coverage: the hand-counted network, what counts where, and what holds for every network."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import TODAY, Moment, ago, book
from tests.network import answers, network
from trustbook.columns import TIERS, find_column
from trustbook.health.verdict import judge_partners
from trustbook.model import Book, Partner, Person, Requirement, Settings
from trustbook.network.coverage import (
    Row,
    coverage,
    coverage_json,
    gaps_first,
    totals,
    without_slack,
)
from trustbook.network.labels import Labels
from trustbook.network.people import single_points_of_failure
from trustbook.sheets.network import coverage_sheet


def rows(one: Book, today: date = TODAY) -> list[Row]:
    return coverage(one, judge_partners(one, today), today)


def known(partner: Partner, need: Requirement, settings: Settings | None = None) -> int:
    one = book([partner], settings=settings)
    one.required.append(need)
    return len(rows(one)[0].known)


POLICE = Requirement("jihadism", "Police")


# --- the hand-counted network


def test_coverage_is_what_was_counted_by_hand() -> None:
    one, verdicts = network()
    found = [
        {
            "Fenomeen": row.need.phenomenon,
            "Partij": row.need.party,
            "Laag": find_column(TIERS, row.need.tier).nl if row.need.tier else "",
            "Gebied": row.need.area or "",
            "Nodig": str(row.required),
            "Bekend": str(len(row.known)),
            "Met naam": str(len(row.named)),
            "Warm": str(len(row.warm)),
            "Tekort": str(row.gap),
        }
        for row in coverage(one, verdicts, TODAY)
    ]
    assert found == answers("Dekking")


def test_totals_count_every_partner_once() -> None:
    one, verdicts = network()
    found = coverage(one, verdicts, TODAY)
    for section, expected in enumerate(answers("Dekking samen")):
        sums = totals([row for row in found if row.section == section], Labels(one.settings))
        numbers = (
            sums.lines,
            sums.lines_with_gap,
            sums.required,
            sums.known,
            sums.named,
            sums.warm,
            sums.gap,
        )
        assert [str(number) for number in numbers] == list(expected.values())[1:]


def test_a_past_date_gives_the_answer_of_that_day() -> None:
    day = date(2025, 9, 1)
    one, verdicts = network(day)
    counted = {
        (r.need.phenomenon, r.need.party, r.need.area or ""): r
        for r in coverage(one, verdicts, day)
    }
    for expected in answers("Dekking op 01-09-2025"):
        row = counted[expected["Fenomeen"], expected["Partij"], expected["Gebied"]]
        assert [str(len(which)) for which in (row.known, row.named, row.warm)] == list(
            expected.values()
        )[3:]


def test_the_sheet_shows_gaps_first_the_conditional_ones_apart_and_the_totals() -> None:
    one, verdicts = network()
    sheet = coverage_sheet(
        one,
        coverage(one, verdicts, TODAY),
        "Dekking",
        single_points_of_failure(one, verdicts, TODAY),
    )
    first = [line[0].value for line in sheet.rows]
    gaps = [line[9].value for line in sheet.rows]
    header, end = sheet.header_row, first.index("Samen, elke partner één keer")
    above = {cell.look for cell in sheet.rows[header - 1][-5:]}
    assert above == {"header.figure"}, "a header stands above its numbers, at the right"
    assert [cell.value for cell in sheet.rows[header - 1]] == [
        "Fenomeen", "Partij", "Laag", "Gebied", "Let op", "Nodig", "Bekend", "Met naam", "Warm",
        "Tekort"
    ]  # fmt: skip
    assert gaps[header:end] == [1, 1, 1, 1, 1] + [None] * 7
    assert [cell.value for cell in sheet.rows[end]][4:] == [
        "5 regels met een tekort",
        14,
        10,
        7,
        7,
        5,
    ]
    conditional = first.index("Nodig in sommige situaties")
    assert [line[1].value for line in sheet.rows[conditional + 1 : conditional + 3]] == [
        "Raad voor de Kinderbescherming",
        "Leerplichtambtenaren",
    ]
    assert sheet.rows[conditional + 1][4].value == "alleen bij minderjarigen"
    assert first.index("Hier niet van belang") > conditional
    hanging = first.index("Als deze persoon weggaat, kennen we niemand meer van:")
    assert [cell.value for cell in sheet.rows[hanging + 1]][:2] == [
        "Gea Geest",
        "Gemeente: sociaal domein; GGZ",
    ]
    assert {len(line) for line in sheet.rows} == {len(sheet.widths)}


def test_json_has_the_fields_that_were_promised() -> None:
    one, verdicts = network()
    row = next(r for r in coverage(one, verdicts, TODAY) if r.need.tier)
    assert coverage_json(row, "nl") == {
        "phenomenon": "jihadisme",
        "party": "Politie",
        "tier": "breed lokaal",
        "area": None,
        "required": 1,
        "known": 0,
        "named": 0,
        "warm": 0,
        "gap": 1,
        "condition": None,
    }


# --- what counts where


@pytest.mark.parametrize("party", ["politie", "POLICE", "National police", "Politie  basisteam"])
def test_a_party_is_the_same_in_every_spelling_and_language(party: str) -> None:
    assert known(Partner("P", party=party), POLICE) == 1


def test_own_parties_and_parties_nobody_listed_match_by_name() -> None:
    own = Settings(parties=("Fire brigade (wider local)",))
    need = Requirement("jihadism", "fire  brigade", tier="wider")
    assert known(Partner("F", party="Fire Brigade"), need, own) == 1
    assert known(Partner("F", party="Fire Brigade"), Requirement("jihadism", "FIRE brigade")) == 1
    assert known(Partner("F", party="Fire Brigade"), POLICE) == known(Partner("F"), POLICE) == 0


def test_blank_phenomena_and_area_of_a_partner_stand_for_all() -> None:
    need = Requirement("rechts-extremisme", "Police", area="North")
    assert known(Partner("P", party="Police"), need) == 1
    assert known(Partner("P", party="Police", phenomena=("right_wing",), area="north"), need) == 1
    assert known(Partner("P", party="Police", area="South; North"), need) == 1
    assert known(Partner("P", party="Police", area="South"), need) == 0
    assert known(Partner("P", party="Police", phenomena=("jihadism",)), need) == 0
    assert known(Partner("P", party="Police", area="South"), POLICE) == 1


def test_a_tier_that_is_asked_for_is_the_partners_or_else_its_partys() -> None:
    need = Requirement("jihadism", "Police", tier="core")
    assert known(Partner("P", party="Police", tier="core"), need) == 1
    assert known(Partner("P", party="Police", tier="wider"), need) == 0
    assert known(Partner("P", party="Police"), need) == 1
    assert known(Partner("P", party="Police"), Requirement("jihadism", "Police", tier="wider")) == 0


def test_who_ended_counts_nowhere_and_who_is_not_on_the_list_yet_neither() -> None:
    assert known(Partner("P", party="Police", ended_on=ago(1)), POLICE) == 0
    assert known(Partner("P", party="Police", ended_on=TODAY), POLICE) == 1
    assert known(Partner("P", party="Police", since=ago(-1)), POLICE) == 0
    spoken = book([Partner("P", party="Police", since=ago(-1))], [Moment(ago(3))])
    spoken.required.append(POLICE)
    assert len(rows(spoken)[0].known) == 1


def test_what_is_not_relevant_is_no_gap_and_stays_in_sight() -> None:
    one = book([])
    one.required += [
        Requirement("x", "Police", minimum=2, relevant=False),
        Requirement("x", "GGD", condition="if so"),
    ]
    off, conditional = rows(one)
    assert (off.required, off.gap, off.section) == (0, 0, 2)
    assert (conditional.required, conditional.gap, conditional.section) == (1, 1, 1)
    assert gaps_first([off, conditional]) == [conditional, off]


def test_crisis_only_is_never_warm_and_only_people_in_office_are_a_name() -> None:
    one = book(
        [
            Partner("A", party="Police", rhythm=30),
            Partner("B", party="Police", kind="individual", rhythm=30),
        ],
        [Moment(ago(1), (0,), weather=1), Moment(ago(1), (1,))],
        [Person("Left", 0, until=ago(1)), Person("Soon", 0, from_=ago(-1))],
    )
    one.required.append(POLICE)
    assert (rows(one)[0].known, rows(one)[0].named, rows(one)[0].warm) == ((0, 1), (1,), (1,))
    one.people.append(Person("Here", 0, until=TODAY))
    assert rows(one)[0].named == (0, 1)


def test_twelve_at_the_table_are_warm_by_one_row() -> None:
    one = book(
        [Partner(f"P{n}", party="Police") for n in range(12)], [Moment(ago(10), tuple(range(12)))]
    )
    one.required.append(POLICE)
    assert len(rows(one)[0].warm) == 12


def test_without_slack_are_those_whose_loss_leaves_a_gap() -> None:
    one = book([Partner("A", party="Police"), Partner("B", party="GGD"), Partner("C", party="GGD")])
    one.required += [
        POLICE,
        Requirement("jihadism", "GGD"),
        Requirement("jihadism", "GGZ", condition="maybe"),
    ]
    assert without_slack(rows(one)) == {0}
    one.required[1].minimum = 3
    assert without_slack(rows(one)) == {0, 1, 2}
    one.required[0].condition, one.required[1].relevant = "with minors", False
    assert without_slack(rows(one)) == set()


# --- what always holds

PARTIES, PHENOMENA = (
    st.sampled_from(["Police", "politie", "GGD", "Own"]),
    ["jihadism", "right_wing"],
)
PARTNERS = st.builds(
    Partner,
    name=st.just("P"),
    kind=st.sampled_from([None, "individual"]),
    tier=st.sampled_from([None, "core", "wider"]),
    party=PARTIES,
    phenomena=st.lists(st.sampled_from(PHENOMENA), unique=True).map(tuple),
    area=st.sampled_from([None, "North", "South"]),
    ended_on=st.sampled_from([None, ago(5)]),
)
NEEDS = st.builds(
    Requirement,
    phenomenon=st.sampled_from(PHENOMENA),
    party=PARTIES,
    tier=st.sampled_from([None, "core"]),
    area=st.sampled_from([None, "north"]),
    minimum=st.integers(0, 4),
    relevant=st.booleans(),
    condition=st.sampled_from([None, "if"]),
)


@given(st.lists(PARTNERS, max_size=8), st.lists(NEEDS, max_size=5))
def test_warm_and_named_are_among_the_known_and_more_partners_never_widen_a_gap(
    who: list[Partner], needs: list[Requirement]
) -> None:
    one = book(who, [Moment(ago(5), tuple(range(0, len(who), 2)))])
    one.required += needs
    found = rows(one)
    for row in found:
        assert set(row.named) <= set(row.known) >= set(row.warm)
        assert row.gap == max(0, row.required - len(row.known))
        assert row.need.relevant or row.gap == 0
    sums = totals(found, Labels(one.settings))
    assert sums.known <= sum(p.ended_on is None for p in who)
    assert sums.gap <= sum(row.gap for row in found)
    one.partners.append(Partner("more", party="Police"))
    assert all(now.gap <= before.gap for now, before in zip(rows(one), found, strict=True))
