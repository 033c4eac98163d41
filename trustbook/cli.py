"""The commands. The only room that prints (through console.py), reads the clock, or ends the program."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook import cli_adopt, cli_doctor, cli_ledger, cli_network, cli_overview
from trustbook.errors import TrustbookError, UsageError
from trustbook.options import Options, current, day, everywhere

if TYPE_CHECKING:
    from trustbook.health import Verdict
    from trustbook.log import Entry
    from trustbook.model import Book, Problem
    from trustbook.report import Report
    from trustbook.workbooks.base import Changes, Snapshot, Workbook

# Heavier rooms are opened inside the commands: --help must not pay for what it does not use.

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="trustbook")
def cli() -> None:
    """Keep a trust network's spreadsheet: sync it, log calm-time contact, see who went cold.

    BOOK is an Excel file (.xlsx, .xlsm) or a name from trustbook.toml; left out, the only book named there.
    """


@cli.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@everywhere
def demo(options: Options, directory: Path | None) -> None:
    """Make a sample municipality's book, sync it, and show the verdicts. Works offline."""
    from trustbook.demo import make_sample
    from trustbook.keeping import Keeper
    from trustbook.workbooks import open_workbook

    lang = options.words
    folder = directory or Path("demo")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ("netwerk.xlsx" if lang == "nl" else "network.xlsx")
    if path.exists():
        raise UsageError("file_exists", path=path)
    from trustbook import console

    with console.progress(options.quiet) as step:
        step(options.say("step_sample"))
        make_sample(path, lang, options.today)
        options.keeper = Keeper()
        report = _run(options, [open_workbook(str(path))], dry_run=False)
    if options.json:
        console.as_json({"workbook": str(path), **_report_json(report, options)})
        return
    if not options.quiet:
        console.out(options.say("demo_made", path=path))
        _summary(report, options)
        console.out("")
    if report.book is not None:
        _health_table(report.book, report.verdicts, options)


@cli.command()
@click.argument("book")
@everywhere
def init(options: Options, book: str) -> None:
    """Make a new workbook from the template, or prepare an empty Google Sheet."""
    from trustbook import console
    from trustbook.config import is_google
    from trustbook.template import new_workbook

    target = options.target(book)
    address = target.workbooks[0]
    if is_google(address):
        from trustbook.workbooks.google import GoogleWorkbook
        from trustbook.workbooks.google.setup import prepare

        prepare(GoogleWorkbook(address, Path(target.google_key) if target.google_key else None), options.words)
    else:
        new_workbook(Path(address), options.words)
    if options.json:
        console.as_json({"workbook": address})
    elif not options.quiet:
        console.tell(options.say("init_made", path=address))


@cli.command()
@click.argument("book", required=False)
@click.option("--dry-run", is_flag=True, help="Print what would be done; write nothing.")
@click.option("--allow-deletes", type=int, default=0, metavar="N", help="So many rows were meant to go.")
@click.option("--allow-changes", type=int, default=0, metavar="N", help="So many cells were meant to change.")
@click.option("--accept", type=int, metavar="CODE", help="Go on after the stop that printed this number.")
@everywhere
def sync(options: Options, book: str | None, dry_run: bool, **meant: int | None) -> None:
    """Do the whole night's work: read, judge, write back."""
    from trustbook import console

    report = _run(options, options.open_all(book), dry_run, **meant)
    if options.json:
        console.as_json(_report_json(report, options))
    elif not options.quiet or dry_run:
        _summary(report, options)
    cli_ledger.end(report, options)


def _run(
    options: Options,
    workbooks: list[Workbook],
    dry_run: bool,
    allow_deletes: int | None = 0,
    allow_changes: int | None = 0,
    accept: int | None = None,
) -> Report:
    from trustbook import console
    from trustbook.merge.guards import Allowed
    from trustbook.sync import sync as run

    with console.progress(options.quiet) as step:
        report = run(
            workbooks,
            options.today,
            datetime.now().astimezone(),
            lang=options.wanted,
            dry_run=dry_run,
            step=lambda name: step(options.say(f"step_{name}")),
            keeper=options.keeper,
            allowed=Allowed(allow_deletes or 0, allow_changes or 0),
            accept=accept,
        )
    options.words = options.lang or report.lang
    return report


def _report_json(report: Report, options: Options) -> dict[str, Any]:
    return {
        "run": report.run,
        "dry_run": report.dry_run,
        "changed": report.changed,
        "workbooks": report.workbooks,
        "problems": [_problem_json(problem, options.words) for problem in report.problems],
        "conflicts": report.conflicts,
    }


