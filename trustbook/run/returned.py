"""Who was forgotten and is back: out of an old copy they are erased again, typed anew they wait."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from trustbook.a1 import cell_name
from trustbook.columns import PARTNERS, PEOPLE
from trustbook.ledger import Ledger
from trustbook.ledger.tombstones import FORGOTTEN, Tombstone, marks_of, tombstones_in
from trustbook.model import Problem
from trustbook.names import clean, key
from trustbook.network.hiding import hiding
from trustbook.reading.lists import Listing
from trustbook.run.forgetting import Forgetting, LeavesOut
from trustbook.run.line_answers import check_answers
from trustbook.run.replica import Replica
from trustbook.snapshot import CellEdit

if TYPE_CHECKING:
    from trustbook.run.read import Reading

_REFERENCE = "forgotten: "
_COLUMNS = ("id", "name", "partner", "phone", "email")


@dataclass(slots=True)
class Returned:
    """The workbooks without who was forgotten.

    ``rows`` counts what came back and is erased again; ``problems`` are questions about what was
    typed newly, by the address of the workbook; ``facts`` are the tombstones after what was
    answered, None where that changes none.
    """

    replicas: list[Replica]
    rows: int = 0
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    facts: dict[str, str] | None = None

    def ask(self, problems: dict[str, list[Problem]]) -> None:
        """Put the questions among the ``problems`` of the workbooks."""
        for address, questions in self.problems.items():
            problems.setdefault(address, []).extend(questions)

    def told_in(self, reading: Reading) -> Reading:
        """The reading with what came back, and the tombstones after what was answered."""
        facts = {} if self.facts is None else {FORGOTTEN: self.facts}
        return replace(reading, facts=reading.facts | facts, erased_again=self.rows)


def without_forgotten(
    ledger: Ledger, replicas: Sequence[Replica], asked: LeavesOut | None
) -> Returned:
    """The workbooks without who is to be forgotten now (``asked``), or was forgotten before."""
    if asked is not None:
        return Returned([asked.left_out_of(one) for one in replicas])
    stones = tombstones_in(ledger.facts(FORGOTTEN))
    found = Returned(list(replicas))
    if stones:
        _erase_again(found, stones.values())
        _have_wait(found, ledger, stones)
    return found


# what came back by itself


def _erase_again(found: Returned, stones: Collection[Tombstone]) -> None:
    ids = {identity: stone for stone in stones for identity in stone.ids}
    rows = [row for row in _all_rows(found.replicas) if row.id in ids]
    if rows:
        forgetting = _forgetting(found.replicas, rows, ids)
        found.replicas = [forgetting.left_out_of(one) for one in found.replicas]
        found.rows = len(rows)


def _all_rows(replicas: Sequence[Replica]) -> Iterator[_Row]:
    for one in replicas:
        yield from _rows_of(one)


class _Row(NamedTuple):
    """A row of Partners or People in a workbook: its list, its place there, what it says."""

    listing: Listing
    at: int
    id: str
    name: str
    partner: str
    ways: tuple[str, ...]


def _rows_of(replica: Replica) -> Iterator[_Row]:
    for sheet in (PARTNERS.key, PEOPLE.key):
        listing = replica.lists.get(sheet)
        for i in range(len(listing.rows)) if listing is not None else ():
            assert listing is not None
            row = {name: str(listing.get(name)[i] or "") for name in _COLUMNS}
            ways = tuple(filter(None, (row["phone"], row["email"])))
            yield _Row(listing, i, row["id"], clean(row["name"]), clean(row["partner"]), ways)


def _forgetting(
    replicas: Sequence[Replica], rows: Sequence[_Row], ids: Mapping[str, Tombstone]
) -> Forgetting:
    """Who came back, by what their rows say."""
    others = [row for row in _all_rows(replicas) if row.id not in ids]
    told = _called(others)
    taken = set(map(key, told))
    names = {row.name for row in rows if key(row.name) not in taken} - {""}
    people = {row.name for row in rows if row.listing.sheet is PEOPLE} & names
    hide = hiding(names, told, people, _called(rows) - names)
    named = {key(f"{row.name} ({row.partner})") for row in rows}
    named.update(map(key, names), map(key, ids))
    return Forgetting(hide, _by_sheet(ids), named, {}, _homes(rows, others, ids))


def _called(rows: Sequence[_Row]) -> set[str]:
    """All by which rows are called and reached."""
    return {text for row in rows for text in (row.name, *row.ways)}


def _by_sheet(ids: Collection[str]) -> dict[str, set[str]]:
    return {sheet: set(ids) for sheet in ("partners", "people", "moments")}


def _homes(
    rows: Sequence[_Row], others: Sequence[_Row], ids: Mapping[str, Tombstone]
) -> tuple[str, ...]:
    """What the partners are called now for whom they stood."""
    called = {row.id: row.name for row in others if row.listing.sheet is PARTNERS and row.id}
    homes = dict.fromkeys(home for row in rows for home in ids[row.id].homes)
    return tuple(called.get(home, home) for home in homes)


# what was typed newly


def _have_wait(found: Returned, ledger: Ledger, stones: Mapping[str, Tombstone]) -> None:
    """Leave out the new rows that are like somebody who was forgotten, until somebody says that it
    is somebody else.
    """
    said = check_answers(one.snapshot for one in found.replicas)
    let_in: set[str] = set()
    for n, replica in enumerate(found.replicas):
        out: dict[str, set[int]] = {}
        refused = []
        for row, marks in _new_rows(ledger, replica):
            stone = _like(stones, marks)
            answer = None if stone is None else said.get(_reference(stone))
            if stone is None:
                continue
            if answer:
                let_in |= marks
                continue
            out.setdefault(row.listing.sheet.key, set()).add(row.at)
            if answer is False:
                refused.append(row)
            else:
                found.problems.setdefault(replica.address, []).append(_question(row, stone))
        found.replicas[n] = _left_out(_cleared(replica, refused), out)
    if let_in:
        found.facts = {name: _but(one, let_in).kept() for name, one in stones.items()}


def _cleared(replica: Replica, rows: Sequence[_Row]) -> Replica:
    """A workbook with these rows to be cleared: somebody said that they are to stay forgotten."""
    if not rows:
        return replica
    edits = [edit for row in rows for edit in _clearing(row)]
    places = {(row.listing.sheet.key, row.at) for row in rows}
    all_rows = _rows_of(replica)
    others = [one for one in all_rows if (one.listing.sheet.key, one.at) not in places]
    hides = hiding(_called(rows), _called(others))
    return replace(replica, emptied=[*replica.emptied, *edits], hides=hides)


def _clearing(row: _Row) -> Iterator[CellEdit]:
    listing, number = row.listing, row.listing.rows[row.at]
    for name, values in listing.cells.items():
        by_formula = number in listing.formulas.get(name, ()) or listing.filled(name, number)
        if values[row.at] is not None and not by_formula:
            yield CellEdit(listing.title, number, listing.columns[name], None)


def _new_rows(ledger: Ledger, replica: Replica) -> Iterator[tuple[_Row, set[str]]]:
    """The rows that the memory does not know, with their marks."""
    known = ledger.records(PEOPLE.key).keys() | ledger.records(PARTNERS.key).keys()
    for row in _rows_of(replica):
        if row.id not in known:
            yield row, _marks(ledger, row, replica)


def _marks(ledger: Ledger, row: _Row, replica: Replica) -> set[str]:
    """By what a row would be known again: also by the partner's ID, whatever it is called now."""
    homes = {row.partner, row.name if row.listing.sheet is PARTNERS else ""} - {""}
    homes |= {one.id for one in _rows_of(replica) if one.id and key(one.name) in map(key, homes)}
    return set(marks_of(ledger.secret, [row.name], homes, row.ways))


