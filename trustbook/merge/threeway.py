"""The joint merge: what every workbook, its base and the ledger say of one sheet, to what each is told and remembers.

Per cell, all workbooks together, because merging two by two depends on the order. A workbook votes with a value that
differs from its own base, the ledger with a value that some workbook has not been told yet. No vote: nothing happens.
One value: it wins everywhere. More: a conflict; no cell is written and no base moves until people agree or choose.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.merge.values import Row, Value, is_fault, is_withheld

Answers = Mapping[tuple[str, str], Value | None]


@dataclass(slots=True)
class Side:
    """One workbook's copy of one sheet: ``base`` as it last agreed, ``now`` as it stands; rows by identity.

    ``columns`` are those the sheet has; a column or a row that is not in sight loses nothing. ``locked`` are columns
    that make up the identity of a row: they are given to new rows and never merged.
    """

    name: str
    base: Mapping[str, Row]
    now: Mapping[str, Row]
    columns: frozenset[str]
    locked: frozenset[str] = frozenset()


@dataclass(slots=True)
class Told:
    """What one workbook is told: cells to write, rows to add, rows to clear; and its base once that is done.

    ``base`` holds the rows that changed; None takes a row out of it.
    """

    cells: dict[str, dict[str, Value | None]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)
    base: dict[str, Row | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell on which the workbooks differ: value by workbook name; the ledger's own under ``""`` if it has a say."""

    sheet: str
    id: str
    column: str
    values: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Event:
    """One line for the journal. ``column`` is None for a whole row; ``what``: changed, archived or returned."""

    sheet: str
    id: str
    column: str | None
    old: Value | None
    new: Value | None
    source: str
    what: str = "changed"


@dataclass(slots=True)
class Merged:
    """The outcome for one sheet. ``records`` and ``archived`` hold only what changes in the ledger."""

    told: dict[str, Told]
    records: dict[str, Row] = field(default_factory=dict)
    archived: dict[str, bool] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def merge(
    sheet: str,
    records: Mapping[str, Row],
    archived: Collection[str],
    sides: Sequence[Side],
    answers: Answers | None = None,
    identities: Collection[str] | None = None,
) -> Merged:
    """Merge one sheet over the workbooks in sight. ``identities``: the rows to look at, all when left out.

    ``answers`` are choices people made for conflicts: (identity, column) to the value that is to stand.
    """
    merged = Merged({side.name: Told() for side in sides})
    if identities is None:
        identities = dict.fromkeys([*records, *(i for side in sides for i in (*side.base, *side.now))])
    for identity in identities:
        _merge_row(sheet, identity, records.get(identity), identity in archived, sides, answers or {}, merged)
    return merged


def _merge_row(
    sheet: str,
    identity: str,
    record: Row | None,
    gone: bool,
    sides: Sequence[Side],
    answers: Answers,
    merged: Merged,
) -> None:
    standing = [side for side in sides if identity in side.now]
    deleters = [side for side in sides if identity in side.base and identity not in side.now]
    if not standing and not deleters and (record is None or gone):
        return
    deleted = bool(deleters) or gone
    if deleted and not comes_back(identity, None if gone else record, standing, deleters):
        _archive(sheet, identity, record, gone, standing, deleters, merged)
        return
    if gone:
        merged.archived[identity] = False
        merged.events.append(Event(sheet, identity, None, None, None, standing[0].name, "returned"))
    _merge_cells(sheet, identity, record, gone, sides, standing, answers, merged)


def comes_back(identity: str, record: Row | None, standing: Sequence[Side], deleters: Sequence[Side]) -> bool:
    """Whether a row deleted somewhere was edited elsewhere, so that it must not go: an edit is worth more."""
    if any(side.now[identity] != side.base.get(identity) for side in standing):
        return True
    return record is not None and any(
        record.get(column) != side.base[identity].get(column)
        for side in deleters
        for column in side.columns
        if not is_withheld(side.base[identity].get(column))
    )


def _archive(
    sheet: str,
    identity: str,
    record: Row | None,
    gone: bool,
    standing: Sequence[Side],
    deleters: Sequence[Side],
    merged: Merged,
) -> None:
    for side in standing:
        merged.told[side.name].cleared.append(identity)
        merged.told[side.name].base[identity] = None
    for side in deleters:
        merged.told[side.name].base[identity] = None
    if not gone and record is not None:
        merged.archived[identity] = True
        source = deleters[0].name if deleters else ""
        merged.events.append(Event(sheet, identity, None, None, None, source, "archived"))


