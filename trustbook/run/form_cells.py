"""The answers of forms in workbooks: they are read for contacts, and are not ours to write."""

from __future__ import annotations

from collections.abc import Sequence

from trustbook.a1 import cell_name
from trustbook.names import key
from trustbook.network.hiding import Hide, hidden_value
from trustbook.run.forgetting import filled_cells
from trustbook.workbooks.base import Workbook


def named_in_forms(
    workbook: Workbook, titles: Sequence[str], hide: Hide
) -> list[tuple[str, str, str]]:
    """The cells (workbook, sheet, cell) of the sheets with these ``titles`` in which somebody
    stands whom ``hide`` hides.
    """
    wanted = set(map(key, titles))
    grids = workbook.read(lambda title: key(title) in wanted).grids
    return [
        (workbook.name, grid.title, cell_name(row, column))
        for grid in grids
        if grid.ours is None and key(grid.title) in wanted
        for row, column, value in filled_cells(grid)
        if hidden_value(value, hide) != value
    ]
