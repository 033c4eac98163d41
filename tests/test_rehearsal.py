"""Before the first of several workbooks is written, every one of them shows that it can be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.excel_files import loaded, make, status
from tests.nights import TODAY
from trustbook.errors import Busy, SafetyStop
from trustbook.ledger import Ledger
from trustbook.ledger.locate import LedgerLocator
from trustbook.places import local as files
from trustbook.run.report import Report
from trustbook.run.sync import run_sync
from trustbook.snapshot import CellEdit, CellValue, Changes, Written
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.in_memory import MemoryWorkbook
from trustbook.workbooks.template import new_workbook

MADE = ["read", "edited", "checked"]
NOW = datetime(2026, 9, 30, 2, 0)


class Pair:
    """Two Excel workbooks of one network, with what a person does to them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.keeper = folder, LedgerLocator(folder / "memory")
        self.paths = [folder / "a.xlsx", folder / "b.xlsx"]
        for path in self.paths:
            new_workbook(path, "en")
        self.type(0, lambda sheet: self.add(sheet, "GGD"))
        self.night()

    def books(self) -> list[ExcelWorkbook]:
        return [ExcelWorkbook(path, locks=self.folder / "locks") for path in self.paths]

    def night(
        self, step: Callable[[str], None] = lambda name: None, *, dry_run: bool = False
    ) -> Report:
        return run_sync(
            self.books(), TODAY, NOW, lang="en", keeper=self.keeper, step=step, dry_run=dry_run
        )

    def type(self, at: int, change: Callable[[Worksheet], object]) -> None:
        """A person changes Partners and saves."""
        book = loaded(self.paths[at])
        change(book["Partners"])
        book.save(self.paths[at])

    @staticmethod
    def add(sheet: Worksheet, name: str) -> None:
        """A person types a partner below the last one, and the table grows along."""
        table = next(iter(sheet.tables.values()))
        row = next(row for row in range(2, 99) if not sheet.cell(row, 2).value)
        sheet.cell(row, 2, name)
        last = max(row, int(re.findall(r"\d+", table.ref)[-1]))
        table.ref = table.autoFilter.ref = re.sub(r"\d+$", str(last), table.ref)

    @staticmethod
    def total(sheet: Worksheet) -> None:
        """A person switches the row of totals on."""
        table = next(iter(sheet.tables.values()))
        table.ref, table.totalsRowCount = "A1:Y3", 1
        sheet["A3"] = "Total"

    def names(self, at: int) -> list[object]:
        return [
            row[1].value
            for row in loaded(self.paths[at])["Partners"].iter_rows(min_row=2)
            if row[1].value
        ]

    def stand(self) -> list[bytes]:
        return [path.read_bytes() for path in self.paths]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_none_is_written_where_one_refuses(pair: Pair) -> None:
    pair.type(0, lambda sheet: pair.add(sheet, "Police"))
    pair.type(1, pair.total)
    before = pair.stand()
    for dry_run in (True, False, False):
        with pytest.raises(SafetyStop) as stop:
            pair.night(dry_run=dry_run)
        assert (stop.value.key, stop.value.params["name"]) == ("excel.totals_row", "b.xlsx")
        assert pair.stand() == before
    with Ledger(next(iter(pair.keeper.folder.glob("*.ledger"))), reads_only=True) as ledger:
        assert ledger.prepared() is None
    pair.type(1, lambda sheet: sheet.tables.clear())
    pair.type(1, lambda sheet: sheet.delete_rows(3))
    assert pair.night().changed
    assert pair.names(0) == pair.names(1) == ["GGD", "Police"]
    assert not pair.night().changed


def test_a_workbook_saved_since_it_was_read_is_read_again(pair: Pair) -> None:
    pair.type(0, lambda sheet: pair.add(sheet, "Police"))
    came: list[str] = []

    def step(name: str) -> None:
        came.append(name)
        if came.count("plan") == 1 and name == "plan":
            pair.type(1, lambda sheet: pair.add(sheet, "Mosque"))

    pair.night(step)
    assert set(pair.names(0)) == set(pair.names(1)) == {"GGD", "Police", "Mosque"}


