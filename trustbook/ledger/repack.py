"""A ledger of schema 1 or 2, which held a line of a table for every row, every fact and every line
of a prepared run, read as the packed tables of today.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from trustbook.ledger.fact_table import put_facts
from trustbook.ledger.packed import NotPacked, SheetRows, pack_lines
from trustbook.ledger.row_parts import put_all
from trustbook.ledger.staged_lines import put_lines
from trustbook.ledger.statements import Statements, adding, columns_of

LAST_UNPACKED = 2
_AS_THEY_WERE = ("meta", "runs", "stamps", "journal", "conflicts", "waiting")
# The tables that are packed today, and those they were before.
PACKED = ("workbooks", "row_parts", "facts", "staged")
UNPACKED = ("workbooks", "records", "bases", "facts", "staged")
Lines: TypeAlias = list[tuple[Any, ...]]
_QUESTIONS = {
    "workbooks": "SELECT address, name, version, state FROM workbooks ORDER BY rowid",
    "records": "SELECT sheet, id, row, run, archived FROM records ORDER BY sheet, id",
    "bases": "SELECT sheet, address, id, row FROM bases ORDER BY sheet, address, id",
    "facts": "SELECT kind, id, value FROM facts ORDER BY kind, id",
    "staged": "SELECT run, token, kind, address, sheet, id, row FROM staged ORDER BY rowid",
}


def unpacked_lines(source: Statements) -> dict[str, Lines]:
    """All that the tables of an older ledger hold that are packed today."""
    return {table: source.execute(_QUESTIONS[table]).fetchall() for table in UNPACKED}


def copy_unpacked(source: Statements, target: Statements, schema: int) -> None:
    """Have a new ledger hold what an older one of this ``schema`` holds."""
    for table in _AS_THEY_WERE:
        columns = [one for one in columns_of(table) if schema > 1 or one != "after"]
        query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid"
        marks = ", ".join("?" * len(columns))
        put = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        target.execute(f"DELETE FROM {table}")
        target.executemany(put, source.execute(query).fetchall())
    put_packed(target, unpacked_lines(source))


def put_packed(db: Statements, lines: Mapping[str, Lines]) -> None:
    """Put the lines of an older ledger into the packed tables, which are empty. Raises NotPacked
    for what no ledger held.
    """
    for *known, state in lines["workbooks"]:
        try:
            db.execute(adding("workbooks"), (*known, pack_lines(json.loads(state))))
        except (ValueError, TypeError) as fault:
            raise NotPacked(str(fault)) from None
    for sheet, rows in _sheets(lines["records"], lines["bases"]).items():
        put_all(db, sheet, rows)
    for kind, facts in groupby(lines["facts"], lambda line: line[0]):
        put_facts(db, kind, {identity: value for _, identity, value in facts})
    for (run, token), staged in groupby(lines["staged"], lambda line: line[:2]):
        put_lines(db, run, token, ((*place, _one_line(text)) for _, _, *place, text in staged))


def _sheets(records: Iterable[Sequence[Any]], bases: Iterable[Sequence[Any]]) -> Mapping[str, Any]:
    sheets: dict[str, SheetRows] = {}
    for sheet, identity, text, run, archived in records:
        rows = sheets.setdefault(sheet, SheetRows())
        rows.records[identity], rows.runs[identity] = _one_line(text), run
        if archived:
            rows.archived.add(identity)
    for sheet, address, identity, text in bases:
        rows = sheets.setdefault(sheet, SheetRows())
        rows.bases.setdefault(address, {})[identity] = _one_line(text)
    return sheets


def _one_line(text: Any) -> Any:
    """A text as it was written; one that another program put there may have line breaks."""
    return text.replace("\n", " ") if isinstance(text, str) else text
