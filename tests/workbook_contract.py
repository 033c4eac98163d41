"""What every workbook promises, whatever program keeps it: one suite, run on each backend.

A backend's own test file derives from ``WorkbookContract`` and says how to make a workbook, how a
person types into one, and how a person looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from trustbook.errors import Busy
from trustbook.messages import LANGUAGES
from trustbook.snapshot import (
    Cell,
    CellEdit,
    CellValue,
    Changes,
    GeneratedSheet,
    Grid,
    RowAddition,
    Snapshot,
)
from trustbook.workbooks.base import Workbook

Sheets = Mapping[str, Sequence[Sequence[CellValue]]]

HEADERS = ["ID", "Naam", "Relatiehouder", "Sinds", "Eigen inschatting", "Status", "Telefoon"]
SHEETS: Sheets = {
    "Partners": [
        HEADERS,
        ["P-7KQX", "Buurthuis De Brug", "Jan", date(2024, 3, 12), "gaat goed", None, "0612345678"],
        [None, "Moskee Nour", "Fatma", None, None, None, "1,5"],
        ["P-9DEF", "Politie", None, date(2023, 1, 2), None, None, "NA"],
    ],
    "Contactmomenten": [["ID", "Datum", "Met"], ["M-2B3C4D", date(2026, 9, 1), "Politie"]],
    "Eigen blad": [["van mij"], ["blijft"]],
}
AS_IS: list[CellValue] = [
    "0612345678",
    "007",
    "1,5",
    "1.234,50",
    "12-3-2026",
    "3/4",
    "=1+1",
    "+31 15 260",
    "-",
    "@naam",
    "'tje",
    "TRUE",
    "WAAR",
    "NA",
    "#REF!",
    "1E5",
    "2026",
    " ruimte ervoor",
    "ruimte erachter ",
    "twee\nregels",
    "😀 é ž ☃",
    "\"aanhaling\" & <teken>",
    "x" * 32_767,
    12,
    -3,
    2.5,
    0,
    True,
    False,
    date(2026, 3, 12),
    date(1950, 1, 1),
]  # fmt: skip


def generated(
    rows: Sequence[Sequence[CellValue]], key: str = "call", title: str = "Wie bellen"
) -> GeneratedSheet:
    """A sheet of ours with these values under a header."""
    body = tuple(
        tuple(Cell(value, "date" if isinstance(value, date) else "text") for value in row)
        for row in rows
    )
    head = (Cell("Naam", "header.ours"), Cell("Waarom nu", "header.ours"))
    return GeneratedSheet(key, title, (head, *body), (20, 40))


class WorkbookContract:
    """The promises; ``make``, ``type``, ``compute`` and ``see`` are the backend's."""

    def make(self, sheets: Sheets) -> Workbook:
        """A workbook with these sheets (rows from row 1)."""
        raise NotImplementedError

    def type(self, workbook: Any, sheet: str, row: int, column: int, text: str) -> None:
        """A person types a text into a cell, and saves."""
        raise NotImplementedError

    def compute(self, workbook: Any, sheet: str, row: int, column: int) -> None:
        """A person types the formula =1+1 into a cell, and saves."""
        raise NotImplementedError

    def see(self, workbook: Any, sheet: str) -> list[list[CellValue]]:
        """A sheet as a person sees it, known to us or not; blank ends left out."""
        raise NotImplementedError

    def again(self, workbook: Any) -> Workbook:
        """The same workbook opened anew, as the next run does."""
        raise NotImplementedError

    @staticmethod
    def grid(snapshot: Snapshot, title: str) -> Grid:
        """One sheet of a snapshot."""
        return next(grid for grid in snapshot.grids if grid.title == title)

    def rows(self, workbook: Workbook, title: str) -> list[list[CellValue]]:
        """What a fresh read shows, blank ends left out."""
        return trimmed(self.grid(self.again(workbook).read(), title).rows)

    # reading

    def test_reads_the_known_sheets_and_no_other(self) -> None:
        snapshot = self.make(SHEETS).read()
        assert snapshot.titles == ("Partners", "Contactmomenten", "Eigen blad")
        assert [grid.title for grid in snapshot.grids] == ["Partners", "Contactmomenten"]
        assert all(grid.ours is None for grid in snapshot.grids)
        assert trimmed(self.grid(snapshot, "Partners").rows) == trimmed(SHEETS["Partners"])

    def test_the_version_changes_when_somebody_types(self) -> None:
        workbook = self.make(SHEETS)
        version = workbook.read().version
        assert workbook.read().version == version
        self.type(workbook, "Partners", 2, 3, "Piet")
        snapshot = workbook.read()
        assert snapshot.version != version
        assert self.grid(snapshot, "Partners").rows[1][2] == "Piet"

    def test_cells_that_compute_are_known_from_those_that_look_alike(self) -> None:
        workbook = self.make({"Partners": [["Naam", "Gebied"], ["Politie", None], ["GGD", None]]})
        workbook.write(Changes(edits=[CellEdit("Partners", 2, 2, "=1+1")]), workbook.read().version)
        assert self._computed(workbook) == set()
        self.compute(workbook, "Partners", 3, 2)
        assert self._computed(workbook) == {(3, 2)}
        changes = Changes(
            edits=[CellEdit("Partners", 3, 1, "GGD Haaglanden")], sheets=[generated([["a", "b"]])]
        )
        workbook.write(changes, workbook.read().version)
        assert self._computed(workbook) == {(3, 2)}
        workbook.write(Changes(edits=[CellEdit("Partners", 3, 2, "Zuid")]), workbook.read().version)
        assert self._computed(workbook) == set()

    def _computed(self, workbook: Workbook) -> set[tuple[int, int]]:
        grid = self.grid(self.again(workbook).read(), "Partners")
        return {(row, column) for column, rows in grid.formulas.items() for row in rows}

    # writing

    def test_nothing_to_change_is_no_write(self) -> None:
        workbook = self.make(SHEETS)
        version = workbook.read().version
        assert workbook.write(Changes(marks={"run": "x"}), version).version == version
        assert workbook.read().version == version

    def test_every_value_comes_back_as_it_went(self) -> None:
        workbook = self.make(
            {"Partners": [["Naam", "Eigen inschatting"], *[[f"Partner {i}"] for i, _ in enum()]]}
        )
        snapshot = workbook.read()
        edits = [CellEdit("Partners", i + 2, 2, value) for i, value in enum()]
        written = workbook.write(Changes(edits=edits), snapshot.version)
        assert written.version == workbook.read().version
        back = [row[1] for row in self.rows(workbook, "Partners")[1:]]
        assert [(type(value), value) for value in back] == [(type(value), value) for value in AS_IS]

    def test_a_blank_takes_a_value_away(self) -> None:
        workbook = self.make(SHEETS)
        workbook.write(Changes(edits=[CellEdit("Partners", 2, 5, None)]), workbook.read().version)
        assert self.rows(workbook, "Partners")[1] == [
            *SHEETS["Partners"][1][:4],
            None,
            None,
            "0612345678",
        ]

    def test_ids_go_where_they_are_missing_and_all_else_stays(self) -> None:
        workbook = self.make(SHEETS)
        workbook.write(
            Changes(edits=[CellEdit("Partners", 3, 1, "P-2ABC")]), workbook.read().version
        )
        expected = trimmed(SHEETS["Partners"])
        expected[2][0] = "P-2ABC"
        assert self.rows(workbook, "Partners") == expected
        assert self.see(workbook, "Eigen blad") == [["van mij"], ["blijft"]]

    def test_new_rows_land_below_the_last_one(self) -> None:
        workbook = self.make(SHEETS)
        new: list[dict[int, CellValue]] = [
            {1: "M-33333C", 2: date(2026, 9, 30), 3: "007"},
            {1: "M-44444D", 2: date(2026, 9, 29), 3: "=1+1"},
        ]
        added = [RowAddition("Contactmomenten", 1, cells) for cells in new]
        written = workbook.write(Changes(additions=added), workbook.read().version)
        assert written.rows == (3, 4)
        rows = self.rows(workbook, "Contactmomenten")
        assert rows[:2] == trimmed(SHEETS["Contactmomenten"])
        assert rows[2:] == [list(cells.values()) for cells in new]

    # our own sheets and marks

    def test_our_sheet_is_known_by_its_mark_and_replaced_whole(self) -> None:
        workbook = self.make(SHEETS)
        long = generated([[f"Naam {i}", f"reden {i}"] for i in range(6)])
        workbook.write(
            Changes(sheets=[long], marks={"run": "1", "book": "B-XYZ"}), workbook.read().version
        )
        snapshot = workbook.read()
        assert snapshot.titles == ("Partners", "Contactmomenten", "Eigen blad", "Wie bellen")
        assert self.grid(snapshot, "Wie bellen").ours == "call"
        assert {"run": "1", "book": "B-XYZ"}.items() <= snapshot.marks.items()
        short = generated([["=1+1", date(2026, 9, 30)]])
        workbook.write(Changes(sheets=[short], marks={"run": "2"}), snapshot.version)
        again = self.again(workbook).read()
        assert trimmed(self.grid(again, "Wie bellen").rows) == [
            ["Naam", "Waarom nu"],
            ["=1+1", date(2026, 9, 30)],
        ]
        assert {"run": "2", "book": "B-XYZ"}.items() <= again.marks.items()

    def test_our_sheet_that_lost_its_mark_is_taken_over_when_that_is_asked(self) -> None:
        workbook = self.make(SHEETS)
        sheet = replace(generated([["a", "b"]], title="Eigen blad"), takes_over=True)
        version = workbook.read(lambda title: True).version
        workbook.write(Changes(sheets=[sheet]), version)
        snapshot = self.again(workbook).read()
        assert snapshot.titles == ("Partners", "Contactmomenten", "Eigen blad")
        assert self.grid(snapshot, "Eigen blad").ours == "call"
        assert trimmed(self.grid(snapshot, "Eigen blad").rows)[1:] == [["a", "b"]]

    def test_our_sheet_becomes_the_first_one_when_that_is_asked(self) -> None:
        workbook = self.make(SHEETS)
        sheets = [generated([["a"]]), generated([["b"]], "start", "Begin hier")]
        workbook.write(Changes(sheets=sheets), workbook.read().version)
        first = replace(generated([["c"]], "start", "Begin hier"), first=True)
        workbook.write(Changes(sheets=[first]), workbook.read().version)
        snapshot = self.again(workbook).read()
        others = ("Partners", "Contactmomenten", "Eigen blad", "Wie bellen")
        assert snapshot.titles == ("Begin hier", *others)
        assert {grid.title: grid.ours for grid in snapshot.grids if grid.ours} == {
            "Begin hier": "start", "Wie bellen": "call"
        }  # fmt: skip
        fresh = self.make(SHEETS)
        fresh.write(Changes(sheets=[first]), fresh.read().version)
        assert self.again(fresh).read().titles == ("Begin hier", *others[:3])

    def test_our_sheet_goes_when_it_is_no_longer_needed(self) -> None:
        workbook = self.make(SHEETS)
        both = [generated([["a"]]), generated([["b"]], "conflicts", "Conflicten")]
        workbook.write(Changes(sheets=both), workbook.read().version)
        workbook.write(Changes(remove=["conflicts", "quarter"]), workbook.read().version)
        snapshot = self.again(workbook).read()
        assert snapshot.titles == ("Partners", "Contactmomenten", "Eigen blad", "Wie bellen")
        assert [grid.ours for grid in snapshot.grids] == [None, None, "call"]

    def test_the_verdict_shows_in_the_derived_column(self) -> None:
        workbook = self.make(SHEETS)
        snapshot = workbook.read()
        head = ("ID", "Naam", "Laag", "Relatiehouder", "Status", "Waarom", "Let op",
                "Laatst zonnig", "Laatste contact", "Ritme", "Uiterlijk",
                "Volgende stap")  # fmt: skip
        body = [
            ("P-7KQX", "Buurthuis De Brug", None, None, "● Warm"),
            ("P-2ABC", "Moskee Nour", None, None, "○ Koud"),
        ]
        rows = tuple(tuple(Cell(value) for value in row) for row in (head, *body))
        health = GeneratedSheet("health", "Relatiestatus", rows, (10,) * len(head))
        edits = [
            CellEdit("Partners", 3, 1, "P-2ABC"),
            CellEdit("Partners", 2, 6, "● Warm", "status.warm"),
            CellEdit("Partners", 3, 6, "○ Koud", "status.cold"),
        ]
        workbook.write(Changes(edits=edits, sheets=[health]), snapshot.version)
        rows_now = self.rows(workbook, "Partners")
        assert [row[5] if len(row) > 5 else None for row in rows_now] == [
            "Status",
            "● Warm",
            "○ Koud",
            None,
        ]

    # others at work

    def test_what_was_read_before_is_not_written_upon_another_version(self) -> None:
        workbook = self.make(SHEETS)
        with pytest.raises(Busy) as caught:
            workbook.write(Changes(edits=[CellEdit("Partners", 3, 1, "P-2ABC")]), "another version")
        assert all(caught.value.sentence(lang) for lang in LANGUAGES)
        assert self.rows(workbook, "Partners") == trimmed(SHEETS["Partners"])

    def test_what_a_person_typed_meanwhile_stays(self) -> None:
        workbook = self.make(SHEETS)
        snapshot = workbook.read()
        self.type(workbook, "Partners", 4, 3, "Piet")
        changes = Changes(
            edits=[CellEdit("Partners", 3, 1, "P-2ABC")], sheets=[generated([["a", "b"]])]
        )
        try:
            workbook.write(changes, snapshot.version)
        except Busy:
            # A backend that can tell refuses, and the next try builds on what is there now.
            workbook.write(changes, workbook.read().version)
        rows = self.rows(workbook, "Partners")
        assert (rows[2][0], rows[3][2]) == ("P-2ABC", "Piet")

    def test_a_second_write_needs_no_second_read(self) -> None:
        workbook = self.make(SHEETS)
        first = workbook.write(
            Changes(edits=[CellEdit("Partners", 3, 1, "P-2ABC")]), workbook.read().version
        )
        workbook.write(Changes(edits=[CellEdit("Partners", 4, 3, "Piet")]), first.version)
        rows = self.rows(workbook, "Partners")
        assert (rows[2][0], rows[3][2]) == ("P-2ABC", "Piet")


def enum() -> list[tuple[int, CellValue]]:
    """The values that must come back as they went, numbered."""
    return list(enumerate(AS_IS))


def trimmed(rows: Sequence[Sequence[CellValue]]) -> list[list[CellValue]]:
    """Rows without blank cells at their ends and blank rows at the end."""
    result = [list(row) for row in rows]
    for row in result:
        while row and row[-1] is None:
            row.pop()
    while result and not result[-1]:
        result.pop()
    return result
