"""What a sync came to: for machines, and for people with whom to call first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trustbook.cli import typed
from trustbook.cli.calls import CallLines
from trustbook.cli.options import Options
from trustbook.cli.verdicts import problem_json

if TYPE_CHECKING:
    from trustbook.model import Problem
    from trustbook.run.report import Report

# On a narrow screen one call takes many lines; the command for all stands below.
_WIDE = 80


def report_json(report: Report, options: Options) -> dict[str, Any]:
    """What a sync came to, as machines get it."""
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
        "proposals": report.proposals,
        "erased_again": report.erased_again,
        "not_in_copy": report.left.as_counts() if report.left else None,
    }


def _place_json(problem: Problem) -> dict[str, Any]:
    return {"workbook": problem.workbook} if problem.workbook else {}


def show_summary(report: Report, options: Options, book: str | None) -> None:
    """What a sync came to, and whom to call; after the first, the three things to do.

    ``book`` is how the book is typed.
    """
    from trustbook.cli import console

    names = [str(workbook["name"]) for workbook in report.workbooks]
    if report.start_here and not report.dry_run:
        console.paragraph(options.say("start_here", sheet=report.start_here), 0)
    for workbook in report.workbooks:
        console.paragraph(options.say(_outcome(report), **workbook), 0)
    _tell_left_out(report, options)
    _tell_dropdowns_gone(report, options)
    for line in _standing_lines(names, [_standing(one, options) for one in report.standings]):
        console.paragraph(line, 0)
    _tell_to_check(names, report, options, book)
    _tell_what_to_do(report, options, book)


def _outcome(report: Report) -> str:
    """Which sentence says what a run came to."""
    if not report.changed:
        return "unchanged"
    if report.dry_run:
        return "plan"
    return "synced_older" if report.left else "synced"


def _tell_left_out(report: Report, options: Options) -> None:
    """What is in the book no more, or not in the older copy that was gone on with."""
    from trustbook.cli import console
    from trustbook.run.rebase import told_of

    if report.erased_again:
        console.paragraph(options.say("erased_again", count=report.erased_again), 0)
    if report.retired:
        console.paragraph(options.say("retired", count=report.retired), 0)
    if report.left:
        for line in told_of(report.left, options.words, report.dry_run):
            console.out(line)


def _tell_dropdowns_gone(report: Report, options: Options) -> None:
    from trustbook.cli import console

    if report.dropdowns_gone:
        gone = ", ".join(dict.fromkeys(report.dropdowns_gone))
        console.paragraph(options.say("dropdowns_gone", sheets=gone), 0)


def _tell_what_to_do(report: Report, options: Options, book: str | None) -> None:
    """Whom to call first; after the first sync, what to do with the book from now on."""
    from trustbook.cli import console

    of_book = typed.book_typed(book)
    if report.book is not None and not report.dry_run:
        _first_calls(report, options, of_book)
    if report.run == 1 and report.changed and not report.dry_run:
        key = "first_steps" if report.standing else "first_steps_empty"
        console.out("")
        for line in options.say(key, book=of_book, name=report.workbooks[0]["name"]).splitlines():
            console.out(line)


def _first_calls(report: Report, options: Options, of_book: str) -> None:
    from trustbook.cli import console

    assert report.book is not None
    most = 2 if console.line_width() >= _WIDE else 1
    calls = CallLines(report.book, report.verdicts, options.today)
    if calls.calls:
        console.out("")
        calls.show(calls.calls[:most])
    if left := len(calls.calls[most:]):
        command = f"trustbook next{of_book} --all"
        console.out(options.say("more", count=left, command=command))


def _standing_lines(names: list[str], standings: list[str]) -> list[str]:
    """One network, so mostly one line; a workbook that holds other partners, or other IDs, has its
    own.
    """
    if len(set(standings)) > 1:
        named = zip(names, standings, strict=True)
        return [f"{name}: {line}" if name else line for name, line in named]
    return standings[:1]


def _tell_to_check(names: list[str], report: Report, options: Options, book: str | None) -> None:
    """How many lines there are to check, for each workbook where they have a place in one."""
    from trustbook.cli import console
    from trustbook.sheets.check_lines import check_lines

    lines = check_lines(report.problems, options.words)
    if lines and not lines[0].first.workbook:
        console.out(options.say("to_check", count=len(lines), book=typed.book_typed(book)))
        return
    for name in dict.fromkeys(names):
        if count := sum(line.first.workbook == name for line in lines):
            console.out(options.say("to_check_in", name=name, count=count))


def _standing(counts: Mapping[str, int], options: Options) -> str:
    from trustbook.columns import STATUSES

    if not counts:
        return options.say("standing_empty")
    parts = [
        f"{counts[one.key]} {one.label(options.words).lower()}"
        for one in reversed(STATUSES)
        if one.key in counts
    ]
    return options.say("standing", partners=sum(counts.values()), standing=", ".join(parts))


def tell_left_to_do(report: Report, options: Options) -> None:
    """Say what is left to do after a sync, and which workbooks were left as they were."""
    from trustbook.cli import console
    from trustbook.messages import say

    if folder := options.keeper.warning() if options.keeper else None:
        console.tell(say(options.words, "ledger.synced_folder", folder=folder))
    if report.no_copy is not None:
        why = options.sentence(report.no_copy)
        console.tell(say(options.words, "ledger.copy_not_kept", why=why))
    if report.conflicts and not options.quiet and not options.json:
        console.out(say(options.words, "ledger.conflicts", count=len(report.conflicts)))
    for name, fault in report.skipped:
        console.tell(say(options.words, "ledger.skipped", name=name, why=options.sentence(fault)))
