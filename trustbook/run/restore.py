"""Bringing the workbook and its records back to the end of an earlier run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from trustbook.columns import TYPED
from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.ledger import Change, Known, Ledger
from trustbook.ledger.copies import place_aside
from trustbook.ledger.ledger_place import Place
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.transfer import put_back
from trustbook.merge.accidents import stop_unless_meant
from trustbook.merge.allowances import EVERYTHING, NOTHING_ALLOWED
from trustbook.merge.cell_codec import Row, is_withheld, unpack
from trustbook.merge.threeway import Event
from trustbook.run.clock import clock_back
from trustbook.run.history import memory_of_book
from trustbook.run.report import Report
from trustbook.run.sync import run_sync
from trustbook.workbooks.base import Workbook

_SHEETS = [sheet.key for sheet in TYPED]
# Faults of a workbook at which a restore does not even begin.
_KEEPS_US_OUT = (Busy.exit_code, NoAccess.exit_code)

# A row: the sheet it is on, and its ID.
_RowAt: TypeAlias = tuple[str, str]


def rewind(ledger: Ledger, run: int) -> Change:
    """What the ledger must learn to know again what it knew at the end of ``run``."""
    known = {sheet: ledger.records(sheet) for sheet in _SHEETS}
    archived = {sheet: ledger.archived(sheet) for sheet in _SHEETS}
    gone, rows = _undone(ledger, run, known)
    for sheet in _SHEETS:
        later = known[sheet].keys() - ledger.first_runs(sheet, run + 1).keys()
        gone |= {(sheet, identity): True for identity in later}
    change = Change()
    for (sheet, identity), is_gone in gone.items():
        # A row without a single cell is one that was to be forgotten: it does not come back.
        row = rows.get((sheet, identity), unpack(known[sheet][identity]))
        if is_gone != (identity in archived[sheet]) and (is_gone or row):
            change.archived.setdefault(sheet, {})[identity] = is_gone
            what = "archived" if is_gone else "returned"
            change.events.append(Event(sheet, identity, None, None, None, "", what))
    for (sheet, identity), row in rows.items():
        before = unpack(known[sheet][identity])
        if row != before:
            change.records.setdefault(sheet, {})[identity] = row
            change.events += _differences(sheet, identity, before, row)
    return change


def _undone(
    ledger: Ledger, run: int, known: Mapping[str, Mapping[str, str]]
) -> tuple[dict[_RowAt, bool], dict[_RowAt, Row]]:
    """Which rows were gone, or there, at the end of ``run``, and the cells of those that changed
    since: from the last line of the journal back, what is undone last is what held then.
    """
    gone: dict[_RowAt, bool] = {}
    rows: dict[_RowAt, Row] = {}
    for _, _, event in reversed(ledger.journal(after=run)):
        if event.what in ("archived", "returned"):
            gone[event.sheet, event.id] = event.what == "returned"
        elif event.what == "changed" and event.column and not is_withheld(event.old):
            _undo(known[event.sheet], event, rows)
    return gone, rows


def _differences(sheet: str, identity: str, before: Row, row: Row) -> list[Event]:
    """The journal's lines for the cells in which a row differs."""
    return [
        Event(sheet, identity, column, before.get(column), row.get(column), "")
        for column in dict.fromkeys([*before, *row])
        if before.get(column) != row.get(column)
    ]


def _undo(known: Mapping[str, str], event: Event, rows: dict[_RowAt, Row]) -> None:
    at = (event.sheet, event.id)
    if at not in rows:
        rows[at] = unpack(known[event.id])
    assert event.column is not None
    if event.old is None:
        rows[at].pop(event.column, None)
    else:
        rows[at][event.column] = event.old


@dataclass(frozen=True, slots=True)
class Later:
    """What came after a run, and is not in the book as it was then: rows, and cells changed."""

    rows: int
    edits: int


