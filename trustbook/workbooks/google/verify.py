"""After a write: does every value of ours stand where it was meant to? What does not is taken back.

The service knows no precondition, and a person may sort, insert or delete between our read and our
write. So the answer to a write is compared with what was meant. A value on a wrong row gives way to
what stood there, only where our own value still stands; what could not be placed goes in next time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.columns import HEALTH
from trustbook.snapshot import CellEdit, CellValue
from trustbook.workbooks.google import lookups
from trustbook.workbooks.google.arrays import Place
from trustbook.workbooks.google.cells import PLAIN
from trustbook.workbooks.google.hits import (
    Hit,
    find_hits,
    holds,
    is_right,
    moved_hits,
    restored,
)
from trustbook.workbooks.google.matching import Matching
from trustbook.workbooks.google.people_tabs import Added, CellPut
from trustbook.workbooks.google.planner import BatchPlan
from trustbook.workbooks.google.reader import State, Tab
from trustbook.workbooks.google.tabs import Request

# Texts that the service surely takes as text when it replaces one by the other, as if typed.
_SURELY_TEXT = re.compile(r"[A-Za-z]-[0-9A-Za-z]*[A-Za-z]")


@dataclass(slots=True)
class WriteCheck:
    """What to take back, and what is not in its place.

    ``requests`` find our value wherever it is, ``puts`` are cells.
    """

    requests: list[Request] = field(default_factory=list)
    puts: list[CellPut] = field(default_factory=list)
    unplaced: list[CellEdit] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to take back."""
        return not (self.requests or self.puts)


class Aftermath:
    """Follows one write until nothing of it stands in a wrong place.

    Fresh IDs and look-ups are known on sight. Of other values it is remembered which cell they hit,
    by the answer to the batch that sent them, so that the cell is found again when its row moves
    on.
    """

    def __init__(self, before: State, plan: BatchPlan) -> None:
        self.before, self.plan = before, plan
        self._last: State | None = None
        self._hits: defaultdict[int, list[Hit]] = defaultdict(list)

    def look(self, after: State, sent: Sequence[CellPut], direct: bool = True) -> WriteCheck:
        """Compare ``after`` with what was meant. ``sent`` are the cells of the batch before it.

        ``direct``: it is the answer to that batch, where every value stands where it was sent; else
        it was read later.
        """
        verdict = WriteCheck()
        last, self._last = self._last, after
        for number in dict.fromkeys(put.tab for put in (*self.plan.puts, *sent)):
            puts = _of_tab(self.plan.puts, number)
            now = _of_tab(sent, number)
            matching = self._matching(after, number, puts, now)
            if matching is None:
                verdict.unplaced += _edits(puts)
            elif last is not None or not direct or not _undisturbed(matching, puts):
                since = _since(last, matching)
                health = after.standing(HEALTH.key)
                self._put_right(puts, now, direct, matching, since, health, verdict)
        for each in self.plan.added:
            _straighten(self.before, after, each, verdict)
        return verdict

    def _matching(
        self, after: State, number: int, puts: Iterable[CellPut], sent: Iterable[CellPut]
    ) -> Matching | None:
        """A tab before the write and now; None where it is gone or no longer ours to know."""
        then, now = self.before.with_id(number), after.with_id(number)
        if then is None or now is None or not now.known:
            return None
        fresh = [str(put.value) for put in puts if put.fresh]
        return Matching(then, now, fresh, {(put.row, put.column) for put in sent})

    def _put_right(
        self,
        puts: list[CellPut],
        sent: list[CellPut],
        direct: bool,
        matching: Matching,
        since: Matching | None,
        health: Tab | None,
        verdict: WriteCheck,
    ) -> None:
        """Look for what stands wrong on one tab: fresh IDs, look-ups, then all other values."""
        fresh = [put for put in puts if put.fresh]
        lookup = [put for put in puts if lookups.is_our_formula(put.formula, health)]
        others = _plain(puts, lookup)
        _fresh(fresh, matching, verdict)
        _formulas(lookup, matching, health, verdict)
        meant = {(put.row, put.column): put.value for put in others}
        hits = moved_hits(self._hits[matching.after.id], since) if since else []
        hits += find_hits(_plain(sent, lookup), matching, meant, direct)
        hits = list({hit.place: hit for hit in hits}.values())
        self._hits[matching.after.id] = hits
        self._take_back(hits, meant, matching, verdict)
        verdict.unplaced += _unplaced(others, matching)

    def _take_back(
        self,
        hits: Iterable[Hit],
        meant: Mapping[Place, CellValue],
        matching: Matching,
        verdict: WriteCheck,
    ) -> None:
        """Give back what stood in the cells that hold our value and should not."""
        before, after = matching.before, matching.after
        taken = {(put.row, put.column) for put in _of_tab(verdict.puts, after.id)}
        added = [each for each in self.plan.added if each.tab == after.id]
        rows = {find_misplaced(before, after, each) for each in added}
        for hit in hits:
            if hit.place in taken or hit.place[0] in rows or is_right(hit, matching, meant):
                continue
            if holds(after, hit.place, hit.put):
                verdict.puts.append(restored(hit, before))


