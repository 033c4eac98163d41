"""Adding one moment from the command line or from Python: checked as a whole, then one new row in
Moments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trustbook.columns import (
    ANSWERED,
    INITIATIVE,
    MOMENT_KINDS,
    MOMENTS,
    PROMISED_BY,
    STATES,
    WEATHER,
    choice_names,
    find_column,
)
from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.ids import sheet_ids
from trustbook.ledger.copies import keep_copy
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.merge.cell_codec import encode
from trustbook.model import Book
from trustbook.names import clean, fit_all, key
from trustbook.privacy import withheld
from trustbook.problems import did_you_mean
from trustbook.reading.identities import PartnersKnown
from trustbook.reading.lists import Listing, book_language
from trustbook.reading.moments import EARLIEST
from trustbook.reading.presence import Attendance
from trustbook.reading.records import directory_of
from trustbook.reading.references import Directory, Found, Unresolved
from trustbook.run.read import Reading, Request, read_book
from trustbook.snapshot import CellValue, Changes, RowAddition
from trustbook.workbooks.base import Workbook

_TRIES = 3
_CHOICES = {
    "kind": MOMENT_KINDS,
    "weather": WEATHER,
    "initiative": INITIATIVE,
    "state": STATES,
    "promised_by": PROMISED_BY,
    "answered": ANSWERED,
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
    answered: str | None = None


def _refuse_case_data(fields: Mapping[str, Any]) -> None:
    """Before anything else: no sentence may repeat it."""
    for name, value in fields.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and withheld(text):
                raise UsageError("case_data", where=name.rstrip("_"))


def make_entry(**fields: Any) -> LogEntry:
    """An entry from what was typed. Raises UsageError that names the field, what stands there and
    what fits.
    """
    fields = fit_all(fields)
    _refuse_case_data(fields)
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


@dataclass(frozen=True, slots=True)
class Logged:
    """Where a moment went: the row of Moments, or None where it waits for its workbook.

    ``why``: what kept the workbook from taking it. ``lang`` is the language of the book.
    """

    workbook: str
    row: int | None
    lang: str
    why: TrustbookError | None = None


def log_moment(
    workbooks: Sequence[Workbook],
    entry: LogEntry,
    locator: LedgerLocator | None,
    today: date,
    now: datetime,
    lang: str | None = None,
) -> Logged:
    """Add one moment to the first workbook of a book, as every door gives it, as a new row.

    A workbook that is busy, or at which a sync would stop, gets it at the next sync that goes well:
    until then the moment waits in the ledger. Raises UsageError for an unknown or unclear name, and
    what kept the workbook from taking the moment where it cannot wait.
    """
    workbook = workbooks[0]
    for tries in range(1, _TRIES + 1):
        reading = read_book(workbooks, locator, Request(today, now, lang))
        if reading.elsewhere is not None:
            raise reading.elsewhere
        values = _values_of(entry, reading, today)
        try:
            if fault := _kept_out(workbook, reading):
                raise fault
            with workbook.locked():
                return _write(workbook, values, reading)
        except (Busy, NoAccess, SafetyStop) as fault:
            if fault.read_again and tries < _TRIES:
                continue
            fault.params.setdefault("name", workbook.name)
            return _wait(workbook, values, reading, locator, now, fault)
    raise AssertionError("unreachable: the last try returns or raises")


def _kept_out(workbook: Workbook, reading: Reading) -> TrustbookError | None:
    """What keeps a row out of a workbook: what stops a sync, or that it cannot be reached."""
    if reading.stopped is not None:
        return reading.stopped
    return next((fault for name, fault in reading.skipped if name == workbook.name), None)


def _write(workbook: Workbook, values: Mapping[str, CellValue], reading: Reading) -> Logged:
    merged = reading.judged[0].merged
    listing = merged.lists["moments"]
    filled = {name: value for name, value in values.items() if value is not None}
    cells = {_place(listing, name, value): value for name, value in filled.items()}
    stands = merged.replica.lists["moments"]
    following = max(stands.rows, default=stands.header_row) + 1
    if column := next((name for name in filled if stands.filled(name, following)), None):
        raise SafetyStop("formula_fills", sheet=listing.title, column=listing.header(column))
    addition = RowAddition(listing.title, listing.header_row, cells, stands.rows)
    changes = Changes(additions=[addition])
    written = workbook.write(changes, merged.replica.snapshot.version)
    return Logged(workbook.name, written.rows[0], reading.book.lang)


def _wait(
    workbook: Workbook,
    values: dict[str, CellValue],
    reading: Reading,
    locator: LedgerLocator | None,
    now: datetime,
    why: TrustbookError,
) -> Logged:
    """Keep the moment until its workbook can take it. Raises ``why`` where it cannot be kept.

    There must be a memory, and an ID to know the moment again by.
    """
    marks = reading.judged[0].merged.replica.snapshot.marks
    arrival = Arrival(workbook.address, workbook.name, marks)
    remembers = locator if reading.memory else None
    ledger = remembers.memory(arrival, reads_only=False) if remembers else None
    identity = values.pop("id", None)
    if ledger is None or identity is None:
        raise why
    kept = {name: encode(value) for name, value in values.items() if value is not None}
    with ledger:
        ledger.wait(str(identity), kept, now.isoformat(timespec="seconds"))
        keep_copy(ledger)  # it stands nowhere else yet
    return Logged(workbook.name, None, reading.book.lang, why)


def _values_of(entry: LogEntry, reading: Reading, today: date) -> dict[str, CellValue]:
    """The cells of the new row by column. Raises UsageError for what cannot be meant."""
    book, listing = reading.book, reading.judged[0].merged.lists.get("moments")
    if listing is None:
        raise SafetyStop("no_moments")
    if entry.state == "held" and entry.day > today:
        raise UsageError("held_ahead", date=entry.day.isoformat())
    everyone = book.whole or book
    values = _values(entry, directory_of(everyone), book.lang)
    _must_be_somebody(entry, values, everyone)
    if "id" in listing.columns:
        taken = [str(cell) for cell in listing.get("id") if cell is not None]
        values["id"] = sheet_ids(MOMENTS, 1, taken)[0]
    return values


def _must_be_somebody(entry: LogEntry, values: Mapping[str, CellValue], book: Book) -> None:
    """Raise UsageError where nobody is left: a row for nobody would count for nobody."""
    cells = {name: str(values[name] or "") for name in ("with", "also_present")}
    attendance = Attendance(directory_of(book), PartnersKnown(book.partners, book.memory))
    if not attendance.at(entry.day, cells).partners:
        raise _unclear(Unresolved("nobody", cells["with"]), book.lang)


def _place(listing: Listing, name: str, value: CellValue) -> int:
    if name not in listing.columns:
        header = MOMENTS.column(name).label(book_language({"moments": listing}))
        raise UsageError("log_needs_column", sheet=listing.title, column=header, value=value)
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
        found = [directory.find(piece, day) for piece in directory.split(text)]
        for outcome in found or [Unresolved("nobody", clean(text))]:
            if isinstance(outcome, Unresolved):
                raise _unclear(outcome, lang)
            if outcome == _NOBODY:
                raise _unclear(Unresolved("nobody", clean(text)), lang)
    return "; ".join(clean(text) for text in texts)


# What somebody answered on To check of a name: nobody on the list.
_NOBODY = Found("partner", ())
_SENTENCES: Mapping[str, str] = {
    "ambiguous": "ambiguous_partner",
    "not_in_office": "not_in_office",
    "empty_consultation": "nobody_there",
    "nobody": "nobody_there",
}


def _unclear(trouble: Unresolved, lang: str) -> UsageError:
    sentence = _SENTENCES.get(trouble.code, "unknown_partner")
    return UsageError(sentence, name=trouble.piece, hints=did_you_mean(trouble.hints, lang))
