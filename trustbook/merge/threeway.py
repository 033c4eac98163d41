"""The joint merge: what every workbook, its base and the ledger say of one sheet, to what each is
told and remembers.

Per cell, all workbooks together, because merging two by two depends on the order. A workbook votes
with a value that differs from its own base, the ledger with a value that some workbook has not been
told yet. No vote: nothing happens. One value: it wins everywhere. More: a conflict; no cell is
written and no base moves until people agree or choose. Where all values say the same, each workbook
keeps its own spelling.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from trustbook.merge.cell_codec import Row, Value
from trustbook.merge.new_rows import tell_news
from trustbook.merge.telling import Outcome, tell_row
from trustbook.merge.votes import (
    Same,
    Side,
    candidates,
    comes_back,
    exactly,
    reads,
    said,
    sides_of,
)


@dataclass(frozen=True, slots=True)
class ConflictChoice:
    """What somebody chose in workbook ``by`` for a conflict in which ``among`` stood against each
    other.
    """

    value: Value | None
    among: Mapping[str, Value | None]
    by: str = ""


# By (identity, column).
Choices = Mapping[tuple[str, str], ConflictChoice]
Held = Mapping[tuple[str, str], "Conflict"]


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
    """The outcome for one sheet. ``records`` and ``archived`` hold only what changes in the
    ledger.
    """

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


@dataclass(frozen=True, slots=True)
class _RowTask:
    """One row in the merge: its ``record`` in the ledger, whether that is archived (``gone``), and
    the workbooks in which it stands and in which it was deleted.
    """

    task: _Task
    identity: str
    record: Row | None
    gone: bool
    standing: Sequence[Side]
    deleters: Sequence[Side]

    @property
    def known(self) -> Row | None:
        """The record as far as it has a say.

        A row that had gone starts afresh: what stands in sight counts, the archive only where
        nobody says anything.
        """
        return None if self.gone else self.record

    def note(
        self,
        column: str | None,
        old: Value | None,
        new: Value | None,
        by: str,
        what: str = "changed",
    ) -> None:
        """Put what happened to a cell, or to the whole row, into the journal."""
        event = Event(self.task.sheet, self.identity, column, old, new, by, what)
        self.task.merged.events.append(event)

    def columns(self) -> dict[str, None]:
        """The columns of the record and of the workbooks in which the row stands."""
        in_sight = [column for side in self.standing for column in sorted(side.columns)]
        return dict.fromkeys([*(self.record or {}), *in_sight])


def _row_task(task: _Task, identity: str, record: Row | None, gone: bool) -> _RowTask:
    standing = [side for side in task.sides if identity in side.now]
    deleters = [side for side in task.sides if identity in side.base and identity not in side.now]
    return _RowTask(task, identity, record, gone, standing, deleters)


def _merge_row(task: _Task, identity: str, record: Row | None, gone: bool) -> None:
    row = _row_task(task, identity, record, gone)
    if not row.standing and not row.deleters and row.known is None:
        return
    deleted = bool(row.deleters) or gone
    if deleted and not comes_back(identity, row.known, row.standing, row.deleters):
        _archive(row)
        return
    if gone:
        task.merged.archived[identity] = False
        row.note(None, None, None, row.standing[0].name, "returned")
    _merge_cells(row)


def _archive(row: _RowTask) -> None:
    merged = row.task.merged
    for side in row.standing:
        merged.told[side.name].cleared.append(row.identity)
    for side in (*row.standing, *row.deleters):
        merged.told[side.name].base[row.identity] = None
    if row.known is not None:
        merged.archived[row.identity] = True
        row.note(None, None, None, row.deleters[0].name, "archived")


def _merge_cells(row: _RowTask) -> None:
    task, identity = row.task, row.identity
    alone = row.standing if row.record is None and not task.held else ()
    if len(alone) == 1 and identity not in alone[0].base:
        news = tell_news(alone[0], identity, task.sides, task.merged.told, task.same)
        task.merged.records[identity] = news
        return
    outcome: Row = dict(row.record or {})
    # Columns in conflict, with what a workbook that lacks the row is shown for the time being.
    open_columns: dict[str, Value | None] = {}
    for column in _in_motion(row):
        if (against := _merge_cell(row, column, outcome)) is not None:
            open_columns[column] = _for_now(outcome.get(column), against)
            task.merged.conflicts.append(Conflict(task.sheet, identity, column, against))
    if outcome != row.record:
        task.merged.records[identity] = outcome
    for side in task.sides:
        tell_row(side, identity, outcome, open_columns, task.merged.told[side.name], task.same)


def _in_motion(row: _RowTask) -> Sequence[str]:
    """The columns in which something was said since all agreed, or a conflict is held open.

    In the others everybody shows what the ledger knows: most cells of most rows.
    """
    shown = [row.record]
    for side in row.standing:
        shown += [side.base.get(row.identity), side.now.get(row.identity)]
    whole = [one for one in shown if one is not None]
    if len(whole) < len(shown):
        return list(row.columns())
    return [
        column
        for column in row.columns()
        if (row.identity, column) in row.task.held or len({one.get(column) for one in whole}) > 1
    ]


def _merge_cell(row: _RowTask, column: str, outcome: Row) -> Mapping[str, Value | None] | None:
    """Put into ``outcome`` what a cell holds from now on; or say who stands against whom."""
    task, identity = row.task, row.identity
    voters = [side for side in row.standing if reads(side, identity, column)]
    if any(column in side.locked for side in voters):
        _name_row(column, voters, identity, outcome)
        return None
    if held := task.held.get((identity, column)):
        return {**held.values, **said(identity, column, voters)}
    values = candidates(identity, column, row.known, voters, task.same)
    if len(values) > 1:
        return _choose(row, column, voters, outcome)
    for value, source in values.items():
        _change(row, column, value, source, outcome)
    return None


def _choose(
    row: _RowTask, column: str, voters: Sequence[Side], outcome: Row
) -> Mapping[str, Value | None] | None:
    """Take what people chose among the values that stand against each other; else say which."""
    task = row.task
    against = sides_of(row.identity, column, row.known, voters, task.same)
    chosen = task.choices.get((row.identity, column))
    if chosen is None or chosen.among != against:
        return against
    _set_aside(row, column, against, chosen)
    _change(row, column, chosen.value, chosen.by, outcome)
    return None


def _for_now(known: Value | None, against: Mapping[str, Value | None]) -> Value | None:
    """What a row that must be shown says of a cell in conflict: what the ledger knows, else what
    one workbook says.
    """
    said = [against[place] for place in sorted(against) if against[place] is not None]
    return known if known is not None or not said else said[0]


def _set_aside(
    row: _RowTask, column: str, against: Mapping[str, Value | None], chosen: ConflictChoice
) -> None:
    """Put what was not chosen into the journal, so that it can be found again."""
    for place, value in against.items():
        if place and value is not None and value != chosen.value:
            row.note(column, value, chosen.value, place, "set_aside")


def _name_row(column: str, voters: Sequence[Side], identity: str, outcome: Row) -> None:
    """Spellings of a row's name may differ from workbook to workbook: the ledger keeps the one it
    met first.
    """
    for side in sorted(voters, key=attrgetter("name")):
        value = side.now[identity].get(column)
        if value is not None:
            outcome.setdefault(column, value)


def _change(row: _RowTask, column: str, value: Value | None, by: str, outcome: Row) -> None:
    if value is None:
        outcome.pop(column, None)
    else:
        outcome[column] = value
    if row.record is not None and row.record.get(column) != value:
        row.note(column, row.record.get(column), value, by)
