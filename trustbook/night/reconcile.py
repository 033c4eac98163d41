"""From what the workbooks show and the ledger knows to what each is told: identify, guard, merge, sheet by sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trustbook.columns import MOMENTS, TYPED, Sheet
from trustbook.errors import SafetyStop
from trustbook.identity import sheet_ids
from trustbook.ledger import Change, Ledger
from trustbook.merge.guards import Allowed, guard_changes, guard_deletes
from trustbook.merge.identity import NATURAL, shared_columns
from trustbook.merge.threeway import Answers, Conflict, Event, Side, merge
from trustbook.merge.values import Row, pack, unpack
from trustbook.night.views import Packed, View, differing


@dataclass(slots=True)
class Reconciled:
    """What merging came to: what the ledger is to learn, the open conflicts, the rows that were given IDs."""

    change: Change
    conflicts: list[Conflict] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)


def reconcile(
    ledger: Ledger,
    views: Sequence[View],
    allowed: Allowed,
    rebased: Mapping[str, bool] | None = None,
    answers: Mapping[str, Answers] | None = None,
) -> Reconciled:
    """Merge all sheets over the workbooks in sight. Raises SafetyStop where a guard does.

    ``rebased``: workbooks that were put back to an earlier state on purpose, and whether the ledger is to follow them
    (else it tells them what it knows); ``answers``: by sheet, what people chose.
    """
    rebased = rebased or {}
    outcome = Reconciled(Change())
    waiting = ledger.waiting()
    order = {sheet.key: at for at, sheet in enumerate(TYPED)}
    for sheet in TYPED:
        _guard_absence(ledger, views, sheet, allowed)
        seen = [view for view in views if view.seen(sheet.key)]
        waits = waiting if sheet is MOMENTS else {}
        if not seen or not (waits or rebased or any(view.touched(sheet.key) for view in seen)):
            outcome.settled.add(sheet.key)
            continue
        chosen = (answers or {}).get(sheet.key, {})
        _reconcile_sheet(ledger, sheet, seen, views, allowed, rebased, chosen, waits, outcome)
    # In one order, whatever led to them: the sheet that shows them must not be written anew for the order alone.
    outcome.conflicts.sort(key=lambda conflict: (order[conflict.sheet], conflict.id, conflict.column))
    outcome.change.conflicts = outcome.conflicts
    return outcome


def _guard_absence(ledger: Ledger, views: Sequence[View], sheet: Sheet, allowed: Allowed) -> None:
    """A sheet that was there and is not, or has lost its IDs, is no reason to take its rows for deleted."""
    for view in views:
        if view.known is None or view.seen(sheet.key) or sheet.key not in view.known.state.get("sheets", ()):
            continue
        count = len(ledger.base(view.known.address, sheet.key))
        if sheet.key in view.lists:
            raise SafetyStop("guards.ids_gone", name=view.name, sheet=view.lists[sheet.key].title)
        if count > allowed.deletes:
            raise SafetyStop("guards.sheet_gone", name=view.name, sheet=sheet.nl, other=sheet.en, count=count)


def _reconcile_sheet(
    ledger: Ledger,
    sheet: Sheet,
    seen: Sequence[View],
    views: Sequence[View],
    allowed: Allowed,
    rebased: Mapping[str, bool],
    answers: Answers,
    waits: Mapping[str, Mapping[str, object]],
    outcome: Reconciled,
) -> None:
    records, archived = ledger.records(sheet.key), ledger.archived(sheet.key)
    bases = {view.address: ledger.base(view.known.address, sheet.key) if view.known else {} for view in seen}
    _identify(ledger, sheet, seen, bases, records, archived)
    _rebase(sheet, seen, bases, records, archived, rebased, outcome.change)
    for view in seen:
        if view.address not in rebased:
            _guard(view, sheet, bases[view.address], allowed)
    for identity, row in waits.items():
        if identity not in records:
            records[identity] = pack(dict(row))  # type: ignore[arg-type]
            outcome.change.records.setdefault(sheet.key, {})[identity] = unpack(records[identity])
    sides = [
        Side(
            view.address,
            Packed(bases[view.address]),
            view.rows[sheet.key],
            frozenset(shared_columns(view.lists[sheet.key])),
            frozenset(NATURAL.get(sheet.key, ())),
        )
        for view in seen
    ]
    wanted = differing(((bases[view.address], view.rows[sheet.key]) for view in seen), records, archived)
    merged = merge(sheet.key, Packed(records), archived, sides, answers, wanted)
    change = outcome.change
    change.records.setdefault(sheet.key, {}).update(merged.records)
    change.archived.setdefault(sheet.key, {}).update(merged.archived)
    change.events += merged.events
    outcome.conflicts += merged.conflicts
    if not merged.conflicts and len(seen) == len(views):
        outcome.settled.add(sheet.key)
    for view in seen:
        told = merged.told[view.address]
        change.bases.setdefault(view.address, {}).setdefault(sheet.key, {}).update(told.base)
        if told.base or view.given:
            change.learned.add(view.address)
        view.apply(sheet.key, told)
    _prune(change, sheet.key)


def _prune(change: Change, sheet: str) -> None:
    """Leave out what came to nothing, so that a change is true only when something is learned."""
    for part in (change.records, change.archived):
        if not part[sheet]:
            del part[sheet]
    for sheets in change.bases.values():
        if sheet in sheets and not sheets[sheet]:
            del sheets[sheet]


def _identify(
    ledger: Ledger,
    sheet: Sheet,
    seen: Sequence[View],
    bases: Mapping[str, Mapping[str, str]],
    records: Mapping[str, str],
    archived: Collection[str],
) -> None:
    """Every row of every workbook gets its identity; a row without one may be one that stands elsewhere already."""
    secret = ledger.secret
    alive = {identity: text for identity, text in records.items() if identity not in archived}
    taken: list[str] = []
    if sheet.prefix:
        taken = [str(cell) for view in seen for cell in view.lists[sheet.key].get("id") if cell is not None]

    def allocate(of: Sheet, count: int) -> list[str]:
        fresh: list[str] = []
        while len(fresh) < count:
            tried = sheet_ids(of, count - len(fresh), taken)
            used = ledger.knows(tried)
            taken.extend(tried)
            fresh += [identity for identity in tried if identity not in used]
        return fresh

    elsewhere: dict[str, Row] = {}
    for view in seen:
        base = bases[view.address]
        homeless: Mapping[str, Row] = {}
        if len(seen) > 1 or len(base) < len(alive):
            known = {identity: unpack(text) for identity, text in alive.items() if identity not in base}
            homeless = known | {i: row for i, row in elsewhere.items() if i not in base}
        view.identify(sheet.key, Packed(base), homeless, allocate, secret)
        if len(seen) > 1:
            elsewhere |= view.rows[sheet.key]


def _rebase(
    sheet: Sheet,
    seen: Sequence[View],
    bases: dict[str, dict[str, str]],
    records: dict[str, str],
    archived: set[str],
    rebased: Mapping[str, bool],
    change: Change,
) -> None:
    """Take the state of a workbook as it stands for agreed, because people said that they mean it."""
    for view in seen:
        if view.address not in rebased:
            continue
        now, old = view.rows[sheet.key], bases[view.address]
        if rebased[view.address]:
            _follow(sheet, view, records, archived, change)
        change.bases.setdefault(view.address, {}).setdefault(sheet.key, {}).update(
            dict.fromkeys(old.keys() - now.keys()) | dict(now)
        )
        bases[view.address] = {identity: pack(row) for identity, row in now.items()}
        change.learned.add(view.address)


def _follow(sheet: Sheet, view: View, records: dict[str, str], archived: set[str], change: Change) -> None:
    """Have the ledger say what a workbook shows; what it does not show is archived."""
    now, flags = view.rows[sheet.key], change.archived.setdefault(sheet.key, {})
    for identity in records.keys() - now.keys() - archived:
        flags[identity] = True
        archived.add(identity)
        change.events.append(Event(sheet.key, identity, None, None, None, view.address, "archived"))
    for identity, row in now.items():
        change.events += _overwritten(sheet.key, identity, records.get(identity), row, view.address)
        if identity in archived:
            flags[identity] = False
            archived.discard(identity)
        records[identity] = pack(row)
        change.records.setdefault(sheet.key, {})[identity] = row


def _overwritten(sheet: str, identity: str, text: str | None, row: Row, source: str) -> Iterable[Event]:
    if text is None:
        return []
    old = unpack(text)
    return [
        Event(sheet, identity, column, old.get(column), row.get(column), source)
        for column in dict.fromkeys([*old, *row])
        if old.get(column) != row.get(column)
    ]


def _guard(view: View, sheet: Sheet, base: Mapping[str, str], allowed: Allowed) -> None:
    rows, listing = view.rows[sheet.key], view.lists[sheet.key]
    gone = sum(identity not in rows for identity in base)
    changed = [identity for identity, row in rows.items() if identity in base and pack(row) != base[identity]]
    headers = {name: listing.header(name) for name in shared_columns(listing)}
    if not base:
        return
    try:
        guard_deletes(listing.title, gone, len(base), allowed)
        guard_changes(listing.title, headers, Packed(base), rows, changed, allowed)
    except SafetyStop as stop:
        stop.params["name"] = view.name
        raise
