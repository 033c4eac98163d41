"""Can a workbook be read, written and reached, and what would a sync do? Looks at everything,
changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from trustbook.columns import MOMENTS
from trustbook.errors import SafetyStop, TrustbookError, UsageError
from trustbook.ledger.copies import newest_whole, run_of_copy
from trustbook.ledger.locate import Arrival
from trustbook.merge.allowances import shell_quoted
from trustbook.messages import say
from trustbook.privacy import spoken
from trustbook.run.read import Reading, Request, read_book
from trustbook.run.sync import run_sync
from trustbook.sheets.check_lines import check_lines
from trustbook.snapshot import Changes, RowAddition
from trustbook.workbooks.base import Examined, Workbook

if TYPE_CHECKING:
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.reading.lists import Listing
    from trustbook.run.judge import Judged
    from trustbook.run.report import Report

# What keeps out one more row, and nothing else that a sync has to write.
_NO_ROOM = (
    "excel.in_the_way",
    "excel.totals_row",
    "excel.sheet_full",
    "google.protected_range",
    "google.protected_tab",
)


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
    would do its work; ``reading`` is its book, where that could be read.
    """

    name: str
    lang: str
    findings: list[Diagnosis] = field(default_factory=list)
    fault: TrustbookError | None = None
    reading: Reading | None = None
    typed: str = ""

    @property
    def of_book(self) -> str:
        """The book as it is typed behind a command, with the space before it."""
        return f" {shell_quoted(self.typed)}" if self.typed else ""

    def say(self, code: str, level: str = "ok", **params: object) -> None:
        """Add a finding with the sentence of this code."""
        self.findings.append(Diagnosis(code, level, say(self.lang, f"doctor.{code}", **params)))

    def fail(self, fault: TrustbookError) -> None:
        """Add what would end a sync; the first one counts."""
        fault.params.setdefault("name", self.name)
        fault.params.setdefault("of_book", self.of_book)
        if self.fault is not None and self.fault.key == fault.key:
            return
        self.findings.append(
            Diagnosis(fault.key.rpartition(".")[2], "bad", fault.sentence(self.lang))
        )
        self.fault = self.fault or fault

    def note(self, fault: TrustbookError) -> None:
        """Add what stops no sync and is left aside by it."""
        code = fault.key.rpartition(".")[2]
        self.findings.append(Diagnosis(code, "note", fault.sentence(self.lang)))

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
    book: Sequence[Workbook] = (),
    typed: str | None = None,
) -> Examination:
    """Look at everything that a sync of ``workbook`` needs.

    ``lang``: the language where the book names none; ``spoken``: that of the sentences, if not the
    book's own; ``book``: all workbooks that a sync takes together, where there are several;
    ``typed``: how the book was named, which may be shorter than where it stands, and tells less.
    """
    together = list(book) or [workbook]
    request = Request(today, now, lang)
    reading = _read(workbook, together, keeper, request)
    book_lang = lang if isinstance(reading, TrustbookError) else reading.book.lang
    named = workbook.address if typed is None else typed
    found = Examination(workbook.name, spoken or book_lang or "nl", typed=named)
    try:
        for one in workbook.examine():
            found.add(one)
        if isinstance(reading, TrustbookError):
            raise reading
        found.name, found.reading = workbook.name, reading
        found.say("readable")
        _memory(reading, keeper, found)
        if reading.stopped is not None:
            _sheets(reading.judged[0], found)
            raise reading.stopped
        _try_out(workbook, together, reading, request, keeper, found)
    except TrustbookError as fault:
        found.fail(fault)
    return found


def go_round(workbooks: Sequence[Workbook], found: Sequence[Examination]) -> None:
    """Add what a whole round with a copy of each workbook in SharePoint came to; copies go again.

    Raises UsageError where none stands there.
    """
    from trustbook.places.sharepoint import SharePointPlace
    from trustbook.places.sharepoint_round import prove

    proved = 0
    for workbook, told in zip(workbooks, found, strict=True):
        place = getattr(workbook, "place", None)
        if isinstance(place, SharePointPlace):
            proved += 1
            for one in prove(place):
                told.add(Examined(one.code, one.level, one.params, one.fault))
    if not proved:
        raise UsageError("sharepoint.not_there", name=workbooks[0].name)


