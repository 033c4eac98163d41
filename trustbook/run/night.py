"""What one run was asked to do, by whom and as of which day: handed down, never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from trustbook.ledger import Ledger
from trustbook.ledger.copies import place_aside
from trustbook.ledger.locate import Arrival, LedgerLocator, Located
from trustbook.merge.accidents import Accident, stop_for_unused
from trustbook.merge.allowances import Allowances
from trustbook.run.clock import clock_back, keep_minutes
from trustbook.version import version
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.run.forgetting import LeavesOut
    from trustbook.run.judge import Judging
    from trustbook.run.last_good import Seen
    from trustbook.run.plan import WorkbookPlan, Writing
    from trustbook.run.read import Request
    from trustbook.run.report import Round
    from trustbook.snapshot import Written

# The rooms that read and judge are opened by a run that has work to do: most nights have none.

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Night:
    """One run: the workbooks, the day it judges (``today``), the real clock (``now``, for stamps
    only), and what is let through this once.

    ``locator`` knows where the ledger is, ``step`` is told where the run is, ``restored`` are
    addresses of workbooks that were put back to an earlier state, ``forgetting`` is who goes out of
    every workbook, or of none. ``again``: it was tried before, so that what was let through may be
    done already. ``words``: the language that was asked for, to say in it what stops the run.
    ``failed`` is what was told of the night before this one, where that failed. ``afresh``: all is
    to be read, whatever is kept of a reading.
    """

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
    forgetting: LeavesOut | None = None
    again: bool = False
    words: str | None = None
    failed: str = ""
    afresh: bool = False

    @property
    def fingerprint(self) -> str:
        """What, beside the workbooks, decides what a run would do."""
        books = sorted(f"{book.address} {book.adoption!r}" for book in self.books)
        keeper = self.locator.mark if self.locator is not None else ""
        return f"{version()}|{self.today}|{self.lang}|{books}|{keeper}{self.failed}"

    def ledger_at_place(self, books: Sequence[Workbook]) -> Ledger | None:
        """The ledger that knows the place of a workbook; None where there is none yet."""
        if self.locator is None:
            return None
        arrival = Arrival(books[0].address, books[0].name, {})
        return self.locator.memory(arrival, reads_only=self.dry_run)

    def open_ledger(self, seen: Seen, ledger: Ledger | None) -> Located:
        """The ledger that the marks in the workbooks name, with what guards say of it."""
        from trustbook.run.last_good import arrivals_of, nothing_known

        if self.locator is None:
            return nothing_known(seen)
        asked = (arrivals_of(seen), self.accept, self.dry_run, ledger, self.allowed)
        located = self.locator.open(*asked)
        located.rebased |= dict.fromkeys(self.restored, False)
        located.accidents += clock_back(located.ledger, self.now, seen[0][0].name)
        if not self.dry_run:
            keep_minutes(located)
            self._sweep(located.ledger)
        return located

    @property
    def _recalls(self) -> bool:
        """Whether what is kept of a reading may be used."""
        asked = self.restored or self.allowed.renames or self.numbers or self.forgetting
        return not (asked or self.afresh)

    def recalled(self, versions: Mapping[str, str | None]) -> Seen | None:
        """What is kept of reading the only workbook; None where it must be read. ``versions`` that
        stand now, by address, as far as they are known.
        """
        from trustbook.run.recalled import recalled_workbook

        known = versions.get(self.books[0].address)
        if known is None or not self._recalls:
            return None
        return recalled_workbook(self.books, self.locator, self.today, self.lang, known)

    def beside_kept(self, seen: Seen) -> Seen:
        """What was read, with what is kept of reading it before it was saved anew."""
        from trustbook.run.recalled import beside_kept

        if not self._recalls or len(self.books) != 1:
            return seen
        return beside_kept(seen, self.locator, self.today, self.lang) or seen

    def about(self, standing: Mapping[str, WorkbookPlan | Written]) -> tuple[str, str] | None:
        """By what the only workbook is read, and its version as it stands now; None where nothing
        is to be kept of a reading.
        """
        from trustbook.run.recalled import about_reading

        [book, *others] = self.books
        if others or book.address not in standing or self.forgetting is not None:
            return None
        return about_reading(book, self.lang), standing[book.address].version

    def judging(self, ledger: Ledger) -> Judging:
        """As what the only workbook is judged once all that was said of it is in the ledger."""
        from trustbook.run.judge import Judging
        from trustbook.run.line_answers import LineAnswers

        asked = (self.today, self.now.date(), None, self.lang, ())
        return Judging(*asked, {*ledger.facts("apart")}, LineAnswers(), writes=True)

    def _sweep(self, ledger: Ledger) -> None:
        """Remove what a restore that was killed left; what one that goes on needs stays."""
        if ledger.path is not None and not (self.restored or self.forgetting):
            with suppress(OSError):  # it stays as harmless as it was
                place_aside(ledger.path).unlink(missing_ok=True)

    @property
    def numbers(self) -> bool:
        """Whether a number was given that must be what is found."""
        allowed = self.allowed
        return not self.again and any((allowed.deletes, allowed.changes, allowed.accepts))

    def refuse_unused(self, located: Located, found: Sequence[Accident]) -> None:
        """Raise SafetyStop for a number for which nothing was ``found``, nor at the door."""
        if self.numbers:
            at_door = located.taken or located.unknown or any(located.rebased.values())
            stop_for_unused(found, self.allowed, bool(at_door))

    def request(self) -> Request:
        """What this run asks of the door that reads a book."""
        from trustbook.overview.period import last_full_quarter
        from trustbook.run.read import Request

        return Request(
            self.today,
            self.now,
            self.lang,
            last_full_quarter(self.today).last,
            self.allowed,
            gives_ids=True,
            forgetting=self.forgetting,
        )

    def writing(self, located: Located, token: str, before: Round | None) -> Writing:
        """What a plan must know beside the book: our marks, and the rounds until now."""
        from trustbook.run.plan import Writing

        counts, left = (before.counts, before.report.left) if before else ({}, None)
        since = {
            (one.sheet, one.id, one.column): date.fromisoformat(day)
            for one, day in located.ledger.conflicts()
        }
        at = (self.today, self.now, self._marks(located, token), self.fingerprint)
        failed = "" if before else self.failed
        return Writing(*at, located.taken, counts, located.ledger.knows, since, left, failed)

    def _marks(self, located: Located, token: str) -> dict[str, str]:
        marks = {"run": token, "book": located.book}
        return marks if self.locator is None else marks | {"keeper": self.locator.mark}
