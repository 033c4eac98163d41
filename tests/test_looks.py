"""How our cells look: only what asks for work is filled, also in books of earlier versions and in
books that another program stripped.
"""

from __future__ import annotations

import re
import zipfile
from itertools import combinations
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from trustbook.cli.main import main
from trustbook.messages import templates
from trustbook.overview.svg import COLD, COOLING, WARM
from trustbook.snapshot import CELL_STYLES
from trustbook.workbooks.template import new_workbook

FILLS = {key: look.fill for key, look in CELL_STYLES.items() if key.startswith("status.")}
# What the three forms of colour-blindness make of red, green and blue light (Machado, Oliveira and
# Fernandes 2009, severity 1).
BLIND = {
    "protan": ((0.1523, 1.0526, -0.2049), (0.1145, 0.7863, 0.0992), (-0.0039, -0.0481, 1.0520)),
    "deutan": ((0.3673, 0.8606, -0.2280), (0.2801, 0.6725, 0.0474), (-0.0118, 0.0429, 0.9689)),
    "tritan": ((1.2555, -0.0767, -0.1788), (-0.0784, 0.9308, 0.1476), (0.0047, 0.6914, 0.3039)),
}
TO_XYZ = ((0.4125, 0.3576, 0.1804), (0.2127, 0.7152, 0.0722), (0.0193, 0.1192, 0.9503))
WHITE = (0.9505, 1.0, 1.0888)


