"""One book's memory in one SQLite file: what is asked of it, and what it is told."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from trustbook.errors import SafetyStop
from trustbook.ledger import commit, erase_values
from trustbook.ledger.change import Change, Known
from trustbook.ledger.commit import from_text
from trustbook.ledger.errors import sentences
from trustbook.ledger.schema import MIGRATIONS, SCHEMA, TABLES
from trustbook.merge.cell_codec import Row, unpack
from trustbook.merge.threeway import Conflict, Event
from trustbook.names import key

_WAIT = 5.0


class Ledger:
    """One book's memory in one SQLite file; in passing (``path`` None) it lasts as long as the
    object.

    Raises SafetyStop where the file is no ledger, is damaged or was made by a newer trustbook; Busy
    where another run keeps it for seconds; NoAccess where it may not be used; TrustbookError where
    the disk is full or fails.
    """

    def __init__(self, path: Path | None, reads_only: bool = False) -> None:
        self.path = path
        with self._sentences():
            self._db = self._connect(path, reads_only)
        try:
            self._prepare(reads_only)
        except BaseException:
            self._db.close()
            raise

    @staticmethod
    def _connect(path: Path | None, reads_only: bool) -> sqlite3.Connection:
        if path is None or (reads_only and not path.exists()):
            return sqlite3.connect(":memory:", isolation_level=None)
        if reads_only:
            # Not mode=ro: what a killed run left half done must be taken back before anything can
            # be read.
            address = f"{path.absolute().as_uri()}?mode=rw"
            return sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(path, timeout=_WAIT, isolation_level=None)

    def _prepare(self, reads_only: bool) -> None:
        with self._sentences():
            self._db.execute("PRAGMA secure_delete = ON")
            schema = self._db.execute("PRAGMA user_version").fetchone()[0]
            if reads_only and schema:
                self._db.execute("PRAGMA query_only = ON")
            if schema > SCHEMA:
                raise SafetyStop("ledger.newer", path=self.path)
            if not schema:
                if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise SafetyStop("ledger.no_ledger", path=self.path)
                with self._together():
                    for statement in TABLES.split(";\n"):
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {SCHEMA}")
                    self._set("secret", secrets.token_hex(16))
            while 0 < schema < SCHEMA and not reads_only:
                with self._together():
                    for statement in MIGRATIONS[schema].split(";\n"):
                        self._db.execute(statement)
                    schema += 1
                    self._db.execute(f"PRAGMA user_version = {schema}")

    def _sentences(self) -> AbstractContextManager[None]:
        return sentences(self.path)

    @contextmanager
    def _together(self) -> Iterator[None]:
        """All of it or nothing."""
        with self._sentences():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                # A full disk has the engine roll back by itself: there is nothing left to take back
                # then.
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy_to(self, path: Path) -> None:
        """Make a ledger of the same content at ``path``: for a workbook that goes its own way from
        here.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            with self._sentences(), closing(sqlite3.connect(temporary)) as target:
                self._db.backup(target)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def in_passing(self) -> Ledger:
        """A copy that lasts as long as the object: to look at what a run would make of it."""
        copy = Ledger(None)
        with self._sentences():
            self._db.backup(copy._db)
        copy.path = self.path
        return copy

    def unfinished(self) -> bool:
        """Whether a run broke off, or something waits for a workbook."""
        with self._sentences():
            tables = ("staged", "waiting")
            found = [self._db.execute(f"SELECT 1 FROM {table} LIMIT 1") for table in tables]
            return any(one.fetchone() for one in found)

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
            return [
                address
                for (address,) in self._db.execute("SELECT address FROM workbooks ORDER BY address")
            ]

    def move(self, old: str, new: str, copied: bool = False) -> None:
        """Know the workbook at ``old`` under ``new`` from now on; under both if it was ``copied``."""
        with self._together():
            for table in ("workbooks", "bases", "stamps"):
                self._db.execute(f"DELETE FROM {table} WHERE address = ?", (new,))
                if copied:
                    columns = [
                        found[1] for found in self._db.execute(f"PRAGMA table_info({table})")
                    ]
                    rest = ", ".join(columns[1:])
                    self._db.execute(
                        f"INSERT INTO {table} SELECT ?, {rest} FROM {table} WHERE address = ?",
                        (new, old),
                    )
                else:
                    self._db.execute(
                        f"UPDATE {table} SET address = ? WHERE address = ?", (new, old)
                    )

    def drop(self, address: str) -> None:
        """Forget what the workbook at ``address`` showed; the records stay."""
        with self._together():
            for table in ("workbooks", "bases", "stamps"):
                self._db.execute(f"DELETE FROM {table} WHERE address = ?", (address,))

    def stamp(self, address: str, token: str) -> str:
        """What the stamp in a workbook says: "current", "older" (something was learned since) or
        "unknown".
        """
        with self._sentences():
            found = self._db.execute(
                "SELECT max(run) FROM stamps WHERE address = ? AND token = ?", (address, token)
            ).fetchone()[0]
            if found is None:
                return "unknown"
            later = self._db.execute(
                "SELECT count(*) FROM stamps WHERE address = ? AND run > ? AND learned",
                (address, found),
            ).fetchone()[0]
        return "older" if later else "current"

    # what a run reads

    def base(self, address: str, sheet: str) -> dict[str, str]:
        """The rows of a sheet as a workbook last agreed, packed, by identity."""
        with self._sentences():
            return dict(
                self._db.execute(
                    "SELECT id, row FROM bases WHERE address = ? AND sheet = ?", (address, sheet)
                )
            )

    def records(self, sheet: str) -> dict[str, str]:
        """The rows of a sheet as the ledger knows them, packed, archived ones included."""
        with self._sentences():
            return dict(self._db.execute("SELECT id, row FROM records WHERE sheet = ?", (sheet,)))

    def archived(self, sheet: str) -> set[str]:
        """The identities of archived rows."""
        with self._sentences():
            return {
                i
                for (i,) in self._db.execute(
                    "SELECT id FROM records WHERE sheet = ? AND archived = 1", (sheet,)
                )
            }

    def first_runs(self, sheet: str, before: int) -> dict[str, int]:
        """In which run each row was first read, for those read before run ``before``."""
        with self._sentences():
            return dict(
                self._db.execute(
                    "SELECT id, run FROM records WHERE sheet = ? AND run < ?", (sheet, before)
                )
            )

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
                    "SELECT 1 FROM records WHERE sheet IN ('partners', 'people', 'moments') AND id = ?",
                    (identity,),
                ).fetchone()
            }

    def facts(self, kind: str) -> dict[str, str]:
        """Small things remembered by name: since when a problem stands, rows that were planned
        ahead, …
        """
        with self._sentences():
            return dict(self._db.execute("SELECT id, value FROM facts WHERE kind = ?", (kind,)))

    def conflicts(self) -> list[tuple[Conflict, str]]:
        """The open conflicts and since when (ISO day)."""
        with self._sentences():
            found = self._db.execute(
                "SELECT sheet, id, col, sides, since FROM conflicts ORDER BY sheet, id, col"
            )
            return [
                (Conflict(sheet, i, column, json.loads(sides)), since)
                for sheet, i, column, sides, since in found
            ]

    def last_run(self) -> tuple[int, str] | None:
        """The last run that changed something: its number and when it was."""
        with self._sentences():
            found = self._db.execute(
                "SELECT run, at FROM runs ORDER BY run DESC LIMIT 1"
            ).fetchone()
        return (found[0], found[1]) if found else None

    def runs(self) -> list[tuple[int, str, str, dict[str, Any]]]:
        """Every run that changed something: number, when, as of which day, and what it did."""
        with self._sentences():
            found = self._db.execute("SELECT run, at, today, what FROM runs ORDER BY run")
            return [(run, at, today, json.loads(what)) for run, at, today, what in found]

    def journal(self, identity: str | None = None, after: int = 0) -> list[tuple[int, str, Event]]:
        """What changed in runs later than ``after``, oldest first, of one row or all: run, when,
        event.
        """
        where, values = ("AND j.id = ?", (after, identity)) if identity else ("", (after,))
        with self._sentences():
            found = self._db.execute(
                "SELECT j.run, r.at, j.sheet, j.id, j.col, j.old, j.new, j.source, j.what FROM journal j "
                f"LEFT JOIN runs r ON r.run = j.run WHERE j.run > ? {where} ORDER BY j.n",
                values,
            )
            return [
                (
                    run,
                    at or "",
                    Event(sheet, i, column, from_text(old), from_text(new), source, what),
                )
                for run, at, sheet, i, column, old, new, source, what in found
            ]

    def spelled(self, identity: str) -> str | None:
        """How a row is called that somebody asks for in a spelling of their own; None for one that
        was never here.
        """
        spellings = (
            ("id = ?", identity),
            ("id = ?", key(identity)),
            ("id = ? COLLATE NOCASE", identity),
        )
        with self._sentences():
            for table in ("records", "waiting", "journal"):
                for where, value in spellings:
                    if found := self._db.execute(
                        f"SELECT id FROM {table} WHERE {where}", (value,)
                    ).fetchone():
                        return str(found[0])
        return None

    def record(self, identity: str) -> tuple[str, Row, int, bool] | None:
        """The row with this ID: its sheet, its cells, the run it was first read in, whether it is
        archived.
        """
        with self._sentences():
            found = self._db.execute(
                "SELECT sheet, row, run, archived FROM records WHERE id = ? ORDER BY sheet LIMIT 1",
                (identity,),
            ).fetchone()
        return (found[0], unpack(found[1]), found[2], bool(found[3])) if found else None

    def versions(self, address: str, run: int) -> list[str]:
        """The versions of a workbook as the last write up to ``run`` left it and as it found it,
        where known.
        """
        with self._sentences():
            found = self._db.execute(
                "SELECT after, before FROM stamps WHERE address = ? AND run <= ? ORDER BY run DESC LIMIT 1",
                (address, run),
            ).fetchone()
        return [version for version in found or () if version]

    # what a run writes

    def next_run(self) -> int:
        """The number of the run to come."""
        with self._sentences():
            found = self._db.execute(
                "SELECT max(run) FROM (SELECT run FROM runs UNION ALL SELECT run FROM staged)"
            ).fetchone()[0]
        return (found or 0) + 1

    def stage(
        self, run: int, token: str, change: Change, at: str, today: date, what: Mapping[str, object]
    ) -> None:
        """Keep all a run is about to do, before its first write: a crash in between is then made
        good.
        """
        with self._together():
            commit.stage(self._db, run, token, change, at, today, what)

    def staged(self) -> tuple[int, str] | None:
        """A run that was staged and neither settled nor called off: its number and token."""
        with self._sentences():
            found = self._db.execute(
                "SELECT run, token FROM staged WHERE kind = 'about'"
            ).fetchone()
        return (found[0], found[1]) if found else None

    def call_off(self, late: Collection[str] = ()) -> None:
        """Forget what was staged: nothing of it was written, as far as can be seen.

        ``late``: workbooks that cannot be asked; see ``catch_up``.
        """
        with self._together():
            commit.call_off(self._db, late)

    def catch_up(self, tokens: Mapping[str, str]) -> None:
        """Learn of workbooks in sight, by the stamp they bear, whether a run that broke off had
        written them.
        """
        with self._together():
            commit.catch_up(self._db, tokens)

    def settle(
        self,
        versions: Mapping[str, str],
        skip: Iterable[str] = (),
        undone: Iterable[tuple[str, str, str]] = (),
        late: Collection[str] = (),
    ) -> None:
        """Make what was staged the memory, in one transaction.

        ``versions``: address to the version that stands there now, for workbooks that were written;
        ``skip``: addresses that were to be written and were not, which keep their base; ``undone``:
        rows (address, sheet, identity) of which the same holds; ``late``: those among ``skip`` that
        cannot be asked; see ``catch_up``.
        """
        with self._together():
            commit.settle(self._db, versions, set(skip), set(undone), late)

    def staged_to_write(self) -> dict[str, bool]:
        """The workbooks of the staged run, and whether it was to write into each."""
        with self._sentences():
            found = self._db.execute("SELECT address, row FROM staged WHERE kind = 'known'")
            return {address: bool(json.loads(text)["stamped"]) for address, text in found}

    def remember(self, known: Known, facts: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Note that a workbook stands in agreement in another version; no run is counted."""
        with self._together():
            commit.put_workbook(self._db, known.address, known.name, known.version, known.state)
            for kind, values in (facts or {}).items():
                commit.put_facts(self._db, kind, values)

    # moments that wait for their workbook

    def wait(self, identity: str, entry: Mapping[str, object], at: str) -> None:
        """Keep a logged moment until its workbook can take it."""
        with self._together():
            self._db.execute(
                "INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)", (identity, json.dumps(entry), at)
            )

    def waiting(self) -> dict[str, dict[str, Any]]:
        """The logged moments that wait, by the ID they will have."""
        with self._sentences():
            found = self._db.execute("SELECT id, entry FROM waiting ORDER BY at, id")
            return {identity: json.loads(entry) for identity, entry in found}

    def arrived(self, identities: Iterable[str]) -> None:
        """These moments stand in their workbook now."""
        with self._together():
            self._db.executemany(
                "DELETE FROM waiting WHERE id = ?", ((identity,) for identity in identities)
            )

    # forgetting

    def forget(self, identities: Sequence[str], words: Sequence[str] = ()) -> int:
        """Overwrite all that is kept of these rows, and their names wherever else they stand;
        compact the file.

        The names are those the rows have and ever had, and ``words`` besides. Returns how many
        lines were touched.
        """
        with self._together():
            touched = erase_values.erase_row(self._db, identities, words)
        with self._sentences():
            self._db.execute("VACUUM")
        return touched
