"""Commands that only look: health, check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.cli.views import View, with_view
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.columns import Choice
    from trustbook.health.verdict import Verdict
    from trustbook.model import Book, Problem
    from trustbook.sheets.check_lines import CheckLine


@explained()
@book_argument
@click.option("--status")
@with_view
@with_all
@everywhere
def health(
    options: Options,
    book: str | None,
    status: str | None,
    phenomenon: str | None,
    area: str | None,
) -> None:
    """Show how every relationship stands, and why. Reads only."""
    from trustbook.cli import console

    wanted = _status(status, options) if status else None
    reading = options.read_and_tell(book)
    part = View(phenomenon, area).of(options, reading.book, reading.verdicts)
    shown = [one for one in part if wanted is None or one.status == wanted.key]
    if options.json:
        partners = [_verdict_json(reading.book, verdict) for verdict in shown]
        data = {"as_of": options.today.isoformat(), "partners": partners}
        console.print_json({**data, **reading.as_json()})
    else:
        health_table(reading.book, shown, options)


def _status(text: str, options: Options) -> Choice:
    """The status of this name in either language, or of this key."""
    from trustbook.columns import STATUSES, choice_names
    from trustbook.names import key

    named = choice_names(STATUSES).get(key(text).replace("_", " "))
    found = named or next((choice for choice in STATUSES if choice.key == text), None)
    if found is None:
        known = ", ".join(choice.label(options.words).lower() for choice in STATUSES)
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

    if not (book.partners or options.quiet):
        console.tell(options.say("standing_empty"))
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
    listing = FirstRows(options)
    listing.table(
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
    listing.end()


def _short(day: date | None) -> str:
    return day.strftime("%d-%m-%Y") if day else ""


@explained("check")
@book_argument
@click.option(
    "--fail-on",
    type=click.Choice(["issues"]),
)
@with_all
@everywhere
def check_command(options: Options, book: str | None, fail_on: str | None) -> None:
    """Show every problem with its place, why it matters and the remedy. Reads only."""
    from trustbook.cli import console
    from trustbook.run.rehearsal import with_what_stops
    from trustbook.sheets.check_lines import check_lines

    reading = options.read_and_tell(book)
    reading = with_what_stops(reading, options.workbooks)
    problems = sorted(reading.problems, key=lambda problem: problem.severity != "error")
    lines = check_lines(problems, options.words)
    if options.json:
        told = [problem_json(problem, options.words) for problem in problems]
        found = {"problems": told, "lines": [_line_json(line) for line in lines]}
        console.print_json({**found, **reading.as_json()})
    elif lines:
        _line_table(lines, options)
        _tell_where_to_answer(lines, reading.memory, options)
    elif not options.quiet:
        console.tell(options.say("nothing_to_check"))
    if fail_on and problems:
        raise click.exceptions.Exit(1)


def _line_table(lines: Sequence[CheckLine], options: Options) -> None:
    from trustbook.columns import CHECK

    lang, listing = options.words, FirstRows(options)
    header = [CHECK.column(name).label(lang) for name in ("where", "cell", "what", "fix")]
    told: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        row = (line.first.sheet or "", _cells(line), _asked(line, lang), line.fix)
        told.setdefault(row, []).append(line.first.workbook or "")
    all_of_them = len(options.workbooks)
    rows = [
        (_where(row[0], names if len(names) < all_of_them else ()), *row[1:])
        for row, names in told.items()
    ]
    listing.table(header, rows, title=2)
    listing.end()


def _tell_where_to_answer(lines: Sequence[CheckLine], synced: bool, options: Options) -> None:
    """An answer is typed in the workbook, on a sheet that stands there once it was synced."""
    if not synced or all(line.takes == "nothing" for line in lines):
        return
    from trustbook.cli import console
    from trustbook.columns import CHECK

    names = {
        "sheet": CHECK.label(options.words),
        "column": CHECK.column("answer").label(options.words),
    }
    console.tell(options.say("answer_there", **names))


def _where(sheet: str, workbooks: Sequence[str]) -> str:
    """A sheet, with the workbooks it stands in where it is not so in all of them."""
    named = ", ".join(filter(None, workbooks))
    return f"{named}: {sheet}" if named else sheet


def _asked(line: CheckLine, lang: str) -> str:
    """What is wrong; where one hint does not say it already, with what is proposed."""
    from trustbook.columns import CHECK

    hints = line.first.params.get("hints", ())
    only = not isinstance(hints, tuple) or len(hints) < 2
    if only and line.proposal.rstrip("?") in line.what:
        return line.what
    label = CHECK.column("proposal").label(lang)
    return f"{line.what} {label}: {line.proposal}".replace("\n", " ")


def _cells(line: CheckLine) -> str:
    """The first cells of a line, and how many more there are."""
    more = f" +{len(line.cells) - 3}" if len(line.cells) > 3 else ""
    return f"{', '.join(line.cells[:3])}{more}"


def _line_json(line: CheckLine) -> dict[str, Any]:
    """A line of To check as machines get it."""
    return {
        "code": line.first.code,
        "severity": line.first.severity,
        "count": line.count,
        "sheet": line.first.sheet,
        "column": line.column,
        "cells": line.cells,
        "what": line.what,
        "why": line.why,
        "fix": line.fix,
        "proposal": line.proposal or None,
        "since": line.since,
        "reference": line.reference or None,
    }


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
