"""Counts for a region: what one book gives, and the overview of many."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.help import explained
from trustbook.cli.options import Options, everywhere
from trustbook.cli.publishing import must_be_whole
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.overview.period import Span
    from trustbook.region.wording import RegionEdition


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


@explained("region")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--quarter", metavar="2026Q3")
@click.option("--edition", type=click.Choice(["public", "steering"]), default="public")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@everywhere
def region_command(
    options: Options,
    files: tuple[str, ...],
    quarter: str | None,
    edition: RegionEdition,
    output: Path | None,
) -> None:
    """Make one overview of the counts of many books."""
    from trustbook.cli import console
    from trustbook.places.made_files import put_ours, refuse_if_not_ours
    from trustbook.region.adding import add_up
    from trustbook.region.files import find_files, read_files
    from trustbook.region.files_made import REGION_ENDINGS, render_region
    from trustbook.region.published import remember_region
    from trustbook.region.wording import RegionTexts, region_json

    options.words = options.lang or "nl"  # the files speak no language
    span = _full_quarter(quarter, options)
    path = output or Path(_region_name(options, span.slug, edition))
    writes = output is not None or not options.json
    if writes:
        refuse_if_not_ours(path, REGION_ENDINGS)
    books = read_files(find_files(files), span.slug)
    region = add_up(books)
    data = render_region(RegionTexts(region, edition, options.words).page(), path.suffix.lower())
    remember_region(books)
    if writes:
        put_ours(path, data, REGION_ENDINGS)
    if options.json:
        console.print_json({**({"file": str(path)} if writes else {}), **region_json(region)})
    elif not options.quiet:
        console.tell(_say(options, "made", path=path.resolve()))


def _region_name(options: Options, quarter: str, edition: str) -> str:
    """The name of the page where nobody says: ``region-2026Q3-public.html``."""
    from trustbook.messages import say

    named = say(options.words, f"overview.name_{edition}")
    return f"{_say(options, 'file_region', quarter=quarter, edition=named)}.html"


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
