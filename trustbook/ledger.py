"""The memory of a book: records, what each workbook last showed, and a journal. All SQL of the house is here."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from trustbook.errors import Busy, SafetyStop
from trustbook.merge.threeway import Conflict, Event
from trustbook.merge.values import Row, Value, is_withheld, pack, unpack

SCHEMA = 1
_WAIT = 5.0

# Plain SQL that other engines know as well. ``row`` and ``value`` columns hold the texts of merge.values.
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (run INTEGER PRIMARY KEY, at TEXT NOT NULL, today TEXT NOT NULL, what TEXT NOT NULL);
CREATE TABLE workbooks (address TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE stamps (address TEXT NOT NULL, token TEXT NOT NULL, run INTEGER NOT NULL, learned INTEGER NOT NULL,
    before TEXT NOT NULL, PRIMARY KEY (address, token, run));
CREATE TABLE records (sheet TEXT NOT NULL, id TEXT NOT NULL, row TEXT NOT NULL, run INTEGER NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (sheet, id));
CREATE TABLE bases (address TEXT NOT NULL, sheet TEXT NOT NULL, id TEXT NOT NULL, row TEXT NOT NULL,
    PRIMARY KEY (address, sheet, id));
CREATE TABLE journal (n INTEGER PRIMARY KEY, run INTEGER NOT NULL, sheet TEXT NOT NULL, id TEXT NOT NULL,
    col TEXT, old TEXT, new TEXT, source TEXT NOT NULL, what TEXT NOT NULL);
CREATE INDEX journal_rows ON journal (sheet, id);
CREATE TABLE conflicts (sheet TEXT NOT NULL, id TEXT NOT NULL, col TEXT NOT NULL, sides TEXT NOT NULL,
    since TEXT NOT NULL, PRIMARY KEY (sheet, id, col));
CREATE TABLE facts (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE waiting (id TEXT PRIMARY KEY, entry TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE staged (run INTEGER NOT NULL, token TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,
    sheet TEXT NOT NULL, id TEXT NOT NULL, row TEXT);
"""
# What brings an older ledger up to date: one script per schema, applied in order.
_MIGRATIONS: Mapping[int, str] = {}


