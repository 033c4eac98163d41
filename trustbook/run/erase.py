"""Forgetting for good: everything that is kept of a partner or a person, in one act."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from trustbook.errors import Busy, NoAccess, TrustbookError, gravest
from trustbook.ledger import Ledger
from trustbook.ledger.copies import all_that_is_kept, place_aside, place_of_copies
from trustbook.ledger.ledger_names import ledgers_of
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.tombstones import FORGOTTEN
from trustbook.merge.allowances import EVERYTHING
from trustbook.merge.threeway import Event
from trustbook.model import Book
from trustbook.network.hiding import Hide, hidden_value
from trustbook.places.made_files import all_made, disown, made_texts, remove_ours
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing
from trustbook.run.forgetting import Forgetting, rows_cleared, where_it_stays
from trustbook.run.history import memory_of_book
from trustbook.run.read import Reading, Request, read_book
from trustbook.run.replica import Replica
from trustbook.run.sync import run_sync
from trustbook.run.whom import Whom, forgetting_of, tombstone_of
from trustbook.snapshot import CellEdit
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.registry import is_path, open_workbook

Find: TypeAlias = Callable[[Book, Ledger | None], Whom]
# Faults of a workbook at which nothing is even begun.
_KEEPS_US_OUT = (Busy.exit_code, NoAccess.exit_code)


@dataclass(frozen=True, slots=True)
class ErasedCell:
    """A cell that is, or would be, written: where it stands, as people call that, the ID of its
    row, what stood there and what will; ``whole``: all of the row goes.
    """

    workbook: str
    sheet: str
    row: int
    id: str
    column: str
    whole: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting did: the lines of the memory that were overwritten, and the copies of
    workbooks and of the memory thrown away.
    """

    lines: int
    copies: list[Path]


