"""The sheet Conflicts: where two workbooks say different things of one cell, and what people chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from trustbook.columns import CONFLICTS, TYPED, Sheet
from trustbook.merge.threeway import Conflict
from trustbook.merge.values import Row, Value, decode
from trustbook.messages import say
from trustbook.names import key
from trustbook.reading.cells import shown
from trustbook.sheets.verdicts import list_sheet
from trustbook.workbooks.base import Cell, CellValue, GeneratedSheet

# The workbook's own column is asked for by these words; anything else must be one of the values itself.
_HERE, _THERE = ("here", "hier"), ("there", "daar")
_SHEETS = {sheet.key: sheet for sheet in TYPED}

Answered = dict[str, dict[tuple[str, str], Value | None]]


def conflicts_sheet(
    conflicts: Sequence[tuple[Conflict, date]],
    address: str,
    names: Mapping[str, str],
    rows: Mapping[tuple[str, str], str],
    title: str,
    lang: str,
) -> GeneratedSheet:
    """A row per open conflict, as seen from the workbook at ``address``.

    ``names``: what messages call each workbook; ``rows``: (sheet, identity) to what the row is called.
    """
    lines = []
    for conflict, since in conflicts:
        here = conflict.values.get(address)
        others = {place: value for place, value in conflict.values.items() if place != address and value != here}
        column = _SHEETS[conflict.sheet].column(conflict.column)
        lines.append((
            Cell(_SHEETS[conflict.sheet].label(lang)),
            Cell(rows.get((conflict.sheet, conflict.id), conflict.id)),
            Cell(column.label(lang)),
            Cell(written(here)),
            Cell(" | ".join(dict.fromkeys(written(value) or "-" for value in others.values())) or None),
            Cell(", ".join(names.get(place) or say(lang, "history.ledger") for place in others) or None),
            Cell(None),
            Cell(since, "date"),
            Cell(conflict.id),
        ))  # fmt: skip
    return list_sheet(CONFLICTS, title, lang, say(lang, "sheets.conflicts_intro"), lines)


def written(value: Value | None) -> str | None:
    """A value as the sheet shows it."""
    return None if value is None else shown(decode(value))


def answers(rows: Sequence[Mapping[str, CellValue]], address: str, conflicts: Sequence[Conflict]) -> Answered:
    """What people chose on one workbook's Conflicts sheet, as long as the choice is still the one that was shown."""
    chosen: Answered = {}
    for row in rows:
        word = key(str(row.get("keep") or ""))
        conflict = _find(row, conflicts) if word else None
        if conflict is None:
            continue
        here = conflict.values.get(address)
        others = {value for place, value in conflict.values.items() if place != address and value != here}
        wanted: list[Value | None] = []
        if word in _HERE:
            wanted = [here]
        elif word in _THERE:
            wanted = list(others)
        else:
            wanted = [value for value in {here, *others} if value is not None and key(written(value) or "") == word]
        if len(wanted) == 1 and (written(here) or "") == str(row.get("here") or ""):
            chosen.setdefault(conflict.sheet, {})[conflict.id, conflict.column] = wanted[0]
    return chosen


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


def agreed(chosen: Sequence[Answered]) -> Answered:
    """The choices of all workbooks together; where two choose differently nothing is chosen."""
    together: Answered = {}
    disputed: set[tuple[str, tuple[str, str]]] = set()
    for one in chosen:
        for sheet, cells in one.items():
            for cell, value in cells.items():
                if together.setdefault(sheet, {}).setdefault(cell, value) != value:
                    disputed.add((sheet, cell))
    for sheet, cell in disputed:
        del together[sheet][cell]
    return together


def row_names(sheet: str, rows: Mapping[str, Row]) -> dict[tuple[str, str], str]:
    """What each row is called: the first text that stands in it."""
    columns = [column.key for column in _SHEETS[sheet].columns if column.key != "id"][:3]
    return {
        (sheet, identity): " · ".join(text for column in columns if (text := written(row.get(column))))[:80] or identity
        for identity, row in rows.items()
    }
