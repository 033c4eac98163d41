"""An empty spreadsheet becomes a book, like the starter workbook in everything it holds.

The starter workbook that ships for Excel is the one source; here it is said again in the words of
the Sheets API.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from trustbook.errors import UsageError
from trustbook.messages import templates
from trustbook.workbooks.google import GoogleWorkbook
from trustbook.workbooks.google.cells import DATE, NumberFormat, cell_data, colour
from trustbook.workbooks.google.planner import BatchPlan, create_mark, once
from trustbook.workbooks.google.reader import PREFIX, Mark, State
from trustbook.workbooks.google.tabs import Request, number_for

if TYPE_CHECKING:
    from openpyxl import Workbook as Starter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

_FILLED = "sheets(properties(title),data(rowData(values(userEnteredValue))))"
_ROWS = 1000
_PIXELS, _PADDING = 7, 10
_AREA = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
_TEXT = NumberFormat("TEXT", "@")


def prepare(workbook: GoogleWorkbook, lang: str) -> None:
    """Make a book in ``lang`` of the empty spreadsheet, in one write; its own empty tabs go.

    Raises UsageError ``google.not_empty`` where anything stands in it already, and what reading and
    writing raise.
    """
    with workbook.locked():
        state = workbook.look()
        found = workbook.client.spreadsheet(workbook.key, _FILLED)
        for sheet in found.get("sheets", []):
            title = sheet["properties"]["title"]
            for block in sheet.get("data", []):
                if any(_filled(row) for row in block.get("rowData", [])):
                    raise UsageError("google.not_empty", sheet=title, name=workbook.name)
        workbook.carry_out(state, plan_setup(state, lang, secrets.token_hex(8)))


def _filled(row: dict[str, Any]) -> bool:
    return any(cell.get("userEnteredValue") for cell in row.get("values", []))


def plan_setup(state: State, lang: str, nonce: str) -> BatchPlan:
    """The batch that makes a book of an empty spreadsheet; the same input gives the same one."""
    from openpyxl import load_workbook

    starter = load_workbook(templates() / f"trustbook-{lang}.xlsx")
    sheets = {sheet.title: sheet for sheet in starter.worksheets}
    first, mark = once(state, nonce)
    taken = {tab.id for tab in state.tabs}
    ids = {title: number_for(f"start {title}", taken.__contains__) for title in sheets}
    requests: list[Request] = [*first, *_locale(state, lang), *_renamed(state, nonce)]
    requests += [_tab(sheet, ids[title]) for title, sheet in sheets.items()]
    for title, sheet in sheets.items():
        requests += _content(sheet, ids[title])
    requests += [{"deleteSheet": {"sheetId": tab.id}} for tab in state.tabs]
    requests += _names(starter, ids)
    for title, sheet in sheets.items():
        requests += _rules(starter, sheet, ids[title])
    requests += _our_marks(starter, ids)
    return BatchPlan(requests, mark, reads=tuple(sheets))


def _locale(state: State, lang: str) -> Iterator[Request]:
    if lang == "nl" and not state.locale.startswith("nl"):
        change = {"properties": {"locale": "nl_NL"}, "fields": "locale"}
        yield {"updateSpreadsheetProperties": change}


def _renamed(state: State, nonce: str) -> Iterator[Request]:
    """The empty tabs give up their names before ours come; they go when ours are there."""
    for at, tab in enumerate(state.tabs, start=1):
        away = {"sheetId": tab.id, "title": f"trustbook {nonce} {at}"}
        yield {"updateSheetProperties": {"properties": away, "fields": "title"}}


def _tab(sheet: Worksheet, number: int) -> Request:
    frozen = re.fullmatch(r"([A-Z]+)(\d+)", sheet.freeze_panes or "A1")
    assert frozen
    grid = {"rowCount": max(_ROWS, sheet.max_row + 1), "columnCount": sheet.max_column}
    if int(frozen[2]) > 1:
        grid["frozenRowCount"] = int(frozen[2]) - 1
    if _column(frozen[1]) > 1:
        grid["frozenColumnCount"] = _column(frozen[1]) - 1
    properties: dict[str, Any] = {"sheetId": number, "title": sheet.title, "gridProperties": grid}
    if sheet.sheet_state != "visible":
        properties["hidden"] = True
    if sheet.sheet_properties.tabColor is not None:
        properties["tabColorStyle"] = colour(sheet.sheet_properties.tabColor.rgb[-6:])
    return {"addSheet": {"properties": properties}}


def _content(sheet: Worksheet, number: int) -> Iterator[Request]:
    """The columns' formats, what stands in the cells, and the header over it."""
    from openpyxl.utils import get_column_letter

    for index in range(1, sheet.max_column + 1):
        dimension = sheet.column_dimensions[get_column_letter(index)]
        size = {"pixelSize": round(dimension.width * _PIXELS + _PADDING)}
        span = {"sheetId": number, "dimension": "COLUMNS"}
        span |= {"startIndex": index - 1, "endIndex": index}
        change = {"range": span, "properties": size, "fields": "pixelSize"}
        yield {"updateDimensionProperties": change}
        shown = {"@": _TEXT, "dd-mm-yyyy": DATE}.get(dimension.number_format)
        wrap = bool(dimension.alignment and dimension.alignment.wrap_text)
        look = {"verticalAlignment": "TOP"} | ({"wrapStrategy": "WRAP"} if wrap else {})
        cells = {"sheetId": number, "startRowIndex": 1}
        cells |= {"startColumnIndex": index - 1, "endColumnIndex": index}
        cell = {"userEnteredFormat": look | ({"numberFormat": shown.json()} if shown else {})}
        yield {"repeatCell": {"range": cells, "cell": cell, "fields": "userEnteredFormat"}}
    rows = [{"values": [_value(cell.value) for cell in row]} for row in sheet.iter_rows()]
    start = {"sheetId": number, "rowIndex": 0, "columnIndex": 0}
    yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
    header = [{"values": [{"userEnteredFormat": _header(cell)} for cell in sheet[1]]}]
    yield {"updateCells": {"start": start, "rows": header, "fields": "userEnteredFormat"}}


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, str) and value.startswith("="):
        return cell_data(formula=value.replace(",", ";"))
    return cell_data(value)


