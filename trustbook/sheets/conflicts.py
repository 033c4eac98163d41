"""The sheet Conflicts: where two workbooks differ on one cell, and what people chose."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.columns import CONFLICTS, TYPED, Column, Sheet
from trustbook.merge.cell_codec import Row, Value, decode
from trustbook.merge.overtyped import Overtyped
from trustbook.merge.threeway import Conflict, ConflictChoice
from trustbook.messages import say
from trustbook.names import clean, key
from trustbook.reading.cells import shown
from trustbook.sheets.verdicts import list_sheet
from trustbook.snapshot import Cell, CellValue, GeneratedSheet, Grid

# The workbook's own column is asked for by these words; anything else must be one of the values
# itself.
_HERE, _THERE = ("here", "hier"), ("there", "daar")
_SHEETS = {sheet.key: sheet for sheet in TYPED}

Place = tuple[str, str, str]
"""Sheet, identity and column of a cell."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody typed for the conflict in ``place``, and the choice it makes, if any."""

    place: Place
    typed: Overtyped
    choice: ConflictChoice | None


def conflicts_sheet(
    conflicts: Sequence[tuple[Conflict, date]],
    address: str,
    names: Mapping[str, str],
    rows: Mapping[tuple[str, str], str],
    title: str,
    lang: str,
    kept: Mapping[Place, str],
) -> GeneratedSheet:
    """A row per open conflict, as seen from the workbook at ``address``.

    ``names``: what messages call each workbook; ``rows``: (sheet, identity) to what the row is
    called; ``kept``: answers that wait for a workbook.
    """
    lines = []
    for conflict, since in conflicts:
        sheet, others = _SHEETS[conflict.sheet], _others(conflict, address)
        values = dict.fromkeys(value_text(value) or "-" for value in others.values())
        workbooks = [names.get(place) or say(lang, "history.ledger") for place in others]
        lines.append(
            (
                Cell(sheet.label(lang)),
                Cell(rows.get((conflict.sheet, conflict.id), conflict.id)),
                Cell(sheet.column(conflict.column).label(lang)),
                Cell(value_text(conflict.values.get(address))),
                Cell(" | ".join(values) or None),
                Cell(", ".join(workbooks) or None),
                Cell(kept.get((conflict.sheet, conflict.id, conflict.column))),
                Cell(since, "date"),
                Cell(conflict.id),
            )
        )
    return list_sheet(CONFLICTS, title, lang, say(lang, "sheets.conflicts_intro"), lines)


def _others(conflict: Conflict, address: str) -> dict[str, Value | None]:
    """The workbooks that say something else than the one at ``address``, and what they say."""
    here = conflict.values.get(address)
    return {
        place: value
        for place, value in conflict.values.items()
        if place != address and value != here
    }


def value_text(value: Value | None) -> str | None:
    """A value as the sheet shows it."""
    return None if value is None else shown(decode(value))


def answers(
    grid: Grid,
    rows: Sequence[tuple[int, Mapping[str, CellValue]]],
    address: str,
    conflicts: Sequence[Conflict],
) -> list[Answer]:
    """All that was typed for ``conflicts`` on the Conflicts sheet of the workbook at ``address``.

    ``rows`` are the rows of the sheet, each with its number.
    """
    column, header = column_on(grid, CONFLICTS.column("keep"))
    found = []
    for number, row in rows:
        text = clean(str(row.get("keep") or ""))
        conflict = _find(row, conflicts) if text else None
        if conflict is not None:
            typed = Overtyped(grid.title, number, column, header, text, address, "keep")
            place = (conflict.sheet, conflict.id, conflict.column)
            found.append(Answer(place, typed, _choice(key(text), row, address, conflict)))
    return found


def column_on(grid: Grid, column: Column) -> tuple[int, str]:
    """Where a column of ours stands on a sheet, and what it is called there; the first and ""
    where it is not there.
    """
    names = {*map(key, column.names)}
    for row in grid.rows:
        for number, cell in enumerate(row, grid.first_column):
            if isinstance(cell, str) and key(cell) in names:
                return number, cell
    return grid.first_column, ""


def waiting_answers(
    given: Sequence[Answer], conflicts: Sequence[Conflict], absent: Collection[str]
) -> list[Answer]:
    """The answers to conflicts with an absent workbook: they stay until it can be reached."""
    held = {
        (one.sheet, one.id, one.column)
        for one in conflicts
        if any(place in absent for place in one.values)
    }
    return [answer for answer in given if answer.place in held]


def unsettled(
    given: Sequence[Answer], conflicts: Sequence[Conflict], waits: Sequence[Answer]
) -> list[Overtyped]:
    """Answers that settled nothing.

    They are not one of the values, a value changed since, or somebody answered otherwise.
    """
    disputed = {(one.sheet, one.id, one.column) for one in conflicts}
    return [answer.typed for answer in given if answer.place in disputed and answer not in waits]


def _choice(
    word: str, row: Mapping[str, CellValue], address: str, conflict: Conflict
) -> ConflictChoice | None:
    """The one value a word means, while the sheet still shows the values it was typed beside."""
    here = conflict.values.get(address)
    if (value_text(here) or "") != str(row.get("here") or ""):
        return None
    meant = _meant(word, here, set(_others(conflict, address).values()))
    if len(meant) != 1:
        return None
    return ConflictChoice(meant.pop(), conflict.values, address)


def _meant(word: str, here: Value | None, others: set[Value | None]) -> set[Value | None]:
    """The values that a word may mean."""
    if word in _HERE:
        return {here}
    if word in _THERE:
        return others
    written = (value for value in {here, *others} if value is not None)
    return {value for value in written if key(value_text(value) or "") == word}


def _find(row: Mapping[str, CellValue], conflicts: Sequence[Conflict]) -> Conflict | None:
    for conflict in conflicts:
        sheet: Sheet = _SHEETS[conflict.sheet]
        column = sheet.column(conflict.column)
        if (
            conflict.id == str(row.get("id"))
            and key(str(row.get("column"))) in (key(column.en), key(column.nl))
            and key(str(row.get("sheet"))) in (key(sheet.en), key(sheet.nl))
        ):
            return conflict
    return None


def agreed(given: Sequence[Answer]) -> dict[str, dict[tuple[str, str], ConflictChoice]]:
    """The choices of all workbooks together, by sheet; where two differ nothing is chosen."""
    together: dict[Place, list[ConflictChoice]] = {}
    for answer in given:
        if answer.choice is not None:
            together.setdefault(answer.place, []).append(answer.choice)
    chosen: dict[str, dict[tuple[str, str], ConflictChoice]] = {}
    for (sheet, identity, column), choices in together.items():
        if all(choice.value == choices[0].value for choice in choices):
            chosen.setdefault(sheet, {})[identity, column] = choices[0]
    return chosen


def row_names(sheet: str, rows: Mapping[str, Row]) -> dict[tuple[str, str], str]:
    """What each row is called: the first text that stands in it."""
    columns = [column.key for column in _SHEETS[sheet].columns if column.key != "id"][:3]
    names = {}
    for identity, row in rows.items():
        texts = [text for column in columns if (text := value_text(row.get(column)))]
        names[sheet, identity] = " · ".join(texts)[:80] or identity
    return names
