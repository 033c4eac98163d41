"""What formulas come to: enough for looking things up by an ID; unknown functions give #NAME?."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .arrays import as_block, spread
from .entering import Formula, entered, tidy
from .formulas import FormulaError, Reference, Tree, parsed
from .functions import FUNCTIONS
from .locales import locale
from .outcomes import (
    CIRCLE,
    DIVIDE,
    ERRORS,
    PARSE,
    REF,
    VALUE,
    Block,
    CellError,
    Cells,
    Failed,
    Value,
    compared,
    folded,
)
from .ranges import Area, area_of
from .rendering import shown

if TYPE_CHECKING:
    from .state import Book, Sheet


# Formulas whose result may fill more than their own cell.
FILLS = re.compile(r"ARRAYFORMULA|QUERY|IMPORTRANGE|SEQUENCE|\{", re.IGNORECASE)


class Calculation:
    """The values of all cells at one moment; each formula is worked out once, when asked for."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.values: dict[tuple[int, int, int], Value] = {}
        self.under_way: set[tuple[int, int, int]] = set()
        self.indexes: dict[tuple[int, Area], dict[Any, int]] = {}
        self._spilled: dict[int, dict[tuple[int, int], Value]] | None = None

    def value(self, sheet: Sheet, row: int, column: int) -> Value:
        """The effective value of a cell."""
        content = sheet.cell(row, column).value
        if content is None:
            return self.spilled(sheet).get((row, column))
        if not isinstance(content, Formula):
            return content
        key = (sheet.id, row, column)
        if key not in self.values:
            if key in self.under_way:
                return CIRCLE
            self.under_way.add(key)
            result = self._formula(sheet, content.text)
            if isinstance(result, Block):
                result, spilled = spread(sheet, row, column, result)
                self.spilled(sheet).update(spilled)
            self.values[key] = result
            self.under_way.discard(key)
        return self.values[key]

    def spilled(self, sheet: Sheet) -> dict[tuple[int, int], Value]:
        """What formulas of this sheet put into cells that hold nothing themselves."""
        if self._spilled is None:
            self._spilled = {}
            for owner, (row, column), cell in self.book.formulas():
                if isinstance(cell.value, Formula) and FILLS.search(cell.value.text):
                    self.value(owner, row, column)
        return self._spilled.setdefault(sheet.id, {})

    def _formula(self, sheet: Sheet, text: str) -> Value | Block:
        try:
            found = self.tree(parsed(text, self.book.locale), sheet)
            if isinstance(found, Block):
                return found
            result = self.scalar(found)
        except FormulaError:
            return PARSE
        except Failed as failure:
            return failure.error
        except RecursionError:
            return CIRCLE
        return tidy(result) if isinstance(result, float) else result

    def tree(self, node: Tree, sheet: Sheet) -> Any:
        """The value of a tree: a scalar or :class:`Cells`."""
        kind = node[0]
        if kind in ("number", "text", "truth"):
            return node[1]
        if kind == "nothing":
            return None
        if kind == "error":
            raise Failed(ERRORS.get(node[1], VALUE))
        if kind == "reference":
            return self.cells(node[1], sheet)
        if kind == "name":
            return self._name(node[1])
        if kind == "cells":
            return node[1]
        if kind == "stack":
            blocks = [as_block(self, self.tree(part, sheet)) for part in node[1]]
            return Block(tuple(row for block in blocks for row in block.rows))
        if kind == "sign":
            number = self.number(self.tree(node[2], sheet))
            return -number if node[1] == "-" else number
        if kind == "percent":
            return self.number(self.tree(node[1], sheet)) / 100
        if kind == "operator":
            return self._operator(node[1], self.tree(node[2], sheet), self.tree(node[3], sheet))
        function = FUNCTIONS.get(node[1])
        if function is None:
            raise Failed(CellError("NAME", "#NAME?", f"Unknown function: '{node[1]}'."))
        try:
            return function(self, sheet, *node[2])
        except TypeError as error:
            if "positional argument" not in str(error):
                raise
            raise Failed(
                CellError("N_A", "#N/A", f"Wrong number of arguments to {node[1]}.")
            ) from None

    def cells(self, found: Reference, sheet: Sheet) -> Cells:
        target = sheet if found.sheet is None else self.book.sheet_titled(found.sheet)
        if target is None:
            raise Failed(CellError("REF", "#REF!", f"Unresolved sheet name '{found.sheet}'."))
        last = found.last or found.first
        rows = (found.first.row or 0, target.rows - 1 if last.row is None else last.row)
        columns = (
            found.first.column or 0,
            target.columns - 1 if last.column is None else last.column,
        )
        area = Area(min(rows), min(columns), max(rows) + 1, max(columns) + 1)
        if area.top >= target.rows or area.left >= target.columns:
            raise Failed(REF)
        return Cells(target, Area(area.top, area.left, min(area.bottom, target.rows), area.right))

    def _name(self, name: str) -> Cells:
        for named in self.book.named_ranges:
            if named["name"].lower() == name.lower():
                target = self.book.sheet(named["range"].get("sheetId", 0))
                return Cells(target, area_of(named["range"], target.rows, target.columns))
        raise Failed(CellError("NAME", "#NAME?", f"Unknown range name: '{name.upper()}'."))

    def each(self, cells: Cells) -> Iterator[Value]:
        """The values of a range, row by row."""
        for row in cells.area.rows:
            for column in cells.area.columns:
                yield self.value(cells.sheet, row, column)

    def scalar(self, value: Any) -> Value:
        """One value: of a range, its first cell. Errors are raised."""
        if isinstance(value, Cells):
            value = self.value(value.sheet, value.area.top, value.area.left)
        if isinstance(value, Block):
            value = value.rows[0][0] if value.rows and value.rows[0] else None
        if isinstance(value, CellError):
            raise Failed(value)
        scalar: Value = value
        return scalar

    def number(self, value: Any) -> float:
        given: Any = self.scalar(value)
        if isinstance(given, str) and given:
            given = entered(given, locale(self.book.locale)).value
        if isinstance(given, (str, Formula)):
            raise Failed(VALUE)
        return given or 0.0

    def text(self, value: Any) -> str:
        value = self.scalar(value)
        return "" if value is None else shown(value, None, locale(self.book.locale))

    def truth(self, value: Any) -> bool:
        value = self.scalar(value)
        if isinstance(value, str):
            if value.upper() in ("TRUE", "FALSE"):
                return value.upper() == "TRUE"
            raise Failed(VALUE)
        return bool(value)

    def _operator(self, operator: str, left: Any, right: Any) -> Value:
        if operator == "&":
            return self.text(left) + self.text(right)
        if operator in ("=", "<>", "<", ">", "<=", ">="):
            return compared(operator, self.scalar(left), self.scalar(right))
        a, b = self.number(left), self.number(right)
        if operator == "/" and b == 0:
            raise Failed(DIVIDE)
        results: dict[str, Callable[[], float]] = {
            "+": lambda: a + b,
            "-": lambda: a - b,
            "*": lambda: a * b,
            "/": lambda: a / b,
            "^": lambda: a**b,
        }
        return results[operator]()

    def position(self, wanted: Any, cells: Cells) -> int | None:
        """Where a value first stands in a one-row or one-column range, counted from 0."""
        wanted = self.scalar(wanted)
        key = (cells.sheet.id, cells.area)
        if key not in self.indexes:
            index: dict[Any, int] = {}
            for place, value in enumerate(self.each(cells)):
                index.setdefault(folded(value), place)
            self.indexes[key] = index
        if isinstance(wanted, str) and re.search(r"[*?]", wanted):
            pattern = re.compile(fnmatch.translate(wanted.replace("[", "[[]")), re.IGNORECASE)
            return next(
                (
                    p
                    for p, v in enumerate(self.each(cells))
                    if isinstance(v, str) and pattern.match(v)
                ),
                None,
            )
        return None if wanted is None else self.indexes[key].get(folded(wanted))

    def nearest(self, wanted: Any, cells: Cells, descending: bool = False) -> int | None:
        """The last place in a sorted range whose value is not beyond the wanted one."""
        wanted, found = self.scalar(wanted), None
        for place, value in enumerate(self.each(cells)):
            if (
                value is None
                or isinstance(value, CellError)
                or isinstance(value, str) != isinstance(wanted, str)
            ):
                continue
            if compared(">" if not descending else "<", value, wanted):
                break
            found = place
        return found
