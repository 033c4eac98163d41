"""Reads an Excel workbook: only the sheets we know, every cell as it shows, fast and within a bounded memory.

calamine does the bulk work. It never sees the file: it is fed vetted blocks of rows (plain.py) of what the gate let in,
with the number formats that tell a date from a number.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from trustbook.columns import GENERATED, typed_sheet
from trustbook.errors import SafetyStop
from trustbook.workbooks.base import CellValue, Fault, Grid, Snapshot, TableArea
from trustbook.workbooks.excel import plain
from trustbook.workbooks.excel.gate import Admitted, admit

PREFIX = "trustbook_"
MAX_SHEET = 640 << 20
MAX_STRINGS = 96 << 20
MAX_ITEMS = 2_000_000  # shared strings
MAX_ROWS = 300_000  # rows that hold something
MAX_CELLS = 10_000_000
MAX_GAP = 100_000  # blank rows above a cell that is still part of the list
_LAST_DAY = 2_958_465  # 31-12-9999 as Excel counts
_MEMORY = 60_000  # values remembered, so that equal ones are one object

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROOT = (f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
         f'Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
_RELATIONS = (f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="sheet.xml"/>'
              f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>')  # fmt: skip
_SHEET = 640 << 20
MAX_STRINGS = 96 << 20
MAX_ITEMS = 2_000_000  # shared strings
MAX_ROWS = 300_000  # rows that hold something
MAX_CELLS = 10_000_000
MAX_GAP = 100_000  # blank rows above a cell that is still part of the list
_LAST_DAY = 2_958_465  # 31-12-9999 as Excel counts
_MEMORY = 60_000  # values remembered, so that equal ones are one object

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
              f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="sheet.xml"/>'
              f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>')  # fmt: skip
_SHEET = f'<worksheet xmlns="{_MAIN}"><sheetData>%s</sheetData></worksheet>'.encode()
_HUGE = re.compile(rb'(<c [^>]*?)\bs="\d+"([^>]*>\s*<v>(?:\d{7,}|[^<]*[eE]))')


_Made = TypeVar("_Made")
_Spell: TypeAlias = Callable[[Iterable[bytes]], Iterator[_Made]]


def read_snapshot(path: Path) -> Snapshot:
    """What the workbook at ``path`` shows now.

    ``version`` is the sha256 of the file in hex, ``workbook`` its name. Raises what ``gate.admit`` raises, and
    SafetyStop for a known sheet that is damaged or absurdly large. Data problems are Faults in their cells.
    """
    with admit(path) as book:
        return _Reading(book).snapshot()


class _Reading:
    """One workbook while it is being read."""

    def __init__(self, book: Admitted) -> None:
        self.book = book
        self.root = book.xml(book.workbook)
        self.relations = book.relations(book.workbook)
        self.feed = _Feed(self._is_1904(), self._formats())
        self.strings: list[str] | None = None
        self.cells = 0

    def snapshot(self) -> Snapshot:
        sheets = [(node.get("name") or "", _reference(node)) for node in self.root.iterfind("{*}sheets/{*}sheet")]
        marks, ours = self._marks()
        grids = []
        for title, reference in sheets:
            key = ours.get(title)
            if key is None and typed_sheet(title) is None:
                continue
            relation = self.relations.get(reference)
            if relation is None or (relation.kind == "worksheet" and not self.book.has(relation.target)):
                self.book.damaged()
            if relation.kind == "worksheet":
                rows, tables = self._rows(title, relation.target), self._tables(relation.target)
                grids.append(Grid(title, rows, tables=tables, ours=key))
        return Snapshot(self.book.name, self.book.version, tuple(title for title, _ in sheets), grids, marks)

    # the workbook around the sheets

    def _is_1904(self) -> bool:
        properties = self.root.find("{*}workbookPr")
        return properties is not None and properties.get("date1904", "").lower() in ("1", "true", "on")

    def _marks(self) -> tuple[dict[str, str], dict[str, str]]:
        """Our hidden names: texts by name without prefix, and keys of generated sheets by title."""
        marks, sheets = {}, {}
        keys = {sheet.key for sheet in GENERATED}
        for node in self.root.iterfind("{*}definedNames/{*}definedName"):
            name, value = node.get("name") or "", (node.text or "").strip()
            if not name.startswith(PREFIX) or node.get("localSheetId") is not None:
                continue
            name = name.removeprefix(PREFIX)
            if name.startswith("sheet_"):
                key = name.removeprefix("sheet_")
                title = value.rpartition("!")[0]
                if key in keys and title:
                    sheets[title[1:-1].replace("''", "'") if title.startswith("'") else title] = key
            elif len(value) > 1 and value[0] == value[-1] == '"':
                marks[name] = value[1:-1].replace('""', '"')
        return marks, sheets

    def _part(self, kind: str) -> str | None:
        part = next((each.target for each in self.relations.values() if each.kind == kind), None)
        return part if part and self.book.has(part) else None

    def _formats(self) -> bytes:
        """The number formats of cell styles, in the shortest stylesheet that says them."""
        part = self._part("styles")
        root = self.book.xml(part) if part else etree.Element("none")
        cells = [_digits(node.get("numFmtId")) for node in root.iterfind("{*}cellXfs/{*}xf")]
        used = set(cells)
        out = etree.Element("styleSheet", xmlns=_MAIN)
        formats, styles = etree.SubElement(out, "numFmts"), etree.SubElement(out, "cellXfs")
        for node in root.iterfind("{*}numFmts/{*}numFmt"):
            if (number := _digits(node.get("numFmtId"))) in used:
                etree.SubElement(formats, "numFmt", numFmtId=number, formatCode=node.get("formatCode") or "")
        for number in cells:
            etree.SubElement(styles, "xf", numFmtId=number)
        return etree.tostring(out)

    def _tables(self, part: str) -> tuple[TableArea, ...]:
        found = []
        for relation in self.book.relations(part).values():
            if relation.kind != "table" or not self.book.has(relation.target):
                continue
            root = self.book.xml(relation.target)
            area = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", root.get("ref") or "")
            if area:
                left, top, right, bottom = area.groups()
                found.append(TableArea(
                    root.get("displayName") or root.get("name") or "", int(top), plain.column_number(left),
                    int(bottom or top), plain.column_number(right or left), int(_digits(root.get("totalsRowCount"))),
                ))  # fmt: skip
        return tuple(found)

    # cells

    def _rows(self, title: str, part: str) -> list[Sequence[CellValue]]:
        """All rows of a sheet from the first on, in as many cells as each fills."""
        if self.book.size(part) > MAX_SHEET:
            raise SafetyStop("gate.too_big", name=self.book.name, where=title)
        try:
            try:
                return self._collect(title, part, plain.blocks)
            except (plain.Odd, CalamineError):
                return self._collect(title, part, plain.respelled)
        except plain.Stray as stray:
            raise SafetyStop("gate.stray_cell", name=self.book.name, sheet=title, cell=str(stray)) from None
        except (plain.Odd, CalamineError, etree.XMLSyntaxError, LookupError, ValueError):
            self.book.damaged()

    def _collect(self, title: str, part: str, spell: _Spell[bytes]) -> list[Sequence[CellValue]]:
        out: list[Sequence[CellValue]] = []
        values = _Values(self._shared)
        value = values.__getitem__
        filled = cells = 0
        meter = _Meter(self.book.stream(part))
        for block in spell(meter):
            (top, left), rows = self.feed.rows(block)
            if not rows:
                continue
            if top - len(out) > MAX_GAP:
                raise plain.Stray(f"{plain.column_letters(left + 1)}{top + 1}")
            out.extend(() for _ in range(top - len(out)))
            start = (None,) * left
            for row in rows:
                out.append(_trimmed((*start, *map(value, row))))
                cells += len(out[-1])
            filled += len(rows)
            likely = filled * self.book.size(part) / meter.read if meter.read > 16 << 20 else 0
            if filled > MAX_ROWS or likely > 1.5 * MAX_ROWS or self.cells + cells > MAX_CELLS:
                raise SafetyStop("gate.too_big", name=self.book.name, where=title)
        self.cells += cells
        return out

    def _shared(self, index: str) -> CellValue:
        if self.strings is None:
            self.strings = self._read_strings()
        return self.strings[int(index)] if index.isdecimal() and int(index) < len(self.strings) else Fault("unreadable")

    def _read_strings(self) -> list[str]:
        part = self._part("sharedStrings")
        if part is None:
            return []
        if self.book.size(part) > MAX_STRINGS:
            raise SafetyStop("gate.too_big", name=self.book.name, where=part.lstrip("/"))
        try:
            return self._collect_strings(part, plain.strings)
        except (plain.Odd, CalamineError):
            return self._collect_strings(part, plain.respelled_strings)

    def _collect_strings(self, part: str, spell: _Spell[tuple[int, bytes]]) -> list[str]:
        out: list[str] = []
        for count, block in spell(self.book.stream(part)):
            (top, _), rows = self.feed.rows(block)
            out.extend("" for _ in range(top))
            out.extend(str(row[0]) for row in rows)
            out.extend("" for _ in range(count - top - len(rows)))
            if len(out) > MAX_ITEMS:
                raise SafetyStop("gate.too_big", name=self.book.name, where=part.lstrip("/"))
        return out


class _Meter:
    """Chunks as they pass, counted in bytes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.read += len(chunk)
            yield chunk


