"""A row of Settings that was deleted: it is an edit, applied at once, and told once with what it
moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from trustbook.columns import SETTINGS
from trustbook.ledger import Change, Ledger
from trustbook.merge.cell_codec import Row, decode, is_withheld, unpack
from trustbook.model import Problem
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing

# How every partner stands, by identity, as these lists have it.
Standing = Callable[[Mapping[str, Listing]], Mapping[str, str]]


def deleted_settings(
    ledger: Ledger, change: Change, lists: Mapping[str, Listing], standing: Standing
) -> Iterator[Problem]:
    """The rows of Settings that are gone since the last run, as something to know."""
    gone = [one for one, flag in change.archived.get(SETTINGS.key, {}).items() if flag]
    listing = lists.get(SETTINGS.key)
    if not gone or listing is None:
        return
    records, now = ledger.records(SETTINGS.key), standing(lists)
    for one in gone:
        row = unpack(records.get(one, "{}"))
        value = row.get("value")
        if value is None or is_withheld(value):
            continue
        before = standing({**lists, SETTINGS.key: _with_row(listing, row)})
        moved = sum(now.get(partner) != status for partner, status in before.items())
        params = {"setting": shown(decode(row.get("setting"))), "count": moved}
        yield Problem(
            "setting_gone", "warning", listing.title, None, listing.header("value"), None,
            shown(decode(value)), params,
        )  # fmt: skip


def _with_row(listing: Listing, row: Row) -> Listing:
    cells = {name: [*cells, decode(row.get(name))] for name, cells in listing.cells.items()}
    rows = [*listing.rows, max(listing.rows, default=listing.header_row) + 1]
    return replace(listing, rows=rows, cells=cells, withheld=None)
