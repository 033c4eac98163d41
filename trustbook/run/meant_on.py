"""Whom a name means on a day, where no moment fixed it: who forgets it must not change that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from trustbook.model import Book
from trustbook.reading.identities import identity
from trustbook.reading.records import directory_of
from trustbook.reading.references import Unresolved

MeantOn: TypeAlias = Callable[[str, date], tuple[str, ...]]


def meant_on(book: Book, left: Mapping[str, str]) -> MeantOn:
    """How to tell of a piece and a day which partners are meant, as cells name them: of those that
    are ``left`` (identity to name). A piece that means nobody, as of a person who had left by that
    day, gives none.
    """
    everybody = directory_of(book)

    def partners(piece: str, day: date) -> tuple[str, ...]:
        found = everybody.find(piece, day)
        if isinstance(found, Unresolved):
            return ()
        meant = (identity(book.partners[i]) for i in found.partners)
        return tuple(left[one] for one in meant if one in left)

    return partners
