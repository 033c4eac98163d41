"""Forgetting somebody in a Google spreadsheet: through the same seam, in people's tabs and ours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from tests.google_sheets import create, shared_server
from tests.sheets_server import SheetsServer
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.erase import forget_whom
from trustbook.run.sync import run_sync
from trustbook.run.whom import person_named
from trustbook.snapshot import CellValue
from trustbook.workbooks.google import GoogleWorkbook

__all__ = ["shared_server"]

DAY, NOW = date(2026, 9, 30), datetime(2026, 9, 30, 2, 0)
SHEETS: dict[str, list[list[CellValue]]] = {
    "Partners": [["ID", "Name"], [None, "Politie"], [None, "School"]],
    "People": [
        ["ID", "Name", "Partner", "Work phone"],
        [None, "Piet Puk", "Politie", "0612345678"],
    ],
    "Moments": [
        ["ID", "Date", "With", "Topic"],
        [None, date(2026, 9, 1), "Piet Puk; School", "bel Puk op 06 12345678"],
    ],
}


def test_somebody_is_forgotten_in_a_spreadsheet(
    shared_server: SheetsServer, tmp_path: Path
) -> None:
    key = create(shared_server, SHEETS)
    book = GoogleWorkbook(f"gsheet:{key}", shared_server.service_account())
    keeper = LedgerLocator(tmp_path)
    run_sync(book, DAY, NOW, lang="nl", keeper=keeper)
    find = partial(person_named, name="Piet Puk")
    forget_whom([book], keeper, find, DAY, NOW + timedelta(days=1), "nl")
    run_sync(book, DAY, NOW + timedelta(days=2), lang="nl", keeper=keeper)
    state = shared_server.state(key)
    told = repr([state.typed(sheet.title) for sheet in shared_server.book(key).sheets]).lower()
    assert "puk" not in told and "12345678" not in told
    moment = state.typed("Moments")[1]
    assert moment[2:4] == ["Politie; School", "bel … op …"]
