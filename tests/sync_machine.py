"""Two workbooks and a ledger under everything that people and computers do to them; what must hold
after every sync.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from trustbook.errors import Busy
from trustbook.ledger import Ledger
from trustbook.ledger.ledger_place import Place
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.staged_lines import lines_of_kind
from trustbook.merge.allowances import EVERYTHING
from trustbook.merge.cell_codec import unpack
from trustbook.run.report import Report
from trustbook.run.settle import recover
from trustbook.run.sync import run_sync
from trustbook.snapshot import Changes, Snapshot, Written
from trustbook.workbooks.base import Wanted, is_typed_sheet
from trustbook.workbooks.in_memory import Content, MemoryWorkbook

TODAY = date(2026, 9, 30)
HEADER = ["ID", "Name", "Area", "Holder", "Our colour"]
# Columns by position, from 1: what is merged, and one of the coordinator's own that must never
# move.
MERGED, OWN = {2: "name", 3: "area", 4: "holder"}, 5
WORDS = st.sampled_from(["red", "green", "blue", "12", "Ünï", " spaced ", "=1+1"])
# The machine asks for thousands of small files: in memory where there is such a place.
_QUICK = Path("/dev/shm")


class Stops(Exception):
    """What stands in for the power going off."""


class Frail(MemoryWorkbook):
    """A workbook in memory that can be out of reach, or lose the power just before or just after a
    write.
    """

    away = False
    breaks: str | None = None

    def read(self, wanted: Wanted = is_typed_sheet) -> Snapshot:
        if self.away:
            raise Busy("excel.gone", name=self.name)
        return super().read(wanted)

    def write(self, changes: Changes, expect: str) -> Written:
        if self.breaks == "before":
            raise Stops
        written = super().write(changes, expect)
        if self.breaks == "after":
            raise Stops
        return written

    def rows(self) -> dict[str, list[Content]]:
        """The rows of Partners that have an ID of their own, by it."""
        rows = [[*row, *[None] * (len(HEADER) - len(row))] for row in self.sheets["Partners"][1:]]
        ids = [row[0] for row in rows]
        return {str(row[0]): row for row in rows if row[0] is not None and ids.count(row[0]) == 1}


class Network(RuleBasedStateMachine):
    """The machine. Rows are spoken of by a tag in the coordinator's own column, which no sync may
    touch.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=_QUICK if _QUICK.is_dir() else None))
        self.keeper = LedgerLocator(self.folder)
        self.books = [Frail({"Partners": [list(HEADER)]}, name) for name in ("one", "two")]
        self.count = 0
        self.minutes = 0
        # (name at birth, column) to the workbooks in which people edited it since all last agreed.
        self.edited: dict[tuple[str, int], set[str]] = {}
        # (identity, column) to what people typed there and nobody who saw it typed over; and what
        # all agreed to before.
        self.typed: dict[tuple[str, int], set[Content]] = {}
        self.typed_over: dict[tuple[str, int], set[Content]] = {}
        self.agreed: dict[tuple[str, int], Content] = {}
        self.lost = False

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize()
    def begin(self) -> None:
        self.books[0].sheets["Partners"] += [
            [None, f"Partner {i}", "north", "Anna", f"one-{i}"] for i in range(3)
        ]
        self._full()

    # what people do

    @rule(book=st.integers(0, 1), area=WORDS)
    def add(self, book: int, area: str) -> None:
        self.count += 1
        tag = f"{self.books[book].name}-new-{self.count}"
        self.books[book].sheets["Partners"].append([None, f"New {self.count}", area, None, tag])
        self.books[book].touch()

    @rule(
        book=st.integers(0, 1),
        row=st.integers(0, 4),
        column=st.sampled_from([2, 3, 4]),
        word=WORDS | st.none(),
    )
    def edit(self, book: int, row: int, column: int, word: str | None) -> None:
        cells = self._pick(book, row)
        if cells is None or (column == 2 and word is None):
            return
        value = f"{word} {cells[0]}" if column == 2 else word
        if cells[column - 1] != value:
            self._typed((str(cells[0]), column), cells[column - 1], value)
            cells[column - 1] = value
            self.edited.setdefault((str(cells[0]), column), set()).add(self.books[book].name)
            self.books[book].touch()

    @rule(book=st.integers(0, 1), row=st.integers(0, 4))
    def delete(self, book: int, row: int) -> None:
        cells = self._pick(book, row)
        if cells is not None:
            self.books[book].sheets["Partners"].remove(cells)
            for column in MERGED:
                self.edited.setdefault((str(cells[0]), column), set()).add(self.books[book].name)
                self.typed.pop((str(cells[0]), column), None)
            self.books[book].touch()

    @rule(book=st.integers(0, 1), row=st.integers(0, 4))
    def copy(self, book: int, row: int) -> None:
        """A row copied below the list, ID and all, and given another name."""
        cells = self._pick(book, row)
        if cells is not None:
            self.count += 1
            self.books[book].sheets["Partners"].append(
                [cells[0], f"Copy {self.count}", *cells[2:4], f"copy-{self.count}"]
            )
            for column in MERGED:
                self.typed.pop((str(cells[0]), column), None)
            self.books[book].touch()

    @rule(book=st.integers(0, 1), row=st.integers(0, 4))
    def blank_id(self, book: int, row: int) -> None:
        cells = self._pick(book, row)
        twins = [
            r
            for r in self.books[book].sheets["Partners"]
            if cells is not None and r[1:4] == cells[1:4]
        ]
        dirty = cells is not None and any(
            (str(cells[0]), column) in self.edited for column in MERGED
        )
        if cells is not None and len(twins) == 1 and not dirty:
            cells[0] = None
            self.books[book].touch()

    @rule(book=st.integers(0, 1))
    def turn_round(self, book: int) -> None:
        """Sort the list: another order, the same rows."""
        sheet = self.books[book].sheets["Partners"]
        sheet[1:] = sheet[:0:-1]
        self.books[book].touch()

    # what the night does

    @rule()
    def night(self) -> None:
        self._full()

    @rule(away=st.integers(0, 1))
    def night_with_one_away(self, away: int) -> None:
        self.books[away].away = True
        report = self._sync()
        self.books[away].away = False
        assert [name for name, _ in report.skipped] == [self.books[away].name]

    @rule(
        away=st.integers(0, 1),
        row=st.integers(0, 4),
        column=st.sampled_from([2, 3, 4]),
        words=st.tuples(WORDS, WORDS),
    )
    def the_same_cell_while_one_is_away(
        self, away: int, row: int, column: int, words: tuple[str, str]
    ) -> None:
        """Two people answer the same question, and a night in which only one of them was heard lies
        between.
        """
        self.edit(1 - away, row, column, words[0])
        self.night_with_one_away(away)
        self.edit(away, row, column, words[1])

    @rule(at=st.integers(0, 1), when=st.sampled_from(["before", "after"]))
    def power_cut(self, at: int, when: str) -> None:
        self.books[at].breaks = when
        with suppress(Stops):
            self._sync()
        self.books[at].breaks = None

    @rule()
    def lose_the_memory(self) -> None:
        """The disk of the computer that kept the ledger died; the workbooks live on."""
        self.lose_ledgers()
        self.lost = True
        self.typed = {}
        before = [book.rows() for book in self.books]
        self._full()
        for old, book in zip(before, self.books, strict=True):
            now = book.rows()
            for identity, row in old.items():
                assert identity in now, "a row was removed without any base"
                assert all(a == b or a is None for a, b in zip(row, now[identity], strict=True)), (
                    row,
                    now[identity],
                )

    # what must hold

    def _full(self) -> None:
        self._sync()
        again = self._sync()
        assert not again.changed, "a second sync without edits wrote something"
        disputed = {(str(one["id"]), str(one["column"])) for one in again.conflicts}
        one, two = (book.rows() for book in self.books)
        assert one.keys() == two.keys(), one.keys() ^ two.keys()
        for identity in one:
            for column, name in MERGED.items():
                if (identity, name) not in disputed:
                    assert one[identity][column - 1] == two[identity][column - 1], (identity, name)
        if not self.lost:
            for identity, name in disputed:
                column = next(at for at, known in MERGED.items() if known == name)
                assert len(self.edited.get((identity, column), ())) > 1, (
                    f"a conflict out of nothing: {identity} {name}"
                )
        self._check_all_that_was_typed(one, two)
        self.lost = self.lost and bool(disputed)
        self.edited = {
            (i, c): who for (i, c), who in self.edited.items() if (i, MERGED[c]) in disputed
        }

    def _typed(self, cell: tuple[str, int], before: Content, after: Content) -> None:
        """Somebody who saw ``before`` typed ``after``."""
        values, over = self.typed.setdefault(cell, set()), self.typed_over.setdefault(cell, set())
        values.discard(before)
        over.add(before)
        # What somebody typed over already is nobody's loss, whoever types it as well.
        if after != self.agreed.get(cell) and after not in over:
            values.add(after)

    def _check_all_that_was_typed(
        self, one: dict[str, list[Content]], two: dict[str, list[Content]]
    ) -> None:
        """Whatever people typed, and nobody who saw it typed over, stands in one workbook or the
        other.
        """
        for (identity, column), values in self.typed.items():
            if identity in one:
                stands = {one[identity][column - 1], two[identity][column - 1]}
                assert values <= stands, f"lost: {values - stands} in {identity}, column {column}"
        self.agreed = {
            (i, c): row[c - 1]
            for i, row in one.items()
            for c in MERGED
            if row[c - 1] == two[i][c - 1]
        }
        self.typed = {
            cell: values for cell, values in self.typed.items() if cell not in self.agreed
        }
        self.typed_over = {
            cell: values for cell, values in self.typed_over.items() if cell not in self.agreed
        }

    def ledgers(self) -> Sequence[Place]:
        """Where the ledgers of the book are."""
        return sorted(self.folder.glob("*.ledger"))

    def lose_ledgers(self) -> None:
        """The ledgers are no more, nor their copies."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def _sync(self) -> Report:
        before = [[list(row) for row in book.sheets["Partners"]] for book in self.books]
        bases = self._bases()
        said = self._said()
        self.minutes += 1
        now = datetime(2026, 10, 1, 2) + timedelta(minutes=self.minutes)
        try:
            return run_sync(
                self.books, TODAY, now, lang="en", keeper=self.keeper, allowed=EVERYTHING
            )
        finally:
            for book, rows, base in zip(self.books, before, bases, strict=True):
                self._check_nothing_lost(book, rows, base)
                self._check_nothing_invented(book, said)

    def _bases(self) -> list[dict[str, dict[str, object]]]:
        """What each workbook last agreed to, after a run that broke off was made good."""
        places = self.ledgers()
        if not places:
            return [{}, {}]
        with Ledger(places[0], reads_only=True) as kept, kept.in_passing() as ledger:
            recover(
                ledger,
                {book.name: book.marks.get("run", "") for book in self.books if not book.away},
            )
            bases = [ledger.base(book.name, "partners") for book in self.books]
        return [{identity: dict(unpack(text)) for identity, text in base.items()} for base in bases]

    def _said(self) -> set[Content]:
        said: set[Content] = {None}
        for book in self.books:
            said |= {cell for row in book.sheets["Partners"][1:] for cell in row[1:4]}
        for place in self.ledgers():
            with Ledger(place, reads_only=True) as ledger:
                said |= {
                    v for text in ledger.records("partners").values() for v in unpack(text).values()
                }
                # What a run that broke off had heard, somebody said.
                staged = lines_of_kind(ledger._db, "record")
                said |= {v for *_, text in staged for v in unpack(text).values()}
        return said

    def _check_nothing_lost(
        self, book: Frail, before: list[list[Content]], base: dict[str, dict[str, object]]
    ) -> None:
        """No cell changed that differed from this workbook's base; the coordinator's own column did
        not move at all.
        """
        for old, new in zip(before[1:], book.sheets["Partners"][1:], strict=False):
            known = base.get(str(_cell(new, 1) or _cell(old, 1) or _same(old, base)), {})
            for column, name in MERGED.items():
                was, now = _cell(old, column), _cell(new, column)
                assert was == now or was is None or was == known.get(name), (
                    book.name,
                    old,
                    new,
                    known,
                )
            assert _cell(old, OWN) == _cell(new, OWN)
        assert len(book.sheets["Partners"]) >= len(before)

    def _check_nothing_invented(self, book: Frail, said: set[Content]) -> None:
        for row in book.sheets["Partners"][1:]:
            assert {_cell(row, column) for column in MERGED} <= said

    def _pick(self, book: int, row: int) -> list[Content] | None:
        rows = [r for r in self.books[book].sheets["Partners"][1:] if _cell(r, 1) and _cell(r, 2)]
        ids = [r[0] for r in rows]
        rows = [r for r in rows if ids.count(r[0]) == 1]
        if not rows:
            return None
        picked = rows[row % len(rows)]
        picked.extend([None] * (len(HEADER) - len(picked)))
        return picked


def _same(row: list[Content], base: dict[str, dict[str, object]]) -> str | None:
    """The row of a base that a row without an ID must be, because it is exactly that row."""
    cells = {
        name: _cell(row, column)
        for column, name in MERGED.items()
        if _cell(row, column) is not None
    }
    return next((identity for identity, known in base.items() if known == cells), None)


def _cell(row: list[Content], column: int) -> Content:
    return row[column - 1] if len(row) >= column else None
