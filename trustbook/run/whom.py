"""Who is to be forgotten or is asked about: the rows about them, and all that they are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any

from trustbook.columns import PARTNERS, PEOPLE
from trustbook.errors import UsageError
from trustbook.ids import is_ours
from trustbook.ledger import Ledger
from trustbook.ledger.tombstones import Tombstone, marks_of, part_marks
from trustbook.merge.cell_codec import is_withheld, unpack
from trustbook.model import Book, Meanings, Meant, Partner, Person
from trustbook.names import clean, in_full, key, similar
from trustbook.network.hiding import hiding
from trustbook.network.people import same_person
from trustbook.network.spelled_names import ways_to_name
from trustbook.problems import did_you_mean
from trustbook.reading.identities import (
    aliases_in,
    identity,
    namesake_identity,
    person_identity,
    stands_for,
)
from trustbook.reading.pieces import who_was_not
from trustbook.reading.records import directory_of
from trustbook.run.forgetting import Forgetting
from trustbook.run.meant_on import meant_on
from trustbook.run.proposed_people import Cards, cards_called, told_of_others


@dataclass(frozen=True, slots=True)
class Whom:
    """A person or a partner, by the rows that are about nobody else.

    ``people`` and ``partners`` are positions in the book, ``former`` rows that are on no list any
    more, and what the memory calls those on a list without IDs, by sheet. ``is_person``: an
    individual is one, whatever the list. ``cards`` are theirs who stand on no list.
    """

    name: str
    is_person: bool
    people: tuple[int, ...] = ()
    partners: tuple[int, ...] = ()
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cards: Cards = field(default_factory=Cards)
    asked: str = ""  # the name that was typed

    def identities(self, book: Book) -> dict[str, list[str]]:
        """Under what their rows are remembered, by sheet."""
        people = [person_identity(book.people[i].id, book.people[i].name) for i in self.people]
        partners = [identity(book.partners[i]) for i in self.partners]
        return {
            PEOPLE.key: [*people, *self.former.get(PEOPLE.key, ()), *self.cards.waiting],
            PARTNERS.key: [*partners, *self.former.get(PARTNERS.key, ())],
        }


def person_named(book: Book, ledger: Ledger | None, name: str) -> Whom:
    """The person that a name means: a name of now or before, ``Name (Partner)`` or an ID; a partner
    that is an individual is one too. Raises UsageError for nobody, and for two.
    """
    people, partners = _people_called(book, key(name)), _individuals_called(book, key(name))
    if not (people or partners):
        return _former_person(book, ledger, name)
    if not _is_one(book, people, partners):
        raise _two(book, name, people, partners)
    return _whole(book, ledger, people, partners)


def _people_called(book: Book, wanted: str) -> list[int]:
    return [i for i in range(len(book.people)) if wanted in labels_of(book, i)]


def _individuals_called(book: Book, wanted: str) -> list[int]:
    alone = [i for i, one in enumerate(book.partners) if one.kind == "individual"]
    return [i for i in alone if wanted in _called(book, book.partners[i])]


def _two(book: Book, name: str, people: Sequence[int], partners: Sequence[int]) -> UsageError:
    near = [_label(book, i) for i in people] + [book.partners[i].name for i in partners]
    hints = did_you_mean(tuple(dict.fromkeys(near)), book.lang)
    return UsageError("forget.two_of_that_name", name=clean(name), hints=hints)


def _former_person(book: Book, ledger: Ledger | None, name: str) -> Whom:
    former = _former(ledger, PEOPLE.key, key(name))
    cards = cards_called(book, ledger, name, former)
    if not (former or cards):
        raise _nobody(book, name, [one.name for one in book.people])
    return Whom(clean(name), True, former={PEOPLE.key: former}, cards=cards)


def partner_named(book: Book, ledger: Ledger | None, name: str) -> Whom:
    """The partner that a name means, with those people who stand for it alone. Raises UsageError as
    ``person_named``.
    """
    found = directory_of(book).partner(name)
    if isinstance(found, int):
        return replace(_whole(book, ledger, [], [found]), asked=clean(name))
    if found.code == "ambiguous":
        hints = did_you_mean(found.hints, book.lang)
        raise UsageError("cards.ambiguous_partner", name=clean(name), hints=hints)
    former = _former(ledger, PARTNERS.key, key(name))
    if not former:
        raise _nobody(book, name, [one.name for one in book.partners])
    return Whom(clean(name), False, former={PARTNERS.key: former})


def _whole(
    book: Book, ledger: Ledger | None, people: Sequence[int], partners: Sequence[int]
) -> Whom:
    """All rows of the same person, or of a partner and those who stand for it alone."""
    same = {i for i in range(len(book.people)) if _is_among_people(book, i, people)}
    at = {*partners, *(home for i in same for home in _own_partner(book, book.people[i]))}
    rows = _in_order(same | _stand_for(book, at)), _in_order(at)
    remembered = _remembered(book, ledger, *rows) if ledger else {}
    if people:
        return Whom(book.people[people[0]].name, True, *rows, remembered)
    first = book.partners[partners[0]]
    return Whom(first.name, first.kind == "individual", *rows, remembered)


def _remembered(
    book: Book, ledger: Ledger, people: Sequence[int], partners: Sequence[int]
) -> dict[str, tuple[str, ...]]:
    """What the memory calls those of these rows that have no ID on their list."""
    nameless = [book.partners[i] for i in partners if book.partners[i].id is None]
    named = {key(one.name) for one in nameless}
    found = {PARTNERS.key: _records_called(ledger, PARTNERS.key, named, set())}
    for i in people:
        person = book.people[i]
        if person.id is None:
            homes = _homes_called(book, person)
            called = _records_called(ledger, PEOPLE.key, {key(person.name)}, homes)
            jobs = _jobs_called(ledger, person.name, homes)
            found[PEOPLE.key] = (*found.get(PEOPLE.key, ()), *called, *jobs)
    return found


def _jobs_called(ledger: Ledger, name: str, homes: Collection[str]) -> list[str]:
    """Under what the memory has the employments of one of several people of a name."""
    known = {namesake_identity(name, home) for home in homes}
    return [one for one in ledger.facts("employers") if one in known]


def _records_called(
    ledger: Ledger, sheet: str, names: Collection[str], homes: Collection[str]
) -> tuple[str, ...]:
    """The rows that the memory has by one of these names, of people also at one of these homes."""
    found = []
    for one, record in ledger.records(sheet).items() if names else ():
        row = unpack(record)
        at = {key(part) for part in str(row.get("partner") or "").split(";")} - {""}
        if key(str(row.get("name") or "")) in names and not (homes and at.isdisjoint(homes)):
            found.append(one)
    return tuple(found)


def _stand_for(book: Book, partners: Collection[int]) -> set[int]:
    """The people who stand for these partners and for no other."""
    homes = ((i, {*one.partners}) for i, one in enumerate(book.people))
    return {i for i, at in homes if at and at.issubset(partners)}


def _in_order(positions: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(positions))


def _is_among_people(book: Book, i: int, people: Sequence[int]) -> bool:
    return any(same_person(book.people[i], book.people[j]) for j in people)


def _own_partner(book: Book, person: Person) -> list[int]:
    """The individuals that a person is, and stands for."""
    return [
        home
        for home in person.partners
        if book.partners[home].kind == "individual"
        and key(book.partners[home].name) == key(person.name)
    ]


def _is_one(book: Book, people: Sequence[int], partners: Sequence[int]) -> bool:
    """Whether all of these are about one person."""
    if not people:
        return len(partners) == 1
    first = book.people[people[0]]
    same = all(same_person(first, book.people[i]) for i in people)
    return same and {*partners} <= {*first.partners}


def _label(book: Book, i: int) -> str:
    person = book.people[i]
    homes = "; ".join(book.partners[home].name for home in person.partners)
    return f"{person.name} ({homes})" if homes else person.name


def _former(ledger: Ledger | None, sheet: str, wanted: str) -> tuple[str, ...]:
    """Rows that are on no list any more, by an ID or a name they had."""
    if ledger is None:
        return ()
    found, records = [], ledger.records(sheet)
    for one in ledger.archived(sheet):
        name = unpack(records[one]).get("name")
        known = isinstance(name, str) and not is_withheld(name)
        if wanted in (key(one), key(str(name)) if known else ""):
            found.append(one)
    return tuple(found)


def _nobody(book: Book, name: str, names: list[str]) -> UsageError:
    near = dict.fromkeys([*in_full(name, names), *similar(name, names)])
    hints = did_you_mean(tuple(near)[:3], book.lang)
    return UsageError("forget.nobody", name=clean(name), hints=hints)


# how cells name them


def labels_of(book: Book, i: int) -> set[str]:
    """All a person is called in a cell (normalised): by ID and names, alone and with a partner."""
    person = book.people[i]
    names = [person.name, *book.memory.people_before.get(person.id or "", ())]
    at = _homes_called(book, person)
    spoken = {key(f"{name} ({label})") for name in names for label in at}
    return spoken.union(map(key, filter(None, (*names, person.id))))


def _ever_at(person: Person) -> set[int]:
    """The partners for which a person stands or stood."""
    return {*person.partners}.union(*(before.partners for before in person.before))


def _homes_called(book: Book, person: Person) -> set[str]:
    return {label for home in _ever_at(person) for label in _called(book, book.partners[home])}


def _called(book: Book, partner: Partner) -> set[str]:
    names = [partner.name, *aliases_in(book.memory).get(identity(partner), ())]
    return {key(name) for name in (*names, partner.id or "") if name}


def forgetting_of(book: Book, ledger: Ledger, whom: Whom) -> Forgetting:
    """What is to be done in every workbook to forget somebody."""
    rows = whom.identities(book)
    names, others, own = _names(book, ledger, whom)
    hide = hiding(names, others, own, _ways(book, whom))
    called, named = called_now(book), _named(book, whom, others)
    gone = {sheet: set(identities) for sheet, identities in rows.items()}
    away = {identity(book.partners[i]) for i in whom.partners}
    left = {one: name for one, name in called.items() if one not in away}
    counted, usual = _counted(book, whom, named, left), _usual(book, whom, called)
    around = _of_namesakes(book, whom)
    return Forgetting(hide, gone, named, counted, usual, meant_on(book, left), **around)


def _names(book: Book, ledger: Ledger, whom: Whom) -> tuple[set[str], set[str], set[str]]:
    """What they are called, what others are called or reached by, and which are people's."""
    rows = whom.identities(book)
    names, others = ledger.names_gone([*chain(*rows.values())])
    names |= whom.cards.names
    others |= told_of_others(ledger, whom.cards, _named(book, whom, ()))
    own = names if whom.is_person else names & ledger.names_gone(rows[PEOPLE.key])[0]
    around = {name for name in _around(book, whom) if not _is_among(name, names)}
    return names, others | around, own


