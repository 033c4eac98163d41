"""Ranges as requests name them: ``Tab!A1:B2``, a tab's title, a named range."""

from __future__ import annotations

from .errors import ApiError, invalid
from .ranges import Area, a1, area_of, parse_cells, split_title
from .state import Book, Sheet


def unable(text: str) -> ApiError:
    return invalid(f"Unable to parse range: {text}")


def located(book: Book, text: str) -> tuple[Sheet, Area]:
    """The sheet and area a text names, open ends filled in, not yet cut off at the grid's edge."""
    title, cells = split_title(text)
    if title is None:
        return _untitled(book, text)
    sheet = book.sheet_titled(title)
    if sheet is None:
        raise unable(text)
    if not cells:
        return sheet, sheet.area
    found = _cells(sheet, cells) or _named(book, cells)
    if found is None:
        raise unable(text)
    return found


def _untitled(book: Book, text: str) -> tuple[Sheet, Area]:
    sheet = book.sheet_titled(text)
    found = (
        _cells(book.sheets[0], text)
        or _named(book, text)
        or ((sheet, sheet.area) if sheet else None)
    )
    if found is None:
        raise unable(text)
    return found


def _cells(sheet: Sheet, text: str) -> tuple[Sheet, Area] | None:
    span = parse_cells(text)
    if span is None:
        return None
    top, left, bottom, right = span
    return sheet, Area(
        top or 0,
        left or 0,
        max(sheet.rows, (top or 0) + 1) if bottom is None else bottom,
        max(sheet.columns, (left or 0) + 1) if right is None else right,
    )


def _named(book: Book, text: str) -> tuple[Sheet, Area] | None:
    for named in book.named_ranges:
        if named["name"].lower() == text.lower():
            sheet = book.sheet(named["range"].get("sheetId", 0))
            return sheet, area_of(named["range"], sheet.rows, sheet.columns)
    return None


def resolved(book: Book, text: str) -> tuple[Sheet, Area]:
    """As :func:`located`, cut off at the grid's edge; 400 when it begins outside the grid."""
    sheet, area = located(book, text)
    within(sheet, area, start_only=True)
    return sheet, Area(
        area.top, area.left, min(area.bottom, sheet.rows), min(area.right, sheet.columns)
    )


def within(sheet: Sheet, area: Area, start_only: bool = False) -> None:
    """400 when an area (or its first cell) lies outside the grid."""
    bottom, right = (area.top + 1, area.left + 1) if start_only else (area.bottom, area.right)
    if bottom > sheet.rows or right > sheet.columns:
        raise invalid(
            f"Range ({a1(sheet.title, area)}) exceeds grid limits. "
            f"Max rows: {sheet.rows}, max columns: {sheet.columns}"
        )
