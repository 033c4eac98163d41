"""The talks that are due, as a calendar that any program takes in (RFC 5545).

An event keeps its UID, so that taking it in once more moves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from trustbook.health.verdict import Verdict
from trustbook.intake.calendars import DUE_UID
from trustbook.messages import say
from trustbook.model import Book
from trustbook.names import fit_text, key

if TYPE_CHECKING:
    from icalendar import Event

_RESTING = ("ended", "paused")


def due_calendar(
    book: Book, verdicts: Sequence[Verdict], book_id: str, today: date, now: datetime
) -> bytes:
    """A day-long event for every talk that is due, on its day; what is late stands on ``today``.

    ``book_id`` keeps the events of two books apart; ``now`` is the real clock, for the stamp.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//trustbook//due talks//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say(book.lang, "outbox.calendar_name"))
    for verdict in verdicts:
        if verdict.due is not None and verdict.status not in _RESTING:
            calendar.add_component(_event(book, verdict, book_id, today, now))
    return bytes(calendar.to_ical())


def _event(book: Book, verdict: Verdict, book_id: str, today: date, now: datetime) -> Event:
    from icalendar import Event

    partner = book.partners[verdict.partner]
    day = max(verdict.due or today, today)
    event = Event()
    event.add("uid", f"{book_id}-{partner.id or key(partner.name)}{DUE_UID}")
    event.add("dtstamp", now)
    event.add("sequence", today.toordinal())
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", say(book.lang, "outbox.talk_with", name=fit_text(partner.name)))
    event.add("description", fit_text(verdict.why))
    event.add("transp", "TRANSPARENT")
    return event
