"""Strict Dutch and English dates, rhythms and numbers: the uncertain is refused, not guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from trustbook.names import key

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
_FIRST_YEAR = 1911  # of a day that a cell shows: the years up to 2100 end before it, in both epochs

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mrt maart mar march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAY = (
    r"(?:(?:ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun"
    r"|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\.?,? +)?"
)
_TIME = r"(?:[ t]+\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?uur| ?u|z)?)?"
# As forms and other programs write it: a day and a time, with a zone.
_STAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}[ t]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:z|utc|gmt)| ?[+-]\d{2}:?\d{2})"
)
# Where the network is, and its days begin.
ZONE = "Europe/Amsterdam"
_ISO = re.compile(rf"(\d{{4}})([-/])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_NUMERIC = re.compile(rf"{_WEEKDAY}(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_DAY_WORD = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:e|de|ste|st|nd|rd|th)?[ -]([a-z]+)\.?,?[ -]"
    rf"'?(\d{{4}}|\d{{2}}){_TIME}"
)
_WORD_DAY = re.compile(rf"{_WEEKDAY}([a-z]+)\.? (\d{{1,2}})(?:st|nd|rd|th)?, ?(\d{{4}}){_TIME}")


class Unreadable(ValueError):
    """Text that is no date, rhythm or number; ``code`` says which problem to report."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_date(value: object, lang: str = "nl", epoch: date = EPOCH_1900) -> date:
    """The day a cell means.

    A date cell, a serial counted from ``epoch``, or text as people type it, day first. Raises
    Unreadable("date") for what is no certain day (``3-13-2026``, ``mei 2026``, ``3-5 maart``) and
    Unreadable("date_ambiguous") for ``03/04/2026`` in an English book, where it may be 3 April or
    4 March.
    """
    if isinstance(value, date):
        # 2028 typed in a cell that shows days is 20 July 1905 there, and was meant as a year.
        if value.year < _FIRST_YEAR:
            raise Unreadable("date")
        return value.date() if isinstance(value, datetime) else value
    if isinstance(value, str):
        return _read_text(key(value), lang)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read_serial(value, epoch)
    raise Unreadable("date")


# A day as people say it on the day itself, in days from today.
_SAID = {
    "vandaag": 0, "today": 0, "gisteren": -1, "yesterday": -1, "eergisteren": -2,
    "morgen": 1, "tomorrow": 1, "overmorgen": 2,
}  # fmt: skip


def read_said_day(text: str, today: date, lang: str = "nl") -> date:
    """The day a typed text means: ``gisteren``, ``tomorrow``, or a date as ``read_date`` reads it.

    Raises Unreadable as ``read_date`` does.
    """
    said = _SAID.get(key(text))
    return read_date(text, lang) if said is None else today + timedelta(days=said)


_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:e|de|ste|st|nd|rd|th)?[-/. ]([a-z]+|\d{{1,2}})\.?"
)
_MONTH_DAY = re.compile(rf"{_WEEKDAY}([a-z]+)\.? (\d{{1,2}})(?:st|nd|rd|th)?")


def is_day_of_year(text: str) -> bool:
    """Whether a text is a day and a month, without a year: ``12 mrt``, ``12-3``."""
    written = key(text)
    return any(form.fullmatch(written) for form in (_DAY_MONTH, _MONTH_DAY))


def likely_day(text: str, asked: date, ahead: bool = False) -> date | None:
    """The day that a text of no certain day probably means; to propose, never to count.

    Without a year it is the last such day up to ``asked`` (``ahead``: the first one from then on);
    with one, the day first, unless only the month first gives a day that is not ahead.
    """
    written = key(text)
    if found := _NUMERIC.fullmatch(written):
        first, _, second, year = found.groups()
        either = (_day_or_none(year, second, first), _day_or_none(year, first, second))
        return _first_passed([day for day in either if day], asked, ahead)
    if found := _DAY_MONTH.fullmatch(written):
        return _nearest(found[1], found[2], asked, ahead)
    if found := _MONTH_DAY.fullmatch(written):
        return _nearest(found[2], found[1], asked, ahead)
    return None


def _first_passed(days: Sequence[date], asked: date, ahead: bool) -> date | None:
    """The first of these days that is not ahead; where all are, or may be, the first."""
    if ahead:
        return next(iter(days), None)
    return next((day for day in days if day <= asked), next(iter(days), None))


def _nearest(day: str, month: str, asked: date, ahead: bool) -> date | None:
    """The day in the nearest year before ``asked``, or from then on."""
    number = month if month.isdecimal() else str(_MONTHS.get(month, 0))
    step = 1 if ahead else -1
    years = range(asked.year, asked.year + 9 * step, step)
    days = (_day_or_none(str(year), number, day) for year in years)
    return next((one for one in days if one and _is_on_side(one, asked, ahead)), None)


def _is_on_side(day: date, asked: date, ahead: bool) -> bool:
    return day >= asked if ahead else day <= asked


def _day_or_none(year: str, month: str, day: str) -> date | None:
    try:
        return _day(year, month, day)
    except Unreadable:
        return None


def _read_serial(value: float, epoch: date) -> date:
    # Only the years a network can know: 2026 typed as a number is a year, not 18 July 1905.
    if not 0 < value < 80_000:
        raise Unreadable("date")
    day = epoch + timedelta(days=int(value))
    if not 1990 <= day.year <= 2100:
        raise Unreadable("date")
    return day


