"""Formulas that fill more cells than their own, in Google Sheets and in Excel: what they show is
read, and neither they nor what they spill over is ever written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from tests.excel_files import SHEET, rewrite
from tests.google_sheets import create, shared_server
from tests.present import present
from tests.sheets_server import SheetsServer
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.log import log_moment, make_entry
from trustbook.run.report import Report
from trustbook.run.sync import run_sync
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.google import GoogleWorkbook

__all__ = ["shared_server"]

TODAY = date(2026, 9, 30)
HEAD = ["ID", "Naam", "Relatiehouder", "Gebied", "Status", "Waarom"]
AREA = '=ARRAYFORMULA(IF(B2:B="";"";"Wijk "&B2:B))'
ONLY_ROWS = '=ARRAYFORMULA(IF(C2:C="niemand";"Wijk";""))'


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


class Night:
    """A Google sheet and an Excel file that are one book."""

    def __init__(self, server: SheetsServer, folder: Path, key: str) -> None:
        self.person, self.file = server.state(key), folder / "netwerk.xlsx"
        self.books: list[Workbook] = [
            GoogleWorkbook(f"gsheet:{key}", server.service_account(), sleep=lambda _: None)
        ]
        self.keeper = LedgerLocator(folder / "memory")
        self.clock = 2

    def join(self, *rows: list[Any]) -> None:
        """An Excel file with these partners joins the book."""
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Partners"
        for row in (HEAD, *rows):
            sheet.append(row)
        book.save(self.file)
        self.books.append(ExcelWorkbook(self.file))

    def edit(self, cell: str, value: Any) -> None:
        book = openpyxl.load_workbook(self.file)
        book["Partners"][cell] = value
        book.save(self.file)

    def sync(self) -> Report:
        self.clock += 1
        now = datetime(2026, 9, self.clock, 2, 0)
        return run_sync(self.books, TODAY, now, lang="nl", keeper=self.keeper)

    def settle(self) -> Report:
        """A night, and another that finds nothing to do."""
        report = self.sync()
        assert not report.conflicts
        assert not self.sync().changed
        return report

    def excel(self, column: int) -> dict[str, Any]:
        rows = openpyxl.load_workbook(self.file)["Partners"].iter_rows(min_row=2, values_only=True)
        return {str(row[1]): row[column - 1] for row in rows if row[1]}

    def google(self, column: int) -> dict[str, str]:
        return {row[1]: row[column - 1] for row in self.person.rows("Partners")[1:] if row[1]}

    def typed(self, column: int) -> list[Any]:
        """What stands in the cells of a column under its header, and is no formula's."""
        rows = self.person.typed("Partners")[1:]
        return [row[column - 1] for row in rows if row[column - 1] is not None]


def partners(server: SheetsServer, *names: str) -> str:
    rows = [[None, name, "Anna"] for name in names or ("GGD", "Politie")]
    return create(server, {"Partners": [HEAD, *rows]})


def codes(report: Report) -> list[tuple[str, str | None]]:
    return [(one.code, one.cell) for one in report.problems]


def test_what_a_formula_fills_is_read_and_told_to_the_other_workbook(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, partners(server))
    night.person.type("Partners!D2", AREA)
    night.join(["", "GGD", "Anna", None])
    night.settle()
    assert night.excel(4) == {"GGD": "Wijk GGD", "Politie": "Wijk Politie"}
    assert night.typed(4) == [AREA]


@pytest.mark.parametrize("header", [False, True], ids=["below the header", "header and all"])
def test_another_value_elsewhere_is_asked_about_and_nothing_is_written_over_a_spill(
    server: SheetsServer, tmp_path: Path, header: bool
) -> None:
    night = Night(server, tmp_path, partners(server))
    formula = '={"Gebied";' + AREA[1:] + "}" if header else AREA
    night.person.type("Partners!D1" if header else "Partners!D2", formula)
    night.join()
    night.settle()
    at = next(i for i, name in enumerate(night.excel(2), 2) if name == "Politie")
    night.edit(f"D{at}", "Zuid")
    report = night.settle()
    assert night.google(4) == {"GGD": "Wijk GGD", "Politie": "Wijk Politie"}
    assert night.excel(4)["Politie"] == "Zuid"
    assert ("computed_cell", "D3") in codes(report)
    night.edit(f"D{at}", None)
    report = night.settle()
    assert night.google(4)["Politie"] == "Wijk Politie"
    assert night.excel(4)["Politie"] is None


