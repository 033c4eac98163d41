"""A worksheet as text: its rows are found and read one by one, and what is replaced is noted.

Every byte that is not replaced stays where it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from lxml import etree

from trustbook.errors import SafetyStop
from trustbook.xlsx.markup import (
    ATTRIBUTES,
    Markup,
    attributes,
    children,
    local,
    parse_part,
    parser,
    true,
)
from trustbook.xlsx.refs import Area, Areas, area, column_of

_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(" + ATTRIBUTES + rb")(/?)>")
_ROOT = re.compile(rb"<[\w.:-]+(" + ATTRIBUTES + rb")/?>")


class SheetXml:
    """One worksheet part: its rows are found, not parsed; ``replace`` says what is to change.

    Rows stand between ``open`` and ``close`` in ``text``; ``masked`` is ``text`` as tags can be
    searched in it, ``prefix`` what its tags begin with. ``starts[i]`` is where the row
    ``numbers[i]`` begins, ``index`` the way back from a number. Raises SafetyStop where the part is
    no worksheet.
    """

    def __init__(self, data: bytes, title: str, part: str) -> None:
        self.title, self.part = title, part
        self._markup = Markup(data)
        self.text, self.masked = self._markup.text, self._markup.masked
        opened, root = _DATA.search(self.masked), _ROOT.search(self.masked)
        if not opened or not root:
            raise SafetyStop("excel.damaged", where=part)
        self.prefix, inside, closed = opened.groups()
        self._tag = b"<" + self.prefix + b"sheetData" + inside + b">"
        self._self_closed = opened.start() if closed else None
        self.open = opened.end()
        self.close = self.open if closed else self.masked.rfind(b"</" + self.prefix + b"sheetData")
        self._wrapper = _wrapper({**attributes(root.group(1)), **attributes(inside)})
        self._content_tags = [b"<" + self.prefix + tag for tag in (b"v", b"f", b"is")]
        self._fresh: list[tuple[int, int, bytes]] = []

    @cached_property
    def _found(self) -> tuple[list[int], list[int]]:
        """The numbers of the rows and where they begin."""
        pattern = re.compile(
            rb"<" + self.prefix + rb'row(?=[\s/>])(?:\s+r="(\d+)")?(' + ATTRIBUTES + rb")/?>"
        )
        last, numbers, starts = 0, [], []
        for found in pattern.finditer(self.masked, self.open, self.close):
            written = found.group(1) or attributes(found.group(2)).get(b"r")
            last = int(written) if written else last + 1
            numbers.append(last)
            starts.append(found.start())
        return numbers, [*starts, self.close]

    @property
    def numbers(self) -> list[int]:
        """The numbers of the rows that stand there, from the first on."""
        return self._found[0]

    @property
    def starts(self) -> list[int]:
        """Where in ``text`` each row begins, and where the last one ends."""
        return self._found[1]

    @cached_property
    def index(self) -> dict[int, int]:
        """The position of a row by its number."""
        return {number: position for position, number in enumerate(self.numbers)}

    # reading

    @cached_property
    def skeleton(self) -> etree._Element:
        """The worksheet without its rows, to look at."""
        start, end, empty = self.open, self.close, b""
        if self._self_closed is not None:
            start, end, empty = self._self_closed, self.open, self._tag[:-1] + b"/>"
        return parse_part(self.text[self._markup.start : start] + empty + self.text[end:])

    def numbers_down_from_last(self) -> Iterator[int]:
        """Row numbers that the sheet holds, the last one first."""
        return reversed(self.numbers)

    def blank(self, row: int) -> bool:
        """Whether a row surely holds nothing, told from its text alone."""
        if row not in self.index:
            return True
        raw = self._raw(self.index[row])
        return not any(tag in raw for tag in self._content_tags)

    def cells(self, row: int) -> dict[int, etree._Element]:
        """The cells of one row by column, as copies to look at."""
        if row not in self.index:
            return {}
        return dict(cells_by_column(self.parse(self._raw(self.index[row]))[0]))

    def row_style(self, row: int) -> int:
        """The format of a whole row, 0 if it has none of its own."""
        if row not in self.index:
            return 0
        found = self.parse(self._raw(self.index[row]))[0]
        return style_of(found) if true(found.get("customFormat")) else 0

    def column_styles(self) -> list[tuple[Area, int]]:
        """The formats of whole columns, as areas of row 1; columns without one are left out."""
        styled = [(each, int(each.get("style") or 0)) for each in self._inside("cols", "col")]
        return [(_span(each), style) for each, style in styled if style]

    def widths(self) -> list[Area]:
        """The columns that have a width or a format of their own, as areas of row 1."""
        return [_span(each) for each in self._inside("cols", "col")]

    def _inside(self, holder: str, name: str) -> Iterator[etree._Element]:
        """Elements beside the rows that stand in a holder of their own."""
        for each in children(self.skeleton, holder):
            yield from children(each, name)

    def _raw(self, position: int) -> bytes:
        return self.text[self.starts[position] : self.starts[position + 1]]

    @cached_property
    def merged(self) -> Areas:
        """The merged areas of the sheet."""
        refs = (each.get("ref") or "" for each in self._inside("mergeCells", "mergeCell"))
        return Areas(area(ref) for ref in refs if ref)

    @cached_property
    def blocks(self) -> Areas:
        """Areas that one formula fills: arrays, spilled ranges and data tables of several cells."""
        tags = [attributes(tag) for tag in self._formula_tags()]
        several = [each for each in tags if each.get(b"t") in (b"array", b"dataTable")]
        areas = [area(each[b"ref"].decode()) for each in several if b"ref" in each]
        return Areas(each for each in areas if not each.single)

    def area_at(self, row: int, column: int) -> Area | None:
        """The merged area, or the area of one formula, that a cell is part of."""
        return self.merged.at(row, column) or self.blocks.at(row, column)

    def _formula_tags(self) -> list[bytes]:
        pattern = re.compile(rb"<" + self.prefix + rb"f\s(" + ATTRIBUTES + rb")/?>")
        return pattern.findall(self.masked, self.open, self.close)

    def members(self, shared: str) -> int:
        """How many cells repeat the shared formula of this number."""
        tags = [attributes(tag) for tag in self._formula_tags()]
        numbers = [each.get(b"si") for each in tags if each.get(b"t") == b"shared"]
        return numbers.count(shared.encode())

    def parse(self, raw: bytes) -> etree._Element:
        """Rows of this sheet, in an element that knows its namespaces."""
        return etree.fromstring(self._wrapper + raw + b"</rows>", parser())

    # writing

    def replace(self, start: int, end: int, text: bytes) -> None:
        """Let ``text`` stand where the part's text from ``start`` to ``end`` stood."""
        self._fresh.append((start, end, text))

    def encode(self) -> bytes:
        """The whole part, with everything that was replaced."""
        pieces: list[bytes | memoryview] = []
        before = memoryview(self.text)
        position = 0
        for start, end, text in sorted(self._opened(), key=lambda piece: piece[:2]):
            pieces += [before[position:start], text]
            position = end
        return self._markup.encode(b"".join([*pieces, before[position:]]))

    def _opened(self) -> list[tuple[int, int, bytes]]:
        """What was replaced; an empty ``<sheetData/>`` that gets rows is opened for them."""
        rows = [text for start, _, text in self._fresh if start == self.open]
        if self._self_closed is None or not rows:
            return self._fresh
        whole = b"".join([self._tag, *rows, b"</", self.prefix, b"sheetData>"])
        others = [each for each in self._fresh if each[0] != self.open]
        return [*others, (self._self_closed, self.open, whole)]


