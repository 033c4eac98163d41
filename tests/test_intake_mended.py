"""What was mended in a source changes its own proposal, and is asked about once more after an
answer; what names somebody unknown is told and looked at again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_intake import TODAY, answer, book, calendar, event, rows, skipped
from tests.test_intake_cells import FORM, form
from tests.typed import Asked, answered, asked, edited, ledger_in
from trustbook.intake.marks import mark_of
from trustbook.intake.proposals import INBOX, SAID_OF, TAKEN

__all__ = ["asked"]
FIRST, SECOND = "2026-11-21 10:00:00", "2026-11-22 11:30:00"


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


@pytest.mark.parametrize(
    ("mended", "now"),
    [
        ([FIRST, "19-11-2026", "VV Zandloo"], (19, "VV Zandloo")),
        ([FIRST, "18-11-2026", "Politie"], (18, "Politie")),
        ([FIRST, "19-11-2026", "Politie"], (19, "Politie")),
    ],
)
def test_an_answer_that_was_mended_changes_its_own_proposal(
    tmp_path: Path, asked: Asked, mended: list[str], now: tuple[int, str]
) -> None:
    path = book(tmp_path)
    form(path, [FIRST, "18-11-2026", "VV Zandloo"], [SECOND, "20-11-2026", "Moskee El Noor"])
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    identity = rows(path)[0][6]
    edited(path, FORM, dict(zip(("A3", "B3", "C3"), mended, strict=True)))
    edited(path, FORM, {"A2": SECOND, "B2": "20-11-2026", "C2": "Moskee El Noor"})
    assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [now, (20, "Moskee El Noor")], "sorted the other way, and mended"
    assert rows(path)[0][6] == identity


def test_an_answer_that_was_mended_after_a_yes_or_a_no_is_told(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    answers: list[list[str | None]] = [
        [FIRST, "17-11-2026", "VV Zandloo"],
        [SECOND, "18-11-2026", "VV Zandloo"],
        ["2026-11-23 09:00:00", "19-11-2026", "VV Zandloo"],
    ]
    form(path, *answers)
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    answer(path, "ja", "ja", "nee")
    assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [] and "event_moved" not in asked.codes(*TODAY)
    edited(path, FORM, {"B2": "16-11-2026", "C3": "Politie", "C4": "Moskee El Noor"})
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    assert asked.codes(*TODAY).count("event_moved") == 1
    assert proposed(path) == [(18, "Politie"), (19, "Moskee El Noor")]
    after_yes, after_no = rows(path)
    assert "na uw ja" in after_yes[4] and "na uw nee" in after_no[4]
    edited(path, FORM, {"C4": "VV Zandloo"})
    answer(path, "nee", "nee")
    assert asked("sync", *TODAY)[0] == 0
    assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [], "no means no"


def test_answers_that_share_their_second_are_told_apart_in_any_order(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    form(path, [FIRST, "18-11-2026", "VV Zandloo"], [FIRST, "18-11-2026", "Politie"])
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    before = {row[1]: row[6] for row in rows(path)}
    edited(path, FORM, {"C2": "Politie", "C3": "VV Zandloo"})
    assert asked("sync", *TODAY)[0] == 0
    assert {row[1]: row[6] for row in rows(path)} == before


UNKNOWN = "datum;met\n2026-11-12;De Kade\n2026-11-13;De Kade\n2026-11-14;Buurt BSN 111222333\n"


def test_an_import_says_whom_it_does_not_know(tmp_path: Path, asked: Asked) -> None:
    book(tmp_path)
    (tmp_path / "log.csv").write_text(f"{UNKNOWN}2026-11-15;Politie\n", encoding="utf-8")
    code, _, said = asked("import", "log.csv", *TODAY)
    assert code == 0 and "“De Kade” (2)" in said, said
    assert "111222333" not in said
    told = asked.json("import", "log.csv", *TODAY)
    assert skipped(told) == {"unknown": 3}
    assert told["unknown"] == [{"name": "De Kade", "count": 2}]


def inbox(folder: Path, *sources: str) -> None:
    named = ", ".join(f'"{one}"' for one in sources)
    text = f'[book.n]\nworkbooks = ["n.xlsx"]\ninbox = [{named}]\n'
    (folder / "trustbook.toml").write_text(text, encoding="utf-8")


def test_a_list_of_the_inbox_that_names_unknowns_stands_on_to_check_by_its_rows(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    (tmp_path / "log.csv").write_text(f"{UNKNOWN}2026-11-15;Politie\n", encoding="utf-8")
    inbox(tmp_path, "log.csv")
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [(15, "Politie")]
    (line,) = [one for one in rows(path, "Te controleren") if "log.csv" in str(one[0])]
    assert "(rijen 2-4)" in line[0]
    kept = b"".join(one.read_bytes() for one in (tmp_path / "data").rglob("*") if one.is_file())
    assert b"De Kade" not in kept, "a name that nobody knows is kept nowhere"
    edited(path, "Partners", {"B5": "De Kade"})
    assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [(12, "De Kade"), (13, "De Kade"), (15, "Politie")]
    (line,) = [one for one in rows(path, "Te controleren") if "log.csv" in str(one[0])]
    assert "(rij 4)" in line[0]
    answered(path, "log.csv", "nee")
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
        assert "list_name" not in asked.codes(*TODAY), "none of them is a partner"


def test_who_comes_on_the_list_later_is_found_in_what_came_in_before(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    calendar(tmp_path, event("Koffie Buurthuis Noord", "20261105"))
    inbox(tmp_path, "agenda.ics")
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == []
    edited(path, "Partners", {"B5": "Buurthuis Noord"})
    assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [(5, "Buurthuis Noord")]


def test_what_cannot_be_reached_is_told_once_also_when_names_are_new(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    inbox(tmp_path, "http://127.0.0.1:9/agenda.ics")
    for name in (None, "Buurthuis Zuid", "Buurthuis West"):
        edited(path, "Partners", {"B5": name})
        assert asked("sync", *TODAY)[2].count("127.0.0.1") == 1, name


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


def test_an_answer_that_an_earlier_version_took_stays_taken(tmp_path: Path, asked: Asked) -> None:
    """It knew an answer by all that it says; its moment was typed over since."""
    path = book(tmp_path)
    form(path, [FIRST, "18-11-2026", "VV Zandloo"])
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    answer(path, "ja")
    assert asked("sync", *TODAY)[0] == 0
    edited(path, "Contactmomenten", {"B3": "19-11-2026"})
    with ledger_in(tmp_path) as ledger:
        (row,) = ledger.facts(TAKEN).values()
        former = f"form|{FORM}|{FIRST}||vv zandloo|2026-11-18"
        ledger.note(TAKEN, {mark_of(ledger.secret, former): row})
        ledger.note(SAID_OF, {})
        ledger.note(INBOX, {})
    assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == []
