"""Cell formats: found when they exist, appended when they do not, never changed or renumbered."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from lxml import etree

from trustbook.snapshot import DATE_FORMAT, CellStyle, CellValue
from trustbook.xlsx.conform import order_font
from trustbook.xlsx.markup import canonical, child, children, drop, local, make, true
from trustbook.xlsx.package import Package

# ECMA-376 part 1, 18.8.30: built-in formats that show a day, and those that show only a time.
_DAYS = {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59)}
_TIMES = {18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47}
_BUILT_IN = {"General": 0, "0": 1, "0.00": 2}
_FIRST_OWN = 164
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)

Mark: TypeAlias = tuple[int, int]  # indexes of a font and a fill


class Styles:
    """The cell formats of a workbook, in which ``own_fills`` (RRGGBB) are the program's colours.

    ``usable`` is False where there is none to append to: then nothing gets a look.
    """

    def __init__(self, package: Package, part: str | None, own_fills: Collection[str]) -> None:
        self._package, self.part, self._own_fills = package, part, own_fills
        root = package.tree(part) if part else None
        collections = [child(root, name) for name in ("fonts", "fills", "cellXfs")]
        self._fonts, self._fills, self._xfs = collections
        self._root = root
        self.usable = all(each is not None and len(each) for each in collections)
        self._known: dict[str, dict[bytes, int]] = {}
        self._made: dict[tuple[object, ...], int] = {}
        self._marks: dict[int, Mark | None] = {}
        self._seen: dict[tuple[int, str], bool] = {}

    def mark(self, index: int) -> Mark | None:
        """Font and fill of a format, with which people mark a cell; None where the fill is ours."""
        if not self.usable:
            return None
        if index not in self._marks:
            entry = self._xf(index)
            font, fill = int(entry.get("fontId") or 0), int(entry.get("fillId") or 0)
            own = self._color(fill) in self._own_fills
            self._marks[index] = None if own else (font, fill)
        return self._marks[index]

    def _color(self, fill: int) -> str:
        """The colour of a solid fill (RRGGBB), "" for any other."""
        assert self._fills is not None
        entries = _entries(self._fills)
        pattern = child(entries[fill], "patternFill") if fill < len(entries) else None
        color = child(pattern, "fgColor")
        solid = pattern is not None and pattern.get("patternType") == "solid"
        return (color.get("rgb") or "")[-6:].upper() if solid and color is not None else ""

    def dress(self, base: int, look: CellStyle | None, value: CellValue, own: bool = False) -> int:
        """Index of the format that is ``base`` with ``look`` over it and fit to show ``value``.

        ``own`` marks a cell of a sheet of ours, whose text starts at the top of the cell.
        """
        if not self.usable:
            return 0
        number = self._number(base, look, value)
        if look is None and number is None:
            return base
        wanted = (base, look, number, own)
        if wanted not in self._made:
            self._made[wanted] = self._derive(base, look or CellStyle(), number, own)
        return self._made[wanted]

    def _number(self, base: int, look: CellStyle | None, value: CellValue) -> str | None:
        """The number format to lay over ``base``: the look's, or one that shows a date as such."""
        wanted = look.number if look else None
        timed = isinstance(value, datetime) and _has_time(value)
        if wanted:
            return f"{wanted} hh:mm" if timed else wanted
        if isinstance(value, date) and not self._shows(base, _DAYS, "yd"):
            return f"{DATE_FORMAT} hh:mm" if timed else DATE_FORMAT
        if isinstance(value, (time, timedelta)) and not self._shows(base, _TIMES, "hs"):
            return "[h]:mm"
        return None

    def _shows(self, base: int, built_in: set[int], letters: str) -> bool:
        if (base, letters) not in self._seen:
            self._seen[base, letters] = self._looks_like(base, built_in, letters)
        return self._seen[base, letters]

    def _looks_like(self, base: int, built_in: set[int], letters: str) -> bool:
        format_id = int(self._xf(base).get("numFmtId") or 0)
        for entry in children(child(self._root, "numFmts"), "numFmt"):
            if entry.get("numFmtId") == str(format_id):
                code = _LITERAL.sub("", entry.get("formatCode") or "").lower()
                return any(letter in code for letter in letters)
        return format_id in built_in

    def _xf(self, index: int) -> etree._Element:
        assert self._xfs is not None
        entries = _entries(self._xfs)
        return entries[index] if index < len(entries) else entries[0]

    def _derive(self, base: int, look: CellStyle, number: str | None, own: bool) -> int:
        """Index of a format that is ``base`` with the look and the number format over it."""
        entry = copy.deepcopy(self._xf(base))
        entry.tail = None
        if number is not None:
            _mark(entry, "numFmtId", self._number_id(number), "applyNumberFormat")
            drop(entry, "quotePrefix")
        if any((look.color, look.bold, look.italic, look.size, look.underline, look.fill)):
            _mark(entry, "fontId", self._font(int(entry.get("fontId") or 0), look), "applyFont")
        if look.fill:
            _mark(entry, "fillId", self._fill(look.fill), "applyFill")
        _align(entry, look, own)
        assert self._xfs is not None
        return self._place("cellXfs", self._xfs, entry)

    def _font(self, base: int, look: CellStyle) -> int:
        """A font that is ``base`` with the look on it; a look with a fill decides about bold."""
        assert self._fonts is not None
        entries = _entries(self._fonts)
        entry = copy.deepcopy(entries[base] if base < len(entries) else entries[0])
        entry.tail = None
        if look.bold or look.fill:
            _property(entry, "b", {} if look.bold else None)
        if look.italic:
            _property(entry, "i", {})
        if look.underline:
            _property(entry, "u", {})
        if look.size:
            _property(entry, "sz", {"val": f"{look.size:g}"})
        if look.color:
            _property(entry, "color", {"rgb": f"FF{look.color}"})
        order_font(entry)
        return self._place("fonts", self._fonts, entry)

    def _fill(self, color: str) -> int:
        assert self._fills is not None
        entry = make(self._fills, "fill")
        pattern = make(entry, "patternFill", {"patternType": "solid"})
        pattern.extend(
            [
                make(entry, "fgColor", {"rgb": f"FF{color}"}),
                make(entry, "bgColor", {"indexed": "64"}),
            ]
        )
        entry.append(pattern)
        return self._place("fills", self._fills, entry)

    def _number_id(self, code: str) -> int:
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        assert self._root is not None and self.part is not None
        formats = child(self._root, "numFmts")
        taken = {int(each.get("numFmtId") or 0) for each in children(formats, "numFmt")}
        for each in children(formats, "numFmt"):
            if each.get("formatCode") == code:
                return int(each.get("numFmtId") or 0)
        self._package.tree(self.part, edit=True)
        if formats is None:
            formats = make(self._root, "numFmts")
            self._root.insert(0, formats)
        number = max(taken | {_FIRST_OWN - 1}) + 1
        formats.append(make(formats, "numFmt", {"numFmtId": str(number), "formatCode": code}))
        formats.set("count", str(len(formats)))
        return number

    def _place(self, name: str, collection: etree._Element, entry: etree._Element) -> int:
        """Index of an equal entry, or of this one appended."""
        assert self.part is not None
        if name not in self._known:
            known: dict[bytes, int] = {}
            for index, each in enumerate(_entries(collection)):
                known.setdefault(canonical(each), index)
            self._known[name] = known
        form = canonical(entry)
        if form not in self._known[name]:
            self._package.tree(self.part, edit=True)
            self._known[name][form] = len(_entries(collection))
            collection.append(entry)
            collection.set("count", str(self._known[name][form] + 1))
        return self._known[name][form]


