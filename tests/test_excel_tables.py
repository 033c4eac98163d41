"""Rows that a program which knows no tables put right below one: they are the list's, and stay so
when the list grows. Told through the commands, on files that openpyxl and LibreOffice made.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import Table, TableColumn, TableFormula
from openpyxl.worksheet.worksheet import Worksheet

from tests.present import present
from tests.test_cli import trustbook

__all__ = ["trustbook"]

TODAY = "2026-09-30"
PARTNERS = ("ID", "Naam", "Relatiehouder", "Status", "Waarom")
MOMENTS = ("ID", "Datum", "Met", "Onderwerp")
Change = Callable[[Worksheet], object]


def make(path: Path, moments: Change = lambda sheet: None, names: str = "GGD Politie") -> Path:
    """A book whose tables end a row before its lists do."""
    book = openpyxl.Workbook()
    partners = book.worksheets[0]
    partners.title = "Partners"
    partners.append(PARTNERS)
    for name in names.split():
        partners.append([None, name, "Anna"])
    partners.add_table(Table(displayName="Relaties", ref="A1:E2"))
    log = book.create_sheet("Contactmomenten")
    log.append(MOMENTS)
    for month in (1, 2, 3):
        log.append([None, date(2026, month, 5), "GGD", f"gesprek {month}"])
    log.add_table(Table(displayName="Logboek", ref="A1:D2"))
    moments(log)
    book.save(path)
    return path


def log(trustbook: Any, path: Path) -> Any:
    return trustbook("log", str(path), "--with", "GGD", "--date", "2026-09-20", "--today", TODAY)


def table_of(path: Path, sheet: str) -> Table:
    table: Table = next(iter(openpyxl.load_workbook(path)[sheet].tables.values()))
    return table


def column(path: Path, sheet: str, number: int) -> list[Any]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=2, values_only=True)
    return [row[number - 1] for row in rows]


def test_log_adds_a_row_and_the_table_takes_in_those_above_it(
    trustbook: Any, tmp_path: Path
) -> None:
    path = make(tmp_path / "netwerk.xlsx")
    assert trustbook("sync", str(path), "--today", TODAY).code == 0
    assert log(trustbook, path).code == 0
    assert table_of(path, "Contactmomenten").ref == "A1:D5"
    assert present(table_of(path, "Contactmomenten").autoFilter).ref == "A1:D5"
    assert column(path, "Contactmomenten", 4) == ["gesprek 1", "gesprek 2", "gesprek 3", None]
    assert all(str(cell).startswith("M-") for cell in column(path, "Contactmomenten", 1))
    night = trustbook("sync", str(path), "--today", TODAY, "--json")
    assert (night.code, trustbook("doctor", str(path)).code) == (0, 0)
    assert night.json["workbooks"][0]["rows_read"] == 6


def test_two_workbooks_tell_each_other_of_rows_below_their_tables(
    trustbook: Any, tmp_path: Path
) -> None:
    one, two = make(tmp_path / "een.xlsx"), make(tmp_path / "twee.xlsx", names="GGD Moskee School")
    (tmp_path / "trustbook.toml").write_text(
        '[book.stad]\nworkbooks = ["een.xlsx", "twee.xlsx"]\n', encoding="utf-8"
    )
    assert trustbook("sync", "--today", TODAY).code == 0
    for path in (one, two):
        assert set(column(path, "Partners", 2)) == {"GGD", "Politie", "Moskee", "School"}
    assert table_of(one, "Partners").ref == table_of(two, "Partners").ref == "A1:E5"
    again = trustbook("sync", "--today", TODAY, "--json")
    assert again.code == 0 and again.json["books"][0]["report"]["changed"] is False


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_saving_by_libreoffice_leaves_the_table_to_grow(trustbook: Any, tmp_path: Path) -> None:
    path = make(tmp_path / "netwerk.xlsx")
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            tmp_path / "out",
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    shutil.copy(tmp_path / "out" / path.name, path)
    assert trustbook("sync", str(path), "--today", TODAY).code == 0
    assert log(trustbook, path).code == 0
    assert table_of(path, "Contactmomenten").ref == "A1:D5"


def _note_further_below(sheet: Worksheet) -> None:
    sheet["E1"], sheet["E6"] = "Eigen", "Vormen: bezoek, bellen"
    table = sheet.tables["Logboek"]
    table.ref = "A1:E2"


def _totals(sheet: Worksheet) -> None:
    sheet["A5"] = "Totaal"
    sheet.tables["Logboek"].ref = "A1:D5"
    sheet.tables["Logboek"].totalsRowCount = 1


def _table_below(sheet: Worksheet) -> None:
    sheet["B5"], sheet["C5"] = "Vorm", "Uitleg"
    sheet["B6"], sheet["C6"] = "bezoek", "bij hen"
    sheet.add_table(Table(displayName="Vormen", ref="B5:C6"))


@pytest.mark.parametrize(
    ("change", "cell"), [(_note_further_below, "E6"), (_totals, "A5"), (_table_below, "B5")]
)
def test_what_really_stands_in_the_way_is_named_by_log_and_by_doctor_before(
    trustbook: Any, tmp_path: Path, change: Change, cell: str
) -> None:
    path = make(tmp_path / "netwerk.xlsx", change)
    assert trustbook("sync", str(path), "--today", TODAY).code == 0
    before = path.read_bytes()
    doctor = trustbook("doctor", str(path), "--json")
    told = [one["text"] for one in doctor.json["workbooks"][0]["findings"] if one["level"] != "ok"]
    assert any(f" {cell} " in text and "Contactmomenten" in text for text in told), told
    logged = log(trustbook, path)
    assert logged.code == 5 and f" {cell} " in logged.err
    assert path.read_bytes() == before
    assert table_of(path, "Contactmomenten").ref != "A1:D6"


def test_a_formula_of_the_tables_own_column_stays_in_the_rows_it_takes_in(
    trustbook: Any, tmp_path: Path
) -> None:
    def compute(sheet: Worksheet) -> None:
        for row in (2, 3, 4):
            sheet.cell(row, 5, f"=YEAR(B{row})")
        sheet["E1"] = "Jaar"
        table = sheet.tables["Logboek"]
        table.ref = "A1:E2"
        names = [*MOMENTS, "Jaar"]
        table.tableColumns = [TableColumn(id=at, name=name) for at, name in enumerate(names, 1)]
        table.tableColumns[4].calculatedColumnFormula = TableFormula(attr_text="YEAR(B2)")

    path = make(tmp_path / "netwerk.xlsx", compute)
    assert trustbook("sync", str(path), "--today", TODAY).code == 0
    assert log(trustbook, path).code == 0
    table = table_of(path, "Contactmomenten")
    assert table.ref == "A1:E5"
    assert table.tableColumns[4].calculatedColumnFormula.attr_text == "YEAR(B2)"
    assert column(path, "Contactmomenten", 5)[:3] == ["=YEAR(B2)", "=YEAR(B3)", "=YEAR(B4)"]
