"""What people wrote as party, phenomenon or area, made comparable: one thing gets one key."""

from __future__ import annotations

from functools import lru_cache

from trustbook.catalogue import Party, find_party, find_phenomenon, own_party, own_phenomenon
from trustbook.columns import Choice
from trustbook.model import Book, Partner, Settings
from trustbook.names import key


class Labels:
    """The parties and phenomena of one book, the catalogue's and its own; each looked up once."""

    def __init__(self, settings: Settings) -> None:
        self._own_parties = [own_party(name) for name in settings.parties]
        self._own_phenomena = [own_phenomenon(name) for name in settings.phenomena]
        self._parties: dict[str, Party] = {}
        self._phenomena: dict[str, Choice] = {}

    def party(self, text: str) -> Party:
        """The party that ``text`` names; one that nobody listed is a party of its own."""
        if text not in self._parties:
            self._parties[text] = find_party(text, self._own_parties) or own_party(text)
        return self._parties[text]

    def phenomenon(self, text: str) -> Choice:
        """The phenomenon that ``text`` or a key names; one that nobody listed is one of its own."""
        if text not in self._phenomena:
            own = next((choice for choice in self._own_phenomena if choice.key == text), None)
            self._phenomena[text] = (
                own or find_phenomenon(text, self._own_phenomena) or own_phenomenon(text)
            )
        return self._phenomena[text]

    def tier(self, partner: Partner) -> str | None:
        """The tier of a partner; where none is filled in, that of its party."""
        return partner.tier or (self.party(partner.party).tier if partner.party else None)


def phenomenon_key(book: Book, text: str | None) -> str | None:
    """The key of the phenomenon that ``text`` names in a book; None where none is asked for."""
    return Labels(book.settings).phenomenon(text).key if text else None


@lru_cache(maxsize=10_000)
def areas(text: str | None) -> tuple[str, ...]:
    """The areas that a cell names, as written; none means everywhere."""
    return tuple(
        piece
        for part in (text or "").replace("\n", ";").replace(",", ";").split(";")
        if (piece := part.strip())
    )


@lru_cache(maxsize=100_000)
def in_area(text: str | None, wanted: str | None) -> bool:
    """Whether a partner with this Area cell stands for ``wanted``.

    It does when it names that area, or one of both is everywhere.
    """
    return not wanted or not areas(text) or key(wanted) in map(key, (text or "", *areas(text)))