def _summary(report: Report, options: Options) -> None:
    from trustbook import console
    from trustbook.columns import STATUSES

    counts = [(status.label(options.words), report.standing.get(status.key, 0)) for status in reversed(STATUSES)]
    standing = ", ".join(f"{count} {label.lower()}" for label, count in counts if count)
    for workbook in report.workbooks:
        key = "plan" if report.dry_run else "synced"
        console.out(options.say(key if report.changed else "unchanged", **workbook))
    console.out(options.say("standing", partners=sum(report.standing.values()), standing=standing or "-"))
    if report.problems:
        console.out(options.say("to_check", count=len(report.problems)))


@cli.command()
@click.argument("book")
@click.option(
    "--with", "with_", multiple=True, required=True, metavar="NAME", help="Partner, person, consultation or ID."
)
@click.option("--also", multiple=True, metavar="NAME", help="Also present.")
@click.option("--date", "day", callback=day, metavar="YYYY-MM-DD", help="The day; today if left out.")
@click.option("--weather", help="sunny or crisis.")
@click.option("--initiative", help="us, them or together.")
@click.option("--kind", help="visit, meeting, phone, e-mail, joint activity or event.")
@click.option("--state", help="planned, held, cancelled or attempt.")
@click.option("--by", help="The colleague who had the contact.")
@click.option("--topic", help="What it was about, at most 120 characters; no case data.")
@click.option("--promise", help="What was promised.")
@click.option("--promised-by", help="us or them.")
@click.option("--due", callback=day, metavar="YYYY-MM-DD", help="When the promise is due.")
@everywhere
def log(
    options: Options, book: str, with_: tuple[str, ...], also: tuple[str, ...], day: date | None, **rest: Any
) -> None:
    """Add a contact moment as a new row of Moments."""
    from trustbook import console
    from trustbook.log import make_entry

    workbook = options.open(book)
    due = rest.pop("due")
    entry = make_entry(with_=list(with_), also_present=list(also), day=day or options.today, promise_due=due, **rest)
    row = _log(workbook, lambda snapshot: _plan_entry(options, snapshot, entry))
    if options.json:
        console.as_json({"workbook": workbook.name, "row": row, "date": entry.day.isoformat(), "with": list(with_)})
    elif not options.quiet:
        console.tell(options.say("logged", row=row, name=workbook.name))


def _plan_entry(options: Options, snapshot: Snapshot, entry: Entry) -> Changes:
    """The new row; from here on sentences speak the book's own language."""
    from trustbook.listing import book_language, find_lists
    from trustbook.log import plan_entry
    from trustbook.remember import recall

    lists = find_lists(snapshot.grids)
    options.words = options.wanted or book_language(lists)
    changes, book = plan_entry(snapshot, entry, options.today, options.wanted, recall(snapshot, lists))
    options.words = options.lang or book.lang
    return changes


def _log(workbook: Workbook, plan: Callable[[Any], Any]) -> int:
    from trustbook.sync import write_planned

    written = write_planned(workbook, plan)
    return written.rows[0]


@cli.command()
@click.argument("book", required=False)
@click.option("--status", help="Only partners of this status, for example cold.")
@everywhere
def health(options: Options, book: str | None, status: str | None) -> None:
    """Show how every relationship stands, and why. Reads only."""
    from trustbook import console
    from trustbook.columns import STATUSES, choice_names
    from trustbook.names import key

    wanted = choice_names(STATUSES).get(key(status).replace("_", " ")) if status else None
    if status and wanted is None:
        wanted = next((choice for choice in STATUSES if choice.key == status), None)
        if wanted is None:
            raise UsageError("cli.unknown_status", status=status, known=", ".join(c.key for c in STATUSES))
    found, verdicts = options.look(book)
    shown = [verdict for verdict in verdicts if wanted is None or verdict.status == wanted.key]
    if options.json:
        partners = [_verdict_json(found, verdict) for verdict in shown]
        console.as_json({"as_of": options.today.isoformat(), "partners": partners})
    else:
        _health_table(found, shown, options)


def _verdict_json(book: Book, verdict: Verdict) -> dict[str, Any]:
    partner = book.partners[verdict.partner]
    return {
        "id": partner.id,
        "name": partner.name,
        "tier": partner.tier,
        "status": verdict.status,
        "why": verdict.why,
        "hints": [{"code": hint.code, "text": hint.text} for hint in verdict.hints],
        "last_sunny": verdict.last_sunny,
        "last_contact": verdict.last_contact,
        "silence_days": verdict.silence_days,
        "rhythm_days": verdict.rhythm_days,
        "silence_ratio": verdict.silence_ratio,
        "risk": verdict.risk,
        "risk_horizon_days": verdict.risk_horizon_days,
        "due": verdict.due,
        "next_step": verdict.next_step,
        "own_view": partner.own_view,
    }


