"""What a person left on a row without a name: a remark, a link, a colour. No new row lands there.

What a row shares with the rows around it, such as formulas filled down or the colours of a form, is
the list's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from trustbook.a1 import LAST_ROW
from trustbook.xlsx.markup import child, children, local
from trustbook.xlsx.package import Package
from trustbook.xlsx.refs import Area, area
from trustbook.xlsx.sheet_xml import SheetXml, says_something, style_of
from trustbook.xlsx.styles import Mark, Styles

_NEAR = 12  # rows on either side that tell what is usual
_REFERENCE = re.compile(r"(?<![\w.])(\$?[A-Z]{1,3})(\d{1,7})(?![\w(])")


@dataclass(frozen=True, slots=True)
class _Row:
    """By column: formats, typed values, and formulas as they would read in any row.

    ``whole`` is the row's own format.
    """

    formats: dict[int, int]
    values: frozenset[int]
    formulas: dict[int, str]
    whole: int


class Traces:
    """What stands on the rows below a list of these columns, whose last filled row is ``last``.

    ``others`` are the blocks of other tables on the sheet: what stands in them is theirs.
    """

    def __init__(
        self,
        package: Package,
        sheet: SheetXml,
        styles: Styles,
        others: Sequence[Area],
        columns: range,
        header_row: int,
        last: int,
    ) -> None:
        self._sheet, self._styles, self._others = sheet, styles, others
        self._columns = sheet.column_styles()
        self._rows: dict[int, _Row] = {}
        self._above = self._filled_rows(header_row, last)
        drawn = [each for each in _drawings(package, sheet.part) if _meet(each, columns)]
        anchors = [*_remarks(package, sheet.part), *_links(sheet), *drawn]
        self._anchors = [each for each in anchors if each.last_row > last]

    def _filled_rows(self, header_row: int, last: int) -> list[int]:
        """The last filled rows of the list, the lowest one first."""
        found: list[int] = []
        for number in self._sheet.numbers_down_from_last():
            if number <= header_row or len(found) == _NEAR:
                break
            if number <= last and not self._sheet.blank(number):
                found.append(number)
        return found

    def on(self, row: int) -> bool:
        """Whether something of a person's stands on a row."""
        anchored = (each for each in self._anchors if each.first_row <= row <= each.last_row)
        if any(not self._theirs(row, each.first_column) for each in anchored):
            return True
        here = self._read(row)
        columns = {*here.formats, *here.values, *here.formulas, *([0] if here.whole else [])}
        around = (self._above, range(row + 1, row + 1 + _NEAR))
        return any(self._own(here, each, around) for each in columns if not self._theirs(row, each))

    def _own(self, here: _Row, column: int, around: Sequence[Sequence[int]]) -> bool:
        """Whether a cell (in column 0 the whole row) holds what the rows around it do not."""
        if column in here.values:
            return True
        formula = here.formulas.get(column)
        if formula is not None and not self._shared(formula, column, around, _formula):
            return True
        return not self._usual(self._mark(here, column), column, around)

    def fill(self, row: int) -> None:
        """Count a row that now gets its values among those above the next one."""
        self._above = [row, *self._above][:_NEAR]

    def usual_format(self, column: int) -> int:
        """The format a new row's cell takes over: the nearest above that is no mark of its row."""
        for number in self._above:
            row = self._read(number)
            if self._usual(self._mark(row, column), column, (self._above,)):
                return row.formats.get(column, 0)
        return 0

    def _theirs(self, row: int, column: int) -> bool:
        """Whether a cell belongs to another table, or to a formula that fills it from elsewhere."""
        held = any(each.holds(row, column) for each in self._others)
        return held or self._sheet.blocks.at(row, column) is not None

    def _usual(self, mark: Mark | None, column: int, around: Sequence[Sequence[int]]) -> bool:
        """Whether a cell's fill and font say nothing about its row."""
        plain = mark in (None, self._styles.mark(0))
        return plain or self._shared(mark, column, around, self._mark)

    def _shared(
        self,
        own: object,
        column: int,
        around: Sequence[Sequence[int]],
        what: Callable[[_Row, int], object],
    ) -> bool:
        """Whether over a third of the rows above, or of those below, have the same.

        So do the stripes of a table.
        """
        for rows in around:
            same = sum(what(self._read(number), column) == own for number in rows)
            if 3 * same > len(rows):
                return True
        return False

    def _mark(self, row: _Row, column: int) -> Mark | None:
        """How a cell is marked, there or not; in column 0 the whole row."""
        if column in row.formats:
            return self._styles.mark(row.formats[column])
        return self._styles.mark(row.whole or self._column_format(column))

    def _column_format(self, column: int) -> int:
        return next((style for span, style in self._columns if span.holds(1, column)), 0)

    def _read(self, number: int) -> _Row:
        if number not in self._rows:
            cells, whole = self._sheet.cells(number), self._sheet.row_style(number)
            self._rows[number] = _row(cells, number, whole)
        return self._rows[number]


def _row(cells: Mapping[int, etree._Element], number: int, whole: int) -> _Row:
    formats: dict[int, int] = {}
    values: set[int] = set()
    formulas: dict[int, str] = {}
    for column, one in cells.items():
        formats[column] = style_of(one)
        formula = child(one, "f")
        if formula is not None:
            formulas[column] = formula.get("si") or _relative(formula.text or "", number)
        elif says_something(one):
            values.add(column)
    return _Row(formats, frozenset(values), formulas, whole)


def _formula(row: _Row, column: int) -> str | None:
    return row.formulas.get(column)


def _relative(formula: str, row: int) -> str:
    """A formula with rows as steps from its own, so that it reads the same filled down."""

    def step(one: re.Match[str]) -> str:
        return f"{one[1]}[{int(one[2]) - row}]"

    pieces = formula.split('"')
    pieces[::2] = [_REFERENCE.sub(step, each) for each in pieces[::2]]
    return '"'.join(pieces)


def _meet(block: Area, columns: range) -> bool:
    return block.first_column < columns.stop and block.last_column >= columns.start


def _remarks(package: Package, part: str) -> Iterator[Area]:
    """Cells with a note or a comment."""
    for relation in package.relations(part):
        if relation.kind in ("comments", "threadedComment") and package.has(relation.target):
            for one in package.tree(relation.target).iter("{*}comment", "{*}threadedComment"):
                with suppress(ValueError):
                    yield area(one.get("ref") or "")


def _links(sheet: SheetXml) -> Iterator[Area]:
    """Cells that lead somewhere; a link on the rest of a column says nothing of a row."""
    for holder in children(sheet.skeleton, "hyperlinks"):
        for one in children(holder, "hyperlink"):
            with suppress(ValueError):
                block = area(one.get("ref") or "")
                if block.last_row < LAST_ROW:
                    yield block


def _drawings(package: Package, part: str) -> Iterator[Area]:
    """The cells that pictures, shapes and charts cover; of those tied to one corner, that cell."""
    for relation in package.relations(part):
        if relation.kind == "drawing" and not relation.external and package.has(relation.target):
            for anchor in package.tree(relation.target):
                start, end = child(anchor, "from"), child(anchor, "to")
                if local(anchor).endswith("CellAnchor") and start is not None:
                    yield Area(*_corner(start), *_corner(end if end is not None else start))


def _corner(corner: etree._Element) -> tuple[int, int]:
    """Row and column of a corner, from 1."""
    row, column = corner.findtext("{*}row") or 0, corner.findtext("{*}col") or 0
    return int(row) + 1, int(column) + 1
