"""What the memory gives a reading and takes from it: first-seen days, old names, rows planned
ahead, who sat where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from trustbook.columns import HEALTH, Sheet, header_names
from trustbook.dates import Unreadable, read_date
from trustbook.ledger import Ledger
from trustbook.ledger.meanings import recall_meanings
from trustbook.merge.cell_codec import Row, decode, is_withheld, unpack
from trustbook.merge.overtyped import Overtyped
from trustbook.model import Ahead, Book, Learned, Memory, Problem
from trustbook.names import clean, key
from trustbook.privacy import grade, withheld
from trustbook.problems import own_reference
from trustbook.reading.cells import shown
from trustbook.reading.identities import identity
from trustbook.reading.lists import Listing
from trustbook.snapshot import CellValue, Grid, Snapshot

# So long does To check show what somebody typed into a sheet of ours; the journal keeps it.
_CARRIED = timedelta(days=30)
Facts = dict[str, dict[str, str]]
# The kinds without which the rows of a book are read otherwise: what names meant, what somebody
# answered, what was noted ahead.
READ_BY = (
    "old_names", "planned", "confirmed", "meant", "employers", "people_before", "meetings_before",
    "seats", "merged", "as_meant", "names_meant", "cells_meant", "apart",
)  # fmt: skip


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
    memory.learned = learned_in(ledger)
    recall_rows(memory, ledger, _names(lists["people"]) if "people" in lists else {})
    return memory


def recall_rows(memory: Memory, ledger: Ledger, people: Mapping[str, str]) -> None:
    """Put into ``memory`` what the ledger knows of rows: what was noted ahead, what names mean.
    ``people``: what each person (by ID) is called now.
    """
    memory.planned = {one: planned_in(text) for one, text in ledger.facts("planned").items()}
    for row, text in ledger.facts("confirmed").items():
        word, day = json.loads(text)
        memory.confirmed[row] = (word, day)
    recall_meanings(memory, ledger, people)


def learned_in(ledger: Ledger) -> Learned:
    """What the log taught until now."""
    return Learned({mark: json.loads(text) for mark, text in ledger.facts("learned").items()})


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
    for memory in memories:
        for one, day in memory.since.items():
            since[one] = min(day, since.get(one, day))
    names = _all_old_names(ledger, memories)
    for memory, (_, lists) in zip(memories, workbooks, strict=True):
        memory.since = dict(since)
        memory.old_names = _other_names(names, _names(lists["partners"]))
    return memories, {one: json.dumps(list(old)) for one, old in names.items() if old}


def _all_old_names(ledger: Ledger, memories: Sequence[Memory]) -> dict[str, dict[str, None]]:
    """The old names that any memory has, in the order in which they were kept.

    No sheet is to be written anew for the order alone.
    """
    names: dict[str, dict[str, None]] = {}
    for memory in memories:
        for one, old in memory.old_names.items():
            names[one] = names.get(one, {}) | dict.fromkeys(old)
    kept = {one: json.loads(text) for one, text in ledger.facts("old_names").items()}
    return {
        one: {name: None for name in kept.get(one, ()) if name in found} | found
        for one, found in names.items()
    }


def _other_names(
    names: Mapping[str, Iterable[str]], now: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Each partner's old names but for the one it bears now, each once."""
    return {
        one: tuple(dict.fromkeys(name for name in old if key(name) != key(now.get(one, ""))))
        for one, old in names.items()
    }


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
        _recall_row(memory, row, now, snapshot.epoch)
    for found, name in now.items():
        # A partner that was known by name and has an ID since then is the same partner.
        if found not in memory.since and key(name) in memory.since:
            memory.since[found] = memory.since[key(name)]
    return memory


def _recall_row(
    memory: Memory, row: Mapping[str, CellValue], now: Mapping[str, str], epoch: date
) -> None:
    """What one row of the previous Health sheet says of a partner."""
    found, name = str(row.get("id") or ""), clean(str(row.get("name") or ""))
    if not name or withheld(name):
        return
    with suppress(Unreadable):
        memory.since[found or key(name)] = read_date(row.get("since"), epoch=epoch)
    current = key(now.get(found, ""))
    earlier = _names_until_now(row, name, current)
    if found and earlier:
        memory.old_names[found] = tuple(old for old in earlier if key(old) != current)


