"""A small network in memory and its nights, for tests of memory and guards."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from trustbook.errors import Busy
from trustbook.ledger import Ledger
from trustbook.ledger.locate import LedgerLocator
from trustbook.merge.allowances import Allowances
from trustbook.reading.renaming import Renaming
from trustbook.run.report import Report
from trustbook.run.sync import run_sync
from trustbook.snapshot import Snapshot
from trustbook.workbooks.base import Wanted, is_typed_sheet
from trustbook.workbooks.in_memory import Content, MemoryWorkbook

TODAY = date(2026, 9, 30)
PARTNERS: list[Content] = ["ID", "Name", "Holder", "Area", "Since", "Status", "Why", "Own thing"]
MOMENTS: list[Content] = ["ID", "Date", "With", "State", "Topic"]


class Away(MemoryWorkbook):
    """A workbook that can be out of reach."""

    away = False

    def read(self, wanted: Wanted = is_typed_sheet) -> Snapshot:
        if self.away:
            raise Busy("excel.gone", name=self.name)
        return super().read(wanted)


class Nights:
    """A workbook (or several) with ``partners`` rows, a ledger in ``folder``, and a clock that goes
    on by itself.
    """

    def __init__(
        self, folder: Path, partners: int = 20, books: Sequence[MemoryWorkbook] = ()
    ) -> None:
        self.folder = folder
        self.keeper = LedgerLocator(folder / "memory")
        rows: list[list[Content]] = [
            [
                None,
                f"Partner {i:02d}",
                ("Anna", "Bert", "Chris")[i % 3],
                f"Area {i}",
                None,
                None,
                None,
                f"mine {i}",
            ]
            for i in range(partners)
        ]
        moments: list[list[Content]] = [
            [None, TODAY - timedelta(days=7 * i), f"Partner {i:02d}", None, f"Topic {i}"]
            for i in range(partners)
        ]
        sheets = {"Partners": [PARTNERS, *rows], "Moments": [MOMENTS, *moments]}
        self.books = list(books) or [MemoryWorkbook(sheets, "network")]
        self.clock = datetime(2026, 9, 30, 2, 0)

    @property
    def book(self) -> MemoryWorkbook:
        """The first workbook."""
        return self.books[0]

    def rows(self, sheet: str = "Partners", book: int = 0) -> list[list[Content]]:
        """The rows under the header, the very lists: what a test changes there is typed by a
        person.
        """
        self.books[book].touch()
        return self.books[book].sheets[sheet][1:]

    def sheet(self, sheet: str, book: int = 0) -> list[list[Content]]:
        """All rows of a sheet, to add to or take from."""
        self.books[book].touch()
        return self.books[book].sheets[sheet]

    def night(
        self,
        today: date = TODAY,
        *,
        deletes: int = 0,
        changes: int = 0,
        accept: int | None = None,
        renames: Sequence[str] = (),
        dry_run: bool = False,
        keeper: LedgerLocator | None = None,
    ) -> Report:
        """One sync of all workbooks."""
        renamed = tuple(Renaming.parse(one) for one in renames)
        self.clock += timedelta(days=1)
        return run_sync(
            self.books,
            today,
            self.clock,
            lang="en",
            keeper=keeper or self.keeper,
            allowed=Allowances(deletes, changes, renames=renamed),
            accept=accept,
            dry_run=dry_run,
        )

    def ledger(self) -> Ledger:
        """The ledger, for looking only."""
        return Ledger(next(iter(sorted(self.keeper.folder.glob("*.ledger")))), reads_only=True)

    def lose_memory(self) -> None:
        """The folder with the ledger is gone."""
        shutil.rmtree(self.keeper.folder)


def copied(book: MemoryWorkbook, name: str = "") -> MemoryWorkbook:
    """The same workbook under another name, as when a file is copied."""
    twin = MemoryWorkbook(book.sheets, name or book.name)
    twin.ours, twin.marks, twin._version = dict(book.ours), dict(book.marks), book._version
    return twin
