"""The joint merge: what every workbook, its base and the ledger say of one sheet, to what each is
told and remembers.

Per cell, all workbooks together, because merging two by two depends on the order. A workbook votes
with a value that differs from its own base, the ledger with a value that some workbook has not been
told yet. No vote: nothing happens. One value: it wins everywhere. More: a conflict; no cell is
written and no base moves until people agree or choose. Where all values say the same, each workbook
keeps its own spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from trustbook.merge.cell_codec import Row, Value, is_fault, is_withheld


@dataclass(frozen=True, slots=True)
class ConflictChoice:
    """What somebody chose in workbook ``by`` for a conflict in which ``among`` stood against each
    other.
    """

    value: Value | None
    among: Mapping[str, Value | None]
    by: str = ""


# Whether two values of a column (key) say the same.
Same: TypeAlias = Callable[[str, Value | None, Value | None], bool]
# By (identity, column).
Choices = Mapping[tuple[str, str], ConflictChoice]
Held = Mapping[tuple[str, str], "Conflict"]


def exactly(column: str, one: Value | None, other: Value | None) -> bool:
    """Only what is written alike says the same."""
    return one == other


@dataclass(slots=True)
class Side:
    """One workbook's copy of one sheet: ``base`` as it last agreed, ``now`` as it stands; rows by
    identity.

    ``columns`` are those the sheet has; a column or a row that is not in sight loses nothing.
    ``locked`` are columns that make up the identity of a row: they are given to new rows and never
    merged.
    """

    name: str
    base: Mapping[str, Row]
    now: Mapping[str, Row]
    columns: frozenset[str]
    locked: frozenset[str] = frozenset()


@dataclass(slots=True)
class Outcome:
    """What one workbook is told: cells to write, rows to add, rows to clear; and its base once that
    is done.

    ``base`` holds the rows that changed; None takes a row out of it.
    """

    cells: dict[str, dict[str, Value | None]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)
    base: dict[str, Row | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell on which the workbooks differ: value by workbook name; the ledger's own under ``""``
    if it is another.
    """

    sheet: str
    id: str
    column: str
    values: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Event:
    """One line for the journal. ``column`` is None for a whole row.

    ``what``: changed, archived, returned, or set_aside for the value of a workbook that was not
    chosen.
    """

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

    told: dict[str, Outcome]
    records: dict[str, Row] = field(default_factory=dict)
    archived: dict[str, bool] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Task:
    """What the merge of every row of one sheet needs, and where its outcome goes."""

    sheet: str
    sides: Sequence[Side]
    choices: Choices
    held: Held
    same: Same
    merged: Merged


def merge(
    sheet: str,
    records: Mapping[str, Row],
    archived: Collection[str],
    sides: Sequence[Side],
    choices: Choices | None = None,
    identities: Collection[str] | None = None,
    held: Held | None = None,
    same: Same = exactly,
) -> Merged:
    """Merge one sheet over the workbooks in sight. ``identities``: the rows to look at, all when
    left out.

    ``choices`` are what people chose for conflicts: one counts only where the same values still
    stand against each other. ``held`` are conflicts with a workbook that is out of sight: they stay
    as they are until it is back.
    """
    task = _Task(
        sheet,
        sides,
        choices or {},
        held or {},
        same,
        Merged({side.name: Outcome() for side in sides}),
    )
    if identities is None:
        identities = dict.fromkeys(
            [*records, *(i for side in sides for i in (*side.base, *side.now))]
        )
    for identity in identities:
        _merge_row(task, identity, records.get(identity), identity in archived)
    return task.merged


def _merge_row(task: _Task, identity: str, record: Row | None, gone: bool) -> None:
    sides, merged = task.sides, task.merged
    standing = [side for side in sides if identity in side.now]
    deleters = [side for side in sides if identity in side.base and identity not in side.now]
    if not standing and not deleters and (record is None or gone):
        return
    deleted = bool(deleters) or gone
    if deleted and not comes_back(identity, None if gone else record, standing, deleters):
        _archive(task, identity, record, gone, standing, deleters)
        return
    if gone:
        merged.archived[identity] = False
        merged.events.append(
            Event(task.sheet, identity, None, None, None, standing[0].name, "returned")
        )
    _merge_cells(task, identity, record, gone, standing)


