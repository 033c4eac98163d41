"""From what the workbooks show and the ledger knows to what each is told: identify, guard, merge,
sheet by sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.a1 import column_letters
from trustbook.columns import MOMENTS, TYPED, Sheet
from trustbook.ids import is_ours, sheet_ids
from trustbook.ledger import Change, Ledger
from trustbook.merge.accidents import Accident, stop_unless_meant
from trustbook.merge.allowances import Allowances
from trustbook.merge.cell_codec import Row, is_fault, pack, unpack
from trustbook.merge.equality import meanings
from trustbook.merge.guards import LOST_MEMORY, find_accidents
from trustbook.merge.identity import names_of, naming, shared_columns
from trustbook.merge.row_patterns import SheetSight
from trustbook.merge.threeway import Choices, Conflict, merge
from trustbook.merge.votes import Side
from trustbook.model import Problem
from trustbook.run.absence import Absences, sheets_away
from trustbook.run.rebase import LeftBehind, RebasedSheet
from trustbook.run.replica import (
    MergedWorkbook,
    Packed,
    Unnamed,
    differing,
    kept_though_withheld,
)


@dataclass(slots=True)
class Instructions:
    """What people said on top of what stands in the workbooks.

    ``allowed``: what was meant although it looks like an accident. ``rebased``: workbooks that were
    put back to an earlier state on purpose, and whether the ledger is to follow them (else it tells
    them what it knows). ``choices``: by sheet, what was chosen for conflicts. ``absent``: addresses
    of workbooks of the book that could not be reached. ``found``: what was found at the door.
    ``new_rows``: by sheet and ID, rows of proposals that got a yes.
    """

    allowed: Allowances = field(default_factory=Allowances)
    rebased: Mapping[str, bool] = field(default_factory=dict)
    choices: Mapping[str, Choices] = field(default_factory=dict)
    absent: Collection[str] = ()
    gives_ids: bool = True
    found: Sequence[Accident] = ()
    new_rows: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)


@dataclass(slots=True)
class MergedSheets:
    """What merging came to: what the ledger is to learn, the open conflicts, what could not be told
    apart.

    ``settled`` are the sheets on which everybody agrees; ``problems`` are by the workbook in which
    they stand; ``accidents`` are what the guards found: with any of them, nothing of the rest is to
    be used. ``given_up`` are columns (sheet, column) that are gone for good, as somebody said;
    ``left`` is what is not in an older copy from which somebody went on.
    """

    change: Change
    workbooks: Sequence[MergedWorkbook] = ()
    conflicts: list[Conflict] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    accidents: list[Accident] = field(default_factory=list)
    given_up: set[tuple[str, str]] = field(default_factory=set)
    left: LeftBehind = field(default_factory=LeftBehind)


def merge_sheets(
    ledger: Ledger, views: Sequence[MergedWorkbook], asked: Instructions
) -> MergedSheets:
    """Merge all sheets over the workbooks in sight.

    Raises AccidentStop for what the guards found and nobody let through.
    """
    outcome = MergedSheets(Change(), views, accidents=list(asked.found))
    waiting = ledger.waiting()
    known = [conflict for conflict, _ in ledger.conflicts()]
    order = {sheet.key: at for at, sheet in enumerate(TYPED)}
    lists_away = sheets_away(ledger, views)
    for sheet in TYPED:
        outcome.accidents += lists_away[sheet.key]
        seen = [view for view in views if sheet.key in view.lists]
        away = Absences(ledger, sheet, seen)
        waits = {**(waiting if sheet is MOMENTS else {}), **asked.new_rows.get(sheet.key, {})}
        disputed = [conflict for conflict in known if conflict.sheet == sheet.key]
        if not seen:
            outcome.conflicts += [
                one for one in disputed if any(at in asked.absent for at in one.values)
            ]
        at_work = bool(waits or asked.rebased or disputed or away)
        at_work |= any(view.touched(sheet.key) for view in seen)
        if not (seen and at_work):
            outcome.settled.add(sheet.key)
            continue
        everywhere = len(seen) == len(views)
        one = _OneSheet(ledger, sheet, seen, everywhere, asked, disputed, outcome, away)
        one.reconcile(waits)
    # All at once, so that one command can answer all of it.
    stop_unless_meant(outcome.accidents, asked.allowed)
    # In one order, whatever led to them: the sheet that shows them must not be written anew for the
    # order alone.
    outcome.conflicts.sort(
        key=lambda conflict: (order[conflict.sheet], conflict.id, conflict.column)
    )
    outcome.change.conflicts = outcome.conflicts
    archived = outcome.change.archived
    outcome.left.rows = {one for one in outcome.left.rows if archived.get(one[0], {}).get(one[1])}
    outcome.left.memory = any(one.key in LOST_MEMORY for one in asked.found)
    return outcome


@dataclass(slots=True)
class _OneSheet:
    """The merge of one sheet over the workbooks ``seen`` to have it; ``disputed`` are its conflicts
    until now, ``away`` the columns that each workbook has no more.
    """

    ledger: Ledger
    sheet: Sheet
    seen: Sequence[MergedWorkbook]
    everywhere: bool
    asked: Instructions
    disputed: Sequence[Conflict]
    outcome: MergedSheets
    away: Absences
    records: dict[str, str] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)
    bases: dict[str, dict[str, str]] = field(default_factory=dict)
    # Rows of which nothing can be said for certain: they stay as they are everywhere.
    unsure: set[str] = field(default_factory=set)

    def reconcile(self, waits: Mapping[str, Mapping[str, object]]) -> None:
        """Identify, guard and merge; ``waits``: logged moments no workbook could take, by ID."""
        key, ledger, change = self.sheet.key, self.ledger, self.outcome.change
        self.records, self.archived = ledger.records(key), ledger.archived(key)
        self.bases = {
            view.address: ledger.base(view.replica.known.address, key) if view.replica.known else {}
            for view in self.seen
        }
        self.away.set_aside(self.bases)
        self._identify()
        self._guard_columns()
        self._set_namesakes_apart()
        self._rebase()
        for view in self.seen:
            if view.address not in self.asked.rebased:
                self._guard(view)
        for identity, row in waits.items():
            if identity not in self.records:
                self.records[identity] = pack(dict(row))  # type: ignore[arg-type]
                change.records.setdefault(key, {})[identity] = unpack(self.records[identity])
        self._merge()
        if self.away:
            known = {one: unpack(text) for one, text in self.records.items()}
            unread = self.away.wait(known | change.records.get(key, {}))
            for address, problems in unread.items():
                self.outcome.problems.setdefault(address, []).extend(problems)
        _prune(change, key)

    def _guard_columns(self) -> None:
        """Stop for columns that are gone and decide, tell of others; those that somebody said are
        gone leave the memory.
        """
        outcome = self.outcome
        outcome.accidents += self.away.accidents()
        for view in self.seen:
            outcome.problems.setdefault(view.address, []).extend(self.away.problems(view))
        if self.asked.allowed.accepts:
            outcome.given_up |= self.away.give_up(self.records, outcome.change)

    def _merge(self) -> None:
        key, change, outcome = self.sheet.key, self.outcome.change, self.outcome
        if any(view.lists[key].withheld for view in self.seen):
            self._hide_withheld()
        sides = [
            Side(
                view.address,
                Packed(self.bases[view.address]),
                view.rows[key],
                frozenset(shared_columns(view.lists[key])),
                frozenset(naming(view.lists[key])),
            )
            for view in self.seen
        ]
        held = {
            (c.id, c.column): c
            for c in self.disputed
            if any(at in self.asked.absent for at in c.values)
        }
        rows = ((self.bases[view.address], view.rows[key]) for view in self.seen)
        wanted = differing(rows, self.records, self.archived)
        wanted |= dict.fromkeys(identity for identity, _ in held)
        for identity in self.unsure:
            wanted.pop(identity, None)
        choices = self.asked.choices.get(key, {})
        known, means = Packed(self.records), meanings(self.sheet)
        merged = merge(key, known, self.archived, sides, choices, wanted, held, means)
        change.records.setdefault(key, {}).update(merged.records)
        change.archived.setdefault(key, {}).update(merged.archived)
        change.events += merged.events
        outcome.conflicts += merged.conflicts
        if not merged.conflicts and not self.unsure and self.everywhere:
            outcome.settled.add(key)
        for view in self.seen:
            told = merged.told[view.address]
            left, whole = view.spare(key, told, self.bases[view.address], self.seen)
            outcome.problems.setdefault(view.address, []).extend(left)
            if not whole:
                outcome.settled.discard(key)
            stands = {
                i: now for i, row in told.base.items() if (now := view.rows[key].get(i)) != row
            }
            if stands:
                change.stands.setdefault(view.address, {})[key] = stands
            self.away.put_back(view, told.base)
            change.bases.setdefault(view.address, {}).setdefault(key, {}).update(told.base)
            if told.base or view.given:
                change.learned.add(view.address)
            view.apply(key, told)

    def _identify(self) -> None:
        """Every row of every workbook gets its identity; a row without one may be one that stands
        elsewhere already.
        """
        key, secret = self.sheet.key, self.ledger.secret
        alive = {
            identity: text
            for identity, text in self.records.items()
            if identity not in self.archived
        }
        taken: list[str] = []
        if self.sheet.prefix:
            taken = [
                str(cell)
                for view in self.seen
                for cell in view.lists[key].get("id")
                if cell is not None
            ]

        elsewhere: dict[str, Row] = {}
        for view in self.seen:
            # One that was put back shows what the ledger knows by now, not what it last agreed to.
            base = alive if view.address in self.asked.rebased else self.bases[view.address]
            homeless: Mapping[str, Row] = {}
            if len(self.seen) > 1 or len(base) < len(alive):
                known = {
                    identity: unpack(text)
                    for identity, text in alive.items()
                    if identity not in base
                }
                homeless = known | {i: row for i, row in elsewhere.items() if i not in base}
            found = view.identify(key, Packed(base), homeless, self._new_ids(taken), secret)
            self.unsure |= found.unsure
            if len(self.seen) > 1:
                elsewhere |= view.rows[key]

    def _hide_withheld(self) -> None:
        """Have the memory no longer hold the text of a cell that may not be kept: an earlier
        version may have kept it.
        """
        for view in self.seen:
            for identity, record in kept_though_withheld(view, self.sheet.key, self.records):
                self.records[identity] = pack(record)
                self.outcome.change.records.setdefault(self.sheet.key, {})[identity] = record

    def _new_ids(self, taken: list[str]) -> Callable[[Sheet, int], list[str]]:
        """How new rows get their IDs: none that was ever given, nor one of those ``taken``."""

        def allocate(of: Sheet, count: int) -> list[str]:
            fresh: list[str] = []
            while len(fresh) < count:
                tried = sheet_ids(of, count - len(fresh), taken)
                used = self.ledger.knows(tried)
                taken.extend(tried)
                fresh += [identity for identity in tried if identity not in used]
            return fresh

        def stand_in(of: Sheet, count: int) -> list[str]:
            first = len(taken)
            taken.extend(Unnamed(f"{of.key} {first + n}") for n in range(count))
            return taken[first:]

        return allocate if self.asked.gives_ids else stand_in

    def _set_namesakes_apart(self) -> None:
        """Two workbooks that meet may both have numbered their rows: the same ID on two names is
        not one record.

        Such rows stay as they are, and To check says so. An ID that was given by trustbook is no
        such chance.
        """
        key, clashes = self.sheet.key, {}
        for view in self.seen if self.sheet.prefix else ():
            for identity, row in view.rows[key].items():
                if identity in self.bases[view.address] or is_ours(identity):
                    continue
                others = [
                    one.rows[key][identity]
                    for one in self.seen
                    if one is not view and identity in one.rows[key]
                ]
                if identity in self.records and identity not in self.archived:
                    others.append(unpack(self.records[identity]))
                name = names_of(self.sheet, row)
                if any(names_of(self.sheet, other) != name for other in others):
                    clashes[identity] = True
        self.unsure |= clashes.keys()
        for view in self.seen if clashes else ():
            listing = view.lists[key]
            for identity in clashes.keys() & view.places[key].keys():
                at = listing.rows[view.places[key][identity]]
                cell = f"{column_letters(listing.columns['id'])}{at}"
                problem = Problem(
                    "id_of_two", "error", listing.title, at, listing.header("id"), cell, identity
                )
                self.outcome.problems.setdefault(view.address, []).append(problem)

    def _rebase(self) -> None:
        """Take the state of a workbook as it stands for agreed, because people said that they mean
        it.
        """
        for view in self.seen:
            follows = self.asked.rebased.get(view.address)
            if follows is not None:
                outcome = self.outcome
                state = RebasedSheet(self.sheet, view, self.unsure, outcome.change, outcome.left)
                state.agree(self.bases, self.records, self.archived if follows else None)

    def _guard(self, view: MergedWorkbook) -> None:
        base, listing = self.bases[view.address], view.lists[self.sheet.key]
        rows = self._rows_but_disputed(view, base)
        changed = [
            identity
            for identity, row in rows.items()
            if identity in base and pack(row) != base[identity]
        ]
        headers = {name: listing.header(name) for name in shared_columns(listing)}
        at = (listing.title, listing.columns.get("id"))
        broken = Counter(
            name
            for identity in changed
            for name, value in rows[identity].items()
            if is_fault(value)
        )
        sight = SheetSight(
            self.sheet,
            view.name,
            listing.title,
            headers,
            Packed(base),
            rows,
            changed,
            self.unsure,
            at[1] is not None,
            {edit.value for edit in view.edits if (edit.sheet, edit.column) == at},
            view.broken.get(self.sheet.key, {}),
        )
        self.outcome.accidents += find_accidents(sight)
        view.broken[self.sheet.key] = dict(broken)

    def _rows_but_disputed(self, view: MergedWorkbook, base: Mapping[str, str]) -> dict[str, Row]:
        """The rows of a workbook, cells of known conflicts as they were before: people were told of
        those already.
        """
        rows = dict(view.rows[self.sheet.key])
        for conflict in self.disputed:
            row = rows.get(conflict.id)
            if (
                row is None
                or conflict.id not in base
                or conflict.values.get(view.address) != row.get(conflict.column)
            ):
                continue
            was = unpack(base[conflict.id]).get(conflict.column)
            kept = {column: value for column, value in row.items() if column != conflict.column}
            rows[conflict.id] = kept if was is None else kept | {conflict.column: was}
        return rows


def _prune(change: Change, sheet: str) -> None:
    """Leave out what came to nothing, so that a change is true only when something is learned."""
    for part in (change.records, change.archived):
        if not part[sheet]:
            del part[sheet]
    for sheets in change.bases.values():
        if sheet in sheets and not sheets[sheet]:
            del sheets[sheet]
