"""What stops a run before its first write: signs that somebody's work would be taken for something it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from trustbook.columns import PARTNERS
from trustbook.errors import SafetyStop
from trustbook.merge.values import Row, Value, is_withheld

# Up to five rows, or a tenth of a sheet, is what people do on an ordinary day.
_FEW = 5
_SHARE = 10


@dataclass(frozen=True, slots=True)
class Allowed:
    """What people said was meant, for this run: so many rows gone from a sheet, so many cells changed in a column."""

    deletes: int = 0
    changes: int = 0


def many(of: int) -> int:
    """Above how many out of ``of`` it is no longer an ordinary day: max(5, 10 %)."""
    return max(_FEW, of // _SHARE)


def guard_deletes(sheet: str, gone: int, of: int, allowed: Allowed) -> None:
    """Raise SafetyStop when too many of the ``of`` rows of a sheet are gone at once."""
    if gone > many(of) and gone > allowed.deletes:
        raise SafetyStop("guards.many_deleted", sheet=sheet, count=gone, of=of)


def guard_changes(
    sheet: str,
    headers: Mapping[str, str],
    base: Mapping[str, Row],
    now: Mapping[str, Row],
    changed: Collection[str],
    allowed: Allowed,
) -> None:
    """Raise SafetyStop when a column was sorted on its own, or changed as a whole.

    ``headers`` maps the columns in sight to what the coordinator calls them; ``changed`` are the rows that differ.
    """
    if len(changed) <= _FEW:
        return
    pairs = {column: _pairs(column, base, now, changed) for column in headers}
    for column, moved in pairs.items():
        if len(moved) > many(len(base)) and is_shuffled(moved) and len(moved) > allowed.changes:
            raise SafetyStop("guards.column_sorted", sheet=sheet, column=headers[column], count=len(moved))
    for column, moved in pairs.items():
        if len(moved) <= max(_FEW, allowed.changes) or is_replacement(moved) or is_handover(column, moved):
            continue
        filled = sum(column in row for row in base.values())
        if 2 * len(moved) >= filled:
            raise SafetyStop("guards.column_changed", sheet=sheet, column=headers[column], count=len(moved), of=filled)


def _pairs(
    column: str, base: Mapping[str, Row], now: Mapping[str, Row], changed: Collection[str]
) -> list[tuple[Value, Value | None]]:
    """Old and new of every cell of a column that held something and holds something else."""
    found = []
    for identity in changed:
        old, new = base[identity].get(column), now[identity].get(column)
        if old is not None and old != new and not is_withheld(old) and not is_withheld(new):
            found.append((old, new))
    return found


def is_shuffled(moved: Sequence[tuple[Value, Value | None]]) -> bool:
    """Whether the same values stand there, in other rows: nine in ten come back, and they are no mere swap of names."""
    old = Counter(before for before, _ in moved)
    new = Counter(after for _, after in moved if after is not None)
    return len(old) > 2 and 10 * (old & new).total() >= 9 * len(moved)


def is_replacement(moved: Sequence[tuple[Value, Value | None]]) -> bool:
    """Whether a few values were each replaced by one other value: partners handed over, a word spelled otherwise."""
    new: dict[Value, set[Value | None]] = {}
    for before, after in moved:
        new.setdefault(before, set()).add(after)
    return len(new) <= 3 and all(len(after) == 1 and None not in after for after in new.values())


def is_handover(column: str, moved: Sequence[tuple[Value, Value | None]]) -> bool:
    """Whether partners went to a few colleagues, from however many: that is what the column is for."""
    takers = {after for _, after in moved}
    return column == PARTNERS.column("holder").key and len(takers) <= 3 and None not in takers
