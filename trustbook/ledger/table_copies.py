"""All tables of a ledger, carried from one engine to another and compared."""

from __future__ import annotations

from trustbook.ledger.statements import TABLE_NAMES, Statements, adding, columns_of


def lines_in(db: Statements, table: str) -> list[tuple[object, ...]]:
    """All lines of a table, in the order in which they were put down."""
    names = ", ".join(columns_of(table))
    return db.execute(f"SELECT {names} FROM {table} ORDER BY rowid").fetchall()


def copy_tables(source: Statements, target: Statements) -> None:
    """Have the tables of ``target`` hold what those of ``source`` hold, and nothing else."""
    for table in TABLE_NAMES:
        target.execute(f"DELETE FROM {table}")
        target.executemany(adding(table), lines_in(source, table))


def first_difference(one: Statements, other: Statements) -> str | None:
    """The first table in which two ledgers differ; None where they hold the same."""
    differ = (name for name in TABLE_NAMES if lines_in(one, name) != lines_in(other, name))
    return next(differ, None)