def comes_back(
    identity: str, record: Row | None, standing: Sequence[Side], deleters: Sequence[Side]
) -> bool:
    """Whether a row deleted somewhere was edited elsewhere, so that it must not go: an edit is
    worth more.
    """
    if any(_edited(side, identity) for side in standing):
        return True
    return record is not None and any(
        record.get(column) != side.base[identity].get(column)
        for side in deleters
        for column in side.columns
        if not is_withheld(side.base[identity].get(column))
    )


def _edited(side: Side, identity: str) -> bool:
    now, base = side.now[identity], side.base.get(identity)
    if base is None or now == base:
        return base is None
    return any(
        now.get(column) != base.get(column)
        for column in {*now, *base}
        if not is_fault(now.get(column))
    )


def _archive(
    task: _Task,
    identity: str,
    record: Row | None,
    gone: bool,
    standing: Sequence[Side],
    deleters: Sequence[Side],
) -> None:
    merged = task.merged
    for side in standing:
        merged.told[side.name].cleared.append(identity)
        merged.told[side.name].base[identity] = None
    for side in deleters:
        merged.told[side.name].base[identity] = None
    if not gone and record is not None:
        merged.archived[identity] = True
        source = deleters[0].name if deleters else ""
        merged.events.append(Event(task.sheet, identity, None, None, None, source, "archived"))


def _merge_cells(
    task: _Task, identity: str, record: Row | None, gone: bool, standing: Sequence[Side]
) -> None:
    # A row that had gone starts afresh: what stands in sight counts, the archive only where nobody
    # says anything.
    known = None if gone else record
    outcome: Row = dict(record or {})
    # Columns in conflict, with what a workbook that lacks the row is shown for the time being.
    open_columns: dict[str, Value | None] = {}
    columns = dict.fromkeys(
        [*(record or {}), *(column for side in standing for column in sorted(side.columns))]
    )
    for column in columns:
        voters = [side for side in standing if _reads(side, identity, column)]
        if any(column in side.locked for side in voters):
            _name_row(column, voters, identity, outcome)
            continue
        against = _sides_of(identity, column, known, voters, task.same)
        if held := task.held.get((identity, column)):
            against = {
                **held.values,
                **{side.name: side.now[identity].get(column) for side in voters},
            }
            open_columns[column] = _for_now(outcome.get(column), against)
            task.merged.conflicts.append(Conflict(task.sheet, identity, column, against))
            continue
        values = candidates(identity, column, known, voters, task.same)
        chosen = task.choices.get((identity, column))
        if chosen is not None and len(values) > 1 and chosen.among == against:
            _set_aside(task, identity, column, against, chosen)
            values = {chosen.value: chosen.by}
        if len(values) > 1:
            open_columns[column] = _for_now(outcome.get(column), against)
            task.merged.conflicts.append(Conflict(task.sheet, identity, column, against))
        elif values:
            value, source = next(iter(values.items()))
            _change(task, identity, column, record, value, source, outcome)
    if outcome != record:
        task.merged.records[identity] = outcome
    for side in task.sides:
        _tell(side, identity, outcome, open_columns, task.merged.told[side.name], task.same)


def _for_now(known: Value | None, against: Mapping[str, Value | None]) -> Value | None:
    """What a row that must be shown says of a cell in conflict: what the ledger knows, else what
    one workbook says.
    """
    said = [against[place] for place in sorted(against) if against[place] is not None]
    return known if known is not None or not said else said[0]


def _set_aside(
    task: _Task,
    identity: str,
    column: str,
    against: Mapping[str, Value | None],
    chosen: ConflictChoice,
) -> None:
    """Put what was not chosen into the journal, so that it can be found again."""
    for place, value in against.items():
        if place and value is not None and value != chosen.value:
            event = Event(task.sheet, identity, column, value, chosen.value, place, "set_aside")
            task.merged.events.append(event)


def _reads(side: Side, identity: str, column: str) -> bool:
    """Whether a workbook has a say in a cell: the column is there, and what stands in it may be
    read and copied.
    """
    value = side.now[identity].get(column)
    return column in side.columns and not is_withheld(value) and not is_fault(value)


def _name_row(column: str, voters: Sequence[Side], identity: str, outcome: Row) -> None:
    """Spellings of a row's name may differ from workbook to workbook: the ledger keeps the one it
    met first.
    """
    for side in sorted(voters, key=lambda side: side.name):
        value = side.now[identity].get(column)
        if value is not None:
            outcome.setdefault(column, value)


