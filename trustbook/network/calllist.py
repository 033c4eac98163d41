"""The call list for a crisis: whom to ring, warm first, and who can help with what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.catalogue import phenomena
from trustbook.columns import OFFERS, choice_names
from trustbook.health.verdict import Verdict
from trustbook.model import Book, Partner
from trustbook.names import key
from trustbook.network.labels import Labels, areas, in_area
from trustbook.network.people import CurrentContacts

# Whom we spoke lately picks up first; who is cold is rung last, and marked.
WARM_FIRST = ("warm", "cooling", "crisis_only", "new", "paused", "cold")
_Heading = tuple[str, str]
"""Keys of a phenomenon and an area; blank for all of them and everywhere."""

_TIERS = ("core", "wider", "national", "civil_society", None)


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One line: a partner (position), whom to ask for and who deputises, each with a work phone.

    The person to ask for at an individual of whom nobody stands in People is the individual.
    """

    partner: int
    status: str
    person: str | None
    role: str | None
    phone: str | None
    deputy: str | None
    deputy_role: str | None
    deputy_phone: str | None
    last_sunny: date | None


@dataclass(frozen=True, slots=True)
class CallGroup:
    """The lines under one heading: labels of phenomenon and area, None for all and everywhere."""

    phenomenon: str | None
    area: str | None
    entries: tuple[CallEntry, ...]


def call_groups(
    book: Book,
    verdicts: Sequence[Verdict],
    today: date,
    phenomenon: str | None = None,
    area: str | None = None,
) -> list[CallGroup]:
    """The call list as of ``today``: what holds for all first, then as the catalogue goes.

    With ``phenomenon`` (a label or stable key) everybody who stands for it goes in one group, who
    stands for all included; the same with ``area``. A partner of two phenomena stands under both.
    Who ended is left out.
    """
    labels = Labels(book.settings)
    wanted = labels.phenomenon(phenomenon).key if phenomenon else None
    groups: dict[_Heading, list[CallEntry]] = {}
    for entry in _entries(book, verdicts, today):
        for heading in _headings(book.partners[entry.partner], wanted, area):
            groups.setdefault(heading, []).append(entry)
    spelling = _area_names(book, area)
    return [
        CallGroup(
            labels.phenomenon(one).label(book.lang) if one else None,
            spelling.get(place),
            tuple(groups[one, place]),
        )
        for one, place in sorted(groups, key=_catalogue_order())
    ]


def _headings(partner: Partner, wanted: str | None, area: str | None) -> list[_Heading]:
    """Under which headings a partner stands: none where what is asked for is not its business."""
    if not in_area(partner.area, area):
        return []
    # What is not understood stands under its own heading, as it was typed: nobody drops out.
    named: Sequence[str] = partner.phenomena or [partner.unread_phenomena or ""]
    if wanted:
        named = [wanted] if partner.stands_for(wanted) else []
    places = [area] if area else areas(partner.area) or [""]
    return [(one, key(place)) for one in named for place in places]


def _area_names(book: Book, area: str | None) -> dict[str, str]:
    """One spelling per area: that of Settings, else the first in Partners."""
    cells = [*book.settings.areas, *(partner.area for partner in book.partners), area]
    return {key(place): place for cell in reversed(cells) for place in reversed(areas(cell))}


def _catalogue_order() -> Callable[[_Heading], tuple[int, str, str]]:
    """Sorts headings: all phenomena first, then as the catalogue goes, then those of our own."""
    order = {choice.key: at for at, choice in enumerate(phenomena(), start=1)} | {"": 0}
    return lambda heading: (order.get(heading[0], len(order)), *heading)


def who_can_help(
    groups: Sequence[CallGroup], book: Book
) -> list[tuple[str, tuple[CallEntry, ...]]]:
    """The partners of these groups by the label of what they offer, each once, warm first."""
    entries = {entry.partner: entry for group in groups for entry in group.entries}
    offered: dict[str, tuple[str, list[CallEntry]]] = {}
    for entry in _in_order(book, entries.values()):
        for name, label in _offers(book.partners[entry.partner], book.lang).items():
            offered.setdefault(name, (label, []))[1].append(entry)
    order = {choice.key: at for at, choice in enumerate(OFFERS)}
    return [
        (label, tuple(found))
        for _, (label, found) in sorted(
            offered.items(), key=lambda one: (order.get(one[0], len(order)), one[0])
        )
    ]


def _offers(partner: Partner, lang: str) -> dict[str, str]:
    """What a partner offers, key to label; own words keep their spelling."""
    found = {}
    pieces = (piece for offer in partner.offers for piece in offer.split(";"))
    for piece in map(str.strip, pieces):
        choice = choice_names(OFFERS).get(key(piece))
        found[choice.key if choice else key(piece)] = choice.label(lang) if choice else piece
    return found


def _entries(book: Book, verdicts: Sequence[Verdict], today: date) -> list[CallEntry]:
    contacts = CurrentContacts(book, today)
    return _in_order(
        book,
        [
            _entry(book.partners[verdict.partner], verdict, contacts)
            for verdict in verdicts
            if verdict.status != "ended"
        ],
    )


def _in_order(book: Book, entries: Iterable[CallEntry]) -> list[CallEntry]:
    """The lines as they are rung: warm first."""
    return sorted(entries, key=lambda entry: _order(book.partners[entry.partner], entry))


def _entry(partner: Partner, verdict: Verdict, contacts: CurrentContacts) -> CallEntry:
    itself = partner.name if partner.kind == "individual" else None
    reached = [
        (person.name, person.role, person.phone) for person in contacts.at(verdict.partner)[:2]
    ]
    person, role, phone = reached[0] if reached else (itself, None, None)
    deputy, deputy_role, deputy_phone = reached[1] if len(reached) > 1 else (None, None, None)
    return CallEntry(
        verdict.partner,
        verdict.status,
        person,
        role,
        phone,
        deputy,
        deputy_role,
        deputy_phone,
        verdict.last_sunny,
    )


def _order(partner: Partner, entry: CallEntry) -> tuple[int, int, str]:
    return WARM_FIRST.index(entry.status), _TIERS.index(partner.tier), key(partner.name)


def calllist_json(book: Book, entry: CallEntry) -> dict[str, object]:
    """One line as ``calllist --json`` shows it; the day as a date."""
    partner = book.partners[entry.partner]
    return {
        "id": partner.id,
        "name": partner.name,
        "party": partner.party,
        "tier": partner.tier,
        "status": entry.status,
        "person": entry.person,
        "role": entry.role,
        "phone": entry.phone,
        "deputy": entry.deputy,
        "deputy_role": entry.deputy_role,
        "deputy_phone": entry.deputy_phone,
        "last_sunny": entry.last_sunny,
    }
