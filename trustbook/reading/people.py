"""The list of people: who stands for which partners, now and before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from trustbook.model import Employment, KnownEmployment, Memory, Person
from trustbook.names import key, telephone_number
from trustbook.reading.cells import Reader
from trustbook.reading.differently import NamedPartners
from trustbook.reading.done import note_ahead
from trustbook.reading.identities import PartnersKnown, namesake_identity, person_identity
from trustbook.reading.references import Directory
from trustbook.reading.watched_day import plain_day

_TEXTS = ("name", "partner", "role", "phone", "email")
_DAYS = ("informed_on", "from", "until")


Employers = dict[str, tuple[KnownEmployment, ...]]


def read_people(
    reader: Reader,
    names: Directory,
    everyone: PartnersKnown,
    memory: Memory,
    today: date,
) -> tuple[list[Person], Employers]:
    """Every person with a name, and where each was and is employed.

    What named a partner keeps the meaning it had when it was first read (``memory``); a partner
    that is typed over is a new job as of ``today``, and the old one is remembered.
    """
    text = {name: reader.texts(name) for name in _TEXTS}
    days = {name: reader.dates(name) for name in _DAYS}
    _tell_numbers(reader, text["phone"])
    ids, key_roles = reader.ids(), reader.yes("key_role")
    identities = _identities(ids, text)
    cells = NamedPartners(reader, "partner", names, everyone, memory, required=True)
    people: list[Person] = []
    employers: Employers = {}
    for i, row in enumerate(reader.listing.rows):
        name = text["name"][i]
        if name is None:
            reader.required("name", i)
            continue
        one, cell = identities[i], text["partner"][i]
        known = memory.employers.get(one) or _known_by_name(memory, one, name, cell)
        named = cells.read(i, cell, _kept(known))
        homes = tuple(dict.fromkeys(everyone.places[home] for home in named.values()))
        now = KnownEmployment(today, named, days["from"][i], days["until"][i])
        employers[one] = _employed(known, now, cell is not None)
        note_ahead(reader, "informed_on", i, days["informed_on"][i], today)
        people.append(Person(
            name, homes[0] if homes else None, row, ids[i], text["role"][i], key_roles[i],
            text["phone"][i], text["email"][i], days["informed_on"][i], now.from_, now.until,
            homes[1:], _before(employers[one], everyone.places),
        ))  # fmt: skip
    cells.tell()
    return _without_doubles(reader, people), employers


def _tell_numbers(reader: Reader, phones: Sequence[str | None]) -> None:
    """Ask about what stands for a telephone number and has no number in it."""
    for i, phone in enumerate(phones):
        if phone and telephone_number(phone) is None:
            reader.note("no_number", "warning", "phone", i)


def _identities(ids: Sequence[str | None], text: Mapping[str, Sequence[str | None]]) -> list[str]:
    """Under what each row is remembered: its ID, else the name, and of namesakes the partner too:
    else one would be taken for the other, in a new job.
    """
    names, partners = ([cell or "" for cell in text[name]] for name in ("name", "partner"))
    known = [person_identity(id_, name) for id_, name in zip(ids, names, strict=True)]
    times = Counter(known)
    return [
        one if ids[i] or times[one] == 1 else namesake_identity(names[i], partners[i])
        for i, one in enumerate(known)
    ]


def _known_by_name(
    memory: Memory, identity: str, name: str, cell: str | None
) -> tuple[KnownEmployment, ...]:
    """What is known of a person by the name alone: of before the list had IDs, or of before there
    was another one of that name; then of whoever is where that one was last.
    """
    known = memory.employers.get(key(name), ())
    if identity != namesake_identity(name, cell or ""):
        return known
    pieces = {key(piece) for piece in (cell or "").split(";")}
    return known if known and pieces & {*map(key, known[-1].partners)} else ()


def _without_doubles(reader: Reader, people: Sequence[Person]) -> list[Person]:
    """The people, each once: the same name at the same partners in the same time is one person,
    typed twice.
    """
    rows = {row: i for i, row in enumerate(reader.listing.rows)}
    first: dict[object, Person] = {}
    for person in people:
        at = (key(person.name), frozenset(person.partners), person.from_, person.until)
        other = first.setdefault(at if person.partners else person.row, person)
        if other is not person:
            reader.note("doubled_person", "warning", "name", rows[person.row], other=other.row)
    return list(first.values())


def _kept(known: Sequence[KnownEmployment]) -> Mapping[str, str]:
    """What the texts in a person's Partner meant last."""
    return known[-1].partners if known else {}


def _employed(
    known: Sequence[KnownEmployment], now: KnownEmployment, told: bool
) -> tuple[KnownEmployment, ...]:
    """Where a person was and is employed: what stands there ``now`` goes on with the last
    employment, or is a new one. An empty cell (not ``told``) says nothing.
    """
    if not known:
        return (_to_keep(now),)
    *before, last = known
    if not told:
        return tuple(known)
    if not last.partners or {*last.partners.values()} == {*now.partners.values()}:
        return (*before, replace(now, since=last.since))
    return (*known, _to_keep(now))


def _to_keep(now: KnownEmployment) -> KnownEmployment:
    return replace(now, since=plain_day(now.since))


def _before(
    known: Sequence[KnownEmployment], partners: Mapping[str, int]
) -> tuple[Employment, ...]:
    """Where a person was employed before: each employment until the next one was known. For a
    partner that is gone counts the one that the same text names now: the row was typed again.
    """
    found = []
    for one, following in pairwise(known):
        now = known[-1].partners
        homes_then = (p if p in partners else now.get(n, "") for n, p in one.partners.items())
        there = [partners[p] for p in homes_then if p in partners]
        homes = tuple(dict.fromkeys(there))
        found.append(Employment(following.since, homes, one.from_, one.until))
    return tuple(found)
