"""Whether what stands in a memory is what trustbook writes there: looked at once something failed.

The engine's own check sees pages, not what a program or a disk put into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trustbook.errors import TrustbookError
from trustbook.ledger.errors import damaged
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.lost import Arrival
from trustbook.ledger.store import Ledger
from trustbook.workbooks.base import Workbook

_OBJECTS = (
    "runs.what", "workbooks.state", "records.row", "bases.row", "conflicts.sides", "waiting.entry",
)  # fmt: skip
_VALUES = ("journal.old", "journal.new")
_DAYS = ("runs.at", "runs.today", "conflicts.since")
_NOT_OBJECT = "NOT json_valid({0}) OR json_type({0}) IS NOT 'object'"
_NOT_VALUE = "{0} IS NOT NULL AND NOT json_valid({0})"
_NOT_DAY = "{0} NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
_SECRET = re.compile("[0-9a-f]{32}")


def damage_behind(locator: LedgerLocator, workbooks: list[Workbook]) -> TrustbookError | None:
    """The stop for the first memory of these workbooks that holds what trustbook never wrote; None
    where all of them are sound, so that something else is to blame.
    """
    for workbook in workbooks:
        try:
            # By its mark: a workbook that was moved is not known by its place.
            marks = workbook.read().marks
            memory = locator.memory(Arrival(workbook.address, "", marks))
            if memory is not None:
                with memory:
                    _refuse_odd(memory)
        except TrustbookError as fault:
            return fault
    return None


def _refuse_odd(memory: Ledger) -> None:
    """Raise SafetyStop, with the place, for content that is not of our form."""
    memory.check()
    if not _SECRET.fullmatch(memory.meta("secret")):
        raise damaged("ledger.unusable", memory.path, "meta.secret")
    for place, odd in _rules():
        table, _, column = place.partition(".")
        if memory.holds(table, odd.format(column)):
            raise damaged("ledger.unusable", memory.path, place)


def _rules() -> Iterator[tuple[str, str]]:
    yield from ((place, _NOT_OBJECT) for place in _OBJECTS)
    yield from ((place, _NOT_VALUE) for place in _VALUES)
    yield from ((place, _NOT_DAY) for place in _DAYS)
