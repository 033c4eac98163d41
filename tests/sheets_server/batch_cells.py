"""Requests on cells: values, formats, copies, sorting, merging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .colours import paired, paired_mask
from .entering import Formula
from .errors import ApiError, invalid
from .formulas import canonical
from .handlers import handles, mask_of
from .masks import Mask, merged
from .outcomes import Value, order
from .ranges import Area
from .resources import formatted
from .state import BLANK, Book, Cell, Sheet
from .structure import carried, permute
from .values import with_value

KEPT = ("textFormatRuns", "chipRuns", "pivotTable", "dataSourceTable", "dataSourceFormula")


def masked_cell(book: Book, cell: Cell, given: dict[str, Any], mask: Mask) -> Cell:
    """A cell after the masked fields of a CellData were written into it."""

    def touched(name: str) -> bool:
        return not mask or name in mask

    changes: dict[str, Any] = {}
    if touched("userEnteredValue"):
        changes["value"] = _entered_value(book, given.get("userEnteredValue") or {})
    if touched("userEnteredFormat"):
        below = (mask or {}).get("userEnteredFormat", {})
        new = merged(
            cell.format or {}, paired(given.get("userEnteredFormat") or {}), paired_mask(below)
        )
        changes["format"] = paired(new) or None
    if touched("note"):
        changes["note"] = given.get("note") or None
    if touched("dataValidation"):
        changes["validation"] = kept_rule(given.get("dataValidation"))
    extra = {k: v for k, v in (cell.extra or {}).items() if not touched(k)}
    extra |= {k: given[k] for k in KEPT if touched(k) and k in given}
    return replace(cell, extra=extra or None, **changes)


def kept_rule(rule: dict[str, Any] | None) -> dict[str, Any] | None:
    """A validation rule as it is kept: what is off or empty is left out."""
    return {k: v for k, v in (rule or {}).items() if v} or None


def _entered_value(book: Book, given: dict[str, Any]) -> Any:
    """The value of an ExtendedValue; texts are taken as they are, never parsed."""
    if "errorValue" in given:
        raise invalid("errorValue is read-only.")
    if "formulaValue" in given:
        text = given["formulaValue"]
        return Formula(canonical(text if text.startswith("=") else "=" + text, book.locale))
    value = next(
        (given[k] for k in ("numberValue", "stringValue", "boolValue") if k in given), None
    )
    return None if value == "" and isinstance(value, str) else value


@handles("updateCells")
def update_cells(book: Book, request: dict[str, Any]) -> None:
    mask = mask_of(request, "CellData")
    rows = [r.get("values", []) for r in request.get("rows", [])]
    if "range" in request:
        sheet, area = book.located(request["range"])
        _must_hold(area, rows)
    else:
        start = request.get("start", {})
        sheet = book.sheet(start.get("sheetId", 0))
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        area = Area(top, left, top + len(rows), left + max((len(r) for r in rows), default=0))
        _must_lie_in(sheet, area)
    sheet.guard(area)
    for i, row in enumerate(area.rows):
        line = rows[i] if i < len(rows) else []
        columns = area.columns if "range" in request else range(area.left, area.left + len(line))
        for j, column in enumerate(columns):
            given = line[j] if j < len(line) else {}
            sheet.put(row, column, masked_cell(book, sheet.cell(row, column), given, mask))


def _must_hold(area: Area, rows: list[list[dict[str, Any]]]) -> None:
    if len(rows) > area.height:
        raise _beyond("row", area.bottom)
    if max((len(r) for r in rows), default=0) > area.width:
        raise _beyond("column", area.right)


def _must_lie_in(sheet: Sheet, area: Area) -> None:
    if area.bottom > sheet.rows:
        raise _beyond("row", sheet.rows)
    if area.right > sheet.columns:
        raise _beyond("column", sheet.columns)


def _beyond(what: str, at: int) -> ApiError:
    return invalid(
        f"Attempting to write {what}: {at}, beyond the last requested {what} of: {at - 1}"
    )


@handles("repeatCell")
def repeat_cell(book: Book, request: dict[str, Any]) -> None:
    mask = mask_of(request, "CellData")
    sheet, area = book.located(request["range"])
    sheet.guard(area)
    given = request.get("cell", {})
    made: dict[int, tuple[Cell, Cell]] = {}  # a cell is never changed, so most are one and the same
    for row in area.rows:
        for column in area.columns:
            old = sheet.cell(row, column)
            if id(old) not in made:
                made[id(old)] = old, masked_cell(book, old, given, mask)
            new = made[id(old)][1]
            if "userEnteredValue" in given:
                new = carried(book, new, row - area.top, column - area.left)
            sheet.put(row, column, new)


@handles("appendCells")
def append_cells(book: Book, request: dict[str, Any]) -> None:
    """Below the last row of the sheet that holds anything; the grid grows when it must."""
    mask = mask_of(request, "CellData")
    sheet = book.sheet(request.get("sheetId", 0))
    rows = [r.get("values", []) for r in request.get("rows", [])]
    held = [place for place, cell in sheet.cells.items() if cell.value is not None]
    held += [place for place, value in book.spilled(sheet).items() if value is not None]
    top = max((row for row, _ in held), default=-1) + 1
    width = max((len(r) for r in rows), default=0)
    sheet.resize(max(sheet.rows, top + len(rows)), max(sheet.columns, width))
    sheet.guard(Area(top, 0, top + len(rows), width))
    for row, line in enumerate(rows, start=top):
        for column, given in enumerate(line):
            sheet.put(row, column, masked_cell(book, sheet.cell(row, column), given, mask))


@handles("setDataValidation")
def set_data_validation(book: Book, request: dict[str, Any]) -> None:
    sheet, area = book.located(request["range"])
    rule = kept_rule(request.get("rule"))
    for row in area.rows:
        for column in area.columns:
            sheet.change(row, column, validation=rule)


@handles("updateBorders")
def update_borders(book: Book, request: dict[str, Any]) -> None:
    sheet, area = book.located(request["range"])
    for row in area.rows:
        for column in area.columns:
            edges = {
                "top": request.get("top" if row == area.top else "innerHorizontal"),
                "bottom": request.get("bottom" if row == area.bottom - 1 else "innerHorizontal"),
                "left": request.get("left" if column == area.left else "innerVertical"),
                "right": request.get("right" if column == area.right - 1 else "innerVertical"),
            }
            old = sheet.cell(row, column).format or {}
            borders = old.get("borders", {}) | {k: paired(v) for k, v in edges.items() if v}
            sheet.change(row, column, format=old | {"borders": borders})


def _pasted(old: Cell, source: Cell, kind: str) -> Cell:
    """What a paste of this kind leaves in a cell."""
    if kind in ("PASTE_VALUES", "PASTE_FORMULA"):
        return replace(old, value=source.value)
    if kind == "PASTE_FORMAT":
        return replace(old, format=source.format)
    if kind == "PASTE_DATA_VALIDATION":
        return replace(old, validation=source.validation)
    if kind == "PASTE_NO_BORDERS" and source.format:
        return replace(
            source, format={k: v for k, v in source.format.items() if k != "borders"} or None
        )
    return source


@handles("copyPaste")
def copy_paste(book: Book, request: dict[str, Any]) -> None:
    source, area = book.located(request["source"])
    target = book.sheet(request["destination"].get("sheetId", 0))
    kind = request.get("pasteType", "PASTE_NORMAL")
    turned = request.get("pasteOrientation") == "TRANSPOSE"
    originals = {
        p: _copied(book, source, p, kind) for p in ((r, c) for r in area.rows for c in area.columns)
    }
    height, width = (area.width, area.height) if turned else (area.height, area.width)
    top = request["destination"].get("startRowIndex", 0)
    left = request["destination"].get("startColumnIndex", 0)
    down = max(1, (request["destination"].get("endRowIndex", top) - top) // height)
    across = max(1, (request["destination"].get("endColumnIndex", left) - left) // width)
    whole = Area(top, left, top + height * down, left + width * across)
    _must_lie_in(target, whole)
    target.guard(whole)
    for row in whole.rows:
        for column in whole.columns:
            i, j = (row - top) % height, (column - left) % width
            from_row, from_column = (
                (area.top + j, area.left + i) if turned else (area.top + i, area.left + j)
            )
            cell = carried(
                book, originals[from_row, from_column], row - from_row, column - from_column
            )
            target.put(row, column, _pasted(target.cell(row, column), cell, kind))


def _copied(book: Book, sheet: Sheet, place: tuple[int, int], kind: str) -> Cell:
    cell = sheet.cell(*place)
    if kind == "PASTE_VALUES" and isinstance(cell.value, Formula):
        value: Value = book.value(sheet, *place)
        return replace(cell, value=value if isinstance(value, (str, int, float)) else None)
    return cell


@handles("cutPaste")
def cut_paste(book: Book, request: dict[str, Any]) -> None:
    source, area = book.located(request["source"])
    goal = request["destination"]
    target = book.sheet(goal.get("sheetId", 0))
    kind = request.get("pasteType", "PASTE_NORMAL")
    down, right = goal.get("rowIndex", 0) - area.top, goal.get("columnIndex", 0) - area.left
    whole = Area(area.top + down, area.left + right, area.bottom + down, area.right + right)
    _must_lie_in(target, whole)
    source.guard(area)
    target.guard(whole)
    taken = {(r, c): source.cells.pop((r, c), BLANK) for r in area.rows for c in area.columns}
    for (row, column), cell in taken.items():
        place = (row + down, column + right)
        target.put(*place, _pasted(target.cell(*place), cell, kind))


@handles("sortRange")
def sort_range(book: Book, request: dict[str, Any]) -> None:
    sheet, area = book.located(request["range"])
    sheet.guard(area)
    rows = list(area.rows)
    for spec in reversed(request.get("sortSpecs", [])):
        column = spec.get("dimensionIndex", 0)
        values = {r: book.value(sheet, r, column) for r in rows}
        filled = [r for r in rows if values[r] is not None]
        filled.sort(key=lambda r: order(values[r]), reverse=spec.get("sortOrder") == "DESCENDING")
        rows = filled + [r for r in rows if values[r] is None]
    permute(book, sheet, area, rows)


@handles("findReplace")
def find_replace(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    flags = 0 if request.get("matchCase") else re.IGNORECASE
    find = request.get("find", "")
    pattern = re.compile(find if request.get("searchByRegex") else re.escape(find), flags)
    replacement = request.get("replacement", "")
    counts = {"valuesChanged": 0, "formulasChanged": 0, "occurrencesChanged": 0}
    rows, sheets = set(), set()
    for sheet, place, cell in _searched(book, request):
        formula = isinstance(cell.value, Formula)
        if cell.value is None or (formula and not request.get("includeFormulas")):
            continue
        text = (
            cell.value.text
            if isinstance(cell.value, Formula)
            else formatted(book, cell, cell.value)
        )
        if request.get("matchEntireCell") and not pattern.fullmatch(text):
            continue
        new, number = pattern.subn(
            replacement if request.get("searchByRegex") else lambda _: replacement, text
        )
        if number:
            sheet.guard(Area(place[0], place[1], place[0] + 1, place[1] + 1))
            sheet.put(*place, with_value(book, cell, new))
            counts["formulasChanged" if formula else "valuesChanged"] += 1
            counts["occurrencesChanged"] += number
            rows.add((sheet.id, place[0]))
            sheets.add(sheet.id)
    counts |= {"rowsChanged": len(rows), "sheetsChanged": len(sheets)}
    return {k: v for k, v in counts.items() if v}


def _searched(book: Book, request: dict[str, Any]) -> Iterator[tuple[Sheet, tuple[int, int], Cell]]:
    if request.get("allSheets"):
        areas = [(s, s.area) for s in book.sheets]
    elif "range" in request:
        areas = [book.located(request["range"])]
    else:
        sheet = book.sheet(request.get("sheetId", 0))
        areas = [(sheet, sheet.area)]
    for sheet, area in areas:
        for place in sorted(p for p in sheet.cells if area.holds(*p)):
            yield sheet, place, sheet.cells[place]


@handles("trimWhitespace")
def trim_whitespace(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    changed = 0
    for sheet, place, cell in _searched(book, request):
        if isinstance(cell.value, str):
            trimmed = re.sub(r"\s+", " ", cell.value).strip()
            if trimmed != cell.value:
                sheet.put(*place, replace(cell, value=trimmed or None))
                changed += 1
    return {"cellsChangedCount": changed} if changed else {}


@handles("mergeCells")
def merge_cells(book: Book, request: dict[str, Any]) -> None:
    sheet, area = book.located(request["range"])
    kind = request.get("mergeType", "MERGE_ALL")
    _drop_merges(sheet, area)
    if kind == "MERGE_COLUMNS":
        parts = [Area(area.top, c, area.bottom, c + 1) for c in area.columns]
    elif kind == "MERGE_ROWS":
        parts = [Area(r, area.left, r + 1, area.right) for r in area.rows]
    else:
        parts = [area]
    for part in parts:
        if part.height * part.width > 1:
            sheet.objects["merges"].append({"sheetId": sheet.id} | _span(part))
            for row in part.rows:
                for column in part.columns:
                    if (row, column) != (part.top, part.left):
                        sheet.change(row, column, value=None)


def _span(area: Area) -> dict[str, int]:
    return {
        "startRowIndex": area.top,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }


def _drop_merges(sheet: Sheet, area: Area) -> None:
    kept = []
    for merge, span in zip(sheet.objects["merges"], sheet.merged_areas(), strict=True):
        if not span.meets(area):
            kept.append(merge)
        elif not area.covers(span):
            raise invalid("You must select all cells in a merged range to merge or unmerge them.")
    sheet.objects["merges"] = kept


@handles("unmergeCells")
def unmerge_cells(book: Book, request: dict[str, Any]) -> None:
    _drop_merges(*book.located(request["range"]))
