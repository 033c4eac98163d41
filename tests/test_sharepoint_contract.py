"""An Excel file in a SharePoint library keeps the contract of workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.graph_server import GraphServer
from tests.sharepoint_books import place_on, quick, served
from tests.test_excel_contract import TestExcel as OnDisk
from tests.workbook_contract import Sheets
from trustbook.snapshot import CellValue
from trustbook.workbooks.excel import ExcelWorkbook

__all__ = ["quick", "served"]


class TestSharePoint(OnDisk):
    @pytest.fixture(autouse=True)
    def _server(self, served: GraphServer, quick: None, tmp_path: Path) -> Iterator[None]:
        self.server = served.over(tmp_path)
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
