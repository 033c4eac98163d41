"""The lines of a calendar file that are read: no description and no place is among them.

Lines that are not needed are dropped before anything is parsed, so that what a colleague wrote in
an invitation is held nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

_KEPT = frozenset(
    "UID RECURRENCE-ID DTSTART RRULE RDATE EXDATE EXRULE SUMMARY STATUS CLASS SEQUENCE ATTENDEE "
    "ORGANIZER X-MICROSOFT-CDO-BUSYSTATUS X-MICROSOFT-CDO-INTENDEDSTATUS".split()
)
# That one of these stands there says how people met; what it says is not read.
_ONLINE = frozenset(
    "CONFERENCE X-GOOGLE-CONFERENCE X-MICROSOFT-SKYPETEAMSMEETINGURL "
    "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK X-MICROSOFT-ONLINEMEETINGCONFLINK".split()
)
_LINE = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^;:"]*)(?:,"[^"]*")*)*):(.*)', re.S
)
# Of lines that break the standard: a quote or a colon stands in a parameter that is not quoted.
_LOOSE_LINE = re.compile(r"([A-Za-z0-9-]+)\s*((?:;.*?)?):((?:mailto:)?[^:]*)", re.I | re.S)
_DATED = frozenset("RECURRENCE-ID DTSTART RDATE EXDATE".split())
_BEGINS = re.compile(r"^[\ufeff\s]*BEGIN:VCALENDAR\s*$", re.I | re.M)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;:"]*)')
_FOLD = re.compile(r"\r?\n[ \t]")
_FOLDED_BYTES = re.compile(rb"\r?\n[ \t]")
# Older programs write the path of a zone's file before its name.
_ZONE_PATH = re.compile(r'(;TZID="?)/[^:;"]+/(\w+/[\w+-]+)(?=[":;])')
_OUTLOOK_UTC = re.compile("tzone://Microsoft/Utc", re.I)
_ESCAPE = re.compile(r"\\(.)", re.S)


@dataclass(frozen=True, slots=True)
class EventLine:
    """One property: its name in capitals, its parameters, its value as it is written."""

    name: str
    params: dict[str, str]
    value: str
    raw: str


@dataclass(slots=True)
class EventBlock:
    """One VEVENT: the lines that are read, and whether people met online."""

    lines: list[EventLine] = field(default_factory=list)
    online: bool = False

    def first(self, name: str) -> EventLine | None:
        """The first property of a name."""
        return next((line for line in self.lines if line.name == name), None)

    def text(self, name: str) -> str:
        """The text of the first property of a name; "" where there is none."""
        line = self.first(name)
        return plain_value(line.value).strip() if line else ""


@dataclass(slots=True)
class CalendarLines:
    """A calendar: its events, the zones it defines itself (by name), whose it is and where.

    ``method`` says what it was sent for, "" for one that was saved. ``damaged``: events that were
    cut off in the middle; ``ended``: whether its last line stands there.
    """

    events: list[EventBlock] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)
    owner: str = ""
    zone: str = ""
    method: str = ""
    damaged: int = 0
    ended: bool = False


def is_calendar(text: str) -> bool:
    """Whether a calendar begins somewhere in a text."""
    return _BEGINS.search(text) is not None


def plain_value(text: str) -> str:
    """A text value as people read it."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def text_in(raw: bytes) -> str:
    """The text of a file, whatever program wrote it; some fold a line in the midst of a letter."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    for each in (raw, _FOLDED_BYTES.sub(b"", raw)):
        with suppress(UnicodeDecodeError):
            return each.decode("utf-8-sig")
    return raw.decode("cp1252", "replace")


def calendars_in(text: str) -> list[CalendarLines]:
    """The calendars in a text, each with the lines that are read: mostly it is one."""
    unfolded = _FOLD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = _OUTLOOK_UTC.sub("UTC", unfolded).split("\n")
    begins = [at for at, line in enumerate(lines) if _BEGINS.match(line)]
    ends = [*begins, len(lines)][1:]
    return [_calendar(lines[first:end]) for first, end in zip(begins, ends, strict=True)]


def _calendar(lines: Sequence[str]) -> CalendarLines:
    found = CalendarLines()
    for name, block in _components(lines, found):
        if name == "VEVENT":
            found.events.append(_event(block))
        elif zone := next((line[5:] for line in block if line.upper().startswith("TZID:")), ""):
            found.zones[zone.strip()] = "\r\n".join(block)
    return found


def _components(lines: Sequence[str], found: CalendarLines) -> Iterator[tuple[str, list[str]]]:
    """The events and zones of a calendar, each with its lines; what stands outside is noted."""
    open_name, block = "", []
    for line in lines:
        word = line.strip().upper()
        if word in ("BEGIN:VEVENT", "BEGIN:VTIMEZONE"):
            found.damaged += open_name == "VEVENT"  # the one before was cut off
            open_name, block = word[6:], [line]
        elif open_name:
            block.append(line)
            if word == f"END:{open_name}":
                yield open_name, block
                open_name = ""
        else:
            _note(line, found)
    found.damaged += open_name == "VEVENT"


def _note(line: str, found: CalendarLines) -> None:
    name, _, value = line.partition(":")
    name = name.partition(";")[0].upper()
    if name == "X-WR-CALNAME" and "@" in value:
        found.owner = value.strip().lower()
    elif name == "X-WR-TIMEZONE":
        found.zone = value.strip()
    elif name == "METHOD":
        found.method = value.strip().upper()
    elif name == "END":
        found.ended = True


def _event(block: Sequence[str]) -> EventBlock:
    event, depth = EventBlock(), 0
    for raw in block[1:-1]:
        name = re.split("[;:]", raw, maxsplit=1)[0].strip().upper()
        if name in ("BEGIN", "END"):
            depth += 1 if name == "BEGIN" else -1  # an alarm has lines of its own
        elif not depth and name in _ONLINE:
            event.online = True
        elif not depth and name in _KEPT and (line := _line(name, raw)):
            event.lines.append(line)
    return event


def _line(name: str, raw: str) -> EventLine | None:
    """A property as a program wrote it; None for what is none."""
    raw = _ZONE_PATH.sub(r"\1\2", raw) if name in _DATED else raw
    found = _LINE.fullmatch(raw)
    if found is None or (name in _DATED and ":" in found[3]):
        return _loose_line(name, raw)
    told = _PARAMETER.findall(found[2])
    params = {each.upper(): value.strip('"') for each, value in told}
    return EventLine(name, params, found[3], raw)


def _loose_line(name: str, raw: str) -> EventLine | None:
    """A property whose parameters are not quoted as they should be, in its right spelling."""
    found = _LOOSE_LINE.fullmatch(raw)
    if found is None:
        return None
    told = (each.partition("=") for each in found[2].split(";")[1:])
    params = {each.upper(): value.replace('"', "") for each, _, value in told}
    right = "".join(f';{each}="{value}"' for each, value in params.items())
    return EventLine(name, params, found[3], f"{name}{right}:{found[3]}")
