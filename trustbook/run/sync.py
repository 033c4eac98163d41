"""The night's work: lock, read, plan, guard, prepare, write, settle. Without edits, the next does
nothing.

Nothing is written before all is known, and before every workbook showed that it can take its share:
whatever stops a run before its first write leaves everything as it was. What the ledger is to learn
is put down before that write and made its memory after the last one, so that the next run makes
good whatever broke off in between: the stamp in a workbook tells whether it was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError, gravest
from trustbook.ledger import Change, Ledger
from trustbook.ledger.copies import keep_copy
from trustbook.ledger.locate import Arrival, LedgerLocator, Located
from trustbook.merge.allowances import Allowances, command, shell_quoted
from trustbook.run.clock import clock_back, keep_minutes
from trustbook.run.report import Counts, Report, as_found, report_of
from trustbook.run.stop_note import complete_stop, leave_note
from trustbook.snapshot import Written
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.run.plan import WorkbookPlan, Writing
    from trustbook.run.read import Reading, Request, Seen

# The rooms that read and judge are opened by a run that has work to do: most nights have none.
_TRIES = 3

Step = Callable[[str], None]
Skipped = list[tuple[str, TrustbookError]]


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
    allowed = replace(allowed or Allowances(), accepts=accept or 0)
    night = _Night(books, today, now, lang, dry_run, step, keeper, allowed, accept, restored)
    try:
        report = _rounds(night)
    except SafetyStop as stop:
        spoken = [keeper.language(book.address) for book in books] if keeper is not None else []
        complete_stop(stop, books, next(filter(None, spoken), None), lang)
        typed = asked or f"trustbook sync {shell_quoted(books[0].address)}"
        stop.params["asked"] = typed
        stop.params["command"] = command(typed, night.allowed, accept, stop)
        for book in books if not dry_run else ():
            leave_note(book, stop, now)
        raise
    for book in books if not dry_run else ():
        book.clear_note()
    return report


@dataclass(frozen=True, slots=True)
class _Night:
    """What one call of ``run_sync`` was asked."""

    books: Sequence[Workbook]
    today: date
    now: datetime
    lang: str | None
    dry_run: bool
    step: Step
    locator: LedgerLocator | None
    allowed: Allowances
    accept: int | None
    restored: Sequence[str] = ()

    @property
    def fingerprint(self) -> str:
        """What, beside the workbooks, decides what a run would do."""
        books = sorted(f"{book.address} {book.adoption!r}" for book in self.books)
        return f"{_version()}|{self.today}|{self.lang}|{books}"


@dataclass(frozen=True, slots=True)
class _Round:
    """One time through: what came of it, and whether rows were added, which need another round.
    ``counts`` are those of all rounds until now, by address.
    """

    report: Report
    added: bool = False
    counts: Mapping[str, Counts] = field(default_factory=dict)


def _rounds(night: _Night) -> Report:
    with ExitStack() as stack:
        at_hand, locked_out = _lock_all(night, stack)
        done: _Round | None = None
        tries = rounds = 0
        while done is None or (done.added and rounds < _TRIES):
            try:
                done = _once(night, at_hand, locked_out, done)
                rounds += 1
                night = replace(night, restored=())
            except Busy as busy:
                tries += 1
                if not busy.read_again or tries == _TRIES:
                    raise
        if not night.dry_run:
            done.report.no_copy = _keep_copy(night, at_hand, done.report.changed)
        return done.report


def _keep_copy(night: _Night, books: Sequence[Workbook], changed: bool) -> TrustbookError | None:
    with suppress(TrustbookError):  # that a ledger cannot be opened any more is no fault of the run
        if (ledger := _ledger_at_place(night, books)) is not None:
            with ledger:
                return keep_copy(ledger, always=changed)
    return None


def _lock_all(night: _Night, stack: ExitStack) -> tuple[list[Workbook], Skipped]:
    """The workbooks that are ours for this run, and those that another run has. A dry run needs no
    lock. Raises what keeps us from all of them.
    """
    if night.dry_run:
        return list(night.books), []
    at_hand: list[Workbook] = []
    taken: Skipped = []
    for book in night.books:
        try:
            stack.enter_context(book.locked(wait=0))
            at_hand.append(book)
        except (Busy, NoAccess, UsageError) as fault:
            fault.params.setdefault("name", book.name)
            taken.append((book.name, fault))
    if not at_hand:
        raise gravest(fault for _, fault in taken)
    return at_hand, taken


def _once(
    night: _Night, books: Sequence[Workbook], taken: Skipped, before: _Round | None
) -> _Round:
    """Read, plan and write once. Where nothing changed since the last run, nothing is even read."""
    with ExitStack() as stack:
        ledger = _ledger_at_place(night, books)
        if ledger is not None:
            stack.enter_context(ledger)
            versions = {book.address: book.standing() for book in books}
            asked = taken or night.restored or night.allowed.renames
            as_left = not (asked or clock_back(ledger, night.now, books[0].name))
            if as_left and (report := _unchanged(night, ledger, versions, books, before)):
                return _Round(report)
        from trustbook.run.read import read_all, stamps_of
        from trustbook.run.verify import recover

        night.step("read")
        seen, unreached = read_all(books)
        skipped = [*taken, *unreached]
        night.step("plan")
        located = _open(night, seen, ledger)
        stack.enter_context(located.ledger)
        if located.ledger.unfinished():
            if night.dry_run:
                located.ledger = stack.enter_context(located.ledger.in_passing())
            recover(located.ledger, stamps_of(seen, located))
        meant = located.rebased or located.accidents or night.allowed.renames or located.taken
        if not (skipped or meant):
            known = {located.known_as(book.address): shown.version for book, shown in seen}
            at_hand = [book for book, _ in seen]
            if report := _unchanged(night, located.ledger, known, at_hand, before):
                return _Round(report)
        return _work(night, located, seen, skipped, before)


def _ledger_at_place(night: _Night, books: Sequence[Workbook]) -> Ledger | None:
    """The ledger that knows the place of a workbook; None where there is none yet."""
    if night.locator is None:
        return None
    arrival = Arrival(books[0].address, books[0].name, {})
    return night.locator.memory(arrival, reads_only=night.dry_run)


def _open(night: _Night, seen: Seen, ledger: Ledger | None) -> Located:
    from trustbook.run.read import arrivals_of, nothing_known

    if night.locator is None:
        return nothing_known(seen)
    asked = (arrivals_of(seen), night.accept, night.dry_run, ledger, night.allowed)
    located = night.locator.open(*asked)
    located.rebased |= dict.fromkeys(night.restored, False)
    located.accidents += clock_back(located.ledger, night.now, seen[0][0].name)
    if not night.dry_run:
        keep_minutes(located)
    return located


def _unchanged(
    night: _Night,
    ledger: Ledger,
    versions: Mapping[str, str | None],
    books: Sequence[Workbook],
    before: _Round | None,
) -> Report | None:
    """The report of a run on workbooks that stand as the last run saw them: nothing is worked out.

    None where something may have changed.
    """
    if ledger.unfinished():
        return None
    found = [ledger.known(address) for address in versions]
    known = [one for one in found if one is not None]
    if len(known) < len(books):
        return None
    if any(one.version != versions[one.address] for one in known):
        return None
    if any(one.state.get("asked") != night.fingerprint for one in known):
        return None
    counts = before.counts if before else {}
    report = as_found(ledger, known, books, counts, night.dry_run, len(night.books) > 1)
    return before.report.and_then(report) if before else report


def _work(
    night: _Night, located: Located, seen: Seen, skipped: Skipped, before: _Round | None
) -> _Round:
    """Judge and plan, and write what is planned."""
    from trustbook.run.plan import change_of, in_short, plan_all
    from trustbook.run.read import weigh

    ledger, number = located.ledger, located.ledger.next_run()
    absent = {book.address for book in night.books} - {book.address for book, _ in seen}
    reading = weigh(located, seen, _request(night), absent)
    token = f"{number}-{secrets.token_hex(4)}"
    plans = plan_all(reading, _writing(night, located, token, before))
    books = {book.address: book for book, _ in seen}
    left, proved = _prepare(night, plans, books)
    if night.dry_run or not any(plan.changes for plan in plans):
        return _leave(night, located, reading, plans, skipped, before)
    change = change_of(reading, plans)
    stamp = night.now.isoformat(timespec="seconds")
    ledger.prepare(number, token, change, stamp, night.today, in_short(plans, change))
    night.step("write")
    first = sorted(plans, key=lambda plan: plan.address in proved)
    done = _write(first, books, left)
    night.step("settle")
    if done:
        _settle(ledger, plans, done, left, change)
    if night.locator is not None:
        night.locator.settle_in(located, list(books))
    if moved := next((fault for fault in left.values() if fault.read_again), None):
        raise Busy("changed_meanwhile", read_again=True, name=moved.params.get("name", ""))
    skipped = [*skipped, *((books[address].name, fault) for address, fault in left.items())]
    if len(skipped) == len(night.books):
        raise gravest(fault for _, fault in skipped)
    wrote = [plan for plan in plans if plan.address in done]
    requests = {address: one.requests for address, one in done.items()}
    return _round(night, reading, plans, wrote, requests, skipped, number, before)


def _request(night: _Night) -> Request:
    from trustbook.overview.period import last_full_quarter
    from trustbook.run.read import Request

    return Request(
        night.today,
        night.now,
        night.lang,
        last_full_quarter(night.today).last,
        night.allowed,
        gives_ids=True,
    )


def _writing(night: _Night, located: Located, token: str, before: _Round | None) -> Writing:
    from trustbook.run.plan import Writing

    marks = {"run": token, "book": located.book}
    if night.locator is not None:
        marks["keeper"] = night.locator.mark
    counts, left = (before.counts, before.report.left) if before else ({}, None)
    since = {
        (one.sheet, one.id, one.column): date.fromisoformat(day)
        for one, day in located.ledger.conflicts()
    }
    at = (night.today, night.now, marks, night.fingerprint)
    return Writing(*at, located.taken, counts, located.ledger.knows, since, left)


def _prepare(
    night: _Night, plans: Sequence[WorkbookPlan], books: Mapping[str, Workbook]
) -> tuple[dict[str, TrustbookError], set[str]]:
    """See that every workbook can take what is planned before any is written.

    Those that cannot be reached now, and those that showed that they can.
    """
    left: dict[str, TrustbookError] = {}
    proved: set[str] = set()
    for plan in plans:
        try:
            if plan.changes and books[plan.address].prepare(plan.changes, plan.version):
                proved.add(plan.address)
        except (Busy, NoAccess) as fault:
            if len(plans) == 1 and not night.dry_run:
                raise
            left[plan.address] = fault
    return left, proved


def _write(
    plans: Sequence[WorkbookPlan], books: Mapping[str, Workbook], left: dict[str, TrustbookError]
) -> dict[str, Written]:
    """Write all plans but for the workbooks ``left``, which those that are busy now join."""
    from trustbook.run.verify import verify

    done: dict[str, Written] = {}
    for plan in plans:
        if not plan.changes or plan.address in left:
            continue
        try:
            done[plan.address] = books[plan.address].write(plan.changes, plan.version)
        except (Busy, NoAccess) as fault:
            if len(plans) == 1:
                raise
            left[plan.address] = fault
    for plan in plans:
        if plan.judged.merged.merged and plan.address in done:
            verify(books[plan.address], plan.changes, done[plan.address])
    return done


def _settle(
    ledger: Ledger,
    plans: Sequence[WorkbookPlan],
    done: Mapping[str, Written],
    left: Mapping[str, TrustbookError],
    change: Change,
) -> None:
    """Make what was written the ledger's memory, in one transaction."""
    from trustbook.run.verify import unplaced

    undone = [
        row
        for plan in plans
        if plan.address in done
        for row in unplaced(plan.judged.merged, done[plan.address])
    ]
    versions = {address: written.version for address, written in done.items()}
    ledger.commit(versions, left, undone)
    ledger.arrived(change.records.get("moments", ()))


