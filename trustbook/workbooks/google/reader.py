"""One masked answer of the service becomes the state we plan on, and the snapshot others see.

Tabs that are neither known lists nor ours are dropped here, before anything looks at their cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from trustbook.columns import GENERATED, Column, header_names, typed_sheet
from trustbook.headers import HeaderReader, are_own_ids
from trustbook.names import clean
from trustbook.snapshot import ArrayArea, CellValue, Grid, MergedArea, Snapshot
from trustbook.workbooks.base import Wanted, is_typed_sheet
from trustbook.workbooks.google.arrays import Filled, Place
from trustbook.workbooks.google.cells import NumberFormat, read_value
from trustbook.workbooks.google.closed_ranges import ClosedRange, closed_ranges

PREFIX = "trustbook_"
SHEET_MARK = f"{PREFIX}sheet_"
WRITE_MARK = f"{PREFIX}write"

_CELL = "effectiveValue,userEnteredValue,userEnteredFormat(numberFormat)"
_SHEET = (
    "properties(sheetId,title,index,sheetType,gridProperties(rowCount,columnCount)),"
    "protectedRanges(protectedRangeId,range,unprotectedRanges,warningOnly,requestingUserCanEdit),"
    "merges,charts(chartId),tables(tableId,range),conditionalFormats(booleanRule(condition)),"
    f"data(rowData(values({_CELL})))"
)
MASK = (
    "spreadsheetId,properties(title,locale,timeZone),"
    f"developerMetadata(metadataId,metadataKey,metadataValue),sheets({_SHEET})"
)
_HEADER_WITHIN = 60
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Mark:
    """One of our hidden marks on the spreadsheet (developer metadata)."""

    id: int
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a known list stands: its header row, the texts in it, and known columns by number."""

    header_row: int
    headers: Mapping[int, str]
    columns: Mapping[int, Column]

    def place(self, name: str) -> int | None:
        """The number of the column with this key, if the list has it."""
        return next((number for number, column in self.columns.items() if column.key == name), None)


@dataclass(frozen=True, slots=True)
class GoogleTable:
    """A table on a tab, from its header row to its last one."""

    id: str
    header_row: int
    last_row: int
    columns: range


@dataclass
class Tab:
    """One tab. ``values[i][j]`` is the cell at row ``i + 1``, column ``j + 1``.

    Formulas and formats go by place.
    Of a tab that is neither ``wanted`` nor ours only the properties are kept. ``names``: what its
    headers (normalised) are to us where it holds a list.
    """

    id: int
    title: str
    rows: int
    columns: int
    ours: str | None = None
    values: list[list[CellValue]] = field(default_factory=list)
    formulas: dict[Place, str] = field(default_factory=dict)
    formats: dict[Place, NumberFormat] = field(default_factory=dict)
    arrays: tuple[ArrayArea, ...] = ()
    merged: tuple[MergedArea, ...] = ()
    protections: frozenset[int] = frozenset()
    closed: tuple[ClosedRange, ...] = ()
    charts: frozenset[int] = frozenset()
    rules: tuple[str, ...] = ()
    tables: tuple[GoogleTable, ...] = ()
    wanted: bool = False
    names: Mapping[str, Column] | None = None

    @property
    def known(self) -> bool:
        """Whether this tab is read at all."""
        return self.ours is not None or self.wanted

    def row(self, number: int) -> Sequence[CellValue]:
        """A row's cells; none below the last one."""
        return self.values[number - 1] if 0 < number <= len(self.values) else ()

    def value(self, row: int, column: int) -> CellValue:
        """The cell at a place; None where nothing stands."""
        cells = self.row(row)
        return cells[column - 1] if 0 < column <= len(cells) else None

    def computes(self, row: int, column: int) -> bool:
        """Whether a formula gives a cell what it shows, its own or one that fills it."""
        return (row, column) in self.formulas or self.fills(row, column)

    def fills(self, row: int, column: int) -> bool:
        """Whether a formula fills a cell, and what comes to stand there, from another one."""
        return any(area.holds(row, column) for area in self.arrays)

    def entered(self, row: int, column: int) -> CellValue:
        """What was typed in a cell; None where a formula fills it from another one."""
        return None if self.fills(row, column) else self.value(row, column)

    @cached_property
    def layout(self) -> Layout | None:
        """The header row of the known list on this tab; None where none is found."""
        return layout_of(self.names, self.values) if self.names else None


