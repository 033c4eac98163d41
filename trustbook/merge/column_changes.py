"""How many cells of a column changed in each of the ways that look like an accident: what the
guards of columns count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from trustbook.columns import CONSULTATIONS, MOMENTS, PARTNERS, PEOPLE, REQUIRED, Column, Sheet
from trustbook.merge.cell_codec import is_fault
from trustbook.merge.column_patterns import (
    Pair,
    is_displaced,
    is_forward,
    is_handover,
    is_replacement,
    is_rewording,
    is_turned,
    lost_zeros,
    moved,
    nearly_all,
)
from trustbook.merge.equality import meaning

# Filled for many rows at once, these take them out of sight: any value (None), or these.
_TAKES_OUT: dict[tuple[str, str], frozenset[str] | None] = {
    (PARTNERS.key, "ended_on"): None,
    (PARTNERS.key, "paused_until"): None,
    (PEOPLE.key, "until"): None,
    (MOMENTS.key, "state"): frozenset({"cancelled", "planned", "attempt"}),
    (MOMENTS.key, "weather"): frozenset({"crisis"}),
}
# Dates that people move on for a whole list at once.
_MOVES_ON = {
    (PARTNERS.key, "goals_shared_on"),
    (PARTNERS.key, "checked_on"),
    (PARTNERS.key, "snooze_until"),
    (PEOPLE.key, "informed_on"),
    (MOMENTS.key, "promise_due"),
    (CONSULTATIONS.key, "next"),
}


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column of one list before and now, row by row; ``broken``: how many new errors it held when
    it was last looked at.

    ``pairs`` are the cells that changed, ``typed`` those of them that hold one value instead of
    another.
    """

    sheet: Sheet
    column: Column
    cells: Sequence[Pair]
    broken: int = 0
    pairs: Sequence[Pair] = field(init=False)
    typed: Sequence[Pair] = field(init=False)

    def __post_init__(self) -> None:
        pairs = moved(self.cells)
        typed = [(o, n) for o, n in pairs if o is not None and n is not None and not is_fault(n)]
        object.__setattr__(self, "pairs", pairs)
        object.__setattr__(self, "typed", typed)

    @property
    def place(self) -> tuple[str, str]:
        """The keys of the sheet and the column."""
        return self.sheet.key, self.column.key


# out of how many


def rows_in_column(change: ColumnChange) -> int:
    """The rows that stand there before and now."""
    return len(change.cells)


def cells_held(change: ColumnChange) -> int:
    """The cells that held something before."""
    return sum(old is not None and not is_fault(old) for old, _ in change.cells)


# how many


def dates_turned(change: ColumnChange) -> int:
    """Dates turned round, where nearly all that changed are."""
    if change.column.type != "date":
        return 0
    turned = sum(is_turned(old, new) for old, new in change.typed)
    return turned if nearly_all(turned, len(change.typed)) else 0


def zeros_lost(change: ColumnChange) -> int:
    """Numbers without their leading zeros."""
    return sum(lost_zeros(old, new) for old, new in change.typed)


def cells_displaced(change: ColumnChange) -> int:
    """Cells that changed in a column that was sorted or slid on its own."""
    return len(change.pairs) if is_displaced(change.cells) else 0


def cells_broken(change: ColumnChange) -> int:
    """Cells that turned into errors, where there are more of them than people were told of."""
    faults = sum(is_fault(new) for _, new in change.pairs)
    return faults if faults > change.broken else 0


def cells_cleared(change: ColumnChange) -> int:
    """Cells that were filled and are blank."""
    return sum(old is not None and new is None for old, new in change.pairs)


def rows_taken_out(change: ColumnChange) -> int:
    """Rows that now hold a value that takes them out of sight, and did not before."""
    if change.place not in _TAKES_OUT:
        return 0
    words = _TAKES_OUT[change.place]
    if words is None:
        return sum(old is None and new is not None for old, new in change.pairs)
    told = (meaning(change.column, new) for _, new in change.pairs if new is not None)
    return sum(word in words for word in told)


def cells_filled_down(change: ColumnChange) -> int:
    """Cells that became the one value that the whole column holds now, where there were many."""
    now = {new for _, new in change.cells} - {None}
    before = {old for old, _ in change.cells} - {None}
    filled_down = len(now) == 1 and len(before) > 2
    return len(change.typed) if filled_down and not _is_usual(change) else 0


def cells_overwritten(change: ColumnChange) -> int:
    """Cells that became something else, for no reason that can be seen."""
    # A number whose cells show their zeros again says what it said.
    typed = [(old, new) for old, new in change.typed if not lost_zeros(new, old)]
    if not typed or is_replacement(typed) or is_rewording(typed) or _is_usual(change):
        return 0
    return len(typed)


def _is_usual(change: ColumnChange) -> bool:
    """Whether it is in the nature of a column that so many of its cells change at once, and in this
    way.
    """
    if change.place in _MOVES_ON:
        return is_forward(change.typed)
    if change.place == (PARTNERS.key, "holder"):
        return is_handover(change.typed)
    if change.place == (MOMENTS.key, "state"):
        return {meaning(change.column, new) for _, new in change.typed if new is not None} == {
            "held"
        }
    return change.sheet is REQUIRED
