"""Days in a list of texts: of 3/4/2026 the other rows tell which number is the month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from trustbook.dates import Unreadable, read_date
from trustbook.names import clean

_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b")
_WITH_TIME = re.compile(r"(.*\d),?[T\s]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?", re.I)
_MOST = 12


class DayReader:
    """Reads the days of one column. Where nothing tells the order, a day that can be two is none in
    an English list, and the day goes first in a Dutch one.
    """

    def __init__(self, texts: Sequence[str], lang: str) -> None:
        found = [one for text in texts if (one := _SLASHED.match(clean(text)))]
        day_first = any(int(one[1]) > _MOST for one in found)
        month_first = any(int(one[2]) > _MOST for one in found)
        self._month_first = month_first and not day_first
        self._lang = "nl" if day_first and not month_first else lang

    def read(self, text: str) -> date | None:
        """The day that a text says; None where it says none for certain."""
        text = clean(text)
        if (day := self._plain(text)) is not None:
            return day
        timed = _WITH_TIME.fullmatch(text)
        return self._plain(timed[1]) if timed else None

    def _plain(self, text: str) -> date | None:
        slashed = _SLASHED.fullmatch(text)
        if slashed and self._month_first:
            return _of_numbers(slashed[3], slashed[1], slashed[2])
        try:
            return read_date(text, self._lang)
        except Unreadable:
            return None


def _of_numbers(year: str, month: str, day: str) -> date | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None
