"""The rows that a book of ``init`` proposes: as long as nobody edited one, it is nobody's work."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product

from trustbook.catalogue import find_party, phenomena, proposals, proposed_routes
from trustbook.columns import REQUIRED, ROUTES, TIERS, Sheet, find_column
from trustbook.merge.cell_codec import Row, Value
from trustbook.messages import LANGUAGES
from trustbook.names import key

_Shape = frozenset[tuple[str, Value]]


def is_proposed(sheet: Sheet, row: Row) -> bool:
    """Whether a row stands there as ``init`` made it, in either language."""
    shapes = _SHAPES.get(sheet.key)
    return shapes is not None and _shape(row) in shapes()


def _shape(row: Row) -> _Shape:
    cells = ((name, key(value) if isinstance(value, str) else value) for name, value in row.items())
    return frozenset(cells)


@cache
def _routes() -> frozenset[_Shape]:
    return frozenset(
        _shape({"subject": subject}) for lang in LANGUAGES for subject in proposed_routes(lang)
    )


@cache
def _required() -> frozenset[_Shape]:
    named = {one.key: one for one in phenomena()}
    found = set()
    for line, lang in product(proposals(), LANGUAGES):
        party = find_party(line.party)
        assert party is not None and party.tier is not None, line.party
        row: Row = {
            "phenomenon": named[line.phenomenon].label(lang),
            "party": party.label(lang),
            "tier": find_column(TIERS, party.tier).label(lang),
            "minimum": line.minimum,
        }
        if condition := line.condition(lang):
            row["condition"] = condition
        found.add(_shape(row))
    return frozenset(found)


_SHAPES: dict[str, Callable[[], frozenset[_Shape]]] = {
    REQUIRED.key: _required,
    ROUTES.key: _routes,
}
