"""The command `adopt`: shows what an existing workbook would be read as, and with --yes makes it
so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trustbook.cli.options import Options, everywhere
from trustbook.errors import UsageError
from trustbook.messages import say

if TYPE_CHECKING:
    from trustbook.adopt.apply import Adding
    from trustbook.adopt.lines import NewBook
    from trustbook.adopt.proposal import MappingProposal, SheetFound
    from trustbook.config import Target


@click.command()
@click.argument("book", required=False)
@click.option(
    "--yes", is_flag=True, help="Do it: write trustbook.toml and add trustbook's own columns."
)
@everywhere
def adopt(options: Options, book: str | None, yes: bool) -> None:
    """Read a spreadsheet with its own headers: propose what is what, and with --yes apply it.

    Nothing is moved or renamed. Without --yes nothing is written.
    """
    from trustbook.adopt.apply import plan_adoption
    from trustbook.adopt.lines import lines
    from trustbook.adopt.proposal import proposal_json, propose
    from trustbook.adopt.settled import as_settled
    from trustbook.cli import console
    from trustbook.config import FILE
    from trustbook.workbooks import open_workbook

    target = options.target(book)
    if len(target.workbooks) > 1:
        raise UsageError("one_workbook_only", name=target.name)
    file, lang = options.config or Path(FILE), options.words
    workbook = open_workbook(target.workbooks[0], target.key_file, target.adoption)
    snapshot = workbook.read(lambda title: True)
    proposal = (
        as_settled(snapshot, target.adoption, lang) if target.adoption else propose(snapshot, lang)
    )
    headers = options.lang or target.language or proposal.language
    adding = (
        plan_adoption(snapshot, proposal, headers) if yes or "partners" in proposal.lists else None
    )
    name, new = _book(target, file, headers)
    text = lines(name, adding.adoption if adding else proposal.adoption, new)
    written = False
    if yes and adding is not None:
        workbook.write(adding.changes, snapshot.version)
        written = _settle(target, file, name, adding, new)
    if options.json:
        added = {"columns": dict(adding.added), "sheet": adding.log} if adding else None
        settings = {"file": str(file.absolute()), "book": name, "lines": text, "written": written}
        data = {**proposal_json(proposal), "adds": added, "settings": settings}
        console.print_json({"workbook": target.workbooks[0], "applied": yes, **data})
    elif not yes:
        _show(proposal, adding, lang)
        wanted = adding.adoption if adding else proposal.adoption
        if target.adoption != wanted:
            console.out(say(lang, "adopt.lines", file=file.absolute()))
            console.out(f"\n{text}")
        if target.adoption is None:
            console.tell(say(lang, "adopt.how_to_apply", book=book or name))
        else:
            changes = adding and adding.changes
            console.tell(
                say(
                    lang,
                    "adopt.how_to_add" if changes else "adopt.nothing_to_add",
                    book=book or name,
                )
            )
    else:
        _told(options, adding, written, text, file, name)


def _book(target: Target, file: Path, language: str) -> tuple[str, NewBook | None]:
    """The name of the book, and what trustbook.toml must say of it where it does not name it yet."""
    from trustbook.adopt.lines import NewBook, book_name
    from trustbook.config_file import read_config

    books = read_config(file).book if file.is_file() else {}
    if target.name in books:
        return target.name, None
    path, folder = Path(target.workbooks[0]), file.absolute().parent
    inside = path.is_relative_to(folder)
    address = path.relative_to(folder).as_posix() if inside else str(path)
    return book_name(path, list(books)), NewBook(address, language)


def _settle(target: Target, file: Path, name: str, adding: Adding, new: NewBook | None) -> bool:
    """Put the mapping into trustbook.toml; False where it must be pasted by hand."""
    from trustbook.adopt.lines import put

    if target.adoption is not None:
        return target.adoption == adding.adoption
    return put(file, name, adding.adoption, new)


def _show(proposal: MappingProposal, adding: Adding | None, lang: str) -> None:
    """The proposal, sheet by sheet, and what --yes would add."""
    from trustbook.cli import console
    from trustbook.columns import TYPED
    from trustbook.privacy import spoken

    labels = {sheet.key: sheet for sheet in TYPED}
    for found in proposal.sheets:
        lists = " + ".join(labels[name].label(lang) for name in found.lists) or say(
            lang, "adopt.not_read"
        )
        console.out(say(lang, "adopt.sheet", sheet=spoken(found.title), lists=lists, why=found.why))
        if found.lists:
            _table(found, lang)
    for line in [*proposal.notes, *(_adds(adding, lang) if adding else ())]:
        console.out(line)


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


def _adds(adding: Adding, lang: str) -> list[str]:
    said = [
        say(lang, "adopt.adds", sheet=title, columns=", ".join(new))
        for title, new in adding.added.items()
    ]
    return said + [say(lang, "adopt.note_no_columns", sheet=title) for title in adding.skipped]


def _told(
    options: Options, adding: Adding | None, written: bool, text: str, file: Path, name: str
) -> None:
    """What was done; the lines themselves where they could not be put into trustbook.toml."""
    from trustbook.cli import console

    lang = options.words
    if not written:
        console.tell(say(lang, "adopt.paste", file=file.absolute()))
        console.out(text)
    if options.quiet or adding is None:
        return
    for line in _adds(adding, lang):
        console.tell(line)
    if adding.log:
        console.tell(say(lang, "adopt.added_log", sheet=adding.log))
    if written:
        console.tell(say(lang, "adopt.done", file=file.absolute(), book=name))
