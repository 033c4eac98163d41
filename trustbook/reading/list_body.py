"""The rows of a list: what stands in its columns, without what is below it or between its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from trustbook.columns import Column
from trustbook.ids import is_like_ours
from trustbook.names import clean
from trustbook.reading.list_rows import (
    RowSight,
    doubtful_rows,
    has_content,
    look_at,
    might_be_head,
    rows_in_use,
    without_unticked,
)
from trustbook.reading.listing import Listing
from trustbook.snapshot import Grid, TableArea


def take_rows(listing: Listing, grid: Grid, header_at: int) -> None:
    """The rows with something in a column people type in, column by column."""
    body = grid.rows[header_at + 1 : _end(listing, grid)]
    places = {name: number - grid.first_column for name, number in listing.columns.items()}
    columns = _turned(body, max(places.values()) + 1)
    typed = [column for column in listing.sheet.columns if _is_typed(column, listing)]
    for column in typed:
        place = places[column.key]
        columns[place] = without_unticked(column, columns[place])
        if column.required:
            columns[place] = _without_spaces(columns[place])
    kept = rows_in_use([(column, columns[places[column.key]]) for column in typed])
    _set_rows(listing, {name: columns[place] for name, place in places.items()}, kept)
    if listing.sheet.key != "settings" and _needs_a_look(listing, typed):
        _set_doubtful_apart(listing, grid, body, typed)


def _set_rows(
    listing: Listing, columns: Mapping[str, tuple[object, ...]], kept: Sequence[int]
) -> None:
    listing.rows = [listing.header_row + 1 + i for i in kept]
    listing.cells = {name: _at(cells, kept) for name, cells in columns.items()}


def _needs_a_look(listing: Listing, typed: Sequence[Column]) -> bool:
    """Whether a blank row or a name in capitals says that not all may be rows: mostly neither."""
    rows = listing.rows
    if rows and rows[-1] - rows[0] >= len(rows):
        return True
    named = (listing.cells[column.key] for column in typed if column.required)
    return any(might_be_head(cell) for cells in named for cell in cells)


def _set_doubtful_apart(
    listing: Listing, grid: Grid, body: Sequence[Sequence[object]], typed: Sequence[Column]
) -> None:
    """Take out of the rows what is probably none of them."""
    others = _other_places(listing, grid)

    def filled(position: int) -> int:
        row = body[position]
        return sum(place < len(row) and has_content(row[place]) for place in others)

    sights = [_sight(listing, grid, typed, i, filled) for i in range(len(listing.rows))]
    doubtful = doubtful_rows(sights, lambda position: not filled(position))
    first = listing.header_row + 1
    listing.below = _take_out(listing, [first + i for i in doubtful.below])
    listing.heads = _take_out(listing, [first + i for i in doubtful.heads])


def _sight(
    listing: Listing,
    grid: Grid,
    typed: Sequence[Column],
    i: int,
    others: Callable[[int], int],
) -> RowSight:
    row = listing.rows[i]
    identity = listing.get("id")[i]
    table = _table(listing, grid)
    sure = is_like_ours(str(identity).strip()) or (table is not None and row <= table.last_row)
    position = row - listing.header_row - 1
    cells = [(column, listing.cells[column.key][i]) for column in typed]
    return look_at(listing.sheet, position, cells, others(position), sure)


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
    out = set(rows)
    taken = {
        row: {name: cells[i] for name, cells in listing.cells.items()}
        for i, row in enumerate(listing.rows)
        if row in out
    }
    kept = [i for i, row in enumerate(listing.rows) if row not in out]
    listing.rows = [listing.rows[i] for i in kept]
    listing.cells = {name: [cells[i] for i in kept] for name, cells in listing.cells.items()}
    return taken


def _at(cells: tuple[object, ...], kept: Sequence[int]) -> list[object]:
    """The cells at these positions; mostly that is all of them."""
    return list(cells) if len(kept) == len(cells) else [cells[i] for i in kept]


def _turned(body: Sequence[Sequence[object]], width: int) -> list[tuple[object, ...]]:
    """The first ``width`` columns of some rows; what a short row lacks is blank."""
    if any(len(row) < width for row in body):
        body = [row if len(row) >= width else [*row, *[None] * (width - len(row))] for row in body]
    return list(zip(*(row[:width] for row in body), strict=True)) or [()] * width


def _without_spaces(cells: tuple[object, ...]) -> tuple[object, ...]:
    """A column in which a cell of spaces is as blank as an empty one."""
    if not any(_is_spaces(cell) for cell in cells):
        return cells
    return tuple(None if _is_spaces(cell) else cell for cell in cells)


def _is_spaces(cell: object) -> bool:
    return type(cell) is str and not clean(cell)


def _is_typed(column: Column, listing: Listing) -> bool:
    return column.owner == "shared" and column.type != "id" and column.key in listing.columns


def _table(listing: Listing, grid: Grid) -> TableArea | None:
    """The table that the list is, if it is one."""
    first = min(listing.columns.values())
    for table in grid.tables:
        beside = first < table.first_column or first > table.last_column
        if table.first_row == listing.header_row and not beside:
            return table
    return None


def _end(listing: Listing, grid: Grid) -> int | None:
    """Rows from a table's totals row on are no longer the list; rows merely typed below a table
    are.
    """
    table = _table(listing, grid)
    if table is None or not table.totals_rows:
        return None
    return table.last_row - table.totals_rows + 1 - grid.first_row