def test_a_new_row_leaves_alone_what_a_formula_will_fill(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, partners(server))
    night.person.type("Partners!D2", ONLY_ROWS)
    night.join(["", "Moskee", "Bert", "Oost"])
    night.settle()
    assert set(night.google(2)) == {"GGD", "Politie", "Moskee"}
    assert night.google(3)["Moskee"] == "Bert"
    assert night.typed(4) == [ONLY_ROWS], "a blank that a formula fills is filled too"
    assert "#REF!" not in str(night.person.rows("Partners"))
    assert night.excel(4)["Moskee"] == "Oost", "what was typed elsewhere is not lost"


def test_a_verdict_does_not_go_into_a_column_that_a_formula_fills(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, partners(server))
    night.person.type("Partners!E2", '=ARRAYFORMULA(IF(B2:B="";"";"bekend"))')
    report = night.settle()
    assert set(night.google(5).values()) == {"bekend"}
    assert len(night.typed(5)) == 1
    assert [code for code, _ in codes(report)].count("computed_verdict") == 1
    assert "typed_in_ours" not in {code for code, _ in codes(report)}
    assert all(night.google(6).values()), "the other columns of ours are filled as ever"


def test_what_the_formula_then_shows_stands_against_what_was_typed_elsewhere(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, partners(server))
    night.person.type("Partners!D2", AREA)
    night.join(["", "Moskee", "Bert", "Oost"])
    night.sync()
    report = night.sync()
    assert (night.google(4)["Moskee"], night.excel(4)["Moskee"]) == ("Wijk Moskee", "Oost")
    assert [one["values"] for one in report.conflicts] == [
        {"Netwerk": "Wijk Moskee", "netwerk.xlsx": "Oost"}
    ]
    assert night.typed(4) == [AREA]


def test_ids_that_a_formula_fills_are_read_and_none_is_written(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, partners(server))
    night.person.type("Partners!A2", "=SEQUENCE(2)")
    report = night.settle()
    assert night.typed(1) == ["=SEQUENCE(2)"]
    # Numbers that a formula counts are the coordinator's own.
    assert "own_id_column" in {code for code, _ in codes(report)}


def test_a_list_that_comes_from_another_file_takes_no_rows(
    server: SheetsServer, tmp_path: Path
) -> None:
    key = create(server, {"Partners": [HEAD]})
    server.book(key).imports["Lijst!A2:B"] = [["GGD", "Anna"], ["Politie", None]]
    night = Night(server, tmp_path, key)
    imported = '=IMPORTRANGE("https://docs.google.com/x";"Lijst!A2:B")'
    night.person.type("Partners!B2", imported)
    night.join(["", "Moskee", "Bert", "Oost"])
    report = night.settle()
    assert night.google(3) == {"GGD": "Anna", "Politie": ""}
    assert (night.typed(2), night.typed(3)) == ([imported], [])
    assert set(night.excel(2)) == {"GGD", "Politie", "Moskee"}
    assert [code for code, _ in codes(report)].count("computed_list") == 1


def test_what_a_person_typed_where_a_formula_ended_is_theirs_again(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, partners(server))
    night.person.type("Partners!D2", AREA)
    night.join()
    night.settle()
    night.person.type("Partners!D2", "Noord")
    night.person.type("Partners!D3", "Zuid")
    night.settle()
    assert night.excel(4) == {"GGD": "Noord", "Politie": "Zuid"}
    night.edit("D2", "West")
    night.settle()
    assert sorted(night.google(4).values()) in (["West", "Zuid"], ["Noord", "West"])


