"""Reading an Excel workbook: every cell as it shows, whoever wrote the file and however it is
spelled.
"""

from __future__ import annotations

import hashlib
import re
import tracemalloc
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.worksheet.worksheet import Worksheet

from tests import handmade
from tests.handmade import row
from trustbook.errors import SafetyStop
from trustbook.snapshot import CellFault, CellValue, Grid, TableArea
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.xlsx import cell_decoder

SAMPLES = sorted(
    path
    for path in (Path(__file__).parent / "samples" / "workbooks").iterdir()
    if path.suffix != ".md"
)


def only(path: Path) -> Grid:
    (grid,) = ExcelWorkbook(path).read().grids
    return grid


def cells(tmp_path: Path, *wanted: str, strings: str = "", date1904: bool = False) -> list[object]:
    """What the cells of one row show, each given as "attributes|content"."""
    path = handmade.save(
        tmp_path / "b.xlsx", handmade.parts(row(*wanted), strings, date1904=date1904)
    )
    rows = only(path).rows
    return [*rows[0], *[None] * (len(wanted) - len(rows[0]))] if rows else [None] * len(wanted)


def test_text_stays_as_typed(tmp_path: Path) -> None:
    strings = (
        "<si><t>0612345678</t></si><si><t>NA</t></si><si><t>2611 AB</t></si>"
        '<si><t xml:space="preserve">  two  spaces </t></si>'
        "<si><t>a&amp;b &lt;c&gt; &#233; &#x1F600;&#10;d</t></si>"
        "<si><t>_x0041__x005F_x0041_ x_y</t></si><si/><si><t/></si><si><t></t></si>"
        "<si><r><t>GGD </t></r><r><rPr><b/></rPr><t>Haag</t></r>"
        "<rPh sb='0' eb='1'><t>NOT</t></rPh></si>"
        "<si><t>a</t><rPh sb='0' eb='1'><t>NOT</t></rPh><phoneticPr fontId='1'/></si>"
        "<si><t>line\r\nbreak</t></si>"
    )
    wanted = ["0612345678", "NA", "2611 AB", "  two  spaces ", "a&b <c> é 😀\nd", "A_x0041_ x_y",
              None, None, None, "GGD Haag", "a", "line\nbreak"]  # fmt: skip
    assert (
        cells(tmp_path, *(f't="s"|<v>{i}</v>' for i in range(len(wanted))), strings=strings)
        == wanted
    )


def test_text_in_the_cell_itself(tmp_path: Path) -> None:
    assert cells(
        tmp_path,
        't="inlineStr"|<is><t>007</t></is>',
        't="inlineStr"|<is><r><t xml:space="preserve">a </t></r><r><t>b</t></r>'
        '<rPh sb="0" eb="1"><t>NO</t></rPh></is>',
        't="inlineStr" s="3"|<is><t xml:space="preserve"> 1,5 &amp; </t></is>',
        't="str"|<f>A1</f><v>_x0031_2</v>',
        't="inlineStr"|<is><t></t></is>',
        't="inlineStr"|',
        't="inlineStr"|<is><t>=1+1</t></is>',
        't="s" cm="1" s="1"|<v>0</v>',
        't="inlineStr"|<is><t><![CDATA[a<b]]></t></is>',
        strings="<si><t>3-4-2026</t></si>",
    ) == ["007", "a b", " 1,5 & ", "12", None, None, "=1+1", "3-4-2026", "a<b"]


def test_numbers_and_yes_or_no(tmp_path: Path) -> None:
    found = cells(tmp_path, "|<v>612345678</v>", "|<v>612345678.0</v>", "|<v>1.5</v>",
                  "|<v>1E3</v>", "|<v>-0</v>", 't="n"|<v>0</v>', 't="b"|<v>1</v>',
                  't="b"|<v>0</v>', "|<v>1</v>", 's="3"|<v>7</v>', "|<v>9007199254740993</v>",
                  "|<v>1E+20</v>", 's="99"|<v>1</v>')  # fmt: skip
    assert found == [
        612345678,
        612345678,
        1.5,
        1000,
        0,
        0,
        True,
        False,
        1,
        7,
        9007199254740992,
        1e20,
        CellFault("unreadable"),  # in a format that the workbook does not have
    ]
    assert [type(value) for value in found[:10]] == [
        int,
        int,
        float,
        int,
        int,
        int,
        bool,
        bool,
        int,
        int,
    ]


