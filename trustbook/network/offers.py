"""Who can help with what, when we last asked for it, and who of us may call them."""

from __future__ import annotations

from datetime import date

from trustbook.columns import OFFERS, choice_names
from trustbook.model import HELD, Book
from trustbook.names import key


def last_used(book: Book, offer: str, today: date) -> dict[int, date]:
    """The last day by ``today`` on which each partner (position) helped with ``offer`` (a label, or
    an own word): a held moment of that kind, or one whose topic names it.
    """
    log, words, found = book.moments, _words(offer), dict[int, int]()
    for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
        held = log.state[moment] == HELD and log.day[moment] <= today.toordinal()
        if held and _is_about(log.kind[moment], log.topic[moment], words):
            found[partner] = max(log.day[moment], found.get(partner, 0))
    return {partner: date.fromordinal(day) for partner, day in found.items()}


def _words(offer: str) -> frozenset[str]:
    """The stable key of an offer and every spelling of it, normalised."""
    choice = choice_names(OFFERS).get(key(offer))
    if choice is None:
        return frozenset((key(offer),))
    return frozenset(map(key, (choice.key, choice.en, choice.nl, *choice.also)))


def _is_about(kind: str | None, topic: str | None, words: frozenset[str]) -> bool:
    said = f" {key(topic or '')} "
    return kind in words or any(f" {word}" in said for word in words)
