"""Whether a write has room: cells that nobody closed to us, in a spreadsheet that is not full."""

from __future__ import annotations

from collections.abc import Iterator

from trustbook.errors import SafetyStop
from trustbook.snapshot import Changes, GeneratedSheet, RowAddition
from trustbook.workbooks.base import Examined
from trustbook.workbooks.google.closed_ranges import ClosedRange
from trustbook.workbooks.google.planner import BatchPlan
from trustbook.workbooks.google.reader import State, Tab

MOST_CELLS = 10_000_000  # in all tabs together, a limit of Google Sheets
_NEARLY = 0.95


def refuse_if_closed(state: State, plan: BatchPlan, changes: Changes) -> None:
    """Raise SafetyStop, naming tab and range, where something is to be written in a closed one."""
    for put in plan.puts:
        _refuse_cell(state.with_id(put.tab), put.row, put.column)
    for each in plan.added:
        _refuse_row(state.with_id(each.tab), each.addition)
    for tab in (state.standing(sheet.key) for sheet in changes.sheets):
        if tab is not None and tab.closed:
            raise _stop(tab, tab.closed[0])


def _refuse_row(tab: Tab | None, addition: RowAddition) -> None:
    for column in addition.cells if tab is not None else ():
        _refuse_cell(tab, len(tab.values) + 1 if tab else 0, column)


def _refuse_cell(tab: Tab | None, row: int, column: int) -> None:
    for closed in tab.closed if tab is not None else ():
        if tab is not None and closed.holds(row, column):
            raise _stop(tab, closed)


def _stop(tab: Tab, closed: ClosedRange) -> SafetyStop:
    if closed.whole:
        return SafetyStop("google.protected_tab", sheet=tab.title)
    return SafetyStop("google.protected_range", sheet=tab.title, area=str(closed))


def refuse_if_full(state: State, changes: Changes) -> None:
    """Raise SafetyStop where the spreadsheet would have more cells than Google allows."""
    cells = _cells(state) + sum(_growth(state, sheet) for sheet in changes.sheets)
    cells += sum(_new_row(state.tab(addition.sheet)) for addition in changes.additions)
    if cells > MOST_CELLS:
        raise SafetyStop("google.full", cells=cells, most=MOST_CELLS)


def _cells(state: State) -> int:
    return sum(tab.rows * tab.columns for tab in state.tabs)


def _new_row(tab: Tab | None) -> int:
    """How many cells a new row adds: none where the tab has a blank one left."""
    return tab.columns if tab is not None and len(tab.values) >= tab.rows else 0


def _growth(state: State, sheet: GeneratedSheet) -> int:
    """By how many cells a tab of ours grows; one that shrinks makes no room beforehand."""
    tab = state.standing(sheet.key)
    width = max((len(row) for row in sheet.rows), default=1)
    return max(0, len(sheet.rows) * width - (tab.rows * tab.columns if tab else 0))


def room_findings(state: State) -> Iterator[Examined]:
    """What is closed to us where we write, and a spreadsheet that is nearly full."""
    for tab in state.known:
        for closed in tab.closed:
            if _ours_in(tab, closed):
                yield Examined("protected", "bad", fault=_stop(tab, closed))
            else:
                where = {"sheet": tab.title, "area": str(closed)}
                yield Examined("protected_range", "note", where)
    cells = _cells(state)
    if cells > MOST_CELLS * _NEARLY:
        yield Examined("nearly_full", "note", {"cells": cells, "most": MOST_CELLS})


def _ours_in(tab: Tab, closed: ClosedRange) -> bool:
    """Whether a closed range holds what every sync may have to write: a tab of ours, an ID, a
    verdict.
    """
    if tab.ours is not None or tab.layout is None:
        return True
    columns = tab.layout.columns.items()
    ours = [number for number, one in columns if one.owner == "derived" or one.type == "id"]
    below = max(tab.layout.header_row + 1, closed.area.first_row)
    return any(closed.holds(below, number) for number in ours)
