"""While a sync would stop, what is told of a row stands where it says, or names no row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.typed import Asked, Rows, asked, typed

__all__ = ["asked"]
PARTNERS: Rows = [
    ["ID", "Name", "Rhythm", "Holder"],
    *([None, f"P{i}", "soon" if i in (3, 7) else 30, f"H{i}"] for i in range(9)),
    [None, "P 3", 30, "H9"],
]
MOMENTS: Rows = [
    ["ID", "Date", "With", "Weather"],
    [None, "1-9-2026", "P1", "crisis"],
    [None, "1-9-2026", "Nobody known", "crisis"],
    [None, "31-9-2026", "P2", None],
    [None, "2-9-2026", "P2", None],
    [None, "2-9-2026", "P2", None],
]


def moved(book: Workbook) -> None:
    """Blank rows above the lists and a column before them, other sheet names, a header gone."""
    for sheet in (book["Partners"], book["Moments"]):
        sheet.insert_rows(1, 3)
        sheet.insert_cols(1)
    book["Moments"]["E4"].value = "Sky"


def turned(book: Workbook) -> None:
    rows = list(book["Partners"].iter_rows(min_row=2, max_row=11, max_col=4, values_only=True))
    for at, row in enumerate(reversed(rows), 2):
        for column, cell in enumerate(row, 1):
            book["Partners"].cell(at, column).value = cell
    book["Moments"]["D1"].value = "Sky"


def one_column_sorted(book: Workbook) -> None:
    names = sorted((book["Partners"].cell(row, 3).value for row in range(2, 12)), key=str)
    for row, name in enumerate(reversed(names), 2):
        book["Partners"].cell(row, 3).value = name
    book["Moments"]["D1"].value = "Sky"


def half_gone(book: Workbook) -> None:
    book["Partners"].delete_rows(2, 7)


def sheet_gone(book: Workbook) -> None:
    book["Moments"].title = "Talks of ours"


@pytest.mark.parametrize("edit", [moved, turned, one_column_sorted, half_gone, sheet_gone])
def test_a_line_names_the_cell_as_it_stands_or_none(
    asked: Asked, edit: Callable[[Workbook], None]
) -> None:
    typed(Path("n.xlsx"), {"Partners": PARTNERS, "Moments": MOMENTS})
    assert asked("sync", "--today", "2026-09-30", "--quiet")[0] == 0
    book = openpyxl.load_workbook("n.xlsx")
    edit(book)
    book.save("n.xlsx")
    answer = asked.json("check", "--today", "2026-09-30")
    assert answer["stopped"] and len(answer["problems"]) > 3
    placed = [one for one in answer["problems"] if one["row"]]
    for one in placed:
        cell = book[one["sheet"]][one["cell"]]
        assert cell.row == one["row"] and str(cell.value or "") == (one["value"] or "")
    assert "9000000" not in str(answer)
    codes = {one["code"] for one in answer["problems"]}
    assert {"who_unknown", "unreadable_date", "unreadable_rhythm"} <= codes
