"""A sheet of ours after a write: every cell holds what was planned, and there is no other.

The usual row is cut as text and its cells compared; what is spelled in any other way is parsed.
Neither uses what wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trustbook.a1 import column_letters
from trustbook.snapshot import Cell, CellValue, GeneratedSheet
from trustbook.xlsx.cell_values import BLANK, Content
from trustbook.xlsx.compare_sheet import content_of, difference
from trustbook.xlsx.compare_side import SheetSide
from trustbook.xlsx.generated_rows import shown_value

_ROW = re.compile(r'<row r="\d{1,7}"(?: [A-Za-z]+="[^"<>&]*")*>(.*)</row>').fullmatch
# Of each usual cell: its place, its number, its text. What stands between two is in no group.
_CELLS = re.compile(
    r'<c r="([A-Z]{1,3}\d{1,7})"(?: s="\d{1,5}")?(?:/>'
    r"|><v>([^<>&]*)</v></c>"
    r'| t="inlineStr"><is><t(?: xml:space="preserve")?>([^<>&]*)</t></is></c>)'
).split
_GROUPS = 4

_Held = dict[str, tuple[str, str]]  # by place, what a cell holds: its kind and its text


def compare_ours(
    data: bytes, part: str, wanted: GeneratedSheet, date1904: bool, dates: bool
) -> None:
    """Raise SafetyStop unless the sheet holds what is ``wanted``; ValueError where it is no sheet.

    ``dates``: whether the workbook can show a day.
    """
    side = SheetSide(data)
    sheet = _OwnSheet(side, wanted, date1904, dates)
    first = side.opening(side.start, side.end)
    if side.text[side.start : side.end if first < 0 else first].strip():
        raise difference(part)
    rows = list(side.rows(side.start, side.end))
    if [number for number, _ in rows] != [*range(1, len(wanted.rows) + 1)]:
        raise difference(part)
    for (number, text), planned in zip(rows, wanted.rows, strict=True):
        if wrong := sheet.differs(number, text, planned):
            raise difference(f"{wanted.title}!{wrong}")


class _Contents(dict[tuple[type, CellValue], Content]):
    """What cells hold, by kind and value: most cells of a sheet say what another one says."""

    def __init__(self, date1904: bool, dates: bool) -> None:
        super().__init__()
        self._date1904, self._dates = date1904, dates

    def __missing__(self, key: tuple[type, CellValue]) -> Content:
        kind, value = key
        content = shown_value(value, self._date1904, self._dates)
        if kind is not float:  # 0.0 and -0.0 are equal and spelled differently
            self[key] = content
        return content


class _OwnSheet:
    """The cells that are planned for a sheet of ours, to be found in its rows."""

    def __init__(
        self, side: SheetSide, wanted: GeneratedSheet, date1904: bool, dates: bool
    ) -> None:
        self._side, self._contents = side, _Contents(date1904, dates)
        most = max(map(len, wanted.rows), default=0)
        self._letters = [column_letters(at) for at in range(1, most + 1)]

    def differs(self, number: int, row: bytes, planned: Sequence[Cell]) -> str:
        """The first place in a row that does not hold what is planned, or should not be there; ""
        where there is none.
        """
        held = _usual(row) if self._side.cuts_bytes else None
        if held is None:
            held = self._parsed(row)
        places = [f"{letters}{number}" for letters in self._letters[: len(planned)]]
        wanted = [self._contents[type(one.value), one.value] for one in planned]
        there = [held.pop(place, BLANK) for place in places]
        if there == wanted:
            return next(iter(held), "")
        return next(places[i] for i, one in enumerate(there) if one != wanted[i])

    def _parsed(self, row: bytes) -> _Held:
        """The cells of a row by place, however they are spelled."""
        tree = self._side.tree(row)
        holder = tree.getparent()
        if holder is None or len(holder) > 1 or (tree.tail or "").strip():
            raise ValueError("beside a row")
        cells = [(one.get("r") or "", content_of(one)) for one in tree]
        return _by_place([place for place, _ in cells], [content for _, content in cells])


def _usual(row: bytes) -> _Held | None:
    """The cells of a row by place; None where any of it is spelled otherwise than usual."""
    cut = _ROW(row.decode())
    if cut is None or not cut[1].isprintable():
        return None
    parts = _CELLS(cut[1])
    if any(parts[::_GROUPS]):  # what is no cell
        return None
    held = [
        ("inlineStr", text) if text is not None else BLANK if number is None else ("n", number)
        for number, text in zip(parts[2::_GROUPS], parts[3::_GROUPS], strict=True)
    ]
    return _by_place(parts[1::_GROUPS], held)


def _by_place(places: Sequence[str], held: Sequence[tuple[str, str]]) -> _Held:
    found = dict(zip(places, held, strict=True))
    if len(found) < len(places):
        raise ValueError("twice in a row")
    return found
