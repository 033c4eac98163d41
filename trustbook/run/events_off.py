"""Events that got a yes and were called off or moved afterwards: their row of Moments is asked
about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date

from trustbook.a1 import cell_name
from trustbook.columns import MOMENTS, STATES, choice_names
from trustbook.dates import Unreadable, read_date
from trustbook.intake.contacts import Findings, FoundContact
from trustbook.intake.marks import mark_of
from trustbook.intake.proposals import SAID_OF, TAKEN
from trustbook.ledger import Ledger
from trustbook.merge.cell_codec import Value, decode, unpack
from trustbook.model import Problem
from trustbook.names import key
from trustbook.reading.cells import is_blank
from trustbook.reading.lists import Listing

# The kinds of facts: rows (by ID) whose event was called off, or the day to which it moved.
CALLED_OFF = "proposals_off"
_OFF = "off"
_OPEN = ("", "planned")  # states that leave open how it went


def note_called_off(ledger: Ledger, findings: Findings) -> None:
    """Have the ledger remember which rows were called off or moved, and which are on again."""
    taken, before = ledger.facts(TAKEN), ledger.facts(CALLED_OFF)
    if not taken:
        return
    off = _rows_of({name for name, _ in findings.cancelled}, taken, ledger.secret)
    held = [one for one in findings.contacts if not findings.is_off(one)]
    on = _rows_of((one.key for one in held), taken, ledger.secret)
    after = {row: said for row, said in before.items() if row not in on}
    after |= dict.fromkeys(off - on, _OFF)
    after |= _moved(held, ledger, taken, before)
    if after != before:
        ledger.note(CALLED_OFF, after)


def _moved(
    held: Iterable[FoundContact],
    ledger: Ledger,
    taken: Mapping[str, str],
    before: Mapping[str, str],
) -> dict[str, str]:
    """The rows whose event is on another day than when it got its yes, with that day; also of one
    that came back, since its row may have gone along.
    """
    marks = {mark_of(ledger.secret, one.key): one for one in held}
    answered = {mark: one for mark, one in marks.items() if mark in taken}
    told = _said_of(ledger, answered, taken)
    found = {}
    for mark, one in answered.items():
        row, day = taken[mark], one.day.isoformat()
        was, _, called = told.get(mark, "").partition(" ")
        if called != one.called(ledger.secret):
            continue  # programs give one name to many events
        if day != was or before.get(row, _OFF) != _OFF:
            found[row] = day
    return found


def _said_of(
    ledger: Ledger, answered: Mapping[str, FoundContact], taken: Mapping[str, str]
) -> dict[str, str]:
    """What events were like when they got their yes, by mark. Where that was not remembered their
    moment tells: it was made on that day, and has the title.
    """
    told = ledger.facts(SAID_OF)
    unknown = {mark: one for mark, one in answered.items() if mark not in told}
    if not unknown:
        return told
    days = _first_days(ledger)
    records = ledger.records(MOMENTS.key)
    for mark, one in unknown.items():
        row = unpack(records.get(taken[mark], "{}"))
        day = decode(days.get(taken[mark], row.get("date")))
        if isinstance(day, date) and key(str(row.get("topic") or "")) in ("", key(one.title)):
            told[mark] = f"{day:%Y-%m-%d} {one.called(ledger.secret)}"
    ledger.note(SAID_OF, told)
    return told


def _first_days(ledger: Ledger) -> dict[str, Value]:
    """The day that each row whose day was changed had at first."""
    first: dict[str, Value] = {}
    for _, _, event in ledger.journal():
        if event.column == "date" and event.old is not None:
            first.setdefault(event.id, event.old)
    return first


def _rows_of(names: Iterable[str], taken: Mapping[str, str], secret: bytes) -> set[str]:
    """The rows that a yes made of what sources know by some names."""
    marks = (mark_of(secret, name) for name in names)
    return {taken[mark] for mark in marks if mark in taken}


def called_off_problems(
    off: Mapping[str, str], lists: Mapping[str, Listing], lang: str
) -> Iterator[Problem]:
    """A line for each of these rows of a workbook of which nobody said how it went."""
    listing = lists.get(MOMENTS.key)
    if listing is None or not {"id", "date", "with"} <= listing.columns.keys():
        return
    for i, identity in enumerate(listing.get("id")):
        said = off.get(str(identity or ""))
        if said == _OFF and _state(listing, i) in _OPEN:
            yield _problem("event_called_off", "state", listing, i)
        elif said and said != _OFF and _stays_behind(listing, i, date.fromisoformat(said), lang):
            day = f"{date.fromisoformat(said):%d-%m-%Y}"
            yield _problem("event_moved", "date", listing, i, day=day)


def _stays_behind(listing: Listing, i: int, day: date, lang: str) -> bool:
    """Whether the talk of a row whose event moved to a day stands nowhere on that day."""
    is_settled = _state(listing, i) not in (*_OPEN, "cancelled")
    return not is_settled and day not in _days_with(listing, i, lang)


def _state(listing: Listing, i: int) -> str:
    """The state of a row (its key); "" where none is said, "?" for one that is not known."""
    state = listing.get("state")[i]
    found = choice_names(STATES).get(key(str(state or "")))
    if found is None:
        return "" if is_blank(state) else "?"
    return found.key


def _days_with(listing: Listing, i: int, lang: str) -> set[date]:
    """The days of all rows with whom a row is."""
    days, with_ = listing.get("date"), listing.get("with")
    found = set()
    for day, other in zip(days, with_, strict=True):
        if key(str(other or "")) == key(str(with_[i] or "")):
            with suppress(Unreadable):
                found.add(read_date(day, lang))
    return found


def _problem(code: str, name: str, listing: Listing, i: int, **params: object) -> Problem:
    column = name if name in listing.columns else "with"
    row = listing.rows[i]
    cell = cell_name(row, listing.columns[column])
    return Problem(code, "warning", listing.title, row, listing.header(column), cell, None, params)
