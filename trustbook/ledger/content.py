"""Whether what stands in a memory is what trustbook writes there: looked at once something failed.

The engine's own check sees pages, not what a program or a disk put into them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

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
_SECRET = re.compile("[0-9a-f]{32}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
        raise damaged("ledger.unusable", memory.place, "meta.secret")
    for place, sound in _rules():
        if not all(map(sound, memory.texts(*place.split(".")))):
            raise damaged("ledger.unusable", memory.place, place)


def _rules() -> Iterator[tuple[str, Callable[[str | None], bool]]]:
    yield from ((place, _is_object) for place in _OBJECTS)
    yield from ((place, _is_value) for place in _VALUES)
    yield from ((place, _is_day) for place in _DAYS)


def _is_object(text: str | None) -> bool:
    return _is_value(text) and text is not None and isinstance(json.loads(text), dict)


def _is_value(text: str | None) -> bool:
    if text is None:
        return True
    try:
        json.loads(text)
    except (ValueError, TypeError):
        return False
    return True


def _is_day(text: str | None) -> bool:
    return text is not None and _DAY.match(text) is not None
