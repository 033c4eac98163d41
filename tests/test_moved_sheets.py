"""A sheet that got another name while a fresh one of its old name stands beside it is gone: what
stood on it was not emptied.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.typed import Asked, Rows, asked, typed

__all__ = ["asked"]
TODAY = ("--today", "2026-09-30")
SHEETS: dict[str, Rows] = {
    "Partners": [["ID", "Naam", "Ritme"], *([None, f"P{i}", 30] for i in range(6))],
    "Contactmomenten": [
        ["ID", "Datum", "Met", "Weer"],
        *([None, f"{i + 1}-9-2026", f"P{i}", "crisis" if i < 2 else None] for i in range(6)),
    ],
    "Overleggen": [["Naam", "Leden"], ["Tafel", "P1; P2"]],
}


def standing(asked: Asked) -> list[dict[str, object]]:
    partners = asked.json("health", *TODAY)["partners"]
    return sorted(partners, key=lambda one: one["name"])


def moved(book: Workbook, title: str, *rows: list[object]) -> None:
    book[title].title = "Contact 2026"
    fresh = book.create_sheet(title)
    for row in rows:
        fresh.append(row)


def blank(book: Workbook) -> None:
    moved(book, "Contactmomenten")


def header_only(book: Workbook) -> None:
    moved(book, "Contactmomenten", ["ID", "Datum", "Met", "Weer"])


def a_new_list(book: Workbook) -> None:
    moved(book, "Contactmomenten", ["ID", "Datum", "Met"], [None, "29-9-2026", "P5"])


def short(book: Workbook) -> None:
    moved(book, "Overleggen", ["Naam", "Leden"])


@pytest.mark.parametrize(
    ("edit", "title", "count"),
    [
        (blank, "Contactmomenten", 6),
        (header_only, "Contactmomenten", 6),
        (a_new_list, "Contactmomenten", 6),
        (short, "Overleggen", 1),
    ],
)
def test_the_list_stands_under_another_name(
    asked: Asked, edit: Callable[[Workbook], None], title: str, count: int
) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    before = standing(asked)
    book = openpyxl.load_workbook("n.xlsx")
    edit(book)
    book.save("n.xlsx")
    bytes_before = Path("n.xlsx").read_bytes()
    code, _, said = asked("sync", *TODAY)
    assert code == 3 and f"“{title}”" in said and f"--accept {count}" in said
    renamed = f"{title}=Contact 2026"
    assert f'--rename "{renamed}"' in said or f"--rename '{renamed}'" in said
    assert Path("n.xlsx").read_bytes() == bytes_before
    assert standing(asked) == before
    assert asked("sync", *TODAY, "--rename", renamed)[0] == 0
    assert standing(asked) == before
    assert asked("sync", *TODAY)[0] == 0


def test_a_sheet_that_bears_the_name_of_a_list_and_is_not_read_is_told(asked: Asked) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    book = openpyxl.load_workbook("n.xlsx")
    book["Contactmomenten"].title = "Contact 2026"
    book.save("n.xlsx")
    renamed = "Contactmomenten=Contact 2026"
    assert asked("sync", *TODAY, "--quiet", "--rename", renamed)[0] == 0
    before = standing(asked)
    book = openpyxl.load_workbook("n.xlsx")
    fresh = book.create_sheet("Contactmomenten")
    fresh.append(["Datum", "Met", "Onderwerp"])
    fresh.append(["29-9-2026", "P5", "koffie"])
    book.save("n.xlsx")
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    assert standing(asked) == before
    [told] = [p for p in asked.json("check", *TODAY)["problems"] if p["code"] == "sheet_name_taken"]
    assert "Contact 2026" in told["what"] and told["sheet"] == "Contactmomenten"


def test_rows_that_were_deleted_and_stand_nowhere_else_are_deleted(asked: Asked) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    book = openpyxl.load_workbook("n.xlsx")
    book["Overleggen"].delete_rows(2)
    book.create_sheet("Notes").append(["Tafel", "something else"])
    book.save("n.xlsx")
    assert asked("sync", *TODAY, "--quiet")[0] == 0
