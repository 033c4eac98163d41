"""The commands that make a page to print: card, prepare, guide, handover. They only read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.help import explained
from trustbook.cli.options import Options, book_and_name, book_argument, everywhere
from trustbook.cli.views import View, with_view
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.model import Book, Consultation

_LONGEST_NAME = 60
_PAGES = (".html", ".htm")
_partner_argument = click.argument("partner", required=False, metavar="PARTNER")


def with_output(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option for where a page goes."""
    where = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
    )
    return where(command)


@explained("card")
@book_argument
@_partner_argument
@with_output
@everywhere
def card_command(
    options: Options, book: str | None, partner: str | None, output: Path | None
) -> None:
    """Make one printable page of a partner and us, to hand over to them. Reads only."""
    from dataclasses import asdict

    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.network.cards import card as make
    from trustbook.network.cards import card_page
    from trustbook.reading.settings_rows import setting

    book, partner = book_and_name(book, partner, "cards.which_partner")
    reading = options.read_and_tell(book)
    found = reading.book
    shown = make(found, _position(found, partner))
    blank = [
        setting(f"our_{name}").label(found.lang) for name, text in shown.ours.items() if not text
    ]
    if blank and not options.quiet:
        console.tell(say(found.lang, "cards.ours_blank", names=", ".join(blank)))
    page = card_page(shown, options.today, found.lang)
    give_page(
        options,
        {**asdict(shown), **reading.as_json()},
        page,
        output,
        say(found.lang, "cards.file_card", name=file_part(shown.name)),
        found.lang,
    )


@explained("prepare")
@book_argument
@_partner_argument
@with_output
@everywhere
def prepare_command(
    options: Options, book: str | None, partner: str | None, output: Path | None
) -> None:
    """Make a page for ourselves before a talk with a partner. Reads only."""
    from dataclasses import asdict

    from trustbook.messages import say
    from trustbook.network.preparation import preparation_page, prepare_talk

    book, partner = book_and_name(book, partner, "cards.which_partner")
    reading = options.read_and_tell(book)
    found, lang = reading.book, reading.book.lang
    position = _position(found, partner)
    shown = prepare_talk(found, reading.verdicts, position, options.today, lang)
    page = preparation_page(shown, options.today, lang)
    name = say(lang, "cards.file_prepare", name=file_part(found.partners[position].name))
    give_page(options, {**asdict(shown), **reading.as_json()}, page, output, name, lang)


@explained("guide")
@book_argument
@with_view
@with_output
@everywhere
def guide_command(
    options: Options,
    book: str | None,
    phenomenon: str | None,
    area: str | None,
    output: Path | None,
) -> None:
    """Make a printable who-is-who of the partners that share their card. Reads only."""
    from dataclasses import asdict

    from trustbook.messages import say
    from trustbook.network.cards import guide as make
    from trustbook.network.cards import guide_page
    from trustbook.network.routes import routes_json

    reading = options.read_and_tell(book)
    found, view = reading.book, View(phenomenon, area)
    verdicts = view.of(options, found, reading.verdicts)
    entries = make(found, verdicts, options.today)
    routes = routes_json(found, view.routes(options, found), inside=False)
    sharing = len(make(found, reading.verdicts, options.today))
    part = (view.words(found), sharing - len(entries)) if view else None
    page = guide_page(entries, options.today, found.lang, routes, part)
    told = {"partners": [asdict(entry) for entry in entries], "routes": routes}
    data = {**told, **reading.as_json()}
    give_page(options, data, page, output, say(found.lang, "cards.file_guide"), found.lang)


