"""The sheet Settings to settings: one value a row, each in its own form, faults reported and the
default kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from trustbook.dates import Unreadable, read_date, read_number, read_rhythm
from trustbook.model import Period, Settings
from trustbook.names import clean, fit_text, key
from trustbook.reading.cells import Reader, is_blank, shown
from trustbook.reading.settings_rows import SETTING_ROWS, SettingRow, find_setting
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
# What people type behind a number that counts hours or months.
_UNIT = re.compile(r"(\d)\s*(?:uur|uren|hours?|maand(?:en)?|months?)\s*$", re.IGNORECASE)


def read_settings(reader: Reader) -> Settings:
    """The settings of a book; a blank value keeps its default, an unreadable one is reported and
    keeps it, too.
    """
    settings = Settings()
    names, notes = reader.texts("setting"), reader.texts("note")
    taken: dict[str, list[int]] = {}
    for i, (name, cell) in enumerate(zip(names, reader.listing.get("value"), strict=True)):
        if name is not None and not is_blank(cell):
            row = find_setting(name)
            if _is_taken(settings, row, i, cell, notes[i] or "", reader):
                taken.setdefault(row.key if row else "", []).append(i)
    for row in SETTING_ROWS:
        if not row.many:
            _tell_doubled(reader, names, taken.get(row.key, ()))
    return settings


def _tell_doubled(reader: Reader, names: Sequence[str | None], places: Sequence[int]) -> None:
    """Say of a setting that stands there more than once (row positions) which one counts: the last
    one.
    """
    values, rows = reader.listing.get("value"), reader.listing.rows
    for i in places[:-1]:
        last = places[-1]
        reader.note(
            "doubled_setting", "warning", "value", i,
            setting=names[i], row=rows[i], other=rows[last], counts=shown(values[last]),
        )  # fmt: skip


def _is_taken(
    settings: Settings, row: SettingRow | None, i: int, cell: object, note: str, reader: Reader
) -> bool:
    """Take a value for a setting; report one that cannot be read."""
    if row is None:
        reader.note("unknown_setting", "warning", "setting", i)
        return False
    if isinstance(cell, CellFault):
        reader.fault("value", i, cell)
        return False
    try:
        _take(settings, row, cell, note, reader)
    except Unreadable:
        reader.note(f"unreadable_{row.type}", "warning", "value", i)
        return False
    return True


def _take(settings: Settings, row: SettingRow, cell: object, note: str, reader: Reader) -> None:
    if row.type == "language":
        settings.language = _language(cell)
    elif row.type == "rhythm":
        settings.rhythm[row.key.removeprefix("rhythm_")] = read_rhythm(cell)
    elif row.type == "period":
        period = read_period(cell, note, reader.lang, reader.epoch)
        _add(settings, row.key.removesuffix("_period"), period)
    elif row.type == "number":
        _take_number(settings, row.key, read_number(_without_unit(cell)))
    elif row.key in _PLAIN_TEXT:
        setattr(settings, row.key, fit_text(shown(cell)))
    else:
        parts = [part.strip() for part in re.split(r"[;\n]", fit_text(shown(cell)))]
        _add(settings, _LISTS[row.key], *filter(None, parts))


def _add(settings: Settings, name: str, *values: object) -> None:
    """Add to a setting that may stand there more than once."""
    setattr(settings, name, (*getattr(settings, name), *values))


def _language(cell: object) -> str:
    named = _LANGUAGES.get(key(shown(cell)))
    if named is None:
        raise Unreadable("language")
    return named


def _without_unit(cell: object) -> object:
    """A number without the word behind it: "8 uur"."""
    return _UNIT.sub(r"\1", cell) if isinstance(cell, str) else cell


def _take_number(settings: Settings, name: str, number: float) -> None:
    if number < 0 or (number == 0 and name != "hours_a_week") or number > 1000:
        raise Unreadable("number")
    in_months = name.startswith(("familiarity", "retention"))
    if name.startswith("retention") and number != int(number):
        raise Unreadable("number")  # half a month must not become none
    setattr(settings, name, int(number) if in_months else number)


def read_period(cell: object, note: str, lang: str, epoch: date) -> Period:
    """``25-07-2026..16-08-2026`` as a period; one day is a period of a day. Raises
    Unreadable("period").
    """
    ends: list[object] = [cell]
    if isinstance(cell, str):
        # "1-5-2026..20-5-2026, holiday": what stands behind a comma is a note.
        days_typed, _, said = clean(cell).partition(",")
        note = note or said.strip()
        ends = [*filter(None, _BETWEEN.split(days_typed))]
    try:
        days = [read_date(end, lang, epoch) for end in ends]
    except Unreadable:
        raise Unreadable("period") from None
    if len(days) not in (1, 2) or days[0] > days[-1]:
        raise Unreadable("period")
    return Period(days[0], days[-1], note)
