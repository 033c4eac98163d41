"""After a write: does every value of ours stand on the row it was meant for? What does not is taken back, never blind.

The service knows no precondition, and a person may sort, insert or delete between our read and our write. So the
answer to a write is compared with what was meant. A misplaced value is replaced by what stood there, only where our
own value still stands; what could not be placed goes in next time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from trustbook.columns import HEALTH
from trustbook.workbooks.base import CellEdit, CellValue
from trustbook.workbooks.google import lookups
from trustbook.workbooks.google.cells import PLAIN
from trustbook.workbooks.google.matching import Matching
from trustbook.workbooks.google.planner import Added, Plan, Put
from trustbook.workbooks.google.reader import State, Tab
from trustbook.workbooks.google.tabs import Request

# Texts that the service surely takes as text when it replaces one by the other, as if typed.
_SURELY_TEXT = re.compile(r"[A-Za-z]-[0-9A-Za-z]*[A-Za-z]")


@dataclass(slots=True)
class Verdict:
    """What to take back (requests that find our value wherever it is, and cells), and what was not placed."""

    requests: list[Request] = field(default_factory=list)
    puts: list[Put] = field(default_factory=list)
    unplaced: list[CellEdit] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to take back."""
        return not (self.requests or self.puts)


def verify(before: State, after: State, plan: Plan) -> Verdict:
    """Compare the state after a write with the one it was planned on."""
    verdict = Verdict()
    by_tab: defaultdict[int, list[Put]] = defaultdict(list)
    for put in plan.puts:
        by_tab[put.tab].append(put)
    for number, puts in by_tab.items():
        then, now = before.with_id(number), after.with_id(number)
        if then is None or now is None or not now.known:
            verdict.unplaced += [put.edit for put in puts if put.edit]
            continue
        matching = Matching(then, now, [str(put.value) for put in puts if put.fresh])
        if not (matching.unmoved and all(_stands(matching, put) for put in puts)):
            _take_back(matching, puts, after.standing(HEALTH.key), verdict)
    for each in plan.added:
        _straighten(before, after, each, verdict)
    return verdict


def landed(before: State, after: State, added: Iterable[Added]) -> tuple[int, ...]:
    """The row each added row stands on; 0 for one that is not found."""
    taken: set[tuple[int, int]] = set()
    rows = []
    for each in added:
        then, now = before.with_id(each.tab), after.with_id(each.tab)
        row = _find(then, now, each, taken) if then and now else 0
        taken.add((each.tab, row))
        rows.append(row)
    return tuple(rows)


def _stands(matching: Matching, put: Put) -> bool:
    after = matching.after
    if put.formula is not None:
        here = lookups.same(after.formulas.get((put.row, put.column)), put.formula)
    else:
        here = after.value(put.row, put.column) == put.value
    return here and matching.stays(put.row)


def _take_back(matching: Matching, puts: list[Put], health: Tab | None, verdict: Verdict) -> None:
    _fresh([put for put in puts if put.fresh], matching, verdict)
    _shared([put for put in puts if not put.fresh and put.formula is None], matching, verdict)
    _formulas([put for put in puts if put.formula is not None], matching, health, verdict)


# IDs: a fresh one stands nowhere else, so it is found by its text wherever it is


def _fresh(puts: list[Put], matching: Matching, verdict: Verdict) -> None:
    after = matching.after
    wanted = {put.value: put for put in puts}
    places: defaultdict[CellValue, list[tuple[int, int]]] = defaultdict(list)
    if wanted:
        for row, values in enumerate(after.values, start=1):
            for column, value in enumerate(values, start=1):
                if isinstance(value, str) and value in wanted:
                    places[value].append((row, column))
    for value, put in wanted.items():
        at = matching.column(put.column)
        right = [place for place in places[value] if place[1] == at and matching.earlier.get(place[0]) == put.row]
        if not right and put.edit:
            verdict.unplaced.append(put.edit)
        for place in places[value]:
            if place not in right:
                _undo_id(put, place, matching, verdict)


def _undo_id(put: Put, place: tuple[int, int], matching: Matching, verdict: Verdict) -> None:
    old = matching.then(*place)
    stood = matching.before.value(*old) if old else None
    if stood is None or (isinstance(stood, str) and _SURELY_TEXT.fullmatch(stood)):
        find = {
            "find": put.value,
            "replacement": stood or "",
            "matchCase": True,
            "matchEntireCell": True,
            "sheetId": put.tab,
        }
        if {"findReplace": find} not in verdict.requests:
            verdict.requests.append({"findReplace": find})
    else:
        verdict.puts.append(Put(put.tab, *place, stood, over=put.value))


