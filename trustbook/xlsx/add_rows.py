"""Where a new row goes: below the last filled row of its list, on the first row that is free."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from trustbook.a1 import LAST_ROW, cell_name
from trustbook.errors import SafetyStop
from trustbook.snapshot import CellValue, RowAddition
from trustbook.xlsx.cell_values import BLANK, render_value
from trustbook.xlsx.edit_frame import stretch_rules
from trustbook.xlsx.edit_sheet import CellWrite
from trustbook.xlsx.markup import child
from trustbook.xlsx.package import Package
from trustbook.xlsx.refs import area
from trustbook.xlsx.row_remnants import Traces
from trustbook.xlsx.sheet_xml import SheetXml, filled, says_something
from trustbook.xlsx.styles import Styles
from trustbook.xlsx.tables import TablePart, columns_around, holder_of, tables_of

# Function names stand in English in every file, whatever language the program speaks.
_RANGE = re.compile(r"[A-Z]{1,3}\$?(\d+):\$?[A-Z]{1,3}\$?(\d+)")
_TOTAL = re.compile(r"\b(SUM|SUBTOTAL|COUNT\w*|AVERAGE\w*|AGGREGATE|MAX|MIN)\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _List:
    """A list that rows are added to: its header row, its columns, and its table if it is one.

    ``others`` are the other tables of its sheet. ``below`` are the rows under the last one of its
    table that people typed, and that belong to it.
    """

    header_row: int
    columns: range
    table: TablePart | None
    others: tuple[TablePart, ...]
    below: frozenset[int] = frozenset()

    @property
    def last_row(self) -> int:
        """The last row that may be one of the list."""
        if self.table is None:
            return LAST_ROW
        return max((self.table.last_body_row, *self.below))


@dataclass(slots=True)
class _Growth:
    """A list while rows are added: what stands below it, its usual formats, and its next row."""

    target: _List
    traces: Traces
    formats: Mapping[int, int]
    next_row: int


def place_rows(
    package: Package,
    sheet: SheetXml,
    styles: Styles,
    additions: Iterable[RowAddition],
    date1904: bool,
) -> tuple[dict[int, dict[int, CellWrite]], list[int]]:
    """What to put where for all additions to one sheet, and the row each landed on, in order.

    Tables that must grow are changed in ``package``. Raises SafetyStop, naming the cell, where
    something is in the way.
    """
    puts: dict[int, dict[int, CellWrite]] = {}
    rows: list[int] = []
    growing: dict[int, _Growth] = {}
    for addition in additions:
        header = addition.header_row
        if header not in growing:
            growing[header] = _growth(package, sheet, styles, addition)
        growth = growing[header]
        row = _free_row(sheet, growth, addition)
        puts[row] = _usual_formats(sheet, growth, row)
        for column, value in addition.cells.items():
            puts[row][column] = _write(value, growth, column, date1904, styles.usable)
        growth.traces.fill(row)
        growth.next_row = row + 1
        rows.append(row)
    for growth in growing.values():
        table, last = growth.target.table, growth.next_row - 1
        if table and last > table.last_body_row:
            _must_fit(sheet, growth.target, table.block.last_row, last)
            _grow(package, sheet, table, last)
    return puts, rows


def _growth(package: Package, sheet: SheetXml, styles: Styles, addition: RowAddition) -> _Growth:
    target = _list_of(sheet, tables_of(package, sheet.part), addition)
    last = _last_typed(sheet, target, addition)
    others = [each.block for each in target.others]
    traces = Traces(package, sheet, styles, others, target.columns, target.header_row, last)
    formats = {column: traces.usual_format(column) for column in target.columns}
    return _Growth(target, traces, formats, last + 1)


def _free_row(sheet: SheetXml, growth: _Growth, addition: RowAddition) -> int:
    """The next row of the list on which nothing of anybody's stands."""
    row = growth.next_row
    _must_be_free(sheet, growth.target, row, addition)
    while growth.traces.on(row):
        row += 1
        _must_be_free(sheet, growth.target, row, addition)
    return row


def _usual_formats(sheet: SheetXml, growth: _Growth, row: int) -> dict[int, CellWrite]:
    """Blank cells in the formats of the list, where the row has none of its own."""
    present = sheet.cells(row)
    styled = [each for each in growth.formats.items() if each[1] and each[0] not in present]
    free = [each for each in styled if not sheet.blocks.at(row, each[0])]
    return {column: CellWrite(BLANK, base=style) for column, style in free}


def _write(
    value: CellValue, growth: _Growth, column: int, date1904: bool, dates: bool
) -> CellWrite:
    content = render_value(value, date1904, dates)
    return CellWrite(content, value, base=growth.formats.get(column))


def _list_of(sheet: SheetXml, tables: list[TablePart], addition: RowAddition) -> _List:
    """The table whose header stands there, else the filled header cells around the columns."""
    low, high = min(addition.cells), max(addition.cells)
    for table in tables:
        block = table.block
        beside = block.first_column > high or block.last_column < low
        if table.headers and block.first_row == addition.header_row and not beside:
            columns = range(block.first_column, block.last_column + 1)
            others = tuple(each for each in tables if each is not table)
            below = _typed_below(table, addition.rows)
            return _List(addition.header_row, columns, table, others, below)
    columns = columns_around(sheet, addition.header_row, low, high)
    return _List(addition.header_row, columns, None, tuple(tables))


