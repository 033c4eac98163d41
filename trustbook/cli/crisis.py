"""Commands for a crisis, before and after: drill, aftercare, calibration. They only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_argument, day_of_option, everywhere
from trustbook.cli.views import View
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.model import Book, Period
    from trustbook.network.calibration import CallsAnswered
    from trustbook.run.calibration import AskedCalls


def _say(lang: str, text: str, **params: object) -> str:
    from trustbook.messages import say

    return say(lang, f"crisis.{text}", **params)


@explained("drill")
@book_argument
@click.option("--phenomenon")
@click.option("--seed", type=int, metavar="N")
@everywhere
def drill_command(
    options: Options, book: str | None, phenomenon: str | None, seed: int | None
) -> None:
    """Draw five lines of the call list to ring in calm times. Reads only."""
    from trustbook.cli import console
    from trustbook.network.drill import drill

    reading = options.read_and_tell(book)
    found, lang = reading.book, reading.book.lang
    View(phenomenon).check(found)
    lot = options.today.toordinal() if seed is None else seed
    lines = drill(found, reading.verdicts, options.today, lot, phenomenon)
    if options.json:
        console.print_json({"seed": lot, "rows": lines, **reading.as_json()})
        return
    if not lines:
        console.tell(_say(lang, "nobody_to_ring"))
        return
    header = [_say(lang, f"head_{name}") for name in ("name", "person", "phone", "party")]
    rows = [[one[name] or "" for name in ("name", "person", "phone", "party")] for one in lines]
    console.table(header, rows)
    console.tell(_say(lang, "drill_how", seed=lot))


@explained("aftercare")
@book_argument
@click.option("--from", "first", callback=day_of_option, metavar="DAY")
@click.option("--to", "last", callback=day_of_option, metavar="DAY")
@with_all
@everywhere
def aftercare_command(
    options: Options, book: str | None, first: date | None, last: date | None
) -> None:
    """Show who was reached in a crisis, what was promised, whom to thank. Reads only."""
    from trustbook.cli import console
    from trustbook.network.aftercare import aftercare

    reading = options.read_and_tell(book)
    found, lang = reading.book, reading.book.lang
    shown = aftercare(found, _period(found, first, last, options.today), options.today)
    if options.json:
        console.print_json({**shown.as_json(), **reading.as_json()})
        return
    counts = {"reached": shown.reached, "missed": shown.not_reached}
    days = {"first": f"{shown.first:%d-%m-%Y}", "last": f"{shown.last:%d-%m-%Y}"}
    console.out(_say(lang, "aftercare_counts", **counts, **days))
    if shown.last > options.today:
        console.out(_say(lang, "aftercare_goes_on", day=f"{options.today:%d-%m-%Y}"))
    listing = FirstRows(options)
    header = [_say(lang, f"head_{name}") for name in ("name", "answered", "promised", "to_do")]
    rows = [
        (
            row["name"],
            _say(lang, f"answered_{row['answered'] or 'unknown'}"),
            "; ".join(row["promised"]),
            _to_do(row, lang),
        )
        for row in shown.rows
    ]
    listing.table(header, rows)
    listing.end()


def _to_do(row: Mapping[str, Any], lang: str) -> str:
    """Thank who was there; go by where nobody answered; what was done, or is over, asks nothing."""
    reached, visited = row["reached"], row["visited"]
    if visited is not None:
        told = "thanked_on" if reached else "visited_on"
        return _say(lang, told, day=f"{visited:%d-%m-%Y}")
    if row["ended"]:
        return _say(lang, "has_ended")
    return _say(lang, "thank_them" if reached else "ask_what_is_needed")


def _period(book: Book, first: date | None, last: date | None, today: date) -> Period:
    """The days asked for, else the last crisis of Settings. Raises UsageError without either."""
    from trustbook.model import Period
    from trustbook.network.aftercare import last_crisis

    if first is not None or last is not None:
        if first is None or last is None or last < first:
            raise UsageError("crisis.two_days")
        return Period(first, last)
    found = last_crisis(book, today)
    if found is None:
        raise UsageError("crisis.no_period")
    return found


@explained("calibration")
@click.argument("books", nargs=-1, metavar="[BOOK...]")
@everywhere
def calibration_command(options: Options, books: tuple[str, ...]) -> None:
    """Show who answered in a crisis by the status of the day before. Reads only."""
    from trustbook.cli import console
    from trustbook.network.calibration import outcomes_of, warm_answers_more

    asked = _asked_calls_of(options, books)
    outcomes, exercises = outcomes_of(asked.crisis), outcomes_of(asked.exercises)
    lang = options.words
    claim = _say(lang, "claim") if warm_answers_more(outcomes) else None
    if options.json:
        rows, drills = ([one.as_json() for one in each] for each in (outcomes, exercises))
        told = {"rows": rows, "exercises": drills, "left_out": asked.left_out, "claim": claim}
        console.print_json(told)
        return
    _tell_outcomes(outcomes, "calls_in_crisis", lang)
    _tell_outcomes(exercises, "calls_in_exercises", lang)
    console.out(claim or _say(lang, "no_claim", count=sum(one.asked for one in outcomes)))
    if asked.left_out:
        console.tell(_say(lang, "left_out", count=asked.left_out))


def _asked_calls_of(options: Options, books: Sequence[str]) -> AskedCalls:
    """The calls that were made in all these books, or in the only one; a book that is named twice
    counts once.
    """
    from trustbook.run.calibration import AskedCalls, asked_calls

    asked, counted = AskedCalls(), set[str]()
    for book in books or (None,):
        reading = options.read_and_tell(book)
        places = {one.address for one in options.workbooks}
        if counted & places:
            continue
        counted |= places
        if reading.stopped is not None:
            raise reading.stopped
        assert options.keeper is not None
        asked += asked_calls(reading.book, options.workbooks[0], options.keeper)
    return asked


def _tell_outcomes(outcomes: Sequence[CallsAnswered], title: str, lang: str) -> None:
    from trustbook.cli import console
    from trustbook.columns import STATUSES, find_column

    if not outcomes:
        return
    console.out(_say(lang, title))
    header = [_say(lang, f"head_{name}") for name in ("status", "asked", "same_day", "likely")]
    rows = []
    for one in outcomes:
        told = one.as_json()
        likely = f"{round(100 * told['low'])}–{round(100 * told['high'])} %"
        label = find_column(STATUSES, one.status).label(lang)
        rows.append([label, str(one.asked), str(one.same_day), likely])
    console.table(header, rows)
