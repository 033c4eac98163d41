"""The command `adopt`: shows what an existing workbook would be read as, and with --yes makes it
so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.help import explained
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.messages import say

if TYPE_CHECKING:
    from trustbook.adopt.apply import Adding
    from trustbook.adopt.lines import NewBook
    from trustbook.adopt.look import Look
    from trustbook.adopt.proposal import SheetFound
    from trustbook.config import Target


@dataclass(frozen=True, slots=True)
class _Settings:
    """What belongs in trustbook.toml: the file, the book's name there, and the lines."""

    file: Path
    name: str
    text: str


@explained()
@book_argument
@click.option("--yes", is_flag=True)
@click.option("--partners", metavar="SHEET[:COLUMN]")
@everywhere
def adopt(options: Options, book: str | None, yes: bool, partners: str | None) -> None:
    """Read a spreadsheet with its own headers: propose what is what, and with --yes apply it.

    Nothing is moved or renamed. Without --yes nothing is written. A CSV becomes a new workbook.
    """
    from trustbook.adopt.lines import lines
    from trustbook.adopt.look import Wish, carry_out, look_at_book, must_be_possible
    from trustbook.config import FILE

    target = options.target(book)
    file = options.config or Path(FILE)
    wish = Wish(options.lang or target.language, partners, book or target.name, file.absolute())
    with TemporaryDirectory(prefix="trustbook-") as folder:
        look = look_at_book(target, wish, Path(folder))
        options.words = look.lang
        name, new = _book(target.name, look.address, file, look.lang)
        settings = _Settings(wish.file, name, lines(name, look.wanted, new))
        written = False
        if yes:
            must_be_possible(look)
            written = carry_out(look, target, wish.file, name, new)
    if options.json:
        told = {"file": str(settings.file), "book": name, "lines": settings.text}
        _print_json(look, yes, {**told, "written": written})
    elif yes:
        _told(options, look, written, settings)
    else:
        _show(look)
        _how_to_go_on(target, look, settings, _again(book or name, partners))


def _again(book: str, partners: str | None) -> str:
    """What was typed after "trustbook adopt", to be typed again."""
    from trustbook.merge.allowances import shell_quoted

    chosen = ["--partners", shell_quoted(partners)] if partners else []
    return " ".join([shell_quoted(book), *chosen])


def _print_json(look: Look, applied: bool, settings: dict[str, Any]) -> None:
    from trustbook.adopt.proposal import proposal_json
    from trustbook.cli import console

    adding, fault = look.adding, look.fault
    added = {"columns": dict(adding.added), "sheet": adding.log} if adding else None
    stopped = fault.as_json(look.lang) if fault else None
    data = {**proposal_json(look.proposal), "adds": added, "stopped": stopped, "settings": settings}
    console.print_json({"workbook": look.address, "applied": applied, **data})


def _how_to_go_on(target: Target, look: Look, settings: _Settings, typed: str) -> None:
    """The lines that trustbook.toml lacks, and what to type to make the proposal so.

    That is said only where it will work.
    """
    from trustbook.cli import console

    lang = look.lang
    if look.fault is not None:
        console.tell(say(lang, "adopt.cannot", why=look.fault.sentence(lang)))
    if look.adding is None or look.fault is not None:
        return
    if target.adoption != look.wanted:
        console.out(say(lang, "adopt.lines", file=settings.file))
        console.out(f"\n{settings.text}")
    console.tell(say(lang, f"adopt.{_next_step(target, look.adding)}", book=typed))


def _next_step(target: Target, adding: Adding | None) -> str:
    """The name of the sentence that says how to make the proposal so."""
    if target.adoption is None:
        return "how_to_apply"
    return "how_to_add" if adding and adding.changes else "nothing_to_add"


def _book(book: str, workbook: str, file: Path, language: str) -> tuple[str, NewBook | None]:
    """The name of the book, and what trustbook.toml must say of it where it lacks that name."""
    from trustbook.adopt.lines import NewBook, book_name
    from trustbook.config_file import read_config
    from trustbook.workbooks.registry import is_path

    books = read_config(file).book if file.is_file() else {}
    if book in books:
        return book, None
    if not is_path(workbook):
        return book_name(Path("google"), list(books)), NewBook(workbook, language)
    path, folder = Path(workbook), file.absolute().parent
    inside = path.is_relative_to(folder)
    address = path.relative_to(folder).as_posix() if inside else str(path)
    return book_name(path, list(books)), NewBook(address, language)


def _show(look: Look) -> None:
    """The proposal, sheet by sheet, and what --yes would add."""
    from trustbook.cli import console

    for found in look.proposal.sheets:
        _show_sheet(found, look.lang)
    for line in look.proposal.notes:
        console.out(line)
    if look.fault is None and look.adding is not None:
        for line in _adds(look, look.adding):
            console.out(line)
        if look.adding.log:
            console.out(say(look.lang, "adopt.note_no_moments", sheet=look.adding.log))


def _show_sheet(found: SheetFound, lang: str) -> None:
    from trustbook.cli import console
    from trustbook.columns import TYPED
    from trustbook.privacy import spoken

    labels = {sheet.key: sheet.label(lang) for sheet in TYPED}
    lists = " + ".join(labels[name] for name in found.lists) or say(lang, "adopt.not_read")
    console.out(say(lang, "adopt.sheet", sheet=spoken(found.title), lists=lists, why=found.why))
    if found.lists:
        _table(found, lang)


def _table(found: SheetFound, lang: str) -> None:
    from trustbook.a1 import column_letters
    from trustbook.cli import console
    from trustbook.columns import TYPED
    from trustbook.privacy import spoken

    labels = {(s.key, c.key): f"{s.label(lang)}: {c.label(lang)}" for s in TYPED for c in s.columns}
    rows = [
        (
            f"{column_letters(column.number)}  {spoken(column.header)}",
            labels[column.sheet, column.name] if column.sheet and column.name else "",
            say(lang, f"adopt.sure_{column.sure}"),
            column.why,
        )
        for column in found.columns
    ]
    console.table(
        [say(lang, f"adopt.head_{name}") for name in ("column", "becomes", "sure", "why")], rows
    )


def _adds(look: Look, adding: Adding) -> list[str]:
    """What is added to the workbook, and where nothing is."""
    lang = look.lang
    said = [say(lang, "adopt.csv_becomes", file=look.address)] if look.fresh else []
    said += [
        say(lang, "adopt.adds", sheet=title, columns=", ".join(new))
        for title, new in adding.added.items()
    ]
    logs = look.proposal.lists.get("moments")
    for title in adding.skipped:
        ending = "_log" if logs and logs.title == title else ""
        said.append(say(lang, f"adopt.note_no_columns{ending}", sheet=title))
    if not look.workbook.widens:
        said.append(say(lang, "adopt.note_no_columns_here"))
    return said


def _told(options: Options, look: Look, written: bool, settings: _Settings) -> None:
    """What was done; the lines themselves where they could not be put into trustbook.toml."""
    from trustbook.cli import console

    lang = look.lang
    if not written:
        console.tell(say(lang, "adopt.paste", file=settings.file))
        console.out(settings.text)
    if options.quiet or look.adding is None:
        return
    for line in _adds(look, look.adding):
        console.tell(line)
    if look.adding.log:
        console.tell(say(lang, "adopt.added_log", sheet=look.adding.log))
    if written:
        console.tell(say(lang, "adopt.done", file=settings.file, book=settings.name))
