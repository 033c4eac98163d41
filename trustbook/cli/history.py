"""The commands of memory: what happened, and bringing an earlier state back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli import typed
from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_argument, everywhere, names_a_workbook

if TYPE_CHECKING:
    from trustbook.ledger import Ledger
    from trustbook.run.history import HistoryLine
    from trustbook.run.restore import Later, Restored
    from trustbook.workbooks.base import Workbook


@explained("history")
@book_argument
@click.argument("id_", metavar="[ID]", required=False)
@with_all
@everywhere
def history_command(options: Options, book: str | None, id_: str | None) -> None:
    """Show what each run did, or all that happened to the row with an ID."""
    from trustbook.run import history as past

    workbook = options.open(book)
    with _memory(options, workbook) as ledger:
        lang = None if options.json else options.words
        if id_ is not None:
            _show_row(options, past.of_row(ledger, id_, lang))
            return
        runs = past.of_runs(ledger)
        typed = past.typed_where_we_write(ledger, lang)
        waiting = past.waiting_moments(ledger, lang)
    _show_runs(options, runs, typed, waiting)


def _show_row(options: Options, lines: Sequence[HistoryLine]) -> None:
    """All that happened to one row."""
    from trustbook.cli import console

    if options.json:
        console.print_json({"id": lines[0].id, "events": [asdict(line) for line in lines]})
        return
    rows = [
        _line(line, _say(options.words, line.what), line.source, line.column)
        for line in reversed(lines)
    ]
    listing = FirstRows(options)
    _table(listing, "when run what source column old new", rows, options.words)
    listing.end()


def _show_runs(
    options: Options,
    runs: list[dict[str, Any]],
    typed: Sequence[HistoryLine],
    waiting: Sequence[Mapping[str, Any]],
) -> None:
    """What each run did, what was typed where only trustbook writes, and the moments that wait."""
    from trustbook.cli import console

    lang = options.words
    if options.json:
        lines = [asdict(line) for line in typed]
        console.print_json({"runs": runs, "typed": lines, "waiting": waiting})
        return
    listing = FirstRows(options)
    _table(listing, "when run what", [_run_row(run, lang) for run in reversed(runs)], lang)
    if typed:
        console.out(_say(lang, "typed_below"))
        rows = [
            (*_line(line, line.source, line.sheet, line.id, line.column)[:-2], line.new or "")
            for line in reversed(typed)
        ]
        _table(listing, "when run source sheet cell column typed_text", rows, lang)
    if waiting:
        console.out(_say(lang, "waiting_below"))
        _moments_table(listing, waiting, lang)
    listing.end()


def _moments_table(listing: FirstRows, waiting: Sequence[Mapping[str, Any]], lang: str) -> None:
    from trustbook.columns import MOMENTS

    columns = [MOMENTS.column(name) for name in ("id", "date", "with", "topic")]
    rows = [tuple(one.get(column.key) or "" for column in columns) for one in waiting]
    listing.table([column.label(lang) for column in columns], rows)


def _table(listing: FirstRows, names: str, rows: Sequence[tuple[str, ...]], lang: str) -> None:
    """A table with a header for each of ``names``, parted by spaces."""
    headers = [_say(lang, name) for name in names.split()]
    listing.table([header[:1].upper() + header[1:] for header in headers], rows)


def _line(line: HistoryLine, *middle: str | None) -> tuple[str, ...]:
    """A row of a table: when and in which run, whatever it is about, what it was and became."""
    run = "" if line.run is None else str(line.run)
    cells = (_time(line.at) or "-", run, *middle, line.old, line.new)
    return tuple(cell or "" for cell in cells)


def _memory(options: Options, workbook: Workbook, reads_only: bool = True) -> Ledger:
    """The ledger of a workbook; from here on sentences speak the language the book was last read
    in.
    """
    from trustbook.run import history as past

    assert options.keeper is not None
    ledger = past.memory_of_book(options.keeper, workbook, reads_only)
    options.words = options.lang or past.ledger_language(ledger, workbook) or options.words
    return ledger


def _run_row(run: dict[str, Any], lang: str) -> tuple[str, ...]:
    """When a run was, its number, and what it did in words."""
    counts = {
        "cells": sum(workbook["cells"] for workbook in run.get("workbooks", ())),
        "rows": run.get("learned", 0),
        "archived": run.get("archived", 0),
    }
    said = [_say(lang, f"did_{name}", count=count) for name, count in counts.items() if count]
    if "restored" in run:
        said.insert(0, _say(lang, "back_to", run=run["restored"]))
    return _time(run["at"]), str(run["run"]), ", ".join(said) or _say(lang, "did_nothing")


def _say(lang: str, name: str, **params: object) -> str:
    from trustbook.messages import say

    return say(lang, f"history.{name}", **params)


def _time(at: str) -> str:
    return datetime.fromisoformat(at).strftime("%d-%m-%Y %H:%M") if at else ""


@explained("merge")
@click.argument("names", nargs=-1, required=True, metavar="[BOOK] PARTNER SAME")
@click.option("--undo", is_flag=True)
@everywhere
def merge_command(options: Options, names: tuple[str, ...], undo: bool) -> None:
    """Say that two partners are one: all that was meant for SAME is meant for PARTNER."""
    from trustbook.cli import console
    from trustbook.errors import UsageError
    from trustbook.messages import say
    from trustbook.run.merge_partners import merge_partners, part_partners

    if not _are_two_partners(names):
        raise UsageError("merge_names")
    *book, kept, gone = names
    found = options.read_and_tell(book[0] if book else None).book
    workbook = options.open(book[0] if book else None)
    change = part_partners if undo else merge_partners
    with workbook.locked(), _memory(options, workbook, reads_only=False) as ledger:
        done = change(ledger, found.whole or found, kept, gone)
    if options.json:
        console.print_json({"kept": done.kept, "merged": done.gone, "id": done.identity})
    elif not options.quiet:
        key = "history.parted" if undo else "history.merged"
        console.out(say(options.words, key, kept=done.kept, gone=done.gone))


@explained("restore")
@book_argument
@click.option("--run", "run", type=int, required=True, metavar="N")
@click.option("--dry-run", is_flag=True)
@everywhere
def restore_command(options: Options, book: str | None, run: int, dry_run: bool) -> None:
    """Bring the workbook and its records back to the end of a run; keep today's file beside it."""
    from trustbook.cli import console
    from trustbook.errors import Busy
    from trustbook.messages import say
    from trustbook.run.restore import later_than, restore

    workbook = options.open(book)
    with _memory(options, workbook) as ledger:
        later, known = later_than(ledger, run), ledger.known(workbook.address)
    if dry_run:
        as_left = known is not None and workbook.standing() in (None, known.version)
        _tell_dry(options, run, later, None if as_left else workbook.name)
        return
    assert options.keeper is not None
    now = datetime.now().astimezone()
    try:
        done = restore(workbook, run, options.keeper, options.today, now, options.wanted)
    except Busy as busy:
        command = typed.typed_again()
        left = say(options.words, "history.not_restored", name=workbook.name, command=command)
        console.tell(f"{options.sentence(busy)} {left}")
        raise click.exceptions.Exit(busy.exit_code) from None
    if options.json:
        aside = str(done.aside) if done.aside else None
        told = {"restored": run, "run": done.report.run, "kept_aside": aside}
        console.print_json(told | _later_json(done.later))
    elif not options.quiet:
        options.words = options.lang or done.report.lang
        console.tell(" ".join(_restored_in_words(done, workbook.name, run, options.words)))


