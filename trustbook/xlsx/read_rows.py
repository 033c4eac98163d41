"""Cuts a sheet's XML into rows, in pieces as it is inflated, without ever holding the whole.

Ordinary sheets are cut as text, in well-formed XML a ``<`` opens a tag; what is spelled otherwise
(prefixes, comments, other encodings, rows without numbers) goes through an XML parser, which is
slower and gives the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import Any

from lxml import etree

from trustbook.a1 import cell_name, column_number
from trustbook.snapshot import ArrayArea, CellValue
from trustbook.xlsx import refs
from trustbook.xlsx.cell_decoder import Odd, Shown, item_text, strings_of
from trustbook.xlsx.cell_values import unescape

MAX_COLUMN = 1024  # beyond it a value is a stray
_MOST_PENDING = 8 << 20  # one row, or what stands after the rows
_MOST_FILLED = 5_000_000  # cells that arrays fill
_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml\b([^>]*)\?>\s*)?<(worksheet|sst)\b")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9-]+)")
_CELLS = re.compile(r'<c r="([A-Z]{1,3})\d{1,7}"').split
# Excel writes the number first; others put what the row spans or its height before it.
_NUMBERED = re.compile(
    r'<row(?:\s+[\w:]+="[^"<>]*")*?\s+r="(\d{1,7})"(?:\s+[\w:]+="[^"<>]*")*\s*>'
).match
_FORMULA = re.compile(r"<f(?=[\s/>])([^>]*)").search
_REACH = re.compile(r"\sref=[\"']([^\"']*)").search
_KIND = re.compile(r"\st=[\"']([^\"']*)").search

Row = tuple[int, Sequence[CellValue]]


class Stray(Exception):
    """A value far from everything else; the message is its reference."""


class Formulas:
    """The cells of a sheet that compute what they show, met while it is read.

    ``cells`` has their rows by column number; ``arrays`` are the areas that one of them fills.
    """

    def __init__(self) -> None:
        self.cells: dict[int, set[int]] = {}
        self.arrays: list[ArrayArea] = []

    def add(self, row: int, column: int, kind: str | None, reach: str | None) -> None:
        """A formula in a cell; an array or a data table fills the cells in its ``reach``, too."""
        self.cells.setdefault(column, set()).add(row)
        if reach and kind in ("array", "dataTable"):
            with suppress(ValueError):
                self.arrays.append(ArrayArea(*refs.area(reach)))

    def spread(self, rows: int) -> None:
        """Count the cells that arrays fill in the first ``rows`` rows. Raises Odd for too many."""
        total = 0
        for area in self.arrays:
            down = range(area.first_row, min(area.last_row, rows) + 1)
            across = range(area.first_column, min(area.last_column, MAX_COLUMN) + 1)
            total += len(down) * len(across)
            if total > _MOST_FILLED:
                raise Odd
            for column in across:
                self.cells.setdefault(column, set()).update(down)


def quick(chunks: Iterable[bytes], shown: Shown, formulas: Formulas) -> Iterator[Row]:
    """Numbers and values of the rows that hold something.

    Raises Odd where ``careful`` is needed, and Stray.
    """
    show, layouts = shown.__getitem__, _Layouts()
    for text in _pieces(chunks, b"<sheetData", b"</row>", b"</sheetData"):
        if not _holds_cells(text):
            continue
        shown.forget()
        for row in text.split("</row>"):
            parts = _CELLS(row)
            values: list[CellValue] = [*map(show, parts[2::2])]
            if shown.computes and "<f" in row:
                _note(formulas, _number(parts[0]), parts)
            if values.count(None) < len(values):
                values.append(None)
                number = _number(parts[0])
                try:
                    yield number, layouts[tuple(parts[1::2])](values)
                except Stray as stray:
                    raise Stray(f"{stray}{number}") from None
            elif "<c" in parts[0]:
                raise Odd


def _holds_cells(text: str) -> bool:
    """Whether a stretch of rows can hold more than formats."""
    return "<v" in text or "<is>" in text or "<f" in text


def _note(formulas: Formulas, number: int, parts: Sequence[str]) -> None:
    """Note the formulas of a row cut into letters and raw cells."""
    for letters, raw in zip(parts[1::2], parts[2::2], strict=True):
        if "<f" in raw and (found := _FORMULA(raw)):
            kind, reach = _KIND(found[1]), _REACH(found[1])
            formulas.add(number, column_number(letters), kind and kind[1], reach and reach[1])


def _number(head: str) -> int:
    """The row number in what stands before a row's first cell: its tag, and rows without cells."""
    start = head.rfind("<row")
    if start < 0 or "<c" in head:
        raise Odd
    if head[start : start + 8] == '<row r="':
        return int(head[start + 8 : head.index('"', start + 8)])
    numbered = _NUMBERED(head, start)
    if not numbered:
        raise Odd
    return int(numbered[1])


