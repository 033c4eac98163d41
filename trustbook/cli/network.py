"""The commands that show the network: coverage, call list, card, guide, handover. They read the
workbook only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.options import Options, everywhere
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.model import Book
    from trustbook.network.calllist import CallEntry, CallGroup

    # A part of the call list: what it is for, and whom to call.
    _Part = tuple[dict[str, str | None], tuple[CallEntry, ...]]

_LONGEST_NAME = 60
_PAGES = (".html", ".htm")


def _output(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option for where a page goes."""
    where = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Where the page goes (.html); in the current folder if left out.",
    )
    return where(command)


@click.command("coverage")
@click.argument("book", required=False)
@everywhere
def coverage_command(options: Options, book: str | None) -> None:
    """Show how much of the required network stands, gaps first. Reads only."""
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.network.coverage import coverage as cover
    from trustbook.network.coverage import coverage_json, gaps_first
    from trustbook.network.people import single_points_of_failure

    reading = options.read_and_tell(book)
    found, verdicts = reading.book, reading.verdicts
    rows = gaps_first(cover(found, verdicts, options.today))
    if options.json:
        told = [coverage_json(row, found.lang) for row in rows]
        console.print_json({"rows": told, **reading.as_json()})
        return
    if not rows:
        console.tell(say(found.lang, "coverage.nothing_required"))
        return
    from trustbook.sheets.network import coverage_sheet, single_point_name

    # The screen shows what the sheet shows, below its lines of explanation.
    sheet = coverage_sheet(found, rows, "")
    header, *lines = (
        [_shown(cell.value) for cell in line] for line in sheet.rows[sheet.header_row - 1 :]
    )
    console.table(header, lines)
    if hanging := single_points_of_failure(found, verdicts, options.today):
        console.out(say(found.lang, "coverage.single_points"))
        for point in hanging:
            console.out(f"  {single_point_name(point, found.lang)}: {'; '.join(point.parties)}")


@click.command()
@click.argument("book", required=False)
@click.option("--phenomenon", help="Only who stands for this phenomenon, or for all.")
@click.option("--area", help="Only who stands for this area, or for everywhere.")
@click.option("--offers", is_flag=True, help="Show who can help, by what they offer.")
@everywhere
def calllist(
    options: Options, book: str | None, phenomenon: str | None, area: str | None, offers: bool
) -> None:
    """Show whom to call in a crisis, warm first, with a deputy and work phones. Reads only."""
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.network.calllist import call_groups, calllist_json

    reading = options.read_and_tell(book)
    found = reading.book
    _must_know_phenomenon(found, phenomenon)
    _must_know_area(found, area)
    groups = call_groups(found, reading.verdicts, options.today, phenomenon, area)
    parts = _by_offer(groups, found) if offers else _by_group(groups)
    if options.json:
        rows = [
            {**head, **calllist_json(found, entry)} for head, entries in parts for entry in entries
        ]
        console.print_json({"rows": rows, **reading.as_json()})
        return
    if not parts:
        console.tell(say(found.lang, "calllist.no_offers" if offers else "calllist.nobody_to_call"))
    for head, entries in parts:
        _call_table(found, head, entries)


def _by_offer(groups: Sequence[CallGroup], book: Book) -> list[_Part]:
    from trustbook.network.calllist import who_can_help

    return [({"offer": offer}, entries) for offer, entries in who_can_help(groups, book)]


def _by_group(groups: Sequence[CallGroup]) -> list[_Part]:
    return [({"phenomenon": one.phenomenon, "area": one.area}, one.entries) for one in groups]


def _call_table(book: Book, head: dict[str, str | None], entries: tuple[CallEntry, ...]) -> None:
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.sheets.network import call_header, call_texts, heading

    if "offer" in head:
        console.out(say(book.lang, "calllist.who_can_help", offer=head["offer"]))
    else:
        console.out(heading(head["phenomenon"], head["area"], book.lang))
    rows = [
        [_shown(text) for text in (*call_texts(book, entry), entry.last_sunny)] for entry in entries
    ]
    console.table(call_header(book.lang), rows)


def _must_know_phenomenon(book: Book, phenomenon: str | None) -> None:
    """Refuse a phenomenon that the book does not have: an empty list in a crisis must not be a
    typing error.
    """
    from trustbook.catalogue import phenomena
    from trustbook.network.labels import Labels

    labels = Labels(book.settings)
    choices = [labels.phenomenon(need.phenomenon) for need in book.required]
    choices = [*phenomena(), *map(labels.phenomenon, book.settings.phenomena), *choices]
    if phenomenon and labels.phenomenon(phenomenon) not in choices:
        known = dict.fromkeys(choice.label(book.lang) for choice in choices)
        raise UsageError("calllist.unknown_phenomenon", text=phenomenon, known=", ".join(known))


