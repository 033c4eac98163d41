"""USER_ENTERED: what a text becomes when a person types it into a cell, per locale."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from .locales import Locale, serial

Scalar = str | int | float | bool


@dataclass(frozen=True)
class Formula:
    """A formula as it stands in the cell, with its ``=``."""

    text: str


@dataclass(frozen=True)
class Entered:
    """A value and the number format that typing it would set, if any."""

    value: Scalar | Formula
    format: dict[str, str] | None = None


def entered(text: str, where: Locale) -> Entered:
    """The value of a typed text; what is no number, date, truth or formula stays text."""
    if text.startswith("'"):
        return Entered(text[1:])
    if text.startswith("=") and len(text) > 1:
        return Entered(Formula(text))
    stripped = text.strip()
    truth = _truth(stripped, where)
    if truth is not None:
        return Entered(truth)
    return _number(stripped, where) or _time_or_date(stripped, where) or Entered(text)


def _truth(text: str, where: Locale) -> bool | None:
    upper = text.upper()
    if upper in ("TRUE", where.true):
        return True
    return False if upper in ("FALSE", where.false) else None


def _number(text: str, where: Locale) -> Entered | None:
    symbol = re.escape(where.currency)
    decimal, group = re.escape(where.decimal), re.escape(where.group)
    pattern = (
        rf"(?P<sign>[-+]?)(?P<money>(?:{symbol}\s?)?)(?P<sign2>[-+]?)"
        rf"(?P<whole>\d{{1,3}}(?:{group}\d{{3}})+|\d*)(?P<part>{decimal}\d*)?"
        rf"(?P<power>[eE][-+]?\d+)?\s?(?P<percent>%?)"
    )
    found = re.fullmatch(pattern, text)
    part = found["part"] if found else None
    if (
        not found
        or not (found["whole"] or (part and len(part) > 1))
        or (found["sign"] and found["sign2"])
    ):
        return None
    digits = found["whole"].replace(where.group, "") or "0"
    places = len(part) - 1 if part else 0
    number = float(digits + ("." + part[1:] if part and places else "") + (found["power"] or ""))
    if "-" in found["sign"] + found["sign2"]:
        number = -number
    if found["percent"]:
        number /= 100
    return Entered(tidy(number), _number_format(found, places, where))


def _number_format(found: re.Match[str], places: int, where: Locale) -> dict[str, str] | None:
    grouped = "#,##0" if where.group in found["whole"] else "0"
    if found["percent"]:
        return {"type": "PERCENT", "pattern": "0.00%" if places else "0%"}
    if found["money"]:
        pattern = where.patterns["CURRENCY"]
        return {"type": "CURRENCY", "pattern": pattern if places else pattern.replace(".00", "")}
    if found["power"]:
        return {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if where.group in found["whole"]:
        return {"type": "NUMBER", "pattern": grouped + (".00" if places else "")}
    return None


def _time_or_date(text: str, where: Locale) -> Entered | None:
    day_text, _, time_text = text.rpartition(" ")
    time = _time(text)
    if time:
        return Entered(time[0], {"type": "TIME", "pattern": time[1]})
    day = _date(text, where)
    if day:
        return Entered(serial(day[0]), {"type": "DATE", "pattern": day[1]})
    day, time = _date(day_text, where), _time(time_text)
    if day and time:
        return Entered(
            serial(day[0]) + time[0], {"type": "DATE_TIME", "pattern": f"{day[1]} {time[1]}"}
        )
    return None


def _time(text: str) -> tuple[float, str] | None:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([AaPp])[Mm])?", text)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if minute > 59 or second > 59 or hour > 24:
        return None
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    pattern = "h:mm" + (":ss" if found[3] else "") + (" AM/PM" if found[4] else "")
    return (hour * 3600 + minute * 60 + second) / 86400, pattern


def _date(text: str, where: Locale) -> tuple[dt.date, str] | None:
    found = re.fullmatch(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", text)
    if found:
        sep = found[2]
        month_pattern = "mm" if len(found[3]) == 2 else "m"
        day_pattern = "dd" if len(found[4]) == 2 else "d"
        return _day(
            int(found[1]),
            int(found[3]),
            int(found[4]),
            f"yyyy{sep}{month_pattern}{sep}{day_pattern}",
        )
    separators = "-/." if where.day_first else "-/"
    found = re.fullmatch(rf"(\d{{1,2}})([{separators}])(\d{{1,2}})\2(\d{{4}}|\d{{2}})", text)
    if found:
        return _numeric_date(found, where)
    return _yearless_date(text, where) or _worded_date(text, where)


def _numeric_date(found: re.Match[str], where: Locale) -> tuple[dt.date, str] | None:
    sep, year = found[2], int(found[4])
    year += (2000 if year < 50 else 1900) if len(found[4]) == 2 else 0
    if where.day_first:
        day, month = found[1], found[3]
    else:
        month, day = found[1], found[3]
    day_pattern, month_pattern = (
        ("dd" if len(day) == 2 else "d"),
        ("mm" if len(month) == 2 else "m"),
    )
    order = (day_pattern, month_pattern) if where.day_first else (month_pattern, day_pattern)
    pattern = sep.join((*order, "yyyy" if len(found[4]) == 4 else "yy"))
    return _day(year, int(month), int(day), pattern)


def _yearless_date(text: str, where: Locale) -> tuple[dt.date, str] | None:
    """``3-4`` is a day of this year: what befalls house numbers that are typed."""
    found = re.fullmatch(r"(\d{1,2})([-/])(\d{1,2})", text)
    if not found:
        return None
    day, month = (found[1], found[3]) if where.day_first else (found[3], found[1])
    pattern = f"d{found[2]}m" if where.day_first else f"m{found[2]}d"
    return _day(dt.datetime.now(dt.UTC).year, int(month), int(day), pattern)


def _worded_date(text: str, where: Locale) -> tuple[dt.date, str] | None:
    found = re.fullmatch(r"(\d{1,2})[ -]([^\W\d]+)\.?[ -](\d{4})", text)
    if found:
        day, word, year, pattern = found[1], found[2], found[3], "d mmm yyyy"
    else:
        found = re.fullmatch(r"([^\W\d]+)\.? (\d{1,2}),? (\d{4})", text)
        if not found:
            return None
        word, day, year, pattern = found[1], found[2], found[3], "mmm d, yyyy"
    for number, (full, short) in enumerate(
        zip(where.months, where.short_months, strict=True), start=1
    ):
        if word.lower() == full.lower() and full != short:
            return _day(int(year), number, int(day), pattern.replace("mmm", "mmmm"))
        if word.lower() == short.lower():
            return _day(int(year), number, int(day), pattern)
    return None


def _day(year: int, month: int, day: int, pattern: str) -> tuple[dt.date, str] | None:
    try:
        return dt.date(year, month, day), pattern
    except ValueError:
        return None


def tidy(number: float) -> int | float:
    """A whole number without its ``.0``, as JSON answers show it."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        return int(number)
    return number
