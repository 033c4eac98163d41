"""Cells one by one, read through the public door: what stands in them, and what is said of those
that cannot be used.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from tests.test_rows import codes, only, read
from trustbook.privacy.numbers import names_citizen
from trustbook.reading.cells import read_yes, row_ranges, shown
from trustbook.snapshot import CellFault, CellValue


def shares(cell: CellValue) -> bool:
    """Whether a partner's card may be shared."""
    book = read(Partners=[["ID", "Name", "Share card"], ["P-1A", "Police", cell]])
    return book.partners[0].share_card


def counts(cell: CellValue) -> bool:
    """Whether a line of the required network counts."""
    header: list[CellValue] = ["Phenomenon", "Party", "Tier", "Minimum", "Relevant"]
    book = read(
        Partners=[["ID", "Name"]],
        Required_network=[header, ["subversion", "police", None, 1, cell]],
    )
    return book.required[0].relevant


@pytest.mark.parametrize("cell", ["yes", "Ja", " JA ", "x", "waar", True])
def test_yes_is_yes_however_it_is_said(cell: CellValue) -> None:
    assert shares(cell) and counts(cell)


@pytest.mark.parametrize("cell", ["no", "Nee", "onwaar", False])
def test_no_is_no(cell: CellValue) -> None:
    assert not shares(cell) and not counts(cell)


@pytest.mark.parametrize("cell", [None, "  ", "perhaps", CellFault("#N/A")])
def test_what_is_no_answer_leaves_what_holds_without_one(cell: CellValue) -> None:
    assert not shares(cell), "a card is shared only where somebody said so"
    assert counts(cell), "a line counts unless somebody said that it does not"


def test_yes_and_one_are_told_apart_in_one_column() -> None:
    """True equals 1 to Python; people who tick boxes and type numbers mean each their own."""
    rows: list[list[CellValue]] = [["ID", "Name", "Rhythm"], ["P-1A", "Police", 1],
                                   ["P-2A", "GGD", True], ["P-3A", "School", 1.0]]  # fmt: skip
    book = read(Partners=rows)
    assert [partner.rhythm for partner in book.partners] == [1, None, 1]
    assert only(book, "unreadable_rhythm").cell == "C3"


@pytest.mark.parametrize(
    ("answer", "meant"),
    [(True, True), (False, False), ("Yes.", True), ("ja!", True), (" nee ", False), ("no", False),
     ("perhaps", None), ("", None), (None, None), (1, None)],
)  # fmt: skip
def test_what_is_answered_to_a_question(answer: object, meant: bool | None) -> None:
    assert read_yes(answer) is meant


# what is said of a cell


def test_a_problem_names_its_cell_and_shows_what_stands_there() -> None:
    book = read(Partners=[["ID", "Name", "Tier"], ["P-1A", "Police", "best"]])
    found = only(book, "unreadable_choice")
    assert (found.sheet, found.row, found.column, found.cell) == ("Partners", 2, "Tier", "C2")
    assert found.value == "best" and "core" in str(found.params["options"])


@pytest.mark.parametrize(
    ("fault", "code", "value"),
    [("#N/A", "error_cell", "#N/A"), ("uncomputed", "uncomputed", None)],
)
def test_an_error_among_texts_is_reported_and_read_as_nothing(
    fault: str, code: str, value: str | None
) -> None:
    """What nothing computed yet has no value to show."""
    rows: list[list[CellValue]] = [["ID", "Name", "Area"], ["P-1A", "Police", CellFault(fault)],
                                   ["P-2A", "GGD", "North"]]  # fmt: skip
    book = read(Partners=rows)
    assert [partner.area for partner in book.partners] == [None, "North"]
    found = only(book, code)
    assert (found.cell, found.value, found.params["text"]) == ("C2", value, fault)


def test_a_blank_name_is_reported_without_a_value() -> None:
    book = read(Partners=[["ID", "Name", "Area"], ["P-1A", "Police", None], ["P-2A", None, "East"]])
    found = only(book, "required_blank")
    assert (found.cell, found.value) == ("B3", None)


def test_a_header_that_is_nearly_ours_is_named_where_it_stands() -> None:
    book = read(Partners=[["ID", "Name", "Holdr"], ["P-1A", "Police", "Anna"]])
    found = only(book, "near_header")
    assert (found.row, found.column, found.cell, found.value) == (None, "Holdr", "C1", None)
    assert found.params["hints"] == ("Holder",)


