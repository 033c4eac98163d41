"""Carry out the plans of a run: each workbook shows that it can, is written and read back; the
ledger learns it in one transaction. A run that broke off is made good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from trustbook.errors import Busy, NoAccess, TrustbookError
from trustbook.ledger import Change, Ledger
from trustbook.places.made_files import made_texts
from trustbook.run.names_now import snapshot_of
from trustbook.snapshot import CellValue, Changes, Grid, Written
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.run.plan import WorkbookPlan
    from trustbook.run.replica import MergedWorkbook


def prepare_all(
    plans: Sequence[WorkbookPlan],
    books: Mapping[str, Workbook],
    dry_run: bool,
    all_or_none: bool = False,
) -> tuple[dict[str, TrustbookError], set[str]]:
    """See that every workbook can take what is planned before any is written.

    Those that cannot be reached now, and those that showed that they can. ``all_or_none``: none is
    left for a later run; raises what keeps us from one.
    """
    left: dict[str, TrustbookError] = {}
    proved: set[str] = set()
    for plan in plans:
        try:
            if plan.changes and books[plan.address].prepare(plan.changes, plan.version):
                proved.add(plan.address)
        except (Busy, NoAccess) as fault:
            if all_or_none or (len(plans) == 1 and not dry_run):
                raise
            left[plan.address] = fault
    return left, proved


def write_all(
    plans: Sequence[WorkbookPlan],
    books: Mapping[str, Workbook],
    left: dict[str, TrustbookError],
    all_or_none: bool = False,
) -> dict[str, Written]:
    """Write all plans but for the workbooks ``left``, which those that are busy now join, unless it
    is ``all_or_none``.
    """
    done: dict[str, Written] = {}
    for plan in plans:
        if not plan.changes or plan.address in left:
            continue
        try:
            done[plan.address] = books[plan.address].write(plan.changes, plan.version)
        except (Busy, NoAccess) as fault:
            if all_or_none or len(plans) == 1:
                raise
            left[plan.address] = fault
    for plan in plans:
        if plan.judged.merged.merged and plan.address in done:
            verify(books[plan.address], plan.changes, done[plan.address])
            _drop_copies_with_names(books[plan.address], plan)
    return done


def settle(
    ledger: Ledger,
    plans: Sequence[WorkbookPlan],
    done: Mapping[str, Written],
    left: Mapping[str, TrustbookError],
    change: Change,
) -> None:
    """Make what was written the ledger's memory, in one transaction."""
    undone = [
        row
        for plan in plans
        if plan.address in done
        for row in unplaced(plan.judged.merged, done[plan.address])
    ]
    versions = {address: written.version for address, written in done.items()}
    ledger.commit(versions, left, undone)
    ledger.arrived(change.records.get("moments", ()))


def _drop_copies_with_names(book: Workbook, plan: WorkbookPlan) -> None:
    """Throw away the copies of the workbook in which somebody stands who is to be forgotten."""
    hide = plan.changes.forgets
    for copy in list(book.copies()) if hide else ():
        told = made_texts(copy)
        if hide and hide(told) != told:
            copy.unlink(missing_ok=True)


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


def unplaced(merged: MergedWorkbook, done: Written) -> list[tuple[str, str, str]]:
    """The rows whose edits could not be placed: their base does not move, and their sheet is to be
    compared anew.

    A row that was to get its first ID has stood there: where it is gone by now, it was deleted, and
    does not come back. So its base does move, and only its sheet is named.
    """
    sheets = {listing.title: name for name, listing in merged.lists.items()}
    rows: dict[tuple[str, str], list[object]] = {}
    for edit in done.unplaced:
        sheet = sheets[edit.sheet]
        if identity := merged.stood.get(sheet, {}).get(edit.row):
            rows.setdefault((sheet, identity), []).append(edit.value)
    return [
        (merged.address, sheet, "" if identity in values else identity)
        for (sheet, identity), values in rows.items()
    ]


def verify(book: Workbook, changes: Changes, done: Written) -> None:
    """Read back what was merged into a workbook. Raises TrustbookError where it does not stand
    there.

    Backends compare what they write themselves; this is for the cells that came from another
    workbook.
    """
    after = snapshot_of(book)
    if after.version != done.version:
        return  # somebody saved since: what stands there now is theirs, and the next run reads it
    grids = {grid.title: grid for grid in after.grids}
    skipped = set(done.unplaced)
    for edit in {(edit.sheet, edit.row, edit.column): edit for edit in changes.edits}.values():
        stands = _cell_at(grids[edit.sheet], edit.row, edit.column)
        if edit not in skipped and stands != edit.value:
            raise TrustbookError("ledger.read_back", name=book.name, sheet=edit.sheet, row=edit.row)


def _cell_at(grid: Grid, row: int, column: int) -> CellValue:
    at, place = row - grid.first_row, column - grid.first_column
    cells = grid.rows[at] if at < len(grid.rows) else ()
    return cells[place] if place < len(cells) else None
