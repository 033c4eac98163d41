"""A run in two steps: prepared before its first write, committed after its last; what broke off in
between is made good.

states.py says what may happen when. Everything here happens within one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from trustbook.ledger.change import Change
from trustbook.ledger.staged_lines import (
    PENDING_PART,
    PENDING_UNLEARNED_PART,
    PREPARED_PART,
    PartKinds,
    drop_pending,
    drop_prepared,
    keep_pending,
    lines_of,
    lines_of_kind,
)
from trustbook.ledger.statements import Statements, adding, putting
from trustbook.ledger.states import CommitEvent, happening
from trustbook.merge.cell_codec import Row, pack, unpack

# A row of a workbook: its address, the sheet, the identity.
RowPlace = tuple[str, str, str]


def prepare_run(
    db: Statements,
    run: int,
    token: str,
    change: Change,
    at: str,
    today: date,
    what: Mapping[str, object],
) -> None:
    """Put down all a run is about to do, instead of whatever was prepared before."""
    with happening(db, CommitEvent.PREPARE):
        drop_prepared(db)
        put = ((run, token, *line) for line in lines_of(change, at, today, what))
        db.executemany(adding("staged"), put)


def abort_run(db: Statements, pending: Collection[str]) -> None:
    """Drop what was prepared: no workbook in sight was written. See ``Ledger.abort``."""
    with happening(db, CommitEvent.ABORT):
        for address in pending:
            keep_pending(db, address, PENDING_UNLEARNED_PART)
        drop_prepared(db)


def commit_run(
    db: Statements,
    versions: Mapping[str, str],
    skip: set[str],
    undone: set[RowPlace],
    pending: Collection[str],
) -> None:
    """Make what was prepared the memory. See ``Ledger.commit``."""
    with happening(db, CommitEvent.COMMIT):
        run, token, about = _about(db)
        query = "DELETE FROM staged WHERE kind = ? AND address = ? AND sheet = ? AND id = ?"
        db.executemany(query, ((PREPARED_PART.base, *row) for row in undone))
        _put_run(db, run, about)
        _put_records(db)
        _put_bases(db, skip, pending)
        told = _put_workbooks(db, run, token, versions, skip)
        _put_journal(db, run)
        for _, _, kind, text in lines_of_kind(db, "facts"):
            put_facts(db, kind, json.loads(text))
        if about["conflicts"] is not None:
            _put_conflicts(db, about["conflicts"])
        _have_compared(db, told, undone)
        for address in pending:
            keep_pending(db, address, PENDING_PART)
        drop_prepared(db)


def resume_pending(db: Statements, tokens: Mapping[str, str]) -> None:
    """Settle what is pending for workbooks that can be asked now: ``tokens`` are the stamps they
    bear.
    """
    with happening(db, CommitEvent.RESUME):
        for kinds in (PENDING_PART, PENDING_UNLEARNED_PART):
            query = "SELECT run, token, address, row FROM staged WHERE kind = ? ORDER BY rowid"
            for run, token, address, text in db.execute(query, (kinds.known,)).fetchall():
                if address not in tokens:
                    continue
                if tokens[address] == token:
                    _resume_written(db, run, token, address, json.loads(text), kinds)
                elif kinds is PENDING_PART:
                    _agree_on_what_it_said(db, address, kinds)
                drop_pending(db, address)


def drop_everything(db: Statements) -> None:
    """Drop all that is prepared or pending."""
    with happening(db, CommitEvent.FORGET):
        db.execute("DELETE FROM staged")


# what a commit puts down


def _about(db: Statements) -> tuple[int, str, dict[str, Any]]:
    query = "SELECT run, token, row FROM staged WHERE kind = 'about'"
    run, token, text = db.execute(query).fetchone()
    return run, token, json.loads(text)


def _put_run(db: Statements, run: int, about: Mapping[str, Any]) -> None:
    line = (run, about["at"], about["today"], json.dumps(about["what"]))
    db.execute(putting("runs"), line)


def _put_records(db: Statements) -> None:
    db.execute(
        "INSERT INTO records SELECT sheet, id, row, run, 0 FROM staged WHERE kind = 'record' "
        "ON CONFLICT (sheet, id) DO UPDATE SET row = excluded.row"
    )
    for _, sheet, identity, flag in lines_of_kind(db, "archived"):
        query = "UPDATE records SET archived = ? WHERE sheet = ? AND id = ?"
        db.execute(query, (int(flag), sheet, identity))


def _put_bases(db: Statements, skip: set[str], pending: Collection[str]) -> None:
    query = "SELECT DISTINCT address FROM staged WHERE kind = ?"
    for (address,) in db.execute(query, (PREPARED_PART.base,)).fetchall():
        if address not in skip:
            _agree_on_what_it_was_told(db, address, PREPARED_PART)
        elif address not in pending:
            _agree_on_what_it_said(db, address, PREPARED_PART)


def _put_workbooks(
    db: Statements, run: int, token: str, versions: Mapping[str, str], skip: set[str]
) -> set[str]:
    """Note the workbooks that are in agreement now, and which of them bear the stamp of the run."""
    told = set()
    for address, _, _, text in lines_of_kind(db, PREPARED_PART.known):
        if address in skip:
            continue
        told.add(address)
        kept = json.loads(text)
        version = versions.get(address, kept["version"])
        put_workbook(db, address, kept["name"], version, kept["state"])
        if kept["stamped"]:
            _put_stamp(db, address, token, run, kept, versions.get(address, ""))
    return told


def _put_stamp(
    db: Statements,
    address: str,
    token: str,
    run: int,
    kept: Mapping[str, Any],
    version: str,
) -> None:
    line = (address, token, run, int(kept["learned"]), kept["before"], version)
    db.execute(putting("stamps"), line)


def _put_journal(db: Statements, run: int) -> None:
    db.executemany(
        "INSERT INTO journal (run, sheet, id, col, old, new, source, what) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (run, sheet, row, *json.loads(text))
            for _, sheet, row, text in lines_of_kind(db, "event")
        ),
    )


def _put_conflicts(db: Statements, conflicts: list[tuple[str, str, str, str, str]]) -> None:
    """Note the open conflicts; one that was open keeps its day."""
    found = db.execute("SELECT sheet, id, col, since FROM conflicts")
    since = {(sheet, row, column): day for sheet, row, column, day in found}
    db.execute("DELETE FROM conflicts")
    for sheet, row, column, sides, day in conflicts:
        line = (sheet, row, column, sides, since.get((sheet, row, column), day))
        db.execute(adding("conflicts"), line)


def _have_compared(db: Statements, told: set[str], undone: set[RowPlace]) -> None:
    """Have the next run compare what workbooks that were not told everything show."""
    query = "SELECT DISTINCT sheet FROM staged WHERE kind IN ('record', 'archived')"
    moved = {sheet for (sheet,) in db.execute(query)}
    for address, name, text in db.execute("SELECT address, name, state FROM workbooks").fetchall():
        sheets = {sheet for at, sheet, _ in undone if at == address} if address in told else moved
        if sheets:
            state = json.loads(text)
            digests = state.get("digests", {}).items()
            state["digests"] = {sheet: kept for sheet, kept in digests if sheet not in sheets}
            put_workbook(db, address, name, "", state)


# what a workbook is in agreement with


def _agree_on_what_it_was_told(db: Statements, address: str, kinds: PartKinds) -> None:
    db.execute(
        "DELETE FROM bases WHERE address = ? AND (sheet, id) IN "
        "(SELECT sheet, id FROM staged WHERE kind = ? AND address = ? AND row IS NULL)",
        (address, kinds.base, address),
    )
    told = (
        "SELECT address, sheet, id, row FROM staged "
        "WHERE kind = ? AND address = ? AND row IS NOT NULL"
    )
    db.execute(putting("bases", told), (kinds.base, address))


def _agree_on_what_it_said(db: Statements, address: str, kinds: PartKinds) -> None:
    """Agree with a workbook that was not written on what it said itself: the ledger has that from
    it.
    """
    query = (
        "SELECT base.sheet, base.id, base.row, stands.row, stands.id, bases.row "
        "FROM staged AS base LEFT JOIN staged AS stands "
        "ON stands.kind = ? AND stands.address = base.address "
        "AND stands.sheet = base.sheet AND stands.id = base.id "
        "LEFT JOIN bases ON bases.address = base.address "
        "AND bases.sheet = base.sheet AND bases.id = base.id "
        "WHERE base.kind = ? AND base.address = ?"
    )
    for sheet, identity, told, stands, differs, before in db.execute(
        query, (kinds.stands, kinds.base, address)
    ).fetchall():
        if differs and (told is None or stands is None):
            continue  # a row that is to be cleared or added
        if told is None:
            query_gone = "DELETE FROM bases WHERE address = ? AND sheet = ? AND id = ?"
            db.execute(query_gone, (address, sheet, identity))
            continue
        row = unpack(told)
        if differs:
            row = _as_it_said(row, unpack(stands), unpack(before) if before else {})
        line = (address, sheet, identity, pack(row))
        db.execute(putting("bases"), line)


def _as_it_said(told: Row, shown: Row, old: Row) -> Row:
    """The base of a row that was not told ``told`` yet: where it shows that already, it agrees;
    elsewhere it agrees to what it did.
    """
    said = {column: told[column] for column in told if shown.get(column) == told[column]}
    for column in old.keys() - said.keys():
        if shown.get(column) != told.get(column):
            said[column] = old[column]
    return said


def _resume_written(
    db: Statements,
    run: int,
    token: str,
    address: str,
    kept: Mapping[str, Any],
    kinds: PartKinds,
) -> None:
    if kinds is PENDING_UNLEARNED_PART:
        _learn_what_was_told(db, address)
    _agree_on_what_it_was_told(db, address, kinds)
    # Others may have gone on since: every sheet is to be compared anew.
    put_workbook(db, address, kept["name"], "", {**kept["state"], "digests": {}})
    _put_stamp(db, address, token, run, kept, "")


def _learn_what_was_told(db: Statements, address: str) -> None:
    """Have the records say what a workbook was told in a run of which they know nothing, if nobody
    changed it since.
    """
    query = (
        "SELECT staged.sheet, staged.id, staged.row, bases.row, records.row FROM staged "
        "JOIN bases ON bases.address = staged.address "
        "AND bases.sheet = staged.sheet AND bases.id = staged.id "
        "JOIN records ON records.sheet = staged.sheet AND records.id = staged.id "
        "WHERE staged.kind = ? AND staged.address = ? AND staged.row IS NOT NULL"
    )
    found = db.execute(query, (PENDING_UNLEARNED_PART.base, address)).fetchall()
    for sheet, identity, *texts in found:
        record = _learned(*(unpack(text) for text in texts))
        update = "UPDATE records SET row = ? WHERE sheet = ? AND id = ?"
        db.execute(update, (pack(record), sheet, identity))


def _learned(told: Row, before: Row, record: Row) -> Row:
    """The record with what was told, but for the cells that changed since."""
    learned = dict(record)
    for column in told.keys() | before.keys():
        if record.get(column) == before.get(column):
            learned.pop(column, None)
            if column in told:
                learned[column] = told[column]
    return learned


# what else is noted of a book


def put_workbook(
    db: Statements, address: str, name: str, version: str, state: Mapping[str, Any]
) -> None:
    """Note what is known of a workbook."""
    line = (address, name, version, json.dumps(state))
    db.execute(putting("workbooks"), line)


def put_facts(db: Statements, kind: str, values: Mapping[str, str]) -> None:
    """Note all facts of a kind, instead of those noted before."""
    db.execute("DELETE FROM facts WHERE kind = ?", (kind,))
    lines_put = ((kind, one, value) for one, value in values.items())
    db.executemany(adding("facts"), lines_put)
