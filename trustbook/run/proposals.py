"""Proposals in a run: what was typed beside them is read before the sheet is replaced, and a yes
becomes a row with the ID that was kept for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from trustbook.intake.answers import Settled, Settling
from trustbook.intake.form_faults import FORM_FAULTS, form_problems, list_problems
from trustbook.intake.marks import mark_of
from trustbook.intake.proposals import (
    REFUSED,
    SAID_OF,
    TAKEN,
    WAITING,
    Proposal,
    proposal_content,
    proposals_in,
)
from trustbook.ledger import Ledger
from trustbook.ledger.facts import Facts
from trustbook.merge.cell_codec import Row, encode
from trustbook.model import Book, Problem
from trustbook.run.events_off import CALLED_OFF, called_off_problems
from trustbook.run.proposal_answers import UNPLACED, proposal_answers, still_told, unplaced_problems
from trustbook.run.replica import Replica
from trustbook.snapshot import CellValue

if TYPE_CHECKING:
    from trustbook.run.read import Reading

# The kinds of facts of which one must be there for anything to be done here.
PENDING = (WAITING, UNPLACED, CALLED_OFF, FORM_FAULTS)


@dataclass(frozen=True, slots=True)
class TakenProposals:
    """What a run makes of proposals: what waits on, the rows that got a yes (sheet to ID to row),
    the facts to remember, and what is to check.
    """

    waiting: Mapping[str, Proposal] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    problems: Sequence[Problem] = ()

    @property
    def in_order(self) -> tuple[Proposal, ...]:
        """What waits on, the first day in front."""
        return tuple(sorted(self.waiting.values(), key=lambda one: (one.day, one.with_, one.id)))


def with_proposals(
    reading: Reading,
    ledger: Ledger,
    absent: Collection[str],
    today: date,
    again: Callable[[Mapping[str, Mapping[str, Row]]], Reading],
) -> Reading:
    """A reading with what people answered to proposals, and what there is to check about these.

    ``again`` reads the book once more, with rows (sheet to ID to row) that are new in it.
    """
    if ledger.facts(WAITING) or ledger.facts(UNPLACED):
        replicas = [judged.merged.replica for judged in reading.judged]
        taken = take_proposals(ledger, replicas, absent, reading.book, today)
        if taken.rows:  # with these it is another book
            reading = again(taken.rows)
        facts = {**reading.facts, **taken.facts}
        reading = replace(reading, facts=facts, proposals=taken.in_order)
        for judged in reading.judged:
            judged.problems.extend(taken.problems)
    _tell_of_sources(reading, ledger)
    return reading


def _tell_of_sources(reading: Reading, ledger: Ledger) -> None:
    """Put on To check what calendars and forms leave to be done."""
    off, forms = ledger.facts(CALLED_OFF), ledger.facts(FORM_FAULTS)
    for judged in reading.judged:
        if off:
            lists = judged.merged.lists
            judged.problems.extend(called_off_problems(off, lists, reading.book.lang))
        replica = judged.merged.replica
        judged.problems.extend(form_problems(forms, replica.address, replica.snapshot.titles))
        accepted = judged.book.memory.accepted
        judged.problems.extend(list_problems(forms, accepted, reading.book.lang))


def take_proposals(
    ledger: Ledger,
    replicas: Sequence[Replica],
    absent: Collection[str],
    book: Book,
    today: date,
) -> TakenProposals:
    """What becomes of the proposals of a book, by what people typed in all workbooks in sight."""
    waiting = proposals_in(ledger.facts(WAITING))
    settling = Settling(book, today, frozenset(absent))
    answers = proposal_answers(replicas, waiting, book.lang)
    settled = settling.settle(waiting, answers.typed)
    answered = {*settled.taken, *settled.refused}
    said_of = {one.mark: one.said_of for one in waiting.values() if one.mark in answered}
    told = still_told(ledger.facts(UNPLACED), answers.unplaced, today)
    facts = {
        WAITING: {one.id: one.kept() for one in settled.waiting.values()},
        REFUSED: ledger.facts(REFUSED) | _refused(settled, waiting, ledger.secret),
        TAKEN: ledger.facts(TAKEN) | settled.taken,
        SAID_OF: ledger.facts(SAID_OF) | said_of,
        UNPLACED: told,
    }
    return TakenProposals(
        settled.waiting, _rows(settled, replicas), facts, unplaced_problems(told, book.lang)
    )


def _refused(settled: Settled, waiting: Mapping[str, Proposal], secret: bytes) -> dict[str, str]:
    """The marks of what got a no: of its name in the source, and of what it says."""
    told = [one for one in waiting.values() if one.mark in settled.refused]
    contents = {mark_of(secret, proposal_content(one)): settled.refused[one.mark] for one in told}
    return settled.refused | contents


def _rows(settled: Settled, replicas: Sequence[Replica]) -> dict[str, dict[str, Row]]:
    """The rows as the ledger keeps them: of columns that some workbook has."""
    found: dict[str, dict[str, Row]] = {}
    for sheet, rows in settled.rows.items():
        lists = [one.lists[sheet] for one in replicas if sheet in one.lists]
        columns = {name for listing in lists for name in listing.columns}
        found[sheet] = {identity: _row(cells, columns) for identity, cells in rows.items()}
    return found


def _row(cells: Mapping[str, CellValue], columns: Collection[str]) -> Row:
    encoded = ((name, encode(value)) for name, value in cells.items() if name in columns)
    return {name: value for name, value in encoded if value is not None}
