"""Where formulas of a tab fill more cells than their own.

The service tells a filled cell by what it lacks: it shows a value and nothing was entered in it. A
blank that is filled shows nothing either, yet what is entered there breaks the whole formula: so
everything down to the next cell in which something was entered counts as filled.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from trustbook.a1 import LAST_ROW
from trustbook.snapshot import ArrayArea, CellValue

Place = tuple[int, int]

_WRAPPERS = "IFERROR|IFNA"
_FILLING = (
    "ARRAYFORMULA|ARRAY_CONSTRAIN|BYCOL|BYROW|CHOOSECOLS|CHOOSEROWS|EXPAND|FILTER|FLATTEN|"
    "GOOGLEFINANCE|HSTACK|IMPORTDATA|IMPORTFEED|IMPORTHTML|IMPORTRANGE|IMPORTXML|MAKEARRAY|MAP|"
    "QUERY|RANDARRAY|SCAN|SEQUENCE|SORT|SORTN|SPLIT|TOCOL|TOROW|TRANSPOSE|UNIQUE|VSTACK|WRAPCOLS|"
    "WRAPROWS"
)
# Formulas whose result surely may be larger than one cell, by the function around all the rest.
_FILLS = re.compile(rf"=\s*(?:(?:{_WRAPPERS})\(\s*)*(?:\{{|(?:{_FILLING})\()", re.IGNORECASE)


class Filled:
    """What of a tab is filled from other cells, as it was read.

    ``spilled`` are the places that show a value without one that was entered.
    """

    def __init__(
        self,
        values: Sequence[Sequence[CellValue]],
        formulas: Mapping[Place, str],
        spilled: Collection[Place],
    ) -> None:
        self._values, self._formulas, self._spilled = values, formulas, spilled

    def areas(self) -> tuple[ArrayArea, ...]:
        """The areas that formulas fill, their own cells included, column by column."""
        anchors = {place for place, text in self._formulas.items() if _FILLS.match(text)}
        columns = sorted({column for _, column in (*self._spilled, *anchors)})
        return tuple(area for column in columns for area in self._in(column, anchors))

    def _in(self, column: int, anchors: Collection[Place]) -> Iterator[ArrayArea]:
        filled = sorted(row for row, at in self._spilled if at == column)
        for above, below in pairwise((0, *self._entered(column), LAST_ROW + 1)):
            first = next((row for row in filled if above < row < below), None)
            formula = (above, column) in self._formulas
            if (above, column) in anchors or (formula and first is not None):
                yield ArrayArea(above, column, below - 1, column)
            elif first is not None:
                yield ArrayArea(first, column, below - 1, column)

    def _entered(self, column: int) -> list[int]:
        """The rows in which something was entered in a column."""
        computed = {row for row, at in self._formulas if at == column}
        shown = (row for row, cells in enumerate(self._values, 1) if _holds(cells, column))
        return sorted(computed.union(row for row in shown if (row, column) not in self._spilled))


def _holds(cells: Sequence[CellValue], column: int) -> bool:
    return column <= len(cells) and cells[column - 1] is not None
