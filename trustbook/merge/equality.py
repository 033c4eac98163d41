"""What a kept value says, worked out once and remembered; and when two of them say the same: 42 and
"42", yes and ja, a date and its text; case always counts.

Whoever compares values in the merge asks here: which row is which, who votes for what, what looks
like an accident.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import lru_cache

from trustbook.columns import SETTINGS, Choice, Column, Sheet, choice_names
from trustbook.dates import Unreadable, read_date, read_rhythm
from trustbook.merge.cell_codec import Value, decode, is_fault, is_withheld
from trustbook.merge.votes import Same
from trustbook.names import clean, key
from trustbook.reading.cells import shown
from trustbook.reading.settings_rows import SETTING_ROWS
from trustbook.snapshot import CellValue

# More different values than the changes of a night bring.
_REMEMBERED = 10_000


def meanings(sheet: Sheet) -> Same:
    """How the columns of a sheet compare, so that two workbooks do not argue about a spelling."""
    columns = {column.key: column for column in sheet.columns}
    # A note that we put beside a setting says the same in both languages.
    notes: dict[Value, str] = {}
    for row in SETTING_ROWS if sheet is SETTINGS else ():
        notes |= {row.note(lang): row.key for lang in ("en", "nl")}

    def same(column: str, one: Value | None, other: Value | None) -> bool:
        if one is None or other is None or one == other:
            return one == other
        if column == "note" and one in notes:
            return notes[one] == notes.get(other)
        return meaning(columns[column], one) == meaning(columns[column], other)

    return same


def meaning(column: Column, value: Value) -> object:
    """What ``value`` says in ``column``, whatever the language and the kind of cell; itself if that
    is not certain.
    """
    return _meaning(column.type, column.choices, value)


def day_in_cell(value: Value | None) -> date | None:
    """The day a kept cell means, whatever way it is written; None for what is no day."""
    return None if value is None else _day(value)[0]


def nearly_same(column: Column, one: Value | None, other: Value | None) -> bool:
    """Whether two values differ in no more than people would not call a change: the way a day is
    written; spaces, capitals and signs between.
    """
    if column.type == "date":
        return day_in_cell(one) == day_in_cell(other) is not None
    return reads_alike(one, other)


def reads_alike(one: Value | None, other: Value | None) -> bool:
    """Whether two texts differ only in spaces, capitals and signs between."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


# 1 and 1.0 are one key to a dictionary, unless their kinds count.
@lru_cache(_REMEMBERED, typed=True)
def _meaning(kind: str, choices: tuple[Choice, ...], value: Value) -> object:
    if is_withheld(value) or is_fault(value):
        return value
    cell = decode(value)
    if kind == "date":
        return _certain_day(value)
    if kind == "rhythm":
        with suppress(Unreadable):
            return read_rhythm(cell)
    if choices and kind in ("choice", "yesno"):
        return _choice(choices, cell)
    return clean(shown(cell))


def _certain_day(value: Value) -> object:
    """The day, or what stands there: of a number nobody tells the epoch."""
    cell = decode(value)
    if isinstance(cell, int | float):
        return value
    day, certain = _day(value)
    return day if certain else clean(shown(cell))


@lru_cache(_REMEMBERED, typed=True)
def _day(value: Value) -> tuple[date | None, bool]:
    """The day a value means, and whether it means that in every book: in an English one 03/04/2026
    may be 3 April or 4 March.
    """
    cell = decode(value)
    for lang in ("en", "nl"):
        with suppress(Unreadable):
            return read_date(cell, lang), lang == "en"
    return None, False


def _choice(choices: tuple[Choice, ...], cell: CellValue) -> str:
    """The key of a choice, in whatever language it is made; what no choice says stays a word."""
    if isinstance(cell, bool):
        word = "yes" if cell else "no"
    else:
        word = key(shown(cell))
    found = choice_names(choices).get(word)
    return found.key if found else word
