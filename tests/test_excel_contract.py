"""An Excel file keeps the contract."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import openpyxl
import pytest

from tests.workbook_contract import Sheets, WorkbookContract, trimmed
from trustbook.snapshot import CellValue
from trustbook.workbooks.excel import ExcelWorkbook


class TestExcel(WorkbookContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make(self, sheets: Sheets) -> ExcelWorkbook:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            for row in rows or [[]]:
                sheet = book[title] if title in book else book.create_sheet(title)
                sheet.append(list(row))
        book.save(self.folder / "netwerk.xlsx")
        return ExcelWorkbook(self.folder / "netwerk.xlsx", locks=self.folder / "locks")

    def type(self, workbook: ExcelWorkbook, sheet: str, row: int, column: int, text: str) -> None:
        book = openpyxl.load_workbook(workbook.path)
        book[sheet].cell(row, column, text)
        book.save(workbook.path)

    def compute(self, workbook: ExcelWorkbook, sheet: str, row: int, column: int) -> None:
        self.type(workbook, sheet, row, column, "=1+1")

    def see(self, workbook: ExcelWorkbook, sheet: str) -> list[list[CellValue]]:
        rows = [list(row) for row in openpyxl.load_workbook(workbook.path)[sheet].values]
        return trimmed(cast("list[list[CellValue]]", rows))

    def again(self, workbook: ExcelWorkbook) -> ExcelWorkbook:
        return ExcelWorkbook(workbook.path, locks=self.folder / "locks")
