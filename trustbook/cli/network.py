"""The commands that show the network on the screen: coverage, call list. They only read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.cli.views import View, with_view

if TYPE_CHECKING:
    from datetime import date

    from trustbook.model import Book, Route
    from trustbook.network.calllist import CallEntry, CallGroup
    from trustbook.network.coverage import Row
    from trustbook.network.people import SinglePointOfFailure

    # Per offer, when each partner (position) last helped with it.
    _Used = dict[str | None, dict[int, date]]
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
    every = cover(found, verdicts, options.today)
    rows = gaps_first(_lines_of(view, options, found, every))
    if options.json:
        told = [coverage_json(row, found.lang) for row in rows]
        console.print_json({"rows": told, **reading.as_json()})
        return
    if not rows:
        nothing = "nothing_required_here" if every else "nothing_required"
        console.tell(say(found.lang, f"coverage.{nothing}"))
        return
    _coverage_table(options, found, rows)
    part = view.partners(found)
    verdicts = [one for one in verdicts if one.partner in part]
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
    from trustbook.network.calllist import call_groups
    from trustbook.network.routes import routes_json

    reading = options.read_and_tell(book)
    found = reading.book
    view = View(phenomenon, area)
    part = view.of(options, found, reading.verdicts)
    groups = call_groups(found, part, options.today, phenomenon, area)
    parts = _by_offer(groups, found) if offers else _by_group(groups)
    used = _used(found, parts if offers else (), options.today)
    routes = view.routes(options, found)
    if options.json:
        told = {"rows": _rows(found, parts, used), "routes": routes_json(found, routes)}
        console.print_json({**told, **reading.as_json()})
        return
    if not parts:
        console.tell(say(found.lang, "calllist.no_offers" if offers else "calllist.nobody_to_call"))
    listing = FirstRows(options)
    for head, entries in parts:
        _call_table(found, head, entries, listing, used)
    if routes and not offers:
        _route_table(found, routes)
    listing.end()


def _used(book: Book, offered: Sequence[_Part], today: date) -> _Used:
    """When each partner last helped, per offer."""
    from trustbook.network.offers import last_used

    return {head["offer"]: last_used(book, str(head["offer"]), today) for head, _ in offered}


def _rows(book: Book, parts: Sequence[_Part], used: _Used) -> list[dict[str, Any]]:
    """Every line as machines get it."""
    from trustbook.network.calllist import calllist_json

    return [
        {**head, **calllist_json(book, entry), **_help_of(book, entry, used, head)}
        for head, entries in parts
        for entry in entries
    ]


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
    book: Book,
    head: dict[str, str | None],
    entries: Sequence[CallEntry],
    listing: FirstRows,
    used: _Used,
) -> None:
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.sheets.network import call_header, call_texts, heading

    rows, header = [], call_header(book.lang)
    for entry in listing.first(entries):
        told = _help_of(book, entry, used, head).values()
        line = (*call_texts(book, entry), entry.last_sunny, *told)
        rows.append([_shown(text) for text in line])
    if not rows:
        return
    if "offer" in head:
        console.out(say(book.lang, "calllist.who_can_help", offer=head["offer"]))
        header += [say(book.lang, f"calllist.head_{name}") for name in ("called_by", "last_used")]
    else:
        console.out(heading(head["phenomenon"], head["area"], book.lang))
    console.table(header, rows)


def _help_of(
    book: Book, entry: CallEntry, used: _Used, head: dict[str, str | None]
) -> dict[str, str | date | None]:
    """Beside an offer: who of us may call, and when we last asked for it."""
    if "offer" not in head:
        return {}
    holder = book.partners[entry.partner].holder
    return {"called_by": holder, "last_used": used[head["offer"]].get(entry.partner)}


def _shown(value: object) -> str:
    from datetime import date

    return (
        ""
        if value is None
        else value.strftime("%d-%m-%Y")
        if isinstance(value, date)
        else str(value)
    )
