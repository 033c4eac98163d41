"""What is past its term of retention, and the workbooks without it.

Settings sets the terms, in months. Of an old moment its topic, promise and persons go; date,
partners, weather and state stay, so that no verdict and no count changes. People who left are
forgotten like anybody who asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from trustbook.columns import MOMENTS, PEOPLE
from trustbook.dates import write_date
from trustbook.health.facts import months_before
from trustbook.ledger import Ledger
from trustbook.merge.cell_codec import decode, unpack
from trustbook.messages import say
from trustbook.model import Book, Meant, Person, Problem
from trustbook.names import clean, key
from trustbook.network.people import same_person
from trustbook.reading.identities import person_identity
from trustbook.reading.lists import Listing
from trustbook.reading.pieces import who_was_not
from trustbook.reading.records import directory_of
from trustbook.reading.references import Directory, Found
from trustbook.run.replica import Replica
from trustbook.run.whom import called_now, partners_called
from trustbook.snapshot import CellEdit, CellValue

# What goes of an old moment, beside the persons in its names.
EMPTIED = ("topic", "promise", "promised_by", "promise_due", "promise_kept_on", "by")
NAMES = ("with", "also_present")
# The lines of To check by which it is proposed; each is its own reference.
PAST_TERM = ("past_term_moments", "past_term_people")
# What an answer says that has it done, by reference.
YES_TO_PAST_TERM = {(code, True) for code in PAST_TERM}


@dataclass(frozen=True, slots=True)
class PastTerm:
    """A row that is past its term: where it stands, as people call that, and why; ``called`` is a
    person who is to be forgotten, None for a moment.
    """

    workbook: str
    sheet: str
    row: int
    id: str
    why: str
    called: str | None = None


@dataclass(slots=True)
class Retention:
    """The moments that are past their term: by workbook (address) and row what goes.

    ``cells`` are the cells as they are to be, by row and column. ``texts`` are those that go.
    """

    cells: dict[str, dict[int, dict[str, CellValue]]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def left_out_of(self, replica: Replica) -> Replica:
        """The workbook without what is past its term."""
        listing = replica.lists.get(MOMENTS.key)
        rows = self.cells.get(replica.address, {})
        if listing is None:
            return replica
        cells = {name: list(values) for name, values in listing.cells.items()}
        edits = []
        for i, number in enumerate(listing.rows):
            for name, value in rows.get(number, {}).items():
                cells[name][i] = value
                edits.append(CellEdit(listing.title, number, listing.columns[name], value))
        cleaned = replace(listing, cells=cells, withheld=None)
        return replace(replica, lists={**replica.lists, MOMENTS.key: cleaned}, erased=edits)

    def hide(self, text: str) -> str:
        """A text with nothing left in it of what goes."""
        for one in self.texts:
            text = text.replace(one, "")
        return text


def moments_past(
    book: Book, replica: Replica, today: date, retention: Retention
) -> Iterator[PastTerm]:
    """The moments of one workbook that are past their term; what goes of them is put down in
    ``retention``.
    """
    months, listing = book.settings.retention_moments, replica.lists.get(MOMENTS.key)
    if months is None or listing is None:
        return
    reader = _Names(book)
    days = dict(zip(book.moments.row, book.moments.day, strict=True))
    end = months_before(today, months).toordinal()
    for i, number in enumerate(listing.rows):
        if days.get(number, end) >= end:
            continue
        day = date.fromordinal(days[number])
        identity = str(listing.get("id")[i] or "")
        if changed := dict(_changes(listing, i, reader.of_row(identity, day))):
            retention.cells.setdefault(replica.address, {})[number] = changed
            retention.texts |= {
                text for name in changed if len(text := clean(str(listing.cells[name][i]))) > 3
            }
            retention.ids.add(identity)
            why = _why("moment", book.lang, day, months)
            yield PastTerm(replica.name, listing.title, number, identity, why)


def _why(kind: str, lang: str, day: date, months: int) -> str:
    return say(lang, f"retention.why_{kind}", day=write_date(day, lang), months=months)


def _changes(listing: Listing, i: int, names: _RowNames) -> Iterator[tuple[str, CellValue]]:
    """What changes in one row, by column; what a formula shows is not ours to write."""
    number = listing.rows[i]
    for name in (*EMPTIED, *NAMES):
        value: Any = listing.cells[name][i] if name in listing.cells else None
        if value is None or number in listing.formulas.get(name, ()):
            continue
        if listing.filled(name, number):
            continue
        now = names.without_persons(value) if name in NAMES else None
        if now != value:
            yield name, now


class _Names:
    """What the names in the moments of a book mean."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.directory: Directory = directory_of(book)
        self.called: Mapping[str, str] = called_now(book)
        self._meant = {**(book.memory.meant or {}), **book.moments.meant}

    def of_row(self, identity: str, day: date) -> _RowNames:
        """What names mean in one moment."""
        return _RowNames(self, self._meant.get(identity, {}), day)


