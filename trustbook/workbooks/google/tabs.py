"""Our own tabs as requests: replaced whole, so that doing it twice does no harm."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from trustbook.errors import SafetyStop
from trustbook.snapshot import CELL_STYLES, Chart, GeneratedSheet
from trustbook.workbooks.google.cells import colour, row_data, styled
from trustbook.workbooks.google.reader import PREFIX, SHEET_MARK, State, Tab

Request = dict[str, Any]
_PIXELS, _PADDING = 7, 10  # of a character in the default font, and of a cell's two sides
_FIELDS = "userEnteredValue,userEnteredFormat,note,dataValidation"
_LINK = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!([A-Z]{1,3}[0-9]+)$")


def number_for(name: str, taken: Callable[[int], bool]) -> int:
    """A number that follows from ``name``; the next one if taken. Plans stay the same by it."""
    number = 1 + zlib.crc32(name.encode()) % 2_000_000_000
    while taken(number):
        number += 1
    return number


def ids(state: State, sheets: Sequence[GeneratedSheet]) -> dict[str, int]:
    """The number of the tab of each generated sheet: as it stands, or the one it will get."""
    taken = {tab.id for tab in state.tabs}
    found: dict[str, int] = {}
    for sheet in sheets:
        standing = state.standing(sheet.key) or (
            state.tab(sheet.title) if sheet.takes_over else None
        )
        fresh = number_for(f"{PREFIX}{sheet.key}", taken.__contains__)
        found[sheet.key] = standing.id if standing else fresh
    return found


def replace_tab(
    state: State, sheet: GeneratedSheet, number: int, tab_ids: dict[str, int]
) -> list[Request]:
    """Everything that makes tab ``number`` show ``sheet`` and nothing else.

    ``tab_ids`` are tabs by title, for links. Raises SafetyStop where a tab that is not ours has the
    title.
    """
    other = state.tab(sheet.title)
    if other is not None and other.id != number:
        raise SafetyStop("google.title_taken", sheet=sheet.title)
    standing = state.with_id(number)
    requests = [_properties(sheet, number, standing)]
    if standing:
        requests.append({"unmergeCells": {"range": {"sheetId": number}}})
    requests.append(_cells(sheet, number, tab_ids))
    requests += _widths(sheet, number)
    requests += _offered(sheet, number)
    requests.append(_filter(sheet, number))
    protection = number_for(f"{PREFIX}protection_{sheet.key}", lambda _: False)
    if standing is None or protection not in standing.protections:
        requests.append(_protection(number, protection))
    for at, chart in enumerate(sheet.charts):
        drawn = number_for(f"{PREFIX}chart_{sheet.key}_{at}", lambda _: False)
        if standing is None or drawn not in standing.charts:
            requests.append(_chart(chart, number, drawn))
    return requests


def _properties(sheet: GeneratedSheet, number: int, standing: Tab | None) -> Request:
    """A new tab after the last one, or the standing one with the right size and title."""
    corners = [chart.bottom_right for chart in sheet.charts]
    rows = max(len(sheet.rows), sheet.header_row + 1, *(row for row, _ in corners), 1)
    columns = max(_width(sheet), *(column for _, column in corners), 1)
    grid = {"rowCount": rows, "columnCount": columns}
    if sheet.header_row:
        grid["frozenRowCount"] = sheet.header_row
    properties: dict[str, Any] = {"sheetId": number, "title": sheet.title, "gridProperties": grid}
    if sheet.first:
        properties["index"] = 0
    if standing is None:
        properties["tabColorStyle"] = colour(str(CELL_STYLES["header.ours"].fill))
        return {"addSheet": {"properties": properties}}
    fields = "title,gridProperties(rowCount,columnCount,frozenRowCount)"
    fields += ",index" if sheet.first else ""
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def _width(sheet: GeneratedSheet) -> int:
    return max((len(row) for row in sheet.rows), default=1) or 1


def _cells(sheet: GeneratedSheet, number: int, tab_ids: dict[str, int]) -> Request:
    rows = [
        row_data(styled(cell, _target(cell.link, tab_ids)) for cell in row) for row in sheet.rows
    ]
    return {"updateCells": {"range": {"sheetId": number}, "rows": rows, "fields": _FIELDS}}


def _target(link: str | None, tab_ids: dict[str, int]) -> str | None:
    """``'Sheet'!A1`` as an address inside the spreadsheet; None for a tab that is not there."""
    found = _LINK.match(link or "")
    if not found:
        return None
    title = (found[1] or found[2]).replace("''", "'").casefold()
    return f"#gid={tab_ids[title]}&range={found[3]}" if title in tab_ids else None


def _widths(sheet: GeneratedSheet, number: int) -> list[Request]:
    """One request for each run of columns that are equally wide."""
    requests, start = [], 0
    for width, run in groupby(sheet.widths[: _width(sheet)]):
        end = start + len(list(run))
        span = {"sheetId": number, "dimension": "COLUMNS", "startIndex": start, "endIndex": end}
        size = {"pixelSize": round(width * _PIXELS + _PADDING)}
        change = {"range": span, "properties": size, "fields": "pixelSize"}
        requests.append({"updateDimensionProperties": change})
        start = end
    return requests


def _offered(sheet: GeneratedSheet, number: int) -> Iterator[Request]:
    """Words to choose from in a column; anything else may be typed as well."""
    for column, words in sheet.offered.items():
        span = {"sheetId": number, "startRowIndex": sheet.header_row,
                "endRowIndex": len(sheet.rows),
                "startColumnIndex": column - 1, "endColumnIndex": column}  # fmt: skip
        values = [{"userEnteredValue": word} for word in words]
        condition = {"type": "ONE_OF_LIST", "values": values}
        rule = {"condition": condition, "strict": False, "showCustomUi": True}
        yield {"setDataValidation": {"range": span, "rule": rule}}


def _filter(sheet: GeneratedSheet, number: int) -> Request:
    """A filter on the header, over all rows: what a person had filtered away shows again."""
    if not (sheet.filtered and sheet.header_row):
        return {"clearBasicFilter": {"sheetId": number}}
    span = {"sheetId": number, "startRowIndex": sheet.header_row - 1}
    return {"setBasicFilter": {"filter": {"range": span}}}


def _protection(number: int, protection: int) -> Request:
    thing = {
        "protectedRangeId": protection,
        "range": {"sheetId": number},
        "description": "trustbook",
        "warningOnly": True,
    }
    return {"addProtectedRange": {"protectedRange": thing}}


def _chart(chart: Chart, number: int, drawn: int) -> Request:
    """Columns side by side over the cells that the chart covers."""

    def cells(column: int) -> dict[str, Any]:
        span = {"sheetId": number, "startRowIndex": chart.first - 2, "endRowIndex": chart.last,
                "startColumnIndex": column - 1, "endColumnIndex": column}  # fmt: skip
        return {"sourceRange": {"sources": [span]}}

    series = [
        {"series": cells(one.column), "colorStyle": colour(one.color)} for one in chart.series
    ]
    basic = {
        "chartType": "COLUMN",
        "legendPosition": "BOTTOM_LEGEND",
        "headerCount": 1,
        "domains": [{"domain": cells(chart.labels)}],
        "series": series,
    }
    (top, left), (bottom, right) = chart.top_left, chart.bottom_right
    overlay = {
        "anchorCell": {"sheetId": number, "rowIndex": top - 1, "columnIndex": left - 1},
        "widthPixels": 100 * (right - left + 1),
        "heightPixels": 21 * (bottom - top + 1),
    }
    spec, position = {"title": chart.title, "basicChart": basic}, {"overlayPosition": overlay}
    return {"addChart": {"chart": {"chartId": drawn, "spec": spec, "position": position}}}


def mark_key(name: str) -> str:
    """The key of the mark on a generated sheet."""
    return SHEET_MARK + name
