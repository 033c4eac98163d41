"""A ledger: opened, brought up to date, used in whole transactions, copied. What engine it is in
(a file, a database) is known to its store alone.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from trustbook.errors import Busy, SafetyStop
from trustbook.ledger.errors import damaged, sentences
from trustbook.ledger.ledger_place import Place, ServerPlace, home_of
from trustbook.ledger.reading_cache import cache_place, drop_reading
from trustbook.ledger.repack import (
    LAST_UNPACKED,
    PACKED,
    UNPACKED,
    copy_unpacked,
    put_packed,
    unpacked_lines,
)
from trustbook.ledger.schema import MIGRATIONS, SCHEMA
from trustbook.ledger.sqlite_store import SqliteStore
from trustbook.ledger.statements import TABLE_NAMES, Statements, putting
from trustbook.ledger.table_copies import copy_tables, first_difference
from trustbook.ledger.whole import fault_in, packed_fault
from trustbook.places.data_folder import own_folder

if TYPE_CHECKING:
    from trustbook.ledger.postgres_store import PostgresStore

# What is left of a ledger that was brought elsewhere: this name and the place.
_MOVED = "moved_to"
Store: TypeAlias = "SqliteStore | PostgresStore"


def _store_at(place: Place | None, reads_only: bool) -> Store:
    if not isinstance(place, ServerPlace):
        return SqliteStore(place, reads_only)
    if reads_only and not place.is_file():
        return SqliteStore(None, reads_only)
    from trustbook.ledger.postgres_store import PostgresStore

    return PostgresStore(place, reads_only)


class LedgerFile:
    """One ledger; in passing (``place`` None) it lasts as long as the object. ``path`` is where its
    copies lie beside: the file itself, where it is one.

    Raises SafetyStop where there is no ledger, it is damaged, was made by a newer trustbook or was
    brought elsewhere (unless ``moved_too``); Busy
    where another run keeps it for seconds or the server is away; NoAccess where it may not be used;
    TrustbookError where the disk is full or fails.
    """

    def __init__(
        self, place: Place | None, reads_only: bool = False, moved_too: bool = False
    ) -> None:
        self.place, self.path = place, home_of(place)
        with self._sentences():
            self._store = _store_at(place, reads_only)
        self._db: Statements = self._store.db
        try:
            self._bring_up_to_date(reads_only)
            if place is not None and not moved_too and (to := self.moved_to):
                key = "ledger.moved_server" if "://" in to else "ledger.moved"
                raise SafetyStop(key, path=place, to=to)
        except BaseException:
            self._store.close()
            raise

    def _bring_up_to_date(self, reads_only: bool) -> None:
        with self._sentences():
            schema = self._store.version()
            if schema > SCHEMA:
                raise SafetyStop("ledger.newer", path=self.place)
            if reads_only:
                self._only_look(schema)
            elif not schema:
                with self._together():
                    self._make_tables(self._store)
                    self._store.set_version(SCHEMA)
            elif schema < SCHEMA:
                self._migrate(schema)

    def _only_look(self, schema: int) -> None:
        """Change nothing from here on. What is not of today, or has no tables yet, is looked at in
        a copy that lasts as long as the object.
        """
        if schema == SCHEMA:
            self._store.only_read()
            return
        with closing(self._store) as kept:
            self._store = SqliteStore(None, reads_only=False)
            self._make_tables(self._store)
            if schema:
                copy_unpacked(kept.db, self._db, schema)

    def _make_tables(self, store: Store) -> None:
        self._db = store.db
        for statement in store.tables():
            self._db.execute(statement)
        self._set("secret", secrets.token_hex(16))

    def _migrate(self, schema: int) -> None:
        with self._together():
            for older in range(schema, LAST_UNPACKED):
                for statement in self._store.adapted(MIGRATIONS[older]):
                    self._db.execute(statement)
            lines = unpacked_lines(self._db)
            for table in UNPACKED:
                self._db.execute(f"DROP TABLE {table}")
            for statement in self._store.tables(PACKED):
                self._db.execute(statement)
            put_packed(self._db, lines)
            self._store.set_version(SCHEMA)
        self._store.compact()

    def _sentences(self) -> AbstractContextManager[None]:
        return sentences(self.place)

    def told(self) -> AbstractContextManager[None]:
        """Say in a sentence what the disk complains of, for what is done with the ledger as a
        whole.
        """
        return sentences(self.place)

    @contextmanager
    def _together(self) -> Iterator[None]:
        """All of it or nothing."""
        with self._sentences():
            self._db.execute(self._store.begins)
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(self._store.faults):
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file or the database."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy_to(self, place: Place) -> None:
        """Make a ledger of the same content at ``place``, proved to be whole: for a workbook that
        goes its own way from here, or to put back one day. Raises SafetyStop for one that is not.
        """
        if isinstance(place, ServerPlace):
            with LedgerFile(place) as target:
                target.take_over(self)
            return
        own_folder(place.parent)
        temporary = place.with_name(f"{place.name}.{secrets.token_hex(4)}.tmp")
        try:
            with self._sentences():
                temporary.touch(mode=0o600)
                self._copy_into(temporary)
                temporary.replace(place)
        finally:
            temporary.unlink(missing_ok=True)

    def _copy_into(self, path: Path) -> None:
        if isinstance(self._store, SqliteStore):
            with closing(sqlite3.connect(path)) as target:
                self._store.db.backup(target)
                found = fault_in(target) or packed_fault(target)
                self._refuse_if_broken(found, "ledger.copy_broken")
        else:
            with LedgerFile(path) as copy:
                copy.take_over(self)

    def same_as(self, other: LedgerFile) -> bool:
        """Whether another ledger holds the same, line by line."""
        return first_difference(self._db, other._db) is None

    def take_over(self, other: LedgerFile) -> None:
        """Hold what another ledger holds, and nothing else. Raises SafetyStop where it proves not
        to be the same.
        """
        mine, theirs = self._store, other._store
        if isinstance(mine, SqliteStore) and isinstance(theirs, SqliteStore):
            with self._sentences():
                theirs.db.backup(mine.db)
            return
        with self._together():
            copy_tables(other._db, self._db)
            self._store.count_on()
            self._refuse_if_broken(first_difference(other._db, self._db), "ledger.copy_broken")

    @property
    def engine(self) -> str:
        """The server and its version, where the ledger is not a file here."""
        return self._store.engine

    @property
    def moved_to(self) -> str | None:
        """Where this ledger was brought, if it is not here any more."""
        return self._get(_MOVED)

    def leave_for(self, place: str) -> None:
        """Hold nothing from here on but where the ledger is now."""
        self._drop_reading()
        with self._together():
            for table in TABLE_NAMES:
                self._db.execute(f"DELETE FROM {table}")
            self._set(_MOVED, place)
        with self._sentences():
            self._store.compact()

    def _drop_reading(self) -> None:
        """Keep nothing of a reading: it holds what is to be erased."""
        if self.path is None:
            return
        try:
            drop_reading(self.path)
        except OSError:
            raise Busy("ledger.reading_held", name=cache_place(self.path).name) from None

    def check(self) -> None:
        """Have the engine look through all of it, and unpack what is packed. Raises SafetyStop
        where it is damaged.
        """
        with self._sentences():
            found = self._store.fault() or packed_fault(self._db)
            self._refuse_if_broken(found, "ledger.unusable")

    def _refuse_if_broken(self, found: str | None, key: str) -> None:
        if found is not None:
            raise damaged(key, self.place, found)

    def _get(self, name: str) -> str | None:
        with self._sentences():
            found = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def _set(self, name: str, value: str) -> None:
        self._db.execute(putting("meta"), (name, value))
