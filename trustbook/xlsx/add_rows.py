"""Where a new row goes: below the last filled row of its list, on the first row that carries
nothing of anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from trustbook.a1 import LAST_ROW, cell_name
from trustbook.errors import SafetyStop
from trustbook.snapshot import RowAddition
from trustbook.xlsx.cell_values import BLANK, render_value
from trustbook.xlsx.edit_sheet import CellWrite, SheetXml, filled
from trustbook.xlsx.markup import child
from trustbook.xlsx.package import Package
from trustbook.xlsx.refs import Area, area
from trustbook.xlsx.row_remnants import Traces
from trustbook.xlsx.styles import Styles

# Function names stand in English in every file, whatever language the program speaks.
_RANGE = re.compile(r"[A-Z]{1,3}\$?(\d+):\$?[A-Z]{1,3}\$?(\d+)")
_TOTAL = re.compile(r"\b(SUM|SUBTOTAL|COUNT\w*|AVERAGE\w*|AGGREGATE|MAX|MIN)\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TablePart:
    """An Excel table part on a sheet."""

    part: str
    name: str
    block: Area
    headers: int
    totals: int

    @property
    def last_body_row(self) -> int:
        """The last row that is neither header nor total."""
        return self.block.last_row - self.totals


@dataclass(frozen=True, slots=True)
class _List:
    """The list a row is added to: its header row, its columns, and its table if it is one."""

    header_row: int
    columns: range
    table: TablePart | None


def tables_of(package: Package, part: str) -> list[TablePart]:
    """The tables of the sheet in ``part``."""
    found = []
    for relation in package.relations(part):
        if relation.kind == "table" and not relation.external and package.has(relation.target):
            root = package.tree(relation.target)
            if root.get("ref"):
                headers, totals = (
                    int(root.get("headerRowCount") or 1),
                    int(root.get("totalsRowCount") or 0),
                )
                name = root.get("displayName") or root.get("name") or ""
                found.append(
                    TablePart(relation.target, name, area(root.get("ref") or ""), headers, totals)
                )
    return found


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
    next_row: dict[int, int] = {}
    lists: dict[int, _List] = {}
    traces: dict[int, Traces] = {}
    formats: dict[int, dict[int, int]] = {}
    tables = tables_of(package, sheet.part)
    for addition in additions:
        header = addition.header_row
        if header not in lists:
            lists[header] = target = _list_of(sheet, tables, addition)
            last = _last_filled(sheet, target, addition)
            others = [each.block for each in tables if each is not target.table]
            traces[header] = Traces(package, sheet, styles, others, target.columns, header, last)
            formats[header] = {
                column: traces[header].usual_format(column) for column in target.columns
            }
            next_row[header] = last + 1
        row = next_row[header]
        _must_be_free(sheet, tables, lists[header], row, addition)
        while traces[header].on(row):
            row += 1
            _must_be_free(sheet, tables, lists[header], row, addition)
        bare = {
            column: style
            for column, style in formats[header].items()
            if style and column not in sheet.cells(row)
        }
        puts[row] = {column: CellWrite(BLANK, base=style) for column, style in bare.items()}
        for column, value in addition.cells.items():
            puts[row][column] = CellWrite(
                render_value(value, date1904, styles.usable),
                value,
                base=formats[header].get(column),
            )
        traces[header].fill(row)
        rows.append(row)
        next_row[header] = row + 1
    for header, target in lists.items():
        if target.table and next_row[header] - 1 > target.table.last_body_row:
            _grow(package, sheet, target.table, next_row[header] - 1)
    return puts, rows


def _list_of(sheet: SheetXml, tables: list[TablePart], addition: RowAddition) -> _List:
    """The table whose header stands there, else the filled header cells around the columns to
    write.
    """
    low, high = min(addition.cells), max(addition.cells)
    for table in tables:
        block = table.block
        beside = block.first_column > high or block.last_column < low
        if table.headers and block.first_row == addition.header_row and not beside:
            return _List(
                addition.header_row, range(block.first_column, block.last_column + 1), table
            )
    headers = {column for column, one in sheet.cells(addition.header_row).items() if filled(one)}
    while low - 1 in headers:
        low -= 1
    while high + 1 in headers:
        high += 1
    return _List(addition.header_row, range(low, high + 1), None)


def _last_filled(sheet: SheetXml, target: _List, addition: RowAddition) -> int:
    """The last row of the list that somebody typed in. Raises SafetyStop where that is a total or a
    note.
    """
    for number in sheet.numbers_down_from_last():
        if number <= target.header_row:
            break
        if sheet.blank(number) or (target.table and number > target.table.last_body_row):
            continue
        cells = {
            column: one for column, one in sheet.cells(number).items() if column in target.columns
        }
        for column, one in cells.items():
            if not target.table and _is_total(one, number):
                raise SafetyStop(
                    "excel.totals_row", sheet=sheet.title, cell=cell_name(number, column)
                )
        typed = [column for column, one in cells.items() if filled(one) and child(one, "f") is None]
        if not typed:
            continue
        # A lone text under a list is a note of its own; in a column that is not ours it is what a
        # row of the list left.
        alone = (
            len(typed) == 1
            and typed[0] in addition.cells
            and len(target.columns) > 2
            and len(addition.cells) > 1
        )
        if (
            alone
            and not target.table
            and number - 1 > target.header_row
            and sheet.blank(number - 1)
        ):
            raise SafetyStop(
                "excel.in_the_way", sheet=sheet.title, cell=cell_name(number, typed[0])
            )
        return number
    return target.header_row


def _is_total(one: etree._Element, row: int) -> bool:
    """Whether a cell adds up rows above it (a formula over its own row is a column of the list)."""
    formula = child(one, "f")
    text = (formula.text or "") if formula is not None else ""
    ranges = [(int(first), int(last)) for first, last in _RANGE.findall(text)]
    return bool(_TOTAL.search(text)) and any(first < last < row for first, last in ranges)


def _must_be_free(
    sheet: SheetXml, tables: list[TablePart], target: _List, row: int, addition: RowAddition
) -> None:
    """Raise SafetyStop, naming the cell, where the row cannot be had without touching what is not
    ours.
    """
    table = target.table
    if row > LAST_ROW:
        raise SafetyStop("excel.sheet_full", sheet=sheet.title)
    total = table is not None and table.totals > 0 and row > table.last_body_row
    if total:
        raise SafetyStop(
            "excel.totals_row", sheet=sheet.title, cell=cell_name(row, target.columns[0])
        )
    beyond = table is not None and row > table.block.last_row
    for column, one in sheet.cells(row).items():
        if (
            column in target.columns
            and filled(one)
            and (beyond or column in addition.cells or child(one, "f") is None)
        ):
            raise SafetyStop("excel.in_the_way", sheet=sheet.title, cell=cell_name(row, column))
    for column in target.columns:
        other = any(each is not table and each.block.holds(row, column) for each in tables)
        if other or sheet.merged.at(row, column) or sheet.blocks.at(row, column):
            raise SafetyStop("excel.in_the_way", sheet=sheet.title, cell=cell_name(row, column))


def _grow(package: Package, sheet: SheetXml, table: TablePart, last_row: int) -> None:
    """Let a table, and what ended with it, hold the rows up to ``last_row``."""
    root = package.tree(table.part, edit=True)
    root.set("ref", str(table.block._replace(last_row=last_row)))
    filter_ = child(root, "autoFilter")
    if filter_ is not None and filter_.get("ref"):
        old = area(filter_.get("ref") or "")
        filter_.set("ref", str(old._replace(last_row=last_row)))
    columns = range(table.block.first_column, table.block.last_column + 1)
    sheet.stretch(table.last_body_row, last_row, columns)
