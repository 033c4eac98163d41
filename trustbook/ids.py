"""IDs: random, short, easy to read aloud, and ending in a letter so that the fill handle never
counts them up.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from trustbook.columns import Sheet
from trustbook.snapshot import CellFault

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
    ways = len(_SIGNS) ** (_LENGTH[prefix] - 1) * len(_LETTERS)
    while len(fresh) < count:
        identity = f"{prefix}-{_spelled(secrets.randbelow(ways), _LENGTH[prefix])}"
        if identity not in used:
            used.add(identity)
            fresh.append(identity)
    return fresh


def _spelled(number: int, length: int) -> str:
    """A number as ``length`` signs, of which the last is a letter: each number in its own way."""
    number, last = divmod(number, len(_LETTERS))
    signs = ""
    for _ in range(length - 1):
        number, at = divmod(number, len(_SIGNS))
        signs += _SIGNS[at]
    return signs + _LETTERS[last]


_OURS = re.compile(
    "|".join(f"{p}-[{_SIGNS}]{{{n - 1}}}[{_LETTERS}]" for p, n in _LENGTH.items()), re.IGNORECASE
)


def is_ours(identity: str) -> bool:
    """Whether ``identity`` looks like one that was given by trustbook, so that no two people typed
    it by chance.
    """
    return _OURS.fullmatch(identity) is not None


# Looser than what is given: IDs that people made up after our example have served as IDs so far.
_LIKE_OURS = re.compile(rf"(?:{'|'.join(_LENGTH)})-[0-9A-Z]{{1,8}}", re.IGNORECASE)


def is_like_ours(identity: str) -> bool:
    """Whether ``identity`` has the form of our IDs, given by trustbook or made up by people."""
    return _LIKE_OURS.fullmatch(identity) is not None


def is_own_numbering(cells: Iterable[object]) -> bool:
    """Whether a column called ID holds numbers of the coordinator's own: ``1``, ``2``, ``S-3``.

    That is so where more cells hold something else than an ID of our form: a slip in one of many
    IDs is a slip.
    """
    said = (cell for cell in cells if not isinstance(cell, CellFault | bool | None))
    written = [text for cell in said if (text := str(cell).strip())]
    return 2 * sum(map(is_like_ours, written)) < len(written)


def sheet_ids(sheet: Sheet, count: int, taken: Iterable[str | None]) -> list[str]:
    """Fresh IDs for rows of ``sheet``."""
    return new_ids(sheet.prefix, count, taken)
