"""What a write sends to the tabs people type in: cells, new rows, and the colours of a status.

Cells get formulas that follow the ID where they can, and are verified afterwards (verify.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from trustbook.a1 import column_letters
from trustbook.columns import Column
from trustbook.errors import SafetyStop
from trustbook.snapshot import CELL_STYLES, CellEdit, CellValue, Changes, RowAddition
from trustbook.workbooks.google import lookups
from trustbook.workbooks.google.cells import (
    DATE,
    NumberFormat,
    cell_data,
    format_of,
    row_data,
)
from trustbook.workbooks.google.reader import GoogleTable, State, Tab
from trustbook.workbooks.google.tabs import Request

_STATUS_RULES = {f"TEXT_STARTS_WITH {sign}" for sign in "●◐○✕"}


@dataclass(frozen=True, slots=True)
class CellPut:
    """A cell of a people's tab to write by its place, and to verify.

    ``fresh`` is a new ID, which stands nowhere else. ``edit`` is the planned edit behind it; None
    for one that takes an earlier one back.
    """

    tab: int
    row: int
    column: int
    value: CellValue = None
    formula: str | None = None
    shown: NumberFormat | None = None
    fresh: bool = False
    edit: CellEdit | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A row to append: the tab it goes to and what was asked for."""

    tab: int
    addition: RowAddition


def typed_tab(state: State, title: str) -> Tab:
    """The tab of a list people keep. Raises SafetyStop where there is none."""
    tab = state.tab(title)
    if tab is None or not tab.known:
        raise SafetyStop("google.sheet_missing", sheet=title)
    return tab


def plan_puts(state: State, changes: Changes) -> list[CellPut]:
    """The cells to write for all edits; those that show already what they should left out."""
    health = lookups.health_of(state, changes.sheets)
    identities = _identities(state, changes.edits)
    puts = (_put(state, edit, health, identities) for edit in changes.edits)
    return [put for put in puts if put is not None]


def _identities(state: State, edits: Iterable[CellEdit]) -> dict[tuple[str, int], CellValue]:
    """The ID that a row will have, by tab and row, where this write gives it one."""
    found = {}
    for edit in edits:
        column = _column(typed_tab(state, edit.sheet), edit.column)
        if column and column.type == "id":
            found[edit.sheet, edit.row] = edit.value
    return found


def _column(tab: Tab, number: int) -> Column | None:
    return tab.layout.columns.get(number) if tab.layout else None


def _put(
    state: State,
    edit: CellEdit,
    health: lookups.Health | None,
    identities: dict[tuple[str, int], CellValue],
) -> CellPut | None:
    """The cell to write for an edit; None where it shows already what it should."""
    tab, place = typed_tab(state, edit.sheet), (edit.row, edit.column)
    if tab.fills(*place):
        return None  # what stands there would break the whole formula
    column = _column(tab, edit.column)
    if column and health and _is_looked_up(column, health):
        formula = _lookup(tab, edit, column, health, identities.get((edit.sheet, edit.row)))
        if formula:
            return _formula_put(tab, edit, formula, column)
    if tab.value(*place) == edit.value and place not in tab.formulas:
        return None
    fresh = column is not None and column.type == "id" and isinstance(edit.value, str)
    return CellPut(tab.id, *place, edit.value, None, format_of(edit.value), fresh, edit)


def _is_looked_up(column: Column, health: lookups.Health) -> bool:
    """Whether a column shows what Health says of the row."""
    return column.owner == "derived" and column.key in health.columns


def _formula_put(tab: Tab, edit: CellEdit, formula: str, column: Column) -> CellPut | None:
    if lookups.same_formula(tab.formulas.get((edit.row, edit.column)), formula):
        return None
    shown = DATE if column.type == "date" else None
    return CellPut(tab.id, edit.row, edit.column, edit.value, formula, shown, edit=edit)


def _lookup(
    tab: Tab, edit: CellEdit, column: Column, health: lookups.Health, identity: CellValue
) -> str:
    """The formula that looks the row up and shows what the edit wants; "" where none does."""
    assert tab.layout is not None
    by = "id" if tab.layout.place("id") else "name"
    own = tab.layout.place(by)
    if not own:
        return ""
    wanted = (identity if by == "id" else None) or tab.value(edit.row, own)
    if not health.finds(wanted) or health.shows(by, wanted, column.key) != edit.value:
        return ""
    return health.formula(by, f"${column_letters(own)}{edit.row}", column.key)