def _wrapper(declared: Mapping[bytes, bytes]) -> bytes:
    """A tag around rows with the namespaces that are declared above them."""
    spaces = [each for each in declared.items() if each[0].split(b":")[0] == b"xmlns"]
    return b"<rows" + b"".join(b' %b="%b"' % each for each in spaces) + b">"


def _span(column: etree._Element) -> Area:
    return Area(1, int(column.get("min") or 1), 1, int(column.get("max") or 1))


def style_of(element: etree._Element) -> int:
    """The number of the format of a cell or a row, 0 if it has none of its own."""
    return int(element.get("s") or 0)


def filled(one: etree._Element) -> bool:
    """Whether a cell holds a value or a formula."""
    for part in one:
        name = local(part)
        if name == "f" or (name == "v" and part.text):
            return True
        if name == "is" and any(part.itertext()):
            return True
    return False


def says_something(one: etree._Element) -> bool:
    """Whether a cell holds more than a tick box that nobody ticked."""
    unticked = one.get("t") == "b" and all(part.text in ("0", "false") for part in one)
    return filled(one) and not unticked


def cells_by_column(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Cells of a row with their columns; one without a reference stands right of the last one."""
    column = 0
    for each in row:
        if local(each) == "c":
            ref = each.get("r")
            column = column_of(ref) if ref else column + 1
            yield column, each
