"""What of a book can be exported, in which forms, and the file of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from trustbook.errors import UsageError
from trustbook.health.verdict import Verdict
from trustbook.model import Book
from trustbook.names import fit_all
from trustbook.network.calllist import CallEntry, call_groups, calllist_json
from trustbook.outbox.calendar import due_calendar
from trustbook.outbox.cards import call_cards
from trustbook.outbox.csv_text import csv_text
from trustbook.outbox.lists import as_table, everything, typed_rows, with_verdicts
from trustbook.reading.listing import Listing

# By what is exported, the endings of its file; the first is taken where nobody says.
FORMS: Mapping[str, Sequence[str]] = {
    "due": ("ics",),
    "calllist": ("vcf",),
    "partners": ("csv", "json"),
    "moments": ("csv", "json"),
    "all": ("json",),
    "counts": ("json",),  # made by trustbook/region, which stands above this room
}
# What is exported while a sync would stop: in a crisis an old list of numbers is better than none.
EVEN_WHILE_STOPPED = "calllist"


@dataclass(frozen=True, slots=True)
class Exports:
    """A book to be exported as of ``today``; ``lists`` are its lists as merged, by sheet, and
    ``book_id`` keeps what is made of it apart from another book's. ``memory``: the facts by which
    its lists are read.
    """

    book: Book
    verdicts: Sequence[Verdict]
    lists: Mapping[str, Listing]
    book_id: str
    today: date
    memory: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def rows(self, what: str) -> list[dict[str, Any]]:
        """The rows of "due", "calllist", "partners" or "moments", days as dates."""
        if what == "calllist":
            return [dict(calllist_json(self.book, one)) for one in self._entries()]
        if what == "moments":
            return typed_rows(self.lists["moments"]) if "moments" in self.lists else []
        told = with_verdicts(typed_rows(self.lists["partners"]), self.book, self.verdicts)
        return told if what == "partners" else [row for row in told if row["due"] is not None]

    def content(self, what: str) -> dict[str, Any]:
        """The same for machines; of "all" every list."""
        if what == "all":
            return everything(self.lists, self.book, self.memory)
        return {"rows": self.rows(what)}

    def file(self, what: str, form: str, now: datetime, vcard: str) -> bytes:
        """The bytes of the file; ``form`` is one of FORMS, ``vcard`` a version of cards.py.

        Raises UsageError for a call list without a single number.
        """
        if what == "due":
            return due_calendar(self.book, self.verdicts, self.book_id, self.today, now)
        if what == "calllist":
            if cards := call_cards(self.book, self._entries(), vcard):
                return cards
            raise UsageError("outbox.nobody_to_call")
        if form == "csv":
            header, rows = as_table(what, self.rows(what), self.book.lang)
            return csv_text(header, rows, self.book.lang).encode()
        told = fit_all({"schema_version": 1, "as_of": self.today, **self.content(what)})
        return json.dumps(told, indent=1, default=str, ensure_ascii=False).encode()

    def _entries(self) -> list[CallEntry]:
        groups = call_groups(self.book, self.verdicts, self.today)
        return [entry for group in groups for entry in group.entries]
