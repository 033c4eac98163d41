"""Where a ledger is: a file, or a schema of a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from trustbook.ledger.ledger_server import LedgerServer


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """The schema ``name`` of a database; copies of the ledger lie beside ``home`` on this computer,
    where no file of that name is.
    """

    server: LedgerServer = field(compare=False)
    name: str
    home: Path

    def __str__(self) -> str:
        return f"{self.server.shown} ({self.name})"

    def absolute(self) -> ServerPlace:
        """The place, in full."""
        return self

    def is_file(self) -> bool:
        """Whether a ledger stands there."""
        return self.name in self.server.ledger_names()


Place: TypeAlias = Path | ServerPlace


def home_of(place: Place | None) -> Path | None:
    """Beside which path of this computer the copies of a ledger lie."""
    return place.home if isinstance(place, ServerPlace) else place