def test_what_cannot_be_read_costs_its_own_meaning_only(tmp_path: Path) -> None:
    uncomputed, unreadable = CellFault("uncomputed"), CellFault("unreadable")
    assert cells(
        tmp_path,
        't="e"|<v>#REF!</v>',
        't="e" s="1"|<f>1/0</f><v>#DIV/0!</v>',
        's="1" t="e"|<f t="shared" si="0"/><v>#N/A</v>',
        "|<f>TODAY()</f>",
        "|<f>TODAY()</f><v/>",
        '|<f ca="1">TODAY()</f><v></v>',
        't="str"|<f>A1</f><v></v>',
        't="str"|<f>A1</f><v/>',
        "|<f>A1</f><v>3</v>",
        't="s"|<v>7</v>',
        't="s"|<v>-1</v>',
        "|<v>1e999</v>",
        "|<v>NaN</v>",
        "|<v>abc</v>",
        "|<v>5</v>",
    ) == [CellFault("#REF!"), CellFault("#DIV/0!"), CellFault("#N/A"),
          uncomputed, uncomputed, uncomputed, None, None, 3,
          unreadable, unreadable, unreadable, unreadable, unreadable, 5]  # fmt: skip


def test_days_times_and_durations(tmp_path: Path) -> None:
    numbers = (
        "46000 46000.5 46000.00000001 45999.999999999 0.25 0 1 59 61 2958465 2958466 -1 612345678"
    ).split()
    assert cells(tmp_path, *(f's="1"|<v>{number}</v>' for number in numbers)) == [
        date(2025, 12, 9), datetime(2025, 12, 9, 12), date(2025, 12, 9), date(2025, 12, 9),
        time(6), time(0), date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1),
        date(9999, 12, 31), 2958466, -1, 612345678,
    ]  # fmt: skip
    late = ('s="1"|<v>0</v>', 's="1"|<v>44538</v>', 's="1"|<v>2958465</v>')
    assert cells(tmp_path, *late, date1904=True) == [time(0), date(2025, 12, 9), 2958465]
    other = ('s="2"|<v>1.5</v>', 's="2"|<v>1e10</v>', "|<v>46000</v>", 's="3"|<v>46000</v>')
    assert cells(tmp_path, *other) == [timedelta(hours=36), 10**10, 46000, 46000]
    days = ("2026-04-03", "2026-04-03T10:30:00Z", "10:30:00", "3 april")
    assert cells(tmp_path, *(f't="d"|<v>{day}</v>' for day in days)) == [
        date(2026, 4, 3), datetime(2026, 4, 3, 10, 30), time(10, 30), "3 april"]  # fmt: skip


CODES = ["General", "0", "dd-mm-yyyy", "[$-413]d mmmm yyyy;@", '0 "dagen"', "[$€-413] #,##0.00",
         "@", "0\\d", "yyyy", "_-* #,##0_d", 'General"d"', "h:mm AM/PM",
         "#,##0.00_);[Red](#,##0.00)", "[$-F800]dddd, mmmm dd, yyyy", "GENERAL;[Red]d", "0.00E+00",
         "[Blue]dd", "mm:ss.0", "[Color10]0", "0;-0;;@", "dd\\-mm\\-yyyy"]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_a_number_format_makes_a_day_or_does_not(code: str) -> None:
    assert cell_decoder.format_kind(code) == ("day" if is_date_format(code) else "number")


def test_formats_without_a_definition() -> None:
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in BUILTIN_FORMATS)
    kinds = cell_decoder.format_kinds(
        etree.fromstring(f"<styleSheet><cellXfs>{styles}</cellXfs></styleSheet>")
    )
    assert [kind != "number" for kind in kinds] == [
        is_date_format(code) for code in BUILTIN_FORMATS.values()
    ]
    assert [cell_decoder.format_kind(code) for code in ("[h]:mm", "[mm]:ss", "[s]")] == [
        "duration"
    ] * 3


ORDINARY = [(1, "naam", 2.5), (), (None, None, True)]
ROWS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c><c r="C1"><v>2.5</v></c></row>'
    '<row r="3"><c r="C3" t="b"><v>1</v></c></row>'
)
STRINGS = "<si><t>naam</t></si>"
DECLARED = '<?xml version="1.0" encoding="{}" standalone="yes"?>\n'


