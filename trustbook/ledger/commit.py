"""A run in two steps: staged before its first write, settled after its last; what broke off in
between is made good.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from trustbook.ledger.change import Change
from trustbook.merge.cell_codec import Value, pack, unpack


def stage(
    db: sqlite3.Connection,
    run: int,
    token: str,
    change: Change,
    at: str,
    today: date,
    what: Mapping[str, object],
) -> None:
    """Put down all a run is about to do, instead of whatever was staged before."""
    about = {
        "at": at,
        "today": today.isoformat(),
        "what": dict(what),
        "conflicts": _conflicts(change, today),
    }
    call_off(db)
    lines = ((run, token, *line) for line in _lines(change, about))
    db.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)", lines)


def _lines(
    change: Change, about: Mapping[str, object]
) -> Iterator[tuple[str, str, str, str, str | None]]:
    """The lines of a change: kind, address, sheet, identity, row."""
    yield "about", "", "", "", json.dumps(about)
    for sheet, rows in change.records.items():
        for identity, row in rows.items():
            yield "record", "", sheet, identity, pack(row)
    for sheet, flags in change.archived.items():
        for identity, flag in flags.items():
            yield "archived", "", sheet, identity, str(int(flag))
    for kind, parts in (("base", change.bases), ("stands", change.stands)):
        for address, sheets in parts.items():
            for sheet, rows_there in sheets.items():
                for identity, there in rows_there.items():
                    yield kind, address, sheet, identity, None if there is None else pack(there)
    for known in change.known:
        kept = {
            "name": known.name,
            "version": known.version,
            "state": known.state,
            "stamped": known.address in change.before,
            "learned": known.address in change.learned,
            "before": change.before.get(known.address, ""),
        }
        yield "known", known.address, "", "", json.dumps(kept)
    for event in change.events:
        line = [event.column, to_text(event.old), to_text(event.new), event.source, event.what]
        yield "event", "", event.sheet, event.id, json.dumps(line)
    for kind, values in change.facts.items():
        yield "facts", "", "", kind, json.dumps(values)


def _conflicts(change: Change, today: date) -> list[tuple[str, str, str, str, str]] | None:
    if change.conflicts is None:
        return None
    day = today.isoformat()
    return [(c.sheet, c.id, c.column, json.dumps(dict(c.values)), day) for c in change.conflicts]


def call_off(db: sqlite3.Connection, late: Collection[str] = (), learned: bool = False) -> None:
    """Drop what was staged, but for the parts of workbooks that could not be asked whether they
    were written.

    ``learned``: the ledger has learned the rest of it, else it knows nothing of that run.
    """
    kind = "late-" if learned else "late-lost-"
    for address in late:
        query = "UPDATE staged SET kind = ? || kind WHERE address = ? AND kind IN ('base', 'stands', 'known')"
        db.execute(query, (kind, address))
    db.execute("DELETE FROM staged WHERE kind NOT LIKE 'late-%'")


def catch_up(db: sqlite3.Connection, tokens: Mapping[str, str]) -> None:
    """Settle what was left open for workbooks that can be asked now: ``tokens`` are the stamps they
    bear.
    """
    query = "SELECT run, token, address, kind, row FROM staged WHERE kind IN ('late-known', 'late-lost-known')"
    for run, token, address, kind, text in db.execute(query).fetchall():
        if address not in tokens:
            continue
        if tokens[address] == token:
            base = kind.removesuffix("known") + "base"
            if kind == "late-lost-known":
                _learn_late(db, address, base)
            _settle_base(db, address, base)
            kept = json.loads(text)
            # Others may have gone on since: every sheet is to be compared anew.
            put_workbook(db, address, kept["name"], "", {**kept["state"], "digests": {}})
            _put_stamp(db, address, token, run, kept, "")
        elif kind == "late-known":
            _settle_unwritten(db, address, "late-")
        db.execute("DELETE FROM staged WHERE address = ? AND kind LIKE 'late-%'", (address,))


def _learn_late(db: sqlite3.Connection, address: str, kind: str) -> None:
    """Have the records say what a workbook was told in a run of which they know nothing, if nobody
    changed it since.
    """
    query = (
        "SELECT staged.sheet, staged.id, staged.row, bases.row, records.row FROM staged "
        "JOIN bases ON bases.address = staged.address AND bases.sheet = staged.sheet AND bases.id = staged.id "
        "JOIN records ON records.sheet = staged.sheet AND records.id = staged.id "
        "WHERE staged.kind = ? AND staged.address = ? AND staged.row IS NOT NULL"
    )
    for sheet, identity, *texts in db.execute(query, (kind, address)).fetchall():
        told, before, record = (unpack(text) for text in texts)
        for column in told.keys() | before.keys():
            if record.get(column) == before.get(column) != told.get(column):
                record = {name: value for name, value in record.items() if name != column}
                record |= {column: told[column]} if column in told else {}
        db.execute(
            "UPDATE records SET row = ? WHERE sheet = ? AND id = ?", (pack(record), sheet, identity)
        )


def settle(
    db: sqlite3.Connection,
    versions: Mapping[str, str],
    left: set[str],
    undone: set[tuple[str, str, str]],
    late: Collection[str] = (),
) -> None:
    """Make what was staged the memory. See ``Ledger.settle``."""
    for row in undone:
        db.execute(
            "DELETE FROM staged WHERE kind = 'base' AND address = ? AND sheet = ? AND id = ?", row
        )
    run, token, text = db.execute(
        "SELECT run, token, row FROM staged WHERE kind = 'about'"
    ).fetchone()
    about: dict[str, Any] = json.loads(text)
    db.execute(
        "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)",
        (run, about["at"], about["today"], json.dumps(about["what"])),
    )
    _settle_rows(db, left, late)
    told = _settle_workbooks(db, run, token, versions, left)
    _settle_journal(db, run)
    for kind, kept in db.execute("SELECT id, row FROM staged WHERE kind = 'facts'").fetchall():
        put_facts(db, kind, json.loads(kept))
    if about["conflicts"] is not None:
        since = {
            tuple(key): day
            for *key, day in db.execute("SELECT sheet, id, col, since FROM conflicts")
        }
        db.execute("DELETE FROM conflicts")
        rows = (
            (s, i, c, sides, since.get((s, i, c), day))
            for s, i, c, sides, day in about["conflicts"]
        )
        db.executemany("INSERT INTO conflicts VALUES (?, ?, ?, ?, ?)", rows)
    _tell_the_rest(db, told, undone)
    call_off(db, late, learned=True)


def _settle_rows(db: sqlite3.Connection, left: set[str], late: Collection[str]) -> None:
    db.execute(
        "INSERT INTO records SELECT sheet, id, row, run, 0 FROM staged WHERE kind = 'record' "
        "ON CONFLICT (sheet, id) DO UPDATE SET row = excluded.row"
    )
    for flag, sheet, identity in db.execute(
        "SELECT row, sheet, id FROM staged WHERE kind = 'archived'"
    ).fetchall():
        db.execute(
            "UPDATE records SET archived = ? WHERE sheet = ? AND id = ?",
            (int(flag), sheet, identity),
        )
    for (address,) in db.execute(
        "SELECT DISTINCT address FROM staged WHERE kind = 'base'"
    ).fetchall():
        if address not in left:
            _settle_base(db, address, "base")
        elif address not in late:
            _settle_unwritten(db, address, "")


def _settle_unwritten(db: sqlite3.Connection, address: str, prefix: str) -> None:
    """Agree with a workbook that was not written on what it said itself: the ledger has that from
    it.
    """
    query = (
        "SELECT base.sheet, base.id, base.row, stands.row, stands.id, bases.row FROM staged AS base "
        "LEFT JOIN staged AS stands ON stands.kind = ? AND stands.address = base.address "
        "AND stands.sheet = base.sheet AND stands.id = base.id "
        "LEFT JOIN bases ON bases.address = base.address AND bases.sheet = base.sheet AND bases.id = base.id "
        "WHERE base.kind = ? AND base.address = ?"
    )
    for sheet, identity, *texts in db.execute(
        query, (f"{prefix}stands", f"{prefix}base", address)
    ).fetchall():
        told, stands, differs, before = texts
        if differs and (told is None or stands is None):
            continue  # a row that is to be cleared or added
        if told is None:
            db.execute(
                "DELETE FROM bases WHERE address = ? AND sheet = ? AND id = ?",
                (address, sheet, identity),
            )
            continue
        row = unpack(told)
        if differs:
            shown, old = unpack(stands), unpack(before) if before else {}
            said = {column: row[column] for column in row if shown.get(column) == row[column]}
            row = said | {c: old[c] for c in old if c not in said and shown.get(c) != row.get(c)}
        db.execute(
            "INSERT OR REPLACE INTO bases VALUES (?, ?, ?, ?)",
            (address, sheet, identity, pack(row)),
        )


def _settle_base(db: sqlite3.Connection, address: str, kind: str) -> None:
    db.execute(
        "DELETE FROM bases WHERE address = ? AND (sheet, id) IN "
        "(SELECT sheet, id FROM staged WHERE kind = ? AND address = ? AND row IS NULL)",
        (address, kind, address),
    )
    db.execute(
        "INSERT OR REPLACE INTO bases SELECT address, sheet, id, row FROM staged "
        "WHERE kind = ? AND address = ? AND row IS NOT NULL",
        (kind, address),
    )


def _settle_workbooks(
    db: sqlite3.Connection, run: int, token: str, versions: Mapping[str, str], left: set[str]
) -> set[str]:
    """Note the workbooks that are in agreement now, and which of them bear the stamp of the run."""
    told = set()
    for address, text in db.execute(
        "SELECT address, row FROM staged WHERE kind = 'known'"
    ).fetchall():
        if address in left:
            continue
        told.add(address)
        kept = json.loads(text)
        put_workbook(
            db, address, kept["name"], versions.get(address, kept["version"]), kept["state"]
        )
        if kept["stamped"]:
            _put_stamp(db, address, token, run, kept, versions.get(address, ""))
    return told


def _put_stamp(
    db: sqlite3.Connection,
    address: str,
    token: str,
    run: int,
    kept: Mapping[str, Any],
    version: str,
) -> None:
    line = (address, token, run, int(kept["learned"]), kept["before"], version)
    db.execute("INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?, ?, ?)", line)


def _settle_journal(db: sqlite3.Connection, run: int) -> None:
    events = db.execute(
        "SELECT sheet, id, row FROM staged WHERE kind = 'event' ORDER BY rowid"
    ).fetchall()
    db.executemany(
        "INSERT INTO journal (run, sheet, id, col, old, new, source, what) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((run, sheet, identity, *json.loads(line)) for sheet, identity, line in events),
    )


def _tell_the_rest(
    db: sqlite3.Connection, told: set[str], undone: set[tuple[str, str, str]]
) -> None:
    """Have the next run compare what workbooks that were not told everything show."""
    query = "SELECT DISTINCT sheet FROM staged WHERE kind IN ('record', 'archived')"
    moved = {sheet for (sheet,) in db.execute(query)}
    for address, name, text in db.execute("SELECT address, name, state FROM workbooks").fetchall():
        sheets = {sheet for at, sheet, _ in undone if at == address} if address in told else moved
        if sheets:
            state = json.loads(text)
            digests = state.get("digests", {})
            state["digests"] = {
                sheet: digest for sheet, digest in digests.items() if sheet not in sheets
            }
            put_workbook(db, address, name, "", state)


def put_workbook(
    db: sqlite3.Connection, address: str, name: str, version: str, state: Mapping[str, Any]
) -> None:
    """Note what is known of a workbook."""
    db.execute(
        "INSERT OR REPLACE INTO workbooks VALUES (?, ?, ?, ?)",
        (address, name, version, json.dumps(state)),
    )


def put_facts(db: sqlite3.Connection, kind: str, values: Mapping[str, str]) -> None:
    """Note all facts of a kind, instead of those noted before."""
    db.execute("DELETE FROM facts WHERE kind = ?", (kind,))
    db.executemany(
        "INSERT INTO facts VALUES (?, ?, ?)", ((kind, one, value) for one, value in values.items())
    )


def to_text(value: Value | None) -> str | None:
    """A value for the journal."""
    return None if value is None else json.dumps(value)


def from_text(text: str | None) -> Value | None:
    """The value that ``to_text`` made ``text`` of."""
    return None if text is None else json.loads(text)
