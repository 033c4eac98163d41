"""An empty spreadsheet becomes a book that can be typed in, synced, and that dropdowns help to
fill.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from tests.google_sheets import create, shared_server
from tests.sheets_server import SheetsServer
from trustbook.columns import START, TYPED, typed_sheet
from trustbook.errors import UsageError
from trustbook.run.sync import run_sync
from trustbook.workbooks.google import GoogleWorkbook
from trustbook.workbooks.google.setup import plan_setup, prepare

__all__ = ["shared_server"]


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


def empty(server: SheetsServer, locale: str = "en_US") -> GoogleWorkbook:
    address = f"gsheet:{server.create('Nieuw', locale=locale)}"
    return GoogleWorkbook(address, server.service_account(), sleep=lambda seconds: None)


@pytest.fixture(scope="module")
def dutch(shared_server: SheetsServer) -> GoogleWorkbook:
    """One prepared book, for the tests that look at it or type in it."""
    workbook = empty(shared_server)
    prepare(workbook, "nl")
    return workbook


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_an_empty_sheet_becomes_a_book(
    server: SheetsServer, dutch: GoogleWorkbook, lang: str
) -> None:
    workbook = dutch if lang == "nl" else empty(server)
    if lang == "en":
        prepare(workbook, lang)
        assert server.count("write") == 1
    person = server.state(workbook.key)
    typed = [sheet.label(lang) for sheet in TYPED]
    assert person.titles[: len(TYPED) + 1] == [START.label(lang), *typed]
    assert workbook.read().marks["placed"] == START.key
    for sheet in TYPED:
        assert person.rows(sheet.label(lang))[0] == [column.label(lang) for column in sheet.columns]
    book = server.book(workbook.key)
    assert {"list_tier", "list_partner", "list_holder"} <= {
        named["name"] for named in book.named_ranges
    }
    assert book.locale == ("nl_NL" if lang == "nl" else "en_US")
    assert all(
        sheet.grid.get("frozenRowCount") == 1 for sheet in book.sheets if typed_sheet(sheet.title)
    )


def test_dropdowns_warn_and_never_forbid(server: SheetsServer, dutch: GoogleWorkbook) -> None:
    sheet = server.book(dutch.key).sheets[1]
    rules = [cell.validation for cell in sheet.cells.values() if cell.validation]
    assert rules and not any(rule.get("strict") for rule in rules)
    assert {rule["condition"]["type"] for rule in rules} == {"ONE_OF_RANGE", "DATE_IS_VALID"}


def test_what_a_person_types_then_is_read_and_synced(
    server: SheetsServer, dutch: GoogleWorkbook
) -> None:
    person = server.state(dutch.key)
    person.type("Partners!B2", "Politie")
    person.type("Partners!D2", "kern lokaal")
    person.type("Contactmomenten!B2", "12-9-2026")
    person.type("Contactmomenten!C2", "Politie")
    person.type("Personen!B2", "A. Jansen")
    person.type("Personen!C2", "Politie")
    person.type("Personen!F2", "0612345678")
    report = run_sync(dutch, date(2026, 9, 30), datetime(2026, 9, 30, 2, 0))
    assert person.see("Partners!W2") == "● Warm"
    assert person.titles[0] == "Begin hier" and "Begin hier (trustbook)" not in person.titles
    assert person.see("Personen!F2") == "0612345678"
    assert report.verdicts[0].last_sunny == date(2026, 9, 12)


def test_a_sheet_with_something_in_it_is_left_alone(server: SheetsServer) -> None:
    key = create(server, {"Blad1": [[], [None, "iets"]]})
    before = server.state(key).typed("Blad1")
    with pytest.raises(UsageError) as caught:
        prepare(GoogleWorkbook(f"gsheet:{key}", server.service_account()), "nl")
    assert caught.value.key == "google.not_empty"
    assert server.state(key).typed("Blad1") == before
    assert server.count("write") == 0


def test_the_same_sheet_gives_the_same_requests(server: SheetsServer) -> None:
    state = empty(server).look()
    assert plan_setup(state, "nl", "x").body() == plan_setup(state, "nl", "x").body()
