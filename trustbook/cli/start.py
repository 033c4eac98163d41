"""Commands that make a book: demo, init."""

from __future__ import annotations

from pathlib import Path

import click

from trustbook.cli import typed
from trustbook.cli.help import explained
from trustbook.cli.options import Options, everywhere
from trustbook.cli.overview import write_last_quarter
from trustbook.cli.report import report_json, show_summary
from trustbook.cli.sync import run_book
from trustbook.errors import UsageError


@explained()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@everywhere
def demo(options: Options, directory: Path | None) -> None:
    """Make a sample municipality's book, sync it, write the quarter's overview and show the
    verdicts. Works offline.
    """
    from trustbook.demo import make_sample
    from trustbook.ledger.ledger_names import leave_place
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.places.data_folder import data_folder, own_folder
    from trustbook.workbooks import open_workbook

    lang = options.words
    folder = directory or Path("demo")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError("file_exists", path=folder) from None
    path = folder / ("netwerk.xlsx" if lang == "nl" else "network.xlsx")
    if path.exists():
        raise UsageError("file_exists", path=path)
    own_folder(data_folder())  # before anything is made: without it nothing can be synced
    from trustbook.cli import console

    with console.progress(options.quiet, options.say) as step:
        step("sample")
        make_sample(path, lang, options.today)
        options.keeper, workbook = LedgerLocator(), open_workbook(str(path))
        leave_place(options.keeper.folder, workbook.address)
        report = run_book(options, [workbook], dry_run=False)
    page = write_last_quarter(options, str(path), folder)
    if options.json:
        made = {"workbook": str(path), "overview": str(page)}
        console.print_json({**made, **report_json(report, options)})
        return
    if not options.quiet:
        console.out(options.say("demo_made", path=path, page=page))
        show_summary(report, options, str(path))


@explained()
@click.argument("book")
@everywhere
def init(options: Options, book: str) -> None:
    """Make a new workbook from the template, or prepare an empty Google Sheet."""
    from trustbook.cli import console
    from trustbook.workbooks.registry import make_workbook

    target = options.target(book)
    address = target.workbooks[0]
    make_workbook(address, target.access, options.words)
    if options.json:
        console.print_json({"workbook": address})
    elif not options.quiet:
        console.tell(options.say("init_made", path=address, book=typed.book_typed(book)))
