"""A ledger as the versions before kept it: a line of a table for every row and fact."""

from __future__ import annotations

import json

from trustbook.ledger import Ledger
from trustbook.ledger.fact_table import fact_kinds
from trustbook.ledger.packed import unpack_value
from trustbook.ledger.repack import PACKED
from trustbook.ledger.row_parts import all_rows, sheets_kept

TABLES = """
CREATE TABLE workbooks (address TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL,
    state TEXT NOT NULL);
CREATE TABLE records (sheet TEXT NOT NULL, id TEXT NOT NULL, row TEXT NOT NULL,
    run INTEGER NOT NULL, archived INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (sheet, id));
CREATE TABLE bases (address TEXT NOT NULL, sheet TEXT NOT NULL, id TEXT NOT NULL,
    row TEXT NOT NULL, PRIMARY KEY (address, sheet, id));
CREATE TABLE facts (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (kind, id));
CREATE TABLE staged (run INTEGER NOT NULL, token TEXT NOT NULL, kind TEXT NOT NULL,
    address TEXT NOT NULL, sheet TEXT NOT NULL, id TEXT NOT NULL, row TEXT);
"""


def as_before(ledger: Ledger, schema: int) -> None:
    """Have an idle ledger of today be what one of an earlier ``schema`` was."""
    db, lines = ledger._db, _lines(ledger)
    for table in PACKED:
        db.execute(f"DROP TABLE {table}")
    for statement in ledger._store.adapted(TABLES):
        db.execute(statement)
    for table, line in lines:
        names, marks = ", ".join(line), ", ".join("?" * len(line))
        db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(line.values()))
    if schema == 1:
        db.execute("ALTER TABLE stamps DROP COLUMN after")
    ledger._store.set_version(schema)


def _lines(ledger: Ledger) -> list[tuple[str, dict[str, object]]]:
    db, lines = ledger._db, list[tuple[str, dict[str, object]]]()
    for address, name, version, state in db.execute(
        "SELECT address, name, version, state FROM workbooks"
    ).fetchall():
        line = {"address": address, "name": name, "version": version}
        lines.append(("workbooks", {**line, "state": json.dumps(unpack_value(state))}))
    for sheet in sheets_kept(db):
        rows = all_rows(db, sheet)
        for one, text in rows.records.items():
            line = {"sheet": sheet, "id": one, "row": text, "run": rows.runs[one]}
            lines.append(("records", {**line, "archived": int(one in rows.archived)}))
        for address, base in rows.bases.items():
            for one, text in base.items():
                line = {"address": address, "sheet": sheet, "id": one, "row": text}
                lines.append(("bases", line))
    for kind in fact_kinds(db):
        for one, value in ledger.facts(kind).items():
            lines.append(("facts", {"kind": kind, "id": one, "value": value}))
    return lines
