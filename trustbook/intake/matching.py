"""Whom a found contact means: exact names and addresses only; what is like one is only offered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from trustbook.intake.contacts import FoundContact, Invitee
from trustbook.intake.title_words import kind_in
from trustbook.intake.titles import TitleReader, pieces_left, words_of_title
from trustbook.model import Book, Person
from trustbook.names import clean, key
from trustbook.privacy import grade
from trustbook.reading.identities import aliases_in, identity
from trustbook.reading.pieces import who_was_not
from trustbook.reading.records import directory_of
from trustbook.reading.references import Directory, Found, Unresolved

_LONGEST_TITLE = 120
# An address, also as mail programs write it behind a name.
_MAIL = re.compile(r"(?:[^<>@]*<)?\s*([^\s<>;,]+@[^\s<>;,]+?)\s*>?")
_NOT_BEFORE = re.compile(r"\b((?:not|niet)\s*:)\s*$", re.IGNORECASE)
# Stands for names that mean nobody and may not be kept.
NOT_TO_BE_NAMED = "…"


@dataclass(frozen=True, slots=True)
class Matched:
    """Whom a contact means: the text for With, the partners there (positions) with who named them.

    ``named`` are the partners (identities) that With names, () where it names a consultation too.
    ``hints``: names that may be meant; ``code`` says why nobody was found. ``topic``: the title,
    where it names a partner and may be kept. ``unknown``: what else a list, a form or a card
    names, with ``;`` between two names, as far as it may be kept; With leaves it out. Of these
    ``away`` are on People, and were not in office that day.
    """

    with_: str = ""
    partners: tuple[int, ...] = ()
    named: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    code: str = ""
    topic: str = ""
    kind: str | None = None
    unknown: str = ""
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A name in With and the partners it means (positions): ``present``, or those who were not
    there ("not: X").
    """

    text: str
    partners: tuple[int, ...]
    is_table: bool = False
    present: bool = True


@dataclass(slots=True)
class _Cell:
    """The names in a cell: those that mean somebody, the ``unknown`` ones, and those of whom it
    says that they were not there and who mean nobody (``unread``).
    """

    pieces: list[_Piece] = field(default_factory=list)
    unknown: list[Unresolved] = field(default_factory=list)
    unread: list[Unresolved] = field(default_factory=list)

    def counted(self) -> list[_Piece]:
        """The pieces that count: where it is unclear who was not there, no consultation does."""
        left = [one for one in self.pieces if not (self.unread and one.is_table)]
        return left if any(one.present for one in left) else []


def _no_match(unknown: Sequence[Unresolved]) -> Matched:
    """What is told of names that mean nobody for certain."""
    hints = dict.fromkeys(hint for one in unknown for hint in one.hints)
    return Matched(hints=tuple(hints), code=unknown[-1].code if unknown else "unknown")


def _there(pieces: Sequence[_Piece]) -> tuple[int, ...]:
    """Who was there: "not: X" takes X out of a consultation, not out of those who are named."""
    away = {one for piece in pieces if not piece.present for one in piece.partners}
    there = (
        one
        for piece in pieces
        if piece.present
        for one in piece.partners
        if not (piece.is_table and one in away)
    )
    return tuple(dict.fromkeys(there))


