"""A contact as a source tells it, before it is known whom it means. It is never kept like this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from trustbook.errors import TrustbookError
from trustbook.intake.form_faults import FormFault
from trustbook.intake.marks import mark_of
from trustbook.names import key as as_known


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody who was asked to a meeting: a name and an e-mail address, "" where not told."""

    name: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class FoundContact:
    """One contact on a ``day``.

    ``key`` is what it is known by in its source, ``series`` what all that belong together have in
    common ("" for one that stands alone); a contact that moves keeps both. ``formerly`` is the key
    that earlier versions gave it, "" for the same. ``title`` may name
    somebody, ``names`` are names that must (as a cell With has them). ``kind`` is a key of
    columns.MOMENT_KINDS. ``cells`` are further cells of the row, by column key; ``sheet`` is
    "moments", or "people" for a card. ``named_at``: what to tell of the place of its names, in a
    form or a list, where one of them is unknown, ``named_beside`` the column (number, header) of
    names (in one spelling) that stand elsewhere in that row. Of two editions of one event the
    higher number is later.
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
    edition: int = 0
    named_at: FormFault | None = None
    named_beside: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    formerly: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether a list or a form told it, as a row of its own."""
        return self.sheet == "moments" and bool(self.names)

    def called(self, secret: bytes) -> str:
        """A mark of what a moment is called; "" for a card."""
        return (
            mark_of(secret, as_known(self.title or self.names)) if self.sheet == "moments" else ""
        )

    def places_of(self, unknown: str) -> list[FormFault]:
        """What to tell of the places of unknown names (by "; ")."""
        if self.named_at is None:
            return []
        usual = (self.named_at.column, self.named_at.header)
        found = (self.named_beside.get(as_known(one), usual) for one in unknown.split("; "))
        return [
            replace(self.named_at, column=column, header=header)
            for column, header in dict.fromkeys(found)
        ]

    def said_of(self, secret: bytes) -> str:
        """What is remembered of it: its day, and what it is called (as Proposal.said_of)."""
        return f"{self.day.isoformat()} {self.called(secret)}"


def under_former_keys(
    contacts: Iterable[FoundContact], known: Collection[str], secret: bytes
) -> list[FoundContact]:
    """The contacts, each under the key that an earlier version gave it where that is ``known`` (the
    marks of those) and the key of now is not.
    """
    return [
        replace(one, key=one.formerly)
        if one.formerly
        and mark_of(secret, one.key) not in known
        and mark_of(secret, one.formerly) in known
        else one
        for one in contacts
    ]


@dataclass(slots=True)
class Findings:
    """What was found in one or more sources, and how many were left out, by why."""

    contacts: list[FoundContact] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    # The series that were seen whole: of those, what is not among the contacts is gone, as far as
    # the days go that were looked at.
    series: set[str] = field(default_factory=set)
    days: Window | None = None
    # What was called off, by the key that the contact would have and its title in one spelling,
    # with the edition that says so.
    cancelled: dict[tuple[str, str], int] = field(default_factory=dict)
    # What could not be read, each with its place and its remedy; of answers to a form the cells.
    faults: list[TrustbookError] = field(default_factory=list)
    form_faults: list[FormFault] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._places.update((one.key, place) for place, one in enumerate(self.contacts))

    def add(self, other: Findings) -> None:
        """Take in what was found elsewhere; what is known by the same key is the same contact."""
        for contact in other.contacts:
            self.put(contact)
        self.skipped += other.skipped
        self.series |= other.series
        self.days = self.days or other.days
        for name, edition in other.cancelled.items():
            self.cancelled[name] = max(edition, self.cancelled.get(name, edition))
        self.faults += other.faults
        self.form_faults += other.form_faults

    def put(self, contact: FoundContact) -> None:
        """Take in one contact, of two editions of an event the later one.

        What says something else is not the same, whatever it is known by: programs give one UID to
        many events, and one number to many rows.
        """
        place = self._places.get(contact.key)
        if place is None:
            self._places[contact.key] = len(self.contacts)
            self.contacts.append(contact)
        elif other := _told_apart(self.contacts[place], contact):
            self.put(replace(contact, key=f"{contact.key}|{other}", series=""))
        elif contact.edition > self.contacts[place].edition:
            self.contacts[place] = contact

    def looks_at(self, day: date) -> bool:
        """Whether a day is among those that were looked at."""
        return self.days is None or self.days.holds(day)

    def is_off(self, contact: FoundContact) -> bool:
        """Whether a later edition, in another source, says that a contact was called off."""
        titles = (as_known(contact.title), "")
        names = ((one, title) for one in (contact.key, contact.series) for title in titles)
        return max(self.cancelled.get(name, -1) for name in names) > contact.edition


def _told_apart(before: FoundContact, contact: FoundContact) -> str:
    """What tells a contact from another with its key; "" where both are one."""
    if contact.is_listed:
        return _said(contact) if _said(before) != _said(contact) else ""
    if contact.sheet == "people":
        name = as_known(contact.cells["name"])
        return name if name != as_known(before.cells["name"]) else ""
    title = as_known(contact.title)
    if title != as_known(before.title):
        return title or "?"
    if contact.day != before.day and contact.edition == before.edition:
        return f"{title}|{contact.day}"
    return ""


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