def later_than(ledger: Ledger, run: int) -> Later:
    """What came after ``run``. Raises UsageError for a run that is not known."""
    runs = ledger.runs_in_reach()
    if run not in runs:
        first, last = min(runs, default=0), max(runs, default=0)
        raise UsageError("history.unknown_run", run=run, first=first, last=last)
    rows = sum(
        len(ledger.records(sheet).keys() - ledger.first_runs(sheet, run + 1).keys())
        for sheet in _SHEETS
    )
    edits = sum(event.what == "changed" for _, _, event in ledger.journal(after=run))
    return Later(rows, edits)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the sync that followed, the copy of today's file, the backup that was put
    back, if any; and what of later runs is not in it.
    """

    report: Report
    aside: Path | None
    backup: Path | None
    later: Later


def restore(
    workbook: Workbook,
    run: int,
    keeper: LedgerLocator,
    today: date,
    now: datetime,
    lang: str | None,
) -> Restored:
    """Bring workbook and records back to the end of ``run``; today's file is kept beside it.

    Where a dated copy of that time is there and proves to be the very file, it is put back whole;
    else the cells that people type are written back one by one, after a sync that remembers what
    they typed since. What cannot be done changes nothing. Raises UsageError for a run that is not
    known, SafetyStop where the clock stands before the last run, and whatever a sync raises.
    """
    try:
        return _Restore(workbook, run, keeper, today, now, lang).go()
    except TrustbookError as fault:
        fault.params.setdefault("name", workbook.name)
        raise


@dataclass(slots=True)
class _Restore:
    """One call of ``restore``. Until the workbook is told what the memory knows, all of it can be
    taken back.
    """

    workbook: Workbook
    run: int
    keeper: LedgerLocator
    today: date
    now: datetime
    lang: str | None
    aside: Path | None = None
    # The versions of the file before anything was done, and of the backup that was put back.
    stood: str | None = None
    put: str | None = None

    def go(self) -> Restored:
        address = self.workbook.address
        self._refuse_if_busy()
        with memory_of_book(self.keeper, self.workbook, reads_only=False) as ledger:
            stop_unless_meant(clock_back(ledger, self.now, self.workbook.name), NOTHING_ALLOWED)
            later_than(ledger, self.run)  # a run that is not known is told before anything is done
            memory, home = ledger.place, ledger.path
            # The dated copy that is what the last write up to that run left, or else found.
            backup = self.workbook.copies().find(ledger.versions(address, self.run))
        assert memory is not None and home is not None
        self._remember_what_was_typed(backup)
        with Ledger(memory, reads_only=True) as ledger:
            later = later_than(ledger, self.run)
        spare = place_aside(home)
        self.stood = self._version()
        try:
            self._rewind(memory, spare, address, backup)
            return Restored(self._sync([address]), self.aside, backup, later)
        except BaseException:
            with suppress(TrustbookError, OSError):
                self._take_back(memory, spare, address)
            raise
        finally:
            spare.unlink(missing_ok=True)

    def _remember_what_was_typed(self, backup: Path | None) -> None:
        """Have the memory know what was typed since the last run. Where a copy is put back that may
        fail: a workbook that cannot be read any more is what people restore for.
        """
        try:
            self._sync()
        except (SafetyStop, UsageError, NoAccess):
            if backup is None:
                raise

    def _refuse_if_busy(self) -> None:
        """Before anything is done: a workbook that somebody has open or that may not be written."""
        for one in self.workbook.examine():
            if one.fault is not None and one.fault.exit_code in _KEEPS_US_OUT:
                raise one.fault

    def _sync(self, restored: Sequence[str] = ()) -> Report:
        return run_sync(
            self.workbook,
            self.today,
            self.now,
            lang=self.lang,
            keeper=self.keeper,
            allowed=EVERYTHING,
            restored=restored,
        )

    def _version(self) -> str | None:
        if version := self.workbook.standing():
            return version
        with suppress(TrustbookError):
            return self.workbook.read().version
        return None

    def _rewind(self, memory: Place, spare: Path, address: str, backup: Path | None) -> None:
        """Have the memory know what it knew, and the file be the backup, if there is one.

        What is broken off here the next run makes good: by the stamp in the file it knows whether
        that was put back.
        """
        copies = self.workbook.copies()
        with self.workbook.locked(wait=0), Ledger(memory) as ledger:
            ledger.copy_to(spare)
            self.aside = copies.keep_aside(self.now)
            number = ledger.next_run()
            change, token = rewind(ledger, self.run), f"{number}-restore"
            if backup is not None:
                token = copies.marks(backup).get("run", "")
                # What it last agreed to is another file than this: the sync compares it with the
                # memory.
                bases = {sheet: ledger.base(address, sheet) for sheet in _SHEETS}
                change.bases[address] = {
                    sheet: dict.fromkeys(base) for sheet, base in bases.items() if base
                }
                change.known, change.learned = [Known(address, self.workbook.name)], {address}
                change.before = {address: ""}
            at = self.now.isoformat(timespec="seconds")
            ledger.prepare(number, token, change, at, self.today, {"restored": self.run})
            if backup is not None:
                self.put = copies.put_back(backup, self.stood)
            ledger.commit({address: self.put} if self.put else {})

    def _take_back(self, memory: Place, spare: Path, address: str) -> None:
        """Leave everything as it was, unless the workbook was told something: then the next run
        makes good the rest.
        """
        with self.workbook.locked(wait=0):
            stands = self._version()
            if stands not in (self.stood, self.put):
                return
            if spare.is_file():
                Ledger(memory).close()  # what a full disk left half done there is taken back first
                put_back(spare, memory)
            if stands != self.stood:
                self.workbook.copies().take_back(self.aside)
            elif self.aside is not None:
                self.aside.unlink()