def _merge_cells(
    sheet: str,
    identity: str,
    record: Row | None,
    gone: bool,
    sides: Sequence[Side],
    standing: Sequence[Side],
    answers: Answers,
    merged: Merged,
) -> None:
    # A row that had gone starts afresh: what stands in sight counts, the archive only where nobody says anything.
    known = None if gone else record
    outcome: Row = dict(record or {})
    open_columns: set[str] = set()
    columns = dict.fromkeys([*(record or {}), *(column for side in standing for column in sorted(side.columns))])
    for column in columns:
        voters = [side for side in standing if _reads(side, identity, column)]
        if any(column in side.locked for side in voters):
            _name_row(column, voters, identity, outcome)
            continue
        values = candidates(identity, column, known, voters)
        if len(values) > 1 and (identity, column) in answers and answers[identity, column] in values:
            values = {answers[identity, column]: ""}
        if len(values) > 1:
            open_columns.add(column)
            merged.conflicts.append(Conflict(sheet, identity, column, _sides_of(identity, column, known, voters)))
        elif values:
            value, source = next(iter(values.items()))
            _change(sheet, identity, column, record, value, source, outcome, merged)
    if outcome != record:
        merged.records[identity] = outcome
    for side in sides:
        _tell(side, identity, outcome, open_columns, merged.told[side.name])


def _reads(side: Side, identity: str, column: str) -> bool:
    """Whether a workbook has a say in a cell: the column is there, and what stands in it may be read and copied."""
    value = side.now[identity].get(column)
    return column in side.columns and not is_withheld(value) and not is_fault(value)


def _name_row(column: str, voters: Sequence[Side], identity: str, outcome: Row) -> None:
    """Spellings of a row's name may differ from workbook to workbook: the ledger keeps the one it met first."""
    for side in sorted(voters, key=lambda side: side.name):
        value = side.now[identity].get(column)
        if value is not None:
            outcome.setdefault(column, value)


def candidates(identity: str, column: str, record: Row | None, voters: Sequence[Side]) -> dict[Value | None, str]:
    """The values somebody wants, each with the workbook that says so (``""`` for the ledger)."""
    wanted: dict[Value | None, str] = {}
    superseded = False
    for side in voters:
        base, now = side.base.get(identity), side.now[identity].get(column)
        if base is None:
            if now is not None:
                wanted.setdefault(now, side.name)
        elif now != base.get(column):
            wanted.setdefault(now, side.name)
            # Whoever had read the ledger's value and typed another one speaks for the ledger as well.
            superseded = superseded or (record is not None and record.get(column) == base.get(column))
    if record is None and not wanted:
        # The ledger never heard of a row that all agree on: what stands there is what holds.
        wanted = {side.now[identity].get(column): side.name for side in voters}
    if record is not None and not superseded and ledger_votes(identity, column, record, voters):
        wanted.setdefault(record.get(column), "")
    return wanted


def ledger_votes(identity: str, column: str, record: Row, voters: Sequence[Side]) -> bool:
    """Whether the ledger knows a value that some workbook in sight has not been told yet."""
    value = record.get(column)
    for side in voters:
        base = side.base.get(identity)
        if base is None:
            if value is not None and side.now[identity].get(column) != value:
                return True
        elif base.get(column) != value and not is_withheld(base.get(column)):
            return True
    return False


def _sides_of(identity: str, column: str, record: Row | None, voters: Sequence[Side]) -> dict[str, Value | None]:
    values = {side.name: side.now[identity].get(column) for side in voters}
    if record is not None and ledger_votes(identity, column, record, voters):
        values[""] = record.get(column)
    return values


def _change(
    sheet: str,
    identity: str,
    column: str,
    record: Row | None,
    value: Value | None,
    source: str,
    outcome: Row,
    merged: Merged,
) -> None:
    if value is None:
        outcome.pop(column, None)
    else:
        outcome[column] = value
    if record is not None and record.get(column) != value:
        merged.events.append(Event(sheet, identity, column, record.get(column), value, source))


def _tell(side: Side, identity: str, outcome: Row, open_columns: Collection[str], told: Told) -> None:
    """What one workbook must be told of a row, and what its base is from then on."""
    now, base = side.now.get(identity), side.base.get(identity)
    if now is None:
        row = {c: v for c, v in outcome.items() if c in side.columns and c not in open_columns}
        told.rows[identity] = row
        if row != base:
            told.base[identity] = dict(row)
        return
    after: Row = {}
    for column in side.columns:
        stands = now.get(column)
        value = outcome.get(column)
        if not _reads(side, identity, column) or column in side.locked:
            value = stands
        elif column in open_columns:
            value = open_base(base, column, stands)
        elif value != stands:
            told.cells.setdefault(identity, {})[column] = value
        if value is not None:
            after[column] = value
    if after != base:
        told.base[identity] = after


def open_base(base: Row | None, column: str, stands: Value | None) -> Value | None:
    """The base of a cell in conflict: what it was, so that the conflict stays open until the workbooks agree."""
    return (base or {}).get(column)