def light(color: str) -> list[float]:
    """A colour (RRGGBB) as amounts of red, green and blue light."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix: tuple[tuple[float, ...], ...], values: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, values, strict=True)) for row in matrix]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* of light."""
    clipped = [min(max(part, 0.0), 1.0) for part in rgb]
    ratios = [part / white for part, white in zip(times(TO_XYZ, clipped), WHITE, strict=True)]
    x, y, z = (r ** (1 / 3) if r > 0.008856 else 7.787 * r + 16 / 116 for r in ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("form", BLIND)
def test_the_fills_in_use_keep_apart_for_the_colour_blind(form: str) -> None:
    seen = {fill: lab(times(BLIND[form], light(str(fill)))) for fill in set(FILLS.values())}
    for one, other in combinations(seen, 2):
        pairs = zip(seen[one], seen[other], strict=True)
        assert sum((a - b) ** 2 for a, b in pairs) ** 0.5 >= 8.6, (form, one, other)


def test_only_what_asks_for_work_is_filled_and_text_can_be_read() -> None:
    filled = {key.removeprefix("status.") for key, fill in FILLS.items() if fill != "FFFFFF"}
    assert filled == {"cooling", "cold", "crisis_only"}
    assert (FILLS["status.cooling"], FILLS["status.cold"]) == ("FFE8A3", "BFDDF5")
    for look in (look for look in CELL_STYLES.values() if look.fill and look.color):
        one, other = (times(TO_XYZ, light(str(c)))[1] + 0.05 for c in (look.fill, look.color))
        assert max(one, other) / min(one, other) >= 4.5


def test_a_page_fills_what_the_workbook_fills() -> None:
    css = (templates() / "pages" / "page.html").read_text(encoding="utf-8")
    filled = dict(re.findall(r"\.(\w+) { background: #(\w{6}); }", css))
    asks_for_work = {key: fill for key, fill in FILLS.items() if fill != "FFFFFF"}
    assert {f"status.{key}": fill.upper() for key, fill in filled.items()} == asks_for_work


def test_a_fill_means_the_same_in_the_overview_as_in_the_workbook() -> None:
    drawn = {"warm": WARM, "cooling": COOLING, "cold": COLD}
    assert {f"status.{key}": fill.removeprefix("#") for key, fill in drawn.items()} == {
        key: fill for key, fill in FILLS.items() if key.removeprefix("status.") in drawn
    }
    folder = templates() / "overview"
    told = (folder / "overview.css").read_text(encoding="utf-8")
    for name in ("overview-nl.docx", "overview-en.docx"):
        with zipfile.ZipFile(folder / name) as package:
            told += "".join(
                package.read(f"word/{part}.xml").decode() for part in ("document", "styles")
            )
    assert str(FILLS["status.cooling"]) not in told


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with one partner that is warm, after its first night."""
    path = tmp_path_factory.mktemp("looks") / "n.xlsx"
    new_workbook(path, "en")
    book = openpyxl.load_workbook(path)
    book["Partners"]["B2"], book["Moments"]["C2"] = "Club", "Club"
    book["Moments"]["B2"] = "2026-09-01"
    book.save(path)
    night(path)
    return path


def night(path: Path) -> None:
    assert main(["sync", str(path), "--today", "2026-09-30", "--quiet"]) == 0


def charts_of(book: openpyxl.Workbook) -> list[object]:
    quarter = book["Quarter"]
    assert isinstance(quarter, Worksheet)
    return quarter._charts  # type: ignore[attr-defined, no-any-return]


def fill(path: Path, sheet: str, cell: str) -> str:
    return str(openpyxl.load_workbook(path)[sheet][cell].fill.fgColor.rgb)[-6:]


def test_a_book_in_the_looks_of_an_earlier_version_is_painted_anew_once(synced: Path) -> None:
    assert fill(synced, "Partners", "W2") == "FFFFFF"
    book = openpyxl.load_workbook(synced)
    del book.defined_names["trustbook_looks"]
    for sheet, cell in (("Partners", "W2"), ("Health", "E3")):
        assert book[sheet][cell].value == "● Warm"
        book[sheet][cell].fill = PatternFill("solid", fgColor="FFE8A3")
    book.save(synced)
    night(synced)
    assert {fill(synced, *at) for at in (("Partners", "W2"), ("Health", "E3"))} == {"FFFFFF"}
    before = synced.read_bytes()
    night(synced)
    assert synced.read_bytes() == before


def test_a_sheet_of_ours_that_lost_its_looks_or_its_charts_is_written_anew(synced: Path) -> None:
    book = openpyxl.load_workbook(synced)  # openpyxl keeps no charts of others
    for row in book["Health"].iter_rows():
        for cell in row:
            cell.style = "Normal"
    charts_of(book).clear()
    book.save(synced)
    night(synced)
    book = openpyxl.load_workbook(synced)
    assert book["Health"]["A2"].font.b and len(charts_of(book)) == 2


def without(path: Path, sheet: str, *, links: bool = False) -> None:
    """Take the dropdowns of a sheet away as another program does, and its links if asked."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    assert isinstance(page, Worksheet)
    page.data_validations.dataValidation.clear()
    for row in page.iter_rows() if links else ():
        for cell in row:
            cell.hyperlink = None
    book.save(path)


def helps(path: Path, sheet: str) -> tuple[int, int]:
    """How many dropdowns and links a sheet has."""
    page = openpyxl.load_workbook(path)[sheet]
    assert isinstance(page, Worksheet)
    linked = sum(bool(cell.hyperlink) for row in page.iter_rows() for cell in row)
    return len(page.data_validations.dataValidation), linked


@pytest.mark.parametrize(("sheet", "links"), [("To check", False), ("Health", True)])
def test_a_sheet_of_ours_that_lost_its_dropdown_or_its_links_is_written_anew(
    synced: Path, sheet: str, links: bool
) -> None:
    before = helps(synced, sheet)
    assert any(before)
    without(synced, sheet, links=links)
    assert helps(synced, sheet) != before
    night(synced)
    assert helps(synced, sheet) == before


def test_dropdowns_that_people_lost_are_told_once(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without(synced, "Partners")
    for told in (True, False):
        assert main(["sync", str(synced), "--today", "2026-09-30"]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert ("took the dropdowns away from: Partners." in said) == told
