"""Forgetting for good: everything that is kept of a partner or a person, in one act."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from trustbook.errors import Busy, TrustbookError, gravest
from trustbook.ledger import Ledger
from trustbook.ledger.copies import all_that_is_kept, place_aside
from trustbook.ledger.ledger_place import home_of
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.tombstones import FORGOTTEN
from trustbook.ledger.transfer import put_back
from trustbook.merge.allowances import EVERYTHING
from trustbook.network.hiding import Hide
from trustbook.places.local import remove_leftovers
from trustbook.places.made_files import all_made, disown, remove_ours
from trustbook.run.forgetting import LeavesOut, Together
from trustbook.run.held import Erasure, Find, Forgotten, pages_naming, what_would_go
from trustbook.run.history import memory_of_book
from trustbook.run.read import Request
from trustbook.run.report import Report
from trustbook.run.sync import run_sync
from trustbook.run.whom import tombstone_of
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.registry import has_copies, open_workbook


def clear_pages(hide: Hide) -> tuple[list[Path], list[Path]]:
    """Throw away the pages that name somebody, as we left them; those that people changed since
    stay, and are told. Of neither is anything remembered.
    """
    for page in all_made():
        remove_leftovers(page)
    found = pages_naming(hide)
    for page in found:
        remove_ours(page)
        disown(page)
    for page in all_made():
        if not page.is_file():
            disown(page)
    left = [page for page in found if page.exists()]
    return [page for page in found if page not in left], left


def _put_tombstone(ledger: Ledger, erasure: Erasure, day: date) -> None:
    """Have the memory know them again; before they are erased in it."""
    stone = tombstone_of(erasure.book, ledger, erasure.whom, erasure.identities, day)
    stones = ledger.facts(FORGOTTEN)
    ledger.note(FORGOTTEN, stones | {secrets.token_hex(8): stone.kept()})
    erasure.whom.cards.refuse(ledger, day)


def forget_whom(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    find: Find,
    today: date,
    now: datetime,
    lang: str | None,
    forms: Sequence[str] = (),
) -> Erasure:
    """Erase somebody in every workbook, in the memory and in its copies, or nowhere.

    A sync goes first, so that all that was typed is known; what stops one stops this. Raises what
    it raises, Busy where one workbook cannot take its share now, and what ``find`` raises: nothing
    is then erased anywhere.
    """
    refuse_if_busy(workbooks)
    done = run_sync(workbooks, today, now, lang=lang, keeper=keeper)
    with nothing_erased(workbooks):
        at_hand = workbooks_at_hand(workbooks, done)
        return forget_synced(at_hand, keeper, find, Request(today, now, lang), forms)


def forget_synced(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    find: Find,
    request: Request,
    forms: Sequence[str] = (),
) -> Erasure:
    """The same in workbooks that were synced just now."""
    erasure, _ = what_would_go(workbooks, keeper, find, request, forms)
    erase_together(workbooks, keeper, [erasure], request)
    return erasure


def erase_together(
    workbooks: Sequence[Workbook],
    keeper: LedgerLocator,
    erasures: Sequence[Erasure],
    request: Request,
) -> None:
    """Erase several, no two of whom have a word of their names in common, in one act; what was done
    is noted with the last of them. Raises as ``forget_whom`` does.
    """
    identities = sorted(set().union(*(one.identities for one in erasures)))
    gone = Together([one.forgetting for one in erasures])

    def first(ledger: Ledger) -> int:
        for one in erasures:
            _put_tombstone(ledger, one, request.now.date())
        return ledger.forget(identities, hide=gone.hide)

    at = (request.today, request.now, request.lang)
    lines = Act(workbooks, keeper, gone, first, *at).go()
    done = forget(workbooks[0], identities, keeper, hide=gone.hide)
    erasures[-1].pages, erasures[-1].pages_left = clear_pages(gone.hide)
    for one in erasures:
        one.forgotten = Forgotten(0, [])
    erasures[-1].forgotten = Forgotten(lines + done.lines, done.copies)


@contextmanager
def nothing_erased(workbooks: Sequence[Workbook]) -> Iterator[None]:
    """Have what keeps us from erasing after a sync say that nothing was erased: that sync may have
    written.
    """
    stood = {book.address: _version(book) for book in workbooks}
    try:
        yield
    except Busy as busy:
        if any(_version(book) != stood[book.address] for book in workbooks):
            raise
        name = busy.params.get("name") or workbooks[0].name
        raise Busy("not_erased", name=name) from busy


def workbooks_at_hand(workbooks: Sequence[Workbook], done: Report) -> list[Workbook]:
    """The workbooks that can be reached. Raises Busy where waiting helps with another one."""
    if busy := [fault for _, fault in done.skipped if isinstance(fault, Busy)]:
        raise gravest(busy)
    away = {name for name, _ in done.skipped}
    return [one for one in workbooks if one.name not in away]


def refuse_if_busy(workbooks: Iterable[Workbook]) -> None:
    """Raise Busy where a workbook is open or in use: nothing is then even begun."""
    for book in workbooks:
        for one in book.examine():
            if isinstance(one.fault, Busy):
                one.fault.params.setdefault("name", book.name)
                raise one.fault


@dataclass(slots=True)
class Act:
    """One erasing: ``first`` is done to the memory before the workbooks are written without what
    goes. Until the first of them is written, all of it can be taken back.
    """

    workbooks: Sequence[Workbook]
    keeper: LedgerLocator
    leaves_out: LeavesOut
    first: Callable[[Ledger], int]
    today: date
    now: datetime
    lang: str | None

    def go(self) -> int:
        """Do it; how many lines of the memory were touched."""
        with memory_of_book(self.keeper, self.workbooks[0], reads_only=False) as ledger:
            memory, home = ledger.place, ledger.path
            assert memory is not None and home is not None
            spare = place_aside(home)
            ledger.copy_to(spare)
            stood = {book.address: _version(book) for book in self.workbooks}
            lines = self.first(ledger)
        try:
            run_sync(
                self.workbooks,
                self.today,
                self.now,
                lang=self.lang,
                keeper=self.keeper,
                allowed=EVERYTHING,
                forgetting=self.leaves_out,
            )
        except BaseException:
            # What was written already cannot be unwritten: the next run makes good the rest.
            if all(_version(book) == stood[book.address] for book in self.workbooks):
                put_back(spare, memory)
            raise
        finally:
            spare.unlink(missing_ok=True)
        return lines


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
    return erase_everywhere(workbook, keeper, lambda ledger: ledger.forget(identities, words, hide))


def erase_everywhere(
    workbook: Workbook, keeper: LedgerLocator, erase: Callable[[Ledger], int]
) -> Forgotten:
    """Erase something in every line of a book's memory, and throw away all dated copies."""
    with workbook.locked(wait=0):
        with memory_of_book(keeper, workbook) as ledger:
            book = ledger.book
        memories = keeper.shelf.lines(book)
        lines, copies = 0, _of_lines_gone(keeper, book)
        for memory in memories:
            with Ledger(memory, moved_too=True) as ledger:
                lines += erase(ledger)
                copies += _copies_of(ledger)
        copies = list(dict.fromkeys(copies))
        for copy in copies:
            copy.unlink(missing_ok=True)
    return Forgotten(lines, copies)


def _copies_of(ledger: Ledger) -> list[Path]:
    """All copies of a memory and of its workbooks that lie on a disk."""
    places = [place for place in ledger.addresses() if has_copies(place)]
    copies = [copy for place in places for copy in open_workbook(place).copies()]
    return [*(all_that_is_kept(ledger.path) if ledger.path else []), *copies]


def _of_lines_gone(keeper: LedgerLocator, book: str | None) -> list[Path]:
    """The copies of a book's memories, also where the memory itself is gone."""
    homes = filter(None, map(home_of, keeper.shelf.once(book) if book else []))
    return [one for home in homes for one in all_that_is_kept(home)]
