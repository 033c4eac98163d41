"""A value that goes into a row as text makes the same sheet as one that goes in through a tree."""

from __future__ import annotations

from random import Random
from typing import cast

import pytest
from lxml import etree

from trustbook.a1 import cell_name
from trustbook.snapshot import CELL_STYLES, CellStyle, CellValue
from trustbook.xlsx import edit_sheet
from trustbook.xlsx.cell_values import render_value
from trustbook.xlsx.edit_sheet import CellWrite, write_cells
from trustbook.xlsx.sheet_xml import SheetXml
from trustbook.xlsx.splice import cut_row
from trustbook.xlsx.styles import Styles

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELLS = (
    '<c r="{at}"/>', '<c r="{at}" s="2"/>', '<c r="{at}" s="1"></c>', '<c r="{at}"><v>1</v></c>',
    '<c r="{at}" t="inlineStr"><is><t>a &amp; &lt;b&gt; é</t></is></c>', '<c s="1" r="{at}"/>',
    '<c r="{at}"><f>A1</f><v>2</v></c>', '<c r="{at}" t="s"><v>0</v><extLst/></c>',
)  # fmt: skip
_ROWS = (
    '<row r="{n}">', '<row r="{n}" spans="2:3">', '<row spans="1:4" r="{n}" ht="15">',
    '<row r="{n}" s="2" customFormat="1">',
)  # fmt: skip
_VALUES = ("P-7KQX", 'a & <b> "c" é', " spaced", 12, 2.5, True, "=1+1")


def sheet_of(chance: Random) -> str:
    """A sheet of random rows, plain ones and others."""
    rows = []
    for number in range(2, 8):
        letters = [one for one in "ABCD" if chance.random() < 0.6]
        cells = [chance.choice(_CELLS[:5]).format(at=f"{one}{number}") for one in letters]
        if cells and chance.random() < 0.1:
            cells[-1] = chance.choice(_CELLS[5:]).format(at=f"{letters[-1]}{number}")
        tag = chance.choice(_ROWS[:3] if chance.random() < 0.9 else _ROWS)
        end = "<extLst/></row>" if chance.random() < 0.03 else "</row>\n"
        rows.append(f"{tag.format(n=number)}{''.join(cells)}{end}")
    columns = '<cols><col min="1" max="1" width="9" style="1"/></cols>'
    return f'<worksheet xmlns="{MAIN}">{columns}<sheetData>{"".join(rows)}</sheetData></worksheet>'


def puts_of(chance: Random) -> dict[int, dict[int, CellWrite]]:
    """What is to be written, mostly into the first columns."""
    puts: dict[int, dict[int, CellWrite]] = {}
    for row in chance.sample(range(2, 8), chance.randrange(1, 6)):
        for column in chance.sample(range(1, 6), chance.choice((1, 1, 2))):
            value = chance.choice(_VALUES)
            look = CELL_STYLES["strong"] if chance.random() < 0.3 else None
            base = chance.choice((None, None, 2))
            put = CellWrite(render_value(value, False), value, look, base)
            puts.setdefault(row, {})[column] = put
    return puts


class Dressing:
    """Gives a format with a look a number of its own."""

    def dress(self, base: int, look: CellStyle | None, value: CellValue) -> int:
        """The number of a format."""
        return base + 10 * (look is not None)


def written(xml: str, puts: dict[int, dict[int, CellWrite]]) -> tuple[bytes, list[str]]:
    """The sheet with what was written, in one spelling, and the formulas that went."""
    sheet = SheetXml(xml.encode(), "Partners", "sheet1.xml")
    lost = write_cells(sheet, puts, cast(Styles, Dressing()))
    return etree.tostring(etree.fromstring(sheet.encode()), method="c14n"), lost


def test_a_spliced_row_is_the_row_that_a_tree_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(1)
    books = [(sheet_of(chance), puts_of(chance)) for _ in range(300)]
    quick = [written(xml, puts) for xml, puts in books]
    monkeypatch.setattr(edit_sheet, "cut_row", lambda raw: None)
    for (xml, puts), found in zip(books, quick, strict=True):
        assert found == written(xml, puts), xml


@pytest.mark.parametrize(
    "inside",
    [
        '<c r="A2"/><extLst/>', '<c r="A2"><v>1</v></c><x/>', '<c r="B2"/><c r="A2"/>',
        '<c r="A2"/><c r="A2"/>', "<c/>", '<x:c r="A2"/>', '<c r="A2"><c r="B2"/></c>',
    ],
)  # fmt: skip
def test_a_row_of_another_spelling_is_left_to_the_parser(inside: str) -> None:
    assert cut_row(f'<row r="2">{inside}</row>'.encode()) is None
    assert (
        cut_row(f'<row r="2" customFormat="1" s="1"><c r="{cell_name(2, 1)}"/></row>'.encode())
        is None
    )
    assert cut_row(b'<row r="2"/>') is None
