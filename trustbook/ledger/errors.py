"""What the engine or the disk complains of, in a sentence that is true and never costs a memory
that is whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError
from trustbook.ledger.copies import NONE_WHOLE, Advice, copies_of, how_to_put_back
from trustbook.ledger.ledger_place import Place, home_of
from trustbook.ledger.packed import NotPacked
from trustbook.messages import say

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_NO_RIGHTS = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN)
# Only a file that is no database (any more) may be moved away.
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class WrongState(RuntimeError):
    """Something was done to a ledger that its state does not allow: a fault of ours, nobody
    else's.
    """


class DamagedLedger(SafetyStop):
    """The file of a memory cannot be used; the sentence says how to put its newest copy back."""

    def sentence(self, lang: str) -> str:
        """What happened, where, and what to do, in ``lang``."""
        of_book = self.params.get("of_book", "")
        asked = self.params.get("asked") or f"trustbook sync{of_book}"
        typed = {"asked": asked, "of_book": of_book}
        told = [say(lang, key, **blanks, **typed) for key, blanks in self._advice()]
        return " ".join([super().sentence(lang), *told])

    def _advice(self) -> Advice:
        place: Place = self.params["place"]  # type: ignore[assignment]
        home = home_of(place)
        advice = how_to_put_back(place) if home is not None and copies_of(home) else []
        if advice and advice[0][0] != NONE_WHOLE:
            return advice
        anew: Advice = [("ledger.start_anew", {})] if self.key == "ledger.unusable" else []
        return [*advice[:1], *anew]


def damaged(key: str, place: Place | None, what: str = "") -> SafetyStop:
    """The stop for what is no memory (any more)."""
    return DamagedLedger(key, path=place, place=place, what=what)


@contextmanager
def sentences(path: Place | None) -> Iterator[None]:
    """Say in a sentence what the engine or the disk complains of while the memory at ``path`` is
    used.
    """
    try:
        yield
    except sqlite3.DatabaseError as fault:
        # The last byte is the kind of fault; what stands before it is the detail.
        kind = getattr(fault, "sqlite_errorcode", 0) & 0xFF
        raise _told(kind, path, str(fault)) from fault
    except NotPacked as fault:
        raise damaged("ledger.unusable", path, str(fault)) from fault
    except PermissionError as fault:
        raise NoAccess("ledger.no_rights", path=path, what=fault.strerror) from fault
    except OSError as fault:
        raise TrustbookError("ledger.no_room", path=path, what=fault.strerror) from fault


def _told(kind: int, path: Place | None, what: str) -> TrustbookError:
    if kind in _BUSY:
        return Busy("ledger.busy", path=path)
    if kind in _NO_ROOM:
        return TrustbookError("ledger.no_room", path=path, what=what)
    if kind in _NO_RIGHTS:
        return NoAccess("ledger.no_rights", path=path, what=what)
    if kind in _DAMAGED:
        return damaged("ledger.unusable", path, what)
    return TrustbookError("ledger.failed", path=path, what=what)
