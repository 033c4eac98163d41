"""A Google Sheet with tick boxes down its columns: a row is a row only where somebody typed."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.google_sheets import create, shared_server, texts
from tests.reading import read
from tests.sheets_server import SheetsServer
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.log import log_moment, make_entry
from trustbook.run.sync import run_sync
from trustbook.snapshot import CellValue
from trustbook.workbooks.google import GoogleWorkbook

__all__ = ["shared_server"]
TODAY = date(2026, 9, 30)


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


def boxes(header: list[CellValue], *rows: list[CellValue]) -> list[list[CellValue]]:
    """Rows with a column of tick boxes behind them that goes on to row 400."""
    empty: list[CellValue] = [None] * len(header)
    filled = [*rows, *[empty] * (399 - len(rows))]
    return [[*header, "Klaar", "Kaart delen"], *([*row, False, False] for row in filled)]


def test_boxes_are_no_rows_and_a_moment_lands_above_them(
    server: SheetsServer, tmp_path: Path
) -> None:
    partners = boxes(["ID", "Naam", "Ritme"], [None, "Politie", 30], [None, "GGD", 30])
    moments = boxes(["ID", "Datum", "Met"], [None, date(2026, 9, 20), "Politie"])
    key = create(server, {"Partners": partners, "Contactmomenten": moments})
    book, keeper = (
        GoogleWorkbook(f"gsheet:{key}", server.service_account()),
        LedgerLocator(tmp_path / "memory"),
    )
    report = run_sync([book], TODAY, datetime(2026, 9, 30, 2), lang="nl", keeper=keeper)
    assert not report.problems
    assert {row[0] for row in texts(server, key, "Partners")[3:]} == {None}
    entry = make_entry(with_=["GGD"], day=TODAY)
    now = datetime(2026, 9, 30, 12)
    logged = log_moment(
        [GoogleWorkbook(f"gsheet:{key}", server.service_account())], entry, keeper, TODAY, now, "nl"
    )
    assert logged.row == 3
    rows = texts(server, key, "Contactmomenten")
    assert rows[1][2] == "Politie" and rows[2][2] == "GGD" and rows[3][:3] == [None] * 3
    assert len(rows) == 401 and rows[400][3] is False, "the boxes went down, none was lost"
    reading = read(GoogleWorkbook(f"gsheet:{key}", server.service_account()), TODAY, "nl", keeper)
    assert [verdict.status for verdict in reading.verdicts] == ["warm", "warm"]
    assert reading.problems == []
