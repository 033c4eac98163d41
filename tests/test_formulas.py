"""A formula that a coordinator typed in a shared column stays, whatever the other workbook says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nights import PARTNERS, Nights
from trustbook.columns import CONFLICTS
from trustbook.messages import LANGUAGES
from trustbook.model import Problem
from trustbook.problems import explain
from trustbook.snapshot import CellValue
from trustbook.workbooks.in_memory import Content, Formula, MemoryWorkbook

NAME, HOLDER, AREA = 1, 2, 3


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    """Two workbooks that agree on eight partners; the first computes one area of its own."""
    rows: list[list[Content]] = [[None, f"Partner {i}", "Anna", f"Area {i}"] for i in range(8)]
    rows[2][AREA] = Formula("Area 2")
    books = [
        MemoryWorkbook({"Partners": [PARTNERS, *rows]}, "one"),
        MemoryWorkbook({"Partners": [PARTNERS]}, "two"),
    ]
    nights = Nights(tmp_path, books=books)
    settle(nights)
    assert by_name(nights, "two")["Partner 2"][AREA] == "Area 2"
    return nights


def settle(nights: Nights) -> list[Problem]:
    """A night, and another one that finds nothing to do, on the same day and on the next; what
    there is to check.
    """
    report = nights.night()
    assert not nights.night().changed, "a second sync without edits wrote something"
    for book in nights.books:
        book.touch()
    assert not nights.night().changed, "saving without an edit made a sync write something"
    return [problem for problem in report.problems if problem.code.startswith("computed")]


def by_name(nights: Nights, book: str) -> dict[str, list[Content]]:
    rows = next(one for one in nights.books if one.name == book).sheets["Partners"][1:]
    return {
        str(row[NAME]): [*row, *[None] * (len(PARTNERS) - len(row))]
        for row in rows
        if len(row) > 1 and row[NAME]
    }


def type_in(nights: Nights, book: int, name: str, column: int, value: Content) -> None:
    rows = nights.sheet("Partners", book)
    row = next(row for row in rows if row[NAME] == name)
    row.extend([None] * (column + 1 - len(row)))
    row[column] = value


def to_check(nights: Nights, book: int = 0) -> list[list[Content]]:
    title = nights.books[book].ours["check"]
    return [row for row in nights.books[book].sheets[title] if row and "formula" in str(row[0])]


def test_a_formula_stays_where_the_other_workbook_says_otherwise(nights: Nights) -> None:
    type_in(nights, 1, "Partner 2", AREA, "South")
    type_in(nights, 1, "Partner 2", HOLDER, "Bert")
    problems = settle(nights)
    one, two = by_name(nights, "one")["Partner 2"], by_name(nights, "two")["Partner 2"]
    assert one[AREA] == Formula("Area 2")
    assert (one[HOLDER], two[HOLDER], two[AREA]) == ("Bert", "Bert", "South")
    assert [(p.code, p.sheet, p.row, p.cell, p.column, p.value) for p in problems] == [
        ("computed_cell", "Partners", 4, "D4", "Area", "Area 2")
    ]
    assert len(to_check(nights)) == 1
    assert not to_check(nights, 1)
    assert all("“South”" in explain(problems[0], lang)[0] for lang in LANGUAGES)


def test_what_is_typed_over_the_formula_settles_it(nights: Nights) -> None:
    type_in(nights, 1, "Partner 2", AREA, "South")
    settle(nights)
    type_in(nights, 0, "Partner 2", AREA, "South")
    assert settle(nights) == []
    assert not to_check(nights)
    type_in(nights, 1, "Partner 2", AREA, "West")
    settle(nights)
    assert by_name(nights, "one")["Partner 2"][AREA] == "West"


def test_the_other_workbook_may_give_in(nights: Nights) -> None:
    type_in(nights, 1, "Partner 2", AREA, "South")
    settle(nights)
    type_in(nights, 1, "Partner 2", AREA, "Area 2")
    assert settle(nights) == []
    assert by_name(nights, "one")["Partner 2"][AREA] == Formula("Area 2")


def test_what_a_formula_shows_counts_as_said(nights: Nights) -> None:
    type_in(nights, 0, "Partner 2", AREA, Formula("Area two"))
    assert settle(nights) == []
    assert by_name(nights, "two")["Partner 2"][AREA] == "Area two"


def test_an_emptied_cell_does_not_empty_a_formula(nights: Nights) -> None:
    type_in(nights, 1, "Partner 2", AREA, None)
    problems = settle(nights)
    assert [problem.code for problem in problems] == ["computed_cell_blank"]
    assert by_name(nights, "one")["Partner 2"][AREA] == Formula("Area 2")
    assert by_name(nights, "two")["Partner 2"][AREA] is None


def test_a_formula_that_shows_nothing_stays_as_well(nights: Nights) -> None:
    type_in(nights, 0, "Partner 5", HOLDER, Formula(None))
    settle(nights)
    assert by_name(nights, "two")["Partner 5"][HOLDER] is None
    type_in(nights, 1, "Partner 5", HOLDER, "Chris")
    assert [problem.code for problem in settle(nights)] == ["computed_cell"]
    assert by_name(nights, "one")["Partner 5"][HOLDER] == Formula(None)


def test_a_choice_against_a_formula_ends_the_conflict_and_keeps_the_formula(nights: Nights) -> None:
    type_in(nights, 0, "Partner 2", AREA, Formula("North"))
    type_in(nights, 1, "Partner 2", AREA, "South")
    assert len(nights.night().conflicts) == 1
    sheet = nights.sheet(nights.books[1].ours["conflicts"], 1)
    keep = [column.key for column in CONFLICTS.columns].index("keep")
    next(row for row in sheet if "South" in row)[keep] = "here"
    problems = settle(nights)
    assert [problem.code for problem in problems] == ["computed_cell"]
    assert by_name(nights, "one")["Partner 2"][AREA] == Formula("North")
    assert by_name(nights, "two")["Partner 2"][AREA] == "South"
    assert not any("conflicts" in book.ours for book in nights.books)


def test_a_deleted_row_stays_whole_where_it_computes(nights: Nights) -> None:
    before = by_name(nights, "one")["Partner 2"]
    sheet = nights.sheet("Partners", 1)
    sheet.remove(next(row for row in sheet if row[NAME] == "Partner 2"))
    problems = settle(nights)
    assert [(problem.code, problem.cell) for problem in problems] == [("computed_row", "D4")]
    assert by_name(nights, "one")["Partner 2"][:5] == before[:5]
    assert "Partner 2" not in by_name(nights, "two")
    type_in(nights, 0, "Partner 2", HOLDER, "Bert")
    assert settle(nights) == []
    assert by_name(nights, "two")["Partner 2"][HOLDER] == "Bert"


def test_a_deleted_row_goes_once_it_is_deleted_here_too(nights: Nights) -> None:
    for book in (1, 0):
        sheet = nights.sheet("Partners", book)
        sheet.remove(next(row for row in sheet if row[NAME] == "Partner 2"))
        problems = settle(nights)
    assert problems == []


def test_ids_that_are_computed_are_never_written_over(tmp_path: Path) -> None:
    shows: list[CellValue] = ["P-1", "P-2", "P-2", None, "P-5"]
    rows: list[list[Content]] = [
        [Formula(at), f"Partner {i}", "Anna", f"Area {i}"] for i, at in enumerate(shows)
    ]
    book = MemoryWorkbook({"Partners": [PARTNERS, *rows, [None, "Partner 9"]]}, "one")
    nights = Nights(tmp_path, books=[book, MemoryWorkbook({"Partners": [PARTNERS]}, "two")])
    problems = settle(nights)
    assert [row[0] for row in book.sheets["Partners"][1:6]] == [Formula(at) for at in shows]
    assert str(book.sheets["Partners"][6][0]).startswith("P-")
    assert [(problem.code, problem.cell) for problem in problems] == [("computed_id", "A2")]
    # Of the two that show the same ID one is known by it; the other and the blank one stay where
    # they are.
    assert set(by_name(nights, "two")) == {"Partner 0", "Partner 1", "Partner 4", "Partner 9"}


def test_a_computed_id_that_shows_another_deletes_nothing_elsewhere(tmp_path: Path) -> None:
    rows: list[list[Content]] = [
        [Formula(f"P-{i}A"), f"Partner {i}", "Anna", f"Area {i}"] for i in range(4)
    ]
    book = MemoryWorkbook({"Partners": [PARTNERS, *rows]}, "one")
    nights = Nights(tmp_path, books=[book, MemoryWorkbook({"Partners": [PARTNERS]}, "two")])
    settle(nights)
    type_in(nights, 0, "Partner 1", 0, Formula("P-0A"))
    settle(nights)
    assert set(by_name(nights, "two")) == {f"Partner {i}" for i in range(4)}


def test_a_verdict_takes_the_place_of_a_formula_in_its_own_column(nights: Nights) -> None:
    status = PARTNERS.index("Status")
    type_in(nights, 0, "Partner 1", status, Formula("mine"))
    settle(nights)
    assert (
        by_name(nights, "one")["Partner 1"][status] == by_name(nights, "one")["Partner 0"][status]
    )
