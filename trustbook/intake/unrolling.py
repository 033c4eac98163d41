"""The occurrences of a series, also where a program wrote its rule otherwise than is agreed.

A library unrolls it (RFC 5545); what is put right before that is what programs get wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from trustbook.intake.event_days import EventDays, UnreadableEvent
from trustbook.intake.event_lines import EventBlock, EventLine
from trustbook.intake.event_series import EventSeries, edition_of

_A_DAY = timedelta(days=1)
_OF_RULES = frozenset("RECURRENCE-ID DTSTART RRULE RDATE EXDATE SEQUENCE".split())
_ONCE = frozenset("RECURRENCE-ID DTSTART SEQUENCE".split())
_DAYS = frozenset("RECURRENCE-ID DTSTART RDATE EXDATE".split())
_FLOATING = re.compile(
    rf"(?i)^((?:{'|'.join(sorted(_DAYS))})(?:;VALUE=DATE-TIME)?):([\dT,]*T[\dT,]*)$"
)
# No contact is that often; unrolled, such a rule would keep a night busy for hours.
_TOO_OFTEN = re.compile(
    r"FREQ=(?:SECOND|MINUTE|HOUR)LY|BY(?:SECOND|MINUTE|HOUR)=[^;]*,|INTERVAL=(?!0*[1-9])", re.I
)
_FIRST_YEAR = 1900
_UNTIL_A_DAY = re.compile(r"(UNTIL=)(\d{8})(?=;|$)", re.I)


class TooOften(UnreadableEvent):
    """A rule that comes round more often than once a day."""


def occurrences(
    series: EventSeries, zones: Mapping[str, str], days: EventDays, first: date, last: date
) -> Iterator[tuple[date, str]]:
    """When each occurrence from ``first`` to ``last`` is, and the stamp of when it would have been
    by the rule. ``zones`` are those that the calendar defines itself, by name.

    Raises UnreadableEvent for a rule that cannot be followed.
    """
    from icalendar import Calendar
    from recurring_ical_events import of  # type: ignore[import-untyped]

    _refuse_what_cannot_be_followed(series, days)
    shifts = _shifts(series, days)
    calendar = Calendar.from_ical("\r\n".join(_calendar_of(series, zones, days)))
    for one in of(calendar).between(first - _A_DAY, last + 2 * _A_DAY):
        start = one.decoded("DTSTART")
        original = one.decoded("RECURRENCE-ID") if "RECURRENCE-ID" in one else start
        stamp = days.stamp_of(original)
        if stamp in shifts:
            stamp = days.stamp_of(start - shifts[stamp])
        if first <= days.local_day(start) <= last:
            yield start, stamp


def exceptions_in(series: EventSeries, days: EventDays) -> dict[str, EventBlock]:
    """The exceptions of a series, by the stamp of the occurrence each stands for."""
    return {days.stamp(one.first("RECURRENCE-ID")): one for one in series.exceptions}


def event_at(
    stamp: str, exceptions: Mapping[str, EventBlock], master: EventBlock | None
) -> EventBlock | None:
    """What an occurrence is like: the exception for it, else what was moved from some occurrence
    on, else the master.
    """
    if stamp in exceptions:
        return exceptions[stamp]
    since = [at for at, one in exceptions.items() if _goes_on(one) and at <= stamp]
    return exceptions[max(since)] if since else master


def aligned(series: EventSeries, days: EventDays) -> EventSeries:
    """The series with exceptions that name an occurrence as its master does: by the day, or by the
    time; of several for one occurrence the last edition.
    """
    start = series.master.first("DTSTART") if series.master else None
    if start is None or not series.exceptions:
        return series
    latest: dict[str, EventBlock] = {}
    for one in sorted(series.exceptions, key=edition_of):
        named = _named_like(start, one)
        latest[days.stamp(named.first("RECURRENCE-ID"))] = named
    return replace(series, exceptions=[*latest.values()])


def _named_like(start: EventLine, exception: EventBlock) -> EventBlock:
    line = exception.first("RECURRENCE-ID")
    if line is None or ("T" in line.value) == ("T" in start.value):
        return exception
    _, found, clock = start.value.strip().partition("T")
    value = line.value.strip()[:8] + found + clock
    params = {name: text for name, text in start.params.items() if name == "TZID"}
    params |= {} if found else {"VALUE": "DATE"}
    params |= {"RANGE": line.params["RANGE"]} if _goes_on(exception) else {}
    told = "".join(f';{name}="{text}"' for name, text in params.items())
    raw = f"{line.name}{told}:{value}"
    instead = EventLine(line.name, params, value, raw)
    return replace(exception, lines=[instead if one is line else one for one in exception.lines])


def _goes_on(exception: EventBlock) -> bool:
    """Whether an exception holds for all that follow as well."""
    line = exception.first("RECURRENCE-ID")
    return line is not None and "RANGE" in line.params


def _shifts(series: EventSeries, days: EventDays) -> dict[str, timedelta]:
    """By how much occurrences are moved from one on, by the stamp of that one."""
    return {
        days.stamp(one.first("RECURRENCE-ID")): days.start(one.first("DTSTART"))
        - days.start(one.first("RECURRENCE-ID"))
        for one in series.exceptions
        if _goes_on(one)
    }


def _refuse_what_cannot_be_followed(series: EventSeries, days: EventDays) -> None:
    for event in filter(None, (series.master, *series.exceptions)):
        if any(line.name == "EXRULE" for line in event.lines):
            raise UnreadableEvent("EXRULE")  # withdrawn from the standard: no program reads it
        if any(line.name == "RRULE" and _TOO_OFTEN.search(line.value) for line in event.lines):
            raise TooOften("RRULE")
        if days.day(event.first("DTSTART")).year < _FIRST_YEAR:
            raise UnreadableEvent("DTSTART")


def _calendar_of(series: EventSeries, zones: Mapping[str, str], days: EventDays) -> Iterator[str]:
    """One series as a calendar of its own, under one UID."""
    assert series.master is not None
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//trustbook//NONSGML//EN")
    events = (series.master, *series.exceptions)
    zone = _zone_of_floating(days)
    named = {line.params.get("TZID", "") for event in events for line in event.lines}
    yield from (text for name, text in zones.items() if name in named)
    for event in events:
        start = days.start(event.first("DTSTART"))
        yield from ("BEGIN:VEVENT", "UID:series")
        yield from (_FLOATING.sub(zone, line) for line in _rule_lines(event, start))
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _rule_lines(event: EventBlock, start: date) -> Iterator[str]:
    """What an event says of its days, as it is to be written; once what holds once."""
    lines = [line for line in event.lines if line.name in _OF_RULES]
    once = [line for line in lines if line.name not in _ONCE or line is event.first(line.name)]
    yield from filter(None, (_right(line, start) for line in once))


def _zone_of_floating(days: EventDays) -> str:
    """How a time without a zone is to be written: beside one that has a zone, a library takes it
    for a time in that.
    """
    name = getattr(days.zone, "key", "")
    return rf"\1;TZID={name}:\2" if name else r"\g<0>"


def _right(line: EventLine, start: date) -> str:
    """A line as it is to be written; "" for one that says nothing. A rule until a day, with times,
    goes on until that day is over.
    """
    if line.name in ("RDATE", "EXDATE"):
        told = ",".join(filter(None, map(str.strip, line.value.split(","))))
        return f"{line.raw.removesuffix(line.value)}{told}" if told else ""
    if line.name != "RRULE" or not isinstance(start, datetime):
        return line.raw
    return _UNTIL_A_DAY.sub(lambda found: found[1] + _end_of(found[2], start), line.raw)


def _end_of(day: str, start: datetime) -> str:
    end = datetime.combine(date.fromisoformat(day), time(23, 59, 59), start.tzinfo)
    return f"{end:%Y%m%dT%H%M%S}" if end.tzinfo is None else f"{end.astimezone(UTC):%Y%m%dT%H%M%SZ}"