def candidates(
    identity: str, column: str, record: Row | None, voters: Sequence[Side], same: Same = exactly
) -> dict[Value | None, str]:
    """The values somebody wants, each with the workbook that says so (``""`` for the ledger).

    Of values that say the same only one is left, the one of the workbook whose name comes first.
    """
    wanted: dict[Value | None, str] = {}
    superseded = False
    for side in sorted(voters, key=lambda side: side.name):
        base, now = side.base.get(identity), side.now[identity].get(column)
        if base is None:
            if now is not None:
                _want(wanted, column, now, side.name, same)
        elif now != base.get(column):
            _want(wanted, column, now, side.name, same)
            # Whoever had read the ledger's value and typed another one speaks for the ledger as
            # well.
            superseded = superseded or (
                record is not None and same(column, record.get(column), base.get(column))
            )
    if record is None and not wanted:
        # The ledger never heard of a row that all agree on: what stands there is what holds.
        for side in sorted(voters, key=lambda side: side.name):
            _want(wanted, column, side.now[identity].get(column), side.name, same)
    if (
        record is not None
        and not superseded
        and ledger_votes(identity, column, record, voters, same)
    ):
        _want(wanted, column, record.get(column), "", same)
    return wanted


def _want(
    wanted: dict[Value | None, str], column: str, value: Value | None, by: str, same: Same
) -> None:
    if not any(same(column, value, other) for other in wanted):
        wanted[value] = by


def ledger_votes(
    identity: str, column: str, record: Row, voters: Sequence[Side], same: Same = exactly
) -> bool:
    """Whether the ledger knows a value that some workbook in sight has not been told yet."""
    value = record.get(column)
    for side in voters:
        base = side.base.get(identity)
        if base is None:
            if value is not None and not same(column, side.now[identity].get(column), value):
                return True
        elif not same(column, base.get(column), value) and not is_withheld(base.get(column)):
            return True
    return False


def _sides_of(
    identity: str, column: str, record: Row | None, voters: Sequence[Side], same: Same
) -> dict[str, Value | None]:
    """Who says what; the ledger too (``""``) where it knows something that stands nowhere."""
    values = {side.name: side.now[identity].get(column) for side in voters}
    if record is not None and ledger_votes(identity, column, record, voters, same):
        value = record.get(column)
        if not any(same(column, value, other) for other in values.values()):
            values[""] = value
    return values


def _change(
    task: _Task,
    identity: str,
    column: str,
    record: Row | None,
    value: Value | None,
    source: str,
    outcome: Row,
) -> None:
    if value is None:
        outcome.pop(column, None)
    else:
        outcome[column] = value
    if record is not None and record.get(column) != value:
        task.merged.events.append(
            Event(task.sheet, identity, column, record.get(column), value, source)
        )


def _tell(
    side: Side,
    identity: str,
    outcome: Row,
    open_columns: Mapping[str, Value | None],
    told: Outcome,
    same: Same = exactly,
) -> None:
    """What one workbook must be told of a row, and what its base is from then on."""
    now, base = side.now.get(identity), side.base.get(identity)
    if now is None:
        row = {c: v for c, v in outcome.items() if c in side.columns and c not in open_columns}
        shown = {c: v for c, v in open_columns.items() if c in side.columns and v is not None}
        if row or shown:  # a row of which nothing may be copied is not there for others
            told.rows[identity] = row | shown
            if row != base:
                told.base[identity] = row
        return
    after: Row = {}
    for column in side.columns:
        stands = now.get(column)
        value = outcome.get(column)
        if is_fault(stands):
            value = open_base(
                base, column, stands
            )  # an error says nothing: what it said before is what is known
        elif not _reads(side, identity, column) or column in side.locked:
            value = stands
        elif column in open_columns:
            value = open_base(base, column, stands)
        elif same(column, value, stands):
            value = stands
        else:
            told.cells.setdefault(identity, {})[column] = value
        if value is not None:
            after[column] = value
    if after != base:
        told.base[identity] = after


def open_base(base: Row | None, column: str, stands: Value | None) -> Value | None:
    """The base of a cell that says nothing for now: what it was, so that a conflict stays open
    until people agree.
    """
    return (base or {}).get(column)
