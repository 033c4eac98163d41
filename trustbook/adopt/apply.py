"""What adopting writes into the workbook: the columns trustbook fills, and a sheet for moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trustbook.adopt.proposal import MappingProposal, SheetFound
from trustbook.columns import MOMENTS, PARTNERS, PEOPLE, Column, Sheet
from trustbook.errors import SafetyStop
from trustbook.names import clean, free_title, key
from trustbook.reading.adoption import Adoption
from trustbook.snapshot import Cell, Changes, ColumnAddition, GeneratedSheet, Grid, Snapshot

_WITH_ID = (PARTNERS, PEOPLE, MOMENTS)


@dataclass(frozen=True, slots=True)
class Adding:
    """What will be added to the workbook, and the mapping with the new columns in it.

    ``added``: sheet title to headers; ``skipped``: sheets whose rows are shared, which get no
    columns; ``log``: the title of the new sheet for moments, if one is needed.
    """

    changes: Changes
    adoption: Adoption
    added: Mapping[str, tuple[str, ...]]
    skipped: tuple[str, ...]
    log: str | None


def plan_adoption(snapshot: Snapshot, proposal: MappingProposal, lang: str) -> Adding:
    """The columns and the sheet that are missing. Raises SafetyStop without a list of partners."""
    if "partners" not in proposal.lists:
        raise SafetyStop("adopt.no_partners", name=snapshot.workbook)
    changes = Changes()
    columns = {name: dict(said) for name, said in proposal.adoption.columns.items()}
    sheets = dict(proposal.adoption.sheets)
    added: dict[str, tuple[str, ...]] = {}
    skipped = []
    for sheet, found in _lists_to_widen(proposal):
        if shares_rows(found, snapshot):
            skipped.append(found.title)
        elif missing := _missing(sheet, found):
            addition, renamed = _add_columns(missing, found, snapshot, lang)
            changes.columns.append(addition)
            added[found.title] = addition.headers
            if renamed:
                columns.setdefault(sheet.key, {}).update(renamed)
    log = None
    if "moments" not in proposal.lists:
        log = free_title(MOMENTS.label(lang), snapshot.titles)
        if log != MOMENTS.label(lang):
            sheets["moments"] = log
        changes.sheets.append(_log_sheet(log, lang))
    return Adding(
        changes, Adoption(sheets, columns, proposal.adoption.unused), added, tuple(skipped), log
    )


def _lists_to_widen(proposal: MappingProposal) -> list[tuple[Sheet, SheetFound]]:
    """The lists that get columns, with their sheets; of lists that share one, the partners only."""
    found = [(sheet, proposal.lists.get(sheet.key)) for sheet in _WITH_ID]
    return [
        (sheet, place)
        for sheet, place in found
        if place is not None and (sheet is PARTNERS or len(place.lists) == 1)
    ]


def _add_columns(
    missing: Sequence[Column], found: SheetFound, snapshot: Snapshot, lang: str
) -> tuple[ColumnAddition, dict[str, str]]:
    """The columns to add after the last, and the headers that could not be our own name."""
    standing = {key(str(cell)) for cell in _header_cells(snapshot, found) if cell is not None}
    headers = tuple(free_title(column.label(lang), standing) for column in missing)
    renamed = {
        column.key: header
        for column, header in zip(missing, headers, strict=True)
        if header != column.label(lang)
    }
    number = max(column.number for column in found.columns)
    widths = tuple(column.width for column in missing)
    return ColumnAddition(found.title, found.header_row, number, headers, widths), renamed


def shares_rows(found: SheetFound, snapshot: Snapshot) -> bool:
    """Whether a partner takes several rows, so that a column of ours would move with sorting."""
    if len(found.lists) < 2:
        return False
    if "moments" in found.lists:
        return True
    number = next(c.number for c in found.columns if (c.sheet, c.name) == ("partners", "name"))
    names = _cells_below(_grid(snapshot, found), found, number)
    written = [key(str(name)) for name in names if name is not None and clean(str(name))]
    return len(set(written)) < len(names)


def _cells_below(grid: Grid, found: SheetFound, number: int) -> list[object]:
    """The cells of a column below the header, in rows that hold anything."""
    rows = grid.rows[found.header_row - grid.first_row + 1 :]
    place = number - grid.first_column
    filled = [row for row in rows if any(cell is not None for cell in row)]
    return [row[place] if place < len(row) else None for row in filled]


def _grid(snapshot: Snapshot, found: SheetFound) -> Grid:
    return next(grid for grid in snapshot.grids if grid.title == found.title)


def _missing(sheet: Sheet, found: SheetFound) -> list[Column]:
    """The columns trustbook fills that the list does not have: ID first, then the verdict."""
    standing = {column.name for column in found.columns if column.sheet == sheet.key}
    filled_by_us = [column for column in sheet.columns if column.filled_by_us]
    return [column for column in filled_by_us if column.key not in standing]


def _header_cells(snapshot: Snapshot, found: SheetFound) -> list[object]:
    grid = _grid(snapshot, found)
    return list(grid.rows[found.header_row - grid.first_row])


def _log_sheet(title: str, lang: str) -> GeneratedSheet:
    """An empty list of moments."""
    header = tuple(
        Cell(column.label(lang), "header.ours" if column.type == "id" else "header.yours")
        for column in MOMENTS.columns
    )
    widths = tuple(column.width for column in MOMENTS.columns)
    return GeneratedSheet(MOMENTS.key, title, (header,), widths, typed=True)
