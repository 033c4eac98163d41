"""What a merge leaves alone, because a formula stands there or the cell cannot hold it, and how
that is told on To check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from trustbook.a1 import cell_name
from trustbook.merge.cell_codec import Row, Value, decode, pack, unpack
from trustbook.merge.identity import Identified, shared_columns
from trustbook.merge.telling import Outcome
from trustbook.model import Problem
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing
from trustbook.snapshot import CellValue


def keep_ids(listing: Listing, found: Identified, base: Mapping[str, Row]) -> None:
    """Give no ID to a row whose ID is computed; where what it computes is no ID to go by, the row
    is left out.

    Such a row may be one of ``base`` that does not show any more: those are not taken for deleted.
    """
    formulas = listing.formulas.get("id", ())
    computed = [i for i, row in enumerate(listing.rows) if row in formulas] if formulas else []
    for i in computed:
        if i in found.fresh and i not in found.found:
            found.ids[i] = None
        found.fresh.pop(i, None)
        if i in found.copied:
            found.copied.remove(i)
    if any(found.ids[i] not in base for i in computed):
        found.unsure |= base.keys() - set(found.ids)


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps a workbook from showing what the network says.

    ``unfit`` says why one of its cells cannot hold a value (None: it can), ``source`` in which
    workbook and cell the value of a row's column stands.
    """

    unfit: Callable[[CellValue], str | None]
    source: Callable[[str, str], str]


def keep_cells(
    listing: Listing,
    places: Mapping[str, int],
    rows: Mapping[str, Row],
    told: Outcome,
    base: Mapping[str, str],
    limits: Limits,
) -> tuple[list[Problem], bool]:
    """Take out of ``told`` what would write over a formula and what no cell here can hold.

    The problems say what the rest of the network has there; with them, whether ``told`` is whole.

    ``places`` and ``rows`` are the list's by identity, ``base`` its packed rows as agreed. A row to
    be cleared stays whole where a formula stands in it, and its base with it. A row to be added
    gets its other cells: it is told of once it stands there.
    """
    sparing = _Sparing(listing, places, rows, told, base, limits)
    for identity in list(told.cells):
        sparing.cells_of(identity)
    sparing.cleared()
    sparing.added()
    left = sorted(sparing.left, key=lambda one: one[:2])
    return [problem for *_, problem in left], sparing.whole


@dataclass(slots=True)
class _Sparing:
    """What ``keep_cells`` was asked, and what it ``left`` as it was: row, column, problem.

    ``whole``: nothing was left out until now.
    """

    listing: Listing
    places: Mapping[str, int]
    rows: Mapping[str, Row]
    told: Outcome
    base: Mapping[str, str]
    limits: Limits
    left: list[tuple[int, int, Problem]] = field(default_factory=list)
    whole: bool = True

    def cells_of(self, identity: str) -> None:
        """Leave alone the cells of one row that cannot be told what they are to be told."""
        row, now = self.listing.rows[self.places[identity]], self.rows[identity]
        wanted = self.told.cells[identity]
        for name in list(wanted):
            problem = self._in_the_way(identity, name, row, wanted[name])
            if problem is not None:
                self._leave(name, row, problem)
                del wanted[name]
                _agree(self.told, identity, {name: now.get(name)}, self.base)
        if not wanted:
            del self.told.cells[identity]

    def _in_the_way(
        self, identity: str, name: str, row: int, wanted: Value | None
    ) -> Problem | None:
        value = decode(wanted)
        if row in self.listing.formulas.get(name, ()):
            return _cell(self.listing, name, row, self.rows[identity], value)
        return self._unfit(identity, name, row, value)

    def _unfit(self, identity: str, name: str, row: int | None, value: CellValue) -> Problem | None:
        why = None if value is None else self.limits.unfit(value)
        if why is None:
            return None
        source = self.limits.source(identity, name)
        place = f" ({source})" if source else ""
        return _problem(f"unfit_{why}", self.listing, name, row, place=place)

    def cleared(self) -> None:
        """Leave whole the rows to be cleared in which a formula stands."""
        names = (*shared_columns(self.listing), "id")
        formulas = {name: at for name in names if (at := self.listing.formulas.get(name))}
        for identity in list(self.told.cleared) if formulas else ():
            row = self.listing.rows[self.places[identity]]
            name = next((name for name, at in formulas.items() if row in at), None)
            if name is not None:
                self._leave(name, row, _problem("computed_row", self.listing, name, row))
                self.told.cleared.remove(identity)
                del self.told.base[identity]

    def added(self) -> None:
        """Leave out of new rows what a formula will fill there and what no cell can hold."""
        following = max(self.listing.rows, default=self.listing.header_row) + 1
        if self.told.rows and (column := self._column_that_fills(following)):
            self._refuse_rows(column, following)
        for row, identity in enumerate(list(self.told.rows), following):
            cells = self.told.rows[identity]
            for name in [name for name in cells if self._must_stay_blank(name, row, cells[name])]:
                self.whole = False
                if self.listing.sheet.column(name).required:
                    self._refuse_row(identity, name, cells[name])
                    break
                del cells[name]
                (self.told.base.get(identity) or {}).pop(name, None)

    def _refuse_row(self, identity: str, name: str, value: Value) -> None:
        """Add no row that could not even say what it is about."""
        problem = self._unfit(identity, name, None, decode(value))
        if problem is not None:
            self._leave(name, 0, problem)
        del self.told.rows[identity]
        self.told.base.pop(identity, None)

    def _column_that_fills(self, row: int) -> str | None:
        """A column that every row needs and a formula fills: such a list takes no rows."""
        needed = [column.key for column in self.listing.sheet.columns if column.required]
        known = [name for name in ("id", *needed) if name in self.listing.columns]
        return next((name for name in known if self.listing.filled(name, row)), None)

    def _refuse_rows(self, column: str, row: int) -> None:
        for identity in self.told.rows:
            self.told.base.pop(identity, None)
        self.told.rows.clear()
        number = self.listing.columns[column]
        formula = next(area for area in self.listing.arrays if area.holds(row, number))
        self._leave(
            column,
            formula.first_row,
            _problem("computed_list", self.listing, column, formula.first_row),
        )

    def _leave(self, name: str, row: int, problem: Problem) -> None:
        self.left.append((row, self.listing.columns[name], problem))
        self.whole = False

    def _must_stay_blank(self, name: str, row: int, value: Value) -> bool:
        return self.listing.filled(name, row) or self.limits.unfit(decode(value)) is not None


def _agree(
    told: Outcome, identity: str, shown: Mapping[str, Value | None], base: Mapping[str, str]
) -> None:
    """What stands in a cell that is left alone is all that its workbook can say there: that is its
    base, and the ledger goes on asking.
    """
    row = {**(told.base.get(identity) or unpack(base.get(identity, "{}"))), **shown}
    agreed = {name: value for name, value in row.items() if value is not None}
    if pack(agreed) == base.get(identity):
        told.base.pop(identity, None)
    else:
        told.base[identity] = agreed


def _cell(listing: Listing, name: str, row: int, now: Row, wanted: CellValue) -> Problem:
    value = now.get(name)
    text = None if value is None else shown(decode(value))
    if wanted is None:
        return _problem("computed_cell_blank", listing, name, row, text)
    return _problem("computed_cell", listing, name, row, text, other=shown(wanted))


def _problem(
    code: str,
    listing: Listing,
    name: str,
    row: int | None,
    value: str | None = None,
    **params: object,
) -> Problem:
    cell = cell_name(row, listing.columns[name]) if row else None
    return Problem(code, "warning", listing.title, row, listing.header(name), cell, value, params)