def _of_namesakes(book: Book, whom: Whom) -> dict[str, Any]:
    """What keeps somebody and others of the same name apart: see Forgetting."""
    return {
        "homes": {label for i in whom.people for label in _homes_called(book, book.people[i])},
        "shared": {key(book.people[i].name) for i in _namesakes(book, whom)},
        "clear": {(row, piece) for row, pieces in _all_meant(book).items() for piece in pieces},
    }


def tombstone_of(
    book: Book, ledger: Ledger, whom: Whom, ids: Collection[str], day: date
) -> Tombstone:
    """What is kept of somebody, so that they are known again and cannot be found."""
    names, others, own = _names(book, ledger, whom)
    homes = _homes(book, whom)
    places = {*homes, *whom.partners}
    called = [name for home in places for name in _called(book, book.partners[home])]
    ways = [way for way in _ways(book, whom) if hiding((), others, (), [way])(way) != way]
    marks = marks_of(ledger.secret, names, called + whom.cards.homes, ways)
    at = (*(identity(book.partners[home]) for home in homes), *whom.cards.partners)
    told = tuple(sorted(part_marks(ledger.secret, ways_to_name(own, others))))
    return Tombstone(day, tuple(sorted(filter(is_ours, ids))), marks, at, told)


def _homes(book: Book, whom: Whom) -> list[int]:
    """The partners for which they stand, and which are not they themselves."""
    homes = {home for i in whom.people for home in book.people[i].partners}
    return sorted(homes - {*whom.partners})


