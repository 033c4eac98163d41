"""A ledger in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from trustbook.ledger.errors import damaged
from trustbook.ledger.schema import SCHEMA
from trustbook.ledger.statements import TABLE_NAMES, table_script
from trustbook.ledger.whole import fault_in
from trustbook.places.data_folder import own_folder

_WAIT = 5.0
# So much of the file is kept at hand: a first run of thousands of rows writes every page once.
_CACHE_KIB = 32 * 1024
# Room that is free can be given back. It holds from the first table on, or the next compacting.
_GIVES_BACK = "PRAGMA auto_vacuum = INCREMENTAL"
_LARGE_SHARE = 4  # a quarter of the file


class SqliteStore:
    """The engine for a file; in passing (``path`` None) it lasts as long as the object."""

    engine = ""
    begins = "BEGIN IMMEDIATE"
    # A full disk has the engine roll back by itself: there is nothing left to take back then.
    faults: type[Exception] = sqlite3.Error

    def __init__(self, path: Path | None, reads_only: bool) -> None:
        self.path, self._reads_only = path, reads_only
        self.db = self._connect(path, reads_only)

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

    def version(self) -> int:
        """The schema of the tables, 0 where there are none yet. Raises SafetyStop for another
        program's file, and for one that lacks a table.
        """
        self.db.execute("PRAGMA secure_delete = ON")
        self.db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        schema = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        tables = {name for (name,) in self.db.execute("SELECT name FROM sqlite_master")}
        if (schema or tables) and "meta" not in tables:
            raise damaged("ledger.no_ledger", self.path)
        if schema == SCHEMA and (gone := sorted({*TABLE_NAMES} - tables)):
            raise damaged("ledger.unusable", self.path, gone[0])
        if not (schema or self._reads_only):  # in an empty file it writes a first page
            self.db.execute(_GIVES_BACK)
        return schema

    def only_read(self) -> None:
        """Refuse to change anything from here on."""
        self.db.execute("PRAGMA query_only = ON")

    def adapted(self, script: str) -> Iterator[str]:
        """The statements of a script of schema.py, as this engine takes them."""
        yield from script.split(";\n")

    def tables(self, only: Collection[str] = ()) -> Iterator[str]:
        """The statements that make the tables, or ``only`` some of them."""
        return self.adapted(table_script(only))

    def set_version(self, version: int) -> None:
        """Note the schema of the tables."""
        self.db.execute(f"PRAGMA user_version = {version}")

    def count_on(self) -> None:
        """Have the journal go on counting after lines that were carried here: it does."""

    def fault(self) -> str | None:
        """What the engine finds wrong in the whole file; None for nothing."""
        return fault_in(self.db)

    def shrink(self) -> None:
        """Give back the room of what is not there any more, where that is much of the file."""
        free, pages = (
            int(self.db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("freelist_count", "page_count")
        )
        if free * _LARGE_SHARE > pages:
            # As a script: a single statement would give back one page and stop.
            self.db.executescript("PRAGMA incremental_vacuum")

    def compact(self) -> None:
        """Leave nothing in the file of what was erased."""
        self.db.execute(_GIVES_BACK)
        self.db.execute("VACUUM")

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()
