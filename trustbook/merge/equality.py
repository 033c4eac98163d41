"""When two spellings of a cell say the same: 42 and "42", yes and ja, a date and its text; case
always counts.
"""

from __future__ import annotations

from contextlib import suppress

from trustbook.columns import SETTINGS, Column, Sheet, choice_names
from trustbook.dates import Unreadable, read_date, read_rhythm
from trustbook.merge.cell_codec import Value, decode, is_fault, is_withheld
from trustbook.merge.votes import Same
from trustbook.names import clean, key
from trustbook.reading.cells import shown
from trustbook.reading.settings_rows import SETTING_ROWS
from trustbook.snapshot import CellValue


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
    if is_withheld(value) or is_fault(value):
        return value
    cell = decode(value)
    with suppress(Unreadable):
        if column.type == "date":
            # As an English book reads it: what may be 3 April or 4 March says nothing but itself.
            return value if isinstance(cell, int | float) else read_date(cell, "en")
        if column.type == "rhythm":
            return read_rhythm(cell)
        if column.choices and column.type in ("choice", "yesno"):
            return _choice(column, cell)
    return clean(shown(cell))


def _choice(column: Column, cell: CellValue) -> str:
    """The key of a choice, in whatever language it is made; what no choice says stays a word."""
    if isinstance(cell, bool):
        word = "yes" if cell else "no"
    else:
        word = key(shown(cell))
    found = choice_names(column.choices).get(word)
    return found.key if found else word
