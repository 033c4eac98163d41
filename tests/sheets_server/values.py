"""``spreadsheets.values``: get, update, append and clear, with their batch forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from .entering import Formula, Scalar, entered, tidy
from .errors import invalid
from .formulas import canonical
from .locales import locale
from .outcomes import CellError
from .ranges import Area, a1, column_letters
from .rendering import is_date_format
from .resolve import located, resolved, within
from .resources import formatted
from .state import COLUMNS, ROWS, Book, Cell, Sheet
from .structure import insert

LONGEST_TEXT = 50_000


@dataclass(frozen=True)
class Rendering:
    """How values go out: ``value`` and ``dates`` as in the API's render options."""

    value: str = "FORMATTED_VALUE"
    dates: str = "SERIAL_NUMBER"
    major: str = ROWS

    def one(self, book: Book, sheet: Sheet, row: int, column: int, cell: Cell) -> Any:
        """The JSON value of one cell that is not blank."""
        if self.value == "FORMULA" and isinstance(cell.value, Formula):
            return cell.value.text
        value = book.value(sheet, row, column)
        if value is None:
            return ""
        if self.value == "FORMATTED_VALUE" or isinstance(value, CellError):
            return formatted(book, cell, value)
        if self.dates == "FORMATTED_STRING" and is_date_format(
            (cell.format or {}).get("numberFormat")
        ):
            return formatted(book, cell, value)
        return tidy(value) if isinstance(value, float) else value

    def grid(self, book: Book, sheet: Sheet, area: Area) -> list[list[Any]]:
        """The values of an area, blanks at the ends of lines and of the whole left out."""
        lines: dict[int, dict[int, Any]] = {}
        for (row, column), cell in sheet.cells.items():
            if cell.value is not None and area.holds(row, column):
                at, place = row - area.top, column - area.left
                if self.major == COLUMNS:
                    at, place = place, at
                lines.setdefault(at, {})[place] = self.one(book, sheet, row, column, cell)
        grid = []
        for at in range(max(lines, default=-1) + 1):
            line = lines.get(at, {})
            grid.append([line.get(place, "") for place in range(max(line, default=-1) + 1)])
        return grid


def value_range(book: Book, text: str, rendering: Rendering) -> dict[str, Any]:
    """The answer of ``values.get``."""
    sheet, area = resolved(book, text)
    return _value_range(book, sheet, area, rendering)


def _value_range(book: Book, sheet: Sheet, area: Area, rendering: Rendering) -> dict[str, Any]:
    answer: dict[str, Any] = {"range": a1(sheet.title, area), "majorDimension": rendering.major}
    grid = rendering.grid(book, sheet, area)
    return answer | {"values": grid} if grid else answer


@dataclass(frozen=True)
class Written:
    """What a write touched."""

    sheet: Sheet
    area: Area
    places: tuple[tuple[int, int], ...]

    def answer(self, book: Book) -> dict[str, Any]:
        """UpdateValuesResponse; counts of 0 are left out."""
        counts = {
            "updatedRows": len({r for r, _ in self.places}),
            "updatedColumns": len({c for _, c in self.places}),
            "updatedCells": len(self.places),
        }
        start = {"spreadsheetId": book.key, "updatedRange": a1(self.sheet.title, self.area)}
        return start | {k: v for k, v in counts.items() if v}


def write(book: Book, text: str, body: dict[str, Any], option: str) -> Written:
    """``values.update``: put the values at the start of the range, which must hold them."""
    sheet, area = located(book, text)
    rows = _rows(body)
    width = max((len(r) for r in rows), default=0)
    one_cell = area.height == 1 and area.width == 1
    if not one_cell:
        _must_fit(sheet, area, rows, width)
    target = Area(area.top, area.left, area.top + max(len(rows), 1), area.left + max(width, 1))
    within(sheet, target)
    return _put(book, sheet, target, rows, option)


def _must_fit(sheet: Sheet, area: Area, rows: list[list[Any]], width: int) -> None:
    beyond = None
    if len(rows) > area.height:
        beyond = f"row [{area.bottom + 1}]"
    elif width > area.width:
        beyond = f"column [{column_letters(area.right)}]"
    if beyond:
        within = a1(sheet.title, area)
        raise invalid(f"Requested writing within range [{within}], but tried writing to {beyond}")


def _rows(body: dict[str, Any]) -> list[list[Any]]:
    rows: list[list[Any]] = body.get("values", [])
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if isinstance(value, (list, dict)):
                kind = "list" if isinstance(value, list) else "struct"
                raise invalid(f"Invalid values[{i}][{j}]: {kind}_value")
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise invalid(
                    f"Your input contains more than the maximum of {LONGEST_TEXT} characters "
                    "in a single cell."
                )
    if body.get("majorDimension") != COLUMNS:
        return rows
    height = max((len(c) for c in rows), default=0)
    return [[c[i] if i < len(c) else None for c in rows] for i in range(height)]


