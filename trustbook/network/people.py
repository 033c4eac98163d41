"""People at partners: who stands for whom today, who is one person, what hangs on one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.health.verdict import Verdict
from trustbook.model import Book, Person
from trustbook.names import key, telephone_number
from trustbook.network.labels import Labels


@dataclass(frozen=True, slots=True)
class SinglePointOfFailure:
    """A person on whom whole parties hang: we know nobody else of them, whatever the partner.

    ``parties`` are labels as written in Partners; ``partners`` are the positions where this person
    stands.
    """

    person: str
    key_role: bool
    parties: tuple[str, ...]
    partners: tuple[int, ...]


class CurrentContacts:
    """Who stands for each partner (a position in ``Book.partners``) on ``today``."""

    def __init__(self, book: Book, today: date) -> None:
        self._partners = book.partners
        self._at: dict[int, list[Person]] = {}
        for person in book.people:
            for partner in person.partners if person.in_office(today) else ():
                self._at.setdefault(partner, []).append(person)

    def at(self, partner: int) -> list[Person]:
        """Its people, first to call first: a key role, then a work phone, then as in the sheet."""
        people = self._at.get(partner, [])
        if len(people) < 2:  # most have one
            return [*people]
        return sorted(
            people,
            key=lambda person: (not person.key_role, not telephone_number(person.phone)),
        )

    def named(self, partner: int) -> bool:
        """Whether we know whom to ask for; an individual is somebody itself."""
        return partner in self._at or self._partners[partner].kind == "individual"

    def only(self, partners: Iterable[int]) -> Person | None:
        """The one person known at all these partners together, if there is exactly one.

        An individual of whom nobody stands in People is somebody too, but nobody we can name.
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
        standing = [other for people in self._at.values() for other in people]
        each = {id(other): other for other in standing}
        return [other for other in each.values() if same_person(person, other)]


def same_person(one: Person, other: Person) -> bool:
    """Whether two rows of People are about one person in several roles.

    Equal names are not enough: at one partner they are one person unless both give a way to reach
    them and share none of it; at two partners they are namesakes unless they share one.
    """
    if one is other:
        return True
    if key(one.name) != key(other.name):
        return False
    ways, others = _reached(one), _reached(other)
    if ways & others:
        return True
    at_one_partner = {*one.partners} & {*other.partners}
    return bool(at_one_partner) and not (ways and others)


def _reached(person: Person) -> set[str]:
    phone = "".join(sign for sign in person.phone or "" if sign.isdigit())
    return {way for way in (phone, key(person.email or "")) if way}


def single_points_of_failure(
    book: Book, verdicts: Sequence[Verdict], today: date
) -> list[SinglePointOfFailure]:
    """The people on whom parties hang: most parties first, then key roles, then by name."""
    contacts = CurrentContacts(book, today)
    only_persons = [
        (person, book.partners[partners[0]].party or "")
        for partners in _partners_by_party(book, verdicts)
        if (person := contacts.only(partners))
    ]
    return sorted(
        (
            _single_point(contacts.roles(person), parties)
            for person, parties in _by_person(only_persons)
        ),
        key=lambda point: (-len(point.parties), not point.key_role, key(point.person)),
    )


def _partners_by_party(book: Book, verdicts: Sequence[Verdict]) -> Collection[Sequence[int]]:
    """The partners that have not ended, those of one party together."""
    labels = Labels(book.settings)
    parties: dict[str, list[int]] = {}
    for verdict in verdicts:
        party = book.partners[verdict.partner].party
        if party and verdict.status != "ended":
            parties.setdefault(labels.party(party).id, []).append(verdict.partner)
    return parties.values()


def _by_person(persons: Iterable[tuple[Person, str]]) -> list[tuple[Person, list[str]]]:
    """Each person once, with every label it comes with."""
    found: list[tuple[Person, list[str]]] = []
    for person, label in persons:
        labels = next((said for known, said in found if same_person(known, person)), None)
        if labels is None:
            found.append((person, [label]))
        else:
            labels.append(label)
    return found


def _single_point(roles: Sequence[Person], parties: Sequence[str]) -> SinglePointOfFailure:
    places = sorted({partner for person in roles for partner in person.partners})
    return SinglePointOfFailure(
        roles[0].name, any(person.key_role for person in roles), tuple(parties), tuple(places)
    )
