"""The night's work: lock, read, plan, guard, prepare, write, settle. Without edits, the next does
nothing.

Nothing is written before all is known, and before every workbook showed that it can take its share:
whatever stops a run before its first write leaves everything as it was. What the ledger is to learn
is put down before that write and made its memory after the last one, so that the next run makes
good whatever broke off in between: the stamp in a workbook tells whether it was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from trustbook.errors import (
    NOTHING_TO_ALLOW,
    Busy,
    NoAccess,
    NotRecalled,
    SafetyStop,
    TrustbookError,
    UsageError,
    gravest,
)
from trustbook.ledger.copies import keep_copy
from trustbook.ledger.locate import LedgerLocator, Located
from trustbook.merge.allowances import Allowances, command, shell_quoted
from trustbook.run.clock import clock_back
from trustbook.run.night import Night, Step
from trustbook.run.report import Report, Round, Skipped, round_of, unchanged
from trustbook.run.stop_note import complete_stop, leave_note
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.run.forgetting import LeavesOut
    from trustbook.run.last_good import Seen
    from trustbook.run.plan import WorkbookPlan
    from trustbook.run.read import Reading

# The rooms that read and judge are opened by a run that has work to do: most nights have none.
_TRIES = 3


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
    words: str | None = None,
    forgetting: LeavesOut | None = None,
    failed: str = "",
) -> Report:
    """Bring the workbooks of one book up to date as of ``today``; ``now`` is the real clock, for
    stamps only.

    ``keeper`` knows where the ledger is; without one nothing is remembered but what stands in the
    workbook itself. ``allowed`` and ``accept`` let through, this once, what a guard stopped.
    ``step`` is told where the run is: "read", "plan", "write", "settle". A workbook that somebody
    saves between our read and our write is read again, at most three times. Of several workbooks
    those that cannot be reached are skipped (``Report.skipped``). ``restored``: addresses of
    workbooks that were put back to an earlier state, to be told what the ledger knows. ``asked``:
    the command that was typed, for the sentence of a stop that says what to type; ``words``: the
    language that was asked for, for that sentence. ``forgetting``: who is to go out of every
    workbook; then none is skipped. ``failed``: what was told of the night before, where that
    failed: Start here says it.

    Raises SafetyStop (nothing written; a note stands beside the workbook, but for a number that
    nothing needs), Busy, NoAccess, UsageError.
    """
    books = list(workbooks) if isinstance(workbooks, Sequence) else [workbooks]
    allowed = replace(allowed or Allowances(), accepts=accept or 0)
    night = Night(books, today, now, lang, dry_run, step, keeper, allowed, accept, restored)
    night = replace(night, words=words, forgetting=forgetting, failed=failed)
    sent = [book.requests for book in books]
    try:
        report = _rounds(night)
    except (SafetyStop, UsageError) as fault:
        _make_heard(night, fault, asked)
        raise
    for book in books if not dry_run else ():
        book.clear_note()
    asked_for = {book.name: book.requests - n for book, n in zip(books, sent, strict=True)}
    for told in report.workbooks:
        told["requests"] = asked_for.get(str(told["name"]), 0)
    return report


def _make_heard(night: Night, fault: SafetyStop | UsageError, asked: str | None) -> None:
    """Give a stop or a refusal its words; a stop leaves them beside the workbooks as well."""
    books, locator = night.books, night.locator
    spoken = (locator.language(book.address) for book in books if locator is not None)
    complete_stop(fault, books, next(filter(None, spoken), None), night.lang, night.words)
    if isinstance(fault, UsageError):
        return
    typed = asked or f"trustbook sync {shell_quoted(books[0].address)}"
    fault.params["asked"] = typed
    fault.params["command"] = command(typed, night.allowed, night.accept, fault)
    # A number that nothing needs is a slip of the hand: no stop stands, and no note says so.
    for book in books if not (night.dry_run or fault.key == NOTHING_TO_ALLOW) else ():
        leave_note(book, fault, night.now)


def _rounds(night: Night) -> Report:
    with ExitStack() as stack:
        at_hand, locked_out = _lock_all(night, stack)
        done: Round | None = None
        tries = rounds = 0
        while done is None or (done.added and rounds < _TRIES):
            try:
                done = _once(night, at_hand, locked_out, done)
                rounds += 1
                night = replace(night, restored=(), again=True)
            except NotRecalled:
                night = replace(night, afresh=True)
            except Busy as busy:
                tries += 1
                if not busy.read_again or tries == _TRIES:
                    raise
                night = replace(night, again=True)
        if not night.dry_run:
            done.report.no_copy = _keep_copy(night, at_hand, done.report.changed)
        return done.report


def _keep_copy(night: Night, books: Sequence[Workbook], changed: bool) -> TrustbookError | None:
    with suppress(TrustbookError):  # that a ledger cannot be opened any more is no fault of the run
        if (ledger := night.ledger_at_place(books)) is not None:
            with ledger:
                return keep_copy(ledger, always=changed)
    return None


def _lock_all(night: Night, stack: ExitStack) -> tuple[list[Workbook], Skipped]:
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


def _once(night: Night, books: Sequence[Workbook], taken: Skipped, before: Round | None) -> Round:
    """Read, plan and write once. Where nothing changed since the last run, nothing is even read."""
    with ExitStack() as stack:
        versions: dict[str, str | None] = {}
        ledger = night.ledger_at_place(books)
        if ledger is not None:
            stack.enter_context(ledger)
            versions = {book.address: book.standing() for book in books}
            asked = taken or night.restored or night.allowed.renames or night.numbers
            as_left = not (
                asked or night.forgetting or clock_back(ledger, night.now, books[0].name)
            )
            if as_left and (report := unchanged(night, ledger, versions, books, before)):
                return Round(report)
        from trustbook.run.last_good import stamps_of
        from trustbook.run.read import read_all
        from trustbook.run.settle import recover

        night.step("read")
        seen, unreached = read_all(books, night.recalled(versions))
        seen = night.beside_kept(seen)
        skipped = [*taken, *unreached]
        night.step("plan")
        located = night.open_ledger(seen, ledger)
        stack.enter_context(located.ledger)
        if located.ledger.unfinished():
            if night.dry_run:
                located.ledger = stack.enter_context(located.ledger.in_passing())
            recover(located.ledger, stamps_of(seen, located))
        meant = located.rebased or located.accidents or night.allowed.renames or located.taken
        if night.forgetting and skipped:
            raise gravest(fault for _, fault in skipped)
        if not (skipped or meant or night.numbers or night.forgetting):
            known = {located.known_as(book.address): shown.version for book, shown in seen}
            at_hand = [book for book, _ in seen]
            if report := unchanged(night, located.ledger, known, at_hand, before):
                return Round(report)
        return _work(night, located, seen, skipped, before)


def _work(
    night: Night, located: Located, seen: Seen, skipped: Skipped, before: Round | None
) -> Round:
    """Judge and plan, and write what is planned."""
    from trustbook.run.keep_reading import keep_reading, learns_nothing
    from trustbook.run.plan import change_of, in_short, plan_all
    from trustbook.run.read import weigh
    from trustbook.run.settle import prepare_all, settle, write_all

    ledger, number = located.ledger, located.ledger.next_run()
    absent = {book.address for book in night.books} - {book.address for book, _ in seen}
    reading = weigh(located, seen, night.request(), absent)
    night.refuse_unused(located, reading.outcome.accidents)
    token = f"{number}-{secrets.token_hex(4)}"
    plans = plan_all(reading, night.writing(located, token, before))
    books = {book.address: book for book, _ in seen}
    whole = night.forgetting is not None
    left, proved = prepare_all(plans, books, night.dry_run, whole)
    if night.dry_run or not any(plan.changes for plan in plans):
        return _leave(night, located, reading, plans, skipped, before)
    change = change_of(reading, plans)
    stamp = night.now.isoformat(timespec="seconds")
    ledger.prepare(number, token, change, stamp, night.today, in_short(plans, change))
    night.step("write")
    if night.locator is not None:
        night.locator.shelf.still_ours()
    first = sorted(plans, key=lambda plan: plan.address in proved)
    done = write_all(first, books, left, whole)
    night.step("settle")
    stood = learns_nothing(ledger, reading.facts)
    if done:
        settle(ledger, plans, done, left, change)
    if night.locator is not None:
        night.locator.settle_in(ledger.place, list(books))
    again = None if stood else night.judging
    keep_reading(ledger, night.about(done), plans[0], reading, again)
    if moved := next((fault for fault in left.values() if fault.read_again), None):
        raise Busy("changed_meanwhile", read_again=True, name=moved.params.get("name", ""))
    skipped = [*skipped, *((books[address].name, fault) for address, fault in left.items())]
    if len(skipped) == len(night.books):
        raise gravest(fault for _, fault in skipped)
    wrote = [plan for plan in plans if plan.address in done]
    return round_of(night, reading, plans, wrote, skipped, number, before)


def _leave(
    night: Night,
    located: Located,
    reading: Reading,
    plans: Sequence[WorkbookPlan],
    skipped: Skipped,
    before: Round | None,
) -> Round:
    """End a run that writes nothing: a dry one, or one that found all in order."""
    from trustbook.run.keep_reading import keep_reading, learns_nothing

    if not night.dry_run:
        stood = learns_nothing(located.ledger, reading.facts)
        for plan in plans:
            located.ledger.remember(plan.known, reading.facts)
        if night.locator is not None:
            night.locator.settle_in(located.ledger.place, [plan.address for plan in plans])
        about = night.about({plan.address: plan for plan in plans})
        again = None if stood else night.judging
        keep_reading(located.ledger, about, plans[0], reading, again)
    last = located.ledger.last_run()
    number = last[0] if last else None
    return round_of(night, reading, plans, plans, skipped, number, before)
