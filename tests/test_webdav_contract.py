"""An Excel file on a WebDAV server keeps the contract of workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_excel_contract import TestExcel as OnDisk
from tests.webdav_server import place_on, serving
from tests.workbook_contract import Sheets
from trustbook.places.web_client import WebClient
from trustbook.snapshot import CellValue
from trustbook.workbooks.excel import ExcelWorkbook


class TestWebdav(OnDisk):
    @pytest.fixture(autouse=True)
    def _server(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(WebClient, "pause", lambda *_: None)
        with serving(tmp_path) as self.server:
            yield

    def make(self, sheets: Sheets) -> ExcelWorkbook:
        super().make(sheets)
        return self.again(None)

    def type(self, workbook: object, sheet: str, row: int, column: int, text: str) -> None:
        super().type(ExcelWorkbook(self.folder / "netwerk.xlsx"), sheet, row, column, text)

    def see(self, workbook: object, sheet: str) -> list[list[CellValue]]:
        return super().see(ExcelWorkbook(self.folder / "netwerk.xlsx"), sheet)

    def again(self, workbook: object) -> ExcelWorkbook:
        return ExcelWorkbook(place_on(self.server, "netwerk.xlsx"), locks=self.folder / "locks")


del OnDisk
