"""Rows that are probably none of a list: what stands below it, and headings between its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from trustbook.columns import SETTINGS, Column, Sheet, choice_names
from trustbook.dates import Unreadable, read_date, read_number, read_rhythm
from trustbook.ids import is_like_ours
from trustbook.names import clean, key
from trustbook.reading.listing import Listing, has_content, table_of
from trustbook.reading.totals import is_note, is_total, may_be_told
from trustbook.snapshot import Grid

_CAPITALS = 5  # GGD and COA are partners, POLITIE and SCHOLEN are heads
_NOTE = re.compile(
    r"(?:(?:sub)?tota(?:al|l)|som|sum|aantal|legenda?)\b|https?:|www\.", re.IGNORECASE
)
_READERS: dict[str, Callable[[object], object]] = {
    "date": read_date,
    "rhythm": read_rhythm,
    "number": read_number,
}


def set_doubtful_apart(listing: Listing, grid: Grid) -> None:
    """Take out of the rows what is probably none of them, to be asked about."""
    if not _needs_a_look(listing, grid):
        return
    first = listing.header_row + 1
    others = _other_places(listing, grid)

    def beside(position: int) -> list[object]:
        row = grid.rows[first + position - grid.first_row]
        cells = (row[place] for place in others if place < len(row))
        return [*filter(has_content, cells)]

    sights = [_sight(listing, grid, i, beside) for i in range(len(listing.rows))]
    # A partner may be no more than a name; a table at which nobody sits is none.
    says_enough = any(column.type == "id" for column in listing.sheet.columns)
    doubtful = doubtful_rows(sights, lambda position: not beside(position), says_enough)
    listing.below = _take_out(listing, [first + i for i in doubtful.below])
    listing.heads = _take_out(listing, [first + i for i in doubtful.heads])


def _needs_a_look(listing: Listing, grid: Grid) -> bool:
    """Whether anything says that not all may be rows: mostly nothing does.

    That is a blank row, a name in capitals or for a total, or a look of its own.
    """
    rows = listing.rows
    if not rows or listing.sheet is SETTINGS:  # a setting is one value a row, or none yet
        return False
    if grid.marked or rows[-1] - rows[0] >= len(rows):
        return True
    named = [*chain.from_iterable(listing.cells[name] for name in listing.sheet.required)]
    return any(map(might_be_head, named)) or any(map(may_be_told, named))


def _sight(listing: Listing, grid: Grid, i: int, beside: Callable[[int], list[object]]) -> RowSight:
    row = listing.rows[i]
    identity = listing.get("id")[i]
    table = table_of(listing, grid.tables)
    sure = is_like_ours(str(identity).strip()) or (table is not None and row <= table.last_row)
    position = row - listing.header_row - 1
    cells = [(column, listing.cells[column.key][i]) for column in listing.typed_columns()]
    others = beside(position)
    seen = look_at(listing.sheet, position, cells, len(others), sure)
    # What is typed right below a table belongs to it, whatever it says.
    said = [*(cell for _, cell in cells), *others]
    tells = table is None and not sure and (is_total(said) or is_note(said))
    return replace(seen, marked=row in grid.marked, tells=tells)


def _other_places(listing: Listing, grid: Grid) -> list[int]:
    """The places under headers of the coordinator's own."""
    header = grid.rows[listing.header_row - grid.first_row]
    ours = {*listing.columns.values(), *([listing.own_ids[0]] if listing.own_ids else [])}
    return [
        place
        for place, text in enumerate(header)
        if has_content(text) and place + grid.first_column not in ours
    ]


def _take_out(listing: Listing, rows: Sequence[int]) -> dict[int, dict[str, object]]:
    """Take these rows out of the list. Gives their cells by column, by row number."""
    taken = {}
    for row in rows:
        i = listing.rows.index(row)
        taken[row] = {name: cells.pop(i) for name, cells in listing.cells.items()}
        del listing.rows[i]
    return taken


@dataclass(frozen=True, slots=True)
class RowSight:
    """A row as far as its shape tells what it is.

    ``position`` is its place below the header, ``filled`` the number of cells that people typed in,
    ``text`` the first of them. ``complete``: how many cells a row must have, if all of them stand,
    else 0; ``reads``: a day, a rhythm or a word of a list stands where it should. ``sure``: it is a
    row whatever it looks like; ``marked``: it looks unlike the row below it; ``tells``: it
    counts the others, or is a note.
    """

    position: int
    filled: int
    text: object
    complete: int
    reads: bool
    sure: bool
    marked: bool = False
    tells: bool = False


