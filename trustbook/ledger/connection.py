"""The file of a ledger: opened, brought up to date, used in whole transactions, copied."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from trustbook.errors import SafetyStop
from trustbook.ledger.errors import damaged, sentences
from trustbook.ledger.schema import MIGRATIONS, SCHEMA, TABLES
from trustbook.places.data_folder import own_folder

_WAIT = 5.0
# So much of the file is kept at hand: a first run of thousands of rows writes every page once.
_CACHE_KIB = 32 * 1024


class LedgerFile:
    """One SQLite file; in passing (``path`` None) it lasts as long as the object.

    Raises SafetyStop where the file is no ledger, is damaged or was made by a newer trustbook; Busy
    where another run keeps it for seconds; NoAccess where it may not be used; TrustbookError where
    the disk is full or fails.
    """

    def __init__(self, path: Path | None, reads_only: bool = False) -> None:
        self.path = path
        with self._sentences():
            self._db = self._connect(path, reads_only)
        try:
            self._bring_up_to_date(reads_only)
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
        own_folder(path.parent)
        path.touch(mode=0o600)  # the engine gives a file of its own to everybody
        return sqlite3.connect(path, timeout=_WAIT, isolation_level=None)

    def _bring_up_to_date(self, reads_only: bool) -> None:
        with self._sentences():
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            schema = self._db.execute("PRAGMA user_version").fetchone()[0]
            if reads_only and schema:
                self._db.execute("PRAGMA query_only = ON")
            if schema > SCHEMA:
                raise SafetyStop("ledger.newer", path=self.path)
            tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master")}
            if (schema or tables) and "meta" not in tables:
                raise damaged("ledger.no_ledger", self.path)
            if not schema:
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

    def told(self) -> AbstractContextManager[None]:
        """Say in a sentence what the disk complains of, for what is done with the file as a
        whole.
        """
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy_to(self, path: Path) -> None:
        """Make a ledger of the same content at ``path``, proved to be whole: for a workbook that
        goes its own way from here, or to put back one day. Raises SafetyStop for one that is not.
        """
        own_folder(path.parent)
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            with self._sentences():
                temporary.touch(mode=0o600)
                with closing(sqlite3.connect(temporary)) as target:
                    self._db.backup(target)
                    self._refuse_if_broken(target, "ledger.copy_broken")
                temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def check(self) -> None:
        """Have the engine look through the whole file. Raises SafetyStop where it is damaged."""
        with self._sentences():
            self._refuse_if_broken(self._db, "ledger.unusable")

    def _refuse_if_broken(self, db: sqlite3.Connection, key: str) -> None:
        found = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
        if found != "ok":
            raise damaged(key, self.path, " ".join(found.split()))

    def _get(self, name: str) -> str | None:
        with self._sentences():
            found = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
