"""Who was there: the names of one moment, each by what it meant when the row was first read.

A piece that found somebody keeps its meaning: a later name, deletion or new job changes nothing
about it. Only a piece that is typed anew is read anew, and so is one that named a person when the
moment gets another date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from trustbook.model import Meanings, Meant
from trustbook.names import key
from trustbook.reading.identities import PartnersKnown
from trustbook.reading.pieces import who_was_not
from trustbook.reading.references import Directory, Found, Unresolved

_NOTHING: Meanings = {}


@dataclass(slots=True)
class Present:
    """Who was at one moment: partners (positions), what counts for nobody (column and why), and
    what the pieces mean from now on.
    """

    partners: tuple[int, ...] = ()
    troubles: Sequence[tuple[str, Unresolved]] = ()
    meant: Meanings = field(default_factory=dict)


@dataclass(slots=True)
class _Counting:
    """The pieces of one moment, counted: partners by the identity by which each was named."""

    named: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    less: set[str] = field(default_factory=set)
    unread_absence: bool = False

    def add(self, meant: Meant) -> None:
        """Count what a piece means."""
        if meant.kind == "absent":
            self.less.update(meant.partners)
        elif meant.kind == "partner":
            self.named += meant.partners
        else:
            self.members += meant.partners

    def present(self) -> list[str]:
        """Who is there: "not: X" takes X out of a consultation, not out of those who are named one
        by one, and of two that were merged not the other one. Where it is unclear who was absent,
        nobody of a consultation counts.
        """
        members = [] if self.unread_absence else self.members
        return [*self.named, *(one for one in members if one not in self.less)]


class Attendance:
    """Reads who was at each moment of one book.

    ``everyone``: the partners that are on the list, by identity and position.
    """

    def __init__(self, directory: Directory, everyone: PartnersKnown) -> None:
        self.directory, self._everyone = directory, everyone
        self._known: dict[object, Present] = {}
        # As long as these are kept, no other object takes their identity.
        self._kept: list[Meanings | None] = []

    def at(
        self, day: date, cells: Mapping[str, str | None], meant: Meanings | None = None
    ) -> Present:
        """Who was there on ``day`` by the ``cells`` (column to text); ``meant`` is what pieces of
        the row meant before.
        """
        # Rows that meant the same share what they meant: the same object is the same meaning.
        same = (*cells.values(), id(meant) if meant else 0)
        found = self._known.get(same)
        if found is None:
            found, lasts = self._read(day, cells, meant or _NOTHING)
            if lasts:
                self._known[same] = found
                self._kept.append(meant)
        return found

    def _read(
        self, day: date, cells: Mapping[str, str | None], before: Meanings
    ) -> tuple[Present, bool]:
        """The same, and whether it would be so on any day."""
        counting = _Counting()
        troubles: list[tuple[str, Unresolved]] = []
        meant: dict[str, Meant] = {}
        for column, piece in self._pieces(cells, before):
            outcome = self._outcome(piece, day, before.get(key(piece)), counting.members)
            if isinstance(outcome, Unresolved):
                troubles.append((column, outcome))
                counting.unread_absence |= who_was_not(piece) is not None
            else:
                meant[key(piece)] = outcome
                counting.add(outcome)
        partners = tuple(dict.fromkeys(self._places_of(counting.present())))
        # Who was meant and is gone from the list is told of once, not in every row.
        gone = any(one.kind != "absent" and not self.standing(one) for one in meant.values())
        if not (partners or troubles or gone):
            troubles.append(_nobody(cells))
        lasts = not troubles and not any(one.day for one in meant.values())
        return Present(partners, troubles, meant), lasts

    def _outcome(
        self, piece: str, day: date, known: Meant | None, members: Sequence[str]
    ) -> Meant | Unresolved:
        """What a piece meant before, unless another day decides where a person was in office; else
        what it means today, beside the ``members`` of the moment.
        """
        if known is not None and known.day in (0, day.toordinal()):
            return self._as_known_now(known)
        found = self.directory.find(piece, day)
        if isinstance(found, Unresolved):
            return found
        if found.kind == "absent":
            return Meant(found.kind, self._missed(found, who_was_not(piece) or piece, members))
        named = found.named or tuple(self._everyone.identity(i, piece) for i in found.partners)
        return Meant(found.kind, named, day.toordinal() if found.kind == "person" else 0)

    def _as_known_now(self, known: Meant) -> Meant:
        partners = tuple(self._everyone.now(one) for one in known.partners)
        return known if partners == known.partners else replace(known, partners=partners)

    def _missed(self, found: Found, name: str, members: Sequence[str]) -> tuple[str, ...]:
        """Which ``members`` were not there: of partners that were merged only the one that is
        named, where it sits at the table by itself.
        """
        own = tuple(self._everyone.identity(i, name) for i in found.partners)
        if {*own} & {*members}:
            return own
        places = self._everyone.places
        return tuple(one for one in members if places.get(one) in found.partners) or own

    def _pieces(
        self, cells: Mapping[str, str | None], before: Meanings
    ) -> Iterator[tuple[str, str]]:
        """The pieces with their columns; who was not there comes last."""
        pieces = [
            (column, piece)
            for column, text in cells.items()
            for piece in (self.directory.split(text, before) if text else ())
        ]
        return iter(sorted(pieces, key=lambda pair: who_was_not(pair[1]) is not None))

    def standing(self, meant: Meant) -> list[int]:
        """The partners that are meant and still on the list (positions)."""
        return self._places_of(meant.partners)

    def _places_of(self, partners: Sequence[str]) -> list[int]:
        places = self._everyone.places
        return [places[one] for one in partners if one in places]

    def called(self, partners: Sequence[int]) -> list[str]:
        """The names of some partners (positions)."""
        return self.directory.names_of(partners)

    def names(self, meant: Meant) -> list[str]:
        """The names of the partners that are meant and still on the list."""
        return self.called(self.standing(meant))


def _nobody(cells: Mapping[str, str | None]) -> tuple[str, Unresolved]:
    column, text = next(((column, text) for column, text in cells.items() if text), ("with", ""))
    return column, Unresolved("nobody", text)
