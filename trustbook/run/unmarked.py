"""Sheets of ours that lost their mark: another program saved the workbook and left our names out.

Such a sheet is known by its title, and by our headers or by what the last run wrote there. A sheet
of the coordinator's that only has the title stays the coordinator's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from trustbook.columns import GENERATED, Sheet
from trustbook.ledger import Known
from trustbook.merge.cell_codec import encode
from trustbook.messages import LANGUAGES
from trustbook.names import key
from trustbook.snapshot import Grid, Snapshot
from trustbook.workbooks.base import Wanted, Workbook

# Our lists have one line of explanation above their header.
_HEADER = 1


def read_with_unmarked(workbook: Workbook, wanted: Wanted) -> Snapshot:
    """What a workbook shows of the ``wanted`` sheets, and of those that may be ours unmarked."""
    shown = workbook.read(wanted)
    if lost := lost_titles(shown):
        shown = workbook.read(lambda title: title in lost or wanted(title))
        for grid in shown.grids:
            grid.unmarked = grid.title in lost
    return shown


def lost_titles(snapshot: Snapshot) -> set[str]:
    """The sheets that may be ours without a mark, and were not read for that."""
    marked = {grid.ours for grid in snapshot.grids if grid.ours}
    read = {grid.title for grid in snapshot.grids}
    return {title for title in snapshot.titles if _named(title) not in {None, *marked}} - read


def _named(title: str) -> str | None:
    """Which of our sheets goes by a title, in either language; None for any other title."""
    names = {key(sheet.label(lang)): sheet.key for sheet in GENERATED for lang in LANGUAGES}
    return names.get(key(title.partition(" (trustbook")[0]))


def taken_back(snapshot: Snapshot, known: Known | None) -> Snapshot:
    """The snapshot with our unmarked sheets known again; what is none of ours is not looked at.

    ``Grid.unmarked`` says which sheets were read because they may be ours.
    """
    written = known.state.get("ours", {}).get("sheets", {}) if known else {}
    grids = [grid for grid in snapshot.grids if not grid.unmarked]
    taken: set[str] = set()
    for grid in snapshot.grids:
        name = _named(grid.title) if grid.unmarked else None
        if name and name not in taken and _is_ours(grid, name, written):
            taken.add(name)
            grids.append(replace(grid, ours=name))
    return replace(snapshot, grids=grids)


def _is_ours(grid: Grid, name: str, written: Mapping[str, Any]) -> bool:
    sheet = next(one for one in GENERATED if one.key == name)
    return _has_our_headers(grid, sheet) or _shows_what_was_written(grid, written.get(name, ()))


def _has_our_headers(grid: Grid, sheet: Sheet) -> bool:
    """Whether our header stands in its row, whole and in its order."""
    wanted = [[column.label(lang) for column in sheet.columns] for lang in LANGUAGES]
    rows = grid.rows[_HEADER : _HEADER + 1]
    return bool(sheet.columns) and any(list(row[: len(sheet.columns)]) in wanted for row in rows)


def _shows_what_was_written(grid: Grid, written: Sequence[Sequence[object]]) -> bool:
    """Whether most of the texts that we wrote last stand where we wrote them."""
    texts = [
        (r, c, value)
        for r, row in enumerate(written)
        for c, value in enumerate(row)
        if isinstance(value, str)
    ]
    same = sum(_value(grid, r, c) == value for r, c, value in texts)
    return 2 * same > len(texts)


def _value(grid: Grid, r: int, c: int) -> object:
    cells = grid.rows[r] if r < len(grid.rows) else ()
    return encode(cells[c]) if c < len(cells) else None
