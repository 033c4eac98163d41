"""Where new columns go: right of the last one of their list, and into its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from trustbook.a1 import LAST_COLUMN, cell_name
from trustbook.errors import SafetyStop
from trustbook.snapshot import CellStyle, ColumnAddition
from trustbook.xlsx.cell_values import escape, render_value
from trustbook.xlsx.edit_frame import set_widths, widen_filter
from trustbook.xlsx.edit_sheet import CellWrite
from trustbook.xlsx.markup import child, children, make
from trustbook.xlsx.package import Package
from trustbook.xlsx.refs import Area, area
from trustbook.xlsx.sheet_xml import SheetXml, filled, style_of
from trustbook.xlsx.tables import TablePart, columns_around, holder_of, tables_of


@dataclass(frozen=True, slots=True)
class Placed:
    """The new columns and what to put into their header row.

    ``table`` is the part of the list's table; ``filter`` the sheet's own filter before and after.
    """

    columns: range
    puts: dict[int, CellWrite]
    table: str | None
    filter: tuple[Area, Area] | None


def place_columns(
    package: Package, sheet: SheetXml, addition: ColumnAddition, header: CellStyle
) -> Placed:
    """Make room for new columns whose headers look like this; table, filter and widths follow.

    Raises SafetyStop, naming the cell, where something stands in the way.
    """
    tables = tables_of(package, sheet.part)
    table = next((each for each in tables if _heads(each, addition)), None)
    block = table.block if table else _block(sheet, addition)
    first, last = block.last_column + 1, block.last_column + len(addition.headers)
    fresh = Area(block.first_row, first, block.last_row, last)
    _must_be_free(sheet, [each for each in tables if each is not table], fresh)
    filter_ = None
    if table:
        _grow(package, sheet, table, block._replace(last_column=last), addition.headers)
    else:
        filter_ = widen_filter(sheet, block, last)
    set_widths(sheet, first, addition.widths)
    puts = _headers(sheet, addition, first, header)
    return Placed(range(first, last + 1), puts, table.part if table else None, filter_)


def _headers(
    sheet: SheetXml, addition: ColumnAddition, first: int, look: CellStyle
) -> dict[int, CellWrite]:
    """The new headers, in the format of the one to their left with the look over it."""
    beside = sheet.cells(addition.header_row).get(first - 1)
    base = style_of(beside) if beside is not None else 0
    return {
        column: CellWrite(render_value(text, False, True), text, look, base)
        for column, text in enumerate(addition.headers, first)
    }


def _heads(table: TablePart, addition: ColumnAddition) -> bool:
    block = table.block
    beside = not block.first_column <= addition.column <= block.last_column
    return bool(table.headers) and block.first_row == addition.header_row and not beside


def _block(sheet: SheetXml, addition: ColumnAddition) -> Area:
    """The list around a header cell: its filled neighbours, down to the last row they fill."""
    columns = columns_around(sheet, addition.header_row, addition.column, addition.column)
    last_row = addition.header_row
    for number in sheet.numbers_down_from_last():
        if number <= addition.header_row:
            break
        if not sheet.blank(number) and _fills(sheet.cells(number), columns):
            last_row = number
            break
    return Area(addition.header_row, columns.start, last_row, columns.stop - 1)


def _fills(cells: Mapping[int, etree._Element], columns: range) -> bool:
    return any(column in columns and filled(one) for column, one in cells.items())


def _must_be_free(sheet: SheetXml, others: list[TablePart], fresh: Area) -> None:
    """Raise SafetyStop at a new cell that holds something or is part of something larger."""
    if fresh.last_column > LAST_COLUMN:
        raise SafetyStop("adopt.sheet_too_wide", sheet=sheet.title)
    columns = range(fresh.first_column, fresh.last_column + 1)
    for row in range(fresh.first_row, fresh.last_row + 1):
        cells = {} if sheet.blank(row) else sheet.cells(row)
        for column in columns:
            taken = column in cells and filled(cells[column])
            if taken or sheet.area_at(row, column) or holder_of(others, row, column):
                where = cell_name(row, column)
                raise SafetyStop("adopt.in_the_way", sheet=sheet.title, cell=where)


def _grow(
    package: Package, sheet: SheetXml, table: TablePart, wider: Area, headers: tuple[str, ...]
) -> None:
    """Let a table hold the new columns. Raises SafetyStop for one that a query fills."""
    root = package.tree(table.part, edit=True)
    if root.get("tableType") not in (None, "worksheet"):
        raise SafetyStop("adopt.fed_table", sheet=sheet.title, table=table.name)
    root.set("ref", str(wider))
    for each in children(root, "autoFilter"):
        filtered = area(each.get("ref") or str(wider))
        each.set("ref", str(filtered._replace(last_column=wider.last_column)))
    holder = child(root, "tableColumns")
    if holder is None:
        raise SafetyStop("excel.damaged", where=table.part)
    number = max((int(each.get("id") or 0) for each in children(holder, "tableColumn")), default=0)
    for offset, text in enumerate(headers, 1):
        values = {"id": str(number + offset), "name": escape(text)}
        holder.append(make(holder, "tableColumn", values))
    holder.set("count", str(len(children(holder, "tableColumn"))))
