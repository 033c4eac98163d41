"""Who is on the list only from a day ahead is nowhere yet."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.books import TODAY as DAY
from tests.books import Moment, ago
from tests.books import book as book_of
from tests.typed import Asked, Rows, asked, edited, typed
from trustbook.model import Partner
from trustbook.reading.not_yet import on_the_list

__all__ = ["asked"]
TODAY = ("--today", "2026-09-30")
SHEETS: dict[str, Rows] = {
    "Partners": [
        ["ID", "Name", "Party", "Rhythm", "Holder", "Since", "Status"],
        [None, "Police", "Police", 30, "Anna", None, None],
        [None, "Later Club", "Police", 30, "Anna", "1-12-2026", "● Warm"],
        [None, "Spoken Club", "Police", 30, "Anna", "2-12-2026", None],
    ],
    "People": [["Name", "Partner", "Work phone"], ["Bo", "Later Club", "0612345678"]],
    "Moments": [
        ["ID", "Date", "With"],
        [None, "20-9-2026", "Police"],
        [None, "21-9-2026", "Spoken Club"],
    ],
    "Required network": [["Phenomenon", "Party", "Minimum"], ["jihadism", "Police", 3]],
}


def test_since_ahead_of_today_is_told_and_in_no_list(asked: Asked) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    book = openpyxl.load_workbook("n.xlsx")
    status = [row[6].value for row in book["Partners"].iter_rows(min_row=2)]
    assert status[0] == "● Warm" and status[1:] == [None, None]
    ours = [cell for sheet in book.worksheets[5:] for row in sheet.iter_rows() for cell in row]
    assert not [c for c in ours if c.value == "Later Club" and c.parent.title != "To check"]
    answer = asked.json("health", *TODAY)
    assert [one["name"] for one in answer["partners"]] == ["Police"]
    assert asked.json("coverage", *TODAY)["rows"][0]["known"] == 1
    assert asked.codes(*TODAY).count("since_ahead") == 2
    for command in ("health", "next", "coverage", "calllist"):
        code, out, err = asked(command, *TODAY, "--lang", "en")
        assert code == 0 and "Club" not in out
        assert "Not on the list yet on that day, and left out: 2 partners." in err
    day = ("--today", "2026-12-02")
    assert len(asked.json("health", *day)["partners"]) == 3
    assert "since_ahead" not in asked.codes(*day)


def test_since_that_was_mistyped_leaves_nothing_behind_when_it_is_cleared(asked: Asked) -> None:
    typed(Path("n.xlsx"), SHEETS)
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    edited(Path("n.xlsx"), "Partners", {"F3": None})
    assert len(asked.json("health", *TODAY)["partners"]) == 2
    assert asked("sync", *TODAY, "--quiet")[0] == 0
    assert len(asked.json("health", *TODAY)["partners"]) == 2


def test_since_decides_where_it_is_typed_and_else_the_first_talk() -> None:
    met = [Moment(ago(3))]
    for stands, kept in ((True, 0), (False, 1)):
        partner = Partner("Club", since=ago(-1), since_typed=stands)
        assert len(on_the_list(book_of([partner], met), DAY).partners) == kept


def test_who_is_not_on_the_list_yet_is_known_all_the_same(asked: Asked) -> None:
    typed(Path("n.xlsx"), SHEETS)
    lang = (*TODAY, "--lang", "en")
    code, _, err = asked("card", "Later Club", *lang)
    assert code == 2 and "“Later Club” is not on the list yet, but from 1 December 2026." in err
    code, _, err = asked("log", "--with", "Later Club", "--date", "2026-09-30", *lang)
    assert code == 0 and "Later Club" in err
    assert asked("sync", *lang)[0] == 0
    assert asked("merge", "Police", "Later Club", *lang)[0] == 0
