"""Numbers that a sheet shows with zeros before them, as it does telephone numbers and postcodes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

# A text between quotes or behind a backslash is shown as it is; a language changes nothing.
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[\$-[0-9A-Fa-f,]*\]|([0#])|([ -])')
_SHOWN = re.compile(r"[0 -]*")


class PaddedNumber(int):
    """A whole number that a sheet shows as ``text``, which begins with a zero."""

    text: str

    @classmethod
    def of(cls, number: int, text: str) -> PaddedNumber:
        """The number with its text."""
        padded = cls(number)
        padded.text = text
        return padded


class FormatPiece(NamedTuple):
    """A piece of a number format: a place for a digit (0 or #), or a literal text."""

    text: str
    is_place: bool


@lru_cache(1000)
def zero_format(code: str) -> Sequence[FormatPiece] | None:
    """The pieces of a number format that has nothing but places for digits, zeros, spaces and
    dashes; None for any other.
    """
    section, marks, at = code.partition(";")[0], [], 0
    while found := _TOKEN.match(section, at):
        quoted, escaped, place, between = found.groups()
        at = found.end()
        if text := place or quoted or escaped or between:
            marks.append(FormatPiece(text, place is not None))
    places = "".join(mark.text for mark in marks if mark.is_place)
    literals = "".join(mark.text for mark in marks if not mark.is_place)
    pads = places.count("0") > 1 or "0" in literals
    # Programs differ about a place that may be blank behind one that may not.
    is_plain = at == len(section) and "0#" not in places and bool(_SHOWN.fullmatch(literals))
    return tuple(marks) if places and pads and is_plain else None


def as_shown(number: int, marks: Sequence[FormatPiece]) -> int:
    """A whole number in such a format: a PaddedNumber where a zero comes before it."""
    digits = [*str(number)]
    places = sum(mark.is_place for mark in marks)
    shown: list[str] = []
    for mark in reversed(marks):
        if not mark.is_place:
            shown.append(mark.text)
            continue
        places -= 1
        digit = "" if mark.text == "#" else "0"
        if digits:  # all that are left stand at the first place
            digit = digits.pop() if places else "".join(digits)
        shown.append(digit)
    text = "".join(reversed(shown)).strip()
    is_padded = number >= 0 and text.startswith("0") and text != str(number)
    return PaddedNumber.of(number, text) if is_padded else number
