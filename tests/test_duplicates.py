"""Possible doubles among partners: found where a person would look twice, and nowhere else."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import book
from trustbook.model import Partner, Settings
from trustbook.network.duplicates import (
    duplicate_problems,
    is_not_same,
    pairs_not_same,
    possible_duplicates,
)
from trustbook.problems import explain
from trustbook.reading.identities import pair_of
from trustbook.reading.lists import find_lists
from trustbook.workbooks.in_memory import MemoryWorkbook


def pairs(*names: str, **more: Any) -> list[tuple[str, str]]:
    """The pairs found among partners of these names."""
    found = book(
        [Partner(name, row) for row, name in enumerate(names, 2)], settings=Settings(**more)
    )
    return [(names[pair.a], names[pair.b]) for pair in possible_duplicates(found)]


DUPLICATES = """
Moskee El-Noor / El Noor moskee
Moskee El-Noor / Moskee Elnoor
Moskee Al-Nour / Moskee Al Noor
Stichting Jongeren aan Zet / Jongeren aan Zet
St. Jongeren aan Zet / Stichting Jongeren aan Zet
Café Zénith / Cafe Zenith
Buurthuis De Linde / De Linde (buurthuis)
Buurthuis De Linde / De Linde
Zorg & Welzijn Plus / Welzijn en Zorg Plus
Welzijnsgroep Het Anker / Welzijnsgroep Het Ancker
Voetbalvereniging Wilhelmina / VV Wilhelmina
Woningcorporatie Havensteder / Woningcorporatie Havenstder
OM / Openbaar Ministerie
GGD / Gemeentelijke gezondheidsdienst
Sportvereniging D.O.S. / SV DOS
Moskee El Noor / Moskee El Noor Waterrijk
Vluchtelingenwerk / Vluchtelingen-werk
Fatima Bensalah / Bensalah Fatima
"""
NOT_DUPLICATES = """
Sportclub Noord / Sportclub Zuid
Wijkteam 1 / Wijkteam 2
Wijkteam I / Wijkteam II
Wijkraad Oosterhof / Wijkraad Westerhof
Basisschool De Linde / Buurthuis De Linde
Stichting Waterrijk / Vereniging Waterrijk
Gemeente Delft / Politie Delft
Politie / Politie Waterrijk
Wijkteam / Wijkteam Molenwijk
Moskee El Noor / Moskee El Fath
Boksschool Mannen / Boksschool Vrouwen
Jan Bos / Jan Vos
Roos / Rood
Buurtraad A / Buurtraad B
Buurthuis Middenweg / Buurthuis Middelweg
Oud Molenwijk / Nieuw Molenwijk
Kerk De Bron / Kerk De Ark
GGD / GGZ
Moskee / Kerk
Noord / Bibliotheek Noord
GGD / Publieke gezondheid Noord
"""


def cases(text: str) -> list[list[str]]:
    return [line.split(" / ") for line in text.strip().splitlines()]


@pytest.mark.parametrize("names", cases(DUPLICATES), ids=" = ".join)
def test_what_a_person_would_look_at_twice_is_found(names: list[str]) -> None:
    assert pairs(*names, our_name="Gemeente Waterrijk") == [tuple(names)]


@pytest.mark.parametrize("names", cases(NOT_DUPLICATES), ids=" ≠ ".join)
def test_a_number_a_compass_point_or_another_house_makes_two(names: list[str]) -> None:
    assert pairs(*names, our_name="Gemeente Waterrijk") == []


def test_a_slip_is_none_where_several_partners_carry_the_word() -> None:
    assert pairs("Wijkteam Molendaal", "Wijkteam Molensaal") != []
    assert (
        pairs("Wijkteam Molendaal", "Wijkteam Molensaal", "Kerk Molendaal", "Kerk Molensaal") == []
    )


def test_a_place_that_goes_with_many_houses_is_no_name() -> None:
    assert (
        pairs(
            "Waterrijk",
            "Moskee Waterrijk",
            "Kerk Waterrijk",
            "Politie Waterrijk",
            "Welzijn Waterrijk",
        )
        == []
    )


@pytest.mark.parametrize(
    "more",
    [{"area": ("Noord", "Zuid")}, {"kind": ("organisation", "individual")}],
    ids=["area", "kind"],
)
def test_another_area_or_kind_makes_two(more: dict[str, tuple[str, str]]) -> None:
    def found(first: Any, second: Any) -> bool:
        (field,) = more
        rows = [
            Partner("Moskee El-Noor", **{field: first}),
            Partner("El Noor moskee", **{field: second}),
        ]
        return bool(possible_duplicates(book(rows)))

    ((one, other),) = more.values()
    assert found(one, one)
    assert not found(one, other)


def test_another_party_makes_two_unless_the_words_are_the_same() -> None:
    assert not possible_duplicates(
        book([Partner("De Linde", party="school"), Partner("Kerk De Linde", party="politie")])
    )
    assert possible_duplicates(
        book([Partner("Kerk De Linde", party="school"), Partner("De Linde kerk", party="politie")])
    )


def test_ended_partners_and_names_that_are_fully_equal_are_left_out() -> None:
    assert not possible_duplicates(
        book([Partner("Moskee El-Noor", ended_on=date(2026, 1, 1)), Partner("El Noor moskee")])
    )
    assert not possible_duplicates(book([Partner("Moskee El-Noor"), Partner("moskee el–noor")]))


def test_not_the_same_is_remembered_also_when_an_id_comes_or_a_row_moves() -> None:
    named = book([Partner("Moskee El-Noor", 2), Partner("El Noor moskee", 3)])
    assert possible_duplicates(named) != []
    apart = pairs_not_same([{"reference": pair_of(*named.partners), "answer": "Niet dezelfde."}])
    assert possible_duplicates(named, apart) == []
    with_ids = book(
        [Partner("El Noor moskee", 2, id="P-7KQX"), Partner("Moskee El-Noor", 3, id="P-2MWC")]
    )
    assert possible_duplicates(with_ids, apart) == []
    assert possible_duplicates(with_ids) != []
    renamed = book(
        [Partner("El Noor moskee", 9, id="P-7KQX"), Partner("Moskee El Noor", 3, id="P-2MWC")]
    )
    assert possible_duplicates(renamed, {pair_of(*with_ids.partners)}) == []
    assert possible_duplicates(renamed, {"P-7KQX | P-OTHER"}) != []


@pytest.mark.parametrize(
    "text", ["not the same", "Niet dezelfde", " NEE ", "two.", "verschillend", "niet\u00a0dezelfde"]
)
def test_answers_that_say_two(text: str) -> None:
    assert is_not_same(text)


@pytest.mark.parametrize(
    "text", ["yes", "dezelfde", "the same", "?", "", None, 3, "ja, niet vergeten"]
)
def test_answers_that_do_not(text: object) -> None:
    assert not is_not_same(text)
    assert pairs_not_same([{"reference": "A | B", "answer": text}]) == set()


def test_a_pair_stands_on_to_check_with_its_cell_and_both_names() -> None:
    grids = (
        MemoryWorkbook(
            {"Partners": [["Naam", "Soort"], ["Moskee El-Noor"], ["GGD"], ["El Noor moskee"]]}
        )
        .read()
        .grids
    )
    found = book(
        [Partner("Moskee El-Noor", 2), Partner("GGD", 3), Partner("El Noor moskee", 4)], lang="nl"
    )
    (problem,) = duplicate_problems(found, find_lists(grids)["partners"])
    assert (problem.sheet, problem.row, problem.column, problem.cell) == (
        "Partners",
        4,
        "Naam",
        "A4",
    )
    what, _, fix = explain(problem, "nl")
    assert "Moskee El-Noor" in what and "El Noor moskee" in what and "rij 2" in what
    assert is_not_same("niet dezelfde") and "niet dezelfde" in fix
    assert problem.params["reference"] == "El Noor moskee | Moskee El-Noor"


WORDS = st.sampled_from(
    "Moskee El Noor Noord Zuid De Linde Linda school kerk Stichting GGD OM 1 II St. & é -".split()
)


@given(st.lists(st.lists(WORDS, max_size=4).map(" ".join), max_size=8))
def test_pairs_are_in_order_once_each_and_do_not_hang_on_the_order_of_rows(
    names: list[str],
) -> None:
    found = [(t.a, t.b) for t in possible_duplicates(book([Partner(name) for name in names]))]
    assert found == sorted(set(found))
    assert all(a < b < len(names) for a, b in found)
    last = len(names) - 1
    back = [
        (t.a, t.b) for t in possible_duplicates(book([Partner(name) for name in reversed(names)]))
    ]
    assert sorted((last - b, last - a) for a, b in back) == found


def test_ten_thousand_partners_take_a_moment_only() -> None:
    kinds, places = (
        "Moskee Kerk Sportclub Basisschool Buurthuis Stichting Wijkteam Boksschool".split(),
        range(1250),
    )
    syllables = "ba de li mo nu ra si to wa zo ke pi".split()

    def word(n: int) -> str:
        return "".join(syllables[n // 12**i % 12] for i in range(4)).capitalize()

    names = [
        f"{kind} {word(place * 7)} {word(at * 131)}"
        for at, kind in enumerate(kinds)
        for place in places
    ]
    large = book([Partner(name) for name in [*names, "Kerk Zomaarzo", "Zomaarzo (kerk)"]])
    start = time.process_time()
    found = possible_duplicates(large)
    # Several times what it takes, so that a busy machine does not fail it; comparing all pairs
    # takes minutes.
    assert time.process_time() - start < 2
    assert (10_000, 10_001) in [(pair.a, pair.b) for pair in found]
