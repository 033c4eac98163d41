"""The seam: where the bytes of a workbook stand, whatever keeps them.

A place has an address, gives the bytes with their version, and puts others in their stead only
while that version still stands there. It knows nothing of what the bytes mean.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from trustbook.errors import TrustbookError

Step = Callable[[str], None]


def no_step(name: str) -> None:
    """What happens between two steps of a write: nothing. Tests stop runs here."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing a place found out about itself; see ``workbooks.base.Examined``."""

    code: str
    level: str = "ok"
    params: dict[str, object] = field(default_factory=dict)
    fault: TrustbookError | None = None


class Place(ABC):
    """Where one workbook stands.

    ``address``: the ledger goes by it. ``path``: the file on this machine's disk; for a place
    elsewhere no more than what the workbook is called.
    """

    path: Path

    @property
    @abstractmethod
    def address(self) -> str:
        """Where it stands, spelled in the one way there is."""

    @property
    @abstractmethod
    def kept(self) -> Path:
        """The path beside which the copies of the workbook are kept (see places/local.py)."""

    @property
    def requests(self) -> int:
        """How many requests were sent to its server until now."""
        return 0

    def fetch(self) -> bytes | None:
        """The bytes that stand there; None where they can be read at ``path``.

        Raises UsageError where nothing stands there, Busy where it cannot be reached now, NoAccess
        where we may not.
        """
        return None

    @abstractmethod
    def read(self, expect: str | None = None) -> bytes:
        """The bytes that stand there. Raises Busy where they are no longer version ``expect``."""

    def version_of(self, data: bytes) -> str:
        """The version (sha256 in hex) of a workbook with these bytes."""
        return hashlib.sha256(data).hexdigest()

    @abstractmethod
    def standing(self) -> str | None:
        """The version that stands there (sha256 in hex); None where that cannot be told."""

    @abstractmethod
    def absent(self, name: str) -> TrustbookError:
        """Why a workbook called ``name`` that was there before is not."""

    def refuse_if_open(self) -> None:  # noqa: B027 - a place may not be able to tell
        """Raise Busy where somebody has it open."""

    def refuse_if_protected(self) -> None:  # noqa: B027
        """Raise NoAccess where we may not write, Busy where a program holds it."""

    @abstractmethod
    def replace(self, data: bytes, expect: str, step: Step = no_step) -> None:
        """Put ``data`` there: whole or not at all, with a copy kept of what stood there.

        Raises Busy where that is no longer version ``expect``.
        """

    def finish_upload(self) -> None:  # noqa: B027
        """Make whole what a run that was killed left there by half; needs the lock between runs.

        A place that replaces whole or not at all has nothing to do.
        """

    @abstractmethod
    def keep_aside(self, now: datetime) -> Path | None:
        """Keep what stands there under a name of its own; None where nothing does."""

    @abstractmethod
    def put_back(self, copy: Path, expect: str | None) -> None:
        """Put a copy there; ``expect`` as in ``replace``, None where nothing stands there."""

    @abstractmethod
    def take_back(self, aside: Path | None) -> None:
        """Undo ``put_back``: what was kept aside stands there again, or nothing."""

    @abstractmethod
    def leave_note(self, text: str, lang: str) -> None:
        """Leave a note in ``lang`` beside the workbook; where none may be made, none."""

    @abstractmethod
    def clear_note(self) -> None:
        """Take that note away."""

    def examine(self) -> Iterator[Sight]:
        """What stands in the way of reading and writing, and what is worth knowing."""
        return iter(())
