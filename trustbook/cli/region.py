"""Counts for a region: what one book gives, and the overview of many."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustbook.cli.options import Options
from trustbook.cli.publishing import must_be_whole
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.overview.period import Span


def export_counts(
    options: Options, book: str | None, quarter: str | None, output: Path | None
) -> None:
    """Write the signed counts of one book and quarter. The workbook is only read."""
    import json

    from trustbook.cli import console
    from trustbook.outbox.exports import FORMS
    from trustbook.overview.numbers import count_numbers
    from trustbook.places.made_files import put_ours
    from trustbook.region.counts import count_book
    from trustbook.region.signing import sign

    span = _full_quarter(quarter, options)
    reading = options.read_and_tell(book, facts_on=span.last)
    if reading.stopped is not None:
        raise reading.stopped
    must_be_whole(reading, options.words)
    book_id = reading.judged[0].merged.replica.snapshot.marks["book"]
    counted, facts_as_of = reading.then
    numbers = count_numbers(counted, span, options.today, counted.lang, facts_as_of)
    signed = sign(count_book(numbers, book_id), book_id)
    if options.json and output is None:
        console.print_json({**signed, **reading.as_json()})
        return
    path = output or Path(f"{_say(options, 'file_counts', quarter=span.slug)}.json")
    data = json.dumps(signed, indent=1).encode()
    put_ours(path, data, tuple(f".{one}" for one in FORMS["counts"]))
    if options.json:
        console.print_json({"file": str(path), **reading.as_json()})
    elif not options.quiet:
        console.tell(_say(options, "made", path=path.resolve()))


def _full_quarter(quarter: str | None, options: Options) -> Span:
    """The quarter asked for, else the last one. Raises UsageError for one that still runs."""
    from trustbook.overview.period import choose

    span = choose(quarter, None, None, options.today)
    if span.last >= options.today:
        raise UsageError("region.not_over", quarter=span.slug)
    return span


def _say(options: Options, key: str, **params: Any) -> str:
    from trustbook.messages import say

    return say(options.words, f"region.{key}", **params)
