"""A header that does not stand above its values any more: they stand under another one now, and
below it are blanks, or something else. Nobody emptied that column: it is one that is gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from trustbook.a1 import column_letters
from trustbook.columns import Column
from trustbook.errors import SafetyStop
from trustbook.ledger import Known, Ledger
from trustbook.merge.cell_codec import (
    Value,
    encode,
    is_fault,
    is_withheld,
    unpack,
)
from trustbook.merge.identity import identify, naming, rows_of, shared_columns
from trustbook.names import key
from trustbook.reading.listing import Listing, withhold
from trustbook.reading.renaming import Renaming
from trustbook.run.replica import Replica, replica_of
from trustbook.snapshot import Grid, Snapshot
from trustbook.workbooks.base import Workbook

# What one column held, by the row in which it stands now: any of these.
_Held = Mapping[int, Collection[Value]]
_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True)
class _Shadowed:
    """A column of ours whose values stand under another header, ``new``, in column ``number``."""

    sheet: str
    column: Column
    new: str
    number: int


def header_print(listing: Listing, snapshot: Snapshot) -> str:
    """A fingerprint of the header row of a list; "" while a column of it is gone, or stands there
    twice: its headers must then be looked at again.
    """
    if listing.doubled or listing.headers.keys() - listing.columns.keys():
        return ""
    grid = _grid_of(listing, snapshot)
    texts = [key(str(cell)) for cell in _row(grid, listing.header_row) if cell is not None]
    return hashlib.blake2b(repr(texts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def without_shadowed(
    ledger: Ledger, book: Workbook, replica: Replica, asked: Sequence[Renaming]
) -> Replica:
    """The workbook without the columns whose headers moved away from their values; by their new
    names where somebody ``asked`` for these.

    Raises SafetyStop for one that stands there twice, or that its list cannot be read without.
    """
    found = _shadowed(ledger, replica)
    if found and asked and replica.known is not None:
        known = _as_renamed(asked, found, replica.known)
        replica = replica_of(book, replica.snapshot, known, asked)
        found = _shadowed(ledger, replica)
    return _set_apart(replica, found) if found else replica


def _shadowed(ledger: Ledger, replica: Replica) -> list[_Shadowed]:
    """The columns whose values all stand under other headers than when the workbook last agreed.

    Where no header changed since, none did: what differs below is an edit.
    """
    known = replica.known
    if known is None:
        return []
    found: list[_Shadowed] = []
    for listing in replica.lists.values():
        if listing.unread or listing.doubled:
            before = known.state.get("layouts", {}).get(listing.sheet.key)
            if not before or header_print(listing, replica.snapshot) != before:
                found += _Moved(ledger, known, listing, replica.snapshot).columns()
    return found


class _Moved:
    """The columns of one list that moved away from under their headers."""

    def __init__(self, ledger: Ledger, known: Known, listing: Listing, snapshot: Snapshot) -> None:
        self.listing, self.grid = listing, _grid_of(listing, snapshot)
        texts = ledger.base(known.address, listing.sheet.key)
        self.base = {identity: unpack(text) for identity, text in texts.items()}
        rows = rows_of(listing, withhold(listing), ledger.secret)
        ids = identify(listing, rows, self.base, {}, lambda of, count: [""] * count).ids
        self.stood = dict(zip(listing.rows, ids, strict=True))

    def columns(self) -> Iterator[_Shadowed]:
        """Those whose values stand under another header now."""
        others = [*self.listing.unread, *self.listing.doubled]
        merged = shared_columns(self.listing)
        for column in map(self.listing.sheet.column, merged):
            held = self._held(column)
            number, new = max(others, key=lambda one: self._same(held, one[0]))
            if self._moved(held, self.listing.columns[column.key], number):
                yield _Shadowed(self.listing.sheet.key, column, new, number)

    def _held(self, column: Column) -> _Held:
        """What stood in a column, by row. By what names a row itself no row is known: it may be any
        of them.
        """
        values = {one: row[column.key] for one, row in self.base.items() if column.key in row}
        if column.key in naming(self.listing):
            everywhere = set(values.values())
            return dict.fromkeys(self.listing.rows, everywhere) if everywhere else {}
        told = {one for one, value in values.items() if _is_told(value)}
        return {row: [values[one]] for row, one in self.stood.items() if one in told}

    def _same(self, held: _Held, number: int) -> int:
        return sum(self._cell(row, number) in values for row, values in held.items())

    def _moved(self, held: _Held, own: int, other: int) -> bool:
        """Whether most of what a column held stands in another one, and hardly any in its own.

        A new column may be filled with one word all the way down: that some rows held it before is
        chance then.
        """
        there, stayed = self._same(held, other), self._same(held, own)
        if 2 * there <= len(held) or stayed >= there:
            return False
        return 2 * stayed < there or len(self._said(own)) == 1

    def _said(self, number: int) -> set[Value | None]:
        return {self._cell(row, number) for row in self.listing.rows} - {None}

    def _cell(self, row: int, number: int) -> Value | None:
        cells, at = _row(self.grid, row), number - self.grid.first_column
        return encode(cells[at]) if at < len(cells) else None


def _as_renamed(asked: Sequence[Renaming], found: Sequence[_Shadowed], known: Known) -> Known:
    """``known``, with those of the columns ``found`` under their new names of which somebody says
    so.
    """
    news = {key(one.new) for one in asked}
    renames = known.state.get("renames", {})
    columns = {name: dict(headers) for name, headers in renames.get("columns", {}).items()}
    for one in found:
        if key(one.new) in news:
            columns.setdefault(one.sheet, {})[one.column.key] = one.new
    return replace(known, state={**known.state, "renames": {**renames, "columns": columns}})


def _set_apart(replica: Replica, found: Sequence[_Shadowed]) -> Replica:
    """The workbook without the columns ``found``."""
    lists = dict(replica.lists)
    for one in found:
        listing = lists[one.sheet]
        _must_not_be_needed(listing, one, replica)
        name = one.column.key
        lists[one.sheet] = replace(
            listing,
            columns=_without(listing.columns, name),
            headers=_without(listing.headers, name),
            cells=_without(listing.cells, name),
            formulas=_without(listing.formulas, name),
            withheld=None,
        )
    return replace(replica, lists=lists)


def _must_not_be_needed(listing: Listing, one: _Shadowed, replica: Replica) -> None:
    header, number = listing.headers[one.column.key], listing.columns[one.column.key]
    known = replica.known.state.get("headers", {}) if replica.known else {}
    stands_yet = known.get(one.sheet, {}).get(one.column.key) == one.new
    if stands_yet or (one.number, one.new) in listing.doubled:
        places = {"first": column_letters(number), "second": column_letters(one.number)}
        raise SafetyStop("column_twice", sheet=listing.title, column=header, **places)
    if one.column.required:
        raise SafetyStop("column_missing", sheet=listing.title, column=header, file=replica.address)


def _is_told(value: Value) -> bool:
    """Whether the ledger keeps what a cell said, and not only that it said something."""
    return not (is_withheld(value) or is_fault(value))


def _without(named: Mapping[str, _Any], name: str) -> dict[str, _Any]:
    return {other: value for other, value in named.items() if other != name}


def _grid_of(listing: Listing, snapshot: Snapshot) -> Grid:
    return next(grid for grid in snapshot.grids if grid.title == listing.title)


def _row(grid: Grid, number: int) -> Sequence[object]:
    return grid.rows[number - grid.first_row]