def _put(book: Book, sheet: Sheet, target: Area, rows: list[list[Any]], option: str) -> Written:
    sheet.guard(target)
    merged = sheet.merged_areas()
    places = []
    for row, line in enumerate(rows, start=target.top):
        for column, value in enumerate(line, start=target.left):
            if value is None:
                continue
            places.append((row, column))
            if not any(m.holds(row, column) and (row, column) != (m.top, m.left) for m in merged):
                sheet.put(row, column, with_value(book, sheet.cell(row, column), value, option))
    book.touched()
    return Written(sheet, target, tuple(places))


def with_value(book: Book, cell: Cell, value: Scalar, option: str = "USER_ENTERED") -> Cell:
    """A cell after a value was written into it, RAW or as if typed."""
    if value == "" and isinstance(value, str):
        return replace(cell, value=None)
    number_format = (cell.format or {}).get("numberFormat", {})
    if (
        option != "USER_ENTERED"
        or not isinstance(value, str)
        or number_format.get("type") == "TEXT"
    ):
        return replace(cell, value=tidy(value) if isinstance(value, float) else value)
    typed = entered(value, locale(book.locale))
    new = typed.value
    if isinstance(new, Formula):
        new = Formula(canonical(new.text, book.locale))
    style = cell.format
    if typed.format and not number_format:
        style = (cell.format or {}) | {"numberFormat": typed.format}
    return replace(cell, value=None if new == "" else new, format=style)


def batch_answer(book: Book, written: Iterable[Written]) -> dict[str, Any]:
    """BatchUpdateValuesResponse: each row, column, cell and sheet counted once."""
    written = list(written)
    rows = {(w.sheet.id, r) for w in written for r, _ in w.places}
    columns = {(w.sheet.id, c) for w in written for _, c in w.places}
    cells = {(w.sheet.id, p) for w in written for p in w.places}
    counts = {
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": len(cells),
        "totalUpdatedSheets": len({w.sheet.id for w in written if w.places}),
    }
    answer: dict[str, Any] = {"spreadsheetId": book.key} | {k: v for k, v in counts.items() if v}
    return answer | {"responses": [w.answer(book) for w in written]}


def clear(book: Book, text: str) -> str:
    """Empty the values of a range, formats and notes stay; the range cleared."""
    sheet, area = resolved(book, text)
    sheet.guard(area)
    for (row, column), cell in list(sheet.cells.items()):
        if cell.value is not None and area.holds(row, column):
            sheet.put(row, column, replace(cell, value=None))
    book.touched()
    return a1(sheet.title, area)


def append(
    book: Book, text: str, body: dict[str, Any], option: str, insert_rows: bool
) -> tuple[str | None, Written]:
    """``values.append``: below the last table in the range; the table's range (None: no table) and
    the write.
    """
    sheet, area = resolved(book, text)
    rows = _rows(body)
    table = _table(sheet, area)
    top, left = (table.bottom, table.left) if table else (area.top, area.left)
    width = max((len(r) for r in rows), default=0)
    if insert_rows and table and rows:
        insert(book, sheet, ROWS, top, len(rows), inherit_before=True)
    bottom, right = top + max(len(rows), 1), left + max(width, 1)
    sheet.resize(max(sheet.rows, bottom if rows else 0), max(sheet.columns, right if width else 0))
    written = _put(book, sheet, Area(top, left, bottom, right), rows, option)
    return (a1(sheet.title, table) if table else None), written


def _table(sheet: Sheet, area: Area) -> Area | None:
    """The block of filled cells around the last filled cell of a range, bounded by blank lines."""
    filled = {p for p, c in sheet.cells.items() if c.value is not None}
    inside = [p for p in filled if area.holds(*p)]
    if not inside:
        return None
    row, column = max(inside)
    top, left, bottom, right = row, column, row + 1, column + 1

    def any_in(rows: Iterable[int], columns: range) -> bool:
        return any((r, c) in filled for r in rows for c in columns)

    while True:
        before = (top, left, bottom, right)
        while top and any_in((top - 1,), range(left - 1, right + 1)):
            top -= 1
        while any_in((bottom,), range(left - 1, right + 1)):
            bottom += 1
        while left and any_in(range(top - 1, bottom + 1), range(left - 1, left)):
            left -= 1
        while any_in(range(top - 1, bottom + 1), range(right, right + 1)):
            right += 1
        if before == (top, left, bottom, right):
            return Area(top, left, bottom, right)
