"""Reads an Excel workbook: the sheets that are wanted, every cell as it shows, in bounded memory.

Nothing here trusts a size, a reference or a path that the file states: sheets are read row by row
as they are inflated, so that a stray cell costs a sentence and not the memory of the whole
rectangle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import compress, islice, pairwise
from pathlib import Path

from lxml import etree

from trustbook.a1 import cell_name
from trustbook.errors import SafetyStop
from trustbook.snapshot import (
    EPOCH_1900,
    EPOCH_1904,
    CellValue,
    Grid,
    MergedArea,
    Snapshot,
    TableArea,
)
from trustbook.xlsx import read_rows, refs, row_looks
from trustbook.xlsx.admission import Admitted, admit
from trustbook.xlsx.cell_decoder import Odd, Shown, format_kinds
from trustbook.xlsx.conventions import Conventions

MAX_SHEET = 640 << 20
MAX_STRINGS = 96 << 20
MAX_ITEMS = 2_000_000  # shared strings
MAX_ROWS = 300_000  # rows that hold something
MAX_CELLS = 10_000_000
MAX_GAP = 100_000  # blank rows above a row that is still part of the list
_FEWEST_HEADS = 2  # one alone is no heading

# Text in a cell holds no angle bracket of its own, so these find elements only.
_HELPS = {
    "dropdown": (b"dataValidation", re.compile(rb"<(?:[\w.-]+:)?dataValidation\s")),
    "link": (b"hyperlink", re.compile(rb"<(?:[\w.-]+:)?hyperlink\s")),
}
_MERGED = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s+ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']"
)
_MOST_MERGED = 10_000
_LONGEST_TAG = 64

_Cut = Callable[[Iterable[bytes], Shown, read_rows.Formulas], Iterator[read_rows.Row]]


def read_snapshot(
    path: Path,
    wanted: Callable[[str], bool],
    conventions: Conventions,
    data: bytes | None = None,
) -> Snapshot:
    """What the workbook at ``path`` shows now: our own sheets, and those whose title is ``wanted``.

    ``data``: its bytes, where they were fetched already. ``version`` is the sha256 of the file in
    hex, ``workbook`` its name. Raises what ``admit`` raises, and SafetyStop for a wanted sheet that
    is damaged or absurdly large. Data problems are faults in their cells.
    """
    with admit(path, data) as book:
        return _Reading(book, conventions).snapshot(wanted)


class _Reading:
    """One workbook while it is being read."""

    def __init__(self, book: Admitted, conventions: Conventions) -> None:
        self.book, self.conventions = book, conventions
        self.root = book.xml(book.workbook)
        self.relations = book.relations(book.workbook)
        styles = self._part("styles")
        self.formats = format_kinds(book.xml(styles) if styles else None)
        self.strings: list[str] | None = None
        self.cells = 0
        self.noticed = _Noticing(())  # of the sheet that was read last

    def snapshot(self, wanted: Callable[[str], bool]) -> Snapshot:
        """All that is to be known of the workbook: our own sheets, and the ``wanted`` ones."""
        sheets = list(self.root.iterfind("{*}sheets/{*}sheet"))
        if not sheets:
            self.book.damaged()
        titles = tuple(node.get("name") or "" for node in sheets)
        marks, ours = self._marks()
        grids = []
        for title, node in zip(titles, sheets, strict=True):
            if title in ours or wanted(title):
                part = self._worksheet(node)
                if part:
                    grids.append(self._grid(title, part, ours.get(title)))
                    grids[-1].marked = self._marked(part, _lone_texts(grids[-1].rows))
                    grids[-1].helps = frozenset(self.noticed.helps)
                    grids[-1].bare = title in ours and self._is_bare(part, ours[title])
        epoch = EPOCH_1904 if self._is_1904() else EPOCH_1900
        return Snapshot(self.book.name, self.book.version, titles, grids, marks, epoch)

    # the workbook around the sheets

    def _worksheet(self, sheet: etree._Element) -> str | None:
        """The part of a sheet with cells; None for a sheet of another kind."""
        relation = self.relations.get(_reference(sheet))
        if relation is None:
            self.book.damaged()
        if relation.kind != "worksheet":
            return None
        if not self.book.has(relation.target):
            self.book.damaged()
        return relation.target

    def _grid(self, title: str, part: str, key: str | None) -> Grid:
        rows, formulas = self._rows(title, part)
        return Grid(
            title,
            rows,
            tables=self._tables(part),
            ours=key,
            formulas=formulas.cells,
            arrays=formulas.arrays,
            merged=self.noticed.merged,
        )

    def _marked(self, part: str, lone: Mapping[int, int]) -> frozenset[int]:
        """The rows whose lone text looks like a heading; mostly there are none to look at."""
        if len(lone) < _FEWEST_HEADS:
            return frozenset()
        styles = self._part("styles")
        looks = row_looks.looks_of(self.book.xml(styles) if styles else None)
        with suppress(etree.XMLSyntaxError, ValueError, LookupError):  # spelled oddly: no look
            return row_looks.marked_rows(self.book.stream(part), lone, looks)
        return frozenset()

    def _is_bare(self, part: str, key: str) -> bool:
        """Whether another program took the looks or the drawing of a sheet of ours away."""
        kinds = {relation.kind for relation in self.book.relations(part).values()}
        if key in self.conventions.drawn and "drawing" not in kinds:
            return True
        with suppress(etree.XMLSyntaxError, ValueError, LookupError):  # spelled oddly: not asked
            return row_looks.is_bare(self.book.stream(part))
        return False

    def _is_1904(self) -> bool:
        properties = self.root.find("{*}workbookPr")
        written = properties.get("date1904", "") if properties is not None else ""
        return written.lower() in ("1", "true", "on")

    def _marks(self) -> tuple[dict[str, str], dict[str, str]]:
        """Our hidden names: texts by name without prefix, and keys of generated sheets by title."""
        marks, sheets = {}, {}
        for name, value in self._own_names():
            key = self.conventions.key_of(name)
            title = refs.plain_title(value.rpartition("!")[0])
            if key is None and len(value) > 1 and value[0] == value[-1] == '"':
                marks[name.removeprefix(self.conventions.prefix)] = value[1:-1].replace('""', '"')
            elif key in self.conventions.generated and title:
                sheets[title] = key
        return marks, sheets

    def _own_names(self) -> Iterator[tuple[str, str]]:
        """Our hidden names, and what they stand for."""
        for node in self.root.iterfind("{*}definedNames/{*}definedName"):
            name = node.get("name") or ""
            if name.startswith(self.conventions.prefix) and node.get("localSheetId") is None:
                yield name, (node.text or "").strip()

    def _part(self, kind: str) -> str | None:
        part = next((each.target for each in self.relations.values() if each.kind == kind), None)
        return part if part and self.book.has(part) else None

    def _tables(self, part: str) -> tuple[TableArea, ...]:
        found = []
        for relation in self.book.relations(part).values():
            if relation.kind == "table" and self.book.has(relation.target):
                with suppress(ValueError):
                    found.append(_table(self.book.xml(relation.target)))
        return tuple(found)

    # cells

    def _rows(self, title: str, part: str) -> tuple[list[Sequence[CellValue]], read_rows.Formulas]:
        """All rows of a sheet, in as many cells as each fills; and where formulas stand."""
        if self.book.size(part) > MAX_SHEET:
            raise SafetyStop("gate.too_big", name=self.book.name, where=title)
        shown = Shown(self.formats, self._is_1904(), self._strings)
        try:
            try:
                return self._with_formulas(title, part, shown, read_rows.quick)
            except Odd:
                return self._with_formulas(title, part, shown, read_rows.careful)
        except read_rows.Stray as stray:
            raise SafetyStop(
                "gate.stray_cell", name=self.book.name, sheet=title, cell=str(stray)
            ) from None
        except (Odd, etree.XMLSyntaxError, ValueError):
            self.book.damaged()

    def _with_formulas(
        self, title: str, part: str, shown: Shown, cut: _Cut
    ) -> tuple[list[Sequence[CellValue]], read_rows.Formulas]:
        formulas = read_rows.Formulas()
        rows = self._collect(title, part, lambda chunks: cut(chunks, shown, formulas))
        formulas.spread(len(rows))
        return rows, formulas

    def _collect(
        self, title: str, part: str, rows: Callable[[Iterable[bytes]], Iterator[read_rows.Row]]
    ) -> list[Sequence[CellValue]]:
        out: list[Sequence[CellValue]] = []
        filled = cells = 0
        chunks = _Noticing(self.book.stream(part))
        for filled, (number, values) in enumerate(rows(chunks), 1):
            if number != len(out) + 1:
                self._leave_blank(out, number, values)
            out.append(values)
            cells += len(values)
            if not filled % 1000:
                self._check_size(title, filled, cells)
        self._check_size(title, filled, cells)
        self.cells += cells
        self.noticed = chunks
        return out

    def _leave_blank(
        self, out: list[Sequence[CellValue]], number: int, values: Sequence[CellValue]
    ) -> None:
        """Make ``out`` end right above row ``number``."""
        blank = number - len(out) - 1
        if number < 1 or blank < 0:
            raise Odd
        if blank > MAX_GAP:
            column = next(i for i, value in enumerate(values, 1) if value is not None)
            raise read_rows.Stray(cell_name(number, column))
        out.extend([()] * blank)

    def _check_size(self, title: str, rows: int, cells: int) -> None:
        """Stop at what no list of people has: counted, for a guess would be told as a fact."""
        if rows > MAX_ROWS:
            raise SafetyStop("gate.too_many_rows", name=self.book.name, where=title, most=MAX_ROWS)
        if self.cells + cells > MAX_CELLS:
            raise SafetyStop("gate.too_big", name=self.book.name, where=title)

    def _strings(self) -> list[str]:
        """The shared strings, read when the first cell asks for one."""
        if self.strings is None:
            self.strings = self._read_strings()
        return self.strings

    def _read_strings(self) -> list[str]:
        part = self._part("sharedStrings")
        if part is None:
            return []
        if self.book.size(part) > MAX_STRINGS:
            raise SafetyStop("gate.too_big", name=self.book.name, where=part.lstrip("/"))
        try:
            return self._collect_strings(part, read_rows.quick_strings)
        except Odd:
            return self._collect_strings(part, read_rows.careful_strings)

    def _collect_strings(
        self, part: str, strings: Callable[[Iterable[bytes]], Iterator[str]]
    ) -> list[str]:
        out = list(islice(strings(self.book.stream(part)), MAX_ITEMS + 1))
        if len(out) > MAX_ITEMS:
            raise SafetyStop("gate.too_big", name=self.book.name, where=part.lstrip("/"))
        return out


def _lone_texts(rows: Sequence[Sequence[CellValue]]) -> dict[int, int]:
    """The rows with one filled cell right above a fuller one: row number to its column."""
    counts = [len(row) - row.count(None) for row in rows]
    lone = [at for at, (count, below) in enumerate(pairwise(counts)) if count == 1 < below]
    columns = range(1, max(map(len, rows), default=0) + 1)
    return {at + 1: next(compress(columns, (c is not None for c in rows[at]))) for at in lone}


class _Noticing:
    """Chunks as they pass, with the helps for people and the merged cells that they hold."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.helps: set[str] = set()
        self._merged: dict[str, None] = {}

    @property
    def merged(self) -> list[MergedArea]:
        """The merged areas, of which no list has more than a few."""
        return [MergedArea(*refs.area(text)) for text in islice(self._merged, _MOST_MERGED)]

    def __iter__(self) -> Iterator[bytes]:
        before = b""
        for chunk in self._chunks:
            seen = before + chunk
            for name, (word, sign) in _HELPS.items():
                if word in seen and sign.search(seen):  # mostly the word is nowhere
                    self.helps.add(name)
            if b"mergeCell" in chunk or b"mergeCell" in before + chunk[:_LONGEST_TAG]:
                found = _MERGED.findall(before + chunk)
                self._merged |= dict.fromkeys(text.decode() for text in found)
            before = chunk[-_LONGEST_TAG:]
            yield chunk


def _reference(sheet: etree._Element) -> str:
    """The relationship by which a sheet's part is found."""
    ids = (str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id"))
    return next(ids, "")


def _table(root: etree._Element) -> TableArea:
    """A table part as an area. Raises ValueError for one whose reference is none."""
    area = refs.area(root.get("ref") or "")
    name = root.get("displayName") or root.get("name") or ""
    totals = root.get("totalsRowCount") or "0"
    return TableArea(name, *area, totals_rows=int(totals) if totals.isdecimal() else 0)
