"""Who says what of a row and its cells: which workbooks vote for a value, whether the ledger does,
and whether a row that was deleted comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from trustbook.merge.cell_codec import Row, Value, is_fault, is_withheld

# Whether two values of a column (key) say the same.
Same: TypeAlias = Callable[[str, Value | None, Value | None], bool]


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


def reads(side: Side, identity: str, column: str) -> bool:
    """Whether a workbook has a say in a cell: the column is there, and what stands in it may be
    read and copied.
    """
    value = side.now[identity].get(column)
    return column in side.columns and not is_withheld(value) and not is_fault(value)


def takes(side: Side, identity: str, column: str) -> bool:
    """Whether a workbook can be told something of a cell."""
    return column not in side.locked and reads(side, identity, column)


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


def candidates(
    identity: str, column: str, record: Row | None, voters: Sequence[Side], same: Same = exactly
) -> dict[Value | None, str]:
    """The values somebody wants, each with the workbook that says so (``""`` for the ledger).

    Of values that say the same only one is left, the one of the workbook whose name comes first.
    """
    wanted: dict[Value | None, str] = {}
    by_name = sorted(voters, key=attrgetter("name"))
    for side in by_name:
        if _votes(side, identity, column):
            _want(wanted, column, side.now[identity].get(column), side.name, same)
    if record is not None:
        if _ledger_has_its_say(identity, column, record, voters, same):
            _want(wanted, column, record.get(column), "", same)
    elif not wanted:
        # The ledger never heard of a row that all agree on: what stands there is what holds.
        for side in by_name:
            _want(wanted, column, side.now[identity].get(column), side.name, same)
    return wanted


def _ledger_has_its_say(
    identity: str, column: str, record: Row, voters: Sequence[Side], same: Same
) -> bool:
    """Whether the ledger votes and no workbook that had read its value speaks for it as well."""
    superseded = any(_spoke_for(side, identity, column, record, same) for side in voters)
    return not superseded and ledger_votes(identity, column, record, voters, same)


def _votes(side: Side, identity: str, column: str) -> bool:
    """Whether a workbook says something that it did not say when it last agreed."""
    base, now = side.base.get(identity), side.now[identity].get(column)
    return now is not None if base is None else now != base.get(column)


def _spoke_for(side: Side, identity: str, column: str, record: Row, same: Same) -> bool:
    """Whether a workbook had read the ledger's value and holds another one now: then it speaks for
    the ledger as well.
    """
    base = side.base.get(identity)
    return (
        base is not None
        and _votes(side, identity, column)
        and same(column, record.get(column), base.get(column))
    )


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


def said(identity: str, column: str, voters: Sequence[Side]) -> dict[str, Value | None]:
    """What each workbook shows in a cell."""
    return {side.name: side.now[identity].get(column) for side in voters}


def sides_of(
    identity: str, column: str, record: Row | None, voters: Sequence[Side], same: Same
) -> dict[str, Value | None]:
    """Who says what; the ledger too (``""``) where it knows something that stands nowhere."""
    values = said(identity, column, voters)
    if record is not None and ledger_votes(identity, column, record, voters, same):
        value = record.get(column)
        if not any(same(column, value, other) for other in values.values()):
            values[""] = value
    return values
