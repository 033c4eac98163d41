"""How many rows of a list went or changed places in each of the ways that look like an accident:
what the guards of rows count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from trustbook.columns import Sheet
from trustbook.merge.cell_codec import Row, Value
from trustbook.merge.column_patterns import nearly_all
from trustbook.merge.equality import meanings
from trustbook.merge.identity import NATURAL, names_of, naming_columns
from trustbook.merge.proposed_rows import is_proposed
from trustbook.merge.votes import Same


@dataclass(frozen=True, slots=True)
class SheetSight:
    """One list as the guards see it: the rows as they last agreed and as they stand, in the order
    of the sheet.

    ``headers`` maps the columns in sight to what the coordinator calls them; ``changed`` are the
    rows that differ; ``unsure`` those of which it cannot be told whether they are gone;
    ``numbered``: the list has a column ID; ``given`` are the IDs that this run gave; ``broken``
    tells by column how many errors there were already. ``gone`` and ``came`` are the rows that
    stand there no more, and those that did not.
    """

    sheet: Sheet
    name: str
    title: str
    headers: Mapping[str, str]
    base: Mapping[str, Row]
    now: Mapping[str, Row]
    changed: Collection[str]
    unsure: Collection[str] = ()
    numbered: bool = True
    given: Collection[object] = ()
    broken: Mapping[str, int] = field(default_factory=dict)
    same: Same = field(init=False)
    gone: Sequence[str] = field(init=False)
    came: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        gone = [i for i in self.base if i not in self.now and i not in self.unsure]
        object.__setattr__(self, "same", meanings(self.sheet))
        object.__setattr__(self, "gone", gone)
        object.__setattr__(self, "came", [i for i in self.now if i not in self.base])

    @property
    def natural(self) -> bool:
        """Whether its rows are known by what stands in them."""
        return self.sheet.key in NATURAL


def rows_known(sight: SheetSight) -> int:
    """The rows that stood there before."""
    return len(sight.base)


# IDs beside other rows


def ids_moved(sight: SheetSight) -> int:
    """Rows beside which an ID was put that somebody made up.

    Only where people made IDs empty or double did trustbook give new ones: see ``ids_renewed``.
    """
    if not _has_ids(sight):
        return 0
    return sum(i not in sight.given for i in _under_new_ids(sight))


def ids_exchanged(sight: SheetSight) -> int:
    """Rows that stand beside the ID of another one, word for word as they stood beside their own.

    Each row's own words must have come back beside another ID: where a series is put off by a week,
    most rows say what the next one said, but the first and the last show that nothing moved.
    """
    return _rows_exchanged(sight) if _has_ids(sight) else 0


def _rows_exchanged(sight: SheetSight, names: Collection[str] = ()) -> int:
    """Rows that hold, but for their ``names``, what others held, and whose own cells came back
    there.

    All must have been different. Where most differ in one cell, that column was moved, and no rows.
    """
    before, after = _cells_of(sight.base, names), _cells_of(sight.now, names)
    rows, kept = set[str](), {i for i in sight.changed if before(i) != after(i)}
    while kept != rows:
        rows = kept
        old, came = {*map(before, {*rows, *sight.gone})}, {*map(after, {*rows, *sight.came})}
        kept = {i for i in rows if after(i) in old and before(i) in came}
    whole = sum(len(before(i) ^ after(i)) > 2 for i in rows)
    different = len({*map(before, rows)}) == len(rows)
    return len(rows) if different and 2 * whole > len(rows) else 0


def _cells_of(
    rows: Mapping[str, Row], names: Collection[str]
) -> Callable[[str], frozenset[tuple[str, Value]]]:
    """What a row holds, but for its ``names``; worked out once."""

    @cache
    def cells(row: str) -> frozenset[tuple[str, Value]]:
        return frozenset(
            (column, cell) for column, cell in rows[row].items() if column not in names
        )

    return cells


def ids_renewed(sight: SheetSight) -> int:
    """Rows that are gone, where most of them stand there under a new ID that trustbook gave."""
    if not _has_ids(sight):
        return 0
    return len(sight.gone) if 2 * len(_under_new_ids(sight)) >= len(sight.gone) else 0


def _has_ids(sight: SheetSight) -> bool:
    return bool(sight.sheet.prefix) and sight.numbered


def _under_new_ids(sight: SheetSight) -> list[str]:
    """The rows that came and are called as one that is gone."""
    if not sight.gone:
        return []
    gone = {names_of(sight.sheet, sight.base[i]) for i in sight.gone}
    return [i for i in sight.came if names_of(sight.sheet, sight.now[i]) in gone]


# names beside other rows


def names_sorted(sight: SheetSight) -> int:
    """Rows of a list without IDs in which one of the columns that name them was sorted on its
    own.
    """
    names = naming_columns(sight.sheet, sight.numbered)
    if len(names) == 1:
        return _rows_exchanged(sight, names)
    return len(sight.gone) if sorted_name(sight) else 0


def sorted_name(sight: SheetSight) -> str:
    """The column among those that name a row whose values all came back, beside others; else ""."""
    columns = naming_columns(sight.sheet, sight.numbered)
    if len(columns) == 1:
        return columns[0]
    for column in columns if sight.gone else ():
        rest = [name for name in columns if name != column]
        back = min(_came_back(sight, [column]), _came_back(sight, rest))
        if nearly_all(back, len(sight.gone)):
            return column
    return ""


def _came_back(sight: SheetSight, names: Sequence[str]) -> int:
    old = Counter(tuple(sight.base[i].get(name) for name in names) for i in sight.gone)
    new = Counter(tuple(sight.now[i].get(name) for name in names) for i in sight.came)
    return (old & new).total()


# gone


def rows_deleted(sight: SheetSight) -> int:
    """Rows that are gone; where rows are known by what stands in them, a new one is an old one
    under another name.
    """
    if sight.natural:
        return max(0, len(_typed_gone(sight)) - len(sight.came))
    return len(sight.gone) if sight.numbered else 0


def _typed_gone(sight: SheetSight) -> list[str]:
    """The rows that are gone, but for those that were proposed and that nobody edited."""
    return [i for i in sight.gone if not is_proposed(sight.sheet, sight.base[i])]


def rows_lost(sight: SheetSight) -> int:
    """Rows of a list whose IDs nobody sees that cannot be found again."""
    return 0 if sight.natural or sight.numbered else len(sight.gone)


def rows_emptied(sight: SheetSight) -> int:
    """All rows, where none stands there any more."""
    return 0 if sight.now else len(_typed_gone(sight))
