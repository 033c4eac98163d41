"""Cells as the ledger keeps them: one plain value per meaning, so that equal is equal in every kind
of workbook.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import TypeAlias

from trustbook.snapshot import CellFault, CellValue

# Text and numbers stand for themselves; anything else is text behind this sign, which no program
# lets people type.
_SIGN = "\x01"
# One encoder for all rows: to make one for each takes a third of the work.
_PACK = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
# So many digits has a citizen service number.
_NUMBER = 9

Value: TypeAlias = str | int | float
Row: TypeAlias = dict[str, Value]


def encode(cell: object) -> Value | None:
    """The kept form of a cell; None for a blank one. A whole float is its integer, a midnight its
    day.
    """
    kind = type(cell)
    if kind is str:
        assert isinstance(cell, str)
        text = cell.replace("\r\n", "\n")
        return f"{_SIGN}x{text}" if text.startswith(_SIGN) else text or None
    if cell is None or kind is int:
        return cell  # type: ignore[return-value]
    return _encode_rest(cell)


def _encode_rest(cell: object) -> Value:
    if isinstance(cell, bool):
        return f"{_SIGN}b{int(cell)}"
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, CellFault):
        return f"{_SIGN}e{cell.text}"
    return _encode_moment(cell)


@lru_cache(maxsize=1 << 12, typed=True)  # a few days stand in most cells
def _encode_moment(cell: object) -> str:
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return f"{_SIGN}d{cell.date().isoformat()}" if midnight else f"{_SIGN}m{cell.isoformat()}"
    if isinstance(cell, date):
        return f"{_SIGN}d{cell.isoformat()}"
    if isinstance(cell, time):
        return f"{_SIGN}t{cell.isoformat()}"
    if isinstance(cell, timedelta):
        return f"{_SIGN}s{cell // timedelta(microseconds=1)}"
    raise TypeError(f"{type(cell).__name__} is no cell value")


def decode(value: Value | None) -> CellValue:
    """The cell that ``encode`` made ``value`` of, to be written somewhere else."""
    if not isinstance(value, str) or not value.startswith(_SIGN):
        return value
    return _DECODED.get(value[1], CellFault)(value[2:])


# By the letter behind the sign; whatever else stands there cannot be written anywhere.
_DECODED: dict[str, Callable[[str], CellValue]] = {
    "b": lambda text: text == "1",
    "d": date.fromisoformat,
    "m": datetime.fromisoformat,
    "t": time.fromisoformat,
    "s": lambda text: timedelta(microseconds=int(text)),
    "x": str,
}


def withheld_mark(cell: object, secret: bytes) -> Value:
    """What is kept of a cell that may not be kept: 16 bits of a keyed hash, enough to notice a
    change and no more.

    So short a mark fits over a thousand citizen service numbers equally well: none can be computed
    back from it, nor from the marks of several spellings of one number, which are the same.
    """
    text = str(cell)
    digits = "".join(filter(str.isdigit, text.removesuffix(".0")))
    told = digits if len(digits) == _NUMBER else text
    mark = blake2b(told.encode("utf-8", "surrogatepass"), key=secret, digest_size=2)
    return f"{_SIGN}w{mark.hexdigest()}"


def is_withheld(value: Value | None) -> bool:
    """Whether ``value`` is the mark of a withheld cell."""
    return isinstance(value, str) and value.startswith(f"{_SIGN}w")


def is_fault(value: Value | None) -> bool:
    """Whether ``value`` stands for an error cell: it can be read and never be written."""
    return isinstance(value, str) and value.startswith(f"{_SIGN}e")


def pack(row: Mapping[str, Value]) -> str:
    """A row as one text; equal rows give equal texts."""
    return _PACK(row)


def unpack(text: str) -> Row:
    """The row that ``pack`` made ``text`` of."""
    row: Row = json.loads(text)
    return row