class _Feed:
    """Turns a block of rows into values: a workbook of one sheet in memory, read by calamine."""

    def __init__(self, date1904: bool, formats: bytes) -> None:
        self._book = (f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{int(date1904)}"/><sheets>'
                      f'<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>')  # fmt: skip
        self._formats = formats

    def rows(self, block: bytes) -> tuple[tuple[int, int], list[list[Any]]]:
        """(row, column) where the values start, counted from 0, and the rectangle of values."""
        try:
            sheet = self._sheet(block)
            return sheet.start or (0, 0), sheet.to_python()
        except OverflowError:
            sheet = self._sheet(_HUGE.sub(rb"\1\2", block))  # a duration of more days than there are
            return sheet.start or (0, 0), sheet.to_python()
        except (KeyboardInterrupt, SystemExit, MemoryError, Exception):
            raise
        except BaseException as panic:
            raise CalamineError(str(panic)) from None

    def _sheet(self, block: bytes) -> Any:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as package:
            package.writestr("_rels/.rels", _ROOT)
            package.writestr("xl/workbook.xml", self._book)
            package.writestr("xl/_rels/workbook.xml.rels", _RELATIONS)
            package.writestr("xl/styles.xml", self._formats)
            package.writestr("xl/sheet.xml", _SHEET % block)
        file.seek(0)
        return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)


