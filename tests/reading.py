"""Books as tests read them: by the one door, or from the cells of a snapshot alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from trustbook.ledger.locate import LedgerLocator
from trustbook.model import Book, Memory
from trustbook.reading.lists import find_lists, lists_in
from trustbook.reading.records import read_lists
from trustbook.run.read import Reading, Request, read_book
from trustbook.snapshot import Snapshot
from trustbook.workbooks.base import Workbook


def read(
    workbooks: Workbook | Sequence[Workbook],
    today: date,
    lang: str | None = None,
    keeper: LedgerLocator | None = None,
    now: date | None = None,
) -> Reading:
    """What every command would read; ``now`` is the real day, ``today`` itself if left out."""
    books = [workbooks] if isinstance(workbooks, Workbook) else workbooks
    clock = datetime.combine(now or today, time(12))
    return read_book(books, keeper, Request(today, clock, lang))


def book_in(
    snapshot: Snapshot, today: date, lang: str | None = None, memory: Memory | None = None
) -> Book:
    """The book that the cells of a snapshot hold, with nothing remembered."""
    return read_lists(find_lists(snapshot.grids), snapshot.epoch, today, lang, memory)


def book_of(workbook: Workbook, today: date, lang: str | None = None) -> Book:
    """The same for a workbook that may have names of its own."""
    wanted = workbook.adoption
    snapshot = workbook.read(wanted.reads) if wanted else workbook.read()
    return read_lists(lists_in(snapshot, wanted), snapshot.epoch, today, lang)
