"""What the memory gives a reading and takes from it: first-seen days, old names, rows planned
ahead, who sat where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from trustbook.columns import HEALTH, Sheet, header_names
from trustbook.dates import Unreadable, read_date
from trustbook.ledger import Ledger
from trustbook.merge.cell_codec import Row, decode, is_withheld, unpack
from trustbook.merge.overtyped import Overtyped
from trustbook.merge.threeway import Event
from trustbook.model import PLANNED, Book, Memory, Problem
from trustbook.names import clean, key
from trustbook.privacy import withheld
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing
from trustbook.reading.records import identity
from trustbook.snapshot import CellValue, Grid, Snapshot

# So long does To check show what somebody typed into a sheet of ours; the journal keeps it.
_CARRIED = timedelta(days=30)
# What is recorded without a day of its own, and so counts as the ledger knew it on a day in the
# past.
UNDATED = {
    "partners": (
        "name",
        "rhythm",
        "tier",
        "party",
        "area",
        "phenomena",
        "holder",
        "paused_until",
        "snooze_until",
    ),
}

Facts = dict[str, dict[str, str]]


def memory_of(
    ledger: Ledger,
    snapshot: Snapshot,
    lists: Mapping[str, Listing],
    learned: Mapping[str, Row] | None = None,
) -> Memory:
    """All that is remembered for reading a workbook: from the ledger, and where that is silent from
    Health.

    ``learned``: the partners of whom this run learned something, as the ledger will have them.
    """
    memory = recall(snapshot, lists)
    for one, day in ledger.facts("since").items():
        memory.since[one] = date.fromisoformat(day)
    for one, names in _old_names(ledger, lists["partners"], learned or {}).items():
        merged = dict.fromkeys([*names, *memory.old_names.get(one, ())])
        memory.old_names[one] = tuple(merged)
    memory.planned = {one: int(day) for one, day in ledger.facts("planned").items()}
    _seat(
        memory,
        ledger,
        {name: json.loads(rounds) for name, rounds in ledger.facts("members").items()},
    )
    return memory


def memories_of(
    ledger: Ledger,
    workbooks: Sequence[tuple[Snapshot, Mapping[str, Listing]]],
    learned: Mapping[str, Row],
) -> tuple[list[Memory], dict[str, str]]:
    """``memory_of`` for every workbook of one book, which then remember the same; and the old names
    to keep of it.

    While people disagree about a partner's name it has another one in each workbook: what is its
    name in one is an old name in the other, and the sheets must not take turns.
    """
    memories = [memory_of(ledger, snapshot, lists, learned) for snapshot, lists in workbooks]
    since: dict[str, date] = {}
    kept = {one: json.loads(text) for one, text in ledger.facts("old_names").items()}
    names: dict[str, dict[str, None]] = {}
    for memory in memories:
        for one, day in memory.since.items():
            since[one] = min(day, since.get(one, day))
        for one, old in memory.old_names.items():
            names[one] = names.get(one, {}) | dict.fromkeys(old)
    for one, found in names.items():
        # In the order in which they were kept, so that no sheet is written anew for the order
        # alone.
        names[one] = {name: None for name in kept.get(one, ()) if name in found} | found
    for memory, (_, lists) in zip(memories, workbooks, strict=True):
        now = _names(lists["partners"])
        memory.since = dict(since)
        memory.old_names = {
            one: tuple(name for name in old if key(name) != key(now.get(one, "")))
            for one, old in names.items()
        }
    return memories, {one: json.dumps(list(old)) for one, old in names.items() if old}


def recall(snapshot: Snapshot, lists: Mapping[str, Listing]) -> Memory:
    """What the previous Health sheet remembers: first-seen dates, and the names partners had
    before.
    """
    memory = Memory()
    grid = next((grid for grid in snapshot.grids if grid.ours == HEALTH.key), None)
    if grid is None:
        return memory
    now = _names(lists["partners"])
    for row in rows_on(grid, HEALTH):
        found, name = str(row.get("id") or ""), clean(str(row.get("name") or ""))
        if not name or withheld(name):
            continue
        with suppress(Unreadable):
            memory.since[found or key(name)] = read_date(row.get("since"), epoch=snapshot.epoch)
        earlier = [
            old for old in str(row.get("old_names") or "").split("; ") if old and not withheld(old)
        ]
        current = now.get(found)
        if current and key(current) != key(name) and name not in earlier:
            earlier = [name, *earlier]
        if found and earlier:
            memory.old_names[found] = tuple(
                old for old in earlier if key(old) != key(current or "")
            )
    for found, name in now.items():
        # A partner that was known by name and has an ID since then is the same partner.
        if found not in memory.since and key(name) in memory.since:
            memory.since[found] = memory.since[key(name)]
    return memory


def rows_on(grid: Grid, sheet: Sheet) -> list[dict[str, CellValue]]:
    """The rows of one of our lists as it stands in the workbook, whatever its language."""
    return [row for _, row in numbered_rows_on(grid, sheet)]


def numbered_rows_on(grid: Grid, sheet: Sheet) -> list[tuple[int, dict[str, CellValue]]]:
    """``rows_on``, each row with its number on the sheet."""
    names = header_names(sheet)
    for at, row in enumerate(grid.rows[:10]):
        found = {
            i: names[key(text)].key
            for i, text in enumerate(row)
            if isinstance(text, str) and key(text) in names
        }
        if len(found) > len(sheet.columns) // 2:
            lines = enumerate(grid.rows[at + 1 :], grid.first_row + at + 1)
            return [
                (number, {name: line[i] if i < len(line) else None for i, name in found.items()})
                for number, line in lines
            ]
    return []


def _names(partners: Listing) -> dict[str, str]:
    cells = zip(partners.get("id"), partners.get("name"), strict=True)
    return {
        str(found): clean(str(name))
        for found, name in cells
        if found is not None and name is not None
    }


def _old_names(
    ledger: Ledger, partners: Listing, learned: Mapping[str, Row]
) -> dict[str, tuple[str, ...]]:
    """Earlier names by ID: those noted before, and the one the ledger has where the sheet has
    another now.
    """
    now = _names(partners)
    kept = {one: tuple(json.loads(names)) for one, names in ledger.facts("old_names").items()}
    names_known = [
        (one, unpack(text).get("name")) for one, text in ledger.records("partners").items()
    ]
    for one, before in [*names_known, *((one, row.get("name")) for one, row in learned.items())]:
        if (
            one in now
            and isinstance(before, str)
            and not is_withheld(before)
            and key(before) != key(now[one])
        ):
            earlier = kept.get(one, ())
            kept[one] = earlier if clean(before) in earlier else (clean(before), *earlier)
    return {
        one: tuple(dict.fromkeys(name for name in names if key(name) != key(now.get(one, ""))))
        for one, names in kept.items()
    }


# who sat at a table when a moment was first read


def _seat(
    memory: Memory, ledger: Ledger, versions: Mapping[str, Sequence[tuple[int, Sequence[str]]]]
) -> None:
    """``versions``: per consultation (normalised name) from which run on it had which members,
    oldest first.
    """
    changes = sorted({run for rounds in versions.values() for run, _ in rounds[1:]})
    if not changes:
        return
    memory.members = [
        {name: _members_before(rounds, change) for name, rounds in versions.items()}
        for change in changes
    ]
    for moment, run in ledger.first_runs("moments", changes[-1]).items():
        memory.sat[moment] = next(at for at, change in enumerate(changes) if run < change)


def _members_before(rounds: Sequence[tuple[int, Sequence[str]]], change: int) -> tuple[str, ...]:
    before = [members for run, members in rounds if run < change] or [rounds[0][1]]
    return tuple(before[-1])


def new_round(ledger: Ledger, book: Book, memory: Memory, run: int) -> dict[str, str] | None:
    """The members of every consultation with their history, where some changed since the last run;
    else None.

    ``memory`` is brought up to date: rows read before this run keep the members they had. A
    consultation under a new name keeps the history it had under the old one.
    """
    kept: dict[str, list[tuple[int, list[str]]]] = {
        name: json.loads(text) for name, text in ledger.facts("members").items()
    }
    now = {
        key(meeting.name): [identity(book.partners[i]) for i in meeting.members]
        for meeting in book.consultations
    }
    renamed = _renamed(kept, now, ledger)
    changed = False
    for name, members in now.items():
        rounds = kept.setdefault(name, list(kept[renamed[name]]) if name in renamed else [])
        if not rounds or rounds[-1][1] != members:
            rounds.append((run, members))
            changed = True
    if not (changed or renamed):
        return None
    _seat(memory, ledger, kept)
    return {name: json.dumps(rounds) for name, rounds in kept.items()}


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
    gone, new = (
        [name for name in kept if name not in now],
        [name for name in now if name not in kept],
    )
    if not (gone and new):
        return {}
    found = {}
    for name in new:
        shared = {old: len({*kept[old][-1][1]} & {*now[name]}) for old in gone}
        nearest = max(gone, key=lambda old: (shared[old], kept[old][-1][0]))
        if shared[nearest]:
            found[name] = nearest
    tonight = list(
        ledger.records("consultations").keys() - ledger.archived("consultations") - now.keys()
    )
    if len(new) == len(tonight) == 1 and tonight[0] in kept:
        found.setdefault(new[0], tonight[0])
    return found


# what a run leaves for the next one


def facts_of(book: Book, before: Memory, touched: bool) -> Facts:
    """What is to be remembered of a book. ``touched``: moments were typed or changed since the last
    run.
    """
    facts: Facts = {
        "since": {identity(p): p.since.isoformat() for p in book.partners if p.since is not None}
    }
    if touched:
        rows = zip(book.moments.id, book.moments.day, book.moments.state, strict=True)
        ahead = {one: str(day) for one, day, state in rows if one and state == PLANNED}
        facts["planned"] = {one: str(day) for one, day in before.planned.items()} | ahead
    return facts


def since_when(
    problems: Sequence[Problem], lists: Mapping[str, Listing], kept: Mapping[str, str], today: date
) -> tuple[list[Problem], dict[str, str]]:
    """The problems with the day since when each has stood there, and what to remember of that."""
    rows = {
        listing.title: (listing.sheet.key, dict(zip(listing.rows, listing.get("id"), strict=True)))
        for listing in lists.values()
    }
    dated, facts = [], {}
    for problem in problems:
        sheet, ids = rows.get(problem.sheet or "", ("", {}))
        row = ids.get(problem.row or 0) or problem.row
        text = f"{problem.code}|{sheet}|{row}|{problem.column}|{problem.value}"
        mark = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()
        facts[mark] = kept.get(mark) or (problem.since or today).isoformat()
        dated.append(replace(problem, since=date.fromisoformat(facts[mark])))
    return dated, facts


# what people typed where we write


def carry(kept: Mapping[str, str], typed: Iterable[Overtyped], today: date) -> dict[str, str]:
    """What to remember of what people typed into our sheets, lately (``kept``) and now."""
    facts = {}
    for mark, text in kept.items():
        if date.fromisoformat(json.loads(text)["since"]) > today - _CARRIED:
            facts[mark] = text
    for one in typed:
        value = shown(decode(one.value))
        secret = withheld(value) is not None
        line = {
            "workbook": one.workbook, "sheet": one.sheet, "row": one.row, "column": one.header, "cell": one.cell,
            "since": today.isoformat(), "value": None if secret else value,
        }  # fmt: skip
        # What is withheld leaves no fingerprint either: it could be found by trying all numbers
        # there are.
        what = one.cell if secret else value
        place = f"{one.workbook}|{one.sheet}|{one.header}|{what}".encode("utf-8", "surrogatepass")
        facts.setdefault(hashlib.blake2b(place, digest_size=9).hexdigest(), json.dumps(line))
    return facts


def carried_on(facts: Mapping[str, str], elsewhere: Collection[str]) -> list[Problem]:
    """Problems for what people typed into the sheets of one workbook. ``elsewhere``: the addresses
    of the others.
    """
    lines = [json.loads(facts[mark]) for mark in sorted(facts)]
    return [_carried(line) for line in lines if line.get("workbook") not in elsewhere]


def _carried(line: Mapping[str, Any]) -> Problem:
    code = "typed_in_ours" if line["value"] is not None else "typed_in_ours_withheld"
    return Problem(
        code, "warning", line["sheet"], line.get("row"), line["column"], line["cell"], line["value"],
        {"at": line["cell"]}, date.fromisoformat(line["since"]),
    )  # fmt: skip


# as the ledger knew it


@dataclass(frozen=True, slots=True)
class AsKnown:
    """Lists whose undated facts are those of a day in the past.

    ``names``: what partners were called then, by identity; ``members``: who sat at which table.
    ``since``: "then" where the ledger knew the book by that day, "first" where it shows what it
    knew first, "now" for a day that is not past.
    """

    lists: Mapping[str, Listing]
    names: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: str = "now"

    def same_as(self, lists: Mapping[str, Listing]) -> bool:
        """Whether nothing was another thing that day than in ``lists``."""
        return not (self.names or self.members) and all(
            self.lists[name] is lists[name] for name in lists
        )


def as_known_on(
    ledger: Ledger, lists: Mapping[str, Listing], day: date, tonight: Iterable[Event] = ()
) -> AsKnown:
    """The lists with their undated facts as the ledger knew them on ``day``.

    ``tonight``: what this run learned and the journal does not tell yet. A day before the first run
    shows what was known first.
    """
    days = [(run, date.fromisoformat(at[:10])) for run, at, *_ in ledger.runs()]
    if not days:
        return AsKnown(lists, since="first")
    last = max((run for run, ran in days if ran <= day), default=0)
    events = [*(event for *_, event in ledger.journal(after=last)), *tonight]
    then: dict[tuple[str, str, str], CellValue] = {}
    for event in events:
        column = event.column or ""
        if event.what == "changed" and column in UNDATED.get(event.sheet, ()):
            then.setdefault((event.sheet, event.id, column), decode(event.old))
    shown = dict(lists)
    for sheet in UNDATED.keys() & lists.keys():
        shown[sheet] = _listing_then(lists[sheet], then)
    names = {
        one: clean(str(name))
        for (sheet, one, column), name in then.items()
        if (sheet, column) == ("partners", "name") and name is not None
    }
    members = {
        name: _members_before(json.loads(rounds), last + 1)
        for name, rounds in ledger.facts("members").items()
    }
    return AsKnown(shown, names, members, "then" if last else "first")


def _listing_then(listing: Listing, then: Mapping[tuple[str, str, str], CellValue]) -> Listing:
    sheet, identities = listing.sheet.key, identities_of(listing)
    cells: dict[str, list[object]] = {}
    for name in UNDATED[sheet]:
        told = {
            one: cell for (of, one, column), cell in then.items() if (of, column) == (sheet, name)
        }
        if told and name in listing.cells and name != "name":
            pairs = zip(identities, listing.cells[name], strict=True)
            cells[name] = [told.get(one, cell) for one, cell in pairs]
    return replace(listing, cells={**listing.cells, **cells}, withheld=None) if cells else listing


def identities_of(listing: Listing) -> list[str]:
    """Under what each row of a list is remembered: its ID, where the list has any, else its name."""
    if listing.sheet.prefix and "id" in listing.columns:
        return [str(cell) for cell in listing.get("id")]
    return [key(str(name)) for name in listing.get("name")]
