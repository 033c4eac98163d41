"""What comes in from elsewhere, without the names of people and partners who were forgotten."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from trustbook.columns import PEOPLE
from trustbook.intake.contacts import FoundContact
from trustbook.intake.matching import Matched
from trustbook.ledger import Ledger
from trustbook.ledger.tombstones import FORGOTTEN, Tombstone, marks_of, part_marks, tombstones_in
from trustbook.model import Book, Partner
from trustbook.names import key
from trustbook.network.hiding import ERASED
from trustbook.network.spelled_names import all_words, plain_words, runs_of_words, ways_to_name
from trustbook.reading.identities import identity

_LONGEST_NAME = 6  # words
_EDGES = ".!?'\"‘’“”«»<>[]*_-…"
# What stands before a surname; a longer name with it is that of somebody else.
_TITLE = re.compile(
    r"(?:mw|mevr|mevrouw|dhr|de heer|heer|meneer|mrs?|ms|dr)\b\.?\s*", re.IGNORECASE
)
_FEWEST_DIGITS = 7  # of a telephone number
# Cells with several names: one that was forgotten goes, the others stay.
_NAMES = frozenset(("also_present", "by"))
_BREAK = re.compile(r"\s*[;\n,]\s*")
# What a contact card is known by: whether that person was forgotten is asked of the whole card.
_OWN = frozenset(("name", "phone", "email"))


@dataclass(frozen=True, slots=True)
class ForgottenNames:
    """Knows who was forgotten by the ``marks`` that are kept of them.

    ``homes`` are the partners (IDs and names) for which they stood; ``present`` who in the book is
    called how now (normalised): a name of somebody who is there is not that of who was forgotten.
    ``partners`` are those of the book. ``parts`` are the marks of surnames, first names and
    initials, which tell only in a text; ``others`` is who may be meant by these as well.
    """

    marks: frozenset[str]
    homes: tuple[str, ...]
    present: frozenset[str]
    secret: bytes
    partners: Sequence[Partner]
    parts: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @classmethod
    def of(cls, ledger: Ledger, book: Book) -> ForgottenNames:
        """Those that the memory of a book has."""
        stones = tombstones_in(ledger.facts(FORGOTTEN)).values()
        marks = frozenset(mark for stone in stones for mark in stone.marks)
        parts = frozenset(mark for stone in stones for mark in stone.parts)
        whole = book.whole or book
        homes = _homes_of_all(stones, whole)
        names = [one.name for one in whole.partners] + [one.name for one in whole.people]
        present = frozenset(map(key, names))
        others = known_words([*names, *_colleagues(whole)]) if parts else frozenset()
        return cls(marks, homes, present, ledger.secret, whole.partners, parts, others)

    def left_out_of(self, contact: FoundContact, matched: Matched) -> tuple[FoundContact, Matched]:
        """A contact without them, and with whom it was matched: nobody for a card of theirs."""
        if not (self.marks or self.parts):
            return contact, matched
        homes = self._homes_of(contact, matched)
        if contact.sheet == PEOPLE.key and self._is_theirs(contact, homes):
            return contact, Matched(code="forgotten")
        if self._speaks_of_them(matched.topic, homes):
            matched = replace(matched, topic="")
        matched = replace(matched, unknown=self._cell("by", matched.unknown, homes))
        told = ((name, self._cell(name, text, homes)) for name, text in contact.cells.items())
        return replace(contact, cells={name: text for name, text in told if text}), matched

    def _homes_of(self, contact: FoundContact, matched: Matched) -> set[str]:
        """What the partners are called with whom a contact was."""
        homes = {contact.names} - {""}
        for partner in (self.partners[one] for one in matched.partners):
            homes |= {partner.name, partner.id or partner.name}
        return homes

    def _is_theirs(self, card: FoundContact, homes: Collection[str]) -> bool:
        ways = filter(None, map(card.cells.get, ("phone", "email")))
        told = marks_of(self.secret, [card.cells.get("name", "")], homes, ways)
        return not self.marks.isdisjoint(told)

    def _cell(self, name: str, text: str, homes: Collection[str]) -> str:
        if name in _OWN or not self._speaks_of_them(text, homes):
            return text
        if name in _NAMES:
            pieces = _BREAK.split(text)
            return "; ".join(one for one in pieces if not self._is_called(one, homes))
        return ERASED

    def _is_called(self, name: str, homes: Collection[str]) -> bool:
        """Whether a name is theirs: another person's may have a part of it."""
        alone = plain_words(_TITLE.sub("", name.partition("(")[0]))
        return self._names_them(name, homes) or self._has_part([alone])

    def _speaks_of_them(self, text: str, homes: Collection[str]) -> bool:
        """Whether a text names them, in full or by a part."""
        return self._names_them(text, homes) or self._has_part(runs_of_words(text, _LONGEST_NAME))

    def _has_part(self, parts: Iterable[str]) -> bool:
        """Whether one of these parts of names is theirs, and of nobody who is there now."""
        if not self.parts:
            return False
        return not self.parts.isdisjoint(part_marks(self.secret, {*parts} - self.others))

    def _names_them(self, text: str, homes: Collection[str]) -> bool:
        """Whether a text names them, or how they were reached; ``homes``: whom else it is about."""
        groups = {key(words) for words in _groups_of_words(text)}
        # A person who is there now may be meant everywhere else.
        afar = groups - self.present
        told = {
            *marks_of(self.secret, groups, homes, filter(_may_be_way, groups)),
            *marks_of(self.secret, afar, self.homes, ()),
        }
        for words in afar:
            told.update(marks_of(self.secret, [words], [words], ()))  # a partner's own name
        return not self.marks.isdisjoint(told)


def _homes_of_all(stones: Iterable[Tombstone], book: Book) -> tuple[str, ...]:
    """The partners for which they stood, by ID and by name."""
    ids = {home for stone in stones for home in stone.homes}
    return tuple(sorted(ids | {one.name for one in book.partners if identity(one) in ids}))


def _colleagues(book: Book) -> Iterator[str]:
    """What colleagues are called."""
    yield from filter(None, (partner.holder for partner in book.partners))
    yield from filter(None, dict.fromkeys(book.moments.by))


def known_words(names: Collection[str]) -> frozenset[str]:
    """How people and partners may be meant in a text: by each word of a name, the surname, and
    initials.
    """
    return frozenset(all_words(names) | ways_to_name(names, ()))


def _may_be_way(words: str) -> bool:
    """Whether a text may be a telephone number or an e-mail address."""
    return "@" in words or sum(map(str.isdigit, words)) >= _FEWEST_DIGITS


def _groups_of_words(text: str) -> Iterator[str]:
    """The groups of words in a text that may be somebody's name."""
    words = re.findall(r"[^\s,;:()/]+", text)
    for at in range(len(words)):
        for many in range(1, _LONGEST_NAME + 1):
            group = " ".join(words[at : at + many])
            yield group
            yield group.strip(_EDGES)
