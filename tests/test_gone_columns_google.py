"""What happens to a header in Google Sheets never changes a verdict in silence, alone or beside an
Excel file of the same book.
"""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.google_sheets import create, place, shared_server
from tests.kept_folder import KeptFolder
from tests.reading import read
from tests.sheets_server import SheetsServer
from tests.test_gone_columns import COLUMNS, SHEETS, make
from trustbook.columns import TYPED
from trustbook.errors import SafetyStop
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.sync import run_sync
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.google import GoogleWorkbook

__all__ = ["shared_server"]
TODAY = date(2026, 11, 26)
Told = tuple[str, str | None]


@dataclass
class Kept:
    """A book that was synced: the sheet as the service keeps it, and the folder beside it."""

    server: SheetsServer
    key: str
    folder: KeptFolder
    state: dict[str, Any]
    mixed: bool

    def put_back(self) -> Book:
        self.server.book(self.key).restore(copy.deepcopy(self.state))
        return Book(self, self.folder.put_back())


class Book:
    """The book of one test."""

    def __init__(self, kept: Kept, folder: Path) -> None:
        self.kept, self.folder = kept, folder
        self.person = kept.server.state(kept.key)
        self.keeper = LedgerLocator(folder / "memory")
        google = GoogleWorkbook(
            f"gsheet:{kept.key}", kept.server.service_account(), sleep=lambda _: None
        )
        self.books: list[Workbook] = [google]
        if kept.mixed:
            self.books.append(ExcelWorkbook(folder / "n.xlsx"))

    def night(self) -> None:
        run_sync(self.books, TODAY, datetime(2026, 11, 26, 4), lang="nl", keeper=self.keeper)

    def verdicts(self) -> list[tuple[object, ...]]:
        reading = read(self.books, TODAY, "nl", self.keeper)
        return sorted(
            (reading.book.partners[one.partner].name, one.status, str(one.last_sunny),
             one.rhythm_days, str(one.due), [hint.code for hint in one.hints])
            for one in reading.verdicts
        )  # fmt: skip

    def lines(self) -> set[Told]:
        problems = read(self.books, TODAY, "nl", self.keeper).problems
        return {(one.code, one.sheet) for one in problems}

    def header(self, title: str, header: str) -> int:
        return self.person.typed(title)[0].index(header) + 1

    def ask(self, kind: str, title: str, column: int, **more: Any) -> None:
        tab = next(one.id for one in self.person.book.sheets if one.title == title)
        span = {"sheetId": tab, "dimension": "COLUMNS", "startIndex": column - 1}
        self.person.ask({kind: {"range": span | {"endIndex": column}} | more})


Edit = Callable[[Book, str, str], object]


def renamed(book: Book, title: str, header: str) -> None:
    book.person.type(place(title, 1, book.header(title, header)), "Heel iets anders")


def emptied(book: Book, title: str, header: str) -> None:
    book.person.type(place(title, 1, book.header(title, header)), "")


def deleted(book: Book, title: str, header: str) -> None:
    book.ask("deleteDimension", title, book.header(title, header))


def hidden(book: Book, title: str, header: str) -> None:
    book.ask(
        "updateDimensionProperties", title, book.header(title, header),
        properties={"hiddenByUser": True}, fields="hiddenByUser",
    )  # fmt: skip


def moved(book: Book, title: str, header: str) -> None:
    """Cut, and put before the second column."""
    at = book.header(title, header)
    tab = next(one for one in book.person.book.sheets if one.title == title)
    cells = {row: cell for (row, column), cell in tab.cells.items() if column == at - 1}
    book.ask("deleteDimension", title, at)
    book.ask("insertDimension", title, 2, inheritFromBefore=False)
    for row, cell in cells.items():
        tab.put(row, 1, cell)
    tab_book = book.person.book
    tab_book.touched()


def translated(book: Book, title: str, header: str) -> None:
    sheet = next(one for one in TYPED if one.nl == title)
    column = next(one for one in sheet.columns if one.nl == header)
    book.person.type(place(title, 1, book.header(title, header)), column.en)


OF_CONTENT: tuple[Edit, ...] = (renamed, emptied, deleted)
OF_FORM: tuple[Edit, ...] = (hidden, moved, translated)
# One in so many of the columns is tried each way; all where ALL_STORIES is set.
CASES = [(how, *column) for how in (*OF_CONTENT, *OF_FORM) for column in COLUMNS]
TRIED = CASES if os.environ.get("ALL_STORIES") else CASES[::16]
NAMED = [f"{how.__name__}-{sheet.key}-{column.key}" for how, sheet, column in TRIED]


@pytest.fixture(scope="module", params=[False, True], ids=["google", "beside-excel"])
def kept(
    shared_server: SheetsServer, tmp_path_factory: pytest.TempPathFactory, request: Any
) -> Kept:
    folder = tmp_path_factory.mktemp("synced")
    key = create(shared_server, SHEETS)
    if request.param:
        make(folder / "n.xlsx")
    first = Kept(shared_server, key, KeptFolder(folder), {}, request.param)
    book = Book(first, folder)
    for _ in range(2):
        book.night()
    shutil.rmtree(first.folder._kept)
    state = shared_server.book(key).snapshot()
    return Kept(shared_server, key, KeptFolder(folder), state, request.param)


@pytest.mark.parametrize(("how", "sheet", "column"), TRIED, ids=NAMED)
def test_no_header_that_decides_is_lost_in_silence(
    kept: Kept, how: Edit, sheet: Any, column: Any
) -> None:
    book = kept.put_back()
    before, told = book.verdicts(), book.lines()
    how(book, sheet.nl, column.nl)
    stood = book.person.typed(sheet.nl)
    stopped = False
    try:
        book.night()
    except SafetyStop as stop:
        stopped = True
        assert f"“{column.nl}”" in stop.sentence("nl")
        assert book.person.typed(sheet.nl) == stood
    assert book.verdicts() == before
    if how in OF_FORM:
        assert not stopped and book.lines() == told
    elif not stopped:
        assert kept.mixed and book.lines() - told, "the other workbook has it, and a line says so"
