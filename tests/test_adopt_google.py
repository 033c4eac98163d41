"""A Google spreadsheet with headers of its own is read by them; nothing is added to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.google_sheets import create, shared_server
from tests.reading import book_of
from tests.sheets_server import SheetsServer
from trustbook.adopt.lines import NewBook
from trustbook.adopt.look import Wish, carry_out, look_at_book, must_be_possible
from trustbook.config import Target, resolve
from trustbook.workbooks import open_workbook
from trustbook.workbooks.registry import Access

__all__ = ["shared_server"]
ROWS = [
    ["Instantie", "Contactpersoon", "Telefoon"],
    ["Buurthuis De Linde", "Jan Bos", "015-2601111"],
    ["Stichting Samen", "Lies Kok", "015-2602222"],
]


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


def test_a_google_spreadsheet_is_adopted_by_its_own_names(
    server: SheetsServer, tmp_path: Path
) -> None:
    address = f"gsheet:{create(server, {'Netwerk': ROWS})}"
    key = str(server.service_account())
    target = Target("x", (address,), access=Access(key))
    file = tmp_path / "trustbook.toml"
    written = server.count("write")
    look = look_at_book(target, Wish(None, None, "x", file), tmp_path)
    must_be_possible(look)
    assert look.adding is not None and not look.adding.changes and look.lang == "nl"
    assert carry_out(look, target, file, "x", NewBook(address, "nl"))
    assert server.count("write") == written
    adopted = resolve("x", file)
    book = book_of(open_workbook(address, Access(key), adopted.adoption), date(2026, 9, 30))
    assert [partner.name for partner in book.partners] == ["Buurthuis De Linde", "Stichting Samen"]
    assert [person.name for person in book.people] == ["Jan Bos", "Lies Kok"]
