"""The tables and lists of a sheet: where a table stands, and how far a plain list reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from trustbook.xlsx.package import Package
from trustbook.xlsx.refs import Area, area
from trustbook.xlsx.sheet_xml import SheetXml, filled


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


def tables_of(package: Package, part: str) -> list[TablePart]:
    """The tables of the sheet in ``part``."""
    found = []
    for relation in package.relations(part):
        if relation.kind == "table" and not relation.external and package.has(relation.target):
            root = package.tree(relation.target)
            if root.get("ref"):
                found.append(_table(relation.target, root))
    return found


def _table(part: str, root: etree._Element) -> TablePart:
    name = root.get("displayName") or root.get("name") or ""
    headers, totals = root.get("headerRowCount") or 1, root.get("totalsRowCount") or 0
    return TablePart(part, name, area(root.get("ref") or ""), int(headers), int(totals))


def holder_of(tables: Iterable[TablePart], row: int, column: int) -> TablePart | None:
    """The table that holds this cell, if one does."""
    return next((each for each in tables if each.block.holds(row, column)), None)


def columns_around(sheet: SheetXml, header_row: int, first: int, last: int) -> range:
    """The columns of the list around these ones: as far as its header row is filled."""
    headers = {column for column, one in sheet.cells(header_row).items() if filled(one)}
    while first - 1 in headers:
        first -= 1
    while last + 1 in headers:
        last += 1
    return range(first, last + 1)
