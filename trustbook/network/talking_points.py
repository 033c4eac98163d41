"""What helps at the telephone: whom to ask for, the number, the last topic, what we promised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from trustbook.model import HELD, US, Book
from trustbook.names import telephone_number
from trustbook.network.people import CurrentContacts
from trustbook.network.promises import open_promises


@dataclass(frozen=True, slots=True)
class TalkingPoints:
    """Of one partner: the person to ask for and the work phone, the last topic, our open promise.

    The person to ask for at an individual of whom nobody stands in People is the individual. Of
    several promises of ours it is the one that is due first. None is what the book does not say.
    """

    ask_for: str | None
    phone: str | None
    last_topic: str | None
    our_promise: str | None


def talking_points(book: Book, partners: Collection[int], today: date) -> dict[int, TalkingPoints]:
    """The talking points of these partners (positions in ``Book.partners``) as of ``today``."""
    contacts = CurrentContacts(book, today)
    topics, promised = _last_topics(book, partners, today), _promised_by_us(book, today)
    found = {}
    for partner in partners:
        person, phone = _first_to_call(book, contacts, partner)
        found[partner] = TalkingPoints(person, phone, topics.get(partner), promised.get(partner))
    return found


def _first_to_call(
    book: Book, contacts: CurrentContacts, partner: int
) -> tuple[str | None, str | None]:
    """Whom to ask for at a partner, and the number."""
    for person in contacts.at(partner):
        return person.name, telephone_number(person.phone)
    itself = book.partners[partner]
    return (itself.name if itself.kind == "individual" else None), None


def _last_topics(book: Book, partners: Collection[int], today: date) -> dict[int, str]:
    """What was spoken of last, of the talks held by ``today`` that say so: of one day the one that
    stands lowest.
    """
    log, wanted, until = book.moments, set(partners), today.toordinal()
    spoken: dict[int, tuple[int, str]] = {}
    for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
        day, topic = log.day[moment], log.topic[moment]
        held = day <= until and log.state[moment] == HELD
        if topic and held and partner in wanted and day >= spoken.get(partner, (0, ""))[0]:
            spoken[partner] = day, topic
    return {partner: topic for partner, (_, topic) in spoken.items()}


def _promised_by_us(book: Book, today: date) -> dict[int, str]:
    """Our open promise to each partner: of several the one that is due first."""
    promised: dict[int, str] = {}
    for one in open_promises(book, today):
        if one.promise.by == US:
            for partner in one.partners:
                promised.setdefault(partner, one.promise.text)
    return promised
