"""A workbook with sheets and columns of its own names, read as trustbook.toml says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.reading import book_in, book_of
from trustbook.config import resolve
from trustbook.errors import SafetyStop, UsageError
from trustbook.model import Book
from trustbook.reading.adoption import Adoption
from trustbook.reading.lists import find_lists
from trustbook.snapshot import CellValue, Grid, Snapshot
from trustbook.workbooks import open_workbook

TODAY = date(2026, 9, 30)
Rows = Sequence[Sequence[CellValue]]


def snapshot(sheets: Mapping[str, Rows]) -> Snapshot:
    return Snapshot(
        "network.xlsx", "1", tuple(sheets), [Grid(title, rows) for title, rows in sheets.items()]
    )


def read(sheets: Mapping[str, Rows], adoption: Adoption) -> Book:
    return book_in(adoption.label(snapshot(sheets)), TODAY)


ONE_SHEET: dict[str, Rows] = {
    "Netwerk": [
        ["Overzicht netwerk"],
        ["Organisatie", "Laag", "Status", "Contactpersoon", "Mail"],
        ["Moskee El Noor", "kern", "actief", "Karim", "karim@noor.example"],
        [None, None, None, "Samira", "samira@noor.example"],
        ["GGD", "breed", "actief", None, None],
        ["Politie", "kern", "actief", "Jan", None],
        ["politie", "breed", None, "Piet", None],
        [],
        [None, None, None, "Zomaar iemand", None],
    ]
}
BOTH = Adoption(
    {"partners": "Netwerk", "people": "netwerk "},
    {
        "partners": {"name": "Organisatie"},
        "people": {"name": "Contactpersoon", "partner": "Organisatie", "email": "Mail"},
    },
    {"partners": ["Status"]},
)


def test_partners_and_people_on_one_sheet() -> None:
    book = read(ONE_SHEET, BOTH)
    assert [(partner.name, partner.row, partner.tier) for partner in book.partners] == [
        ("Moskee El Noor", 3, "core"),
        ("GGD", 5, "wider"),
        ("Politie", 6, "core"),
    ], "each partner once, at its first row"
    assert [(person.name, person.partner, person.row) for person in book.people] == [
        ("Karim", 0, 3),
        ("Samira", 0, 4),
        ("Jan", 2, 6),
        ("Piet", 2, 7),
    ]
    asked = [(p.cell, p.params["rows"]) for p in book.problems if p.code == "below_list"]
    assert asked == [("A9", "9")], "a lone name after a blank row is asked about, once"
    assert book.people[1].email == "samira@noor.example"


def test_a_header_named_unused_is_left_alone_although_it_has_our_name() -> None:
    lists = find_lists(BOTH.label(snapshot(ONE_SHEET)).grids)
    assert "status" not in lists["partners"].columns
    plain = Adoption(BOTH.sheets, BOTH.columns)
    assert "status" in find_lists(plain.label(snapshot(ONE_SHEET)).grids)["partners"].columns


def test_usual_names_go_on_counting_beside_adopted_ones() -> None:
    sheets = {"Lijst": [["Instantie", "Naam", "Gebied"], ["GGD", "Jan", "Noord"]]}
    (partner,) = read(
        sheets, Adoption({"partners": "Lijst"}, {"partners": {"name": "Instantie"}})
    ).partners
    assert (partner.name, partner.area) == ("GGD", "Noord"), "the usual “Naam” is not the name here"


def test_a_sheet_of_our_name_beside_the_adopted_one_is_the_coordinators_own() -> None:
    sheets = {"Partners": [["Naam"], ["zomaar"]], "Netwerk": [["Organisatie"], ["GGD"]]}
    adoption = Adoption({"partners": "Netwerk"}, {"partners": {"name": "Organisatie"}})
    assert [partner.name for partner in read(sheets, adoption).partners] == ["GGD"]


@pytest.mark.parametrize(
    ("headers", "first", "rows"),
    [(["Organisatie", "Plaats"], [], [2, 4]), (["Organisatie", "ID"], [None], [2, 3, 4])],
    ids=["by name", "by ID"],
)
def test_where_the_name_is_all_there_is_a_partner_counts_once(
    headers: list[CellValue], first: list[CellValue], rows: list[int]
) -> None:
    sheets: dict[str, Rows] = {"Lijst": [headers, ["GGD", *first], ["ggd", *first], ["Politie"]]}
    adoption = Adoption({"partners": "Lijst"}, {"partners": {"name": "Organisatie"}})
    assert [partner.row for partner in read(sheets, adoption).partners] == rows


def test_only_columns_may_be_adopted() -> None:
    sheets = {"Partners": [["Organisatie"], ["GGD"]]}
    assert (
        read(sheets, Adoption({}, {"partners": {"name": "Organisatie"}})).partners[0].name == "GGD"
    )


@pytest.mark.parametrize(
    ("sheets", "key", "said"),
    [
        (
            {"Anders": [["Organisatie", "Contactpersoon"], ["GGD", "Jan"]]},
            "adopt.sheet_gone",
            "Netwerk",
        ),
        (
            {"Netwerk": [["Instantie", "Laag", "Gebied"], ["GGD", "kern"]]},
            "adopt.column_gone",
            "organisatie",
        ),
        ({"Netwerk": [["Naam"], ["GGD"]]}, "adopt.columns_gone", "Netwerk"),
    ],
)
def test_what_is_gone_stops_the_run_and_is_named(
    sheets: Mapping[str, Rows], key: str, said: str
) -> None:
    with pytest.raises(SafetyStop) as stop:
        read(sheets, BOTH)
    assert (
        stop.value.key == key
        and said in stop.value.sentence("nl")
        and "trustbook.toml" in stop.value.sentence("en")
    )


def test_settings_name_sheets_and_columns_and_the_reader_follows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Netwerk"
    for row in (("Onze partners",), ("Organisatie", "Wie"), ("GGD", "Jan")):
        book.worksheets[0].append(row)
    book.create_sheet("Geheim")["A1"] = "not read"
    book.save(tmp_path / "n.xlsx")
    settings = tmp_path / "trustbook.toml"
    settings.write_text(
        '[book.a]\nworkbooks = ["n.xlsx"]\n[book.a.sheets]\npartners = "Netwerk"\n'
        '[book.a.columns.partners]\nname = "Organisatie"\nholder = "Wie"\n',
        encoding="utf-8",
    )
    target = resolve("a", settings)
    workbook = open_workbook(target.workbooks[0], adoption=target.adoption)
    (partner,) = book_of(workbook, TODAY).partners
    assert (partner.name, partner.holder, partner.row) == ("GGD", "Jan", 3)


@pytest.mark.parametrize(
    "lines",
    [
        '[book.a.sheets]\npartnerz = "x"\n',
        '[book.a.columns.people]\nmail = "x"\n',
        "[book.a.unused]\nx = []\n",
    ],
)
def test_a_list_or_column_we_do_not_have_is_refused(tmp_path: Path, lines: str) -> None:
    settings = tmp_path / "trustbook.toml"
    settings.write_text('[book.a]\nworkbooks = ["n.xlsx"]\n' + lines, encoding="utf-8")
    with pytest.raises(UsageError) as refusal:
        resolve("a", settings)
    assert "known" in refusal.value.sentence("en")
