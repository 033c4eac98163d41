"""What one workbook is to show: its book judged as of a day, derived columns filled, our own sheets
made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from trustbook.columns import CONFLICTS, GENERATED, QUARTER, START
from trustbook.dates import write_date
from trustbook.health.verdict import Verdict, judge_partners
from trustbook.merge.cell_codec import encode
from trustbook.merge.overtyped import cells_written
from trustbook.messages import say
from trustbook.model import Book, Memory, Problem
from trustbook.names import free_title
from trustbook.network.agenda import Call, who_to_call
from trustbook.network.coverage import Row, coverage
from trustbook.network.people import single_points_of_failure
from trustbook.overview.sheet import MARK, quarter_sheet
from trustbook.reading.lists import Listing
from trustbook.reading.records import read_lists
from trustbook.run.replica import Replica
from trustbook.sheets.network import calllist_sheet, coverage_sheet
from trustbook.sheets.verdicts import (
    call_sheet,
    check_sheet,
    health_sheet,
    start_sheet,
    status_text,
)
from trustbook.snapshot import CellEdit, CellValue, GeneratedSheet, Grid, Snapshot

DERIVED = ("status", "why", "last_sunny", "due")


@dataclass(slots=True)
class WorkbookPlan:
    """What a run makes of one workbook. ``cells`` counts cells that change, ``ours`` is how we know
    our own again.
    """

    view: Replica
    book: Book
    verdicts: list[Verdict]
    coverage: list[Row]
    calls: list[Call]
    problems: list[Problem]
    sheets: list[GeneratedSheet]
    rows_read: int
    cells: int = 0
    derived: dict[str, dict[str, object]] = field(default_factory=dict)
    ours: dict[str, object] = field(default_factory=dict)


def judge(view: Replica, memory: Memory, today: date, lang: str | None) -> WorkbookPlan:
    """Read a workbook's lists as of ``today`` and weigh every relationship."""
    lists = view.lists
    book = read_lists(lists, view.snapshot.epoch, today, lang, memory)
    verdicts = judge_partners(book, today)
    covered = coverage(book, verdicts, today)
    calls = who_to_call(book, verdicts, today, rows=covered)
    rows = sum(len(found.rows) for found in lists.values())
    return WorkbookPlan(view, book, verdicts, covered, calls, book.problems, [], rows)


def generated_sheets(
    plan: WorkbookPlan, titles: dict[str, str], today: date
) -> list[GeneratedSheet]:
    """Our sheets, in the order of columns.GENERATED; only Start here, which tells of the rest,
    comes later.
    """
    book, verdicts = plan.book, plan.verdicts
    sheets = [
        health_sheet(book, verdicts, titles["health"], plan.view.lists["partners"].title),
        call_sheet(book, verdicts, plan.calls, titles["call"]),
        check_sheet(book, plan.problems, titles["check"]),
        _quarter(plan, titles["quarter"], today),
    ]
    if book.required:
        sheets.append(
            coverage_sheet(
                book,
                plan.coverage,
                titles["coverage"],
                single_points_of_failure(book, verdicts, today),
            )
        )
        sheets.append(calllist_sheet(book, verdicts, titles["calllist"], today))
    return sheets


def _quarter(plan: WorkbookPlan, title: str, today: date) -> GeneratedSheet:
    """The sheet Quarter; its mark tells the next night whether anything it rests on has changed."""
    snapshot = plan.view.snapshot
    standing = next((grid for grid in snapshot.grids if grid.ours == QUARTER.key), None)
    sheet, mark = quarter_sheet(plan.book, today, title, standing, snapshot.marks.get(MARK))
    plan.view.changes.marks[MARK] = mark
    return sheet


def plan_cells(
    plan: WorkbookPlan, titles: dict[str, str], today: date, more: Sequence[GeneratedSheet] = ()
) -> None:
    """Plan the derived columns and our sheets, those that differ from what stands there."""
    view = plan.view
    plan.cells = len(view.changes.edits)
    plan.derived = _fill_derived(plan)
    plan.cells += len(view.changes.edits) - plan.cells
    standing = {grid.ours: grid for grid in view.snapshot.grids if grid.ours}
    plan.sheets = [*generated_sheets(plan, titles, today), *more]
    for sheet in plan.sheets:
        different = count_differences(sheet, standing.get(sheet.key))
        if different or sheet.key not in standing:
            view.changes.sheets.append(sheet)
            plan.cells += different
    made = {sheet.key for sheet in plan.sheets} | {START.key}
    view.changes.remove += [
        grid.ours for grid in view.snapshot.grids if grid.ours and _stale(grid.ours, made)
    ]
    plan.ours = {
        "derived": {
            one: {name: encode(value) for name, value in row.items()}
            for one, row in plan.derived.items()
        },
        "sheets": {sheet.key: cells_written(sheet) for sheet in plan.sheets},
    }


