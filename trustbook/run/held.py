"""What is held about somebody, and what forgetting them takes; nothing is changed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from trustbook.errors import UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.locate import LedgerLocator
from trustbook.model import Book
from trustbook.network.hiding import Hide
from trustbook.places.made_files import all_made, made_texts
from trustbook.reading.cells import shown
from trustbook.reading.lists import Listing
from trustbook.run.forgetting import Forgetting, rows_cleared, where_it_stays
from trustbook.run.form_cells import named_in_forms
from trustbook.run.history import memory_of_book
from trustbook.run.merge_partners import must_be_parted
from trustbook.run.proposed_people import hidden_on_proposals
from trustbook.run.read import Reading, Request, read_book
from trustbook.run.replica import Replica
from trustbook.run.whom import Whom, forgetting_of
from trustbook.snapshot import CellEdit
from trustbook.workbooks.base import Workbook

Find: TypeAlias = Callable[[Book, Ledger | None], Whom]


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

    ``book`` is that of the workbook in which they were found. ``cells`` in all workbooks; ``rows``
    (sheet, row) go whole. ``left`` are cells (workbook, sheet, cell) that name them and are not
    ours to write, ``absent`` the workbooks that are out of reach. ``identities`` are the rows of
    which nothing is kept. ``forgotten`` is what was done to the memory; None where nothing was.
    ``pages`` of ours that name them are thrown away, but for those that people changed
    (``pages_left``).
    """

    whom: Whom
    book: Book
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


def what_would_go(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    find: Find,
    request: Request,
    forms: Sequence[str] = (),
) -> tuple[Erasure, Reading]:
    """All that forgetting somebody takes, and the book; nothing is changed. ``forms`` are the
    sheets with answers of forms. Raises what keeps a sync from its work, and what ``find`` raises.
    """
    reading = read_book(workbooks, keeper, request)
    if stop := reading.stopped or reading.elsewhere:
        raise stop
    with memory_of_book(keeper, workbooks[0]) as ledger:
        erasure = all_that_names(workbooks, reading, ledger, find, forms)
    must_be_forgettable(erasure, workbooks[0])
    return erasure, reading


def must_be_forgettable(erasure: Erasure, workbook: Workbook) -> None:
    """Raise UsageError where forgetting somebody would forget another unasked: two that are one."""
    partners = [erasure.book.partners[at] for at in erasure.whom.partners]
    must_be_parted(erasure.book, partners, workbook.address, erasure.whom.asked)


def all_that_names(
    workbooks: Sequence[Workbook],
    reading: Reading,
    ledger: Ledger,
    find: Find,
    forms: Sequence[str] = (),
) -> Erasure:
    """All in which somebody stands, in a book that was read and by its ``ledger``."""
    book, whom = _found(reading, ledger, find)
    erasure = Erasure(whom, book, forgetting_of(book, ledger, whom))
    erasure.absent = absent_from(ledger, reading)
    erasure.identities = set().union(*whom.identities(book).values())
    erasure.pages = pages_naming(erasure.forgetting.hide)
    for judged in reading.judged:
        _note(erasure, judged.merged.replica)
    there = {judged.merged.address for judged in reading.judged}
    _note_forms(erasure, [one for one in workbooks if one.address in there], forms)
    return erasure


def _found(reading: Reading, ledger: Ledger, find: Find) -> tuple[Book, Whom]:
    """Who is meant, and the book that has them: of two workbooks one may have no sheet People.
    Raises what ``find`` raises where none has.
    """
    books = [one.book for one in reading.judged]
    for book in books[:-1]:
        try:
            return book, find(book, ledger)
        except UsageError as fault:
            if fault.key != "forget.nobody":
                raise
    return books[-1], find(books[-1], ledger)


def absent_from(ledger: Ledger, reading: Reading) -> list[str]:
    """The workbooks of the book that were not read."""
    there = {one.merged.address for one in reading.judged}
    return [one for one in ledger.addresses() if one not in there]


def _note_forms(erasure: Erasure, workbooks: Sequence[Workbook], forms: Sequence[str]) -> None:
    """Note the answers of forms that name them."""
    for workbook in workbooks if forms else ():
        named = named_in_forms(workbook, forms, erasure.forgetting.hide)
        erasure.left += [one for one in named if one not in erasure.left]


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
    for sheet, row, identity, column, text in erasure.whom.cards.shown_in(
        replica, erasure.book.lang
    ):
        held = (replica.name, sheet, row, identity, column)
        erasure.cells.append(ErasedCell(*held, True, text, ""))
        erasure.rows += [(sheet, row)] if (sheet, row) not in erasure.rows else []
    for sheet, row, identity, column, *told in hidden_on_proposals(
        replica, without, erasure.book.lang
    ):
        held = (replica.name, sheet, row, identity, column)
        erasure.cells.append(ErasedCell(*held, False, *told))
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
