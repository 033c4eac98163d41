"""Whether a workbook as it stands could be changed at all: found for those who only look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from trustbook.columns import CHECK
from trustbook.errors import SafetyStop, TrustbookError
from trustbook.reading.lists import Listing
from trustbook.run.judge import Judged
from trustbook.run.read import Reading
from trustbook.snapshot import Cell, CellEdit, Changes, GeneratedSheet
from trustbook.workbooks.base import Workbook

_DAY = date(2000, 1, 1)
# What a program or a disk did to a file. Other stops depend on what a run has to write.
_DAMAGE = ("excel.not_followed", "excel.damaged")


def with_what_stops(reading: Reading, workbooks: Sequence[Workbook]) -> Reading:
    """The same reading, ``stopped`` by the first workbook that is damaged where only a write looks.

    Nothing is written.
    """
    if reading.stopped is not None:
        return reading
    by_address = {workbook.address: workbook for workbook in workbooks}
    for judged in reading.judged:
        try:
            _rehearse(by_address[judged.merged.address], judged)
        except SafetyStop as stop:
            return replace(reading, stopped=stop)
    return reading


def _rehearse(workbook: Workbook, judged: Judged) -> None:
    """Raise SafetyStop for a workbook that is damaged."""
    replica = judged.merged.replica
    shown = {grid.ours: grid.title for grid in replica.snapshot.grids if grid.ours}
    rows, widths = ((Cell("x"),),), (10.0,)
    titles = shown or {CHECK.key: "trustbook ?"}
    ours = [GeneratedSheet(key, title, rows, widths) for key, title in titles.items()]
    edits = [one for listing in replica.lists.values() for one in _one_row(listing)]
    try:
        with suppress(OSError):
            workbook.prepare(Changes(edits, sheets=ours), replica.snapshot.version)
    except TrustbookError as fault:
        if fault.key in _DAMAGE:
            raise


def _one_row(listing: Listing) -> Iterator[CellEdit]:
    """A day in each cell of the first row: days need a format of their own."""
    for row in listing.rows[:1]:
        for column in listing.columns.values():
            yield CellEdit(listing.title, row, column, _DAY)
