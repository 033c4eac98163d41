"""Where the rows of the last good run stand on the sheets as they are now.

While a sync would stop, what is told is what the last good run left; but a sheet, a row and a
column are told as they stand, or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from trustbook.errors import TrustbookError
from trustbook.ledger.as_known import identities_of
from trustbook.model import Problem
from trustbook.reading.adoption import Adoption
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing, find_lists
from trustbook.snapshot import Grid, Snapshot

# Rows that stand nowhere now have numbers that no sheet has: this and higher.
_NOWHERE = 9_000_000_000
_NOWHERE_TEXT = "900000"
# These tell where something was typed, and that it stands there no more.
_TYPED = ("typed_in_ours", "typed_in_ours_withheld", "answer_unread")


def readable_lists(snapshot: Snapshot, adoption: Adoption | None) -> dict[str, Listing]:
    """The lists of a workbook that can be found, whatever is wrong with the others in it."""
    found: dict[str, Listing] = {}
    for grid in (adoption.label(snapshot) if adoption else snapshot).grids:
        found |= _lists_on(grid)
    return found


def _lists_on(grid: Grid) -> dict[str, Listing]:
    with suppress(TrustbookError):
        return find_lists([grid], needs_partners=False)
    return {}


def placed_now(left: Listing, now: Listing | None) -> Listing:
    """A list as it was ``left``, under the numbers and names that it has ``now``."""
    if now is None:
        nowhere = [_NOWHERE + at for at in range(len(left.rows))]
        return replace(left, rows=nowhere, columns=dict.fromkeys(left.columns, 0))
    places = _places(now)
    rows = [places.get(one, _NOWHERE + at) for at, one in enumerate(identities_of(left))]
    return replace(
        left,
        title=now.title,
        header_row=now.header_row,
        rows=rows,
        columns={name: now.columns.get(name, 0) for name in left.columns},
        headers={name: now.headers.get(name, text) for name, text in left.headers.items()},
    )


def _places(now: Listing) -> dict[str, int]:
    """The rows of a list by what each is remembered under; without those that share it."""
    names = identities_of(now)
    counts = Counter(names)
    rows = zip(names, now.rows, strict=True)
    return {name: row for name, row in rows if counts[name] == 1}


def as_they_stand(problems: Sequence[Problem], now: Mapping[str, Listing]) -> Iterator[Problem]:
    """The problems, with a row only where it says now what they tell of; without those that speak
    of a row which stands nowhere.
    """
    titles = {listing.title: listing for listing in now.values()}
    for problem in problems:
        if _speaks_of_nowhere(problem):
            continue
        listing = titles.get(problem.sheet or "")
        stands = problem.code in _TYPED or _says(listing, problem)
        yield problem if stands else replace(problem, row=None, cell=None)


def _speaks_of_nowhere(problem: Problem) -> bool:
    return any(_NOWHERE_TEXT in str(value) for value in problem.params.values())


def _says(now: Listing | None, problem: Problem) -> bool:
    """Whether a cell says now what a problem tells of it."""
    if problem.row is None or now is None:
        return problem.row is None or problem.row < _NOWHERE
    if problem.row not in now.rows:
        return False
    cell = _cell_of(now, problem)
    return problem.value is None or cell is None or cell == problem.value


def _cell_of(now: Listing, problem: Problem) -> str | None:
    """What stands in the cell of a problem; None where its column is not there."""
    column = next((one for one in now.headers if now.headers[one] == problem.column), None)
    if column is None:
        return None
    cell = now.get(column)[now.rows.index(problem.row or 0)]
    return "" if cell is None else shown(cell)
