"""What a row of a list, or an answer of a form, says of a moment beside its day and with whom.

Lists and forms go this one way: what Moments has a column for comes along, whatever told it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from trustbook.columns import MOMENTS, STATES, Choice, Column, choice_names, find_column
from trustbook.errors import TrustbookError, UsageError
from trustbook.names import clean, key
from trustbook.privacy import grade
from trustbook.reading.cells import shown
from trustbook.snapshot import CellFault, CellValue

_FIRST = 5  # places that are named
# They are what a contact is, and no further cells of it.
_APART = ("id", "date", "with", "kind")
_STATES = {
    "held": "completed|voltooid|afgerond|done|held|gehouden|gereed|closed",
    "planned": "scheduled|planned|gepland|open",
    "cancelled": "cancelled|canceled|geannuleerd|vervallen|afgezegd|not required|niet nodig",
    "attempt": "left message|unreachable|no show|niet bereikt|bericht achtergelaten|no answer",
}
# A yes says whether it took place, and the day whether it is still to come.
_BY_THE_ANSWER = ("held", "planned")
# Reads a day out of a cell of a column (by its key); None where it says none for certain.
DayOf = Callable[[str, CellValue], date | None]
# Where a cell stands: the number of its row, and the key of its column.
Place = tuple[int, str]


class MomentCells:
    """The further cells of the moments of one source; ``sheet`` is what people call that.

    ``left_out`` are the places of the cells that the guard kept out, ``unread`` of those that show
    no value: row and column (its key).
    """

    def __init__(self, sheet: str, headers: Mapping[str, str]) -> None:
        self._sheet, self._headers = sheet, headers
        self.left_out: list[Place] = []
        self.unread: list[Place] = []

    def with_values(self, number: int, told: Mapping[str, CellValue]) -> dict[str, CellValue]:
        """The cells of a row without those that show an error, or a formula nobody computed."""
        broken = [name for name, cell in told.items() if isinstance(cell, CellFault)]
        self.unread += [(number, name) for name in broken]
        return {name: cell for name, cell in told.items() if name not in broken}

    def of_row(
        self, number: int, told: Mapping[str, CellValue], day_of: DayOf, lang: str
    ) -> dict[str, str]:
        """The further cells of a moment, by column: choices as the book names them, days as ISO.

        What is no choice and no day stays as it is written: To check asks about it then.
        """
        found = {}
        for column in MOMENTS.columns:
            text = "" if column.key in _APART else _text(column, told.get(column.key), day_of, lang)
            if text and _may_stay(column, text):
                found[column.key] = text
            elif text:
                self.left_out.append((number, column.key))
        return found

    def faults(self) -> Iterator[TrustbookError]:
        """What is to be said of the cells that were not taken over, if there are any."""
        found = {"intake.guarded_cells": self.left_out, "intake.unread_cells": self.unread}
        for code, places in found.items():
            if places:
                told = self._first(places)
                yield UsageError(code, sheet=self._sheet, count=len(places), places=told)

    def _first(self, places: Sequence[Place]) -> str:
        told = [f"{row}, {self._headers.get(name, name)}" for row, name in places[:_FIRST]]
        return "; ".join((*told, *(("…",) if len(places) > _FIRST else ())))


def _may_stay(column: Column, text: str) -> bool:
    return column.type == "date" or grade(text) is None


def _text(column: Column, cell: CellValue, day_of: DayOf, lang: str) -> str:
    lines = [] if cell is None else shown(cell).splitlines()
    text = ("; " if column.key == "also_present" else " ").join(filter(None, map(clean, lines)))
    if column.type == "date":
        day = day_of(column.key, cell) if text else None
        return text if day is None else day.isoformat()
    if column.key == "state":
        return _state_text(text, lang)
    found = choice_of(column.choices, text)
    return text if found is None else find_column(column.choices, found).label(lang)


def _state_text(text: str, lang: str) -> str:
    state = state_said(text)
    if state is None:
        return text
    return "" if state in _BY_THE_ANSWER else find_column(STATES, state).label(lang)


def choice_of(choices: tuple[Choice, ...], text: str) -> str | None:
    """The choice (its key) that a text names; None where it names none."""
    found = choice_names(choices).get(key(text))
    return found.key if found else None


def state_said(text: str) -> str | None:
    """The state that a text says; None where it says none that is known."""
    known = {word: name for name, words in _STATES.items() for word in words.split("|")}
    return known.get(key(text)) or choice_of(STATES, text)
