"""A sheet of ours is written and checked quickly: it says what it should, and no slip passes."""

from __future__ import annotations

import io
import random
from datetime import date, datetime, time
from pathlib import Path

import pytest
from lxml import etree

from tests.excel_files import loaded, make, write
from trustbook.errors import SafetyStop
from trustbook.snapshot import Cell, GeneratedSheet
from trustbook.xlsx.cell_values import BLANK, Content, render_value
from trustbook.xlsx.compare_ours import compare_ours
from trustbook.xlsx.compare_sheet import content_of

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)
MORNING, MIDNIGHT = datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 2)
TWIN_VALUES = (1, True, 1.0, "1", 0.0, -0.0, date(2026, 3, 1), MORNING, MIDNIGHT)


def test_values_that_python_calls_equal_stay_apart(tmp_path: Path) -> None:
    rows = tuple((Cell(value), Cell(value, "strong")) for value in TWIN_VALUES * 2)
    sheet = GeneratedSheet("health", "Health", rows, (9.0, 9.0), header_row=0, filtered=False)
    path = make(tmp_path / "book.xlsx")
    write(path, sheets=(sheet,))
    shown = loaded(path)["Health"]
    for row, value in enumerate(TWIN_VALUES * 2, 1):
        for column in (1, 2):
            cell = shown.cell(row, column)
            told = [str(one).removesuffix(" 00:00:00") for one in (cell.value, value)]
            assert told[0] == told[1], cell.coordinate
            assert isinstance(cell.value, bool) == isinstance(value, bool)
            assert ("hh" in cell.number_format) == (value is MORNING), cell.coordinate


def thorough(data: bytes, wanted: GeneratedSheet) -> bool:
    """Whether every cell holds what is planned, and there is no other: parsed, cell by cell."""
    planned = [
        {f"{'ABC'[i]}{number}": render_value(one.value, False) for i, one in enumerate(cells)}
        for number, cells in enumerate(wanted.rows, 1)
    ]
    rows = list(etree.parse(io.BytesIO(data)).iter("{*}row"))
    if len(rows) != len(planned):
        return False
    for row, cells in zip(rows, planned, strict=True):
        held: dict[str, Content] = {}
        for one in row:
            place = one.get("r") or ""
            if place in held or place not in cells:
                return False
            held[place] = content_of(one)
        if any(held.get(place, BLANK) != content for place, content in cells.items()):
            return False
    return True


def passes(data: bytes, wanted: GeneratedSheet) -> bool:
    try:
        compare_ours(data, "sheet", wanted, False, True)
    except (SafetyStop, ValueError, etree.XMLSyntaxError):
        return False
    return True


def spelled(place: str, value: object, chance: random.Random) -> str:
    """A cell in one of the ways a program may spell it."""
    style = chance.choice(("", ' s="3"'))
    if value is None:
        return chance.choice(("", f'<c r="{place}" s="1"/>', f'<c r="{place}"></c>'))
    if isinstance(value, bool):
        return f'<c r="{place}"{style} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int):
        kind = chance.choice(("", ' t="n"'))
        return f'<c r="{place}"{style}{kind}><v>{value}</v></c>'
    text = str(value).replace("&", "&amp;").replace("<", "&lt;")
    space = chance.choice(("", ' xml:space="preserve"'))
    return f'<c r="{place}"{style} t="inlineStr"><is><t{space}>{text}</t></is></c>'


VALUES = (None, 1, 2, True, "a", "b", "a & b", "1", "● cold", " a", "a\nb", "<c>", "x" * 300)


def random_sheet(chance: random.Random) -> GeneratedSheet:
    rows = tuple(
        tuple(Cell(chance.choice(VALUES)) for _ in range(3)) for _ in range(chance.randrange(1, 5))
    )
    return GeneratedSheet("health", "Health", rows, (9.0, 9.0, 9.0))


def markup_of(wanted: GeneratedSheet, chance: random.Random) -> bytes:
    rows = []
    for number, cells in enumerate(wanted.rows, 1):
        inside = [spelled(f"{'ABC'[i]}{number}", one.value, chance) for i, one in enumerate(cells)]
        height = chance.choice(("", ' ht="30" customHeight="1"'))
        rows.append(f'<row r="{number}"{height}>{"".join(inside)}</row>')
    return SHEET.format("".join(rows)).encode()


def slipped(data: bytes, chance: random.Random) -> bytes:
    """The part after one slip: bytes lost, doubled, changed, or moved from elsewhere."""
    at, end = sorted(chance.randrange(len(data)) for _ in range(2))
    end = min(end, at + chance.choice((1, 2, 30)))
    new = chance.choice(
        (b"", data[at:end] * 2, b"1", b"b", b"<f>1</f>", b"&amp;", b"<c/>", data[5:25], b"\x01")
    )
    return data[:at] + new + data[end:]


def test_what_was_planned_passes_however_it_is_spelled() -> None:
    chance = random.Random(41)
    for _ in range(300):
        wanted = random_sheet(chance)
        assert passes(markup_of(wanted, chance), wanted)


def test_no_slip_passes_that_a_thorough_reading_finds() -> None:
    chance, found, kept = random.Random(42), 0, 0
    for _ in range(3000):
        wanted = random_sheet(chance)
        data = slipped(markup_of(wanted, chance), chance)
        try:
            right = thorough(data, wanted)
        except (ValueError, etree.XMLSyntaxError):
            right = False
        found += not right
        kept += right
        assert right or not passes(data, wanted), data.decode(errors="replace")
    assert found > 1500
    assert kept > 100


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><c r="B1"><v>1</v></c>',
        '<c r="B1"><v>1</v></c><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="D1" s="1"/></row>',
        '<row r="2"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>',
        "",
    ],
)
def test_nothing_stands_on_it_that_was_not_planned(rows: str) -> None:
    wanted = GeneratedSheet("health", "Health", ((Cell(1),),), (9.0,))
    assert passes(SHEET.format('<row r="1"><c r="A1"><v>1</v></c></row>').encode(), wanted)
    assert not passes(SHEET.format(rows).encode(), wanted)


def test_a_day_and_its_midnight_are_one_cell_and_a_time_is_another() -> None:
    noon = GeneratedSheet("health", "Health", ((Cell(datetime(2026, 3, 1, 12)),),), (9.0,))
    rows = '<row r="1"><c r="A1"><v>{}</v></c></row>'
    assert passes(SHEET.format(rows.format("46082.5")).encode(), noon)
    assert not passes(SHEET.format(rows.format("46082")).encode(), noon)
    clock = GeneratedSheet("health", "Health", ((Cell(time(12)),),), (9.0,))
    assert passes(SHEET.format(rows.format("0.5")).encode(), clock)
