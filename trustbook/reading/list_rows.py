"""Which rows of a sheet are rows of its list: what says something, and where the list ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from trustbook.columns import Column, Sheet, choice_names
from trustbook.dates import Unreadable, read_date, read_number, read_rhythm
from trustbook.names import clean, key

_Cells = tuple[object, ...]
_CAPITALS = 5  # GGD and COA are partners, POLITIE and SCHOLEN are heads
_TOTAL = re.compile(r"(?:sub)?tota(?:al|l)\b|som\b|sum\b|aantal\b", re.IGNORECASE)
_NOTE = re.compile(r"https?:|www\.|legenda?\b", re.IGNORECASE)
_READERS: dict[str, Callable[[object], object]] = {
    "date": read_date,
    "rhythm": read_rhythm,
    "number": read_number,
}


def without_unticked(column: Column, cells: _Cells) -> _Cells:
    """A column in which a tick box nobody ticked is blank, unless it asks yes or no."""
    if column.type == "yesno" or not any(cell is False for cell in cells):
        return cells
    return tuple(None if cell is False else cell for cell in cells)


def rows_in_use(columns: Sequence[tuple[Column, _Cells]]) -> list[int]:
    """The positions at which somebody typed something in one of these columns.

    What a dropdown or a tick box holds from the start says nothing: its word alone makes no row.
    """
    offering = [(column, cells) for column, cells in columns if column.choices]
    telling = [cells for column, cells in columns if not column.choices]
    # Full columns first: they settle most rows.
    telling.sort(key=lambda cells: not cells or cells[0] is None)
    return [
        i
        for i, cells in enumerate(zip(*telling, strict=True))
        if any(map(has_content, cells)) or any(_is_odd(*each, i) for each in offering)
    ]


def has_content(cell: object) -> bool:
    """Whether something stands in a cell that somebody typed, ticked or computed."""
    return cell is not None and cell is not False and (type(cell) is not str or bool(clean(cell)))


def _is_odd(column: Column, cells: _Cells, i: int) -> bool:
    """Whether a cell holds something that its dropdown does not offer, or a tick."""
    cell = cells[i]
    if not has_content(cell):
        return False
    return not isinstance(cell, str) or key(cell) not in choice_names(column.choices)


@dataclass(frozen=True, slots=True)
class RowSight:
    """A row as far as its shape tells what it is.

    ``position`` is its place below the header, ``filled`` the number of cells that people typed in,
    ``text`` the first of them. ``complete``: every required cell stands; ``reads``: a day, a rhythm
    or a word of a list stands where it should. ``sure``: it is a row whatever it looks like.
    """

    position: int
    filled: int
    text: object
    complete: bool
    reads: bool
    sure: bool


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
    needed = {column.key for column in sheet.columns if column.required}
    return RowSight(
        position,
        len(said) + others,
        said[0][1] if said else None,
        needed <= {column.key for column, _ in said},
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


def doubtful_rows(sights: Sequence[RowSight], blank: Callable[[int], bool]) -> Doubtful:
    """Which rows are probably none: below the list after a blank row, and heads of groups.

    ``blank`` tells whether nothing stands at a position that is not in use.
    """
    first, *later = _blocks(sights, blank)
    usual = min((row.filled for row in first if row.filled > 1), default=1)
    below = [row.position for block in later for row in _unlike(block, usual)]
    return Doubtful(below, _heads([row for row in sights if row.position not in below]))


def _unlike(block: Sequence[RowSight], usual: int) -> list[RowSight]:
    """The rows of a stretch that are none of the list, unless most of the stretch is."""
    others = [row for row in block if not _fits(row, usual)]
    return others if 2 * len(others) > len(block) else []


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


def _fits(row: RowSight, usual: int) -> bool:
    """Whether a row after a blank one looks like those of the list."""
    if row.sure:
        return True
    if not row.complete or (isinstance(row.text, str) and _is_note(row.text)):
        return False
    return row.filled >= usual or (row.reads and row.filled > 1)


def _is_note(text: str) -> bool:
    return bool(_TOTAL.match(clean(text)) or _NOTE.match(clean(text)))


def _heads(rows: Sequence[RowSight]) -> list[int]:
    """Lone names in capitals right above a fuller row; one alone is none."""
    fuller = {row.position: row for row in rows if row.filled > 1}
    shouting = [row for row in fuller.values() if might_be_head(row.text)]
    heads = [row.position for row in rows if _is_head(row, fuller)]
    return heads if len(heads) > 1 and 2 * len(shouting) <= len(fuller) else []


def _is_head(row: RowSight, fuller: Collection[int]) -> bool:
    lone = row.filled == 1 and not row.sure
    return lone and row.position + 1 in fuller and might_be_head(row.text)


def might_be_head(text: object) -> bool:
    """Whether a cell is written as headings often are: in capitals, and too long for initials."""
    if not isinstance(text, str) or not text.isupper():
        return False
    return sum(map(str.isalpha, text)) >= _CAPITALS
