"""What was agreed beside the partners: at which tables we meet, which parties are needed, and who
coordinates what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

# The cells of a route that say who; the others say what, when and where.
WHO_IN_ROUTE: Final = ("first_contact", "coordinates", "deputy")


@dataclass(slots=True)
class Consultation:
    """An existing meeting structure; ``members`` are positions in ``Book.partners``, ``named``
    their identities by the normalised text that names each.
    """

    name: str
    row: int = 0
    members: tuple[int, ...] = ()
    rhythm: int | None = None
    chair: str | None = None
    next: date | None = None
    phenomena: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)

    def next_on(self, today: date) -> date | None:
        """The day it sits next: ``next``, or so many rhythms later; None where nobody can tell."""
        if self.next is None or self.next >= today:
            return self.next
        if not self.rhythm:
            return None
        rounds = -(-(today - self.next).days // self.rhythm)
        try:
            return self.next + timedelta(days=rounds * self.rhythm)
        except OverflowError:
            return None


@dataclass(slots=True)
class Requirement:
    """One line of the required network; labels as written."""

    phenomenon: str
    party: str
    row: int = 0
    tier: str | None = None
    area: str | None = None
    minimum: int = 1
    relevant: bool = True
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class RouteContact:
    """One piece of a cell of a route: the ``text``, and whom it means: ``partners`` (positions in
    ``Book.partners``), none where it is a function, a colleague or nobody known. ``person``: it
    names a contact person, in whose ``role``.
    """

    text: str
    partners: tuple[int, ...] = ()
    person: bool = False
    role: str | None = None


@dataclass(slots=True)
class Route:
    """Who coordinates a subject and where a worry goes; functions and partners, never a case.

    ``phenomena`` are keys, none for all; ``unread`` is what stands there where nothing of it is
    understood. ``who`` has the contacts of the cells of WHO_IN_ROUTE.
    """

    subject: str
    row: int = 0
    phenomena: tuple[str, ...] = ()
    outside_hours: str | None = None
    where: str | None = None
    agreed_on: date | None = None
    who: Mapping[str, tuple[RouteContact, ...]] = field(default_factory=dict)
    unread: str | None = None

    @property
    def is_agreed(self) -> bool:
        """Whether it leads anywhere: a row with a subject alone is a proposal to fill in."""
        return bool(self.contacts() or self.where or self.outside_hours)

    @property
    def has_first_contact(self) -> bool:
        """Whether it says with whom a worry begins."""
        return bool(self.who.get("first_contact"))

    def contacts(self) -> list[RouteContact]:
        """Everybody it names, the first contact first."""
        return [one for cell in WHO_IN_ROUTE for one in self.who.get(cell, ())]

    def is_for(self, phenomenon: str | None) -> bool:
        """Whether it holds for a phenomenon (a key); None asks for none in particular."""
        if phenomenon is None or phenomenon in self.phenomena:
            return True
        return not self.phenomena and self.unread is None
