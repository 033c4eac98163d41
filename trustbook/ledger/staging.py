"""A run in two steps: staged before its first write, settled after its last; what broke off in between is made good."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from trustbook.ledger.change import Change
from trustbook.merge.values import Value, pack


def stage(
    db: sqlite3.Connection, run: int, token: str, change: Change, at: str, today: date, what: Mapping[str, object]
) -> None:
    """Put down all a run is about to do, instead of whatever was staged before."""
    about = {"at": at, "today": today.isoformat(), "what": dict(what), "conflicts": _conflicts(change, today)}
    db.execute("DELETE FROM staged")
    lines = ((run, token, *line) for line in _lines(change, about))
    db.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)", lines)


def _lines(change: Change, about: Mapping[str, object]) -> Iterator[tuple[str, str, str, str, str | None]]:
    """The lines of a change: kind, address, sheet, identity, row."""
    yield "about", "", "", "", json.dumps(about)
    for sheet, rows in change.records.items():
        for identity, row in rows.items():
            yield "record", "", sheet, identity, pack(row)
    for sheet, flags in change.archived.items():
        for identity, flag in flags.items():
            yield "archived", "", sheet, identity, str(int(flag))
    for address, sheets in change.bases.items():
        for sheet, bases in sheets.items():
            for identity, base in bases.items():
                yield "base", address, sheet, identity, None if base is None else pack(base)
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


def settle(
    db: sqlite3.Connection, versions: Mapping[str, str], left: set[str], undone: set[tuple[str, str, str]]
) -> None:
    """Make what was staged the memory. See ``Ledger.settle``."""
    for row in undone:
        db.execute("DELETE FROM staged WHERE kind = 'base' AND address = ? AND sheet = ? AND id = ?", row)
    run, token, text = db.execute("SELECT run, token, row FROM staged WHERE kind = 'about'").fetchone()
    about: dict[str, Any] = json.loads(text)
    db.execute(
        "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)",
        (run, about["at"], about["today"], json.dumps(about["what"])),
    )
    _settle_rows(db, left)
    told = _settle_workbooks(db, run, token, versions, left)
    _settle_journal(db, run)
    for kind, kept in db.execute("SELECT id, row FROM staged WHERE kind = 'facts'").fetchall():
        put_facts(db, kind, json.loads(kept))
    if about["conflicts"] is not None:
        since = {tuple(key): day for *key, day in db.execute("SELECT sheet, id, col, since FROM conflicts")}
        db.execute("DELETE FROM conflicts")
        rows = ((s, i, c, sides, since.get((s, i, c), day)) for s, i, c, sides, day in about["conflicts"])
        db.executemany("INSERT INTO conflicts VALUES (?, ?, ?, ?, ?)", rows)
    _tell_the_rest(db, told, undone)
    db.execute("DELETE FROM staged")


def _settle_rows(db: sqlite3.Connection, left: set[str]) -> None:
    db.execute(
        "INSERT INTO records SELECT sheet, id, row, run, 0 FROM staged WHERE kind = 'record' "
        "ON CONFLICT (sheet, id) DO UPDATE SET row = excluded.row"
    )
    for flag, sheet, identity in db.execute("SELECT row, sheet, id FROM staged WHERE kind = 'archived'").fetchall():
        db.execute("UPDATE records SET archived = ? WHERE sheet = ? AND id = ?", (int(flag), sheet, identity))
    for (address,) in db.execute("SELECT DISTINCT address FROM staged WHERE kind = 'base'").fetchall():
        if address in left:
            continue
        db.execute(
            "DELETE FROM bases WHERE address = ? AND (sheet, id) IN "
            "(SELECT sheet, id FROM staged WHERE kind = 'base' AND address = ? AND row IS NULL)",
            (address, address),
        )
        db.execute(
            "INSERT OR REPLACE INTO bases SELECT address, sheet, id, row FROM staged "
            "WHERE kind = 'base' AND address = ? AND row IS NOT NULL",
            (address,),
        )


def _settle_workbooks(
    db: sqlite3.Connection, run: int, token: str, versions: Mapping[str, str], left: set[str]
) -> set[str]:
    """Note the workbooks that are in agreement now, and which of them bear the stamp of the run."""
    told = set()
    for address, text in db.execute("SELECT address, row FROM staged WHERE kind = 'known'").fetchall():
        if address in left:
            continue
        told.add(address)
        kept = json.loads(text)
        put_workbook(db, address, kept["name"], versions.get(address, kept["version"]), kept["state"])
        if kept["stamped"]:
            line = (address, token, run, int(kept["learned"]), kept["before"], versions.get(address, ""))
            db.execute("INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?, ?, ?)", line)
    return told


def _settle_journal(db: sqlite3.Connection, run: int) -> None:
    events = db.execute("SELECT sheet, id, row FROM staged WHERE kind = 'event' ORDER BY rowid").fetchall()
    db.executemany(
        "INSERT INTO journal (run, sheet, id, col, old, new, source, what) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((run, sheet, identity, *json.loads(line)) for sheet, identity, line in events),
    )


def _tell_the_rest(db: sqlite3.Connection, told: set[str], undone: set[tuple[str, str, str]]) -> None:
    """Have the next run compare what workbooks that were not told everything show."""
    query = "SELECT DISTINCT sheet FROM staged WHERE kind IN ('record', 'archived')"
    moved = {sheet for (sheet,) in db.execute(query)}
    for address, name, text in db.execute("SELECT address, name, state FROM workbooks").fetchall():
        sheets = {sheet for at, sheet, _ in undone if at == address} if address in told else moved
        if sheets:
            state = json.loads(text)
            digests = state.get("digests", {})
            state["digests"] = {sheet: digest for sheet, digest in digests.items() if sheet not in sheets}
            put_workbook(db, address, name, "", state)


def put_workbook(db: sqlite3.Connection, address: str, name: str, version: str, state: Mapping[str, Any]) -> None:
    """Note what is known of a workbook."""
    db.execute("INSERT OR REPLACE INTO workbooks VALUES (?, ?, ?, ?)", (address, name, version, json.dumps(state)))


def put_facts(db: sqlite3.Connection, kind: str, values: Mapping[str, str]) -> None:
    """Note all facts of a kind, instead of those noted before."""
    db.execute("DELETE FROM facts WHERE kind = ?", (kind,))
    db.executemany("INSERT INTO facts VALUES (?, ?, ?)", ((kind, one, value) for one, value in values.items()))


def to_text(value: Value | None) -> str | None:
    """A value for the journal."""
    return None if value is None else json.dumps(value)


def from_text(text: str | None) -> Value | None:
    """The value that ``to_text`` made ``text`` of."""
    return None if text is None else json.loads(text)
