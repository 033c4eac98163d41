"""Who answered when it mattered: calls in a crisis or an exercise, each with its best answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from trustbook.model import ATTEMPT, CRISIS, HELD, Book, Period

# From best to worst.
ANSWERS = ("same_day", "later", "not")


@dataclass(frozen=True, slots=True)
class AnsweredCall:
    """One partner (position) on one day: the best of its answers, and the moments it was about.

    ``answer`` is one of ANSWERS. A day on which nobody noted an answer is no call.
    """

    partner: int
    day: date
    answer: str
    exercise: bool
    moments: tuple[int, ...]


def answered_calls(book: Book, period: Period | None = None) -> list[AnsweredCall]:
    """All calls, by day and partner, of ``period`` where one is asked for.

    An attempt without an answer is one that was not answered; a held moment without one was not
    asked about.
    """
    found: dict[tuple[int, int, bool], list[int]] = {}
    for moment, partner, exercise in _asked(book):
        day = book.moments.day[moment]
        if period is None or date.fromordinal(day) in period:
            found.setdefault((day, partner, exercise), []).append(moment)
    calls = []
    for (day, partner, exercise), moments in sorted(found.items()):
        best = min((answer_of(book, one) for one in moments), key=ANSWERS.index)
        calls.append(AnsweredCall(partner, date.fromordinal(day), best, exercise, tuple(moments)))
    return calls


def _asked(book: Book) -> Iterator[tuple[int, int, bool]]:
    """Moments of a crisis or an exercise that tell who answered, with partner and which."""
    log = book.moments
    for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
        exercise = log.kind[moment] == "exercise"
        counts = exercise or log.weather[moment] == CRISIS
        if counts and log.state[moment] in (HELD, ATTEMPT) and answer_of(book, moment):
            yield moment, partner, exercise


def answer_of(book: Book, moment: int) -> str:
    """The answer that a moment tells, "" for none."""
    log = book.moments
    said = log.answered[moment]
    return said or ("not" if log.state[moment] == ATTEMPT else "")
