"""What is past its term goes on a yes: in every workbook, the memory and its copies, or nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path

from trustbook.columns import MOMENTS
from trustbook.errors import Busy, UsageError
from trustbook.health.facts import months_before
from trustbook.ledger import Ledger
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.retire_values import PastValues
from trustbook.network.spelled_names import all_words
from trustbook.run.erase import (
    Act,
    clear_pages,
    erase_everywhere,
    erase_together,
    nothing_erased,
    refuse_if_busy,
    workbooks_at_hand,
)
from trustbook.run.held import Erasure, absent_from, all_that_names, must_be_forgettable
from trustbook.run.history import memory_of_book
from trustbook.run.past_term_answers import PAST_TERM, WAITS_PAST_TERM, terms_of
from trustbook.run.read import Reading, Request, read_book
from trustbook.run.report import Report
from trustbook.run.retention import (
    EMPTIED,
    NAMES,
    PastTerm,
    Retention,
    archived_past,
    moments_past,
    people_past,
)
from trustbook.run.sync import run_sync
from trustbook.run.whom import person_named
from trustbook.workbooks.base import Workbook


@dataclass(slots=True)
class Past:
    """What is past its term in a book: ``rows``, of which the moments go as ``retention`` says;
    ``archived`` moments are in the memory alone. ``has_terms``: whether Settings sets any term.

    ``absent`` are the workbooks that are out of reach. After a yes: how many ``copies`` were thrown
    away, the ``pages`` of ours, the ``pages_left`` that people changed, and the people that were
    ``not_forgotten``, each with why.
    """

    reading: Reading
    has_terms: bool
    rows: list[PastTerm] = field(default_factory=list)
    retention: Retention = field(default_factory=Retention)
    archived: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    copies: int = 0
    pages: list[Path] = field(default_factory=list)
    pages_left: list[Path] = field(default_factory=list)
    not_forgotten: list[tuple[str, UsageError]] = field(default_factory=list)

    @property
    def people(self) -> list[str]:
        """The people who are to be forgotten, each once."""
        return [*dict.fromkeys(one.called for one in self.rows if one.called is not None)]


def past_terms(workbooks: Sequence[Workbook], keeper: LedgerLocator, request: Request) -> Past:
    """All that is past its term; reads only. Raises what keeps a sync from its work."""
    reading = read_book(workbooks, keeper, request)
    if stop := reading.stopped or reading.elsewhere:
        raise stop
    settings = reading.book.settings
    past = Past(reading, any(term is not None for term in terms_of(settings)))
    for judged in reading.judged:
        book, replica = judged.book, judged.merged.replica
        found = [*moments_past(book, replica, request.today, past.retention)]
        found += people_past(book, replica, request.today)
        told = {one.id for one in past.rows} - {""}  # a row of two workbooks is one
        past.rows += [one for one in found if one.id not in told]
    with memory_of_book(keeper, workbooks[0]) as ledger:
        past.absent = absent_from(ledger, reading)
        if settings.retention_moments is not None:
            end = months_before(request.today, settings.retention_moments)
            gone = list(archived_past(ledger, _title(reading), reading.book.lang, end))
            past.rows += gone
            past.archived = [one.id for one in gone]
    return past


def _title(reading: Reading) -> str:
    """What the sheet with moments is called."""
    listing = reading.judged[0].merged.lists.get(MOMENTS.key)
    return listing.title if listing else MOMENTS.label(reading.book.lang)


def retire_all(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    today: date,
    now: datetime,
    lang: str | None,
) -> Past:
    """Have all go that is past its term, everywhere or nowhere; a sync goes first, so that all
    that was typed is known. Raises what it raises, and Busy where a workbook is.
    """
    refuse_if_busy(workbooks)
    done = run_sync(workbooks, today, now, lang=lang, keeper=keeper)
    with nothing_erased(workbooks):
        return retire_asked(workbooks_at_hand(workbooks, done), keeper, today, now, lang)


def retire_asked(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    today: date,
    now: datetime,
    lang: str | None,
    asked: Collection[str] = PAST_TERM,
) -> Past:
    """Have go what is past its term, as far as it is ``asked`` (codes of To check), in workbooks
    that were synced just now. Raises Busy where one is open: nothing is then erased anywhere.
    """
    refuse_if_busy(workbooks)
    request = Request(today, now, lang)
    past = past_terms(workbooks, keeper, request)
    moments, people = (code in asked for code in PAST_TERM)
    past.rows = [one for one in past.rows if (people if one.called else moments)]
    if moments and (past.retention.ids or past.archived):
        _retire_moments(workbooks, keeper, past, today, now, lang)
    _forget(workbooks, keeper, past, request)
    _is_done(keeper, workbooks[0], asked)
    return past


def _is_done(keeper: LedgerLocator, workbook: Workbook, asked: Collection[str]) -> None:
    """Remember no longer that what was ``asked`` waits."""
    with memory_of_book(keeper, workbook, reads_only=False) as ledger:
        waits = ledger.facts(WAITS_PAST_TERM)
        left = {code: yes for code, yes in waits.items() if code not in asked}
        if left != waits:
            ledger.note(WAITS_PAST_TERM, left)


def _forget(
    workbooks: Sequence[Workbook], keeper: LedgerLocator, past: Past, request: Request
) -> None:
    """Forget who is past the term: in one act all who have no word of their names in common."""
    waiting = past.people
    while waiting:
        reading = read_book(workbooks, keeper, request)
        with memory_of_book(keeper, workbooks[0]) as ledger:
            asked = [(each, _who_goes(workbooks, reading, ledger, each, past)) for each in waiting]
        found = {called: one for called, one in asked if one is not None}
        together = _in_one_act(found, most=len(found) if _is_numbered(reading) else 1)
        waiting = [called for called in found if called not in together]
        if together:
            _erase([found[called] for called in together], workbooks, keeper, past, request)


def _erase(
    erasures: Sequence[Erasure],
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    past: Past,
    request: Request,
) -> None:
    erase_together(workbooks, keeper, erasures, request)
    past.copies += sum(len(one.forgotten.copies) for one in erasures if one.forgotten)
    past.pages += erasures[-1].pages
    past.pages_left += erasures[-1].pages_left


def _is_numbered(reading: Reading) -> bool:
    """Whether every moment has an ID: without one a row is known by the names in it."""
    lists = (judged.merged.replica.lists.get(MOMENTS.key) for judged in reading.judged)
    return all("id" in one.columns for one in lists if one is not None)


def _in_one_act(erasures: Mapping[str, Erasure], most: int) -> list[str]:
    """At ``most`` so many of them, no two of whom have a word of their names in common: of two who
    do, a part alone is known to mean the one when the other is gone.
    """
    together: list[str] = []
    taken: set[str] = set()
    for called, one in erasures.items():
        words = all_words([one.whom.name])
        if len(together) < most and words.isdisjoint(taken):
            together.append(called)
        taken |= words
    return together


def _who_goes(
    workbooks: Sequence[Workbook], reading: Reading, ledger: Ledger, called: str, past: Past
) -> Erasure | None:
    """What forgetting one of them takes; None, and the reason noted, where that cannot be."""
    try:
        erasure = all_that_names(workbooks, reading, ledger, partial(person_named, name=called))
        must_be_forgettable(erasure, workbooks[0])
    except UsageError as fault:
        past.not_forgotten.append((called, fault))
        return None
    return erasure


def retire_answered(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator | None,
    today: date,
    now: datetime,
    lang: str | None,
    report: Report,
) -> None:
    """Have go what got a yes on To check, after the sync that tells of it. Raises as that does;
    where a workbook is open the yes waits for the next sync, and the report says so.
    """
    if keeper is None or report.dry_run or not report.may_go:
        return
    try:
        at_hand = workbooks_at_hand(workbooks, report)
        past = retire_asked(at_hand, keeper, today, now, lang, report.may_go)
    except Busy as busy:
        name = str(busy.params.get("name", ""))
        report.skipped = [*report.skipped, (name, Busy("yes_waits", name=name))]
        return
    report.retired = len(past.rows)
    report.book, report.verdicts = None, []  # they still say what went


def _retire_moments(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    past: Past,
    today: date,
    now: datetime,
    lang: str | None,
) -> None:
    rows, places = sorted(past.retention.ids), [book.address for book in workbooks]
    old = PastValues(MOMENTS.key, rows, EMPTIED, NAMES, places)

    def erase(ledger: Ledger) -> int:
        everything, everywhere = (*EMPTIED, *NAMES), ledger.addresses()
        gone = PastValues(MOMENTS.key, past.archived, everything, (), everywhere)
        return ledger.retire(old) + ledger.retire(gone)

    Act(workbooks, keeper, past.retention, erase, today, now, lang).go()
    done = erase_everywhere(workbooks[0], keeper, erase)
    past.copies += len(done.copies)
    gone, left = clear_pages(past.retention.hide)
    past.pages += gone
    past.pages_left += left


def past_rows(past: Past) -> Iterator[dict[str, object]]:
    """What is past its term, for machines."""
    for one in past.rows:
        yield {"sheet": one.sheet, "id": one.id or None, "why": one.why}