def careful(chunks: Iterable[bytes], shown: Shown, formulas: Formulas) -> Iterator[Row]:
    """The same rows for a sheet in any spelling.

    Raises Stray, and ValueError or etree.XMLSyntaxError for what no sheet is.
    """
    last = 0
    for row in _elements(chunks, "worksheet", "sheetData", "row"):
        last = int(row.get("r") or last + 1)
        values: dict[int, CellValue] = {}
        for column, cell in _places(row):
            if (value := shown.cell(cell)) is not None:
                values[column] = value
            if (formula := cell.find("{*}f")) is not None:
                formulas.add(last, column, formula.get("t"), formula.get("ref"))
        if values:
            if max(values) > MAX_COLUMN:
                raise Stray(cell_name(last, max(values)))
            yield last, tuple(values.get(each) for each in range(1, max(values) + 1))


def _places(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """The cells of a row by column; one without a reference stands right of the last one."""
    column = 0
    for cell in row.iterfind("{*}c"):
        found = re.match(r"\$?([A-Za-z]+)\$?\d", cell.get("r") or "")
        column = column_number(found[1]) if found else column + 1
        yield column, cell


_Place = Callable[[list[CellValue]], Sequence[CellValue]]


class _Layouts(dict[tuple[str, ...], _Place]):
    """By the columns of a row's cells: what puts its values, which end in a blank, in place."""

    def __missing__(self, letters: tuple[str, ...]) -> _Place:
        at = {column_number(each): i for i, each in enumerate(letters)}
        width = max(at)
        near = [at.get(column, -1) for column in range(1, min(width, MAX_COLUMN) + 1)]
        far = [(i, each) for i, each in enumerate(letters) if column_number(each) > MAX_COLUMN]
        pick: Any = itemgetter(*near) if len(near) > 1 else lambda values: (values[near[0]],)

        def pick_near(values: list[CellValue]) -> Sequence[CellValue]:
            for i, each in far:
                if values[i] is not None:
                    raise Stray(each)
            return pick(values)  # type: ignore[no-any-return]

        if len(self) > 5000:
            self.clear()
        self[letters] = place = pick_near if far else pick
        return place


def quick_strings(chunks: Iterable[bytes]) -> Iterator[str]:
    """Shared strings in their order. Raises Odd where ``careful_strings`` is needed."""
    for text in _pieces(chunks, b"<sst", b"</si>", b"</sst"):
        yield from strings_of(text)


def careful_strings(chunks: Iterable[bytes]) -> Iterator[str]:
    """The same for shared strings in any spelling.

    Raises ValueError or etree.XMLSyntaxError for what is none.
    """
    return (unescape(item_text(item)) for item in _elements(chunks, "sst", "sst", "si"))


def _pieces(chunks: Iterable[bytes], opens: bytes, unit: bytes, closes: bytes) -> Iterator[str]:
    """What stands inside an element, in pieces of whole units.

    The rest of the part is read too, for its checksum.
    """
    rest, inside = b"", False
    for chunk in chunks:
        rest += chunk
        if len(rest) > _MOST_PENDING:
            raise Odd
        if not inside:
            inside, rest = _enter(rest, opens)
        cut = rest.rfind(unit) + len(unit) if inside else 0
        if cut >= len(unit):
            yield _plain(rest[:cut])
            rest = rest[cut:]
    inner, closed, _ = rest.partition(closes)
    if not inside or not closed or inner.count(b"<") != inner.count(b"/>"):
        raise Odd
    if inner.strip():
        yield _plain(inner)


def _plain(xml: bytes) -> str:
    if (b"!" in xml and b"<!" in xml) or b"\0" in xml:
        raise Odd
    try:
        return xml.decode()
    except UnicodeDecodeError as error:
        raise Odd from error


def _enter(start: bytes, opens: bytes) -> tuple[bool, bytes]:
    """Whether the element has begun, and what comes from there on."""
    head = _START.match(start)
    if not head:
        raise Odd
    encoding = _ENCODING.search(head[1] or b"")
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        raise Odd
    at = start.find(opens)
    end = start.find(b">", at)
    if at < 0 or end < 0:
        return False, start
    empty = start[end - 1 : end] == b"/"
    return True, b"</" + opens[1:] if empty else start[end + 1 :]


def _elements(
    chunks: Iterable[bytes], root: str, within: str, name: str
) -> Iterator[etree._Element]:
    """Elements of one local name right inside another, each forgotten after use."""
    parser = etree.XMLPullParser(
        events=("end",),
        tag=f"{{*}}{name}",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )

    def ready() -> Iterator[etree._Element]:
        for _, element in parser.read_events():
            if isinstance(element, etree._Element) and (parent := element.getparent()) is not None:
                if str(parent.tag).rpartition("}")[2] == within:
                    yield element
                element.clear()
                while element.getprevious() is not None:
                    del parent[0]

    for chunk in chunks:
        parser.feed(chunk)
        yield from ready()
    if str(parser.close().tag).rpartition("}")[2] != root:
        raise ValueError(root)
    yield from ready()
