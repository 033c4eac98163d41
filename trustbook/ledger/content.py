"""Whether what stands in a memory is what trustbook writes there: looked at once something failed,
and in part before a book is read.

The engine's own check sees pages, not what a program or a disk put into them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from trustbook.errors import TrustbookError
from trustbook.ledger.errors import damaged
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.lost import Arrival
from trustbook.ledger.packed import unpack_lines, unpack_value
from trustbook.ledger.row_parts import rows_in
from trustbook.ledger.store import Ledger
from trustbook.workbooks.base import Workbook

_RUNS = "runs.what"
_OBJECTS = (_RUNS, "conflicts.sides", "waiting.entry")
_VALUES = ("journal.old", "journal.new")
_PACKED_OBJECTS = ("workbooks.state", "facts.noted")
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


def refuse_damaged(memory: Ledger) -> None:
    """Raise SafetyStop for a memory that a sync would stop at: one that does not pass ``check``, or
    whose runs cannot be read, which who only looks at a book might never ask for.
    """
    memory.check()
    _refuse_unsound(memory, _RUNS, _is_object)


def _refuse_odd(memory: Ledger) -> None:
    """Raise SafetyStop, with the place, for content that is not of our form."""
    memory.check()  # from here on, all that is packed can be unpacked
    if not _SECRET.fullmatch(memory.meta("secret")):
        raise damaged("ledger.unusable", memory.place, "meta.secret")
    for place, sound in _rules():
        _refuse_unsound(memory, place, sound)


def _refuse_unsound(memory: Ledger, place: str, sound: Callable[[Any], bool]) -> None:
    if not all(_holds(sound, held) for held in memory.texts(*place.split("."))):
        raise damaged("ledger.unusable", memory.place, place)


def _holds(sound: Callable[[Any], bool], held: object) -> bool:
    try:
        return sound(held)
    except (ValueError, TypeError, KeyError):
        return False


def _rules() -> Iterator[tuple[str, Callable[[Any], bool]]]:
    yield from ((place, _is_object) for place in _OBJECTS)
    yield from ((place, _is_value) for place in _VALUES)
    yield from ((place, _is_day) for place in _DAYS)
    yield from ((place, _is_packed_object) for place in _PACKED_OBJECTS)
    yield "row_parts.lines", _is_part
    yield "staged.lines", _is_lines


def _is_object(text: str) -> bool:
    return isinstance(json.loads(text), dict)


def _is_value(text: str | None) -> bool:
    if text is not None:
        json.loads(text)
    return True


def _is_day(text: str) -> bool:
    return _DAY.match(text) is not None


def _is_packed_object(data: object) -> bool:
    return isinstance(unpack_value(data), dict)


def _is_part(data: object) -> bool:
    rows = rows_in([data])
    texts = (rows.records, *rows.bases.values())
    return all(_is_object(text) for each in texts for text in each.values())


def _is_lines(data: object) -> bool:
    identities, texts = unpack_lines(data)
    return isinstance(identities, list) and len(identities) == len(texts)
