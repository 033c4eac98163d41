"""A new row in somebody's list: below the last filled one, in its table, in its format; never over
anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from tests.excel_files import SHEET, loaded, rewrite
from tests.package_edit import read_parts
from trustbook.errors import SafetyStop
from trustbook.places import local as files
from trustbook.snapshot import CellEdit, CellValue, Changes, RowAddition
from trustbook.workbooks.excel import ExcelWorkbook

HEAD = ("ID", "Date", "With", "Topic", "Nr")
ROWS: tuple[tuple[str | date | int, ...], ...] = (
    ("M-1", date(2026, 1, 5), "GGD", "coffee", 1),
    ("M-2", date(2026, 2, 5), "Police", "tea", 2),
)
NEW: dict[int, CellValue] = {1: "M-3", 2: date(2026, 3, 5), 3: "=GGD", 4: "a\nwalk"}


def make(path: Path, change: Callable[[Worksheet], object], first_row: int = 1) -> Path:
    """A workbook whose Moments list starts at ``first_row``; ``change`` puts more on the sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Moments"
    for row, values in enumerate((HEAD, *ROWS), first_row):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column, value)
    change(sheet)
    book.save(path)
    return path


def table(ref: str = "A1:E3", totals: int = 0) -> Callable[[Worksheet], None]:
    return lambda sheet: sheet.add_table(
        Table(displayName="Log", ref=ref, totalsRowCount=totals or None)
    )


def add(
    path: Path, *rows: dict[int, CellValue], header_row: int = 1, edits: tuple[CellEdit, ...] = ()
) -> tuple[int, ...]:
    additions = [RowAddition("Moments", header_row, row) for row in rows]
    book = ExcelWorkbook(path, locks=path.parent / "locks")
    return book.write(Changes(list(edits), additions), files.version_of(path.read_bytes())).rows


def test_a_plain_list_grows_by_rows_in_the_format_of_the_one_above(tmp_path: Path) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["B3"].number_format = "d mmm yyyy"
        sheet["D3"].font = Font(name="Consolas")
        sheet["E3"].font = Font(name="Georgia")

    path = make(tmp_path / "book.xlsx", dress)
    edit = CellEdit("Moments", 2, 4, "cake")
    assert add(path, NEW, {**NEW, 1: "M-4"}, edits=(edit,)) == (4, 5)
    sheet = loaded(path)["Moments"]
    for row, id_ in ((4, "M-3"), (5, "M-4")):
        assert [cell.value for cell in sheet[row]] == [
            id_,
            datetime(2026, 3, 5),
            "=GGD",
            "a\nwalk",
            None,
        ]
        assert sheet.cell(row, 3).data_type == "s"
        assert sheet.cell(row, 2).number_format == "d mmm yyyy"
        assert [sheet.cell(row, column).font.name for column in (4, 5)] == ["Consolas", "Georgia"]
    assert sheet["D2"].value == "cake"


def test_the_first_row_of_a_list_does_not_look_like_its_header(tmp_path: Path) -> None:
    def empty(sheet: Worksheet) -> None:
        sheet.delete_rows(2, 2)
        sheet["C1"].font = Font(bold=True)

    path = make(tmp_path / "book.xlsx", empty)
    assert add(path, NEW) == (2,)
    assert not loaded(path)["Moments"]["C2"].font.b


def test_rows_that_are_only_formatted_are_used(tmp_path: Path) -> None:
    def prepare(sheet: Worksheet) -> None:
        for row in range(4, 40):
            sheet.cell(row, 3).font = Font(name="Consolas")

    path = make(tmp_path / "book.xlsx", prepare)
    assert add(path, NEW) == (4,)
    assert loaded(path)["Moments"]["C4"].font.name == "Consolas"


