"""Calendars: every occurrence of every event once, with a key of its own.

Programs leave the UID of an event blank or give one to many; the usual libraries then drop
meetings. So events are told apart here, and a library only reads days and unrolls a series.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from trustbook.dates import ZONE
from trustbook.errors import UsageError
from trustbook.intake.contacts import Findings, FoundContact, Invitee, Window
from trustbook.intake.event_days import EventDays
from trustbook.intake.event_lines import CalendarLines, EventBlock, EventLine, calendars_in
from trustbook.intake.event_series import UNROLLED, EventSeries, edition_of, series_of
from trustbook.intake.unrolling import TooOften, aligned, event_at, exceptions_in, occurrences
from trustbook.names import key

# How the UID of a talk ends that trustbook itself put into a calendar.
DUE_UID = "-due@trustbook"
# What an event, and the libraries that read it, come to where it breaks the standard.
_UNREADABLE = (ValueError, OverflowError, LookupError, TypeError, AttributeError)
_PUBLIC = ("", "PUBLIC")
_REFUSED = ("DECLINED",)
# Why an event is left out that our side did not say yes to.
_ANSWERED = ("declined", "tentative")
_OFF = "cancell?ed|geannuleerd|afgelast|vervallen|afgezegd"
_BEGINNINGS = {
    "cancelled": re.compile(rf"\W?(?:{_OFF})\s*[:\])-]", re.I),
    "declined": re.compile(r"\W?(?:declined|geweigerd|afgewezen|afgeslagen)\s*[:\])-]", re.I),
    "tentative": re.compile(r"\W?(?:tentative|voorlopig|onder voorbehoud|optie)\s*[:\])-]", re.I),
}
# What people type themselves: behind a sign at the end, or in capitals in front.
_TYPED_OFF = re.compile(
    rf"(?i:[-–:(\[]\s*(?:{_OFF})[)\]!]?\s*$)|^\W?(?:CANCELL?ED|GEANNULEERD|AFGELAST|VERVALLEN)\b"
)
# What a calendar that came by mail says of all that stands in it: an invitation that is taken back,
# and another time that somebody asks for.
_BY_MAIL = {"CANCEL": "cancelled", "COUNTER": "tentative", "DECLINECOUNTER": "tentative"}


def find_in_calendar(
    text: str, source: str, window: Window, ours: Iterable[str] = (), zone: str = ZONE
) -> Findings:
    """The contacts in a calendar (the text of an ``.ics`` file) on the days of ``window``.

    ``ours`` are mail addresses of colleagues: what all of them turned down never comes. Times are
    the days they are in the zone of the calendar, else ``zone``.
    """
    found, colleagues = Findings(), frozenset(map(str.lower, ours))
    for lines in calendars_in(text):
        found.add(_CalendarReader(lines, source, window, colleagues, zone).read())
    return found


class _CalendarReader:
    """Reads one calendar."""

    def __init__(
        self, lines: CalendarLines, source: str, window: Window, ours: frozenset[str], zone: str
    ) -> None:
        self._lines, self._source, self._window = lines, source, window
        self._ours = ours | ({lines.owner} - {""})
        self._days = EventDays(lines, zone)
        self._found = Findings()
        self._keys: set[str] = set()

    def read(self) -> Findings:
        """All contacts of the calendar."""
        self._found.days = self._window
        for series in series_of(self._lines.events):
            try:
                self._read(aligned(series, self._days))
            except TooOften:
                self._found.skipped["too_often"] += 1
            except _UNREADABLE:
                self._found.skipped["unreadable"] += 1
        if self._lines.damaged or not self._lines.ended:
            self._found.series.clear()  # what is not seen may stand behind the end
            told = {"name": self._source, "count": len(self._lines.events)}
            self._found.faults.append(UsageError("intake.cut_off", **told))
        return self._found

    def _read(self, series: EventSeries) -> None:
        if not series.of_content:
            self._found.series.add(series.name)
        master = series.master
        if master is not None and (why := self._kept_out(master)):
            self._leave_out(why, series.name, master)
            if why in _ANSWERED:  # an exception to what is private says no less
                self._accepted_of(series)
            return
        if master is not None and any(map(master.first, UNROLLED)):
            self._unroll(series)
            return
        for event in (*([master] if master else ()), *series.exceptions):
            self._single(series, event)

    def _accepted_of(self, series: EventSeries) -> None:
        """Of a series that our side turned down, those to which it said yes all the same."""
        for event in series.exceptions:
            if "ACCEPTED" in self._own_answers(event):
                self._single(series, event)

    def _single(self, series: EventSeries, event: EventBlock) -> None:
        """An event on one day."""
        day = self._days.day(event.first("DTSTART"))
        moved = event.first("RECURRENCE-ID")
        at = f"|{self._days.stamp(moved)}" if moved else ""
        if why := self._kept_out(event) or self._window.leaves_out(day):
            self._leave_out(why, f"{series.name}{at}", event)
        else:
            self._add(series.name, f"{series.name}{at}", day, event)

    def _unroll(self, series: EventSeries) -> None:
        """The occurrences of a series within the window, moved and changed ones as they are now."""
        days, told = self._days, 0
        first, last = self._window.first, min(self._window.last, self._window.series_until)
        exceptions = exceptions_in(series, days)
        for start, at in occurrences(series, self._lines.zones, days, first, last):
            event = event_at(at, exceptions, series.master)
            assert event is not None
            if why := self._kept_out(event):
                self._leave_out(why, f"{series.name}|{at}", event)
            else:
                self._add(series.name, f"{series.name}|{at}", days.local_day(start), event)
            told += 1
        if not told:
            self._found.skipped["other_days"] += 1

    def _leave_out(self, why: str, name: str, event: EventBlock) -> None:
        self._found.skipped[why] += 1
        if why == "cancelled":
            by_mail = self._lines.method == "CANCEL"
            title = key(_BEGINNINGS["cancelled"].sub("", event.text("SUMMARY"), count=1))
            self._found.cancelled[name, title] = edition_of(event) + by_mail

    def _add(self, series: str, name: str, day: date, event: EventBlock) -> None:
        if name in self._keys:
            return
        self._keys.add(name)
        kind = "online" if event.online else None
        invited = tuple(
            Invitee(line.params.get("CN", ""), _mail_in(line))
            for line in event.lines
            if line.name in ("ATTENDEE", "ORGANIZER") and _took_part(line)
        )
        title = event.text("SUMMARY")
        contact = FoundContact(
            name, day, self._source, title, "", invited, series, kind, edition=edition_of(event)
        )
        self._found.contacts.append(contact)

    # what never comes

    def _kept_out(self, event: EventBlock) -> str | None:
        """Why an event is not looked at; None for one that is."""
        if _is_ours(event):
            return "own"
        if self._lines.method in _BY_MAIL:
            return _BY_MAIL[self._lines.method]
        if event.text("CLASS").upper() not in _PUBLIC:
            return "private"
        if event.text("STATUS").upper() == "CANCELLED":
            return "cancelled"
        return self._unsure(event) or kept_out_by_title(event.text("SUMMARY"))

    def _unsure(self, event: EventBlock) -> str | None:
        """Whether our side turned an event down, or did not say yes to it."""
        own = self._own_answers(event)
        if "DECLINED" in own:
            return "declined"
        words = ("STATUS", *(f"X-MICROSOFT-CDO-{word}STATUS" for word in _BUSY))
        told = {event.text(word).upper() for word in words}
        return "tentative" if "TENTATIVE" in told | own else None

    def _own_answers(self, event: EventBlock) -> set[str]:
        """What our side answered, where it all said the same; what all who were asked answered."""
        asked = [line for line in event.lines if line.name == "ATTENDEE" and not _is_room(line)]
        own = _answers(line for line in asked if _mail_in(line) in self._ours)
        if _answers(asked) == {*_REFUSED}:
            return {*_REFUSED}
        return own if len(own) == 1 else set()


def _is_ours(event: EventBlock) -> bool:
    """Whether an event is a talk that we told to be due; with a time it became an appointment."""
    start = event.first("DTSTART")
    is_reminder = event.text("UID").lower().endswith(DUE_UID)
    return is_reminder and start is not None and "T" not in start.value


_BUSY = ("BUSY", "INTENDED")


def kept_out_by_title(title: str) -> str | None:
    """Why an event is left out by what stands before or behind its title; None for one that is
    not.
    """
    found = next((why for why, begins in _BEGINNINGS.items() if begins.match(title)), None)
    return "cancelled" if found is None and _TYPED_OFF.search(title) else found


def _mail_in(line: EventLine) -> str:
    """The address of somebody who was asked; servers put one of their own in its place, and the
    real one beside it.
    """
    scheme, _, address = line.value.rpartition(":")
    found = address if scheme.lower() == "mailto" else line.params.get("EMAIL", "")
    return found.strip().lower()


def _answers(lines: Iterable[EventLine]) -> set[str]:
    return {line.params.get("PARTSTAT", "").upper() for line in lines}


def _is_room(line: EventLine) -> bool:
    return line.params.get("CUTYPE", "").upper() in ("ROOM", "RESOURCE")


def _took_part(line: EventLine) -> bool:
    return not _is_room(line) and line.params.get("PARTSTAT", "").upper() not in _REFUSED
