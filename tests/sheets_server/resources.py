"""A spreadsheet as the API shows it: ``spreadsheets.get`` and the answer behind a batchUpdate."""

from __future__ import annotations

import copy
from typing import Any

from .discovery import check_mask
from .entering import Formula, tidy
from .errors import bad_payload
from .locales import locale
from .masks import Mask, prune, wants
from .outcomes import CellError, Value
from .ranges import Area, area_of
from .rendering import shown
from .resolve import resolved
from .state import BLANK, COLUMNS, ROWS, SHEET_OBJECTS, Book, Cell, Sheet
from .structure import ranges_in

WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: dict[str, Any] = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}
THEME = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        {"colorType": kind, "color": {"rgbColor": colour}}
        for kind, colour in (
            ("TEXT", {}),
            ("BACKGROUND", WHITE),
            ("ACCENT1", {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275}),
            ("ACCENT2", {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314}),
            ("ACCENT3", {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275}),
            ("ACCENT4", {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902}),
            ("ACCENT5", {"red": 1, "green": 0.42745098, "blue": 0.003921569}),
            ("ACCENT6", {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706}),
            ("LINK", {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}),
        )
    ],
}
PIXELS = {ROWS: 21, COLUMNS: 100}


def spreadsheet(
    book: Book, ranges: list[str], grid_data: bool, mask: Mask | None
) -> dict[str, Any]:
    """The Spreadsheet resource; a field mask (None: none given) decides on grid data by itself."""
    if mask is not None:
        unknown = check_mask(mask, "Spreadsheet")
        if unknown:
            raise bad_payload(
                unknown,
                "Error expanding 'fields' parameter. "
                f"Cannot find matching fields for path '{unknown}'.",
            )
    data_mask = {} if mask is None and grid_data else _below(mask, "sheets", "data")
    wanted = [resolved(book, text) for text in ranges]
    shown_sheets = []
    for index, sheet in enumerate(book.sheets):
        areas = [area for owner, area in wanted if owner is sheet]
        if wanted and not areas:
            continue
        blocks = None
        if data_mask is not None:
            blocks = [grid_block(book, sheet, a, data_mask) for a in areas or [sheet.area]]
        shown_sheets.append(_sheet(sheet, index, areas, blocks))
    result: dict[str, Any] = {
        "spreadsheetId": book.key,
        "properties": _properties(book),
        "sheets": shown_sheets,
        "namedRanges": [without_zero_sheet(n) for n in book.named_ranges],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.key}/edit",
        "developerMetadata": [
            without_zero_sheet(m) for m in book.metadata if "spreadsheet" in m["location"]
        ],
    }
    for name in ("namedRanges", "developerMetadata"):
        if not result[name]:
            del result[name]
    pruned: dict[str, Any] = prune(result, mask) if mask is not None else result
    return pruned


def _below(mask: Mask | None, *path: str) -> Mask | None:
    """What a mask asks for below a path; None when nothing."""
    for name in path:
        if mask is None:
            return None
        if not mask or "*" in mask:
            return {}
        mask = mask.get(name)
    return mask


def _properties(book: Book) -> dict[str, Any]:
    return {
        "title": book.title,
        "locale": book.locale,
        "autoRecalc": "ON_CHANGE",
        "timeZone": book.time_zone,
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": THEME,
    } | book.properties


def sheet_properties(sheet: Sheet, index: int) -> dict[str, Any]:
    """SheetProperties; what is off or 0 is left out."""
    grid = {"rowCount": sheet.rows, "columnCount": sheet.columns}
    return {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": grid | {k: v for k, v in sheet.grid.items() if v},
    } | {k: v for k, v in sheet.properties.items() if v or isinstance(v, dict)}


def _sheet(
    sheet: Sheet, index: int, areas: list[Area], blocks: list[dict[str, Any]] | None
) -> dict[str, Any]:
    result: dict[str, Any] = {"properties": sheet_properties(sheet, index)}
    if blocks is not None:
        result["data"] = blocks
    for name in SHEET_OBJECTS:
        found = [without_zero_sheet(o) for o in sheet.objects[name] if _touches(o, sheet, areas)]
        if found:
            result[name] = found
    if sheet.basic_filter:
        result["basicFilter"] = without_zero_sheet(sheet.basic_filter)
    for dimension, name in ((ROWS, "rowGroups"), (COLUMNS, "columnGroups")):
        if sheet.groups[dimension]:
            result[name] = [without_zero_sheet(g) for g in sheet.groups[dimension]]
    return result


