"""Which days an overview is about, the stretch before them, and when it is due."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from trustbook.dates import write_date
from trustbook.errors import UsageError
from trustbook.health.facts import months_before
from trustbook.messages import say

_QUARTER = re.compile(r"(\d{4})\s*-?\s*[QK]([1-4])", re.IGNORECASE)
_SATURDAY = 5
_FREE = (-2, 1)  # days from Easter Sunday: Good Friday and Easter Monday


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def quarter(self) -> int | None:
        """1 to 4 where this is exactly one quarter of a year, else None."""
        return (self.first.month + 2) // 3 if self == quarter_of(self.first) else None

    @property
    def slug(self) -> str:
        """For file names: ``2026Q3``, or both days."""
        if self.quarter:
            return f"{self.first.year}Q{self.quarter}"
        return f"{self.first.isoformat()}_{self.last.isoformat()}"

    def before(self) -> Span:
        """The stretch of equal length right before this one; whole months stay whole months."""
        if self.first.day == 1 and self.last == _month_end(self.last):
            months = (
                (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            )
            return Span(months_before(self.first, months), self.first - timedelta(days=1))
        days = self.last - self.first
        return Span(self.first - timedelta(days=1) - days, self.first - timedelta(days=1))

    def label(self, lang: str) -> str:
        """As people read it: ``third quarter of 2026``, or from day to day."""
        if self.quarter:
            return say(lang, f"overview.quarter_{self.quarter}", year=self.first.year)
        return say(
            lang,
            "overview.days",
            first=write_date(self.first, lang),
            last=write_date(self.last, lang),
        )


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def quarter_of(day: date) -> Span:
    """The quarter of the year in which ``day`` lies."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Span(first, _month_end(first.replace(month=first.month + 2)))


def last_full_quarter(today: date) -> Span:
    """The last quarter that was over before ``today``."""
    return quarter_of(quarter_of(today).first - timedelta(days=1))


def read_quarter(text: str) -> Span:
    """``2026Q3``, or as Dutch people write it ``2026K3``. Raises UsageError for anything else."""
    found = _QUARTER.fullmatch(text.strip())
    if not found or not date.min.year < int(found[1]) < date.max.year:
        raise UsageError("overview.no_quarter", text=text)
    return quarter_of(date(int(found[1]), int(found[2]) * 3, 1))


def choose(quarter: str | None, first: date | None, last: date | None, today: date) -> Span:
    """What was asked for: a quarter, two days, else the last full quarter before ``today``.

    Raises UsageError when both were given, a day is missing, or the stretch lies wholly ahead.
    """
    if quarter and (first or last):
        raise UsageError("overview.quarter_or_days")
    if quarter:
        span = read_quarter(quarter)
    elif first or last:
        span = _between(first, last)
    else:
        span = last_full_quarter(today)
    if span.first > today:
        raise UsageError("overview.still_to_come", first=span.first.isoformat())
    return span


def _between(first: date | None, last: date | None) -> Span:
    if first is None or last is None or first > last:
        raise UsageError("overview.two_days")
    return Span(first, last)


def due_on(span: Span) -> date:
    """The first working day after ``span``.

    No Saturday or Sunday, New Year's Day, Good Friday or Easter Monday. No other Dutch public
    holiday can fall in the first days of a quarter.
    """
    day = span.last + timedelta(days=1)
    while day.weekday() >= _SATURDAY or _public_holiday(day):
        day += timedelta(days=1)
    return day


def _public_holiday(day: date) -> bool:
    return (day.month, day.day) == (1, 1) or (day - _easter(day.year)).days in _FREE


def _easter(year: int) -> date:
    """Easter Sunday (Gregorian), by the anonymous algorithm of Nature, 20 April 1876."""
    century, of_century = divmod(year, 100)
    leap, rest = divmod(century, 4)
    moved = (19 * (year % 19) + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * rest + 2 * (of_century // 4) - moved - of_century % 4) % 7
    late = (year % 19 + 11 * moved + 22 * weekday) // 451
    month, day = divmod(moved + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
