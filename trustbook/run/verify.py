"""What a write came to: read back, what could not be placed, and a run that broke off made good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from trustbook.errors import TrustbookError
from trustbook.ledger import Ledger
from trustbook.snapshot import Written
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.run.replica import Replica


def recover(ledger: Ledger, tokens: Mapping[str, str]) -> None:
    """Make good a run that broke off: what carries its stamp was written, the rest was not; the
    absent tell later.
    """
    ledger.arrived(ledger.knows(ledger.waiting()))
    ledger.resume(tokens)
    prepared = ledger.prepared()
    if prepared is None:
        return
    carrying = {address for address, token in tokens.items() if token == prepared[1]}
    wanted = ledger.prepared_writes()
    left = {address for address, to_write in wanted.items() if to_write and address not in carrying}
    pending = left - tokens.keys()
    if carrying:
        ledger.commit(dict.fromkeys(wanted, ""), left, pending=pending)
    else:
        ledger.abort(pending)


def unplaced(view: Replica, done: Written) -> list[tuple[str, str, str]]:
    """The rows whose edits could not be placed: their base does not move."""
    sheets = {listing.title: name for name, listing in view.lists.items()}
    return [
        (view.address, sheets[edit.sheet], identity)
        for edit in done.unplaced
        if (identity := view.stood.get(sheets[edit.sheet], {}).get(edit.row))
    ]


def verify(book: Workbook, view: Replica, done: Written) -> None:
    """Read back what was merged into a workbook. Raises TrustbookError where it does not stand
    there.

    Backends compare what they write themselves; this is for the cells that came from another
    workbook.
    """
    after = book.read()
    if after.version != done.version:
        return  # somebody saved since: what stands there now is theirs, and the next run reads it
    grids = {grid.title: grid for grid in after.grids}
    skipped = set(done.unplaced)
    for edit in {(edit.sheet, edit.row, edit.column): edit for edit in view.changes.edits}.values():
        grid = grids[edit.sheet]
        row, column = edit.row - grid.first_row, edit.column - grid.first_column
        cells = grid.rows[row] if row < len(grid.rows) else ()
        stands = cells[column] if column < len(cells) else None
        if edit not in skipped and stands != edit.value:
            raise TrustbookError("ledger.read_back", name=book.name, sheet=edit.sheet, row=edit.row)
