"""The stand-in for Google Sheets as the tests of the Google workbook use it: started once, filled
with real cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.sheets_server import SheetsServer
from tests.workbook_contract import Sheets
from trustbook.a1 import column_letters
from trustbook.snapshot import CellValue


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SheetsServer]:
    """A server that this process takes for Google; nothing it remembers reaches the user's own
    folders.
    """
    with SheetsServer(silence=0.3) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.variables().items():
            patch.setenv(name, value)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield server


def create(
    server: SheetsServer, sheets: Sheets, locale: str = "nl_NL", title: str = "Netwerk"
) -> str:
    """A spreadsheet with these cells: texts as texts, dates as date cells; its key."""
    key = server.create(title, locale=locale, sheets={name: [] for name in sheets})
    person = server.state(key)
    for sheet in server.book(key).sheets:
        rows = [{"values": [cell(value) for value in row]} for row in sheets[sheet.title]]
        sheet.resize(max(1000, len(rows) + 10), 26)
        if rows:
            person.ask(
                {
                    "updateCells": {
                        "start": {"sheetId": sheet.id, "rowIndex": 0, "columnIndex": 0},
                        "rows": rows,
                        "fields": "userEnteredValue,userEnteredFormat.numberFormat",
                    }
                }
            )
    return key


def cell(value: CellValue) -> dict[str, Any]:
    """CellData as the service keeps what a person typed."""
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    if isinstance(value, str):
        return {"userEnteredValue": {"stringValue": value}}
    if isinstance(value, date):
        days = (value - date(1899, 12, 30)).days
        shown = {"numberFormat": {"type": "DATE", "pattern": "d-m-yyyy"}}
        return {"userEnteredValue": {"numberValue": days}, "userEnteredFormat": shown}
    return {"userEnteredValue": {"numberValue": value}}


def place(sheet: str, row: int, column: int) -> str:
    """A cell as a person names it."""
    return f"'{sheet}'!{column_letters(column)}{row}"


def texts(server: SheetsServer, key: str, tab: str, width: int | None = None) -> list[list[Any]]:
    """What stands in a tab's cells, cut to ``width`` columns, blank rows at the end left out."""
    rows = [row[:width] for row in server.state(key).typed(tab)]
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    return rows


def key_file(folder: Path, source: Path, mode: int = 0o600) -> Path:
    """A copy of a key file with another mode."""
    path = folder / "key.json"
    path.write_bytes(source.read_bytes())
    path.chmod(mode)
    return path


def column(rows: Sequence[Sequence[Any]], number: int) -> list[Any]:
    """One column of rows."""
    return [row[number - 1] if len(row) >= number else None for row in rows]
