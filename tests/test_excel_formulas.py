"""Formulas beside what we write: none is broken, and those that may read us are computed anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.workbook.defined_name import DefinedName

from tests.excel_files import SHEET, loaded, make, rewrite, status, write
from tests.handmade import OFFICE, SPREADSHEET
from tests.package_edit import MAIN, read_parts, write_parts
from trustbook.errors import SafetyStop
from trustbook.workbooks.excel import ExcelWorkbook


def _formulas(cells: Mapping[str, str], chain: bytes = b"") -> Callable[[Path], None]:
    """Put formulas into cells of Partners, and a calculation chain beside them."""

    def change(path: Path) -> None:
        parts = read_parts(path)
        for ref, markup in cells.items():
            row = re.search(r"\d+", ref)
            assert row
            tag = f'<row r="{row.group()}"'.encode()
            data = re.sub(rb'<c r="%b"[^>]*/>' % ref.encode(), b"", parts[SHEET])
            place = data.index(b"</row>", data.index(tag))
            cell = f'<c r="{ref}"{markup}</c>'.encode()
            parts[SHEET] = data[:place] + cell + data[place:]
        if chain:
            parts["xl/calcChain.xml"] = b'<calcChain xmlns="%b">%b</calcChain>' % (
                MAIN.encode(),
                chain,
            )
            content = f"{SPREADSHEET}.calcChain+xml"
            kind = f'<Override PartName="/xl/calcChain.xml" ContentType="{content}"/></Types>'
            parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
                b"</Types>", kind.encode()
            )
            rels = "xl/_rels/workbook.xml.rels"
            link = (
                f'<Relationship Id="rIdC" Type="{OFFICE}/calcChain" '
                'Target="calcChain.xml"/></Relationships>'
            )
            parts[rels] = parts[rels].replace(b"</Relationships>", link.encode())
        write_parts(path, parts)

    return change


def test_a_value_takes_the_place_of_a_formula(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    cells = {
        "C2": ' cm="1" vm="1"><f>1+1</f><v>2</v>',
        "F2": "><f>A2</f><v>0</v>",
        "F3": "><f>A3</f><v>0</v>",
    }
    _formulas(cells, b'<c r="C2" i="1" l="1"/><c r="F2"/><c r="A1" i="2"/><c r="F3" i="1"/>')(path)
    write(path, status())
    parts = read_parts(path)
    chain = [(each.get("r"), each.get("i")) for each in etree.fromstring(parts["xl/calcChain.xml"])]
    assert chain == [("F2", "1"), ("A1", "2"), ("F3", "1")]
    assert b'r="C2" s="' in parts[SHEET]
    assert parts[SHEET].count(b"<f>") == 2
    assert b"cm=" not in parts[SHEET] and b"vm=" not in parts[SHEET]


def test_an_empty_calculation_chain_goes_whole(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    _formulas({"C2": "><f>1+1</f><v>2</v>"}, b'<c r="C2" i="1"/>')(path)
    write(path, status())
    parts = read_parts(path)
    assert "xl/calcChain.xml" not in parts
    assert not any(b"calcChain" in data for data in parts.values())


REFUSED = {
    "shared": {
        "C2": '><f t="shared" ref="C2:C3" si="0">B2</f><v>1</v>',
        "C3": '><f t="shared" si="0"/><v>1</v>',
    },
    "array": {"C2": '><f t="array" ref="C2:C3">B2:B3</f><v>1</v>'},
    "spilled": {"B2": ' cm="1"><f t="array" ref="B2:C3">X1#</f><v>1</v>', "C2": "><v>1</v>"},
    "data table": {"C2": '><f t="dataTable" ref="C2:D4" dt2D="1" r1="A1" r2="A2"/><v>1</v>'},
}


# Of cells in columns A to D: those that compute, arrays and data tables with all they fill.
COMPUTED = {
    "shared": {(2, 3), (3, 3)},
    "array": {(2, 3), (3, 3)},
    "spilled": {(2, 2), (2, 3), (3, 2), (3, 3)},
    "data table": {(2, 3), (2, 4), (3, 3), (3, 4), (4, 3), (4, 4)},
}


@pytest.mark.parametrize("spelling", ["plain", "with a comment"])
@pytest.mark.parametrize("kind", REFUSED)
def test_cells_that_compute_are_known(kind: str, spelling: str, tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    if "B2" in REFUSED[kind]:
        rewrite(path, SHEET, lambda data: re.sub(rb'<c r="B2".*?</c>', b"", data))
    _formulas(REFUSED[kind])(path)
    if spelling != "plain":  # which only an XML parser reads past
        rewrite(path, SHEET, lambda data: data.replace(b"<sheetData>", b"<sheetData><!-- c -->"))
    grid = ExcelWorkbook(path).read().grids[0]
    assert {(row, column) for column, rows in grid.formulas.items() for row in rows} == COMPUTED[
        kind
    ]


def test_an_array_over_whole_columns_fills_the_rows_there_are(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    _formulas({"C2": '><f t="array" ref="C2:XFD1048576">B2:B3</f><v>1</v>'})(path)
    rows = ExcelWorkbook(path).read().grids[0].formulas
    assert (min(rows), set(rows[3])) == (3, {2, 3, 4})
    assert len(rows) < 1100


def test_a_font_in_a_cell_is_no_formula(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    rich = ' t="inlineStr"><is><r><rPr><family val="2"/></rPr><t>GGD</t></r></is>'
    _formulas({"C2": rich, "C3": "><f>1+1</f><v>2</v>"})(path)
    assert {
        column: set(rows) for column, rows in ExcelWorkbook(path).read().grids[0].formulas.items()
    } == {3: {3}}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_formula_of_more_than_one_cell_is_not_broken(kind: str, tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    if "B2" in REFUSED[kind]:
        rewrite(path, SHEET, lambda data: re.sub(rb'<c r="B2".*?</c>', b"", data))
    _formulas(REFUSED[kind])(path)
    before = path.read_bytes()
    with pytest.raises(SafetyStop, match="C2 on sheet"):
        write(path, status())
    assert path.read_bytes() == before


def test_the_last_of_a_shared_formula_may_go(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    _formulas(REFUSED["shared"])(path)
    write(path, status(row=3))
    assert loaded(path)["Partners"]["C3"].value == "● Warm"
    write(path, status())
    assert b"<f" not in read_parts(path)[SHEET]


def test_a_merged_cell_is_refused_but_for_its_first(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda book: book["Partners"].merge_cells("C2:D3"))
    write(path, status())
    with pytest.raises(SafetyStop, match=r"C3 on sheet .* merged cells C2:D3"):
        write(path, status(row=3))


# A formula that may read what we write must be computed when the workbook opens; any other is left
# in peace.
READERS = {
    "on the sheet itself": ("Partners!F2", "B2", True),
    "by title": ("Notes!A2", "COUNTA(Partners!C:C)", True),
    "by quoted title": ("Notes!A2", "COUNTA('Partners'!C:C)", True),
    "by name": ("Notes!A2", "COUNTA(verdicts)", True),
    "by text": ("Notes!A2", 'INDIRECT("P"&"artners!C2")', True),
    "over sheets": ("Notes!A2", "SUM(Partners:Notes!C2)", True),
    "elsewhere": ("Notes!A2", "SUM(B1:B9)", False),
}


@pytest.mark.parametrize("before", [b"", b"of afgifte " * 2900], ids=["short", "long text"])
@pytest.mark.parametrize("reader", READERS)
def test_formulas_that_may_read_us_are_computed_on_opening(
    reader: str, before: bytes, tmp_path: Path
) -> None:
    """However long a text stands before them."""
    place, formula, wanted = READERS[reader]
    title, _, ref = place.partition("!")

    def change(book: openpyxl.Workbook) -> None:
        book[title][ref] = f"={formula}"
        book.defined_names["verdicts"] = DefinedName("verdicts", attr_text="Partners!$C$2:$C$9")
        book.calculation.fullCalcOnLoad = False
        book.calculation.calcMode = "manual"

    path = make(tmp_path / "book.xlsx", change)
    cell = b'<c r="Z1" t="inlineStr"><is><t>' + before + b"</t></is></c></row>"
    for part in (SHEET, SHEET.replace("1", "2")):
        rewrite(path, part, lambda data: data.replace(b"</row>", cell, 1))
    write(path, status())
    settings_ = loaded(path).calculation
    assert settings_.fullCalcOnLoad is wanted
    assert settings_.calcMode == "manual"
