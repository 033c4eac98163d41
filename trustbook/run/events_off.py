"""Events that got a yes and were called off afterwards: their row of Moments is asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from trustbook.a1 import cell_name
from trustbook.columns import MOMENTS, STATES, choice_names
from trustbook.intake.contacts import Findings
from trustbook.intake.proposals import TAKEN, mark_of
from trustbook.ledger import Ledger
from trustbook.model import Problem
from trustbook.names import key
from trustbook.reading.cells import is_blank
from trustbook.reading.lists import Listing

# The kind of facts: rows (by ID) whose event was called off.
CALLED_OFF = "proposals_off"


def note_called_off(ledger: Ledger, findings: Findings) -> None:
    """Have the ledger remember which rows were called off, and which are on again."""
    taken, before = ledger.facts(TAKEN), ledger.facts(CALLED_OFF)
    if not (before or findings.cancelled):
        return
    off = _rows_of({name for name, _ in findings.cancelled}, taken, ledger.secret)
    held = (one.key for one in findings.contacts if not findings.is_off(one))
    on = _rows_of(held, taken, ledger.secret)
    after = {one: "off" for one in {*before, *off} if one not in on}
    if after != before:
        ledger.note(CALLED_OFF, after)


def _rows_of(names: Iterable[str], taken: Mapping[str, str], secret: bytes) -> set[str]:
    """The rows that a yes made of what sources know by some names."""
    marks = (mark_of(secret, name) for name in names)
    return {taken[mark] for mark in marks if mark in taken}


def called_off_problems(ids: Collection[str], lists: Mapping[str, Listing]) -> Iterator[Problem]:
    """A line for each of these rows of a workbook of which nobody said how it went."""
    listing = lists.get(MOMENTS.key)
    if listing is None or "id" not in listing.columns:
        return
    for i, identity in enumerate(listing.get("id")):
        if str(identity or "") in ids and _is_open(listing.get("state")[i]):
            yield _problem(listing, listing.rows[i])


def _is_open(state: object) -> bool:
    """Whether a state leaves open how it went."""
    found = choice_names(STATES).get(key(str(state or "")))
    return is_blank(state) or (found is not None and found.key == "planned")


def _problem(listing: Listing, row: int) -> Problem:
    column = "state" if "state" in listing.columns else "with"
    cell = cell_name(row, listing.columns[column])
    at = (listing.title, row, listing.header(column), cell)
    return Problem("event_called_off", "warning", *at)