def _of_tab(puts: Iterable[CellPut], number: int) -> list[CellPut]:
    return [put for put in puts if put.tab == number]


def _plain(puts: Iterable[CellPut], lookup: Collection[CellPut]) -> list[CellPut]:
    """The puts that are neither fresh IDs nor look-ups."""
    return [put for put in puts if not put.fresh and put not in lookup]


def _undisturbed(matching: Matching, puts: Iterable[CellPut]) -> bool:
    """Whether nothing moved: every value stands where it was sent, on the row it was meant for."""
    return matching.unmoved and all(_stands(matching, put) for put in puts)


def _stands(matching: Matching, put: CellPut) -> bool:
    return holds(matching.after, (put.row, put.column), put) and matching.stays(put.row)


def _since(last: State | None, matching: Matching) -> Matching | None:
    """The same tab when it was last looked at, and now."""
    tab = last.with_id(matching.after.id) if last else None
    if tab is None or not tab.known:
        return None
    return Matching(tab, matching.after, matching.fresh, matching.written)


def _unplaced(puts: Iterable[CellPut], matching: Matching) -> list[CellEdit]:
    """The edits whose value does not stand in the cell it was meant for, wherever that is now."""
    found = []
    for put in puts:
        row, column = matching.now.get(put.row), matching.column(put.column)
        placed = row and column and holds(matching.after, (row, column), put)
        if put.edit and not placed:
            found.append(put.edit)
    return found


def landed(before: State, after: State, added: Iterable[Added]) -> tuple[int, ...]:
    """The row each added row stands on; 0 for one that is not found."""
    taken: set[Place] = set()
    rows = []
    for each in added:
        then, now = before.with_id(each.tab), after.with_id(each.tab)
        row = find_misplaced(then, now, each, taken) if then and now else 0
        taken.add((each.tab, row))
        rows.append(row)
    return tuple(rows)


# IDs: a fresh one stands nowhere else, so it is found by its text wherever it is


def _fresh(puts: list[CellPut], matching: Matching, verdict: WriteCheck) -> None:
    wanted = {put.value: put for put in puts}
    places = _places_of(wanted, matching.after)
    for value, put in wanted.items():
        right = {place for place in places[value] if _is_meant(put, place, matching)}
        if not right and put.edit:
            verdict.unplaced.append(put.edit)
        for place in places[value]:
            if place not in right:
                _undo_id(put, place, matching, verdict)


def _places_of(
    wanted: Mapping[CellValue, CellPut], tab: Tab
) -> defaultdict[CellValue, list[Place]]:
    """Where each of these texts stands."""
    places: defaultdict[CellValue, list[Place]] = defaultdict(list)
    for row, values in enumerate(tab.values if wanted else (), start=1):
        for column, value in enumerate(values, start=1):
            if isinstance(value, str) and value in wanted:
                places[value].append((row, column))
    return places