def _health_table(book: Book, verdicts: list[Verdict], options: Options) -> None:
    from trustbook import console
    from trustbook.columns import HEALTH
    from trustbook.sheets import status_text

    order = {"cold": 0, "crisis_only": 1, "cooling": 2, "new": 3, "warm": 4, "paused": 5, "ended": 6}
    lines = sorted(verdicts, key=lambda v: (order[v.status], v.due or date.max, book.partners[v.partner].name))
    header = [HEALTH.column(name).label(options.words) for name in ("name", "status", "last_sunny", "due", "why")]
    console.table(
        header,
        [
            (
                book.partners[v.partner].name,
                status_text(v.status, options.words),
                _short(v.last_sunny),
                _short(v.due),
                v.why,
            )
            for v in lines
        ],
    )


def _short(day: date | None) -> str:
    return day.strftime("%d-%m-%Y") if day else ""


@cli.command(name="next")
@click.argument("book", required=False)
@everywhere
def next_(options: Options, book: str | None) -> None:
    """Show whom to call first, per colleague. Reads only."""
    from trustbook import console
    from trustbook.agenda import who_to_call
    from trustbook.columns import CALL
    from trustbook.sheets import status_text

    found, verdicts = options.look(book)
    calls = who_to_call(found, verdicts, options.today)
    status = {verdict.partner: verdict.status for verdict in verdicts}
    if options.json:
        rows = [
            {
                "holder": call.holder,
                "id": found.partners[call.partner].id,
                "name": found.partners[call.partner].name,
                "status": status[call.partner],
                "why_now": call.why_now,
                "step": call.step,
            }
            for call in calls
        ]
        console.as_json({"rows": rows})
        return
    header = [CALL.column(name).label(options.words) for name in ("holder", "name", "status", "why_now", "step")]
    console.table(
        header,
        [
            (
                call.holder or "",
                found.partners[call.partner].name,
                status_text(status[call.partner], options.words),
                call.why_now,
                call.step,
            )
            for call in calls
        ],
    )


@cli.command()
@click.argument("book", required=False)
@click.option("--fail-on", type=click.Choice(["issues"]), help="End with exit code 1 if there is anything to check.")
@everywhere
def check(options: Options, book: str | None, fail_on: str | None) -> None:
    """Show every problem with its place, why it matters and the remedy. Reads only."""
    from trustbook import console
    from trustbook.columns import CHECK

    found, _ = options.look(book)
    problems = sorted(found.problems, key=lambda problem: problem.severity != "error")
    if options.json:
        console.as_json({"problems": [_problem_json(problem, options.words) for problem in problems]})
    elif problems:
        header = [CHECK.column(name).label(options.words) for name in ("where", "cell", "what", "fix")]
        lines = [(p, _problem_json(p, options.words)) for p in problems]
        console.table(header, [(p.sheet or "", p.cell or "", j["what"], j["fix"]) for p, j in lines])
    elif not options.quiet:
        console.tell(options.say("nothing_to_check"))
    if fail_on and problems:
        raise click.exceptions.Exit(1)


def _problem_json(problem: Problem, lang: str) -> dict[str, Any]:
    from trustbook.problems import explain

    what, why, fix = explain(problem, lang)
    return {
        "code": problem.code,
        "severity": problem.severity,
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "cell": problem.cell,
        "value": problem.value,
        "what": what,
        "why": why,
        "fix": fix,
    }


for _command in (
    cli_adopt.adopt,
    cli_doctor.doctor,
    cli_network.coverage,
    cli_network.calllist,
    cli_network.card,
    cli_network.guide,
    cli_network.handover,
    cli_overview.overview,
):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code. Every error ends as one sentence on stderr."""
    current.clear()
    try:
        outcome = cli.main(args=arguments, prog_name="trustbook", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`); there is nobody left to tell.
        sys.stderr.close()
        return 0
    except TrustbookError as fault:
        return _failed(fault)
    except PermissionError as fault:
        from trustbook.errors import NoAccess

        return _failed(NoAccess("no_rights", path=fault.filename))
    except Exception as fault:
        return _failed(fault)


def _failed(fault: Exception) -> int:
    from trustbook import console

    options = current[-1] if current else Options(False, False, False, None, None, None)
    if isinstance(fault, TrustbookError):
        console.tell(fault.sentence(options.words))
    else:
        from trustbook.messages import say

        console.tell(say(options.words, "errors.unexpected", what=f"{type(fault).__name__}: {fault}"))
    if options.verbose:
        import traceback

        console.tell("".join(traceback.format_exception(fault)))
    return fault.exit_code if isinstance(fault, TrustbookError) else 1


def run() -> None:
    """The program ``trustbook``."""
    # A command reads, writes and ends; looking for cycles among millions of cells only costs time (a fifth, measured).
    gc.disable()
    sys.exit(main())


if __name__ == "__main__":
    run()
