"""Editing cells of a sheet whose other cells are not ours: the rows that change are cut out, edited
and put back.

Every other byte of the sheet stays where it was.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from trustbook.a1 import cell_name
from trustbook.errors import SafetyStop
from trustbook.snapshot import CellStyle, CellValue
from trustbook.xlsx.cell_values import TEXT_LIMIT, Content, length
from trustbook.xlsx.markup import (
    ATTRIBUTES,
    Markup,
    attributes,
    child,
    children,
    drop,
    local,
    make,
    parse_part,
    parser,
    true,
)
from trustbook.xlsx.refs import Area, Areas, area, column_of
from trustbook.xlsx.styles import Styles

_AT_ONCE = 500  # rows parsed together
_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(" + ATTRIBUTES + rb")(/?)>")
_ATTRIBUTE_SQREF = re.compile(
    rb"""<(?:[\w.-]+:)?(?:dataValidation|conditionalFormatting)\s(?:[^>"']|"[^"]*"|'[^']*')*?\bsqref=["']([^"']*)"""
)
_ELEMENT_SQREF = re.compile(
    rb"<[\w.-]+:sqref>([^<]*:[^<]*)<"
)  # a sparkline's place is one cell, never a block
_COLS = re.compile(rb"<((?:[\w.-]+:)?)cols(?=[\s/>])")
_FILTER = re.compile(
    rb"""<(?:[\w.-]+:)?autoFilter\s(?:[^>"']|"[^"]*"|'[^']*')*?\bref=["']([^"']*)"""
)
_ROOT = re.compile(rb"<[\w.:-]+(" + ATTRIBUTES + rb")/?>")


@dataclass(frozen=True, slots=True)
class CellWrite:
    """What a cell is to hold. ``base`` is the format to start from (None: the cell's own);
    ``shown`` chooses dates.
    """

    content: Content
    value: CellValue = None
    look: CellStyle | None = None
    base: int | None = None


class SheetXml:
    """One worksheet part: its rows are found, not parsed. ``apply`` may be called once.

    Raises SafetyStop where the part is no worksheet.
    """

    def __init__(self, data: bytes, title: str, part: str) -> None:
        self.title, self.part = title, part
        self.removed_formulas: list[str] = []
        self._markup = Markup(data)
        self._text, self._masked = self._markup.text, self._markup.masked
        opened, root = _DATA.search(self._masked), _ROOT.search(self._masked)
        if not opened or not root:
            raise SafetyStop("excel.damaged", where=part)
        self._prefix = opened.group(1)
        self._open = opened.end()
        self._close = self._masked.rfind(b"</" + self._prefix + b"sheetData")
        self._tag = b"<" + self._prefix + b"sheetData" + opened.group(2) + b">"
        self._self_closed = opened.start() if opened.group(3) else None
        if opened.group(3):
            self._close = self._open
        spaces = {**attributes(root.group(1)), **attributes(opened.group(2))}
        named = [
            (name, value)
            for name, value in spaces.items()
            if name == b"xmlns" or name.startswith(b"xmlns:")
        ]
        self._wrapper = b"<rows" + b"".join(b' %b="%b"' % pair for pair in named) + b">"
        self._numbers: list[int] = []
        self._starts: list[int] = []
        self._find_rows()
        self._index = {number: position for position, number in enumerate(self._numbers)}
        self._merged: Areas | None = None
        self._blocks: Areas | None = None
        self._fresh: list[tuple[int, int, bytes]] = []
        self._skeleton: etree._Element | None = None

    def _find_rows(self) -> None:
        pattern = re.compile(
            rb"<" + self._prefix + rb'row(?=[\s/>])(?:\s+r="(\d+)")?(' + ATTRIBUTES + rb")/?>"
        )
        last = 0
        for found in pattern.finditer(self._masked, self._open, self._close):
            written = found.group(1) or attributes(found.group(2)).get(b"r")
            last = int(written) if written else last + 1
            self._numbers.append(last)
            self._starts.append(found.start())
        self._starts.append(self._close)

    # reading

    @property
    def skeleton(self) -> etree._Element:
        """The worksheet without its rows, to look at."""
        if self._skeleton is None:
            start = self._self_closed if self._self_closed is not None else self._open
            end = self._open if self._self_closed is not None else self._close
            closed = self._tag[:-1] + b"/>" if self._self_closed is not None else b""
            self._skeleton = parse_part(
                self._text[self._markup.start : start] + closed + self._text[end:]
            )
        return self._skeleton

    def numbers_down_from_last(self) -> Iterator[int]:
        """Row numbers that the sheet holds, the last one first."""
        return reversed(self._numbers)

    def blank(self, row: int) -> bool:
        """Whether a row surely holds nothing, told from its text alone."""
        if row not in self._index:
            return True
        raw = self._raw(self._index[row])
        return not any(b"<" + self._prefix + tag in raw for tag in (b"v", b"f", b"is"))

    def cells(self, row: int) -> dict[int, etree._Element]:
        """The cells of one row by column, as copies to look at."""
        return (
            dict(_columns(self._parse(self._raw(self._index[row]))[0]))
            if row in self._index
            else {}
        )

    def row_style(self, row: int) -> int:
        """The format of a whole row, 0 if it has none of its own."""
        if row not in self._index:
            return 0
        found = self._parse(self._raw(self._index[row]))[0]
        return int(found.get("s") or 0) if true(found.get("customFormat")) else 0

    def column_styles(self) -> list[tuple[Area, int]]:
        """The formats of whole columns, as areas of row 1; columns without one are left out."""
        found = [
            each for holder in children(self.skeleton, "cols") for each in children(holder, "col")
        ]
        spans = [
            (int(each.get("min") or 1), int(each.get("max") or 1), int(each.get("style") or 0))
            for each in found
        ]
        return [(Area(1, first, 1, last), style) for first, last, style in spans if style]

    def _raw(self, position: int) -> bytes:
        return self._text[self._starts[position] : self._starts[position + 1]]

    @property
    def merged(self) -> Areas:
        """The merged areas of the sheet."""
        if self._merged is None:
            holders = children(self.skeleton, "mergeCells")
            refs = [
                each.get("ref") or ""
                for holder in holders
                for each in holder
                if local(each) == "mergeCell"
            ]
            self._merged = Areas(area(ref) for ref in refs if ref)
        return self._merged

    @property
    def blocks(self) -> Areas:
        """Areas that one formula fills: arrays, spilled ranges and data tables of more than one
        cell.
        """
        if self._blocks is None:
            tags = [attributes(tag) for tag in self._formula_tags()]
            filled = [
                each
                for each in tags
                if each.get(b"t") in (b"array", b"dataTable") and b"ref" in each
            ]
            blocks = [area(each[b"ref"].decode()) for each in filled]
            self._blocks = Areas(each for each in blocks if not each.single)
        return self._blocks

    def _formula_tags(self) -> list[bytes]:
        pattern = re.compile(rb"<" + self._prefix + rb"f\s(" + ATTRIBUTES + rb")/?>")
        return pattern.findall(self._masked, self._open, self._close)

    def _members(self, shared: str) -> int:
        tags = (attributes(tag) for tag in self._formula_tags())
        return sum(
            each.get(b"si") == shared.encode() and each.get(b"t") == b"shared" for each in tags
        )

    def _parse(self, raw: bytes) -> etree._Element:
        return etree.fromstring(self._wrapper + raw + b"</rows>", parser())

    # writing

    def apply(self, puts: Mapping[int, Mapping[int, CellWrite]], styles: Styles) -> None:
        """Write ``puts[row][column]``. Raises SafetyStop, naming the cell, where more than that
        cell would change.
        """
        columns = self.column_styles()
        for run in self._runs(puts):
            start, end = self._starts[run[0]], self._starts[run[-1] + 1]
            rows = self._parse(self._text[start:end])
            for position, row in zip(run, children(rows, "row"), strict=True):
                self._edit(
                    row, self._numbers[position], puts[self._numbers[position]], styles, columns
                )
            self._fresh.append((start, end, _inside(rows)))
        for number in sorted(puts.keys() - self._index.keys()):
            rows = self._parse(b"<" + self._prefix + b"row/>")
            rows[0].set("r", str(number))
            self._edit(rows[0], number, puts[number], styles, columns)
            if len(rows[0]):
                start = self._starts[bisect(self._numbers, number)]
                self._fresh.append((start, start, _inside(rows)))
        self._grow(puts)

    def _runs(self, puts: Mapping[int, object]) -> Iterator[list[int]]:
        """Positions of the rows to edit, as runs of neighbours of at most ``_AT_ONCE``."""
        run: list[int] = []
        for position in sorted(self._index[each] for each in puts if each in self._index):
            if run and (position != run[-1] + 1 or len(run) == _AT_ONCE):
                yield run
                run = []
            run.append(position)
        if run:
            yield run

    def _edit(
        self,
        row: etree._Element,
        number: int,
        puts: Mapping[int, CellWrite],
        styles: Styles,
        columns: list[tuple[Area, int]],
    ) -> None:
        present = dict(_columns(row))
        for column, put in sorted(puts.items()):
            self._guard(number, column, put)
            one = present.get(column)
            own = int(one.get("s") or 0) if one is not None else 0
            base = put.base if put.base is not None and not own else own
            if one is None:
                if not put.content.kind and not put.base:
                    continue
                base = base or self._inherited(row, column, columns)
                one = make(row, "c", {"r": cell_name(number, column)})
                later = [other for other in present if other > column]
                row.insert(row.index(present[min(later)]) if later else _after_cells(row), one)
                present[column] = one
            else:
                self._guard_formula(one, number, column)
            style = styles.dress(base, put.look, put.value)
            if style or one.get("s"):
                one.set("s", str(style))
            fill_cell(one, put.content)
        _stretch(row, puts)

    def _guard(self, row: int, column: int, put: CellWrite) -> None:
        """Refuse a cell that is only part of something larger, and a text that is larger than any
        cell.
        """
        where = {"sheet": self.title, "cell": cell_name(row, column)}
        if isinstance(put.value, str) and length(put.value) > TEXT_LIMIT:
            raise SafetyStop("excel.text_too_long", limit=TEXT_LIMIT, **where)
        merged = self.merged.at(row, column)
        if merged and (merged.first_row, merged.first_column) != (row, column):
            raise SafetyStop("excel.merged", area=str(merged), **where)
        block = self.blocks.at(row, column)
        if block:
            raise SafetyStop("excel.formula_area", area=str(block), **where)

    def _guard_formula(self, one: etree._Element, row: int, column: int) -> None:
        """Refuse to take away a formula that other cells repeat; note one that goes."""
        formula = child(one, "f")
        if formula is None:
            return
        if (
            formula.get("t") == "shared"
            and formula.get("ref")
            and self._members(formula.get("si") or "") > 1
        ):
            raise SafetyStop("excel.formula_shared", sheet=self.title, cell=cell_name(row, column))
        self.removed_formulas.append(cell_name(row, column))

    def _inherited(self, row: etree._Element, column: int, columns: list[tuple[Area, int]]) -> int:
        """The format an empty cell shows: its row's, else its column's."""
        if true(row.get("customFormat")):
            return int(row.get("s") or 0)
        return next(
            (style for span, style in columns if span.first_column <= column <= span.last_column), 0
        )

    def _grow(self, puts: Mapping[int, Mapping[int, CellWrite]]) -> None:
        """Let the sheet's ``dimension`` hold the cells that were written."""
        pattern = re.compile(
            rb"<" + self._prefix + rb"""dimension\s+ref=["']([A-Za-z0-9:$]+)["']"""
        )
        tag = pattern.search(self._masked, 0, self._open)
        written = [
            (row, column)
            for row, cells in puts.items()
            for column, put in cells.items()
            if put.content.kind
        ]
        if not tag or not written:
            return
        old = area(tag.group(1).decode())
        rows, columns = zip(*written, strict=True)
        new = Area(
            min(old[0], *rows), min(old[1], *columns), max(old[2], *rows), max(old[3], *columns)
        )
        if new != old:
            self._fresh.append((tag.start(1), tag.end(1), str(new).encode()))

    def stretch(self, old_row: int, last_row: int, columns: range) -> None:
        """Let validations and conditional formats that end at ``old_row`` within ``columns`` end at
        ``last_row``.
        """
        for pattern in (_ATTRIBUTE_SQREF, _ELEMENT_SQREF):
            for found in pattern.finditer(self._masked, self._close):
                refs = found.group(1).split()
                longer = [_longer(ref, old_row, last_row, columns) for ref in refs]
                if longer != refs:
                    self._fresh.append((found.start(1), found.end(1), b" ".join(longer)))

    def widen_filter(self, block: Area, last_column: int) -> tuple[Area, Area] | None:
        """Let the sheet's own filter reach ``last_column`` if it ends with ``block``: sorting must
        take whole rows.

        Returns the area of the filter before and after, None where there is none to widen.
        """
        for found in _FILTER.finditer(self._masked, self._close):
            old = area(found.group(1).decode())
            if old.first_row == block.first_row and old.last_column == block.last_column:
                wider = old._replace(last_column=last_column)
                self._fresh.append((found.start(1), found.end(1), str(wider).encode()))
                return old, wider
        return None

    def set_widths(self, first: int, widths: Sequence[float]) -> None:
        """Give columns from ``first`` on their widths, unless some of them have one already."""
        spans = [(int(one.get("min") or 1), int(one.get("max") or 1)) for holder in children(self.skeleton, "cols")
                 for one in children(holder, "col")]  # fmt: skip
        last = first + len(widths) - 1
        if any(low <= last and high >= first for low, high in spans):
            return
        name = self._prefix
        columns = b"".join(
            b'<%bcol min="%d" max="%d" width="%b" customWidth="1"/>'
            % (name, at, at, f"{width:g}".encode())
            for at, width in enumerate(widths, first)
        )
        start = self._masked.rindex(b"<", 0, self._open)
        holder = _COLS.search(self._masked, 0, start)
        if holder is None:
            self._fresh.append((start, start, b"<%bcols>%b</%bcols>" % (name, columns, name)))
            return
        tags = [
            found.start()
            for found in re.finditer(rb"<" + name + rb"col(?=\s)", self._masked[:start])
        ]
        later = next((tag for tag, (low, _) in zip(tags, spans, strict=False) if low > last), None)
        place = (
            later if later is not None else self._masked.index(b"</" + name + b"cols", holder.end())
        )
        self._fresh.append((place, place, columns))

    def encode(self) -> bytes:
        """The whole part."""
        pieces: list[bytes | memoryview] = []
        text_before = memoryview(self._text)
        position = 0
        opened = self._self_closed
        if opened is not None and any(start == self._open for start, _, _ in self._fresh):
            inside = b"".join(text for start, _, text in self._fresh if start == self._open)
            whole = self._tag + inside + b"</" + self._prefix + b"sheetData>"
            self._fresh = [each for each in self._fresh if each[0] != self._open] + [
                (opened, self._open, whole)
            ]
        for start, end, text in sorted(self._fresh, key=lambda piece: piece[:2]):
            pieces += [text_before[position:start], text]
            position = end
        return self._markup.encode(b"".join([*pieces, text_before[position:]]))


def filled(one: etree._Element) -> bool:
    """Whether a cell holds a value or a formula."""
    for part in one:
        name = local(part)
        if name == "f" or (name == "v" and part.text):
            return True
        if name == "is" and any(part.itertext()):
            return True
    return False


def fill_cell(one: etree._Element, content: Content) -> None:
    """Give a cell its content. Its format, its attributes and its extensions stay; metadata of the
    old value goes.
    """
    for old in [each for each in one if local(each) in ("f", "v", "is")]:
        one.remove(old)
    drop(one, "t", "cm", "vm")
    if not content.kind:
        return
    if content.kind != "n":
        one.set("t", content.kind)
    holder = make(one, "is" if content.kind == "inlineStr" else "v")
    one.insert(0, holder)
    if content.kind != "inlineStr":
        holder.text = content.text
        return
    text = make(one, "t")
    text.text = content.text
    holder.append(text)
    if content.preserve:
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _columns(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Cells of a row with their columns; one without a reference stands right of the one before it."""
    column = 0
    for each in row:
        if local(each) == "c":
            ref = each.get("r")
            column = column_of(ref) if ref else column + 1
            yield column, each


def _after_cells(row: etree._Element) -> int:
    cells = children(row, "c")
    return row.index(cells[-1]) + 1 if cells else 0


def _stretch(row: etree._Element, puts: Mapping[int, CellWrite]) -> None:
    """Let the row's ``spans`` hold the columns that were written."""
    spans = re.fullmatch(r"(\d+):(\d+)", row.get("spans") or "")
    if spans:
        low, high = min(int(spans.group(1)), *puts), max(int(spans.group(2)), *puts)
        row.set("spans", f"{low}:{high}")


def _longer(ref: bytes, old_row: int, last_row: int, columns: range) -> bytes:
    """``ref`` down to ``last_row``, if it ends at ``old_row`` and lies within ``columns``."""
    try:
        block = area(ref.decode())
    except ValueError:
        return ref
    inside = block.first_column in columns and block.last_column in columns
    return (
        str(block._replace(last_row=last_row)).encode()
        if inside and block.last_row == old_row
        else ref
    )


def _inside(rows: etree._Element) -> bytes:
    """The markup between the wrapper's tags."""
    whole = etree.tostring(rows, encoding="utf-8")
    return whole[whole.index(b">") + 1 : whole.rindex(b"</")]
