"""What the service remembers: files with sheets, and in them cells that never change in place."""

from __future__ import annotations

import copy
import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .entering import Formula, Scalar
from .errors import invalid
from .evaluate import Calculation
from .outcomes import Value
from .ranges import Area, area_of

ROWS, COLUMNS = "ROWS", "COLUMNS"
SHEET_OBJECTS = (
    "merges",
    "conditionalFormats",
    "filterViews",
    "protectedRanges",
    "charts",
    "bandedRanges",
    "tables",
    "slicers",
)
PROTECTED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``value`` None is blank; ``extra`` holds the CellData fields that are only kept."""

    value: Scalar | Formula | None = None
    format: dict[str, Any] | None = None
    note: str | None = None
    validation: dict[str, Any] | None = None
    extra: dict[str, Any] | None = None

    @property
    def empty(self) -> bool:
        return self.value is None and not (
            self.format or self.note or self.validation or self.extra
        )


BLANK = Cell()


@dataclass
class Sheet:
    """One tab: its grid, its properties, and the objects that lie on it."""

    id: int
    title: str
    rows: int = 1000
    columns: int = 26
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    grid: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {n: [] for n in SHEET_OBJECTS}
    )
    basic_filter: dict[str, Any] | None = None
    sizes: dict[str, dict[int, dict[str, Any]]] = field(
        default_factory=lambda: {ROWS: {}, COLUMNS: {}}
    )
    groups: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {ROWS: [], COLUMNS: []})

    @property
    def area(self) -> Area:
        return Area(0, 0, self.rows, self.columns)

    def cell(self, row: int, column: int) -> Cell:
        return self.cells.get((row, column), BLANK)

    def put(self, row: int, column: int, cell: Cell) -> None:
        if cell.empty:
            self.cells.pop((row, column), None)
        else:
            self.cells[row, column] = cell

    def change(self, row: int, column: int, **fields: Any) -> None:
        self.put(row, column, replace(self.cell(row, column), **fields))

    def length(self, dimension: str) -> int:
        return self.rows if dimension == ROWS else self.columns

    def merged_areas(self) -> list[Area]:
        return [area_of(m, self.rows, self.columns) for m in self.objects["merges"]]

    def guard(self, area: Area) -> None:
        """Refuse a write into what a person protected from this account."""
        for protection in self.objects["protectedRanges"]:
            free = protection.get("warningOnly") or protection.get("requestingUserCanEdit")
            if not free and area_of(protection.get("range", {}), self.rows, self.columns).meets(
                area
            ):
                raise invalid(PROTECTED)

    def resize(self, rows: int, columns: int) -> None:
        """Another grid size; what falls outside is gone."""
        self.rows, self.columns = rows, columns
        self.cells = {p: c for p, c in self.cells.items() if p[0] < rows and p[1] < columns}

    def copy(self) -> Sheet:
        """A copy that shares only the cells themselves."""
        others = {k: copy.deepcopy(v) for k, v in vars(self).items() if k != "cells"}
        return Sheet(cells=dict(self.cells), **others)


@dataclass
class Book:
    """One spreadsheet file. ``role`` is what the tested account may do: writer, reader or none."""

    key: str
    title: str
    locale: str = "en_US"
    time_zone: str = "Etc/GMT"
    sheets: list[Sheet] = field(default_factory=list)
    named_ranges: list[dict[str, Any]] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    permissions: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    role: str = "writer"
    trashed: bool = False
    imports: dict[str, list[list[Any]]] = field(default_factory=dict)
    created: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    modified: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    _calculation: Calculation | None = None

    def now(self) -> dt.datetime:
        """The server's clock."""
        return dt.datetime.now(dt.UTC)

    def touched(self) -> None:
        """Something changed: work formulas out again."""
        self._calculation = None
        self.modified = self.now()

    def value(self, sheet: Sheet, row: int, column: int) -> Value:
        """The effective value of a cell."""
        if self._calculation is None:
            self._calculation = Calculation(self)
        return self._calculation.value(sheet, row, column)

    def spilled(self, sheet: Sheet) -> dict[tuple[int, int], Value]:
        """What formulas put into the blank cells around them."""
        if self._calculation is None:
            self._calculation = Calculation(self)
        return self._calculation.spilled(sheet)

    def sheet(self, sheet_id: int, what: str = "grid") -> Sheet:
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise invalid(f"No {what} with id: {sheet_id}")

    def sheet_titled(self, title: str) -> Sheet | None:
        """A sheet by its title; upper and lower case are one."""
        return next((s for s in self.sheets if s.title.casefold() == title.casefold()), None)

    def located(self, grid_range: dict[str, Any]) -> tuple[Sheet, Area]:
        """The sheet and cells of a GridRange."""
        sheet = self.sheet(int(grid_range.get("sheetId", 0)))
        area = area_of(grid_range, sheet.rows, sheet.columns)
        if area.height <= 0 or area.width <= 0:
            raise invalid("The range is empty or lies outside the grid.")
        return sheet, area

    def fresh_id(self) -> int:
        """A number that no sheet or object has yet."""
        return secrets.randbelow(2**31 - 1) + 1

    def free_title(self, wanted: str) -> str:
        """``wanted``, or with a number behind it when it is taken."""
        title, number = wanted, 1
        while self.sheet_titled(title):
            number += 1
            title = f"{wanted} {number}"
        return title

    def formulas(self) -> Iterator[tuple[Sheet, tuple[int, int], Cell]]:
        for sheet in self.sheets:
            for place, cell in list(sheet.cells.items()):
                if isinstance(cell.value, Formula):
                    yield sheet, place, cell

    def snapshot(self) -> dict[str, Any]:
        """Everything a change may touch, to go back to when a request fails half-way."""
        kept = {
            k: copy.deepcopy(v)
            for k, v in vars(self).items()
            if k not in ("sheets", "_calculation", "permissions")
        }
        return kept | {"sheets": [s.copy() for s in self.sheets]}

    def restore(self, kept: dict[str, Any]) -> None:
        """Back to a snapshot."""
        vars(self).update(kept)
        self._calculation = None


def new_key() -> str:
    """A file id of the usual length and look."""
    return "1" + secrets.token_urlsafe(40)[:43]
