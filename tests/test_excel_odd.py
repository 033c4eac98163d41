"""Spellings of a workbook that are allowed but rare, and those made to hang or kill whoever reads
them.
"""

import time
from pathlib import Path

import pytest

from tests.package_edit import read_parts, write_parts
from trustbook.errors import SafetyStop
from trustbook.snapshot import Cell, CellEdit, Changes, GeneratedSheet
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.template import new_workbook

PARTNERS = "xl/worksheets/sheet2.xml"
CHANGES = Changes(
    edits=[CellEdit("Partners", 3, 2, "GGD")],
    sheets=[
        GeneratedSheet(
            "health", "Relatiestatus", ((Cell("Naam", "header.ours"),), (Cell("GGD"),)), (20,)
        )
    ],
)


def odd(tmp_path: Path, part: str, old: bytes, new: bytes) -> ExcelWorkbook:
    """A new workbook in which one part is spelled otherwise."""
    plain, path = tmp_path / "plain.xlsx", tmp_path / "odd.xlsx"
    new_workbook(plain, "nl")
    parts = read_parts(plain)
    assert old in parts[part]
    write_parts(path, {**parts, part: parts[part].replace(old, new, 1)})
    return ExcelWorkbook(path, locks=tmp_path / "locks")


@pytest.mark.parametrize("note", [b"<!-- hallo -->", b"<?keep this?>"])
@pytest.mark.parametrize(
    ("part", "place"),
    [
        (PARTNERS, b"<sheetData>"),
        (PARTNERS, b"<pageMargins"),
        (PARTNERS, b"<c "),
        ("xl/workbook.xml", b"<sheets>"),
        ("xl/styles.xml", b"<cellXfs"),
    ],
)
def test_comments_and_instructions_go_back_where_they_stood(
    tmp_path: Path, part: str, place: bytes, note: bytes
) -> None:
    workbook = odd(tmp_path, part, place, note + place)
    workbook.write(CHANGES, workbook.read().version)
    assert note in read_parts(tmp_path / "odd.xlsx")[part]
    assert "Relatiestatus" in workbook.read().titles


@pytest.mark.parametrize(
    "inside",
    [
        b"<a>" * 3000 + b"</a>" * 3000,
        b"<a " + b" ".join(b'a%d=""' % i for i in range(300_000)) + b"/>",
    ],
    ids=["deep", "wide"],
)
def test_what_is_made_to_hang_a_parser_is_refused_and_left_alone(
    tmp_path: Path, inside: bytes
) -> None:
    extension = b'<extLst><ext uri="x">' + inside + b"</ext></extLst></worksheet>"
    workbook = odd(tmp_path, PARTNERS, b"</worksheet>", extension)
    before, start = workbook.path.read_bytes(), time.process_time()
    with pytest.raises(SafetyStop):
        workbook.write(CHANGES, workbook.read().version)
    assert workbook.path.read_bytes() == before
    assert time.process_time() - start < 10, "it took minutes before: a bound, not a benchmark"
