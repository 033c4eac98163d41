"""A real workbook on which runs are killed, disks fill up and people save at the worst moment."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from trustbook.ledger.locate import LedgerLocator
from trustbook.reading.lists import find_lists
from trustbook.run.report import Report
from trustbook.run.sync import run_sync
from trustbook.snapshot import CellEdit, CellValue, Changes, RowAddition
from trustbook.workbooks.excel import CONVENTIONS, ExcelWorkbook
from trustbook.workbooks.template import new_workbook
from trustbook.xlsx.edit import edit

TODAY, NOW = date(2026, 9, 30), datetime(2026, 9, 30, 2, 0)
# Where a run can be: the steps of a sync, then those of a write into an Excel file.
SYNC_POINTS = ("read", "plan", "write", "settle")
FILE_POINTS = ("read", "edited", "checked", "temporary", "backup", "replaced", "settled")
POINTS = tuple(f"sync.{name}" for name in SYNC_POINTS) + tuple(
    f"file.{name}" for name in FILE_POINTS
)

Step = Callable[[str], None]


def nothing(name: str) -> None:
    """Between two steps nothing happens."""


class Site:
    """A folder with a workbook of ``partners`` rows and its memory."""

    def __init__(self, folder: Path, partners: int = 12) -> None:
        self.path, self.memory = folder / "network.xlsx", folder / "memory"
        self.partners, self.now = partners, NOW
        new_workbook(self.path, "en")
        names: list[dict[int, CellValue]] = [{2: f"Partner {i}"} for i in range(partners)]
        self.add("Partners", *names)
        moments: list[dict[int, CellValue]] = [
            {2: date(2026, 8, 1 + i), 3: f"Partner {i}"} for i in range(partners)
        ]
        self.add("Moments", *moments)
        # What people have typed and must find again: (sheet, name in the second column) to topic or
        # area.
        self.typed: dict[str, CellValue] = {}

    def type(self, *edits: CellEdit) -> None:
        """A person types and saves: the file is replaced without a question to anybody."""
        self.make(Changes(edits=list(edits)))

    def add(self, sheet: str, *rows: dict[int, CellValue]) -> None:
        """A person types new rows below a list, and the table grows along."""
        self.make(Changes(additions=[RowAddition(sheet, 1, row) for row in rows]))

    def make(self, changes: Changes) -> None:
        """A person changes the workbook and saves."""
        self.path.write_bytes(edit(self.path.read_bytes(), changes, CONVENTIONS).data)

    def type_area(self, row: int, text: str) -> None:
        """A person types an area for a partner."""
        self.type(CellEdit("Partners", 2 + row, self.column("area"), text))
        self.typed[f"Partner {row}"] = text

    def column(self, name: str) -> int:
        """The number of a column of Partners."""
        return find_lists(self.book().read().grids)["partners"].columns[name]

    def book(self, steps: Step = nothing) -> ExcelWorkbook:
        """The workbook, with something to happen between the steps of a write."""
        return ExcelWorkbook(self.path, locks=self.memory / "locks", steps=steps)

    def sync(self, step: Step = nothing) -> Report:
        """One run; ``step`` is called with ``sync.NAME`` and ``file.NAME`` as it goes."""
        return self.sync_on(TODAY, step)

    def sync_on(self, today: date, step: Step = nothing) -> Report:
        """``sync`` on another day."""
        return run_sync(
            self.book(lambda name: step(f"file.{name}")),
            today,
            self.now,
            lang="en",
            step=lambda name: step(f"sync.{name}"),
            keeper=LedgerLocator(self.memory),
        )

    def check(self) -> None:
        """The file is whole, nothing typed is lost, no row is doubled, and nothing is left lying
        about.
        """
        lists = find_lists(self.book().read().grids)
        partners = dict(
            zip(lists["partners"].get("name"), lists["partners"].get("area"), strict=True)
        )
        assert len(lists["partners"].rows) == self.partners == len(lists["moments"].rows)
        for name, area in self.typed.items():
            assert partners[name] == area, f"{name} lost what was typed"

    def check_after_a_good_run(self) -> None:
        """As ``check``; and all IDs are there, once each, and no temporary file is left."""
        self.check()
        for listing in find_lists(self.book().read().grids).values():
            ids = listing.get("id") if listing.sheet.prefix else []
            assert None not in ids and len(set(ids)) == len(ids)
        left = [
            path.name
            for path in self.path.parent.rglob("*")
            if path.name.endswith((".tmp", "-journal", "-wal"))
        ]
        assert left == []


def in_a_process_of_its_own(run: Callable[[], object], kill_after: float | None = None) -> int:
    """Run something in a forked process, killed after so many seconds; its exit code, -9 when it
    was killed.
    """
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            run()
            code = 0
        os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at(point: str, nth: int = 1) -> Step:
    """A step that pulls the plug the ``nth`` time the run comes by a point."""
    came = [0]

    def step(name: str) -> None:
        came[0] += name == point
        if came[0] == nth and name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def kill_and_recover(folder: Path, chance: random.Random, rounds: int) -> None:
    """Type, kill a run at a point or at any moment, look, run again, look; over and over on one
    workbook.
    """
    site = Site(folder)
    site.sync()
    for n in range(rounds):
        site.type_area(chance.randrange(site.partners), f"area {n}")
        if chance.random() < 0.5:
            step = kill_at(chance.choice(POINTS))
            in_a_process_of_its_own(lambda step=step: site.sync(step))  # type: ignore[misc]
        else:
            in_a_process_of_its_own(site.sync, kill_after=chance.uniform(0, 0.25))
        site.check()
        if chance.random() < 0.3:
            site.type_area(chance.randrange(site.partners), f"area {n} after the crash")
        site.sync()
        site.check_after_a_good_run()
        assert not site.sync().changed


def race(folder: Path, chance: random.Random, rounds: int) -> None:
    """A person saves the workbook while a run is at work; what they typed must be there after."""
    site = Site(folder)
    site.sync()
    # After "backup" the file is replaced at once; before it every save is noticed.
    points = [
        point for point in POINTS if point not in ("file.backup", "file.replaced", "file.settled")
    ]
    for n in range(rounds):
        at = chance.choice(points)
        row = chance.randrange(site.partners)
        came: list[str] = []

        def step(
            name: str, at: str = at, row: int = row, n: int = n, came: list[str] = came
        ) -> None:
            if name == at and not came:
                came.append(name)
                site.type_area(row, f"typed in race {n}")

        site.type_area((row + 1) % site.partners, f"typed before {n}")
        site.sync(step)
        site.check()
        site.sync()
        site.check_after_a_good_run()
