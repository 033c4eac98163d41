"""Facts: small things remembered by name, all of a kind packed together."""

from __future__ import annotations

from collections.abc import Mapping

from trustbook.ledger.packed import pack_lines, unpack_value
from trustbook.ledger.statements import Statements, putting


def fact_kinds(db: Statements) -> list[str]:
    """The kinds of which anything is noted."""
    return [kind for (kind,) in db.execute("SELECT kind FROM facts ORDER BY kind")]


def noted_facts(db: Statements, kind: str) -> dict[str, str]:
    """All facts of a kind, in the order of their names."""
    found = db.execute("SELECT noted FROM facts WHERE kind = ?", (kind,)).fetchone()
    return dict(sorted(unpack_value(found[0]).items())) if found else {}


def put_facts(db: Statements, kind: str, values: Mapping[str, str]) -> None:
    """Note all facts of a kind, instead of those noted before."""
    if values:
        db.execute(putting("facts"), (kind, pack_lines(dict(values))))
    else:
        db.execute("DELETE FROM facts WHERE kind = ?", (kind,))