def usual_names(title: str) -> Mapping[str, Column] | None:
    """What the headers of a tab are to us by its title; None for a tab that holds no list."""
    sheet = typed_sheet(title)
    return header_names(sheet) if sheet else None


def layout_of(names: Mapping[str, Column], rows: Sequence[Sequence[CellValue]]) -> Layout | None:
    """The row among the first ones that names most columns; numbers of people's own are no IDs."""
    reader = HeaderReader(names)
    found = [reader.read(row).columns for row in rows[:_HEADER_WITHIN]]
    best = max(found, key=len, default={})
    if not best:
        return None
    at = found.index(best)
    headers = {
        place: clean(text) for place, text in enumerate(rows[at], start=1) if isinstance(text, str)
    }
    columns = {
        place + 1: column
        for place, column in best.items()
        if column.type != "id" or not _holds_own_ids(rows[at + 1 :], place)
    }
    return Layout(at + 1, headers, columns)


def _holds_own_ids(rows: Sequence[Sequence[CellValue]], place: int) -> bool:
    return are_own_ids(rows, place)


@dataclass
class State:
    """A spreadsheet as one answer showed it."""

    key: str
    title: str
    locale: str
    time_zone: str
    tabs: list[Tab]
    marks: list[Mark]

    @cached_property
    def version(self) -> str:
        """Changes whenever a tab we read, or a mark of ours, does."""
        digest = hashlib.sha256()
        for tab in self.known:
            formulas = sorted(tab.formulas.items())
            read = (tab.id, tab.title, tab.values, formulas, *tab.arrays, *tab.merged)
            digest.update(repr(read).encode())
        digest.update(
            repr((self.locale, sorted((m.id, m.key, m.value) for m in self.marks))).encode()
        )
        return digest.hexdigest()

    @property
    def known(self) -> list[Tab]:
        """The tabs whose cells were read."""
        return [tab for tab in self.tabs if tab.known]

    def tab(self, title: str) -> Tab | None:
        """The tab with this title; upper and lower case are one, as in the service."""
        return next((tab for tab in self.tabs if tab.title.casefold() == title.casefold()), None)

    def with_id(self, number: int) -> Tab | None:
        """The tab with this number."""
        return next((tab for tab in self.tabs if tab.id == number), None)

    def standing(self, name: str) -> Tab | None:
        """Our generated sheet with this key."""
        return next((tab for tab in self.tabs if tab.ours == name), None)

    def mark(self, name: str) -> Mark | None:
        """Our mark with this key."""
        return next((mark for mark in self.marks if mark.key == name), None)

    @property
    def writes(self) -> list[Mark]:
        """The marks that the last writes left, oldest first."""
        return sorted(
            (mark for mark in self.marks if mark.key == WRITE_MARK), key=lambda mark: mark.id
        )

    def beside(self, earlier: State) -> State:
        """This state with the tabs that only ``earlier`` lists: an answer shows known tabs."""
        shown = {tab.id for tab in self.tabs}
        self.tabs += [tab for tab in earlier.tabs if not tab.known and tab.id not in shown]
        return self

    def snapshot(self, name: str) -> Snapshot:
        """What the rest of the house sees."""
        marks = {
            mark.key.removeprefix(PREFIX): mark.value
            for mark in self.marks
            if mark.key != WRITE_MARK and not mark.key.startswith(SHEET_MARK)
        }
        grids = [
            Grid(
                tab.title,
                tab.values,
                ours=tab.ours,
                formulas=_computing(tab),
                arrays=tab.arrays,
                merged=tab.merged,
            )
            for tab in self.known
        ]
        return Snapshot(name, self.version, tuple(tab.title for tab in self.tabs), grids, marks)


def _computing(tab: Tab) -> dict[int, set[int]]:
    """The cells that compute what they show, as Grid.formulas has them."""
    columns: dict[int, set[int]] = {}
    for row, column in tab.formulas:
        columns.setdefault(column, set()).add(row)
    for area in tab.arrays:
        last = min(area.last_row, len(tab.values))
        columns.setdefault(area.first_column, set()).update(range(area.first_row, last + 1))
    return columns


