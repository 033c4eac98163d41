"""A partner may have several holders: the first keeps the work, the others are known."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.typed import Asked, Rows, asked, typed
from trustbook.names import first_holder, holders_in

__all__ = ["asked"]
TODAY = ("--today", "2026-09-30")


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Anna; Bert", ("Anna", "Bert")),
        ("; Anna ;", ("Anna",)),
        ("Anna de Wit <anna@town.example>;Bert", ("Anna de Wit", "Bert")),
        ("  ", ()),
        (None, ()),
    ],
)
def test_who_a_cell_names(cell: str | None, names: tuple[str, ...]) -> None:
    assert holders_in(cell) == names
    assert first_holder(cell) == (names[0] if names else None)


def test_the_first_holder_keeps_the_work_and_each_can_hand_over(asked: Asked) -> None:
    partners: Rows = [
        ["ID", "Name", "Rhythm", "Holder"],
        [None, "Police", 30, "Anna; Bert"],
        [None, "School", 30, "anna"],
        [None, "Club", 30, "Chris"],
    ]
    moments = [[None, "1-1-2026", name] for name in ("Police", "School", "Club")]
    settings: Rows = [
        ["Setting", "Value"],
        ["Own holder", "Anna <anna@town.example>"],
        ["Own holder", "Chris"],
    ]
    sheets: dict[str, Rows] = {"Partners": partners, "Settings": settings}
    typed(Path("n.xlsx"), sheets | {"Moments": [["ID", "Date", "With"], *moments]})
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    rows = asked.json("next", *TODAY)["rows"]
    assert [(one["holder"], one["name"]) for one in rows] == [
        ("Anna", "Police"), ("Anna", "School"), ("Chris", "Club"),
    ]  # fmt: skip
    book = openpyxl.load_workbook("n.xlsx")
    for title in ("Start here", "Who to call"):
        told = [str(cell.value) for row in book[title].iter_rows() for cell in row if cell.value]
        assert "Anna" in told and not [text for text in told if "Bert" in text]
    for holder, theirs in (("Bert", ["Police"]), ("ANNA", ["Police", "School"])):
        page = asked.json("handover", "--holder", holder, *TODAY)
        assert sorted(one["name"] for one in page["partners"]) == theirs
    problems = asked.json("check", *TODAY)["problems"]
    told = [one["what"] for one in problems if one["code"] == "unknown_holder"]
    assert len(told) == 1 and "“Bert”" in told[0]


@pytest.mark.parametrize(("short", "full"), [("Anne", "Anne de Wit"), ("bo", "Bo Smit")])
def test_a_holder_in_short_beside_the_same_in_full_is_asked_about(
    asked: Asked, short: str, full: str
) -> None:
    partners: Rows = [
        ["ID", "Name", "Rhythm", "Holder"],
        [None, "Police", 30, short],
        [None, "School", 30, full],
        [None, "Club", 30, short],
        [None, "Church", 30, "de"],
        [None, "Mosque", 30, "Bor"],
        [None, "Shop", 30, "B"],
    ]
    typed(Path("n.xlsx"), {"Partners": partners})
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    lines = [one for one in asked.json("check", *TODAY)["lines"] if one["code"] == "holder_alike"]
    assert [one["count"] for one in lines] == [2] and full in str(lines)


def test_a_holder_in_short_who_may_be_two_is_not_guessed(asked: Asked) -> None:
    partners: Rows = [
        ["ID", "Name", "Rhythm", "Holder"],
        [None, "Police", 30, "Anne"],
        [None, "School", 30, "Anne de Wit"],
        [None, "Club", 30, "Anne Bos"],
    ]
    typed(Path("n.xlsx"), {"Partners": partners})
    assert "holder_alike" not in {one["code"] for one in asked.json("check", *TODAY)["problems"]}


def test_a_yes_makes_the_short_name_of_a_holder_the_one_in_full(asked: Asked) -> None:
    partners: Rows = [
        ["ID", "Name", "Rhythm", "Holder"],
        [None, "Police", 30, "Anne"],
        [None, "School", 30, "Anne de Wit"],
    ]
    typed(Path("n.xlsx"), {"Partners": partners, "Moments": [["ID", "Date", "With"]]})
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    book = openpyxl.load_workbook("n.xlsx")
    sheet = book["To check"]
    head = next(row for row in sheet.iter_rows() if "Answer" in [cell.value for cell in row])
    column = next(at for at, cell in enumerate(head) if cell.value == "Answer")
    row = next(row for row in sheet.iter_rows() if "“Anne”" in str(row[0].value))
    row[column].value = "yes"
    book.save("n.xlsx")
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    assert "holder_alike" not in {one["code"] for one in asked.json("check", *TODAY)["problems"]}
    page = asked.json("handover", "--holder", "Anne de Wit", *TODAY)
    assert sorted(one["name"] for one in page["partners"]) == ["Police", "School"]
