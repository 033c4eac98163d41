"""The sample backend keeps the contract."""

import pytest

from tests.sample_backend import JsonWorkbook
from tests.workbook_contract import Sheets, WorkbookContract, trimmed
from trustbook.snapshot import CellValue
from trustbook.workbooks.in_memory import Content, Formula, MemoryWorkbook


class TestSample(WorkbookContract):
    @pytest.fixture(autouse=True)
    def _file(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self.book = JsonWorkbook(tmp_path_factory.mktemp("json") / "network.json")

    def make(self, sheets: Sheets) -> JsonWorkbook:
        self.book.save(MemoryWorkbook(sheets))
        return self.book

    def type(self, book: JsonWorkbook, sheet: str, row: int, column: int, text: Content) -> None:
        (opened := book.load()).edit(sheet, row, column, text)
        book.save(opened)

    def compute(self, book: JsonWorkbook, sheet: str, row: int, column: int) -> None:
        self.type(book, sheet, row, column, Formula(2))

    def see(self, book: JsonWorkbook, sheet: str) -> list[list[CellValue]]:
        return trimmed(book.load().sheets[sheet])  # type: ignore[arg-type]

    def again(self, book: JsonWorkbook) -> JsonWorkbook:
        return JsonWorkbook(book.path)