def test_formulas_filled_down_ahead_of_the_list_stay(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in range(2, 20):
            sheet.cell(row, 5, f"=MAX(A{row},B{row})")

    path = make(tmp_path / "book.xlsx", fill)
    assert add(path, NEW) == (4,)
    assert loaded(path)["Moments"]["E4"].value == "=MAX(A4,B4)"


def test_a_table_grows_with_what_ended_where_it_ended(tmp_path: Path) -> None:
    def dress(sheet: Worksheet) -> None:
        table()(sheet)
        for ref in ("C2:C3", "D2:D9", "G2:G3"):
            validation = DataValidation("list", formula1='"a,b"')
            validation.add(ref)
            sheet.add_data_validation(validation)
        bold = DifferentialStyle(font=Font(bold=True))
        rule = Rule(type="cellIs", operator="greaterThan", formula=["5"], dxf=bold)
        sheet.conditional_formatting.add("B2:B3", rule)

    path = make(tmp_path / "book.xlsx", dress)
    assert add(path, NEW, NEW) == (4, 5)
    sheet = loaded(path)["Moments"]
    assert sheet.tables["Log"].ref == "A1:E5"
    assert sheet.tables["Log"].autoFilter.ref == "A1:E5"
    assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == [
        "C2:C5",
        "D2:D9",
        "G2:G3",
    ]
    assert [str(each.sqref) for each in sheet.conditional_formatting] == ["B2:B5"]


def test_a_free_row_in_a_table_is_used_before_it_grows(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", table("A1:E5"))
    assert add(path, NEW) == (4,)
    assert loaded(path)["Moments"].tables["Log"].ref == "A1:E5"


def test_a_list_may_start_anywhere(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda sheet: sheet.cell(1, 1, "Our log"), first_row=5)
    assert add(path, NEW, header_row=5) == (8,)


def test_what_stands_beside_the_list_is_not_in_the_way(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda sheet: sheet.cell(9, 8, "a note far right"))
    assert add(path, NEW) == (4,)
    assert loaded(path)["Moments"]["H9"].value == "a note far right"


def _note(sheet: Worksheet) -> None:
    sheet["B6"] = "Types: visit, call"


def _total(sheet: Worksheet) -> None:
    sheet["A4"], sheet["E4"] = "Total", "=SUM(E2:E3)"


def _bare_total(sheet: Worksheet) -> None:
    sheet["E4"] = "=SUBTOTAL(109,E2:E3)"


def _table_total(sheet: Worksheet) -> None:
    sheet["A4"] = "Total"
    table("A1:E4", totals=1)(sheet)


def _below_table(sheet: Worksheet) -> None:
    sheet["C4"] = "legend"
    table()(sheet)


def _formula_below_table(sheet: Worksheet) -> None:
    sheet["E4"] = "=A1"
    table()(sheet)


def _merged(sheet: Worksheet) -> None:
    sheet.merge_cells("B4:D6")


def _other_table(sheet: Worksheet) -> None:
    table()(sheet)
    sheet["C4"], sheet["D4"] = None, None
    sheet.add_table(Table(displayName="Other", ref="D4:F6", headerRowCount=0))


IN_THE_WAY = {
    "a note": (_note, "B6"),
    "a total": (_total, "E4"),
    "a total without a word": (_bare_total, "E4"),
    "a table's total": (_table_total, "A4"),
    "a text below the table": (_below_table, "C4"),
    "a formula below the table": (_formula_below_table, "E4"),
    "merged cells": (_merged, "B4"),
    "another table": (_other_table, "D4"),
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_stands_in_the_way_is_named_and_left_alone(what: str, tmp_path: Path) -> None:
    change, place = IN_THE_WAY[what]
    path = make(tmp_path / "book.xlsx", change)
    before = path.read_bytes()
    with pytest.raises(SafetyStop, match=rf"\b{place}\b") as stop:
        add(path, NEW)
    assert stop.value.key in ("excel.in_the_way", "excel.totals_row")
    assert path.read_bytes() == before


def test_a_note_below_does_not_hide_a_row_just_begun(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda sheet: sheet.cell(4, 2, date(2026, 3, 1)))
    assert add(path, NEW) == (5,)


def test_a_spilled_formula_is_in_the_way(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda sheet: sheet.cell(1, 9, 1))
    spill = b'<c r="I1" cm="1"><f t="array" ref="C4:I9">SORT(A1:A3)</f><v>1</v></c>'
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b'<c r="I1" t="n"><v>1</v></c>', spill),
    )
    with pytest.raises(SafetyStop, match="C4 on sheet"):
        add(path, NEW)


RED = PatternFill("solid", fgColor="FFFF0000")
SIX = [(f"M-{n}", date(2026, 1, n), "GGD", "coffee", n) for n in range(3, 9)]


def longer(change: Callable[[Worksheet], object], last: int = 9) -> Callable[[Worksheet], object]:
    """A list of eight rows in a table that ends at row ``last``."""

    def whole(sheet: Worksheet) -> None:
        for row in SIX:
            sheet.append(row)
        change(sheet)
        table(f"A1:E{last}")(sheet)

    return whole


def _comment(sheet: Worksheet) -> None:
    sheet["C10"].comment = Comment("a complaint is being handled", "Anna")


def _colour(sheet: Worksheet) -> None:
    sheet["C10"].fill = RED


def _struck(sheet: Worksheet) -> None:
    sheet["C10"].font = Font(strike=True)


def _whole_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[10].fill = RED
    sheet["C10"].number_format = "@"


def _link(sheet: Worksheet) -> None:
    sheet["C10"] = "dossier"
    sheet["C10"].hyperlink = "https://example.org/p7"
    sheet["C10"].value, sheet["C10"].number_format = None, "@"


def _beside(sheet: Worksheet) -> None:
    sheet["H10"] = "rather not by phone"


def _link_formula(sheet: Worksheet) -> None:
    sheet["E10"] = '=HYPERLINK("https://example.org/p7","dossier")'


def _formula_beside(sheet: Worksheet) -> None:
    sheet["H10"] = "=400+25"


def _chart(sheet: Worksheet) -> None:
    sheet.add_chart(BarChart(), "D10")


LEFT = [
    _comment,
    _colour,
    _struck,
    _whole_row,
    _link,
    _beside,
    _link_formula,
    _formula_beside,
    _chart,
]


@pytest.mark.parametrize("left", LEFT, ids=lambda left: left.__name__.strip("_"))
def test_a_new_row_never_lands_on_what_a_person_left(
    left: Callable[[Worksheet], None], tmp_path: Path
) -> None:
    path = make(tmp_path / "book.xlsx", longer(left, last=10))
    parts = read_parts(path)
    assert add(path, NEW, {**NEW, 1: "M-4"}) == (11, 12)
    sheet = loaded(path)["Moments"]
    assert sheet.tables["Log"].ref == "A1:E12"
    assert not sheet["A10"].value
    assert sheet["C11"].fill.fgColor.rgb != RED.fgColor.rgb
    touched = {name for name, data in read_parts(path).items() if parts[name] != data}
    assert touched <= {SHEET, "xl/tables/table1.xml", "xl/styles.xml"}


def test_what_many_rows_share_is_no_mark_of_one(tmp_path: Path) -> None:
    def form(sheet: Worksheet) -> None:
        for row in range(2, 40):
            for column in range(1, 9):
                sheet.cell(row, column).fill = PatternFill(
                    "solid", fgColor=("FFEEEEEE", "FFDDDDDD")[row % 2]
                )
            sheet.cell(row, 8, f"=A{row}&TODAY()")

    path = make(tmp_path / "book.xlsx", longer(form, last=39))
    assert add(path, *[NEW] * 30) == tuple(range(10, 40))


def test_a_form_that_looks_unlike_the_rows_above_it_is_used(tmp_path: Path) -> None:
    def form(sheet: Worksheet) -> None:
        for row in range(10, 40):
            sheet.cell(row, 3).fill = RED

    path = make(tmp_path / "book.xlsx", longer(form, last=39))
    assert add(path, *[NEW] * 30) == tuple(range(10, 40))


def test_a_verdict_colour_that_was_left_is_ours(tmp_path: Path) -> None:
    def leave(sheet: Worksheet) -> None:
        sheet["D10"].fill = PatternFill("solid", fgColor="FFBFDDF5")

    assert add(make(tmp_path / "book.xlsx", longer(leave, last=10)), NEW) == (10,)


def test_a_format_of_the_whole_column_is_no_mark_of_a_row(tmp_path: Path) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet.column_dimensions["C"].fill = RED
        sheet["C10"].fill = RED
        for row in range(2, 10):
            sheet.cell(row, 3).fill = PatternFill("solid", fgColor="FF00FF00")

    assert add(make(tmp_path / "book.xlsx", longer(dress, last=10)), NEW) == (10,)


def test_the_colour_of_one_row_is_not_handed_down(tmp_path: Path) -> None:
    def dress(sheet: Worksheet) -> None:
        for row in range(2, 10):
            sheet.cell(row, 3).font = Font(name="Georgia")
        sheet["C9"].fill = RED

    path = make(tmp_path / "book.xlsx", longer(dress))
    assert add(path, NEW) == (10,)
    cell = loaded(path)["Moments"]["C10"]
    assert (cell.font.name, cell.fill.fill_type) == ("Georgia", None)


def test_what_stands_in_another_table_is_its_own(tmp_path: Path) -> None:
    def other(sheet: Worksheet) -> None:
        sheet["H1"] = "Types"
        for row in range(2, 30):
            sheet.cell(row, 8, f"type {row}").comment = Comment("of the type", "Anna")
        sheet.add_table(Table(displayName="Types", ref="H1:H29"))

    assert add(make(tmp_path / "book.xlsx", longer(other)), NEW) == (10,)


def test_what_was_left_in_a_list_without_a_table_is_passed_by(tmp_path: Path) -> None:
    def leave(sheet: Worksheet) -> None:
        sheet["F1"], sheet["F6"] = "Own thing", "keep me"

    path = make(tmp_path / "book.xlsx", leave)
    assert add(path, NEW) == (7,)
    assert loaded(path)["Moments"]["F6"].value == "keep me"


def test_a_row_left_above_the_totals_is_not_used(tmp_path: Path) -> None:
    def leave(sheet: Worksheet) -> None:
        sheet["A4"].comment = Comment("of a partner who left", "Anna")
        sheet["A5"] = "Total"
        table("A1:E5", totals=1)(sheet)

    path = make(tmp_path / "book.xlsx", leave)
    with pytest.raises(SafetyStop, match="A5"):
        add(path, NEW)