@dataclass(frozen=True, slots=True)
class _RowNames:
    """What names mean in one moment: as it was read, else as they do now."""

    names: _Names
    meant: Mapping[str, Meant]
    day: date

    def without_persons(self, value: CellValue) -> CellValue:
        """A cell with names: instead of each person the organisation they counted for."""
        if not isinstance(value, str):
            return value
        pieces = self.names.directory.split(value, self.meant)
        now = [text for piece in pieces for text in self._instead(piece)]
        return value if now == pieces else "; ".join(dict.fromkeys(now))

    def _instead(self, piece: str) -> Iterator[str]:
        absent = who_was_not(piece)
        partners = self._counted(piece, absent)
        if not partners:
            yield piece
        for label in partners:
            yield f"{piece[: piece.index(':') + 1]} {label}" if absent else label

    def _counted(self, piece: str, absent: str | None) -> tuple[str, ...]:
        """The partners for which a piece counted that names a person; none for other pieces."""
        names, meant = self.names, self.meant.get(key(piece))
        found = names.directory.find(absent or piece, self.day)
        is_person = isinstance(found, Found) and found.kind == "person"
        if meant is not None and (meant.kind == "person" or (absent and is_person)):
            return partners_called(names.book, meant, names.called)
        if meant is None and is_person and isinstance(found, Found):
            return tuple(names.directory.names_of(found.partners))
        return ()


def people_past(book: Book, replica: Replica, today: date) -> Iterator[PastTerm]:
    """The people who left longer ago than their term."""
    months, listing = book.settings.retention_people, replica.lists.get(PEOPLE.key)
    if months is None or listing is None:
        return
    for person, left in _gone_since(book, months_before(today, months)):
        why = _why("person", book.lang, left, months)
        called = person_identity(person.id, person.name)
        yield PastTerm(replica.name, listing.title, person.row, person.id or "", why, called)


def _gone_since(book: Book, end: date) -> Iterator[tuple[Person, date]]:
    """The people who left before ``end`` and stand in no other row that goes on, with the day."""
    staying = [one for one in book.people if one.until is None or one.until >= end]
    for person in book.people:
        goes_on = any(same_person(person, one) for one in staying)
        if person.until is not None and not goes_on:
            yield person, person.until


def past_term_problems(book: Book, replica: Replica, today: date) -> list[Problem]:
    """What is past its term in a workbook as lines of To check: one for moments, one for people."""
    moments = [*moments_past(book, replica, today, Retention())]
    people = [*people_past(book, replica, today)]
    terms = (book.settings.retention_moments, book.settings.retention_people)
    return [
        _proposal(code, rows, months)
        for code, rows, months in zip(PAST_TERM, (moments, people), terms, strict=True)
        if rows
    ]


def _proposal(code: str, rows: Sequence[PastTerm], months: int | None) -> Problem:
    params = {"count": len(rows), "months": months, "reference": code}
    return Problem(code, "warning", rows[0].sheet, rows[0].row, None, None, None, params)


def archived_past(ledger: Ledger, title: str, lang: str, end: date) -> Iterator[PastTerm]:
    """The moments that are on no list any more, of before ``end``, of which something is kept."""
    records = ledger.records(MOMENTS.key)
    for one in sorted(ledger.archived(MOMENTS.key)):
        row = unpack(records[one])
        day = decode(row.get("date"))
        if isinstance(day, date) and day < end and any(name in row for name in (*EMPTIED, *NAMES)):
            yield PastTerm("", title, 0, one, say(lang, "retention.why_gone"))
