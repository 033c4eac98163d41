"""What names meant when they were read, as the ledger keeps it: the facts "meant", "employers",
"people_before", "meetings_before", "seats", "merged", "as_meant", "names_meant" and "cells_meant".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import get_args, get_type_hints

from trustbook.ledger import Ledger
from trustbook.ledger.seating import seat
from trustbook.merge.cell_codec import is_withheld, unpack
from trustbook.model import Consultation, KnownEmployment, Meanings, Meant, Memory
from trustbook.names import clean, key

_KINDS = get_args(get_type_hints(Meant)["kind"])


def recall_meanings(memory: Memory, ledger: Ledger, people: Mapping[str, str]) -> None:
    """Put into ``memory`` all that the ledger knows of what names mean. ``people``: what each
    person (by ID) is called now.
    """
    kept = ledger.facts("meant")
    memory.meant = meanings_in(kept) if kept else None
    if memory.meant is None:
        seat(memory, ledger, _rounds(ledger))
    memory.employers = {
        one: tuple(_employment(line) for line in json.loads(text))
        for one, text in ledger.facts("employers").items()
    }
    memory.people_before = names_before(ledger, "people", people)
    for name, text in ledger.facts("meetings_before").items():
        memory.meetings_before[name] = tuple(json.loads(text))
    memory.seats = {name: json.loads(text) for name, text in ledger.facts("seats").items()}
    for gone, text in ledger.facts("merged").items():
        line = json.loads(text)
        memory.merged[gone] = (line["into"], tuple(line["names"]))
    memory.accepted = dict.fromkeys(ledger.facts("as_meant"), False)
    memory.names_meant = _pairs(ledger.facts("names_meant"))
    memory.cells_meant = _pairs(ledger.facts("cells_meant"))


def _pairs(facts: Mapping[str, str]) -> dict[str, str]:
    return dict(json.loads(text) for text in facts.values())


def _rounds(ledger: Ledger) -> dict[str, list[tuple[int, list[str]]]]:
    return {name: json.loads(text) for name, text in ledger.facts("members").items()}


def names_before(ledger: Ledger, sheet: str, now: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The names that rows of a sheet had, by ID: those noted, and the one the ledger has where the
    sheet has another.
    """
    noted = ledger.facts(f"{sheet}_before")
    found = {one: dict.fromkeys(json.loads(text)) for one, text in noted.items()}
    for one, text in ledger.records(sheet).items():
        name = unpack(text).get("name")
        if one in now and isinstance(name, str) and not is_withheld(name):
            found.setdefault(one, {})[clean(name)] = None
    return {
        one: tuple(name for name in names if key(name) != key(now.get(one, "")))
        for one, names in found.items()
    }


# what is put down


def kept_meanings(meant: Mapping[str, Meanings]) -> dict[str, str]:
    """The fact "meant": a line for each piece with its meaning, with the moments in which it has
    it, since most moments repeat what others say.
    """
    rows: dict[tuple[str, Meant], list[str]] = {}
    for row, pieces in meant.items():
        for pair in pieces.items():
            rows.setdefault(pair, []).append(row)
    lines = (
        [name, _KINDS.index(one.kind), list(one.partners), one.day, at]
        for (name, one), at in rows.items()
    )
    return {str(n): json.dumps(line) for n, line in enumerate(lines)} or {"0": "[]"}


def meanings_in(facts: Mapping[str, str]) -> dict[str, Meanings]:
    """What ``kept_meanings`` put down. Rows that mean the same share it, as one object."""
    pieces: list[tuple[str, Meant]] = []
    rows: dict[str, tuple[int, ...]] = {}
    for text in facts.values():
        if line := json.loads(text):
            name, kind, partners, day, at = line
            for row in at:
                rows[row] = (*rows.get(row, ()), len(pieces))
            pieces.append((name, Meant(_KINDS[kind], tuple(partners), day)))
    shared = {numbers: dict(pieces[n] for n in numbers) for numbers in set(rows.values())}
    return {row: shared[numbers] for row, numbers in rows.items()}


def kept_employers(employers: Mapping[str, Iterable[KnownEmployment]]) -> dict[str, str]:
    """The fact "employers"."""
    return {
        one: json.dumps([_line(employment) for employment in known])
        for one, known in employers.items()
    }


def _line(one: KnownEmployment) -> list[object]:
    days = [one.since, one.from_, one.until]
    return [*(day.isoformat() if day else None for day in days), dict(one.partners)]


def _employment(line: list[object]) -> KnownEmployment:
    since, first, last = (date.fromisoformat(str(day)) if day else None for day in line[:3])
    partners = line[3]
    assert since is not None and isinstance(partners, dict)
    return KnownEmployment(since, partners, first, last)


def kept_seats(
    meetings: Iterable[Consultation], before: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """The fact "seats": whom the pieces of each consultation's members mean; a cell that cannot be
    read now says what it said ``before``.
    """
    sat = {key(one.name): one.named for one in meetings}
    return {name: json.dumps(named or before.get(name, {})) for name, named in sat.items()}


def kept_pairs(pairs: Mapping[str, str]) -> dict[str, str]:
    """The facts "names_meant" and "cells_meant": what was typed and what it means stand together,
    so that both are hidden when they are erased.
    """
    return {str(n): json.dumps(pair) for n, pair in enumerate(pairs.items())}


def kept_merges(merged: Mapping[str, tuple[str, Iterable[str]]]) -> dict[str, str]:
    """The fact "merged": partners that are another one, with the names they had."""
    return {
        gone: json.dumps({"into": kept, "names": list(names)})
        for gone, (kept, names) in merged.items()
    }


def names_kept(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Names by identity as facts."""
    return {one: json.dumps(list(told)) for one, told in names.items() if told}
