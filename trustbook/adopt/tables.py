"""The tables of a workbook nobody described: where their header row stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from trustbook.adopt import words
from trustbook.columns import TYPED
from trustbook.names import clean
from trustbook.privacy import refused_header
from trustbook.snapshot import CellValue, Grid

_HEADER_WITHIN = 60


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column as it stands: its header as written and bare, and the cells below it."""

    number: int
    header: str
    plain: str
    cells: Sequence[CellValue]


@dataclass(slots=True)
class SourceTable:
    """A header row and its columns; those ``refused`` hold special personal data."""

    title: str
    header_row: int
    columns: list[SourceColumn]
    refused: list[SourceColumn] = field(default_factory=list)
    rows: int = 0


def find_table(grid: Grid) -> SourceTable | None:
    """The table of a sheet: below the row with most words we know; None where no row has any."""
    scores = [_known_words(row) for row in grid.rows[:_HEADER_WITHIN]]
    if not any(scores):
        return None
    header_at = scores.index(max(scores))
    body = grid.rows[header_at + 1 :]
    found = SourceTable(grid.title, grid.first_row + header_at, [], rows=len(body))
    for place, cell in enumerate(grid.rows[header_at]):
        if not isinstance(cell, str) or not clean(cell):
            continue
        cells = [row[place] if place < len(row) else None for row in body]
        column = SourceColumn(
            grid.first_column + place, clean(cell), words.plain_header(cell), cells
        )
        (found.refused if refused_header(cell) else found.columns).append(column)
    return found


def _known_words(row: Sequence[CellValue]) -> int:
    """How many headers of a row we know; a lone word counts only where it says organisation."""
    texts = {words.plain_header(cell) for cell in row if isinstance(cell, str)} - {""}
    known = sum(map(_is_known, texts))
    if known == len(texts) == 1 and not any(map(words.says_organisation, texts)):
        return 0
    return known


def _is_known(text: str) -> bool:
    if text in words.words_left_aside() or refused_header(text):
        return True
    return any(
        text in words.own_names(sheet.key) or text in words.headers(sheet.key) for sheet in TYPED
    )
