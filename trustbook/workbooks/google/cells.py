"""Cells as the Sheets API sends and takes them: typed both ways, so that no text is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from trustbook.dates import EPOCH_1900
from trustbook.padded import as_shown, zero_format
from trustbook.snapshot import CELL_STYLES, DATE_FORMAT, Cell, CellFault, CellStyle, CellValue

_EPOCH = datetime.combine(EPOCH_1900, time())
TEXT_LIMIT = 50_000  # characters in one cell
_HALF = re.compile("[\ud800-\udfff]")  # half a character: no text that can be sent has one
_LAST_SERIAL = 2_958_465  # 31 December 9999
_ERRORS = {
    "ERROR": "#ERROR!",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "uncomputed",
}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a cell shows its number: the API's type and, if one was set, the pattern."""

    type: str
    pattern: str | None = None

    def json(self) -> dict[str, str]:
        """As the API takes it."""
        return {"type": self.type} | ({"pattern": self.pattern} if self.pattern else {})


DATE = NumberFormat("DATE", DATE_FORMAT)
PLAIN = NumberFormat("")  # no format of its own


def read_value(cell: Mapping[str, Any], shown: NumberFormat | None) -> CellValue:
    """What a cell means: its effective value, a date only where its own format says so."""
    value = cell.get("effectiveValue") or {}
    if "stringValue" in value:
        return value["stringValue"] or None
    if "numberValue" in value:
        return _number(value["numberValue"], shown or PLAIN)
    if "boolValue" in value:
        return bool(value["boolValue"])
    if "errorValue" in value:
        return CellFault(_ERRORS.get(value["errorValue"].get("type", ""), "#ERROR!"))
    return None


def _number(number: float, shown: NumberFormat) -> CellValue:
    kind = shown.type
    if kind in ("DATE", "DATE_TIME", "TIME") and 0 <= number <= _LAST_SERIAL:
        if kind == "TIME" and number < 1:
            return (_EPOCH + timedelta(seconds=round(number * 86_400))).time()
        if number >= 1:
            moment = _EPOCH + timedelta(days=int(number), seconds=round(number % 1 * 86_400))
            return moment if kind != "DATE" or number % 1 else moment.date()
    if not float(number).is_integer() or abs(number) >= 1e15:
        return float(number)
    marks = zero_format(shown.pattern or "")
    return as_shown(int(number), marks) if marks is not None else int(number)


def entered(value: CellValue) -> dict[str, Any]:
    """An ExtendedValue; an empty one blanks the cell. Text goes as text, whatever it looks like."""
    if value is None or isinstance(value, CellFault):
        return {}
    if isinstance(value, str):
        return {"stringValue": value} if value else {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    return {"numberValue": google_serial(value)}


def _sendable(value: CellValue) -> CellValue:
    """A text of ours as the service takes it: no half characters, and cut where it is too long."""
    return _HALF.sub("\ufffd", value)[:TEXT_LIMIT] if isinstance(value, str) else value


def past_service_limit(value: CellValue) -> str | None:
    """Why the service keeps no such value: "too_long" or "characters"; None where it does."""
    if not isinstance(value, str):
        return None
    if len(value) > TEXT_LIMIT:
        return "too_long"
    return "characters" if _HALF.search(value) else None


def google_serial(value: date | datetime | time | timedelta) -> float:
    """A day, moment or span as the number of days since 30 December 1899."""
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, time):
        return google_serial(
            timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
        )
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)
    return (value - EPOCH_1900).days


def format_of(value: CellValue) -> NumberFormat | None:
    """The number format without which a value would show as a bare number."""
    if isinstance(value, datetime):
        return NumberFormat("DATE_TIME", "dd-mm-yyyy hh:mm")
    if isinstance(value, date):
        return DATE
    if isinstance(value, time):
        return NumberFormat("TIME", "hh:mm")
    if isinstance(value, timedelta):
        return NumberFormat("TIME", "[h]:mm")
    return None


def cell_data(
    value: CellValue = None, formula: str | None = None, shown: NumberFormat | None = None
) -> dict[str, Any]:
    """CellData with a value or formula and, where given, a number format."""
    data: dict[str, Any] = {}
    content = {"formulaValue": formula} if formula is not None else entered(value)
    if content:
        data["userEnteredValue"] = content
    if shown is not None and shown.type:
        data["userEnteredFormat"] = {"numberFormat": shown.json()}
    return data


def styled(cell: Cell, target: str | None) -> dict[str, Any]:
    """CellData of a cell of ours: value, look, and a link to ``target``, an address inside."""
    data = cell_data(_sendable(cell.value))
    look = look_json(CELL_STYLES[cell.look])
    if (shown := format_of(cell.value)) is not None:
        look["numberFormat"] = shown.json()
    if target is not None:
        look.setdefault("textFormat", {})["link"] = {"uri": target}
    if look:
        data["userEnteredFormat"] = look
    return data


def _text_json(look: CellStyle) -> dict[str, Any]:
    """What a look says of the text, as a TextFormat."""
    text: dict[str, Any] = {}
    if look.color:
        text["foregroundColorStyle"] = colour(look.color)
    for name, on in (("bold", look.bold), ("italic", look.italic), ("underline", look.underline)):
        if on:
            text[name] = True
    if look.size:
        text["fontSize"] = int(look.size)
    return text


def look_json(look: CellStyle) -> dict[str, Any]:
    """A look as a CellFormat."""
    text = _text_json(look)
    json: dict[str, Any] = {"textFormat": text} if text else {}
    if look.fill:
        json["backgroundColorStyle"] = colour(look.fill)
    if look.wrap:
        json |= {"wrapStrategy": "WRAP", "verticalAlignment": "TOP"}
    if look.align:
        json["horizontalAlignment"] = look.align.upper()
    if look.number:
        kind = "DATE" if look.number == DATE_FORMAT else "NUMBER"
        json["numberFormat"] = {"type": kind, "pattern": look.number}
    return json


def colour(code: str) -> dict[str, Any]:
    """``RRGGBB`` as a ColorStyle."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


def row_data(cells: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """RowData of these cells, blanks at its end left out."""
    values = list(cells)
    while values and not values[-1]:
        values.pop()
    return {"values": values} if values else {}
