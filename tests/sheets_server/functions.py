"""The functions a formula may call; each gets the calculation, its sheet and its arguments
unevaluated.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import outcomes as e
from .formulas import Tree
from .locales import locale, moment, serial
from .ranges import Area
from .rendering import shown

if TYPE_CHECKING:
    from .evaluate import Calculation
    from .state import Sheet

FUNCTIONS: dict[str, Callable[..., Any]] = {}


def function(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function that evaluates its arguments itself."""

    def register(body: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = body
        return body

    return register


def eager(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function that gets the calculation and its arguments, worked out first."""

    def register(body: Callable[..., Any]) -> Callable[..., Any]:
        def call(c: Calculation, sheet: Sheet, *args: Tree) -> Any:
            return body(c, *(c.tree(a, sheet) for a in args))

        FUNCTIONS[name] = call
        return body

    return register


def _column(cells: Any, offset: int) -> e.Cells:
    area = cells.area
    return e.Cells(
        cells.sheet, Area(area.top, area.left + offset, area.bottom, area.left + offset + 1)
    )


def _range(value: Any) -> e.Cells:
    if not isinstance(value, e.Cells):
        raise e.Failed(e.VALUE)
    return value


@function("IF")
def _if(
    c: Calculation, sheet: Sheet, test: Tree, then: Tree, other: Tree = ("truth", False)
) -> Any:
    return c.tree(then if c.truth(c.tree(test, sheet)) else other, sheet)


@function("IFERROR")
def _iferror(c: Calculation, sheet: Sheet, value: Tree, other: Tree = ("text", "")) -> Any:
    try:
        return c.scalar(c.tree(value, sheet))
    except e.Failed:
        return c.tree(other, sheet)


@function("IFNA")
def _ifna(c: Calculation, sheet: Sheet, value: Tree, other: Tree = ("text", "")) -> Any:
    try:
        return c.scalar(c.tree(value, sheet))
    except e.Failed as failure:
        if failure.error.type != "N_A":
            raise
        return c.tree(other, sheet)


@function("ISERROR")
def _iserror(c: Calculation, sheet: Sheet, value: Tree) -> bool:
    try:
        c.scalar(c.tree(value, sheet))
    except e.Failed:
        return True
    return False


@function("ISNA")
def _isna(c: Calculation, sheet: Sheet, value: Tree) -> bool:
    try:
        c.scalar(c.tree(value, sheet))
    except e.Failed as failure:
        return failure.error.type == "N_A"
    return False


@function("ROW")
def _row(c: Calculation, sheet: Sheet, cell: Tree) -> int:
    return _range(c.tree(cell, sheet)).area.top + 1


@function("COLUMN")
def _column_number(c: Calculation, sheet: Sheet, cell: Tree) -> int:
    return _range(c.tree(cell, sheet)).area.left + 1


@eager("INDEX")
def _index(c: Calculation, cells: Any, row: Any = None, column: Any = None) -> e.Cells:
    area = _range(cells).area
    down, right = int(c.number(row)), int(c.number(column))
    if area.height == 1 and column is None:
        down, right = 0, down
    if not (0 <= down <= area.height and 0 <= right <= area.width):
        raise e.Failed(e.CellError("NUM", "#NUM!", "INDEX is out of range."))
    top, bottom = (area.top, area.bottom) if not down else (area.top + down - 1, area.top + down)
    left, end = (area.left, area.right) if not right else (area.left + right - 1, area.left + right)
    return e.Cells(cells.sheet, Area(top, left, bottom, end))


def _missing(c: Calculation, wanted: Any, name: str) -> e.Failed:
    text = c.text(wanted)
    return e.Failed(
        e.CellError("N_A", "#N/A", f"Did not find value '{text}' in {name} evaluation.")
    )


@eager("MATCH")
def _match(c: Calculation, wanted: Any, cells: Any, kind: Any = 1) -> int:
    mode = c.number(kind)
    if mode == 0:
        found = c.position(wanted, _range(cells))
    else:
        found = c.nearest(wanted, _range(cells), descending=mode < 0)
    if found is None:
        raise _missing(c, wanted, "MATCH")
    return found + 1


@eager("VLOOKUP")
def _vlookup(c: Calculation, wanted: Any, cells: Any, index: Any, nearest: Any = True) -> e.Value:
    area, column = _range(cells).area, int(c.number(index))
    if not 1 <= column <= area.width:
        raise e.Failed(e.CellError("REF", "#REF!", "VLOOKUP evaluates to an out of bounds range."))
    keys = _column(cells, 0)
    found = c.nearest(wanted, keys) if c.truth(nearest) else c.position(wanted, keys)
    if found is None:
        raise _missing(c, wanted, "VLOOKUP")
    return c.value(cells.sheet, area.top + found, area.left + column - 1)


@function("XLOOKUP")
def _xlookup(
    c: Calculation,
    sheet: Sheet,
    wanted: Tree,
    keys: Tree,
    results: Tree,
    missing: Tree | None = None,
    *_: Tree,
) -> Any:
    key, found = c.tree(wanted, sheet), None
    values = _range(c.tree(results, sheet))
    found = c.position(key, _range(c.tree(keys, sheet)))
    if found is None:
        if missing is None or missing == ("nothing",):
            raise _missing(c, key, "XLOOKUP")
        return c.tree(missing, sheet)
    area = values.area
    across = area.height == 1 and area.width > 1
    return c.value(
        values.sheet, area.top + (0 if across else found), area.left + (found if across else 0)
    )


def _flat(c: Calculation, args: tuple[Any, ...]) -> list[e.Value]:
    found: list[e.Value] = []
    for arg in args:
        found.extend(c.each(arg) if isinstance(arg, e.Cells) else [c.scalar(arg)])
    return found


def _numbers(c: Calculation, args: tuple[Any, ...]) -> list[float]:
    found = _flat(c, args)
    for value in found:
        if isinstance(value, e.CellError):
            raise e.Failed(value)
    return [v for v in found if isinstance(v, (int, float)) and not isinstance(v, bool)]


@eager("SUM")
def _sum(c: Calculation, *args: Any) -> float:
    return sum(_numbers(c, args))


@eager("MAX")
def _max(c: Calculation, *args: Any) -> float:
    return max(_numbers(c, args), default=0)


@eager("MIN")
def _min(c: Calculation, *args: Any) -> float:
    return min(_numbers(c, args), default=0)


@eager("AVERAGE")
def _average(c: Calculation, *args: Any) -> float:
    numbers = _numbers(c, args)
    if not numbers:
        raise e.Failed(e.DIVIDE)
    return sum(numbers) / len(numbers)


@eager("COUNT")
def _count(c: Calculation, *args: Any) -> int:
    return sum(isinstance(v, (int, float)) and not isinstance(v, bool) for v in _flat(c, args))


@eager("COUNTA")
def _counta(c: Calculation, *args: Any) -> int:
    return sum(v is not None for v in _flat(c, args))


@eager("COUNTIF")
def _countif(c: Calculation, cells: Any, wanted: Any) -> int:
    key = e.folded(c.scalar(wanted))
    return sum(e.folded(v) == key for v in c.each(_range(cells)))


@function("AND")
def _and(c: Calculation, sheet: Sheet, *args: Tree) -> bool:
    return all(c.truth(c.tree(a, sheet)) for a in args)


@function("OR")
def _or(c: Calculation, sheet: Sheet, *args: Tree) -> bool:
    return any(c.truth(c.tree(a, sheet)) for a in args)


@eager("NOT")
def _not(c: Calculation, value: Any) -> bool:
    return not c.truth(value)


@eager("NA")
def _na(c: Calculation) -> None:
    raise e.Failed(e.NA)


@eager("ISBLANK")
def _isblank(c: Calculation, value: Any) -> bool:
    return c.scalar(value) is None


@eager("CONCATENATE")
def _concatenate(c: Calculation, *args: Any) -> str:
    return "".join(c.text(v) for v in args)


@eager("EXACT")
def _exact(c: Calculation, left: Any, right: Any) -> bool:
    return c.text(left) == c.text(right)


@eager("LEN")
def _len(c: Calculation, value: Any) -> int:
    return len(c.text(value))


@eager("TRIM")
def _trim(c: Calculation, value: Any) -> str:
    return re.sub(r" +", " ", c.text(value)).strip()


@eager("UPPER")
def _upper(c: Calculation, value: Any) -> str:
    return c.text(value).upper()


@eager("LOWER")
def _lower(c: Calculation, value: Any) -> str:
    return c.text(value).lower()


@eager("LEFT")
def _left(c: Calculation, value: Any, count: Any = 1) -> str:
    return c.text(value)[: int(c.number(count))]


@eager("TEXT")
def _text(c: Calculation, value: Any, pattern: Any) -> str:
    return shown(c.scalar(value), {"pattern": c.text(pattern)}, locale(c.book.locale))


@eager("VALUE")
def _value(c: Calculation, value: Any) -> float:
    return c.number(value)


@eager("ABS")
def _abs(c: Calculation, value: Any) -> float:
    return abs(c.number(value))


@eager("ROUND")
def _round(c: Calculation, value: Any, places: Any = 0) -> float:
    return round(c.number(value), int(c.number(places)))


@eager("DATE")
def _date(c: Calculation, year: Any, month: Any, day: Any) -> int:
    months = int(c.number(year)) * 12 + int(c.number(month)) - 1
    return serial(dt.date(months // 12, months % 12 + 1, 1)) + int(c.number(day)) - 1


@eager("YEAR")
def _year(c: Calculation, value: Any) -> int:
    return moment(c.number(value)).year


@eager("TODAY")
def _today(c: Calculation) -> int:
    return serial(c.book.now().date())


@eager("HYPERLINK")
def _hyperlink(c: Calculation, address: Any, label: Any = None) -> e.Value:
    return c.scalar(address if label is None else label)
