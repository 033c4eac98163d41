"""A workbook on a server: what the places have in common that are no folder of this machine.

Copies of the workbook, and what is remembered of it, are kept in the data folder.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from pathlib import Path
from typing import Protocol

from trustbook.errors import UsageError
from trustbook.places import local
from trustbook.places.base import Place
from trustbook.places.data_folder import own_folder
from trustbook.places.web_memory import WebMemory


class CountsRequests(Protocol):
    """A way to a server that counts what was sent."""

    requests: int


class RemotePlace(Place):
    """A place with a ``memory`` in the data folder; ``_made`` is the way to its server, once that
    was needed.
    """

    memory: WebMemory
    _made: CountsRequests | None = None

    @property
    def address(self) -> str:
        """The address, or the first one by which this very workbook was known."""
        return self.memory.address

    @property
    def kept(self) -> Path:
        """A path in the data folder: the copies are kept on this machine."""
        return self.memory.folder / self.path.name

    @property
    def requests(self) -> int:
        """How many requests were sent to the server until now."""
        return self._made.requests if self._made else 0

    def keep_copy(self, data: bytes) -> None:
        """Keep ``data``, that is about to be replaced, among the copies."""
        own_folder(self.memory.folder)
        local.back_up(self.kept, data, private=True)

    def keep_aside(self, now: datetime) -> Path | None:
        """Keep what stands there on this machine, under a name that tells when."""
        try:
            data = self.read()
        except UsageError:
            return None
        own_folder(self.memory.folder)
        return local.keep_bytes_aside(self.kept, data, now)

    def put_back(self, copy: Path, expect: str | None) -> None:
        """Put a copy on the server."""
        data = local.read(copy)
        if expect is not None:
            self.replace(data, expect)
        else:
            self.make(data)

    @abstractmethod
    def make(self, data: bytes) -> None:
        """Put a workbook where none stands. Raises UsageError where one does."""
