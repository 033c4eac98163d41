"""Which names an edition gives: none, those of organisations, or all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from trustbook.model import Book, Partner
from trustbook.names import holders_in, key
from trustbook.network.labels import Labels

Edition = Literal["public", "steering", "team"]
EDITIONS: Final[tuple[Edition, ...]] = ("public", "steering", "team")
MOST_NAMES = 6
MOST_IN_A_LINE = 3
_INDIVIDUALS = ("individual", "private_professional")


@dataclass(frozen=True, slots=True)
class PartnerName:
    """A partner as an edition names it; ``text`` is None for an individual who is not named."""

    text: str | None


@dataclass(frozen=True, slots=True)
class PartnerGroup:
    """Partners that moved the same way: how many, and the first few names where they are given.

    ``count`` is None where the edition does not show it.
    """

    count: int | None
    names: tuple[PartnerName, ...]


class EditionNames:
    """Which names an edition gives: none, those of organisations, or all."""

    def __init__(self, book: Book, edition: Edition) -> None:
        self._book, self._edition, self._labels = book, edition, Labels(book.settings)
        people = [person.name for person in book.people]
        chairs = [meeting.chair for meeting in book.consultations]
        others = [
            *book.moments.by,
            *chairs,
            *(name for partner in book.partners for name in holders_in(partner.holder)),
            *(name for text in book.settings.holders for name in holders_in(text)),
        ]
        self._people = {_words(name) for name in {*people, *others} if name}

    @property
    def nameless(self) -> bool:
        """Whether this edition gives no name at all."""
        return self._edition == "public"

    def of(self, position: int) -> PartnerName:
        """The name of a partner; the steering edition names no person, whatever its row says."""
        partner = self._book.partners[position]
        unnamed = self._edition == "steering" and self._is_person(partner)
        return PartnerName(None if unnamed else partner.name)

    def group(self, positions: tuple[int, ...]) -> PartnerGroup:
        """How many, and in alphabetical order the first few names."""
        if self.nameless:
            return PartnerGroup(len(positions), ())
        ordered = sorted(positions, key=lambda position: key(self._book.partners[position].name))
        first_few = tuple(self.of(position) for position in ordered[:MOST_NAMES])
        return PartnerGroup(len(positions), first_few)

    def our_name(self) -> str | None:
        """Who we are; in the public edition only where no partner's or person's name is in it."""
        ours = self._book.settings.our_name
        if ours is None or self._edition != "public":
            return ours
        names = {_words(partner.name) for partner in self._book.partners} | self._people
        return None if any(name in _words(ours) for name in names) else ours

    def _is_person(self, partner: Partner) -> bool:
        party = self._labels.party(partner.party).id if partner.party else None
        if partner.kind == "individual" or (partner.kind is None and party in _INDIVIDUALS):
            return True
        # A first name alone proves nothing inside a longer name: it may be a street, or a saint.
        own = _words(partner.name)
        return any(name == own or (name in own and name.count(" ") > 2) for name in self._people)


def _words(name: str) -> str:
    """A name between spaces, without its signs, so that ``in`` finds whole words only."""
    return " " + " ".join("".join(c if c.isalnum() else " " for c in key(name)).split()) + " "
