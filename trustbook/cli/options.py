"""The options every command has, and what a command gets from them: its workbook, its book, its
language.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli import typed
from trustbook.messages import say
from trustbook.problems import did_you_mean

if TYPE_CHECKING:
    from trustbook.config import Target
    from trustbook.errors import TrustbookError
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.run.read import Reading
    from trustbook.workbooks.base import Workbook


# Sentences that say what to type with a workbook that is none of ours yet, and the blank for it.
_WORKBOOK = re.compile(r"(?i)\.xls[xm]$|^\w+://")
_NAMES_THE_BOOK = {"no_partners": "file", "column_missing": "file", "gate.csv": "name"}


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
        # What was asked for; None: nobody said.
        self.wanted = lang
        self._words = lang
        self.keeper: LedgerLocator | None = None
        self.found: Target | None = None
        self.workbooks: list[Workbook] = []
        self.book: str | None = None
        self.all_rows = False

    @property
    def words(self) -> str:
        """The language of the sentences; until a book was read, the one it is likely to have."""
        if self._words is None:
            self._words = typed.book_speaks(self.book)
        return self._words

    @words.setter
    def words(self, lang: str) -> None:
        self._words = lang

    def target(self, book: str | None) -> Target:
        """What the command works on; from here on, sentences speak the language of its settings."""
        from trustbook.config import resolve

        self.book = book
        self.found = target = resolve(book, self.config)
        self.wanted = self.lang or target.language
        self._words = self.wanted
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

    def read(self, book: str | None, facts_on: date | None = None, cells: bool = False) -> Reading:
        """The book as every door gives it, for the commands that only read.

        From here on sentences speak its language. ``facts_on``: a day in the past whose undated
        facts are wanted as well. ``cells``: what people typed is wanted as it stands, too.
        """
        from trustbook.run.read import Request, read_book

        now = datetime.now().astimezone()
        workbooks = self.open_all(book)
        request = Request(self.today, now, self.wanted, facts_on, recalls=not cells)
        reading = read_book(workbooks, self.keeper, request)
        self.words = self.lang or reading.book.lang
        if self.words != reading.book.lang:
            reading = reading.in_language(self.words, self.today)
        return reading

    def read_and_tell(
        self, book: str | None, facts_on: date | None = None, cells: bool = False
    ) -> Reading:
        """``read``, and on stderr what people must know of it before anything else."""
        reading = self.read(book, facts_on, cells)
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
            why = self.sentence(fault)
            console.tell(say(self.words, "ledger.skipped", name=name, why=why))

    def _of_that_day(self, reading: Reading) -> Iterator[str]:
        """What is particular to a day in the past: who is left out, what is known of it."""
        if reading.book.not_yet:
            yield self.say("not_yet", count=reading.book.not_yet)
        if reading.judged[0].facts == "first" and reading.memory:
            yield self.say("facts_first")

    def sentence(self, fault: TrustbookError) -> str:
        """What a fault says, with the book as it was typed in the commands that mend it."""
        fault.params.setdefault("of_book", typed.book_typed(self.book))
        if self.book and (blank := _NAMES_THE_BOOK.get(fault.key)):
            fault.params[blank] = self.book
        near = typed.nearest_file(str(fault.params.get("name", "")))
        hints = did_you_mean(near, self.words) if fault.key == "gate.no_such_file" else ""
        return fault.sentence(self.words) + hints

    def say(self, key: str, **params: object) -> str:
        """A text of this room in the language of the command."""
        return say(self.words, f"cli.{key}", **params)


# The options of the command that runs, for the sentence that ends it when it fails.
current: list[Options] = []


def damage_behind_failure(options: Options) -> TrustbookError | None:
    """The damage in the book's memory that lies behind a failure nobody foresaw, if any does."""
    from trustbook.ledger.content import damage_behind

    with suppress(Exception):  # if that fails as well, the first failure is what is told
        return damage_behind(options.keeper, options.workbooks) if options.keeper else None
    return None


def _tell_failed_nights() -> None:
    """Say first which nights failed: nobody looks at a log. A sync finds out itself."""
    from trustbook.run.alarms import alarms

    if standing := alarms():
        from trustbook.cli import console

        for one in standing.values():
            console.tell(one)


book_argument = click.argument("book", required=False)
"""BOOK, which may be left out where trustbook.toml names one book only."""


def day_of_option(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> date | None:
    """The day an option names, as people type it; click's callback for every option with a day.

    Today is the day of ``--today``, which is read before any other.
    """
    if value is None:
        return None
    from trustbook.dates import Unreadable, read_said_day

    today = context.params.get("today") or date.today()  # noqa: DTZ011 - as above
    try:
        return read_said_day(value, today, _date_order(value))
    except Unreadable as unread:
        raise NoDay(unread.code == "date_ambiguous", context, parameter) from None


def _date_order(value: str) -> str:
    """The language that says which number of ``3/4/2026`` is the month; most days need none."""
    return typed.book_speaks() if "/" in value else "nl"


class NoDay(click.BadParameter):
    """An option that wants a day got something else, or what may be two days."""

    def __init__(self, unsure: bool, context: click.Context, parameter: click.Parameter) -> None:
        super().__init__("no day", context, parameter)
        self.fits = "fits_day_sure" if unsure else "fits_day"


def everywhere(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that every command has, as its first argument."""

    @click.option("--json", "as_json", is_flag=True)
    @click.option("--quiet", is_flag=True)
    @click.option("--verbose", is_flag=True)
    @click.option(
        "--today",
        callback=day_of_option,
        is_eager=True,
        metavar="DAY",
    )
    @click.option("--lang", type=click.Choice(["nl", "en"]))
    @click.option(
        "--config",
        type=click.Path(path_type=Path),
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
        spoken = lang or typed.typed_behind("--lang")  # before the command it holds as well
        options = Options(as_json, quiet, verbose, today, spoken, config)
        options.all_rows = bool(rest.pop("all_rows", False))
        current.append(options)
        if not quiet and click.get_current_context().info_name != "sync":
            _tell_failed_nights()
        return command(options, **rest)

    return wrapped


def names_a_workbook(text: str) -> bool:
    """Whether what was typed can be nothing but a workbook: a file of Excel, or an address."""
    return bool(_WORKBOOK.search(text))


def book_and_name(book: str | None, name: str | None, lacking: str) -> tuple[str | None, str]:
    """BOOK and the name behind it. Of one argument too few it is BOOK that was left out, unless
    the one is a workbook: then UsageError ``lacking``.
    """
    from trustbook.errors import UsageError

    if book is None or (name is None and names_a_workbook(book)):
        raise UsageError(lacking)
    return (None, book) if name is None else (book, name)