def _read_text(text: str, lang: str) -> date:
    if _STAMP.fullmatch(text):
        return _read_stamp(text)
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[3], found[4])
    if found := _NUMERIC.fullmatch(text):
        day, separator, month, year = found.groups()
        if lang == "en" and separator == "/" and _either_way_round(int(day), int(month)):
            raise Unreadable("date_ambiguous")
        return _day(year, month, day)
    if found := _DAY_WORD.fullmatch(text):
        return _day(found[3], _month(found[2]), found[1])
    if found := _WORD_DAY.fullmatch(text):
        return _day(found[3], _month(found[1]), found[2])
    raise Unreadable("date")


def _read_stamp(text: str) -> date:
    """The day of a stamp with its zone, where the network is: 23:30 UTC is the next day there."""
    moment = re.sub(r" ?(?:utc|gmt|z)$", "+00:00", text).replace(" ", "T", 1)
    try:
        return datetime.fromisoformat(moment.replace(" ", "")).astimezone(ZoneInfo(ZONE)).date()
    except (ValueError, OverflowError):
        raise Unreadable("date") from None


def _either_way_round(day: int, month: int) -> bool:
    """Whether day and month can change places and give another date."""
    return day <= 12 and month <= 12 and day != month


def _month(word: str) -> int:
    if word not in _MONTHS:
        raise Unreadable("date")
    return _MONTHS[word]


def _day(year: str, month: str | int, day: str) -> date:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 70 else 1900
    if number < 1900:
        raise Unreadable("date")
    try:
        return date(number, int(month), int(day))
    except ValueError:
        raise Unreadable("date") from None


_NUMBER = re.compile(
    r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?|[+-]?\d+\.\d+|[+-]?\d{1,3}(?:,\d{3})+\.\d+"
)


def read_number(value: object) -> float:
    """The number a cell means: ``1,5`` is one and a half, ``1.234,50`` has its Dutch points.

    Raises Unreadable("number").
    """
    if isinstance(value, bool) or (isinstance(value, int | float) and not abs(value) < 1e15):
        raise Unreadable("number")
    if isinstance(value, int | float):
        return float(value)
    text = key(value).replace(" ", "") if isinstance(value, str) else ""
    if not _NUMBER.fullmatch(text):
        raise Unreadable("number")
    if "," in text and "." in text:
        last = max(text.rfind(","), text.rfind("."))
        return float(text[:last].replace(",", "").replace(".", "") + "." + text[last + 1 :])
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+", text):
        return float(text.replace(".", ""))
    return float(text.replace(",", "."))


_UNITS = {
    name: days
    for names, days in (
        ("dag dagen day days d dgn", 1),
        ("week weken weeks wk w wekelijks weekly", 7),
        ("maand maanden month months mnd maandelijks monthly", 30),
        ("kwartaal kwartalen quarter quarters kwartaallijks quarterly", 90),
        ("halfjaar halfjaren halfjaarlijks half-year half-years half-yearly", 180),
        ("jaar jaren year years jr jaarlijks yearly annually", 365),
    )
    for name in names.split()
}
_RHYTHM = re.compile(
    r"(?:(?:elke|elk|ieder|iedere|om de|every|each|per|eens per|1x per|once a|once per) )?"
    r"(\d+(?:[.,]\d+)?)? ?([a-z-]+)?"
)
_HALF = re.compile(r"\bhalf[ -](jaar|year)")
_HALF_YEAR = {"jaar": "halfjaar", "year": "half-year"}
LONGEST_RHYTHM = 3660


def read_rhythm(value: object) -> int:
    """The agreed longest gap in days: a number of days, ``6 weeks``, ``kwartaal``.

    A week counts as 7 days, a month as 30, a quarter as 90. Raises Unreadable("rhythm") for
    anything else, for nothing and for more than ten years.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _whole_days(float(value))
    found = _RHYTHM.fullmatch(_HALF.sub(lambda half: _HALF_YEAR[half[1]], _plain(value)))
    count, unit = found.groups(default="") if found else ("", "")
    days = _UNITS.get(unit or "day")
    if days is None or not (count or unit):
        raise Unreadable("rhythm")
    return _whole_days(float(count.replace(",", ".") or 1) * days)


def _plain(value: object) -> str:
    return key(value) if isinstance(value, str) else ""


def _whole_days(days: float) -> int:
    if not 1 <= days <= LONGEST_RHYTHM:
        raise Unreadable("rhythm")
    return round(days)


_WRITTEN_MONTHS = {
    "nl": (
        "januari februari maart april mei juni juli augustus september oktober november december"
    ).split(),
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
}
# The words of a unit of days, one and more, the largest unit first.
_WRITTEN_UNITS = {
    "nl": {
        365: ("jaar", "jaar"),
        30: ("maand", "maanden"),
        7: ("week", "weken"),
        1: ("dag", "dagen"),
    },
    "en": {
        365: ("year", "years"),
        30: ("month", "months"),
        7: ("week", "weeks"),
        1: ("day", "days"),
    },
}


@cache
def write_date(day: date, lang: str) -> str:
    """A day as people read it: ``3 april 2026``."""
    return f"{day.day} {_WRITTEN_MONTHS[lang][day.month - 1]} {day.year}"


@cache
def write_span(days: float, lang: str) -> str:
    """Days in the largest unit that says them exactly: ``6 weken``, ``3 maanden``, ``45 dagen``."""
    whole, units = round(days), _WRITTEN_UNITS[lang]
    unit = next(unit for unit in units if whole % unit == 0 and (whole or unit == 1))
    count = whole // unit
    one, more = units[unit]
    return f"{count} {one if count == 1 else more}"
