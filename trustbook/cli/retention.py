"""The command `retention`: what is past its term, and having it go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_argument, everywhere

if TYPE_CHECKING:
    from trustbook.run.retire import Past


_MOST_CELLS = 10


@explained("retention")
@book_argument
@click.option("--yes", is_flag=True)
@with_all
@everywhere
def retention_command(options: Options, book: str | None, yes: bool) -> None:
    """Propose what is past its term; with --yes have it go."""
    from trustbook.cli import console
    from trustbook.run.read import Request
    from trustbook.run.retire import past_rows, past_terms, retire_all

    workbooks = options.open_all(book)
    assert options.keeper is not None
    now = datetime.now().astimezone()
    if yes:
        past = retire_all(workbooks, options.keeper, options.today, now, options.wanted)
    else:
        past = past_terms(workbooks, options.keeper, Request(options.today, now, options.wanted))
    options.words = options.lang or past.reading.book.lang
    if options.json:
        console.print_json({"rows": list(past_rows(past)), "erased": yes, "copies": past.copies})
        return
    if not yes:
        _show_rows(options, past)
    for line in _in_words(options, past, yes) if not options.quiet else ():
        console.tell(line)


def _show_rows(options: Options, past: Past) -> None:
    from trustbook.messages import say

    headers = [say(options.words, f"retention.{name}") for name in ("sheet", "row", "id", "why")]
    rows = [(one.sheet, str(one.row or ""), one.id, one.why) for one in past.rows]
    if rows:
        listing = FirstRows(options)
        listing.table(headers, rows)
        listing.end()


def _in_words(options: Options, past: Past, yes: bool) -> Iterator[str]:
    from trustbook.messages import say

    lang = options.words
    people = len(past.people)
    moments = len(past.rows) - sum(one.called is not None for one in past.rows)
    counts = {"moments": moments, "people": people - len(past.not_forgotten)}
    if not past.has_terms:
        yield say(lang, "retention.no_terms")
    elif not past.rows:
        yield say(lang, "retention.nothing")
    else:
        yield say(
            lang, "retention.gone" if yes else "retention.would_go", copies=past.copies, **counts
        )
    yield from _what_stays(past, lang)
    for page in past.pages:
        yield say(lang, "forget.page_gone", path=page)
    for page in past.pages_left:
        yield say(lang, "forget.page_left", path=page)
    if past.rows:
        yield say(lang, "forget.out_of_reach")


def _what_stays(past: Past, lang: str) -> Iterator[str]:
    """What is past its term and stays all the same."""
    from trustbook.messages import say

    for called, fault in past.not_forgotten:
        yield say(lang, "retention.not_forgotten", id=called, why=fault.sentence(lang))
    if left := past.retention.left:
        cells = ", ".join(cell for _, _, cell in left[:_MOST_CELLS])
        yield say(lang, "retention.left", count=len(left), cells=cells)
    if "" in past.retention.ids:
        yield say(lang, "retention.no_id")
    for address in past.absent if past.rows else ():
        yield say(lang, "retention.absent", address=address)