def test_log_writes_no_moment_over_what_a_formula_fills(
    server: SheetsServer, tmp_path: Path
) -> None:
    moments: list[list[Any]] = [["ID", "Datum", "Met"], [None, date(2026, 9, 1), None]]
    lists: dict[str, list[list[Any]]] = {
        "Partners": [HEAD, [None, "GGD"]],
        "Contactmomenten": moments,
    }
    night = Night(server, tmp_path, create(server, lists))
    night.person.type("Contactmomenten!C2", '=ARRAYFORMULA(IF(B2:B="";"";"GGD"))')
    night.settle()
    before = night.person.typed("Contactmomenten")
    entry = make_entry(with_=["GGD"], day=TODAY)
    now = datetime(2026, 9, 20)
    logged = log_moment(night.books, entry, night.keeper, TODAY, now)
    assert logged.row is None and "Met" in str(present(logged.why).sentence("nl"))
    assert night.person.typed("Contactmomenten") == before
    night.sync()
    assert "#REF!" not in str(night.person.rows("Contactmomenten"))


# Excel keeps the area with the formula


def excel_book(path: Path, area: str, shows: str) -> ExcelWorkbook:
    """Two partners, and a formula that fills an area beside them, as Excel keeps one."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Partners"
    for row in (HEAD, ["", "GGD", "Anna"], ["", "Politie", "Anna"]):
        sheet.append(row)
    first = area.partition(":")[0]
    sheet[first] = ArrayFormula(area, f'IF(B2:B9="","","{shows}")')
    sheet[f"{first[0]}3"] = shows
    book.save(path)
    cell = f'<c r="{first}">'.encode()
    filled = f'<c r="{first}" cm="1" t="str">'.encode()
    shown = f"</f><v>{shows}</v>".encode()
    rewrite(path, SHEET, lambda data: data.replace(cell, filled).replace(b"</f><v></v>", shown))
    return ExcelWorkbook(path)


def shown_in(path: Path, cell: str) -> Any:
    value = openpyxl.load_workbook(path)["Partners"][cell].value
    return (value.ref, value.text) if isinstance(value, ArrayFormula) else value


def test_a_verdict_does_not_go_into_what_a_formula_fills_in_excel(tmp_path: Path) -> None:
    book = excel_book(tmp_path / "netwerk.xlsx", "E2:E9", "bekend")
    keeper = LedgerLocator(tmp_path / "memory")
    before = shown_in(book.path, "E2")
    report = run_sync(book, TODAY, datetime(2026, 9, 3, 2, 0), lang="nl", keeper=keeper)
    assert shown_in(book.path, "E2") == before and before[0] == "E2:E9"
    assert (shown_in(book.path, "E3"), shown_in(book.path, "E4")) == ("bekend", None)
    assert shown_in(book.path, "F2") and shown_in(book.path, "F3")
    assert ("computed_verdict", "E2") in codes(report)
    assert not run_sync(book, TODAY, datetime(2026, 9, 4), lang="nl", keeper=keeper).changed


def test_a_new_row_in_excel_leaves_alone_what_a_formula_will_fill(
    server: SheetsServer, tmp_path: Path
) -> None:
    night = Night(server, tmp_path, partners(server, "Moskee"))
    night.books.append(excel_book(night.file, "D2:D9", "Noord"))
    before = shown_in(night.file, "D2")
    night.settle()
    assert set(night.excel(2)) == {"GGD", "Politie", "Moskee"}
    assert shown_in(night.file, "D2") == before
    assert [shown_in(night.file, f"D{row}") for row in (3, 4, 9)] == ["Noord", None, None]
    at = next(i for i, row in enumerate(night.person.rows("Partners")) if "Politie" in row)
    night.person.type(f"Partners!D{at + 1}", "Zuid")
    report = night.settle()
    assert ("computed_cell", "D3") in codes(report)
    assert shown_in(night.file, "D3") == "Noord"