@explained("handover")
@book_argument
@click.option("--holder", required=True, metavar="NAME")
@with_output
@everywhere
def handover_command(options: Options, book: str | None, holder: str, output: Path | None) -> None:
    """Make a printable page of all that a colleague who leaves hands over. Reads only."""
    from dataclasses import asdict

    from trustbook.messages import say
    from trustbook.names import holders_in, key
    from trustbook.network.cards import handover as make
    from trustbook.network.cards import handover_page

    reading = options.read_and_tell(book)
    found, verdicts = reading.book, reading.verdicts
    cells = (*found.settings.holders, *(partner.holder for partner in found.partners))
    holders = {key(name): name for cell in cells for name in holders_in(cell)}
    if key(holder) not in holders:
        known = ", ".join(sorted(holders.values())) or "–"
        raise UsageError("cards.unknown_holder", name=holder, known=known)
    shown = make(found, verdicts, options.today, holders[key(holder)], found.lang)
    page = handover_page(shown, options.today, found.lang)
    name = say(found.lang, "cards.file_handover", name=file_part(shown.holder))
    give_page(options, {**asdict(shown), **reading.as_json()}, page, output, name, found.lang)


@explained("agenda")
@book_argument
@click.argument("consultation", required=False, metavar="CONSULTATION")
@with_output
@everywhere
def agenda_command(
    options: Options, book: str | None, consultation: str | None, output: Path | None
) -> None:
    """Make one page for a consultation: who went quiet, promises, who is missing. Reads only."""
    from dataclasses import asdict

    from trustbook.messages import say
    from trustbook.network.table_agenda import agenda_page, table_agenda

    book, name = book_and_name(book, consultation, "cards.which_consultation")
    reading = options.read_and_tell(book)
    found, lang = reading.book, reading.book.lang
    meeting = _consultation(found, name)
    shown = table_agenda(found, reading.verdicts, meeting, options.today)
    page = agenda_page(shown, options.today, lang)
    file = say(lang, "cards.file_agenda", name=file_part(meeting.name))
    give_page(options, {**asdict(shown), **reading.as_json()}, page, output, file, lang)


def _consultation(book: Book, text: str) -> Consultation:
    """The consultation that ``text`` names."""
    from trustbook.names import key, similar
    from trustbook.problems import did_you_mean

    for meeting in book.consultations:
        if key(meeting.name) == key(text):
            return meeting
    names = [one.name for one in book.consultations]
    hints = did_you_mean(similar(text, names), book.lang)
    known = ", ".join(names) or "–"
    raise UsageError("cards.unknown_consultation", name=text, hints=hints, known=known)


def _position(book: Book, text: str) -> int:
    """The partner that ``text`` names: an ID, a name or an earlier name."""
    from trustbook.dates import write_date
    from trustbook.problems import did_you_mean
    from trustbook.reading.records import directory_of

    outcome = directory_of(book).partner(text)
    if isinstance(outcome, int):
        return outcome
    if book.whole is not None:
        later = directory_of(book.whole).partner(text)
        if isinstance(later, int) and (since := book.whole.partners[later].since):
            day = write_date(since, book.lang)
            raise UsageError("cards.not_yet", name=book.whole.partners[later].name, day=day)
    name = "ambiguous_partner" if outcome.code == "ambiguous" else "unknown_partner"
    raise UsageError(f"cards.{name}", name=text, hints=did_you_mean(outcome.hints, book.lang))


def give_page(
    options: Options, data: dict[str, Any], page: str, output: Path | None, default: str, lang: str
) -> None:
    """Print the data, if that was asked for, else write the page and say where it is; with both, do
    both.
    """
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.places.made_files import put_ours

    path = output or (None if options.json else Path(default))
    if path is not None:
        put_ours(path, page.encode(), _PAGES)
        if not options.quiet and not options.json:
            console.tell(say(lang, "cards.made", path=path.resolve()))
    if options.json:
        console.print_json({"as_of": options.today, "page": str(path) if path else None, **data})


def file_part(name: str) -> str:
    """``name`` as part of a file's name that every system accepts."""
    return re.sub(r"[^\w -]", "", name)[:_LONGEST_NAME].strip() or "-"
