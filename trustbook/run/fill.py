"""A book that was exported whole, put into an empty one: the same rows, and the same verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from trustbook.columns import SETTINGS, TYPED, Sheet
from trustbook.errors import SafetyStop, UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.facts import READ_BY, Facts, recall_rows
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.merge.cell_codec import encode
from trustbook.merge.identity import NATURAL
from trustbook.merge.proposed_rows import is_proposed
from trustbook.model import Memory
from trustbook.names import key
from trustbook.reading.lists import Listing
from trustbook.run.read import Reading, Request, read_book
from trustbook.run.sync import run_sync
from trustbook.snapshot import CellEdit, CellValue, Changes, RowAddition
from trustbook.workbooks.base import Workbook

# What reading facts comes to that nobody could have noted.
_NO_FACTS = (ValueError, TypeError, LookupError, AttributeError, AssertionError)
Rows = Sequence[Mapping[str, CellValue]]


def book_in(text: str, name: str) -> Mapping[str, Any]:
    """The book in the text of a file that ``export all`` wrote. Raises UsageError for any other."""
    with suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, dict) and isinstance(found.get("sheets"), dict):
            return found
    raise UsageError("intake.no_book", name=name)


def memory_of_rows(reading: Reading, locator: LedgerLocator | None) -> Facts:
    """The facts by which the rows of a book are read, as a sync would leave them; none where it has
    no memory.
    """
    if locator is None or not reading.memory:
        return {}
    address = reading.judged[0].merged.address
    kept = {kind: locator.facts(address, kind) or {} for kind in READ_BY}
    return kept | {kind: reading.facts[kind] for kind in READ_BY if kind in reading.facts}


@dataclass(frozen=True, slots=True)
class Filling:
    """The filling of the ``workbooks`` of an empty book, as of ``today``."""

    workbooks: Sequence[Workbook]
    locator: LedgerLocator | None
    today: date
    now: datetime
    lang: str | None = None

    def fill(self, content: Mapping[str, Any]) -> int:
        """Put a whole book in; how many rows came in.

        Raises UsageError, and writes nothing, where somebody stands in the book already or a row
        would lose a cell.
        """
        reading = read_book(self.workbooks, self.locator, Request(self.today, self.now, self.lang))
        if stop := reading.elsewhere or reading.stopped:
            raise stop
        rows = {sheet.key: _rows(sheet, content) for sheet in TYPED}
        memory = _memory_in(content)
        changes = _changes(reading, rows)
        workbook = self.workbooks[0]
        with workbook.locked():
            workbook.write(changes, reading.judged[0].merged.replica.snapshot.version)
        self._sync()
        self._remember(memory, content.get("first_seen", {}))
        return sum(map(len, rows.values()))

    def _sync(self) -> None:
        run_sync(self.workbooks, self.today, self.now, lang=self.lang, keeper=self.locator)

    def _remember(self, memory: Facts, since: Mapping[str, str]) -> None:
        """Read the rows by what the other book knew, and know partners since the day on which it
        saw them first.
        """
        workbook = self.workbooks[0]
        arrival = Arrival(workbook.address, workbook.name, {})
        ledger = self.locator.memory(arrival, reads_only=False) if self.locator else None
        if ledger is None or not (memory or since):
            return
        with ledger:
            known = ledger.facts("since")
            earlier = {one: min(day, since.get(one, day)) for one, day in known.items()}
            for kind, facts in {**memory, "since": earlier}.items():
                ledger.note(kind, facts)
        self._sync()


def _memory_in(content: Mapping[str, Any]) -> Facts:
    """The facts by which the rows of a book are read. Raises UsageError for what is no such
    thing: it would be met every night.
    """
    told = content.get("memory") or {}
    try:
        memory = {kind: dict(told[kind]) for kind in READ_BY if told.get(kind)}
        with Ledger(None) as ledger:
            for kind, facts in memory.items():
                ledger.note(kind, facts)
            recall_rows(Memory(), ledger, {})
    except _NO_FACTS:
        raise UsageError("intake.no_memory") from None
    return memory


def _rows(sheet: Sheet, content: Mapping[str, Any]) -> list[dict[str, CellValue]]:
    """The rows of a sheet, as cells."""
    columns = {column.key: column for column in sheet.columns if column.owner == "shared"}
    return [
        {name: _cell(value, columns[name].type) for name, value in row.items() if name in columns}
        for row in content["sheets"].get(sheet.key, ())
    ]


def _cell(value: Any, kind: str) -> CellValue:
    """A cell: a day where a day is meant."""
    if kind == "date" and isinstance(value, str):
        with suppress(ValueError):
            return datetime.fromisoformat(value).date()
    return value if isinstance(value, str | int | float) else str(value)


def _changes(reading: Reading, rows: Mapping[str, Rows]) -> Changes:
    lists = reading.judged[0].merged.replica.lists
    changes = Changes()
    for sheet in TYPED:
        if sheet.key in lists:
            _add_rows(changes, lists[sheet.key], rows[sheet.key])
        elif rows[sheet.key]:
            raise SafetyStop("intake.no_sheet", sheet=sheet.label(reading.book.lang))
    return changes


def _add_rows(changes: Changes, listing: Listing, rows: Rows) -> None:
    """What puts rows into one list of an empty book."""
    _must_fit(listing, rows)
    standing = {_name(listing.sheet, row): at for at, row in _standing(listing)}
    for row in rows:
        cells = {at: row[name] for name, at in listing.columns.items() if name in row}
        at = standing.pop(_name(listing.sheet, row), None)
        if at is None:
            added = RowAddition(listing.title, listing.header_row, cells, listing.rows)
            changes.additions.append(added)
        else:
            changes.edits += [CellEdit(listing.title, at, *cell) for cell in cells.items()]
    if listing.sheet is not SETTINGS:
        changes.edits += [one for at in standing.values() for one in _emptied(listing, at)]


def _emptied(listing: Listing, row: int) -> Iterator[CellEdit]:
    """What takes out a row that nobody typed and the exported book does not have."""
    for column in listing.columns.values():
        yield CellEdit(listing.title, row, column, None)


def _must_fit(listing: Listing, rows: Rows) -> None:
    """Raise UsageError for a list in which somebody stands, and for a cell that has no column."""
    if listing.sheet is not SETTINGS and any(map(partial(_is_typed, listing), _places(listing))):
        raise UsageError("intake.not_empty", sheet=listing.title)
    missing = {name for row in rows for name in row} - {*listing.columns, "id"}
    if missing:
        header = listing.sheet.column(min(missing)).en
        raise UsageError("intake.no_column", sheet=listing.title, column=header)


def _places(listing: Listing) -> range:
    return range(len(listing.rows))


def _is_typed(listing: Listing, at: int) -> bool:
    """Whether somebody typed or edited a row; what a new workbook proposes is nobody's."""
    cells = ((name, encode(values[at])) for name, values in listing.cells.items())
    row = {name: value for name, value in cells if value is not None}
    return bool(row) and not is_proposed(listing.sheet, row)


def _standing(listing: Listing) -> Iterator[tuple[int, Mapping[str, CellValue]]]:
    for i, number in enumerate(listing.rows):
        yield number, {name: str(listing.cells[name][i] or "") for name in listing.columns}


def _name(sheet: Sheet, row: Mapping[str, CellValue]) -> tuple[str, ...]:
    """What names a row on a sheet without IDs."""
    return tuple(key(str(row.get(name) or "")) for name in NATURAL.get(sheet.key, ()))
