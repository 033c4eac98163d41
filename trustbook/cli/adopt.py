"""The command `adopt`: shows what an existing workbook would be read as, and with --yes makes it
so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.options import Options, everywhere
from trustbook.errors import SafetyStop, TrustbookError, UsageError
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


@dataclass(frozen=True, slots=True)
class _Look:
    """What was read and what is proposed; ``fault`` is what doing it would end with, if so.

    ``address`` is where the workbook stands, or will: that of a CSV is to be made (``fresh``).
    """

    workbook: Workbook
    snapshot: Snapshot
    proposal: MappingProposal
    adding: Adding | None
    fault: TrustbookError | None
    address: str
    fresh: bool


@click.command()
@click.argument("book", required=False)
@click.option(
    "--yes", is_flag=True, help="Do it: write trustbook.toml and add trustbook's own columns."
)
@click.option(
    "--partners",
    metavar="SHEET[:COLUMN]",
    help="Which sheet, and which column of it, holds the names of the partners.",
)
@everywhere
def adopt(options: Options, book: str | None, yes: bool, partners: str | None) -> None:
    """Read a spreadsheet with its own headers: propose what is what, and with --yes apply it.

    Nothing is moved or renamed. Without --yes nothing is written. A CSV becomes a new workbook.
    """
    from trustbook.adopt.lines import lines
    from trustbook.config import FILE

    target = options.target(book)
    file = options.config or Path(FILE)
    with TemporaryDirectory(prefix="trustbook-") as folder:
        look = _look(options, target, book, partners, file, Path(folder))
        if yes:
            _refuse(look)
        wanted = look.adding.adoption if look.adding else look.proposal.adoption
        headers = _headers(options, target, look.proposal)
        name, new = _book(target.name, look.address, file, headers)
        settings = _Settings(file.absolute(), name, lines(name, wanted, new))
        written = yes and _carry_out(look, target, settings, new)
    if options.json:
        told = {"file": str(settings.file), "book": name, "lines": settings.text}
        _print_json(look, yes, {**told, "written": written}, options.words)
    elif yes:
        _told(options, look, written, settings)
    else:
        _show(look, options.words)
        _how_to_go_on(target, look, wanted, settings, _again(book or name, partners), options.words)


def _look(
    options: Options,
    target: Target,
    book: str | None,
    partners: str | None,
    file: Path,
    folder: Path,
) -> _Look:
    """Read the workbook, propose, and see whether it would work; nothing of people's is written."""
    from trustbook.adopt.apply import plan_adoption
    from trustbook.adopt.check import fault_of

    address, workbook = _opened(target, folder)
    snapshot = workbook.read(lambda title: True)
    wanted = options.lang or target.language
    proposal = _proposal(snapshot, target, wanted, partners, book or target.name)
    options.words = wanted or proposal.language
    headers = _headers(options, target, proposal)
    adding = fault = None
    if "partners" in proposal.lists:
        adding = plan_adoption(snapshot, proposal, headers, workbook.widens)
        fault = fault_of(workbook, snapshot, proposal, adding, file)
    fresh = address != target.workbooks[0]
    if fresh and Path(address).exists():
        fault = UsageError("adopt.csv_taken", file=address)
    return _Look(workbook, snapshot, proposal, adding, fault, address, fresh)


def _headers(options: Options, target: Target, proposal: MappingProposal) -> str:
    """The language of the columns and sheets that are added."""
    return options.lang or target.language or proposal.language


def _opened(target: Target, folder: Path) -> tuple[str, Workbook]:
    """Where the one workbook of the book stands, and the workbook; that of a CSV in ``folder``."""
    from trustbook.adopt.csv_book import is_csv, read_csv, write_workbook
    from trustbook.workbooks import open_workbook

    if len(target.workbooks) > 1:
        raise UsageError("one_workbook_only", name=target.name)
    address = target.workbooks[0]
    if not is_csv(address):
        return address, open_workbook(address, target.key_file, target.adoption)
    path = Path(address)
    made = folder / path.with_suffix(".xlsx").name
    write_workbook(read_csv(path), path.stem, made)
    return str(path.with_suffix(".xlsx")), open_workbook(str(made))


