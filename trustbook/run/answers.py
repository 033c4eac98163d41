"""What people typed where trustbook writes: into its columns, and where a sheet asks something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from trustbook.columns import CHECK, CONFLICTS, PROPOSALS
from trustbook.ledger import Known, Ledger
from trustbook.ledger.facts import numbered_rows_on, rows_on
from trustbook.merge.cell_codec import encode
from trustbook.merge.overtyped import Overtyped, typed_in_derived, typed_on
from trustbook.network.duplicates import is_not_same, pairs_not_same
from trustbook.run.line_answers import Questions, is_no_answer
from trustbook.run.replica import Replica
from trustbook.sheets.conflicts import Answer, answers, column_on
from trustbook.snapshot import Grid

# Columns of Partners that are ours.
DERIVED = ("status", "why", "last_sunny", "due")
# Columns of our own sheets in which people are asked to type.
_ASKED = (CONFLICTS.column("keep"), CHECK.column("answer"), PROPOSALS.column("ok"))


def conflict_answers(ledger: Ledger, replicas: Sequence[Replica]) -> list[Answer]:
    """What people typed on the Conflicts sheets of all workbooks."""
    conflicts = [conflict for conflict, _ in ledger.conflicts()]
    if not conflicts:
        return []
    return [
        answer
        for replica in replicas
        for grid in replica.snapshot.grids
        if grid.ours == CONFLICTS.key
        for answer in answers(grid, numbered_rows_on(grid, CONFLICTS), replica.address, conflicts)
    ]


def called_different(ledger: Ledger, replicas: Sequence[Replica]) -> set[str]:
    """Pairs of partners that somebody called "not the same": remembered, or typed since."""
    grids = [grid for replica in replicas for grid in replica.snapshot.grids]
    checks = [grid for grid in grids if grid.ours == CHECK.key]
    return set(ledger.facts("apart")).union(
        *(pairs_not_same(rows_on(grid, CHECK)) for grid in checks)
    )


def _unread_answers(known: Known | None, grid: Grid) -> Iterator[Overtyped]:
    """Answers on To check that say nothing we understand: they are told, not lost."""
    column, header = column_on(grid, CHECK.column("answer"))
    questions = Questions(known)
    for number, row in numbered_rows_on(grid, CHECK):
        answer, reference = encode(row.get("answer")), str(row.get("reference") or "")
        if answer is None or is_no_answer(row.get("answer")):
            continue
        understood = reference and questions.meanings(reference, row.get("answer"))
        if not (understood or (reference and is_not_same(answer))):
            typed = Overtyped(grid.title, number, column, header, answer)
            takes, asks = questions.takes(reference), questions.asks(reference)
            yield replace(typed, takes=takes, asks=asks)


def overtyped(replicas: Sequence[Replica]) -> list[Overtyped]:
    """What people typed where we write, in all workbooks."""
    return [one for replica in replicas for one in _overtyped_in(replica, replicas)]


def _overtyped_in(replica: Replica, replicas: Sequence[Replica]) -> list[Overtyped]:
    """Nothing where it is not known what was written there last."""
    ours = _written_last(replica, replicas)
    if ours is None:
        return []
    partners = replica.lists["partners"]
    ids = {i: str(one) for i, one in enumerate(partners.get("id")) if one is not None}
    found = typed_in_derived(partners, DERIVED, ours["derived"], ids)
    asked = [name for column in _ASKED for name in (column.en, column.nl)]
    for grid in replica.snapshot.grids:
        if grid.ours in ours["sheets"]:
            found += typed_on(grid, ours["sheets"][grid.ours], asked)
        if grid.ours == CHECK.key:
            found += _unread_answers(replica.known, grid)
    return [replace(one, workbook=replica.address) for one in found]


def _written_last(replica: Replica, replicas: Sequence[Replica]) -> Mapping[str, Any] | None:
    """What was written of ours into a workbook; None where that is not known."""
    known = replica.known
    if known is not None and replica.stamp != known.state.get("token", ""):
        return None
    ours: Mapping[str, Any] | None = known.state.get("ours") if known else None
    if ours is not None:
        return ours
    if replica.snapshot.marks:
        return None
    # New to us: what we wrote in another workbook of the book came along when it was copied.
    derived: dict[str, Any] = {}
    for other in replicas:
        if other.known and other.known.state.get("ours"):
            derived |= other.known.state["ours"]["derived"]
    return {"derived": derived, "sheets": {}}
