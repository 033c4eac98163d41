"""Calendars: every occurrence of every event once, with a key of its own.

Programs leave the UID of an event blank or give one to many; the usual libraries then drop
meetings. So events are told apart here, and a library only reads days and unrolls a series.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from trustbook.dates import ZONE
from trustbook.intake.contacts import Findings, FoundContact, Invitee, Window
from trustbook.intake.event_lines import CalendarLines, EventBlock, EventLine, read_calendar_lines
from trustbook.intake.event_series import UNROLLED, EventSeries, series_of

_PUBLIC = ("", "PUBLIC")
_REFUSED = ("DECLINED",)
_BEGINNINGS = {
    "cancelled": re.compile(
        r"\W?(?:cancell?ed|geannuleerd|afgelast|vervallen|afgezegd)\s*[:\])-]", re.I
    ),
    "declined": re.compile(r"\W?(?:declined|geweigerd|afgewezen|afgeslagen)\s*[:\])-]", re.I),
    "tentative": re.compile(r"\W?(?:tentative|voorlopig|onder voorbehoud|optie)\s*[:\])-]", re.I),
}
_A_DAY = timedelta(days=1)


class UnreadableEvent(ValueError):
    """The day or the rule of an event cannot be read."""


def find_in_calendar(
    text: str, source: str, window: Window, ours: Iterable[str] = (), zone: str = ZONE
) -> Findings:
    """The contacts in a calendar (the text of an ``.ics`` file) on the days of ``window``.

    ``ours`` are mail addresses of colleagues: what all of them turned down never comes. Times are
    the days they are in the zone of the calendar, else ``zone``.
    """
    lines = read_calendar_lines(text)
    reader = _CalendarReader(lines, source, window, frozenset(map(str.lower, ours)), zone)
    return reader.read()


class _CalendarReader:
    """Reads one calendar."""

    def __init__(
        self, lines: CalendarLines, source: str, window: Window, ours: frozenset[str], zone: str
    ) -> None:
        self._lines, self._source, self._window = lines, source, window
        self._ours = ours | ({lines.owner} - {""})
        self._zone = _zone_called(lines.zone) or ZoneInfo(zone)
        self._found = Findings()
        self._keys: set[str] = set()

    def read(self) -> Findings:
        """All contacts of the calendar."""
        if self._lines.damaged:
            self._found.skipped["unreadable"] += self._lines.damaged
        for series in series_of(self._lines.events):
            try:
                self._read(series)
            except (UnreadableEvent, ValueError, OverflowError, KeyError, TypeError):
                self._found.skipped["unreadable"] += 1
        return self._found

    def _read(self, series: EventSeries) -> None:
        if not series.of_content:
            self._found.series.add(series.name)
        master = series.master
        if master is not None and (why := self._kept_out(master)):
            self._leave_out(why, series.name)
            return  # an exception to what is private says no less
        if master is not None and any(map(master.first, UNROLLED)):
            self._unroll(series)
            return
        for event in (*([master] if master else ()), *series.exceptions):
            self._single(series, event)

    def _single(self, series: EventSeries, event: EventBlock) -> None:
        """An event on one day."""
        day = self._day(event.first("DTSTART"))
        moved = event.first("RECURRENCE-ID")
        at = f"|{self._moment(moved)}" if moved else ""
        if why := self._kept_out(event) or self._window.leaves_out(day):
            self._leave_out(why, f"{series.name}{at}")
        else:
            self._add(series.name, f"{series.name}{at}", day, event)

    def _unroll(self, series: EventSeries) -> None:
        """The occurrences of a series within the window, moved and changed ones as they are now."""
        exceptions = {f"{self._moment(e.first('RECURRENCE-ID'))}": e for e in series.exceptions}
        told = 0
        for start, original in self._occurrences(series):
            at = _stamp(original, self._zone)
            event = exceptions.get(at, series.master)
            assert event is not None
            if why := self._kept_out(event):
                self._leave_out(why, f"{series.name}|{at}")
            else:
                self._add(series.name, f"{series.name}|{at}", _local_day(start, self._zone), event)
            told += 1
        if not told:
            self._found.skipped["other_days"] += 1

    def _occurrences(self, series: EventSeries) -> Iterator[tuple[date, date]]:
        """When each occurrence is, and when it would have been by the rule."""
        from icalendar import Calendar
        from recurring_ical_events import of  # type: ignore[import-untyped]

        text = "\r\n".join(_calendar_of(series, self._lines.zones))
        calendar = Calendar.from_ical(text)
        first, last = self._window.first, min(self._window.last, self._window.series_until)
        for one in of(calendar).between(first - _A_DAY, last + 2 * _A_DAY):
            start = one.decoded("DTSTART")
            original = one.decoded("RECURRENCE-ID") if "RECURRENCE-ID" in one else start
            if first <= _local_day(start, self._zone) <= last:
                yield start, original

    def _leave_out(self, why: str, name: str) -> None:
        self._found.skipped[why] += 1
        if why == "cancelled":
            self._found.cancelled.add(name)

    def _add(self, series: str, name: str, day: date, event: EventBlock) -> None:
        if name in self._keys:
            return
        self._keys.add(name)
        kind = "online" if event.online else None
        invited = tuple(
            Invitee(line.params.get("CN", ""), _mail_in(line.value))
            for line in event.lines
            if line.name in ("ATTENDEE", "ORGANIZER") and _took_part(line)
        )
        title = event.text("SUMMARY")
        contact = FoundContact(name, day, self._source, title, "", invited, series, kind)
        self._found.contacts.append(contact)

    # what never comes

    def _kept_out(self, event: EventBlock) -> str | None:
        """Why an event is not looked at; None for one that is."""
        if event.text("CLASS").upper() not in _PUBLIC:
            return "private"
        status = event.text("STATUS").upper()
        if status == "CANCELLED":
            return "cancelled"
        own = self._own_answers(event)
        if "DECLINED" in own:
            return "declined"
        busy = [event.text(f"X-MICROSOFT-CDO-{word}STATUS").upper() for word in _BUSY]
        if "TENTATIVE" in (status, *busy, *own):
            return "tentative"
        return kept_out_by_title(event.text("SUMMARY"))

    def _own_answers(self, event: EventBlock) -> set[str]:
        """What our side answered, where it all said the same; what all who were asked answered."""
        asked = [line for line in event.lines if line.name == "ATTENDEE" and not _is_room(line)]
        own = _answers(line for line in asked if _mail_in(line.value) in self._ours)
        if _answers(asked) == {*_REFUSED}:
            return {*_REFUSED}
        return own if len(own) == 1 else set()

    # days

    def _day(self, line: EventLine | None) -> date:
        return _local_day(self._start(line), self._zone)

    def _moment(self, line: EventLine | None) -> str:
        return _stamp(self._start(line), self._zone)

    def _start(self, line: EventLine | None) -> date:
        """The day or the time that a property says."""
        from icalendar import vDDDTypes

        if line is None:
            raise UnreadableEvent("DTSTART")
        zone = line.params.get("TZID", "")
        value = line.value.strip()
        found = vDDDTypes.from_ical(value, zone or None)  # type: ignore[no-untyped-call]
        if not isinstance(found, date):
            raise UnreadableEvent(line.raw)
        if zone and isinstance(found, datetime) and found.tzinfo is None:
            return self._in_own_zone(line, zone) or found
        return found

    def _in_own_zone(self, line: EventLine, zone: str) -> date | None:
        """The time in a zone that the calendar defines itself; None where it does not."""
        from icalendar import Calendar

        if zone not in self._lines.zones:
            return None
        event = ["BEGIN:VEVENT", f"DTSTART;TZID={zone}:{line.value.strip()}", "END:VEVENT"]
        text = "\r\n".join(["BEGIN:VCALENDAR", self._lines.zones[zone], *event, "END:VCALENDAR"])
        found = Calendar.from_ical(text).walk("VEVENT")[0].decoded("DTSTART")
        return found if isinstance(found, date) else None


_BUSY = ("BUSY", "INTENDED")


def kept_out_by_title(title: str) -> str | None:
    """Why an event is left out by what a program put before its title; None for one that is not."""
    return next((why for why, begins in _BEGINNINGS.items() if begins.match(title)), None)


def _zone_called(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _local_day(start: date, zone: tzinfo) -> date:
    """The day on which something starts, where its calendar is kept."""
    if not isinstance(start, datetime):
        return start
    return start.date() if start.tzinfo is None else start.astimezone(zone).date()


def _stamp(start: date, zone: tzinfo) -> str:
    """When something starts, in one form for all ways to say it."""
    if not isinstance(start, datetime):
        return start.isoformat()
    aware = start if start.tzinfo is not None else start.replace(tzinfo=zone)
    return f"{aware.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _mail_in(value: str) -> str:
    return value.rpartition(":")[2].strip().lower() if value.lower().startswith("mailto:") else ""


def _answers(lines: Iterable[EventLine]) -> set[str]:
    return {line.params.get("PARTSTAT", "").upper() for line in lines}


def _is_room(line: EventLine) -> bool:
    return line.params.get("CUTYPE", "").upper() in ("ROOM", "RESOURCE")


def _took_part(line: EventLine) -> bool:
    return not _is_room(line) and line.params.get("PARTSTAT", "").upper() not in _REFUSED


def _calendar_of(series: EventSeries, zones: Mapping[str, str]) -> Iterator[str]:
    """One series as a calendar of its own, under one UID."""
    assert series.master is not None
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//trustbook//NONSGML//EN")
    events = (series.master, *series.exceptions)
    named = {line.params.get("TZID", "") for event in events for line in event.lines}
    yield from (text for name, text in zones.items() if name in named)
    for event in events:
        yield from ("BEGIN:VEVENT", "UID:series")
        yield from (line.raw for line in event.lines if line.name in _OF_RULES)
        yield "END:VEVENT"
    yield "END:VCALENDAR"


_OF_RULES = frozenset("RECURRENCE-ID DTSTART RRULE RDATE EXDATE SEQUENCE".split())
