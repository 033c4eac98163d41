"""The night's work: lock, read, identify, plan, guard, write, verify, remember. Without edits, the
next does nothing.

Nothing is written before all is known, and before every workbook showed that it can take its share:
whatever stops a run before its first write leaves everything as it was. What the ledger is to learn
is prepared before that write and committed after the last one, so that the next run makes good whatever
broke off in between: the stamp in a workbook tells whether it was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.ids import new_ids
from trustbook.ledger import Known, Ledger
from trustbook.ledger.locate import Arrival, LedgerLocator, Located, address_of
from trustbook.merge.allowances import Allowances, command, shell_quoted
from trustbook.merge.threeway import Conflict
from trustbook.run.report import Report, counted, of_all, taken_out
from trustbook.run.stop_note import clear, complete_stop, leave
from trustbook.run.verify import recover, unplaced, verify
from trustbook.snapshot import Changes, Snapshot, Written
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.run.merge_sheets import MergedSheets
    from trustbook.run.plan import WorkbookPlan

# The rooms that read and judge are opened by a run that has work to do: most nights nothing was
# typed since the last.

_TRIES = 3
# A workbook that cannot be reached now is left as it is while the others are synced.
_UNREACHED = (Busy, NoAccess, UsageError)

Step = Callable[[str], None]


def run_sync(
    workbooks: Workbook | Sequence[Workbook],
    today: date,
    now: datetime,
    *,
    lang: str | None = None,
    dry_run: bool = False,
    step: Step = lambda name: None,
    keeper: LedgerLocator | None = None,
    allowed: Allowances | None = None,
    accept: int | None = None,
    restored: Sequence[str] = (),
    asked: str | None = None,
) -> Report:
    """Bring the workbooks of one book up to date as of ``today``; ``now`` is the real clock, for
    stamps only.

    ``keeper`` knows where the ledger is; without one nothing is remembered but what stands in the
    workbook itself. ``allowed`` and ``accept`` let through, this once, what a guard stopped.
    ``step`` is told where the run is: "read", "plan", "write", "settle". A workbook that somebody
    saves between our read and our write is read again, at most three times. Of several workbooks
    those that cannot be reached are skipped (``Report.skipped``). ``restored``: addresses of
    workbooks that were put back to an earlier state, to be told what the ledger knows. ``asked``:
    the command that was typed, for the sentence of a stop that says what to type.

    Raises SafetyStop (nothing written; a note stands beside the workbook), Busy, NoAccess,
    UsageError.
    """
    books = list(workbooks) if isinstance(workbooks, Sequence) else [workbooks]
    run = _Run(
        books, today, now, lang, dry_run, step, keeper, allowed or Allowances(), accept, restored
    )
    try:
        report = run.go()
    except SafetyStop as stop:
        spoke = [keeper.language(address_of(book)) for book in books] if keeper is not None else []
        complete_stop(stop, books, next(filter(None, spoke), None), lang)
        typed = (
            asked or f"trustbook sync {shell_quoted(str(getattr(books[0], 'path', books[0].name)))}"
        )
        stop.params["command"] = command(typed, run.allowed, accept, stop)
        for book in books if not dry_run else ():
            leave(book, stop, now)
        raise
    for book in books if not dry_run else ():
        clear(book)
    return report


@dataclass(slots=True)
class _Run:
    """One call of ``sync``: what it was asked, and which workbooks it could not reach.

    By address, ``written`` counts the cells, rows and requests of one round, ``totals`` those of
    all rounds.
    """

    books: list[Workbook]
    today: date
    now: datetime
    lang: str | None
    dry_run: bool
    step: Step
    keeper: LedgerLocator | None
    allowed: Allowances
    accept: int | None
    restored: Sequence[str] = ()
    added: bool = False
    skipped: list[tuple[str, TrustbookError]] = field(default_factory=list)
    written: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    totals: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def go(self) -> Report:
        with ExitStack() as stack:
            at_hand = (
                self.books
                if self.dry_run
                else [book for book in self.books if self._lock(stack, book)]
            )
            report, tries, rounds = None, 0, 0
            while report is None or (self.added and rounds < _TRIES):
                try:
                    report = self._together(report, self._cycle(at_hand))
                    rounds += 1
                    self.restored = ()
                except Busy as busy:
                    tries += 1
                    if not _changed_meanwhile(busy) or tries == _TRIES:
                        raise
            return report

    @staticmethod
    def _together(first: Report | None, then: Report) -> Report:
        """Two rounds told as one."""
        if first is None:
            return then
        then.changed = first.changed or then.changed
        if then.book is None:
            then.book, then.verdicts = first.book, first.verdicts
        return then

    def _lock(self, stack: ExitStack, book: Workbook) -> bool:
        try:
            if self.keeper is not None:
                with _named(book):
                    stack.enter_context(self.keeper.locked(address_of(book)))
            stack.enter_context(_lock(book))
        except Busy as busy:
            self._skip(book, busy)
            return False
        return True

    def _skip(self, book: Workbook, fault: TrustbookError) -> None:
        """Go on without a workbook; with none left to go on with, that is how the run ends."""
        self.skipped.append((book.name, fault))
        if len(self.skipped) == len(self.books):
            raise self.skipped[0][1]

    # reading

    def _cycle(self, books: Sequence[Workbook]) -> Report:
        """Read, plan and write once; where rows were ``added``, another round gives them what they
        are due.
        """
        self.added = False
        if report := self._as_left(books):
            return report
        self.step("read")
        read: list[tuple[Workbook, Snapshot]] = []
        self.skipped = [one for one in self.skipped if one[0] not in {book.name for book in books}]
        for book in books:
            try:
                read.append((book, book.read()))
            except _UNREACHED as fault:
                if len(self.books) == 1:
                    raise
                self._skip(book, fault)
        self.step("plan")
        kept = self._open(read)
        with kept.ledger as ledger:
            if not self.dry_run:
                recover(
                    ledger,
                    {address_of(book): snapshot.marks.get("run", "") for book, snapshot in read},
                )
            if not (kept.taken or kept.rebased):
                versions = {
                    kept.known_as(address_of(book)): snapshot.version for book, snapshot in read
                }
                if report := self._unchanged(ledger, versions, [book for book, _ in read]):
                    return report
            return self._work(kept, read)

    def _open(self, read: Sequence[tuple[Workbook, Snapshot]]) -> Located:
        arrivals = [Arrival(address_of(book), book.name, snapshot.marks) for book, snapshot in read]
        if self.keeper is not None:
            kept = self.keeper.open(arrivals, self.accept, self.dry_run)
            kept.rebased |= dict.fromkeys(self.restored, False)
            return kept
        marked = [arrival.marks["book"] for arrival in arrivals if "book" in arrival.marks]
        return Located(Ledger(None), marked[0] if marked else new_ids("B", 1, ())[0])

    def _asked(self) -> str:
        """What, beside the workbooks, decides what a run would do."""
        books = sorted(f"{address_of(book)} {getattr(book, 'reads_as', '')}" for book in self.books)
        return f"{_version()}|{self.today}|{self.lang}|{books}"

    def _as_left(self, books: Sequence[Workbook]) -> Report | None:
        """The report of a run on workbooks that stand as the last run left them: they need not even
        be read.
        """
        if (
            self.keeper is None
            or self.restored
            or not all(hasattr(book, "standing") for book in books)
        ):
            return None
        ledger = self.keeper.memory(Arrival(address_of(books[0]), books[0].name, {}))
        if ledger is None:
            return None
        with ledger:
            versions = {address_of(book): book.standing() for book in books}  # type: ignore[attr-defined]
            return self._unchanged(ledger, versions, books)

    def _unchanged(
        self, ledger: Ledger, versions: Mapping[str, str | None], books: Sequence[Workbook]
    ) -> Report | None:
        """The report of a run on workbooks of which the last run saw these versions: nothing is
        worked out again.
        """
        if self.skipped or ledger.waiting() or ledger.prepared():
            return None
        found = [ledger.known(address) for address in versions]
        known = [
            one for one in found if one is not None and one.state.get("asked") == self._asked()
        ]
        if len(known) < len(books) or any(one.version != versions[one.address] for one in known):
            return None
        states: list[dict[str, Any]] = [one.state for one in known]
        counts = [
            _count(book.name, state["rows"], *self.totals.get(address_of(book), (0, 0, 0)))
            for book, state in zip(books, states, strict=True)
        ]
        found_here = [[taken_out(one) for one in state["problems"]] for state in states]
        problems = of_all([book.name for book in books], found_here, len(self.books) > 1)
        standings = [state["standing"] for state in states]
        names = {address_of(book): book.name for book in books}
        conflicts = [_conflict_json(conflict, names) for conflict, _ in ledger.conflicts()]
        last = ledger.last_run()
        number = last[0] if last else None
        return Report(
            number, self.dry_run, False, counts, problems, standings, states[0]["lang"], conflicts
        )

    # planning

    def _work(self, kept: Located, read: Sequence[tuple[Workbook, Snapshot]]) -> Report:
        from trustbook.run.drafting import Draft, answered_by_people, in_short, typed_by_people
        from trustbook.run.merge_sheets import Instructions, merge_sheets
        from trustbook.run.replica import see
        from trustbook.sheets.conflicts import agreed, unsettled, waiting_answers

        ledger = kept.ledger
        views = []
        for book, snapshot in read:
            with _named(book):
                address = address_of(book)
                views.append(
                    see(address, book.name, snapshot, ledger.known(kept.known_as(address)))
                )
        typed = [one for view in views for one in typed_by_people(view, views)]
        absent = {address_of(book) for book in self.books} - {view.address for view in views}
        given = answered_by_people(ledger, views)
        outcome = merge_sheets(
            ledger, views, Instructions(self.allowed, kept.rebased, agreed(given), absent)
        )
        waits = waiting_answers(given, outcome.conflicts, absent)
        typed += unsettled(given, outcome.conflicts, waits)
        for view in views:
            for sheet in view.lists:
                view.digest(sheet)
        number = ledger.next_run()
        mark = self.keeper.mark if self.keeper is not None else None
        cells = {address: count for address, (count, *_) in self.totals.items()}
        draft = Draft(self.today, self.now, self.lang, mark, self._asked(), cells)
        plans, facts = draft.plans(ledger, views, outcome, typed, number, waits)
        token = f"{number}-{secrets.token_hex(4)}"
        draft.begin(kept, plans, outcome.change, token)
        books = {address_of(book): book for book, _ in read}
        left = self._rehearse(plans, books)
        if self.dry_run or not any(plan.view.changes for plan in plans):
            known = [draft.known(plan, plans, outcome) for plan in plans]
            return self._leave(kept, plans, outcome, known, facts)
        change = draft.change(kept, plans, outcome, facts, typed)
        ledger.prepare(
            number,
            token,
            change,
            self.now.isoformat(timespec="seconds"),
            self.today,
            in_short(plans, change),
        )
        return self._write(kept, plans, outcome, books, left, number)

    # writing

    def _rehearse(
        self, plans: Sequence[WorkbookPlan], books: Mapping[str, Workbook]
    ) -> dict[str, TrustbookError]:
        """See that every workbook can take what is planned before any is written; those that cannot
        be reached now.
        """
        left: dict[str, TrustbookError] = {}
        for plan in plans:
            view = plan.view
            rehearse = getattr(books[view.address], "rehearse", None)
            if rehearse is None or not view.changes:
                continue
            try:
                rehearse(view.changes, view.snapshot.version)
            except (Busy, NoAccess) as fault:
                if len(plans) == 1 and not self.dry_run:
                    raise
                left[view.address] = fault
        return left

    def _write(
        self,
        kept: Located,
        plans: Sequence[WorkbookPlan],
        outcome: MergedSheets,
        books: dict[str, Workbook],
        left: dict[str, TrustbookError],
        number: int,
    ) -> Report:
        """Write all plans but for the workbooks ``left``. Those that did not rehearse may yet
        refuse: they go first.
        """
        self.step("write")
        done: dict[str, Written] = {}
        for plan in sorted(plans, key=lambda plan: hasattr(books[plan.view.address], "rehearse")):
            view = plan.view
            if not view.changes or view.address in left:
                continue
            try:
                done[view.address] = books[view.address].write(view.changes, view.snapshot.version)
            except (Busy, NoAccess) as fault:
                if len(plans) == 1:
                    raise
                left[view.address] = fault
        for plan in plans:
            if plan.view.merged and plan.view.address in done:
                verify(books[plan.view.address], plan.view, done[plan.view.address])
        self.step("settle")
        if done:
            wrote = [
                (plan.view, done[plan.view.address]) for plan in plans if plan.view.address in done
            ]
            undone = [row for view, one in wrote for row in unplaced(view, one)]
            kept.ledger.commit({a: one.version for a, one in done.items()}, left, undone)
            kept.ledger.arrived(outcome.change.records.get("moments", ()))
        if self.keeper is not None:
            self.keeper.settle_in(kept, [plan.view.address for plan in plans])
        self.written = {
            plan.view.address: (
                plan.cells,
                len(plan.view.changes.additions),
                done[plan.view.address].requests,
            )
            for plan in plans
            if plan.view.address in done
        }
        if any(_changed_meanwhile(busy) for busy in left.values()):
            raise Busy("changed_meanwhile", name=next(iter(left.values())).params.get("name", ""))
        for address, busy in left.items():
            self._skip(books[address], busy)
        self.added = any(plan.view.changes.additions for plan in plans if plan.view.address in done)
        return self._report(plans, outcome, number, changed=True)

    def _leave(
        self,
        kept: Located,
        plans: Sequence[WorkbookPlan],
        outcome: MergedSheets,
        known: Sequence[Known],
        facts: dict[str, dict[str, str]],
    ) -> Report:
        """End a run that writes nothing: a dry one, or one that found all in order."""
        if not self.dry_run:
            for one in known:
                kept.ledger.remember(one, facts)
            if self.keeper is not None:
                self.keeper.settle_in(kept, [plan.view.address for plan in plans])
        last = kept.ledger.last_run()
        changed = any(plan.view.changes for plan in plans)
        self.written = {
            plan.view.address: (plan.cells, len(plan.view.changes.additions), 0) for plan in plans
        }
        return self._report(plans, outcome, last[0] if last else None, changed)

    def _report(
        self, plans: Sequence[WorkbookPlan], outcome: MergedSheets, run: int | None, changed: bool
    ) -> Report:
        first = plans[0]
        for address, (cells, added, requests) in self.written.items():
            before = self.totals.get(address, (0, 0, 0))
            self.totals[address] = (before[0] + cells, before[1] + added, before[2] + requests)
        counts = [
            _count(plan.view.name, plan.rows_read, *self.totals.get(plan.view.address, (0, 0, 0)))
            for plan in plans
        ]
        problems = of_all(
            [plan.view.name for plan in plans],
            [plan.problems for plan in plans],
            len(self.books) > 1,
        )
        names = {plan.view.address: plan.view.name for plan in plans}
        conflicts = [_conflict_json(conflict, names) for conflict in outcome.conflicts]
        return Report(
            run, self.dry_run, changed, counts, problems, [counted(plan.verdicts) for plan in plans], first.book.lang,
            conflicts, self.skipped, first.book, first.verdicts,
        )  # fmt: skip


def _count(name: str, rows: int, cells: int, added: int, requests: int) -> dict[str, object]:
    return {
        "name": name,
        "rows_read": rows,
        "cells_written": cells,
        "rows_added": added,
        "requests": requests,
    }


def _conflict_json(conflict: Conflict, names: dict[str, str]) -> dict[str, object]:
    from trustbook.sheets.conflicts import value_text

    values = {
        names.get(address, address) or "ledger": value_text(value)
        for address, value in conflict.values.items()
    }
    return {"sheet": conflict.sheet, "id": conflict.id, "column": conflict.column, "values": values}


def _changed_meanwhile(fault: TrustbookError) -> bool:
    return fault.key in ("changed_meanwhile", "excel.changed", "google.changed")


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("trustbook")


def _lock(workbook: Workbook) -> AbstractContextManager[object]:
    locked = getattr(workbook, "locked", None)
    return locked() if locked is not None else nullcontext()


class _named:
    """Let every error know which workbook it is about."""

    def __init__(self, book: Workbook) -> None:
        self._name = book.name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TrustbookError):
            error.params.setdefault("name", self._name)


def write_planned(workbook: Workbook, plan: Callable[[Snapshot], Changes]) -> Written:
    """Read, plan and write one small change, again if somebody saved in between; the way ``log``
    goes.
    """
    with _lock(workbook):
        for attempt in range(_TRIES):
            snapshot = workbook.read()
            try:
                return workbook.write(plan(snapshot), snapshot.version)
            except Busy as busy:
                if not _changed_meanwhile(busy) or attempt == _TRIES - 1:
                    raise
    raise AssertionError("unreachable: the last try returns or raises")
