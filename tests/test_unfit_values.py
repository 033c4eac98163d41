"""A value that one workbook cannot hold costs that cell there, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from tests.google_sheets import create, shared_server
from tests.sheets_server import SheetsServer
from tests.test_array_formulas import HEAD, TODAY, Night
from trustbook.ledger.locate import LedgerLocator
from trustbook.messages import LANGUAGES
from trustbook.problems import explain
from trustbook.run.report import Report
from trustbook.run.sync import run_sync
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.in_memory import MemoryWorkbook

__all__ = ["shared_server"]

LONG = "lang " * 7000  # 35,000 characters
UNFIT = {
    "too long": (LONG, "unfit_too_long"),
    "a control character": ("Noord\x01west", "unfit_characters"),
    "a vertical tab, as a word processor leaves it": ("Noord\x0bwest", "unfit_characters"),
    "half a character": ("Noord\ud83d", "unfit_characters"),
    "no character": ("Noord\ufffe", "unfit_characters"),
}


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


def enter(night: Night, place: str, value: str) -> None:
    """What the service keeps of a cell, past what a keyboard can type."""
    tab = next(sheet for sheet in night.person.book.sheets if sheet.title == "Partners")
    start = {"sheetId": tab.id, "rowIndex": int(place[1:]) - 1, "columnIndex": ord(place[0]) - 65}
    rows = [{"values": [{"userEnteredValue": {"stringValue": value}}]}]
    night.person.ask({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})


def unfit(report: Report) -> list[tuple[str, str | None, str | None]]:
    found = (one for one in report.problems if one.code.startswith("unfit"))
    return [(one.code, one.cell, one.workbook) for one in found]


@pytest.mark.parametrize("what", UNFIT)
@pytest.mark.parametrize("new", [False, True], ids=["a cell", "a new row"])
def test_it_is_left_out_told_with_its_place_and_the_rest_is_synced(
    server: SheetsServer, tmp_path: Path, what: str, new: bool
) -> None:
    value, code = UNFIT[what]
    night = Night(
        server, tmp_path, create(server, {"Partners": [HEAD, [None, "GGD", "Anna", "Oost"]]})
    )
    night.join(*([] if new else [["", "GGD", "Anna", "Oost"]]))
    if not new:
        night.settle()
    enter(night, "D2", value)
    night.person.type("Partners!C2", "Bert")
    report = night.settle()
    assert not report.skipped, str(report.skipped)
    assert night.excel(3) == {"GGD": "Bert"}
    assert night.excel(4) == {"GGD": None if new else "Oost"}
    assert unfit(report) == [(code, "D2", "netwerk.xlsx")]
    problem = next(one for one in report.problems if one.code == code)
    for lang in LANGUAGES:
        assert "(Netwerk, Partners D2)" in explain(problem, lang)[1]
    assert night.person.typed("Partners")[1][3] == value
    check = openpyxl.load_workbook(night.file)["Te controleren"]
    lines = [row[2].value for row in check.iter_rows() if row[2].value == "D2"]
    assert len([one for one in lines if one]) >= 1


def test_shortened_where_it_was_typed_it_comes(server: SheetsServer, tmp_path: Path) -> None:
    night = Night(server, tmp_path, create(server, {"Partners": [HEAD, [None, "GGD", "Anna"]]}))
    night.join()
    night.settle()
    enter(night, "D2", LONG)
    night.settle()
    enter(night, "D2", LONG[:100])
    report = night.settle()
    assert (night.excel(4), unfit(report)) == ({"GGD": LONG[:100]}, [])


def test_what_is_typed_in_the_cell_that_was_left_counts_as_typed(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, create(server, {"Partners": [HEAD, [None, "GGD", "Anna"]]}))
    night.join()
    night.settle()
    enter(night, "D2", LONG)
    night.settle()
    night.edit("D2", "Noord")
    report = night.sync()
    assert [one["column"] for one in report.conflicts] == ["area"], "neither is lost in silence"
    assert night.google(4)["GGD"].startswith("lang")


def test_what_excel_holds_and_google_does_not_stays_in_excel(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, create(server, {"Partners": [HEAD, [None, "GGD", "Anna"]]}))
    night.join(["", "Politie", "Anna", "Noord_xD83D_"])
    report = night.settle()
    assert set(night.google(2)) == {"GGD", "Politie"}
    assert unfit(report) == [("unfit_characters", "D3", "Netwerk")]
    assert night.excel(4)["Politie"] is not None


def test_a_name_that_does_not_fit_keeps_its_row_where_it_is(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, create(server, {"Partners": [HEAD, [None, "GGD", "Anna"]]}))
    night.join()
    night.settle()
    enter(night, "B3", "Wijk\x01team")
    report = night.settle()
    assert set(night.excel(2)) == {"GGD"}
    assert unfit(report) == [("unfit_characters", None, "netwerk.xlsx")]
    enter(night, "B3", "Wijkteam")
    assert unfit(night.settle()) == [] and set(night.excel(2)) == {"GGD", "Wijkteam"}


@pytest.mark.parametrize("last_unfit", [date(1899, 12, 31), date(1904, 1, 1)])
def test_a_day_before_the_first_that_excel_knows(last_unfit: date, tmp_path: Path) -> None:
    def file(name: str, partner: str) -> ExcelWorkbook:
        book = openpyxl.Workbook()
        book.epoch = MAC_EPOCH if last_unfit.year == 1904 else WINDOWS_EPOCH
        sheet = book.worksheets[0]
        sheet.title = "Partners"
        sheet.append(["ID", "Name", "Since"])
        sheet.append([None, partner, date(2020, 1, 1)])
        book.save(tmp_path / name)
        return ExcelWorkbook(tmp_path / name)

    memory = MemoryWorkbook({"Partners": [["ID", "Name", "Since"], [None, "Club", None]]})
    books = [file("one.xlsx", "GGD"), memory]
    keeper = LedgerLocator(tmp_path / "memory")
    memory.edit("Partners", 2, 3, last_unfit)
    report = run_sync(books, TODAY, datetime(2026, 9, 3), lang="en", keeper=keeper)
    assert unfit(report) == [("unfit_too_early", "C3", "one.xlsx")]
    memory.edit("Partners", 2, 3, last_unfit + timedelta(days=1))
    report = run_sync(books, TODAY, datetime(2026, 9, 4), lang="en", keeper=keeper)
    assert unfit(report) == []
    shown = openpyxl.load_workbook(tmp_path / "one.xlsx")["Partners"]["C3"].value
    assert shown.date() == last_unfit + timedelta(days=1)
    assert not run_sync(books, TODAY, datetime(2026, 9, 5), lang="en", keeper=keeper).changed