class _Values(dict[Any, CellValue]):
    """What calamine gives, to what the cell shows; equal values become one object."""

    def __init__(self, shared: Callable[[str], CellValue]) -> None:
        super().__init__()
        self._shared = shared

    def __missing__(self, raw: Any) -> CellValue:
        if raw is True or raw is False:
            return bool(raw)  # never kept: True equals 1
        value = self._text(raw) if isinstance(raw, str) else _number(raw) if isinstance(raw, float) else _moment(raw)
        if raw not in (0, 1):
            if len(self) >= _MEMORY:
                self.clear()
            self[raw] = value
        return value

    def _text(self, raw: str) -> CellValue:
        if not raw.startswith("\x01"):
            return raw or None
        kind, text = raw[:2], raw[2:]
        if kind == plain.SHARED:
            found = self._shared(text)
            return found if found != "" else None
        if kind == plain.ERROR:
            return Fault(text)
        return Fault("uncomputed") if kind == plain.UNCOMPUTED else raw


def _number(raw: float) -> CellValue:
    if not math.isfinite(raw):
        return Fault("unreadable")
    return int(raw) if raw.is_integer() and abs(raw) <= 2**53 else raw


def _moment(raw: date | datetime | time | timedelta) -> CellValue:
    """A date when no time of day is left after rounding away the noise of a fraction."""
    if isinstance(raw, timedelta):
        return raw if abs(raw.days) <= _LAST_DAY else _number(raw / timedelta(days=1))
    if not isinstance(raw, datetime):
        return raw
    noise = raw.microsecond if raw.microsecond < 500_000 else raw.microsecond - 1_000_000
    if abs(noise) <= 1000 and (noise >= 0 or raw.date() < date.max):
        raw -= timedelta(microseconds=noise)
    return raw.date() if raw.time() == time() else raw


def _trimmed(row: tuple[CellValue, ...]) -> tuple[CellValue, ...]:
    """The row without blanks at its end."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _reference(sheet: etree._Element) -> str:
    return next((str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id")), "")


def _digits(text: str | None) -> str:
    return text if text and text.isdecimal() and len(text) < 10 else "0"
