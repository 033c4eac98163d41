"""Books of ours keep to the letter of the format, so that stricter programs can open them."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from trustbook.snapshot import Cell, Changes, GeneratedSheet
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.template import starter
from trustbook.xlsx.conform import conform

FURTHEST = 6_000


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {
            name: package.read(name).decode()
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }


@pytest.fixture
def plain() -> bytes:
    """A workbook as openpyxl writes it, with a table and a bold header."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    page = book.worksheets[0]
    page.append(["Naam"])
    page.append(["Club"])
    page["A1"].font = Font(bold=True, underline="single", color="FF0000", size=12)
    page.add_table(Table(displayName="t", ref="A1:A2"))
    book.save(out)
    return out.getvalue()


def test_a_table_is_found_by_a_relative_target_and_a_font_is_in_order(plain: bytes) -> None:
    before, after = parts(plain), parts(conform(plain))
    assert 'Target="/xl/tables/' in before["xl/worksheets/_rels/sheet1.xml.rels"]
    assert 'Target="../tables/table1.xml"' in after["xl/worksheets/_rels/sheet1.xml.rels"]
    assert 'Target="worksheets/sheet1.xml"' in after["xl/_rels/workbook.xml.rels"]
    bold = next(f for f in re.findall(r"<font>(.*?)</font>", after["xl/styles.xml"]) if "<b " in f)
    assert re.findall(r"<(\w+)", bold)[:4] == ["b", "u", "sz", "color"]


def test_what_is_in_a_conformed_book_stays(plain: bytes) -> None:
    page = openpyxl.load_workbook(io.BytesIO(conform(plain))).worksheets[0]
    assert [cell.value for cell in page["A"]] == ["Naam", "Club"]
    assert page["A1"].font.b and page["A1"].font.sz == 12 and list(page.tables) == ["t"]
    assert conform(conform(plain)) == conform(plain)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_starters_have_no_absolute_target_and_no_dropdown_over_a_million_rows(lang: str) -> None:
    for name, part in parts(starter(lang)).items():
        assert 'Target="/' not in part, name
        for reach in re.findall(r'<dataValidation [^>]*sqref="\w+:[A-Z]+(\d+)"', part):
            assert int(reach) <= FURTHEST, name


def test_a_sheet_of_ours_is_tied_by_an_attribute_that_is_spelled_as_usual(tmp_path: Path) -> None:
    from trustbook.cli.main import main

    path = tmp_path / "n.xlsx"
    assert main(["init", str(path), "--lang", "nl"]) == 0
    assert main(["sync", str(path), "--quiet"]) == 0
    assert not [name for name, part in parts(path.read_bytes()).items() if "ns0:" in part]


def test_a_font_of_ours_is_in_order_where_those_of_the_book_are_not(
    plain: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "n.xlsx"
    path.write_bytes(plain)
    rows = ((Cell("Naam", "header.ours"), Cell("Club", "strong"), Cell("Link", "link")),)
    ours = GeneratedSheet("health", "Relatiestatus", rows, (9.0, 9.0, 9.0))
    book = ExcelWorkbook(path, locks=tmp_path / "locks")
    book.write(Changes(sheets=[ours]), book.read().version)
    styles = parts(path.read_bytes())["xl/styles.xml"]
    fonts = [re.findall(r"<(\w+)", font) for font in re.findall(r"<font>(.*?)</font>", styles)]
    theirs = parts(plain)["xl/styles.xml"].count("<font>")
    order = ["b", "i", "u", "sz", "color", "name", "family", "scheme"]
    assert len(fonts) > theirs + 1
    assert all(font == sorted(font, key=order.index) for font in fonts[theirs:])
