"""Cell references: ``B7`` to numbers and back, areas, and which area a cell lies in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from trustbook.a1 import LAST_COLUMN, LAST_ROW, cell_name, column_letters, column_number

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3})$")
_ROWS = re.compile(r"\$?(\d{1,7})$")


class Area(NamedTuple):
    """A block of cells, counted from 1, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __str__(self) -> str:
        first = cell_name(self.first_row, self.first_column)
        last = cell_name(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"

    @property
    def fixed(self) -> str:
        """The area as a defined name writes it: ``$B$2:$C$9``."""
        first = f"${column_letters(self.first_column)}${self.first_row}"
        return f"{first}:${column_letters(self.last_column)}${self.last_row}"

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies in this area."""
        within_rows = self.first_row <= row <= self.last_row
        return within_rows and self.first_column <= column <= self.last_column

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return self.first_row == self.last_row and self.first_column == self.last_column


def quoted_title(title: str) -> str:
    """A sheet title as it stands in a reference."""
    return "'" + title.replace("'", "''") + "'"


def plain_title(quoted: str) -> str:
    """A sheet title as people see it, from how a reference writes it, with or without quotes."""
    return quoted[1:-1].replace("''", "'") if quoted.startswith("'") else quoted


def column_of(ref: str) -> int:
    """Column number of "B7", quickly: for cells that a sheet lists itself."""
    return column_number(ref.rstrip("0123456789"))


def split(ref: str) -> tuple[int, int]:
    """Row and column of "B7". Raises ValueError for what is no cell."""
    found = _CELL.match(ref)
    if not found:
        raise ValueError(ref)
    return int(found.group(2)), column_number(found.group(1))


def area(ref: str) -> Area:
    """The block of "B2:C9", "B2", "B:C" or "2:9". Raises ValueError for anything else."""
    start, _, end = ref.partition(":")
    end = end or start
    if _CELL.match(start):
        (row, column), (last_row, last_column) = split(start), split(end)
    elif (one := _COLUMNS.match(start)) and (two := _COLUMNS.match(end)):
        row, last_row = 1, LAST_ROW
        column, last_column = column_number(one.group(1)), column_number(two.group(1))
    elif (one := _ROWS.match(start)) and (two := _ROWS.match(end)):
        row, last_row = int(one.group(1)), int(two.group(1))
        column, last_column = 1, LAST_COLUMN
    else:
        raise ValueError(ref)
    top, bottom = sorted((row, last_row))
    left, right = sorted((column, last_column))
    return Area(top, left, bottom, right)


class Areas:
    """Many areas, asked cell by cell: low ones are found by row, tall ones one by one."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._by_row: dict[int, list[Area]] = defaultdict(list)
        self._tall: list[Area] = []
        for each in areas:
            if each.last_row - each.first_row > 100:
                self._tall.append(each)
            else:
                for row in range(each.first_row, each.last_row + 1):
                    self._by_row[row].append(each)

    def at(self, row: int, column: int) -> Area | None:
        """The area that holds this cell, if one does."""
        near: list[Area] = [*self._by_row.get(row, ()), *self._tall]
        return next((each for each in near if each.holds(row, column)), None)
