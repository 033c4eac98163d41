"""What one workbook is told of a row once it is merged, and what its base is from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trustbook.merge.cell_codec import Row, Value, is_fault
from trustbook.merge.votes import Same, Side, exactly, takes


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


def tell_row(
    side: Side,
    identity: str,
    outcome: Row,
    open_columns: Mapping[str, Value | None],
    told: Outcome,
    same: Same = exactly,
) -> None:
    """Put into ``told`` what one workbook must be told of a row, and its base from then on.

    ``open_columns`` are in conflict, each with what a workbook that lacks the row is shown.
    """
    if identity not in side.now:
        _add_row(side, identity, outcome, open_columns, told)
        return
    base, now = side.base.get(identity), side.now[identity]
    after: Row = {}
    for column in side.columns:
        stands, value = now.get(column), outcome.get(column)
        if column in open_columns or not takes(side, identity, column):
            value = _base_of_silent(side, identity, column)
        elif same(column, value, stands):
            value = stands
        else:
            told.cells.setdefault(identity, {})[column] = value
        if value is not None:
            after[column] = value
    if after != base:
        told.base[identity] = after


def _base_of_silent(side: Side, identity: str, column: str) -> Value | None:
    """The base of a cell that is told nothing: it is in conflict, or cannot be told anything."""
    stands = side.now[identity].get(column)
    # An error says nothing: what it said before is what is known.
    if is_fault(stands) or takes(side, identity, column):
        return open_base(side.base.get(identity), column, stands)
    return stands


def _add_row(
    side: Side,
    identity: str,
    outcome: Row,
    open_columns: Mapping[str, Value | None],
    told: Outcome,
) -> None:
    """Add a row to a workbook that lacks it. Of which nothing may be copied is not there for
    others.
    """
    row: Row = {}
    for column, known in outcome.items():
        if column in side.columns and column not in open_columns:
            row[column] = known
    shown: Row = {}
    for column, value in open_columns.items():
        if column in side.columns and value is not None:
            shown[column] = value
    if row or shown:
        told.rows[identity] = row | shown
        if row != side.base.get(identity):
            told.base[identity] = row


def open_base(base: Row | None, column: str, stands: Value | None) -> Value | None:
    """The base of a cell that says nothing for now: what it was, so that a conflict stays open
    until people agree.
    """
    return (base or {}).get(column)
