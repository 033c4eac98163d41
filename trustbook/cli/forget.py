"""The commands of privacy: what is held about a person, and forgetting them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_and_name, book_argument, everywhere
from trustbook.cli.pages import file_part, give_page, with_output
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.run.held import Erasure, Find


@explained("forget")
@book_argument
@click.option("--person", metavar="NAME")
@click.option("--partner", metavar="NAME")
@click.option("--yes", is_flag=True)
@with_all
@everywhere
def forget_command(
    options: Options, book: str | None, person: str | None, partner: str | None, yes: bool
) -> None:
    """Erase a person or a partner in one act; without --yes, show what would go."""
    from trustbook.run.erase import forget_whom
    from trustbook.run.held import what_would_go
    from trustbook.run.read import Request

    find = _asked_for(person, partner)
    workbooks = options.open_all(book)
    assert options.keeper is not None
    now = datetime.now().astimezone()
    forms = options.found.forms if options.found else ()
    if yes:
        at = (options.today, now, options.wanted)
        done = forget_whom(workbooks, options.keeper, find, *at, forms)
    else:
        request = Request(options.today, now, options.wanted)
        done, reading = what_would_go(workbooks, options.keeper, find, request, forms)
        options.words = options.lang or reading.book.lang
    _tell(options, done, _still_in_the_inbox(options, done))


@explained("person")
@book_argument
@click.argument("name", required=False, metavar="NAME")
@click.option("--letter", is_flag=True)
@with_output
@everywhere
def person_command(
    options: Options, book: str | None, name: str | None, letter: bool, output: Path | None
) -> None:
    """Make a page of all that is held about a person, or the letter that tells them so."""
    from trustbook.messages import say
    from trustbook.network.cards import page_of
    from trustbook.run.subject_access import all_that_is_held

    book, name = book_and_name(book, name, "forget.which_person")
    reading, lang = options.read_and_tell(book, cells=True), options.words
    assert options.keeper is not None
    at_hand, find = options.workbooks, _asked_for(name, None)
    held = all_that_is_held(at_hand, options.keeper, reading, find, options.today)
    kind = "letter" if letter else "person"
    page = page_of(f"{kind}.html", lang, options.today, held=held, settings=reading.book.settings)
    named = say(lang, f"cards.file_{kind}", name=file_part(held.erasure.whom.name))
    give_page(options, {**held.as_json(), **reading.as_json()}, page, output, named, lang)


def _asked_for(person: str | None, partner: str | None) -> Find:
    from trustbook.run.whom import partner_named, person_named

    if (person is None) == (partner is None):
        raise UsageError("forget.whom")
    if person is not None:
        return partial(person_named, name=person)
    return partial(partner_named, name=str(partner))


def _still_in_the_inbox(options: Options, erasure: Erasure) -> list[Path]:
    """The files that contacts come in from which name them; they are not ours to change."""
    from trustbook.adopt.inbox import files_that_say

    hide = erasure.forgetting.hide
    return files_that_say(
        options.found.inbox if options.found else (), lambda text: hide(text) != text
    )


def _tell(options: Options, erasure: Erasure, inbox: Sequence[Path]) -> None:
    """What goes, or went, and what is left for people to do."""
    from trustbook.cli import console
    from trustbook.messages import say

    if options.json:
        console.print_json(_as_json(erasure) | {"inbox": [*map(str, inbox)]})
        return
    if erasure.forgotten is None:
        _show_cells(options, erasure)
    for line in _in_words(options, erasure) if not options.quiet else ():
        console.tell(line)
    if not options.quiet:
        for path in inbox:
            console.tell(say(options.words, "forget.inbox", path=path))
        console.tell(say(options.words, "forget.out_of_reach"))


def _show_cells(options: Options, erasure: Erasure) -> None:
    from trustbook.messages import say

    names = ("sheet", "row", "column", "was", "becomes")
    headers = [say(options.words, f"forget.{name}") for name in names]
    whole = say(options.words, "forget.whole_row")
    rows = [
        (one.sheet, str(one.row), whole if one.whole else one.column, one.before, one.after)
        for one in erasure.cells
    ]
    listing = FirstRows(options)
    listing.table(headers, rows)
    listing.end()


def _in_words(options: Options, erasure: Erasure) -> Iterator[str]:
    from trustbook.messages import say

    counts = {"rows": len(erasure.rows), "cells": len(erasure.cells), "name": erasure.whom.name}
    done = erasure.forgotten
    key = "forget.would_go" if done is None else "forget.gone"
    yield say(options.words, key, copies=len(done.copies) if done else 0, **counts)
    for workbook, sheet, cell in erasure.left:
        yield say(options.words, "forget.left", workbook=workbook, sheet=sheet, cell=cell)
    for page in erasure.pages:
        yield say(options.words, "forget.page" if done is None else "forget.page_gone", path=page)
    for page in erasure.pages_left:
        yield say(options.words, "forget.page_left", path=page)
    for address in erasure.absent:
        yield say(options.words, "forget.absent", address=address)


def _as_json(erasure: Erasure) -> dict[str, object]:
    done = erasure.forgotten
    places = ("workbook", "sheet", "cell")
    pages = {"pages": [*map(str, erasure.pages)], "pages_left": [*map(str, erasure.pages_left)]}
    return pages | {
        "erased": done is not None,
        "cells": [asdict(one) for one in erasure.cells],
        "rows": [{"sheet": sheet, "row": row} for sheet, row in erasure.rows],
        "copies": len(done.copies) if done else None,
        "left": [dict(zip(places, one, strict=True)) for one in erasure.left],
        "absent": erasure.absent,
    }
