"""What stands below a header: how many cells there are, and how many could be read as a given
column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from trustbook.catalogue import find_party, find_phenomenon
from trustbook.columns import Column, choice_names
from trustbook.dates import Unreadable, read_date, read_number, read_rhythm
from trustbook.names import clean, key
from trustbook.reading.cells import shown
from trustbook.snapshot import CellFault

_MAIL = re.compile(r"\S+@\S+\.\S+")
_PHONE = re.compile(r"(?:\+|00)?[\d ()/.-]{8,20}")
_LETTER = re.compile(r"[^\W\d_]")
_ID = re.compile(r"[A-Z]-[0-9A-Z]{3,8}")
_SAMPLE = 500


class Fit(NamedTuple):
    """Of ``filled`` cells, ``fits`` can be read as the column; ``telling`` is False where any text
    would do.
    """

    filled: int
    fits: int
    telling: bool

    @property
    def most(self) -> bool:
        """Whether at least half of the cells fit; true of an empty column."""
        return self.fits * 2 >= self.filled

    @property
    def nearly_all(self) -> bool:
        """Whether there are cells and at least four in five fit."""
        return self.filled > 0 and self.fits * 5 >= self.filled * 4


def column_fit(cells: Sequence[object], sheet: str, column: Column, epoch: date, lang: str) -> Fit:
    """How well ``cells`` fit ``column`` of the list ``sheet``; the first 500 filled ones are looked
    at.
    """
    filled = [
        cell
        for cell in cells
        if not (cell is None or isinstance(cell, CellFault) or not clean(str(cell)))
    ][:_SAMPLE]
    test = _test(sheet, column, epoch, lang)
    telling = test is not _is_text
    return Fit(len(filled), sum(map(test, filled)), telling)


def _test(sheet: str, column: Column, epoch: date, lang: str) -> Callable[[object], bool]:
    if (sheet, column.key) == ("people", "email"):
        return _is_mail
    if (sheet, column.key) == ("people", "phone"):
        return _is_phone
    if (sheet, column.key) == ("partners", "party"):
        return lambda cell: find_party(clean(str(cell))) is not None
    if (sheet, column.key) == ("partners", "phenomena"):
        return lambda cell: all(find_phenomenon(piece) for piece in _pieces(cell))
    if column.type == "id":
        return lambda cell: bool(_ID.fullmatch(clean(str(cell))))
    if column.type in ("choice", "yesno") and column.choices:
        known = choice_names(column.choices)
        return lambda cell: key(shown(cell)) in known or isinstance(cell, bool)
    if column.type == "date":
        return lambda cell: _reads(lambda: read_date(cell, lang, epoch))
    if column.type == "rhythm":
        return lambda cell: _reads(lambda: read_rhythm(cell))
    if column.type == "number":
        return lambda cell: _reads(lambda: read_number(cell))
    return _is_text


def _reads(read: Callable[[], object]) -> bool:
    try:
        read()
    except Unreadable:
        return False
    return True


def _pieces(cell: object) -> list[str]:
    return [clean(piece) for piece in re.split(r"[;,\n]", str(cell)) if clean(piece)]


def _is_mail(cell: object) -> bool:
    return isinstance(cell, str) and bool(_MAIL.fullmatch(clean(cell)))


def _is_phone(cell: object) -> bool:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return 10**7 <= cell < 10**14
    return isinstance(cell, str) and bool(_PHONE.fullmatch(clean(cell)))


def _is_text(cell: object) -> bool:
    return isinstance(cell, str) and bool(_LETTER.search(cell)) and not _is_mail(cell)


def repeats(cells: Sequence[object]) -> bool:
    """Whether a column of names says many of them more than once: rows are then of something else."""
    names = [key(cell) for cell in cells if isinstance(cell, str) and clean(cell)]
    return len(set(names)) * 5 < len(names) * 4
