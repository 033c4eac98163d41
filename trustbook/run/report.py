"""What a run came to: counted, and kept so that a night on which nothing changed need not work it
out again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from trustbook.errors import TrustbookError
from trustbook.model import Book, Problem
from trustbook.run.past_term_answers import WAITS_PAST_TERM

if TYPE_CHECKING:
    from trustbook.health.verdict import Verdict
    from trustbook.ledger import Known, Ledger
    from trustbook.merge.threeway import Conflict
    from trustbook.run.night import Night
    from trustbook.run.plan import WorkbookPlan
    from trustbook.run.read import Reading
    from trustbook.run.rebase import LeftBehind
    from trustbook.workbooks.base import Workbook

Skipped = list[tuple[str, TrustbookError]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was written into one workbook: cells and new rows; and how many moments were read for
    the first time, of which ``not_counted`` count for nobody yet.
    """

    cells: int = 0
    rows_added: int = 0
    new_moments: int = 0
    not_counted: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.cells + other.cells,
            self.rows_added + other.rows_added,
            self.new_moments + other.new_moments,
            self.not_counted + other.not_counted,
        )


@dataclass(slots=True)
class Report:
    """What a run did.

    ``run`` is its number (of the last run that changed something, where this one did not; None
    before the first); ``changed`` tells whether anything was (or, dry, would be) written;
    ``workbooks`` has the counts of each workbook, ``standings`` its partners by status,
    ``problems`` what is to check in all of them; ``skipped`` are workbooks that could not be
    reached and why; ``lang``, ``book`` and ``verdicts`` are of the first workbook, the latter two
    absent when nothing had changed and nothing was worked out. ``no_copy``: why the memory could
    keep no copy of itself. ``left``: what is not in the older copy from which it went on.
    ``start_here``: what the sheet Start here is called where it is not the first one.
    ``dropdowns_gone``: people's sheets from which another program took the dropdowns since.
    ``erased_again``: rows of who was forgotten, that came back and were erased. ``may_go``: what
    is past its term and got a yes on To check; ``retired``: the rows of which it went.
    ``proposals``: how many wait.
    """

    run: int | None
    dry_run: bool
    changed: bool
    workbooks: list[dict[str, object]]
    problems: list[Problem]
    standings: list[dict[str, int]]
    lang: str
    conflicts: list[dict[str, object]] = field(default_factory=list)
    skipped: list[tuple[str, TrustbookError]] = field(default_factory=list)
    book: Book | None = None
    verdicts: list[Verdict] = field(default_factory=list)
    no_copy: TrustbookError | None = None
    left: LeftBehind | None = None
    start_here: str | None = None
    dropdowns_gone: list[str] = field(default_factory=list)
    erased_again: int = 0
    may_go: tuple[str, ...] = ()
    retired: int = 0
    proposals: int = 0

    @property
    def standing(self) -> dict[str, int]:
        """Partners by status, in the first workbook."""
        return self.standings[0]

    def and_then(self, later: Report) -> Report:
        """This round and a later one of the same run, told as one."""
        later.changed, later.left = self.changed or later.changed, self.left or later.left
        later.dropdowns_gone = self.dropdowns_gone or later.dropdowns_gone
        later.erased_again += self.erased_again
        later.may_go = self.may_go or later.may_go
        if later.book is None:
            later.book, later.verdicts = self.book, self.verdicts
        return later


@dataclass(frozen=True, slots=True)
class Round:
    """One time through: what came of it, and whether rows were added, which need another round.
    ``counts`` are those of all rounds until now, by address.
    """

    report: Report
    added: bool = False
    counts: Mapping[str, Counts] = field(default_factory=dict)


def unchanged(
    night: Night,
    ledger: Ledger,
    versions: Mapping[str, str | None],
    books: Sequence[Workbook],
    before: Round | None,
) -> Report | None:
    """The report of a run on workbooks that stand as the last run saw them: nothing is worked out.

    None where something may have changed.
    """
    if ledger.unfinished() or ledger.facts(WAITS_PAST_TERM):
        return None
    found = [ledger.known(address) for address in versions]
    known = [one for one in found if one is not None]
    if len(known) < len(books):
        return None
    if any(one.version != versions[one.address] for one in known):
        return None
    if any(one.state.get("asked") != night.fingerprint for one in known):
        return None
    ledger.check()  # who waits for a night with news to see it may have no copy left that is whole
    counts = before.counts if before else {}
    report = as_found(ledger, known, books, counts, night.dry_run, len(night.books) > 1)
    return before.report.and_then(report) if before else report


