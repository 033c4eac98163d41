"""What people typed on a sheet of ours is told from what was written there."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustbook.merge import overtyped
from trustbook.merge.overtyped import RowsWritten, cells_written, typed_on
from trustbook.run.differences import count_differences
from trustbook.snapshot import Cell, CellValue, GeneratedSheet, Grid

WROTE: RowsWritten = [
    ["Relations", None, None],
    ["Every night anew.", None, None],
    ["Partner", "Status", "Days"],
    ["Police", "warm", 3],
    ["GGD", "cold", 40],
    ["School", "cold", 40],
]


def typed(*rows: list[CellValue], but: tuple[str, ...] = ()) -> list[tuple[str, str, object]]:
    found = typed_on(Grid("Relations", list(rows)), WROTE, but)
    return [(one.cell, one.header, one.value) for one in found]


def as_written() -> list[list[CellValue]]:
    return [[*row] for row in WROTE]


def test_what_was_written_is_nobodys() -> None:
    assert typed(*as_written()) == []


def test_a_sheet_that_was_sorted_and_filtered_holds_nothing_of_anybody() -> None:
    rows = as_written()
    assert typed(*rows[:3], *reversed(rows[3:])) == []
    assert typed(*rows[:4]) == [], "rows that are gone were nobody's either"


def test_a_column_that_was_put_between_makes_nothing_of_ours_anybodys() -> None:
    rows = [[row[0], None, *row[1:]] for row in as_written()]
    assert typed(*rows) == []
    rows[2][1], rows[4][1], rows[5][3] = "Mine", "ring first", "long"
    assert typed(*rows) == [
        ("B3", "B", "Mine"), ("B5", "B", "ring first"), ("D6", "Days", "long")]  # fmt: skip
    assert typed(*rows, but=("Days",)) == [("B3", "B", "Mine"), ("B5", "B", "ring first")]


def test_a_column_that_was_deleted_or_moved_makes_nothing_of_ours_anybodys() -> None:
    rows = [[row[0], row[2]] for row in as_written()]
    assert typed(*rows) == []
    rows[3][1] = "a while"
    assert typed(*rows) == [("B4", "Days", "a while")]
    assert typed(*([row[2], row[0], row[1]] for row in as_written())) == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([None, "a", "b", 1, 2.5]), min_size=4, max_size=4), max_size=5
    ),
    st.data(),
)
def test_wherever_columns_and_rows_went_what_was_typed_is_told_and_nothing_else(
    rows: RowsWritten, data: st.DataObject
) -> None:
    wrote: RowsWritten = [["Name", "Status", "Why", "Due"], *rows]
    there = st.permutations([0, 1, 2, 3, None])  # None: a column of somebody's
    columns = data.draw(there)[: data.draw(st.integers(1, 5))]
    shown = [[None if at is None else row[at] for at in columns] for row in wrote]
    shown[1:] = data.draw(st.permutations(shown[1:]))
    expected: set[tuple[int, int, object]] = set()
    for number in data.draw(st.sets(st.integers(0, 9), max_size=3)):
        row, column = number % len(shown), number % len(columns)
        if row:  # a header that was typed over tells its column no more
            shown[row][column] = f"typed {number}"
            expected = {one for one in expected if one[:2] != (row, column)}
            expected.add((row, column, f"typed {number}"))
    found = typed_on(Grid("Sheet", shown), wrote)
    assert {(one.row - 1, one.column - 1, one.value) for one in found} == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from([None, "a", 1, True, 2.5]), max_size=4), max_size=5),
       st.data())  # fmt: skip
def test_what_is_found_is_the_same_wherever_the_rows_stand(
    wrote: RowsWritten, data: st.DataObject
) -> None:
    """What was typed is counted value by value, and rows that stand where they were written need no
    counting: with a blank row on top, all of them have moved.
    """
    shown = [[*row] for row in wrote]
    for _ in range(data.draw(st.integers(0, 3))):
        if shown and (row := data.draw(st.sampled_from(shown))):
            row[data.draw(st.integers(0, len(row) - 1))] = data.draw(
                st.sampled_from([None, "a", 7])
            )
    here, moved = (typed_on(Grid("Sheet", rows), wrote) for rows in (shown, [[], *shown]))
    assert [(one.row + 1, one.column, one.value) for one in here] == [
        (one.row, one.column, one.value) for one in moved
    ]


@pytest.mark.parametrize(
    ("row", "column", "value", "found"),
    [
        (3, 1, "warm, I rang", ("B4", "Status", "warm, I rang")),
        (5, 2, 41, ("C6", "Days", 41)),
        (4, 1, "warm", ("B5", "Status", "warm")),  # written once, and stands twice
        (0, 1, "ask Anna", ("B1", "Status", "ask Anna")),
    ],
)
def test_another_value_is_somebodys(
    row: int, column: int, value: CellValue, found: tuple[str, str, object]
) -> None:
    rows = as_written()
    rows[row][column] = value
    assert typed(*rows) == [found]


def test_of_two_that_were_written_the_third_is_somebodys() -> None:
    assert typed(*as_written(), [None, "cold"]) == [("B7", "Status", "cold")]


def test_beside_our_columns_the_letter_says_where_it_stands() -> None:
    rows = as_written()
    rows[4].append("ring on Monday")
    assert typed(*rows) == [("D5", "D", "ring on Monday")]


def test_a_blank_cell_is_no_typing_and_what_is_asked_for_is_left_alone() -> None:
    rows = as_written()
    rows[3][1], rows[4][2] = None, "a while"
    assert typed(*rows, but=("Days",)) == []
    assert typed(*rows, but=("Status",)) == [("C5", "Days", "a while")]


def test_the_header_is_the_fullest_of_the_first_three_rows_as_they_were_written() -> None:
    """A later row may hold as many words; of two as full the upper one is it."""
    wrote: RowsWritten = [["A", "B"], ["one", "two"], [1, "x"], ["p", "q"], ["p", "q", "r"]]
    found = typed_on(Grid("Sheet", [["A", "B"], ["mine", None]]), wrote)
    assert [(one.cell, one.header) for one in found] == [("A2", "A")]
    assert typed_on(Grid("Sheet", [["mine"]]), [])[0].header == "A", "the letter"
    wrote = [["Our sheet", None], [None, None], [None, None], ["Partner", "Status"]]
    found = typed_on(Grid("Sheet", [[None, "mine"]]), wrote)
    assert [one.header for one in found] == ["B"], "the fourth row is no header"


def test_a_sheet_that_starts_lower_counts_as_the_sheet_does() -> None:
    found = typed_on(Grid("Sheet", [["mine"]], first_row=4, first_column=3), [])
    assert [(one.row, one.column, one.cell) for one in found] == [(4, 3, "C4")]


def test_what_is_kept_of_a_sheet_of_ours() -> None:
    sheet = GeneratedSheet("start", "Start", ((Cell(True), Cell(None)), (Cell(2.0),)), (9.0, 9.0))
    assert cells_written(sheet) == [["\x01b1", None], [2]]


VALUES = (None, None, "a", "b", 1, True, 1.0, 2.5, date(2026, 3, 1), datetime(2026, 3, 1))


def random_cells(chance: Random) -> list[list[CellValue]]:
    return [
        [chance.choice(VALUES) for _ in range(chance.randrange(4))]
        for _ in range(chance.randrange(5))
    ]


def test_a_sheet_that_stands_as_it_was_written_tells_what_a_count_of_all_its_cells_tells() -> None:
    chance, same = Random(7), 0
    for _ in range(2000):
        cells = random_cells(chance)
        sheet = GeneratedSheet("health", "H", tuple(tuple(map(Cell, row)) for row in cells), ())
        if chance.random() < 0.6:
            cells = [[*row, *[None] * chance.randrange(2)] for row in cells]
        if cells and chance.random() < 0.6:
            row = chance.choice(cells)
            row[:] = [chance.choice(VALUES) if chance.random() < 0.3 else one for one in row]
        grid = Grid("H", cells, chance.choice((1, 1, 1, 2)), chance.choice((1, 1, 1, 2)))
        found = typed_on(grid, cells_written(sheet))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(overtyped, "stands_as_written", lambda *_: False)
            assert typed_on(grid, cells_written(sheet)) == found
        same += overtyped.stands_as_written(grid, cells_written(sheet))
        assert count_differences(sheet, grid) == counted_one_by_one(sheet, grid)
    assert 100 < same < 1900


def counted_one_by_one(sheet: GeneratedSheet, grid: Grid) -> int:
    wanted = {
        (r, c): cell.value for r, row in enumerate(sheet.rows, 1) for c, cell in enumerate(row, 1)
    }
    there = {
        (grid.first_row + r, grid.first_column + c): value
        for r, row in enumerate(grid.rows)
        for c, value in enumerate(row)
    }
    return sum(wanted.get(at) != there.get(at) for at in wanted.keys() | there.keys())