def _like(stones: Mapping[str, Tombstone], marks: set[str]) -> Tombstone | None:
    return next((one for one in stones.values() if marks.intersection(one.marks)), None)


def _but(stone: Tombstone, let_in: Collection[str]) -> Tombstone:
    return replace(stone, marks=tuple(mark for mark in stone.marks if mark not in let_in))


def _reference(stone: Tombstone) -> str:
    return f"{_REFERENCE}{stone.marks[0]}"


def _question(row: _Row, stone: Tombstone) -> Problem:
    listing, number = row.listing, row.listing.rows[row.at]
    cell = cell_name(number, listing.columns["name"])
    params = {"day": f"{stone.day:%d-%m-%Y}", "reference": _reference(stone)}
    at = (listing.title, number, listing.header("name"), cell)
    return Problem("forgotten_before", "error", *at, None, params)


def _left_out(replica: Replica, out: Mapping[str, Collection[int]]) -> Replica:
    """A workbook without some rows, by sheet and position."""
    lists = {sheet: _shorter(replica.lists[sheet], rows) for sheet, rows in out.items()}
    return replace(replica, lists={**replica.lists, **lists}) if out else replica


def _shorter(listing: Listing, without: Collection[int]) -> Listing:
    kept = [i for i in range(len(listing.rows)) if i not in without]
    cells = {name: [values[i] for i in kept] for name, values in listing.cells.items()}
    rows = [listing.rows[i] for i in kept]
    return replace(listing, rows=rows, cells=cells, withheld=None)
