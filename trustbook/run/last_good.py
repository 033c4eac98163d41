"""A book as the last good run left it, which is shown while a sync would stop; and what its
workbooks bring along of that run now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from trustbook.columns import TYPED, Sheet
from trustbook.errors import SafetyStop
from trustbook.ids import is_ours, new_ids
from trustbook.ledger import Known, Ledger
from trustbook.ledger.as_known import identities_of
from trustbook.ledger.locate import Arrival, Located
from trustbook.merge.cell_codec import Row, decode, is_withheld, unpack
from trustbook.reading.adoption import Adoption
from trustbook.reading.lists import Listing, lists_in
from trustbook.run.as_it_stands import placed_now, readable_lists
from trustbook.run.replica import Replica
from trustbook.snapshot import Snapshot
from trustbook.workbooks.base import Workbook

Seen = Sequence[tuple[Workbook, Snapshot]]


def last_good_run(ledger: Ledger, book: Workbook, snapshot: Snapshot) -> Replica | None:
    """The workbook as it last agreed with its ledger; None where it never did.

    ``snapshot`` is what it shows now: only our own sheets on it, which say when a partner was first
    seen, are still listened to; and rows and columns are where they stand on it.
    """
    known = ledger.known(book.address) or _moved(ledger)
    if known is None or "partners" not in known.state.get("sheets", ()):
        return None
    now = readable_lists(snapshot, book.names)
    left = {
        sheet.key: placed_now(_as_left(ledger, known, sheet), now.get(sheet.key))
        for sheet in TYPED
        if sheet.key in known.state["sheets"]
    }
    return Replica(book.address, book.name, snapshot, left, known)


def _moved(ledger: Ledger) -> Known | None:
    """The only workbook of a book, under the address that it had before it was moved."""
    addresses = ledger.addresses()
    return ledger.known(addresses[0]) if len(addresses) == 1 else None


def _as_left(ledger: Ledger, known: Known, sheet: Sheet) -> Listing:
    """A list with the rows of its base, under the names that it had."""
    texts = ledger.base(known.address, sheet.key)
    return listing_of(known, sheet, {one: unpack(text) for one, text in texts.items()})


def listing_of(known: Known, sheet: Sheet, base: Mapping[str, Row]) -> Listing:
    """A list with these rows, under the names that it had in the workbook."""
    lang = str(known.state.get("lang", "nl"))
    called = known.state.get("headers", {}).get(sheet.key, {})
    names = _columns_of(sheet, base, called)
    cells: dict[str, list[object]] = {
        name: [_cell(row, name) for row in base.values()] for name in names
    }
    if sheet.key in known.state.get("ids", ()):
        names += [] if "id" in names else ["id"]
        cells["id"] = list(base)
    headers = {name: called.get(name, sheet.column(name).label(lang)) for name in names}
    columns = {name: at for at, name in enumerate(names, 1)}
    title = known.state.get("titles", {}).get(sheet.key, sheet.label(lang))
    return Listing(sheet, title, 1, columns, headers, list(range(2, len(base) + 2)), cells)


def _columns_of(sheet: Sheet, base: Mapping[str, Row], called: Collection[str]) -> list[str]:
    """The columns that these rows fill, those that stood there blank, and those that a row must
    have.
    """
    there = ({*called} - {"id"}).union(*base.values())
    return [c.key for c in sheet.columns if c.key in there or c.required]


def _cell(row: Row, name: str) -> object:
    value = row.get(name)
    return None if is_withheld(value) else decode(value)


def rows_since(left: Replica, now: Snapshot, adoption: Adoption | None) -> int | None:
    """How many rows stand in a workbook that the last good run did not see.

    None where its lists cannot be found, so that nobody can tell.
    """
    with suppress(SafetyStop):
        lists = lists_in(now, adoption)
        return sum(_new_rows(lists[name], left.lists.get(name)) for name in lists)
    return None


def rows_with_our_ids(book: Workbook, snapshot: Snapshot) -> int:
    """How many rows of a workbook trustbook knew: those with an ID it gave, or else all; at least
    1, so that there is a number to type.
    """
    lists = lists_in(snapshot, book.names).values()
    cells = [cell for one in lists if "id" in one.columns for cell in one.get("id")]
    given = sum(isinstance(cell, str) and is_ours(cell.strip()) for cell in cells)
    return given or max(1, sum(len(one.rows) for one in lists))


def _new_rows(now: Listing, left: Listing | None) -> int:
    before: Iterable[str] = identities_of(left) if left else ()
    return len([one for one in identities_of(now) if one not in {*before}])


def arrivals_of(seen: Seen) -> list[Arrival]:
    """The workbooks as the locator of ledgers knows them: place, name, marks."""
    return [
        Arrival(book.address, book.name, snapshot.marks, partial(rows_with_our_ids, book, snapshot))
        for book, snapshot in seen
    ]


def stamps_of(seen: Seen, located: Located) -> dict[str, str]:
    """Which run wrote each workbook last, by the address under which the ledger knows it."""
    return {
        located.known_as(book.address): snapshot.marks.get("run", "") for book, snapshot in seen
    }


def nothing_known(seen: Seen) -> Located:
    """A ledger that remembers nothing, for the time of one run."""
    marked = [one.marks["book"] for one in arrivals_of(seen) if "book" in one.marks]
    return Located(Ledger(None), marked[0] if marked else new_ids("B", 1, ())[0], found=False)
