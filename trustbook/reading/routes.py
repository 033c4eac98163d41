"""The list of routes: who coordinates what, and where a worry goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from trustbook.agreements import WHO_IN_ROUTE, RouteContact
from trustbook.model import Person, Route
from trustbook.names import key
from trustbook.reading.cells import Reader
from trustbook.reading.phenomena import unread_phenomena
from trustbook.reading.references import Directory, Unresolved

_LEFT = ("not_in_office", "no_home")


def read_routes(
    reader: Reader,
    names: Directory,
    people: Sequence[Person],
    phenomena: Sequence[tuple[str, ...]],
    is_function: Callable[[str], bool],
    today: date,
) -> list[Route]:
    """Every route with a subject. Who is named on no list and is no function is reported.

    ``phenomena``: those of each row; ``is_function``: whether a text names a kind of partner, a
    colleague or our own organisation.
    """
    subjects, hours, where = (reader.texts(one) for one in ("subject", "outside_hours", "where"))
    agreed, unread = reader.dates("agreed_on"), unread_phenomena(reader, phenomena)
    cells = {name: reader.texts(name) for name in WHO_IN_ROUTE}
    looking = _Looking(reader, names, people, is_function, today)
    routes = []
    for i, row in enumerate(reader.listing.rows):
        subject = subjects[i]
        if subject is None:
            reader.required("subject", i)
            continue
        who = {name: looking.read(name, i, texts[i]) for name, texts in cells.items()}
        about = (phenomena[i], hours[i], where[i], agreed[i], who, unread[i])
        routes.append(Route(subject, row, *about))
    return routes


class _Looking:
    """Finds whom the cells of one list of routes name."""

    def __init__(
        self,
        reader: Reader,
        names: Directory,
        people: Sequence[Person],
        is_function: Callable[[str], bool],
        today: date,
    ) -> None:
        self._reader, self._names, self._today = reader, names, today
        self._is_function = is_function
        self._roles = {key(one.name): one.role for one in people}

    def read(self, name: str, i: int, text: str | None) -> tuple[RouteContact, ...]:
        """The contacts of one cell."""
        pieces = self._names.split(text) if text else []
        return tuple(self._contact(name, i, piece) for piece in pieces)

    def _contact(self, name: str, i: int, piece: str) -> RouteContact:
        found = self._names.find(piece, self._today)
        if not isinstance(found, Unresolved):
            partners = () if found.kind == "consultation" else found.partners
            is_person = found.kind == "person"
            return RouteContact(piece, partners, is_person, self._role(piece, is_person))
        if self._is_function(piece):
            return RouteContact(piece)
        code = "route_left" if found.code in _LEFT else "route_unknown"
        self._reader.note(code, "warning", name, i, piece=found.piece, hints=found.hints)
        # Who is on no list may be a person, until somebody answers that it is a function.
        return RouteContact(piece, person=found.code != "answered")

    def _role(self, piece: str, is_person: bool) -> str | None:
        bare = piece.partition("(")[0]
        return self._roles.get(key(piece)) or self._roles.get(key(bare)) if is_person else None
