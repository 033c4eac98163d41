"""The command `adopt`: shows what an existing workbook would be read as, and with --yes makes it
so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.help import explained
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.errors import UsageError
from trustbook.messages import say

if TYPE_CHECKING:
    from trustbook.adopt.apply import Adding
    from trustbook.adopt.lines import NewBook
    from trustbook.adopt.proposal import MappingProposal, SheetFound
    from trustbook.config import Target
    from trustbook.reading.adoption import Adoption
    from trustbook.snapshot import Snapshot
    from trustbook.workbooks.base import Workbook


@dataclass(frozen=True, slots=True)
class _Settings:
    """What belongs in trustbook.toml: the file, the book's name there, and the lines."""

    file: Path
    name: str
    text: str


@explained()
@book_argument
@click.option("--yes", is_flag=True)
@everywhere
def adopt(options: Options, book: str | None, yes: bool) -> None:
    """Read a spreadsheet with its own headers: propose what is what, and with --yes apply it.

    Nothing is moved or renamed. Without --yes nothing is written.
    """
    from trustbook.adopt.lines import lines
    from trustbook.config import FILE
    from trustbook.merge.allowances import shell_quoted

    target = options.target(book)
    file = options.config or Path(FILE)
    workbook, snapshot = _read(target)
    proposal = _proposal(snapshot, target, options.words)
    headers = options.lang or target.language or proposal.language
    adding = _adding(snapshot, proposal, headers, yes)
    wanted = adding.adoption if adding else proposal.adoption
    name, new = _book(target, file, headers)
    settings = _Settings(file.absolute(), name, lines(name, wanted, new))
    written = False
    if yes and adding is not None:
        workbook.write(adding.changes, snapshot.version)
        written = _settle(target, file, name, adding, new)
    if options.json:
        told = {"file": str(settings.file), "book": name, "lines": settings.text}
        _print_json(target, yes, proposal, adding, {**told, "written": written})
    elif yes:
        _told(options, adding, written, settings)
    else:
        _show(proposal, adding, options.words)
        _how_to_go_on(target, adding, wanted, settings, shell_quoted(book or name), options.words)


def _read(target: Target) -> tuple[Workbook, Snapshot]:
    """The one workbook of the book, and every sheet in it."""
    from trustbook.workbooks import open_workbook

    if len(target.workbooks) > 1:
        raise UsageError("one_workbook_only", name=target.name)
    workbook = open_workbook(target.workbooks[0], target.key_file, target.adoption)
    return workbook, workbook.read(lambda title: True)


def _proposal(snapshot: Snapshot, target: Target, lang: str) -> MappingProposal:
    """What the workbook would be read as: as trustbook.toml says, where it says so already."""
    from trustbook.adopt.proposal import propose
    from trustbook.adopt.settled import as_settled

    if target.adoption:
        return as_settled(snapshot, target.adoption, lang)
    return propose(snapshot, lang)


def _adding(
    snapshot: Snapshot, proposal: MappingProposal, headers: str, yes: bool
) -> Adding | None:
    """What adopting adds; None where there is no list of partners and nobody asked for it."""
    from trustbook.adopt.apply import plan_adoption

    if yes or "partners" in proposal.lists:
        return plan_adoption(snapshot, proposal, headers)
    return None


def _print_json(
    target: Target,
    applied: bool,
    proposal: MappingProposal,
    adding: Adding | None,
    settings: dict[str, Any],
) -> None:
    from trustbook.adopt.proposal import proposal_json
    from trustbook.cli import console

    added = {"columns": dict(adding.added), "sheet": adding.log} if adding else None
    data = {**proposal_json(proposal), "adds": added, "settings": settings}
    console.print_json({"workbook": target.workbooks[0], "applied": applied, **data})


def _how_to_go_on(
    target: Target,
    adding: Adding | None,
    wanted: Adoption,
    settings: _Settings,
    book: str,
    lang: str,
) -> None:
    """The lines that trustbook.toml lacks, and what to type to make the proposal so."""
    from trustbook.cli import console

    if target.adoption != wanted:
        console.out(say(lang, "adopt.lines", file=settings.file))
        console.out(f"\n{settings.text}")
    console.tell(say(lang, f"adopt.{_next_step(target, adding)}", book=book))


def _next_step(target: Target, adding: Adding | None) -> str:
    """The name of the sentence that says how to make the proposal so."""
    if target.adoption is None:
        return "how_to_apply"
    return "how_to_add" if adding and adding.changes else "nothing_to_add"


def _book(target: Target, file: Path, language: str) -> tuple[str, NewBook | None]:
    """The name of the book, and what trustbook.toml must say of it where it lacks that name."""
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


def _told(options: Options, adding: Adding | None, written: bool, settings: _Settings) -> None:
    """What was done; the lines themselves where they could not be put into trustbook.toml."""
    from trustbook.cli import console

    lang = options.words
    if not written:
        console.tell(say(lang, "adopt.paste", file=settings.file))
        console.out(settings.text)
    if options.quiet or adding is None:
        return
    for line in _adds(adding, lang):
        console.tell(line)
    if adding.log:
        console.tell(say(lang, "adopt.added_log", sheet=adding.log))
    if written:
        console.tell(say(lang, "adopt.done", file=settings.file, book=settings.name))
