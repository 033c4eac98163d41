"""What one book says of one status: the whole and its tiers, nothing under three to be worked out.

The reader is taken to know this very rule. So what is hidden beside a small number is chosen by a
fixed order, never by its size: the smallest, or the largest, would tell of the small one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from trustbook.overview.disclosure import FEWEST

# Which tier is hidden beside a small one; partners without a tier come last.
NO_TIER: Final = "none"
TIER_ORDER: Final = ("wider", "core", "national", "civil_society", NO_TIER)


def limit_status(counts: Mapping[str, int]) -> tuple[int | None, dict[str, int | None]]:
    """The whole of ``counts`` (partners by tier), and its parts; None for what is hidden.

    Where the whole is shown, no hidden part follows from it and the parts that are shown, nor must
    one be 1 or 2.
    """
    order = [tier for tier in TIER_ORDER if tier in counts]
    whole, shown = sum(counts.values()), _shown_beside(counts, order)
    if whole < FEWEST or shown is None:
        return None, dict.fromkeys(order)
    return whole, {tier: counts[tier] if tier in shown else None for tier in order}


def _shown_beside(counts: Mapping[str, int], order: Sequence[str]) -> Sequence[str] | None:
    """The tiers that can be shown beside the whole; None where it cannot be shown itself."""
    large = [tier for tier in order if counts[tier] >= FEWEST]
    few = sum(counts.values()) - sum(counts[tier] for tier in large)
    parts, beside = len(order) - len(large), 0
    while not _cannot_tell(parts, few, beside):
        if not large:
            return None
        beside += counts[large.pop(0)]
    return large


def _cannot_tell(parts: int, few: int, beside: int) -> bool:
    """Whether the sum of what is hidden leaves each of the small ``parts`` anything from 0 to 2.

    They are ``few`` together; larger ones hidden with them are ``beside``.
    """
    if parts == 0:
        return True
    if beside:
        return few + beside >= 2 * FEWEST - 1
    most = FEWEST - 1
    return most <= few <= most * (parts - 1)


def enough(count: int) -> int | None:
    """A count by itself; None under three."""
    return count if count >= FEWEST else None


def answered_of(asked: int, answered: int) -> tuple[int | None, int | None]:
    """How many were asked, and how many of them answered: neither they nor the others few."""
    others = asked - answered
    told = answered if answered >= FEWEST and (others == 0 or others >= FEWEST) else None
    return enough(asked), told


def came_and_went(came: int, went: int) -> tuple[int | None, int | None]:
    """Who is new and who was lost, both or neither: relations of two quarters tell one by one."""
    both = came >= FEWEST and went >= FEWEST
    return (came, went) if both else (None, None)
