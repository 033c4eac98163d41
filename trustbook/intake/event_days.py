"""When events are, in the zones that a calendar names or defines itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from trustbook.intake.event_lines import CalendarLines, EventLine


class UnreadableEvent(ValueError):
    """The day or the rule of an event cannot be read."""


class EventDays:
    """Reads the days and times of one calendar. Days are those in its own zone, else in ``zone``
    (a name as in the tz database).
    """

    def __init__(self, lines: CalendarLines, zone: str) -> None:
        self._own_zones = lines.zones
        self.zone: tzinfo = _zone_called(lines.zone) or ZoneInfo(zone)

    def day(self, line: EventLine | None) -> date:
        """The day on which something starts."""
        return self.local_day(self.start(line))

    def stamp(self, line: EventLine | None) -> str:
        """When something starts, in one form for all ways to say it."""
        return self.stamp_of(self.start(line))

    def start(self, line: EventLine | None) -> date:
        """The day or the time that a property says. Raises UnreadableEvent where it says none."""
        from icalendar import vDDDTypes

        if line is None:
            raise UnreadableEvent("DTSTART")
        zone = line.params.get("TZID", "")
        value = line.value.strip()
        found = vDDDTypes.from_ical(value, zone or None)  # type: ignore[no-untyped-call]
        if not isinstance(found, date):
            raise UnreadableEvent(line.raw)
        if zone and isinstance(found, datetime) and found.tzinfo is None:
            return self._in_own_zone(value, zone) or found
        return found

    def _in_own_zone(self, value: str, zone: str) -> date | None:
        """The time in a zone that the calendar defines itself; None where it does not."""
        from icalendar import Calendar

        if zone not in self._own_zones:
            return None
        event = ["BEGIN:VEVENT", f'DTSTART;TZID="{zone}":{value}', "END:VEVENT"]
        text = "\r\n".join(["BEGIN:VCALENDAR", self._own_zones[zone], *event, "END:VCALENDAR"])
        found = Calendar.from_ical(text).walk("VEVENT")[0].decoded("DTSTART")
        return found if isinstance(found, date) else None

    def local_day(self, start: date) -> date:
        """The day on which something starts, where its calendar is kept."""
        if not isinstance(start, datetime):
            return start
        return start.date() if start.tzinfo is None else start.astimezone(self.zone).date()

    def stamp_of(self, start: date) -> str:
        """The same moment in one form: ISO for a day, UTC for a time."""
        if not isinstance(start, datetime):
            return start.isoformat()
        aware = start if start.tzinfo is not None else start.replace(tzinfo=self.zone)
        return f"{aware.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _zone_called(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
