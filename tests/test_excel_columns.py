"""New columns beside a list in an Excel file: in its table, in its filter, and never over what
stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import Table, TableStyleInfo

from tests.excel_files import SHEET, loaded, rewrite
from tests.package_edit import read_parts
from trustbook.errors import SafetyStop
from trustbook.places import local as files
from trustbook.snapshot import CellEdit, Changes, ColumnAddition
from trustbook.workbooks.excel import CONVENTIONS, ExcelWorkbook
from trustbook.xlsx import compare, edit

ROWS = (
    ("Ons netwerk",),
    (),
    ("Organisatie", "Laag", "Notitie"),
    ("GGD", "kern", "x"),
    ("Politie", "kern", None),
)
NEW = ("ID", "Status", "Waarom")


def make(path: Path, change: Callable[[openpyxl.Workbook], object] = lambda book: None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Netwerk"
    for row in ROWS:
        sheet.append(row)
    change(book)
    book.save(path)
    return path


def addition(column: int = 1) -> ColumnAddition:
    return ColumnAddition("Netwerk", 3, column, NEW, (10, 17, 48))


def add(path: Path, *more: CellEdit) -> openpyxl.Workbook:
    changes = Changes(list(more), columns=[addition()])
    ExcelWorkbook(path, locks=path.parent / "locks").write(
        changes, files.version_of(path.read_bytes())
    )
    return loaded(path)


def table(book: openpyxl.Workbook, ref: str = "A3:C5", **more: Any) -> None:
    made = Table(
        displayName="Lijst",
        ref=ref,
        tableStyleInfo=TableStyleInfo(name="TableStyleMedium2"),
        **more,
    )
    book["Netwerk"].add_table(made)


def test_columns_come_right_of_the_last_one_with_their_widths(tmp_path: Path) -> None:
    book = add(make(tmp_path / "n.xlsx"), CellEdit("Netwerk", 4, 5, "● Warm", "status.warm"))
    sheet = book["Netwerk"]
    assert [cell.value for cell in sheet[3]] == ["Organisatie", "Laag", "Notitie", *NEW]
    assert [cell.value for cell in sheet[4]] == ["GGD", "kern", "x", None, "● Warm", None]
    assert [sheet.column_dimensions[column].width for column in "DEF"] == [10, 17, 48]
    assert sheet["D3"].fill.fgColor.rgb == "FF52606D" and sheet["C3"].fill.fgColor.rgb == "00000000"


def test_a_table_grows_with_its_filter(tmp_path: Path) -> None:
    sheet = add(make(tmp_path / "n.xlsx", table))["Netwerk"]
    grown = sheet.tables["Lijst"]
    assert grown.ref == "A3:F5" and grown.autoFilter.ref == "A3:F5"
    assert [column.name for column in grown.tableColumns] == [
        "Organisatie",
        "Laag",
        "Notitie",
        *NEW,
    ]
    assert len({column.id for column in grown.tableColumns}) == 6


def test_a_filter_of_the_sheet_reaches_the_new_columns_so_that_sorting_takes_whole_rows(
    tmp_path: Path,
) -> None:
    def filtered(book: openpyxl.Workbook) -> None:
        book["Netwerk"].auto_filter.ref = "A3:C5"
        book["Netwerk"].column_dimensions["A"].width = 30
        book["Netwerk"].column_dimensions["Z"].width = 5

    path = make(tmp_path / "n.xlsx", filtered)
    add(path)
    sheet = loaded(path)["Netwerk"]
    assert sheet.auto_filter.ref == "A3:F5"
    assert [sheet.column_dimensions[column].width for column in "AFZ"] == [30, 48, 5]
    assert b"$A$3:$F$5" in read_parts(path)["xl/workbook.xml"]
    columns = read_parts(path)[SHEET].partition(b"<cols>")[2].partition(b"</cols>")[0]
    starts = [int(part.split(b'"')[0]) for part in columns.split(b'min="')[1:]]
    assert starts == sorted(starts) == [1, 4, 5, 6, 26]


def test_widths_that_somebody_set_stay(tmp_path: Path) -> None:
    path = make(
        tmp_path / "n.xlsx",
        lambda book: book["Netwerk"].column_dimensions["E"].__setattr__("width", 9),
    )
    sheet = add(path)["Netwerk"]
    assert sheet.column_dimensions["E"].width == 9 and "F" not in sheet.column_dimensions


IN_THE_WAY: list[tuple[str, Callable[[openpyxl.Workbook], object]]] = [
    ("E4", lambda book: book["Netwerk"].__setitem__("E4", "let op")),
    ("F5", lambda book: book["Netwerk"].__setitem__("F5", "=1+1")),
    ("D5", lambda book: book["Netwerk"].merge_cells("D5:E6")),
    ("D4", lambda book: book["Netwerk"].__setitem__("D4", 0)),
]


@pytest.mark.parametrize(("cell", "change"), IN_THE_WAY, ids=[cell for cell, _ in IN_THE_WAY])
def test_what_stands_in_the_way_is_named_and_nothing_changes(
    tmp_path: Path, cell: str, change: Callable[[openpyxl.Workbook], object]
) -> None:
    path = make(tmp_path / "n.xlsx", change)
    before = path.read_bytes()
    with pytest.raises(SafetyStop) as stop:
        add(path)
    assert stop.value.key == "adopt.in_the_way" and stop.value.params["cell"] == cell
    assert path.read_bytes() == before


def test_another_table_stands_in_the_way(tmp_path: Path) -> None:
    def beside(book: openpyxl.Workbook) -> None:
        book["Netwerk"]["E1"], book["Netwerk"]["E2"] = "Kop", 1
        book["Netwerk"].add_table(Table(displayName="Ander", ref="E1:E4"))

    path = make(tmp_path / "n.xlsx", beside)
    with pytest.raises(SafetyStop) as stop:
        add(path)
    assert stop.value.params["cell"] == "E3"


def test_what_stands_above_or_below_the_list_is_not_in_the_way(tmp_path: Path) -> None:
    def around(book: openpyxl.Workbook) -> None:
        book["Netwerk"].merge_cells("A1:H1")
        book["Netwerk"]["E9"] = "voetnoot"

    sheet = add(make(tmp_path / "n.xlsx", around))["Netwerk"]
    assert sheet["F3"].value == "Waarom" and sheet["E9"].value == "voetnoot"


def test_a_table_that_a_query_fills_is_left_alone(tmp_path: Path) -> None:
    path = make(tmp_path / "n.xlsx", lambda book: table(book, tableType="queryTable"))
    with pytest.raises(SafetyStop) as stop:
        add(path)
    assert stop.value.key == "adopt.fed_table" and "Lijst" in stop.value.sentence("nl")


def test_the_check_finds_a_filter_or_a_width_that_was_not_planned(tmp_path: Path) -> None:
    def plain(book: openpyxl.Workbook) -> None:
        book["Netwerk"].auto_filter.ref = "A3:C5"
        book["Netwerk"].column_dimensions["A"].width = 30

    path = make(tmp_path / "n.xlsx", plain)
    before = path.read_bytes()
    made = edit.edit(before, Changes(columns=[addition()]), CONVENTIONS)
    compare.compare_packages(before, made.data, made.plan)
    for old, new in ((b'ref="A3:F5"', b'ref="A3:F4"'), (b'width="30"', b'width="31"')):
        path.write_bytes(made.data)
        rewrite(path, SHEET, lambda data, old=old, new=new: data.replace(old, new, 1))  # type: ignore[misc]
        with pytest.raises(SafetyStop):
            compare.compare_packages(before, path.read_bytes(), made.plan)
