"""The commands that show the network on the screen: coverage, call list. They only read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.cli.views import View, with_view

if TYPE_CHECKING:
    from trustbook.model import Book, Route
    from trustbook.network.calllist import CallEntry, CallGroup
    from trustbook.network.coverage import Row
    from trustbook.network.people import SinglePointOfFailure

    # A part of the call list: what it is for, and whom to call.
    _Part = tuple[dict[str, str | None], tuple[CallEntry, ...]]


@explained("coverage")
@book_argument
@with_view
@with_all
@everywhere
def coverage_command(
    options: Options, book: str | None, phenomenon: str | None, area: str | None
) -> None:
    """Show how much of the required network stands, gaps first. Reads only."""
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.network.coverage import coverage as cover
    from trustbook.network.coverage import coverage_json, gaps_first
    from trustbook.network.people import single_points_of_failure

    reading = options.read_and_tell(book)
    found, verdicts = reading.book, reading.verdicts
    view = View(phenomenon, area)
    rows = gaps_first(_lines_of(view, options, found, cover(found, verdicts, options.today)))
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


def _lines_of(view: View, options: Options, book: Book, rows: Sequence[Row]) -> list[Row]:
    """The lines about a part of the network, and on stderr how many others there are."""
    from trustbook.cli import console
    from trustbook.network.labels import Labels, in_area

    if not view:
        return list(rows)
    view.check(book)
    labels = Labels(book.settings)
    wanted = labels.phenomenon(view.phenomenon).key if view.phenomenon else None
    shown = [
        row
        for row in rows
        if wanted is None or labels.phenomenon(row.need.phenomenon).key == wanted
        if in_area(row.need.area, view.area)
    ]
    if len(shown) < len(rows) and not options.quiet:
        console.tell(options.say("view_leaves_lines", count=len(rows) - len(shown)))
    return shown


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
@with_view
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
    from trustbook.network.labels import phenomenon_key
    from trustbook.network.routes import agreed_routes, routes_json

    reading = options.read_and_tell(book)
    found = reading.book
    View(phenomenon, area).check(found)
    groups = call_groups(found, reading.verdicts, options.today, phenomenon, area)
    parts = _by_offer(groups, found) if offers else _by_group(groups)
    routes = agreed_routes(found.routes, phenomenon_key(found, phenomenon))
    if options.json:
        rows = [
            {**head, **calllist_json(found, entry)} for head, entries in parts for entry in entries
        ]
        told = {"rows": rows, "routes": routes_json(found, routes)}
        console.print_json({**told, **reading.as_json()})
        return
    if not parts:
        console.tell(say(found.lang, "calllist.no_offers" if offers else "calllist.nobody_to_call"))
    listing = FirstRows(options)
    for head, entries in parts:
        _call_table(found, head, entries, listing)
    if routes and not offers:
        _route_table(found, routes)
    listing.end()


def _route_table(book: Book, routes: Sequence[Route]) -> None:
    """Who coordinates what: few lines, always whole."""
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.sheets.routes import route_header, route_lines

    console.out(say(book.lang, "calllist.routes"))
    lines = [[_shown(text) for text in line] for line in route_lines(book, routes)]
    console.table(route_header(book.lang), lines)


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


def _shown(value: object) -> str:
    from datetime import date

    return (
        ""
        if value is None
        else value.strftime("%d-%m-%Y")
        if isinstance(value, date)
        else str(value)
    )
