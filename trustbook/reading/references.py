"""Who is meant: the pieces of a "With" cell found among partners, people and consultations, exactly
or not at all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from typing import Literal

from trustbook.model import Consultation, Partner, Person
from trustbook.names import clean, in_full, key, near_part, similar
from trustbook.reading.pieces import Splitter, who_was_not
from trustbook.reading.terms import turning_days

_MOST_SUGGESTIONS = 300
# A hint that lists more than this helps nobody to choose.
_MOST_NAMED = 8


@dataclass(slots=True)
class Unresolved:
    """A piece that counts for nobody: why ("unknown", "ambiguous", …), as typed, what it may have
    meant, and what somebody ``told`` of it that is not known either.
    """

    code: str
    piece: str
    hints: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one piece is: what named somebody, and the partners it means (positions); of a
    consultation also the identities by which its members are ``named``.
    """

    kind: Literal["partner", "person", "consultation", "absent"]
    partners: tuple[int, ...]
    named: tuple[str, ...] = ()


def _table(meeting: Consultation) -> Found:
    return Found("consultation", meeting.members, tuple(dict.fromkeys(meeting.named.values())))


@dataclass(frozen=True, slots=True)
class NamesBefore:
    """The names that partners, people (both by ID) and consultations (by normalised name) had.

    ``answered``: what somebody answered that a piece (normalised) means, "" for nobody.
    """

    partners: Mapping[str, Iterable[str]] = field(default_factory=dict)
    people: Mapping[str, Iterable[str]] = field(default_factory=dict)
    meetings: Mapping[str, Iterable[str]] = field(default_factory=dict)
    answered: Mapping[str, str] = field(default_factory=dict)


def _by_name(names: Iterable[str]) -> dict[str, list[int]]:
    """The positions of each name, however it is spelled."""
    positions: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        positions.setdefault(key(name), []).append(i)
    return positions


def _ids_of(partners: Sequence[Partner], people: Sequence[Person]) -> dict[str, tuple[str, int]]:
    """What bears each ID (normalised): a partner or a person, and its position."""
    ids: dict[str, tuple[str, int]] = {}
    bearers: tuple[tuple[str, Sequence[Partner | Person]], ...] = (
        ("partner", partners), ("person", people),
    )  # fmt: skip
    for kind, rows in bearers:
        for i, row in enumerate(rows):
            if row.id:
                ids.setdefault(key(row.id), (kind, i))
    return ids


