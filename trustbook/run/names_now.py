"""By which names the sheets and columns of a workbook go now: those that people gave them since are
remembered by the ledger, or said for this run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trustbook.names import key
from trustbook.reading.adoption import Adoption
from trustbook.reading.renaming import (
    NamesKnown,
    Renaming,
    grids_of,
    renamed_columns,
    renamed_sheets,
    standing,
)
from trustbook.run.unmarked import read_with_unmarked
from trustbook.snapshot import Snapshot
from trustbook.workbooks.base import Wanted, Workbook, is_typed_sheet


def snapshot_of(workbook: Workbook) -> Snapshot:
    """What a workbook shows of the sheets that are known, by our names or its own."""
    wanted: Wanted = workbook.names.reads if workbook.names else is_typed_sheet
    return read_with_unmarked(workbook, wanted)


def find_names(
    workbook: Workbook, snapshot: Snapshot, state: Mapping[str, Any], asked: Sequence[Renaming]
) -> Snapshot:
    """Have a workbook go by the names that were given to its sheets and columns; it is read again
    where a list stands on a sheet that was not read yet.
    """
    workbook.renames = _renamed_sheets(snapshot, state, asked)
    read = {key(grid.title) for grid in snapshot.grids}
    if any(key(title) not in read for title in workbook.renames.sheets.values()):
        snapshot = snapshot_of(workbook)
    workbook.renames = _renamed_columns(workbook, snapshot, state, asked)
    return snapshot


def _names_known(state: Mapping[str, Any]) -> NamesKnown:
    return NamesKnown(state.get("titles", {}), state.get("headers", {}))


def _renamed_sheets(
    snapshot: Snapshot, state: Mapping[str, Any], asked: Sequence[Renaming]
) -> Adoption:
    """The lists whose sheets have another name, as was said before or is now."""
    told = dict(state.get("renames", {}).get("sheets", {}))
    told |= renamed_sheets(asked, snapshot.titles, _names_known(state))
    titles = {key(title) for title in snapshot.titles}
    return Adoption({name: title for name, title in told.items() if key(title) in titles})


def _renamed_columns(
    workbook: Workbook, snapshot: Snapshot, state: Mapping[str, Any], asked: Sequence[Renaming]
) -> Adoption:
    """All that has another name: the sheets that were found, and their columns."""
    columns = dict(state.get("renames", {}).get("columns", {}))
    said = renamed_columns(asked, grids_of(snapshot, workbook.names), _names_known(state))
    for name, more in said.items():
        columns[name] = {**columns.get(name, {}), **more}
    return standing(Adoption(workbook.renames.sheets, columns), snapshot, workbook.adoption)
