"""After a run: keep what it read, for the next one on the workbook as it stands then.

Only what is certain to be read again so is kept: of a book of one workbook, at rest. Where the
ledger learned what reading goes by, the book is judged once more by what it knows now: it is what
the next run would make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.errors import NotRecalled
from trustbook.ledger import Ledger
from trustbook.ledger.facts import Facts
from trustbook.ledger.packed import pack_lines
from trustbook.ledger.reading_cache import CachedReading, cache_reading, drop_reading
from trustbook.ledger.tombstones import FORGOTTEN
from trustbook.reading.kept_reading import (
    derived_in,
    may_be_kept,
    put_book,
    put_derived,
    put_lists,
    put_memory,
)
from trustbook.reading.listing import Listing
from trustbook.run.judge import Basis, Judging, basis_after
from trustbook.run.proposals import PENDING
from trustbook.run.recalled import RecalledSnapshot, recalled_book, refuse_news
from trustbook.snapshot import CellEdit, Snapshot

if TYPE_CHECKING:
    from trustbook.run.plan import WorkbookPlan
    from trustbook.run.read import Reading
    from trustbook.run.replica import MergedWorkbook

# What a run notes of itself: reading does not go by it.
_OF_THE_RUN = ("problems", "said_once", "learned")


def learns_nothing(ledger: Ledger, facts: Facts) -> bool:
    """Whether the ledger knows already all ``facts`` that reading goes by."""
    kinds = [kind for kind in facts if kind not in _OF_THE_RUN]
    return all(ledger.facts(kind) == facts[kind] for kind in kinds)


def keep_reading(
    ledger: Ledger,
    stands: tuple[str, str] | None,
    plan: WorkbookPlan,
    reading: Reading,
    again: Callable[[Ledger], Judging] | None,
) -> None:
    """Keep what was read of a workbook, or nothing any more. ``stands``: by what it is read, and
    its version now; None where nothing is to be kept.

    ``again``: as what it is judged once more, where the ledger learned what reading goes by.
    """
    if not isinstance(ledger.place, Path):
        return
    kept = None
    if stands and _is_at_rest(ledger, plan, reading):
        judged = plan.judged
        basis = judged.basis if again is None else basis_after(ledger, judged.merged, again(ledger))
        kept = _reading_of(plan, basis)
    if stands and kept:
        about, version = stands
        cache_reading(ledger.place, about, replace(kept, version=version))
    else:
        with suppress(OSError):
            drop_reading(ledger.place)


def _is_at_rest(ledger: Ledger, plan: WorkbookPlan, reading: Reading) -> bool:
    """Whether the next run on the untouched workbook has nothing to merge, to ask or to answer."""
    with suppress(NotRecalled):
        refuse_news(True, reading.outcome.settled, reading.outcome.problems)
        said = (reading.typed, reading.waits, reading.proposals, reading.skipped, reading.may_go)
        waits = (ledger.waiting(), *map(ledger.facts, (FORGOTTEN, *PENDING)))
        at_work = any((*said, *waits, reading.outcome.conflicts, reading.erased_again))
        return not at_work and _stands_as_read(plan)
    return False


def _stands_as_read(plan: WorkbookPlan) -> bool:
    """Whether the lists stand in the workbook as they were read, but for what is ours."""
    merged, changes = plan.judged.merged, plan.changes
    replica = merged.replica
    told = (merged.additions, merged.merged, changes.columns, changes.forgets)
    renamed = (replica.renames.sheets, replica.renames.columns)
    new = [sheet for sheet in changes.sheets if sheet.typed]
    unmarked = [grid for grid in replica.snapshot.grids if grid.unmarked]
    if any((*told, *renamed, new, unmarked)):
        return False
    return all(may_be_kept(one) and not _computes_ours(one) for one in merged.lists.values())


def _computes_ours(listing: Listing) -> bool:
    """Whether a formula has a hand in our columns: what stands there is not what we write."""
    ours = derived_in(listing)
    return bool(ours and (listing.arrays or listing.formulas.keys() & {*ours}))


def _reading_of(plan: WorkbookPlan, basis: Basis) -> CachedReading | None:
    """What is kept of a reading; None where it will not be the same, or cannot be put away."""
    merged = plan.judged.merged
    derived = pack_lines(*put_derived(_as_written(merged, plan.changes.edits)))
    snapshot = merged.replica.snapshot
    if recalled := recalled_book(getattr(snapshot, "recalled", None)):
        cached = recalled.cached
        return replace(cached, parts={**cached.parts, "derived": derived})
    if not basis.alike:
        return None
    with suppress(TypeError):  # something that is not for putting away
        parts = {
            "lists": _lists_of(merged.lists, snapshot),
            "memory": pack_lines(*put_memory(basis.book.memory)),
            "book": pack_lines(*put_book(basis.book, basis.problems)),
            "derived": derived,
        }
        return CachedReading(parts, basis.days.first, basis.days.last)
    return None


def _lists_of(lists: Mapping[str, Listing], snapshot: Snapshot) -> bytes:
    """The lists of a workbook, packed; as they are kept, where they were not read again."""
    if isinstance(snapshot, RecalledSnapshot):
        return snapshot.recalled.cached.parts["lists"]
    sheets = [grid for grid in snapshot.grids if not grid.ours]
    return pack_lines(*put_lists(lists, sheets, snapshot.epoch))


def _as_written(merged: MergedWorkbook, edits: Sequence[CellEdit]) -> dict[str, Listing]:
    """The lists of a workbook with their columns that are ours as they stand after the run."""
    lists = {}
    for name, listing in merged.lists.items():
        cells = {column: [*listing.cells[column]] for column in derived_in(listing)}
        numbers = {listing.columns[column]: column for column in cells}
        places = {row: i for i, row in enumerate(listing.rows)} if cells else {}
        for edit in edits:
            if edit.sheet == listing.title and edit.column in numbers:
                cells[numbers[edit.column]][places[edit.row]] = edit.value
        lists[name] = replace(listing, cells=cells)
    return lists
