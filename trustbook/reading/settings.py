"""The sheet Settings to settings: one value a row, each in its own form, faults reported and the
default kept.
"""

from __future__ import annotations

import re
from datetime import date

from trustbook.dates import Unreadable, read_date, read_number, read_rhythm
from trustbook.model import Period, Settings
from trustbook.names import clean, key
from trustbook.reading.cells import Reader, shown
from trustbook.reading.settings_rows import SettingRow, find_setting
from trustbook.snapshot import CellFault

_LANGUAGES = {
    "nl": "nl",
    "nederlands": "nl",
    "dutch": "nl",
    "en": "en",
    "engels": "en",
    "english": "en",
}
_BETWEEN = re.compile(r" ?(?:\.{2,}|…|t/m|tot en met|tot|until|to|through) ?| [-–—] | ?[–—] ?")
_PLAIN_TEXT = ("our_name", "our_tasks", "our_goals", "our_way")
_LISTS = {
    "own_phenomenon": "phenomena",
    "own_party": "parties",
    "own_area": "areas",
    "own_holder": "holders",
}


def read_settings(reader: Reader) -> Settings:
    """The settings of a book; a blank value keeps its default, an unreadable one is reported and
    keeps it, too.
    """
    settings = Settings()
    names, notes = reader.texts("setting"), reader.texts("note")
    for i, (name, cell) in enumerate(zip(names, reader.listing.get("value"), strict=True)):
        if name is None or cell is None or (isinstance(cell, str) and not key(cell)):
            continue
        row = find_setting(name)
        if row is None:
            reader.note("unknown_setting", "warning", "setting", i)
        elif isinstance(cell, CellFault):
            reader.fault("value", i, cell)
        else:
            try:
                _take(settings, row, cell, notes[i] or "", reader)
            except Unreadable:
                reader.note(f"unreadable_{row.type}", "warning", "value", i)
    return settings


def _take(settings: Settings, row: SettingRow, cell: object, note: str, reader: Reader) -> None:
    if row.type == "language":
        if key(shown(cell)) not in _LANGUAGES:
            raise Unreadable("language")
        settings.language = _LANGUAGES[key(shown(cell))]
    elif row.type == "rhythm":
        settings.rhythm[row.key.removeprefix("rhythm_")] = read_rhythm(cell)
    elif row.type == "period":
        name = row.key.removesuffix("_period")
        setattr(
            settings,
            name,
            (*getattr(settings, name), read_period(cell, note, reader.lang, reader.epoch)),
        )
    elif row.type == "number":
        _take_number(settings, row.key, read_number(cell))
    elif row.key in _PLAIN_TEXT:
        setattr(settings, row.key, shown(cell))
    else:
        name = _LISTS[row.key]
        values = tuple(
            part for part in (p.strip() for p in re.split(r"[;\n]", shown(cell))) if part
        )
        setattr(settings, name, (*getattr(settings, name), *values))


def _take_number(settings: Settings, name: str, number: float) -> None:
    if number < 0 or (number == 0 and name != "hours_a_week") or number > 1000:
        raise Unreadable("number")
    setattr(settings, name, int(number) if name.startswith("familiarity") else number)


def read_period(cell: object, note: str, lang: str, epoch: date) -> Period:
    """``25-07-2026..16-08-2026`` as a period; one day is a period of a day. Raises
    Unreadable("period").
    """
    ends: list[object] = [cell]
    if isinstance(
        cell, str
    ):  # "1-5-2026..20-5-2026, holiday": what stands behind a comma is a note
        days_typed, _, said = clean(cell).partition(",")
        note = note or said.strip()
        ends = [part for part in _BETWEEN.split(days_typed) if part]
    try:
        days = [read_date(end, lang, epoch) for end in ends]
    except Unreadable:
        raise Unreadable("period") from None
    if len(days) not in (1, 2) or days[0] > days[-1]:
        raise Unreadable("period")
    return Period(days[0], days[-1], note)