def _leave(
    night: _Night,
    located: Located,
    reading: Reading,
    plans: Sequence[WorkbookPlan],
    skipped: Skipped,
    before: _Round | None,
) -> _Round:
    """End a run that writes nothing: a dry one, or one that found all in order."""
    if not night.dry_run:
        for plan in plans:
            located.ledger.remember(plan.known, reading.facts)
        if night.locator is not None:
            night.locator.settle_in(located, [plan.address for plan in plans])
    last = located.ledger.last_run()
    number = last[0] if last else None
    return _round(night, reading, plans, plans, {}, skipped, number, before)


def _round(
    night: _Night,
    reading: Reading,
    plans: Sequence[WorkbookPlan],
    wrote: Sequence[WorkbookPlan],
    requests: Mapping[str, int],
    skipped: Skipped,
    number: int | None,
    before: _Round | None,
) -> _Round:
    """One time through, told; ``wrote`` are the plans that were (or, dry, would be) carried out."""
    counts = dict(before.counts) if before else {}
    for plan in wrote:
        sent, added = requests.get(plan.address, 0), len(plan.changes.additions)
        one = Counts(plan.cells, added, sent, plan.new_moments)
        counts[plan.address] = counts.get(plan.address, Counts()) + one
    changed = any(plan.changes for plan in plans)
    several = len(night.books) > 1
    report = report_of(reading, plans, counts, number, night.dry_run, changed, several)
    report.skipped = skipped
    added = not night.dry_run and any(plan.changes.additions for plan in wrote)
    return _Round(before.report.and_then(report) if before else report, added, counts)


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("trustbook")