def _entries(collection: etree._Element) -> list[etree._Element]:
    """The entries as indexes count them; of alternatives the one every program understands."""
    found = []
    for each in collection:
        if local(each) == "AlternateContent":
            branches = [one for one in each if local(one) in ("Choice", "Fallback")]
            choices = [one for branch in branches for one in branch]
            found.append(choices[-1] if choices else each)
        elif local(each):
            found.append(each)
    return found


def _has_time(value: datetime) -> bool:
    return bool(value.hour or value.minute or value.second)


def _align(entry: etree._Element, look: CellStyle, own: bool) -> None:
    """Say how text lies in the cell; in a cell of ours it starts at the top."""
    wanted = {"vertical": "top"} if own else {}
    if look.wrap:
        wanted["wrapText"] = "1"
    if look.align:
        wanted["horizontal"] = look.align
    if look.indent:
        wanted["indent"] = str(look.indent)
    if not wanted:
        return
    align = child(entry, "alignment")
    if align is None:
        align = make(entry, "alignment")
        entry.insert(0, align)
    for name, value in wanted.items():
        align.set(name, value)
    entry.set("applyAlignment", "1")


def _mark(entry: etree._Element, name: str, index: int, applies: str) -> None:
    entry.set(name, str(index))
    if not true(entry.get(applies)):
        entry.set(applies, "1")


def _property(font: etree._Element, name: str, values: dict[str, str] | None) -> None:
    """Set one property of a font; None takes it away."""
    for old in children(font, name):
        font.remove(old)
    if values is not None:
        font.append(make(font, name, values))
