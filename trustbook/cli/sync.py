"""The command of the night: sync one book, or every book, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.failed_nights import (
    is_to_be_told,
    night_place,
    remember_failed_night,
    settings_place,
    tell_gone,
    tell_left_out,
)
from trustbook.cli.help import explained
from trustbook.cli.intake import are_names_new, bring_in
from trustbook.cli.options import Options, damage_behind_failure, everywhere
from trustbook.cli.report import report_json, show_summary, tell_left_to_do
from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError, gravest, gravest_code

if TYPE_CHECKING:
    from trustbook.cli.many import BookOutcome, BookTask
    from trustbook.run.jobs import MissedPiece
    from trustbook.run.report import Report
    from trustbook.workbooks.base import Workbook


@explained("sync")
@click.argument("books", nargs=-1, metavar="[BOOK]...")
@click.option("--dry-run", is_flag=True)
@click.option("--allow-deletes", type=int, default=0, metavar="N")
@click.option("--allow-changes", type=int, default=0, metavar="N")
@click.option("--accept", type=int, metavar="N")
@click.option("--rename", multiple=True, metavar="OLD=NEW")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N")
@click.option("--scheduler", metavar="tcp://HOST:PORT")
@everywhere
def sync_command(
    options: Options,
    books: tuple[str, ...],
    jobs: int | None,
    scheduler: str | None,
    **work: Any,
) -> None:
    """Do the whole night's work: read, judge, write back; without BOOK, of every book."""
    named: Sequence[str | None] = books or _every_book(options, bool(work["dry_run"])) or [None]
    if len(named) == 1 and (books or not options.json) and not scheduler:
        night = _only_night(options, named[0], work)
        told, codes = [night.as_json()], [night.exit_code]
    else:
        outcomes = _all_of_many(options, named, work, jobs, scheduler)
        told, codes = [one.told for one in outcomes], [one.exit for one in outcomes]
    _print_json(options, told, alone=len(books) == 1)
    if code := gravest_code(codes):
        raise click.exceptions.Exit(code)


def _all_of_many(
    options: Options,
    books: Sequence[str | None],
    work: dict[str, Any],
    jobs: int | None,
    scheduler: str | None,
) -> list[BookOutcome]:
    """Sync all of several books: here one after another, or in processes or on a cluster."""
    from trustbook.cli import many
    from trustbook.run.deadline import has_alarm
    from trustbook.run.jobs import let_go

    if len(books) > 1 or not scheduler:
        many.must_be_meant_for_all(work, str(books[0]))
    if jobs and scheduler:
        raise UsageError("jobs_or_scheduler")
    if jobs or scheduler or not has_alarm():
        tasks = many.tasks_of(books, options, work)
        return many.sync_elsewhere(
            _done, _missed, tasks, options, min(jobs or 1, len(tasks)), scheduler
        )
    found = []
    for book in books:
        night = _one_of_many(copy(options), book, work)
        found.append(many.BookOutcome(night.exit_code, "", "", night.as_json()))
        let_go()
    return found


def _done(task: BookTask) -> BookOutcome:
    """Sync one book in another process."""
    from trustbook.cli.many import BookOutcome, in_place_of, printed_to

    with in_place_of(task) as (out, err):
        night = _one_of_many(task.options(), task.book, task.work)
        return BookOutcome(night.exit_code, printed_to(out), printed_to(err), night.as_json())


def _missed(task: BookTask, missed: MissedPiece) -> BookOutcome:
    """What to tell of a book whose sync did not come back."""
    from trustbook.cli.many import DEADLINE, BookOutcome

    options = task.options()
    with suppress(UsageError):
        options.target(task.book)
    fault: TrustbookError = TrustbookError("book_lost")
    if missed.why == "deadline":
        fault = Busy("overdue", minutes=round(DEADLINE / 60))
    elif missed.why == "failed":
        fault = TrustbookError("unexpected", what=missed.what)
    if not task.work["dry_run"]:
        tell_gone(options, task.book, fault)
    told = _Night(task.book, options, fault=fault).as_json()
    return BookOutcome(fault.exit_code, "", f"{task.book}: {options.sentence(fault)}", told)


def _only_night(options: Options, book: str | None, work: dict[str, Any]) -> _Night:
    """Sync the one book that was asked for, and tell all of it. Raises what keeps us from it."""
    night = _night(options, book, work)
    if night.report is None:
        assert night.fault is not None
        raise night.fault
    if not options.json:
        if work["dry_run"] or not options.quiet:
            show_summary(night.report, options, book)
        tell_left_to_do(night.report, options)
    return night


def _one_of_many(options: Options, book: str | None, work: dict[str, Any]) -> _Night:
    """Sync one book of many, and tell of it in a line; what keeps us from it stops no other."""
    from trustbook.cli import console
    from trustbook.cli.many import DEADLINE
    from trustbook.run.deadline import Overdue, deadline

    try:
        with deadline(DEADLINE):
            night = _night(options, book, work)
    except Overdue:
        night = _Night(book, options, fault=Busy("overdue", minutes=round(DEADLINE / 60)))
        if not work["dry_run"]:
            tell_gone(options, book, night.faults[0])
    if options.json:
        return night
    if night.report is None:
        assert night.fault is not None
        console.tell(f"{book}: {options.sentence(night.fault)}")
        return night
    if work["dry_run"] or not options.quiet:
        console.out(_line(book, night.report, options))
    tell_left_to_do(night.report, options)
    return night


def _every_book(options: Options, dry_run: bool) -> Sequence[str]:
    """The books of the settings; that these cannot be read fails the night of them all."""
    from trustbook.config import book_names
    from trustbook.run.alarms import clear_alarm, raise_alarm

    try:
        names = book_names(options.config)
    except UsageError as fault:
        if not dry_run:
            now = datetime.now().astimezone()
            raise_alarm(settings_place(options), fault, options.words, now)
        raise
    clear_alarm(settings_place(options))
    return names


