"""What a run makes of what it saw: a plan for every workbook, and all the ledger is to keep of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from trustbook.columns import CHECK, CONFLICTS, START
from trustbook.ledger import Change, Known, Ledger
from trustbook.ledger.facts import (
    as_known_on,
    carried_on,
    carry,
    facts_of,
    memories_of,
    new_round,
    numbered_rows_on,
    rows_on,
    since_when,
)
from trustbook.ledger.locate import Located
from trustbook.merge.cell_codec import Row
from trustbook.merge.overtyped import Overtyped, typed_in_derived, typed_on
from trustbook.merge.threeway import Conflict, Event
from trustbook.network.duplicates import duplicate_problems, pairs_not_same
from trustbook.privacy import withheld
from trustbook.run.merge_sheets import MergedSheets
from trustbook.run.plan import DERIVED, WorkbookPlan, judge, plan_cells, sheet_titles, start
from trustbook.run.replica import Replica
from trustbook.run.report import counted, put_away
from trustbook.sheets.conflicts import Answer, answers, conflicts_sheet, row_names
from trustbook.snapshot import GeneratedSheet

# Columns of our own sheets in which people are asked to type.
_ASKED = (CONFLICTS.column("keep"), CHECK.column("answer"))


@dataclass(frozen=True, slots=True)
class Draft:
    """What every workbook of one run is drafted with.

    ``mark`` is the keeper's, None where nobody keeps; ``asked`` tells, beside the workbooks, what
    decides the outcome; ``cells`` counts by address what earlier rounds of the same run wrote.
    """

    today: date
    now: datetime
    lang: str | None
    mark: str | None
    asked: str
    cells: Mapping[str, int] = field(default_factory=dict)

    def plans(
        self,
        ledger: Ledger,
        views: Sequence[Replica],
        outcome: MergedSheets,
        typed: Sequence[Overtyped],
        number: int,
        waits: Sequence[Answer],
    ) -> tuple[list[WorkbookPlan], dict[str, dict[str, str]]]:
        """A plan for each workbook, and the facts to remember of the book as run ``number`` found
        it.

        ``typed`` is what people typed where we write, ``waits`` are their answers that wait for
        another workbook.
        """
        plans: list[WorkbookPlan] = []
        facts: dict[str, dict[str, str]] = {}
        facts["carried"] = carry(ledger.facts("carried"), typed, self.today)
        places = {*ledger.addresses(), *(view.address for view in views)}
        known_since, facts["problems"] = ledger.facts("problems"), {}
        apart = _apart(ledger, views)
        facts["apart"] = dict.fromkeys(sorted(apart), "not the same")
        moments = "moments" in outcome.change.records
        past = self.today < self.now.date()
        seen = [(view.snapshot, view.lists) for view in views]
        memories, facts["old_names"] = memories_of(
            ledger, seen, outcome.change.records.get("partners", {})
        )
        for view, memory in zip(views, memories, strict=True):
            then = past and as_known_on(ledger, view.lists, self.today)
            plan = judge(view, memory, self.today, self.lang)
            if not then and (rounds := new_round(ledger, plan.book, memory, number)):
                facts["members"] = rounds
                if memory.sat:
                    plan = judge(view, memory, self.today, self.lang)
            here = {view.lists[name].title for name in view.lists} | {
                grid.title for grid in view.snapshot.grids
            }
            plan.book.problems += duplicate_problems(plan.book, view.lists["partners"], apart)
            plan.book.problems += outcome.problems.get(view.address, [])
            carried = carried_on(facts["carried"], places - {view.address})
            plan.problems = [*plan.book.problems, *(one for one in carried if one.sheet in here)]
            plan.problems, since = since_when(plan.problems, view.lists, known_since, self.today)
            facts["problems"] |= since
            for kind, values in facts_of(plan.book, memory, moments).items():
                facts.setdefault(kind, {}).update(values)
            titles = sheet_titles(view.snapshot, plan.book.lang)
            plan_cells(
                plan,
                titles,
                self.today,
                self._conflicts(ledger, view, views, outcome, titles, plan.book.lang, waits),
            )
            plans.append(plan)
        return plans, facts

    def _conflicts(
        self,
        ledger: Ledger,
        view: Replica,
        views: Sequence[Replica],
        outcome: MergedSheets,
        titles: dict[str, str],
        lang: str,
        waits: Sequence[Answer],
    ) -> list[GeneratedSheet]:
        if not outcome.conflicts:
            return []
        since = {
            (c.sheet, c.id, c.column): date.fromisoformat(day) for c, day in ledger.conflicts()
        }
        dated = [(c, since.get((c.sheet, c.id, c.column), self.today)) for c in outcome.conflicts]
        names = {one.address: one.name for one in views}
        rows = {
            at: name
            for conflict in outcome.conflicts
            for at, name in row_names(conflict.sheet, _row(outcome, view, conflict)).items()
        }
        texts = {
            one.place: str(one.typed.value) for one in waits if one.typed.workbook == view.address
        }
        kept = {place: text for place, text in texts.items() if withheld(text) is None}
        return [
            conflicts_sheet(dated, view.address, names, rows, titles[CONFLICTS.key], lang, kept)
        ]

    def begin(
        self, kept: Located, plans: Sequence[WorkbookPlan], change: Change, token: str
    ) -> None:
        """Start here and the marks, where something changes or something was learned."""
        for plan in plans:
            view = plan.view
            there = {grid.ours for grid in view.snapshot.grids}
            # Without a keeper every run learns all there is: that is no news to tell.
            news = self.mark is not None and (view.address in change.learned or kept.taken)
            if view.changes or news or START.key not in there:
                marks = {"run": token, "book": kept.book}
                if self.mark:
                    marks["keeper"] = self.mark
                marks = {
                    name: text
                    for name, text in marks.items()
                    if view.snapshot.marks.get(name) != text
                }
                titles, conflicts = (
                    sheet_titles(view.snapshot, plan.book.lang),
                    len(change.conflicts or ()),
                )
                start(
                    plan,
                    titles,
                    self.today,
                    self.now,
                    marks,
                    conflicts,
                    self.cells.get(view.address, 0),
                )
            else:
                _keep_start(plan)

    def change(
        self,
        kept: Located,
        plans: Sequence[WorkbookPlan],
        outcome: MergedSheets,
        facts: dict[str, dict[str, str]],
        typed: Sequence[Overtyped],
    ) -> Change:
        """All the ledger is to learn of this run."""
        change = outcome.change
        change.facts = facts
        change.known = [self.known(plan, plans, outcome) for plan in plans]
        change.before = {
            plan.view.address: plan.view.snapshot.version for plan in plans if plan.view.changes
        }
        change.learned |= {plan.view.address for plan in plans if plan.view.given}
        for one in typed:
            if withheld(str(one.value)) is None:
                change.events.append(
                    Event(one.sheet, one.cell, one.header, None, one.value, one.workbook, "typed")
                )
        return change

    def known(
        self, plan: WorkbookPlan, plans: Sequence[WorkbookPlan], outcome: MergedSheets
    ) -> Known:
        """What the next run must know of a workbook."""
        view = plan.view
        unfinished = outcome.conflicts or any(one.view.changes.additions for one in plans)
        state = {
            "digests": {
                sheet: digest for sheet, digest in view.digests.items() if sheet in outcome.settled
            },
            "token": view.changes.marks.get("run") or _stamp(view),
            "sheets": list(view.lists),
            "ids": [sheet for sheet, listing in view.lists.items() if "id" in listing.columns],
            "broken": view.broken,
            "ours": plan.ours,
            "rows": plan.rows_read,
            "problems": [put_away(problem) for problem in plan.problems],
            "standing": counted(plan.verdicts),
            "lang": plan.book.lang,
            "asked": "" if unfinished else self.asked,
        }
        return Known(view.address, view.name, view.snapshot.version, state)


def answered_by_people(ledger: Ledger, views: Sequence[Replica]) -> list[Answer]:
    """What people typed on the Conflicts sheets of all workbooks."""
    conflicts = [conflict for conflict, _ in ledger.conflicts()]
    given = []
    for view in views if conflicts else ():
        for grid in view.snapshot.grids:
            if grid.ours == CONFLICTS.key:
                given += answers(grid, numbered_rows_on(grid, CONFLICTS), view.address, conflicts)
    return given


def _apart(ledger: Ledger, views: Sequence[Replica]) -> set[str]:
    """Pairs of partners that somebody called "not the same": remembered, or typed on To check
    since.
    """
    grids = [grid for view in views for grid in view.snapshot.grids if grid.ours == CHECK.key]
    return set(ledger.facts("apart")).union(
        *(pairs_not_same(rows_on(grid, CHECK)) for grid in grids)
    )


def typed_by_people(view: Replica, views: Sequence[Replica]) -> list[Overtyped]:
    """What people typed where we write, in one workbook; nothing where it is not known what was
    written there last.
    """
    ours = view.known.state.get("ours") if view.known else None
    if (ours is None and view.snapshot.marks) or (
        view.known and _stamp(view) != view.known.state.get("token", "")
    ):
        return []
    if ours is None:
        # New to us: what we wrote in another workbook of the book came along when it was copied or
        # exported.
        others = [
            one.known.state["ours"]["derived"]
            for one in views
            if one.known and one.known.state.get("ours")
        ]
        ours = {
            "derived": {i: row for derived in others for i, row in derived.items()},
            "sheets": {},
        }
    partners = view.lists["partners"]
    ids = {
        i: str(identity) for i, identity in enumerate(partners.get("id")) if identity is not None
    }
    found = typed_in_derived(partners, DERIVED, ours["derived"], ids)
    asked = [name for column in _ASKED for name in (column.en, column.nl)]
    for grid in view.snapshot.grids:
        if grid.ours in ours["sheets"]:
            found += typed_on(grid, ours["sheets"][grid.ours], asked)
    return [replace(one, workbook=view.address) for one in found]


def _stamp(view: Replica) -> str:
    return view.snapshot.marks.get("run", "")


def _keep_start(plan: WorkbookPlan) -> None:
    """Start here stays as it stands, and is known by what was written there."""
    known = plan.view.known
    before = known.state.get("ours", {}).get("sheets", {}).get(START.key) if known else None
    sheets = plan.ours["sheets"]
    if before is not None and isinstance(sheets, dict):
        sheets[START.key] = before


def _row(outcome: MergedSheets, view: Replica, conflict: Conflict) -> dict[str, Row]:
    """The row of a conflict as one workbook will show it."""
    row = dict(view.rows.get(conflict.sheet, {}).get(conflict.id, {}))
    told = outcome.change.bases.get(view.address, {}).get(conflict.sheet, {}).get(conflict.id)
    if told is not None:
        open_columns = {
            one.column
            for one in outcome.conflicts
            if (one.sheet, one.id) == (conflict.sheet, conflict.id)
        }
        row = dict(told) | {
            column: value for column, value in row.items() if column in open_columns
        }
    return {conflict.id: row}


def in_short(plans: Sequence[WorkbookPlan], change: Change) -> dict[str, object]:
    """What a run did, for history."""
    views = [(plan.cells, plan.view) for plan in plans]
    return {
        "workbooks": [
            {"name": view.name, "cells": cells, "rows_added": len(view.changes.additions)}
            for cells, view in views
        ],
        "learned": sum(len(rows) for rows in change.records.values()),
        "archived": sum(flag for flags in change.archived.values() for flag in flags.values()),
    }
