"""A total of a list is no row of it, wherever it stands; a name that begins like one is."""

from __future__ import annotations

from datetime import date

import pytest

from tests.reading import book_in
from trustbook.model import Book
from trustbook.reading.totals import is_total
from trustbook.snapshot import CellFault, CellValue, Grid, Snapshot, TableArea

TODAY = date(2026, 11, 26)
UNCOMPUTED = CellFault("uncomputed")
HEADER: list[CellValue] = ["Naam", "Soort", "Ritme", "Leden (eigen)"]
ROWS: list[list[CellValue]] = [
    ["De Brug", "organisatie", 60, 12],
    ["Totaal Wonen", "organisatie", 60, 7],
    ["Som en Sommen", None, 30, None],
]


def book(*rows: list[CellValue], table: bool = False) -> Book:
    tables = (TableArea("T", 1, 1, len(ROWS) + 1, 4),) if table else ()
    grid = Grid("Partners", [HEADER, *ROWS, *rows], tables=tables)
    return book_in(Snapshot("t", "1", ("Partners",), [grid]), TODAY)


def asked(found: Book) -> list[object]:
    return [p.params["rows"] for p in found.problems if p.code == "below_list"]


@pytest.mark.parametrize(
    "row",
    [
        ["Totaal: 3"],
        ["Totaal", None, 150],
        ["Totaal", None, None, 19],
        ["Aantal partners: 3"],
        ["Som", None, 150, 19],
        ["Gemiddeld ritme", None, 50.0],
        ["TOTAL", "3 partners"],
        ["Totaal", None, UNCOMPUTED],
        ["Subtotal", None, None, UNCOMPUTED],
        ["Gemiddeld ritme", None, CellFault("#DIV/0!")],
        [3],
    ],
)
def test_a_total_right_below_the_list_is_asked_about_and_no_partner(row: list[CellValue]) -> None:
    found = book(row)
    assert [partner.name for partner in found.partners] == [r[0] for r in ROWS]
    assert asked(found) == ["5"]


def test_a_total_between_the_rows_is_one_too_and_ends_nothing() -> None:
    ggd: list[CellValue] = ["GGD", "organisatie", 30, 4]
    found = book(["Subtotaal", None, None, UNCOMPUTED], ggd, ["Totaal", 4])
    assert [partner.name for partner in found.partners] == [*(r[0] for r in ROWS), "GGD"]
    assert asked(found) == ["5, 7"]


@pytest.mark.parametrize(
    "row",
    [
        ["Legenda: groen = warm"],
        ["https://delft.example/netwerk"],
        [None, "Opgesteld door Anne, 3 mei 2026"],
        ["Bijgewerkt op 3-5-2026"],
        ["Bron: GGD"],
    ],
)
def test_a_note_right_below_the_list_is_asked_about(row: list[CellValue]) -> None:
    found = book(["Totaal", 3], row)
    assert len(found.partners) == len(ROWS)
    assert asked(found) == ["5-6"]


@pytest.mark.parametrize(
    "row", [["Bron van Hoop"], ["GGD: jeugd"], ["Versie"], ["Bron: GGD", "organisatie"]]
)
def test_a_name_like_a_note_is_a_partner(row: list[CellValue]) -> None:
    assert book(row).partners[-1].name == row[0]


@pytest.mark.parametrize(
    "row", [["Totaal Zorg"], ["Totaal Zorg", "organisatie", 3], ["Aantal", "stichting"], ["GGD", 3]]
)
def test_a_name_like_a_total_is_a_partner(row: list[CellValue]) -> None:
    found = book(row)
    assert found.partners[-1].name == row[0] and not asked(found)


def test_what_is_typed_right_below_a_table_belongs_to_it() -> None:
    assert book(["Total", None, 3], table=True).partners[-1].name == "Total"


def test_a_total_is_a_word_for_it_with_a_number() -> None:
    assert not is_total(["113 Zelfmoordpreventie", 30]), "a name may begin with a number"
    assert not is_total(["Totaal"]) and not is_total([True, None]) and not is_total([])
    assert is_total([None, "Eindtotaal", 3.0]) and not is_total(["Totaal", "De Brug", 3])
