"""Ranges of a tab that somebody protected from this account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trustbook.a1 import column_letters
from trustbook.snapshot import ArrayArea

_END = 1 << 30  # a range without an end goes on for ever


@dataclass(frozen=True, slots=True)
class ClosedRange:
    """A protected range into which this account may not write, but for the areas that are ``open``
    within it.
    """

    area: ArrayArea
    open: tuple[ArrayArea, ...] = ()

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is closed to us."""
        free = any(area.holds(row, column) for area in self.open)
        return self.area.holds(row, column) and not free

    @property
    def whole(self) -> bool:
        """Whether it is the whole tab."""
        return self.area == ArrayArea(1, 1, _END, _END)

    def __str__(self) -> str:
        """As a person reads it: ``B2:D9``, ``B:D``, ``2:9``; "" for a whole tab."""
        first_row, first_column, last_row, last_column = self.area
        ends = ((first_row, first_column), (last_row, last_column))
        letters = [column_letters(c) if last_column < _END else "" for _, c in ends]
        numbers = [str(r) if last_row < _END else "" for r, _ in ends]
        return ":".join(a + b for a, b in zip(letters, numbers, strict=True)).strip(":")


def closed_ranges(protections: Iterable[Mapping[str, Any]]) -> tuple[ClosedRange, ...]:
    """Those of a tab's protected ranges that close it to us, as the service tells them."""
    return tuple(
        ClosedRange(
            _area(one.get("range", {})), tuple(map(_area, one.get("unprotectedRanges", ())))
        )
        for one in protections
        if not (one.get("warningOnly") or one.get("requestingUserCanEdit"))
    )


def _area(block: Mapping[str, Any]) -> ArrayArea:
    """A GridRange, whose ends are not included and may be left out, as an area from 1."""
    return ArrayArea(
        block.get("startRowIndex", 0) + 1,
        block.get("startColumnIndex", 0) + 1,
        block.get("endRowIndex", _END),
        block.get("endColumnIndex", _END),
    )
