"""The machine of two workbooks, in which people type formulas as well: no sync ever writes over
one.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.sync_machine import MERGED, WORDS, Frail, Network
from tests.test_sync_machine import CALM, _only_the_sheets_that_matter_here
from trustbook.run.report import Report
from trustbook.snapshot import CellValue
from trustbook.workbooks.in_memory import Content, Formula

__all__ = ["_only_the_sheets_that_matter_here"]


@dataclass
class Shown:
    """A workbook as people see it, what its formulas show in their place."""

    name: str
    sheets: dict[str, list[list[CellValue]]]


def shows(cell: Content) -> CellValue:
    return cell.shows if isinstance(cell, Formula) else cell


def plain(rows: list[list[Content]]) -> list[list[CellValue]]:
    return [[shows(cell) for cell in row] for row in rows]


class Computing(Network):
    """Two workbooks may differ for ever where one of them computes; To check says so, and the rest
    agrees.
    """

    @rule(
        book=st.integers(0, 1),
        row=st.integers(0, 4),
        column=st.sampled_from([2, 3, 4]),
        word=WORDS | st.none(),
    )
    def compute(self, book: int, row: int, column: int, word: str | None) -> None:
        cells = self._pick(book, row)
        if cells is not None and (column > 2 or word is not None):
            cells[column - 1] = Formula(word)
            self.edited.setdefault((str(cells[0]), column), set()).add(self.books[book].name)
            self.books[book].touch()

    def _full(self) -> None:
        self._sync()
        again = self._sync()
        assert not again.changed, "a second sync without edits wrote something"
        for book in self.books:
            book.touch()
        assert not self._sync().changed, "saving without an edit made a sync write something"
        disputed = {(str(one["id"]), str(one["column"])) for one in again.conflicts}
        told = {
            (one.workbook, one.row, str(one.column).casefold())
            for one in again.problems
            if one.code.startswith("computed")
        }
        standing = [(book.name, self._standing(book)) for book in self.books]
        for identity in {identity for _, rows in standing for identity in rows}:
            rows = [(name, *rows[identity]) for name, rows in standing if identity in rows]
            explained = set()
            for column, name in MERGED.items():
                computed = [
                    (book, at) for book, at, row in rows if isinstance(row[column - 1], Formula)
                ]
                if (identity, name) in disputed or any(
                    (*place, name) in told for place in computed
                ):
                    explained.add(name)
                elif len({shows(row[column - 1]) for *_, row in rows}) > 1:
                    raise AssertionError(f"{name} of {rows} differs and nobody says so")
            assert len(rows) == 2 or explained, f"{rows} stands alone"
        self.edited = {
            (i, c): who for (i, c), who in self.edited.items() if (i, MERGED[c]) in disputed
        }

    def _standing(self, book: Frail) -> dict[str, tuple[int, list[Content]]]:
        places = {
            str(row[0]): at
            for at, row in enumerate(book.sheets["Partners"], 1)
            if row and row[0] is not None
        }
        return {identity: (places[identity], list(row)) for identity, row in book.rows().items()}

    def _sync(self) -> Report:
        before = [[list(row) for row in book.sheets["Partners"]] for book in self.books]
        try:
            return super()._sync()
        finally:
            for book, rows in zip(self.books, before, strict=True):
                for old, new in zip(rows, book.sheets["Partners"], strict=False):
                    for column, cell in enumerate(old):
                        assert not isinstance(cell, Formula) or new[column] is cell, (old, new)

    def _said(self) -> set[Content]:
        return super()._said() | {
            shows(c) for b in self.books for row in b.sheets["Partners"] for c in row
        }

    def _check_nothing_lost(
        self, book: Frail, before: list[list[Content]], base: dict[str, dict[str, object]]
    ) -> None:
        seen = Shown(book.name, {"Partners": plain(book.sheets["Partners"])})
        super()._check_nothing_lost(seen, plain(before), base)  # type: ignore[arg-type]


TestComputing = Computing.TestCase
TestComputing.settings = settings(CALM, max_examples=8, stateful_step_count=15)
