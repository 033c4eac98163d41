"""The options every command has, and what a command gets from them: its workbook, its book, its
language.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.messages import say

if TYPE_CHECKING:
    from trustbook.config import Target
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.run.read import Reading
    from trustbook.workbooks.base import Workbook


class Options:
    """What is the same for every command: output, the day to compute as of, language, settings
    file.
    """

    def __init__(
        self,
        json: bool,
        quiet: bool,
        verbose: bool,
        today: date | None,
        lang: str | None,
        config: Path | None,
    ):
        self.json, self.quiet, self.verbose = json, quiet, verbose
        self.today = today or date.today()  # noqa: DTZ011 - people's days are local days
        self.lang, self.config = lang, config
        # What was asked for (None: nobody said), and what is spoken until a book tells its own
        # language.
        self.wanted = lang
        self.words = lang or "nl"
        self.keeper: LedgerLocator | None = None
        self.workbooks: list[Workbook] = []

    def target(self, book: str | None) -> Target:
        """What the command works on; from here on, sentences speak the language of its settings."""
        from trustbook.config import resolve

        target = resolve(book, self.config)
        self.wanted = self.lang or target.language
        self.words = self.wanted or "nl"
        return target

    def open_all(self, book: str | None) -> list[Workbook]:
        """The workbooks the command works on; they are ``workbooks``, and their memory is with
        ``keeper``, from here on."""
        from trustbook.run.open_target import open_target

        self.workbooks, self.keeper = open_target(self.target(book))
        return self.workbooks

    def open(self, book: str | None) -> Workbook:
        """The workbook the command works on: of several, the first."""
        return self.open_all(book)[0]

    def read(self, book: str | None, facts_on: date | None = None) -> Reading:
        """The book as every door gives it, for the commands that only read.

        From here on sentences speak its language. ``facts_on``: a day in the past whose undated
        facts are wanted as well.
        """
        from trustbook.run.read import Request, read_book

        now = datetime.now().astimezone()
        workbooks = self.open_all(book)
        request = Request(self.today, now, self.wanted, facts_on)
        reading = read_book(workbooks, self.keeper, request)
        self.words = self.lang or reading.book.lang
        if self.words != reading.book.lang:
            reading = reading.in_language(self.words, self.today)
        return reading

    def read_and_tell(self, book: str | None) -> Reading:
        """``read``, and on stderr what people must know of it before anything else."""
        reading = self.read(book)
        self.tell(reading)
        return reading

    def tell(self, reading: Reading) -> None:
        """Say what a sync would stop at, that there is no memory, who is left out."""
        from trustbook.cli import console
        from trustbook.run.stop_note import what_is_shown

        untrue = reading.stopped or reading.elsewhere
        for line in what_is_shown(reading, self.words) if untrue or not self.quiet else ():
            console.tell(line)
        for line in self._of_that_day(reading) if not self.quiet else ():
            console.tell(line)
        for name, fault in reading.skipped:
            why = fault.sentence(self.words)
            console.tell(say(self.words, "ledger.skipped", name=name, why=why))

    def _of_that_day(self, reading: Reading) -> Iterator[str]:
        """What is particular to a day in the past: who is left out, what is known of it."""
        if reading.book.not_yet:
            yield self.say("not_yet", count=reading.book.not_yet)
        if reading.judged[0].facts == "first" and reading.memory:
            yield self.say("facts_first")

    def say(self, key: str, **params: object) -> str:
        """A text of this room in the language of the command."""
        return say(self.words, f"cli.{key}", **params)


# The options of the command that runs, for the sentence that ends it when it fails.
current: list[Options] = []


def day_of_option(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> date | None:
    """The day an option names; click's callback for every option with a day."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is not a day; write YYYY-MM-DD", context, parameter
        ) from None


def everywhere(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that every command has, as its first argument."""

    @click.option("--json", "as_json", is_flag=True, help="Print data as JSON.")
    @click.option(
        "--quiet", is_flag=True, help="Print nothing but data that was asked for, and errors."
    )
    @click.option(
        "--verbose", is_flag=True, help="Say more; show a traceback when something fails."
    )
    @click.option(
        "--today", callback=day_of_option, metavar="YYYY-MM-DD", help="Compute as of that day."
    )
    @click.option(
        "--lang", type=click.Choice(["nl", "en"]), help="Language of texts and of new sheets."
    )
    @click.option(
        "--config",
        type=click.Path(path_type=Path),
        help="Another settings file than trustbook.toml.",
    )
    @functools.wraps(command)
    def wrapped(
        as_json: bool,
        quiet: bool,
        verbose: bool,
        today: date | None,
        lang: str | None,
        config: Path | None,
        **rest: Any,
    ) -> Any:
        options = Options(as_json, quiet, verbose, today, lang, config)
        current.append(options)
        return command(options, **rest)

    return wrapped
