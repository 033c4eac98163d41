"""What the team looks at among itself: who practised, who changed, what the memory tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from trustbook.columns import Choice
from trustbook.model import HELD, PLANNED, Book
from trustbook.overview.naming import EditionNames, PartnerGroup
from trustbook.overview.numbers import Numbers
from trustbook.overview.period import Span

PRACTICE = ("exercise", "training")


@dataclass(frozen=True, slots=True)
class TeamMemory:
    """What only the memory of a book knows, from 1 January up to the day asked about:
    ``holders_changed`` partners have another holder or lost theirs, all together were
    ``days_without`` days without one; ``warm_answers``: it may be claimed that who is warm answers
    sooner in a crisis.
    """

    holders_changed: int
    days_without: int
    warm_answers: bool = False


@dataclass(frozen=True, slots=True)
class TeamWork:
    """The part of the team edition about the team. Pairs are (this stretch, the one before).

    ``ahead``: the next day planned of each kind. ``never``: of each phenomenon of the book the
    partners that never took part in either, and out of how many. ``came`` and ``left``: contact
    persons since 1 January. ``memory``: None where it is not here.
    """

    held: Mapping[str, tuple[int, int]]
    ahead: Mapping[str, date]
    never: tuple[tuple[Choice, PartnerGroup, int], ...]
    came: int
    left: int
    memory: TeamMemory | None


def count_team(numbers: Numbers, naming: EditionNames, memory: TeamMemory | None) -> TeamWork:
    """The team's own figures beside ``numbers``, on the same day."""
    book, day, before = numbers.book, numbers.as_of, numbers.span.before()
    now = Span(numbers.span.first, day)
    held = {one: (_held(book, one, now), _held(book, one, before)) for one in PRACTICE}
    ahead = {one: first for one in PRACTICE if (first := _next(book, one, day))}
    year = date(day.year, 1, 1)
    came = sum(one.from_ is not None and year <= one.from_ <= day for one in book.people)
    left = sum(one.until is not None and year <= one.until < day for one in book.people)
    return TeamWork(held, ahead, tuple(_never(numbers, naming)), came, left, memory)


def _held(book: Book, kind: str, span: Span) -> int:
    """How many moments of a kind were held, an exercise with twelve partners once."""
    return sum(day in span for day in _days(book, kind, HELD))


def _next(book: Book, kind: str, after: date) -> date | None:
    return min((day for day in _days(book, kind, PLANNED) if day > after), default=None)


def _days(book: Book, kind: str, state: int) -> list[date]:
    """The days of the moments of a kind that are held, or planned."""
    log = book.moments
    rows = zip(log.day, log.kind, log.state, strict=True)
    return [date.fromordinal(day) for day, *what in rows if what == [kind, state]]


def _never(numbers: Numbers, naming: EditionNames) -> Iterator[tuple[Choice, PartnerGroup, int]]:
    took_part = _took_part(numbers.book, numbers.as_of)
    partners = numbers.book.partners
    for phenomenon in numbers.matrix.phenomena:
        stand = [p for p in numbers.statuses if partners[p].stands_for(phenomenon.key)]
        absent = tuple(p for p in stand if p not in took_part)
        if absent:
            yield phenomenon, naming.group(absent), len(stand)


def _took_part(book: Book, day: date) -> Collection[int]:
    """The partners (positions) that were in an exercise or a training by ``day``."""
    log, last = book.moments, day.toordinal()
    practised = {
        at
        for at, (kind, state) in enumerate(zip(log.kind, log.state, strict=True))
        if kind in PRACTICE and state == HELD
    }
    contacts = zip(log.contact_moment, log.contact_partner, strict=True)
    return {partner for at, partner in contacts if at in practised if log.day[at] <= last}