# Values of people's own cells


def _shared(puts: list[Put], matching: Matching, verdict: Verdict) -> None:
    after = matching.after
    meant = {(put.row, put.column): put for put in puts}
    for put in puts:
        row, column = matching.now.get(put.row), matching.column(put.column)
        if row and column and after.value(row, column) == put.value:
            continue
        if put.edit:
            verdict.unplaced.append(put.edit)
        elif row and column and after.value(row, column) == put.over:
            # A cell that was being mended moved before the mend arrived: mend it where it is now.
            verdict.puts.append(Put(put.tab, row, column, put.value, put.formula, put.shown, over=put.over))
        for place in sorted(_strays(put, column, matching, meant)):
            verdict.puts.append(_restored(put.tab, place, matching, put.shown is not None))


def _strays(
    put: Put, column: int | None, matching: Matching, meant: dict[tuple[int, int], Put]
) -> Iterable[tuple[int, int]]:
    """Cells that show the put's value though neither they nor anyone's plan did."""
    after = matching.after
    for at in {put.column, column or put.column}:
        for row in range(1, len(after.values) + 1):
            if after.value(row, at) != put.value or put.value is None:
                continue
            old = matching.then(row, at)
            if old is None:
                if row == put.row and at == put.column:
                    yield row, at
            elif matching.before.value(*old) != put.value and not (old in meant and meant[old].value == put.value):
                yield row, at


def _restored(tab: int, place: tuple[int, int], matching: Matching, formatted: bool) -> Put:
    """The put that gives a cell back what stood there; ``formatted``: its number format was changed as well."""
    old, before = matching.then(*place), matching.before
    over = matching.after.value(*place)
    if old is None:
        return Put(tab, *place, shown=PLAIN if formatted else None, over=over)
    shown = before.formats.get(old, PLAIN) if formatted else None
    return Put(tab, *place, before.value(*old), before.formulas.get(old), shown, over=over)


# Formulas of the derived columns


def _formulas(puts: list[Put], matching: Matching, health: Tab | None, verdict: Verdict) -> None:
    before, after = matching.before, matching.after
    meant = {(put.row, put.column): put for put in puts}
    dated = {put.column for put in puts if put.shown}
    placed = set()
    for (row, column), formula in sorted(after.formulas.items()):
        if not lookups.is_ours(formula, health):
            continue
        old = matching.then(row, column)
        if old in meant:
            placed.add(old)
        elif old is None or not lookups.is_ours(before.formulas.get(old), health):
            verdict.puts.append(_restored(after.id, (row, column), matching, column in dated))
    verdict.unplaced += [put.edit for place, put in meant.items() if place not in placed and put.edit]


# Rows that were added: the row is ours, but its cells may have come under other headers


def _straighten(before: State, after: State, added: Added, verdict: Verdict) -> None:
    then, now = before.with_id(added.tab), after.with_id(added.tab)
    if then is None or now is None or not now.known:
        return
    matching = Matching(then, now)
    row = _find(then, now, added, set())
    moved = {column: matching.column(column) for column in added.addition.cells}
    if not row or all(place in (column, None) for column, place in moved.items()):
        return
    cells = {place: column for column, place in moved.items() if place}
    for place in sorted({*moved, *cells}):
        source = cells.get(place)
        value = added.addition.cells[source] if source else None
        shown = then.formats.get((len(then.values), source), PLAIN) if source else PLAIN
        stands = now.value(row, place)
        if stands in (None, added.addition.cells.get(place)):
            verdict.puts.append(Put(added.tab, row, place, value, shown=shown, over=stands))


def _find(then: Tab, now: Tab, added: Added, taken: set[tuple[int, int]]) -> int:
    """The row with the ID that was added, else the last one that shows what was added; 0 if there is none."""
    cells = added.addition.cells
    place = then.layout.place("id") if then.layout else None
    identity = cells.get(place) if place else None
    for row in range(len(now.values), 0, -1):
        if (now.id, row) in taken:
            continue
        if identity is not None and identity in now.row(row):
            return row
        if identity is None and all(now.value(row, number) == value for number, value in cells.items()):
            return row
    return 0