def _memory(reading: Reading, keeper: LedgerLocator | None, found: Examination) -> None:
    """Whether the memory is whole, and which is its newest copy. Raises SafetyStop for one that is
    not whole; one that cannot be used at all is what the sync stops at.
    """
    merged = reading.judged[0].merged
    marks = merged.replica.snapshot.marks
    here = keeper if reading.memory else None
    ledger = here.memory(Arrival(merged.address, merged.name, marks)) if here else None
    if ledger is None or ledger.path is None:
        return
    with ledger:
        ledger.check()
        last = ledger.last_run()
        version = ledger.engine
    newest = newest_whole(ledger.path)
    if version:
        found.say("memory_server", path=ledger.place, version=version)
    if newest is not None and last is not None and run_of_copy(newest) == last[0]:
        found.say("memory", path=ledger.place, copy=newest, run=last[0])
    else:
        found.say("memory_no_copy", "note", path=ledger.place)


def _try_out(
    workbook: Workbook,
    book: Sequence[Workbook],
    reading: Reading,
    request: Request,
    keeper: LedgerLocator | None,
    found: Examination,
) -> None:
    """What a sync of the whole book would do to this workbook, or stop at."""
    judged = next(one for one in reading.judged if one.merged.address == workbook.address)
    _sheets(judged, found)
    _room(workbook, judged, found, several=len(book) > 1)
    report = run_sync(
        book, request.today, request.now, lang=request.lang, dry_run=True, keeper=keeper
    )
    _plan(report, reading.judged.index(judged), found)


def _read(
    workbook: Workbook, book: Sequence[Workbook], keeper: LedgerLocator | None, request: Request
) -> Reading | TrustbookError:
    """The book as it stands, or what keeps us from reading it: told only after the reasons that may
    lie behind.
    """
    try:
        reading = read_book(book, keeper, request)
    except TrustbookError as fault:
        return fault
    # By then a workbook has the name that messages call it.
    skipped = dict(reading.skipped)
    return skipped.get(workbook.name, reading)


def _room(workbook: Workbook, judged: Judged, found: Examination, several: bool) -> None:
    """Whether each list that may grow has room for a row: the log, and all where there are several
    workbooks.
    """
    replica = judged.merged.replica
    for key, listing in replica.lists.items():
        if not several and key != MOMENTS.key:
            continue
        try:
            workbook.prepare(Changes(additions=[_one_more(listing)]), replica.snapshot.version)
        except SafetyStop as stop:
            stop.params.setdefault("name", found.name)
            if stop.key not in _NO_ROOM:
                raise
            found.say("no_room", "note", why=stop.sentence(found.lang))


def _one_more(listing: Listing) -> RowAddition:
    """A row with something in each of the columns of a list."""
    cells = dict.fromkeys(listing.columns.values(), "x")
    return RowAddition(listing.title, listing.header_row, cells, listing.rows)


def _sheets(judged: Judged, found: Examination) -> None:
    """The lists there are, and how many rows stand on each."""
    replica = judged.merged.replica
    counts = [f"{spoken(one.title)} ({len(one.rows)})" for one in replica.lists.values()]
    found.say("lists", lists=", ".join(counts))
    unread = [spoken(t) for t in replica.snapshot.titles if t not in replica.titles]
    if unread:
        found.say("unread", titles=", ".join(unread))


def _plan(report: Report, at: int, found: Examination) -> None:
    """What a sync would do to the workbook that is number ``at`` among those in sight."""
    counts = report.workbooks[at]
    code = "plan" if report.changed else "plan_nothing"
    found.say(
        code, cells=counts["cells_written"], rows=counts["rows_added"], read=counts["rows_read"]
    )
    here = [one for one in report.problems if one.workbook in (None, counts["name"])]
    if here:
        found.say("to_check", count=len(check_lines(here, report.lang)), of_book=found.of_book)