def _proposal(
    snapshot: Snapshot, target: Target, lang: str | None, partners: str | None, book: str
) -> MappingProposal:
    """What the workbook would be read as: as trustbook.toml says, where it says so already."""
    from trustbook.adopt.proposal import propose
    from trustbook.adopt.settled import as_settled

    if target.adoption and partners is None:
        return as_settled(snapshot, target.adoption, lang)
    return propose(snapshot, lang, partners, book)


def _refuse(look: _Look) -> None:
    """Raise why the proposal cannot be carried out, if it cannot: what the proposal says too."""
    if look.adding is None:
        why = look.proposal.doubts
        raise SafetyStop("adopt.no_partners", name=look.snapshot.workbook, why=why)
    if look.fault is not None:
        raise look.fault


def _carry_out(look: _Look, target: Target, settings: _Settings, new: NewBook | None) -> bool:
    """Write the workbook and the settings; False where the lines must be pasted by hand."""
    from trustbook.adopt.csv_book import publish
    from trustbook.adopt.lines import put

    assert look.adding is not None
    look.workbook.write(look.adding.changes, look.snapshot.version)
    if look.fresh:
        publish(Path(look.workbook.address), Path(look.address))
    if target.adoption is not None:
        return target.adoption == look.adding.adoption
    return put(settings.file, settings.name, look.adding.adoption, new)


def _again(book: str, partners: str | None) -> str:
    """What was typed after "trustbook adopt", to be typed again."""
    from trustbook.merge.allowances import shell_quoted

    chosen = ["--partners", shell_quoted(partners)] if partners else []
    return " ".join([shell_quoted(book), *chosen])


def _print_json(look: _Look, applied: bool, settings: dict[str, Any], lang: str) -> None:
    from trustbook.adopt.proposal import proposal_json
    from trustbook.cli import console

    adding, fault = look.adding, look.fault
    added = {"columns": dict(adding.added), "sheet": adding.log} if adding else None
    stopped = fault.as_json(lang) if fault else None
    data = {**proposal_json(look.proposal), "adds": added, "stopped": stopped, "settings": settings}
    console.print_json({"workbook": look.address, "applied": applied, **data})


def _how_to_go_on(
    target: Target, look: _Look, wanted: Adoption, settings: _Settings, typed: str, lang: str
) -> None:
    """The lines that trustbook.toml lacks, and what to type to make the proposal so.

    That is said only where it will work.
    """
    from trustbook.cli import console

    if look.adding is None:
        return
    if look.fault is not None:
        console.tell(say(lang, "adopt.cannot", why=look.fault.sentence(lang)))
        return
    if target.adoption != wanted:
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


def _show(look: _Look, lang: str) -> None:
    """The proposal, sheet by sheet, and what --yes would add."""
    from trustbook.cli import console
    from trustbook.columns import TYPED
    from trustbook.privacy import spoken

    labels = {sheet.key: sheet for sheet in TYPED}
    for found in look.proposal.sheets:
        lists = " + ".join(labels[name].label(lang) for name in found.lists) or say(
            lang, "adopt.not_read"
        )
        console.out(say(lang, "adopt.sheet", sheet=spoken(found.title), lists=lists, why=found.why))
        if found.lists:
            _table(found, lang)
    for line in look.proposal.notes:
        console.out(line)
    if look.adding is None or look.fault is not None:
        return
    for line in _adds(look, look.adding, lang):
        console.out(line)
    if look.adding.log:
        console.out(say(lang, "adopt.note_no_moments", sheet=look.adding.log))


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


def _adds(look: _Look, adding: Adding, lang: str) -> list[str]:
    """What is added to the workbook, and where nothing is."""
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


def _told(options: Options, look: _Look, written: bool, settings: _Settings) -> None:
    """What was done; the lines themselves where they could not be put into trustbook.toml."""
    from trustbook.cli import console

    lang = options.words
    if not written:
        console.tell(say(lang, "adopt.paste", file=settings.file))
        console.out(settings.text)
    if options.quiet or look.adding is None:
        return
    for line in _adds(look, look.adding, lang):
        console.tell(line)
    if look.adding.log:
        console.tell(say(lang, "adopt.added_log", sheet=look.adding.log))
    if written:
        console.tell(say(lang, "adopt.done", file=settings.file, book=settings.name))