def round_of(
    night: Night,
    reading: Reading,
    plans: Sequence[WorkbookPlan],
    wrote: Sequence[WorkbookPlan],
    skipped: Skipped,
    number: int | None,
    before: Round | None,
) -> Round:
    """One time through, told; ``wrote`` are the plans that were (or, dry, would be) carried out."""
    counts = dict(before.counts) if before else {}
    for plan in wrote:
        counts[plan.address] = counts.get(plan.address, Counts()) + plan.counts
    changed = any(plan.changes for plan in plans)
    several = len(night.books) > 1
    report = report_of(reading, plans, counts, number, night.dry_run, changed, several)
    report.skipped = skipped
    added = not night.dry_run and any(plan.changes.additions for plan in wrote)
    return Round(before.report.and_then(report) if before else report, added, counts)


def report_of(
    reading: Reading,
    plans: Sequence[WorkbookPlan],
    counts: Mapping[str, Counts],
    run: int | None,
    dry_run: bool,
    changed: bool,
    several: bool,
) -> Report:
    """What a run that read and judged came to; ``counts`` by address."""
    judged = reading.judged
    names = [plan.name for plan in plans]
    by_address = {plan.address: plan.name for plan in plans}
    gone = [title for plan in plans for title in plan.known.state["dropdowns_gone"]]
    return Report(
        run,
        dry_run,
        changed,
        [
            _count(plan.name, plan.judged.rows_read, counts.get(plan.address, Counts()))
            for plan in plans
        ],
        of_all(names, [each.problems for each in judged], several),
        [counted(each.verdicts) for each in judged],
        reading.book.lang,
        [_conflict(one, by_address) for one in reading.outcome.conflicts],
        book=reading.book,
        verdicts=reading.verdicts,
        left=reading.outcome.left,
        start_here=plans[0].known.state["start"],
        dropdowns_gone=gone,
        erased_again=reading.erased_again,
        may_go=reading.may_go,
        proposals=len(reading.proposals),
    )


def as_found(
    ledger: Ledger,
    known: Sequence[Known],
    books: Sequence[Workbook],
    counts: Mapping[str, Counts],
    dry_run: bool,
    several: bool,
) -> Report:
    """What a run on workbooks that stand as the last run left them comes to: what that one told."""
    names = [book.name for book in books]
    states = [one.state for one in known]
    by_address = {book.address: book.name for book in books}
    last = ledger.last_run()
    return Report(
        last[0] if last else None,
        dry_run,
        False,
        [
            _count(book.name, state["rows"], counts.get(book.address, Counts()))
            for book, state in zip(books, states, strict=True)
        ],
        of_all(names, [[taken_out(one) for one in s["problems"]] for s in states], several),
        [state["standing"] for state in states],
        states[0]["lang"],
        [_conflict(conflict, by_address) for conflict, _ in ledger.conflicts()],
        start_here=states[0].get("start"),
        proposals=len(ledger.facts("proposals")),
    )


def _count(name: str, rows: int, counts: Counts) -> dict[str, object]:
    return {
        "name": name,
        "rows_read": rows,
        "cells_written": counts.cells,
        "rows_added": counts.rows_added,
        "requests": 0,
    }


def _conflict(conflict: Conflict, names: Mapping[str, str]) -> dict[str, object]:
    from trustbook.sheets.conflicts import value_text

    values = {
        names.get(address, address) or "ledger": value_text(value)
        for address, value in conflict.values.items()
    }
    return {
        "sheet": conflict.sheet,
        "id": conflict.id,
        "column": conflict.column,
        "values": values,
    }


def of_all(
    names: Sequence[str], problems: Sequence[Sequence[Problem]], several: bool
) -> list[Problem]:
    """The problems of every workbook; in a book of ``several`` each says in which one it stands."""
    found = zip(names, problems, strict=True)
    return [replace(one, workbook=name) if several else one for name, here in found for one in here]


def counted(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Partners by status."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict.status] = counts.get(verdict.status, 0) + 1
    return counts


def put_away(problem: Problem) -> dict[str, Any]:
    """A problem as plain values, for ``taken_out``."""
    return {
        "at": [
            problem.code,
            problem.severity,
            problem.sheet,
            problem.row,
            problem.column,
            problem.cell,
            problem.value,
        ],
        "params": {name: _plain(value) for name, value in problem.params.items()},
        "since": problem.since.isoformat() if problem.since else None,
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return {"many": [str(one) for one in value]}
    return value if isinstance(value, str | int | float) or value is None else str(value)


def taken_out(kept: Mapping[str, Any]) -> Problem:
    """The problem that ``put_away`` made ``kept`` of."""
    params = {n: tuple(v["many"]) if isinstance(v, dict) else v for n, v in kept["params"].items()}
    since = date.fromisoformat(kept["since"]) if kept["since"] else None
    code, severity, sheet, row, column, cell, value = kept["at"]
    # What an earlier version put away lacks the blanks that its sentences have had since.
    if code == "no_rhythm":
        params.setdefault("columns", column or "")
    if code == "doubled_partner":
        params.setdefault("asked", "")
    return Problem(code, severity, sheet, row, column, cell, value, params, since)
