"""Can a workbook be read, written and reached, and what would a sync do? Looks at everything,
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from trustbook.errors import TrustbookError
from trustbook.messages import say
from trustbook.privacy import spoken
from trustbook.run.read import Reading, Request, read_book
from trustbook.run.sync import run_sync
from trustbook.workbooks.base import Examined, Workbook

if TYPE_CHECKING:
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.run.report import Report


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. ``level`` is ok, note (worth knowing) or bad (a sync cannot do
    its work).
    """

    code: str
    level: str
    text: str


@dataclass(slots=True)
class Examination:
    """All that was found on one workbook; ``fault`` is what a sync would end with, None when it
    would do its work.
    """

    name: str
    lang: str
    findings: list[Diagnosis] = field(default_factory=list)
    fault: TrustbookError | None = None

    def say(self, code: str, level: str = "ok", **params: object) -> None:
        """Add a finding with the sentence of this code."""
        self.findings.append(Diagnosis(code, level, say(self.lang, f"doctor.{code}", **params)))

    def fail(self, fault: TrustbookError) -> None:
        """Add what would end a sync; the first one counts."""
        fault.params.setdefault("name", self.name)
        if self.fault is not None and self.fault.key == fault.key:
            return
        self.findings.append(
            Diagnosis(fault.key.rpartition(".")[2], "bad", fault.sentence(self.lang))
        )
        self.fault = self.fault or fault

    def add(self, one: Examined) -> None:
        """Add what a backend found out about its workbook."""
        if one.fault is not None:
            self.fail(one.fault)
        else:
            self.say(one.code, one.level, **one.params)

    @property
    def verdict(self) -> str:
        """One line for all of it."""
        if self.fault is not None:
            return say(self.lang, "doctor.verdict_bad", name=self.name)
        notes = sum(finding.level == "note" for finding in self.findings)
        return say(
            self.lang,
            "doctor.verdict_notes" if notes else "doctor.verdict_ok",
            name=self.name,
            count=notes,
        )


def examine(
    workbook: Workbook,
    today: date,
    now: datetime,
    lang: str | None = None,
    keeper: LedgerLocator | None = None,
    spoken: str | None = None,
) -> Examination:
    """Look at everything that a sync of ``workbook`` needs.

    ``lang``: the language where the book names none; ``spoken``: that of the sentences, if not the
    book's own.
    """
    reading = _read(workbook, keeper, Request(today, now, lang))
    book_lang = lang if isinstance(reading, TrustbookError) else reading.book.lang
    found = Examination(workbook.name, spoken or book_lang or "nl")
    try:
        for one in workbook.examine():
            found.add(one)
        if isinstance(reading, TrustbookError):
            raise reading
        found.name = workbook.name
        found.say("readable")
        _sheets(reading, found)
        if reading.stopped is not None:
            raise reading.stopped
        _plan(run_sync(workbook, today, now, lang=lang, dry_run=True, keeper=keeper), found)
    except TrustbookError as fault:
        found.fail(fault)
    return found


def _read(
    workbook: Workbook, keeper: LedgerLocator | None, request: Request
) -> Reading | TrustbookError:
    """The book as it stands, or what keeps us from reading it: told only after the reasons that may
    lie behind.
    """
    try:
        return read_book([workbook], keeper, request)
    except TrustbookError as fault:
        return fault


def _sheets(reading: Reading, found: Examination) -> None:
    """The lists there are, and how many rows stand on each."""
    replica = reading.judged[0].merged.replica
    counts = [f"{spoken(one.title)} ({len(one.rows)})" for one in replica.lists.values()]
    found.say("lists", lists=", ".join(counts))
    unread = [spoken(t) for t in replica.snapshot.titles if t not in replica.titles]
    if unread:
        found.say("unread", titles=", ".join(unread))


def _plan(report: Report, found: Examination) -> None:
    counts = report.workbooks[0]
    code = "plan" if report.changed else "plan_nothing"
    found.say(
        code, cells=counts["cells_written"], rows=counts["rows_added"], read=counts["rows_read"]
    )
    if report.problems:
        found.say("to_check", count=len(report.problems))