def parse_state(
    answer: Mapping[str, Any],
    wanted: Wanted = is_typed_sheet,
    names: Callable[[str], Mapping[str, Column] | None] = usual_names,
) -> State:
    """The state in an answer with the fields of MASK (a Spreadsheet resource).

    ``wanted``: which tabs are read, by title; ``names``: what the headers of such a tab are to us.
    """
    properties = answer.get("properties", {})
    named = [
        mark
        for mark in answer.get("developerMetadata", [])
        if mark.get("metadataKey", "").startswith(PREFIX)
    ]
    marks = [
        Mark(int(mark["metadataId"]), mark["metadataKey"], mark.get("metadataValue", ""))
        for mark in named
    ]
    keys = {SHEET_MARK + sheet.key: sheet.key for sheet in GENERATED}
    ours = {mark.value: keys[mark.key] for mark in marks if mark.key in keys}
    return State(
        answer.get("spreadsheetId", ""),
        properties.get("title", ""),
        properties.get("locale", ""),
        properties.get("timeZone", ""),
        [_tab(sheet, ours, wanted, names) for sheet in answer.get("sheets", [])],
        marks,
    )


def _tab(
    sheet: Mapping[str, Any],
    ours: Mapping[str, str],
    wanted: Wanted,
    names: Callable[[str], Mapping[str, Column] | None],
) -> Tab:
    properties = sheet.get("properties", {})
    grid = properties.get("gridProperties", {})
    number = int(properties.get("sheetId", 0))
    tab = Tab(
        number,
        properties.get("title", ""),
        grid.get("rowCount", 0),
        grid.get("columnCount", 0),
        ours.get(str(number)),
        protections=frozenset(int(p["protectedRangeId"]) for p in sheet.get("protectedRanges", [])),
        closed=closed_ranges(sheet.get("protectedRanges", [])),
        charts=frozenset(int(chart["chartId"]) for chart in sheet.get("charts", [])),
        rules=tuple(_rule(rule) for rule in sheet.get("conditionalFormats", [])),
        tables=tuple(_table(each, grid) for each in sheet.get("tables", [])),
        merged=_merged(sheet),
    )
    if tab.ours is None:
        tab.wanted, tab.names = wanted(tab.title), names(tab.title)
    if tab.known:
        for block in sheet.get("data", []):
            _fill(tab, block.get("rowData", []))
    return tab


def _table(table: Mapping[str, Any], grid: Mapping[str, Any]) -> GoogleTable:
    block = table.get("range", {})
    columns = range(
        block.get("startColumnIndex", 0) + 1,
        block.get("endColumnIndex", grid.get("columnCount", 0)) + 1,
    )
    last = block.get("endRowIndex", grid.get("rowCount", 0))
    return GoogleTable(table["tableId"], block.get("startRowIndex", 0) + 1, last, columns)


def _merged(sheet: Mapping[str, Any]) -> tuple[MergedArea, ...]:
    return tuple(
        MergedArea(
            area.get("startRowIndex", 0) + 1,
            area.get("startColumnIndex", 0) + 1,
            area["endRowIndex"],
            area["endColumnIndex"],
        )
        for area in sheet.get("merges", [])
    )


def _rule(rule: Mapping[str, Any]) -> str:
    condition = rule.get("booleanRule", {}).get("condition", {})
    values = [value.get("userEnteredValue", "") for value in condition.get("values", [])]
    return " ".join([condition.get("type", ""), *values])


def _fill(tab: Tab, rows: Sequence[Mapping[str, Any]]) -> None:
    formats: dict[tuple[str, str | None], NumberFormat] = {}
    spilled: set[Place] = set()
    for at, row in enumerate(rows, start=1):
        values: list[CellValue] = []
        for place, cell in enumerate(row.get("values", ()), start=1):
            shown = None
            if "userEnteredFormat" in cell and (spelled := _spelled(cell["userEnteredFormat"])):
                shown = formats.setdefault(spelled, NumberFormat(*spelled))
                tab.formats[at, place] = shown
            if cell:
                _note(tab, (at, place), cell, spilled)
            values.append(read_value(cell, shown))
        while values and values[-1] is None:
            values.pop()
        tab.values.append(values)
    while tab.values and not tab.values[-1]:
        tab.values.pop()
    tab.arrays = Filled(tab.values, tab.formulas, spilled).areas()


def _note(tab: Tab, place: Place, cell: Mapping[str, Any], spilled: set[Place]) -> None:
    """Note a formula, or that a cell shows what was not entered in it."""
    entered = cell.get("userEnteredValue") or _NOTHING
    if formula := entered.get("formulaValue"):
        tab.formulas[place] = formula
    elif not entered and "effectiveValue" in cell:
        spilled.add(place)


def _spelled(cell_format: Mapping[str, Any]) -> tuple[str, str | None] | None:
    """Type and pattern of a cell's own number format; None where it has none."""
    given = cell_format.get("numberFormat") or _NOTHING
    return (given["type"], given.get("pattern")) if "type" in given else None
