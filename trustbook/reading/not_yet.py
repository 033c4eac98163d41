"""A book as of a day on which some of its partners were not on the list yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from trustbook.model import HELD, Book, Consultation, Moments, Person, Route


def on_the_list(book: Book, day: date) -> Book:
    """The book without the partners that come on the list after ``day``.

    ``not_yet`` counts them, ``whole`` has them.
    """
    late = {i for i, partner in enumerate(book.partners) if partner.since and partner.since > day}
    if not late:
        return book
    met = _met(book.moments, day)
    late = {i for i in late if not book.partners[i].on_the_list(day, spoken=i in met)}
    return replace(book_without(book, late), not_yet=len(late), whole=book)


def _met(log: Moments, day: date) -> set[int]:
    """The partners with a held moment up to ``day``."""
    last = day.toordinal()
    pairs = zip(log.contact_moment, log.contact_partner, strict=True)
    return {who for at, who in pairs if log.state[at] == HELD and log.day[at] <= last}


def book_without(book: Book, gone: Collection[int]) -> Book:
    """The book without these partners (positions), and without who and what is theirs alone."""
    kept = [i for i in range(len(book.partners)) if i not in gone]
    places = {old: new for new, old in enumerate(kept)}
    people = [
        _person_of(places, person)
        for person in book.people
        if not person.partners or places.keys() & {*person.partners}
    ]
    return replace(
        book,
        partners=[book.partners[i] for i in kept],
        people=people,
        moments=_moments_of(places, book.moments),
        consultations=[_meeting_of(places, meeting) for meeting in book.consultations],
        routes=[_route_of(places, route) for route in book.routes],
    )


def _person_of(places: Mapping[int, int], person: Person) -> Person:
    """The person with the new positions of its partners; where it was before is of no more use."""
    there = [places[who] for who in person.partners if who in places]
    return replace(person, partner=there[0] if there else None, further=tuple(there[1:]), before=())


def _meeting_of(places: Mapping[int, int], meeting: Consultation) -> Consultation:
    return replace(meeting, members=_kept(places, meeting.members))


def _route_of(places: Mapping[int, int], route: Route) -> Route:
    who = {
        cell: tuple(replace(one, partners=_kept(places, one.partners)) for one in contacts)
        for cell, contacts in route.who.items()
    }
    return replace(route, who=who)


def _kept(places: Mapping[int, int], partners: Collection[int]) -> tuple[int, ...]:
    return tuple(places[who] for who in partners if who in places)


def _moments_of(places: Mapping[int, int], log: Moments) -> Moments:
    """The moments with the contacts of these partners only, under their new positions; what was
    promised where none of them was is not theirs.
    """
    contacts = [
        (at, places[who])
        for at, who in zip(log.contact_moment, log.contact_partner, strict=True)
        if who in places
    ]
    emptied = {*log.contact_moment} - {at for at, _ in contacts}
    return replace(
        log,
        promises=[promise for promise in log.promises if promise.moment not in emptied],
        contact_moment=[at for at, _ in contacts],
        contact_partner=[who for _, who in contacts],
    )
