"""Sheets of ours in somebody's workbook: added, replaced, kept where moved to, taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from tests.excel_files import health, loaded, make, write
from tests.package_edit import read_parts
from tests.present import present
from trustbook.errors import SafetyStop
from trustbook.snapshot import Cell, GeneratedSheet
from trustbook.workbooks.excel import ExcelWorkbook


def test_sheets_of_ours_come_after_the_last_and_stay_themselves(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    sheets = health(("P-1", "GGD", "● Warm")), health(key="check", title="To check")
    write(path, sheets=sheets, marks={"book": 'B-"1"'})
    first = loaded(path)
    assert first.sheetnames == ["Partners", "Notes", "Health", "To check"]
    assert present(first.active).title == "Partners"
    sheet = first["Health"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    parts = read_parts(path)
    write(path, sheets=(health(("P-1", "GGD", "○ Cold"), ("P-2", "Police", "◇ New")),))
    again = loaded(path)
    assert again.sheetnames == first.sheetnames
    assert again["Health"]["C2"].value == "○ Cold"
    assert again["Health"].auto_filter.ref == "A1:C3"
    after = read_parts(path)
    assert after.keys() == parts.keys()
    assert {name for name in parts if parts[name] != after[name]} == {
        "xl/worksheets/sheet3.xml",
        "xl/workbook.xml",
    }
    snapshot = ExcelWorkbook(path, locks=tmp_path / "locks").read()
    assert snapshot.marks == {"book": 'B-"1"'}
    assert {grid.title: grid.ours for grid in snapshot.grids if grid.ours} == {
        "Health": "health",
        "To check": "check",
    }


def test_a_sheet_of_ours_keeps_the_name_place_and_notes_people_gave_it(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    write(path, sheets=(health(("P-1", "GGD", "● Warm")),))
    book = loaded(path)
    book["Health"].title = "Hoe het's gaat"
    book.defined_names["trustbook_sheet_health"].attr_text = "'Hoe het''s gaat'!$A$1"
    book.move_sheet("Hoe het's gaat", -2)
    book["Hoe het's gaat"]["B2"].comment = Comment("call them", "Anna")
    book["Hoe het's gaat"].sheet_view.zoomScale = 70
    book.active = 0
    book.save(path)
    write(path, sheets=(health(("P-1", "GGD", "○ Cold"), title="Hoe het's gaat"),))
    again = loaded(path)
    assert again.sheetnames == ["Hoe het's gaat", "Partners", "Notes"]
    sheet = again["Hoe het's gaat"]
    assert sheet["C2"].value == "○ Cold"
    assert sheet["B2"].comment.text == "call them"
    assert sheet.sheet_view.zoomScale == 70
    assert present(again.active).title == "Hoe het's gaat"


def test_a_deleted_sheet_of_ours_comes_back_and_a_copied_one_is_theirs(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    write(path, sheets=(health(("P-1", "GGD", "● Warm")),))
    book = loaded(path)
    copy = book.copy_worksheet(book["Health"])
    copy.title = "Kopie"
    del book["Health"]
    del book.defined_names["trustbook_sheet_health"]
    copy.defined_names["trustbook_sheet_health"] = DefinedName(
        "trustbook_sheet_health", attr_text="Kopie!$A$1"
    )
    book.save(path)
    write(path, sheets=(health(("P-1", "GGD", "○ Cold")),))
    again = loaded(path)
    assert again["Kopie"]["C2"].value == "● Warm"
    assert again["Health"]["C2"].value == "○ Cold"


def test_a_title_that_is_taken_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda book: book.create_sheet("HEALTH"))
    with pytest.raises(SafetyStop, match="already has a sheet"):
        write(path, sheets=(health(),))


def test_a_table_made_of_our_sheet_grows_or_goes(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    write(path, sheets=(health(("P-1", "GGD", "● Warm")),))
    book = loaded(path)
    book["Health"].auto_filter.ref = None
    book["Health"].add_table(Table(displayName="Health1", ref="A1:C2"))
    book.save(path)
    write(path, sheets=(health(("P-1", "GGD", "● Warm"), ("P-2", "Police", "◇ New")),))
    sheet = loaded(path)["Health"]
    assert sheet.tables["Health1"].ref == "A1:C3"
    assert sheet.auto_filter.ref is None
    other = GeneratedSheet("health", "Health", ((Cell("new head"),),), (10,))
    write(path, sheets=(other,))
    assert not loaded(path)["Health"].tables
    assert not any("tables/" in name for name in read_parts(path))


def test_a_sheet_of_ours_goes_without_a_trace(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    before = read_parts(path)
    write(path, sheets=(health(key="conflicts", title="Conflicts"),))
    book = loaded(path)
    book.create_sheet("After")
    book["After"].print_title_rows = "1:1"
    book.active = 2
    book.save(path)
    write(path, remove=("conflicts",))
    again = loaded(path)
    assert again.sheetnames == ["Partners", "Notes", "After"]
    assert again["After"].print_title_rows == "$1:$1"
    assert present(again.active).title == "Notes"
    after = read_parts(path)
    assert (
        sum("worksheets/" in name for name in after)
        == sum("worksheets/" in name for name in before) + 1
    )
    assert not any(
        b"onflicts" in data for name, data in after.items() if not name.startswith("docProps")
    )


def test_a_sheet_of_ours_that_formulas_read_is_emptied_not_removed(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    write(path, sheets=(health(key="coverage", title="Coverage"),))
    book = loaded(path)
    book["Notes"]["B1"] = "=Coverage!A1"
    book.save(path)
    write(path, remove=("coverage",))
    again = loaded(path)
    assert again.sheetnames == ["Partners", "Notes", "Coverage"]
    assert again["Coverage"].max_row == 1
    assert again["Coverage"]["A1"].value is None


def test_links_lead_where_they_should(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    sheet = GeneratedSheet(
        "check", "To check", ((Cell("where", "link", "'Partners'!C2"),),), (20,), header_row=0
    )
    write(path, sheets=(sheet,))
    assert loaded(path)["To check"]["A1"].hyperlink.location == "'Partners'!C2"
