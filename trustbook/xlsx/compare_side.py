"""A sheet's text on one side of a comparison, cut at its rows and cells.

The editing reads sheets by sheet_xml.py; a check that reads them by the same code would share its
mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from trustbook.xlsx.markup import Markup, child, parse_part, parser

_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?=[\s/>])")
_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")
_PLACE = re.compile(rb"""r=["']([A-Z]{1,3}\d{1,7})["']""")


class SheetSide:
    """A sheet's text cut at its rows."""

    def __init__(self, data: bytes) -> None:
        self._markup = Markup(data)
        self.text, self.masked = self._markup.text, self._markup.masked
        found = _DATA.search(self.masked)
        if not found:
            raise ValueError("no rows")
        self.prefix, self._before = found.group(1), found.start()
        self._cell_end = b"</" + self.prefix + b"c>"
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

    @property
    def cuts_bytes(self) -> bool:
        """Whether every tag in the text is one: no comment or quoted part, and no prefix."""
        return self.text is self.masked and not self.prefix

    def frame(self) -> etree._Element:
        """The sheet without its rows."""
        tag = self.text[self._before : self.start].rstrip(b"/>")
        return parse_part(
            self.text[self._markup.start : self._before] + tag + b"/>" + self.text[self._after :]
        )

    def rows(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Number and text of each row between two places; the first is numbered, or row 1."""
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
        """Text of a row's cells by place, and of all around them; None where it cannot be cut."""
        if self.text is not self.masked or b"</" + self.prefix + b"row" not in row:
            return None
        body, _, rest = row.rpartition(b"</" + self.prefix + b"row")
        tag = b"<" + self.prefix + b"c "
        first, *cells = body.split(tag)
        found = {b"": re.sub(rb' spans="[^"]*"', b"", first), b"/": rest}
        for each in cells:
            place = _PLACE.match(each)
            if not place or place.group(1) in found or not self._ends(each):
                return None
            found[place.group(1)] = tag + each
        return found

    def _ends(self, cell: bytes) -> bool:
        """Whether nothing stands behind a cell: what does belongs to the row, and is compared
        there.
        """
        at = cell.find(self._cell_end)
        return not cell[at + len(self._cell_end) :].strip() if at >= 0 else b"<" not in cell
