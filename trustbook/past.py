"""Looking back: what happened in each run and to each row, and bringing an earlier state back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from trustbook.columns import TYPED
from trustbook.errors import SafetyStop, TrustbookError, UsageError
from trustbook.ledger import Change, Ledger
from trustbook.merge.guards import Allowed
from trustbook.merge.threeway import Event
from trustbook.merge.values import Row, Value, decode, is_withheld, unpack
from trustbook.messages import say
from trustbook.night.keeping import Arrival, Keeper, address_of
from trustbook.night.report import Report
from trustbook.night.run import sync
from trustbook.reading.cells import shown
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.excel import ExcelWorkbook, files

_SHEETS = {sheet.key: sheet for sheet in TYPED}
# Everything may come back at once: the number of the run is what people asked for.
_ALL = Allowed(2**31, 2**31)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened to a row, in words: when, in which run, where it came from, column, old and new."""

    run: int
    at: str
    what: str
    source: str
    sheet: str
    id: str
    column: str | None = None
    old: str | None = None
    new: str | None = None


def memory_of_book(keeper: Keeper, workbook: Workbook, reads_only: bool = True) -> Ledger:
    """The ledger of a workbook, also of one that cannot be read any more. Raises UsageError where there is none."""
    try:
        marks: Mapping[str, str] = workbook.read().marks
    except TrustbookError:
        marks = {}
    ledger = keeper.memory(Arrival(address_of(workbook), workbook.name, marks), reads_only)
    if ledger is None:
        raise UsageError("history.nothing", name=workbook.name)
    return ledger


def language(ledger: Ledger, workbook: Workbook) -> str | None:
    """The language the last run spoke of a workbook, or else of another one of the book; None where it is not known."""
    addresses = dict.fromkeys([address_of(workbook), *ledger.addresses()])
    states = [known.state for address in addresses if (known := ledger.known(address)) is not None]
    return next((str(state["lang"]) for state in states if "lang" in state), None)


def of_runs(ledger: Ledger) -> list[dict[str, object]]:
    """Every run that changed something: number, when, as of which day, cells written, rows learned and archived."""
    return [{"run": run, "at": at, "as_of": today, **what} for run, at, today, what in ledger.runs()]


def of_row(ledger: Ledger, identity: str, lang: str) -> list[Line]:
    """All that is known to have happened to the row with an ID. Raises UsageError for an ID that was never seen."""
    found = ledger.record(identity)
    if found is None:
        raise UsageError("history.unknown_id", id=identity)
    sheet, _, first, _ = found
    when = {run: at for run, at, *_ in ledger.runs()}
    lines = [Line(first, when.get(first, ""), "added", "", _SHEETS[sheet].label(lang), identity)]
    return lines + [_line(run, at, event, lang) for run, at, event in ledger.journal(identity)]


def _line(run: int, at: str, event: Event, lang: str) -> Line:
    known = _SHEETS.get(event.sheet)
    column = known.column(event.column).label(lang) if known and event.column else event.column
    source = Path(event.source).name if event.source else say(lang, "history.ledger")
    sheet = known.label(lang) if known else event.sheet
    return Line(run, at, event.what, source, sheet, event.id, column, in_words(event.old), in_words(event.new))


def in_words(value: Value | None) -> str | None:
    """A value as people write it; of a withheld one only that there was something."""
    return None if value is None else "…" if is_withheld(value) else shown(decode(value))


