"""What was typed beside proposals: by the ID of the row, else by what the row says.

A row whose ID is gone is known by its cells where only one proposal looks so; an answer that
nobody can place is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from trustbook.columns import PROPOSALS
from trustbook.intake.proposals import Proposal
from trustbook.ledger.facts import rows_on
from trustbook.model import Problem
from trustbook.names import clean, key
from trustbook.privacy import grade
from trustbook.reading.cells import shown
from trustbook.run.line_answers import is_no_answer
from trustbook.run.replica import Replica
from trustbook.sheets.proposals import proposals_sheet
from trustbook.snapshot import CellValue, Grid

_LOOKS = ("date", "partner", "kind", "source", "why")
# The kind of facts: answers that could not be placed, with the day.
UNPLACED = "answers_unplaced"
_TOLD = timedelta(days=7)
_Row = Mapping[str, CellValue]


@dataclass(slots=True)
class ProposalAnswers:
    """By the ID of a proposal what was typed beside it, by the address of the workbook; and the
    answers that could not be placed.
    """

    typed: dict[str, dict[str, CellValue]] = field(default_factory=dict)
    unplaced: set[str] = field(default_factory=set)


def proposal_answers(
    replicas: Sequence[Replica], waiting: Mapping[str, Proposal], lang: str
) -> ProposalAnswers:
    """What was typed beside proposals in all workbooks."""
    found = ProposalAnswers()
    for replica in replicas:
        for grid in replica.snapshot.grids:
            if grid.ours == PROPOSALS.key:
                _read(found, grid, replica.address, waiting, lang)
    return found


def _read(
    found: ProposalAnswers, grid: Grid, address: str, waiting: Mapping[str, Proposal], lang: str
) -> None:
    rows = rows_on(grid, PROPOSALS)
    there = {_id(row) for row in rows}
    free = [one for one in waiting.values() if one.id not in there]
    for row in rows:
        if is_no_answer(row.get("ok")):
            continue
        told = _id(row)
        if told not in waiting:
            told = _alike(row, free, address, lang) or told
        if told:
            found.typed.setdefault(told, {})[address] = row["ok"]
        else:
            found.unplaced.add(_unplaced(row))


def _id(row: _Row) -> str:
    return clean(shown(row.get("id"))) if row.get("id") is not None else ""


def _alike(row: _Row, free: Sequence[Proposal], address: str, lang: str) -> str:
    """The ID of the one proposal that looks like a row; "" where none does, or more."""
    looks = _looks(row)
    found = [one.id for one in free if looks in _shown(one, address, lang)]
    return found[0] if len(found) == 1 else ""


def _looks(row: _Row) -> tuple[str, ...]:
    return tuple(_look(row.get(name)) for name in _LOOKS)


def _look(cell: CellValue) -> str:
    return "" if cell is None else key(shown(cell))


def _shown(one: Proposal, address: str, lang: str) -> Iterator[tuple[str, ...]]:
    """How a proposal stands on the sheet: as one that is still to come, and as one that is not."""
    names = [column.key for column in PROPOSALS.columns]
    for today in (one.day, one.day - timedelta(days=1)):
        *_, line = proposals_sheet([one], address, "", lang, today).rows
        yield _looks({name: cell.value for name, cell in zip(names, line, strict=True)})


def _unplaced(row: _Row) -> str:
    texts = (shown(row[name]) for name in ("ok", "date", "partner") if row.get(name) is not None)
    told = [text for text in map(clean, texts) if grade(text, names_only=True) is None]
    return " · ".join(told) or "?"


def still_told(before: Mapping[str, str], now: Collection[str], today: date) -> dict[str, str]:
    """The answers that are told as not placed, each with its day: for a week."""
    first = (today - _TOLD).isoformat()
    left = {told: day for told, day in before.items() if day > first}
    return left | dict.fromkeys(now, today.isoformat())


def unplaced_problems(told: Collection[str], lang: str) -> list[Problem]:
    """A line for each answer that could not be placed."""
    sheet = PROPOSALS.label(lang)
    return [Problem("proposal_unplaced", "warning", sheet, params={"told": one}) for one in told]
