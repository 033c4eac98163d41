"""A connection to PostgreSQL that takes the statements of this room, and says in sentences what
the server complains of. psycopg is opened here, and only by whoever has a ledger there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError
from trustbook.ledger.statements import Lines

if TYPE_CHECKING:
    import psycopg

# Seconds to wait for a server that does not answer, and for another run in one transaction.
_PATIENCE, _WAIT = 10, "5s"
# A computer that lost its power or its network must not hold a book for hours.
_ALIVE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
# Kinds of SQLSTATE: no connection, too many, shut down or starting; a lock not had in time.
_AWAY = ("08", "53300", "57P0", "55P03")
_REFUSED = ("28", "42501", "25006", "3D000")
_NO_ROOM = ("53100", "53200", "58")


def open_connection(url: str, shown: str) -> PostgresConnection:
    """Connect to the database at ``url``, which sentences call ``shown``.

    Raises UsageError where psycopg is not installed, Busy for a server that is away, NoAccess for
    one that refuses.
    """
    psycopg = driver()
    try:
        # No statement is prepared: the tables of another ledger bear the same names.
        opened = psycopg.connect(
            url,
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=_PATIENCE,
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=3,
            application_name="trustbook",
        )
    except psycopg.Error as fault:
        raise _not_connected(fault, shown) from None
    connection = PostgresConnection(opened, shown)
    connection.set(lock_timeout=_WAIT, client_encoding="UTF8", **_ALIVE)
    return connection


def driver() -> Any:
    """The library that speaks to PostgreSQL. Raises UsageError where it is not installed."""
    try:
        import psycopg
    except ImportError:
        raise UsageError("ledger.no_psycopg") from None
    return psycopg


def _not_connected(fault: Exception, shown: str) -> TrustbookError:
    """Why there is no connection. Before there is one, the driver gives words and no code: only a
    server that was reached says FATAL.
    """
    what = _first_line(str(fault))
    if "FATAL" in what and "does not exist" in what and "database" in what:
        return UsageError("ledger.no_database", path=shown)
    busy = ("starting up", "shutting down", "too many", "remaining connection slots")
    if "FATAL" in what and not any(word in what for word in busy):
        return NoAccess("ledger.server_refused", path=shown, what=what)
    if "no password supplied" in what:
        return NoAccess("ledger.server_refused", path=shown, what=what)
    return Busy("ledger.server_away", path=shown, what=what)


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0].strip() if lines else ""


@cache
def _translated(query: str) -> str:
    return query.replace("%", "%%").replace("?", "%s")


class PostgresConnection:
    """An open connection; every statement is its own transaction unless BEGIN says otherwise."""

    def __init__(self, opened: psycopg.Connection[Any], shown: str) -> None:
        self._opened, self._shown = opened, shown

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Lines:
        """Have one statement done; what it found is all here then."""
        with self._told():
            return self._opened.execute(_translated(query), values)

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> Lines:
        """Have one statement done for each line of values."""
        with self._told():
            cursor = self._opened.cursor()
            cursor.executemany(_translated(query), values)
            return cursor

    def set(self, **settings: str) -> None:
        """Set what holds for this connection."""
        names = ", ".join("set_config(?, ?, false)" for _ in settings)
        self.execute(f"SELECT {names}", [text for pair in settings.items() for text in pair])

    @property
    def is_idle(self) -> bool:
        """Whether it is whole and nothing is under way, so that somebody else may use it."""
        status = driver().pq.TransactionStatus
        return bool(self._opened.info.transaction_status == status.IDLE)

    def server_version(self) -> str:
        """The version of the server, such as 15.13."""
        return self._opened.info.parameter_status("server_version") or "?"

    def close(self) -> None:
        """End it."""
        with suppress(Exception):
            self._opened.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        psycopg = driver()
        try:
            yield
        except psycopg.Error as fault:
            raise self._sentence(fault) from None

    def _sentence(self, fault: Any) -> TrustbookError:
        """What a fault means. Only its first words are told: what follows may quote a line."""
        code = fault.sqlstate or ("08" if self._opened.broken or self._opened.closed else "")
        what = fault.diag.message_primary or _first_line(str(fault))
        if code == "55P03":
            return Busy("ledger.busy", path=self._shown)
        if code.startswith(_AWAY):
            return Busy("ledger.server_lost", path=self._shown, what=what)
        if code.startswith(_REFUSED):
            return NoAccess("ledger.server_refused", path=self._shown, what=what)
        if code.startswith(_NO_ROOM):
            return TrustbookError("ledger.server_no_room", path=self._shown, what=what)
        return TrustbookError("ledger.failed", path=self._shown, what=what)
