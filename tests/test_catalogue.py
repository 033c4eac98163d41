"""The catalogue: what the guidance lists, once each, in both languages, found under the spellings
people use.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.present import present
from trustbook.catalogue import (
    Party,
    domains,
    find_party,
    find_phenomenon,
    own_party,
    own_phenomenon,
    parties,
    phenomena,
    proposals,
)
from trustbook.columns import TIERS
from trustbook.names import key
from trustbook.reading.settings_rows import SETTING_ROWS, find_setting, setting

LISTED = {
    "core": "municipality_social municipality_education municipality_care municipality_security "
    "safety_house police prosecution probation child_protection nctv_adviser",
    "wider": "boa debt_relief care_welfare wmo youth_work education veilig_thuis civil_affairs "
    "front_desk post_room field_staff neighbourhood_police teachers school_attendance gp ggz ggd "
    "housing_association bailiffs coa ind",
    "national": "national_organisation regional_organisation riec safety_region weighing_table "
    "network_director attention_officer private_organisation private_professional",
    "civil_society": "sports_club foundation religious_foundation partnership individual",
}


def test_every_party_of_the_guidance_stands_in_its_tier_under_a_stable_id() -> None:
    found = {
        tier.key: " ".join(party.id for party in parties() if party.tier == tier.key)
        for tier in TIERS
    }
    assert found == LISTED


def test_parties_are_complete_and_in_a_known_domain() -> None:
    known = {domain.key for domain in domains()}
    for party in parties():
        assert party.en
        assert party.nl
        assert party.domain in known
        assert bool(party.remark_en) == bool(party.remark_nl)


def test_no_spelling_names_two_parties() -> None:
    owners: dict[str, set[str]] = {}
    for party in parties():
        for name in (party.en, party.nl, party.id, *party.also):
            owners.setdefault(key(name), set()).add(party.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("typed", "party"),
    [
        ("OM", "prosecution"),
        ("politie", "police"),
        (" Politie ", "police"),
        ("GGZ", "ggz"),
        ("wijkagent", "neighbourhood_police"),
        ("leerplicht", "school_attendance"),
        ("RvdK", "child_protection"),
        ("ZVH", "safety_house"),
        ("Zorg\u2011 en Veiligheidshuis", "safety_house"),
        ("Boa\u2019s", "boa"),
        ("Gemeente: onderwijs", "municipality_education"),
        ("Sports club", "sports_club"),
        ("housing associations", "housing_association"),
    ],
)
def test_a_party_is_found_as_people_write_it(typed: str, party: str) -> None:
    found = find_party(typed)
    assert found is not None
    assert found.id == party


def test_a_party_nobody_knows_is_not_guessed() -> None:
    assert find_party("Politiehond") is None
    assert find_phenomenon("extremism") is None


def test_remarks_say_when_a_party_takes_part() -> None:
    assert present(find_party("reclassering")).remark("en") == "for people in or after detention"
    assert present(find_party("RvdK")).remark("nl") == "bij minderjarigen en ouders"
    assert present(find_party("politie")).remark("nl") == ""


def test_an_own_party_goes_before_the_catalogue_and_may_carry_its_tier() -> None:
    fire, own_school = own_party("Brandweer (breed lokaal)"), own_party("School")
    assert (fire.nl, fire.tier) == ("Brandweer", "wider")
    assert find_party("brandweer ", own=[fire]) is fire
    assert find_party("Brandweer (Breed  lokaal)", own=[own_school, fire]) is fire
    assert find_party("school", own=[own_school]) is own_school
    assert present(find_party("school")).id == "education"
    assert own_party("Haven (oost)").nl == "Haven (oost)"


def test_phenomena_and_a_municipalitys_own() -> None:
    assert [phenomenon.key for phenomenon in phenomena()] == [
        "jihadism", "right_wing", "left_wing", "anti_institutional",
    ]  # fmt: skip
    assert present(find_phenomenon("Rechts extremisme")).key == "right_wing"
    own = own_phenomenon("Doxing")
    assert find_phenomenon("doxing", own=[own]) is own


def test_the_proposed_network_names_known_parties_and_phenomena_once() -> None:
    lines = [(line.phenomenon, line.party) for line in proposals()]
    assert len(lines) == len(set(lines))
    assert {line.phenomenon for line in proposals()} == {
        phenomenon.key for phenomenon in phenomena()
    }
    assert {line.party for line in proposals()} <= {party.id for party in parties()}
    assert all(
        line.minimum >= 1 and bool(line.condition_en) == bool(line.condition_nl)
        for line in proposals()
    )
    minors = next(line for line in proposals() if line.party == "child_protection")
    assert minors.condition("nl") == "alleen bij minderjarigen of ouders"


@given(st.sampled_from(parties()), st.booleans(), st.sampled_from(["", " ", "\u00a0", "\u200b"]))
def test_case_and_stray_spaces_never_hide_a_party(party: Party, upper: bool, stray: str) -> None:
    text = party.nl.upper() if upper else party.nl
    assert find_party(stray + text + stray) == party


def test_settings_are_found_under_label_key_and_other_spellings() -> None:
    for row in SETTING_ROWS:
        for name in (row.en, row.nl, row.key, *row.also, row.en.upper(), f"{row.nl}: "):
            assert find_setting(name) is row, name


def test_no_spelling_names_two_settings() -> None:
    keys = [row.key for row in SETTING_ROWS]
    assert len(keys) == len(set(keys))
    assert present(find_setting("Familiarity valid for")).key == "familiarity_months"
    assert (
        present(find_setting("Familiarity valid for, civil society")).key
        == "familiarity_months_civil_society"
    )
    assert find_setting("colour of the walls") is None


def test_the_defaults_of_the_rhythms_and_factors() -> None:
    defaults = {key: setting(key).default for key in (
        "rhythm_core", "rhythm_wider", "rhythm_national", "rhythm_civil_society", "cooling_factor",
        "cold_factor", "familiarity_months", "familiarity_months_civil_society",
    )}  # fmt: skip
    assert list(defaults.values()) == [30, 90, 180, 60, 1, 1.5, 18, 12]
    with pytest.raises(KeyError):
        setting("colour")


@pytest.mark.parametrize(
    ("nl", "en"),
    [
        ("Zorg- en Veiligheidshuis", "Community Safety Partnership"),
        ("RIEC", "Regional information and expertise centre"),
        ("veiligheidsregio", "safety region"),
        ("weegtafel", "weighing table"),
        ("netwerkregisseur", "network director"),
        ("aandachtsfunctionaris", "designated safeguarding officer"),
    ],
)
def test_regional_structures_are_known_in_both_languages(nl: str, en: str) -> None:
    found = present(find_party(nl))
    assert found == find_party(en)
    assert (key(found.nl), key(found.en)) == (key(nl), key(en))