def rewind(ledger: Ledger, run: int) -> Change:
    """What the ledger must learn to know again what it knew at the end of ``run``."""
    change = Change()
    known = {sheet: ledger.records(sheet) for sheet in _SHEETS}
    gone = {sheet: ledger.archived(sheet) for sheet in _SHEETS}
    later = {sheet: known[sheet].keys() - ledger.first_runs(sheet, run + 1).keys() for sheet in _SHEETS}
    flags: dict[tuple[str, str], bool] = {}
    rows: dict[tuple[str, str], Row] = {}
    # From the last line back to the run: what is undone last is what held then.
    for _, _, event in reversed(ledger.journal(after=run)):
        if event.what in ("archived", "returned"):
            flags[event.sheet, event.id] = event.what == "returned"
        elif event.what == "changed" and event.column and not is_withheld(event.old):
            _undo(known[event.sheet], event, rows)
    flags |= {(sheet, identity): True for sheet, identities in later.items() for identity in identities}
    for (sheet, identity), flag in flags.items():
        if flag != (identity in gone[sheet]):
            change.archived.setdefault(sheet, {})[identity] = flag
            what = "archived" if flag else "returned"
            change.events.append(Event(sheet, identity, None, None, None, "", what))
    for (sheet, identity), row in rows.items():
        before = unpack(known[sheet][identity])
        if row != before:
            change.records.setdefault(sheet, {})[identity] = row
            change.events += [
                Event(sheet, identity, column, before.get(column), row.get(column), "")
                for column in dict.fromkeys([*before, *row])
                if before.get(column) != row.get(column)
            ]
    return change


def _undo(known: Mapping[str, str], event: Event, rows: dict[tuple[str, str], Row]) -> None:
    at = (event.sheet, event.id)
    if at not in rows:
        rows[at] = unpack(known[event.id])
    assert event.column is not None
    if event.old is None:
        rows[at].pop(event.column, None)
    else:
        rows[at][event.column] = event.old


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the sync that followed, the copy of today's file, the backup that was put back, if any."""

    report: Report
    aside: Path | None
    backup: Path | None


def restore(workbook: Workbook, run: int, keeper: Keeper, today: date, now: datetime, lang: str | None) -> Restored:
    """Bring workbook and records back to the end of ``run``; today's file is kept beside it.

    Where a dated copy of that time is there and proves to be the very file, it is put back whole; else the cells that
    people type are written back one by one. Raises UsageError for a run that is not known, and whatever a sync raises.
    """
    address = address_of(workbook)
    with ExitStack() as stack:
        stack.enter_context(keeper.locked(address))
        ledger = stack.enter_context(memory_of_book(keeper, workbook, reads_only=False))
        runs = [number for number, *_ in ledger.runs()]
        if run not in runs:
            raise UsageError("history.unknown_run", run=run, first=min(runs, default=0), last=max(runs, default=0))
        aside = _keep_aside(workbook, now)
        number = ledger.next_run()
        change = rewind(ledger, run)
        backup = _find_backup(ledger, workbook, address, run)
        ledger.stage(number, f"{number}-restore", change, now.isoformat(timespec="seconds"), today, {"restored": run})
        if backup is not None and isinstance(workbook, ExcelWorkbook):
            _put_back(workbook, backup)
            ledger.let_in(address, workbook.read().marks.get("run", ""), number)
        ledger.settle({})
    restored = [address] if backup else []
    report = sync(workbook, today, now, lang=lang, keeper=keeper, allowed=_ALL, restored=restored)
    return Restored(report, aside, backup)


def _keep_aside(workbook: Workbook, now: datetime) -> Path | None:
    if not isinstance(workbook, ExcelWorkbook) or not workbook.path.is_file():
        return None
    path = workbook.path
    aside = path.with_name(f"{path.stem} ({now:%Y-%m-%d %H%M%S}){path.suffix}")
    aside.write_bytes(path.read_bytes())
    return aside


def _find_backup(ledger: Ledger, workbook: Workbook, address: str, run: int) -> Path | None:
    """The dated copy that is, byte for byte, what the last write up to ``run`` found."""
    found = ledger.last_write(address, run)
    if found is None or not isinstance(workbook, ExcelWorkbook):
        return None
    folder = files.backups_of(workbook.path)
    copies = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    return next((copy for copy in copies if _version(copy) == found[1]), None)


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _put_back(workbook: ExcelWorkbook, backup: Path) -> None:
    """Put a dated copy in the place of the workbook, whole or not at all. Raises Busy where the workbook is open."""
    path = workbook.path
    files.refuse_if_open(path)
    data = backup.read_bytes()
    if path.is_file():
        files.replace(path.resolve(), data, files.version_of(files.read(path)))
    else:
        path.write_bytes(data)
    if files.version_of(files.read(path)) != files.version_of(data):
        raise SafetyStop("history.not_put_back", name=workbook.name)
