"""Undated facts (rhythm, tier, holder, …) as the ledger knew them on a day in the past."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from trustbook.ledger import Ledger
from trustbook.ledger.seating import members_before
from trustbook.merge.cell_codec import decode
from trustbook.merge.threeway import Event
from trustbook.names import clean, key
from trustbook.reading.lists import Listing
from trustbook.snapshot import CellValue

# What is recorded without a day of its own, and so counts as the ledger knew it on a day in the
# past.
UNDATED = {
    "partners": (
        "name",
        "rhythm",
        "tier",
        "party",
        "area",
        "phenomena",
        "holder",
        "paused_until",
        "snooze_until",
    ),
}


@dataclass(frozen=True, slots=True)
class AsKnown:
    """Lists whose undated facts are those of a day in the past.

    ``names``: what partners were called then, by identity; ``members``: who sat at which table.
    ``since``: "then" where the ledger knew the book by that day, "first" where it shows what it
    knew first, "now" for a day that is not past.
    """

    lists: Mapping[str, Listing]
    names: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: str = "now"

    def same_as(self, lists: Mapping[str, Listing]) -> bool:
        """Whether nothing was another thing that day than in ``lists``."""
        return not (self.names or self.members) and all(
            self.lists[name] is lists[name] for name in lists
        )


def as_known_on(
    ledger: Ledger, lists: Mapping[str, Listing], day: date, tonight: Iterable[Event] = ()
) -> AsKnown:
    """The lists with their undated facts as the ledger knew them on ``day``.

    ``tonight``: what this run learned and the journal does not tell yet. A day before the first run
    shows what was known first.
    """
    days = [(run, date.fromisoformat(at[:10])) for run, at, *_ in ledger.runs()]
    if not days:
        return AsKnown(lists, since="first")
    last = max((run for run, ran in days if ran <= day), default=0)
    then = _undone([*(event for *_, event in ledger.journal(after=last)), *tonight])
    shown = dict(lists)
    for sheet in UNDATED.keys() & lists.keys():
        shown[sheet] = _listing_then(lists[sheet], then)
    members = {
        name: members_before(json.loads(rounds), last + 1)
        for name, rounds in ledger.facts("members").items()
    }
    return AsKnown(shown, _names_then(then), members, "then" if last else "first")


def _undone(events: Iterable[Event]) -> dict[tuple[str, str, str], CellValue]:
    """What undated cells held before these events, by sheet, identity and column."""
    then: dict[tuple[str, str, str], CellValue] = {}
    for event in events:
        column = event.column or ""
        if event.what == "changed" and column in UNDATED.get(event.sheet, ()):
            then.setdefault((event.sheet, event.id, column), decode(event.old))
    return then


def _names_then(then: Mapping[tuple[str, str, str], CellValue]) -> dict[str, str]:
    return {
        one: clean(str(name))
        for (sheet, one, column), name in then.items()
        if (sheet, column) == ("partners", "name") and name is not None
    }


def _listing_then(listing: Listing, then: Mapping[tuple[str, str, str], CellValue]) -> Listing:
    sheet, identities = listing.sheet.key, identities_of(listing)
    cells: dict[str, list[object]] = {}
    for name in UNDATED[sheet]:
        told = {
            one: cell for (of, one, column), cell in then.items() if (of, column) == (sheet, name)
        }
        if told and name in listing.cells and name != "name":
            pairs = zip(identities, listing.cells[name], strict=True)
            cells[name] = [told.get(one, cell) for one, cell in pairs]
    return replace(listing, cells={**listing.cells, **cells}, withheld=None) if cells else listing


def identities_of(listing: Listing) -> list[str]:
    """Under what each row of a list is remembered: its ID where the list has any, else its name."""
    if listing.sheet.prefix and "id" in listing.columns:
        return [str(cell) for cell in listing.get("id")]
    return [key(str(name)) for name in listing.get("name")]