@dataclass(slots=True)
class Doubtful:
    """Positions of what is asked about: ``below`` stands below the list, ``heads`` are between its
    rows.
    """

    below: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)


def look_at(
    sheet: Sheet, position: int, typed: Sequence[tuple[Column, object]], others: int, sure: bool
) -> RowSight:
    """The sight of one row: its cells that people type in, and how many ``others`` are filled."""
    said = [(column, cell) for column, cell in typed if has_content(cell)]
    whole = sheet.required <= {column.key for column, _ in said}
    return RowSight(
        position,
        len(said) + others,
        said[0][1] if said else None,
        len(sheet.required) * whole,
        any(_reads(column, cell) for column, cell in said),
        sure,
    )


def _reads(column: Column, cell: object) -> bool:
    if column.choices:
        return isinstance(cell, str) and key(cell) in choice_names(column.choices)
    if (read := _READERS.get(column.type)) is None:
        return False
    try:
        return bool(read(cell))
    except Unreadable:
        return False


def doubtful_rows(
    sights: Sequence[RowSight], blank: Callable[[int], bool], names_alone: bool = True
) -> Doubtful:
    """Which rows are probably none: totals, what stands below the list after a blank row, and heads
    of groups.

    ``blank`` tells whether nothing stands at a position that is not in use; ``names_alone``:
    whether a name without anything else may be a row.
    """
    first, *later = _blocks(sights, blank)
    usual = _least_filled(first)
    unlike = {row.position for block in later for row in _unlike(block, usual, names_alone)}
    below = sorted(unlike | {row.position for row in sights if row.tells})
    return Doubtful(below, _heads([row for row in sights if row.position not in below]))


def _least_filled(rows: Sequence[RowSight]) -> int:
    """How many cells a row of the list has at least, lone names left out."""
    return min((row.filled for row in rows if row.filled > 1 and not row.tells), default=1)


def _unlike(block: Sequence[RowSight], usual: int, names_alone: bool) -> list[RowSight]:
    """The rows of a stretch that are none of the list. Where most of the stretch is of it, those
    are only names alone, if these may be no rows.
    """
    titled = _is_lone(block[0])
    others = [row for row in block if not (row.sure or _fits(row, usual, titled))]
    if 2 * len(others) > len(block):
        return others
    return [] if names_alone else [row for row in others if _is_lone(row)]


def _blocks(sights: Sequence[RowSight], blank: Callable[[int], bool]) -> Iterator[list[RowSight]]:
    """The rows in stretches, parted by blank rows."""
    block: list[RowSight] = []
    for row in sights:
        between = range(block[-1].position + 1, row.position) if block else ()
        if any(map(blank, between)):
            yield block
            block = []
        block.append(row)
    yield block


def _fits(row: RowSight, usual: int, titled: bool) -> bool:
    """Whether a row after a blank one looks like those of the list; ``titled``: a lone text stands
    above its stretch.
    """
    if not row.complete or _NOTE.match(clean(str(row.text))):
        return False
    if row.filled >= usual or (row.complete > 1 and not titled):
        return True
    return row.reads and row.filled > 1


def _heads(rows: Sequence[RowSight]) -> list[int]:
    """Lone names right above a fuller row that look unlike the rows; one alone is none."""
    fuller = {row.position: row.text for row in rows if row.filled > 1}
    shouting = 2 * sum(map(might_be_head, fuller.values())) > len(fuller)
    lone = [row for row in rows if _is_lone(row) and row.position + 1 in fuller]
    heads = [row.position for row in lone if row.marked or _shouts(row, shouting)]
    return heads if len(heads) > 1 else []


def _is_lone(row: RowSight) -> bool:
    return row.filled == 1 and not row.sure


def _shouts(row: RowSight, others: bool) -> bool:
    """Whether a row is in capitals where the ``others`` are not."""
    return might_be_head(row.text) and not others


def might_be_head(text: object) -> bool:
    """Whether a cell is written as headings often are: in capitals, and too long for initials."""
    if not isinstance(text, str) or not text.isupper():
        return False
    return sum(map(str.isalpha, text)) >= _CAPITALS
