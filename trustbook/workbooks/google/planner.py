"""What one write sends: pure, the same changes on the same state give the same requests, byte for
byte.

People's tabs get formulas that follow the ID, rows that carry their ID, and cells that are verified
afterwards (verify.py); our own tabs are replaced whole. The first request of all makes sure that a
batch is carried out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from trustbook.a1 import column_letters
from trustbook.errors import SafetyStop
from trustbook.snapshot import CELL_STYLES, CellEdit, CellValue, Changes, RowAddition
from trustbook.workbooks.google import lookups, tabs
from trustbook.workbooks.google.cells import (
    DATE,
    NumberFormat,
    cell_data,
    format_of,
    look_json,
    row_data,
)
from trustbook.workbooks.google.reader import PREFIX, WRITE_MARK, GoogleTable, Mark, State, Tab
from trustbook.workbooks.google.tabs import Request

_FIRST_WRITE = 1_000_000_000
_KEPT_WRITES = 4
_STATUS_SIGNS = {"●": "warm", "◐": "cooling", "○": "cold", "✕": "crisis_only"}


@dataclass(frozen=True, slots=True)
class CellPut:
    """A cell of a people's tab to write by its place, and to verify: ``fresh`` is a new ID, which
    stands nowhere else.

    ``edit`` is the planned edit behind it; None for one that takes an earlier one back.
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


