"""A day in the past, looked at later: who held whom then, what partners were called, who sat where.

The nights of these stories end on 1, 2, 3, … October.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from tests.nights import Nights
from tests.reading import read
from trustbook.ledger import Ledger
from trustbook.ledger.as_known import AsKnown, as_known_on, identities_of
from trustbook.ledger.seating import members_before, seat
from trustbook.merge.threeway import Event
from trustbook.model import Book, Memory, Partner
from trustbook.reading.lists import find_lists
from trustbook.snapshot import Grid

LATER = date(2026, 10, 20)


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    """Four partners that were read on 1 October; the first is Anna's."""
    found = Nights(tmp_path, partners=4)
    found.book.sheets["Consultations"] = [["Name", "Members"], ["Table", "Partner 00; Partner 01"]]
    found.night()
    return found


def looked_at(nights: Nights, day: int) -> Book:
    """The book as it was on a day of October, looked at later."""
    return read(nights.book, date(2026, 10, day), "en", nights.keeper, LATER).book


def first(nights: Nights, day: int) -> Partner:
    return looked_at(nights, day).partners[0]


def since(nights: Nights, day: int) -> str:
    lists = read(nights.book, LATER, "en", nights.keeper).judged[0].merged.lists
    return as_known_on(nights.ledger(), lists, date(2026, 10, day)).since


def test_a_holder_counts_from_the_night_that_first_read_it(nights: Nights) -> None:
    nights.rows()[0][2] = "Bert"
    nights.night()
    nights.rows()[0][2] = "Chris"
    nights.night()
    assert [first(nights, day).holder for day in (1, 2, 3, 4)] == ["Anna", "Bert", "Chris", "Chris"]
    assert first(nights, 1).name == "Partner 00"


def test_before_the_first_night_what_was_known_first_is_shown(nights: Nights) -> None:
    nights.rows()[0][2] = "Bert"
    nights.night()
    assert [since(nights, day) for day in (1, 2)] == ["then", "then"]
    lists = read(nights.book, LATER, "en", nights.keeper).judged[0].merged.lists
    known = as_known_on(nights.ledger(), lists, date(2026, 9, 30))
    assert known.since == "first"
    assert known.lists["partners"].cells["holder"][0] == "Anna"


def test_only_the_partner_that_changed_was_another_one(nights: Nights) -> None:
    nights.rows()[1][3] = "Elsewhere"
    nights.night()
    then = [partner.area for partner in looked_at(nights, 1).partners]
    assert then == ["Area 0", "Area 1", "Area 2", "Area 3"]
    now = [partner.area for partner in looked_at(nights, 2).partners]
    assert now == ["Area 0", "Elsewhere", "Area 2", "Area 3"]


def test_a_partner_was_called_what_it_was_called(nights: Nights) -> None:
    nights.rows()[0][1] = "Police"
    nights.night()
    assert first(nights, 1).name == "Partner 00" and first(nights, 2).name == "Police"


def test_what_has_a_day_of_its_own_is_as_it_is_now(nights: Nights) -> None:
    """A column with dates in it tells by itself how things stood."""
    nights.rows()[0][4] = date(2026, 3, 1)
    nights.night()
    assert first(nights, 1).since == date(2026, 3, 1)


def test_who_sat_at_a_table_then(nights: Nights) -> None:
    nights.rows("Consultations")[0][1] = "Partner 02; Partner 03"
    nights.night()
    assert looked_at(nights, 1).consultations[0].members == (0, 1)
    assert looked_at(nights, 2).consultations[0].members == (2, 3)


def test_where_nothing_was_another_thing_it_is_the_same(nights: Nights) -> None:
    nights.night()
    lists = read(nights.book, LATER, "en", nights.keeper).judged[0].merged.lists
    known = as_known_on(nights.ledger(), lists, date(2026, 10, 1))
    assert known.lists["partners"] is lists["partners"] and not known.names


def test_same_is_a_book_of_which_nothing_was_another_thing(nights: Nights) -> None:
    lists = read(nights.book, LATER, "en", nights.keeper).judged[0].merged.lists
    assert AsKnown(dict(lists)).same_as(lists)
    assert not AsKnown(lists, names={"P-1": "Police"}).same_as(lists)
    assert not AsKnown(lists, members={"table": ["P-1"]}).same_as(lists)
    other = replace(lists["partners"])
    assert not AsKnown({**lists, "partners": other}).same_as(lists)


