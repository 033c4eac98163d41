"""What stands under Phenomena: only a blank cell means all, and who requires one knows it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest

from tests.books import TODAY
from tests.reading import book_in
from trustbook.cli.options import Options
from trustbook.cli.views import View
from trustbook.health.verdict import judge_partners
from trustbook.model import Book
from trustbook.network.calllist import call_groups
from trustbook.network.cards import card
from trustbook.network.coverage import coverage
from trustbook.network.labels import Labels
from trustbook.overview.matrix import make_matrix
from trustbook.problems import explain
from trustbook.sheets.check_lines import check_lines
from trustbook.snapshot import CellFault, CellValue, Grid, Snapshot

Rows = list[list[CellValue]]
PHENOMENA: dict[str, CellValue] = {
    "Blank": None, "Separator": " ; ", "Typo": "jihadisme-oud", "Own": "islamitisch extremisme",
    "Both": "jihadisme; jihadisme-oud", "Error": CellFault("#N/A"), "Known": "Jihadisme",
}  # fmt: skip


def read(required: Rows) -> Book:
    partners: Rows = [["Naam", "Partij", "Laag", "Fenomenen"]]
    partners += [[name, "Politie", "kern lokaal", cell] for name, cell in PHENOMENA.items()]
    head: list[CellValue] = ["Fenomeen", "Partij", "Laag", "Minimum", "Relevant"]
    sheets: dict[str, Rows] = {
        "Partners": partners,
        "Benodigd netwerk": [head, *required],
        "Routes": [
            ["Onderwerp", "Fenomeen", "Waar"],
            ["Melden", CellFault("#N/A"), "loket"],
            ["Acuut gevaar", "jihadisme", "loket"],
        ],
    }
    grids = [Grid(title, rows) for title, rows in sheets.items()]
    return book_in(Snapshot("test", "1", tuple(sheets), grids), TODAY)


@cache
def a_book() -> Book:
    return read([["jihadisme", "Politie"], ["Islamitisch extremisme", "Politie"]])


def names(book: Book, positions: Iterable[int]) -> set[str]:
    return {book.partners[at].name for at in positions}


ALL = {"Blank", "Separator"}
STAND = {
    "jihadisme": {*ALL, "Both", "Known"},
    "Islamitisch extremisme": {*ALL, "Own"},
    "rechts-extremisme": ALL,
}


@pytest.mark.parametrize("phenomenon", list(STAND)[:2])
def test_coverage_counts_who_names_the_phenomenon_or_nothing(phenomenon: str) -> None:
    book = a_book()
    rows = coverage(book, judge_partners(book, TODAY), TODAY)
    known = {row.need.phenomenon: names(book, row.known) for row in rows}
    assert known[phenomenon] == STAND[phenomenon]


@pytest.mark.parametrize("phenomenon", STAND)
def test_a_part_of_the_network_and_the_call_list_hold_the_same(phenomenon: str) -> None:
    book = a_book()
    assert names(book, View(phenomenon).partners(book)) == STAND[phenomenon]
    groups = call_groups(book, judge_partners(book, TODAY), TODAY, phenomenon)
    assert names(book, (e.partner for g in groups for e in g.entries)) == STAND[phenomenon]


def test_a_phenomenon_may_be_typed_in_any_spelling() -> None:
    book = read([["Eigen thema", "Politie", None, None, "nee"]])
    View("eigen  THEMA").check(book)


def test_a_page_about_one_phenomenon_has_its_column_alone() -> None:
    book = read([["jihadisme", "Politie"], ["Eigen thema", "Politie"], ["links-extremisme", "GGD"]])
    book.partners[-1].phenomena = ("jihadism", "left_wing")
    quiet = Options(False, True, False, TODAY, "nl", None)
    for typed, column in (("jihadism", "jihadisme"), ("eigen thema", "Eigen thema")):
        part, _ = View(typed).narrowed(quiet, book)
        statuses = dict.fromkeys(range(len(part.partners)), "warm")
        matrix = make_matrix(part, statuses, Labels(part.settings))
        assert [one.nl for one in matrix.phenomena] == [column]
        assert matrix.lines[0].cells[0].known == len(part.partners)


def test_the_whole_call_list_leaves_nobody_out() -> None:
    book = a_book()
    groups = call_groups(book, judge_partners(book, TODAY), TODAY)
    told = {g.phenomenon: names(book, (e.partner for e in g.entries)) for g in groups}
    assert told[None] == ALL
    assert told["jihadisme-oud"] == {"Typo"}
    assert told["#N/A"] == {"Error"}


def test_the_matrix_has_a_column_under_the_name_that_was_typed() -> None:
    book = a_book()
    matrix = make_matrix(book, dict.fromkeys(range(7), "warm"), Labels(book.settings))
    known = [cell.known for cell in matrix.lines[0].cells]
    assert [one.nl for one in matrix.phenomena] == ["jihadisme", "Islamitisch extremisme"]
    assert known == [4, 3]


def test_routes_beside_a_card_are_those_of_what_is_understood() -> None:
    book = a_book()
    at = {one.name: place for place, one in enumerate(book.partners)}
    told = {name: len(card(book, at[name]).routes) for name in at}
    assert told == {
        "Blank": 2, "Separator": 2, "Both": 1, "Known": 1, "Own": 0, "Typo": 0, "Error": 0,
    }  # fmt: skip


def test_only_what_is_not_known_is_asked_about_and_what_it_costs_is_true() -> None:
    asked = [one for one in a_book().problems if one.code == "unknown_phenomenon"]
    assert [one.params["piece"] for one in asked] == ["jihadisme-oud"] * 2
    assert explain(asked[0], "nl")[1] == "De rij telt er niet voor mee."


# --- the same requirement twice


def test_the_same_requirement_twice_is_one_and_reported() -> None:
    book = read(
        [
            ["Jihadisme", "Politie", "kern lokaal", 1],
            ["jihadisme", "politie", "Kern Lokaal", 2],
            ["jihadism", "Police", "kern lokaal", 3],
            ["jihadisme", "politie", None, 1],
            ["Eigen thema", "Buurtvaders", None, 2],
            ["eigen  THEMA", "buurtvaders", None, 1],
        ]
    )
    minima = [(one.row, one.minimum) for one in book.required]
    assert minima == [(2, 3), (5, 1), (6, 2)]
    told = [one for one in book.problems if one.code == "doubled_requirement"]
    assert [(one.cell, one.params["other"], one.params["minimum"]) for one in told] == [
        ("A3", 2, 3), ("A4", 2, 3), ("A7", 6, 2),
    ]  # fmt: skip
    assert explain(told[0], "nl") == (
        "“jihadisme” met “politie” staat er twee keer: rij 2 vraagt hetzelfde.",
        "De twee rijen tellen als één, met het hoogste minimum: 3.",
        "Verwijder een van de twee rijen, of geef ze een ander gebied of een andere voorwaarde.",
    )


def test_several_doubled_requirements_are_told_by_name() -> None:
    rows: Rows = [["Jihadisme", "GGD", None, 1], ["Jihadisme", "Politie", None, 1]]
    lines = check_lines(read(rows * 2).problems, "nl")
    told = [line.what for line in lines if line.first.code == "doubled_requirement"]
    assert len(told) == 1
    assert "“Jihadisme, GGD”" in told[0] and "“Jihadisme, Politie”" in told[0]
