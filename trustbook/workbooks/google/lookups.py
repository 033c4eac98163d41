"""The verdict in people's own list: a formula that looks the row's ID up in our Health tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trustbook.a1 import column_letters
from trustbook.columns import HEALTH, header_names
from trustbook.names import key
from trustbook.snapshot import CellValue, GeneratedSheet
from trustbook.workbooks.google.reader import State, Tab


@dataclass(frozen=True)
class Health:
    """The Health tab as it will stand: its title, column numbers by key, rows by ID and by name."""

    title: str
    columns: dict[str, int]
    rows: dict[str, dict[str, Sequence[CellValue]]]

    def formula(self, by: str, own: str, column: str) -> str:
        """The formula that shows ``column`` of the row whose ``by`` (id, name) is in ``own``."""
        title = "'" + self.title.replace("'", "''") + "'"
        result, keys = (column_letters(self.columns[name]) for name in (column, by))
        row = f"MATCH({own};{title}!${keys}:${keys};0)"
        return f'=IFNA(INDEX({title}!${result}:${result};{row});"")'

    def shows(self, by: str, wanted: CellValue, column: str) -> CellValue:
        """What that formula will show."""
        row = self.rows[by].get(_folded(wanted), ()) if isinstance(wanted, str) and wanted else ()
        place = self.columns[column] - 1
        return row[place] if place < len(row) else None

    def finds(self, wanted: CellValue) -> bool:
        """Whether a look-up takes this text literally: ``*``, ``?`` and ``~`` mean something."""
        return isinstance(wanted, str) and not set("*?~") & set(wanted)


def health_of(state: State, sheets: Sequence[GeneratedSheet]) -> Health | None:
    """The Health tab after this write: the one about to be written, else the one that stands."""
    planned = next((sheet for sheet in sheets if sheet.key == HEALTH.key), None)
    if planned is not None:
        return _read(planned.title, [[cell.value for cell in row] for row in planned.rows])
    standing = state.standing(HEALTH.key)
    return _read(standing.title, standing.values) if standing else None


def _read(title: str, rows: Sequence[Sequence[CellValue]]) -> Health | None:
    names = header_names(HEALTH)
    for at, row in enumerate(rows[:10]):
        texts = [(key(text), place) for place, text in enumerate(row, 1) if isinstance(text, str)]
        found = {names[text].key: place for text, place in texts if text in names}
        if len(found) > len(HEALTH.columns) // 2 and {"id", "name"} <= set(found):
            below = rows[at + 1 :]
            return Health(title, found, {by: _index(below, found[by] - 1) for by in ("id", "name")})
    return None


def _index(rows: Sequence[Sequence[CellValue]], place: int) -> dict[str, Sequence[CellValue]]:
    """Rows by the text in a column; of equal ones the first, as MATCH finds it."""
    found: dict[str, Sequence[CellValue]] = {}
    for row in rows:
        text = row[place] if place < len(row) else None
        if isinstance(text, str):
            found.setdefault(_folded(text), row)
    return found


def _folded(text: str) -> str:
    return text.casefold()


def same_formula(one: str | None, other: str) -> bool:
    """Whether two formulas are one, however the service spells separators and titles."""
    return one is not None and _plain(one) == _plain(other)


def _plain(formula: str) -> str:
    return formula.replace("'", "").replace(",", ";").replace(" ", "").casefold()


def is_our_formula(formula: str | None, health: Tab | None) -> bool:
    """Whether a formula looks something up in our Health tab."""
    if formula is None or health is None:
        return False
    return _plain(health.title + "!$") in _plain(formula)
