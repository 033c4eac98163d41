"""What is answered on To check and not understood, and what Start here says of it."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.typed import Asked, Rows, answered, asked, typed

__all__ = ["asked"]
TODAY = ("--today", "2026-09-30")
LATER = ("--today", "2026-10-08")
SHEETS: dict[str, Rows] = {
    "Partners": [["ID", "Name", "Rhythm"], [None, "Police", 30], [None, "School", 30]],
    "Moments": [
        ["ID", "Date", "With", "State", "Promise", "Promised by"],
        [None, "5-10-2026", "Police", "held"],
        [None, "6-10-2026", "School", "planned"],
        [None, "1-9-2026", "Somebody else"],
        [None, "13-13-2026", "Police"],
        [None, "2-9-2026", "School", None, "send a card"],
    ],
}
# Of each line a part, and what its remedy says it takes.
LINES = {
    "was called held before its day": "Type yes or no under Answer, or held, cancelled or attempt.",
    "was planned and its date": "Type yes or no under Answer, or held, cancelled or attempt.",
    "“13-13-2026” is not a certain date": "Type a date under Answer, for example 3-4-2026.",
    "whose promise “send a card”": "Type us or them under Answer; no is neither.",
}


def test_an_answer_that_is_not_understood_is_told_what_its_line_takes(asked: Asked) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    assert asked("sync", *LATER, "--quiet")[0] == 0
    for about in LINES:
        answered(Path("n.xlsx"), about, "perhaps so")
    answered(Path("n.xlsx"), "“Somebody else”", "yes please!")
    problems = asked.json("check", *LATER)["problems"]
    told = [one["fix"] for one in problems if one["code"] == "answer_unread"]
    assert {*told} == {*LINES.values()}
    assert "who_answer_unknown" in [one["code"] for one in problems]
    assert not [one for one in problems if one["code"] == "typed_in_ours"]


def test_columns_put_in_and_taken_out_of_our_sheets_tell_only_what_somebody_typed(
    asked: Asked,
) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *LATER, "--quiet")[0] == 0
    answered(Path("n.xlsx"), "“13-13-2026” is not a certain date", "perhaps so")
    file = openpyxl.load_workbook("n.xlsx")
    file["Health"].insert_cols(5)
    file["Health"]["E3"] = "ask Anna"
    file["Who to call"].delete_cols(3)
    file["To check"].insert_cols(2)
    file.save("n.xlsx")
    assert asked("sync", *LATER, "--quiet")[0] == 0
    found = asked.json("check", *LATER)["problems"]
    told = [one for one in found if one["code"].startswith(("typed_in_ours", "answer_unread"))]
    assert sorted((one["sheet"], one["cell"][0], one["value"]) for one in told) == [
        ("Health", "E", "ask Anna"),
        ("To check", "I", "perhaps so"),
    ]
    file = openpyxl.load_workbook("n.xlsx")
    file["To check"].delete_cols([cell.value for cell in file["To check"][2]].index("Answer") + 1)
    file.save("n.xlsx")
    assert asked("sync", *LATER, "--quiet")[0] == 0
    assert asked.json("check", *LATER)["problems"] == found


def test_an_answer_that_was_not_understood_is_told_until_its_question_is_settled(
    asked: Asked,
) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *LATER, "--quiet")[0] == 0
    answered(Path("n.xlsx"), "“13-13-2026” is not a certain date", "31-02-2026")
    assert asked("sync", *LATER, "--quiet")[0] == 0
    assert "31-02-2026" in unread(asked)
    answered(Path("n.xlsx"), "“13-13-2026” is not a certain date", "3-1-2026")
    assert asked("sync", *LATER, "--quiet")[0] == 0
    assert unread(asked) == []


def unread(asked: Asked) -> list[str]:
    problems = asked.json("check", *LATER)["problems"]
    return [one["value"] for one in problems if one["code"] == "answer_unread"]


def test_start_here_says_how_a_talk_called_held_too_early_is_confirmed(asked: Asked) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    assert asked("sync", *LATER, "--quiet")[0] == 0
    book = openpyxl.load_workbook("n.xlsx")
    told = [str(c.value) for row in book["Start here"].iter_rows() for c in row if c.value]
    early = [text for text in told if text.startswith("Called held before its day")]
    planned = [text for text in told if text.startswith("Planned for")]
    assert len(early) == len(planned) == 1 and "Type yes or no on To check" in early[0]
    answered(Path("n.xlsx"), "was called held before its day", "yes")
    assert asked("sync", *LATER, "--quiet")[0] == 0
    partners = asked.json("health", *LATER)["partners"]
    assert {one["name"]: one["last_sunny"] for one in partners}["Police"] == "2026-10-05"
