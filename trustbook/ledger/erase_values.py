"""Forgetting a partner or a person: the values of their rows, and their names wherever else these
stand.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from trustbook.columns import PARTNERS, PEOPLE
from trustbook.ids import is_ours
from trustbook.ledger import commit
from trustbook.ledger.fact_table import fact_kinds, noted_facts, put_facts
from trustbook.ledger.packed import SheetRows, pack_lines, unpack_value
from trustbook.ledger.row_parts import all_rows, put_all, sheets_kept
from trustbook.ledger.staged_lines import from_text, to_text
from trustbook.ledger.statements import Statements
from trustbook.merge.cell_codec import pack, unpack
from trustbook.names import clean, key
from trustbook.network.hiding import Hide, hidden_value, hiding

# What the next run needs of a workbook and says nothing of anybody.
_HARMLESS = ("token", "sheets", "ids", "lang", "titles", "headers", "renames")


def erase_row(
    db: Statements,
    identities: Sequence[str],
    words: Iterable[str] = (),
    hide: Hide | None = None,
) -> int:
    """Overwrite all that is kept of these rows, and their names everywhere: see
    ``Ledger.forget``.
    """
    gone = set(identities)
    if hide is None:
        names, others = names_gone(db, gone)
        hide = hiding({*names, *map(clean, words)}, others)
    renamed = _hidden_identities(db, hide)
    touched = sum(_erase_in_sheet(db, sheet, gone, hide, renamed) for sheet in sheets_kept(db))
    touched += sum(_erase_in_facts(db, kind, gone, hide, renamed) for kind in fact_kinds(db))
    touched += _blank(db, gone)
    touched += _hide_values(db, hide)
    touched += _rename(db, renamed)
    commit.drop_everything(db)
    forget_sheets(db, hide)
    return touched


def forget_sheets(db: Statements, hide: Hide = str, but: Collection[str] = ()) -> None:
    """Keep of what workbooks were left in, all ``but`` those at some addresses, only what the next
    run needs.
    """
    for address, data in db.execute("SELECT address, state FROM workbooks").fetchall():
        if address not in but:
            state = unpack_value(data).items()
            kept = {name: value for name, value in state if name in _HARMLESS}
            line = (pack_lines(_within(kept, hide)), address)
            db.execute("UPDATE workbooks SET version = '', state = ? WHERE address = ?", line)


# whose names they are


def names_gone(db: Statements, gone: set[str]) -> tuple[set[str], set[str]]:
    """The names that rows ``gone`` have and had and nobody else has, and those that other partners
    and people go by.
    """
    names: set[str] = set()
    others: set[str] = set()
    for sheet in (PARTNERS.key, PEOPLE.key):
        rows = all_rows(db, sheet)
        for texts in (rows.records, *rows.bases.values()):
            for identity, text in texts.items():
                _add(names if identity in gone else others, unpack(text).get("name"))
    for identity, name in _names_told_of(db):
        if identity in gone:
            _add(names, name)
    return _theirs_alone(names | _made_up(gone), others), others


def _theirs_alone(names: set[str], others: set[str]) -> set[str]:
    shared = {key(other) for other in others}
    return {name for name in names if key(name) not in shared}


def _made_up(gone: set[str]) -> set[str]:
    """IDs that people made up themselves, which may well be names, or worse; on a list without IDs
    they are names.
    """
    return {clean(identity) for identity in gone if not is_ours(identity)} - {""}


def _names_told_of(db: Statements) -> Iterator[tuple[str, object]]:
    """Names that rows had or may have: in the journal, in conflicts and among old names."""
    for identity, old, new in db.execute("SELECT id, old, new FROM journal WHERE col = 'name'"):
        yield identity, from_text(old)
        yield identity, from_text(new)
    for identity, sides in db.execute("SELECT id, sides FROM conflicts WHERE col = 'name'"):
        for value in json.loads(sides).values():
            yield identity, value
    for kind in ("old_names", "people_before"):
        for identity, text in noted_facts(db, kind).items():
            for name in json.loads(text):
                yield identity, name


def _add(names: set[str], value: object) -> None:
    if value is not None and (name := clean(str(value))):
        names.add(name)


# where they stand


def _erase_in_sheet(
    db: Statements, sheet: str, gone: set[str], hide: Hide, renamed: Mapping[str, str]
) -> int:
    """Blank the rows that go; hide names in the cells of others and in what rows are known by."""
    rows, touched = all_rows(db, sheet), 0
    erased = SheetRows(
        runs={renamed.get(one, one): run for one, run in rows.runs.items()},
        archived={renamed.get(one, one) for one in rows.archived},
    )
    bases = {address: erased.bases.setdefault(address, {}) for address in rows.bases}
    pairs = [(rows.records, erased.records)]
    pairs += [(rows.bases[address], base) for address, base in bases.items()]
    for before, after in pairs:
        for identity, text in before.items():
            kept = pack({}) if identity in gone else _hidden_row(text, hide)
            after[renamed.get(identity, identity)] = kept
            touched += identity in gone or identity in renamed or kept != text
    put_all(db, sheet, erased)
    return touched


def _hidden_row(text: str, hide: Hide) -> str:
    return pack({name: _within(value, hide) for name, value in unpack(text).items()})


def _erase_in_facts(
    db: Statements, kind: str, gone: set[str], hide: Hide, renamed: Mapping[str, str]
) -> int:
    """Drop the facts about rows that go, hide names in the others."""
    facts = noted_facts(db, kind)
    kept = {
        renamed.get(identity, identity): _hidden_fact(text, hide)
        for identity, text in facts.items()
        if not _goes(kind, identity, text, gone, hide)
    }
    put_facts(db, kind, kept)
    return len(facts.items() - kept.items())


def _goes(kind: str, identity: str, text: str, gone: set[str], hide: Hide) -> bool:
    """Whether a fact is about a row that goes, or a fingerprint: of cells, which whoever has the
    list of names could try one by one, or of what was typed on our sheets, so that hiding its words
    is not enough.
    """
    if kind == "problems" or identity in gone:
        return True
    if kind == "apart":  # facts about a pair of rows
        return any(one in identity for one in gone)
    return kind == "carried" and _hidden_fact(text, hide) != text


def _hidden_fact(text: str, hide: Hide) -> str:
    # Plain text, or what was put down as JSON.
    if not text.startswith(("[", "{")):
        return hide(text)
    after = _within(json.loads(text), hide)
    return text if after == json.loads(text) else json.dumps(after)


def _blank(db: Statements, gone: set[str]) -> int:
    touched = 0
    for identity in gone:
        touched += db.execute(
            "UPDATE journal SET old = NULL, new = NULL WHERE id = ?", (identity,)
        ).rowcount
        for table in ("conflicts", "waiting"):
            touched += db.execute(f"DELETE FROM {table} WHERE id = ?", (identity,)).rowcount
    return touched


def _hide_values(db: Statements, hide: Hide) -> int:
    """Hide names in what is told of other rows."""

    def sides(text: str) -> str:
        return json.dumps(
            {place: _within(value, hide) for place, value in json.loads(text).items()}
        )

    def value(text: str) -> str:
        return to_text(_within(from_text(text), hide)) or text

    def entry(text: str) -> str:
        return json.dumps(_within(json.loads(text), hide))

    touched = 0
    for table, column, hidden in (
        ("journal", "old", value),
        ("journal", "new", value),
        ("conflicts", "sides", sides),
        ("waiting", "entry", entry),
    ):
        found = db.execute(
            f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL"
        ).fetchall()
        for row, text in found:
            if (after := hidden(text)) != text:
                db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (after, row))
                touched += 1
    return touched


def _within(value: Any, hide: Hide) -> Any:
    if isinstance(value, list):
        return [_within(one, hide) for one in value]
    if isinstance(value, Mapping):
        return {hide(name): _within(one, hide) for name, one in value.items()}
    return hidden_value(value, hide)


# what rows are known by: on sheets without IDs that is what stands in them

_TABLES = ("journal", "conflicts", "waiting")


def _hidden_identities(db: Statements, hide: Hide) -> dict[str, str]:
    """What rows are to be known by in whose identity a name is to be hidden."""
    used = {one for table in _TABLES for (one,) in db.execute(f"SELECT DISTINCT id FROM {table}")}
    for sheet in sheets_kept(db):
        used |= all_rows(db, sheet).identities()
    for kind in fact_kinds(db):
        used |= noted_facts(db, kind).keys()
    renamed = {}
    for identity in sorted(used):
        hidden = hide(identity)
        if hidden != identity:
            renamed[identity] = after = _free(hidden, used)
            used.add(after)
    return renamed


def _free(hidden: str, used: Collection[str]) -> str:
    after, number = hidden, 1
    while after in used:
        number += 1
        after = f"{hidden}#{number}"
    return after


def _rename(db: Statements, renamed: Mapping[str, str]) -> int:
    touched = 0
    for before, after in renamed.items():
        for table in _TABLES:
            touched += db.execute(
                f"UPDATE {table} SET id = ? WHERE id = ?", (after, before)
            ).rowcount
    return touched
