"""What stops a run before its first write: signs that somebody's work would be taken for something
it is not.

``GUARDS`` is the rule, and there is no other: what is counted, how much of it passes, and what lets
more of it through. The run asks these guards, docs/guards.md is written from them, and the tests of
their limits are made of them. Where a sheet has no column ID, a cell is unreadable or people were
told before, what counts is said by the function that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from trustbook.columns import SETTINGS, Column
from trustbook.merge import column_changes as cells
from trustbook.merge import row_patterns as rows
from trustbook.merge.accidents import Accident
from trustbook.merge.cell_codec import Value, is_fault, is_withheld
from trustbook.merge.column_changes import ColumnChange
from trustbook.merge.column_patterns import Pair, keeps_its_values, moved
from trustbook.merge.equality import nearly_same
from trustbook.merge.exchanged import columns_exchanged
from trustbook.merge.row_patterns import SheetSight

TENTH, HALF = Fraction(1, 10), Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Guard:
    """One line of the rule: more than ``few`` and more than ``share`` of what was there stop a run.

    ``key`` names what is counted ("guards.rule_KEY"); ``words`` tell it to who must act
    (the key of their message). ``allowance`` is what lets it through, this once: the sum of what
    was found (deletes, changes), or the number that the stop prints (accept); with none, nothing
    does. A plain Guard watches the door, where marks, sheets and headers are read
    (ledger/locate.py, ledger/lost.py, run/clock.py, reading/lists.py, run/merge_sheets.py).
    """

    key: str
    words: str
    few: int = 0
    share: Fraction | None = None
    allowance: Literal["deletes", "changes", "accept"] | None = None

    def limit(self, of: int) -> int:
        """So many, out of ``of``, still pass."""
        return self.few if self.share is None else max(self.few, int(self.share * of))

    def stops(self, count: int, of: int) -> bool:
        """Whether ``count`` out of ``of`` are too many."""
        return count > self.limit(of)

    def accident(self, count: int, **params: object) -> Accident:
        """What was found, with its number; ``params`` fill the blanks of its words."""
        deletes = count if self.allowance == "deletes" else 0
        changes = count if self.allowance == "changes" else 0
        accepts = count if self.allowance == "accept" else 0
        return Accident(self.words, {"count": count, **params}, deletes, changes, accepts)


@dataclass(frozen=True, slots=True)
class RowGuard(Guard):
    """A guard of the rows of one list: ``counted`` of them, out of those that were known."""

    counted: Callable[[SheetSight], int] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class PairGuard(Guard):
    """A guard of two columns of a list: ``counted`` gives pairs (keys) with their rows."""

    counted: Callable[[SheetSight], Iterator[tuple[str, str, int]]] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ColumnGuard(Guard):
    """A guard of one column of a list: ``counted`` of its cells, out of ``of``."""

    counted: Callable[[ColumnChange], int] = field(kw_only=True)
    of: Callable[[ColumnChange], int] = field(default=cells.cells_held, kw_only=True)


# The surest first: of the rows of a list, and of each column, the first that stops is told.
GUARDS: tuple[Guard, ...] = (
    Guard("memory_lost", "guards.memory_lost", allowance="accept"),
    Guard("memory_older", "guards.memory_older", allowance="accept"),
    Guard("clock_back", "guards.clock_back", 10, allowance="accept"),
    Guard("odd_marks", "guards.odd_marks", allowance="accept"),
    Guard("old_copy", "guards.old_copy", allowance="accept"),
    Guard("saved_over", "guards.saved_over", allowance="accept"),
    Guard("no_marks", "guards.no_marks", allowance="accept"),
    Guard("other_book", "guards.other_book", allowance="accept"),
    Guard("other_keeper", "guards.other_keeper", allowance="accept"),
    Guard("other_folder", "guards.other_folder", allowance="accept"),
    Guard("other_place", "guards.other_place", allowance="accept"),
    Guard("partners_gone", "guards.partners_gone"),
    Guard("sheet_twice", "errors.sheet_twice"),
    Guard("column_missing", "errors.column_missing"),
    Guard("column_twice", "errors.column_twice"),
    Guard("ids_gone", "guards.ids_gone"),
    Guard("sheet_gone", "guards.sheet_gone", allowance="accept"),
    Guard("column_gone", "guards.column_gone", allowance="accept"),
    PairGuard("columns_exchanged", "guards.columns_exchanged", 1, None, "changes",
              counted=columns_exchanged),
    RowGuard("ids_moved", "guards.ids_changed", 5, counted=rows.ids_moved),
    RowGuard("ids_exchanged", "guards.ids_changed", 1, counted=rows.ids_exchanged),
    RowGuard("ids_renewed", "guards.ids_changed", 5, TENTH, "deletes", counted=rows.ids_renewed),
    RowGuard("names_sorted", "guards.column_sorted", 2, None, "changes",
             counted=rows.names_sorted),
    RowGuard("many_deleted", "guards.many_deleted", 5, TENTH, "deletes",
             counted=rows.rows_deleted),
    RowGuard("many_lost", "guards.many_lost", 5, TENTH, "deletes", counted=rows.rows_lost),
    RowGuard("list_emptied", "guards.list_emptied", 2, None, "deletes",
             counted=rows.rows_emptied),
    ColumnGuard("dates_turned", "guards.dates_turned", 5, None, "changes",
                counted=cells.dates_turned),
    ColumnGuard("zeros_lost", "guards.zeros_lost", 5, None, "changes", counted=cells.zeros_lost),
    ColumnGuard("column_sorted", "guards.column_sorted", 2, None, "changes",
                counted=cells.cells_displaced),
    ColumnGuard("column_broken", "guards.column_broken", 5, HALF, "changes",
                counted=cells.cells_broken),
    ColumnGuard("column_cleared", "guards.column_cleared", 5, HALF, "changes",
                counted=cells.cells_cleared),
    ColumnGuard("taken_out", "guards.taken_out", 5, TENTH, "changes",
                counted=cells.rows_taken_out, of=cells.rows_in_column),
    ColumnGuard("column_filled", "guards.column_changed", 10, None, "changes",
                counted=cells.cells_filled_down),
    ColumnGuard("column_changed", "guards.column_changed", 10, HALF, "changes",
                counted=cells.cells_overwritten),
)  # fmt: skip
# Of these, the memory itself is what is gone.
LOST_MEMORY = ("guards.memory_lost", "guards.memory_older")
_ROW_GUARDS = [guard for guard in GUARDS if isinstance(guard, RowGuard)]
_PAIR_GUARDS = [guard for guard in GUARDS if isinstance(guard, PairGuard)]
_COLUMN_GUARDS = [guard for guard in GUARDS if isinstance(guard, ColumnGuard)]
# Fewer rows, or changed cells, than any of them minds need not be looked at.
_ROWS_PASSED = min(guard.few for guard in _ROW_GUARDS)
_CELLS_PASSED = min(guard.few for guard in _COLUMN_GUARDS)
# So few cells of a column can only have changed places, if anything.
_CELLS_UNLESS_SORTED = min(guard.few for guard in _COLUMN_GUARDS if guard.key != "column_sorted")


def guard_named(key: str) -> Guard:
    """The guard with this key; KeyError if there is none."""
    for guard in GUARDS:
        if guard.key == key:
            return guard
    raise KeyError(key)


def find_accidents(sight: SheetSight) -> list[Accident]:
    """All that looks like an accident in one list.

    Settings are edited freely, but not emptied. Where IDs stand beside other rows, nothing else can
    be told.
    """
    found = next(_in_rows(sight), None)
    if sight.sheet is SETTINGS or (found and not found.countable):
        return [found] if found else []
    if exchanged := list(_exchanged(sight)):
        return exchanged
    return [*([found] if found else []), *_in_columns(sight)]


def _exchanged(sight: SheetSight) -> Iterator[Accident]:
    of = rows.rows_known(sight)
    for guard in _PAIR_GUARDS:
        for one, other, count in guard.counted(sight):
            if guard.stops(count, of):
                headers = {"column": sight.headers[one], "other": sight.headers[other]}
                yield guard.accident(count, name=sight.name, sheet=sight.title, of=of, **headers)


def _in_rows(sight: SheetSight) -> Iterator[Accident]:
    if max(map(len, (sight.gone, sight.came, sight.changed))) <= _ROWS_PASSED:
        return
    of = rows.rows_known(sight)
    for guard in _ROW_GUARDS:
        if sight.sheet is SETTINGS and guard.key != "list_emptied":
            continue
        count = guard.counted(sight)
        if guard.stops(count, of):
            column = sight.headers.get(rows.sorted_name(sight), "")
            yield guard.accident(count, name=sight.name, sheet=sight.title, of=of, column=column)


def _in_columns(sight: SheetSight) -> Iterator[Accident]:
    if len(sight.changed) <= _CELLS_PASSED:
        return
    for name, header in sight.headers.items():
        column = sight.sheet.column(name)
        pairs = moved(_pairs(sight, column, sight.changed))
        few = len(pairs) <= _CELLS_UNLESS_SORTED
        if len(pairs) <= _CELLS_PASSED or (few and not keeps_its_values(pairs)):
            continue
        told = sight.broken.get(name, 0)
        change = ColumnChange(sight.sheet, column, _pairs(sight, column, sight.now), told)
        for guard in _COLUMN_GUARDS:
            count, of = guard.counted(change), guard.of(change)
            if guard.stops(count, of):
                place = {"name": sight.name, "sheet": sight.title, "column": header}
                yield guard.accident(count, **place, of=of)
                break


def _pairs(sight: SheetSight, column: Column, identities: Iterable[str]) -> list[Pair]:
    """The cells of a column before and now, in these rows, as far as they stood there before."""
    return [
        _pair(sight, column, sight.base[one].get(column.key), sight.now[one].get(column.key))
        for one in identities
        if one in sight.base
    ]


def _pair(sight: SheetSight, column: Column, old: Value | None, new: Value | None) -> Pair:
    """Before and after of a cell; alike where nothing changed that people would call a change."""
    untouched = (
        sight.same(column.key, old, new)
        or is_withheld(old)
        or is_withheld(new)
        or is_fault(old)
        or nearly_same(column, old, new)
    )
    return (new, new) if untouched else (old, new)
