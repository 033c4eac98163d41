"""Editing cells of a sheet whose other cells are not ours.

The rows that change are cut out, edited and put back; every other byte stays where it was.
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
from trustbook.xlsx.edit_frame import grow_dimension
from trustbook.xlsx.markup import child, children, drop, local, make, true
from trustbook.xlsx.sheet_xml import SheetXml, cells_by_column, style_of
from trustbook.xlsx.splice import CutRow, cut_row
from trustbook.xlsx.styles import Styles

_AT_ONCE = 500  # rows parsed together


@dataclass(frozen=True, slots=True)
class CellWrite:
    """What a cell is to hold.

    ``value`` chooses the number format of a date. ``base`` is the format to start from (None: the
    cell's own).
    """

    content: Content
    value: CellValue = None
    look: CellStyle | None = None
    base: int | None = None


def write_cells(
    sheet: SheetXml, puts: Mapping[int, Mapping[int, CellWrite]], styles: Styles
) -> list[str]:
    """Write ``puts[row][column]``; returns the names of the cells that lost a formula.

    Raises SafetyStop, naming the cell, where more than that cell would change.
    """
    writer = _RowWriter(sheet, styles)
    for run in _runs(sheet, puts):
        start, end = sheet.starts[run[0]], sheet.starts[run[-1] + 1]
        if (spliced := writer.splice(run, puts)) is not None:
            sheet.replace(start, end, spliced)
            continue
        rows = sheet.parse(sheet.text[start:end])
        for position, row in zip(run, children(rows, "row"), strict=True):
            number = sheet.numbers[position]
            writer.write(row, number, puts[number])
        sheet.replace(start, end, _inside(rows))
    for number in sorted(puts.keys() - sheet.index.keys()):
        rows = sheet.parse(b"<" + sheet.prefix + b"row/>")
        rows[0].set("r", str(number))
        writer.write(rows[0], number, puts[number])
        if len(rows[0]):
            start = sheet.starts[bisect(sheet.numbers, number)]
            sheet.replace(start, start, _inside(rows))
    grow_dimension(sheet, _filled_places(puts))
    return writer.lost


def _runs(sheet: SheetXml, puts: Mapping[int, object]) -> Iterator[list[int]]:
    """Positions of the rows to edit, as runs of neighbours of at most ``_AT_ONCE``."""
    run: list[int] = []
    for position in sorted(sheet.index[each] for each in puts if each in sheet.index):
        if run and (position != run[-1] + 1 or len(run) == _AT_ONCE):
            yield run
            run = []
        run.append(position)
    if run:
        yield run


def _filled_places(puts: Mapping[int, Mapping[int, CellWrite]]) -> Iterator[tuple[int, int]]:
    for row, cells in puts.items():
        for column, put in cells.items():
            if put.content.kind:
                yield row, column


class _RowWriter:
    """Writes cells into parsed rows of one sheet; ``lost`` are the cells whose formula went."""

    def __init__(self, sheet: SheetXml, styles: Styles) -> None:
        self._sheet, self._styles = sheet, styles
        self._column_styles = sheet.column_styles()
        self.lost: list[str] = []

    def splice(
        self, run: Sequence[int], puts: Mapping[int, Mapping[int, CellWrite]]
    ) -> bytes | None:
        """The rows at some positions with what is to be written into blank cells of theirs, made
        without a tree; None where one of them needs a tree.
        """
        sheet = self._sheet
        if sheet.prefix or sheet.text is not sheet.masked:
            return None
        pieces = []
        for position in run:
            raw = sheet.text[sheet.starts[position] : sheet.starts[position + 1]]
            number = sheet.numbers[position]
            if (row := self._spliced(raw, number, puts[number])) is None:
                return None
            pieces.append(row)
        return b"".join(pieces)

    def _spliced(self, raw: bytes, number: int, puts: Mapping[int, CellWrite]) -> bytes | None:
        """One row with what is to be written; None where it needs a tree."""
        row = cut_row(raw)
        if row is None or not all(_is_blank(row, *put) for put in puts.items()):
            return None
        for column, put in sorted(puts.items()):
            self._guard(number, column, put)
            base = row.own_style(column) or put.base or 0
            if not base and column not in row.cells:
                base = self._column_style(column)
            style = self._styles.dress(base, put.look, put.value)
            row.put(number, column, put.content, style)
        return row.join()

    def write(self, row: etree._Element, number: int, puts: Mapping[int, CellWrite]) -> None:
        """Write the cells of one row. Raises SafetyStop where more than a cell would change."""
        present = dict(cells_by_column(row))
        for column, put in sorted(puts.items()):
            self._guard(number, column, put)
            one = present.get(column)
            if one is not None:
                self._guard_formula(one, number, column)
                base = style_of(one) or put.base
            elif put.content.kind or put.base:
                base = put.base or self._inherited(row, column)
                one = present[column] = _new_cell(row, present, number, column)
            else:
                continue
            style = self._styles.dress(base or 0, put.look, put.value)
            if style or one.get("s"):
                one.set("s", str(style))
            fill_cell(one, put.content)
        _stretch(row, puts)

    def _guard(self, row: int, column: int, put: CellWrite) -> None:
        """Refuse a part of something larger, and a text that is larger than any cell."""
        if isinstance(put.value, str) and length(put.value) > TEXT_LIMIT:
            raise self._stop("excel.text_too_long", row, column, limit=TEXT_LIMIT)
        merged = self._sheet.merged.at(row, column)
        if merged and (merged.first_row, merged.first_column) != (row, column):
            raise self._stop("excel.merged", row, column, area=str(merged))
        block = self._sheet.blocks.at(row, column)
        if block:
            raise self._stop("excel.formula_area", row, column, area=str(block))

    def _guard_formula(self, one: etree._Element, row: int, column: int) -> None:
        """Refuse to take away a formula that other cells repeat; note one that goes."""
        formula = child(one, "f")
        if formula is None:
            return
        heads = formula.get("t") == "shared" and formula.get("ref")
        if heads and self._sheet.members(formula.get("si") or "") > 1:
            raise self._stop("excel.formula_shared", row, column)
        self.lost.append(cell_name(row, column))

    def _stop(self, key: str, row: int, column: int, **more: object) -> SafetyStop:
        return SafetyStop(key, sheet=self._sheet.title, cell=cell_name(row, column), **more)

    def _inherited(self, row: etree._Element, column: int) -> int:
        """The format an empty cell shows: its row's, else its column's."""
        if true(row.get("customFormat")):
            return style_of(row)
        return self._column_style(column)

    def _column_style(self, column: int) -> int:
        return next((style for span, style in self._column_styles if span.holds(1, column)), 0)


def _is_blank(row: CutRow, column: int, put: CellWrite) -> bool:
    """Whether something is to be put where nothing stands."""
    return bool(put.content.kind) and row.own_style(column) is not None


def _new_cell(
    row: etree._Element, present: Mapping[int, etree._Element], number: int, column: int
) -> etree._Element:
    """An empty cell in its place among those that are present."""
    one = make(row, "c", {"r": cell_name(number, column)})
    later = [other for other in present if other > column]
    row.insert(row.index(present[min(later)]) if later else _after_cells(row), one)
    return one


def _after_cells(row: etree._Element) -> int:
    cells = children(row, "c")
    return row.index(cells[-1]) + 1 if cells else 0


def fill_cell(one: etree._Element, content: Content) -> None:
    """Give a cell its content.

    Its format, attributes and extensions stay; metadata of the old value goes.
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


def _stretch(row: etree._Element, puts: Mapping[int, CellWrite]) -> None:
    """Let the row's ``spans`` hold the columns that were written."""
    spans = re.fullmatch(r"(\d+):(\d+)", row.get("spans") or "")
    if spans:
        low, high = min(int(spans.group(1)), *puts), max(int(spans.group(2)), *puts)
        row.set("spans", f"{low}:{high}")


def _inside(rows: etree._Element) -> bytes:
    """The markup between the wrapper's tags."""
    whole = etree.tostring(rows, encoding="utf-8")
    return whole[whole.index(b">") + 1 : whole.rindex(b"</")]
