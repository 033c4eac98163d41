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
    touched = _blank(db, gone)
    touched += _hide_values(db, hide)
    touched += _hide_identities(db, hide)
    commit.drop_everything(db)
    forget_sheets(db, hide)
    return touched


def forget_sheets(db: Statements, hide: Hide = str, but: Collection[str] = ()) -> None:
    """Keep of what workbooks were left in, all ``but`` those at some addresses, only what the next
    run needs.
    """
    for address, text in db.execute("SELECT address, state FROM workbooks").fetchall():
        if address not in but:
            kept = {name: value for name, value in json.loads(text).items() if name in _HARMLESS}
            line = (json.dumps(_within(kept, hide)), address)
            db.execute("UPDATE workbooks SET version = '', state = ? WHERE address = ?", line)


# whose names they are


def names_gone(db: Statements, gone: set[str]) -> tuple[set[str], set[str]]:
    """The names that rows ``gone`` have and had and nobody else has, and those that other partners
    and people go by.
    """
    names: set[str] = set()
    others: set[str] = set()
    for table in ("records", "bases"):
        query = f"SELECT id, row FROM {table} WHERE sheet IN (?, ?)"
        for identity, text in db.execute(query, (PARTNERS.key, PEOPLE.key)):
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
    kinds = "('old_names', 'people_before')"
    for identity, text in db.execute(f"SELECT id, value FROM facts WHERE kind IN {kinds}"):
        for name in json.loads(text):
            yield identity, name


def _add(names: set[str], value: object) -> None:
    if value is not None and (name := clean(str(value))):
        names.add(name)


# where they stand


def _blank(db: Statements, gone: set[str]) -> int:
    touched = 0
    for identity in gone:
        for table in ("records", "bases"):
            touched += db.execute(
                f"UPDATE {table} SET row = '{{}}' WHERE id = ?", (identity,)
            ).rowcount
        touched += db.execute(
            "UPDATE journal SET old = NULL, new = NULL WHERE id = ?", (identity,)
        ).rowcount
        for table in ("conflicts", "waiting", "facts"):
            touched += db.execute(f"DELETE FROM {table} WHERE id = ?", (identity,)).rowcount
        # Facts about a pair of rows.
        touched += db.execute(
            "DELETE FROM facts WHERE kind = 'apart' AND replace(id, ?, '') <> id", (identity,)
        ).rowcount
    # Fingerprints of cells, which whoever has the list of names could try one by one.
    return touched + db.execute("DELETE FROM facts WHERE kind = 'problems'").rowcount


def _hide_values(db: Statements, hide: Hide) -> int:
    """Hide names in the cells of other rows."""

    def packed(text: str) -> str:
        return pack({name: _within(value, hide) for name, value in unpack(text).items()})

    def sides(text: str) -> str:
        return json.dumps(
            {place: _within(value, hide) for place, value in json.loads(text).items()}
        )

    def value(text: str) -> str:
        return to_text(_within(from_text(text), hide)) or text

    def entry(text: str) -> str:
        return json.dumps(_within(json.loads(text), hide))

    def fact(text: str) -> str:
        # Plain text, or what was put down as JSON.
        return entry(text) if text.startswith(("[", "{")) else hide(text)

    touched = 0
    # What was typed on our sheets is known by a fingerprint of it, so that hiding its words is not
    # enough.
    for row, text in db.execute("SELECT rowid, value FROM facts WHERE kind = 'carried'").fetchall():
        if fact(text) != text:
            touched += db.execute("DELETE FROM facts WHERE rowid = ?", (row,)).rowcount
    for table, column, hidden in (
        ("records", "row", packed),
        ("bases", "row", packed),
        ("journal", "old", value),
        ("journal", "new", value),
        ("conflicts", "sides", sides),
        ("waiting", "entry", entry),
        ("facts", "value", fact),
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


def _hide_identities(db: Statements, hide: Hide) -> int:
    """Hide names in what rows are known by: on sheets without IDs that is what stands in them."""
    tables = ("records", "bases", "journal", "conflicts", "facts", "waiting")
    used = {one for table in tables for (one,) in db.execute(f"SELECT DISTINCT id FROM {table}")}
    touched = 0
    for identity in sorted(used):
        hidden = hide(identity)
        if hidden == identity:
            continue
        after, number = hidden, 1
        while after in used:
            number += 1
            after = f"{hidden}#{number}"
        used.add(after)
        for table in tables:
            touched += db.execute(
                f"UPDATE {table} SET id = ? WHERE id = ?", (after, identity)
            ).rowcount
    return touched
