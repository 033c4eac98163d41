"""Commands that only look: health, next, check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.options import Options, everywhere
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.columns import Choice
    from trustbook.health.verdict import Verdict
    from trustbook.model import Book, Problem


@click.command()
@click.argument("book", required=False)
@click.option("--status", help="Only partners of this status, for example cold.")
@everywhere
def health(options: Options, book: str | None, status: str | None) -> None:
    """Show how every relationship stands, and why. Reads only."""
    from trustbook.cli import console

    wanted = _status(status) if status else None
    reading = options.read_and_tell(book)
    shown = [one for one in reading.verdicts if wanted is None or one.status == wanted.key]
    if options.json:
        partners = [_verdict_json(reading.book, verdict) for verdict in shown]
        data = {"as_of": options.today.isoformat(), "partners": partners}
        console.print_json({**data, **reading.as_json()})
    else:
        health_table(reading.book, shown, options)


def _status(text: str) -> Choice:
    """The status of this name in either language, or of this key."""
    from trustbook.columns import STATUSES, choice_names
    from trustbook.names import key

    named = choice_names(STATUSES).get(key(text).replace("_", " "))
    found = named or next((choice for choice in STATUSES if choice.key == text), None)
    if found is None:
        known = ", ".join(choice.key for choice in STATUSES)
        raise UsageError("cli.unknown_status", status=text, known=known)
    return found


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


def health_table(book: Book, verdicts: list[Verdict], options: Options) -> None:
    """The verdicts for people, what needs us first on top."""
    from trustbook.cli import console
    from trustbook.columns import HEALTH
    from trustbook.sheets.verdicts import status_text

    order = {
        "cold": 0,
        "crisis_only": 1,
        "cooling": 2,
        "new": 3,
        "warm": 4,
        "paused": 5,
        "ended": 6,
    }
    lines = sorted(
        verdicts, key=lambda v: (order[v.status], v.due or date.max, book.partners[v.partner].name)
    )
    header = [
        HEALTH.column(name).label(options.words)
        for name in ("name", "status", "last_sunny", "due", "why")
    ]
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


@click.command(name="next")
@click.argument("book", required=False)
@everywhere
def next_(options: Options, book: str | None) -> None:
    """Show whom to call first, per colleague. Reads only."""
    from trustbook.cli import console
    from trustbook.columns import CALL
    from trustbook.network.agenda import who_to_call
    from trustbook.sheets.verdicts import status_text

    reading = options.read_and_tell(book)
    found, verdicts = reading.book, reading.verdicts
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
        console.print_json({"rows": rows, **reading.as_json()})
        return
    header = [
        CALL.column(name).label(options.words)
        for name in ("holder", "name", "status", "why_now", "step")
    ]
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


@click.command("check")
@click.argument("book", required=False)
@click.option(
    "--fail-on",
    type=click.Choice(["issues"]),
    help="End with exit code 1 if there is anything to check.",
)
@everywhere
def check_command(options: Options, book: str | None, fail_on: str | None) -> None:
    """Show every problem with its place, why it matters and the remedy. Reads only."""
    from trustbook.cli import console
    from trustbook.run.rehearsal import with_what_stops

    reading = options.read_and_tell(book)
    reading = with_what_stops(reading, options.workbooks)
    problems = sorted(reading.problems, key=lambda problem: problem.severity != "error")
    if options.json:
        told = [problem_json(problem, options.words) for problem in problems]
        console.print_json({"problems": told, **reading.as_json()})
    elif problems:
        _problem_table(problems, options.words)
    elif not options.quiet:
        console.tell(options.say("nothing_to_check"))
    if fail_on and problems:
        raise click.exceptions.Exit(1)


def _problem_table(problems: Sequence[Problem], lang: str) -> None:
    from trustbook.cli import console
    from trustbook.columns import CHECK

    header = [CHECK.column(name).label(lang) for name in ("where", "cell", "what", "fix")]
    told = [problem_json(problem, lang) for problem in problems]
    rows = [(one["sheet"] or "", one["cell"] or "", one["what"], one["fix"]) for one in told]
    console.table(header, rows)


def problem_json(problem: Problem, lang: str) -> dict[str, Any]:
    """A problem as machines get it."""
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
