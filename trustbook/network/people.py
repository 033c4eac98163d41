"""People at partners: who stands for whom today, who is one person in several roles, and what hangs
on one person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.health.verdict import Verdict
from trustbook.model import Book, Person
from trustbook.names import key
from trustbook.network.labels import Labels


@dataclass(frozen=True, slots=True)
class SinglePointOfFailure:
    """A person on whom whole parties hang: nobody else of ``parties`` is known to us, whatever the
    partner.

    ``parties`` are labels as written in Partners; ``partners`` are the positions where this person
    stands.
    """

    person: str
    key_role: bool
    parties: tuple[str, ...]
    partners: tuple[int, ...]


class CurrentContacts:
    """Who stands for each partner of a book on ``today``; partners are positions in
    ``Book.partners``.
    """

    def __init__(self, book: Book, today: date) -> None:
        self._partners = book.partners
        self._at: dict[int, list[Person]] = {}
        for person in book.people:
            if person.partner is not None and person.in_office(today):
                self._at.setdefault(person.partner, []).append(person)

    def at(self, partner: int) -> list[Person]:
        """Its people, the one to call first in front: a key role, then who has a work phone, then
        as in the sheet.
        """
        return sorted(
            self._at.get(partner, ()), key=lambda person: (not person.key_role, not person.phone)
        )

    def named(self, partner: int) -> bool:
        """Whether we know whom to ask for; an individual is somebody itself."""
        return partner in self._at or self._partners[partner].kind == "individual"

    def only(self, partners: Iterable[int]) -> Person | None:
        """The one person known at all these partners together; None for nobody, for more, and for
        an individual.
        """
        found: Person | None = None
        for partner in partners:
            if partner not in self._at and self.named(partner):
                return None
            for person in self._at.get(partner, ()):
                if found is not None and not same_person(found, person):
                    return None
                found = found or person
        return found

    def roles(self, person: Person) -> list[Person]:
        """All rows in which this person stands today."""
        return [
            other for people in self._at.values() for other in people if same_person(person, other)
        ]


def same_person(one: Person, other: Person) -> bool:
    """Whether two rows of People are about one person in several roles.

    They are when the names are equal, unless both give a way to reach them and share none of it:
    then they are namesakes.
    """
    if one is other:
        return True
    if key(one.name) != key(other.name):
        return False
    ways, others = _reached(one), _reached(other)
    return not ways or not others or bool(ways & others)


def _reached(person: Person) -> set[str]:
    phone = "".join(sign for sign in person.phone or "" if sign.isdigit())
    return {way for way in (phone, key(person.email or "")) if way}


def single_points_of_failure(
    book: Book, verdicts: Sequence[Verdict], today: date
) -> list[SinglePointOfFailure]:
    """The people on whom parties hang as of ``today``, most parties first, then key roles, then by
    name.
    """
    labels, duty = Labels(book.settings), CurrentContacts(book, today)
    parties: dict[str, list[int]] = {}
    for verdict in verdicts:
        party = book.partners[verdict.partner].party
        if party and verdict.status != "ended":
            parties.setdefault(labels.party(party).id, []).append(verdict.partner)
    hanging: list[tuple[Person, list[str]]] = []
    for partners in parties.values():
        if person := duty.only(partners):
            label = book.partners[partners[0]].party or ""
            others = next((said for known, said in hanging if same_person(known, person)), None)
            if others is None:
                hanging.append((person, [label]))
            else:
                others.append(label)
    return sorted(
        (_hinge(duty.roles(person), said) for person, said in hanging),
        key=lambda hinge: (-len(hinge.parties), not hinge.key_role, key(hinge.person)),
    )


def _hinge(roles: Sequence[Person], parties: Sequence[str]) -> SinglePointOfFailure:
    places = sorted({person.partner for person in roles if person.partner is not None})
    return SinglePointOfFailure(
        roles[0].name, any(person.key_role for person in roles), tuple(parties), tuple(places)
    )
