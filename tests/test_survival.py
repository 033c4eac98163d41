"""Real workbooks made by others: after two write-backs all that is not ours is as it was, or
nothing was written.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from tests.package_edit import MOMENTS, PARTNERS, give_sheets, read_parts
from tests.present import present
from trustbook.errors import SafetyStop
from trustbook.snapshot import Cell, CellEdit, Changes, GeneratedSheet
from trustbook.workbooks.excel import ExcelWorkbook

SAMPLES = Path(__file__).parent / "samples" / "workbooks"
REFUSED = {"CVLKRA-KYC_Download_File_Structure_V3.1.xlsx": "structure_locked"}
KEPT = sorted(each.name for each in SAMPLES.glob("*.xls?") if each.name not in REFUSED)
OURS = ("Start here", "Health", "To check", "Who to call")
# What a write may touch; every other part must come back byte for byte.
MAY_CHANGE = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
              "xl/styles.xml", "xl/worksheets/given1.xml", "xl/worksheets/given2.xml"}  # fmt: skip


def changes() -> Changes:
    """What a night's run would write into the two sheets given to every sample."""
    edits = []
    verdicts = (
        ("P-AAAB", "● Warm", "warm"),
        ("P-7KQX", "○ Cold", "cold"),
        ("P-CCCD", "◇ New", "new"),
    )
    for row, (id_, status, look) in enumerate(verdicts, 2):
        edits += [
            CellEdit("Partners", row, 1, id_),
            CellEdit("Partners", row, 4, status, f"status.{look}"),
            CellEdit(
                "Partners",
                row,
                5,
                "=12 weeks since a calm talk; <agreed> every 8 & cold after 12",
                "text",
            ),
            CellEdit("Partners", row, 6, date(2026, 1, row), "date"),
            CellEdit("Partners", row, 7, date(2026, 5, row) if row > 2 else None, "date"),
        ]
    edits += [CellEdit("Moments", 2, 1, "M-AAAB"), CellEdit("Moments", 3, 1, "M-BBBC")]
    head = tuple(Cell(text, "header.ours") for text in ("ID", "Name", "Status", "Due"))
    link, due = "'Partners'!B2", Cell(date(2026, 5, 1), "date")
    line = (Cell("P-AAAB"), Cell("Wijkteam", link=link), Cell("● Warm", "status.warm"), due)
    rows = (head, line)
    sheets = [
        GeneratedSheet(
            "start", "Start here", ((Cell("Start", "title"),),), (80,), header_row=0, filtered=False
        )
    ]
    keys = (("health", "Health"), ("check", "To check"), ("call", "Who to call"))
    sheets += [GeneratedSheet(key, title, rows, (10, 30, 16, 12)) for key, title in keys]
    return Changes(edits, sheets=sheets, marks={"book": "B-1", "run": "7"})


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # it tells what it would lose
@pytest.mark.parametrize("name", KEPT)
def test_nothing_foreign_changes(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"book{Path(name).suffix}"
    give_sheets(SAMPLES / name, path, {"Partners": PARTNERS, "Moments": MOMENTS})
    before = path.read_bytes()
    parts = read_parts(path)
    book = ExcelWorkbook(path, locks=tmp_path / "locks")
    written = book.write(changes(), book.read().version)

    after = read_parts(path)
    changed = {part for part in parts if after.get(part) != parts[part]}
    assert changed <= MAY_CHANGE | {"xl/calcChain.xml"}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    _same_cells_but(parts, after)
    _openpyxl_sees(path, before)

    again = book.write(changes(), written.version)
    assert read_parts(path) == after
    assert again.version == book.read().version


@pytest.mark.parametrize("name", REFUSED)
def test_a_closed_workbook_is_left_alone(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    give_sheets(SAMPLES / name, path, {"Partners": PARTNERS, "Moments": MOMENTS})
    before = path.read_bytes()
    book = ExcelWorkbook(path, locks=tmp_path / "locks")
    with pytest.raises(SafetyStop, match="locked") as stop:
        book.write(changes(), book.read().version)
    assert name in stop.value.sentence("nl")
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([name, "locks"])


def _same_cells_but(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """The given sheets: every cell outside our columns is the same element, canonically."""
    for part, ours in (("xl/worksheets/given1.xml", "ADEFG"), ("xl/worksheets/given2.xml", "A")):
        seen = []
        for data in (before[part], after[part]):
            root = etree.fromstring(data)
            cells = [each for each in root.iter("{*}c") if (each.get("r") or "")[:1] not in ours]
            seen.append([etree.tostring(each, method="c14n", exclusive=True) for each in cells])
        assert seen[0] == seen[1]


def _shown(sheet: Worksheet) -> list[list[str]]:
    values = [
        [getattr(cell.value, "text", cell.value) for cell in row] for row in sheet.iter_rows()
    ]
    return [[repr(value) for value in row] for row in values]


def _openpyxl_sees(path: Path, before: bytes) -> None:
    """An independent reader finds the foreign sheets unchanged, and ours as planned. It knows no
    Strict workbook.
    """
    if b"purl.oclc.org/ooxml/spreadsheetml" in read_parts(path)["xl/workbook.xml"]:
        return
    was, now = (
        openpyxl.load_workbook(io.BytesIO(before)),
        openpyxl.load_workbook(io.BytesIO(path.read_bytes())),
    )
    assert now.sheetnames == [*was.sheetnames, *OURS]
    for sheet in was.worksheets:
        if sheet.title not in ("Partners", "Moments"):
            assert _shown(now[sheet.title]) == _shown(sheet)
    partners = now["Partners"]
    assert partners["D3"].value == "○ Cold"
    assert partners["E2"].value == "=12 weeks since a calm talk; <agreed> every 8 & cold after 12"
    assert partners["E2"].data_type == "s"
    assert partners["F2"].value.date() == date(2026, 1, 2)
    assert partners["H2"].value == "keep me"
    assert now["Health"]["D2"].value.date() == date(2026, 5, 1)
    assert present(now.active).title == present(was.active).title
