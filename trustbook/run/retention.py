"""What is past its term of retention, and the workbooks without it.

Settings sets the terms, in months. Of an old moment its topic, promise and persons go; date,
partners, weather and state stay, so that no verdict and no count changes. People who left are
forgotten like anybody who asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from itertools import chain
from typing import Any

from trustbook.a1 import cell_name
from trustbook.columns import MOMENTS, PEOPLE
from trustbook.dates import write_date
from trustbook.health.facts import months_before
from trustbook.ledger import Ledger
from trustbook.merge.cell_codec import decode, unpack
from trustbook.messages import say
from trustbook.model import Book, Person, Problem
from trustbook.names import clean, key
from trustbook.network.people import same_person
from trustbook.reading.cells import shown
from trustbook.reading.identities import identity, person_identity
from trustbook.reading.lists import Listing
from trustbook.reading.moments import identity_without_id
from trustbook.reading.pieces import who_was_not
from trustbook.reading.records import directory_of
from trustbook.reading.references import Directory, Found, Unresolved
from trustbook.run.past_term_answers import PAST_TERM, terms_of
from trustbook.run.replica import Replica
from trustbook.run.whom import called_now, partners_called
from trustbook.snapshot import CellEdit, CellValue

# What goes of an old moment, beside the persons in its names.
EMPTIED = ("topic", "promise", "promised_by", "promise_due", "promise_kept_on", "by")
NAMES = ("with", "also_present")


@dataclass(frozen=True, slots=True)
class PastTerm:
    """A row that is past its term: where it stands, as people call that, and why; ``day`` is when
    it was held, or they left; ``called`` is a person who is to be forgotten, None for a moment.
    """

    sheet: str
    row: int
    id: str
    why: str
    day: date
    called: str | None = None


@dataclass(slots=True)
class Retention:
    """The moments that are past their term: by workbook (address) and row what goes.

    ``cells`` are the cells as they are to be, by row and column. ``texts`` are those that go. Cells
    that stay are ``left`` (workbook, sheet, cell): a formula fills them, or they name somebody who
    counts for nobody.
    """

    cells: dict[str, dict[int, dict[str, CellValue]]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    left: list[tuple[str, str, str]] = field(default_factory=list)

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
        lists = {**replica.lists, MOMENTS.key: cleaned}
        return replace(replica, lists=lists, erased=edits, hides=self.hide)

    def hide(self, text: str) -> str:
        """A text with nothing left in it of what goes, as a page may write that."""
        for one in self.texts:
            text = text.replace(one, "").replace(escape(one), "")
        return text


def moments_past(
    book: Book, replica: Replica, today: date, retention: Retention
) -> Iterator[PastTerm]:
    """The moments of one workbook that are past their term; what goes of them, and what stays
    although it should go, is put down in ``retention``.
    """
    months, listing = book.settings.retention_moments, replica.lists.get(MOMENTS.key)
    if months is None or listing is None:
        return
    names, days = _Names(book), dict(zip(book.moments.row, book.moments.day, strict=True))
    end = months_before(today, months).toordinal()
    for i, number in enumerate(listing.rows):
        if days.get(number, end) >= end:
            continue
        day = date.fromordinal(days[number])
        row = _OldRow(names, listing, i, day)
        retention.left += [(replica.name, listing.title, cell) for cell in row.left()]
        if changed := row.changes():
            retention.cells.setdefault(replica.address, {})[number] = changed
            retention.texts.update(row.told(changed))
            retention.ids.add(row.id)
            why = _why("moment", book.lang, day, months)
            yield PastTerm(listing.title, number, row.id, why, day)


def _why(kind: str, lang: str, day: date, months: int) -> str:
    return say(lang, f"retention.why_{kind}", day=write_date(day, lang), months=months)


class _Names:
    """What the names in the moments of a book mean, and for whom each row counts."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.directory: Directory = directory_of(book)
        self.called: Mapping[str, str] = called_now(book)
        self.meant = {**(book.memory.meant or {}), **book.moments.meant}
        self.counted: dict[int, list[str]] = {}
        log = book.moments
        for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
            label = self.called[identity(book.partners[partner])]
            self.counted.setdefault(log.row[moment], []).append(label)


