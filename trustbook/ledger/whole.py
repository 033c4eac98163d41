"""Whether the file of a ledger is whole: by its engine, and by what is packed in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from trustbook.ledger.packed import is_packed
from trustbook.ledger.statements import Statements

# Every column in which something packed is kept.
_PACKED = ("workbooks.state", "facts.noted", "row_parts.lines", "staged.lines")

# Where the head of a file counts how often it was written, in bytes: a copy counts for itself.
_COUNTS = (24, 40, 92)
_COUNT_BYTES = 4


def fault_in(db: sqlite3.Connection) -> str | None:
    """What the engine finds wrong in a file; None for nothing."""
    found = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    return None if found == "ok" else " ".join(found.split())


def packed_fault(db: Statements) -> str | None:
    """The first column that holds what cannot be unpacked; None where all of it can."""
    for place in _PACKED:
        table, column = place.split(".")
        for (data,) in db.execute(f"SELECT {column} FROM {table}"):
            if not is_packed(data):
                return place
    return None


def is_whole(file: Path) -> bool:
    """Whether the file of a ledger, of an older version too, can be read to its end and knows a
    run. Changes nothing in it.
    """
    address = f"{file.absolute().as_uri()}?mode=ro"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as db:
        packs = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'row_parts'").fetchone()
        fault = fault_in(db) or (packed_fault(db) if packs else None)
        return fault is None and db.execute("SELECT max(run) FROM runs").fetchone()[0] is not None
    return False


def is_copy_of(copy: Path, file: Path) -> bool:
    """Whether two files of ledgers are the same, byte for byte but for what each counts: then a
    copy that was whole when it was made is whole still, and nothing in it need be unpacked.
    """
    with suppress(OSError):
        return _uncounted(copy) == _uncounted(file)
    return False


def _uncounted(file: Path) -> bytearray:
    data = bytearray(file.read_bytes())
    for at in _COUNTS:
        data[at : at + _COUNT_BYTES] = bytes(_COUNT_BYTES)
    return data
