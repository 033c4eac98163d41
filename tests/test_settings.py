"""The sheet Settings, read through the public door: what each row takes, and where it ends."""

from __future__ import annotations

from datetime import date

import pytest

from tests.test_rows import codes, only, read
from trustbook.model import Book, Period, Settings
from trustbook.reading.settings_rows import SETTING_ROWS, find_setting, setting
from trustbook.snapshot import CellFault, CellValue


def with_settings(*rows: list[CellValue], lang: str = "en") -> Book:
    """A book of one partner with these rows of Settings: name, value, note."""
    known: list[list[CellValue]] = [["Setting", "Value", "Note"], *rows]
    return read(Partners=[["ID", "Name"], ["P-1A", "Police"]], Settings=known, lang=lang)


def hours(cell: CellValue) -> float | None:
    return with_settings(["Hours a week", cell]).settings.hours_a_week


@pytest.mark.parametrize("cell", [0, 0.5, "0,5", 1, 1000])
def test_so_many_hours_a_week_may_be(cell: CellValue) -> None:
    assert hours(cell) == (0.5 if cell == "0,5" else cell)


@pytest.mark.parametrize("cell", ["8 uur", "8 uren", "8 hours", "8uur"])
def test_the_unit_may_stand_behind_it(cell: str) -> None:
    assert hours(cell) == 8


@pytest.mark.parametrize("cell", [-1, -0.5, 1000.5, 1001, "many", True])
def test_so_many_may_not(cell: CellValue) -> None:
    book = with_settings(["Hours a week", cell])
    assert book.settings.hours_a_week is None
    assert only(book, "unreadable_number").cell == "B2"


@pytest.mark.parametrize(
    ("cell", "months"), [(1, 1), (24, 24), ("6", 6), (1000, 1000), (0, 18), (-1, 18), (1001, 18)]
)
def test_months_of_familiarity_are_whole_and_more_than_none(cell: CellValue, months: int) -> None:
    """Nought is no time at all: the default holds, and it is said."""
    book = with_settings(["Familiarity valid for (months)", cell])
    assert book.settings.familiarity_months == months
    assert type(book.settings.familiarity_months) is int
    assert ("unreadable_number" in codes(book)) is (months == 18)


@pytest.mark.parametrize("cell", [0.5, 1, "1,5", 2.25])
def test_a_factor_may_be_broken_and_not_nought(cell: CellValue) -> None:
    assert with_settings(["Cold factor", cell]).settings.cold_factor == (
        1.5 if cell == "1,5" else cell
    )
    assert "unreadable_number" in codes(with_settings(["Cold factor", 0]))


# periods

HOLIDAY = Period(date(2026, 7, 25), date(2026, 8, 16), "")


@pytest.mark.parametrize(
    "text",
    ["25-07-2026..16-08-2026", "25-07-2026 t/m 16-08-2026", "25 juli 2026 tot 16 augustus 2026",
     "25-07-2026 - 16-08-2026", "25 July 2026 until 16 August 2026", "25-7-2026…16-8-2026"],
)  # fmt: skip
def test_a_period_however_it_is_typed(text: str) -> None:
    assert with_settings(["Quiet period", text]).settings.quiet == (HOLIDAY,)


def test_one_day_is_a_period_and_every_row_adds_one() -> None:
    book = with_settings(
        ["Quiet period", date(2026, 5, 5)], ["Quiet period", "25-07-2026..16-08-2026", "Summer"],
        ["Crisis period", "1-5-2026..1-5-2026, riots"],
    )  # fmt: skip
    day = date(2026, 5, 5)
    assert book.settings.quiet == (
        Period(day, day, ""),
        Period(HOLIDAY.first, HOLIDAY.last, "Summer"),
    )
    assert book.settings.crisis == (Period(date(2026, 5, 1), date(2026, 5, 1), "riots"),)


def test_what_stands_in_the_note_goes_before_what_is_said_behind_a_comma() -> None:
    book = with_settings(["Quiet period", "1-5-2026, fair", "Holiday"])
    assert book.settings.quiet[0].note == "Holiday"


@pytest.mark.parametrize(
    "text", ["16-08-2026..25-07-2026", "1-5-2026..2-5-2026..3-5-2026", "May", "..", ", holiday"]
)
def test_what_is_no_period(text: str) -> None:
    book = with_settings(["Quiet period", text])
    assert book.settings.quiet == ()
    assert only(book, "unreadable_period").value == text


# texts, and what cannot be read


def test_what_may_stand_more_than_once_is_added_up_without_blanks() -> None:
    book = with_settings(
        ["Own area", "North; South ;"], ["Own area", "East\n\nWest"], ["Own holder", "Anna"],
        ["Our name", "Gemeente W"], ["Our goals", 2026],
    )  # fmt: skip
    found = book.settings
    assert found.areas == ("North", "South", "East", "West") and found.holders == ("Anna",)
    assert (found.our_name, found.our_goals) == ("Gemeente W", "2026")


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_a_blank_value_keeps_its_default(cell: CellValue) -> None:
    book = with_settings(["Cold factor", cell], ["Own area", cell])
    assert book.settings == Settings(language=book.settings.language)
    assert [code for code in codes(book) if code.startswith("unreadable")] == []


def test_an_error_and_an_unknown_name_are_told_with_their_cell() -> None:
    book = with_settings(["Cold factor", CellFault("#N/A")], ["Colour", "red"])
    assert only(book, "error_cell").cell == "B2"
    assert only(book, "unknown_setting").cell == "A3"
    assert book.settings.cold_factor == Settings().cold_factor


@pytest.mark.parametrize(("word", "lang"), [("Nederlands", "nl"), ("EN", "en"), ("dutch", "nl")])
def test_a_language_by_its_name(word: str, lang: str) -> None:
    assert with_settings(["Language", word], lang="").settings.language == lang


def test_a_language_that_there_is_not() -> None:
    assert only(with_settings(["Language", "Frisian"]), "unreadable_language").value == "Frisian"


def test_every_setting_is_found_by_each_of_its_names() -> None:
    for row in SETTING_ROWS:
        for name in (row.key, row.label("en"), row.label("nl"), *row.also):
            assert find_setting(name) is row, name
        assert row.note("en") != row.note("nl") or row.type == "rhythm"
        assert (row.label("en"), row.label("nl")) == (row.en, row.nl)
        assert (row.note("en"), row.note("nl")) == (row.note_en, row.note_nl)
        assert setting(row.key) is row
    assert find_setting("Colour") is None
