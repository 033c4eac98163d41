"""Commands that make and keep a book: demo, init, sync, log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli import history as cli_ledger
from trustbook.cli.options import Options, day_of_option, everywhere
from trustbook.cli.verdicts import health_table, problem_json
from trustbook.errors import Busy, UsageError

if TYPE_CHECKING:
    from trustbook.model import Problem
    from trustbook.run.report import Report
    from trustbook.workbooks.base import Workbook


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@everywhere
def demo(options: Options, directory: Path | None) -> None:
    """Make a sample municipality's book, sync it, and show the verdicts. Works offline."""
    from trustbook.demo import make_sample
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.places.data_folder import data_folder, own_folder
    from trustbook.workbooks import open_workbook

    lang = options.words
    folder = directory or Path("demo")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError("file_exists", path=folder) from None
    path = folder / ("netwerk.xlsx" if lang == "nl" else "network.xlsx")
    if path.exists():
        raise UsageError("file_exists", path=path)
    own_folder(data_folder())  # before anything is made: without it nothing can be synced
    from trustbook.cli import console

    with console.progress(options.quiet) as step:
        step(options.say("step_sample"))
        make_sample(path, lang, options.today)
        options.keeper = LedgerLocator()
        report = _run(options, [open_workbook(str(path))], dry_run=False)
    if options.json:
        console.print_json({"workbook": str(path), **_report_json(report, options)})
        return
    if not options.quiet:
        console.out(options.say("demo_made", path=path))
        _summary(report, options)
        console.out("")
    if report.book is not None:
        health_table(report.book, report.verdicts, options)


@click.command()
@click.argument("book")
@everywhere
def init(options: Options, book: str) -> None:
    """Make a new workbook from the template, or prepare an empty Google Sheet."""
    from trustbook.cli import console
    from trustbook.workbooks.registry import make_workbook

    target = options.target(book)
    address = target.workbooks[0]
    make_workbook(address, target.key_file, options.words)
    if options.json:
        console.print_json({"workbook": address})
    elif not options.quiet:
        console.tell(options.say("init_made", path=address))


@click.command("sync")
@click.argument("book", required=False)
@click.option("--dry-run", is_flag=True, help="Print what would be done; write nothing.")
@click.option(
    "--allow-deletes", type=int, default=0, metavar="N", help="So many rows were meant to go."
)
@click.option(
    "--allow-changes", type=int, default=0, metavar="N", help="So many cells were meant to change."
)
@click.option(
    "--accept", type=int, metavar="N", help="Go on after the stop that printed this number."
)
@click.option(
    "--rename", multiple=True, metavar="OLD=NEW", help="A sheet or column has another name now."
)
@everywhere
def sync_command(
    options: Options, book: str | None, dry_run: bool, rename: tuple[str, ...], **meant: int | None
) -> None:
    """Do the whole night's work: read, judge, write back."""
    from trustbook.cli import console

    asked = _typed(options, book)
    report = _run(options, options.open_all(book), dry_run, rename, **meant, asked=asked)
    if options.json:
        console.print_json(_report_json(report, options))
    elif not options.quiet or dry_run:
        _summary(report, options)
    cli_ledger.end(report, options)


def _typed(options: Options, book: str | None) -> str:
    """The command as it was typed, without what was allowed: for a stop that says what to type
    next.
    """
    from trustbook.merge.allowances import shell_quoted

    names = ["--config", str(options.config)] if options.config else []
    return " ".join(
        ["trustbook sync", *(shell_quoted(name) for name in ([book] if book else []) + names)]
    )


def _run(
    options: Options,
    workbooks: list[Workbook],
    dry_run: bool,
    rename: Sequence[str] = (),
    allow_deletes: int | None = 0,
    allow_changes: int | None = 0,
    accept: int | None = None,
    asked: str | None = None,
) -> Report:
    from trustbook.cli import console
    from trustbook.errors import SafetyStop
    from trustbook.merge.allowances import Allowances
    from trustbook.reading.renaming import Renaming
    from trustbook.run.sync import run_sync as run

    renames = tuple(Renaming.parse(text) for text in rename)
    allowed = Allowances(allow_deletes or 0, allow_changes or 0, renames=renames)

    with console.progress(options.quiet) as step:
        try:
            report = run(
                workbooks,
                options.today,
                datetime.now().astimezone(),
                lang=options.wanted,
                dry_run=dry_run,
                step=lambda name: step(options.say(f"step_{name}")),
                keeper=options.keeper,
                allowed=allowed,
                accept=accept,
                asked=asked,
            )
        except SafetyStop as stop:
            options.words = str(stop.params["spoken"])
            raise
    options.words = options.lang or report.lang
    return report


