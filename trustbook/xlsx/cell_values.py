"""What a cell holds, as the file format writes it: kinds, serial dates, escaped text."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from trustbook.snapshot import CellFault, CellValue

TEXT_LIMIT = 32_767  # UTF-16 units in one cell, an Excel limit

Kind = Literal["", "n", "b", "inlineStr"]

# ECMA-376 part 1, 22.9.2.19 (ST_Xstring): what XML cannot carry is written _xHHHH_, and so is an
# underscore that would begin such a code by accident.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_EXCEL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30).toordinal(), date(1904, 1, 1).toordinal()
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")


class Content(NamedTuple):
    """A cell's kind (``""`` is blank) and the text of its value, escaped."""

    kind: Kind
    text: str = ""

    @property
    def preserve(self) -> bool:
        """Whether a reader would trim this text unless told not to."""
        text = self.text  # no pattern: it takes four times as long
        return text != text.strip() or "  " in text or "\n" in text or "\t" in text


BLANK = Content("")


def escape(text: str) -> str:
    """``text`` with everything XML cannot carry as ``_xHHHH_``."""
    if text.isprintable() and "_x" not in text:  # nearly all
        return text
    return _UNSAFE.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def unescape(text: str) -> str:
    """The opposite of ``escape``."""
    return _CODE.sub(lambda found: chr(int(found.group(1), 16)), text)


def length(text: str) -> int:
    """Length as Excel counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def past_excel_limit(value: CellValue, date1904: bool) -> str | None:
    """Why a cell cannot hold ``value`` so that it is read again as it was; None where it can.

    "too_long", "characters" or "too_early". A control character can be spelled in the file; Excel
    shows none and no other program takes it.
    """
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT // 2 and length(value) > TEXT_LIMIT:
            return "too_long"
        return "characters" if _NOT_IN_EXCEL.search(value) else None
    if isinstance(value, date | timedelta):
        days, first = serial(value, date1904), 1 if isinstance(value, date) else 0
        return "too_early" if days is None or days < first else None
    return None


def serial(value: date | datetime | time | timedelta, date1904: bool) -> float | None:
    """Days since the workbook's epoch; None for one before it, which a cell shows as text only."""
    if isinstance(value, time):
        return _part_of_day(value)
    if isinstance(value, timedelta):
        days, first = value / timedelta(days=1), 0
    else:
        days, first = _day_number(value, date1904), 0 if date1904 else 1
    return days if days >= first else None


def _part_of_day(value: time) -> float:
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return seconds / 86400


def _day_number(value: date | datetime, date1904: bool) -> float:
    """Days since the epoch.

    The 1900 system counts a 29 February 1900 that never was (ECMA-376 part 1, 18.17.4.1).
    """
    days = float(value.toordinal() - (_EPOCH_1904 if date1904 else _EPOCH_1900))
    if isinstance(value, datetime):
        days += _part_of_day(value.time())
    return days - 1 if days < 61 and not date1904 else days


def spell(value: date | datetime | time | timedelta) -> str:
    """A date as text, for a workbook that cannot show one."""
    if not isinstance(value, date):
        return str(value)
    day = f"{value.day:02d}-{value.month:02d}-{value.year:04d}"
    return day + value.strftime(" %H:%M") if isinstance(value, datetime) else day


def render_value(value: CellValue, date1904: bool, dates: bool = True) -> Content:
    """The content of a cell that holds ``value``; without ``dates`` a day is written as text.

    Raises TypeError for a fault and ValueError for a number no cell can hold: those are never
    planned.
    """
    if value is None or value == "":
        return BLANK
    if isinstance(value, str):
        return Content("inlineStr", escape(value))
    if isinstance(value, bool):
        return Content("b", str(int(value)))
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, CellFault):
        raise TypeError("a fault can be read, not written")
    return _render_day(value, date1904, dates)


@lru_cache(maxsize=1 << 12, typed=True)  # a few days stand in most cells
def _render_day(value: date | datetime | time | timedelta, date1904: bool, dates: bool) -> Content:
    days = serial(value, date1904) if dates else None
    return Content("inlineStr", spell(value)) if days is None else _days(days)


def _number(value: float) -> Content:
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is no cell value")
    return Content("n", repr(value))


def _days(days: float) -> Content:
    days = round(days, 9)
    return Content("n", str(int(days)) if days == int(days) else repr(days))