def respelled() -> dict[str, handmade.Parts]:
    plain = handmade.parts(ROWS, STRINGS)
    sheet, texts = str(plain[handmade.SHEET]), str(plain["xl/sharedStrings.xml"])

    def like(old: str, new: str) -> handmade.Parts:
        assert old in sheet
        return {**plain, handmade.SHEET: sheet.replace(old, new)}

    def strings(changed: str | bytes) -> handmade.Parts:
        return {**plain, "xl/sharedStrings.xml": changed}

    prefixed = re.sub(r"<(/?)", r"<\1x:", sheet).replace("xmlns=", "xmlns:x=")
    strict = {
        name: str(data)
        .replace(handmade.MAIN, handmade.STRICT_MAIN)
        .replace(handmade.OFFICE, handmade.STRICT_OFFICE)
        for name, data in plain.items()
    }
    moved = {name: data for name, data in plain.items() if name != handmade.SHEET}
    return {
        "plain": plain,
        "a byte-order mark": {
            **plain, handmade.SHEET: ("\ufeff" + DECLARED.format("UTF-8") + sheet).encode()},
        "UTF-16": {**plain, handmade.SHEET: (DECLARED.format("UTF-16") + sheet).encode("utf-16"),
                   "xl/sharedStrings.xml": (DECLARED.format("UTF-16") + texts).encode("utf-16")},
        "latin": strings((DECLARED.format("ISO-8859-1") + texts).encode("latin-1")),
        "prefixes": {**plain, handmade.SHEET: prefixed},
        "strict": dict(strict),
        "single quotes": {**plain, handmade.SHEET: sheet.replace('"', "'")},
        "comments": like('<c r="B1"', '<!-- <c r="B1"><v>9</v></c> --><c r="B1"'),
        "a row in a comment": like(
            '<row r="3">', '<!-- <row r="2"><c r="A2"><v>9</v></c></row> --><row r="3">'),
        "a comment in a value": like("<v>2.5", "<v>2<!-- 9 -->.5"),
        "references with dollars": like('r="B1"', 'r="$B$1"'),
        "references in small letters": like('r="B1"', 'r="b1"'),
        "no references": {**plain, handmade.SHEET: re.sub(r'<c r="[ABC]1"', "<c", sheet)},
        "no row numbers": like('<row r="3">', '<row r="2"/><row>'),
        "attributes in another order": like('r="B1" t="s"', 't="s" r="B1"'),
        "rows with more": like(
            '<row r="3">', '<row r="2" hidden="1"/>\n <row r="3" spans="1:3" ht="15.5">'),
        "an extension": like("<v>2.5</v>", "<v>2.5</v><extLst><ext uri='x'/></extLst>"),
        "formatted to the end": like(
            "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'),
        "merged": like(
            "</sheetData>", "</sheetData><mergeCells><mergeCell ref='A1:B2'/></mergeCells>"),
        "page breaks": like("</sheetData>", "</sheetData><rowBreaks><brk id='1'/></rowBreaks>"),
        "another path": {
            **moved, "Sheets\\Blad.XML": sheet,
            "xl/_rels/workbook.xml.rels": handmade.relationships(
                r1="worksheet /sheets/blad.xml", r3="sharedStrings ./../xl/sharedStrings.xml")},
        "strings in runs": strings(texts.replace("<t>naam", "<r><t>na</t></r><r><t>am")
                                   .replace("</t></si>", "</t></r></si>")),
        "strings with a comment": strings(texts.replace("<si>", "<!-- <si/> --><si>")),
    }  # fmt: skip


@pytest.mark.parametrize("how", respelled())
def test_the_same_sheet_in_any_spelling(tmp_path: Path, how: str) -> None:
    grid = only(handmade.save(tmp_path / "b.xlsx", respelled()[how]))
    assert (list(grid.rows), grid.first_row, grid.first_column) == (ORDINARY, 1, 1)


def workbook_xml(sheets: str, names: str = "") -> str:
    return (
        f'<workbook xmlns="{handmade.MAIN}" xmlns:r="{handmade.OFFICE}">'
        f"<sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>"
    )


def test_only_known_sheets_are_read_and_ours_are_known_by_their_mark(tmp_path: Path) -> None:
    stray = handmade.parts('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')[handmade.SHEET]
    good = handmade.parts('<row r="1"><c r="A1"><v>1</v></c></row>')[handmade.SHEET]
    titles = ["Budget", "contactmomenten", "Quarter", "It's ours", "Partners", "People"]
    states = ["", "", "", ' state="veryHidden"', ' state="hidden"', ""]
    sheets = "".join(f'<sheet name="{t}" sheetId="{i}"{s} r:id="r{i}"/>'
                     for i, (t, s) in enumerate(zip(titles, states, strict=True)))  # fmt: skip
    names = ('<definedName name="trustbook_sheet_health" hidden="1">'
             "'It''s ours'!$A$1</definedName>"
             '<definedName name="trustbook_sheet_nonsense" hidden="1">Budget!$A$1</definedName>'
             '<definedName name="trustbook_sheet_call" hidden="1">#REF!</definedName>'
             '<definedName name="trustbook_book" hidden="1">"B-7KQX ""x"""</definedName>'
             '<definedName name="trustbook_local" localSheetId="1" hidden="1">"no"</definedName>'
             '<definedName name="other">"no"</definedName>')  # fmt: skip
    parts = {
        **handmade.parts(),
        "xl/workbook.xml": workbook_xml(sheets, names),
        "xl/_rels/workbook.xml.rels": handmade.relationships(
            r0="worksheet a.xml", r1="worksheet b.xml", r2="worksheet a.xml", r3="worksheet b.xml",
            r4="worksheet b.xml", r5="chartsheet chart.xml",
        ),
        "xl/a.xml": stray,
        "xl/b.xml": good,
        "xl/chart.xml": "<chartsheet/>",
    }  # fmt: skip
    path = handmade.save(tmp_path / "net.xlsx", parts)
    found = ExcelWorkbook(path).read()
    assert found.titles == tuple(titles)
    assert [(grid.title, grid.ours) for grid in found.grids] == [
        ("contactmomenten", None), ("It's ours", "health"), ("Partners", None)]  # fmt: skip
    assert found.marks == {"book": 'B-7KQX "x"'}
    assert (found.workbook, found.version) == (
        "net.xlsx",
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def test_tables_with_and_without_totals(tmp_path: Path) -> None:
    parts = {
        **handmade.parts('<row r="3"><c r="B3"><v>1</v></c></row>'),
        "xl/worksheets/_rels/sheet1.xml.rels": handmade.relationships(
            r1="table ../tables/table1.xml",
            r2="table ../tables/table2.xml",
            r3="drawing ../drawings/drawing1.xml",
        ),
        "xl/tables/table1.xml": f'<table xmlns="{handmade.MAIN}" displayName="Lijst" ref="B3:D9" '
        'totalsRowCount="1"/>',
        "xl/tables/table2.xml": f'<table xmlns="{handmade.MAIN}" displayName="Los" ref="F1:F2" '
        'totalsRowShown="0"/>',
    }
    assert only(handmade.save(tmp_path / "b.xlsx", parts)).tables == (
        TableArea("Lijst", 3, 2, 9, 4, totals_rows=1), TableArea("Los", 1, 6, 2, 6))  # fmt: skip


def test_columns_beyond_z_and_values_that_repeat(tmp_path: Path) -> None:
    body = "".join(
        f'<row r="{n}"><c r="Z{n}"><v>{n % 7}</v></c><c r="AB{n}" t="s"><v>{n % 3}</v></c></row>'
        for n in range(1, 4000)
    )
    strings = "".join(f"<si><t>naam {n}</t></si>" for n in range(3))
    path = handmade.save(tmp_path / "b.xlsx", handmade.parts(body, strings))
    rows = only(path).rows
    assert [(*row_[25:],) for row_ in rows] == [
        (n % 7, None, f"naam {n % 3}") for n in range(1, 4000)
    ]
    assert len({id(row_[27]) for row_ in rows}) == 3


def expected(sheet: Worksheet) -> dict[tuple[int, int], object]:
    """What openpyxl, which shares no code with the reader, finds on a sheet."""
    found: dict[tuple[int, int], object] = {}
    for cell in sheet._cells.values():
        if cell.value is not None:
            found[cell.row, cell.column] = day_if_whole(cell.value)
    return found


def day_if_whole(value: object) -> object:
    """A moment at midnight shows as its day."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value


def actual(grid: Grid) -> dict[tuple[int, int], object]:
    found: dict[tuple[int, int], object] = {}
    for r, line in enumerate(grid.rows, grid.first_row):
        for c, value in enumerate(line, grid.first_column):
            if value is not None and value != CellFault("uncomputed"):
                found[r, c] = value.text if isinstance(value, CellFault) else value
    return found


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_real_workbooks_show_what_openpyxl_finds(path: Path) -> None:
    found = ExcelWorkbook(path).read(lambda title: True)
    assert found.grids and found.titles
    book = load_workbook(path, data_only=True)
    assert book.sheetnames or "strict" in path.name  # which it takes for an empty one
    for grid in found.grids:
        if grid.title in book.sheetnames:
            assert actual(grid) == expected(book[grid.title])


def test_a_strict_workbook_is_not_an_empty_one() -> None:
    (path,) = [each for each in SAMPLES if "strict" in each.name]
    assert [len(grid.rows) for grid in ExcelWorkbook(path).read(lambda title: True).grids] == [
        10,
        6,
        0,
    ]


TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=40
)
VALUES = st.one_of(
    st.none(), TEXT.filter(lambda text: "_x" not in text), st.integers(-(10**14), 10**14),
    st.booleans(),
    st.floats(-1e200, 1e200, allow_subnormal=False).filter(lambda number: not number.is_integer()),
    st.dates(date(1900, 3, 1)),
    st.timedeltas(timedelta(0), timedelta(days=9999)).map(
        lambda long: timedelta(long.days, long.seconds)),
    st.datetimes(datetime(1900, 3, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.sampled_from(["0612345678", "NA", "=1+1", "1,5", " x ", "<a>&amp;", "#N/A", "a\tb\nc",
                     "😀", "x" * 32_767]),
)  # fmt: skip


@settings(max_examples=100)
@given(rows=st.lists(st.lists(VALUES, max_size=30), max_size=6), streamed=st.booleans())
def test_what_was_written_is_read(
    rows: list[list[CellValue]], streamed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    book = Workbook(write_only=streamed)  # streamed: text in the cells; else: shared strings
    sheet = book.create_sheet("Partners")
    wanted: dict[tuple[int, int], object] = {}
    for r, line in enumerate(rows, 1):
        written = []
        for c, value in enumerate(line, 1):
            # openpyxl takes every value but a fault; its stubs name only some of them.
            cell = WriteOnlyCell(sheet, cast("str", value))
            if isinstance(value, str):
                cell.data_type = "s"
            written.append(cell)
            shows = day_if_whole(value)
            if shows is not None and shows != "":
                wanted[r, c] = shows
        if streamed:
            sheet.append(written)
        for cell, c in zip(written, range(1, 99), strict=False) if not streamed else ():
            place = sheet.cell(r, c, cell.value)
            place.data_type, place.number_format = cell.data_type, cell.number_format
    path = tmp_path_factory.getbasetemp() / "written.xlsx"
    book.save(path)
    found = actual(only(path))
    assert found.keys() == wanted.keys()
    for place, shown in wanted.items():
        assert found[place] == (
            pytest.approx(shown, rel=1e-15) if isinstance(shown, float) else shown
        )


def test_rows_without_order_are_refused_not_guessed(tmp_path: Path) -> None:
    body = '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'
    with pytest.raises(SafetyStop):
        ExcelWorkbook(handmade.save(tmp_path / "b.xlsx", handmade.parts(body))).read()


def test_a_long_list_costs_little_memory(tmp_path: Path) -> None:
    rows = 20_000
    strings = "".join(f"<si><t>afspraak met nummer {n} in de wijk</t></si>" for n in range(rows))
    twelve = ['t="s"|<v>7</v>'] * 12
    body = "".join(
        row(f't="s"|<v>{n - 1}</v>', 's="1"|<v>46000</v>', *twelve, number=n)
        for n in range(1, rows + 1)
    )
    path = handmade.save(tmp_path / "b.xlsx", handmade.parts(body, strings))
    tracemalloc.start()
    grid = only(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(grid.rows) == rows
    assert peak < 40 << 20  # the XML of the sheet alone is larger than half of this
