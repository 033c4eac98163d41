"""One network in two workbooks: who is who, what they quarrel about, and what waits while one of
them is away.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.forgetting import everything_in
from tests.nights import TODAY, Away, Nights, copied
from trustbook.columns import CONFLICTS
from trustbook.ledger.facts import rows_on
from trustbook.snapshot import CellValue, Changes, Written
from trustbook.workbooks.in_memory import Content

Rows = list[list[Content]]


def pair(folder: Path, one: dict[str, Rows], two: dict[str, Rows]) -> Nights:
    return Nights(folder, books=[Away(one, "one"), Away(two, "two")])


def twins(folder: Path, partners: int = 12) -> Nights:
    """A network that has gone on in two equal workbooks for a while."""
    nights = Nights(folder, partners)
    nights.night()
    second = Away({}, "two")
    twin = copied(nights.book, "two")
    second.sheets, second.ours, second.marks, second._version = (
        twin.sheets,
        twin.ours,
        twin.marks,
        twin._version,
    )
    nights.books = [nights.book, second]
    nights.night()
    return nights


def partners(*rows: list[Content]) -> dict[str, Rows]:
    return {"Partners": [["ID", "Name", "Rhythm", "Holder", "Area"], *rows]}


def column(nights: Nights, book: int, place: int, sheet: str = "Partners") -> list[Content]:
    return [
        row[place] if len(row) > place else None for row in nights.books[book].sheets[sheet][1:]
    ]


def conflicts(nights: Nights, book: int) -> list[dict[str, CellValue]]:
    grid = next(
        (grid for grid in nights.books[book].read().grids if grid.ours == CONFLICTS.key), None
    )
    return rows_on(grid, CONFLICTS) if grid else []


def answer(nights: Nights, book: int, word: str, row: int = 0) -> None:
    """Type ``word`` in the column Keep of a row of Conflicts."""
    sheet = nights.sheet(nights.books[book].ours["conflicts"], book)
    at = next(i for i, line in enumerate(sheet) if line and line[0] == "Sheet")
    sheet[at + 1 + row][sheet[at].index(CONFLICTS.column("keep").en)] = word


# who is who


def test_rows_that_two_people_numbered_alike_are_two_records(tmp_path: Path) -> None:
    nights = pair(
        tmp_path,
        partners(["P-1", "Police", "6 weeks", "Anna", None], ["P-2", "Mosque", None, None, None]),
        partners(
            ["P-1", "Mosque An-Nur", None, "Bert", "North"],
            ["P-2", "Mosque", None, None, "South"],
        ),
    )
    report = nights.night()
    assert column(nights, 0, 1) == ["Police", "Mosque"] and column(nights, 1, 1) == [
        "Mosque An-Nur",
        "Mosque",
    ]
    assert column(nights, 0, 3) == ["Anna", None] and column(nights, 1, 3) == ["Bert", None]
    assert column(nights, 0, 4) == [None, "South"], (
        "the same number and the same name is the same partner"
    )
    said = [(p.code, p.cell, p.value) for p in report.problems if p.code == "id_of_two"]
    assert said == [("id_of_two", "A2", "P-1")] * 2
    assert not nights.night().changed
    nights.rows(book=1)[0][0] = None
    nights.night()
    assert sorted(map(str, column(nights, 0, 1))) == sorted(map(str, column(nights, 1, 1))) != []
    assert len(column(nights, 0, 1)) == 3


def test_without_an_id_column_a_row_is_known_by_its_name(tmp_path: Path) -> None:
    header: list[Content] = ["Name", "Holder", "Area"]
    nights = pair(
        tmp_path,
        partners([None, "Police", "6 weeks", "Anna", None], [None, "Mosque", None, None, None]),
        {"Partners": [header, ["police", None, "North"], ["School", "Bert", None]]},
    )
    nights.night()
    assert column(nights, 0, 1) == ["Police", "Mosque", "School"]
    assert column(nights, 1, 0) == ["police", "School", "Mosque"]
    assert column(nights, 0, 4)[0] == "North" and column(nights, 1, 1)[0] == "Anna"
    assert not nights.night().changed
    nights.rows(book=1)[1][2] = "East"
    nights.rows(book=0)[1][3] = "Chris"
    nights.night()
    assert column(nights, 0, 4)[2] == "East" and column(nights, 1, 1)[2] == "Chris"
    assert nights.books[1].sheets["Partners"][0] == header, "no column was added"


def test_a_citizen_service_number_in_an_id_cell_is_kept_nowhere_and_deletes_nothing(
    tmp_path: Path,
) -> None:
    nights = twins(tmp_path)
    nights.rows(book=0)[2][0] = "111222333"
    nights.rows(book=0)[2][3] = "Moved"
    report = nights.night()
    assert column(nights, 0, 0)[2] == "111222333", "it is the coordinator's to take away"
    assert column(nights, 1, 1) == column(nights, 0, 1), "nothing was taken for deleted"
    assert "withheld_bsn" in {problem.code for problem in report.problems}
    kept = everything_in(nights.keeper.folder)
    assert b"111222333" not in kept
    assert not any(
        "111222333" in str(cell)
        for sheet in nights.books[1].sheets.values()
        for row in sheet
        for cell in row
    )
    assert not nights.night().changed
    nights.rows(book=0)[2][0] = column(nights, 1, 0)[2]
    nights.night()
    assert column(nights, 1, 3)[2] == "Moved"


# what says the same, and what is each workbook's own


def test_an_english_and_a_dutch_workbook_start_without_a_quarrel(tmp_path: Path) -> None:
    from trustbook.reading.settings_rows import SETTING_ROWS

    def settings(lang: str, head: list[Content]) -> Rows:
        rows: Rows = [
            [row.label(lang), lang if row.key == "language" else None, row.note(lang)]
            for row in SETTING_ROWS
        ]
        return [head, *rows]

    nights = pair(
        tmp_path,
        partners([None, "Police", "6 weeks", "Anna", None])
        | {"Settings": settings("en", ["Setting", "Value", "Note"])},
        {
            "Partners": [["ID", "Naam", "Ritme", "Relatiehouder"], [None, "Police", 42, "Anna"]],
            "Instellingen": settings("nl", ["Instelling", "Waarde", "Toelichting"]),
        },
    )
    nights.books[0].sheets["Partners"][1][0] = nights.books[1].sheets["Partners"][1][0] = "P-7KQX"
    report = nights.night()
    assert not report.conflicts
    assert column(nights, 0, 2) == ["6 weeks"] and column(nights, 1, 2) == [42]
    languages = [
        row[1]
        for row in (
            nights.books[0].sheets["Settings"][1],
            nights.books[1].sheets["Instellingen"][1],
        )
    ]
    assert languages == ["en", "nl"]
    assert not nights.night().changed


def test_a_setting_that_stands_there_twice_is_known_by_its_value(tmp_path: Path) -> None:
    def book(*holders: str) -> dict[str, Rows]:
        rows: Rows = [["Own holder", holder, None] for holder in holders]
        return partners([None, "Police", None, None, None]) | {
            "Settings": [["Setting", "Value", "Note"], *rows]
        }

    nights = pair(tmp_path, book("Anna", "Bert"), book("Chris"))
    assert not nights.night().conflicts
    assert sorted(map(str, column(nights, 0, 1, "Settings"))) == ["Anna", "Bert", "Chris"]
    del nights.sheet("Settings", 0)[1]  # Anna leaves
    nights.rows("Settings", 1)[0][1] = "Chris Jansen"
    nights.night()
    for book_at in (0, 1):
        left = {str(value) for value in column(nights, book_at, 1, "Settings") if value}
        assert left == {"Bert", "Chris Jansen"}


# quarrels


def test_many_open_conflicts_are_no_alarm_night_after_night(tmp_path: Path) -> None:
    nights = twins(tmp_path, 16)
    for at in range(14):  # one a night: together more than any guard would let pass at once
        nights.rows(book=0)[at][3] = f"north {at * 7}"
        nights.rows(book=1)[at][3] = f"south {at * 5}"
        assert len(nights.night().conflicts) == at + 1
    answer(nights, 0, "there", row=0)
    assert len(nights.night().conflicts) == 13


def test_an_answer_does_not_beat_an_edit_made_after_the_question(tmp_path: Path) -> None:
    nights = twins(tmp_path)
    nights.rows(book=0)[0][2], nights.rows(book=1)[0][2] = "Dirk", "Els"
    nights.night()
    answer(nights, 0, "here")
    nights.rows(book=1)[0][2] = "Fatma"
    report = nights.night()
    assert (column(nights, 0, 2)[0], column(nights, 1, 2)[0]) == ("Dirk", "Fatma")
    assert [p.value for p in report.problems if p.code == "answer_unread"] == ["here"], (
        "the answer went without a word"
    )
    answer(nights, 0, "here")
    nights.night()
    assert (column(nights, 0, 2)[0], column(nights, 1, 2)[0]) == ("Dirk", "Dirk")
    with nights.ledger() as ledger:
        aside = [
            (event.old, event.source)
            for _, _, event in ledger.journal()
            if event.what == "set_aside"
        ]
    assert aside == [("Fatma", "two")], "what was not chosen must be found again"


@pytest.mark.parametrize("words", [("Nobody", None), ("here", "here")])
def test_an_answer_that_settles_nothing_is_told(
    tmp_path: Path, words: tuple[str, str | None]
) -> None:
    nights = twins(tmp_path)
    nights.rows(book=0)[0][2], nights.rows(book=1)[0][2] = "Dirk", "Els"
    nights.night()
    for book, word in enumerate(words):
        if word:
            answer(nights, book, word)
    report = nights.night()
    assert len(report.conflicts) == 1
    assert {p.value for p in report.problems if p.code == "answer_unread"} == {
        word for word in words if word
    }
    assert not nights.night().changed


def test_a_conflict_and_its_answer_wait_for_a_workbook_that_is_away(tmp_path: Path) -> None:
    nights = twins(tmp_path)
    nights.rows(book=0)[0][2], nights.rows(book=1)[0][2] = "Dirk", "Els"
    nights.night()
    since = conflicts(nights, 0)[0]["since"]
    answer(nights, 0, "there")
    second = nights.books[1]
    assert isinstance(second, Away)
    second.away = True
    for _ in range(2):
        report = nights.night(date(2026, 10, 3))
        assert len(report.conflicts) == 1 and column(nights, 0, 2)[0] == "Dirk"
        assert conflicts(nights, 0)[0]["keep"] == "there"
    second.away = False
    assert not nights.night(date(2026, 10, 4)).conflicts
    assert (column(nights, 0, 2)[0], column(nights, 1, 2)[0]) == ("Els", "Els")
    assert since == TODAY


def test_a_joined_copy_that_was_edited_needs_no_second_look(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night()
    second = copied(nights.book, "two")
    second.sheets["Partners"][1][2] = "Els"
    nights.books = [nights.book, second]
    nights.night()
    assert not nights.night().changed


class PowerOff(Exception):
    """The computer goes off."""


class Mains(Away):
    """A workbook after whose write the power can go off."""

    fails = False

    def write(self, changes: Changes, expect: str) -> Written:
        written = super().write(changes, expect)
        if self.fails:
            raise PowerOff
        return written


@pytest.mark.parametrize("after", [0, 1])
def test_one_that_was_written_before_a_power_cut_and_away_after_it_is_no_quarrel(
    tmp_path: Path, after: int
) -> None:
    nights = twins(tmp_path)
    frail = Mains({}, nights.books[after].name)
    old = nights.books[after]
    frail.sheets, frail.ours, frail.marks, frail._version = (
        old.sheets,
        old.ours,
        old.marks,
        old._version,
    )
    nights.books[after] = frail
    if after:
        first = Away({}, nights.book.name)
        old = nights.book
        first.sheets, first.ours, first.marks, first._version = (
            old.sheets,
            old.ours,
            old.marks,
            old._version,
        )
        nights.books[0] = first
    nights.rows(book=0)[0][2] = nights.rows(book=1)[1][3] = "new"
    frail.fails = True
    with pytest.raises(PowerOff):
        nights.night()
    frail.fails = False
    absent = nights.books[0]
    assert isinstance(absent, Away)
    absent.away = True
    nights.night()
    absent.away = False
    nights.rows(book=0)[0][2], nights.rows(book=0)[1][3] = "newer", "newer"
    assert not nights.night().conflicts
    assert (column(nights, 1, 2)[0], column(nights, 1, 3)[1]) == ("newer", "newer")
    assert not nights.night().changed


def test_who_was_not_written_before_a_power_cut_may_go_on_from_what_they_typed(
    tmp_path: Path,
) -> None:
    nights = twins(tmp_path)
    frail = Mains({}, nights.book.name)
    old = nights.book
    frail.sheets, frail.ours, frail.marks, frail._version = (
        old.sheets,
        old.ours,
        old.marks,
        old._version,
    )
    nights.books[0] = frail
    nights.rows(book=1)[0][2] = "Els"
    frail.fails = True
    with pytest.raises(PowerOff):
        nights.night()
    assert column(nights, 0, 2)[0] == "Els"
    frail.fails = False
    nights.rows(book=1)[0][2] = "Fatma"
    assert not nights.night().conflicts
    assert (column(nights, 0, 2)[0], column(nights, 1, 2)[0]) == ("Fatma", "Fatma")
    assert not nights.night().changed