@dataclass(frozen=True, slots=True)
class _Night:
    """How the sync of one book went: a report, or what kept us from it."""

    book: str | None
    options: Options
    report: Report | None = None
    fault: TrustbookError | None = None

    @property
    def faults(self) -> list[TrustbookError]:
        """What kept us from the book, or from some of its workbooks."""
        if self.report is None:
            return [self.fault] if self.fault else []
        return [fault for _, fault in self.report.skipped]

    def as_json(self) -> dict[str, Any]:
        """The book, how it ended, and its report."""
        report = report_json(self.report, self.options) if self.report else None
        return {"book": self.book, "exit": self.exit_code, "report": report}

    @property
    def exit_code(self) -> int:
        """That of the gravest of its faults."""
        return gravest(self.faults).exit_code if self.faults else 0


def _night(options: Options, book: str | None, work: dict[str, Any]) -> _Night:
    """Sync one book; a night that fails is remembered for the commands that come after it."""
    from trustbook.run.alarms import alarms, clear_alarm

    workbooks: list[Workbook] = []
    try:
        workbooks = options.open_all(book)
        failed = alarms().get(night_place(options, book), "")
        report = run_book(options, workbooks, **work, asked=_typed(options, book), failed=failed)
    except Exception as error:  # whatever it is, the other books have their night
        fault = _foreseen(error, options)
        names = [each.name for each in workbooks]
        if not work["dry_run"] and is_to_be_told(options, book, fault, names):
            remember_failed_night(options, book, fault, workbooks)
        return _Night(book, options, fault=fault)
    if not work["dry_run"]:
        clear_alarm(night_place(options, book))
        clear_alarm(settings_place(options))
        tell_left_out(options, book, report, workbooks)
    return _Night(book, options, report)


def _foreseen(error: Exception, options: Options) -> TrustbookError:
    """What went wrong as an error that has a sentence."""
    if isinstance(error, TrustbookError):
        return error
    if (damage := damage_behind_failure(options)) is not None:
        return damage
    fault: TrustbookError = TrustbookError("unexpected", what=f"{type(error).__name__}: {error}")
    if isinstance(error, PermissionError):
        fault = NoAccess("no_rights", path=error.filename)
    fault.__cause__ = error
    return fault


def _print_json(options: Options, told: Sequence[dict[str, Any]], alone: bool) -> None:
    """For machines one report where one book was typed, else every book with how it ended."""
    from trustbook.cli import console

    if not options.json:
        return
    if not alone:
        console.print_json({"books": told})
    elif told[0]["report"] is not None:
        console.print_json(told[0]["report"])


def _line(book: str | None, report: Report, options: Options) -> str:
    """A whole book on one line."""
    from trustbook.sheets.check_lines import check_lines

    return options.say(
        "night_plan" if report.dry_run else "night",
        book=book,
        rows=sum(int(str(one["rows_read"])) for one in report.workbooks),
        cells=sum(int(str(one["cells_written"])) for one in report.workbooks),
        count=len(check_lines(report.problems, options.words)),
    )


def _typed(options: Options, book: str | None) -> str:
    """The command as it was typed, without what was allowed: for a stop that says what to type
    next.
    """
    from trustbook.merge.allowances import shell_quoted

    names = ["--config", str(options.config)] if options.config else []
    return " ".join(
        ["trustbook sync", *(shell_quoted(name) for name in ([book] if book else []) + names)]
    )


def run_book(
    options: Options,
    workbooks: list[Workbook],
    dry_run: bool,
    rename: Sequence[str] = (),
    allow_deletes: int | None = 0,
    allow_changes: int | None = 0,
    accept: int | None = None,
    asked: str | None = None,
    failed: str = "",
) -> Report:
    """Sync the workbooks of one book; from here on sentences speak its language. ``failed``: what
    was told of the night before, where that failed.
    """
    from trustbook.cli import console
    from trustbook.errors import SafetyStop
    from trustbook.merge.allowances import Allowances
    from trustbook.reading.renaming import Renaming
    from trustbook.run.sync import run_sync as run

    renames = tuple(Renaming.parse(text) for text in rename)
    allowed = Allowances(allow_deletes or 0, allow_changes or 0, renames=renames)

    now = datetime.now().astimezone()
    if not dry_run:
        bring_in(options, workbooks, now)
    with console.progress(options.quiet, options.say) as step:
        try:
            report = run(
                workbooks,
                options.today,
                now,
                lang=options.wanted,
                dry_run=dry_run,
                step=step,
                keeper=options.keeper,
                allowed=allowed,
                accept=accept,
                asked=asked,
                words=options.lang,
                failed=failed,
            )
        except (SafetyStop, UsageError) as stop:
            options.words = str(stop.params["spoken"])
            raise
    options.words = options.lang or report.lang
    if not dry_run and are_names_new(options, workbooks[0], report.book):
        _look_again(options, workbooks, report)
    if report.may_go:
        from trustbook.run.retire import retire_answered

        retire_answered(workbooks, options.keeper, options.today, now, options.wanted, report)
    return report


def _look_again(options: Options, workbooks: list[Workbook], report: Report) -> None:
    """Show what the inbox has for names that are new: the book has these since this night. What
    cannot be read was told before it, but for the first night.
    """
    now, is_first = datetime.now().astimezone(), report.run == 1
    if bring_in(options, workbooks, now, again=True, tells=is_first):
        later = run_book(options, workbooks, dry_run=False)
        report.proposals, report.problems = later.proposals, later.problems