def _is_meant(put: CellPut, place: Place, matching: Matching) -> bool:
    row, column = place
    return column == matching.column(put.column) and matching.earlier.get(row) == put.row


def _undo_id(put: CellPut, place: Place, matching: Matching, verdict: WriteCheck) -> None:
    source = matching.then(*place)
    stood = matching.before.entered(*source) if source else None
    if stood is None or (isinstance(stood, str) and _SURELY_TEXT.fullmatch(stood)):
        whole = {"matchCase": True, "matchEntireCell": True, "sheetId": put.tab}
        request = {"find": put.value, "replacement": stood or "", **whole}
        verdict.requests.append({"findReplace": request})
    else:
        verdict.puts.append(restored(Hit(place, source, put), matching.before))


# Look-ups of the derived columns


def _formulas(
    puts: list[CellPut], matching: Matching, health: Tab | None, verdict: WriteCheck
) -> None:
    before, after = matching.before, matching.after
    meant = {(put.row, put.column): put for put in puts}
    by_column = {put.column: put for put in puts}
    placed = set()
    for (row, column), formula in sorted(after.formulas.items()):
        if not lookups.is_our_formula(formula, health):
            continue
        source = matching.then(row, column)
        stood = before.formulas.get(source) if source else None
        if source in meant:
            placed.add(source)
        elif not lookups.is_our_formula(stood, health):
            blank = CellPut(after.id, row, column)
            put = by_column.get(column, next(iter(puts), blank))
            verdict.puts.append(restored(Hit((row, column), source, put), before))
    verdict.unplaced += _edits(put for place, put in meant.items() if place not in placed)


def _edits(puts: Iterable[CellPut]) -> list[CellEdit]:
    return [put.edit for put in puts if put.edit]


# Rows that were added: the row is ours, but its cells may have come under other headers


def _straighten(before: State, after: State, added: Added, verdict: WriteCheck) -> None:
    then, now = before.with_id(added.tab), after.with_id(added.tab)
    if then is None or now is None or not now.known:
        return
    cells = added.addition.cells
    matching = Matching(then, now)
    moved = {column: matching.column(column) for column in cells}
    if all(place in (column, None) for column, place in moved.items()):
        return
    row = find_misplaced(then, now, added)
    if row:
        verdict.puts += _straightened(then, now, added, row, moved)


def _straightened(
    then: Tab, now: Tab, added: Added, row: int, moved: Mapping[int, int | None]
) -> list[CellPut]:
    """The cells of an added row that must change for every value to stand under its header."""
    puts, cells = [], added.addition.cells
    wanted = {place: column for column, place in moved.items() if place}
    for place in sorted({*moved, *wanted}):
        source = wanted.get(place)
        value = cells[source] if source else None
        stands = now.value(row, place)
        if stands != value and stands in (None, cells.get(place)):
            shown = then.formats.get((len(then.values), source), PLAIN) if source else PLAIN
            puts.append(CellPut(added.tab, row, place, value, shown=shown))
    return puts


def find_misplaced(then: Tab, now: Tab, added: Added, taken: Iterable[Place] = ()) -> int:
    """The row with the ID that was added, else the last one that shows it; 0 if there is none."""
    cells = added.addition.cells
    place = then.layout.place("id") if then.layout else None
    identity = cells.get(place) if place else None
    for row in range(len(now.values), 0, -1):
        if (now.id, row) in taken:
            continue
        if identity is not None and identity in now.row(row):
            return row
        if identity is None and _shows(now, row, cells):
            return row
    return 0


def _shows(tab: Tab, row: int, cells: Mapping[int, CellValue]) -> bool:
    return all(tab.value(row, number) == value for number, value in cells.items())
