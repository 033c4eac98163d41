"""What adopting writes into the workbook: the columns trustbook fills, beside each list, and a
sheet for moments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trustbook.adopt.proposal import MappingProposal, SheetFound, shares_rows
from trustbook.columns import MOMENTS, PARTNERS, PEOPLE, Column, Sheet
from trustbook.errors import SafetyStop
from trustbook.names import free_title, key
from trustbook.reading.adoption import Adoption
from trustbook.snapshot import Cell, Changes, ColumnAddition, GeneratedSheet, Snapshot

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
    """The columns and the sheet that are missing. Raises SafetyStop where no list of partners was
    found.
    """
    places = proposal.lists
    if "partners" not in places:
        raise SafetyStop("adopt.no_partners", name=snapshot.workbook)
    changes = Changes()
    columns = {name: dict(said) for name, said in proposal.adoption.columns.items()}
    sheets = dict(proposal.adoption.sheets)
    added: dict[str, tuple[str, ...]] = {}
    skipped = []
    for sheet in _WITH_ID:
        found = places.get(sheet.key)
        if found is None or (len(found.lists) > 1 and sheet is not PARTNERS):
            continue
        if shares_rows(found, snapshot):
            skipped.append(found.title)
            continue
        missing = _missing(sheet, found)
        if not missing:
            continue
        standing = {key(str(cell)) for cell in _header_cells(snapshot, found) if cell is not None}
        headers = tuple(free_title(column.label(lang), standing) for column in missing)
        for column, header in zip(missing, headers, strict=True):
            if header != column.label(lang):
                columns.setdefault(sheet.key, {})[column.key] = header
        number = max(column.number for column in found.columns)
        widths = tuple(column.width for column in missing)
        changes.columns.append(
            ColumnAddition(found.title, found.header_row, number, headers, widths)
        )
        added[found.title] = headers
    log = None
    if "moments" not in places:
        log = free_title(MOMENTS.label(lang), snapshot.titles)
        if log != MOMENTS.label(lang):
            sheets["moments"] = log
        changes.sheets.append(_log_sheet(log, lang))
    return Adding(
        changes, Adoption(sheets, columns, proposal.adoption.unused), added, tuple(skipped), log
    )


def _missing(sheet: Sheet, found: SheetFound) -> list[Column]:
    """The columns trustbook fills that the list does not have: ID first, then the verdict."""
    standing = {column.name for column in found.columns if column.sheet == sheet.key}
    return [
        c
        for c in sheet.columns
        if (c.type == "id" or c.owner == "derived") and c.key not in standing
    ]


def _header_cells(snapshot: Snapshot, found: SheetFound) -> list[object]:
    grid = next(grid for grid in snapshot.grids if grid.title == found.title)
    return list(grid.rows[found.header_row - grid.first_row])


def _log_sheet(title: str, lang: str) -> GeneratedSheet:
    """An empty list of moments."""
    header = tuple(
        Cell(column.label(lang), "header.ours" if column.type == "id" else "header.yours")
        for column in MOMENTS.columns
    )
    widths = tuple(column.width for column in MOMENTS.columns)
    return GeneratedSheet(MOMENTS.key, title, (header,), widths, typed=True)
