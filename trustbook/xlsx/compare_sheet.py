"""One sheet people type in, before and after a write: is every cell that was not planned as it was?

Compares text, which is quick and strict; only where text differs is it parsed, and only what was
planned may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from lxml import etree

from trustbook.a1 import cell_name
from trustbook.errors import SafetyStop
from trustbook.xlsx.cell_values import BLANK, Content
from trustbook.xlsx.markup import Markup, canonical, child, drop, local, parse_part, parser
from trustbook.xlsx.refs import area, column_of

_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?=[\s/>])")
_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")
_PLACE = re.compile(rb"""r=["']([A-Z]{1,3}\d{1,7})["']""")
_BLOCK = 1 << 16


def difference(where: str) -> SafetyStop:
    """The error for something foreign that would change."""
    return SafetyStop("excel.foreign_difference", where=where)


def compare(
    old: bytes,
    new: bytes,
    part: str,
    planned: Mapping[tuple[int, int], Content],
    grown: bool,
    formats: int,
    fresh: range = range(0),
) -> None:
    """Raise SafetyStop unless the sheet is the same but for ``planned[row, column]``.

    ``grown`` allows areas of validations and formats to end lower; ``formats`` is how many cell
    formats there are. Of ``fresh``, columns that a list got, the widths are ours, and the list's
    filter may end with them.
    """
    _Comparison(_Side(old), _Side(new), part, planned, formats).run(grown, fresh)


def content_of(one: etree._Element) -> Content:
    """What a cell holds. Raises ValueError for what is never written: a formula, a shared text."""
    kind, value, text = one.get("t") or "n", None, None
    for each in one:
        name = local(each)
        if name == "f":
            raise ValueError("formula")
        value, text = (each if name == "v" else value), (each if name == "is" else text)
    if value is None and text is None:
        return BLANK
    if kind == "inlineStr" and text is not None:
        return Content("inlineStr", "".join(str(each) for each in text.itertext()))
    if kind == "n" and value is not None:
        return Content("n", value.text or "")
    if kind == "b" and value is not None:
        return Content("b", value.text or "")
    raise ValueError(kind)


def same_sheet(old: etree._Element, new: etree._Element, where: str) -> None:
    """Raise SafetyStop unless two trees are equal, naming the first child that is not."""
    for one, other in zip_longest(old, new):
        if one is None or other is None or canonical(one) != canonical(other):
            raise difference(f"{where} {local(one if one is not None else other)}")
    if old.tag != new.tag or attributes_of(old) != attributes_of(new):
        raise difference(where)


def attributes_of(element: etree._Element, *but: str) -> dict[str, str]:
    """The attributes of an element without those named."""
    return {str(name): str(value) for name, value in element.attrib.items() if name not in but}


class _Side:
    """A sheet's text cut at its rows."""

    def __init__(self, data: bytes) -> None:
        self._markup = Markup(data)
        self.text, self.masked = self._markup.text, self._markup.masked
        found = _DATA.search(self.masked)
        if not found:
            raise ValueError("no rows")
        self.prefix, self._before = found.group(1), found.start()
        closing = self.masked.rfind(b"</" + self.prefix + b"sheetData")
        self.start = self.masked.index(b">", found.end()) + 1
        self.end = closing if closing >= 0 else self.start
        self._after = self.masked.index(b">", closing) + 1 if closing >= 0 else self.start
        rows = child(self.frame(), "sheetData")
        spaces = rows.nsmap if rows is not None else {}
        declared = "".join(
            f' xmlns{":" + name if name else ""}="{space}"' for name, space in spaces.items()
        )
        self._open = f"<rows{declared}>".encode()

    def frame(self) -> etree._Element:
        """The sheet without its rows."""
        tag = self.text[self._before : self.start].rstrip(b"/>")
        return parse_part(
            self.text[self._markup.start : self._before] + tag + b"/>" + self.text[self._after :]
        )

    def rows(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Number and text of each row between two places; the first carries its number, or is the
        first of all.
        """
        number, at = 0, self.opening(start, end)
        while at >= 0:
            following = self.opening(at + 1, end)
            number = self.number(at) or number + 1
            yield number, self.text[at : following if following >= 0 else end]
            at = following

    def opening(self, start: int, end: int) -> int:
        """Where the next row begins, -1 if none does."""
        tag = b"<" + self.prefix + b"row"
        at = self.masked.find(tag, start, end)
        while at >= 0 and self.masked[at + len(tag)] not in b" />\n\t\r":
            at = self.masked.find(tag, at + 1, end)
        return at

    def number(self, at: int) -> int:
        """The number that the row which begins here carries, 0 if none."""
        written = _NUMBER.search(self.masked, at, self.masked.index(b">", at))
        return int(written.group(1)) if written else 0

    def last_numbered(self, start: int, end: int) -> int:
        """Where the last row with a number begins before ``end``, or ``start``."""
        tag = b"<" + self.prefix + b"row "
        at = self.masked.rfind(tag, start, end)
        while at >= 0 and not self.number(at):
            at = self.masked.rfind(tag, start, at)
        return at if at >= 0 else start

    def tree(self, markup: bytes) -> etree._Element:
        """A row or a cell, parsed."""
        return etree.fromstring(self._open + markup + b"</rows>", parser())[0]

    def cells(self, row: bytes) -> dict[bytes, bytes] | None:
        """Text of a row's cells by place, and of all around them; None where that cannot be told
        from the text.
        """
        if self.text is not self.masked or b"</" + self.prefix + b"row" not in row:
            return None
        body, _, rest = row.rpartition(b"</" + self.prefix + b"row")
        tag = b"<" + self.prefix + b"c "
        first, *cells = body.split(tag)
        found = {b"": re.sub(rb' spans="[^"]*"', b"", first), b"/": rest}
        for each in cells:
            place = _PLACE.match(each)
            if not place or place.group(1) in found:
                return None
            found[place.group(1)] = tag + each
        return found


class _Comparison:
    def __init__(
        self,
        old: _Side,
        new: _Side,
        part: str,
        planned: Mapping[tuple[int, int], Content],
        formats: int,
    ) -> None:
        self._old, self._new, self._part, self._formats = old, new, part, formats
        self._planned, self._left = planned, {at for at, content in planned.items() if content.kind}

    def run(self, grown: bool, fresh: range) -> None:
        """Compare frames, then the rows between the first and the last difference."""
        old, new = self._old, self._new
        same_sheet(_frame(old.frame(), grown, fresh), _frame(new.frame(), grown, fresh), self._part)
        (start, end), (new_start, new_end) = self._window()
        left = old.rows(start, end)
        number, row = next(left, (0, b""))
        for new_number, new_row in new.rows(new_start, new_end):
            if number and number < new_number:
                raise self._at(number)
            if number == new_number:
                if row != new_row:
                    self._row(number, row, new_row)
                number, row = next(left, (0, b""))
            else:
                self._trees(new_number, None, new.tree(new_row))
        if number:
            raise self._at(number)
        if self._left:
            self._written()

    def _window(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """From where to where the rows may differ, on each side: equal text before and after needs
        no reading.
        """
        old, new = self._old, self._new
        most = min(old.end - old.start, new.end - new.start)
        head = 0
        while head < most and _block(old, old.start + head) == _block(new, new.start + head):
            head += _BLOCK
        start = old.last_numbered(old.start, old.start + min(head, most))
        new_start = new.start + start - old.start
        tail = 0
        while tail < most and _block(old, old.end - tail - _BLOCK) == _block(
            new, new.end - tail - _BLOCK
        ):
            tail += _BLOCK
        at = old.opening(old.end - min(tail, most), old.end)
        rest = old.end - at if at >= 0 and old.number(at) else 0
        if rest and min(old.end - rest - start, new.end - rest - new_start) > 0:
            return (start, old.end - rest), (new_start, new.end - rest)
        return (start, old.end), (new_start, new.end)

    def _at(self, row: int, column: int = 1) -> SafetyStop:
        return difference(f"{self._part} {cell_name(row, column)}")

    def _row(self, number: int, row: bytes, new_row: bytes) -> None:
        """Compare two rows whose text differs, cell by cell where the text allows it, else as
        trees.
        """
        had, has = self._old.cells(row), self._new.cells(new_row)
        if had is None or has is None or any(had[around] != has[around] for around in (b"", b"/")):
            self._trees(number, self._old.tree(row), self._new.tree(new_row))
            return
        for place in {place for place, _ in had.items() ^ has.items()}:
            before = self._old.tree(had[place]) if place in had else None
            after = self._new.tree(has[place]) if place in has else None
            self._cell(number, column_of(place.decode()), before, after)

    def _trees(self, number: int, old: etree._Element | None, new: etree._Element) -> None:
        """Compare two rows; a new one may hold planned cells only."""
        if old is not None and attributes_of(old, "spans") != attributes_of(new, "spans"):
            raise self._at(number)
        had, has = _cells(old), _cells(new)
        for column in had.keys() | has.keys():
            before, after = had.pop(column, None), has.pop(column, None)
            self._cell(number, column, before, after)
            for each, row in ((before, old), (after, new)):
                if each is not None and row is not None:
                    row.remove(each)
        if old is not None and [canonical(each) for each in old] != [
            canonical(each) for each in new
        ]:
            raise self._at(number)

    def _cell(
        self, row: int, column: int, before: etree._Element | None, after: etree._Element | None
    ) -> None:
        """Two cells spelled differently: they are equal, or were planned and differ in value and
        format alone.
        """
        content = self._planned.get((row, column))
        if before is not None and after is not None and canonical(before) == canonical(after):
            return
        if content is None or after is None or content_of(after) != content:
            raise self._at(row, column)
        if int(after.get("s") or 0) >= max(self._formats, 1):
            raise self._at(row, column)
        self._left.discard((row, column))
        if before is None:
            return
        for own in (before, after):
            drop(own, "s", "t", "cm", "vm")
            for each in [each for each in own if local(each) in ("f", "v", "is")]:
                own.remove(each)
        if canonical(before) != canonical(after):
            raise self._at(row, column)

    def _written(self) -> None:
        """Planned cells whose text is as it was must have held their value already."""
        wanted: dict[int, set[int]] = {}
        for row, column in self._left:
            wanted.setdefault(row, set()).add(column)
        for number, text in self._new.rows(self._new.start, self._new.end):
            cells = _cells(self._new.tree(text)) if number in wanted else {}
            for column in wanted.pop(number, ()):
                if (
                    column not in cells
                    or content_of(cells[column]) != self._planned[number, column]
                ):
                    raise self._at(number, column)
        if wanted:
            raise self._at(min(wanted))


def _block(side: _Side, start: int) -> bytes:
    return side.text[max(start, side.start) : min(max(start + _BLOCK, side.start), side.end)]


def _frame(root: etree._Element, grown: bool, fresh: range) -> etree._Element:
    """A sheet's other elements, without the area it says it covers; where rows were added, without
    the areas' ends.

    Where columns were added, without their widths, and without the end of a filter that reaches
    them.
    """
    size = child(root, "dimension")
    if size is not None:
        drop(size, "ref")
    for each in root.iter() if grown else ():
        if each.get("sqref"):
            each.set("sqref", _starts(each.get("sqref") or ""))
        if local(each) == "sqref":
            each.text = _starts(each.text or "")
    if fresh:
        _narrow(root, fresh)
    return root


def _narrow(root: etree._Element, fresh: range) -> None:
    widths, filter_ = child(root, "cols"), child(root, "autoFilter")
    if widths is not None:
        for each in [
            each
            for each in widths
            if int(each.get("min") or 0) in fresh and int(each.get("max") or 0) in fresh
        ]:
            widths.remove(each)
        if not len(widths):
            root.remove(widths)
    if filter_ is not None and filter_.get("ref"):
        block = area(filter_.get("ref") or "")
        if block.last_column in range(fresh.start - 1, fresh.stop):
            filter_.set("ref", str(block._replace(last_column=fresh.start - 1)))


def _starts(refs: str) -> str:
    return " ".join(str(area(ref)._replace(last_row=0)) for ref in refs.split())


def _cells(row: etree._Element | None) -> dict[int, etree._Element]:
    found: dict[int, etree._Element] = {}
    column = 0
    for each in row if row is not None else ():
        if local(each) == "c":
            ref = each.get("r")
            column = column_of(ref) if ref else column + 1
            found[column] = each
    return found
