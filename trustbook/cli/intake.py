"""The command that takes contacts in: import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli import typed
from trustbook.cli.help import explained
from trustbook.cli.options import Options, book_argument, day_of_option, everywhere
from trustbook.errors import Busy, TrustbookError, UsageError

if TYPE_CHECKING:
    from trustbook.intake.contacts import Findings
    from trustbook.intake.proposing import ImportOutcome
    from trustbook.model import Book
    from trustbook.run.intake import TakenIn
    from trustbook.workbooks.base import Workbook

_SOURCES = (
    ".ics",
    ".ical",
    ".icalendar",
    ".csv",
    ".tsv",
    ".tab",
    ".vcf",
    ".vcard",
    ".json",
    ".txt",
)
_MOST_NAMES = 12


@explained("import")
@book_argument
@click.argument("sources", nargs=-1, metavar="FILE|FOLDER|ADDRESS...")
@click.option("--as", "as_what", type=click.Choice(["calendar", "log"]))
@click.option("--since", callback=day_of_option, metavar="DAY")
@everywhere
def import_command(
    options: Options,
    book: str | None,
    sources: tuple[str, ...],
    as_what: str | None,
    since: date | None,
) -> None:
    """Take contacts in from calendars and lists, as proposals that wait for a yes."""
    from trustbook.run.intake import Intake

    book, places = book_and_sources([*([book] if book else ()), *sources])
    workbooks = options.open_all(book)
    if len(places) == 1 and _is_a_book(Path(places[0])):
        _fill(options, workbooks, Path(places[0]))
        return

    files = _files_named(places, as_what)
    find = partial(_find, options, places, files, as_what, since)
    now = datetime.now().astimezone()
    taken = Intake(workbooks, options.keeper, options.today, now, options.wanted)
    done = taken.take_in_and_show(find)
    options.words = options.lang or done.lang
    _tell(options, book, done)
    if since is None and not (options.quiet or options.json):
        _tell_older(options, done)
    if done.why is not None:
        _tell_waiting(options, done.why, workbooks[0].name)
        raise click.exceptions.Exit(Busy.exit_code)


def _find(
    options: Options,
    places: Sequence[str],
    files: Sequence[Path],
    as_what: str | None,
    since: date | None,
    found: Book,
) -> Findings:
    """What the files and the calendars hold for the book that was found."""
    from trustbook.adopt.sources import Looking, fetch_calendars, read_sources

    looking = Looking.on(options.today, since, found)
    findings = read_sources(files, looking, as_what)
    addresses = [place for place in places if "://" in place]
    logins = options.found.access.logins if options.found else {}
    for one in fetch_calendars(addresses, logins, looking.window):
        findings.add(one.find(looking))
    return findings


def _tell_waiting(options: Options, why: TrustbookError, workbook: str) -> None:
    """That what was found waits until its workbook can take it."""
    from trustbook.cli import console

    name = why.params.get("name", workbook)
    console.tell(_say(options, "waits", name=name, why=options.sentence(why)))


def _tell_older(options: Options, done: TakenIn) -> None:
    """That a first import looks back so far, and how to look further."""
    from trustbook.cli import console

    if done.outcome.skipped["older"]:
        console.tell(_say(options, "older", day=f"{options.today - timedelta(days=365)}"))


def _files_named(places: Sequence[str], as_what: str | None) -> list[Path]:
    """The files that were typed, looked for before the sync that comes first: a name that was
    misspelt must change nothing.
    """
    from trustbook.adopt.sources import files_in

    return files_in([place for place in places if "://" not in place], as_what)


def _is_a_book(path: Path) -> bool:
    """Whether a file is to be a whole book, and no contacts out of another program."""
    from trustbook.adopt.monica import monica_account
    from trustbook.adopt.sources import text_of_file

    if path.suffix.lower() != ".json":
        return False
    return not path.is_file() or monica_account(text_of_file(path)) is None


def _fill(options: Options, workbooks: Sequence[Workbook], path: Path) -> None:
    """Put a book that was exported whole into an empty one."""
    from trustbook.adopt.sources import text_of_file
    from trustbook.cli import console
    from trustbook.run.fill import Filling, book_in

    if not path.is_file():
        raise UsageError("intake.no_source", name=path)
    content = book_in(text_of_file(path), path.name)
    now = datetime.now().astimezone()
    lang = options.wanted or content.get("language")
    rows = Filling(workbooks, options.keeper, options.today, now, lang).fill(content)
    if options.json:
        told = {"rows": rows, "proposed": 0, "already_known": 0, "skipped": []}
        console.print_json(told)
    elif not options.quiet:
        console.tell(_say(options, "filled", rows=rows, name=workbooks[0].name))


def book_and_sources(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """BOOK and what is to be read; of one argument too few it is BOOK that was left out."""
    if not arguments:
        raise UsageError("intake.nothing")
    first = arguments[0]
    if len(arguments) == 1 or Path(first).suffix.lower() in _SOURCES or Path(first).is_dir():
        return None, list(arguments)
    return first, list(arguments[1:])


def _tell(options: Options, book: str | None, done: TakenIn) -> None:
    """What the import came to."""
    from trustbook.cli import console

    outcome = done.outcome
    if options.json:
        console.print_json(import_json(options, done))
    elif not options.quiet:
        _tell_counts(options, outcome)
        for told, names in (("unknown", outcome.unknown), ("not_in_office", outcome.away)):
            if names:
                console.tell(_say(options, told, names=_names_told(options, names)))
        for fault in outcome.faults:
            console.tell(options.sentence(fault))
        if (outcome.proposed or outcome.changed) and done.why is None:
            console.tell(_say(options, "next", of_book=typed.book_typed(book)))


def _tell_counts(options: Options, outcome: ImportOutcome) -> None:
    from trustbook.cli import console

    counts = {"proposed": outcome.proposed, "known": outcome.already_known}
    console.tell(_say(options, "done", **counts))
    no_more = outcome.withdrawn - outcome.gone
    told = {"changed": outcome.changed, "withdrawn": outcome.gone, "no_more": no_more}
    for name, count in told.items():
        if count:
            console.tell(_say(options, name, count=count))
    for why, count in sorted(outcome.skipped.items()):
        console.tell(_say(options, "skipped", count=count, why=_say(options, f"why_{why}")))


def _names_told(options: Options, names: Counter[str]) -> str:
    """Names, the most frequent first: so many as fit in a sentence."""
    told = [f"“{name}” ({count})" for name, count in _by_count(names)[:_MOST_NAMES]]
    joined = ", ".join(told)
    if (left := len(names) - len(told)) > 0:
        joined = f"{joined} {_say(options, 'unknown_more', count=left)}"
    return joined


def _by_count(unknown: Counter[str]) -> list[tuple[str, int]]:
    return sorted(unknown.items(), key=lambda pair: (-pair[1], pair[0]))


def import_json(options: Options, done: TakenIn) -> dict[str, Any]:
    """What the import came to, as machines get it."""
    outcome = done.outcome
    return {
        "proposed": outcome.proposed,
        "already_known": outcome.already_known,
        "changed": outcome.changed,
        "withdrawn": outcome.withdrawn,
        "waiting": len(outcome.waiting),
        "skipped": [
            {"why": why, "count": count, "what": _say(options, f"why_{why}")}
            for why, count in sorted(outcome.skipped.items())
        ],
        "unknown": [{"name": name, "count": count} for name, count in _by_count(outcome.unknown)],
        "faults": [options.sentence(fault) for fault in outcome.faults],
    }


def _say(options: Options, text: str, **params: object) -> str:
    """A text about what comes in."""
    from trustbook.messages import say

    return say(options.words, f"intake.{text}", **params)


def bring_in(
    options: Options,
    workbooks: Sequence[Workbook],
    now: datetime,
    *,
    again: bool = False,
    tells: bool = True,
) -> bool:
    """Look through the inbox of a book before its night, and ``again`` where the night found new
    names; whether anything new waits.

    What keeps us from it is told (where this ``tells``) and stops no night.
    """
    found = options.found
    if found is None:
        return False
    if not (found.inbox or found.forms or _had_inbox(options, workbooks[0])):
        return False
    from trustbook.adopt.inbox import Inbox
    from trustbook.run.intake import Intake

    intake = Intake(workbooks, options.keeper, options.today, now, options.wanted)
    troubles: list[TrustbookError] = []
    taken = None
    inbox = Inbox(found.inbox, found.forms, found.access.logins)
    try:
        taken = inbox.look_through(intake, troubles, again=again)
    except TrustbookError:
        pass  # what keeps the night from the book itself, the night will say
    except Exception as error:  # nothing that stands in an inbox may cost the book its night
        if options.verbose:
            raise
        _tell_unforeseen(options, error)
    _tell_of_inbox(options, troubles if tells else (), taken)
    return taken is not None and taken.has_news


def _tell_unforeseen(options: Options, error: Exception) -> None:
    from trustbook.cli import console

    console.tell(_say(options, "unforeseen", what=f"{type(error).__name__}: {error}"))


def _tell_of_inbox(
    options: Options, troubles: Sequence[TrustbookError], taken: TakenIn | None
) -> None:
    from trustbook.cli import console

    for fault in troubles:
        console.tell(_say(options, "inbox_trouble", why=options.sentence(fault)))
    if taken is not None and taken.outcome.proposed and not (options.quiet or options.json):
        console.tell(_say(options, "inbox_done", proposed=taken.outcome.proposed))


def are_names_new(options: Options, workbook: Workbook, book: Book | None) -> bool:
    """Whether a book with an inbox knows other names than when that was read."""
    found = options.found
    if book is None or found is None or options.keeper is None:
        return False
    if not (found.inbox or found.forms):
        return False
    from trustbook.intake.proposals import INBOX, NAMES
    from trustbook.run.intake import names_known

    with suppress(TrustbookError):
        before = options.keeper.facts(workbook.address, INBOX)
        return (before or {}).get(NAMES) != names_known(book)
    return False


def _had_inbox(options: Options, workbook: Workbook) -> bool:
    """Whether something came in before: what was said of it may be true no more."""
    from trustbook.intake.proposals import INBOX

    with suppress(TrustbookError):
        return bool(options.keeper and options.keeper.facts(workbook.address, INBOX))
    return False