class Refusing(MemoryWorkbook):
    """A workbook that cannot show it beforehand, and refuses."""

    def write(self, changes: Changes, expect: str) -> Written:
        raise SafetyStop("google.refused", what="protected", name=self.name)


def test_one_that_cannot_prepare_is_asked_first(pair: Pair) -> None:
    before = pair.stand()[0]
    partners: list[list[CellValue]] = [["ID", "Name"], [None, "GGD"], [None, "Neighbours"]]
    twin = Refusing({"Partners": partners, "Moments": [["ID", "Date", "With"]]}, "online")
    with pytest.raises(SafetyStop, match="protected"):
        run_sync([pair.books()[0], twin], TODAY, NOW, lang="en", keeper=pair.keeper)
    assert pair.stand()[0] == before


class Held(ExcelWorkbook):
    """A workbook that another program holds while it is to prepare."""

    def prepare(self, changes: Changes, expect: str) -> bool:
        raise Busy("excel.held", name=self.name)


def test_one_that_cannot_be_reached_to_prepare_is_skipped(pair: Pair) -> None:
    pair.type(0, lambda sheet: pair.add(sheet, "Police"))
    held = Held(pair.paths[1], locks=pair.folder / "locks")
    before = pair.stand()[1]
    report = run_sync([pair.books()[0], held], TODAY, NOW, lang="en", keeper=pair.keeper)
    assert [name for name, _ in report.skipped] == ["b.xlsx"]
    assert pair.stand()[1] == before
    with pytest.raises(Busy):
        run_sync(held, TODAY, NOW, lang="en", keeper=pair.keeper)
    pair.night()
    assert pair.names(0) == pair.names(1) == ["GGD", "Police"]


def test_what_was_prepared_is_not_made_twice_and_not_kept(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    before = path.read_bytes()
    steps: list[str] = []
    book = ExcelWorkbook(path, locks=tmp_path / "locks", steps=steps.append)
    changes = Changes([status()])
    book.prepare(changes, files.version_of(before))
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["book.xlsx"], "neither lock nor copy"
    book.write(changes, files.version_of(before))
    assert loaded(path)["Partners"]["C2"].value == "● Warm"
    assert steps == [*MADE, "temporary", "backup", "replaced", "settled"]
    path.write_bytes(before)
    book.write(changes, files.version_of(before))
    assert steps[7:10] == MADE


def test_other_changes_than_those_prepared_are_made_anew(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    version = files.version_of(path.read_bytes())
    book = ExcelWorkbook(path, locks=tmp_path / "locks")
    book.prepare(Changes([status()]), version)
    book.write(Changes([status("○ Cold")]), version)
    assert loaded(path)["Partners"]["C2"].value == "○ Cold"


def test_a_file_saved_after_the_rehearsal_is_left_alone(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    version, changes = files.version_of(path.read_bytes()), Changes([status()])
    book = ExcelWorkbook(path, locks=tmp_path / "locks")
    book.prepare(changes, version)
    theirs = openpyxl.load_workbook(path)
    theirs["Notes"]["A2"] = "typed since"
    theirs.save(path)
    saved = path.read_bytes()
    for attempt in (book.write, book.prepare):
        with pytest.raises(Busy) as busy:
            attempt(changes, version)
        assert busy.value.key == "excel.changed"
    assert path.read_bytes() == saved


def test_a_rehearsal_says_what_stands_in_the_way(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", lambda book: book["Partners"].merge_cells("C2:C3"))
    with pytest.raises(SafetyStop, match="C3"):
        ExcelWorkbook(path).prepare(
            Changes([CellEdit("Partners", 3, 3, "x")]), files.version_of(path.read_bytes())
        )
