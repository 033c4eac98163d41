"""Formulas that fill several cells: what they come to, and where it spills.

Enough for what people put into lists: ARRAYFORMULA over whole columns, literals in braces, QUERY
and IMPORTRANGE (as the table they give), SEQUENCE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import outcomes as e
from .formulas import Tree
from .functions import function
from .ranges import Area, column_letters

if TYPE_CHECKING:
    from .evaluate import Calculation
    from .state import Sheet

Places = dict[tuple[int, int], e.Value]


@function("ARRAYFORMULA")
def _arrayformula(c: Calculation, sheet: Sheet, body: Tree) -> e.Block:
    """The body once for every cell of the longest range in it, each range giving its own cell."""
    ranges = [c.cells(found, sheet) for found in _references(body)]
    height = max((each.area.height for each in ranges), default=1)
    width = max((each.area.width for each in ranges), default=1)
    if height == width == 1:
        return as_block(c, c.tree(body, sheet))
    return e.Block(
        tuple(tuple(_one(c, sheet, body, i, j) for j in range(width)) for i in range(height))
    )


def _references(tree: Any) -> list[Any]:
    if isinstance(tree, tuple) and tree and tree[0] == "reference":
        return [tree[1]]
    parts = tree if isinstance(tree, tuple | list) else ()
    return [found for part in parts for found in _references(part)]


def _one(c: Calculation, sheet: Sheet, body: Tree, i: int, j: int) -> e.Value:
    try:
        return c.scalar(c.tree(_narrowed(c, sheet, body, i, j), sheet))
    except e.Failed as failure:
        return failure.error


def _narrowed(c: Calculation, sheet: Sheet, tree: Any, i: int, j: int) -> Any:
    """The tree with each range narrowed to one cell."""
    if isinstance(tree, tuple) and tree and tree[0] == "reference":
        cells = c.cells(tree[1], sheet)
        top = cells.area.top + (i if cells.area.height > 1 else 0)
        left = cells.area.left + (j if cells.area.width > 1 else 0)
        if top >= cells.area.bottom or left >= cells.area.right:
            return ("error", "#N/A")
        return ("cells", e.Cells(cells.sheet, Area(top, left, top + 1, left + 1)))
    if isinstance(tree, tuple | list):
        return type(tree)(_narrowed(c, sheet, part, i, j) for part in tree)
    return tree


@function("QUERY")
def _query(c: Calculation, sheet: Sheet, cells: Tree, *_: Tree) -> e.Block:
    """The whole range: what a query picks matters to nobody here."""
    return as_block(c, c.tree(cells, sheet))


@function("IMPORTRANGE")
def _importrange(c: Calculation, sheet: Sheet, address: Tree, place: Tree) -> e.Block:
    """What the file keeps as the content of that range elsewhere (Book.imports)."""
    rows = c.book.imports.get(c.text(c.tree(place, sheet)))
    if rows is None:
        raise e.Failed(e.CellError("REF", "#REF!", "You need to connect these sheets."))
    return e.Block(tuple(tuple(row) for row in rows))


@function("SEQUENCE")
def _sequence(c: Calculation, sheet: Sheet, count: Tree) -> e.Block:
    return e.Block(tuple((n,) for n in range(1, int(c.number(c.tree(count, sheet))) + 1)))


def as_block(c: Calculation, value: Any) -> e.Block:
    """A scalar, range or block as a block."""
    if isinstance(value, e.Block):
        return value
    if isinstance(value, e.Cells):
        rows = [[c.value(value.sheet, r, k) for k in value.area.columns] for r in value.area.rows]
        return e.Block(tuple(tuple(row) for row in rows))
    return e.Block(((c.scalar(value),),))


def spread(sheet: Sheet, row: int, column: int, block: e.Block) -> tuple[e.Value, Places]:
    """What the formula's own cell shows, and what its result puts into the cells around it.

    Where one of those holds something the result does not expand at all.
    """
    spilled: Places = {}
    for i, line in enumerate(block.rows):
        for j, value in enumerate(line):
            at = (row + i, column + j)
            if at == (row, column) or at[0] >= sheet.rows or at[1] >= sheet.columns:
                continue
            if sheet.cell(*at).value is not None:
                place = f"{column_letters(at[1])}{at[0] + 1}"
                said = "Array result was not expanded because it would overwrite data in"
                return e.CellError("REF", "#REF!", f"{said} {place}."), {}
            spilled[at] = value
    return block.rows[0][0] if block.rows and block.rows[0] else None, spilled
