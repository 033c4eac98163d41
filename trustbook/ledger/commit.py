"""A run in two steps: prepared before its first write, committed after its last; what broke off in
between is made good.

states.py says what may happen when. Everything here happens within one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from trustbook.ledger.change import Change
from trustbook.ledger.fact_table import put_facts
from trustbook.ledger.packed import SheetRows, pack_lines, unpack_lines, unpack_value
from trustbook.ledger.row_parts import changing
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
    put_lines,
    staged_rows,
)
from trustbook.ledger.statements import Statements, adding, putting
from trustbook.ledger.states import CommitEvent, happening
from trustbook.merge.cell_codec import Row, pack, unpack

# A row of a workbook: its address, the sheet, the identity.
RowPlace = tuple[str, str, str]
# The rows of one sheet by identity, None for one that is gone.
Told = Mapping[str, str | None]


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
        put_lines(db, run, token, lines_of(change, at, today, what))


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
        _put_run(db, run, about)
        told = _put_workbooks(db, run, token, versions, skip)
        _put_journal(db, run)
        for _, _, kind, text in lines_of_kind(db, "facts"):
            put_facts(db, kind, json.loads(text))
        if about["conflicts"] is not None:
            _put_conflicts(db, about["conflicts"])
        _have_compared(db, told, undone)
        for address in pending:
            keep_pending(db, address, PENDING_PART)
        _learn_rows(db, run, skip, undone, pending)


def resume_pending(db: Statements, tokens: Mapping[str, str]) -> None:
    """Settle what is pending for workbooks that can be asked now: ``tokens`` are the stamps they
    bear.
    """
    with happening(db, CommitEvent.RESUME):
        for kinds in (PENDING_PART, PENDING_UNLEARNED_PART):
            query = "SELECT run, token, address, lines FROM staged WHERE kind = ? ORDER BY rowid"
            for run, token, address, data in db.execute(query, (kinds.known,)).fetchall():
                if address not in tokens:
                    continue
                if tokens[address] == token:
                    _resume_written(db, run, token, address, data, kinds)
                elif kinds is PENDING_PART:
                    _resume_rows(db, address, kinds, written=False)
                drop_pending(db, address)


def drop_everything(db: Statements) -> None:
    """Drop all that is prepared or pending."""
    with happening(db, CommitEvent.FORGET):
        db.execute("DELETE FROM staged")


# what a commit puts down


def _about(db: Statements) -> tuple[int, str, dict[str, Any]]:
    query = "SELECT run, token, lines FROM staged WHERE kind = 'about'"
    run, token, data = db.execute(query).fetchone()
    _, (text,) = unpack_lines(data)
    return run, token, json.loads(text)


def _put_run(db: Statements, run: int, about: Mapping[str, Any]) -> None:
    line = (run, about["at"], about["today"], json.dumps(about["what"]))
    db.execute(putting("runs"), line)


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
    for address, name, kept in db.execute("SELECT address, name, state FROM workbooks").fetchall():
        sheets = {sheet for at, sheet, _ in undone if at == address} if address in told else moved
        if sheets:
            state = unpack_value(kept)
            digests = state.get("digests", {}).items()
            state["digests"] = {sheet: mark for sheet, mark in digests if sheet not in sheets}
            put_workbook(db, address, name, "", state)


# what the ledger knows of rows, and what a workbook is in agreement with


def _learn_rows(
    db: Statements,
    run: int,
    skip: Collection[str],
    undone: Collection[RowPlace],
    pending: Collection[str],
) -> None:
    """Have the memory say what the prepared run learned, which is then prepared no more; see
    ``Ledger.commit``.
    """
    records, flags = staged_rows(db, "record"), staged_rows(db, "archived")
    told, stands = staged_rows(db, PREPARED_PART.base), staged_rows(db, PREPARED_PART.stands)
    drop_prepared(db)  # first: its room in the file is taken by what comes
    for address, sheet, identity in undone:
        told.get(sheet, {}).get(address, {}).pop(identity, None)
    for sheet in sorted({*records, *flags, *told}):
        learned = {one: text for one, text in records.get(sheet, {}).get("", {}).items() if text}
        archived = flags.get(sheet, {}).get("", {})
        parts = told.get(sheet, {})
        with changing(db, sheet, set(learned).union(archived, *parts.values())) as rows:
            rows.records.update(learned)
            _note_runs(rows, run, learned.keys(), archived)
            for address, of_sheet in parts.items():
                if address not in skip:
                    _agree_on_what_it_was_told(rows, address, of_sheet)
                elif address not in pending:
                    shown = stands.get(sheet, {}).get(address, {})
                    _agree_on_what_it_said(rows, address, of_sheet, shown)


def _resume_rows(db: Statements, address: str, kinds: PartKinds, written: bool) -> None:
    """Settle the pending rows of a workbook that is in sight again, and was ``written`` or not."""
    told, stands = staged_rows(db, kinds.base), staged_rows(db, kinds.stands)
    for sheet, parts in told.items():
        of_sheet = parts.get(address, {})
        with changing(db, sheet, of_sheet) as rows:
            if not written:
                shown = stands.get(sheet, {}).get(address, {})
                _agree_on_what_it_said(rows, address, of_sheet, shown)
                continue
            if kinds is PENDING_UNLEARNED_PART:
                _learn_what_was_told(rows, address, of_sheet)
            _agree_on_what_it_was_told(rows, address, of_sheet)


def _note_runs(rows: SheetRows, run: int, learned: Iterable[str], archived: Told) -> None:
    for identity in learned:
        rows.runs.setdefault(identity, run)
    for identity in archived.keys() & rows.records.keys():
        if archived[identity] == "1":
            rows.archived.add(identity)
        else:
            rows.archived.discard(identity)


def _agree_on_what_it_was_told(rows: SheetRows, address: str, told: Told) -> None:
    base = rows.bases.setdefault(address, {})
    for identity, text in told.items():
        if text is None:
            base.pop(identity, None)
        else:
            base[identity] = text


def _agree_on_what_it_said(rows: SheetRows, address: str, told: Told, stands: Told) -> None:
    """Agree with a workbook that was not written on what it said itself: the ledger has that from
    it.
    """
    base = rows.bases.setdefault(address, {})
    for identity, text in told.items():
        shown = stands.get(identity)
        if identity in stands and (text is None or shown is None):
            continue  # a row that is to be cleared or added
        if text is None:
            base.pop(identity, None)
        elif shown is None:
            base[identity] = text
        else:
            before = unpack(base[identity]) if identity in base else {}
            base[identity] = pack(_as_it_said(unpack(text), unpack(shown), before))


def _as_it_said(told: Row, shown: Row, old: Row) -> Row:
    """The base of a row that was not told ``told`` yet: where it shows that already, it agrees;
    elsewhere it agrees to what it did.
    """
    said = {column: told[column] for column in told if shown.get(column) == told[column]}
    for column in old.keys() - said.keys():
        if shown.get(column) != told.get(column):
            said[column] = old[column]
    return said


def _learn_what_was_told(rows: SheetRows, address: str, told: Told) -> None:
    """Have the records say what a workbook was told in a run of which they know nothing, if nobody
    changed it since.
    """
    base = rows.bases.get(address, {})
    for identity, text in told.items():
        if text is not None and identity in base and identity in rows.records:
            record = _learned(unpack(text), unpack(base[identity]), unpack(rows.records[identity]))
            rows.records[identity] = pack(record)


def _learned(told: Row, before: Row, record: Row) -> Row:
    """The record with what was told, but for the cells that changed since."""
    learned = dict(record)
    for column in told.keys() | before.keys():
        if record.get(column) == before.get(column):
            learned.pop(column, None)
            if column in told:
                learned[column] = told[column]
    return learned


def _resume_written(
    db: Statements,
    run: int,
    token: str,
    address: str,
    data: bytes,
    kinds: PartKinds,
) -> None:
    _, (text,) = unpack_lines(data)
    kept = json.loads(text)
    _resume_rows(db, address, kinds, written=True)
    # Others may have gone on since: every sheet is to be compared anew.
    put_workbook(db, address, kept["name"], "", {**kept["state"], "digests": {}})
    _put_stamp(db, address, token, run, kept, "")


# what else is noted of a book


def put_workbook(
    db: Statements, address: str, name: str, version: str, state: Mapping[str, Any]
) -> None:
    """Note what is known of a workbook."""
    line = (address, name, version, pack_lines(state))
    db.execute(putting("workbooks"), line)
