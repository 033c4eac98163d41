"""Who coordinates what, where a worry goes: for colleagues, for partners, for the next holder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from trustbook.agreements import WHO_IN_ROUTE, Route, RouteContact
from trustbook.model import Book, Partner
from trustbook.names import holders_in, joined_names, key
from trustbook.network.labels import Labels


def agreed_routes(routes: Iterable[Route], phenomenon: str | None = None) -> list[Route]:
    """The routes that lead somewhere, of a phenomenon (a key) and those for all; None: every one.

    In the order of the sheet.
    """
    return [one for one in routes if one.is_agreed and one.is_for(phenomenon)]


def routes_beside(book: Book, partner: Partner) -> list[Route]:
    """The routes of any of a partner's phenomena; all of them where its cell is blank."""
    agreed = agreed_routes(book.routes)
    if partner.stands_for(""):
        return agreed
    return [one for one in agreed if any(map(one.is_for, partner.phenomena or ("",)))]


def routes_held(book: Book, holder: str, theirs: Collection[int]) -> list[Route]:
    """The routes that name ``holder``, or a partner (position) of theirs."""
    return [one for one in agreed_routes(book.routes) if _names(one, holder, theirs)]


def _names(route: Route, holder: str, theirs: Collection[int]) -> bool:
    contacts = route.contacts()
    named = {key(name) for one in contacts for name in holders_in(one.text)}
    return key(holder) in named or any(set(theirs) & set(one.partners) for one in contacts)


def routes_json(book: Book, routes: Iterable[Route], inside: bool = True) -> list[dict[str, Any]]:
    """The routes as plain values: phenomena as labels (none for all), the day as a date.

    Not ``inside``: as a partner may read it. A contact person is then shown by role and partner,
    and an individual only where it shares its card.
    """
    labels = Labels(book.settings)
    return [
        {
            "subject": one.subject,
            "phenomena": _phenomena(one, labels, book.lang),
            **{cell: _who(book, one.who.get(cell, ()), inside) for cell in WHO_IN_ROUTE},
            "outside_hours": one.outside_hours,
            "where": one.where,
            "agreed_on": one.agreed_on,
        }
        for one in routes
    ]


def _phenomena(route: Route, labels: Labels, lang: str) -> list[str]:
    """The phenomena of a route as labels, none for all; what is not understood as it was typed."""
    if route.unread is not None:
        return [route.unread]
    return [labels.phenomenon(name).label(lang) for name in route.phenomena]


def _who(book: Book, contacts: Sequence[RouteContact], inside: bool) -> str | None:
    """The contacts of one cell in a line; None where nobody is to be shown."""
    told = [one.text if inside else _outside(book, one) for one in contacts]
    return "; ".join(filter(None, told)) or None


def _outside(book: Book, contact: RouteContact) -> str:
    """A contact without the name of a person who did not say yes to that."""
    named = [book.partners[at] for at in contact.partners]
    told = joined_names(one.name for one in named if one.share_card or one.kind != "individual")
    if not contact.person:
        return told if named else contact.text
    return f"{contact.role} ({told})" if contact.role and told else told
