"""Sheets that look like a list of ours and are not read, because another one is that list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from trustbook.columns import Sheet, header_names, typed_sheet
from trustbook.model import Problem
from trustbook.names import key
from trustbook.reading.lists import Listing
from trustbook.snapshot import CellValue, Grid


def unread_sheets(grids: Iterable[Grid], lists: Mapping[str, Listing]) -> Iterator[Problem]:
    """A line for each sheet that is called like one of ours and has its headers, while what is
    typed there counts for nothing.
    """
    for grid in grids:
        sheet = typed_sheet(grid.title) if grid.ours is None else None
        listing = lists.get(sheet.key) if sheet else None
        if sheet is None or listing is None or listing.title == grid.title:
            continue
        if any(_is_header(row, sheet) for row in grid.rows):
            params = {"title": grid.title, "read": listing.title}
            yield Problem("sheet_name_taken", "warning", grid.title, None, None, None, None, params)


def _is_header(row: Iterable[CellValue], sheet: Sheet) -> bool:
    """Whether a row holds all headers that a list of this kind must have."""
    names = header_names(sheet)
    found = {names[key(cell)].key for cell in row if isinstance(cell, str) and key(cell) in names}
    return sheet.required <= found
