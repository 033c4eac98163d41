"""What is said of a moment that was logged: who, when, sunny or not, and how they stand now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from trustbook.columns import STATUSES, find_column
from trustbook.dates import write_date
from trustbook.health.verdict import Verdict
from trustbook.messages import say
from trustbook.model import ATTEMPT, CANCELLED, CRISIS, HELD, PLANNED, Book, Moments

# Of more partners at one table only the number is told.
_MOST_NAMED = 3
_NOT_HELD = {PLANNED: "planned", CANCELLED: "cancelled", ATTEMPT: "attempt"}


def logged_in_words(book: Book, verdicts: Sequence[Verdict], row: int, lang: str) -> str | None:
    """The answer to logging the moment in ``row`` of Moments, as the book reads it now.

    None where the book does not count it, which To check then says.
    """
    log = book.moments
    if row not in log.row:
        return None
    at = log.row.index(row)
    # Who is not on the list yet was there all the same.
    said = [_what(book.whole or book, at, lang)]
    if log.state[at] == HELD:
        standing = {verdict.partner: verdict for verdict in verdicts}
        there = [standing[partner] for partner in _present(log, at)]
        said += _standing(book, there, lang)
    return " ".join(said)


def _present(log: Moments, at: int) -> list[int]:
    return [p for m, p in zip(log.contact_moment, log.contact_partner, strict=True) if m == at]


def _what(book: Book, at: int, lang: str) -> str:
    """Who, when, and what kind of moment it is."""
    log = book.moments
    held = "crisis" if log.weather[at] == CRISIS else "sunny"
    kind = _NOT_HELD.get(log.state[at], held)
    day = write_date(date.fromordinal(log.day[at]), lang)
    names = [book.partners[partner].name for partner in _present(log, at)]
    return say(lang, f"log.{kind}", day=day, names=_listed(names, lang))


def _listed(names: Sequence[str], lang: str) -> str:
    named = list(names[:_MOST_NAMED])
    if left := len(names) - len(named):
        named.append(say(lang, "log.others", count=left))
    return ", ".join(named)


def _standing(book: Book, verdicts: Sequence[Verdict], lang: str) -> Iterator[str]:
    """How the first of those who were there stand now."""
    # Only then the day on which the rhythm is full is the day on which warm ends.
    by_rhythm = book.settings.cooling_factor == 1
    for verdict in verdicts[:_MOST_NAMED]:
        name = book.partners[verdict.partner].name
        if verdict.status == "warm" and verdict.due and by_rhythm:
            yield say(lang, "log.warm_until", name=name, day=write_date(verdict.due, lang))
        else:
            status = find_column(STATUSES, verdict.status).label(lang).lower()
            yield say(lang, "log.stands", name=name, status=status)
