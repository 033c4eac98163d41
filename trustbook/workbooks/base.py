"""The seam: what a workbook is to the rest of the house, whatever program keeps it.

A backend (Excel file, Google spreadsheet, memory) derives from ``Workbook``, reads a ``Snapshot``
and writes ``Changes``; it knows nothing of partners or verdicts. Everything that the house asks of
a workbook is declared here, with a default for what a backend may do without; nobody asks for more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from trustbook.columns import typed_sheet
from trustbook.errors import TrustbookError
from trustbook.reading.adoption import UNRENAMED, Adoption, with_renames
from trustbook.snapshot import CellValue, Changes, Snapshot, Written

# Which sheets are to be read, by their title; sheets with our mark are read in any case.
Wanted: TypeAlias = Callable[[str], bool]


def is_typed_sheet(title: str) -> bool:
    """Whether a sheet of this title is one of those people type in."""
    return typed_sheet(title) is not None


def _not_shared(wait: float | None) -> AbstractContextManager[None]:
    """No lock: no other computer shares the memory."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing a backend found out about its workbook, for ``doctor`` to put into words.

    ``level`` is ok, note (worth knowing) or bad (a sync cannot do its work); ``fault`` is what the
    sync would end with, if so.
    """

    code: str
    level: str = "ok"
    params: Mapping[str, object] = field(default_factory=dict)
    fault: TrustbookError | None = None


class Copies:
    """The earlier states that a workbook's place keeps. This one keeps none."""

    def __iter__(self) -> Iterator[Path]:
        """All copies that trustbook made, wherever they lie."""
        return iter(())

    def find(self, versions: Sequence[str]) -> Path | None:
        """The copy that is the first of these versions, byte for byte."""
        return None

    def marks(self, copy: Path) -> Mapping[str, str]:
        """The marks that the workbook in a copy bears."""
        raise NotImplementedError

    def keep_aside(self, now: datetime) -> Path | None:
        """Keep the workbook as it is now under a name of its own; None where that cannot be."""
        return None

    def put_back(self, copy: Path, expect: str | None) -> str:
        """Put a copy in the workbook's place, whole or not at all; the version that then stands.

        ``expect``: the version that stands there now, None where nothing does. Raises Busy when it
        is another by now.
        """
        raise NotImplementedError

    def take_back(self, aside: Path | None) -> None:
        """Undo ``put_back``: what was kept aside stands in the workbook's place again."""


class Workbook(ABC):
    """One Excel file or one Google spreadsheet.

    ``address`` is where it stands: the ledger goes by it. ``name`` is what messages call it.
    ``adoption`` names its sheets and columns where they have names of their own, by trustbook.toml;
    ``renames`` are names they were given since.
    """

    address: str
    name: str
    adoption: Adoption | None = None
    renames: Adoption = UNRENAMED
    # Whether columns and sheets for people to type in can be added to it.
    widens: bool = True
    # Whether a run from here had it before, and trustbook.toml names it: one that is not there is
    # gone then, and no slip of who typed its address.
    seen_before: Callable[[], bool] = staticmethod(lambda: False)
    # What keeps the runs of other computers away, where these share a memory.
    shared_lock: Callable[[float | None], AbstractContextManager[None]] = staticmethod(_not_shared)

    @property
    def requests(self) -> int:
        """How many requests were sent for it until now, where it stands on a server."""
        return 0

    @property
    def names(self) -> Adoption | None:
        """By which names its sheets and columns are read; None where they have the usual ones."""
        return with_renames(self.adoption, self.renames)

    @abstractmethod
    def read(self, wanted: Wanted = is_typed_sheet) -> Snapshot:
        """Read the ``wanted`` sheets and our own.

        Raises SafetyStop, NoAccess, UsageError or Busy with a sentence; never a bare parser error.
        """

    @abstractmethod
    def write(self, changes: Changes, expect: str) -> Written:
        """Write all of ``changes`` or nothing.

        Raises Busy when the stored workbook is no longer the version ``expect``, or is open
        elsewhere; SafetyStop when the change cannot be made without touching what is not ours.
        """

    def unfit(self, value: CellValue) -> str | None:
        """Why no cell here can hold ``value`` as it is; None where one can.

        "too_long", "characters" (a sign that the format has no place for) or "too_early" (a day
        before the first one it knows).
        """
        return None

    def prepare(self, changes: Changes, expect: str) -> bool:
        """Do all of a ``write`` but the writing; whether that could be done.

        Touches nothing, needs no lock, raises what ``write`` would, and saves the ``write`` of the
        same changes that work. False: only the write itself will tell, so it goes first.
        """
        return False

    def standing(self) -> str | None:
        """The version that stands there now; None where only reading can tell."""
        return None

    def locked(self, wait: float | None = None) -> AbstractContextManager[None]:
        """Keep other runs away, from read to write. Raises Busy after ``wait`` seconds."""
        return self.shared_lock(wait)

    def copies(self) -> Copies:
        """The earlier states that are kept of it."""
        return Copies()

    def leave_note(self, text: str, lang: str) -> None:  # noqa: B027
        """Leave a note in ``lang`` where the workbook stands, if there is such a place."""

    def clear_note(self) -> None:  # noqa: B027
        """Take that note away."""

    def examine(self) -> Iterator[Examined]:
        """What stands in the way of reading and writing, and what is worth knowing.

        Found without reading the workbook whole and without changing anything.
        """
        return iter(())
