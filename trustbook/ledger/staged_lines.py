"""The lines in which a prepared run is kept until it is committed: one table for all of it, a kind
of line for each part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from trustbook.ledger.change import Change
from trustbook.ledger.statements import Statements
from trustbook.merge.cell_codec import Row, Value, pack

# Kind, address, sheet, identity, text.
Line = tuple[str, str, str, str, str | None]


class PartKinds(NamedTuple):
    """How the lines are called of which a workbook's part of a run is made: what it is told, what
    it shows instead for now, and what is known of it.
    """

    base: str
    stands: str
    known: str


PREPARED_PART = PartKinds("base", "stands", "known")
# Pending, of a run that the ledger learned, and of one that it knows nothing of.
PENDING_PART = PartKinds("late-base", "late-stands", "late-known")
PENDING_UNLEARNED_PART = PartKinds("late-lost-base", "late-lost-stands", "late-lost-known")
PENDING_KINDS = (*PENDING_PART, *PENDING_UNLEARNED_PART)
# The same for a query: kind IN (?, ?, …).
IN_PENDING_KINDS = f"({', '.join('?' * len(PENDING_KINDS))})"


def lines_of(change: Change, at: str, today: date, what: Mapping[str, object]) -> Iterator[Line]:
    """All lines of a change."""
    about = {
        "at": at,
        "today": today.isoformat(),
        "what": dict(what),
        "conflicts": _conflicts(change, today),
    }
    yield "about", "", "", "", json.dumps(about)
    yield from _record_lines(change)
    yield from _part_lines(PREPARED_PART.base, change.bases)
    yield from _part_lines(PREPARED_PART.stands, change.stands)
    yield from _known_lines(change)
    yield from _event_lines(change)
    for kind, values in change.facts.items():
        yield "facts", "", "", kind, json.dumps(values)


def _conflicts(change: Change, today: date) -> list[tuple[str, str, str, str, str]] | None:
    if change.conflicts is None:
        return None
    day = today.isoformat()
    return [(c.sheet, c.id, c.column, json.dumps(dict(c.values)), day) for c in change.conflicts]


def _record_lines(change: Change) -> Iterator[Line]:
    for sheet, rows in change.records.items():
        for identity, row in rows.items():
            yield "record", "", sheet, identity, pack(row)
    for sheet, flags in change.archived.items():
        for identity, flag in flags.items():
            yield "archived", "", sheet, identity, str(int(flag))


def _part_lines(
    kind: str, parts: Mapping[str, Mapping[str, Mapping[str, Row | None]]]
) -> Iterator[Line]:
    for address, sheets in parts.items():
        for sheet, rows in sheets.items():
            for identity, row in rows.items():
                yield kind, address, sheet, identity, None if row is None else pack(row)


def _known_lines(change: Change) -> Iterator[Line]:
    for known in change.known:
        kept = {
            "name": known.name,
            "version": known.version,
            "state": known.state,
            "stamped": known.address in change.before,
            "learned": known.address in change.learned,
            "before": change.before.get(known.address, ""),
        }
        yield PREPARED_PART.known, known.address, "", "", json.dumps(kept)


def _event_lines(change: Change) -> Iterator[Line]:
    for event in change.events:
        line = [event.column, to_text(event.old), to_text(event.new), event.source, event.what]
        yield "event", "", event.sheet, event.id, json.dumps(line)


def lines_of_kind(db: Statements, kind: str) -> list[tuple[str, str, str, str]]:
    """The lines of a kind, in the order in which they were put down: address, sheet, identity,
    text.
    """
    query = "SELECT address, sheet, id, row FROM staged WHERE kind = ? ORDER BY rowid"
    return db.execute(query, (kind,)).fetchall()


def keep_pending(db: Statements, address: str, kinds: PartKinds) -> None:
    """Keep the part of a workbook that is away as pending."""
    for prepared, pending in zip(PREPARED_PART, kinds, strict=True):
        query = "UPDATE staged SET kind = ? WHERE address = ? AND kind = ?"
        db.execute(query, (pending, address, prepared))


def drop_prepared(db: Statements) -> None:
    """Drop the prepared run; what is pending stays."""
    db.execute(f"DELETE FROM staged WHERE kind NOT IN {IN_PENDING_KINDS}", PENDING_KINDS)


def drop_pending(db: Statements, address: str) -> None:
    """Drop the pending part of a workbook."""
    query = f"DELETE FROM staged WHERE address = ? AND kind IN {IN_PENDING_KINDS}"
    db.execute(query, (address, *PENDING_KINDS))


def to_text(value: Value | None) -> str | None:
    """A value for the journal."""
    return None if value is None else json.dumps(value)


def from_text(text: str | None) -> Value | None:
    """The value that ``to_text`` made ``text`` of."""
    return None if text is None else json.loads(text)