def write_puts(puts: Iterable[CellPut]) -> list[Request]:
    """The puts as requests: runs of rows in one column go together."""
    ordered = sorted(puts, key=lambda put: (*_kind(put), put.row))
    runs = groupby(enumerate(ordered), key=lambda each: (_kind(each[1]), each[1].row - each[0]))
    return [_run([put for _, put in run]) for _, run in runs]


def _kind(put: CellPut) -> tuple[int, int, bool]:
    """What puts must have in common to go in one request."""
    return put.tab, put.column, put.shown is not None


def _run(puts: Sequence[CellPut]) -> Request:
    first = puts[0]
    formats = ",userEnteredFormat.numberFormat" if first.shown is not None else ""
    start = {"sheetId": first.tab, "rowIndex": first.row - 1, "columnIndex": first.column - 1}
    rows = [{"values": [cell_data(put.value, put.formula, put.shown)]} for put in puts]
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue" + formats}}


def append_rows(state: State, added: Sequence[Added]) -> list[Request]:
    """New rows below the last one with anything in it, tab by tab, in the look of that last row.

    A table takes them in, unless one of its rows that would be filled has something of somebody's
    beside it.
    """
    requests: list[Request] = []
    for number in dict.fromkeys(each.tab for each in added):
        tab = state.with_id(number)
        assert tab is not None
        requests += _append(tab, [each.addition for each in added if each.tab == number])
    return requests


def _append(tab: Tab, additions: Sequence[RowAddition]) -> list[Request]:
    last = _last_said(tab)
    rows = [row_data(_new_cells(tab, addition, last)) for addition in additions]
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    request: dict[str, Any] = {"sheetId": tab.id, "rows": rows, "fields": fields}
    table = _table_at(tab, additions[0].header_row)
    if table is None and last < len(tab.values):
        return _insert(tab.id, last, request)
    if table and not _carries(tab, table):
        request["tableId"] = table.id
    return [{"appendCells": request}]


def _table_at(tab: Tab, header_row: int) -> GoogleTable | None:
    return next((each for each in tab.tables if each.header_row == header_row), None)


def _insert(tab: int, last: int, request: Request) -> list[Request]:
    """New rows above the tick boxes that nobody ticked: appended ones would land below these."""
    span = {"sheetId": tab, "dimension": "ROWS", "startIndex": last}
    span |= {"endIndex": last + len(request["rows"])}
    start = {"sheetId": tab, "rowIndex": last, "columnIndex": 0}
    cells = {"start": start, "rows": request["rows"], "fields": request["fields"]}
    return [
        {"insertDimension": {"range": span, "inheritFromBefore": True}},
        {"updateCells": cells},
    ]


def _last_said(tab: Tab) -> int:
    """The last row with more in it than tick boxes that nobody ticked."""
    for number in range(len(tab.values), 0, -1):
        if any(value is not None and value is not False for value in tab.row(number)):
            return number
    return 0


def _carries(tab: Tab, table: GoogleTable) -> bool:
    """Whether a remark of somebody's stands beside a blank row at a table's end."""
    for number in range(table.last_row, table.header_row, -1):
        cells = enumerate(tab.row(number), start=1)
        filled = [column for column, value in cells if value is not None]
        if filled:
            return not any(column in table.columns for column in filled)
    return False


def _new_cells(tab: Tab, addition: RowAddition, last: int) -> Iterator[dict[str, Any]]:
    for column in range(1, max(addition.cells) + 1):
        value = None if tab.fills(last + 1, column) else addition.cells.get(column)
        above = tab.formats.get((last, column)) if last > addition.header_row else None
        own = format_of(value)
        keeps = own is None or (above is not None and above.type == own.type)
        yield cell_data(value, shown=above if keeps else own)


def without_status_rules(state: State, changes: Changes) -> list[Request]:
    """Colours by rule for the status column, which earlier versions made: they go, last one first.

    In people's tabs the status is plain text.
    """
    titles = dict.fromkeys(edit.sheet for edit in changes.edits if edit.look in CELL_STYLES)
    return [
        {"deleteConditionalFormatRule": {"sheetId": tab.id, "index": at}}
        for tab in (typed_tab(state, title) for title in titles)
        for at, rule in reversed(list(enumerate(tab.rules)))
        if rule in _STATUS_RULES
    ]
