"""A Google spreadsheet keeps the contract, in a Dutch and in an American locale."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.google_sheets import create, place, shared_server
from tests.sheets_server import SheetsServer
from tests.workbook_contract import Sheets, WorkbookContract, trimmed
from trustbook.snapshot import CellValue
from trustbook.workbooks.google import GoogleWorkbook

__all__ = ["shared_server"]


class TestGoogle(WorkbookContract):
    locale = "nl_NL"

    @pytest.fixture(autouse=True)
    def _server(self, shared_server: SheetsServer) -> Iterator[None]:
        self.server = shared_server
        shared_server.forget()
        yield
        shared_server.forget()

    def make(self, sheets: Sheets) -> GoogleWorkbook:
        return GoogleWorkbook(
            f"gsheet:{create(self.server, sheets, self.locale)}", self.server.service_account()
        )

    def type(self, workbook: GoogleWorkbook, sheet: str, row: int, column: int, text: str) -> None:
        self.server.state(workbook.key).type(place(sheet, row, column), text)

    def compute(self, workbook: GoogleWorkbook, sheet: str, row: int, column: int) -> None:
        self.type(workbook, sheet, row, column, "=1+1")

    def see(self, workbook: GoogleWorkbook, sheet: str) -> list[list[CellValue]]:
        return trimmed(self.server.state(workbook.key).typed(sheet))

    def again(self, workbook: GoogleWorkbook) -> GoogleWorkbook:
        return GoogleWorkbook(workbook.address, self.server.service_account())


class TestGoogleInAmerica(TestGoogle):
    locale = "en_US"
