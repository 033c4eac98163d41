"""A contact log that somebody keeps in a workbook: its sheets as lists of texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from trustbook.adopt.contact_log import find_in_rows, has_days
from trustbook.errors import SafetyStop, UsageError
from trustbook.intake.contacts import Findings, Window
from trustbook.reading.cells import shown
from trustbook.snapshot import CellFault, CellValue, Grid


def find_in_log_book(path: Path, window: Window, lang: str) -> Findings:
    """The contacts on all sheets that have a column with the day and one with whom; one that has
    days only is told.

    Raises UsageError where no sheet has, or the file is no workbook that can be read.
    """
    found = Findings()
    fits = False
    for grid in _grids(path):
        source, rows = f"{path.name} ({grid.title})", _texts(grid)
        try:
            found.add(find_in_rows(rows, source, window, lang))
            fits = True
        except UsageError as fault:
            if has_days(rows):  # else it is a sheet with something else
                found.faults.append(fault)
    if not fits:
        raise UsageError("intake.no_columns", name=path.name)
    return found


def _grids(path: Path) -> Iterator[Grid]:
    from trustbook.workbooks import open_workbook

    try:
        grids = open_workbook(str(path.resolve())).read(lambda _: True).grids
    except SafetyStop:
        raise UsageError("intake.no_workbook", name=path.name) from None
    yield from (grid for grid in grids if grid.ours is None)


def _texts(grid: Grid) -> list[list[str]]:
    blank: list[list[str]] = [[]] * (grid.first_row - 1)
    return [*blank, *([_text(cell) for cell in row] for row in grid.rows)]


def _text(cell: CellValue) -> str:
    if cell is None or isinstance(cell, CellFault):
        return ""
    return cell.isoformat() if isinstance(cell, date) else shown(cell)
