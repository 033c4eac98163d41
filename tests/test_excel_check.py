"""Nothing is replaced where the owner closed the workbook, or anything foreign would differ."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.excel_files import SHEET, health, make, rewrite, status, write
from tests.package_edit import read_parts, write_parts
from trustbook.errors import SafetyStop, TrustbookError
from trustbook.snapshot import CellEdit, Changes
from trustbook.workbooks.excel import CONVENTIONS
from trustbook.xlsx import compare, edit
from trustbook.xlsx.conventions import Conventions

# refusals


@pytest.mark.parametrize("closed", ["locked", "signed"])
def test_what_the_owner_closed_stays_closed(closed: str, tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    if closed == "locked":
        lock = b'<workbookProtection lockStructure="true"/>'
        place = re.compile(rb"<workbookProtection ?/>|(?=<bookViews>)")
        rewrite(path, "xl/workbook.xml", lambda data: place.sub(lock, data, count=1))
    else:
        kind = (
            "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
        )
        link = f'<Relationship Id="rIdS" Type="{kind}" Target="_xmlsignatures/origin.sigs"/>'
        end = "</Relationships>"
        rewrite(path, "_rels/.rels", lambda data: data.replace(end.encode(), (link + end).encode()))
    before = path.read_bytes()
    with pytest.raises(SafetyStop, match=r"book\.xlsx") as stop:
        write(path, status())
    assert stop.value.exit_code == 3
    assert path.read_bytes() == before


def test_a_sheet_that_is_gone_is_named(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    with pytest.raises(SafetyStop, match="no worksheet “Moments”"):
        write(path, CellEdit("Moments", 2, 1, "M-1"))


# the check before a workbook is replaced


def _part(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


def _lose(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.__delitem__(name)


DAMAGE: dict[str, Callable[[dict[str, bytes]], None]] = {
    "a foreign sheet": _part("xl/worksheets/sheet2.xml", b"<sheetData>", b"<sheetData >"),
    "a foreign cell": _part(SHEET, b">GGD<", b">GGZ<"),
    "a foreign cell's format": _part(SHEET, b'<c r="B3"', b'<c r="B3" s="1"'),
    "a row's height": _part(SHEET, b'<row r="3"', b'<row r="3" ht="40"'),
    "a lost row": lambda parts: parts.update(
        {SHEET: re.sub(rb'<row r="4".*?</row>', b"", parts[SHEET])}
    ),
    "a new cell": _part(SHEET, b"</row></sheetData>", b'<c r="Z4"><v>1</v></c></row></sheetData>'),
    "a new row": _part(
        SHEET, b"</sheetData>", b'<row r="9"><c r="A9"><v>1</v></c></row></sheetData>'
    ),
    "the planned value": _part(SHEET, "● Warm".encode(), "○ Cold".encode()),
    "a sheet's view": _part(SHEET, b"<sheetView ", b'<sheetView zoomScale="50" '),
    "an old format": _part("xl/styles.xml", b"<cellXfs", b"<cellXfs x='1'"),
    "a shifted format": _part("xl/styles.xml", b"<font>", b"<font/><font>"),
    "a format that is not there": _part(SHEET, b'<c r="C2" s="1"', b'<c r="C2" s="99"'),
    "a mark on a planned cell": _part(SHEET, b'<c r="B4"', b'<c r="B4" ph="1"'),
    "a lost part": _lose("xl/theme/theme1.xml"),
    "a part too many": lambda parts: parts.update({"xl/extra.xml": b"<x/>"}),
    "a foreign name": _part("xl/workbook.xml", b"theirs", b"others"),
    "a sheet's state": _part("xl/workbook.xml", b'name="Notes"', b'name="Notes" foo="1"'),
    "a relationship": _part("xl/_rels/workbook.xml.rels", b"theme1.xml", b"theme2.xml"),
    "a content type": _part("[Content_Types].xml", b"theme+xml", b"other+xml"),
    "a cell of ours": _part("xl/worksheets/sheet3.xml", b">GGD<", b">GGZ<"),
    "a row of ours": lambda parts: parts.update(
        {
            "xl/worksheets/sheet3.xml": re.sub(
                rb'<row r="2".*?</row>', b"", parts["xl/worksheets/sheet3.xml"]
            )
        }
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_nothing_is_replaced_when_anything_foreign_differs(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name(book: openpyxl.Workbook) -> None:
        book.defined_names["theirs"] = DefinedName("theirs", attr_text="Notes!$A$1")

    path = make(tmp_path / "book.xlsx", name)
    before = path.read_bytes()
    right = edit.edit

    def wrong(data: bytes, changes: Changes, conventions: Conventions) -> edit.Edited:
        edited = right(data, changes, conventions)
        broken = tmp_path / "broken.xlsx"
        broken.write_bytes(edited.data)
        parts = read_parts(broken)
        DAMAGE[damage](parts)
        write_parts(broken, parts)
        return edit.Edited(broken.read_bytes(), edited.rows, edited.plan)

    monkeypatch.setattr(edit, "edit", wrong)
    with pytest.raises(SafetyStop, match="not trustbook's") as stop:
        write(
            path,
            status(),
            CellEdit("Partners", 4, 2, "Politie"),
            sheets=(health(("P-1", "GGD", "● Warm")),),
        )
    assert stop.value.key == "excel.foreign_difference"
    assert path.read_bytes() == before


def test_the_check_lets_a_right_edit_through_however_the_zip_is_packed(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    before = path.read_bytes()
    edited = edit.edit(before, Changes([status()], sheets=[health()]), CONVENTIONS)
    path.write_bytes(edited.data)
    write_parts(path, read_parts(path))
    compare.compare_packages(before, edited.data, edited.plan)
    compare.compare_packages(before, path.read_bytes(), edited.plan)


def test_every_refusal_has_its_sentence_in_both_languages(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda book: book["Partners"].merge_cells("C2:D3"))
    with pytest.raises(TrustbookError) as stop:
        write(path, status(row=3))
    assert "book.xlsx" in stop.value.sentence("en")
    assert "samengevoegde cellen C2:D3" in stop.value.sentence("nl")


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_what_was_written(tmp_path: Path) -> None:
    path = make(
        tmp_path / "book.xlsx",
        lambda book: book["Notes"].__setitem__("A2", "=COUNTA(Partners!C:C)"),
    )
    write(
        path,
        status(),
        CellEdit("Partners", 3, 4, "=1+1"),
        sheets=(health(("P-1", "GGD", "● Warm")),),
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    every_sheet = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        every_sheet,
        "--outdir",
        str(tmp_path / "out"),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = {
        each.stem.removeprefix("book-"): each.read_text(encoding="utf-8")
        for each in (tmp_path / "out").iterdir()
    }
    assert shown.keys() == {"Partners", "Notes", "Health"}
    assert "● Warm" in shown["Partners"] and "=1+1" in shown["Partners"]
    assert shown["Notes"].split() == ["theirs", "2"]
    assert "GGD" in shown["Health"]
