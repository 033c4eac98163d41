"""What was mended in a source changes its own proposal, and is asked about once more after an
answer; what names somebody unknown is told and looked at again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_intake import TODAY, book, calendar, event, rows
from tests.typed import Asked, asked, edited

__all__ = ["asked"]


def proposed(path: Path) -> list[tuple[int, str]]:
    """The days of the month and the partners of what waits."""
    return [(row[0].day, row[1]) for row in rows(path)]


def numbered(folder: Path, name: str, *lines: str) -> None:
    text = "\n".join(["ID,Datum,Met", *lines, ""])
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("corrected", "left"),
    [
        ("2,2026-09-12,VV Zandloo", [(10, "Politie"), (12, "VV Zandloo")]),
        ("2,2026-09-11,Moskee El Noor", [(10, "Politie"), (11, "Moskee El Noor")]),
    ],
)
def test_a_short_list_that_was_renamed_and_corrected_comes_in_once(
    tmp_path: Path, asked: Asked, corrected: str, left: list[tuple[int, str]]
) -> None:
    path = book(tmp_path)
    numbered(tmp_path, "sept.csv", "1,2026-09-10,Politie", "2,2026-09-11,VV Zandloo")
    assert asked.json("import", "sept.csv", *TODAY)["proposed"] == 2
    numbered(tmp_path, "september.csv", "1,2026-09-10,Politie", corrected)
    done = asked.json("import", "september.csv", *TODAY)
    assert (done["proposed"], done["changed"], done["already_known"]) == (0, 1, 1)
    assert proposed(path) == left


def test_a_short_list_beside_another_that_begins_alike_is_its_own(
    tmp_path: Path, asked: Asked
) -> None:
    """Two colleagues number their lists alike, and were at one table once."""
    path = book(tmp_path)
    numbered(tmp_path, "anne.csv", "1,2026-09-10,Politie", "2,2026-09-11,VV Zandloo")
    assert asked.json("import", "anne.csv", *TODAY)["proposed"] == 2
    numbered(tmp_path, "bert.csv", "1,2026-09-10,Politie", "2,2026-09-14,VV Zandloo")
    done = asked.json("import", "anne.csv", "bert.csv", *TODAY)
    assert (done["proposed"], done["changed"]) == (1, 0)
    assert proposed(path) == [(10, "Politie"), (11, "VV Zandloo"), (14, "VV Zandloo")]


def inbox(folder: Path, *sources: str) -> None:
    named = ", ".join(f'"{one}"' for one in sources)
    text = f'[book.n]\nworkbooks = ["n.xlsx"]\ninbox = [{named}]\n'
    (folder / "trustbook.toml").write_text(text, encoding="utf-8")


def test_who_comes_on_the_list_with_the_file_that_names_it_is_proposed(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    inbox(tmp_path, "*.ics")
    assert asked("sync", *TODAY)[0] == 0
    edited(path, "Partners", {"B5": "Buurthuis Noord"})
    calendar(tmp_path, event("Koffie Buurthuis Noord", "20261105"))
    assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [(5, "Buurthuis Noord")]
    assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [(5, "Buurthuis Noord")]
