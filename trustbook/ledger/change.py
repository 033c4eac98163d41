"""What one run makes the ledger learn, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trustbook.merge.cell_codec import Row
from trustbook.merge.threeway import Conflict, Event


@dataclass(slots=True)
class Known:
    """What is known of one workbook: the ``version`` that was last in agreement and whatever a run
    keeps of it.
    """

    address: str
    name: str
    version: str = ""
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, repr=False)
class Change:
    """All one run makes the ledger learn; prepared before the first write and committed after the
    last one.

    ``records``: sheet to identity to row; ``archived``: the same to whether it is archived;
    ``bases``: address to sheet to identity to row, None where it is gone; ``known``: the workbooks
    with their new version and state; ``stands``: where a workbook does not show yet what its base
    will be, what it shows (None: no such row); ``learned``: addresses whose people's cells moved;
    ``written``: addresses that carry the run's token from now on.
    """

    records: dict[str, dict[str, Row]] = field(default_factory=dict)
    archived: dict[str, dict[str, bool]] = field(default_factory=dict)
    bases: dict[str, dict[str, dict[str, Row | None]]] = field(default_factory=dict)
    stands: dict[str, dict[str, dict[str, Row | None]]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    learned: set[str] = field(default_factory=set)
    conflicts: list[Conflict] | None = None
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