@dataclass(slots=True)
class Known:
    """What is known of one workbook: the ``version`` that was last in agreement and whatever a run keeps of it."""

    address: str
    name: str
    version: str = ""
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Change:
    """All one run makes the ledger learn; staged before the first write and settled after the last one.

    ``records``: sheet to identity to row; ``archived``: the same to whether it is archived; ``bases``: address to
    sheet to identity to row, None where it is gone; ``known``: the workbooks with their new version and state;
    ``learned``: addresses whose people's cells moved; ``written``: addresses that carry the run's token from now on.
    """

    records: dict[str, dict[str, Row]] = field(default_factory=dict)
    archived: dict[str, dict[str, bool]] = field(default_factory=dict)
    bases: dict[str, dict[str, dict[str, Row | None]]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    learned: set[str] = field(default_factory=set)
    conflicts: list[Conflict] | None = None
    facts: dict[str, dict[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.records or self.archived or self.events or any(self.bases.values()))


class Ledger:
    """One book's memory in one SQLite file; in passing (``path`` None) it lasts as long as the object.

    Raises SafetyStop where the file is no ledger, is damaged or was made by a newer trustbook; Busy where another
    run keeps it for seconds.
    """

    def __init__(self, path: Path | None, reads_only: bool = False) -> None:
        self.path = path
        fresh = path is None or not path.exists()
        if path is None or (fresh and reads_only):
            self._db = sqlite3.connect(":memory:", isolation_level=None)
        elif reads_only:
            address = f"{path.absolute().as_uri()}?mode=ro"
            self._db = sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        try:
            self._prepare(reads_only)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, reads_only: bool) -> None:
        with self._sentences():
            self._db.execute("PRAGMA secure_delete = ON")
            schema = self._db.execute("PRAGMA user_version").fetchone()[0]
            if schema > SCHEMA:
                raise SafetyStop("ledger.newer", path=self.path)
            if not schema:
                if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise SafetyStop("ledger.no_ledger", path=self.path)
                with self._together():
                    for statement in _TABLES.split(";\n"):
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {SCHEMA}")
                    self._set("secret", secrets.token_hex(16))
            while 0 < schema < SCHEMA and not reads_only:
                with self._together():
                    for statement in _MIGRATIONS[schema].split(";\n"):
                        self._db.execute(statement)
                    schema += 1
                    self._db.execute(f"PRAGMA user_version = {schema}")

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Say in a sentence what the engine complains of."""
        try:
            yield
        except sqlite3.OperationalError as fault:
            if "locked" in str(fault) or "busy" in str(fault):
                raise Busy("ledger.busy", path=self.path) from None
            raise SafetyStop("ledger.unusable", path=self.path, what=fault) from None
        except sqlite3.DatabaseError as fault:
            raise SafetyStop("ledger.unusable", path=self.path, what=fault) from None

    @contextmanager
    def _together(self) -> Iterator[None]:
        """All of it or nothing."""
        with self._sentences():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy_to(self, path: Path) -> None:
        """Make a ledger of the same content at ``path``: for a workbook that goes its own way from here."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
        target = sqlite3.connect(temporary)
        try:
            self._db.backup(target)
        finally:
            target.close()
        temporary.replace(path)

    # the book and its workbooks

    def _get(self, name: str) -> str | None:
        with self._sentences():
            found = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    @property
    def book(self) -> str | None:
        """The ID of the book this ledger remembers; None for a new one."""
        return self._get("book")

    @book.setter
    def book(self, identity: str) -> None:
        with self._together():
            self._set("book", identity)

    @property
    def secret(self) -> bytes:
        """With what the marks of withheld cells are keyed."""
        return bytes.fromhex(self._get("secret") or "")

    def known(self, address: str) -> Known | None:
        """What is known of the workbook at ``address``; None if it was never here."""
        with self._sentences():
            query = "SELECT name, version, state FROM workbooks WHERE address = ?"
            found = self._db.execute(query, (address,)).fetchone()
        return Known(address, found[0], found[1], json.loads(found[2])) if found else None

    def addresses(self) -> list[str]:
        """Where the workbooks of this ledger stand, or stood."""
        with self._sentences():
            return [address for (address,) in self._db.execute("SELECT address FROM workbooks ORDER BY address")]

    def move(self, old: str, new: str, copied: bool = False) -> None:
        """Know the workbook at ``old`` under ``new`` from now on; under both if it was ``copied``."""
        with self._together():
            for table in ("workbooks", "bases", "stamps"):
                self._db.execute(f"DELETE FROM {table} WHERE address = ?", (new,))
                if copied:
                    columns = [found[1] for found in self._db.execute(f"PRAGMA table_info({table})")]
                    rest = ", ".join(columns[1:])
                    self._db.execute(f"INSERT INTO {table} SELECT ?, {rest} FROM {table} WHERE address = ?", (new, old))
                else:
                    self._db.execute(f"UPDATE {table} SET address = ? WHERE address = ?", (new, old))

    def drop(self, address: str) -> None:
        """Forget what the workbook at ``address`` showed; the records stay."""
        with self._together():
            for table in ("workbooks", "bases", "stamps"):
                self._db.execute(f"DELETE FROM {table} WHERE address = ?", (address,))

    def stamp(self, address: str, token: str) -> str:
        """What the stamp in a workbook says: "current", "older" (something was learned since) or "unknown"."""
        with self._sentences():
            found = self._db.execute(
                "SELECT max(run) FROM stamps WHERE address = ? AND token = ?", (address, token)
            ).fetchone()[0]
            if found is None:
                return "unknown"
            later = self._db.execute(
                "SELECT count(*) FROM stamps WHERE address = ? AND run > ? AND learned", (address, found)
            ).fetchone()[0]
        return "older" if later else "current"

    # what a run reads

    def base(self, address: str, sheet: str) -> dict[str, str]:
        """The rows of a sheet as a workbook last agreed, packed, by identity."""
        with self._sentences():
            return dict(self._db.execute("SELECT id, row FROM bases WHERE address = ? AND sheet = ?", (address, sheet)))

    def records(self, sheet: str) -> dict[str, str]:
        """The rows of a sheet as the ledger knows them, packed, archived ones included."""
        with self._sentences():
            return dict(self._db.execute("SELECT id, row FROM records WHERE sheet = ?", (sheet,)))

    def archived(self, sheet: str) -> set[str]:
        """The identities of archived rows."""
        with self._sentences():
            return {i for (i,) in self._db.execute("SELECT id FROM records WHERE sheet = ? AND archived = 1", (sheet,))}

    def first_runs(self, sheet: str, before: int) -> dict[str, int]:
        """In which run each row was first read, for those read before run ``before``."""
        with self._sentences():
            return dict(self._db.execute("SELECT id, run FROM records WHERE sheet = ? AND run < ?", (sheet, before)))

    def identities(self) -> Iterator[str]:
        """Every ID ever given or read."""
        with self._sentences():
            yield from (identity for (identity,) in self._db.execute("SELECT id FROM records"))

    def knows(self, identities: Iterable[str]) -> set[str]:
        """Those of ``identities`` that were ever given or read."""
        with self._sentences():
            return {
                identity
                for identity in identities
                if self._db.execute(
                    "SELECT 1 FROM records WHERE sheet IN ('partners', 'people', 'moments') AND id = ?", (identity,)
                ).fetchone()
            }

    def facts(self, kind: str) -> dict[str, str]:
        """Small things remembered by name: since when a problem stands, rows that were planned ahead, …"""
        with self._sentences():
            return dict(self._db.execute("SELECT id, value FROM facts WHERE kind = ?", (kind,)))

    def conflicts(self) -> list[tuple[Conflict, str]]:
        """The open conflicts and since when (ISO day)."""
        with self._sentences():
            found = self._db.execute("SELECT sheet, id, col, sides, since FROM conflicts ORDER BY sheet, id, col")
            return [(Conflict(sheet, i, column, json.loads(sides)), since) for sheet, i, column, sides, since in found]

    def last_run(self) -> tuple[int, str] | None:
        """The last run that changed something: its number and when it was."""
        with self._sentences():
            found = self._db.execute("SELECT run, at FROM runs ORDER BY run DESC LIMIT 1").fetchone()
        return (found[0], found[1]) if found else None

    def runs(self) -> list[tuple[int, str, str, dict[str, Any]]]:
        """Every run that changed something: number, when, as of which day, and what it did."""
        with self._sentences():
            found = self._db.execute("SELECT run, at, today, what FROM runs ORDER BY run")
            return [(run, at, today, json.loads(what)) for run, at, today, what in found]

    def journal(self, identity: str | None = None, after: int = 0) -> list[tuple[int, str, Event]]:
        """What changed in runs later than ``after``, oldest first, of one row or all: run, when, event."""
        where, values = ("AND j.id = ?", (after, identity)) if identity else ("", (after,))
        with self._sentences():
            found = self._db.execute(
                "SELECT j.run, r.at, j.sheet, j.id, j.col, j.old, j.new, j.source, j.what FROM journal j "
                f"LEFT JOIN runs r ON r.run = j.run WHERE j.run > ? {where} ORDER BY j.n",
                values,
            )
            return [
                (run, at or "", Event(sheet, i, column, _value(old), _value(new), source, what))
                for run, at, sheet, i, column, old, new, source, what in found
            ]

    def added_in(self, run: int) -> list[tuple[str, str]]:
        """The rows first read in a run: sheet and identity."""
        with self._sentences():
            return list(self._db.execute("SELECT sheet, id FROM records WHERE run = ? ORDER BY sheet, id", (run,)))

    def record(self, identity: str) -> tuple[str, Row, int, bool] | None:
        """The row with this ID: its sheet, its cells, the run it was first read in, whether it is archived."""
        with self._sentences():
            found = self._db.execute(
                "SELECT sheet, row, run, archived FROM records WHERE id = ? ORDER BY sheet LIMIT 1", (identity,)
            ).fetchone()
        return (found[0], unpack(found[1]), found[2], bool(found[3])) if found else None

    def version_before(self, address: str, run: int) -> str | None:
        """The version of a workbook that a run found and wrote over; None where it wrote nothing there."""
        with self._sentences():
            found = self._db.execute(
                "SELECT before FROM stamps WHERE address = ? AND run = ?", (address, run)
            ).fetchone()
        return found[0] if found else None

    # what a run writes

    def next_run(self) -> int:
        """The number of the run to come."""
        with self._sentences():
            found = self._db.execute(
                "SELECT max(run) FROM (SELECT run FROM runs UNION ALL SELECT run FROM staged)"
            ).fetchone()[0]
        return (found or 0) + 1

    def stage(self, run: int, token: str, change: Change, at: str, today: date, what: Mapping[str, object]) -> None:
        """Keep all a run is about to do, before its first write: a crash in between is then made good."""
        about = {"at": at, "today": today.isoformat(), "what": dict(what), "conflicts": _conflict_rows(change, today)}
        with self._together():
            self._db.execute("DELETE FROM staged")
            self._db.executemany(
                "INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((run, token, *line) for line in _staged(change, about)),
            )

    def staged(self) -> tuple[int, str] | None:
        """A run that was staged and neither settled nor called off: its number and token."""
        with self._sentences():
            found = self._db.execute("SELECT run, token FROM staged LIMIT 1").fetchone()
        return (found[0], found[1]) if found else None

    def call_off(self) -> None:
        """Forget what was staged: nothing of it was written."""
        with self._together():
            self._db.execute("DELETE FROM staged")

    def settle(
        self, versions: Mapping[str, str], skip: Iterable[str] = (), undone: Iterable[tuple[str, str, str]] = ()
    ) -> None:
        """Make what was staged the memory, in one transaction.

        ``versions``: address to the version that stands there now, for workbooks that were written; ``skip``:
        addresses that were to be written and were not, which keep their base; ``undone``: rows (address, sheet,
        identity) of which the same holds.
        """
        left = set(skip)
        with self._together():
            for row in undone:
                self._db.execute("DELETE FROM staged WHERE kind = 'base' AND address = ? AND sheet = ? AND id = ?", row)
            self._settle(versions, left)
            self._db.execute("DELETE FROM staged")

    def _settle(self, versions: Mapping[str, str], left: set[str]) -> None:
        db = self._db
        run, token, about = self._about()
        db.execute(
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)",
            (run, about["at"], about["today"], json.dumps(about["what"], ensure_ascii=False)),
        )
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
        for address, text in db.execute("SELECT address, row FROM staged WHERE kind = 'known'").fetchall():
            if address in left:
                continue
            kept = json.loads(text)
            version = versions.get(address, kept["version"])
            state = json.dumps(kept["state"], ensure_ascii=False)
            db.execute("INSERT OR REPLACE INTO workbooks VALUES (?, ?, ?, ?)", (address, kept["name"], version, state))
            if kept["stamped"]:
                line = (address, token, run, int(kept["learned"]), kept["before"])
                db.execute("INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?, ?)", line)
        db.execute(
            "INSERT INTO journal (run, sheet, id, col, old, new, source, what) "
            "SELECT run, sheet, id, json_extract(row, '$[0]'), json_extract(row, '$[1]'), json_extract(row, '$[2]'), "
            "json_extract(row, '$[3]'), json_extract(row, '$[4]') FROM staged WHERE kind = 'event' ORDER BY rowid"
        )
        for kind, text in db.execute("SELECT id, row FROM staged WHERE kind = 'facts'").fetchall():
            db.execute("DELETE FROM facts WHERE kind = ?", (kind,))
            db.executemany("INSERT INTO facts VALUES (?, ?, ?)", ((kind, i, v) for i, v in json.loads(text).items()))
        if about["conflicts"] is not None:
            since = {tuple(key): day for *key, day in db.execute("SELECT sheet, id, col, since FROM conflicts")}
            db.execute("DELETE FROM conflicts")
            db.executemany(
                "INSERT INTO conflicts VALUES (?, ?, ?, ?, ?)",
                ((s, i, c, sides, since.get((s, i, c), day)) for s, i, c, sides, day in about["conflicts"]),
            )

    def _about(self) -> tuple[int, str, dict[str, Any]]:
        run, token, text = self._db.execute("SELECT run, token, row FROM staged WHERE kind = 'about'").fetchone()
        return run, token, json.loads(text)

    def staged_to_write(self) -> dict[str, bool]:
        """The workbooks of the staged run, and whether it was to write into each."""
        with self._sentences():
            found = self._db.execute("SELECT address, row FROM staged WHERE kind = 'known'")
            return {address: bool(json.loads(text)["stamped"]) for address, text in found}

    def remember(self, known: Known, facts: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Note that a workbook stands in agreement in another version; no run is counted."""
        with self._together():
            state = json.dumps(known.state, ensure_ascii=False)
            line = (known.address, known.name, known.version, state)
            self._db.execute("INSERT OR REPLACE INTO workbooks VALUES (?, ?, ?, ?)", line)
            for kind, values in (facts or {}).items():
                self._db.execute("DELETE FROM facts WHERE kind = ?", (kind,))
                self._db.executemany("INSERT INTO facts VALUES (?, ?, ?)", ((kind, i, v) for i, v in values.items()))

    # moments that wait for their workbook

    def wait(self, identity: str, entry: Mapping[str, object], at: str) -> None:
        """Keep a logged moment until its workbook can take it."""
        with self._together():
            self._db.execute(
                "INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)", (identity, json.dumps(entry, ensure_ascii=False), at)
            )

    def waiting(self) -> dict[str, dict[str, Any]]:
        """The logged moments that wait, by the ID they will have."""
        with self._sentences():
            found = self._db.execute("SELECT id, entry FROM waiting ORDER BY at, id")
            return {identity: json.loads(entry) for identity, entry in found}

    def arrived(self, identities: Iterable[str]) -> None:
        """These moments stand in their workbook now."""
        with self._together():
            self._db.executemany("DELETE FROM waiting WHERE id = ?", ((identity,) for identity in identities))

    # forgetting

    def forget(self, identities: Sequence[str], words: Sequence[str] = ()) -> int:
        """Overwrite everything that is kept of these rows, in records, bases and journal, and compact the file.

        ``words`` (a partner's or person's names) are blanked wherever they occur as a whole value elsewhere. Returns
        how many lines were touched. Backups of workbooks are files beside them and are dropped by the caller.
        """
        touched = 0
        with self._together():
            for identity in identities:
                for table in ("records", "bases"):
                    touched += self._db.execute(f"UPDATE {table} SET row = '{{}}' WHERE id = ?", (identity,)).rowcount
                touched += self._db.execute(
                    "UPDATE journal SET old = NULL, new = NULL WHERE id = ?", (identity,)
                ).rowcount
                self._db.execute("DELETE FROM conflicts WHERE id = ?", (identity,))
                self._db.execute("DELETE FROM waiting WHERE id = ?", (identity,))
                self._db.execute("DELETE FROM facts WHERE id = ?", (identity,))
            for word in words:
                text = json.dumps(word, ensure_ascii=False)
                for column in ("old", "new"):
                    touched += self._db.execute(
                        f"UPDATE journal SET {column} = NULL WHERE {column} = ?", (text,)
                    ).rowcount
            self._db.execute("DELETE FROM staged")
            self._db.execute("UPDATE workbooks SET version = '', state = '{}'")
        self._db.execute("VACUUM")
        return touched


def _staged(change: Change, about: Mapping[str, object]) -> Iterator[tuple[str, str, str, str, str | None]]:
    """The lines of a change as they are staged: kind, address, sheet, identity, row."""
    yield "about", "", "", "", json.dumps(about, ensure_ascii=False)
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
        yield "known", known.address, "", "", json.dumps(kept, ensure_ascii=False)
    for event in change.events:
        line = [event.column, _text(event.old), _text(event.new), event.source, event.what]
        yield "event", "", event.sheet, event.id, json.dumps(line, ensure_ascii=False)
    for kind, values in change.facts.items():
        yield "facts", "", "", kind, json.dumps(values, ensure_ascii=False)


def _conflict_rows(change: Change, today: date) -> list[tuple[str, str, str, str, str]] | None:
    if change.conflicts is None:
        return None
    return [
        (c.sheet, c.id, c.column, json.dumps(dict(c.values), ensure_ascii=False), today.isoformat())
        for c in change.conflicts
    ]


def _text(value: Value | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _value(text: str | None) -> Value | None:
    return None if text is None else json.loads(text)


def shown_value(value: Value | None) -> str:
    """A value for people: as it is written in a cell; a withheld one not at all."""
    from trustbook.merge.values import decode
    from trustbook.reading import shown

    return "" if value is None else "…" if is_withheld(value) else shown(decode(value))
