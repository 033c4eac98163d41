"""Which events of a calendar belong together: a master with its exceptions.

Programs leave the UID of an event blank or give one to many, so a UID that several events bear
which are not one tells nothing: these go by what they say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from trustbook.intake.event_lines import EventBlock
from trustbook.names import key

# What makes a series of an event.
UNROLLED = ("RRULE", "RDATE")


@dataclass(slots=True)
class EventSeries:
    """Events that belong together: a master, if there is one, and its exceptions."""

    name: str
    master: EventBlock | None
    exceptions: list[EventBlock]
    of_content: bool = False  # its name is what it says: the UID tells nothing


def series_of(events: Sequence[EventBlock]) -> Iterator[EventSeries]:
    """The events of a calendar, each master with its exceptions.

    A UID that several events bear which are not one tells nothing: these go by what they say.
    """
    by_uid: dict[str, list[EventBlock]] = defaultdict(list)
    for event in events:
        by_uid[event.text("UID")].append(event)
    for uid, group in by_uid.items():
        masters = _newest([one for one in group if one.first("RECURRENCE-ID") is None])
        exceptions = _newest([one for one in group if one.first("RECURRENCE-ID") is not None])
        if uid and len(masters) < 2:
            yield EventSeries(uid, masters[0] if masters else None, exceptions)
        else:
            yield from _apart(uid, masters, exceptions)


def _apart(
    uid: str, masters: Sequence[EventBlock], exceptions: Sequence[EventBlock]
) -> Iterator[EventSeries]:
    """Events that share a UID and are not one; an exception goes to the series it is named like."""
    of_master: dict[int, list[EventBlock]] = {id(one): [] for one in masters}
    rolling = [one for one in masters if any(map(one.first, UNROLLED))]
    for one in exceptions:
        home = _home_of(one, rolling)
        if home is None:
            yield EventSeries(f"{uid}|{_said(one)}", None, [one], of_content=True)
        else:
            of_master[id(home)].append(one)
    for one in masters:
        yield EventSeries(f"{uid}|{_said(one)}", one, of_master[id(one)], of_content=True)


def _home_of(exception: EventBlock, rolling: Sequence[EventBlock]) -> EventBlock | None:
    """The series to which an exception belongs that only its name tells; None where none is."""
    alike = [one for one in rolling if _title(one) == _title(exception)]
    return next(iter(alike or (rolling if len(rolling) == 1 else ())), None)


def _title(event: EventBlock) -> str:
    return key(event.text("SUMMARY"))


def _said(event: EventBlock) -> str:
    """What an event says of itself, where its UID says nothing: its title and its first day."""
    start = event.first("DTSTART")
    return f"{_title(event)}|{start.value.strip() if start else ''}"


def _newest(events: Sequence[EventBlock]) -> list[EventBlock]:
    """The events (of one UID) without those that a later edition replaces, nor copies."""
    kept: dict[tuple[str, ...], EventBlock] = {}
    numbered = _numbered(events)
    for one in events:
        told = _edition(one, numbered)
        before = kept.get(told)
        if before is None or _sequence(one) >= _sequence(before):
            kept[told] = one
    return list(kept.values())


def _numbered(events: Sequence[EventBlock]) -> set[str]:
    """The titles of which every event bears another number: these are editions of one event."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for one in events:
        if one.text("UID"):
            numbers[_title(one)].append(_sequence(one))
    return {title for title, found in numbers.items() if 1 < len(found) == len({*found})}


def _edition(event: EventBlock, numbered: Container[str]) -> tuple[str, ...]:
    """By what an event is known among those with its UID; without a UID the day counts."""
    instead = event.first("RECURRENCE-ID")
    at = instead.value.strip() if instead else ""
    if at and event.text("UID"):
        return (at,)
    title = _title(event)
    return (title, at) if title in numbered else (_said(event), at)


def edition_of(event: EventBlock) -> int:
    """Which edition of itself an event is; between two of these there is room for a letter that
    calls the first one off.
    """
    return 2 * _sequence(event)


def _sequence(event: EventBlock) -> int:
    text = event.text("SEQUENCE")
    return int(text) if text.isdecimal() else 0