@dataclass(slots=True)
class BatchPlan:
    """One batch: its requests, what must be verified in its answer, and the mark by which it is
    known afterwards.
    """

    requests: list[Request]
    mark: Mark
    puts: list[CellPut] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    reads: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The batch as it is sent; its answer shows every tab we know as it stands then."""
        return {
            "requests": self.requests,
            "includeSpreadsheetInResponse": True,
            "responseIncludeGridData": True,
            "responseRanges": ["'" + title.replace("'", "''") + "'" for title in self.reads],
        }


def plan_batch(state: State, changes: Changes, nonce: str) -> BatchPlan | None:
    """The batch for ``changes``; None where the spreadsheet shows them already.

    ``nonce`` tells this write from any other. Raises SafetyStop where a tab is missing, its title
    is taken, or columns for people to type in are to be added.
    """
    if changes.columns or any(sheet.typed for sheet in changes.sheets):
        raise SafetyStop("google.no_new_columns")
    numbers = tabs.ids(state, changes.sheets)
    health = lookups.health_of(state, changes.sheets)
    identities = _identities(state, changes.edits)
    puts = [
        put for edit in changes.edits if (put := _put(state, edit, health, identities)) is not None
    ]
    added = [Added(_typed_tab(state, each.sheet).id, each) for each in changes.additions]
    gone = [tab for name in changes.remove if (tab := state.standing(name)) is not None]
    if not (puts or added or gone or changes.sheets):
        return None
    by_title = {tab.title.casefold(): tab.id for tab in state.tabs}
    by_title |= {sheet.title.casefold(): numbers[sheet.key] for sheet in changes.sheets}
    requests = [request for sheet in changes.sheets for request in tabs.replace_tab(state, sheet, numbers[sheet.key],
                                                                                by_title)]  # fmt: skip
    requests += write_puts(puts)
    requests += _append(state, added)
    requests += _fills(state, puts)
    requests += [{"deleteSheet": {"sheetId": tab.id}} for tab in gone]
    marks = {tabs.mark_key(sheet.key): str(numbers[sheet.key]) for sheet in changes.sheets}
    marks |= {PREFIX + name: text for name, text in changes.marks.items()}
    requests += _marks(state, marks, [tabs.mark_key(str(tab.ours)) for tab in gone])
    first, mark = once(state, nonce)
    titles = [tab.title for tab in state.known if tab not in gone]
    retitled = {
        tab.title: sheet.title
        for sheet in changes.sheets
        if (tab := state.standing(sheet.key)) is not None
    }
    reads = [retitled.get(title, title) for title in titles]
    reads += [sheet.title for sheet in changes.sheets if state.standing(sheet.key) is None]
    return BatchPlan([*first, *requests], mark, puts, added, tuple(reads))


def mend(
    state: State, requests: Sequence[Request], puts: Sequence[CellPut], nonce: str
) -> BatchPlan:
    """A batch that puts right what an earlier one misplaced."""
    first, mark = once(state, nonce)
    reads = tuple(tab.title for tab in state.known)
    return BatchPlan([*first, *requests, *write_puts(puts)], mark, list(puts), reads=reads)


def once(state: State, nonce: str) -> tuple[list[Request], Mark]:
    """Requests that fail, and everything after them, when this batch or another run's was carried
    out meanwhile.

    Marks are numbered and a number can be given once: whoever comes second on the same state is
    refused whole.
    """
    writes = state.writes
    mark = Mark(writes[-1].id + 1 if writes else _FIRST_WRITE, WRITE_MARK, nonce)
    requests = [_create(mark)]
    requests += [_forget(old) for old in writes[: max(0, len(writes) + 1 - _KEPT_WRITES)]]
    return requests, mark


def _create(mark: Mark) -> Request:
    thing = {
        "metadataId": mark.id,
        "metadataKey": mark.key,
        "metadataValue": mark.value,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": thing}}


def _forget(mark: Mark) -> Request:
    return {
        "deleteDeveloperMetadata": {
            "dataFilter": {"developerMetadataLookup": {"metadataId": mark.id}}
        }
    }


def _marks(state: State, wanted: dict[str, str], gone: Iterable[str]) -> list[Request]:
    requests = []
    taken = {mark.id for mark in state.marks}
    for name, text in wanted.items():
        old = state.mark(name)
        if old is None:
            requests.append(_create(Mark(tabs.number_for(name, taken.__contains__), name, text)))
        elif old.value != text:
            filters = [{"developerMetadataLookup": {"metadataId": old.id}}]
            change = {"metadataValue": text}
            requests.append(
                {
                    "updateDeveloperMetadata": {
                        "dataFilters": filters,
                        "developerMetadata": change,
                        "fields": "metadataValue",
                    }
                }
            )
    return requests + [_forget(old) for name in gone if (old := state.mark(name)) is not None]


def _typed_tab(state: State, title: str) -> Tab:
    tab = state.tab(title)
    if tab is None or not tab.known:
        raise SafetyStop("google.sheet_missing", sheet=title)
    return tab


def _identities(state: State, edits: Iterable[CellEdit]) -> dict[tuple[str, int], CellValue]:
    """The ID that a row will have, by tab and row, where this write gives it one."""
    found = {}
    for edit in edits:
        layout = _typed_tab(state, edit.sheet).layout
        if layout and edit.column in layout.columns and layout.columns[edit.column].type == "id":
            found[edit.sheet, edit.row] = edit.value
    return found


def _put(
    state: State,
    edit: CellEdit,
    health: lookups.Health | None,
    identities: dict[tuple[str, int], CellValue],
) -> CellPut | None:
    """The cell to write for an edit; None where it shows already what it should."""
    tab = _typed_tab(state, edit.sheet)
    layout = tab.layout
    column = layout.columns.get(edit.column) if layout else None
    if layout and column and column.owner == "derived" and health and column.key in health.columns:
        by = "id" if layout.place("id") else "name"
        own = layout.place(by)
        wanted = identities.get((edit.sheet, edit.row)) if by == "id" else None
        wanted = wanted or (tab.value(edit.row, own) if own else None)
        if own and health.finds(wanted) and health.shows(by, wanted, column.key) == edit.value:
            formula = health.formula(by, f"${column_letters(own)}{edit.row}", column.key)
            if lookups.same_formula(tab.formulas.get((edit.row, edit.column)), formula):
                return None
            shown = DATE if column.type == "date" else None
            return CellPut(tab.id, edit.row, edit.column, edit.value, formula, shown, edit=edit)
    if (
        tab.value(edit.row, edit.column) == edit.value
        and (edit.row, edit.column) not in tab.formulas
    ):
        return None
    fresh = column is not None and column.type == "id" and isinstance(edit.value, str)
    return CellPut(
        tab.id, edit.row, edit.column, edit.value, None, format_of(edit.value), fresh, edit
    )


def write_puts(puts: Iterable[CellPut]) -> list[Request]:
    """The puts as requests: runs of rows in one column go together."""
    requests: list[Request] = []
    ordered = sorted(puts, key=lambda put: (put.tab, put.column, put.shown is not None, put.row))
    kind = [(put.tab, put.column, put.shown is not None) for put in ordered]
    for _, run in groupby(
        enumerate(ordered), key=lambda each: (kind[each[0]], each[1].row - each[0])
    ):
        cells = [put for _, put in run]
        first = cells[0]
        fields = "userEnteredValue" + (
            ",userEnteredFormat.numberFormat" if first.shown is not None else ""
        )
        start = {"sheetId": first.tab, "rowIndex": first.row - 1, "columnIndex": first.column - 1}
        rows = [{"values": [cell_data(put.value, put.formula, put.shown)]} for put in cells]
        requests.append({"updateCells": {"start": start, "rows": rows, "fields": fields}})
    return requests


def _append(state: State, added: Sequence[Added]) -> list[Request]:
    """New rows below the last one with anything in it, tab by tab, in the look of that last row.

    A table takes them in, unless one of its rows that would be filled has something of somebody's
    beside it.
    """
    requests: list[Request] = []
    for number in dict.fromkeys(each.tab for each in added):
        tab = state.with_id(number)
        assert tab is not None
        mine = [each.addition for each in added if each.tab == number]
        rows = [row_data(_new_cells(tab, addition)) for addition in mine]
        fields = "userEnteredValue,userEnteredFormat.numberFormat"
        request: dict[str, Any] = {"sheetId": number, "rows": rows, "fields": fields}
        table = next((each for each in tab.tables if each.header_row == mine[0].header_row), None)
        inside = {"tableId": table.id} if table and not _carries(tab, table) else {}
        requests.append({"appendCells": request | inside})
    return requests


def _carries(tab: Tab, table: GoogleTable) -> bool:
    """Whether something stands beside a blank row at a table's end: somebody's remark on what stood
    in that row.
    """
    for number in range(table.last_row, table.header_row, -1):
        filled = [
            column for column, value in enumerate(tab.row(number), start=1) if value is not None
        ]
        if any(column in table.columns for column in filled):
            return False
        if filled:
            return True
    return False


def _new_cells(tab: Tab, addition: RowAddition) -> Iterable[dict[str, Any]]:
    last = len(tab.values)
    for column in range(1, max(addition.cells) + 1):
        value = addition.cells.get(column)
        above = tab.formats.get((last, column)) if last > addition.header_row else None
        own = format_of(value)
        keeps = own is None or (above is not None and above.type == own.type)
        yield cell_data(value, shown=above if keeps else own)


def _fills(state: State, puts: Sequence[CellPut]) -> list[Request]:
    """Colours for the status column of a people's tab, once: they follow what the cell says, not
    where it stands.
    """
    requests: list[Request] = []
    places = {
        (put.tab, put.column)
        for put in puts
        if put.edit and put.edit.look and put.edit.look in CELL_STYLES
    }
    for number, column in sorted(places):
        tab = state.with_id(number)
        assert tab is not None and tab.layout is not None
        span = {"sheetId": number, "startRowIndex": tab.layout.header_row,
                "startColumnIndex": column - 1, "endColumnIndex": column}  # fmt: skip
        for sign, status in _STATUS_SIGNS.items():
            if f"TEXT_STARTS_WITH {sign}" not in tab.rules:
                condition = {"type": "TEXT_STARTS_WITH", "values": [{"userEnteredValue": sign}]}
                rule = {
                    "ranges": [span],
                    "booleanRule": {"condition": condition, "format": _fill(status)},
                }
                requests.append({"addConditionalFormatRule": {"rule": rule, "index": 0}})
    return requests


def _fill(status: str) -> dict[str, Any]:
    look = look_json(CELL_STYLES[f"status.{status}"])
    return {name: look[name] for name in ("backgroundColorStyle", "textFormat") if name in look}
