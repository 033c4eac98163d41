"""Requests on rows and columns: adding, removing, moving, sizing, hiding, grouping."""

from __future__ import annotations

from typing import Any

from .entering import Formula
from .errors import invalid
from .handlers import handles, mask_of
from .masks import merged
from .ranges import Area
from .resources import PIXELS, formatted, without_zero_sheet
from .state import COLUMNS, ROWS, Book, Sheet
from .structure import delete, insert, permute

LETTER_PIXELS, PADDING_PIXELS = 8.478, 10
"""About the width of a letter and of a cell's padding in the default font."""


def _dimension(book: Book, given: dict[str, Any]) -> tuple[Sheet, str, int, int]:
    sheet = book.sheet(given.get("sheetId", 0))
    dimension = given.get("dimension", ROWS)
    length = sheet.length(dimension)
    start, end = given.get("startIndex", 0), given.get("endIndex", length)
    if start < 0 or end <= start:
        raise invalid(f"The range is empty: [{start}, {end}).")
    return sheet, dimension, start, end


@handles("insertDimension")
def insert_dimension(book: Book, request: dict[str, Any]) -> None:
    sheet, dimension, start, end = _dimension(book, request["range"])
    before = request.get("inheritFromBefore", False)
    if before and start == 0:
        raise invalid("inheritFromBefore cannot be true when inserting at the start of the grid.")
    insert(book, sheet, dimension, start, end - start, before)


@handles("deleteDimension")
def delete_dimension(book: Book, request: dict[str, Any]) -> None:
    sheet, dimension, start, end = _dimension(book, request["range"])
    rows = (
        Area(start, 0, end, sheet.columns) if dimension == ROWS else Area(0, start, sheet.rows, end)
    )
    sheet.guard(rows)
    delete(book, sheet, dimension, start, end)


@handles("appendDimension")
def append_dimension(book: Book, request: dict[str, Any]) -> None:
    sheet, length = book.sheet(request.get("sheetId", 0)), request.get("length", 0)
    if length < 1:
        raise invalid(f"length must be positive: {length}")
    rows = request.get("dimension", ROWS) == ROWS
    sheet.resize(sheet.rows + length * rows, sheet.columns + length * (not rows))


@handles("moveDimension")
def move_dimension(book: Book, request: dict[str, Any]) -> None:
    sheet, dimension, start, end = _dimension(book, request["source"])
    if dimension != ROWS:
        raise invalid("The test server moves rows only.")
    goal = request.get("destinationIndex", 0)
    others = [i for i in range(sheet.rows) if not start <= i < end]
    place = sum(i < goal for i in others)
    permute(book, sheet, sheet.area, others[:place] + list(range(start, end)) + others[place:])


@handles("insertRange")
def insert_range(book: Book, request: dict[str, Any]) -> None:
    sheet, area = book.located(request["range"])
    down = request.get("shiftDimension", ROWS) == ROWS
    _slide(sheet, area, area.height if down else area.width, down)


@handles("deleteRange")
def delete_range(book: Book, request: dict[str, Any]) -> None:
    sheet, area = book.located(request["range"])
    down = request.get("shiftDimension", ROWS) == ROWS
    for place in [p for p in sheet.cells if area.holds(*p)]:
        del sheet.cells[place]
    _slide(sheet, area, -area.height if down else -area.width, down)


def _slide(sheet: Sheet, area: Area, distance: int, down: bool) -> None:
    """Move the cells at and behind an area along its columns or rows."""
    moved = {}
    for (row, column), cell in sheet.cells.items():
        if down and column in area.columns and row >= area.top:
            row += distance
        elif not down and row in area.rows and column >= area.left:
            column += distance
        if row < sheet.rows and column < sheet.columns:
            moved[row, column] = cell
    sheet.cells = moved


@handles("updateDimensionProperties")
def update_dimension_properties(book: Book, request: dict[str, Any]) -> None:
    mask = mask_of(request, "DimensionProperties")
    sheet, dimension, start, end = _dimension(book, request["range"])
    for index in range(start, min(end, sheet.length(dimension))):
        sizes = sheet.sizes[dimension]
        new = merged(sizes.get(index, {}), request.get("properties", {}), mask)
        sizes[index] = {k: v for k, v in new.items() if v is not False}


@handles("autoResizeDimensions")
def auto_resize(book: Book, request: dict[str, Any]) -> None:
    sheet, dimension, start, end = _dimension(book, request["dimensions"])
    if dimension == COLUMNS:
        for column in range(start, min(end, sheet.columns)):
            longest = 0
            for (row, at), cell in sheet.cells.items():
                if at == column:
                    value = (
                        book.value(sheet, row, column)
                        if isinstance(cell.value, Formula)
                        else cell.value
                    )
                    longest = max(longest, len(formatted(book, cell, value)))
            width = int(longest * LETTER_PIXELS + PADDING_PIXELS) if longest else PIXELS[COLUMNS]
            sheet.sizes[COLUMNS].setdefault(column, {})["pixelSize"] = width


@handles("addDimensionGroup")
def add_dimension_group(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    """One level deeper inside the range; groups that lie around it keep their depth."""
    sheet, dimension, start, end = _dimension(book, request["range"])
    sheet.grid["rowGroupControlAfter" if dimension == ROWS else "columnGroupControlAfter"] = True
    around = [g for g in sheet.groups[dimension] if _holds(g, start, end)]
    group = {
        "range": {
            "sheetId": sheet.id,
            "dimension": dimension,
            "startIndex": start,
            "endIndex": end,
        },
        "depth": max((g["depth"] for g in around), default=0) + 1,
    }
    for other in sheet.groups[dimension]:
        if (
            start <= other["range"]["startIndex"]
            and other["range"]["endIndex"] <= end
            and other not in around
        ):
            other["depth"] += 1
    sheet.groups[dimension].append(group)
    sheet.groups[dimension].sort(key=lambda g: (g["depth"], g["range"]["startIndex"]))
    return _groups(sheet, dimension)


def _holds(group: dict[str, Any], start: int, end: int) -> bool:
    return bool(group["range"]["startIndex"] <= start and end <= group["range"]["endIndex"])


def _groups(sheet: Sheet, dimension: str) -> dict[str, Any]:
    groups = [without_zero_sheet(g) for g in sheet.groups[dimension]]
    return {"dimensionGroups": groups} if groups else {}


@handles("deleteDimensionGroup")
def delete_dimension_group(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    sheet, dimension, start, end = _dimension(book, request["range"])
    around = [g for g in sheet.groups[dimension] if _holds(g, start, end)]
    if not around:
        raise invalid("There is no group over the range.")
    deepest = max(around, key=lambda g: g["depth"])
    sheet.groups[dimension].remove(deepest)
    left, right = deepest["range"]["startIndex"], deepest["range"]["endIndex"]
    for part in ((left, start), (end, right)):
        if part[0] < part[1]:
            span = deepest["range"] | {"startIndex": part[0], "endIndex": part[1]}
            sheet.groups[dimension].append(deepest | {"range": span})
    return _groups(sheet, dimension)


@handles("updateDimensionGroup")
def update_dimension_group(book: Book, request: dict[str, Any]) -> None:
    given = request["dimensionGroup"]
    sheet, dimension, start, end = _dimension(book, given["range"])
    for group in sheet.groups[dimension]:
        if (group["range"]["startIndex"], group["range"]["endIndex"]) == (start, end):
            group["collapsed"] = given.get("collapsed", False)
            return
    raise invalid("There is no group over the range.")