def _typed_below(table: TablePart, rows: Collection[int]) -> frozenset[int]:
    """The rows of a list below its table: programs that know no tables put them there."""
    if table.totals:
        return frozenset()
    return frozenset(row for row in rows if row > table.block.last_row)


def _last_typed(sheet: SheetXml, target: _List, addition: RowAddition) -> int:
    """The last row of the list that somebody typed in.

    Raises SafetyStop where that is a total or a note.
    """
    for number in _rows_from_below(sheet, target):
        cells = sheet.cells(number)
        present = {column: cells[column] for column in cells if column in target.columns}
        typed = [column for column, one in present.items() if _is_typed(one)]
        if not target.table:
            _refuse_total(sheet, number, present)
            _refuse_note(sheet, number, typed, target, addition)
        if typed:
            return number
    return target.header_row


def _rows_from_below(sheet: SheetXml, target: _List) -> Iterator[int]:
    """The rows of a list that may hold something, the last one first."""
    last = target.last_row
    for number in sheet.numbers_down_from_last():
        if number <= target.header_row:
            return
        if number <= last and not sheet.blank(number):
            yield number


def _is_typed(one: etree._Element) -> bool:
    return says_something(one) and child(one, "f") is None


def _refuse_total(sheet: SheetXml, row: int, cells: Mapping[int, etree._Element]) -> None:
    for column, one in cells.items():
        if _is_total(one, row):
            raise SafetyStop("excel.totals_row", sheet=sheet.title, cell=cell_name(row, column))


def _refuse_note(
    sheet: SheetXml, row: int, typed: list[int], target: _List, addition: RowAddition
) -> None:
    """Stop at a lone text under a list, which is a note of its own.

    In a column that is not ours it is what a row of the list left.
    """
    lone = len(typed) == 1 and typed[0] in addition.cells
    several = len(target.columns) > 2 and len(addition.cells) > 1
    apart = row - 1 > target.header_row and sheet.blank(row - 1)
    if lone and several and apart:
        raise SafetyStop("excel.in_the_way", sheet=sheet.title, cell=cell_name(row, typed[0]))


def _is_total(one: etree._Element, row: int) -> bool:
    """Whether a cell adds up rows above it (a formula over its own row is a column of the list)."""
    formula = child(one, "f")
    text = (formula.text or "") if formula is not None else ""
    ranges = [(int(first), int(last)) for first, last in _RANGE.findall(text)]
    return bool(_TOTAL.search(text)) and any(first < last < row for first, last in ranges)


def _must_be_free(sheet: SheetXml, target: _List, row: int, addition: RowAddition) -> None:
    """Raise SafetyStop, naming the cell, where the row holds or belongs to what is not ours."""
    _must_exist(sheet, target, row)
    beyond = target.table is not None and row > target.table.block.last_row
    cells = sheet.cells(row)
    for column in target.columns:
        written = column in addition.cells
        if not written and sheet.blocks.at(row, column):
            continue  # a formula fills the cell, and goes on doing so
        taken = says_something if beyond or written else _is_typed
        if column in cells and taken(cells[column]):
            raise _in_the_way(sheet, row, column)
        if _is_part(sheet, target, row, column):
            raise _in_the_way(sheet, row, column)


def _must_exist(sheet: SheetXml, target: _List, row: int) -> None:
    """Raise SafetyStop below the last row of a sheet, or at the totals of a table."""
    table = target.table
    if row > LAST_ROW:
        raise SafetyStop("excel.sheet_full", sheet=sheet.title)
    if table and table.totals > 0 and row > table.last_body_row:
        where = cell_name(row, target.columns[0])
        raise SafetyStop("excel.totals_row", sheet=sheet.title, cell=where)


def _must_fit(sheet: SheetXml, target: _List, old_last: int, last_row: int) -> None:
    """Raise SafetyStop, naming the cell, where a longer table would take in what is no row of its.

    That is what stands between the rows typed below it, and what would stand right below it then:
    from there it would count as one more row.
    """
    for row in range(old_last + 1, last_row + 2):
        if row in target.below:
            foreign = [each for each in target.columns if _is_part(sheet, target, row, each)]
        else:
            cells = sheet.cells(row).items()
            foreign = [each for each, one in cells if each in target.columns and filled(one)]
        for column in foreign:
            raise _in_the_way(sheet, row, column)


def _is_part(sheet: SheetXml, target: _List, row: int, column: int) -> bool:
    """Whether a cell belongs to another table, to merged cells or to the area of a formula."""
    return bool(holder_of(target.others, row, column) or sheet.area_at(row, column))


def _in_the_way(sheet: SheetXml, row: int, column: int) -> SafetyStop:
    return SafetyStop("excel.in_the_way", sheet=sheet.title, cell=cell_name(row, column))


def _grow(package: Package, sheet: SheetXml, table: TablePart, last_row: int) -> None:
    """Let a table, and what ended with it, hold the rows up to ``last_row``."""
    root = package.tree(table.part, edit=True)
    root.set("ref", str(table.block._replace(last_row=last_row)))
    filter_ = child(root, "autoFilter")
    if filter_ is not None and filter_.get("ref"):
        old = area(filter_.get("ref") or "")
        filter_.set("ref", str(old._replace(last_row=last_row)))
    columns = range(table.block.first_column, table.block.last_column + 1)
    stretch_rules(sheet, table.last_body_row, last_row, columns)
