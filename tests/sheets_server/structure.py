"""Rows and columns come, go and change places, and everything that points at them follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from .entering import Formula
from .errors import invalid
from .formulas import End, Reference, moved, rewritten
from .ranges import Area
from .state import COLUMNS, ROWS, Book, Cell, Sheet

Span = tuple[int, int]
Shift = Callable[[int, int], Span | None]
"""A half-open span of rows or columns to where it is afterwards; None when it is gone."""


def insert(
    book: Book, sheet: Sheet, dimension: str, start: int, count: int, inherit_before: bool
) -> None:
    """Blank rows or columns at ``start``, with the formats of the neighbour on the named side."""
    if not 0 <= start <= sheet.length(dimension):
        raise invalid(f"range.startIndex[{start}] is outside the grid.")
    _resize(sheet, dimension, count)
    neighbour = start - 1 if inherit_before else start
    styles = {
        place: Cell(format=cell.format, validation=cell.validation)
        for place, cell in sheet.cells.items()
        if place[dimension == COLUMNS] == neighbour and (cell.format or cell.validation)
    }

    def shift(first: int, last: int) -> Span:
        return first + count * (first >= start), last + count * (last > start)

    _follow(book, sheet, dimension, shift)
    for (row, column), cell in styles.items():
        for new in range(start, start + count):
            sheet.put(*((new, column) if dimension == ROWS else (row, new)), cell)


def delete(book: Book, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    """Rows or columns ``start`` to ``end`` (not included) go."""
    name = "rows" if dimension == ROWS else "columns"
    end = min(end, sheet.length(dimension))
    if not 0 <= start < end:
        raise invalid(f"Cannot delete a {name[:-1]} that doesn't exist.")
    if end - start >= sheet.length(dimension):
        raise invalid(f"You can't delete all the {name} on the sheet.")
    frozen = sheet.grid.get("frozenRowCount" if dimension == ROWS else "frozenColumnCount", 0)
    if start <= frozen and end >= sheet.length(dimension) and frozen:
        raise invalid(f"Sorry, it is not possible to delete all non-frozen {name}.")
    count = end - start

    def shift(first: int, last: int) -> Span | None:
        moved_first = first - max(0, min(first, end) - start)
        moved_last = last - max(0, min(last, end) - start)
        return (moved_first, moved_last) if moved_last > moved_first else None

    _follow(book, sheet, dimension, shift)
    _resize(sheet, dimension, -count)
    if frozen > start:
        key = "frozenRowCount" if dimension == ROWS else "frozenColumnCount"
        sheet.grid[key] = frozen - (min(end, frozen) - start)


def _resize(sheet: Sheet, dimension: str, count: int) -> None:
    if dimension == ROWS:
        sheet.rows += count
    else:
        sheet.columns += count


def _follow(book: Book, sheet: Sheet, dimension: str, shift: Shift) -> None:
    """Move cells, sizes, objects and references on this sheet as the rows or columns moved."""
    axis = int(dimension == COLUMNS)
    cells = {}
    for place, cell in sheet.cells.items():
        span = shift(place[axis], place[axis] + 1)
        if span:
            cells[(span[0], place[1]) if axis == 0 else (place[0], span[0])] = cell
    sheet.cells = cells
    sheet.sizes[dimension] = {
        span[0]: size for at, size in sheet.sizes[dimension].items() if (span := shift(at, at + 1))
    }
    for kind, found in sheet.objects.items():
        sheet.objects[kind] = [o for o in found if _shifted(o, sheet, dimension, shift)]
    sheet.groups[dimension] = [
        g for g in sheet.groups[dimension] if _shifted(g, sheet, dimension, shift)
    ]
    if sheet.basic_filter and not _shifted(sheet.basic_filter, sheet, dimension, shift):
        sheet.basic_filter = None
    book.named_ranges = [n for n in book.named_ranges if _shifted(n, sheet, dimension, shift)]
    book.metadata = [m for m in book.metadata if _shifted(m, sheet, dimension, shift)]
    _follow_in_formulas(book, sheet, dimension, shift)


def _shifted(thing: dict[str, Any], sheet: Sheet, dimension: str, shift: Shift) -> bool:
    """Move the ranges inside an object; False when one of them is gone."""
    word = "Row" if dimension == ROWS else "Column"
    for found in ranges_in(thing):
        if found.get("sheetId", 0) != sheet.id:
            continue
        names = (f"start{word}Index", f"end{word}Index")
        if "dimension" in found:
            if found["dimension"] != dimension:
                continue
            names = ("startIndex", "endIndex")
        if names[0] in found or names[1] in found:
            span = shift(found.get(names[0], 0), found.get(names[1], 10**7))
            if span is None:
                return False
            found.update({n: v for n, v in zip(names, span, strict=True) if n in found})
    return True


def ranges_in(thing: Any) -> Iterator[dict[str, Any]]:
    """Every GridRange and DimensionRange inside an object."""
    if isinstance(thing, dict):
        if any(
            k in thing
            for k in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
        ) or ("dimension" in thing and "startIndex" in thing):
            yield thing
        for value in thing.values():
            yield from ranges_in(value)
    elif isinstance(thing, list):
        for item in thing:
            yield from ranges_in(item)


def _follow_in_formulas(book: Book, sheet: Sheet, dimension: str, shift: Shift) -> None:
    axis = "row" if dimension == ROWS else "column"
    for home, place, cell in book.formulas():

        def change(found: Reference, home: Sheet = home) -> str:
            target = home if found.sheet is None else book.sheet_titled(found.sheet)
            if target is not sheet:
                return found.text()
            return _shifted_reference(found, axis, shift)

        assert isinstance(cell.value, Formula)
        text = rewritten(cell.value.text, book.locale, change)
        if text != cell.value.text:
            home.put(*place, replace(cell, value=Formula(text)))


def _shifted_reference(found: Reference, axis: str, shift: Shift) -> str:
    first: int | None = getattr(found.first, axis)
    last: int | None = getattr(found.last, axis) if found.last else first
    if first is None and last is None:
        return found.text()
    span = shift(first or 0, 10**7 if last is None else last + 1)
    if span is None:
        return "#REF!"

    def corner(end: End, value: int) -> End:
        if getattr(end, axis) is None:
            return end
        return replace(end, row=value) if axis == "row" else replace(end, column=value)

    new_last = corner(found.last, span[1] - 1) if found.last else None
    return replace(found, first=corner(found.first, span[0]), last=new_last).text()


def permute(book: Book, sheet: Sheet, area: Area, order: list[int]) -> None:
    """Put an area's rows in another order: row ``area.top + i`` becomes old row ``order[i]``."""
    old = {
        (r, c): sheet.cells.pop((r, c))
        for r in area.rows
        for c in area.columns
        if (r, c) in sheet.cells
    }
    for row, source in zip(area.rows, order, strict=True):
        for column in area.columns:
            if (source, column) in old:
                sheet.put(row, column, carried(book, old[source, column], row - source, 0))


def carried(book: Book, cell: Cell, rows: int, columns: int) -> Cell:
    """A cell as its copy reads this far away: relative references go along."""
    if not isinstance(cell.value, Formula):
        return cell
    return replace(cell, value=Formula(moved(cell.value.text, book.locale, rows, columns)))


def rename_in_formulas(book: Book, old: str, new: str) -> None:
    """A sheet has another title: formulas that name it follow."""
    for home, place, cell in book.formulas():
        assert isinstance(cell.value, Formula)

        def change(found: Reference) -> str:
            if found.sheet is not None and found.sheet.casefold() == old.casefold():
                found = replace(found, sheet=new)
            return found.text()

        text = rewritten(cell.value.text, book.locale, change)
        home.put(*place, replace(cell, value=Formula(text)))
