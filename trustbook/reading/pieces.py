"""The pieces of a cell with names: split at ``;``, line breaks and commas, but for known names; and
at "+", "&" and "en" between known names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trustbook.names import clean

_BREAKS = re.compile(r"[;\r\n]+")
_JOINED = re.compile(r"\s*\+\s*|\s+(?:&|en|and)\s+", re.IGNORECASE)
_NOT = re.compile(r"(?:not|niet)\s*:\s*(.+)", re.IGNORECASE | re.DOTALL)


def who_was_not(piece: str) -> str | None:
    """Who was not there, where a piece says so ("not: X"); else None."""
    found = _NOT.fullmatch(piece)
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Splitter:
    """Splits cells with names. ``knows`` tells whether a text is a name as a whole; no name that is
    known has more commas than ``most_commas``; ``breaks``: some names have a ``;`` in them.
    """

    knows: Callable[[str], bool]
    most_commas: int
    breaks: bool

    def split(self, text: str) -> list[str]:
        """The pieces of a cell, as they are written."""
        if self.breaks and self.knows(text):
            return [clean(text)]
        pieces: list[str] = []
        for part in _BREAKS.split(text):
            piece = clean(part)
            if "," not in piece or self.knows(piece):
                pieces += [piece] if piece else []
            else:
                pieces += self._at_commas(part.split(","))
        return [bit for piece in pieces for bit in self._joined(piece)]

    def _joined(self, piece: str) -> list[str]:
        """The names in "Police + Mosque and GGD": the longest that are known, where that leaves
        nothing over; else the piece as it is.
        """
        if self.knows(piece):
            return [piece]
        seams = [seam.span() for seam in _JOINED.finditer(piece)]
        found, rest = [], [*seams, (len(piece), len(piece))]
        start = 0
        while seams and rest:
            taken = self._longest(piece[start:], [end - start for end, _ in rest])
            if not taken:
                return [piece]
            found.append(piece[start : rest[taken - 1][0]])
            start, rest = rest[taken - 1][1], rest[taken:]
        return found or [piece]

    def _longest(self, text: str, ends: list[int]) -> int:
        """How many of these ends the longest known name at the start of a text takes; 0: none."""
        many = range(len(ends), 0, -1)
        return next((n for n in many if self.knows(text[: ends[n - 1]])), 0)

    def _at_commas(self, bits: list[str]) -> Iterator[str]:
        """The longest names that are known, "not:" before them left aside; else bit by bit."""
        at = 0
        while at < len(bits):
            longest = min(at + 1 + self.most_commas, len(bits))
            wholes = ((end, clean(",".join(bits[at:end]))) for end in range(longest, at + 1, -1))
            known = (end for end, whole in wholes if self.knows(who_was_not(whole) or whole))
            end = next(known, at + 1)
            if piece := clean(",".join(bits[at:end])):
                yield piece
            at = end