def _usual(book: Book, whom: Whom, called: Mapping[str, str]) -> tuple[str, ...]:
    """For whom they stand now, as cells name that."""
    return tuple(called[identity(book.partners[home])] for home in _homes(book, whom))


def _named(book: Book, whom: Whom, others: Iterable[str]) -> set[str]:
    """The pieces that mean them and nobody else."""
    found: set[str] = set()
    found.update(*(labels_of(book, i) for i in whom.people))
    found.update(*(_called(book, book.partners[i]) for i in whom.partners))
    found.update(*(map(key, identities) for identities in whom.former.values()))
    found -= set(map(key, others))
    return found | {piece for piece, name in book.memory.names_meant.items() if key(name) in found}


def _around(book: Book, whom: Whom) -> Iterator[str]:
    """What else people are called or reached by: holders, colleagues, and others at partners."""
    for i, person in enumerate(book.people):
        if i not in whom.people:
            yield from filter(None, (person.phone, person.email))
    yield from filter(None, (partner.holder for partner in book.partners))
    yield from filter(None, dict.fromkeys(book.moments.by))


def _ways(book: Book, whom: Whom) -> list[str]:
    people = [book.people[i] for i in whom.people]
    return [way for one in people for way in (one.phone, one.email) if way] + whom.cards.ways