@dataclass(slots=True)
class Erasure:
    """What forgetting somebody takes, or took.

    ``cells`` in all workbooks; ``rows`` (sheet, row) go whole. ``left`` are cells (workbook, sheet,
    cell) that name them and are not ours to write, ``absent`` the workbooks that are out of reach.
    ``identities`` are the rows of which nothing is kept. ``forgotten`` is what was done to the
    memory; None where nothing was. ``pages`` of ours that name them are thrown away, but for those
    that people changed (``pages_left``).
    """

    whom: Whom
    forgetting: Forgetting
    cells: list[ErasedCell] = field(default_factory=list)
    rows: list[tuple[str, int]] = field(default_factory=list)
    left: list[tuple[str, str, str]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    identities: set[str] = field(default_factory=set)
    forgotten: Forgotten | None = None
    pages: list[Path] = field(default_factory=list)
    pages_left: list[Path] = field(default_factory=list)


def pages_naming(hide: Hide) -> list[Path]:
    """The files that trustbook made for people and in which, or in whose path, a name stands."""
    return [page for page in all_made() if page.is_file() and _names(page, hide)]


def _names(page: Path, hide: Hide) -> bool:
    told = str(page)
    with suppress(OSError):
        told += made_texts(page)
    return hide(told) != told


def _clear_pages(hide: Hide) -> tuple[list[Path], list[Path]]:
    """Throw away the pages that name somebody, as we left them; those that people changed since
    stay, and are told. Of neither is anything remembered.
    """
    found = pages_naming(hide)
    for page in found:
        remove_ours(page)
    for page in (one for one in all_made() if one in found or not one.is_file()):
        disown(page)
    return [one for one in found if not one.exists()], [one for one in found if one.exists()]


def what_would_go(
    workbooks: Sequence[Workbook], keeper: LedgerLocator, find: Find, request: Request
) -> tuple[Erasure, Reading]:
    """All that forgetting somebody takes, and the book; nothing is changed. Raises what keeps a
    sync from its work, and what ``find`` raises.
    """
    reading = read_book(workbooks, keeper, request)
    if stop := reading.stopped or reading.elsewhere:
        raise stop
    with memory_of_book(keeper, workbooks[0]) as ledger:
        whom = find(reading.book, ledger)
        erasure = Erasure(whom, forgetting_of(reading.book, ledger, whom))
        there = {one.merged.address for one in reading.judged}
        erasure.absent = [one for one in ledger.addresses() if one not in there]
    found = whom.identities(reading.book)
    erasure.identities = {one for identities in found.values() for one in identities}
    erasure.pages = pages_naming(erasure.forgetting.hide)
    for judged in reading.judged:
        _note(erasure, judged.merged.replica)
    return erasure, reading


def _put_tombstone(ledger: Ledger, erasure: Erasure, book: Book, day: date) -> None:
    """Have the memory know them again; before they are erased in it."""
    stone = tombstone_of(book, ledger, erasure.whom, erasure.identities, day)
    stones = ledger.facts(FORGOTTEN)
    ledger.note(FORGOTTEN, stones | {secrets.token_hex(8): stone.kept()})


def _note(erasure: Erasure, replica: Replica) -> None:
    """Note what it takes in one workbook."""
    without = erasure.forgetting.left_out_of(replica)
    stood, whole = _Stood(replica), rows_cleared(without)
    erasure.rows += sorted(whole)
    erasure.identities |= {stood.identity(*place) for place in whole} - {""}
    for edit in without.erased or ():
        identity = stood.identity(edit.sheet, edit.row)
        texts = (shown(stood.value(edit) or ""), shown(edit.value or ""))
        place = (replica.name, edit.sheet, edit.row, identity, stood.header(edit))
        erasure.cells.append(ErasedCell(*place, (edit.sheet, edit.row) in whole, *texts))
    left = where_it_stays(erasure.forgetting, without)
    erasure.left += [(replica.name, sheet, cell) for sheet, cell in left]


class _Stood:
    """What stands in a workbook, by sheet and row."""

    def __init__(self, replica: Replica) -> None:
        self._lists: dict[str, list[Listing]] = {}
        for listing in replica.lists.values():
            self._lists.setdefault(listing.title, []).append(listing)

    def _listing(self, sheet: str, row: int) -> Listing:
        return next((one for one in self._lists[sheet] if row in one.rows), self._lists[sheet][0])

    def identity(self, sheet: str, row: int) -> str:
        """The ID of a row; "" for one without."""
        listing = self._listing(sheet, row)
        return str(listing.get("id")[listing.rows.index(row)] or "")

    def header(self, edit: CellEdit) -> str:
        """The header above an edit."""
        listing = self._listing(edit.sheet, edit.row)
        names = {number: name for name, number in listing.columns.items()}
        return listing.header(names[edit.column])

    def value(self, edit: CellEdit) -> object:
        """What stands where an edit goes."""
        listing = self._listing(edit.sheet, edit.row)
        names = {number: name for name, number in listing.columns.items()}
        return listing.cells[names[edit.column]][listing.rows.index(edit.row)]


def forget_whom(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    find: Find,
    today: date,
    now: datetime,
    lang: str | None,
) -> Erasure:
    """Erase somebody in every workbook, in the memory and in its copies, or nowhere.

    A sync goes first, so that all that was typed is known; what stops one stops this. Raises what
    it raises, Busy where one workbook cannot take its share now, and what ``find`` raises: nothing
    is then erased anywhere.
    """
    _refuse_if_busy(workbooks)
    done = run_sync(workbooks, today, now, lang=lang, keeper=keeper)
    away = [fault for _, fault in done.skipped]
    if any(isinstance(fault, Busy) for fault in away):
        raise gravest(fault for fault in away if isinstance(fault, Busy))
    out_of_reach = {name for name, _ in done.skipped}
    at_hand = [one for one in workbooks if one.name not in out_of_reach]
    erasure, reading = what_would_go(at_hand, keeper, find, Request(today, now, lang))
    _Act(at_hand, keeper, erasure, reading.book, today, now, lang).go()
    return erasure


def _refuse_if_busy(workbooks: Iterable[Workbook]) -> None:
    for book in workbooks:
        for one in book.examine():
            if isinstance(one.fault, Busy):
                one.fault.params.setdefault("name", book.name)
                raise one.fault


@dataclass(slots=True)
class _Act:
    """One forgetting. Until the first workbook is written, all of it can be taken back."""

    workbooks: Sequence[Workbook]
    keeper: LedgerLocator
    erasure: Erasure
    book: Book
    today: date
    now: datetime
    lang: str | None

    def go(self) -> None:
        identities = sorted(self.erasure.identities)
        hide = self.erasure.forgetting.hide
        with memory_of_book(self.keeper, self.workbooks[0], reads_only=False) as ledger:
            memory = ledger.path
            assert memory is not None
            spare = place_aside(memory)
            ledger.copy_to(spare)
            stood = {book.address: _version(book) for book in self.workbooks}
            _put_tombstone(ledger, self.erasure, self.book, self.now.date())
            lines = ledger.forget(identities, hide=hide)
        try:
            run_sync(
                self.workbooks,
                self.today,
                self.now,
                lang=self.lang,
                keeper=self.keeper,
                allowed=EVERYTHING,
                forgetting=self.erasure.forgetting,
            )
        except BaseException:
            # What was written already cannot be unwritten: the next run makes good the rest.
            if all(_version(book) == stood[book.address] for book in self.workbooks):
                spare.replace(memory)
            raise
        finally:
            spare.unlink(missing_ok=True)
        done = forget(self.workbooks[0], identities, self.keeper, hide=hide)
        self.erasure.pages, self.erasure.pages_left = _clear_pages(hide)
        self.erasure.forgotten = Forgotten(lines + done.lines, done.copies)


def _version(book: Workbook) -> str | None:
    if version := book.standing():
        return version
    with suppress(TrustbookError):
        return book.read().version
    return None


def forget(
    workbook: Workbook,
    identities: Sequence[str],
    keeper: LedgerLocator,
    words: Sequence[str] = (),
    hide: Hide | None = None,
) -> Forgotten:
    """Overwrite all that is kept of a partner's or person's rows, and their names wherever else
    these stand.

    ``identities``: their IDs and those of rows that are only about them; their names, now and
    before, are known from these, and ``words`` are hidden likewise; or ``hide`` says what is. The
    dated copies of the workbooks go too; the workbooks themselves are the caller's to clean first:
    what still stands there is learned again by the next sync. Every line of the book in the
    keeper's folder forgets. Raises UsageError where nothing is remembered of the workbook.
    """
    with workbook.locked(wait=0):
        with memory_of_book(keeper, workbook) as ledger:
            found, book = ledger.path, ledger.book
        assert found is not None
        memories = [found] if keeper.fixed else ledgers_of(keeper.folder, book)
        lines, copies = 0, _of_lines_gone(keeper, book)
        for memory in memories:
            with Ledger(memory) as ledger:
                lines += ledger.forget(identities, words, hide)
                places = [place for place in ledger.addresses() if is_path(place)]
            copies += all_that_is_kept(memory)
            copies += [copy for place in places for copy in open_workbook(place).copies()]
        copies = list(dict.fromkeys(copies))
        for copy in copies:
            copy.unlink(missing_ok=True)
    return Forgotten(lines, copies)


def _of_lines_gone(keeper: LedgerLocator, book: str | None) -> list[Path]:
    """The copies of a book's memories, also where the memory itself is gone."""
    folders = [] if keeper.fixed else ledgers_of(keeper.folder, book, ".copies")
    return [one for folder in folders for one in all_that_is_kept(place_of_copies(folder))]


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held about a person: the cells of every workbook, how many lines of the journal
    are about them, and in how many copies and which pages of ours they stand.
    """

    erasure: Erasure
    journal: int
    copies: list[Path]

    def as_json(self) -> dict[str, object]:
        """The same for machines."""
        rows = [
            {"sheet": one.sheet, "id": one.id or None, "column": one.column, "value": one.before}
            for one in self.erasure.cells
        ]
        return {
            "person": self.erasure.whom.name,
            "rows": rows,
            "journal": self.journal,
            "copies": len(self.copies),
        }


def all_that_is_held(
    workbooks: Sequence[Workbook], keeper: LedgerLocator, find: Find, request: Request
) -> tuple[Held, Reading]:
    """What is held about somebody, and the book; reads only. Raises as ``what_would_go``."""
    erasure, reading = what_would_go(workbooks, keeper, find, request)
    with memory_of_book(keeper, workbooks[0]) as ledger:
        journal = sum(_is_about(event, erasure) for _, _, event in ledger.journal())
        memory = ledger.path
    copies = [copy for book in workbooks for copy in book.copies()]
    if memory is not None:
        copies += all_that_is_kept(memory)
    return Held(erasure, journal, copies), reading


def _is_about(event: Event, erasure: Erasure) -> bool:
    """Whether a line of the journal is about somebody, or names them."""
    hide = erasure.forgetting.hide
    named = any(hidden_value(value, hide) != value for value in (event.old, event.new))
    return named or event.id in erasure.identities
