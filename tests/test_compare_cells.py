"""The quick check of a row says what the thorough one says, or nothing."""

from __future__ import annotations

import random

import pytest

from trustbook.errors import SafetyStop
from trustbook.xlsx import compare_sheet
from trustbook.xlsx.cell_values import BLANK, Content
from trustbook.xlsx.compare_cells import usual_content, without_cells

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
    "</sheetData></worksheet>"
)
CELLS = (
    '<c r="{}"/>', '<c r="{}" s="1"/>', '<c r="{}" s="9"/>', '<c r="{}"><v>4</v></c>', "",
    '<c r="{}" t="n"><v>5</v></c>', '<c r="{}" t="s"><v>4</v></c>', '<c s="1" r="{}"/>',
    '<c r="{}" t="inlineStr"><is><t>word</t></is></c>', '<c r="{}"><f>A1</f><v>4</v></c>',
    '<c r="{}" t="inlineStr"><is><t>word &amp; word</t></is></c>', '<c r="{}"></c>',
    '<c r="{}" t="inlineStr"><is><r><t>wo</t></r><r><t>rd</t></r></is></c>',
    '<c r="{0}"/><c r="{0}"/>',
)  # fmt: skip
CONTENTS = (
    BLANK, Content("n", "4"), Content("n", "5"), Content("inlineStr", "word"),
    Content("inlineStr", "word & word"),
)  # fmt: skip
REST = ("", "<extLst><ext/></extLst>", '<extLst><ext><c r="A1"><v>4</v></c></ext></extLst>')


def outcome(old: str, new: str, planned: dict[tuple[int, int], Content]) -> str:
    sides = SHEET.format(old).encode(), SHEET.format(new).encode()
    try:
        compare_sheet.compare(*sides, "sheet1", planned, False, 3)
    except (SafetyStop, ValueError) as stop:
        return type(stop).__name__
    return "same"


def row_of(cells: list[str], spans: str, rest: str) -> str:
    texts = [cell.format(place) for cell, place in zip(cells, ("A1", "B1", "C1"), strict=True)]
    return f'<row r="1"{spans}>{"".join(texts)}{rest}</row>'


def test_the_quick_check_lets_through_what_the_thorough_one_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance, same = random.Random(5), 0
    for _ in range(800):
        cells, rest = chance.choices(CELLS, k=3), chance.choice((*REST, "", "", ""))
        planned = {(1, chance.choice((1, 2))): chance.choice(CONTENTS) for _ in range(2)}
        old = row_of(cells, "", rest)
        for _, column in planned:
            cells[column - 1] = chance.choice((*CELLS[:6], *CELLS))
        if chance.random() < 0.1:
            cells[2] = chance.choice(CELLS)
        new = row_of(cells, chance.choice(("", "", ' spans="1:2"')), rest)
        quick = outcome(old, new, planned)
        with monkeypatch.context() as patch:
            patch.setattr(compare_sheet._Comparison, "_usual", lambda *_: False)
            thorough = outcome(old, new, planned)
        assert (quick == "same") == (thorough == "same"), (old, new, planned, quick, thorough)
        same += quick == "same"
    assert same > 30


def test_what_is_cut_out() -> None:
    row = b'<row r="1"><c r="A1"><v>4</v></c><c r="B1" s="2"/><c r="C1"><v>1</v></c></row>'
    assert without_cells(row, [b"B1", b"A1", b"D1"]) == (
        b'<row r="1"><c r="C1"><v>1</v></c></row>',
        {b"B1": b'<c r="B1" s="2"/>', b"A1": b'<c r="A1"><v>4</v></c>'},
    )
    assert usual_content(b'<c r="B1" s="2"/>') == (BLANK, 2)
    assert usual_content(b'<c r="B1" t="str"><v>4</v></c>') is None
