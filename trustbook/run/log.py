"""Adding one moment from the command line or from Python: checked as a whole, then one new row in
Moments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trustbook.columns import (
    INITIATIVE,
    MOMENT_KINDS,
    MOMENTS,
    PROMISED_BY,
    STATES,
    WEATHER,
    choice_names,
    find_column,
)
from trustbook.errors import SafetyStop, UsageError
from trustbook.ids import sheet_ids
from trustbook.model import Book, Memory
from trustbook.names import clean, key
from trustbook.privacy import withheld
from trustbook.problems import did_you_mean
from trustbook.reading.lists import Listing, find_lists
from trustbook.reading.moments import EARLIEST
from trustbook.reading.records import read_lists
from trustbook.reading.references import Directory, Unresolved
from trustbook.snapshot import CellValue, Changes, RowAddition, Snapshot

_CHOICES = {
    "kind": MOMENT_KINDS,
    "weather": WEATHER,
    "initiative": INITIATIVE,
    "state": STATES,
    "promised_by": PROMISED_BY,
}


class LogEntry(BaseModel):
    """One moment to log. Choices take the labels of either language; names are exact, or IDs."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    with_: list[str] = Field(min_length=1)
    day: date
    also_present: list[str] = Field(default_factory=list)
    by: str | None = None
    kind: str | None = None
    weather: str | None = None
    initiative: str | None = None
    state: str | None = None
    topic: str | None = Field(default=None, max_length=120)
    promise: str | None = Field(default=None, max_length=500)
    promised_by: str | None = None
    promise_due: date | None = None


def make_entry(**fields: Any) -> LogEntry:
    """An entry from what was typed. Raises UsageError that names the field, what stands there and
    what fits.
    """
    for name, value in fields.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and withheld(
                text
            ):  # before anything else: no sentence may repeat it
                raise UsageError("case_data", where=name.rstrip("_"))
    try:
        entry = LogEntry(**fields)
    except ValidationError as fault:
        first = fault.errors()[0]
        where, most = str(first["loc"][0]).rstrip("_"), first.get("ctx", {}).get("max_length")
        if first["type"] == "string_too_long":
            raise UsageError("entry_too_long", where=where, most=most) from None
        raise UsageError(
            "entry_invalid", where=where, value=first["input"], what=first["msg"]
        ) from None
    if entry.day < EARLIEST:
        raise UsageError("entry_too_early", date=entry.day.isoformat())
    for name, choices in _CHOICES.items():
        typed = getattr(entry, name)
        if typed is None:
            continue
        choice = choice_names(choices).get(key(typed))
        if choice is None:
            what = ", ".join(dict.fromkeys(label for c in choices for label in (c.en, c.nl)))
            raise UsageError("entry_invalid", where=name, value=typed, what=what)
        setattr(entry, name, choice.key)
    return entry


def plan_entry(
    snapshot: Snapshot,
    entry: LogEntry,
    today: date,
    lang: str | None = None,
    memory: Memory | None = None,
) -> tuple[Changes, Book]:
    """The new row for ``entry`` in the workbook of ``snapshot``. Raises UsageError for an unknown
    or unclear name.

    ``memory`` knows the names partners had before.
    """
    lists = find_lists(snapshot.grids)
    book = read_lists(lists, snapshot.epoch, today, lang, memory)
    listing = lists.get("moments")
    if listing is None:
        raise SafetyStop("no_moments")
    if entry.state == "held" and entry.day > today:
        raise UsageError("held_ahead", date=entry.day.isoformat())
    directory = Directory(book.partners, book.people, book.consultations, book.memory.old_names)
    values = _values(entry, directory, book.lang)
    if "id" in listing.columns:
        values["id"] = sheet_ids(
            MOMENTS, 1, [str(cell) for cell in listing.get("id") if cell is not None]
        )[0]
    cells = {
        _place(listing, name, value): value for name, value in values.items() if value is not None
    }
    return Changes(additions=[RowAddition(listing.title, listing.header_row, cells)]), book


def _place(listing: Listing, name: str, value: CellValue) -> int:
    if name not in listing.columns:
        raise UsageError(
            "log_needs_column", sheet=listing.title, column=MOMENTS.column(name).nl, value=value
        )
    return listing.columns[name]


def _values(entry: LogEntry, directory: Directory, lang: str) -> dict[str, CellValue]:
    values: dict[str, CellValue] = {
        "date": entry.day,
        "with": _names(entry.with_, entry.day, directory, lang),
        "also_present": _names(entry.also_present, entry.day, directory, lang) or None,
        "by": entry.by,
        "topic": entry.topic,
        "promise": entry.promise,
        "promise_due": entry.promise_due,
    }
    for name, choices in _CHOICES.items():
        typed = getattr(entry, name)
        values[name] = find_column(choices, typed).label(lang) if typed else None
    return values


def _names(texts: Sequence[str], day: date, directory: Directory, lang: str) -> str:
    """The names as they go into the cell; every piece must mean exactly one record."""
    for text in texts:
        present, troubles = directory.who(text, day)
        if troubles:
            raise _unclear(troubles[0], lang)
        if not present:
            raise _unclear(Unresolved("nobody", clean(text)), lang)
    return "; ".join(clean(text) for text in texts)


_SENTENCES: Mapping[str, str] = {
    "ambiguous": "ambiguous_partner",
    "not_in_office": "not_in_office",
    "empty_consultation": "nobody_there",
    "nobody": "nobody_there",
}


def _unclear(trouble: Unresolved, lang: str) -> UsageError:
    sentence = _SENTENCES.get(trouble.code, "unknown_partner")
    return UsageError(sentence, name=trouble.piece, hints=did_you_mean(trouble.hints, lang))
