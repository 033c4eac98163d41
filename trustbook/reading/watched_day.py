"""A day that notes what a reading asks of it: for which other days the answers are the same."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()


@dataclass(slots=True)
class DaySpan:
    """The days (ordinals, both included) on which all that was asked of ``day`` so far has the
    same answer.
    """

    day: int
    first: int = _FIRST
    last: int = _LAST

    def __contains__(self, day: date) -> bool:
        return self.first <= day.toordinal() <= self.last

    def only_this(self) -> None:
        """What was asked goes for this day alone."""
        self.first = self.last = self.day

    def not_before(self, day: int) -> None:
        """What was asked has another answer on the days before ``day``."""
        self.first = max(self.first, day)

    def not_after(self, day: int) -> None:
        """What was asked has another answer on the days after ``day``."""
        self.last = min(self.last, day)


class WatchedDay(date):
    """A date like any other that tells its ``span`` of every comparison. Whatever else is asked of
    it goes for this day alone.
    """

    span: DaySpan

    @classmethod
    def of(cls, day: date) -> WatchedDay:
        """The same day, watched from now on."""
        watched = cls.fromordinal(day.toordinal())
        watched.span = DaySpan(day.toordinal())
        return watched

    def toordinal(self) -> int:
        """The ordinal, watched as well."""
        ordinal = WatchedOrdinal(self.span.day)
        ordinal.span = self.span
        return ordinal


class WatchedOrdinal(int):
    """The ordinal of a watched day."""

    span: DaySpan


def watched_for(day: date, wanted: bool) -> tuple[date, DaySpan]:
    """A day and for which days what is asked of it goes: watched where that is ``wanted``, else
    that day alone.
    """
    if not wanted:
        return day, DaySpan(day.toordinal(), day.toordinal(), day.toordinal())
    watched = WatchedDay.of(day)
    return watched, watched.span


def plain_day(day: date) -> date:
    """The day itself, to be kept: where it is watched, that goes for this day alone."""
    if not isinstance(day, WatchedDay):
        return day
    day.span.only_this()
    return date.fromordinal(day.span.day)


def _noting(name: str, base: type) -> Callable[[Any, object], Any]:
    """A comparison of ``base`` that notes on which other days it comes out the same."""
    plain, compare = getattr(base, name), getattr(operator, name)

    def ask(self: Any, other: object) -> Any:
        span, at = self.span, other.toordinal() if isinstance(other, date) else other
        if not isinstance(at, int):
            span.only_this()
        elif span.first <= at <= span.last:  # else it is known already on which side that is
            _note(span, at, compare)
        return plain(self, other)

    return ask


def _note(span: DaySpan, at: int, compare: Callable[[int, int], bool]) -> None:
    """Days before ``at`` compare alike, and so do those after it; ``at`` goes with the one side,
    the other, or neither.
    """
    before, same, after = (compare(one, at) for one in (at - 1, at, at + 1))
    if span.day < at:
        span.not_after(at - (same != before))
    elif span.day > at:
        span.not_before(at + (same != after))
    elif same == before:
        span.not_after(at)
    elif same == after:
        span.not_before(at)
    else:
        span.only_this()


def _telling(name: str, base: type) -> Any:
    """Anything else that ``base`` can be asked, which goes for this day alone."""
    plain = getattr(base, name)

    def ask(self: Any, *rest: Any) -> Any:
        self.span.only_this()
        found = plain(self, *rest)
        # A day reckoned from it is of its class as well, and is watched by nobody.
        return date.fromordinal(date.toordinal(found)) if isinstance(found, date) else found

    def read(self: Any) -> Any:
        self.span.only_this()
        return plain.__get__(self)

    return ask if callable(plain) else property(read)


_COMPARES = ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__")
# What makes another one, or tells nothing of this one.
_OTHER = frozenset(
    "__new__ __init__ __init_subclass__ __subclasshook__ __class__ __doc__ __dir__ __sizeof__"
    " __getattribute__ __setattr__ __delattr__ __getstate__ toordinal today min max resolution"
    " fromordinal fromtimestamp fromisoformat fromisocalendar from_bytes".split()
)
for _watched, _base in ((WatchedDay, date), (WatchedOrdinal, int)):
    for _name in _COMPARES:
        setattr(_watched, _name, _noting(_name, _base))
    for _name in set(dir(_base)) - {*_COMPARES, *_OTHER}:
        setattr(_watched, _name, _telling(_name, _base))
