"""What was read of a workbook, put away as texts and taken out again: its lists, column by column,
and the book that was made of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from trustbook.columns import TYPED
from trustbook.errors import NotRecalled
from trustbook.model import Book, Learned, Memory, Problem
from trustbook.reading.listing import Listing
from trustbook.reading.plain_values import from_plain, to_plain
from trustbook.snapshot import Grid

# A header (a value of JSON) and lines of text.
Texts = tuple[Any, list[str]]

_ABOUT_LIST = (
    "title header_row columns headers rows refused doubled unfit formulas unread own_ids asks"
    " arrays merged"
).split()
_ABOUT_GRID = ("title first_row first_column tables adopted merged marked helps").split()
_OF_BOOK = ("lang settings partners people consultations required routes").split()
# What only reading names goes by is left to the ledger.
_OF_LEDGER = ("meant", "employers", "learned", "sat", "members")
_OF_MEMORY = [field.name for field in fields(Memory) if field.name not in _OF_LEDGER]


class _UnreadRows(Sequence[Any]):
    """The rows of a sheet that was not read: whoever needs them has it read."""

    def __getitem__(self, at: Any) -> Any:
        raise NotRecalled

    def __len__(self) -> int:
        raise NotRecalled


def may_be_kept(listing: Listing) -> bool:
    """Whether a list holds nothing that may not be put away, and nothing that is read only once."""
    odd = (listing.withheld, listing.below, listing.heads, listing.beside, listing.before)
    return not any(odd)


def derived_in(listing: Listing) -> list[str]:
    """The columns of a list that are ours."""
    return [name for name in listing.cells if listing.sheet.column(name).owner == "derived"]


def put_lists(lists: Mapping[str, Listing], grids: Sequence[Grid], epoch: date) -> Texts:
    """Lists but for the columns that are ours, and the sheets they stand on without their rows;
    ``epoch``: the day that number 0 means there.
    """
    about: dict[str, Any] = {}
    lines: list[str] = []
    for name, listing in lists.items():
        ours = derived_in(listing)
        typed = {column: cells for column, cells in listing.cells.items() if column not in ours}
        told = {field: to_plain(getattr(listing, field)) for field in _ABOUT_LIST}
        about[name] = [told, [*typed]]
        lines += [_text(cells) for cells in typed.values()]
    sheets = [{field: to_plain(getattr(grid, field)) for field in _ABOUT_GRID} for grid in grids]
    return {"lists": about, "grids": sheets, "epoch": epoch.toordinal()}, lines


def put_derived(lists: Mapping[str, Listing]) -> Texts:
    """The columns of these lists that are ours."""
    ours = {name: derived_in(listing) for name, listing in lists.items()}
    lines = [_text(lists[name].cells[column]) for name in ours for column in ours[name]]
    return ours, lines


def take_lists(typed: Texts, derived: Texts) -> tuple[dict[str, Listing], list[Grid]]:
    """What ``put_lists`` and ``put_derived`` put away."""
    (about, lines), (ours, more) = typed, derived
    rest, texts = iter(lines), iter(more)
    sheets = {sheet.key: sheet for sheet in TYPED}
    lists: dict[str, Listing] = {}
    for name, (told, columns) in about["lists"].items():
        kept = {field: from_plain(value) for field, value in told.items()}
        kept["cells"] = {column: _value(next(rest)) for column in columns}
        kept["cells"] |= {column: _value(next(texts)) for column in ours[name]}
        lists[name] = Listing(sheets[name], **kept)
    grids = [
        Grid(rows=_UnreadRows(), **{field: from_plain(value) for field, value in one.items()})
        for one in about["grids"]
    ]
    return lists, grids


def lists_alike(lists: Mapping[str, Listing], others: Mapping[str, Listing]) -> bool:
    """Whether lists that were read hold what ``others`` hold, which were put away."""
    if lists.keys() != others.keys():
        return False
    return all(may_be_kept(lists[name]) and _alike(lists[name], others[name]) for name in lists)


def _alike(listing: Listing, other: Listing) -> bool:
    if any(getattr(listing, field) != getattr(other, field) for field in _ABOUT_LIST):
        return False
    if listing.cells.keys() != other.cells.keys():
        return False
    return all(_same_cells(cells, other.cells[name]) for name, cells in listing.cells.items())


def _same_cells(cells: Sequence[object], others: Sequence[object]) -> bool:
    """Whether two columns hold the same: yes, 1 and 1.0 are equal and read differently."""
    return cells == others and [*map(type, cells)] == [*map(type, others)]


def grids_alike(grids: Sequence[Grid], others: Sequence[Grid]) -> bool:
    """Whether the sheets that lists stand on are built alike, their rows left aside."""
    about = [[[getattr(one, field) for field in _ABOUT_GRID] for one in each if not one.ours]
             for each in (grids, others)]  # fmt: skip
    return about[0] == about[1]


def put_book(book: Book, problems: Sequence[Problem]) -> Texts:
    """A book with the ``problems`` that reading it told. What was meant by the names in each moment
    is left to the ledger, and who was employed where.
    """
    log = replace(book.moments, meant={}, ahead={}, met={})
    values = [*(getattr(book, name) for name in _OF_BOOK), log, [*problems]]
    return None, [_text(value) for value in values]


def take_book(texts: Texts, memory: Memory, day: date) -> Book:
    """What ``put_book`` put away, as read for ``day`` with this ``memory``."""
    *kept, log, problems = map(_value, texts[1])
    told = dict(zip(_OF_BOOK, kept, strict=True))
    return Book(**told, moments=log, problems=problems, memory=memory, as_of=day)


def put_memory(memory: Memory) -> Texts:
    """What earlier runs knew, but for what the names in each moment meant, who was employed where
    and what logs taught.
    """
    return None, [_text(getattr(memory, name)) for name in _OF_MEMORY]


def take_memory(texts: Texts, learned: Learned) -> Memory:
    """What ``put_memory`` put away, with what logs taught until now."""
    kept = map(_value, texts[1])
    return Memory(**dict(zip(_OF_MEMORY, kept, strict=True)), meant={}, learned=learned)


def _text(value: object) -> str:
    return json.dumps(to_plain(value), separators=(",", ":"))


def _value(text: str) -> Any:
    return from_plain(json.loads(text))
