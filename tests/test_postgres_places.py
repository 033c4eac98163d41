"""A memory in PostgreSQL for a book in a Google spreadsheet and on a WebDAV server: real servers
but Google's, which is a stand-in; two computers take turns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.google_sheets import create, shared_server, texts
from tests.postgres_server import PostgresServer, programs
from tests.sheets_server import SheetsServer
from tests.typed import typed
from tests.webdav_server import WebdavServer, serving
from trustbook.cli.main import main

__all__ = ["shared_server"]
pytestmark = pytest.mark.skipif(
    programs() is None and not os.environ.get("CI"), reason="needs the programs of PostgreSQL"
)
PARTNERS = ["ID", "Naam", "Ritme", "Relatiehouder"]
MOMENTS = ["ID", "Datum", "Met", "Weer"]


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.end()


@pytest.fixture
def webdav(tmp_path: Path) -> Iterator[WebdavServer]:
    (tmp_path / "shared").mkdir()
    with serving(tmp_path / "shared") as running:
        yield running


def test_two_computers_take_turns_on_a_book_of_google_and_webdav(
    postgres: PostgresServer,
    webdav: WebdavServer,
    shared_server: SheetsServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(shared_server.service_account()))
    key = create(shared_server, {
        "Partners": [PARTNERS, [None, "Politie", "8 weken", "Anne"]],
        "Contactmomenten": [MOMENTS, [None, date(2026, 9, 1), "Politie", None]],
    })  # fmt: skip
    file = typed(webdav.folder / "net.xlsx", {"Partners": [PARTNERS], "Contactmomenten": [MOMENTS]})
    settings = (
        f'[book.zandloo]\nworkbooks = ["gsheet:{key}", "{webdav.address}/net.xlsx"]\n'
        f'ledger = "{postgres.new_database()}"\n'
    )
    (tmp_path / "trustbook.toml").write_text(settings, encoding="utf-8")
    assert main(["ledger", "init"]) == 0

    def night(computer: str) -> None:
        monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / computer))
        monkeypatch.setattr("platform.node", lambda: computer)
        assert main(["sync", "--quiet", "--today", "2026-09-30"]) == 0

    def on_webdav() -> list[object]:
        sheet = openpyxl.load_workbook(file)["Partners"]
        return [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]

    def on_google() -> list[object]:
        return [row[1] for row in texts(shared_server, key, "Partners")[1:]]

    night("one")
    assert on_webdav() == on_google() == ["Politie"]
    book = openpyxl.load_workbook(file)
    book["Partners"].append([None, "GGD", "6 weken", "Bas"])
    book.save(file)
    shared_server.state(key).type("'Partners'!D2", "Carla")
    postgres.restart()
    night("two")
    assert on_webdav() == on_google() == ["Politie", "GGD"]
    assert openpyxl.load_workbook(file)["Partners"]["D2"].value == "Carla"
