"""A known list as it stands on its sheet."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from trustbook.columns import Sheet


@dataclass(slots=True)
class Listing:
    """A known list on its sheet. ``columns`` and ``headers`` map a column's key to its number and
    its text;

    ``rows`` are the numbers of the rows with something in a column people type in,
    ``cells[key][i]`` is what stands in row ``rows[i]``. ``refused`` are columns that hold special
    personal data: (number, header, kind). ``withheld`` are cells that may not be kept, (key, i) to
    why, once somebody looked (cells.py). ``formulas`` are the cells that compute what they show, of
    the columns with any: key to row numbers. ``unread`` are the headers that are none of ours:
    (number, header). ``own_ids`` is a column ID (number, header) with numbers of the coordinator's
    own, which is left alone. ``below`` and ``heads`` are rows that are probably none, and why:
    what stands below the list, and headings between its rows; by row number, column to cell.
    ``beside`` are the lists that stand on the same sheet, of which the first ``asks`` about them.
    """

    sheet: Sheet
    title: str
    header_row: int
    columns: dict[str, int]
    headers: dict[str, str]
    rows: list[int] = field(default_factory=list)
    cells: dict[str, list[object]] = field(default_factory=dict)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    doubled: list[tuple[int, str]] = field(default_factory=list)
    withheld: dict[tuple[str, int], str] | None = None
    formulas: dict[str, Collection[int]] = field(default_factory=dict)
    unread: list[tuple[int, str]] = field(default_factory=list)
    own_ids: tuple[int, str] | None = None
    below: dict[int, dict[str, object]] = field(default_factory=dict)
    heads: dict[int, dict[str, object]] = field(default_factory=dict)
    beside: list[Listing] = field(default_factory=list)
    asks: bool = True

    def header(self, column: str) -> str:
        """The header of a column as the coordinator wrote it; its Dutch name where the sheet has no
        such column.
        """
        return self.headers.get(column) or self.sheet.column(column).nl

    def get(self, column: str) -> list[object]:
        """The cells of a column, blank everywhere if the sheet has no such column."""
        return self.cells.get(column) or [None] * len(self.rows)

    def asked_about(self, kind: Literal["below", "heads"]) -> list[int]:
        """The rows of a sheet to ask about: those that no list on it reads."""
        if not self.asks:
            return []
        lists = [self, *self.beside]
        doubtful = {row for each in lists for row in getattr(each, kind)}
        return sorted(doubtful.difference(*(each.rows for each in lists)))

    def take_back(self, row: int) -> None:
        """Read a row that was taken for none: it is known."""
        cells = self.below.pop(row, None) or self.heads.pop(row)
        at = bisect(self.rows, row)
        self.rows.insert(at, row)
        for column, values in self.cells.items():
            values.insert(at, cells[column])
