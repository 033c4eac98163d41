"""What adopting writes into the workbook: the columns trustbook fills, and a sheet for moments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from trustbook.adopt.evidence import repeats
from trustbook.adopt.proposal import MappingProposal, SheetFound
from trustbook.columns import MOMENTS, PARTNERS, PEOPLE, Column, Sheet
from trustbook.errors import SafetyStop
from trustbook.names import clean, free_title, key
from trustbook.reading.adoption import Adoption
from trustbook.reading.lists import Listing, lists_in
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


def plan_adoption(
    snapshot: Snapshot, proposal: MappingProposal, lang: str, widens: bool = True
) -> Adding:
    """The columns and the sheet that are missing; none where the backend never ``widens``.

    Raises SafetyStop without a list of partners.
    """
    if "partners" not in proposal.lists:
        raise SafetyStop("adopt.no_partners", name=snapshot.workbook, why=proposal.doubts)
    adding = Adding(Changes(), proposal.adoption, {}, (), None)
    if not widens:
        return adding
    adding = _with_columns(adding, snapshot, proposal, lang)
    return adding if "moments" in proposal.lists else _with_log(adding, snapshot, lang)


def _with_columns(
    adding: Adding, snapshot: Snapshot, proposal: MappingProposal, lang: str
) -> Adding:
    """The columns that each list lacks."""
    columns = {name: dict(said) for name, said in adding.adoption.columns.items()}
    added: dict[str, tuple[str, ...]] = {}
    skipped = []
    for sheet, found in _lists_to_widen(proposal):
        if shares_rows(found, snapshot, proposal.adoption):
            skipped.append(found.title)
        elif missing := _missing(sheet, found):
            addition, renamed = _add_columns(missing, found, snapshot, lang)
            adding.changes.columns.append(addition)
            added[found.title] = addition.headers
            if renamed:
                columns.setdefault(sheet.key, {}).update(renamed)
    adoption = replace(adding.adoption, columns=columns)
    return replace(adding, adoption=adoption, added=added, skipped=tuple(skipped))


def _with_log(adding: Adding, snapshot: Snapshot, lang: str) -> Adding:
    """An empty sheet to write moments on."""
    log = free_title(MOMENTS.label(lang), snapshot.titles)
    adding.changes.sheets.append(_log_sheet(log, lang))
    if log == MOMENTS.label(lang):
        return replace(adding, log=log)
    sheets = {**adding.adoption.sheets, MOMENTS.key: log}
    return replace(adding, log=log, adoption=replace(adding.adoption, sheets=sheets))


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


def shares_rows(found: SheetFound, snapshot: Snapshot, adoption: Adoption) -> bool:
    """Whether a partner takes several rows, so that a column of ours would move with sorting."""
    if found.lists == (PARTNERS.key,):
        return repeats([name for name, _ in _rows_of(found, snapshot, ())])
    if len(found.lists) < 2:
        return False
    if "moments" in found.lists:
        return True
    rows = _rows_of(found, snapshot, _doubtful(found, snapshot, adoption))
    names = [key(str(name)) for name, _ in rows if _is_said(name)]
    more_people = any(_is_said(person) and not _is_said(name) for name, person in rows)
    return more_people or len(set(names)) < len(names)


def _doubtful(found: SheetFound, snapshot: Snapshot, adoption: Adoption) -> set[int]:
    """The rows (numbers) of a sheet that are asked about, and count for nothing until then."""
    lists = read_by(snapshot, adoption).values()
    return {
        row for each in lists if each.title == found.title for row in (*each.below, *each.heads)
    }


def read_by(snapshot: Snapshot, adoption: Adoption) -> dict[str, Listing]:
    """The lists of a workbook by other names; reading marks grids, so copies are read."""
    grids = [replace(grid) for grid in snapshot.grids]
    return lists_in(replace(snapshot, grids=grids), adoption)


def _rows_of(
    found: SheetFound, snapshot: Snapshot, doubtful: Collection[int]
) -> list[tuple[object, object]]:
    """Partner and person of each row down to the last partner, and of those right below it."""
    grid = _grid(snapshot, found)
    below = enumerate(grid.rows, grid.first_row)
    rows = [row for number, row in below if number > found.header_row and number not in doubtful]
    pairs = [_pair(row, _places(found), grid.first_column) for row in rows]
    return pairs[: _end([name for name, _ in pairs], rows)]


def _end(names: Sequence[object], rows: Sequence[Sequence[object]]) -> int:
    """Where the first blank row below the last of some names is."""
    last = max((at for at, name in enumerate(names) if _is_said(name)), default=-1)
    blank = (at for at, row in enumerate(rows) if at > last and not any(map(_is_said, row)))
    return next(blank, len(rows))


def _places(found: SheetFound) -> list[int | None]:
    """The columns of partners and of people on a sheet."""
    numbers = {(each.sheet, each.name): each.number for each in found.columns}
    return [numbers.get((name, "name")) for name in (PARTNERS.key, PEOPLE.key)]


def _pair(
    row: Sequence[object], numbers: Sequence[int | None], first: int
) -> tuple[object, object]:
    name, person = (
        row[number - first] if number is not None and number - first < len(row) else None
        for number in numbers
    )
    return name, person


def _is_said(cell: object) -> bool:
    return cell is not None and bool(clean(str(cell)))


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
