"""What is kept of who was forgotten: keyed marks by which they are known again, and no name.

The key is that of the memory: without it no mark can be tried against a list of names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from trustbook.names import clean, key
from trustbook.network.hiding import subscriber

FORGOTTEN = "forgotten"  # the kind of fact


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Somebody who was forgotten on a ``day``: the IDs of rows that were theirs alone, marks of
    what they were called and reached by, and the partners (identities) they stood for. ``parts``
    are marks of how else they are named in a text: by surname, first name or initials.
    """

    day: date
    ids: tuple[str, ...]
    marks: tuple[str, ...]
    homes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def kept(self) -> str:
        """The tombstone as a fact."""
        return json.dumps([self.day.isoformat(), self.ids, self.marks, self.homes, self.parts])


def tombstones_in(facts: Mapping[str, str]) -> dict[str, Tombstone]:
    """The tombstones that were kept as facts, by the name of each."""
    found = {}
    for one, text in facts.items():
        day, *lists = json.loads(text)
        found[one] = Tombstone(date.fromisoformat(day), *map(tuple, lists))
    return found


def marks_of(
    secret: bytes, names: Iterable[str], homes: Iterable[str], ways: Iterable[str]
) -> tuple[str, ...]:
    """The marks of a name *with* each of its partners, and of telephone numbers and e-mail
    addresses. A name alone is no mark: somebody else may bear it.
    """
    at = [key(home) for home in homes]
    told = [f"{key(name)} | {home}" for name in names for home in at]
    found = (_mark(secret, text) for text in (*told, *_ways(ways)))
    return tuple(sorted(set(found)))


def part_marks(secret: bytes, parts: Iterable[str]) -> set[str]:
    """The marks of parts of names, by which somebody is known in a text and never on a list."""
    return {_mark(secret, f"| {part}") for part in parts}


def _ways(ways: Iterable[str]) -> Iterator[str]:
    for way in ways:
        told = key(clean(way)) if "@" in way else subscriber(way)
        if told:
            yield told


def _mark(secret: bytes, text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), key=secret, digest_size=12).hexdigest()
