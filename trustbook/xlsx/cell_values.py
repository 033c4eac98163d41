"""What a cell holds, as the file format writes it: kinds, serial dates, escaped text."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from trustbook.snapshot import CellFault, CellValue

TEXT_LIMIT = 32_767  # UTF-16 units in one cell, an Excel limit

Kind = Literal["", "n", "b", "inlineStr"]

# ECMA-376 part 1, 22.9.2.19 (ST_Xstring): what XML cannot carry is written _xHHHH_, and so is an
# underscore that would begin such a code by accident.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")
_SPACES = re.compile(r"^\s|\s$|[\n\t]|  ")


class Content(NamedTuple):
    """A cell's kind (``""`` is blank) and the text of its value, escaped."""

    kind: Kind
    text: str = ""

    @property
    def preserve(self) -> bool:
        """Whether a reader would trim this text unless told not to."""
        return _SPACES.search(self.text) is not None


BLANK = Content("")


def escape(text: str) -> str:
    """``text`` with everything XML cannot carry as ``_xHHHH_``."""
    return _UNSAFE.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def unescape(text: str) -> str:
    """The opposite of ``escape``."""
    return _CODE.sub(lambda found: chr(int(found.group(1), 16)), text)


def length(text: str) -> int:
    """Length as Excel counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def serial(value: date | datetime | time | timedelta, date1904: bool) -> float | None:
    """Days since the workbook's epoch; None for a day before it, which a cell can show as text
    only.

    The 1900 system counts a 29 February 1900 that never was (ECMA-376 part 1, 18.17.4.1).
    """
    if isinstance(value, timedelta):
        days = value / timedelta(days=1)
        return days if days >= 0 else None
    if isinstance(value, time):
        return (
            value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        ) / 86400
    whole = value.date() if isinstance(value, datetime) else value
    days = float((whole - (date(1904, 1, 1) if date1904 else date(1899, 12, 30))).days)
    if isinstance(value, datetime):
        days += serial(value.time(), date1904) or 0
    if date1904:
        return days if days >= 0 else None
    if days < 61:
        days -= 1
    return days if days >= 1 else None


def spell(value: date | datetime | time | timedelta) -> str:
    """A date as text, for a workbook that cannot show one."""
    if isinstance(value, datetime):
        return value.strftime("%d-%m-") + f"{value.year:04d}" + value.strftime(" %H:%M")
    return (
        f"{value.day:02d}-{value.month:02d}-{value.year:04d}"
        if isinstance(value, date)
        else str(value)
    )


def render_value(value: CellValue, date1904: bool, dates: bool = True) -> Content:
    """The content of a cell that holds ``value``; ``dates`` False writes days as text (a workbook
    without formats).

    Raises TypeError for a Fault and ValueError for a number no cell can hold: those are never
    planned.
    """
    if value is None or value == "":
        return BLANK
    if isinstance(value, str):
        return Content("inlineStr", escape(value))
    if isinstance(value, bool):
        return Content("b", str(int(value)))
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError(f"{value!r} is no cell value")
        return Content("n", repr(value))
    if isinstance(value, CellFault):
        raise TypeError("a fault can be read, not written")
    days = serial(value, date1904) if dates else None
    if days is None:
        return Content("inlineStr", spell(value))
    days = round(days, 9)
    return Content("n", str(int(days)) if days == int(days) else repr(days))
