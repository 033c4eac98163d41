"""What people type in a Google Sheet is read as they meant it; what we write is planned without
clock or chance.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time

import pytest

from tests.google_sheets import create, place, shared_server
from tests.sheets_server import SheetsServer
from tests.workbook_contract import SHEETS, generated
from trustbook.errors import SafetyStop
from trustbook.snapshot import (
    Cell,
    CellEdit,
    CellFault,
    Changes,
    Chart,
    ColumnAddition,
    GeneratedSheet,
    MergedArea,
    RowAddition,
    Series,
)
from trustbook.workbooks.google import GoogleWorkbook
from trustbook.workbooks.google.planner import plan_batch

__all__ = ["shared_server"]


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


def opened(server: SheetsServer, key: str) -> GoogleWorkbook:
    return GoogleWorkbook(f"gsheet:{key}", server.service_account(), sleep=lambda _: None)


TYPED = {
    "nl_NL": [
        ("12-3-2026", date(2026, 3, 12)),
        ("12-3-2026 14:30", datetime(2026, 3, 12, 14, 30)),
        ("14:30", time(14, 30)),
        ("1,5", 1.5),
        ("1.234,50", 1234.5),
        ("€ 12,00", 12),
        ("50%", 0.5),
        ("'0612345678", "0612345678"),
        ("'12-3-2026", "12-3-2026"),
        ("'=1+1", "=1+1"),
        ("=1+1", 2),
        ('=""', None),
        ("=1/0", CellFault("#DIV/0!")),
        ("=NIETS(1)", CellFault("#NAME?")),
        ("=Nergens!A1", CellFault("#REF!")),
        ("WAAR", True),
        ("eind maart", "eind maart"),
    ],
    "en_US": [
        ("3/12/2026", date(2026, 3, 12)),
        ("1.5", 1.5),
        ("1,234.50", 1234.5),
        ("1,5", "1,5"),
        ("TRUE", True),
        ("'007", "007"),
        ("=NA()", CellFault("#N/A")),
    ],
}


def test_merged_cells_are_known_and_taking_them_apart_is_a_change(server: SheetsServer) -> None:
    key = create(server, {"Partners": [["Naam", "Ritme"], ["De Brug", 60], ["GGD"]]})
    tab = server.book(key).sheets[0].id
    area = {"sheetId": tab, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 1}
    area |= {"endColumnIndex": 2}
    server.state(key).ask({"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}})
    before = opened(server, key).read()
    assert before.grids[0].merged == (MergedArea(2, 2, 3, 2),)
    server.state(key).ask({"unmergeCells": {"range": area}})
    after = opened(server, key).read()
    assert not after.grids[0].merged and after.version != before.version


@pytest.mark.parametrize("locale", TYPED)
def test_what_people_type_is_read_as_the_sheet_took_it(server: SheetsServer, locale: str) -> None:
    key = create(server, {"Partners": [["Naam", "Eigen inschatting"]]}, locale)
    for row, (text, _) in enumerate(TYPED[locale], start=2):
        server.state(key).type(place("Partners", row, 1), f"P{row}")
        server.state(key).type(place("Partners", row, 2), text)
    (grid,) = opened(server, key).read().grids
    read = [row[1] if len(row) > 1 else None for row in grid.rows[1:]]
    assert read == [meant for _, meant in TYPED[locale]]


def test_a_copy_of_our_sheet_is_not_ours(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    workbook = opened(server, key)
    workbook.write(Changes(sheets=[generated([["a", "b"]])]), workbook.read().version)
    person = server.state(key)
    number = person._tab("Wie bellen").id
    person.ask({"duplicateSheet": {"sourceSheetId": number, "newSheetName": "Partners mijn kopie"}})
    person.rename("Wie bellen", "Bellen!")
    assert {grid.title: grid.ours for grid in workbook.read().grids} == {
        "Partners": None,
        "Contactmomenten": None,
        "Bellen!": "call",
    }


def test_a_sheet_of_ours_that_a_person_deleted_comes_back(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    workbook = opened(server, key)
    workbook.write(Changes(sheets=[generated([["a", "b"]])]), workbook.read().version)
    server.state(key).delete_tab("Wie bellen")
    workbook.write(Changes(sheets=[generated([["c", "d"]])]), workbook.read().version)
    assert server.state(key).rows("Wie bellen")[1] == ["c", "d"]
    assert workbook.read().grids[-1].ours == "call"


def test_our_sheet_looks_as_planned(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    workbook = opened(server, key)
    cells = (
        (Cell("Status", "header.ours"), Cell("Datum", "header.ours"), Cell("Wie", "header.ours")),
        (
            Cell("◐ Koelt af", "status.cooling"),
            Cell(date(2026, 9, 30), "date"),
            Cell("Politie", "link", "'Partners'!A4"),
        ),
    )
    sheet = GeneratedSheet("health", "Relatiestatus", cells, (10, 12, 30))
    workbook.write(Changes(sheets=[sheet]), workbook.read().version)
    book = server.book(key)
    tab = book.sheets[-1]
    first = tab.cell(1, 0).format or {}
    fill = first["backgroundColorStyle"]["rgbColor"]
    assert [round(fill[name] * 255) for name in ("red", "green", "blue")] == [0xFF, 0xE8, 0xA3]
    assert server.state(key).see("Relatiestatus!B2") == "30-09-2026"
    assert (tab.cell(1, 2).format or {})["textFormat"]["link"] == {
        "uri": f"#gid={book.sheets[0].id}&range=A4"
    }
    assert (tab.rows, tab.columns, tab.grid["frozenRowCount"]) == (2, 3, 1)
    assert [protection["warningOnly"] for protection in tab.objects["protectedRanges"]] == [True]
    assert tab.basic_filter is not None
    workbook.write(Changes(sheets=[sheet]), workbook.read().version)
    assert len(tab.objects["protectedRanges"]) == 1


def test_a_chart_is_drawn_once_and_then_its_owner_s(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    workbook = opened(server, key)
    chart = Chart("Gesprekken", 2, 3, 1, (Series(2, "1F4E79"),), (6, 1), (20, 5))
    cells = tuple(
        tuple(Cell(value) for value in row)
        for row in (("Kwartaal", "Aantal"), ("Q1", 3), ("Q2", 5))
    )
    sheet = GeneratedSheet("quarter", "Kwartaal", cells, (10, 10), charts=(chart,))
    for _ in range(2):
        workbook.write(Changes(sheets=[sheet]), workbook.read().version)
    (drawn,) = server.book(key).sheets[-1].objects["charts"]
    assert drawn["spec"]["title"] == "Gesprekken"
    assert (
        drawn["spec"]["basicChart"]["domains"][0]["domain"]["sourceRange"]["sources"][0][
            "endRowIndex"
        ]
        == 3
    )


def test_columns_to_type_in_are_not_added(server: SheetsServer) -> None:
    workbook = opened(server, create(server, SHEETS))
    more = Changes(columns=[ColumnAddition("Partners", 1, 1, ("Status",), (12,))])
    with pytest.raises(SafetyStop):
        workbook.write(more, workbook.read().version)
    assert server.count("write") == 0


def test_the_same_changes_on_the_same_sheet_give_the_same_bytes(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    changes = Changes(
        edits=[CellEdit("Partners", 3, 1, "P-2ABC"), CellEdit("Partners", 2, 4, date(2026, 1, 1))],
        additions=[RowAddition("Contactmomenten", 1, {1: "M-33333C", 2: date(2026, 9, 30)})],
        sheets=[generated([["a", "b"]])],
        marks={"run": "1", "book": "B-X"},
    )
    bodies = set()
    for _ in range(2):
        made = plan_batch(opened(server, key).look(), changes, "nonce")
        assert made is not None
        bodies.add(json.dumps(made.body()))
    assert len(bodies) == 1
    (body,) = bodies
    for never in ("USER_ENTERED", "pasteData"):
        assert never not in body


def test_what_stands_there_already_is_not_sent_again(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    state = opened(server, key).look()
    assert plan_batch(state, Changes(edits=[CellEdit("Partners", 2, 1, "P-7KQX")]), "x") is None


def test_tabs_of_other_people_are_dropped_on_arrival(server: SheetsServer) -> None:
    key = create(server, {**SHEETS, "Casussen": [["zeer geheim"]]})
    state = opened(server, key).look()
    assert "zeer geheim" not in repr(state)
    assert state.snapshot("x").titles[-1] == "Casussen"


@pytest.mark.parametrize("locale", ["nl_NL", "en_US"])
def test_a_sheet_whose_locale_changes_shows_the_same_verdict(
    server: SheetsServer, locale: str
) -> None:
    key = create(server, SHEETS, locale)
    workbook = opened(server, key)
    head = ("ID", "Naam", "Laag", "Relatiehouder", "Status", "Waarom", "Let op", "Laatst zonnig",
            "Laatste contact", "Ritme", "Uiterlijk", "Volgende stap")  # fmt: skip
    cells = tuple(
        tuple(Cell(v) for v in row)
        for row in (head, ("P-7KQX", "Buurthuis De Brug", None, None, "● Warm"))
    )
    health = GeneratedSheet("health", "Relatiestatus", cells, (10,) * len(head))
    verdict = CellEdit("Partners", 2, 6, "● Warm", "status.warm")
    workbook.write(Changes(edits=[verdict], sheets=[health]), workbook.read().version)
    other = {"nl_NL": "en_US", "en_US": "nl_NL"}[locale]
    server.state(key).ask(
        {"updateSpreadsheetProperties": {"properties": {"locale": other}, "fields": "locale"}}
    )
    assert server.state(key).see("Partners!F2") == "● Warm"
    assert plan_batch(workbook.look(), Changes(edits=[verdict]), "x") is None, (
        "the formula is known in any spelling"
    )
    assert not server.book(key).sheets[0].objects.get("conditionalFormats")


def test_colours_by_rule_of_an_earlier_version_go_and_those_of_people_stay(
    server: SheetsServer,
) -> None:
    key = create(server, SHEETS)
    for sign in ("●", "eigen", "○"):
        condition = {"type": "TEXT_STARTS_WITH", "values": [{"userEnteredValue": sign}]}
        rule = {"ranges": [{"sheetId": server.book(key).sheets[0].id}],
                "booleanRule": {"condition": condition, "format": {}}}  # fmt: skip
        server.state(key).ask({"addConditionalFormatRule": {"rule": rule, "index": 0}})
    workbook = opened(server, key)
    verdict = CellEdit("Partners", 2, 6, "● Warm", "status.warm")
    workbook.write(Changes(edits=[verdict]), workbook.read().version)
    [left] = server.book(key).sheets[0].objects["conditionalFormats"]
    assert left["booleanRule"]["condition"]["values"] == [{"userEnteredValue": "eigen"}]
