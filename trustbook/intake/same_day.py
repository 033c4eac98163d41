"""Several events of one calendar on one day with one partner: each is a contact of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from trustbook.intake.contacts import FoundContact
from trustbook.intake.matching import Matched
from trustbook.names import key


class SameDay:
    """Knows which of some contacts share their calendar and their day. ``match`` says whom one
    means.

    Events of two calendars may be one meeting under two titles; those of one calendar are not.
    """

    def __init__(
        self, contacts: Iterable[FoundContact], match: Callable[[FoundContact], Matched]
    ) -> None:
        self._match = match
        self._matched: dict[str, Matched] = {}
        self._days: dict[tuple[str, date], list[FoundContact]] = defaultdict(list)
        for one in contacts:
            if one.title:
                self._days[one.source, one.day].append(one)

    def match(self, contact: FoundContact) -> Matched:
        """Whom a contact means; asked once for each."""
        if contact.key not in self._matched:
            self._matched[contact.key] = self._match(contact)
        return self._matched[contact.key]

    def place(self, contact: FoundContact) -> int | None:
        """Which of the titles of that day, with some of the same partners, is that of a contact;
        None where there is no other.
        """
        peers = self._days.get((contact.source, contact.day), ())
        if not contact.title or len(peers) < 2:
            return None
        partners = {*self.match(contact).partners}
        alike = [one for one in peers if partners & {*self.match(one).partners}]
        titles = list(dict.fromkeys(key(one.title) for one in alike))
        return titles.index(key(contact.title)) if len(titles) > 1 else None
