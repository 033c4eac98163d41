"""What people typed where trustbook writes: into its columns, and where a sheet asks for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from trustbook.columns import CHECK, CONFLICTS, STATES, choice_names
from trustbook.ledger import Ledger
from trustbook.ledger.facts import numbered_rows_on, rows_on
from trustbook.merge.cell_codec import encode
from trustbook.merge.overtyped import Overtyped, typed_in_derived, typed_on
from trustbook.names import key
from trustbook.network.duplicates import is_not_same, pairs_not_same
from trustbook.reading.cells import read_yes
from trustbook.reading.plans import is_plan
from trustbook.run.replica import Replica
from trustbook.sheets.conflicts import Answer, answers
from trustbook.snapshot import Grid, Snapshot

# Columns of Partners that are ours.
DERIVED = ("status", "why", "last_sunny", "due")
# Columns of our own sheets in which people are asked to type.
_ASKED = (CONFLICTS.column("keep"), CHECK.column("answer"))


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


def check_answers(snapshots: Iterable[Snapshot]) -> dict[str, bool]:
    """What people answered yes (True) or no on To check, by reference. Two different answers count
    as none.
    """
    said: dict[str, set[bool]] = {}
    for row in _check_rows(snapshots):
        reference = str(row.get("reference") or "")
        yes = _yes(reference, row.get("answer"))
        if reference and yes is not None:
            said.setdefault(reference, set()).add(yes)
    return {reference: answers.pop() for reference, answers in said.items() if len(answers) == 1}


def _check_rows(snapshots: Iterable[Snapshot]) -> Iterator[Mapping[str, object]]:
    for snapshot in snapshots:
        for grid in snapshot.grids:
            if grid.ours == CHECK.key:
                yield from rows_on(grid, CHECK)


def _unread_answers(grid: Grid) -> Iterator[Overtyped]:
    """Answers on To check that say nothing we understand: they are told, not lost."""
    column = [column.key for column in CHECK.columns].index("answer") + grid.first_column
    for number, row in numbered_rows_on(grid, CHECK):
        answer, reference = encode(row.get("answer")), str(row.get("reference") or "")
        if answer is None:
            continue
        said = _yes(reference, row.get("answer"))
        if not reference or (said is None and not is_not_same(answer)):
            names = CHECK.column("answer").names
            header = next((str(c) for row in grid.rows for c in row if c in names), names[0])
            yield Overtyped(grid.title, number, column, header, answer)


def _yes(reference: str, answer: object) -> bool | None:
    """Whether an answer says yes; to "was it held?" a state says it as well."""
    yes = read_yes(answer)
    if yes is None and is_plan(reference) and isinstance(answer, str):
        state = choice_names(STATES).get(key(answer))
        return None if state is None or state.key == "planned" else state.key == "held"
    return yes


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
            found += _unread_answers(grid)
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
