"""A contact as a source tells it, before it is known whom it means. It is never kept like this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from trustbook.errors import TrustbookError


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody who was asked to a meeting: a name and an e-mail address, "" where not told."""

    name: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class FoundContact:
    """One contact on a ``day``.

    ``key`` is what it is known by in its source, ``series`` what all that belong together have in
    common ("" for one that stands alone); a contact that moves keeps both. ``title`` may name
    somebody, ``names`` are names that must (as a cell With has them). ``kind`` is a key of
    columns.MOMENT_KINDS. ``cells`` are further cells of the row, by column key; ``sheet`` is
    "moments", or "people" for a card.
    """

    key: str
    day: date
    source: str
    title: str = ""
    names: str = ""
    invited: tuple[Invitee, ...] = ()
    series: str = ""
    kind: str | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    sheet: str = "moments"

    @property
    def is_listed(self) -> bool:
        """Whether a list or a form told it, as a row of its own."""
        return self.sheet == "moments" and bool(self.names)


@dataclass(slots=True)
class Findings:
    """What was found in one or more sources, and how many were left out, by why."""

    contacts: list[FoundContact] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    # The series that were seen whole: of those, what is not among the contacts is gone.
    series: set[str] = field(default_factory=set)
    # What was called off, by the keys that the contacts would have.
    cancelled: set[str] = field(default_factory=set)
    # What could not be read, each with its place and its remedy.
    faults: list[TrustbookError] = field(default_factory=list)
    _by_key: dict[str, FoundContact] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._by_key.update((one.key, one) for one in self.contacts)

    def add(self, other: Findings) -> None:
        """Take in what was found elsewhere; what is known by the same key is the same contact."""
        for contact in other.contacts:
            self.put(contact)
        self.skipped += other.skipped
        self.series |= other.series
        self.cancelled |= other.cancelled
        self.faults += other.faults

    def put(self, contact: FoundContact) -> None:
        """Take in one contact. Rows of lists that say something else are not the same, whatever
        they are known by.
        """
        before = self._by_key.get(contact.key)
        if before is not None and contact.is_listed and _said(before) != _said(contact):
            contact = replace(contact, key=f"{contact.key}|{_said(contact)}")
            before = self._by_key.get(contact.key)
        if before is None:
            self._by_key[contact.key] = contact
            self.contacts.append(contact)


def _said(contact: FoundContact) -> str:
    return f"{contact.day}|{contact.names}|{contact.kind}|{sorted(contact.cells.items())}"


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are looked at, both included; of a series only those up to ``series_until``."""

    first: date
    last: date
    series_until: date

    def leaves_out(self, day: date) -> str:
        """Why a day is not looked at; "" for one that is."""
        if self.holds(day):
            return ""
        return "older" if day < self.first else "other_days"

    def holds(self, day: date) -> bool:
        """Whether a day is looked at."""
        return self.first <= day <= self.last
