"""Forgetting for good: everything that is kept of a partner or a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trustbook.ledger import Ledger
from trustbook.ledger.copies import all_that_is_kept, place_of_copies
from trustbook.ledger.ledger_names import ledgers_of
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.history import memory_of_book
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.registry import is_path, open_workbook


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting did: the lines of the memory that were overwritten, and the copies of
    workbooks thrown away.
    """

    lines: int
    copies: list[Path]


def forget(
    workbook: Workbook, identities: Sequence[str], keeper: LedgerLocator, words: Sequence[str] = ()
) -> Forgotten:
    """Overwrite all that is kept of a partner's or person's rows, and their names wherever else
    these stand.

    ``identities``: their IDs and those of rows that are only about them; their names, now and
    before, are known from these, and ``words`` are hidden likewise. A name that somebody else bears
    as well stays. The dated copies of the workbooks go too; the workbooks themselves are the
    caller's to clean first: what still stands there is learned again by the next sync. Every line
    of the book in the keeper's folder forgets. Raises UsageError where nothing is remembered of the
    workbook.
    """
    with workbook.locked(wait=0):
        with memory_of_book(keeper, workbook) as ledger:
            found, book = ledger.path, ledger.book
        assert found is not None
        memories = [found] if keeper.fixed else ledgers_of(keeper.folder, book)
        lines, copies = 0, _of_lines_gone(keeper, book)
        for memory in memories:
            with Ledger(memory) as ledger:
                lines += ledger.forget(identities, words)
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
