"""A drill in calm times: some lines of the call list, drawn by lot, to be rung."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from trustbook.health.verdict import Verdict
from trustbook.model import Book
from trustbook.names import telephone_number
from trustbook.network.calllist import CallGroup, call_groups

LINES = 5
_RESTING = ("paused",)


def drill(
    book: Book, verdicts: Sequence[Verdict], today: date, seed: int, phenomenon: str | None = None
) -> list[dict[str, Any]]:
    """Five lines of the call list with a number, or all there are, the same for the same ``seed``.

    Who is at rest is left alone.
    """
    groups = call_groups(book, verdicts, today, phenomenon)
    lines = _lines(book, groups)
    return random.Random(seed).sample(lines, min(LINES, len(lines)))


def _lines(book: Book, groups: Sequence[CallGroup]) -> list[dict[str, Any]]:
    """Every partner of the call list that can be rung, once, in an order that rests on names."""
    found: dict[int, dict[str, Any]] = {}
    for group in groups:
        for entry in group.entries:
            if telephone_number(entry.phone) and entry.status not in _RESTING:
                partner = book.partners[entry.partner]
                line = {
                    "phenomenon": group.phenomenon,
                    "party": partner.party,
                    "id": partner.id,
                    "name": partner.name,
                    "person": entry.person,
                    "phone": entry.phone,
                }
                found.setdefault(entry.partner, line)
    return sorted(found.values(), key=lambda line: (line["name"], line["id"] or ""))