class _OldRow:
    """One moment that is past its term; names mean what they did when it was read, else what they
    do now.
    """

    def __init__(self, names: _Names, listing: Listing, i: int, day: date) -> None:
        self.id = str(listing.get("id")[i] or "")
        self._names, self._listing, self._i, self._day = names, listing, i, day
        self._meant = names.meant.get(self.id or self._without_id(), {})
        self._number = listing.rows[i]

    def _without_id(self) -> str:
        """Under what a row that has no ID is remembered."""
        named = map(self._value, NAMES)
        return identity_without_id(self._day, (name and shown(name) for name in named))

    def changes(self) -> dict[str, CellValue]:
        """What changes, by column."""
        emptied: dict[str, CellValue] = {name: None for name in EMPTIED if self._may_write(name)}
        return emptied | self._without_persons()

    def told(self, changed: Collection[str]) -> list[str]:
        """The texts that go, of more than a word: by these our pages are known."""
        texts = [clean(str(self._value(name))) for name in ("topic", "promise") if name in changed]
        return [text for text in texts if " " in text]

    def left(self) -> Iterator[str]:
        """The cells that keep what should go: filled by a formula, or with a name that counts for
        nobody.
        """
        for name in (*EMPTIED, *NAMES):
            stuck = self._value(name) is not None and not self._may_write(name)
            if stuck or (name in NAMES and any(map(self._is_nobody, self._pieces(name)))):
                yield cell_name(self._number, self._listing.columns[name])

    def _value(self, name: str) -> Any:
        return self._listing.cells[name][self._i] if name in self._listing.cells else None

    def _may_write(self, name: str) -> bool:
        """Whether something stands there, and no formula fills it."""
        listing, number = self._listing, self._number
        by_formula = number in listing.formulas.get(name, ()) or listing.filled(name, number)
        return self._value(name) is not None and not by_formula

    def _pieces(self, name: str) -> list[str]:
        value = self._value(name)
        if not isinstance(value, str):
            return []
        return self._names.directory.split(value, self._meant)

    def _without_persons(self) -> dict[str, CellValue]:
        """The cells with names: instead of each person the organisation they counted for."""
        pieces = {name: self._pieces(name) for name in NAMES if self._may_write(name)}
        now = {name: self._instead(all_) for name, all_ in pieces.items()}
        if now == pieces:
            return {}
        if absent := list(filter(who_was_not, chain(*now.values()))):
            return self._only_who_counted(now, absent)
        return {name: "; ".join(now[name]) for name in now if now[name] != pieces[name]}

    def _only_who_counted(
        self, columns: Collection[str], absent: Sequence[str]
    ) -> dict[str, CellValue]:
        """For whom the moment counted, else for whom it did not: where somebody of an organisation
        was there and a colleague was not, both would be called the same.
        """
        counted = self._names.counted.get(self._number) or absent
        found: dict[str, CellValue] = dict.fromkeys(columns, None)
        return found | {"with": "; ".join(dict.fromkeys(counted))}

    def _instead(self, pieces: Sequence[str]) -> list[str]:
        """What stands instead of each piece; a piece that names no person stays."""
        told = [text for piece in pieces for text in self._counting(piece) or (piece,)]
        return told if len(told) == len(pieces) else list(dict.fromkeys(told))

    def _counting(self, piece: str) -> list[str]:
        """For whom a piece counted that names a person, as cells say that."""
        absent = who_was_not(piece)
        labels = self._as_read(piece) if key(piece) in self._meant else self._as_today(piece)
        head = piece[: piece.index(":") + 1] + " " if absent else ""
        return [head + label for label in labels]

    def _as_read(self, piece: str) -> Sequence[str]:
        """The partners that a piece meant when it was read, where it names a person."""
        meant, names = self._meant[key(piece)], self._names
        if meant.kind == "absent" and not self._as_today(piece):
            return ()
        if meant.kind not in ("person", "absent"):
            return ()
        return partners_called(names.book, meant, names.called)

    def _as_today(self, piece: str) -> Sequence[str]:
        """The partners that a piece means on the day of the moment, where it names a person."""
        found = self._names.directory.find(who_was_not(piece) or piece, self._day)
        if isinstance(found, Found) and found.kind == "person":
            return self._names.directory.names_of(found.partners)
        return ()

    def _is_nobody(self, piece: str) -> bool:
        """Whether a piece names nobody on the list, so that it may be a person."""
        found = self._names.directory.find(who_was_not(piece) or piece, self._day)
        unknown = isinstance(found, Unresolved) and found.code != "empty_consultation"
        return unknown and not self._counting(piece)


def people_past(book: Book, replica: Replica, today: date) -> Iterator[PastTerm]:
    """The people who left longer ago than their term."""
    months, listing = book.settings.retention_people, replica.lists.get(PEOPLE.key)
    if months is None or listing is None:
        return
    for person, left in _gone_since(book, months_before(today, months)):
        why = _why("person", book.lang, left, months)
        called = person_identity(person.id, person.name)
        yield PastTerm(listing.title, person.row, person.id or "", why, left, called)


def _gone_since(book: Book, end: date) -> Iterator[tuple[Person, date]]:
    """The people who left before ``end`` and stand in no other row that goes on, with the day."""
    staying = [one for one in book.people if one.until is None or one.until >= end]
    for person in book.people:
        goes_on = any(same_person(person, one) for one in staying)
        if person.until is not None and not goes_on:
            yield person, person.until


def past_term_problems(
    book: Book,
    replica: Replica,
    today: date,
    kept: Mapping[str, str],
    waits: Collection[str] = (),
) -> list[Problem]:
    """What is past its term in a workbook as lines of To check: one for moments, one for people.
    ``kept``: see kept_past_term; ``waits``: the lines that got a yes which is not done yet.
    """
    moments = [*moments_past(book, replica, today, Retention())]
    people = [*people_past(book, replica, today)]
    found = []
    for code, rows, months in zip(
        PAST_TERM, (moments, people), terms_of(book.settings), strict=True
    ):
        asked = [row for row in rows if row.day.isoformat() >= kept.get(code, "")]
        found += [_proposal(code, asked, months, code in waits)] if asked else []
    return found


def _proposal(code: str, rows: Sequence[PastTerm], months: int | None, waits: bool) -> Problem:
    params = {"count": len(rows), "months": months, "reference": code}
    told = f"{code}_wait" if waits else code
    return Problem(told, "warning", rows[0].sheet, rows[0].row, None, None, None, params)


def archived_past(ledger: Ledger, title: str, lang: str, end: date) -> Iterator[PastTerm]:
    """The moments that are on no list any more, of before ``end``, of which something is kept."""
    records = ledger.records(MOMENTS.key)
    for one in sorted(ledger.archived(MOMENTS.key)):
        row = unpack(records[one])
        day = decode(row.get("date"))
        if isinstance(day, date) and day < end and any(name in row for name in (*EMPTIED, *NAMES)):
            yield PastTerm(title, 0, one, say(lang, "retention.why_gone"), day)
