"""A PostgreSQL database that holds ledgers: a schema for each, and one called ``trustbook`` that
says which there are and which workbook each remembers.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from urllib.parse import quote

from trustbook.errors import Busy, TrustbookError, UsageError
from trustbook.ledger.postgres_connection import PostgresConnection, driver, open_connection
from trustbook.places.data_folder import WAIT

SCHEMES = ("postgresql://", "postgres://")
_DIRECTORY = (
    "CREATE SCHEMA IF NOT EXISTS trustbook",
    "CREATE TABLE IF NOT EXISTS trustbook.about (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS trustbook.ledgers "
    '(ledger TEXT COLLATE "C" PRIMARY KEY, version INTEGER NOT NULL)',
    "CREATE TABLE IF NOT EXISTS trustbook.places "
    '(address TEXT COLLATE "C" PRIMARY KEY, ledger TEXT NOT NULL)',
)
_PAUSE = 0.2


class LedgerServer:
    """The database at ``url``. Nothing is connected before something is asked.

    ``shown`` is what sentences call it, and ``shown_to_all`` what a mark does: no password, and in
    a mark no user. Raises UsageError, Busy and NoAccess as ``open_connection`` does.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.shown, self.shown_to_all = _without_password(url)
        self._idle: list[PostgresConnection] = []
        weakref.finalize(self, _close_all, self._idle)
        self._locks: PostgresConnection | None = None
        self._locked = 0
        self._process = os.getpid()

    # connections

    def take(self, schema: str, reads_only: bool) -> PostgresConnection:
        """A connection that works on a schema; ``give`` takes it back."""
        settings = {
            "search_path": f'"{schema}"',
            "default_transaction_read_only": "on" if reads_only else "off",
        }
        if self._process != os.getpid():
            self._idle.clear()  # those of the process that this one was made of
            self._process = os.getpid()
        while self._idle:
            connection = self._idle.pop()
            try:
                connection.set(**settings)
            except TrustbookError:
                connection.close()  # the server was started anew meanwhile
                continue
            return connection
        connection = open_connection(self.url, self.shown)
        connection.set(**settings)
        return connection

    def give(self, connection: PostgresConnection) -> None:
        """Keep a connection for whoever needs one next."""
        if connection.is_idle:
            self._idle.append(connection)
        else:
            connection.close()

    @contextmanager
    def at_directory(self, reads_only: bool = True) -> Iterator[PostgresConnection]:
        """A connection for what stands in the directory."""
        connection = self.take("trustbook", reads_only)
        try:
            yield connection
        finally:
            self.give(connection)

    def close(self) -> None:
        """End all connections that are not in use."""
        _close_all(self._idle)

    # the directory

    def make_directory(self) -> None:
        """Make what is missing of the directory; a database that has it is left as it is."""
        with self.at_directory(reads_only=False) as db:
            db.execute("BEGIN")
            try:
                db.execute("SELECT pg_advisory_xact_lock(?)", (_number("trustbook"),))
                for statement in _DIRECTORY:
                    db.execute(statement)
                put = "INSERT INTO about VALUES ('id', ?) ON CONFLICT (name) DO NOTHING"
                db.execute(put, (secrets.token_hex(6),))
                db.execute("COMMIT")
            except BaseException:
                with suppress(TrustbookError):
                    db.execute("ROLLBACK")
                raise

    @cached_property
    def identity(self) -> str:
        """Twelve digits that tell this database from any other, whatever it is called from where.
        Raises UsageError where nobody made it ready.
        """
        with self.at_directory() as db:
            made = "SELECT count(*) FROM pg_tables WHERE schemaname = 'trustbook'"
            if not db.execute(f"{made} AND tablename = 'about'").fetchone()[0]:
                raise UsageError("ledger.not_made", path=self.shown)
            return str(db.execute("SELECT value FROM about WHERE name = 'id'").fetchone()[0])

    def ledger_names(self) -> list[str]:
        """The ledgers that stand here."""
        assert self.identity
        with self.at_directory() as db:
            return [name for (name,) in db.execute("SELECT ledger FROM ledgers ORDER BY ledger")]

    def ledger_at(self, address: str) -> str | None:
        """The ledger that remembers the workbook at an address."""
        assert self.identity
        query = (
            "SELECT places.ledger FROM places JOIN ledgers ON ledgers.ledger = places.ledger "
            "WHERE address = ?"
        )
        with self.at_directory() as db:
            found = db.execute(query, (_plain(address),)).fetchone()
        return str(found[0]) if found else None

    def note_places(self, ledger: str, addresses: Iterable[str]) -> None:
        """Note that a ledger remembers the workbooks at these addresses."""
        put = (
            "INSERT INTO places VALUES (?, ?) "
            "ON CONFLICT (address) DO UPDATE SET ledger = excluded.ledger"
        )
        with self.at_directory(reads_only=False) as db:
            db.executemany(put, [(_plain(address), ledger) for address in addresses])

    def about(self) -> tuple[str, bool]:
        """The version of the server, and whether we may do more there than is needed."""
        with self.at_directory() as db:
            query = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
            return db.server_version(), bool(db.execute(query).fetchone()[0])

    # locks

    @contextmanager
    def locked(self, names: Iterable[str], wait: float | None = None) -> Iterator[None]:
        """Keep other runs, on whatever computer, away from what bears these names. Who holds it may
        take it once more. Raises Busy when another run is at work for ``wait`` seconds.
        """
        numbers = sorted(set(map(_number, names)))
        if self._locks is None:
            self._locks = open_connection(self.url, self.shown)
        self._locked += 1
        held: list[int] = []
        try:
            until = time.monotonic() + (WAIT if wait is None else wait)
            for number in numbers:
                _take_lock(self._locks, number, until)
                held.append(number)
            yield
        finally:
            self._let_go(held)

    def _let_go(self, held: Iterable[int]) -> None:
        self._locked -= 1
        assert self._locks is not None
        with suppress(TrustbookError):  # with the connection the locks went
            for number in held:
                self._locks.execute("SELECT pg_advisory_unlock(?)", (number,))
        if not self._locked:
            self._locks.close()
            self._locks = None

    def still_locked(self) -> None:
        """Raise Busy where the locks were lost meanwhile, and with them the right to write."""
        if self._locks is not None:
            self._locks.execute("SELECT 1")


