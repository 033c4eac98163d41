"""What a run is to write into each workbook: one value for all of it, made at once.

Derived columns and our own sheets are made anew from the judged book; only cells that differ from
what stands there are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from trustbook.columns import CONFLICTS, GENERATED, QUARTER, START
from trustbook.health.said_once import said_once
from trustbook.ledger import Change, Known
from trustbook.merge.allowances import shell_quoted
from trustbook.merge.cell_codec import Row
from trustbook.merge.overtyped import cells_written
from trustbook.merge.threeway import Conflict, Event
from trustbook.names import free_title
from trustbook.network.agenda import call_list
from trustbook.network.coverage import coverage
from trustbook.network.left_out import left_out
from trustbook.network.people import single_points_of_failure
from trustbook.network.talking_points import talking_points
from trustbook.overview.sheet import MARK, quarter_sheet
from trustbook.privacy import grade, graded_to_keep
from trustbook.run.absence import headers_of
from trustbook.run.derived import derived_cells, derived_edits, kept_derived
from trustbook.run.differences import as_it_stands, count_differences, is_to_write, out_of_date
from trustbook.run.dropdowns import dropdowns_now
from trustbook.run.judge import Judged
from trustbook.run.read import Reading
from trustbook.run.rebase import LeftBehind
from trustbook.run.recalled import RecalledSnapshot
from trustbook.run.replica import Replica
from trustbook.run.report import Counts, counted, put_away
from trustbook.run.shadowed import header_print
from trustbook.run.start_here import (
    PLACED,
    goes_first,
    last_run_line,
    not_counted,
    waiting_on,
    where_it_stands,
)
from trustbook.sheets.check import check_sheet
from trustbook.sheets.conflicts import conflicts_sheet, row_names
from trustbook.sheets.network import calllist_sheet, coverage_sheet
from trustbook.sheets.proposals import proposals_sheet
from trustbook.sheets.start import Around, start_sheet
from trustbook.sheets.verdicts import (
    call_sheet,
    health_sheet,
)
from trustbook.snapshot import Changes, GeneratedSheet, Snapshot

LOOKS = "looks"  # the mark of a workbook that says which looks our cells have there
_LOOKS_NOW = "2"  # counts up when a look changes, so that all is painted anew once


@dataclass(frozen=True, slots=True, repr=False)
class WorkbookPlan:
    """All a run does to one workbook. Nothing shows it whole, as of a Reading.

    ``address`` is where it stands, ``name`` what messages call it, ``version`` what was read and
    must still stand there. ``counts`` are what changes and what is read for the first time;
    ``known`` is what the next run must know of it.
    """

    address: str
    name: str
    version: str
    judged: Judged
    changes: Changes
    counts: Counts
    known: Known


@dataclass(frozen=True, slots=True)
class Writing:
    """What every workbook of one run is written with.

    ``marks`` are those of this run (stamp, book, keeper); ``fingerprint`` tells, beside the
    workbooks, what decides what a run would do; ``taken``: the memory was another's until now;
    ``before`` counts by address what earlier rounds of the same run did; ``knows`` says which of
    some records were known before; ``since`` has the day from which each open conflict stands;
    ``left`` is what earlier rounds left behind; ``failed`` what was told of a night that failed.
    """

    today: date
    now: datetime
    marks: Mapping[str, str]
    fingerprint: str
    taken: bool
    before: Mapping[str, Counts]
    knows: Callable[[Iterable[str]], set[str]]
    since: Mapping[tuple[str, str, str], date]
    left: LeftBehind | None = None
    failed: str = ""


def plan_all(reading: Reading, writing: Writing) -> list[WorkbookPlan]:
    """A plan for each workbook in sight."""
    grows = any(judged.merged.additions for judged in reading.judged)
    # Until all agree, and new rows have their verdict, the next run has work to do.
    finished = not (reading.outcome.conflicts or grows)
    fingerprint = writing.fingerprint if finished else ""
    return [Planning(judged, reading, writing).plan(fingerprint) for judged in reading.judged]


def change_of(reading: Reading, plans: Sequence[WorkbookPlan]) -> Change:
    """All the ledger is to learn of this run."""
    change = reading.outcome.change
    typed = [
        Event(one.sheet, one.cell, one.header, None, one.value, one.workbook, "typed")
        for one in reading.typed
        if grade(str(one.value)) is None
    ]
    given = {plan.address for plan in plans if plan.judged.merged.given}
    return replace(
        change,
        facts=reading.facts,
        known=[plan.known for plan in plans],
        before={plan.address: plan.version for plan in plans if plan.changes},
        learned=change.learned | given,
        events=[*change.events, *typed],
    )


def in_short(plans: Sequence[WorkbookPlan], change: Change) -> dict[str, object]:
    """What a run did, for history."""
    return {
        "workbooks": [
            {
                "name": plan.name,
                "cells": plan.counts.cells,
                "rows_added": len(plan.changes.additions),
            }
            for plan in plans
        ],
        "learned": sum(len(rows) for rows in change.records.values()),
        "archived": sum(flag for flags in change.archived.values() for flag in flags.values()),
    }


class Planning:
    """The planning of one workbook."""

    def __init__(self, judged: Judged, reading: Reading, writing: Writing) -> None:
        self.judged, self.reading, self.writing = judged, reading, writing
        self.book, self.merged = judged.book, judged.merged
        self.snapshot = judged.merged.replica.snapshot
        known = self.merged.replica.known
        # What was found of lists when they were read, where they are not read again.
        self._found = known.state if known and isinstance(self.snapshot, RecalledSnapshot) else {}
        self.titles = _sheet_titles(self.snapshot, self.book.lang)
        self._first = goes_first(self.snapshot.titles, self.snapshot.marks, self.titles)
        self._helps = {grid.title: grid.helps for grid in self.snapshot.grids}
        # A sheet in the looks of an earlier version, or in none, is no sheet that can stay.
        self._repaint = self.snapshot.marks.get(LOOKS) != _LOOKS_NOW
        self._standing = {
            grid.ours: grid
            for grid in self.snapshot.grids
            if grid.ours and not (grid.bare or self._repaint)
        }
        self.covered = coverage(self.book, judged.verdicts, writing.today)
        listed = call_list(self.book, judged.verdicts, writing.today, rows=self.covered)
        self.calls = listed.calls
        self._left_out = left_out(
            self.book.lang, self.book.settings.hours_a_week, judged.verdicts, listed,
            sheet=self.titles["health"],
        )  # fmt: skip
        everybody = range(len(self.book.partners))
        self.points = talking_points(self.book, everybody, writing.today)
        learned = reading.outcome.change.records.get("moments", {})
        new = learned.keys() - writing.knows(learned)
        places, listing = self.merged.places.get("moments", {}), self.merged.lists.get("moments")
        left = not_counted(places, listing.rows if listing else [], self.book.moments)
        self._news = Counts(0, 0, len(new), len(new & left))

    def plan(self, fingerprint: str) -> WorkbookPlan:
        """The whole plan; ``fingerprint`` lets the next run see that it has nothing to do."""
        derived = derived_cells(self.judged)
        filled = derived_edits(self.judged, derived, self._repaint)
        quarter, mark = self._quarter()
        sheets = self._taking_over([*self.generated(quarter), *self._conflicts()])
        stands = {sheet.key: as_it_stands(sheet, self._standing) for sheet in sheets}
        differences = {s.key: count_differences(s, stands[s.key]) for s in sheets}
        edits = [*self.merged.edits, *filled]
        changes = Changes(
            edits,
            list(self.merged.additions),
            [s for s in sheets if is_to_write(s, differences[s.key], stands[s.key])],
            self._no_longer_made({sheet.key for sheet in sheets}),
            {MARK: mark, LOOKS: _LOOKS_NOW},
            forgets=self.merged.replica.hides,
        )
        ours = {sheet.key: cells_written(sheet) for sheet in sheets}
        start = self._start(sheets)
        differences[START.key] = out_of_date(start, as_it_stands(start, self._standing))
        if self._tells_news(start, changes, differences[START.key]):
            changes = self._with_start(changes, start)
            ours[START.key] = cells_written(start)
        elif (before := _start_before(self.merged.replica)) is not None:
            # Start here stays as it stands, and is known by what was written there.
            ours[START.key] = before
        cells = len(edits) + sum(differences.values())
        written = {"derived": kept_derived(derived, self.book), "sheets": ours}
        known = self._known(written, changes, fingerprint)
        at = (self.merged.address, self.merged.name, self.snapshot.version)
        counts = self._news + Counts(cells, len(changes.additions))
        return WorkbookPlan(*at, self.judged, changes, counts, known)

    def _tells_news(self, start: GeneratedSheet, changes: Changes, differences: int) -> bool:
        """Whether Start here is to be written: it says something else, or the run did something."""
        return (
            bool(changes or differences or start.first or self.writing.failed) or self._has_news()
        )

    def _with_start(self, changes: Changes, start: GeneratedSheet) -> Changes:
        """The changes with Start here in front, and the marks of this run."""
        [start] = self._taking_over([start])
        placed = {PLACED: START.key} if start.first else {}
        marks = changes.marks | self._marks() | placed
        return replace(changes, sheets=[start, *changes.sheets], marks=marks)

    def _taking_over(self, sheets: Sequence[GeneratedSheet]) -> list[GeneratedSheet]:
        """The sheets, those that stand there without our mark as ones that take it over."""
        unmarked = {grid.ours for grid in self.snapshot.grids if grid.unmarked}
        return [replace(one, takes_over=one.key in unmarked) for one in sheets]

    def generated(self, quarter: GeneratedSheet) -> list[GeneratedSheet]:
        """Our sheets, in the order of columns.GENERATED, but for Start here and Conflicts."""
        book, verdicts, today = self.book, self.judged.verdicts, self.writing.today
        partners = self.merged.lists["partners"].title
        said = self.reading.facts["said_once"]
        command = f"trustbook check {shell_quoted(self.merged.address)}"
        sheets = [
            health_sheet(book, verdicts, self.titles["health"], partners, said),
            call_sheet(
                book,
                verdicts,
                self.calls,
                self.points,
                self.titles["call"],
                partners,
                self._left_out,
            ),
            check_sheet(book.lang, self.judged.problems, self.titles["check"], command),
        ]
        if waiting := self.reading.proposals:
            at = (self.merged.address, self.titles["proposals"], book.lang, today)
            sheets.append(proposals_sheet(waiting, *at))
        sheets.append(quarter)
        if book.required:
            alone = single_points_of_failure(book, verdicts, today)
            sheets.append(coverage_sheet(book, self.covered, self.titles["coverage"], alone))
            sheets.append(calllist_sheet(book, verdicts, self.titles["calllist"], today))
        return sheets

    def _quarter(self) -> tuple[GeneratedSheet, str]:
        """The sheet Quarter, and the mark that tells whether anything it rests on has changed."""
        book, facts_as_of = self.judged.then
        standing = self._standing.get(QUARTER.key)
        return quarter_sheet(
            book,
            self.writing.today,
            self.titles["quarter"],
            standing,
            self.snapshot.marks.get(MARK),
            facts_as_of,
        )

    def _conflicts(self) -> list[GeneratedSheet]:
        conflicts = self.reading.outcome.conflicts
        if not conflicts:
            return []
        since, today = self.writing.since, self.writing.today
        dated = [(one, since.get((one.sheet, one.id, one.column), today)) for one in conflicts]
        names = {each.merged.address: each.merged.name for each in self.reading.judged}
        rows: dict[tuple[str, str], str] = {}
        for conflict in conflicts:
            rows |= row_names(conflict.sheet, self._row(conflict))
        here = [one for one in self.reading.waits if one.typed.workbook == self.merged.address]
        texts = {one.place: str(one.typed.value) for one in here}
        kept = {place: text for place, text in texts.items() if grade(text) is None}
        title, lang = self.titles[CONFLICTS.key], self.book.lang
        return [conflicts_sheet(dated, self.merged.address, names, rows, title, lang, kept)]

    def _row(self, conflict: Conflict) -> dict[str, Row]:
        """The row of a conflict as this workbook will show it."""
        outcome = self.reading.outcome
        row = dict(self.merged.rows.get(conflict.sheet, {}).get(conflict.id, {}))
        bases = outcome.change.bases.get(self.merged.address, {})
        told = bases.get(conflict.sheet, {}).get(conflict.id)
        if told is not None:
            disputed = {
                one.column
                for one in outcome.conflicts
                if (one.sheet, one.id) == (conflict.sheet, conflict.id)
            }
            row = dict(told) | {name: value for name, value in row.items() if name in disputed}
        return {conflict.id: row}

    def _no_longer_made(self, made: set[str]) -> list[str]:
        """Our sheets that stand there and are not made any more.

        One that only a newer version knows is left alone.
        """
        ours = {sheet.key for sheet in GENERATED} - made - {START.key}
        return [grid.ours for grid in self.snapshot.grids if grid.ours in ours]

    def _has_news(self) -> bool:
        """Whether the ledger learns something. Where nobody keeps it every run learns all."""
        learned = self.merged.address in self.reading.outcome.change.learned
        return "keeper" in self.writing.marks and (learned or self.writing.taken)

    def _start(self, sheets: Sequence[GeneratedSheet]) -> GeneratedSheet:
        """Start here, which tells what this run did."""
        lang, writing = self.book.lang, self.writing
        left = self.reading.outcome.left or writing.left
        news = self._news + writing.before.get(self.merged.address, Counts())
        told = last_run_line(lang, writing.now.date(), news, left, writing.failed)
        shown = {name: listing.title for name, listing in self.merged.lists.items()}
        shown |= {sheet.key: sheet.title for sheet in sheets}
        common = said_once(self.judged.verdicts, self.reading.facts["said_once"])
        around = Around(shown, told, waiting_on(sheets), common, self._left_out)
        title, verdicts = self.titles[START.key], self.judged.verdicts
        start = start_sheet(
            self.book, verdicts, self.calls, self.points, title, around, writing.today
        )
        return replace(start, first=self._first)

    def _marks(self) -> dict[str, str]:
        """The marks of this run that do not stand there yet."""
        there = self.snapshot.marks
        return {name: text for name, text in self.writing.marks.items() if there.get(name) != text}

    def _known(self, ours: Mapping[str, object], changes: Changes, fingerprint: str) -> Known:
        merged, settled = self.merged, self.reading.outcome.settled
        renames = merged.replica.renames
        state: dict[str, Any] = {
            "digests": {name: merged.digest(name) for name in merged.lists if name in settled},
            "token": changes.marks.get("run") or merged.replica.stamp,
            "sheets": list(merged.lists),
            "ids": [name for name, listing in merged.lists.items() if "id" in listing.columns],
            "titles": {name: listing.title for name, listing in merged.lists.items()},
            "headers": headers_of(merged, self.reading.outcome.given_up),
            "layouts": self._layouts(),
            "renames": {"sheets": renames.sheets, "columns": renames.columns},
            "broken": merged.broken,
            "ours": ours,
            "rows": self.judged.rows_read,
            "problems": [put_away(problem) for problem in self.judged.problems],
            "standing": counted(self.judged.verdicts),
            "start": where_it_stands(self.titles[START.key], self._first, self.snapshot.titles),
            "lang": self.book.lang,
            "asked": fingerprint,
            "graded": self._graded(),
        }
        # Of lists that were not read again, what was found when they were.
        state |= dropdowns_now(state["titles"], self._helps, merged.replica.known)
        return Known(merged.address, merged.name, self.snapshot.version, state)

    def _layouts(self) -> dict[str, str]:
        """The fingerprints of header rows with headers that are none of ours."""
        if "layouts" in self._found:
            return dict(self._found["layouts"])
        lists = self.merged.lists
        unread = [name for name in lists if lists[name].unread]
        return {name: header_print(lists[name], self.snapshot) for name in unread}

    def _graded(self) -> dict[str, Any]:
        """What was judged of texts."""
        if "graded" in self._found:
            return dict(self._found["graded"])
        return graded_to_keep(self.merged.lists["partners"].graded)


def _start_before(replica: Replica) -> Any:
    """What was written on Start here last; None where that is not known."""
    state = replica.known.state if replica.known else {}
    return state.get("ours", {}).get("sheets", {}).get(START.key)


def _sheet_titles(snapshot: Snapshot, lang: str) -> dict[str, str]:
    """What each of our sheets is called in a workbook: as it stands, else a name nobody uses."""
    standing = {grid.ours: grid.title for grid in snapshot.grids if grid.ours}
    taken = list(snapshot.titles)
    titles: dict[str, str] = {}
    for sheet in GENERATED:
        titles[sheet.key] = standing.get(sheet.key) or free_title(sheet.label(lang), taken)
        taken.append(titles[sheet.key])
    return titles
