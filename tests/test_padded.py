"""A number that the sheet shows with a zero before it is read as people see it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.typed import Asked, Rows, asked, typed
from trustbook.workbooks.google.cells import NumberFormat, read_value

__all__ = ["asked"]
TODAY = ("--today", "2026-09-30", "--lang", "en")
LATER = ("--today", "2026-12-30", "--lang", "en")
# As a spreadsheet shows 612345678.
SHOWN = {
    "0000000000": "0612345678",
    "00-00000000": "06-12345678",
    '"0"#########': "0612345678",
    "[$-413]00\\ 0000\\ 0000": "06 1234 5678",
    "General": "612345678",
    "0": "612345678",
    "0000000000.0": "612345678",
    '"tel. "0000000000': "612345678",
}


def book(rhythm: object = 30, people: int = 1) -> dict[str, Rows]:
    """Partners that were never spoken, each with somebody whose number is a number."""
    names = [f"Club {i:02}" for i in range(people)]
    return {
        "Partners": [["ID", "Name", "Rhythm"], *([None, name, rhythm] for name in names)],
        "People": [
            ["ID", "Name", "Partner", "Work phone"],
            *([None, f"Person {i:02}", names[i], 612345678 + i] for i in range(people)),
        ],
        "Moments": [["ID", "Date", "With"], [None, "20-9-2026", names[0]]],
    }


def formatted(path: Path, title: str, column: str, code: str) -> None:
    """Give the cells below a header a number format, as people do in their spreadsheet."""
    file = openpyxl.load_workbook(path)
    for cell in file[title][column][1:]:
        cell.number_format = code
    file.save(path)


@pytest.mark.parametrize("code", SHOWN)
def test_every_list_tells_the_telephone_number_that_the_sheet_shows(
    asked: Asked, code: str
) -> None:
    path = typed(Path("n.xlsx"), book())
    formatted(path, "People", "D", code)
    assert asked("sync", *TODAY)[0] == 0
    (person,) = asked.json("prepare", "Club 00", *TODAY)["people"]
    assert person["phone"] == SHOWN[code]
    assert SHOWN[code] in asked("next", "--all", *LATER)[1]
    cell = openpyxl.load_workbook(path)["People"]["D2"]
    assert (cell.value, cell.number_format) == (612345678, code), "the cell is theirs"


@pytest.mark.parametrize("code", SHOWN)
def test_an_online_sheet_is_read_the_same(code: str) -> None:
    pattern = NumberFormat("NUMBER", None if code == "General" else code)
    value = read_value({"effectiveValue": {"numberValue": 612345678}}, pattern)
    assert getattr(value, "text", str(value)) == SHOWN[code] and value == 612345678


def test_a_rhythm_with_zeros_before_it_stays_the_number_it_is(asked: Asked) -> None:
    path = typed(Path("n.xlsx"), book(rhythm=7))
    formatted(path, "Partners", "C", "000")
    assert asked("sync", *TODAY)[0] == 0
    (partner,) = asked.json("health", *TODAY)["partners"]
    assert partner["due"] == "2026-09-27" and "unreadable_rhythm" not in asked.codes(*TODAY)


def test_a_column_that_gets_its_zeros_back_stops_no_night(asked: Asked) -> None:
    path = typed(Path("n.xlsx"), book(people=30))
    assert asked("sync", *TODAY)[0] == 0
    formatted(path, "People", "D", "0000000000")
    code, _, err = asked("sync", *TODAY)
    assert code == 0, err
    assert asked.json("prepare", "Club 07", *TODAY)["people"][0]["phone"] == "0612345685"