def _must_know_area(book: Book, area: str | None) -> None:
    """Refuse an area that the book does not have, for the same reason."""
    from trustbook.names import key
    from trustbook.network.labels import areas

    cells = [
        *(p.area for p in book.partners),
        *(need.area for need in book.required),
        *book.settings.areas,
    ]
    places = {key(place): place for cell in cells for place in areas(cell)}
    if area and key(area) not in places:
        known = ", ".join(sorted(places.values())) or "–"
        raise UsageError("calllist.unknown_area", text=area, known=known)


@click.command("card")
@click.argument("book")
@click.argument("partner")
@_output
@everywhere
def card_command(options: Options, book: str, partner: str, output: Path | None) -> None:
    """Make one printable page of a partner and us, to hand over to them. Reads only."""
    from dataclasses import asdict

    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.network.cards import card as make
    from trustbook.network.cards import card_page
    from trustbook.reading.settings_rows import setting

    reading = options.read_and_tell(book)
    found = reading.book
    shown = make(found, _position(found, partner))
    blank = [
        setting(f"our_{name}").label(found.lang) for name, text in shown.ours.items() if not text
    ]
    if blank and not options.quiet:
        console.tell(say(found.lang, "cards.ours_blank", names=", ".join(blank)))
    page = card_page(shown, options.today, found.lang)
    _give(
        options,
        {**asdict(shown), **reading.as_json()},
        page,
        output,
        say(found.lang, "cards.file_card", name=_plain(shown.name)),
        found.lang,
    )


@click.command("guide")
@click.argument("book", required=False)
@_output
@everywhere
def guide_command(options: Options, book: str | None, output: Path | None) -> None:
    """Make a printable who-is-who of the partners that share their card. Reads only."""
    from dataclasses import asdict

    from trustbook.messages import say
    from trustbook.network.cards import guide as make
    from trustbook.network.cards import guide_page

    reading = options.read_and_tell(book)
    found, verdicts = reading.book, reading.verdicts
    entries = make(found, verdicts, options.today)
    page = guide_page(entries, options.today, found.lang)
    data = {"partners": [asdict(entry) for entry in entries], **reading.as_json()}
    _give(options, data, page, output, say(found.lang, "cards.file_guide"), found.lang)


@click.command("handover")
@click.argument("book", required=False)
@click.option("--holder", required=True, metavar="NAME", help="The colleague who leaves.")
@_output
@everywhere
def handover_command(options: Options, book: str | None, holder: str, output: Path | None) -> None:
    """Make a printable page of all that a colleague who leaves hands over. Reads only."""
    from dataclasses import asdict

    from trustbook.messages import say
    from trustbook.names import key
    from trustbook.network.cards import handover as make
    from trustbook.network.cards import handover_page

    reading = options.read_and_tell(book)
    found, verdicts = reading.book, reading.verdicts
    holders = {key(partner.holder): partner.holder for partner in found.partners if partner.holder}
    if key(holder) not in holders:
        known = ", ".join(sorted(holders.values())) or "–"
        raise UsageError("cards.unknown_holder", name=holder, known=known)
    shown = make(found, verdicts, options.today, holders[key(holder)], found.lang)
    page = handover_page(shown, options.today, found.lang)
    name = say(found.lang, "cards.file_handover", name=_plain(shown.holder))
    _give(options, {**asdict(shown), **reading.as_json()}, page, output, name, found.lang)


def _position(book: Book, text: str) -> int:
    """The partner that ``text`` names: an ID, a name or an earlier name."""
    from trustbook.names import key
    from trustbook.problems import did_you_mean
    from trustbook.reading.records import directory_of

    outcome = directory_of(book).partner(text)
    if isinstance(outcome, int):
        return outcome
    hints = (
        outcome.hints
        or [partner.name for partner in book.partners if key(text) in key(partner.name)][:3]
    )
    name = "ambiguous_partner" if outcome.code == "ambiguous" else "unknown_partner"
    raise UsageError(f"cards.{name}", name=text, hints=did_you_mean(hints, book.lang))


def _give(
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


def _plain(name: str) -> str:
    """``name`` as part of a file's name that every system accepts."""
    return re.sub(r"[^\w -]", "", name)[:_LONGEST_NAME].strip() or "-"


def _shown(value: object) -> str:
    from datetime import date

    return (
        ""
        if value is None
        else value.strftime("%d-%m-%Y")
        if isinstance(value, date)
        else str(value)
    )
