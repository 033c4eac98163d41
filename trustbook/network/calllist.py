"""The call list for a crisis: per phenomenon and area whom to ring, warm first, and who can help
with what.
"""

from __future__ import annotations

from collections.abc import Sequence
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
_TIERS = ("core", "wider", "national", "civil_society", None)


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One line: a partner (position in ``Book.partners``), whom to ask for and who deputises, each
    with a work phone.

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
    """The lines under one heading. ``phenomenon`` and ``area`` are labels, None for all of them and
    everywhere.
    """

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
    """The call list as of ``today``, in groups: first what holds for all and everywhere, then as
    the catalogue goes.

    With ``phenomenon`` (a label or stable key) everybody who stands for it goes in one group, who
    stands for all included; the same with ``area``. A partner of two phenomena stands under both.
    Who ended is left out.
    """
    labels = Labels(book.settings)
    wanted = labels.phenomenon(phenomenon).key if phenomenon else None
    groups: dict[tuple[str, str], list[CallEntry]] = {}
    # One spelling per area: that of Settings, else the first in Partners.
    cells = [*book.settings.areas, *(partner.area for partner in book.partners), area]
    names = {key(place): place for cell in reversed(cells) for place in reversed(areas(cell))}
    for entry in _entries(book, verdicts, today):
        partner = book.partners[entry.partner]
        if (wanted and partner.phenomena and wanted not in partner.phenomena) or not in_area(
            partner.area, area
        ):
            continue
        for one in [wanted] if wanted else partner.phenomena or [""]:
            for place in [area] if area else areas(partner.area) or [""]:
                groups.setdefault((one, key(place)), []).append(entry)
    order = {choice.key: at for at, choice in enumerate(phenomena(), start=1)} | {"": 0}
    return [
        CallGroup(
            labels.phenomenon(one).label(book.lang) if one else None,
            names.get(place),
            tuple(entries),
        )
        for (one, place), entries in sorted(
            groups.items(), key=lambda group: (order.get(group[0][0], len(order)), *group[0])
        )
    ]


def who_can_help(
    groups: Sequence[CallGroup], book: Book
) -> list[tuple[str, tuple[CallEntry, ...]]]:
    """The partners of these groups by what they offer, each once: label of the offer, lines warm
    first.
    """
    entries = {entry.partner: entry for group in groups for entry in group.entries}
    offered: dict[str, tuple[str, list[CallEntry]]] = {}
    for entry in sorted(
        entries.values(), key=lambda entry: _order(book.partners[entry.partner], entry)
    ):
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
    """What a partner offers, key to label; own words keep their spelling, and may share a cell with
    ``;``.
    """
    found = {}
    for piece in (piece.strip() for offer in partner.offers for piece in offer.split(";")):
        choice = choice_names(OFFERS).get(key(piece))
        found[choice.key if choice else key(piece)] = choice.label(lang) if choice else piece
    return found


def _entries(book: Book, verdicts: Sequence[Verdict], today: date) -> list[CallEntry]:
    duty = CurrentContacts(book, today)
    entries = [
        _entry(book.partners[verdict.partner], verdict, duty)
        for verdict in verdicts
        if verdict.status != "ended"
    ]
    return sorted(entries, key=lambda entry: _order(book.partners[entry.partner], entry))


def _entry(partner: Partner, verdict: Verdict, duty: CurrentContacts) -> CallEntry:
    people = duty.at(verdict.partner)
    first, deputy = (people[0] if people else None), (people[1] if len(people) > 1 else None)
    itself = partner.name if partner.kind == "individual" else None
    return CallEntry(
        verdict.partner,
        verdict.status,
        first.name if first else itself,
        first.role if first else None,
        first.phone if first else None,
        deputy.name if deputy else None,
        deputy.role if deputy else None,
        deputy.phone if deputy else None,
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
