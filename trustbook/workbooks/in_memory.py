"""A workbook in memory: the simplest one that keeps the promise of base.py, for tests and for
trying things out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from trustbook.errors import Busy
from trustbook.snapshot import (
    CellValue,
    Changes,
    ColumnAddition,
    GeneratedSheet,
    Grid,
    RowAddition,
    Snapshot,
    Written,
)
from trustbook.workbooks.base import Wanted, Workbook, is_typed_sheet


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes what it shows."""

    shows: CellValue


Content: TypeAlias = CellValue | Formula


class MemoryWorkbook(Workbook):
    """Sheets as lists of rows. ``sheets`` maps a title to its rows from row 1, column 1."""

    def __init__(
        self, sheets: Mapping[str, Sequence[Sequence[Content]]], name: str = "memory"
    ) -> None:
        self.name = name
        self.sheets: dict[str, list[list[Content]]] = {
            title: [list(row) for row in rows] for title, rows in sheets.items()
        }
        self.ours: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        self._version = 0

    @property
    def address(self) -> str:  # type: ignore[override]
        """Its name: it stands nowhere else."""
        return self.name

    def read(self, wanted: Wanted = is_typed_sheet) -> Snapshot:
        """The known sheets as they are now; a copy, so that later edits do not reach into it."""
        keys = {title: key for key, title in self.ours.items()}
        grids = [
            _grid(title, rows, keys.get(title))
            for title, rows in self.sheets.items()
            if title in keys or wanted(title)
        ]
        return Snapshot(self.name, str(self._version), tuple(self.sheets), grids, dict(self.marks))

    def write(self, changes: Changes, expect: str) -> Written:
        """Apply ``changes`` at once. Raises Busy when something was edited since the read of
        version ``expect``.
        """
        if expect != str(self._version):
            raise Busy("changed_meanwhile", read_again=True, name=self.name)
        if not changes:
            return Written(expect)
        for wider in changes.columns:
            self._add_columns(wider)
        for edit in changes.edits:
            self._put(edit.sheet, edit.row, edit.column, edit.value)
        landed = [self._add_row(addition) for addition in changes.additions]
        for key in changes.remove:
            self.sheets.pop(self.ours.pop(key, ""), None)
        for sheet in changes.sheets:
            self._replace(sheet)
        self.marks.update(changes.marks)
        self.touch()
        return Written(str(self._version), tuple(landed))

    def _add_columns(self, wider: ColumnAddition) -> None:
        header = self.sheets[wider.sheet][wider.header_row - 1]
        last = max(at for at, cell in enumerate(header, 1) if cell is not None)
        for column, text in enumerate(wider.headers, last + 1):
            self._put(wider.sheet, wider.header_row, column, text)

    def _add_row(self, addition: RowAddition) -> int:
        row = len(self.sheets[addition.sheet]) + 1
        for column, value in addition.cells.items():
            self._put(addition.sheet, row, column, value)
        return row

    def _replace(self, sheet: GeneratedSheet) -> None:
        if not sheet.typed:
            self.ours[sheet.key] = sheet.title
        self.sheets[sheet.title] = [[cell.value for cell in row] for row in sheet.rows]
        if sheet.first:
            self.sheets = {sheet.title: self.sheets.pop(sheet.title), **self.sheets}

    def edit(self, sheet: str, row: int, column: int, value: Content) -> None:
        """What a person does: type a value or a formula into a cell."""
        self._put(sheet, row, column, value)
        self.touch()

    def touch(self) -> None:
        """Make this another version, as any save does."""
        self._version += 1

    def _put(self, sheet: str, row: int, column: int, value: Content) -> None:
        rows = self.sheets[sheet]
        rows.extend([] for _ in range(row - len(rows)))
        cells = rows[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value


def _grid(title: str, rows: Sequence[Sequence[Content]], ours: str | None) -> Grid:
    formulas: dict[int, set[int]] = {}
    shown: list[list[CellValue]] = []
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1):
            if isinstance(cell, Formula):
                formulas.setdefault(column, set()).add(number)
        shown.append([cell.shows if isinstance(cell, Formula) else cell for cell in row])
    return Grid(title, shown, ours=ours, formulas=formulas)