def _suggested(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """At most three names: those of which ``text`` is a part, else those that look like it."""
    near = [*in_full(text, names), *similar(text, names)] or near_part(text, names)
    return tuple(dict.fromkeys(near))[:3]


class Directory:
    """Everybody a row can name. Positions are those in the lists given.

    Each piece is tried as an ID, a partner, a person in office that day and a consultation, in this
    order; a current name goes before an old one, and what somebody answered on To check comes
    last. A near miss is only suggested.
    """

    def __init__(
        self,
        partners: Sequence[Partner],
        people: Sequence[Person] = (),
        consultations: Sequence[Consultation] = (),
        before: NamesBefore | None = None,
    ) -> None:
        before = before or NamesBefore()
        self._partners, self._people, self._consultations = partners, people, consultations
        self._answered = before.answered
        self._ids = _ids_of(partners, people)
        self._meetings = _by_name(meeting.name for meeting in consultations)
        self._partner_names = _by_name(partner.name for partner in partners)
        # People by name; with the partner in the name, only that one is meant.
        self._person_names: dict[str, dict[tuple[int, int | None], None]] = {}
        self._old = self._old_names(before.partners)
        for i, person in enumerate(people):
            self._add_person(i, person.name, before)
        self._add_old_people(before)
        self._add_old_meetings(before)
        # A separator inside a known name is rare; without one a cell can be split without trying
        # every join.
        known = (self._partner_names, self._person_names, self._meetings, self._old, self._ids)
        names = [name for names in (*known, self._answered) for name in names]
        most_commas = max((name.count(",") for name in names), default=0)
        breaks = any(";" in name for name in names)
        self._names = frozenset(names)
        self._splitter = Splitter(self._knows, most_commas, breaks)
        self._found: dict[object, Found | Unresolved] = {}
        # For a piece that many people answer to: when one of them came or went.
        self._turns: dict[str, list[int]] = {}
        self._suggestions: dict[str, tuple[str, ...]] = {}

    def _old_names(self, old_names: Mapping[str, Iterable[str]]) -> dict[str, list[int]]:
        old: dict[str, list[int]] = {}
        for identity, names in old_names.items():
            kind, i = self._ids.get(key(identity), ("", 0))
            for name in names if kind == "partner" else ():
                if key(name) not in self._partner_names:
                    old.setdefault(key(name), []).append(i)
        return old

    def _add_person(self, i: int, name: str, before: NamesBefore) -> None:
        """Know a person by a name, alone and with each partner it stands or stood for."""
        person = self._people[i]
        self._person_names.setdefault(key(name), {})[i, None] = None
        homes = dict.fromkeys([*person.partners, *(p for e in person.before for p in e.partners)])
        for home in homes:
            partner = self._partners[home]
            called = [partner.name, *before.partners.get(partner.id or "", ())]
            for label in dict.fromkeys([*called, *([partner.id] if partner.id else [])]):
                self._person_names.setdefault(key(f"{name} ({label})"), {})[i, home] = None

    def _add_old_people(self, before: NamesBefore) -> None:
        """The names people had, unless somebody bears one of them now."""
        now = {*self._person_names, *self._partner_names, *self._meetings}
        for i, person in enumerate(self._people):
            for name in before.people.get(person.id or "", ()):
                if key(name) not in now:
                    self._add_person(i, name, before)

    def _add_old_meetings(self, before: NamesBefore) -> None:
        now = {*self._meetings, *self._person_names, *self._partner_names}
        for meeting, names in before.meetings.items():
            for name in names if meeting in self._meetings else ():
                if key(name) not in now:
                    self._meetings.setdefault(key(name), []).extend(self._meetings[meeting])

    def names_of(self, partners: Iterable[int]) -> list[str]:
        """The names of some partners (positions)."""
        return [self._partners[i].name for i in partners]

    def partner(self, text: str) -> int | Unresolved:
        """The one partner that ``text`` names (by ID, name or old name), or why it is none."""
        found, told = self._find(text, old=True), self._answered.get(key(text))
        if not isinstance(found, int) and told is not None:
            return self._partner_told(clean(text), told)
        return Unresolved("unknown", clean(text), self.suggest(text)) if found is None else found

    def _partner_told(self, text: str, told: str) -> int | Unresolved:
        """The partner that a text means as somebody answered, or why it is none."""
        if not told:
            return Unresolved("answered", text)
        found = self._find(told, old=True)
        if isinstance(found, int):
            return found
        return Unresolved("answer_unknown", text, self.suggest(told), told)

    def _find(self, text: str, old: bool = False) -> int | Unresolved | None:
        """The same without a word about an unknown one (suggesting names takes time), by ``old``
        names if asked.
        """
        piece = key(text)
        kind, i = self._ids.get(piece, ("", 0))
        if kind:
            return i if kind == "partner" else None
        for names in (self._partner_names, self._old) if old else (self._partner_names,):
            found = names.get(piece, ())
            if len(found) == 1:
                return found[0]
            if found:
                return Unresolved("ambiguous", clean(text), self._labels(found))
        return None

    def find(self, piece: str, day: date) -> Found | Unresolved:
        """Whom one piece means on ``day``, or why nobody; remembered, because meetings repeat."""
        known = self._found.get(self._asked(piece, day))
        if known is not None:
            return known
        absent = who_was_not(piece)
        people = self._people_named(absent or piece)
        found = self._absent(absent, day) if absent else self._present(piece, people, day)
        told = self._answered.get(key(absent or piece))
        if isinstance(found, Unresolved) and told is not None:
            return self._as_answered(found, told, day)
        if not people:
            self._found[piece] = found
        elif len(people) > _MOST_NAMED:  # a day decides who of them was in office
            self._know_turns(piece, people)
            self._found[self._asked(piece, day)] = found
        return found

    def _know_turns(self, piece: str, people: Collection[tuple[int, int | None]]) -> None:
        if piece not in self._turns:
            self._turns[piece] = turning_days(self._people[i] for i, _ in people)

    def _asked(self, piece: str, day: date) -> object:
        """By what an answer is remembered: the piece, or the piece and between which turns."""
        turns = self._turns.get(piece)
        return piece if turns is None else (piece, bisect_right(turns, day.toordinal()))

    def _as_answered(self, piece: Unresolved, told: str, day: date) -> Found | Unresolved:
        """Whom a piece means that was not found, as somebody answered; "" is nobody."""
        if not told:
            return Found("partner", ())
        found = self._present(told, self._people_named(told), day)
        if isinstance(found, Unresolved):
            return Unresolved("answer_unknown", piece.piece, found.hints, told)
        absent = who_was_not(piece.piece) is not None
        return Found("absent", found.partners) if absent else found

    def _present(
        self, piece: str, people: Collection[tuple[int, int | None]], day: date
    ) -> Found | Unresolved:
        """A partner goes before a consultation of its name; people of that name go beside either,
        and their day decides whether the piece fits two records. An old name is tried last: whoever
        bears it now goes first.
        """
        found, meeting = self._find(piece), self._meeting(piece)
        if isinstance(found, Unresolved):
            return found
        if people:
            besides = Found("partner", (found,)) if found is not None else None
            if besides is None and isinstance(meeting, Consultation):
                besides = _table(meeting)
            return self._in_office(piece, people, besides, day)
        if found is not None:
            return Found("partner", (found,))
        if isinstance(meeting, Consultation):
            return _table(meeting)
        if meeting is not None:
            return meeting
        old = self.partner(piece)
        return old if isinstance(old, Unresolved) else Found("partner", (old,))

    def _meeting(self, piece: str) -> Consultation | Unresolved | None:
        found = self._meetings.get(key(piece), ())
        if len(found) > 1:
            rows = (
                f"{self._consultations[i].name} (rij/row {self._consultations[i].row})"
                for i in found[:_MOST_NAMED]
            )
            return Unresolved("ambiguous", piece, tuple(rows))
        if not found:
            return None
        consultation = self._consultations[found[0]]
        return consultation if consultation.members else Unresolved("empty_consultation", piece)

    def _absent(self, text: str, day: date) -> Found | Unresolved:
        """Who did not come: a partner, or the partners of a person."""
        found = self._find(text, old=True)
        people = self._people_named(text) if found is None else ()
        if people:
            outcome = self._in_office(text, people, None, day)
            return outcome if isinstance(outcome, Unresolved) else Found("absent", outcome.partners)
        only = self.partner(text)
        return only if isinstance(only, Unresolved) else Found("absent", (only,))

    def _people_named(self, piece: str) -> Collection[tuple[int, int | None]]:
        kind, i = self._ids.get(key(piece), ("", 0))
        return [(i, None)] if kind == "person" else self._person_names.get(key(piece), ())

    def _in_office(
        self,
        piece: str,
        people: Collection[tuple[int, int | None]],
        besides: Found | None,
        day: date,
    ) -> Found | Unresolved:
        """The partners of the people in office on ``day``; that must be all that is named."""
        if any(self._people[i].partners_on(day) == () for i, _ in people):
            return Unresolved("no_home", piece)
        present = [(i, there) for i, only in people if (there := self._homes(i, only, day))]
        if not present:
            return besides or Unresolved("not_in_office", piece)
        first = present[0][1]
        named = besides.partners if besides else first
        if all({*there} == {*named} for _, there in present):
            return Found("person", first)
        return self._ambiguous(piece, [i for i, _ in present], besides.partners if besides else ())

    def _homes(self, i: int, only: int | None, day: date) -> tuple[int, ...]:
        """The partners for which a person stood on ``day``; of several, ``only`` the one named."""
        there = self._people[i].partners_on(day) or ()
        return there if only is None else tuple(home for home in there if home == only)

    def split(self, text: str, kept: Container[str] = ()) -> list[str]:
        """The pieces of a cell; a known name with a comma in it stays whole. ``kept``: names
        (normalised) that were known once.
        """
        if not kept:
            return self._splitter.split(text)
        knows = partial(self._knew, kept)
        return Splitter(knows, text.count(","), ";" in text).split(text)

    def _knew(self, kept: Container[str], text: str) -> bool:
        return key(text) in kept or self._knows(text)

    def _knows(self, text: str) -> bool:
        return key(text) in self._names

    def suggest(self, text: str) -> tuple[str, ...]:
        """Known names that look like ``text``; none after a few hundred different misses, to keep a
        bad night short.
        """
        wanted = key(text)
        if wanted not in self._suggestions:
            if len(self._suggestions) >= _MOST_SUGGESTIONS:
                return ()
            names = [p.name for p in self._partners] + [p.name for p in self._people]
            names += [meeting.name for meeting in self._consultations]
            found = _suggested(text, list(dict.fromkeys(names)))
            typeable = (one for name in found for one in self._typeable(name))
            self._suggestions[wanted] = tuple(dict.fromkeys(typeable))
        return self._suggestions[wanted]

    def _typeable(self, name: str) -> Iterable[str]:
        """How whoever bears a name can be typed: namesakes by their IDs, of partners, or with their
        partners, of people.
        """
        partners = self._partner_names.get(key(name), ())
        if len(partners) > 1:
            return [one for i in partners[:_MOST_NAMED] if (one := self._partners[i].id)]
        people = [i for i, home in self._people_named(name) if home is None]
        return [name] if partners or len(people) < 2 else self._people_labels(people)

    def _labels(self, found: Iterable[int]) -> tuple[str, ...]:
        return tuple(
            self._partners[i].id or f"{self._partners[i].name} (rij/row {self._partners[i].row})"
            for i in islice(found, _MOST_NAMED)
        )

    def _ambiguous(self, piece: str, people: Sequence[int], besides: tuple[int, ...]) -> Unresolved:
        named = (self._partners[i].id or self._partners[i].name for i in besides)
        return Unresolved("ambiguous", piece, (*self._people_labels(people), *named))

    def _people_labels(self, found: Iterable[int]) -> tuple[str, ...]:
        labels = []
        for i in islice(found, _MOST_NAMED):
            homes = "; ".join(self._partners[home].name for home in self._people[i].partners)
            labels.append(f"{self._people[i].name} ({homes})" if homes else self._people[i].name)
        return tuple(labels)