def _names_until_now(row: Mapping[str, CellValue], name: str, current: str) -> list[str]:
    """The older names that a row tells, with ``name`` before them where it is no longer
    ``current``.
    """
    told = str(row.get("old_names") or "").split("; ")
    earlier = [old for old in told if old and not withheld(old)]
    if current and current != key(name) and name not in earlier:
        return [name, *earlier]
    return earlier


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
    # Who others were merged into is told of by its last name when its row is gone.
    told = now.keys() | {json.loads(text)["into"] for text in ledger.facts("merged").values()}
    for one, before in _names_known(ledger, learned):
        if one in told and key(before) != key(now.get(one, "")):
            earlier = kept.get(one, ())
            kept[one] = earlier if clean(before) in earlier else (clean(before), *earlier)
    return _other_names(kept, now)


def _names_known(ledger: Ledger, learned: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """The names the ledger has for partners, and those it is to have after this run."""
    rows = ((one, unpack(text)) for one, text in ledger.records("partners").items())
    for one, row in [*rows, *learned.items()]:
        name = row.get("name")
        if isinstance(name, str) and not is_withheld(name):
            yield one, name


# what a run leaves for the next one


def facts_of(book: Book, before: Memory) -> Facts:
    """What is to be remembered of a book."""
    planned = {**before.planned, **book.moments.ahead}
    partners = [(identity(partner), partner.since) for partner in book.partners]
    return {
        "since": _since(partners, before, book.as_of or date.max),
        "planned": {row: kept_plan(ahead) for row, ahead in planned.items() if ahead is not None},
        "confirmed": {
            row: json.dumps(answer) for row, answer in before.confirmed.items() if planned.get(row)
        },
    }


def kept_learned(learned: Learned) -> dict[str, str]:
    """What this run used of what the log taught."""
    return {mark: json.dumps([*taught]) for mark, taught in learned.used.items()}


def _since(
    partners: Sequence[tuple[str, date | None]], before: Memory, today: date
) -> dict[str, str]:
    """Since when partners (by identity) are on the list.

    A day ahead is not remembered: typed by mistake, it leaves nothing behind when it is cleared.
    That of a partner which is another one now is kept: it may be two again.
    """
    found = {one: before.since[one].isoformat() for one in before.merged if one in before.since}
    for one, day in partners:
        if day is not None:
            seen = day if day <= today else min(before.since.get(one, today), today)
            found[one] = seen.isoformat()
    return found


def kept_plan(ahead: Ahead) -> str:
    """A moment that was noted ahead, as a fact."""
    return json.dumps([ahead.day, ahead.word, int(ahead.passed)])


def planned_in(text: str) -> Ahead:
    """What ``kept_plan`` put down; an older ledger has the day alone."""
    line = json.loads(text)
    if isinstance(line, int):
        return Ahead(line)
    day, word, passed = line
    return Ahead(day, word, bool(passed))


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
        secret = grade(value) is not None
        line = {
            "workbook": one.workbook, "sheet": one.sheet, "row": one.row, "column": one.header,
            "cell": one.cell, "since": today.isoformat(), "value": None if secret else value,
            "takes": one.takes, "asks": one.asks,
        }  # fmt: skip
        # What is withheld leaves no fingerprint either: it could be found by trying all numbers
        # there are.
        what = one.cell if secret else value
        place = f"{one.workbook}|{one.sheet}|{one.header}|{what}{one.takes}".encode(
            "utf-8", "surrogatepass"
        )
        facts.setdefault(hashlib.blake2b(place, digest_size=9).hexdigest(), json.dumps(line))
    return facts


def carried_on(
    facts: Mapping[str, str], elsewhere: Collection[str], titles: Collection[str]
) -> list[Problem]:
    """Problems for what people typed into the sheets of one workbook. ``elsewhere``: the addresses
    of the others; ``titles``: the sheets that will stand in it. Of another no cell can be shown.
    """
    lines = [json.loads(facts[mark]) for mark in sorted(facts)]
    here = [line for line in lines if line.get("workbook") not in elsewhere]
    found = [_carried(line) for line in here]
    return [one if one.sheet in titles else replace(one, row=None, cell=None) for one in found]


def still_asked(problems: Sequence[Problem]) -> list[Problem]:
    """The problems; an answer that was not understood is told until its question is settled."""
    asked = {*map(own_reference, problems)}
    return [one for one in problems if _is_open(one.params.get("asks"), asked)]


def _is_open(asks: object, asked: set[str]) -> bool:
    return not isinstance(asks, list) or not asks or not asked.isdisjoint(asks)


def _carried(line: Mapping[str, Any]) -> Problem:
    code = "answer_unread" if line.get("takes") else "typed_in_ours"
    if line["value"] is None:
        code = "typed_in_ours_withheld"
    since = date.fromisoformat(line["since"])
    params = {"at": line["cell"], "takes": line.get("takes", ""), "asks": line.get("asks", [])}
    where = (line["sheet"], line.get("row"), line["column"], line["cell"])
    return Problem(code, "warning", *where, line["value"], params, since)
