"""The workbook in memory keeps the contract."""

from __future__ import annotations

from typing import cast

from tests.workbook_contract import Sheets, WorkbookContract, trimmed
from trustbook.snapshot import CellValue
from trustbook.workbooks.in_memory import Formula, MemoryWorkbook


class TestMemory(WorkbookContract):
    def make(self, sheets: Sheets) -> MemoryWorkbook:
        return MemoryWorkbook(sheets)

    def type(self, workbook: MemoryWorkbook, sheet: str, row: int, column: int, text: str) -> None:
        workbook.edit(sheet, row, column, text)

    def compute(self, workbook: MemoryWorkbook, sheet: str, row: int, column: int) -> None:
        workbook.edit(sheet, row, column, Formula(2))

    def see(self, workbook: MemoryWorkbook, sheet: str) -> list[list[CellValue]]:
        return trimmed(cast("list[list[CellValue]]", workbook.sheets[sheet]))

    def again(self, workbook: MemoryWorkbook) -> MemoryWorkbook:
        return workbook