def _stale(key: str, made: set[str]) -> bool:
    """A sheet of ours that this version makes no more; one that only a newer version knows is left
    alone.
    """
    return key not in made and any(sheet.key == key for sheet in GENERATED)


def start(
    plan: WorkbookPlan,
    titles: dict[str, str],
    today: date,
    now: datetime,
    marks: dict[str, str],
    conflicts: int = 0,
    cells: int = 0,
) -> None:
    """Plan Start here, which tells what this run did, and the marks by which the next one knows the
    workbook.

    ``conflicts`` that are open are to check as well; ``cells`` were written in earlier rounds of
    the same run.
    """
    view, book = plan.view, plan.book
    last_run = say(
        book.lang,
        "sheets.last_run",
        day=write_date(now.date(), book.lang),
        moments=len(view.lists["moments"].rows) if "moments" in view.lists else 0,
        cells=cells + plan.cells,
        problems=len(plan.problems) + conflicts,
    )
    if conflicts:
        last_run += " " + say(
            book.lang, "sheets.last_run_conflicts", conflicts=conflicts, sheet=titles[CONFLICTS.key]
        )
    shown = {name: found.title for name, found in view.lists.items()} | {
        s.key: s.title for s in plan.sheets
    }
    sheet = start_sheet(book, plan.verdicts, titles[START.key], last_run, shown, today)
    view.changes.sheets.insert(0, sheet)
    view.changes.marks |= marks
    sheets = plan.ours["sheets"]
    assert isinstance(sheets, dict)
    sheets[START.key] = cells_written(sheet)


def _fill_derived(plan: WorkbookPlan) -> dict[str, dict[str, object]]:
    """The verdict in the derived columns of Partners, where they stand; only cells that differ."""
    listing, book = plan.view.lists["partners"], plan.book
    columns = [
        (name, listing.columns[name], listing.cells[name])
        for name in DERIVED
        if name in listing.columns
    ]
    places = {row: i for i, row in enumerate(listing.rows)}
    landed = _added_rows(plan.view, listing)
    filled: dict[str, dict[str, object]] = {}
    for verdict in plan.verdicts:
        partner = book.partners[verdict.partner]
        wanted: dict[str, CellValue] = {
            "status": status_text(verdict.status, book.lang),
            "why": verdict.why,
            "last_sunny": verdict.last_sunny,
            "due": verdict.due,
        }
        if partner.row in landed:
            continue  # a row that is only being added gets its verdict once it stands there
        filled[partner.id or str(partner.row)] = {name: wanted[name] for name, *_ in columns}
        for name, column, cells in columns:
            if cells[places[partner.row]] != wanted[name]:
                look = f"status.{verdict.status}" if name == "status" else None
                plan.view.changes.edits.append(
                    CellEdit(listing.title, partner.row, column, wanted[name], look)
                )
    return filled


def _added_rows(view: Replica, listing: Listing) -> set[int]:
    count = sum(addition.sheet == listing.title for addition in view.changes.additions)
    return set(listing.rows[-count:]) if count else set()


def sheet_titles(snapshot: Snapshot, lang: str) -> dict[str, str]:
    """What each of our sheets is called in this workbook: as it stands there, else a name nobody
    uses yet.
    """
    standing = {grid.ours: grid.title for grid in snapshot.grids if grid.ours}
    taken = list(snapshot.titles)
    titles: dict[str, str] = {}
    for sheet in GENERATED:
        titles[sheet.key] = standing.get(sheet.key) or free_title(sheet.label(lang), taken)
        taken.append(titles[sheet.key])
    return titles


def count_differences(sheet: GeneratedSheet, grid: Grid | None) -> int:
    """How many cells of ``sheet`` differ from what stands in the workbook, left-over cells
    included.
    """
    wanted = {
        (r, c): cell.value for r, row in enumerate(sheet.rows, 1) for c, cell in enumerate(row, 1)
    }
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
