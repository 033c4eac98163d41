"""A sheet or a column that was read before and is gone: renamed, emptied or deleted. It is never
taken for content that is gone.

Where a verdict or a promise rests on it, the run stops until somebody says what became of it. Any
other column is told, and so is one that another workbook still has; what stood in it waits in the
ledger and goes on counting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trustbook.columns import DECIDING, TYPED, Column, Sheet
from trustbook.ledger import Change, Known, Ledger
from trustbook.merge.accidents import Accident
from trustbook.merge.allowances import shell_quoted
from trustbook.merge.cell_codec import (
    Row,
    Value,
    decode,
    encode,
    is_fault,
    is_withheld,
    pack,
    unpack,
)
from trustbook.merge.guards import guard_named
from trustbook.merge.identity import is_merged
from trustbook.merge.proposed_rows import is_proposed
from trustbook.merge.threeway import Event
from trustbook.model import Problem
from trustbook.names import similar
from trustbook.reading.lists import Listing, headers_known
from trustbook.reading.renaming import Renaming
from trustbook.run.known_rows import guard_ids
from trustbook.run.replica import MergedWorkbook
from trustbook.run.required_gone import required_columns_gone
from trustbook.run.typed_below import typed_below
from trustbook.snapshot import Grid, Snapshot


@dataclass(frozen=True, slots=True)
class ColumnAway:
    """A column of a list that a workbook had when it last agreed and has no more.

    ``header`` is what it was called; ``values`` is what stood in it, by identity.
    """

    column: Column
    header: str
    values: Mapping[str, Value]


def sheets_away(ledger: Ledger, views: Sequence[MergedWorkbook]) -> dict[str, list[Accident]]:
    """What to stop for where a whole list is gone, or has lost its IDs, by sheet (its key)."""
    found: dict[str, list[Accident]] = {sheet.key: [] for sheet in TYPED}
    for view in views:
        if (known := view.replica.known) is None:
            continue
        held = known.state.get("sheets", ())
        for sheet in (one for one in TYPED if one.key in held):
            if sheet.key in view.lists:
                found[sheet.key] += _without_ids(ledger, view.lists[sheet.key], known)
            elif count := _typed_rows(sheet, ledger.base(known.address, sheet.key)):
                found[sheet.key].append(_sheet_away(ledger, view, sheet, known, count))
    return found


def _typed_rows(sheet: Sheet, base: Mapping[str, str]) -> int:
    """How many of the rows that stood there somebody typed, or edited after ``init`` proposed
    them.
    """
    return sum(not is_proposed(sheet, unpack(row)) for row in base.values())


def _without_ids(ledger: Ledger, listing: Listing, known: Known) -> list[Accident]:
    if listing.sheet.key not in known.state.get("ids", ()) or "id" in listing.columns:
        return []
    return list(guard_ids(ledger, known, listing))


def _sheet_away(
    ledger: Ledger, view: MergedWorkbook, sheet: Sheet, known: Known, count: int
) -> Accident:
    usual = sheet.label(str(known.state.get("lang", "nl")))
    title = known.state.get("titles", {}).get(sheet.key) or usual
    found = guard_named("sheet_gone").accident(count, name=view.name, sheet=title)
    return replace(found, renaming=_renamed(ledger, view, sheet, known, title))


def _renamed(
    ledger: Ledger, view: MergedWorkbook, sheet: Sheet, known: Known, title: str
) -> Renaming | None:
    """What has another name where a list is gone: a header it cannot be known without, if its sheet
    stands there yet; else the sheet.
    """
    for grid in view.replica.snapshot.grids:
        if grid.title == title:
            for lost in required_columns_gone(sheet, grid, known, ledger):
                return Renaming(lost.header, lost.likeliest) if lost.likeliest else None
    had = len(known.state.get("headers", {}).get(sheet.key, ())) or 2
    likest = _likest_sheet(sheet, view.replica.others, (had + 1) // 2)
    return Renaming(title, likest) if likest else None


def _likest_sheet(sheet: Sheet, grids: Sequence[Grid], least: int) -> str | None:
    """The sheet that shows most headers of a list, where it shows at least so many."""
    known = {grid.title: headers_known(sheet, grid) for grid in grids}
    nearest = max(known, key=lambda title: known[title], default=None)
    return nearest if nearest is not None and known[nearest] >= least else None


def columns_away(ledger: Ledger, view: MergedWorkbook, sheet: Sheet) -> list[ColumnAway]:
    """The columns of a list that are gone although something stood in them."""
    known = view.replica.known
    if known is None or sheet.key not in view.lists:
        return []
    headers = known.state.get("headers", {}).get(sheet.key)
    missing = _missing(view.lists[sheet.key], headers)
    base = ledger.base(known.address, sheet.key) if missing else {}
    lang = str(known.state.get("lang", "nl"))
    found = []
    for column in missing:
        if values := _values(base, column.key):
            header = (headers or {}).get(column.key) or column.label(lang)
            found.append(ColumnAway(column, header, values))
    return found


def _missing(listing: Listing, headers: Mapping[str, str] | None) -> list[Column]:
    """The columns that a list does not have; of those it had, where that is known."""
    return [
        column
        for column in listing.sheet.columns
        if column.key not in listing.columns
        and is_merged(column)
        and (headers is None or column.key in headers)
    ]


def _values(base: Mapping[str, str], name: str) -> dict[str, Value]:
    """What stands in a column of a base (packed rows), by identity."""
    mark = f'"{name}":'
    rows = ((one, unpack(text)) for one, text in base.items() if mark in text)
    return {one: row[name] for one, row in rows if name in row}


def accident_of(view: MergedWorkbook, sheet: Sheet, away: ColumnAway) -> Accident:
    """A deciding column that is gone, as what stops a run."""
    place = {"name": view.name, "sheet": view.lists[sheet.key].title, "column": away.header}
    found = guard_named("column_gone").accident(len(away.values), **place)
    likest = _likest_now(view, sheet, away)
    return replace(found, renaming=Renaming(away.header, likest) if likest else None)


def _likest_now(view: MergedWorkbook, sheet: Sheet, away: ColumnAway) -> str | None:
    """What a column that is gone is most likely called now."""
    stood = view.stood.get(sheet.key, {})
    values = {row: away.values[one] for row, one in stood.items() if one in away.values}
    snapshot = view.replica.snapshot
    return _likest_header(view.lists[sheet.key], snapshot, values, away.header)


def _likest_header(
    listing: Listing, snapshot: Snapshot, values: Mapping[int, object], header: str
) -> str | None:
    """The header that is none of ours below which most of some ``values`` (by row) stand; else one
    that looks like the old one.
    """
    grid = next((grid for grid in snapshot.grids if grid.title == listing.title), None)
    if grid is None:
        return None
    alike: dict[str, int] = {}
    for at, text in enumerate(grid.rows[listing.header_row - grid.first_row]):
        if isinstance(text, str) and grid.first_column + at not in listing.columns.values():
            alike[text] = sum(_stands(grid, row, at, value) for row, value in values.items())
    nearest = max(alike, key=lambda text: alike[text], default=None)
    if nearest is not None and 2 * alike[nearest] > len(values):
        return nearest
    return next(iter(similar(header, alike)), None)


def _stands(grid: Grid, row: int, at: int, value: object) -> bool:
    cells = grid.rows[row - grid.first_row]
    return at < len(cells) and encode(cells[at]) == value


def problem_of(view: MergedWorkbook, sheet: Sheet, away: ColumnAway) -> Problem:
    """A column that is gone and waits, as something to check."""
    likest = _likest_now(view, sheet, away)
    option = f"--rename {shell_quoted(f'{away.header}={likest}')}"
    command = f"trustbook sync {shell_quoted(view.address)} {option}"
    params = {"count": len(away.values), "new": likest, "command": command}
    code = "column_renamed" if likest else "column_away"
    title = view.lists[sheet.key].title
    return Problem(code, "warning", title, None, away.header, None, None, params)


def is_elsewhere(column: Column, sheet: Sheet, others: Sequence[MergedWorkbook]) -> bool:
    """Whether another workbook in sight still has a column."""
    return any(
        sheet.key in one.lists and column.key in one.lists[sheet.key].columns for one in others
    )


class Absences:
    """The columns of one list that the workbooks ``seen`` had and have no more.

    ``columns`` by address. What stood in them is no part of what a workbook is asked about; it
    stays in its base, and shows in its list.
    """

    def __init__(self, ledger: Ledger, sheet: Sheet, seen: Sequence[MergedWorkbook]) -> None:
        self.sheet, self.seen = sheet, seen
        self.columns = {view.address: columns_away(ledger, view, sheet) for view in seen}

    def __bool__(self) -> bool:
        return any(self.columns.values())

    def set_aside(self, bases: dict[str, dict[str, str]]) -> None:
        """Take the columns out of ``bases`` (packed rows, by address)."""
        for address, away in self.columns.items():
            names = {one.column.key for one in away}
            for identity in {one for each in away for one in each.values}:
                row = unpack(bases[address][identity])
                shown = {name: row[name] for name in row if name not in names}
                bases[address][identity] = pack(shown)

    def accidents(self) -> Iterator[Accident]:
        """What to stop for: columns that decide, and that no other workbook in sight has."""
        for view in self.seen:
            for away in self._missed(view):
                yield accident_of(view, self.sheet, away)

    def _missed(self, view: MergedWorkbook) -> list[ColumnAway]:
        others = [one for one in self.seen if one is not view]
        return [
            away
            for away in self.columns[view.address]
            if away.column.key in DECIDING.get(self.sheet.key, ())
            and not is_elsewhere(away.column, self.sheet, others)
        ]

    def problems(self, view: MergedWorkbook) -> list[Problem]:
        """The columns that wait in one workbook, as something to check."""
        missed = self._missed(view)
        away = [one for one in self.columns[view.address] if one not in missed]
        return [problem_of(view, self.sheet, one) for one in away]

    def give_up(self, records: dict[str, str], change: Change) -> set[tuple[str, str]]:
        """Take what stood in the columns that a run stops for out of the memory, because somebody
        said that they are gone; the journal keeps it. Which they are: (sheet, column).
        """
        given_up: set[tuple[str, str]] = set()
        for view in self.seen:
            gone = self._missed(view)
            _archive(view, self.sheet, gone, records, change)
            given_up |= {(self.sheet.key, away.column.key) for away in gone}
            left = [away for away in self.columns[view.address] if away not in gone]
            self.columns[view.address] = left
        return given_up

    def put_back(self, view: MergedWorkbook, told: Mapping[str, Row | None]) -> None:
        """Keep in a workbook's new base what it last agreed to."""
        for away in self.columns[view.address]:
            for identity in told.keys() & away.values.keys():
                row = told[identity]
                if row is not None:
                    row[away.column.key] = away.values[identity]

    def wait(self, records: Mapping[str, Row]) -> dict[str, list[Problem]]:
        """Show in the lists what waits in the ledger. Gives what was typed there since, by address:
        nobody reads it.
        """
        unread: dict[str, list[Problem]] = {}
        for view in self.seen:
            if away := self.columns[view.address]:
                _wait_in(view, self.sheet, away, records)
            for one in away:
                typed = typed_below(view, self.sheet, one.column.key, one.values, records)
                unread.setdefault(view.address, []).extend(typed)
        return unread


