"""Workbooks read without who is forgotten, and the edits that make them so.

Everything behind this reads a book in which they never stood: nothing of ours shows them again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from trustbook.a1 import cell_name
from trustbook.columns import CONSULTATIONS, MOMENTS, PARTNERS, PEOPLE, SETTINGS, Column
from trustbook.dates import Unreadable, read_date
from trustbook.names import clean, key
from trustbook.network.hiding import ERASED, Hide, hidden_value
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing
from trustbook.reading.moments import identity_without_id
from trustbook.reading.pieces import Splitter, who_was_not
from trustbook.run.meant_on import MeantOn
from trustbook.run.replica import Replica
from trustbook.snapshot import CellEdit, CellValue, Grid, Snapshot

# Columns that hold names of colleagues: a piece that is nobody's any more goes.
_COLLEAGUES = frozenset(("holder", "by", "chair"))
_BREAK = re.compile(r"\s*[;\n,]\s*")
# What is left of a cell that said nothing but a name.
_NOTHING_LEFT = re.compile(rf"[\s;,<>()\[\]{ERASED}.-]*")


class LeavesOut(Protocol):
    """What is to go out of every workbook of a book, or of none."""

    def left_out_of(self, replica: Replica) -> Replica:
        """The workbook as it is without that."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Who is forgotten, as workbooks name them.

    ``hide`` puts a mark where they are named in a text. ``rows``: the rows that go, by sheet their
    IDs and, of lists without IDs, their names (normalised). ``named`` are the pieces (normalised)
    of a cell with names that mean them; instead of one stands what it counted for: ``counted`` by
    row of Moments and piece, what it is ``meant_on`` the day of any other moment, elsewhere
    ``usual``; nothing is nobody. ``homes`` are the partners (normalised) for which they stand: of
    people without IDs others may have the same name. A name that is ``shared`` with somebody else
    goes on to mean nobody, but for the pieces by row that are ``clear``.
    """

    hide: Hide
    rows: Mapping[str, Collection[str]]
    named: Collection[str]
    counted: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    usual: tuple[str, ...] = ()
    meant_on: MeantOn | None = None
    homes: Collection[str] = ()
    shared: Collection[str] = ()
    clear: Collection[tuple[str, str]] = frozenset()

    def left_out_of(self, replica: Replica) -> Replica:
        """The workbook as it is without them."""
        cleaning = _Cleaning(self, replica)
        return replace(
            replica,
            lists={name: cleaning.listing(one) for name, one in replica.lists.items()},
            snapshot=self._ours(replica.snapshot),
            erased=tuple(cleaning.edits),
            hides=self.hide,
        )

    def _ours(self, snapshot: Snapshot) -> Snapshot:
        """Our own sheets without them; each that named them is one to write anew."""
        return replace(snapshot, grids=[self._own(grid) for grid in snapshot.grids])

    def _own(self, grid: Grid) -> Grid:
        if grid.ours is None:
            return grid
        rows = [self._own_row(row, self._gone()) for row in grid.rows]
        if rows == [list(row) for row in grid.rows]:
            return grid
        return replace(grid, rows=rows, bare=True)

    def _gone(self) -> set[str]:
        return set().union(*self.rows.values())

    def _own_row(self, row: Sequence[CellValue], gone: Collection[str]) -> list[CellValue]:
        """A row of ours without them: blank where it is about them."""
        if any(isinstance(cell, str) and cell in gone for cell in row):
            return [None] * len(row)
        return [hidden_value(cell, self.hide) for cell in row]


@dataclass(frozen=True, slots=True)
class Together:
    """Several who are forgotten in one act; no two of them have a word of their names in common."""

    all_: Sequence[Forgetting]

    def hide(self, text: str) -> str:
        """A text in which none of them is named."""
        for one in self.all_:
            text = one.hide(text)
        return text

    def left_out_of(self, replica: Replica) -> Replica:
        """The workbook as it is without all of them."""
        edits: dict[tuple[str, int, int], CellEdit] = {}
        for one in self.all_:
            replica = one.left_out_of(replica)
            edits |= {(edit.sheet, edit.row, edit.column): edit for edit in replica.erased or ()}
        return replace(replica, erased=tuple(edits.values()), hides=self.hide)


@dataclass(slots=True)
class _Cleaning:
    """The cleaning of one workbook; ``edits`` are what it takes."""

    who: Forgetting
    replica: Replica
    edits: list[CellEdit] = field(default_factory=list)
    splitter: Splitter = field(init=False)

    def __post_init__(self) -> None:
        known = {*self.who.named, *map(key, self._names_listed())}
        commas = max((name.count(",") for name in known), default=0)
        self.splitter = Splitter(lambda text: key(text) in known, commas, False)

    def _names_listed(self) -> Iterator[str]:
        for sheet in (PARTNERS.key, PEOPLE.key, CONSULTATIONS.key):
            if sheet in self.replica.lists:
                yield from map(str, filter(None, self.replica.lists[sheet].get("name")))

    def listing(self, listing: Listing) -> Listing:
        """A list without who is forgotten; what stands beside it is cleaned as well."""
        cells = {name: list(values) for name, values in listing.cells.items()}
        kept = [i for i in range(len(listing.rows)) if self._stays(listing, cells, i)]
        self._clean_beside(listing)
        if not self.edits:
            return listing
        return replace(
            listing,
            rows=[listing.rows[i] for i in kept],
            cells={name: [values[i] for i in kept] for name, values in cells.items()},
            withheld=None,
        )

    def _clean_beside(self, listing: Listing) -> None:
        """Hide them in what stands below a list and between its rows."""
        for row, cells in [*listing.below.items(), *listing.heads.items()]:
            for name, value in cells.items():
                self._put(listing, row, name, value, hidden_value(value, self.who.hide))

    def _stays(self, listing: Listing, cells: dict[str, list[object]], i: int) -> bool:
        """Clean one row; False where nothing of it is to stay."""
        row = listing.rows[i]
        before = {name: values[i] for name, values in cells.items()}
        now = None if self._is_gone(listing, before) else self._without(listing, before)
        if now is None:
            self._clear(listing, row, before)
            return False
        for name, value in now.items():
            if self._put(listing, row, name, before[name], value):
                cells[name][i] = value
        return True

    def _without(self, listing: Listing, row: Mapping[str, object]) -> dict[str, object] | None:
        """What a row says without them; None where it is left with nobody."""
        at = _Moment.of(row) if listing.sheet is MOMENTS else _NO_MOMENT
        now = {one.key: self._cleaned(listing, one, row, at) for one in listing.typed_columns()}
        if listing.sheet is not MOMENTS or not _has_somebody(row):
            return now
        if not _has_somebody(now):
            return None
        if not clean(str(now["with"] or "")) and row["with"] is not None:
            # A moment is read by its With.
            now["with"], now["also_present"] = now["also_present"], None
        return now

    def _is_gone(self, listing: Listing, row: Mapping[str, object]) -> bool:
        gone = self.who.rows.get(listing.sheet.key, ())
        if "id" in listing.columns:
            return row["id"] in gone
        if key(str(row.get("name") or "")) not in gone:
            return False
        homes = {key(home) for home in _BREAK.split(str(row.get("partner") or ""))} - {""}
        return not (homes and self.who.homes) or not homes.isdisjoint(self.who.homes)

    def _cleaned(
        self, listing: Listing, column: Column, row: Mapping[str, object], at: _Moment
    ) -> object:
        """A cell without their names."""
        value = row[column.key]
        if column.type == "names":
            return self._names(value, at)
        if column.key in _COLLEAGUES:
            return self._colleagues(value)
        return self._setting(value) if listing.sheet is SETTINGS else self._hidden(value)

    def _hidden(self, value: object) -> object:
        return hidden_value(value, self.who.hide)

    def _setting(self, value: object) -> object:
        """A cell of Settings: one that said nothing but a name is blank."""
        hidden = self._hidden(value)
        return None if hidden != value and _NOTHING_LEFT.fullmatch(str(hidden)) else hidden

    def _names(self, value: object, at: _Moment) -> object:
        """A cell with names: who is forgotten becomes what it counted for."""
        if not isinstance(value, str):
            return hidden_value(value, self.who.hide)
        pieces = self.splitter.split(value)
        now = [name for piece in pieces for name in self._instead(piece, at)]
        if now == pieces:
            return value
        return "; ".join({key(name): name for name in now}.values()) or None

    def _instead(self, piece: str, at: _Moment) -> Iterator[str]:
        """What stands instead of a piece: itself, mostly."""
        absent = who_was_not(piece)
        name, place = key(absent or piece), (at.row, key(piece))
        if name in self.who.named or place in self.who.counted:
            for label in self._meant(piece, at, absent is not None):
                yield f"{piece[: piece.index(':') + 1]} {label}" if absent else label
        elif key(piece) in self.who.shared and place not in self.who.clear:
            yield f"{piece} ({ERASED})"
        elif not _NOTHING_LEFT.fullmatch(hidden := self.who.hide(piece)):
            yield hidden

    def _meant(self, piece: str, at: _Moment, is_absence: bool) -> Sequence[str]:
        """For whom a piece that means them counts. Where nobody knows who was absent, that goes on
        to be unclear.
        """
        fixed = self.who.counted.get((at.row, key(piece)))
        if fixed is not None or at.day is None or self.who.meant_on is None:
            return self.who.usual if fixed is None else fixed
        found = self.who.meant_on(piece, at.day)
        return found or ((ERASED,) if is_absence else ())

    def _colleagues(self, value: object) -> object:
        if not isinstance(value, str) or self.who.hide(value) == value:
            return hidden_value(value, self.who.hide)
        left = [self.who.hide(piece) for piece in _BREAK.split(value)]
        return "; ".join(one for one in left if not _NOTHING_LEFT.fullmatch(one)) or None

    def _clear(self, listing: Listing, row: int, cells: Mapping[str, object]) -> None:
        for name, value in cells.items():
            if value is not None:
                self.edits.append(CellEdit(listing.title, row, listing.columns[name], None))

    def _put(self, listing: Listing, row: int, name: str, before: object, now: Any) -> bool:
        """Plan to write a cell, where that is another value; what a formula shows is not ours."""
        if now == before or row in listing.formulas.get(name, ()) or listing.filled(name, row):
            return False
        self.edits.append(CellEdit(listing.title, row, listing.columns[name], now))
        return True


@dataclass(frozen=True, slots=True)
class _Moment:
    """A row of Moments: under what it is remembered, its ID, else its day and names; and its day,
    None where that cannot be read.
    """

    row: str
    day: date | None = None

    @classmethod
    def of(cls, row: Mapping[str, object]) -> _Moment:
        day = None
        with suppress(Unreadable):
            day = read_date(row.get("date"))
        names = (one and shown(one) for one in (row.get("with"), row.get("also_present")))
        return cls(str(row.get("id") or identity_without_id(day, names)), day)


_NO_MOMENT = _Moment("")


def _has_somebody(row: Mapping[str, object]) -> bool:
    return any(clean(str(row.get(name) or "")) for name in ("with", "also_present"))


def where_it_stays(forgetting: Forgetting, replica: Replica) -> list[tuple[str, str]]:
    """The cells (sheet, cell) of people's sheets that name who is forgotten and are not ours to
    write: in columns we do not read, and what a formula shows.
    """
    edited = {(edit.sheet, edit.row, edit.column) for edit in replica.erased or ()}
    rows = rows_cleared(replica)
    found = []
    for title, row, column, value in _typed_cells(replica):
        named = (title, row) in rows or hidden_value(value, forgetting.hide) != value
        if named and (title, row, column) not in edited:
            found.append((title, cell_name(row, column)))
    return found


def _typed_cells(replica: Replica) -> Iterator[tuple[str, int, int, object]]:
    """All that stands on people's sheets: sheet, row, column, value."""
    for grid in replica.snapshot.grids:
        if grid.ours is None:
            yield from ((grid.title, *cell) for cell in filled_cells(grid))


def filled_cells(grid: Grid) -> Iterator[tuple[int, int, object]]:
    """The cells of a sheet in which something stands: row, column, value."""
    for row, cells in enumerate(grid.rows, grid.first_row):
        for column, value in enumerate(cells, grid.first_column):
            if value is not None:
                yield row, column, value


def rows_cleared(replica: Replica) -> set[tuple[str, int]]:
    """The rows (sheet, row) that go whole with who is forgotten."""
    left = {(one.title, row) for one in replica.lists.values() for row in one.rows}
    return {(edit.sheet, edit.row) for edit in replica.erased or ()} - left