def _close_all(connections: list[PostgresConnection]) -> None:
    while connections:
        connections.pop().close()


def _take_lock(db: PostgresConnection, number: int, until: float) -> None:
    while not db.execute("SELECT pg_try_advisory_lock(?)", (number,)).fetchone()[0]:
        if time.monotonic() >= until:
            raise Busy("other_run")
        time.sleep(_PAUSE)


def _number(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _plain(address: str) -> str:
    """An address as the database takes it: a path may hold what is no text."""
    return address.encode("utf-8", "backslashreplace").decode()


def _is_read_as_meant(url: str) -> bool:
    """Whether a sign in a password cannot have been taken for the end of it: what follows would be
    read, and told, as a server or a database.
    """
    rest = url.partition("://")[2]
    login = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return rest.count("@") == login.count("@") <= 1


def _without_password(url: str) -> tuple[str, str]:
    """How an address is shown, with its user and without. Raises UsageError for one that cannot be
    read: it is not repeated, since the password may stand anywhere in it.
    """
    psycopg = driver()
    try:
        found = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        found = {}
    host, port, user = (str(found.get(part) or "") for part in ("host", "port", "user"))
    is_port = not port or port.replace(",", "0").isdigit()
    if not (found and is_port and _is_read_as_meant(url)):
        raise UsageError("ledger.server_address", address=url.split("://")[0])
    name = quote(str(found.get("dbname") or user))
    if host.startswith(("/", "@")):
        place, asked = f"/{name}", f"?host={host}" + (f"&port={port}" if port else "")
    else:
        place, asked = f"{host}{f':{port}' if port else ''}/{name}", ""
    login = f"{quote(user)}@" if user else ""
    return f"postgresql://{login}{place}{asked}", f"postgresql://{place}{asked}"
