"""The command that writes a contact down."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from trustbook.cli import typed
from trustbook.cli.help import explained
from trustbook.cli.options import Options, book_argument, day_of_option, everywhere
from trustbook.errors import Busy


@explained("log")
@book_argument
@click.option(
    "--with",
    "with_",
    multiple=True,
    required=True,
    metavar="NAME",
)
@click.option("--also", multiple=True, metavar="NAME")
@click.option(
    "--date",
    "day",
    callback=day_of_option,
    metavar="DAY",
)
@click.option("--weather")
@click.option("--initiative")
@click.option("--kind")
@click.option("--state")
@click.option("--by")
@click.option("--topic")
@click.option("--promise")
@click.option("--promised-by")
@click.option("--due", callback=day_of_option, metavar="DAY")
@click.option("--answered")
@everywhere
def log_command(
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
        why = options.sentence(done.why)
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
        assert done.row is not None
        console.tell(_answer(options, book, done.row, done.workbook))


def _answer(options: Options, book: str | None, row: int, name: str) -> str:
    """What was logged, read back from the book; where it does not count, how to see why."""
    from trustbook.messages import say
    from trustbook.run.log_answer import logged_in_words

    reading = options.read(book)
    lang = options.words
    said = logged_in_words(reading.book, reading.verdicts, row, lang)
    command = f"trustbook check{typed.book_typed(book)}"
    return said or say(lang, "log.not_counted", row=row, name=name, command=command)
