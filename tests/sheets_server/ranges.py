"""Where cells are: A1 notation, grid ranges, and the half-open rectangles both come down to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,7})?")
PLAIN_TITLE = re.compile(r"[^\W\d]\w*")
LOOKS_LIKE_CELL = re.compile(r"([A-Za-z]{1,3}[0-9]+|[rR][0-9]*[cC][0-9]*)")


@dataclass(frozen=True, slots=True)
class Area:
    """Rows ``top`` to ``bottom``, columns ``left`` to ``right``, zero-based, ends not included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def rows(self) -> range:
        return range(self.top, self.bottom)

    @property
    def columns(self) -> range:
        return range(self.left, self.right)

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row < self.bottom and self.left <= column < self.right

    def meets(self, other: Area) -> bool:
        return (
            self.top < other.bottom
            and other.top < self.bottom
            and self.left < other.right
            and other.left < self.right
        )

    def covers(self, other: Area) -> bool:
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )


def column_number(letters: str) -> int:
    """``A`` is 0, ``Z`` 25, ``AA`` 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """The reverse of :func:`column_number`."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def quoted(title: str) -> str:
    """A sheet's title as it stands before the ``!``: in quotes unless it is a plain word."""
    if PLAIN_TITLE.fullmatch(title) and not LOOKS_LIKE_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def a1(title: str, area: Area) -> str:
    """An area in A1 notation, one cell as one cell."""
    first = f"{column_letters(area.left)}{area.top + 1}"
    last = f"{column_letters(area.right - 1)}{area.bottom}"
    return f"{quoted(title)}!{first}" + ("" if first == last else f":{last}")


def split_title(text: str) -> tuple[str | None, str]:
    """``'My tab'!A1`` as title and rest; a quoted title alone: an empty rest; no title: None."""
    quoted_title = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
    if quoted_title:
        return quoted_title[1].replace("''", "'"), quoted_title[2] or ""
    if "!" in text:
        title, _, rest = text.rpartition("!")
        return title, rest
    return None, text


def parse_cells(text: str) -> tuple[int | None, int | None, int | None, int | None] | None:
    """``B2:D`` as (top, left, bottom, right), open ends None; None when it is not cells at all."""
    first, colon, last = text.partition(":")
    start = CELL.fullmatch(first)
    end = CELL.fullmatch(last) if colon else start
    if not start or not end or not any(start.groups()) or not any(end.groups()):
        return None
    if not colon and not all(start.groups()):
        return None
    rows = [int(m[2]) - 1 if m[2] else None for m in (start, end)]
    columns = [column_number(m[1]) if m[1] else None for m in (start, end)]
    top, bottom = _span(*rows)
    left, right = _span(*columns)
    return top, left, bottom, right


def _span(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    """Both ends given in any order; ``A2:A`` is open below, ``A:A2`` is the same."""
    if first is None or last is None:
        return (last if first is None else first), None
    return min(first, last), max(first, last) + 1


def grid_range(sheet_id: int, area: Area) -> dict[str, int]:
    """An area as the API shows it; the sheet's id is left out when it is 0."""
    shown = {"sheetId": sheet_id} if sheet_id else {}
    return shown | {
        "startRowIndex": area.top,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }


def area_of(given: dict[str, Any], rows: int, columns: int) -> Area:
    """A GridRange on a grid of this size, missing ends filled in and cut off at its edge."""
    return Area(
        int(given.get("startRowIndex") or 0),
        int(given.get("startColumnIndex") or 0),
        min(int(given.get("endRowIndex", rows)), rows),
        min(int(given.get("endColumnIndex", columns)), columns),
    )
