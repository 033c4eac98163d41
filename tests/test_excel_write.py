"""Writing cells into a workbook: what arrives, in what format, and what must not move."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.styles import Border, Font, Protection, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.escape import unescape

from tests.excel_files import SHEET, health, loaded, make, rewrite, status, write
from tests.package_edit import read_parts, write_parts
from trustbook.errors import SafetyStop
from trustbook.snapshot import CELL_STYLES, CellEdit
from trustbook.xlsx.cell_values import escape
from trustbook.xlsx.cell_values import unescape as ours_unescape

# values


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(st.text(st.characters(codec=None), max_size=40), min_size=3, max_size=3))
def test_text_arrives_as_it_was_typed(texts: list[str], tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    write(
        path, *(CellEdit("Partners", row, 4, text) for row, text in enumerate(texts, 2)), status()
    )
    root = etree.fromstring(read_parts(path)[SHEET])
    for row, text in enumerate(texts, 2):
        held = "".join(
            "".join(map(str, each.itertext()))
            for each in root.iter("{*}c")
            if each.get("r") == f"D{row}"
        )
        assert ours_unescape(held) == text


TEXTS = ("=1+1", "+31612345678", "-5", "@home", "0612345678", "NA", "007", " lead and trail ",
         "two\nlines", "_x0041_", "tab\tand\r\nreturn", "😀" * 3, "a\x00b\x0bc",
         "<&>\"'")  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_text_stays_text(text: str, tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    write(path, CellEdit("Partners", 2, 4, text))
    cell = loaded(path)["Partners"]["D2"]
    assert cell.data_type == "s"
    assert unescape(cell.value) == text
    assert b"<f" not in read_parts(path)[SHEET]


def test_a_text_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    before = path.read_bytes()
    write(path, CellEdit("Partners", 2, 4, "x" * 32_767))
    assert len(loaded(path)["Partners"]["D2"].value) == 32_767
    path.write_bytes(before)
    with pytest.raises(SafetyStop, match="D2 on sheet"):
        write(path, CellEdit("Partners", 2, 4, "😀" * 16_384))
    assert path.read_bytes() == before


@pytest.mark.parametrize("late", [False, True])
def test_numbers_and_dates_arrive(late: bool, tmp_path: Path) -> None:
    def epoch(book: openpyxl.Workbook) -> None:
        if late:
            book.epoch = CALENDAR_MAC_1904

    path = make(tmp_path / "book.xlsx", epoch)
    values = (
        1,
        -2.5,
        True,
        date(2026, 11, 23),
        datetime(2026, 11, 23, 7, 30),
        time(6, 45),
        timedelta(hours=30),
        None,
    )
    write(path, *(CellEdit("Partners", 2, column, value) for column, value in enumerate(values, 7)))
    seen = [cell.value for cell in loaded(path)["Partners"][2][6:]]
    assert seen[:3] == [1, -2.5, True]
    assert seen[3] == datetime(2026, 11, 23)
    assert seen[4] == datetime(2026, 11, 23, 7, 30)
    assert seen[5] in (time(6, 45), timedelta(hours=6, minutes=45))
    assert seen[6] == timedelta(hours=30)


def test_days_before_the_calendar_of_the_workbook_become_text(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    write(
        path,
        CellEdit("Partners", 2, 5, date(1899, 12, 1)),
        CellEdit("Partners", 3, 5, date(1900, 2, 28)),
    )
    sheet = loaded(path)["Partners"]
    assert sheet["E2"].value == "01-12-1899"
    assert sheet["E3"].value == datetime(1900, 2, 28)
    assert b"<v>59</v>" in read_parts(path)[SHEET], (
        "the 1900 calendar counts a day that never was, but only later"
    )


@given(st.text(st.characters(codec=None)))
def test_escaping_can_be_undone(text: str) -> None:
    assert ours_unescape(escape(text)) == text


# formats


def test_a_look_is_laid_over_the_format_a_cell_has(tmp_path: Path) -> None:
    def dress(book: openpyxl.Workbook) -> None:
        cell = book["Partners"]["C2"]
        cell.font = Font(name="Courier New", size=14, italic=True)
        cell.border = Border(left=Side("thick"))
        cell.protection = Protection(locked=False)
        book["Partners"]["E2"].font = Font(name="Courier New")
        book["Partners"]["E3"].number_format = "yyyy/mm/dd"

    path = make(tmp_path / "book.xlsx", dress)
    day = date(2026, 5, 1)
    write(path, status(), CellEdit("Partners", 2, 5, day), CellEdit("Partners", 3, 5, day))
    sheet = loaded(path)["Partners"]
    cell = sheet["C2"]
    assert (cell.font.name, cell.font.sz, cell.font.i) == ("Courier New", 14, True)
    assert cell.border.left.style == "thick"
    assert cell.protection.locked is False
    assert cell.fill.fgColor.rgb == f"FF{CELL_STYLES['status.warm'].fill}"
    assert (sheet["E2"].font.name, sheet["E2"].number_format) == ("Courier New", "dd-mm-yyyy")
    assert sheet["E3"].number_format == "yyyy/mm/dd"


def test_a_new_cell_takes_the_format_of_its_row_or_column(tmp_path: Path) -> None:
    def dress(book: openpyxl.Workbook) -> None:
        book["Notes"]["B1"].font = Font(name="Consolas")

    path = make(tmp_path / "book.xlsx", dress)
    style = re.search(rb'r="B1" s="(\d+)"', read_parts(path)["xl/worksheets/sheet2.xml"])
    assert style
    cols = b'<cols><col min="3" max="3" width="9" style="%b"/></cols><sheetData>' % style.group(1)
    rewrite(path, SHEET, lambda data: data.replace(b"<sheetData>", cols))
    write(path, CellEdit("Partners", 2, 3, "x"), CellEdit("Partners", 2, 4, "y"))
    sheet = loaded(path)["Partners"]
    assert sheet["C2"].font.name == "Consolas"
    assert sheet["D2"].font.name != "Consolas"


def test_verdicts_that_come_and_go_leave_nothing_behind(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    sizes = []
    for _ in range(3):
        for look in ("status.warm", "status.crisis_only", "status.cold"):
            write(
                path,
                status(look, look),
                CellEdit("Partners", 2, 5, date(2026, 1, 1), "date"),
                sheets=(health(),),
            )
        sizes.append(len(read_parts(path)["xl/styles.xml"]))
    assert sizes[0] == sizes[1] == sizes[2]
    assert loaded(path)["Partners"]["C2"].font.b is False


def test_without_a_style_sheet_dates_are_text(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    parts = read_parts(path)
    del parts["xl/styles.xml"]
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = re.sub(rb"<(Override|Relationship) [^>]*styles[^>]*/>", b"", parts[name])
    write_parts(path, parts)
    write(
        path,
        status(),
        CellEdit("Partners", 2, 5, date(2026, 5, 1), "date"),
        sheets=(health(("P-1", "x", "y")),),
    )
    after = read_parts(path)
    assert "xl/styles.xml" not in after
    assert b"01-05-2026" in after[SHEET]
    assert b" s=" not in after["xl/worksheets/sheet3.xml"]


# odd XML


def _prefixed(data: bytes) -> bytes:
    data = data.replace(b'xmlns="', b'xmlns:x="')
    return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", data)


def _no_references(data: bytes) -> bytes:
    data = (
        data.replace(b'<c r="B2"', b"<c/><c")
        .replace(b'<c r="B3"', b"<c/><c")
        .replace(b'<c r="B4"', b"<c/><c")
    )
    return re.sub(rb'(<(?:row|c)) r="[A-Z0-9]+"', rb"\1", data)


def _with_remarks(data: bytes) -> bytes:
    remark = b'<sheetData><!-- <row r="2"><c r="B2"><v>1</v></c></row> --><?pi <row r="2"?>'
    return data.replace(b"<sheetData>", remark).replace(b"<v>4</v>", b"<v><![CDATA[4]]></v>")


ODD = {
    "prefix": _prefixed,
    "single quotes": lambda data: data.replace(b'"', b"'"),
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "utf-8 mark": lambda data: b"\xef\xbb\xbf" + data,
    "latin 1": lambda data: b'<?xml version="1.0" encoding="ISO-8859-1"?>' + data,
    "no references": _no_references,
    "remarks": _with_remarks,
    "spaces": lambda data: data.replace(b"<row", b"\n  <row").replace(b"<c ", b"\n\t<c  "),
    "row number last": lambda data: re.sub(
        rb'<row (r="\d+")', rb'<row spans="1:5" ht="15" \1', data),
    "strange attributes": lambda data: data.replace(
        b"<row r", b'<row xmlns:q="urn:q" q:a="a &gt; b / c > d" r'),
}  # fmt: skip


@pytest.mark.parametrize("oddity", ODD)
def test_any_spelling_of_a_sheet_can_be_edited(oddity: str, tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    rewrite(path, SHEET, ODD[oddity])
    before = etree.fromstring(read_parts(path)[SHEET])
    book = write(
        path,
        status("é ● Warm €"),
        CellEdit("Partners", 4, 1, "P-7KQX"),
        CellEdit("Partners", 9, 2, "far"),
    )
    grid = book.read().grids[0]
    shown = {(row + grid.first_row, at + grid.first_column): value
             for row, line in enumerate(grid.rows)
             for at, value in enumerate(line) if value is not None}  # fmt: skip
    assert shown[2, 3] == "é ● Warm €"
    assert shown[4, 1] == "P-7KQX"
    assert shown[9, 2] == "far"
    assert (shown[1, 2], shown[3, 2], shown[4, 2]) == ("Name", "GGD", "Police")
    after = etree.fromstring(read_parts(path)[SHEET])
    assert [each.tag for each in after] == [each.tag for each in before]
    assert len(list(after.iter(etree.Comment))) == len(list(before.iter(etree.Comment)))


def test_an_empty_sheet_can_be_filled(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda book: book["Notes"].delete_rows(1))
    rewrite(
        path,
        "xl/worksheets/sheet2.xml",
        lambda data: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", data),
    )
    write(path, CellEdit("Notes", 3, 2, "x"))
    assert loaded(path)["Notes"]["B3"].value == "x"


def test_the_size_a_sheet_says_it_has_is_kept_true(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    write(path, CellEdit("Partners", 9, 9, "x"))
    assert b'<dimension ref="A1:I9"' in read_parts(path)[SHEET]


@pytest.mark.parametrize(
    "target",
    ["/xl/odd place/Blad Één.XML", r"..\xl\odd place\Blad Één.XML", "ODD%20PLACE/Blad%20Één.xml"],
)
def test_parts_are_found_by_relationship(target: str, tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    parts = read_parts(path)
    parts["xl/odd place/Blad Één.XML"] = parts.pop(SHEET)
    for name, there in (
        ("xl/_rels/workbook.xml.rels", target),
        ("[Content_Types].xml", "/xl/odd%20place/Blad%20Één.XML"),
    ):
        parts[name] = parts[name].replace(f"/{SHEET}".encode(), there.encode())
    write_parts(path, parts)
    write(path, status(), sheets=(health(),))
    after = read_parts(path)
    assert "● Warm".encode() in after["xl/odd place/Blad Één.XML"]
    assert "xl/worksheets/sheet1.xml" in after, "the name that came free is taken by the new sheet"


def test_zip_entries_lie_as_they_lay(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    parts = read_parts(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"kept"
        archive.mkdir("xl/")
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (2020, 2, 2, 2, 2, 2))
            entry.compress_type = zipfile.ZIP_STORED if "theme" in name else zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64="core" in name) as target:
                target.write(data)
        archive.writestr("customXml/café.bin", b"\0\1\2")
        archive.writestr("customXml/th_.bin", b"\3\4\5")
    path.write_bytes(
        path.read_bytes().replace(b"th_.bin", "thé.bin".encode("cp437"))
    )  # an old program's name
    before = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    write(path, status(), sheets=(health(),))
    after = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    assert after.comment == b"kept"
    assert after.namelist()[: len(before.namelist())] == before.namelist()
    for name in before.namelist():
        if after.read(name) == before.read(name):
            old, new = before.getinfo(name), after.getinfo(name)
            assert (old.compress_type, old.date_time, old.extra) == (
                new.compress_type,
                new.date_time,
                new.extra,
            )
            assert old.flag_bits == new.flag_bits, "a name is not respelled"
    assert after.testzip() is None


def test_a_part_that_lies_twice_in_the_package_is_not_guessed_at(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET, read_parts(path)[SHEET])
    with pytest.raises(SafetyStop, match="damaged"):
        write(path, status())