def _report_json(report: Report, options: Options) -> dict[str, Any]:
    return {
        "run": report.run,
        "dry_run": report.dry_run,
        "changed": report.changed,
        "workbooks": report.workbooks,
        "problems": [
            _place_json(problem) | problem_json(problem, options.words)
            for problem in report.problems
        ],
        "conflicts": report.conflicts,
        "not_in_copy": report.left.as_counts() if report.left else None,
    }


def _place_json(problem: Problem) -> dict[str, Any]:
    return {"workbook": problem.workbook} if problem.workbook else {}


def _summary(report: Report, options: Options) -> None:
    from trustbook.cli import console
    from trustbook.run.rebase import told_of

    names = [str(workbook["name"]) for workbook in report.workbooks]
    for line in _where_to_look(report, options):
        console.out(line)
    done = "synced_older" if report.left else "synced"
    for workbook in report.workbooks:
        key = "plan" if report.dry_run else done
        console.out(options.say(key if report.changed else "unchanged", **workbook))
    left = told_of(report.left, options.words, report.dry_run) if report.left else []
    standing = _standing_lines(names, [_standing(one, options) for one in report.standings])
    for line in (*left, *standing):
        console.out(line)
    _tell_to_check(names, report, options)


def _where_to_look(report: Report, options: Options) -> list[str]:
    """What the sheet is called that says what to do, where it is not the first one."""
    if report.dry_run or not report.start_here:
        return []
    return [options.say("start_here", sheet=report.start_here)]


def _standing_lines(names: list[str], standings: list[str]) -> list[str]:
    """One network, so mostly one line; a workbook that holds other partners, or other IDs, has its
    own.
    """
    if len(set(standings)) > 1:
        named = zip(names, standings, strict=True)
        return [f"{name}: {line}" if name else line for name, line in named]
    return standings[:1]


def _tell_to_check(names: list[str], report: Report, options: Options) -> None:
    """How many problems there are to check, for each workbook where they have a place in one."""
    from trustbook.cli import console

    if report.problems and not report.problems[0].workbook:
        console.out(options.say("to_check", count=len(report.problems)))
        return
    for name in dict.fromkeys(names):
        if count := sum(problem.workbook == name for problem in report.problems):
            console.out(options.say("to_check_in", name=name, count=count))


def _standing(counts: Mapping[str, int], options: Options) -> str:
    from trustbook.columns import STATUSES

    parts = [
        f"{counts[one.key]} {one.label(options.words).lower()}"
        for one in reversed(STATUSES)
        if one.key in counts
    ]
    return options.say("standing", partners=sum(counts.values()), standing=", ".join(parts) or "-")


@click.command()
@click.argument("book", required=False)
@click.option(
    "--with",
    "with_",
    multiple=True,
    required=True,
    metavar="NAME",
    help="Partner, person, consultation or ID.",
)
@click.option("--also", multiple=True, metavar="NAME", help="Also present.")
@click.option(
    "--date",
    "day",
    callback=day_of_option,
    metavar="YYYY-MM-DD",
    help="The day; today if left out.",
)
@click.option("--weather", help="sunny or crisis.")
@click.option("--initiative", help="us, them or together.")
@click.option("--kind", help="visit, meeting, phone, online, training, exercise, …")
@click.option("--state", help="planned, held, cancelled or attempt.")
@click.option("--by", help="The colleague who had the contact.")
@click.option("--topic", help="What it was about, at most 120 characters; no case data.")
@click.option("--promise", help="What was promised.")
@click.option("--promised-by", help="us or them.")
@click.option(
    "--due", callback=day_of_option, metavar="YYYY-MM-DD", help="When the promise is due."
)
@click.option("--answered", help="In a crisis or an exercise: same day, later or not.")
@everywhere
def log(
    options: Options,
    book: str | None,
    with_: tuple[str, ...],
    also: tuple[str, ...],
    day: date | None,
    **rest: Any,
) -> None:
    """Add a contact moment as a new row of Moments."""
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.run.log import log_moment, make_entry

    workbooks = options.open_all(book)
    due = rest.pop("due")
    entry = make_entry(
        with_=list(with_),
        also_present=list(also),
        day=day or options.today,
        promise_due=due,
        **rest,
    )
    now = datetime.now().astimezone()
    done = log_moment(workbooks, entry, options.keeper, options.today, now, options.wanted)
    options.words = options.lang or done.lang
    if done.why is not None:
        why = done.why.sentence(options.words)
        console.tell(say(options.words, "ledger.waits", name=done.workbook, why=why))
        raise click.exceptions.Exit(Busy.exit_code)
    if options.json:
        console.print_json(
            {
                "workbook": done.workbook,
                "row": done.row,
                "date": entry.day.isoformat(),
                "with": list(with_),
            }
        )
    elif not options.quiet:
        console.tell(options.say("logged", row=done.row, name=done.workbook))
