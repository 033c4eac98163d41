"""The commands that show the network on the screen: coverage, call list. They only read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.model import Book
    from trustbook.network.calllist import CallEntry, CallGroup
    from trustbook.network.coverage import Row
    from trustbook.network.people import SinglePointOfFailure

    # A part of the call list: what it is for, and whom to call.
    _Part = tuple[dict[str, str | None], tuple[CallEntry, ...]]


@explained("coverage")
@book_argument
@with_all
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
    _coverage_table(options, found, rows)
    if hanging := single_points_of_failure(found, verdicts, options.today):
        _hanging_list(options, found, hanging)


def _coverage_table(options: Options, book: Book, rows: Sequence[Row]) -> None:
    """What the sheet shows, below its lines of explanation; the number of gaps is always told."""
    from trustbook.cli import console
    from trustbook.network.coverage import totals
    from trustbook.network.labels import Labels
    from trustbook.sheets.network import coverage_sheet, gaps_in_words

    sheet = coverage_sheet(book, rows, "")
    header, *lines = (
        [_shown(cell.value) for cell in line] for line in sheet.rows[sheet.header_row - 1 :]
    )
    listing = FirstRows(options)
    listing.table(header, lines, title=2)
    first = totals([row for row in rows if row.section == 0], Labels(book.settings))
    console.out(gaps_in_words(first.lines_with_gap, book.lang))
    listing.end()


def _hanging_list(options: Options, book: Book, hanging: Sequence[SinglePointOfFailure]) -> None:
    """The people on whom whole parties hang."""
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.sheets.network import single_point_name

    listing = FirstRows(options)
    console.out(say(book.lang, "coverage.single_points"))
    for point in listing.first(hanging):
        console.paragraph(f"{single_point_name(point, book.lang)}: {'; '.join(point.parties)}")
    listing.end()


@explained()
@book_argument
@click.option("--phenomenon")
@click.option("--area")
@click.option("--offers", is_flag=True)
@with_all
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
    listing = FirstRows(options)
    for head, entries in parts:
        _call_table(found, head, entries, listing)
    listing.end()


def _by_offer(groups: Sequence[CallGroup], book: Book) -> list[_Part]:
    from trustbook.network.calllist import who_can_help

    return [({"offer": offer}, entries) for offer, entries in who_can_help(groups, book)]


def _by_group(groups: Sequence[CallGroup]) -> list[_Part]:
    return [({"phenomenon": one.phenomenon, "area": one.area}, one.entries) for one in groups]


def _call_table(
    book: Book, head: dict[str, str | None], entries: Sequence[CallEntry], listing: FirstRows
) -> None:
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.sheets.network import call_header, call_texts, heading

    rows = [
        [_shown(text) for text in (*call_texts(book, entry), entry.last_sunny)]
        for entry in listing.first(entries)
    ]
    if not rows:
        return
    if "offer" in head:
        console.out(say(book.lang, "calllist.who_can_help", offer=head["offer"]))
    else:
        console.out(heading(head["phenomenon"], head["area"], book.lang))
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


def _shown(value: object) -> str:
    from datetime import date

    return (
        ""
        if value is None
        else value.strftime("%d-%m-%Y")
        if isinstance(value, date)
        else str(value)
    )
