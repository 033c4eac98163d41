"""Headings between the rows of an Excel list that look unlike the rows: asked about, not read."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from tests.reading import book_of
from trustbook.workbooks.excel import ExcelWorkbook

GREY, WHITE = (PatternFill("solid", fgColor=color) for color in ("FFDDDDDD", "FFFFFFFF"))
ROWS: list[tuple[str | int, ...]] = [
    ("Naam", "Laag", "Ritme"),
    ("Politie",),
    ("Team Noord", "kern lokaal", 30),
    ("Scholen",),
    ("Cederschool", "breed lokaal", 90),
    ("Beuk", "breed lokaal", 90),
]


def bold(sheet: Worksheet) -> None:
    for cell in ("A1", "A2", "A4"):
        sheet[cell].font = Font(bold=True)


def filled(sheet: Worksheet) -> None:
    for cell in ("A2", "A4"):
        sheet[cell].fill = GREY


def merged(sheet: Worksheet) -> None:
    for area in ("A2:C2", "A4:C4"):
        sheet.merge_cells(area)


def banded(sheet: Worksheet) -> None:
    for number in range(2, 7):
        sheet.cell(number, 1).fill = GREY if number % 2 else WHITE


def one_bold(sheet: Worksheet) -> None:
    sheet["A2"].font = Font(bold=True)


def bold_partner(sheet: Worksheet) -> None:
    bold(sheet)
    sheet["A6"].font = Font(bold=True)


def book(path: Path, look: Callable[[Worksheet], None]) -> tuple[list[str], list[str]]:
    """The partners of a list that looks so, and the rows that are asked about."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Partners"
    for row in ROWS:
        sheet.append(row)
    look(sheet)
    made.save(path)
    read = book_of(ExcelWorkbook(path), date(2026, 9, 30))
    asked = [str(p.params["rows"]) for p in read.problems if p.code == "group_heads"]
    return [partner.name for partner in read.partners], asked


@pytest.mark.parametrize("look", [bold, filled, merged])
def test_names_that_look_unlike_the_rows_are_headings(
    tmp_path: Path, look: Callable[[Worksheet], None]
) -> None:
    partners = ["Team Noord", "Cederschool", "Beuk"]
    assert book(tmp_path / "heads.xlsx", look) == (partners, ["2, 4"])


@pytest.mark.parametrize("look", [lambda sheet: None, banded, one_bold, bold_partner])
def test_names_that_look_like_the_rows_are_partners(
    tmp_path: Path, look: Callable[[Worksheet], None]
) -> None:
    names = [str(row[0]) for row in ROWS[1:]]
    assert book(tmp_path / "partners.xlsx", look) == (names, [])
