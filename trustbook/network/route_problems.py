"""What is wrong with the routes: none where one is needed, one that leads to who is cold or gone,
one that was agreed long ago, or on a day ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.a1 import column_letters
from trustbook.agreements import WHO_IN_ROUTE, Requirement, Route
from trustbook.columns import Choice
from trustbook.health.facts import months_before
from trustbook.messages import LANGUAGES
from trustbook.model import Problem, Settings
from trustbook.network.labels import Labels
from trustbook.network.routes import agreed_routes
from trustbook.reading.lists import Listing

# How a partner stands to whom no worry should have to go first.
_FAR = {"cold": "route_cold", "crisis_only": "route_cold", "ended": "route_ended"}


@dataclass(frozen=True, slots=True)
class RoutedNetwork:
    """What of a book decides whether its routes hold: ``names`` are those of its partners, by
    position; sentences are in ``lang``.
    """

    routes: Sequence[Route]
    required: Sequence[Requirement]
    names: Sequence[str]
    settings: Settings
    lang: str


def route_problems(
    network: RoutedNetwork,
    statuses: Callable[[], Sequence[str]],
    listing: Listing | None,
    required: Listing | None,
    today: date,
) -> list[Problem]:
    """All that is to be checked of the routes of ``listing`` as of ``today``; ``required`` is the
    list that asks for them.

    ``statuses`` gives the status of every partner; it is asked only where a route names one. As
    long as nobody stands on Partners there is nothing to check.
    """
    if not network.names:
        return []
    found = [*_missing(network, listing, required)]
    if listing is None:
        return found
    found += _dated(network, listing, today)
    named = [(*place, at) for place in _cells(network.routes) for at in place[2]]
    if not named:
        return found
    now = statuses()
    for route, cell, _, at in named:
        if code := _FAR.get(now[at]):
            params = {"name": network.names[at], "subject": route.subject, "status": now[at]}
            found.append(_problem(code, listing, cell, route.row, **params))
    return found


def _cells(routes: Sequence[Route]) -> Iterator[tuple[Route, str, list[int]]]:
    """The cells of the routes that say who, each with the partners it names, each once."""
    for route in agreed_routes(routes):
        for cell in WHO_IN_ROUTE:
            yield (
                route,
                cell,
                sorted({at for one in route.who.get(cell, ()) for at in one.partners}),
            )


def _missing(
    network: RoutedNetwork, listing: Listing | None, required: Listing | None
) -> Iterator[Problem]:
    """A phenomenon with a required network for which nobody is the first contact. A book without
    the sheet is asked where the phenomenon is required: sync adds no sheet.
    """
    for phenomenon, need in _without_route(network):
        told = {f"piece_{lang}": phenomenon.label(lang) for lang in LANGUAGES}
        told["piece"] = phenomenon.label(network.lang)
        if listing:
            told["how"] = "route_row"
            yield _problem("route_missing", listing, "first_contact", None, **told)
        elif required:
            told["how"] = "route_sheet"
            yield _problem("route_missing", required, "phenomenon", need.row, **told)


def _without_route(network: RoutedNetwork) -> Iterator[tuple[Choice, Requirement]]:
    """Each such phenomenon, with the first line that requires it."""
    labels = Labels(network.settings)
    asked: dict[Choice, Requirement] = {}
    for need in network.required:
        if need.relevant and need.minimum:
            asked.setdefault(labels.phenomenon(need.phenomenon), need)
    for phenomenon, need in asked.items():
        name = phenomenon.key
        if not any(one.has_first_contact and one.is_for(name) for one in network.routes):
            yield phenomenon, need


def _dated(network: RoutedNetwork, listing: Listing, today: date) -> Iterator[Problem]:
    """What was agreed long ago, and what is to be agreed on a day ahead."""
    months = network.settings.familiarity_months
    limit = months_before(today, months)
    for route in agreed_routes(network.routes):
        if route.agreed_on is None or limit <= route.agreed_on <= today:
            continue
        code = "route_old" if route.agreed_on < limit else "route_ahead"
        params = {"subject": route.subject, "day": route.agreed_on, "months": months}
        yield _problem(code, listing, "agreed_on", route.row, **params)


def _problem(
    code: str, listing: Listing, column: str, row: int | None, **params: object
) -> Problem:
    number = listing.columns.get(column)
    cell = f"{column_letters(number)}{row or listing.header_row}" if number else None
    header = listing.header(column)
    return Problem(code, "warning", listing.title, row, header, cell, None, params)
