"""After a write: does every value of ours stand where it was meant to? What does not is taken back,
never blind.

The service knows no precondition, and a person may sort, insert or delete between our read and our
write. So the answer to a write is compared with what was meant. A value on a wrong row gives way to
what stood there, only where our own value still stands; what could not be placed goes in next time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from trustbook.columns import HEALTH
from trustbook.snapshot import CellEdit, CellValue
from trustbook.workbooks.google import lookups
from trustbook.workbooks.google.cells import PLAIN
from trustbook.workbooks.google.matching import Matching, Place
from trustbook.workbooks.google.planner import Added, BatchPlan, CellPut
from trustbook.workbooks.google.reader import State, Tab
from trustbook.workbooks.google.tabs import Request

# Texts that the service surely takes as text when it replaces one by the other, as if typed.
_SURELY_TEXT = re.compile(r"[A-Za-z]-[0-9A-Za-z]*[A-Za-z]")


@dataclass(slots=True)
class WriteCheck:
    """What to take back (requests that find our value wherever it is, and cells), and what is not
    in its place.
    """

    requests: list[Request] = field(default_factory=list)
    puts: list[CellPut] = field(default_factory=list)
    unplaced: list[CellEdit] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to take back."""
        return not (self.requests or self.puts)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A cell that a batch wrote upon: where it is now, where it was before the write (None:
    nowhere), what we wrote.
    """

    place: Place
    source: Place | None
    put: CellPut


class Aftermath:
    """Follows one write until nothing of it stands in a wrong place.

    Fresh IDs and look-ups are known on sight. Of other values it is remembered which cell they hit,
    by the answer to the batch that sent them, so that the cell is found again when its row moves
    on.
    """

    def __init__(self, before: State, plan: BatchPlan) -> None:
        self.before, self.plan = before, plan
        self._last: State | None = None
        self._hits: defaultdict[int, list[_Hit]] = defaultdict(list)

    def look(self, after: State, sent: Sequence[CellPut], direct: bool = True) -> WriteCheck:
        """Compare ``after`` with what was meant. ``sent`` are the cells of the batch before it.

        ``direct``: it is the answer to that batch, where every value stands where it was sent; else
        it was read later.
        """
        verdict = WriteCheck()
        last, self._last = self._last, after
        for number in dict.fromkeys(put.tab for put in (*self.plan.puts, *sent)):
            puts = [put for put in self.plan.puts if put.tab == number]
            then, now = self.before.with_id(number), after.with_id(number)
            if then is None or now is None or not now.known:
                verdict.unplaced += [put.edit for put in puts if put.edit]
                continue
            written = {(put.row, put.column) for put in sent if put.tab == number}
            matching = Matching(then, now, [str(put.value) for put in puts if put.fresh], written)
            if (
                last is None
                and direct
                and matching.unmoved
                and all(_stands(matching, put) for put in puts)
            ):
                continue
            tab = last.with_id(number) if last else None
            since = Matching(tab, now, matching.fresh, written) if tab and tab.known else None
            self._put_right(puts, [put for put in sent if put.tab == number], direct, matching, since,
                            after.standing(HEALTH.key), verdict)  # fmt: skip
        for each in self.plan.added:
            _straighten(self.before, after, each, verdict)
        return verdict

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
        lookup = [put for put in puts if lookups.is_our_formula(put.formula, health)]
        others = [put for put in puts if not put.fresh and put not in lookup]
        _fresh([put for put in puts if put.fresh], matching, verdict)
        _formulas(lookup, matching, health, verdict)
        meant = {(put.row, put.column): put.value for put in others}
        hits = _moved(self._hits[matching.after.id], since) if since else []
        hits += _hit(
            [put for put in sent if not put.fresh and put not in lookup], matching, meant, direct
        )
        self._hits[matching.after.id] = hits = list({hit.place: hit for hit in hits}.values())
        taken = {(put.row, put.column) for put in verdict.puts if put.tab == matching.after.id}
        added = {find_misplaced(matching.before, matching.after, each) for each in self.plan.added
                 if each.tab == matching.after.id}  # fmt: skip
        for hit in hits:
            right = _is_meant(hit.source, hit.put, meant) or _held(
                matching.before, hit.source, hit.put
            )
            seen_to = hit.place in taken or hit.place[0] in added
            if not right and not seen_to and _holds(matching.after, hit.place, hit.put):
                verdict.puts.append(_restored(hit, matching.before))
        for put in others:
            row, column = matching.now.get(put.row), matching.column(put.column)
            if put.edit and not (row and column and _holds(matching.after, (row, column), put)):
                verdict.unplaced.append(put.edit)


def _hit(
    sent: Iterable[CellPut], matching: Matching, meant: Mapping[Place, CellValue], direct: bool
) -> list[_Hit]:
    """The cells that the last batch wrote upon."""
    after, hits = matching.after, []
    for put in sent:
        place = (put.row, put.column)
        if direct or _holds(after, place, put):
            hits.append(_Hit(place, matching.then(*place), put))
        if direct or put.value is None:
            continue
        # Rows may have moved once more since: then our value is known by standing where it did not
        # before.
        for row in range(1, len(after.values) + 1):
            place = (row, put.column)
            source = matching.then(*place)
            right = _is_meant(source, put, meant) or _held(matching.before, source, put)
            if source and not right and _holds(after, place, put):
                hits.append(_Hit(place, source, put))
    return hits


def _is_meant(source: Place | None, put: CellPut, meant: Mapping[Place, CellValue]) -> bool:
    """Whether a cell was to get the value of this put."""
    return source is not None and source in meant and meant[source] == put.value


def _moved(hits: Iterable[_Hit], since: Matching) -> list[_Hit]:
    """The same cells where they are now; those that are gone left out."""
    found = []
    for hit in hits:
        row, column = since.now.get(hit.place[0]), since.column(hit.place[1])
        if row and column:
            found.append(replace(hit, place=(row, column)))
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


def _stands(matching: Matching, put: CellPut) -> bool:
    return _holds(matching.after, (put.row, put.column), put) and matching.stays(put.row)


def _holds(tab: Tab, place: Place, put: CellPut) -> bool:
    """Whether a cell shows what the put wrote."""
    if put.formula is not None:
        return lookups.same_formula(tab.formulas.get(place), put.formula)
    return tab.value(*place) == put.value and place not in tab.formulas


def _held(tab: Tab, place: Place | None, put: CellPut) -> bool:
    return _holds(tab, place, put) if place else put.value is None and put.formula is None


def _restored(hit: _Hit, before: Tab) -> CellPut:
    """The put that gives a cell back what stood there, and its number format where that was changed
    as well.
    """
    tab, source, formatted = hit.put.tab, hit.source, hit.put.shown is not None
    if source is None:
        return CellPut(tab, *hit.place, shown=PLAIN if formatted else None)
    shown = before.formats.get(source, PLAIN) if formatted else None
    return CellPut(tab, *hit.place, before.value(*source), before.formulas.get(source), shown)


# IDs: a fresh one stands nowhere else, so it is found by its text wherever it is


def _fresh(puts: list[CellPut], matching: Matching, verdict: WriteCheck) -> None:
    wanted = {put.value: put for put in puts}
    places: defaultdict[CellValue, list[Place]] = defaultdict(list)
    for row, values in enumerate(matching.after.values if wanted else (), start=1):
        for column, value in enumerate(values, start=1):
            if isinstance(value, str) and value in wanted:
                places[value].append((row, column))
    for value, put in wanted.items():
        at = matching.column(put.column)
        right = [
            place
            for place in places[value]
            if place[1] == at and matching.earlier.get(place[0]) == put.row
        ]
        if not right and put.edit:
            verdict.unplaced.append(put.edit)
        for place in places[value]:
            if place not in right:
                _undo_id(put, place, matching, verdict)


def _undo_id(put: CellPut, place: Place, matching: Matching, verdict: WriteCheck) -> None:
    source = matching.then(*place)
    stood = matching.before.value(*source) if source else None
    if stood is None or (isinstance(stood, str) and _SURELY_TEXT.fullmatch(stood)):
        whole = {"matchCase": True, "matchEntireCell": True, "sheetId": put.tab}
        verdict.requests.append(
            {"findReplace": {"find": put.value, "replacement": stood or "", **whole}}
        )
    else:
        verdict.puts.append(_restored(_Hit(place, source, put), matching.before))


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
        if source in meant:
            placed.add(source)
        elif source is None or not lookups.is_our_formula(before.formulas.get(source), health):
            put = by_column.get(column, puts[0]) if puts else CellPut(after.id, row, column)
            verdict.puts.append(_restored(_Hit((row, column), source, put), before))
    verdict.unplaced += [
        put.edit for place, put in meant.items() if place not in placed and put.edit
    ]


# Rows that were added: the row is ours, but its cells may have come under other headers


def _straighten(before: State, after: State, added: Added, verdict: WriteCheck) -> None:
    then, now = before.with_id(added.tab), after.with_id(added.tab)
    if then is None or now is None or not now.known:
        return
    cells = added.addition.cells
    matching = Matching(then, now)
    moved = {column: matching.column(column) for column in cells}
    row = (
        find_misplaced(then, now, added)
        if any(place not in (column, None) for column, place in moved.items())
        else 0
    )
    if not row:
        return
    wanted = {place: column for column, place in moved.items() if place}
    for place in sorted({*moved, *wanted}):
        source = wanted.get(place)
        value = cells[source] if source else None
        stands = now.value(row, place)
        if stands != value and stands in (None, cells.get(place)):
            shown = then.formats.get((len(then.values), source), PLAIN) if source else PLAIN
            verdict.puts.append(CellPut(added.tab, row, place, value, shown=shown))


def find_misplaced(then: Tab, now: Tab, added: Added, taken: Iterable[Place] = ()) -> int:
    """The row with the ID that was added, else the last one that shows what was added; 0 if there
    is none.
    """
    cells = added.addition.cells
    place = then.layout.place("id") if then.layout else None
    identity = cells.get(place) if place else None
    for row in range(len(now.values), 0, -1):
        if (now.id, row) in taken:
            continue
        if identity is not None and identity in now.row(row):
            return row
        if identity is None and all(
            now.value(row, number) == value for number, value in cells.items()
        ):
            return row
    return 0
