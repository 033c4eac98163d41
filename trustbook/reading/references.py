"""Who is meant: the pieces of a "With" cell found among partners, people and consultations, exactly
or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.model import Consultation, Partner, Person
from trustbook.names import clean, key, similar

_BREAKS = re.compile(r"[;\r\n]+")
_NOT = re.compile(r"(?:not|niet)\s*:\s*(.+)", re.IGNORECASE | re.DOTALL)
_MOST_SUGGESTIONS = 300


@dataclass(slots=True)
class Unresolved:
    """A piece that counts for nobody: why ("unknown", "ambiguous", …), as typed, and what it may
    have meant.
    """

    code: str
    piece: str
    hints: tuple[str, ...] = ()


@dataclass(slots=True)
class Meaning:
    """What one cell means on any day: partners for certain, people whose days decide, and what
    could not be found.

    A piece that names people has what it names besides: partners (one, or the members of a
    consultation), or None.
    """

    partners: tuple[int, ...] = ()
    people: Sequence[tuple[str, tuple[int, ...], tuple[int, ...] | None]] = ()
    less: frozenset[int] = frozenset()
    troubles: Sequence[Unresolved] = ()


def _by_name(names: Iterable[str]) -> dict[str, list[int]]:
    """The positions of each name, however it is spelled."""
    positions: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        positions.setdefault(key(name), []).append(i)
    return positions


def _are_two(homes: set[int | None], besides: tuple[int, ...] | None) -> bool:
    """Whether people of several partners are meant, or their partner and another record."""
    return len(homes) > 1 or (besides is not None and homes != set(besides))


def _without(less: set[int], named: list[int], members: list[int]) -> tuple[int, ...]:
    """Who is there, each once: "not: X" takes X out of a consultation's members, not out of those
    who are named one by one.
    """
    return tuple(dict.fromkeys([*named, *(i for i in members if i not in less)]))


class Directory:
    """Everybody a row can name. Positions are those in the lists given.

    Each piece is tried as an ID, a partner, a person in office that day and a consultation, in this
    order; a current name goes before an old one. A near miss is only suggested.
    """

    def __init__(
        self,
        partners: Sequence[Partner],
        people: Sequence[Person] = (),
        consultations: Sequence[Consultation] = (),
        old_names: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._partners, self._people, self._consultations = partners, people, consultations
        self._ids: dict[str, tuple[str, int]] = {}
        self._meetings = _by_name(meeting.name for meeting in consultations)
        self._partner_names = _by_name(partner.name for partner in partners)
        self._person_names: dict[str, list[int]] = {}
        for i, partner in enumerate(partners):
            if partner.id:
                self._ids.setdefault(key(partner.id), ("partner", i))
        self._old = self._old_names(old_names or {})
        for i, person in enumerate(people):
            self._add_person(i, person)
        # A separator inside a known name is rare; without one a cell can be split without trying
        # every join.
        names = [*self._partner_names, *self._person_names, *self._meetings, *self._old, *self._ids]
        self._most_commas = max((name.count(",") for name in names), default=0)
        self._break_names = any(";" in name for name in names)
        self._meanings: dict[str, Meaning] = {}
        self._certain = self._certain_names()
        self._suggestions: dict[str, tuple[str, ...]] = {}

    def _certain_names(self) -> dict[str, int]:
        """Pieces that name one partner on any day, as they are usually typed: most of a long
        list.
        """
        return {
            name: i
            for i, partner in enumerate(self._partners)
            for name in (partner.id, partner.name)
            if name and self._find(name) == i and not self._people_named(name)
        }

    def _old_names(self, old_names: Mapping[str, Iterable[str]]) -> dict[str, list[int]]:
        old: dict[str, list[int]] = {}
        for identity, names in old_names.items():
            kind, i = self._ids.get(key(identity), ("", 0))
            for name in names if kind == "partner" else ():
                if key(name) not in self._partner_names:
                    old.setdefault(key(name), []).append(i)
        return old

    def _add_person(self, i: int, person: Person) -> None:
        if person.id:
            self._ids.setdefault(key(person.id), ("person", i))
        names = [person.name]
        if person.partner is not None:
            partner = self._partners[person.partner]
            names += [f"{person.name} ({partner.name})"] + (
                [f"{person.name} ({partner.id})"] if partner.id else []
            )
        for name in names:
            self._person_names.setdefault(key(name), []).append(i)

    def partner(self, text: str) -> int | Unresolved:
        """The one partner that ``text`` names (by ID, name or old name), or why it is none."""
        found = self._find(text, old=True)
        return Unresolved("unknown", clean(text), self.suggest(text)) if found is None else found

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

    def who(self, text: str, day: date) -> tuple[Sequence[int], Sequence[Unresolved]]:
        """The partners that a "With" cell names on ``day``, each once, and the pieces that count
        for nobody.
        """
        meaning = self.meaning(text)
        if not meaning.people:
            return meaning.partners, meaning.troubles
        partners, troubles = list(meaning.partners), list(meaning.troubles)
        for piece, people, besides in meaning.people:
            outcome = self._in_office(piece, people, besides, day)
            if isinstance(outcome, Unresolved):
                troubles.append(outcome)
            else:
                partners += [i for i in outcome if i not in partners and i not in meaning.less]
        return partners, troubles

    def meaning(self, text: str) -> Meaning:
        """What a "With" cell means, whatever the day; remembered, because meetings repeat."""
        known = self._meanings.get(text)
        if known is None:
            known = self._meanings[text] = self._quick(text) or self._read(text)
        return known

    def _quick(self, text: str) -> Meaning | None:
        """The meaning of names written exactly as they stand in Partners; None where that is not
        the whole cell.
        """
        if self._break_names:
            return None
        found = [self._certain.get(piece) for piece in text.split("; ")]
        certain = [i for i in found if i is not None]
        return Meaning(tuple(dict.fromkeys(certain))) if len(certain) == len(found) else None

    def _read(self, text: str) -> Meaning:
        named: list[int] = []
        members: list[int] = []
        less: set[int] = set()
        people: list[tuple[str, tuple[int, ...], tuple[int, ...] | None]] = []
        troubles: list[Unresolved] = []
        for piece in self.split(text):
            outcome = self._mean(piece)
            if isinstance(outcome, int):
                named.append(outcome)
            elif isinstance(outcome, Unresolved):
                troubles.append(outcome)
            elif isinstance(outcome, Consultation):
                members += outcome.members
            elif isinstance(outcome, frozenset):
                less |= outcome
            else:
                people.append(outcome)
        partners = _without(less, named, members)
        if not partners and not people and not troubles:
            troubles.append(Unresolved("nobody", clean(text)))
        return Meaning(partners, people, frozenset(less.difference(named)), troubles)

    def _mean(
        self, piece: str
    ) -> (
        int
        | Unresolved
        | Consultation
        | frozenset[int]
        | tuple[str, tuple[int, ...], tuple[int, ...] | None]
    ):
        """What one piece is: a partner, a consultation, people, somebody to leave out (a set), or
        trouble.

        A partner goes before a consultation of its name; people of that name go beside either, and
        their day decides whether the piece fits two records. An old name is tried last: whoever
        bears it now goes first.
        """
        if absent := _NOT.fullmatch(piece):
            outcome = self._absent(absent[1])
            return outcome if isinstance(outcome, Unresolved) else frozenset([outcome])
        found, people, meeting = self._find(piece), self._people_named(piece), self._meeting(piece)
        if isinstance(found, Unresolved) or (found is not None and not people):
            return found
        if people:
            members = meeting.members if isinstance(meeting, Consultation) else None
            return piece, people, (found,) if found is not None else members
        if meeting is not None:
            return meeting
        return self.partner(piece)

    def _meeting(self, piece: str) -> Consultation | Unresolved | None:
        found = self._meetings.get(key(piece), ())
        if len(found) > 1:
            rows = (
                f"{self._consultations[i].name} (rij/row {self._consultations[i].row})"
                for i in found
            )
            return Unresolved("ambiguous", piece, tuple(rows))
        if not found:
            return None
        consultation = self._consultations[found[0]]
        return consultation if consultation.members else Unresolved("empty_consultation", piece)

    def _absent(self, text: str) -> int | Unresolved:
        """Who did not come: a partner, or the partner of a person."""
        outcome = self._find(text, old=True)
        if outcome is None:
            homes = {self._people[i].partner for i in self._person_names.get(key(text), ())}
            only = homes.pop() if len(homes) == 1 else None
            outcome = self.partner(text) if only is None else only
        return outcome

    def _people_named(self, piece: str) -> tuple[int, ...]:
        kind, i = self._ids.get(key(piece), ("", 0))
        return (i,) if kind == "person" else tuple(self._person_names.get(key(piece), ()))

    def _in_office(
        self, piece: str, people: Sequence[int], besides: tuple[int, ...] | None, day: date
    ) -> Sequence[int] | Unresolved:
        """The partner of the people in office on ``day``; it must be all that is named."""
        present = [i for i in people if self._people[i].in_office(day)]
        homes = {self._people[i].partner for i in present}
        if not present:
            return Unresolved("not_in_office", piece) if besides is None else besides
        if None in homes:
            return Unresolved("no_home", piece)
        if _are_two(homes, besides):
            return self._ambiguous(piece, present, besides)
        return [home for home in homes if home is not None]

    def split(self, text: str) -> list[str]:
        """The pieces of a cell, split at ``;``, line breaks and commas; a known name with a comma
        in it stays whole.
        """
        if self._break_names and self._knows(text):
            return [clean(text)]
        pieces: list[str] = []
        for part in _BREAKS.split(text) if "\n" in text or "\r" in text else text.split(";"):
            piece = clean(part)
            if not piece:
                continue
            if "," not in piece or self._knows(piece):
                pieces.append(piece)
            else:
                pieces += self._split_commas(part)
        return pieces

    def _split_commas(self, part: str) -> list[str]:
        bits = part.split(",")
        pieces, at = [], 0
        while at < len(bits):
            for end in range(min(at + 1 + self._most_commas, len(bits)), at, -1):
                whole = ",".join(bits[at:end])
                if end == at + 1 or self._knows(whole):
                    break
            if clean(whole):
                pieces.append(clean(whole))
            at = end
        return pieces

    def _knows(self, text: str) -> bool:
        name = key(text)
        return any(
            name in known
            for known in (
                self._partner_names,
                self._ids,
                self._person_names,
                self._meetings,
                self._old,
            )
        )

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
            self._suggestions[wanted] = tuple(similar(text, dict.fromkeys(names)))
        return self._suggestions[wanted]

    def _labels(self, found: Iterable[int]) -> tuple[str, ...]:
        return tuple(
            self._partners[i].id or f"{self._partners[i].name} (rij/row {self._partners[i].row})"
            for i in found
        )

    def _ambiguous(
        self, piece: str, people: Sequence[int], besides: tuple[int, ...] | None
    ) -> Unresolved:
        named = (self._partners[i].id or self._partners[i].name for i in besides or ())
        return Unresolved("ambiguous", piece, (*self._people_labels(people), *named))

    def _people_labels(self, found: Iterable[int]) -> tuple[str, ...]:
        homes = ((self._people[i].name, self._people[i].partner) for i in found)
        return tuple(
            f"{name} ({self._partners[home].name})" if home is not None else name
            for name, home in homes
        )