def test_a_list_without_ids_says_so_and_names_no_cell() -> None:
    found = only(read(Partners=[["Name"], ["Police"]]), "no_id_column")
    assert (found.row, found.column, found.cell) == (None, None, None)


def test_an_id_that_stands_twice_counts_for_its_first_row() -> None:
    rows: list[list[CellValue]] = [["ID", "Name"], ["P-1A", "Police"], [None, "School"],
                                   ["p-1a", "GGD"], [None, "Church"]]  # fmt: skip
    book = read(Partners=rows)
    assert only(book, "doubled_id").cell == "A4"
    assert [partner.id for partner in book.partners] == ["P-1A", None, None, None]


# rows that are probably none, and numbers that may be somebody's


def test_what_stands_below_a_list_is_asked_about_in_one_line() -> None:
    rows: list[list[CellValue]] = [["Name", "Tier", "Area"], ["Police", "core", "North"],
                                   ["GGD", "core", "North"], [], ["Total"], [], ["2"]]  # fmt: skip
    found = only(read(Partners=rows), "below_list")
    assert (found.cell, found.row, found.value) == ("A5", 5, None)
    assert (found.params["rows"], found.params["count"]) == ("5, 7", 2)


@pytest.mark.parametrize(
    ("rows", "said"),
    [([7], "7"), ([7, 8], "7-8"), ([7, 8, 9, 12], "7-9, 12"), ([7, 9, 10], "7, 9-10"), ([], "")],
)
def test_row_numbers_as_people_write_them(rows: list[int], said: str) -> None:
    assert row_ranges(rows) == said


@pytest.mark.parametrize("number", [123456782, 123456782.0, 111222333])
def test_a_number_that_is_a_citizens_is_read_by_nobody(number: CellValue) -> None:
    rows: list[list[CellValue]] = [["ID", "Name", "Area"], ["P-1A", "Police", number]]
    book = read(Partners=rows)
    assert book.partners[0].area is None
    found = only(book, "withheld_bsn")
    assert (found.cell, found.value) == ("C2", None), "and never repeated"


@pytest.mark.parametrize("number", [123456782.5, 123456783, 12345678, 1234567820, -123456782, True])
def test_a_number_like_it_is_none(number: CellValue) -> None:
    rows: list[list[CellValue]] = [["ID", "Name", "Area"], ["P-1A", "Police", number]]
    assert read(Partners=rows).partners[0].area is not None


@pytest.mark.parametrize(
    ("number", "kept"), [(612345671, True), (512345673, True), ("BSN 712345681", False)]
)
def test_a_number_in_work_phone_is_one_to_call(number: CellValue, kept: bool) -> None:
    """Each passes the test of a citizen service number; only the last says that it is one."""
    assert names_citizen(str(number))
    people: list[list[CellValue]] = [["Name", "Partner", "Work phone"], ["Fatma", "Police", number]]
    book = read(Partners=[["ID", "Name"], ["P-1A", "Police"]], People=people)
    assert (book.people[0].phone == str(number)) is kept
    assert ("withheld_bsn" in codes(book)) is not kept


@pytest.mark.parametrize(
    ("cell", "text"),
    [(CellFault("#N/A"), "#N/A"), (datetime(2026, 9, 1, 14, 5, 7), "2026-09-01 14:05"),
     (date(2026, 9, 1), "2026-09-01"), (time(9, 30), "09:30:00"), (42.0, "42"), (2.5, "2.5"),
     (True, "True"), (999999999999999.0, "999999999999999"), (1e15, "1000000000000000.0"),
     (timedelta(hours=2), "2:00:00"), ("as typed", "as typed")],
)  # fmt: skip
def test_a_value_as_people_would_write_it(cell: CellValue, text: str) -> None:
    """A number too large to be exact is not made to look exact."""
    assert shown(cell) == text


def test_a_required_cell_that_is_blank_is_asked_for_and_one_that_is_withheld_is_not() -> None:
    needs: list[list[CellValue]] = [["Phenomenon", "Party"], [None, "police"]]
    book = read(Partners=[["ID", "Name"], ["P-1A", "Police"]], Required_network=needs)
    assert only(book, "required_blank").cell == "A2"
    book = read(Partners=[["ID", "Name"], ["P-1A", "Police"], ["P-2A", 123456782]])
    assert only(book, "withheld_bsn").cell == "B3"
    assert "required_blank" not in codes(book)
