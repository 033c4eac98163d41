"""The command `overview`: which days, which edition, which form, and where the file went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trustbook.cli.help import explained
from trustbook.cli.options import Options, book_argument, day_of_option, everywhere
from trustbook.cli.publishing import Publisher, must_be_publishable
from trustbook.cli.views import View, with_view

if TYPE_CHECKING:
    from trustbook.model import Book
    from trustbook.overview.editions import Figures
    from trustbook.overview.files import Form
    from trustbook.overview.naming import Edition
    from trustbook.overview.period import Span
    from trustbook.overview.team import TeamMemory
    from trustbook.run.read import Reading


_WHOLE = View()


@explained()
@book_argument
@click.option("--quarter", metavar="2026Q3")
@click.option(
    "--from",
    "first",
    callback=day_of_option,
    metavar="DAY",
)
@click.option(
    "--to",
    "last",
    callback=day_of_option,
    metavar="DAY",
)
@click.option(
    "--edition",
    type=click.Choice(["public", "steering", "team"]),
    default="public",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "docx", "pdf", "md"]),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
)
@click.option("--template", type=click.Path(path_type=Path))
@click.option(
    "--save-template",
    type=click.Path(path_type=Path),
    metavar="FILE",
)
@click.option(
    "--if-due",
    is_flag=True,
)
@with_view
@everywhere
def overview(
    options: Options,
    book: str | None,
    phenomenon: str | None,
    area: str | None,
    quarter: str | None,
    first: date | None,
    last: date | None,
    edition: Edition,
    form: Form | None,
    output: Path | None,
    template: Path | None,
    save_template: Path | None,
    if_due: bool,
) -> None:
    """Write the quarterly overview of trust-building. The workbook itself is only read."""
    if save_template is not None:
        _save_template(options, save_template)
        return
    from trustbook.cli import console
    from trustbook.overview.as_json import figures_json
    from trustbook.overview.files import file_name, output_path, save
    from trustbook.overview.period import choose, due_on

    chosen = form if form is not None else _form_by_name(output)
    _must_fit(template, chosen)
    view = _view(phenomenon, area, edition)
    span = choose(quarter, first, last, options.today)
    reading = _read(options, book, min(span.last, options.today), edition)
    lang = options.words = options.lang or reading.then[0].lang
    path = output_path(output, file_name(span, edition, lang, chosen), chosen)
    if if_due and (options.today < due_on(span) or path.exists()):
        _tell_why_not(options, span, path, reading)
        return
    with console.progress(options.quiet, options.say) as step:
        step("plan")
        figures = _count(options, reading, span, edition, view)
        written = save(
            _render(figures, lang, chosen, template, path),
            path,
            replace=path == output,
        )
    if options.json:
        console.print_json(
            {
                **figures_json(figures, lang),
                "file": str(written),
                "format": chosen,
                **reading.as_json(),
            }
        )
    elif not options.quiet:
        console.tell(_say(options, "made", path=written.absolute()))


def write_last_quarter(options: Options, book: str, folder: Path) -> Path:
    """Write the public overview of the last full quarter into a folder, beside what is there; the
    file that was made. The book was synced just now: nothing can be the matter with it.
    """
    from trustbook.overview.files import file_name, save
    from trustbook.overview.period import choose

    span = choose(None, None, None, options.today)
    reading = options.read(book, facts_on=span.last)
    figures = _count(options, reading, span, "public")
    path = folder / file_name(span, "public", options.words, "html")
    return save(_render(figures, options.words, "html", None, path), path, replace=False)


def _form_by_name(output: Path | None) -> Form:
    """The form that the name of the file asks for; html where it asks for none we make."""
    from trustbook.overview.files import ENDINGS

    if output is None or output.is_dir():
        return "html"
    ending = output.suffix.lower()
    return next((form for form, endings in ENDINGS.items() if ending in endings), "html")


def _view(phenomenon: str | None, area: str | None, edition: Edition) -> View:
    from trustbook.errors import UsageError

    view = View(phenomenon, area)
    if view and edition == "public":
        raise UsageError("overview.part_not_public")
    return view


def _must_fit(template: Path | None, form: Form) -> None:
    from trustbook.errors import UsageError

    if template is not None and form != "docx":
        raise UsageError("overview.template_only_word")


def _read(options: Options, book: str | None, day: date, edition: Edition) -> Reading:
    """The book, also with undated facts as they were on ``day``.

    Raises SafetyStop where a sync would stop, and for a public edition of a book whose memory is
    kept elsewhere; for a public one what keeps us from any of its workbooks.
    """
    from trustbook.cli import console

    reading = options.read(book, facts_on=day)
    if reading.stopped is not None:
        if options.json:
            console.print_json({"file": None, **reading.as_json()})
        raise reading.stopped
    if edition == "public":
        must_be_publishable(reading, options.words)
    options.tell(reading)
    return reading


def _count(
    options: Options, reading: Reading, span: Span, edition: Edition, view: View = _WHOLE
) -> Figures:
    """The figures of an edition; those of the public one are remembered from here on."""
    from trustbook.overview import count_public, count_quarter

    (book, facts_as_of), lang = reading.then, options.words
    if edition != "public":
        book, part = view.narrowed(options, book)
        memory = _memory(options, book, min(span.last, options.today), edition)
        whole = count_quarter(book, span, options.today, edition, lang, facts_as_of, memory=memory)
        return replace(whole, part=part)
    publisher = Publisher(reading, options.keeper, lang)
    published = publisher.published()
    figures, page = count_public(book, span, options.today, lang, facts_as_of, published)
    publisher.remember(page, published)
    return figures


def _memory(options: Options, book: Book, day: date, edition: Edition) -> TeamMemory | None:
    """What the ledger tells the team."""
    if edition != "team" or options.keeper is None:
        return None
    from trustbook.run.team_memory import team_memory

    return team_memory(book, options.workbooks[0], options.keeper, day)


def _render(figures: Figures, lang: str, form: Form, template: Path | None, path: Path) -> bytes:
    """The file's bytes; where no browser can print the PDF, the web page is left beside it and the
    sentence says so.
    """
    from trustbook.overview.files import render_overview, save
    from trustbook.overview.pdf import NoBrowser

    page = path.with_suffix(".html")
    try:
        return render_overview(figures, lang, form, template, page)
    except NoBrowser as fault:
        stands = save(render_overview(figures, lang, "html", None, page), page, replace=False)
        fault.params["path"] = stands.absolute()
        raise


def _save_template(options: Options, path: Path) -> None:
    from trustbook.cli import console
    from trustbook.errors import UsageError
    from trustbook.overview.docx import shipped_template
    from trustbook.places.made_files import PAGE_MODE, make_new

    if path.suffix.lower() != ".docx":
        raise UsageError("wrong_ending", path=path, endings=".docx")
    make_new(path, shipped_template(options.words).read_bytes(), PAGE_MODE)
    if options.json:
        console.print_json({"template": str(path)})
    elif not options.quiet:
        console.tell(_say(options, "template_made", path=path.absolute()))


def _tell_why_not(options: Options, span: Span, path: Path, reading: Reading) -> None:
    from trustbook.cli import console
    from trustbook.dates import write_date
    from trustbook.overview.period import due_on

    if options.json:
        made = str(path) if path.exists() else None
        console.print_json({"file": made, "due": due_on(span), **reading.as_json()})
    elif path.exists() and not options.quiet:
        console.tell(_say(options, "made_before", path=path.absolute()))
    elif not options.quiet:
        lang = options.words
        console.tell(
            _say(options, "not_due", quarter=span.label(lang), day=write_date(due_on(span), lang))
        )


def _say(options: Options, key: str, **params: object) -> str:
    from trustbook.messages import say

    return say(options.words, f"overview.{key}", **params)