def test_what_was_set_aside_never_held(nights: Nights) -> None:
    """Of two values in conflict the one that was not chosen stands in the journal as well."""
    lists = read(nights.book, LATER, "en", nights.keeper).judged[0].merged.lists
    one = str(lists["partners"].cells["id"][0])
    aside = Event("partners", one, "holder", "Zoe", "Anna", "other", "set_aside")
    known = as_known_on(nights.ledger(), lists, date(2026, 10, 1), [aside])
    assert known.lists["partners"].cells["holder"][0] == "Anna"


# who sat at which table when a moment was first read


class FirstRuns:
    """A ledger of which only is asked in which run it first read each moment."""

    def first_runs(self, sheet: str, before: int) -> dict[str, int]:
        runs = {"M-1": 1, "M-2": 2, "M-3": 3, "M-4": 4}
        return {moment: run for moment, run in runs.items() if run < before}


def test_each_moment_counts_for_the_round_in_which_it_was_first_read() -> None:
    memory = Memory()
    rounds = {"table": [(1, ["P-1"]), (3, ["P-2"])], "other": [(2, ["P-3"]), (4, ["P-4"])]}
    seat(memory, cast(Ledger, FirstRuns()), rounds)
    assert memory.members == [
        {"table": ("P-1",), "other": ("P-3",)},  # until run 3
        {"table": ("P-2",), "other": ("P-3",)},  # until run 4
    ]
    assert memory.sat == {"M-1": 0, "M-2": 0, "M-3": 1}


def test_where_the_members_never_changed_nothing_needs_to_be_noted() -> None:
    memory = Memory()
    seat(memory, cast(Ledger, FirstRuns()), {"table": [(1, ["P-1"])]})
    assert (memory.members, memory.sat) == ([], {})


def test_a_table_that_came_later_had_then_whom_it_had_first() -> None:
    assert members_before([(5, ["P-1"]), (7, ["P-2"])], 3) == ("P-1",)
    assert members_before([(5, ["P-1"]), (7, ["P-2"])], 7) == ("P-1",)
    assert members_before([(5, ["P-1"]), (7, ["P-2"])], 8) == ("P-2",)


def test_members_are_noted_anew_only_where_they_changed(nights: Nights) -> None:
    assert "members" not in read(nights.book, LATER, "en", nights.keeper).facts
    nights.rows("Consultations")[0][1] = "Partner 02"
    assert "members" in read(nights.book, LATER, "en", nights.keeper).facts


def called_before(nights: Nights, *tables: tuple[str, str]) -> dict[str, list[str]]:
    """What each consultation was called before, once these have come instead of all others."""
    sheet = nights.sheet("Consultations")
    sheet[1:] = [[name, members] for name, members in tables]
    facts = read(nights.book, LATER, "en", nights.keeper).facts
    return {name: json.loads(old) for name, old in facts["meetings_before"].items()}


def test_a_table_under_a_new_name_is_the_one_with_most_of_its_members(nights: Nights) -> None:
    nights.sheet("Consultations").append(["Board", "Partner 01; Partner 02; Partner 03"])
    nights.night()
    assert called_before(nights, ("Council", "Partner 01; Partner 02; Partner 03")) == {
        "council": ["board"]
    }
    assert called_before(nights, ("Council", "Partner 00; Partner 01")) == {"council": ["table"]}


def test_another_table_is_not_called_like_the_one_that_is_gone(nights: Nights) -> None:
    assert called_before(nights, ("Council", "Partner 03")) == {}
    assert called_before(nights, ("Council", "Partner 03"), ("Board", "Partner 02")) == {}


def test_the_key_of_withheld_cells_is_read_back(nights: Nights) -> None:
    assert nights.ledger().secret == nights.ledger().secret != b""


def test_rows_without_ids_are_remembered_by_their_names() -> None:
    named = Grid("Partners", [["Name", "Tier"], ["Police", "core"], ["De  Brug", None]])
    numbered = Grid("Partners", [["ID", "Name"], ["P-1A", "Police"]])
    assert identities_of(find_lists([named])["partners"]) == ["police", "de brug"]
    assert identities_of(find_lists([numbered])["partners"]) == ["P-1A"]