def _is_among(name: str, names: Collection[str]) -> bool:
    """Whether a name is one of ``names`` in another spelling."""
    return hiding(names, (), names)(name) != name


def _counted(
    book: Book, whom: Whom, named: Collection[str], left: Mapping[str, str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """For whom they counted in each moment, by what was fixed when it was read; of the partners
    that are ``left``.
    """
    return {
        (row, piece): partners_called(book, meant, left)
        for row, pieces in _all_meant(book).items()
        for piece, meant in pieces.items()
        if key(who_was_not(piece) or piece) in named or _meant_them(book, whom, piece, meant)
    }


def _all_meant(book: Book) -> Mapping[str, Meanings]:
    """What the names in each moment mean, by the row."""
    return {**(book.memory.meant or {}), **book.moments.meant}


def _meant_them(book: Book, whom: Whom, piece: str, meant: Meant) -> bool:
    """Whether a name that somebody else has as well meant them when it was read."""
    called = {key(book.people[i].name) for i in whom.people}
    homes = {identity(book.partners[home]) for home in _homes(book, whom)}
    theirs = {one for i in _namesakes(book, whom) for one in _identities_at(book, i)}
    there = {stands_for(one, book.memory) for one in meant.partners}
    return piece in called and bool(there) and there <= homes and there.isdisjoint(theirs)


def _identities_at(book: Book, i: int) -> Iterator[str]:
    return (identity(book.partners[home]) for home in _ever_at(book.people[i]))


def _namesakes(book: Book, whom: Whom) -> list[int]:
    """The other people who have the same name."""
    called = {key(book.people[i].name) for i in whom.people}
    everybody = range(len(book.people))
    return [i for i in everybody if i not in whom.people and key(book.people[i].name) in called]


def partners_called(book: Book, meant: Meant, called: Mapping[str, str]) -> tuple[str, ...]:
    """The partners that a piece meant, as cells name them now; one that is gone is left out."""
    counted = dict.fromkeys(stands_for(one, book.memory) for one in meant.partners)
    return tuple(called[one] for one in counted if one in called)


def called_now(book: Book) -> dict[str, str]:
    """How a cell names each partner, by identity, so that it alone is meant: its name, else its
    ID.
    """
    everybody = directory_of(book)
    found = {}
    for i, partner in enumerate(book.partners):
        alone = everybody.partner(partner.name) == i
        found[identity(partner)] = partner.name if alone else identity(partner)
    return found
