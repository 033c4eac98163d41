"""What a merge leaves alone because a formula stands there, and how that is told on To check."""

from __future__ import annotations

from collections.abc import Mapping

from trustbook.a1 import column_letters
from trustbook.merge.cell_codec import Row, Value, decode, pack, unpack
from trustbook.merge.identity import Identified, shared_columns
from trustbook.merge.threeway import Outcome
from trustbook.model import Problem
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing


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


def keep_cells(
    listing: Listing,
    places: Mapping[str, int],
    rows: Mapping[str, Row],
    told: Outcome,
    base: Mapping[str, str],
) -> list[Problem]:
    """Take out of ``told`` what would write over a formula; the problems say what the rest of the
    network has there.

    ``places`` and ``rows`` are the list's by identity, ``base`` its packed rows as agreed. A row to
    be cleared stays whole where a formula stands in it, and its base with it.
    """
    formulas = {
        name: at for name in (*shared_columns(listing), "id") if (at := listing.formulas.get(name))
    }
    left: list[tuple[int, int, Problem]] = []
    for identity in [*told.cells, *told.cleared] if formulas else ():
        row = listing.rows[places[identity]]
        names = [name for name, at in formulas.items() if row in at]
        if identity in told.cells:
            names = [name for name in names if name in told.cells[identity]]
            problems = [
                _cell(listing, name, row, rows[identity], told.cells[identity].pop(name))
                for name in names
            ]
            if names:
                _agree(told, identity, {name: rows[identity].get(name) for name in names}, base)
        else:
            names = names[:1]
            problems = [_problem("computed_row", listing, name, row) for name in names]
            for _ in names:
                told.cleared.remove(identity)
                del told.base[identity]
        left += [
            (row, listing.columns[name], problem)
            for name, problem in zip(names, problems, strict=True)
        ]
    return [problem for *_, problem in sorted(left, key=lambda one: one[:2])]


def _agree(
    told: Outcome, identity: str, computed: Mapping[str, Value | None], base: Mapping[str, str]
) -> None:
    """What a formula shows is all that its workbook can say there: that is its base, and the ledger
    goes on asking.
    """
    if not told.cells[identity]:
        del told.cells[identity]
    row = {**(told.base.get(identity) or unpack(base.get(identity, "{}"))), **computed}
    agreed = {name: value for name, value in row.items() if value is not None}
    if pack(agreed) == base.get(identity):
        told.base.pop(identity, None)
    else:
        told.base[identity] = agreed


def _cell(listing: Listing, name: str, row: int, now: Row, wanted: Value | None) -> Problem:
    value = now.get(name)
    text = None if value is None else shown(decode(value))
    if wanted is None:
        return _problem("computed_cell_blank", listing, name, row, text)
    return _problem("computed_cell", listing, name, row, text, other=shown(decode(wanted)))


def _problem(
    code: str, listing: Listing, name: str, row: int, value: str | None = None, **params: object
) -> Problem:
    cell = f"{column_letters(listing.columns[name])}{row}"
    return Problem(code, "warning", listing.title, row, listing.header(name), cell, value, params)
