"""What the rest of the room may ask of an engine: statements in the SQL that SQLite and PostgreSQL
have in common, with ``?`` for a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Protocol

from trustbook.ledger.schema import TABLES


class Lines(Protocol):
    """What a statement found, and how many lines it touched (``rowcount``)."""

    @property
    def rowcount(self) -> int:
        """How many lines were touched."""

    def fetchone(self) -> Any:
        """The next line, None after the last."""

    def fetchall(self) -> list[Any]:
        """All lines that are left."""

    def __iter__(self) -> Iterator[Any]:
        """One line after the other."""


class Statements(Protocol):
    """An open connection to the tables of one ledger."""

    def execute(self, query: str, values: Sequence[Any] = ..., /) -> Lines:
        """Have one statement done."""

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> Lines:
        """Have one statement done for each line of values."""


_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\)(?:;|\Z)", re.DOTALL)
TABLE_NAMES = tuple(name for name, _ in _TABLE.findall(TABLES))


def table_script(only: Collection[str] = ()) -> str:
    """The script that makes all tables, or ``only`` some of them."""
    if not only:
        return TABLES
    return ";\n".join(
        f"CREATE TABLE {name} ({body})" for name, body in _TABLE.findall(TABLES) if name in only
    )


@cache
def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table, in their order."""
    (body,) = (body for name, body in _TABLE.findall(TABLES) if name == table)
    pieces = re.split(r",\s*(?![^(]*\))", body)
    names = (piece.split()[0] for piece in pieces)
    return tuple(name for name in names if name != "PRIMARY")


@cache
def primary_key(table: str) -> tuple[str, ...]:
    """The columns by which a table knows its lines; none where it only puts one after the other."""
    (body,) = (body for name, body in _TABLE.findall(TABLES) if name == table)
    if found := re.search(r"PRIMARY KEY \((.*?)\)", body):
        return tuple(found[1].split(", "))
    return tuple(re.findall(r"(\w+) \w+ PRIMARY KEY", body))


@cache
def adding(table: str) -> str:
    """The statement that adds a line to a table, each column by its name: an engine may have some
    of its own.
    """
    columns = columns_of(table)
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"


@cache
def putting(table: str, lines: str = "") -> str:
    """The statement that puts a line into a table, or all that the query ``lines`` finds (it needs
    a WHERE), in the place of those of the same key.
    """
    columns, key = columns_of(table), primary_key(table)
    source = lines or f"VALUES ({', '.join('?' * len(columns))})"
    rest = [f"{name} = excluded.{name}" for name in columns if name not in key]
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) {source} "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(rest)}"
    )
