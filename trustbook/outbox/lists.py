"""The lists of a book as people typed them, with the verdict beside a partner: for other programs.

What may not be kept, or is an error, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from trustbook.columns import MOMENTS, STATES, STATUSES, TYPED, Column, find_column
from trustbook.health.verdict import Verdict
from trustbook.model import PLANNED, Book
from trustbook.names import key
from trustbook.reading.listing import Listing, withhold
from trustbook.snapshot import CellFault

# Beside what people typed of a partner: the verdict, as the columns that we write say it.
VERDICT_COLUMNS = ("status", "why", "last_sunny", "due")


def typed_rows(listing: Listing) -> list[dict[str, Any]]:
    """The rows of a list, each by stable column keys; a blank is left out. Days stay days."""
    hidden = withhold(listing)
    columns = [column.key for column in listing.sheet.columns if column.owner != "derived"]
    cells = {name: listing.get(name) for name in columns}
    return [
        {
            name: cells[name][i]
            for name in columns
            if (name, i) not in hidden and _is_kept(cells[name][i])
        }
        for i in range(len(listing.rows))
    ]


def _is_kept(cell: object) -> bool:
    return cell is not None and not isinstance(cell, CellFault)


def with_verdicts(
    rows: Sequence[dict[str, Any]], book: Book, verdicts: Sequence[Verdict]
) -> list[dict[str, Any]]:
    """Rows of Partners with the verdict on each; who is not on the list yet is left out."""
    by_name = {key(book.partners[one.partner].name): one for one in verdicts}
    told = []
    for row in rows:
        verdict = by_name.get(key(str(row.get("name", ""))))
        if verdict is not None:
            facts = {name: getattr(verdict, name) for name in VERDICT_COLUMNS}
            told.append(row | facts)
    return told


def everything(
    lists: Mapping[str, Listing], book: Book, memory: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """All lists of a book, so that ``import`` into an empty one gives the same verdicts;
    ``memory``: by what they are read, as facts.
    """
    sheets = {
        sheet.key: [_plain(row) for row in typed_rows(lists[sheet.key])]
        for sheet in TYPED
        if sheet.key in lists
    }
    if MOMENTS.key in sheets:
        _tell_planned(lists[MOMENTS.key], sheets[MOMENTS.key], book)
    since = {one.id: one.since.isoformat() for one in book.partners if one.id and one.since}
    return {"language": book.lang, "sheets": sheets, "first_seen": since, "memory": memory}


def _tell_planned(listing: Listing, rows: Sequence[dict[str, Any]], book: Book) -> None:
    """Have rows say that they are planned, where only the memory knows: they were noted ahead."""
    log = book.moments
    ahead = {row for row, state in zip(log.row, log.state, strict=True) if state == PLANNED}
    for number, row in zip(listing.rows, rows, strict=True):
        if number in ahead:
            row.setdefault("state", find_column(STATES, "planned").label(book.lang))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON has it: days in ISO."""
    return {
        name: cell.isoformat() if isinstance(cell, date | datetime) else cell
        for name, cell in row.items()
    }


def as_table(
    sheet_key: str, rows: Sequence[Mapping[str, Any]], lang: str
) -> tuple[list[str], list[list[Any]]]:
    """Header and rows in the labels of ``lang``, for people; blank columns are left out."""
    sheet = next(one for one in TYPED if one.key == sheet_key)
    filled = {name for row in rows for name in row}
    wanted = [one for one in sheet.columns if one.key in filled]
    table = [[_shown(column, row.get(column.key), lang) for column in wanted] for row in rows]
    return [column.label(lang) for column in wanted], table


def _shown(column: Column, cell: object, lang: str) -> object:
    """A cell as people read it: of a status its word."""
    if column.key == "status":
        return find_column(STATUSES, str(cell)).label(lang)
    return cell
