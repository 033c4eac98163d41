"""Values of rows that are past their term: overwritten wherever the memory has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from trustbook.ledger import commit
from trustbook.ledger.erase_values import forget_sheets
from trustbook.ledger.row_parts import changing
from trustbook.ledger.statements import Statements
from trustbook.merge.cell_codec import pack, unpack


@dataclass(frozen=True, slots=True)
class PastValues:
    """What is past its term: of ``rows`` of a sheet (identities) the ``emptied`` columns, and of
    the columns in ``rewritten`` what they said before, in the workbooks ``at`` these addresses.

    What is remembered of a workbook elsewhere stays: by that its cells are known for old ones when
    it is back, and emptied as well.
    """

    sheet: str
    rows: Collection[str]
    emptied: Collection[str]
    rewritten: Collection[str] = ()
    at: Collection[str] = ()


def retire_values(db: Statements, past: PastValues) -> int:
    """Overwrite all that is kept of it; how many lines were touched."""
    touched = _retire_rows(db, past)
    touched += sum(_retire_told(db, past, row) for row in past.rows)
    commit.drop_everything(db)
    forget_sheets(db, but=past.at)
    return touched


def _retire_rows(db: Statements, past: PastValues) -> int:
    touched = 0
    with changing(db, past.sheet, past.rows) as rows:
        for texts in (rows.records, *(rows.bases.get(one, {}) for one in past.at)):
            for row in texts.keys() & {*past.rows}:
                after = _without(texts[row], past.emptied)
                touched += after != texts[row]
                texts[row] = after
    return touched


def _retire_told(db: Statements, past: PastValues, row: str) -> int:
    columns = (*past.emptied, *past.rewritten)
    marks = ", ".join("?" * len(columns))
    about = (past.sheet, row, *columns)
    touched = db.execute(
        f"UPDATE journal SET old = NULL, new = NULL WHERE sheet = ? AND id = ? "
        f"AND (col IS NULL OR col IN ({marks})) AND (old IS NOT NULL OR new IS NOT NULL)",
        about,
    ).rowcount
    touched += db.execute(
        f"DELETE FROM conflicts WHERE sheet = ? AND id = ? AND col IN ({marks})", about
    ).rowcount
    return touched + db.execute("DELETE FROM waiting WHERE id = ?", (row,)).rowcount


def _without(text: str, columns: Collection[str]) -> str:
    cells = unpack(text)
    kept = {name: value for name, value in cells.items() if name not in columns}
    return pack(kept) if len(kept) < len(cells) else text
