"""Merged cells: only the first holds anything, and nobody is asked to type under it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from trustbook.model import Problem
from trustbook.problems import explain
from trustbook.reading.lists import find_lists
from trustbook.reading.merged_cells import tell_merged_cells
from trustbook.reading.records import read_lists
from trustbook.sheets.check_lines import check_lines
from trustbook.snapshot import CellValue, Grid, MergedArea
from trustbook.workbooks.excel import ExcelWorkbook

TODAY = date(2026, 11, 26)
Rows = list[list[CellValue]]
PARTNERS: Rows = [
    ["Naam", "Laag", "Ritme", "Relatiehouder"],
    ["De Brug", "kern lokaal", 60, "Anne"],
    ["GGD", None, None, None],
    ["COA", None, None, "Bart"],
]
MOMENTS: Rows = [
    ["Datum", "Met", "Stand", "Afspraak", "Afspraak door"],
    [date(2026, 9, 1), "De Brug", None, "sleutel", "wij"],
    [None, "GGD", None, "boek", None],
    [None, "COA", None, None, None],
]


def told(*merged: MergedArea, sheet: str = "Contactmomenten", lang: str = "nl") -> list[Problem]:
    """The problems of a sheet of which these areas are merged."""
    sheets = {"Partners": PARTNERS, "Contactmomenten": MOMENTS}
    grids = [
        Grid(title, rows, merged=merged if title == sheet else ()) for title, rows in sheets.items()
    ]
    lists = find_lists(grids)
    book = read_lists(lists, today=TODAY, lang=lang)
    (listing,) = [each for each in lists.values() if each.title == sheet]
    return [one for one in tell_merged_cells(listing, book.problems) if one.sheet == sheet]


def coded(problems: list[Problem]) -> list[tuple[str, str | None]]:
    return [(one.code, one.cell) for one in problems]


def test_a_day_under_merged_cells_is_not_asked_for_there() -> None:
    assert ("required_blank", "A3") in coded(told())
    problems = told(MergedArea(2, 1, 4, 1))
    assert coded(problems) == [("merged_required", "A3"), ("merged_required", "A4")]
    (line,) = check_lines(problems, "nl")
    assert line.cells == ["A3", "A4"] and "2 rijen" in line.what
    for lang in ("nl", "en"):
        _, why, fix = explain(problems[0], lang)
        assert "A2" in why and "A2:A4" in fix and "Vul" not in fix and "Fill in" not in fix


def test_what_looks_as_if_it_stood_in_each_row_is_told() -> None:
    problems = told(MergedArea(2, 3, 3, 4), MergedArea(2, 4, 4, 4), sheet="Partners")
    assert ("merged_cell", "D3") in coded(problems), "its holder looks like Anne"
    assert ("merged_cell", "C3") in coded(problems), "a rhythm cannot be typed there"
    assert ("no_rhythm", "C3") not in coded(problems)
    assert ("no_rhythm", "C4") in coded(problems)
    assert not [one for one in coded(problems) if one[1] == "D4"], "something stands there"


def test_merged_cells_that_take_nothing_away_are_not_told() -> None:
    below, across, header = MergedArea(5, 1, 9, 5), MergedArea(2, 1, 2, 3), MergedArea(1, 4, 1, 5)
    assert coded(told(below, across, header)) == coded(told())


def test_the_merged_cells_of_a_workbook_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Partners"
    for row in PARTNERS:
        sheet.append(row)
    sheet.merge_cells("D2:D3")
    sheet.merge_cells("A6:C6")
    book.save(tmp_path / "b.xlsx")
    (grid,) = ExcelWorkbook(tmp_path / "b.xlsx").read().grids
    assert {*grid.merged} == {MergedArea(2, 4, 3, 4), MergedArea(6, 1, 6, 3)}