def _tell_dry(options: Options, run: int, later: Later, saved: str | None) -> None:
    """What would not be in the book any more; nothing is done. ``saved`` is the workbook, where it
    was saved since the last run.
    """
    from trustbook.cli import console
    from trustbook.messages import say

    if options.json:
        told = {"restored": None, **_later_json(later), "saved_since": saved is not None}
        console.print_json(told)
        return
    console.out(_say(options.words, "would_restore", run=run, **asdict(later)))
    if saved is not None:
        console.out(say(options.words, "history.typed_since", name=saved))


def _later_json(later: Later) -> dict[str, int]:
    return {"rows_left_out": later.rows, "edits_left_out": later.edits}


def _restored_in_words(done: Restored, name: str, run: int, lang: str) -> Iterator[str]:
    """What was brought back, and where today's file lies."""
    from trustbook.messages import say

    kind = "file" if done.backup else "cells"
    yield say(lang, f"history.restored_{kind}", name=name, run=run)
    if done.later.rows or done.later.edits:
        yield say(lang, "history.left_out", run=run, **asdict(done.later))
    if done.aside is not None:
        yield say(lang, "history.aside", aside=done.aside)
    elif done.backup is not None:
        yield say(lang, "history.no_aside")


def _are_two_partners(names: tuple[str, ...]) -> bool:
    """Whether two partners were typed, with a workbook before them or without."""
    return len(names) == 3 or (len(names) == 2 and not names_a_workbook(names[0]))
