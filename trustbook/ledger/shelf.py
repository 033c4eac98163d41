"""The place in which ledgers stand: files in the data folder, or the one file of a book that has
its own place for it.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Protocol

from trustbook.ledger.copies import place_of_copies
from trustbook.ledger.ledger_names import is_ledger_name, ledgers_of, place_note
from trustbook.ledger.ledger_place import Place
from trustbook.places.data_folder import own_folder
from trustbook.places.made_files import SECRET_MODE, replace_whole
from trustbook.places.synced_folders import is_on_network, synced_by


class Shelf(Protocol):
    """What a locator asks of the place in which ledgers stand."""

    def fingerprint(self) -> str:
        """Twelve digits that tell this place from any other."""

    def keeper(self) -> str:
        """What people call whoever keeps the ledgers."""

    def is_called(self, keeper: str) -> bool:
        """Whether a name that is known to people can be of no other place."""

    def shown(self) -> str:
        """Where the ledgers stand, for people."""

    def warning(self) -> str | None:
        """Where the ledgers stand, if that is no good place for them."""

    def always(self) -> Place | None:
        """The one ledger of the book, where it has its own place."""

    def at_place(self, addresses: Iterable[str]) -> Place | None:
        """The ledger that the first known of some workbooks' places has."""

    def lines(self, book: str | None) -> Sequence[Place]:
        """The ledgers of a book that stand here."""

    def further(self, book: str, part: str) -> Place:
        """Where the ledger of a workbook goes that left another one, told by ``part``."""

    def first(self, book: str) -> Place:
        """Where the first ledger of a book goes."""

    def once(self, book: str) -> Sequence[Place]:
        """Where ledgers of a book stood, as far as their copies tell."""

    def settle(self, place: Place, addresses: Iterable[str]) -> None:
        """Note that a ledger remembers the workbooks at these places."""

    def locked(self, address: str, wait: float | None) -> AbstractContextManager[None]:
        """Keep the runs of other computers away from a workbook."""

    def still_ours(self) -> None:
        """Raise Busy where what kept them away was lost meanwhile."""


class FolderShelf:
    """Ledgers as files in ``folder``, or the one file ``fixed``."""

    def __init__(self, folder: Path, fixed: Path | None) -> None:
        self.folder, self.fixed = folder, fixed

    def fingerprint(self) -> str:
        """One of computer, user and folder."""
        user = ""
        with suppress(
            Exception
        ):  # no such user, no variable that names one: the folder still tells us apart
            user = getpass.getuser()
        place = os.path.normcase((self.fixed or self.folder).absolute())
        return hashlib.sha256(
            f"{platform.node()}|{user}|{place}".encode("utf-8", "surrogatepass")
        ).hexdigest()[:12]

    def keeper(self) -> str:
        """The computer's name."""
        return platform.node() or "?"

    def is_called(self, keeper: str) -> bool:
        """No: a computer has many folders."""
        return False

    def shown(self) -> str:
        """The folder of the ledgers."""
        return str((self.fixed or self.folder / "x").parent.absolute())

    def warning(self) -> str | None:
        """The ledgers' folder, where it is one that is synced or on a network."""
        place = (self.fixed or self.folder / "x").absolute()
        unsafe = synced_by(place, os.environ) or is_on_network(place)
        return str(place.parent) if unsafe else None

    def always(self) -> Path | None:
        """The one file, where there is one."""
        return self.fixed

    def at_place(self, addresses: Iterable[str]) -> Path | None:
        """The ledger that is noted for a place."""
        for address in addresses:
            with suppress(OSError):
                note = place_note(self.folder, address)
                name = note.read_text(encoding="utf-8", errors="replace").split("\n")[0]
                if is_ledger_name(name) and (self.folder / name).is_file():
                    return self.folder / name
        return None

    def lines(self, book: str | None) -> Sequence[Path]:
        """The files of a book."""
        return [self.fixed] if self.fixed else ledgers_of(self.folder, book)

    def first(self, book: str) -> Path:
        """The first line of a book goes by its ID."""
        return self.folder / f"{book}.ledger"

    def further(self, book: str, part: str) -> Path:
        """A further line adds a part."""
        return self.folder / f"{book}.{part}.ledger"

    def once(self, book: str) -> Sequence[Path]:
        """Of which files copies lie here."""
        copies = [] if self.fixed else ledgers_of(self.folder, book, ".copies")
        return list(map(place_of_copies, copies))

    def settle(self, place: Place, addresses: Iterable[str]) -> None:
        """Leave a note for each place."""
        if self.fixed or not isinstance(place, Path):
            return
        for address in addresses:
            note = place_note(self.folder, address)
            text = f"{place.name}\n{address}\n".encode("utf-8", "surrogatepass")
            with suppress(OSError):
                if note.read_bytes() == text:
                    continue
            own_folder(note.parent)
            # What stands in the way there costs nothing: the stamp leads to the memory as well.
            with suppress(OSError):
                replace_whole(note, text, SECRET_MODE)

    def locked(self, address: str, wait: float | None) -> AbstractContextManager[None]:
        """Nothing: no other computer uses these files."""
        return nullcontext()

    def still_ours(self) -> None:
        """They are."""