def _wait_in(
    view: MergedWorkbook, sheet: Sheet, away: Sequence[ColumnAway], records: Mapping[str, Row]
) -> None:
    listing = view.lists[sheet.key]
    stood = view.stood.get(sheet.key, {})
    rows = [records.get(stood.get(row, ""), {}) for row in listing.rows]
    cells = {one.column.key: [_cell(row, one.column.key) for row in rows] for one in away}
    headers = {one.column.key: one.header for one in away}
    view.lists[sheet.key] = replace(
        listing, cells=listing.cells | cells, headers=headers | listing.headers, withheld=None
    )


def _cell(row: Row, name: str) -> object:
    value = row.get(name)
    return None if is_withheld(value) or is_fault(value) else decode(value)


def _archive(
    view: MergedWorkbook,
    sheet: Sheet,
    gone: Sequence[ColumnAway],
    records: dict[str, str],
    change: Change,
) -> None:
    names = {one.column.key for one in gone}
    bases = change.bases.setdefault(view.address, {}).setdefault(sheet.key, {})
    shown = view.lists[sheet.key].columns
    for identity in {one for each in gone for one in each.values} & records.keys():
        row = unpack(records[identity])
        left = {name: row[name] for name in row if name not in names}
        lost = names & row.keys()
        change.events += [Event(sheet.key, identity, n, row[n], None, view.address) for n in lost]
        records[identity] = pack(left)
        change.records.setdefault(sheet.key, {})[identity] = left
        bases[identity] = {name: left[name] for name in left if name in shown}
    if gone:
        change.learned.add(view.address)


def headers_of(view: MergedWorkbook, given_up: Collection[tuple[str, str]]) -> dict[str, object]:
    """What the columns of each list are called, those included that are away; for the next run.

    ``given_up``: columns (sheet, column) that somebody said are gone.
    """
    known = view.replica.known
    before = known.state.get("headers", {}) if known else {}
    return {
        name: {
            column: header
            for column, header in (before.get(name, {}) | dict(listing.headers)).items()
            if (name, column) not in given_up
        }
        for name, listing in view.lists.items()
    }