class Matcher:
    """Matches contacts with the partners of one book."""

    def __init__(self, book: Book) -> None:
        self._book = book.whole or book
        self._directory: Directory = directory_of(self._book)
        names = [partner.name for partner in self._book.partners]
        names += [meeting.name for meeting in self._book.consultations]
        names += [person.name for person in self._book.people]
        names += [old for olds in aliases_in(self._book.memory).values() for old in olds]
        self._titles = TitleReader(dict.fromkeys(names))
        self._by_mail: dict[str, list[Person]] = {}
        for person in self._book.people:
            if person.email:
                self._by_mail.setdefault(key(person.email), []).append(person)

    def match(self, contact: FoundContact) -> Matched:
        """Whom a contact means."""
        if contact.names:
            return self._by_names(contact)
        pieces, hints, code = self._in_title(contact.title, contact.day)
        in_title = bool(pieces)
        pieces += self._invited(contact, pieces)
        pieces = pieces if _there(pieces) else []
        kind = kind_in(words_of_title(contact.title)) or contact.kind
        if not pieces:
            return Matched(hints=hints, code=code if hints else "nobody", kind=kind)
        topic = self._topic(contact.title) if in_title else ""
        return self._matched(pieces, topic, kind)

    def _matched(self, pieces: Sequence[_Piece], topic: str, kind: str | None) -> Matched:
        partners = _there(pieces)
        others = any(piece.is_table or not piece.present for piece in pieces)
        named = () if others else self.identities(partners)
        with_ = "; ".join(dict.fromkeys(piece.text for piece in pieces))
        return Matched(with_, partners, named, topic=topic, kind=kind)

    def find(self, text: str, day: date) -> Matched:
        """Whom a text means that somebody typed, as a cell With has it."""
        cell = self._read(text, day)
        pieces = cell.counted()
        if cell.unknown or cell.unread or not _there(pieces):
            return _no_match(cell.unknown)
        return self._matched(pieces, "", None)

    def _read(self, text: str, day: date) -> _Cell:
        """The names in a cell."""
        cell = _Cell()
        for name in self._directory.split(text):
            found, absent = self._find(name, day), who_was_not(name)
            if isinstance(found, Unresolved):
                (cell.unknown if absent is None else cell.unread).append(found)
            elif absent is not None:
                cell.pieces += self._who_was_not(name, absent, found)
            elif not found.partners:
                cell.unknown.append(Unresolved("unknown", name))
            else:
                cell.pieces += self._pieces(name, found)
        return cell

    def _find(self, name: str, day: date) -> Found | Unresolved:
        """Whom a name means, or the address of somebody on People."""
        found = self._directory.find(name, day)
        mail = _MAIL.fullmatch(who_was_not(name) or name)
        known = self._by_mail.get(key(mail[1]), ()) if mail else ()
        if not isinstance(found, Unresolved) or len(known) != 1:
            return found
        homes = tuple(known[0].partners_on(day) or ())
        return Found("person", homes) if homes else Unresolved("not_in_office", found.piece)

    def _who_was_not(self, name: str, absent: str, found: Found) -> Iterator[_Piece]:
        """Who was not there as it is written, a person by the partners."""
        start = name.removesuffix(absent).rstrip()
        is_partner = isinstance(self._directory.partner(absent), int)
        labels = [absent] if is_partner else self.labels(found.partners)
        for label, one in zip(labels, found.partners, strict=False):
            yield _Piece(f"{start} {label}", (one,), present=False)

    def match_person(self, contact: FoundContact) -> Matched:
        """The partner at which a person of a card works; nobody who is on the list already."""
        name, mail = contact.cells.get("name", ""), contact.cells.get("email", "")
        if self._is_known(name, mail):
            return Matched(code="person_known")
        found = self._directory.partner(contact.names) if contact.names else None
        if isinstance(found, int):
            who = (identity(self._book.partners[found]),)
            return Matched(self._label(found), (found,), who)
        if isinstance(found, Unresolved) and not found.hints:
            return Matched(code="unknown", unknown=self._may_stay(contact.names))
        hints = found.hints if isinstance(found, Unresolved) else ()
        return Matched(hints=hints, code="like" if hints else "nobody")

    def find_partner(self, text: str) -> Matched:
        """The partner that a text means that somebody typed."""
        found = self._directory.partner(text)
        if isinstance(found, int):
            return Matched(self._label(found), (found,), self.identities([found]))
        return Matched(hints=found.hints, code=found.code)

    def _is_known(self, name: str, mail: str) -> bool:
        known = {key(person.name) for person in self._book.people}
        return key(name) in known or bool(mail and key(mail) in self._by_mail)

    def labels(self, partners: Iterable[int]) -> list[str]:
        """How partners (positions) are named in With."""
        return [self._label(one) for one in partners]

    def identities(self, partners: Iterable[int]) -> tuple[str, ...]:
        """Under what partners (positions) are remembered."""
        return tuple(identity(self._book.partners[one]) for one in partners)

    def standing(self, identities: Sequence[str]) -> str | None:
        """The names that partners (identities) have now, as With names them; None where one of
        them is not on the list any more.
        """
        places = {identity(partner): i for i, partner in enumerate(self._book.partners)}
        if any(one not in places for one in identities):
            return None
        return "; ".join(self.labels(places[one] for one in identities))

    def _by_names(self, contact: FoundContact) -> Matched:
        turned = (self._turned(one, contact.day) for one in contact.names.split(";"))
        cell = self._read("; ".join(turned), contact.day)
        pieces = cell.counted()
        topic = self._may_stay(contact.cells.get("topic", ""))
        others = [*cell.unknown, *cell.unread]
        away = [one for one in others if one.code == "not_in_office"]
        near, told = _no_match(cell.unknown), self._names_of(others)
        near = replace(near, away=tuple(clean(one.piece) for one in away))
        if not (_there(pieces) or near.hints):
            code = "not_in_office" if others and len(away) == len(others) else "unknown"
            return replace(near, code=code, kind=contact.kind, unknown=told)
        if not _there(pieces):
            return replace(near, topic=topic, kind=contact.kind)
        found = self._matched(pieces, topic, contact.kind)
        return replace(found, hints=near.hints, unknown=told, away=near.away)

    def _turned(self, name: str, day: date) -> str:
        """A name with the surname in front as the book has it, where it is that of a person there
        (``Amrani, Yassin``); any other as it is.
        """
        if absent := who_was_not(clean(name)):
            return f"{clean(name).removesuffix(absent)}{self._turned(absent, day)}"
        last, comma, first = map(clean, name.partition(","))
        if not (comma and first) or "," in first:
            return name
        found = self._directory.find(f"{first} {last}", day)
        is_person = isinstance(found, Found) and found.kind == "person"
        return f"{first} {last}" if is_person else name

    def _names_of(self, unknown: Sequence[Unresolved]) -> str:
        """The names that mean nobody, as far as they may be kept; "" where there are none."""
        told = "; ".join(filter(None, (self._may_stay(one.piece) for one in unknown)))
        return told or NOT_TO_BE_NAMED if unknown else ""

    def _pieces(self, name: str, found: Found) -> Iterator[_Piece]:
        """What goes into With: a consultation by its name, partners by theirs, no person."""
        if found.kind == "consultation":
            yield _Piece(clean(name), found.partners, True)
            return
        for one in found.partners:
            yield _Piece(self._label(one), (one,))

    def _label(self, position: int) -> str:
        """How a partner is named so that nobody else is meant."""
        partner = self._book.partners[position]
        alone = self._directory.partner(partner.name) == position
        plain = alone and self._directory.split(partner.name) == [partner.name]
        return partner.name if plain or not partner.id else partner.id

    # the title

    def _in_title(self, title: str, day: date) -> tuple[list[_Piece], tuple[str, ...], str]:
        """The names in a title; where there is none, what may be meant and why it is none."""
        pieces: list[_Piece] = []
        near: list[str] = []
        code = "like"
        shown = clean(title)
        for one in self._titles.names_in(title):
            found = self._directory.find(one.name, day)
            if isinstance(found, Unresolved):
                code = found.code if found.hints else code
                near += found.hints or ()
            elif not one.whole:
                near.append(one.name)
            elif not_there := _NOT_BEFORE.search(shown[: one.start]):
                pieces += self._who_was_not(f"{not_there[1]} {one.name}", one.name, found)
            else:
                pieces += self._pieces(one.name, found)
        if not (pieces or near):
            near += self._like(title)
        return pieces, tuple(dict.fromkeys(near))[:3], code

    def _like(self, title: str) -> Iterable[str]:
        """Names that look like a part of a title."""
        partners = {partner.name for partner in self._book.partners}
        partners |= {meeting.name for meeting in self._book.consultations}
        found: list[str] = []
        for piece in pieces_left(title)[:4]:
            if len(piece) > 3:
                found += [name for name in self._directory.suggest(piece) if name in partners]
        return found

    def _topic(self, title: str) -> str:
        return self._may_stay(clean(title)[:_LONGEST_TITLE])

    def _may_stay(self, text: str) -> str:
        """A text that the guard lets through; "" for any other, also where that is doubtful."""
        text = clean(text)
        return text if grade(text) is None else ""

    # who was asked

    def _invited(self, contact: FoundContact, before: Sequence[_Piece]) -> list[_Piece]:
        """The partners of those who were asked, but for those who are named already."""
        there = {one for piece in before for one in piece.partners}
        found: list[_Piece] = []
        for invitee in contact.invited:
            for one in self._partners_of(invitee, contact.day):
                if one not in there:
                    there.add(one)
                    found.append(_Piece(self._label(one), (one,)))
        return found

    def _partners_of(self, invitee: Invitee, day: date) -> Sequence[int]:
        """The partners of one who was asked, by the address; by the name only where it is known
        and no other address is.
        """
        if invitee.mail and (known := self._by_mail.get(key(invitee.mail), ())):
            homes = [home for person in known for home in person.partners_on(day) or ()]
            return list(dict.fromkeys(homes)) if len(known) == 1 else ()
        return () if self._has_another_mail(invitee) else self._named(invitee.name, day)

    def _named(self, name: str, day: date) -> Sequence[int]:
        """The one partner of somebody who is known by name alone."""
        found = self._directory.find(self._turned(name, day), day) if name else None
        if not isinstance(found, Found) or found.kind not in ("person", "partner"):
            return ()
        return found.partners if len(found.partners) == 1 else ()

    def _has_another_mail(self, invitee: Invitee) -> bool:
        """Whether somebody of that name is known by another address."""
        named = [one for one in self._book.people if key(one.name) == key(invitee.name)]
        return bool(invitee.mail) and any(person.email for person in named)
