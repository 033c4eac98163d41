"""The night's work on one workbook: read, assess, plan, write. The plan is a value; a second run plans nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from trustbook.agenda import Call, who_to_call
from trustbook.columns import GENERATED, HEALTH, MOMENTS, PARTNERS, PEOPLE, START, Sheet, header_names
from trustbook.dates import Unreadable, read_date, write_date
from trustbook.errors import Busy
from trustbook.health import Verdict, assess
from trustbook.identity import new_ids, sheet_ids
from trustbook.listing import Listing, find_lists
from trustbook.messages import say
from trustbook.model import Book, Memory, Problem
from trustbook.names import clean, free_title, key
from trustbook.rows import identity, read_lists
from trustbook.sheets import call_sheet, check_sheet, health_sheet, start_sheet, status_text
from trustbook.workbooks.base import (
    CellEdit,
    CellValue,
    Changes,
    GeneratedSheet,
    Grid,
    Snapshot,
    Workbook,
    Written,
)

_TRIES = 3
_DERIVED = ("status", "why", "last_sunny", "due")


@dataclass(slots=True)
class Plan:
    """What one run would do to one workbook, and all it understood on the way. ``cells`` counts cells that change."""

    snapshot: Snapshot
    book: Book
    verdicts: list[Verdict]
    calls: list[Call]
    changes: Changes
    rows_read: int
    cells: int


@dataclass(slots=True)
class Report:
    """What a run did. ``run`` is its stamp; ``changed`` tells whether anything was (or, dry, would be) written."""

    run: str
    dry_run: bool
    changed: bool
    workbooks: list[dict[str, object]]
    problems: list[Problem]
    verdicts: list[Verdict]
    book: Book
    conflicts: list[object] = field(default_factory=list)


def sync(
    workbook: Workbook,
    today: date,
    now: datetime,
    *,
    lang: str | None = None,
    dry_run: bool = False,
    step: Callable[[str], None] = lambda name: None,
) -> Report:
    """Bring a workbook up to date as of ``today``; ``now`` is the real clock, for stamps only.

    ``step`` is told where the run is: "read", "plan", "write". A workbook that somebody saves between our read and
    our write is read again, at most three times; then Busy is raised. Whatever is raised, nothing was written.
    """
    with nullcontext() if dry_run else _lock(workbook):
        for attempt in range(_TRIES):
            step("read")
            snapshot = workbook.read()
            step("plan")
            plan = make_plan(snapshot, today, now, lang)
            written = None
            if plan.changes and not dry_run:
                step("write")
                try:
                    written = workbook.write(plan.changes, snapshot.version)
                except Busy as busy:
                    if busy.key.endswith("changed_meanwhile") and attempt < _TRIES - 1:
                        continue
                    raise
            break
    counted = {
        "name": workbook.name,
        "rows_read": plan.rows_read,
        "cells_written": plan.cells,
        "rows_added": len(plan.changes.additions),
        "requests": written.requests if written else 0,
    }
    stamp = now.strftime("%Y-%m-%dT%H:%M:%S")
    return Report(stamp, dry_run, bool(plan.changes), [counted], plan.book.problems, plan.verdicts, plan.book)


def _lock(workbook: Workbook) -> AbstractContextManager[object]:
    locked = getattr(workbook, "locked", None)
    return locked() if locked is not None else nullcontext()


def write_planned(workbook: Workbook, plan: Callable[[Snapshot], Changes]) -> Written:
    """Read, plan and write one small change, again if somebody saved in between; the way ``log`` goes."""
    with _lock(workbook):
        for attempt in range(_TRIES):
            snapshot = workbook.read()
            try:
                return workbook.write(plan(snapshot), snapshot.version)
            except Busy as busy:
                if not busy.key.endswith("changed_meanwhile") or attempt == _TRIES - 1:
                    raise
    raise AssertionError("unreachable: the last try returns or raises")


def look(snapshot: Snapshot, today: date, lang: str | None = None) -> tuple[Book, list[Verdict]]:
    """The book a workbook holds and its verdicts as of ``today``, without planning anything."""
    lists = find_lists(snapshot.grids)
    book = read_lists(lists, snapshot.epoch, today, lang, recall(snapshot, lists))
    return book, assess(book, today)


def make_plan(snapshot: Snapshot, today: date, now: datetime, lang: str | None = None) -> Plan:
    """Everything a run would write into the workbook of ``snapshot``; only fresh IDs are left to chance."""
    lists = find_lists(snapshot.grids)
    book = read_lists(lists, snapshot.epoch, today, lang, recall(snapshot, lists))
    changes = Changes()
    _allocate_ids(lists, book, changes)
    verdicts = assess(book, today)
    calls = who_to_call(book, verdicts, today)
    _fill_derived(lists["partners"], book, verdicts, changes)
    cells = len(changes.edits)
    cells += _generate(snapshot, lists, book, verdicts, calls, today, now, changes)
    return Plan(snapshot, book, verdicts, calls, changes, sum(len(found.rows) for found in lists.values()), cells)


def recall(snapshot: Snapshot, lists: dict[str, Listing]) -> Memory:
    """What the previous Health sheet remembers: first-seen dates, and the names partners had before."""
    memory = Memory()
    grid = next((grid for grid in snapshot.grids if grid.ours == HEALTH.key), None)
    if grid is None:
        return memory
    rows = _rows_of(grid, HEALTH)
    partners = lists["partners"]
    names = {
        key(str(found)): clean(str(name))
        for found, name in zip(partners.get("id"), partners.get("name"), strict=True)
        if found is not None and name is not None
    }
    for row in rows:
        found, name = str(row.get("id") or ""), clean(str(row.get("name") or ""))
        if not name:
            continue
        with suppress(Unreadable):
            memory.since[found or key(name)] = read_date(row.get("since"), epoch=snapshot.epoch)
        earlier = [old for old in str(row.get("old_names") or "").split("; ") if old]
        current = names.get(key(found)) if found else None
        if current and key(current) != key(name) and name not in earlier:
            earlier = [name, *earlier]
        if found and earlier:
            memory.old_names[found] = tuple(old for old in earlier if key(old) != key(current or ""))
    return memory


def _rows_of(grid: Grid, sheet: Sheet) -> list[dict[str, CellValue]]:
    """The rows of one of our lists as it stands in the workbook, whatever its language."""
    names = header_names(sheet)
    for at, row in enumerate(grid.rows[:10]):
        found = {i: names[key(text)].key for i, text in enumerate(row) if isinstance(text, str) and key(text) in names}
        if len(found) > len(sheet.columns) // 2:
            return [
                {name: line[i] if i < len(line) else None for i, name in found.items()} for line in grid.rows[at + 1 :]
            ]
    return []


def _allocate_ids(lists: dict[str, Listing], book: Book, changes: Changes) -> None:
    """Give every row that can be read and has no ID a fresh one, where the sheet has a column for it."""
    given: dict[str, dict[int, str]] = {}
    taken: list[str | None] = [str(cell) for found in lists.values() for cell in found.get("id") if cell is not None]
    for sheet in (PARTNERS, PEOPLE, MOMENTS):
        listing = lists.get(sheet.key)
        if listing is None or "id" not in listing.columns:
            continue
        needed = [listing.get(column.key) for column in sheet.columns if column.required]
        blank = [
            i
            for i, cell in enumerate(listing.get("id"))
            if cell is None and all(column[i] is not None for column in needed)
        ]
        fresh = sheet_ids(sheet, len(blank), taken)
        taken += fresh
        given[sheet.key] = {listing.rows[i]: new for i, new in zip(blank, fresh, strict=True)}
        changes.edits += [
            CellEdit(listing.title, row, listing.columns["id"], new) for row, new in given[sheet.key].items()
        ]
    for partner in book.partners:
        fresh_id = given.get("partners", {}).get(partner.row)
        if fresh_id and partner.id is None:
            book.memory.since.setdefault(fresh_id, book.memory.since.get(identity(partner), partner.since or date.max))
            partner.id = fresh_id


def _fill_derived(listing: Listing, book: Book, verdicts: Sequence[Verdict], changes: Changes) -> None:
    """The verdict in the derived columns of Partners, where they stand; only cells that differ."""
    columns = [(name, listing.columns[name], listing.cells[name]) for name in _DERIVED if name in listing.columns]
    places = {row: i for i, row in enumerate(listing.rows)}
    for verdict in verdicts:
        row = book.partners[verdict.partner].row
        wanted: dict[str, CellValue] = {
            "status": status_text(verdict.status, book.lang),
            "why": verdict.why,
            "last_sunny": verdict.last_sunny,
            "due": verdict.due,
        }
        for name, column, cells in columns:
            if cells[places[row]] != wanted[name]:
                look = f"status.{verdict.status}" if name == "status" else None
                changes.edits.append(CellEdit(listing.title, row, column, wanted[name], look))


def _generate(
    snapshot: Snapshot,
    lists: dict[str, Listing],
    book: Book,
    verdicts: Sequence[Verdict],
    calls: Sequence[Call],
    today: date,
    now: datetime,
    changes: Changes,
) -> int:
    """Plan our own sheets, those that differ from what stands there; returns how many of their cells change."""
    titles = sheet_titles(snapshot, book.lang)
    standing = {grid.ours: grid for grid in snapshot.grids if grid.ours}
    sheets = [
        health_sheet(book, verdicts, titles["health"], lists["partners"].title),
        call_sheet(book, verdicts, calls, titles["call"]),
        check_sheet(book, book.problems, titles["check"]),
    ]
    cells = 0
    for sheet in sheets:
        different = count_differences(sheet, standing.get(sheet.key))
        if different or sheet.key not in standing:
            changes.sheets.append(sheet)
            cells += different
    if changes or START.key not in standing:
        last_run = say(
            book.lang,
            "sheets.last_run",
            day=write_date(now.date(), book.lang),
            moments=len(lists["moments"].rows) if "moments" in lists else 0,
            cells=cells + len(changes.edits),
            problems=len(book.problems),
        )
        shown = {name: found.title for name, found in lists.items()} | {s.key: s.title for s in sheets}
        start = start_sheet(book, verdicts, titles["start"], last_run, shown, today)
        changes.sheets.insert(0, start)
        changes.marks["run"] = now.strftime("%Y-%m-%dT%H:%M:%S")
        if "book" not in snapshot.marks:
            changes.marks["book"] = new_ids("B", 1, ())[0]
    return cells


def sheet_titles(snapshot: Snapshot, lang: str) -> dict[str, str]:
    """What each of our sheets is called in this workbook: as it stands there, else a name nobody uses yet."""
    standing = {grid.ours: grid.title for grid in snapshot.grids if grid.ours}
    taken = list(snapshot.titles)
    titles: dict[str, str] = {}
    for sheet in GENERATED:
        titles[sheet.key] = standing.get(sheet.key) or free_title(sheet.label(lang), taken)
        taken.append(titles[sheet.key])
    return titles


def count_differences(sheet: GeneratedSheet, grid: Grid | None) -> int:
    """How many cells of ``sheet`` differ from what stands in the workbook, left-over cells included."""
    wanted = {(r, c): cell.value for r, row in enumerate(sheet.rows, 1) for c, cell in enumerate(row, 1)}
    wanted = {place: value for place, value in wanted.items() if value is not None}
    if grid is None:
        return len(wanted)
    there = {
        (grid.first_row + r, grid.first_column + c): value
        for r, row in enumerate(grid.rows)
        for c, value in enumerate(row)
        if value is not None
    }
    return sum(wanted.get(place) != there.get(place) for place in wanted.keys() | there.keys())
