"""The lines in which a prepared run is kept until it is committed: one table for all of it, a kind
of line for each part. Hundreds of lines of a kind are packed together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from trustbook.ledger.change import Change
from trustbook.ledger.packed import pack_lines, unpack_lines
from trustbook.ledger.statements import Statements, adding
from trustbook.merge.cell_codec import Row, Value, pack

# Kind, address, sheet, identity, text.
Line = tuple[str, str, str, str, str | None]
# Sheet to address ("" for what was learned) to identity to the row as a packed text, None for one
# that is gone.
StagedRows: TypeAlias = dict[str, dict[str, dict[str, str | None]]]
_AT_ONCE = 2000
_GONE = ""  # no text of JSON is empty
_AS_RECORD = "="  # the base is to be what the record of the same run says


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
    kept = ("facts", "", "")
    return chain(
        [("about", "", "", "", json.dumps(about))],
        _row_lines("record", {"": change.records}, {}),
        _flag_lines(change),
        _row_lines(PREPARED_PART.base, change.bases, change.records),
        _row_lines(PREPARED_PART.stands, change.stands, {}),
        _known_lines(change),
        _event_lines(change),
        ((*kept, kind, json.dumps(values)) for kind, values in change.facts.items()),
    )


def _conflicts(change: Change, today: date) -> list[tuple[str, str, str, str, str]] | None:
    if change.conflicts is None:
        return None
    day = today.isoformat()
    return [(c.sheet, c.id, c.column, json.dumps(dict(c.values)), day) for c in change.conflicts]


def _flag_lines(change: Change) -> Iterator[Line]:
    for sheet, flags in change.archived.items():
        for identity, flag in flags.items():
            yield "archived", "", sheet, identity, str(int(flag))


def _row_lines(
    kind: str,
    parts: Mapping[str, Mapping[str, Mapping[str, Row | None]]],
    records: Mapping[str, Mapping[str, Row]],
) -> Iterator[Line]:
    for address, sheets in parts.items():
        for sheet, rows in sheets.items():
            known = records.get(sheet, {})
            for identity, row in rows.items():
                if row is None:
                    yield kind, address, sheet, identity, None
                else:
                    same = known.get(identity) == row
                    yield kind, address, sheet, identity, _AS_RECORD if same else pack(row)


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


def put_lines(db: Statements, run: int, token: str, lines: Iterable[Line]) -> None:
    """Put lines down for a run."""
    for (kind, address, sheet), some in groupby(lines, itemgetter(0, 1, 2)):
        while told := list(islice(some, _AT_ONCE)):
            identities = [identity for *_, identity, _ in told]
            texts = [_GONE if text is None else text for *_, text in told]
            data = pack_lines(identities, texts, brief=True)
            db.execute(adding("staged"), (run, token, kind, address, sheet, data))


def lines_of_kind(db: Statements, kind: str) -> list[tuple[str, str, str, str]]:
    """The lines of a kind, in the order in which they were put down: address, sheet, identity,
    text.
    """
    query = "SELECT address, sheet, lines FROM staged WHERE kind = ? ORDER BY rowid"
    return [
        (address, sheet, identity, text)
        for address, sheet, data in db.execute(query, (kind,)).fetchall()
        for identity, text in zip(*unpack_lines(data), strict=True)
    ]


def staged_rows(db: Statements, kind: str) -> StagedRows:
    """The rows of a kind, as workbooks are told or show them, or as they were learned."""
    rows: StagedRows = {}
    records = staged_rows(db, "record") if kind == PREPARED_PART.base else {}
    for address, sheet, identity, text in lines_of_kind(db, kind):
        told = records[sheet][""][identity] if text == _AS_RECORD else text or None
        rows.setdefault(sheet, {}).setdefault(address, {})[identity] = told
    return rows


def keep_pending(db: Statements, address: str, kinds: PartKinds) -> None:
    """Keep the part of a workbook that is away as pending; the records of the run go."""
    run, token = db.execute("SELECT run, token FROM staged WHERE kind = 'about'").fetchone()
    for prepared, pending in zip(PREPARED_PART[:2], kinds[:2], strict=True):
        lines = (
            (pending, address, sheet, identity, text)
            for sheet, told in staged_rows(db, prepared).items()
            for identity, text in told.get(address, {}).items()
        )
        put_lines(db, run, token, lines)
    query = "UPDATE staged SET kind = ? WHERE address = ? AND kind = ?"
    db.execute(query, (kinds.known, address, PREPARED_PART.known))


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