def _touches(thing: dict[str, Any], sheet: Sheet, areas: list[Area]) -> bool:
    found = [
        area_of(r, sheet.rows, sheet.columns) for r in ranges_in(thing) if "dimension" not in r
    ]
    return not areas or not found or any(f.meets(a) for f in found for a in areas)


def without_zero_sheet(thing: Any) -> Any:
    """A copy in which ranges on the sheet with id 0 do not name it, as in the real answers."""
    result = copy.deepcopy(thing)
    for found in ranges_in(result):
        if found.get("sheetId") == 0:
            del found["sheetId"]
    if (
        isinstance(result, dict)
        and isinstance(result.get("range"), dict)
        and result["range"].get("sheetId") == 0
    ):
        del result["range"]["sheetId"]
    return result


def grid_block(book: Book, sheet: Sheet, area: Area, mask: Mask) -> dict[str, Any]:
    """GridData of one range: rows up to the last used one, each up to its last used cell."""
    block: dict[str, Any] = {}
    if area.top:
        block["startRow"] = area.top
    if area.left:
        block["startColumn"] = area.left
    cell_mask = _below(mask, "rowData", "values")
    rows = _used(book, sheet, area) if wants(mask, "rowData") else {}
    if rows:
        block["rowData"] = []
        for row in range(area.top, max(rows) + 1):
            found = rows.get(row, {})
            cells = [
                cell_data(book, sheet, row, column, found[column], cell_mask or {})
                if column in found
                else {}
                for column in range(area.left, max(found) + 1 if found else area.left)
            ]
            block["rowData"].append({"values": cells} if cells else {})
    for dimension, span, name in (
        (ROWS, area.rows, "rowMetadata"),
        (COLUMNS, area.columns, "columnMetadata"),
    ):
        if wants(mask, name):
            sizes = sheet.sizes[dimension]
            block[name] = [{"pixelSize": PIXELS[dimension]} | sizes.get(i, {}) for i in span]
    return block


def _used(book: Book, sheet: Sheet, area: Area) -> dict[int, dict[int, Cell]]:
    rows: dict[int, dict[int, Cell]] = {}
    spilled = {p: BLANK for p, value in book.spilled(sheet).items() if value is not None}
    for (row, column), cell in (spilled | sheet.cells).items():
        if area.holds(row, column):
            rows.setdefault(row, {})[column] = cell
    return rows


def cell_data(
    book: Book, sheet: Sheet, row: int, column: int, cell: Cell, mask: Mask
) -> dict[str, Any]:
    """CellData, only the fields that are asked for (an empty mask: all)."""

    def asked(name: str) -> bool:
        return not mask or name in mask or "*" in mask

    data: dict[str, Any] = dict(cell.extra or {})
    value = book.value(sheet, row, column)
    if cell.value is not None or value is not None:
        if cell.value is not None and asked("userEnteredValue"):
            data["userEnteredValue"] = extended(cell.value)
        if asked("effectiveValue") and value is not None:
            data["effectiveValue"] = extended(value)
        if asked("formattedValue"):
            text = formatted(book, cell, value)
            if text:
                data["formattedValue"] = text
    if cell.format and asked("userEnteredFormat"):
        data["userEnteredFormat"] = cell.format
    if (cell.format or cell.value is not None) and asked("effectiveFormat"):
        data["effectiveFormat"] = _over(DEFAULT_FORMAT, cell.format or {})
    if cell.note and asked("note"):
        data["note"] = cell.note
    if cell.validation and asked("dataValidation"):
        data["dataValidation"] = cell.validation
    return data


def _over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for name, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(name), dict) and "olor" not in name
        result[name] = _over(result[name], value) if both else value
    return result


def extended(value: Value | Formula) -> dict[str, Any]:
    """ExtendedValue: the value under the name of its type."""
    if isinstance(value, Formula):
        return {"formulaValue": value.text}
    if isinstance(value, CellError):
        return {"errorValue": {"type": value.type, "message": value.message}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": tidy(value)} if value is not None else {}


def formatted(book: Book, cell: Cell, value: Value) -> str:
    """What the cell shows."""
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.text
    return shown(value, (cell.format or {}).get("numberFormat"), locale(book.locale))
