"""The language of a book of which not everything can be read: what it is told in all the same."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from trustbook.errors import TrustbookError
from trustbook.reading.cells import Reader
from trustbook.reading.lists import Listing, book_language
from trustbook.reading.settings import read_settings
from trustbook.run.as_it_stands import readable_lists
from trustbook.run.names_now import snapshot_of
from trustbook.snapshot import EPOCH_1900
from trustbook.workbooks.base import Workbook


def spoken_by(books: Sequence[Workbook], known: str | None, lang: str | None) -> str:
    """The language of a book: what Settings says, else ``lang`` (trustbook.toml), else ``known``
    (what the last run spoke), else that of most headers, else Dutch.
    """
    lists = _first_lists(books)
    return _of_settings(lists) or lang or known or (book_language(lists) if lists else "nl")


def _first_lists(books: Sequence[Workbook]) -> dict[str, Listing]:
    """The lists of the first workbook that can be read."""
    for book in books:
        with suppress(TrustbookError, OSError):
            return readable_lists(snapshot_of(book), book.names)
    return {}


def _of_settings(lists: dict[str, Listing]) -> str | None:
    if "settings" not in lists:
        return None
    return read_settings(Reader(lists["settings"], "nl", EPOCH_1900, [])).language