def _header(cell: Any) -> dict[str, Any]:
    if cell.fill.fill_type != "solid":
        return {"textFormat": {"bold": True}}
    text = {"bold": True, "foregroundColorStyle": colour(cell.font.color.rgb[-6:])}
    fill = colour(cell.fill.fgColor.rgb[-6:])
    return {
        "backgroundColorStyle": fill,
        "textFormat": text,
        "wrapStrategy": "WRAP",
        "verticalAlignment": "MIDDLE",
    }


def _our_marks(starter: Starter, ids: dict[str, int]) -> Iterator[Request]:
    """The marks of the starter workbook: which sheet is ours, and what was done."""
    for name, defined in starter.defined_names.items():
        text = defined.attr_text or ""
        if name.startswith(PREFIX):
            value = text.strip('"') if text.startswith('"') else str(ids[_area(text)[0]])
            yield create_mark(Mark(number_for(name, lambda _: False), name, value))


def _names(starter: Starter, ids: dict[str, int]) -> Iterator[Request]:
    for name, defined in starter.defined_names.items():
        if name.startswith(PREFIX):
            continue
        title, area = _area(defined.attr_text or "")
        named = {"name": name, "range": {"sheetId": ids[title], **area}}
        yield {"addNamedRange": {"namedRange": named}}


def _area(text: str) -> tuple[str, dict[str, int]]:
    """``'Tab'!$A$2:$B$9`` as the tab's title and a range of cells."""
    found = _AREA.fullmatch(text)
    assert found, text
    title = (found[1] or found[2]).replace("''", "'")
    first, last = found[3], found[5] or found[3]
    return title, {
        "startRowIndex": int(found[4]) - 1,
        "endRowIndex": int(found[6] or found[4]),
        "startColumnIndex": _column(first) - 1,
        "endColumnIndex": _column(last),
    }


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _rules(starter: Starter, sheet: Worksheet, number: int) -> Iterator[Request]:
    """Dropdowns and notes beside the cells; they warn and never forbid."""
    for rule in sheet.data_validations.dataValidation:
        condition = _condition(starter, rule)
        if condition is None:
            yield from _header_notes(rule, number)
            continue
        given: dict[str, Any] = {"condition": condition, "strict": False, "showCustomUi": True}
        if rule.prompt:
            given["inputMessage"] = rule.prompt
        for cells in rule.sqref.ranges:
            span = {
                "sheetId": number,
                "startRowIndex": cells.min_row - 1,
                "startColumnIndex": cells.min_col - 1,
                "endColumnIndex": cells.max_col,
            }
            if cells.min_row == cells.max_row:
                span["endRowIndex"] = cells.max_row
            yield {"setDataValidation": {"range": span, "rule": given}}


def _header_notes(rule: DataValidation, number: int) -> Iterator[Request]:
    """A note without a check stands on the header: a check of Google's needs something to check."""
    rows = [{"values": [{"note": rule.prompt}]}]
    for cells in rule.sqref.ranges:
        start = {"sheetId": number, "rowIndex": 0, "columnIndex": cells.min_col - 1}
        yield {"updateCells": {"start": start, "rows": rows, "fields": "note"}}


def _condition(starter: Starter, rule: DataValidation) -> dict[str, Any] | None:
    if rule.type == "list":
        area = starter.defined_names[rule.formula1].attr_text
        return {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": f"={area}"}]}
    if rule.type == "date":
        return {"type": "DATE_IS_VALID"}
    if rule.type == "whole":
        return {"type": "NUMBER_GREATER_THAN_EQ", "values": [{"userEnteredValue": "0"}]}
    return None
