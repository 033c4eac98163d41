"""What stands below a header: how many cells, and how many could be read as a given column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from trustbook.catalogue import find_party, find_phenomenon
from trustbook.columns import Column, choice_names
from trustbook.dates import Unreadable, read_date, read_number, read_rhythm
from trustbook.ids import is_like_ours
from trustbook.names import clean, key
from trustbook.network.name_parts import split_name
from trustbook.reading.cells import shown
from trustbook.snapshot import CellFault

_MAIL = re.compile(r"\S+@\S+\.\S+")
_PHONE = re.compile(r"(?:\+|00)?[\d ()/.-]{8,20}")
# authority:BAS, E07000223, a_key, https://…
_KEY = re.compile(r"[a-z]+://\S+|[\w-]+:[\w-]+|(?=\S*\d)[A-Z0-9-]{2,}|\w+_\w+|[A-Z]\d*")
_LETTER = re.compile(r"[^\W\d_]")
_SAMPLE = 500
# Between the names of a cell that holds several.
_BETWEEN = re.compile(r"[;\n]")
# Words in the names of organisations, beside those that tell doubles apart.
_HOUSES = frozenset(
    "trust society group ltd inc llc gmbh plc university universiteit institute instituut agency "
    "council committee comite union alliance coalition forum initiative services team bureau "
    "dienst raad fonds fund groep vzw ngo coop federation federatie "
    "academy hogeschool zorg hulp".split()
)
_Test = Callable[[object], bool]


class Fit(NamedTuple):
    """Of ``filled`` cells ``fits`` read as the column; not ``telling`` where any text would do."""

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
    """How well ``cells`` fit ``column`` of the list ``sheet``, by the first 500 filled ones."""
    filled = [cell for cell in cells if _is_filled(cell)][:_SAMPLE]
    test = (
        _TEST_OF_COLUMN.get((sheet, column.key)) or _test_of_type(column, epoch, lang) or _is_text
    )
    return Fit(len(filled), sum(map(test, filled)), test not in (_is_text, _is_name))


def _is_filled(cell: object) -> bool:
    return cell is not None and not isinstance(cell, CellFault) and bool(clean(str(cell)))


def _test_of_type(column: Column, epoch: date, lang: str) -> _Test | None:
    """Whether a cell can be read as this type; None where any text can."""
    if column.type in ("choice", "yesno") and column.choices:
        known = choice_names(column.choices)
        return lambda cell: key(shown(cell)) in known or isinstance(cell, bool)
    tests: dict[str, _Test] = {
        "id": _is_id,
        "date": lambda cell: _is_day(cell, epoch, lang),
        "rhythm": lambda cell: _reads(lambda: read_rhythm(cell)),
        "number": lambda cell: _reads(lambda: read_number(cell)),
    }
    return tests.get(column.type)


def _reads(read: Callable[[], object]) -> bool:
    try:
        read()
    except Unreadable:
        return False
    return True


def _is_day(cell: object, epoch: date, lang: str) -> bool:
    """Whether a cell holds a day, though it may not be certain which: 03/04/2026."""
    try:
        read_date(cell, lang, epoch)
    except Unreadable as fault:
        return fault.code == "date_ambiguous"
    return True


def _is_id(cell: object) -> bool:
    return is_like_ours(clean(str(cell)))


def _is_party(cell: object) -> bool:
    return find_party(clean(str(cell))) is not None


def _are_phenomena(cell: object) -> bool:
    pieces = (clean(piece) for piece in re.split(r"[;,\n]", str(cell)))
    return all(find_phenomenon(piece) for piece in pieces if piece)


def _is_mail(cell: object) -> bool:
    return isinstance(cell, str) and bool(_MAIL.fullmatch(clean(cell)))


def _is_phone(cell: object) -> bool:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return 10**7 <= cell < 10**14
    return isinstance(cell, str) and bool(_PHONE.fullmatch(clean(cell)))


def _is_text(cell: object) -> bool:
    return isinstance(cell, str) and bool(_LETTER.search(cell)) and not _is_mail(cell)


def _is_name(cell: object) -> bool:
    """Whether a cell may be a name: a key of a computer's or a number is none."""
    return _is_text(cell) and not _KEY.fullmatch(clean(str(cell)))


# Columns whose cells tell more than their type does.
_TEST_OF_COLUMN: dict[tuple[str, str], _Test] = {
    ("partners", "name"): _is_name,
    ("people", "name"): _is_name,
    ("people", "partner"): _is_name,
    ("moments", "with"): _is_name,
    ("people", "email"): _is_mail,
    ("people", "phone"): _is_phone,
    ("partners", "party"): _is_party,
    ("partners", "phenomena"): _are_phenomena,
}


def repeats(cells: Sequence[object]) -> bool:
    """Whether a column of names says many of them more than once: rows are of something else."""
    names = [key(cell) for cell in cells if isinstance(cell, str) and clean(cell)]
    return len(set(names)) * 5 < len(names) * 4


def hold_several(cells: Sequence[object]) -> bool:
    """Whether a cell of names holds more than one."""
    return any(isinstance(cell, str) and _BETWEEN.search(clean_end(cell)) for cell in cells)


def clean_end(text: str) -> str:
    """A cell without spaces and separators at its ends."""
    return text.strip(" ;\r\n\t")


def are_organisations(cells: Sequence[object]) -> bool:
    """Whether at least a third of some names say what kind of organisation they are."""
    names = [clean(cell) for cell in cells[:_SAMPLE] if isinstance(cell, str) and clean(cell)]
    return len(names) > 1 and 3 * sum(map(_names_a_house, names)) >= len(names)


def _names_a_house(name: str) -> bool:
    parts = split_name(name)
    words = set(key(name).replace(".", "").split())
    return bool(parts.kinds or parts.forms or words & _HOUSES or find_party(name))
