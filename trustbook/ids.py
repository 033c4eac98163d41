"""IDs: random, short, easy to read aloud, and ending in a letter so that the fill handle never
counts them up.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from trustbook.columns import Sheet

# No vowels (no words by accident), no 0, 1, I, L, O (misread).
_LETTERS = "BCDFGHJKMNPQRSTVWXZ"
_SIGNS = "23456789" + _LETTERS
# Moments are many: two signs more keep them as unlikely to be tried twice as partners.
_LENGTH = {"P": 4, "C": 4, "M": 6, "B": 8}


def new_ids(prefix: str, count: int, taken: Iterable[str | None]) -> list[str]:
    """``count`` fresh IDs such as ``P-7KQX`` that are not among ``taken`` (whatever their case)."""
    if not count:
        return []
    used = {identity.upper() for identity in taken if identity}
    fresh: list[str] = []
    while len(fresh) < count:
        signs = [secrets.choice(_SIGNS) for _ in range(_LENGTH[prefix] - 1)]
        identity = f"{prefix}-{''.join(signs)}{secrets.choice(_LETTERS)}"
        if identity not in used:
            used.add(identity)
            fresh.append(identity)
    return fresh


_OURS = re.compile(
    "|".join(f"{p}-[{_SIGNS}]{{{n - 1}}}[{_LETTERS}]" for p, n in _LENGTH.items()), re.IGNORECASE
)


def is_ours(identity: str) -> bool:
    """Whether ``identity`` looks like one that was given by trustbook, so that no two people typed
    it by chance.
    """
    return _OURS.fullmatch(identity) is not None


def sheet_ids(sheet: Sheet, count: int, taken: Iterable[str | None]) -> list[str]:
    """Fresh IDs for rows of ``sheet``."""
    return new_ids(sheet.prefix, count, taken)
