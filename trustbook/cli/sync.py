"""The command of the night: sync one book, or every book, one after another."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli import typed
from trustbook.cli.help import explained
from trustbook.cli.options import Options, damage_behind_failure, everywhere
from trustbook.cli.report import report_json, show_summary, tell_left_to_do
from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError, gravest

if TYPE_CHECKING:
    from trustbook.run.report import Report
    from trustbook.workbooks.base import Workbook


@explained("sync")
@click.argument("books", nargs=-1, metavar="[BOOK]...")
@click.option("--dry-run", is_flag=True)
@click.option("--allow-deletes", type=int, default=0, metavar="N")
@click.option("--allow-changes", type=int, default=0, metavar="N")
@click.option("--accept", type=int, metavar="N")
@click.option("--rename", multiple=True, metavar="OLD=NEW")
@everywhere
def sync_command(options: Options, books: tuple[str, ...], **work: Any) -> None:
    """Do the whole night's work: read, judge, write back; without BOOK, of every book."""
    named: Sequence[str | None] = books or _every_book(options, bool(work["dry_run"])) or [None]
    if len(named) == 1 and (books or not options.json):
        nights = [_only_night(options, named[0], work)]
    else:
        _must_be_meant_for_all(work, str(named[0]))
        nights = [_one_of_many(copy(options), book, work) for book in named]
    if options.json:
        _print_json(nights, alone=len(books) == 1)
    _end([fault for night in nights for fault in night.faults])


def _end(faults: Sequence[TrustbookError]) -> None:
    """End with the code of the gravest, if there was any."""
    if faults:
        raise click.exceptions.Exit(gravest(faults).exit_code)


def _must_be_meant_for_all(work: dict[str, Any], first: str) -> None:
    """Refuse to let something through in every book: it was seen in one."""
    if any(value for name, value in work.items() if name != "dry_run"):
        raise UsageError("allowed_for_one_book", first=first)


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

    night = _night(options, book, work)
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
            raise_alarm(_settings(options), fault, options.words, now)
        raise
    clear_alarm(_settings(options))
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
        code = gravest(self.faults).exit_code if self.faults else 0
        report = report_json(self.report, self.options) if self.report else None
        return {"book": self.book, "exit": code, "report": report}


def _night(options: Options, book: str | None, work: dict[str, Any]) -> _Night:
    """Sync one book; a night that fails is remembered for the commands that come after it."""
    from trustbook.run.alarms import clear_alarm

    workbooks: list[Workbook] = []
    try:
        workbooks = options.open_all(book)
        report = run_book(options, workbooks, **work, asked=_typed(options, book))
    except Exception as error:  # whatever it is, the other books have their night
        fault = _foreseen(error, options)
        names = [each.name for each in workbooks]
        if not work["dry_run"] and _is_to_be_told(options, book, fault, names):
            _remember(options, book, fault, workbooks)
        return _Night(book, options, fault=fault)
    if not work["dry_run"]:
        clear_alarm(_place(options, book))
        clear_alarm(_settings(options))
        _tell_left_out(options, book, report, workbooks)
    return _Night(book, options, report)


def _is_to_be_told(
    options: Options, book: str | None, fault: TrustbookError, names: Sequence[str]
) -> bool:
    """Whether a night that failed is told: one that was only busy, when it is not the first."""
    if not _was_expected(options, book):
        return False
    if not isinstance(fault, Busy):
        return True
    again = [_is_left_out_again(options, book, name) for name in names]  # each is kept
    return any(again)


def _is_left_out_again(options: Options, book: str | None, name: str) -> bool:
    from trustbook.run.alarms import left_out_again

    return left_out_again(f"{_place(options, book)} {name}", datetime.now().astimezone())


def _tell_left_out(
    options: Options, book: str | None, report: Report, workbooks: Sequence[Workbook]
) -> None:
    """Tell of a workbook that was left out twice running, although the others were synced."""
    from trustbook.run.alarms import taken_in

    skipped = dict(report.skipped)
    for one in workbooks:
        if one.name not in skipped:
            taken_in(f"{_place(options, book)} {one.name}")
        elif _is_left_out_again(options, book, one.name):
            _remember(options, book, skipped[one.name], [one])


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


def _remember(
    options: Options, book: str | None, fault: TrustbookError, workbooks: Sequence[Workbook]
) -> None:
    from trustbook.run.alarms import raise_alarm

    now = datetime.now().astimezone()
    fault.params.setdefault("of_book", typed.book_typed(book))
    raise_alarm(_place(options, book), fault, options.words, now)
    _leave_notes(workbooks, fault, options, now)
    if options.found is not None and options.found.mail is not None:
        from trustbook.outbox.mail import send_alarm

        subject = options.say("alarm_subject", name=options.found.name)
        send_alarm(options.found.mail, subject, fault.sentence(options.words))


def _leave_notes(
    workbooks: Sequence[Workbook], fault: TrustbookError, options: Options, now: datetime
) -> None:
    """Say it beside the workbooks too; a stop for safety has done so already."""
    from trustbook.errors import SafetyStop
    from trustbook.run.stop_note import leave_note

    if not isinstance(fault, SafetyStop):
        fault.params.setdefault("spoken", options.words)
        for workbook in workbooks:
            leave_note(workbook, fault, now)


def _was_expected(options: Options, book: str | None) -> bool:
    """Whether a book is one of the nights: it stands in the settings, or was synced before."""
    from trustbook.config import book_names

    if options.keeper is None:
        with suppress(UsageError):  # settings that cannot be read may well name it
            return _is_a_night(options) if book is None else book in book_names(options.config)
        return True
    assert options.found is not None
    places = [*options.found.workbooks, *(one.address for one in options.workbooks)]
    return options.found.listed or any(map(options.keeper.knows, places))


def _is_a_night(options: Options) -> bool:
    """Whether a sync without a book was meant for all of them: nobody is told for weeks of what
    was typed in another folder.
    """
    at_a_terminal = sys.stdin is not None and sys.stdin.isatty()
    return Path(_settings(options)).is_file() or not at_a_terminal


def _settings(options: Options) -> str:
    from trustbook.config import FILE

    return str((options.config or Path(FILE)).absolute())


def _place(options: Options, book: str | None) -> str:
    """What a night that failed is remembered under: the book, and the settings that name it."""
    found = options.found
    if found is None:
        return f"{_settings(options)} {book or ''}".rstrip()
    return f"{_settings(options)} {found.name}" if found.listed else found.workbooks[0]


def _print_json(nights: Sequence[_Night], alone: bool) -> None:
    """One report where one book was typed, else every book with how it ended."""
    from trustbook.cli import console

    told = [night.as_json() for night in nights]
    if not alone:
        console.print_json({"books": told})
    elif nights[0].report is not None:
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
) -> Report:
    """Sync the workbooks of one book; from here on sentences speak its language."""
    from trustbook.cli import console
    from trustbook.errors import SafetyStop
    from trustbook.merge.allowances import Allowances
    from trustbook.reading.renaming import Renaming
    from trustbook.run.sync import run_sync as run

    renames = tuple(Renaming.parse(text) for text in rename)
    allowed = Allowances(allow_deletes or 0, allow_changes or 0, renames=renames)

    now = datetime.now().astimezone()
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
            )
        except (SafetyStop, UsageError) as stop:
            options.words = str(stop.params["spoken"])
            raise
    options.words = options.lang or report.lang
    if report.may_go:
        from trustbook.run.retire import retire_answered

        retire_answered(workbooks, options.keeper, options.today, now, options.wanted, report)
    return report
