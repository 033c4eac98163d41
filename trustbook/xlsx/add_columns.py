"""Where new columns go: right of the last one of their list and in its table, unless something
stands in the way.
"""

from __future__ import annotations

from dataclasses import dataclass

from trustbook.a1 import LAST_COLUMN, cell_name
from trustbook.errors import SafetyStop
from trustbook.snapshot import CELL_STYLES, ColumnAddition
from trustbook.xlsx.add_rows import TablePart, tables_of
from trustbook.xlsx.cell_values import escape, render_value
from trustbook.xlsx.edit_sheet import CellWrite, SheetXml, filled
from trustbook.xlsx.markup import child, children, make
from trustbook.xlsx.package import Package
from trustbook.xlsx.refs import Area, area


@dataclass(frozen=True, slots=True)
class Placed:
    """The new columns and what to put into their header row.

    ``table`` is the part of the list's table; ``filter`` the area of the sheet's own filter before
    and after.
    """

    columns: range
    puts: dict[int, CellWrite]
    table: str | None
    filter: tuple[Area, Area] | None


def place_columns(package: Package, sheet: SheetXml, addition: ColumnAddition) -> Placed:
    """Make room for new columns: their table, the sheet's filter and the widths follow.

    Raises SafetyStop, naming the cell, where something stands in the way.
    """
    tables = tables_of(package, sheet.part)
    table = next((each for each in tables if _heads(each, addition)), None)
    block = table.block if table else _block(sheet, addition)
    first, last = block.last_column + 1, block.last_column + len(addition.headers)
    fresh = Area(block.first_row, first, block.last_row, last)
    _must_be_free(sheet, [each for each in tables if each is not table], fresh)
    wider = block._replace(last_column=last)
    filter_ = None
    if table:
        _grow(package, sheet, table, wider, addition.headers)
    else:
        filter_ = sheet.widen_filter(block, last)
    sheet.set_widths(first, addition.widths)
    beside = sheet.cells(addition.header_row).get(block.last_column)
    base = int(beside.get("s") or 0) if beside is not None else 0
    look = CELL_STYLES["header.ours"]
    puts = {
        column: CellWrite(render_value(text, False, True), text, look, base)
        for column, text in enumerate(addition.headers, first)
    }
    return Placed(range(first, last + 1), puts, table.part if table else None, filter_)


def _heads(table: TablePart, addition: ColumnAddition) -> bool:
    block = table.block
    beside = not block.first_column <= addition.column <= block.last_column
    return bool(table.headers) and block.first_row == addition.header_row and not beside


def _block(sheet: SheetXml, addition: ColumnAddition) -> Area:
    """The list around a header cell: its filled neighbours in the header row, down to the last row
    they fill.
    """
    headers = {column for column, one in sheet.cells(addition.header_row).items() if filled(one)}
    low = high = addition.column
    while low - 1 in headers:
        low -= 1
    while high + 1 in headers:
        high += 1
    for number in sheet.numbers_down_from_last():
        if number <= addition.header_row:
            break
        if sheet.blank(number):
            continue
        if any(
            low <= column <= high and filled(one) for column, one in sheet.cells(number).items()
        ):
            return Area(addition.header_row, low, number, high)
    return Area(addition.header_row, low, addition.header_row, high)


def _must_be_free(sheet: SheetXml, others: list[TablePart], fresh: Area) -> None:
    """Raise SafetyStop at the first cell of the new columns that holds something or belongs to
    something larger.
    """
    if fresh.last_column > LAST_COLUMN:
        raise SafetyStop("adopt.sheet_too_wide", sheet=sheet.title)
    columns = range(fresh.first_column, fresh.last_column + 1)
    for number in range(fresh.first_row, fresh.last_row + 1):
        cells = {} if sheet.blank(number) else sheet.cells(number)
        for column in columns:
            taken = column in cells and filled(cells[column])
            part = sheet.merged.at(number, column) or sheet.blocks.at(number, column)
            if taken or part or any(each.block.holds(number, column) for each in others):
                raise SafetyStop(
                    "adopt.in_the_way", sheet=sheet.title, cell=cell_name(number, column)
                )


def _grow(
    package: Package, sheet: SheetXml, table: TablePart, wider: Area, headers: tuple[str, ...]
) -> None:
    """Let a table hold the new columns. Raises SafetyStop for one that a query fills and would
    empty again.
    """
    root = package.tree(table.part, edit=True)
    if root.get("tableType") not in (None, "worksheet"):
        raise SafetyStop("adopt.fed_table", sheet=sheet.title, table=table.name)
    root.set("ref", str(wider))
    for each in children(root, "autoFilter"):
        each.set(
            "ref", str(area(each.get("ref") or str(wider))._replace(last_column=wider.last_column))
        )
    holder = child(root, "tableColumns")
    if holder is None:
        raise SafetyStop("excel.damaged", where=table.part)
    number = max((int(each.get("id") or 0) for each in children(holder, "tableColumn")), default=0)
    for offset, text in enumerate(headers, 1):
        holder.append(
            make(holder, "tableColumn", {"id": str(number + offset), "name": escape(text)})
        )
    holder.set("count", str(len(children(holder, "tableColumn"))))
