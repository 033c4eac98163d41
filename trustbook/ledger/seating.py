"""Who sat at a table when a moment was first read: the members of consultations, round by round."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from trustbook.ledger import Ledger
from trustbook.merge.cell_codec import unpack
from trustbook.model import Book, Memory
from trustbook.names import key
from trustbook.reading.answered import carried_along
from trustbook.reading.identities import identity
from trustbook.reading.listing import Listing


def seat(
    memory: Memory, ledger: Ledger, versions: Mapping[str, Sequence[tuple[int, Sequence[str]]]]
) -> None:
    """``versions``: per consultation (normalised name) from which run on it had which members,
    oldest first.
    """
    changes = sorted({run for rounds in versions.values() for run, _ in rounds[1:]})
    if not changes:
        return
    memory.members = [
        {name: members_before(rounds, change) for name, rounds in versions.items()}
        for change in changes
    ]
    for moment, run in ledger.first_runs("moments", changes[-1]).items():
        memory.sat[moment] = next(at for at, change in enumerate(changes) if run < change)


def members_before(rounds: Sequence[tuple[int, Sequence[str]]], change: int) -> tuple[str, ...]:
    """The members of the last round before run ``change``; of the first one, if none was."""
    before = [members for run, members in rounds if run < change] or [rounds[0][1]]
    return tuple(before[-1])


def new_round(
    ledger: Ledger, book: Book, memory: Memory, run: int
) -> dict[str, dict[str, str]] | None:
    """The facts of the consultations (their members with their history, their old names), where
    something changed since the last run; else None.

    ``memory`` is brought up to date: where no meanings were noted yet, rows read before this run
    keep the members they had. A consultation under a new name keeps the history it had under the
    old one.
    """
    kept: dict[str, list[tuple[int, list[str]]]] = {
        name: json.loads(text) for name, text in ledger.facts("members").items()
    }
    now = {
        key(meeting.name): [identity(book.partners[i]) for i in meeting.members]
        for meeting in book.consultations
    }
    renamed, exchanged = _renamed(kept, now, ledger), _exchanged(kept, now)
    changed = [_seated(kept, name, members, renamed, run) for name, members in now.items()]
    if not (any(changed) or renamed):
        return None
    if memory.meant is None:
        seat(memory, ledger, kept)
    _keep_names(memory, renamed, kept, now, _gone_tonight(ledger, now))
    _also_called(memory, exchanged)
    return {"members": _as_facts(kept), "meetings_before": _as_facts(memory.meetings_before)}


def _as_facts(found: Mapping[str, Sequence[object]]) -> dict[str, str]:
    return {name: json.dumps(values) for name, values in found.items()}


def _gone_tonight(ledger: Ledger, now: Mapping[str, list[str]]) -> list[str]:
    """The consultations that stood there at the last run and do not any more."""
    archived = ledger.archived("consultations")
    return list(ledger.records("consultations").keys() - archived - now.keys())


def _keep_names(
    memory: Memory,
    renamed: Mapping[str, str],
    kept: Mapping[str, Sequence[tuple[int, list[str]]]],
    now: Mapping[str, list[str]],
    tonight: Sequence[str],
) -> None:
    """Know a consultation by its old name as well: only one that changed its name this very night
    and that still has half of its members. Another one is not it.
    """
    for name, old in renamed.items():
        before, members = {*kept[old][-1][1]}, {*now[name]}
        shares_half = 2 * len(before & members) >= max(len(before), len(members))
        if old in now or (old in tonight and shares_half):
            _also_called(memory, {name: old})


def _also_called(memory: Memory, names: Mapping[str, str]) -> None:
    """Know consultations by what they were called before, too."""
    before = dict(memory.meetings_before)
    for name, old in names.items():
        known = (old, *before.get(old, ()), *before.get(name, ()))
        memory.meetings_before[name] = tuple(dict.fromkeys(known))


def _seated(
    kept: dict[str, list[tuple[int, list[str]]]],
    name: str,
    members: list[str],
    renamed: Mapping[str, str],
    run: int,
) -> bool:
    """Whether other members sit at a table than in the last round; a new round is then noted."""
    before = [one for one in kept[renamed[name]] if one[0] < run] if name in renamed else []
    rounds = kept.setdefault(name, before)
    if rounds and rounds[-1][1] == members:
        return False
    rounds.append((run, members))
    return True


def _renamed(
    kept: Mapping[str, Sequence[tuple[int, list[str]]]],
    now: Mapping[str, list[str]],
    ledger: Ledger,
) -> dict[str, str]:
    """New names of consultations to old ones: of those that are gone, the one with which it shares
    most members.

    One that goes the very night another comes is that other, whoever sits there. To be wrong does
    no harm: only rows first read before, which now say the new name, are read by the history.
    """
    gone = [name for name in kept if name not in now]
    new = [name for name in now if name not in kept]
    found = _name_given_away(kept, new, now)
    for name in new if gone else ():
        nearest, shared = _nearest(kept, gone, now[name])
        if shared:
            found.setdefault(name, nearest)
    tonight = _gone_tonight(ledger, now)
    if len(new) == len(tonight) == 1 and tonight[0] in kept:
        found.setdefault(new[0], tonight[0])
    return found


def _name_given_away(
    kept: Mapping[str, Sequence[tuple[int, list[str]]]],
    new: Sequence[str],
    now: Mapping[str, list[str]],
) -> dict[str, str]:
    """New names of consultations whose old name another one got the same night: just the members
    that sat there sit at the new one.
    """
    left = {old: {*kept[old][-1][1]} for old in kept if old in now}
    left = {old: members for old, members in left.items() if members - {*now[old]}}
    pairs = (
        (name, old) for old, members in left.items() for name in new if members == {*now[name]}
    )
    return dict(pairs)


def _exchanged(
    kept: Mapping[str, Sequence[tuple[int, list[str]]]], now: Mapping[str, list[str]]
) -> dict[str, str]:
    """Names that stood there and still do, to that of the table whose members sit there now, where
    each of them has other members than before: names that were exchanged.
    """
    had = {name: {*kept[name][-1][1]} for name in now if name in kept}
    changed = {name: members for name, members in had.items() if members != {*now[name]}}
    found: dict[str, str] = {}
    for name in changed:
        same = (old for old, members in changed.items() if members and members == {*now[name]})
        found.update((name, old) for old in same)
    return found


def carry_to_new_names(memory: Memory, ledger: Ledger, lists: Mapping[str, Listing]) -> None:
    """Have what was answered of the cells of a consultation go along with its new name."""
    if "consultations" in lists and memory.cells_meant:
        renamed = {"consultations": _renamed_tonight(ledger, lists["consultations"], memory)}
        memory.cells_meant |= carried_along(renamed, memory.cells_meant)


def _renamed_tonight(ledger: Ledger, listing: Listing, memory: Memory) -> Listing:
    """The list of consultations; of each that got a new name this night it says what it was."""
    gone = {*ledger.records("consultations")} - {*ledger.archived("consultations")}
    gone -= {key(str(name)) for name in listing.get("name")}
    before = dict(listing.before)
    for row, name in zip(listing.rows, listing.get("name"), strict=True):
        for old in memory.meetings_before.get(key(str(name)), ()):
            if old in gone:
                before[row] = {**unpack(ledger.records("consultations")[old])}
    return replace(listing, before=before)


def _nearest(
    kept: Mapping[str, Sequence[tuple[int, list[str]]]], gone: Sequence[str], members: list[str]
) -> tuple[str, int]:
    """The table that is gone with which a new one shares most members, and how many."""
    shared = {old: len({*kept[old][-1][1]} & {*members}) for old in gone}
    nearest = max(gone, key=lambda old: (shared[old], kept[old][-1][0]))
    return nearest, shared[nearest]
