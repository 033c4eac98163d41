"""What an accident looks like in one column: cells displaced, dates turned round, zeros lost; and
what people mean.

A column is a list of (before, after), one pair a row, in the order in which the rows stand now.
Cells that only say the same in another way, were an error before or may not be kept count as
untouched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from trustbook.dates import EPOCH_1900, EPOCH_1904
from trustbook.merge.cell_codec import Value
from trustbook.merge.equality import day_in_cell
from trustbook.names import key, without_accents

Pair: TypeAlias = tuple[Value | None, Value | None]

_EPOCHS = abs((EPOCH_1904 - EPOCH_1900).days)
_MONTH_FIRST = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")
_NUMBER = re.compile(r"[-+ ().\d]+")
# In a stretch of more changed cells than this, a cell edited elsewhere on the same day is left out
# at either end.
_STRETCH = 10
# So many cells must have slid to be told from chance.
_SLID = 5
# Of so few cells, all must show it: by chance two or three edits look like nearly anything.
_FEW = 5


def nearly_all(part: int, whole: int) -> bool:
    """Whether it is nine in ten: the rest may be ordinary edits of the same day."""
    return 10 * part >= 9 * whole


def moved(cells: Sequence[Pair]) -> list[Pair]:
    """The pairs that differ."""
    return [(old, new) for old, new in cells if old != new]


# sorted or slid on its own


def is_displaced(cells: Sequence[Pair]) -> bool:
    """Whether the same values, blanks among them, stand in other rows: a column was sorted or slid
    on its own.

    In a column of few different values the same ones come back by chance as well, when partners are
    shared out anew: there they must also stand in order now, and not have before.
    """
    pairs = moved(cells)
    if not pairs or _is_postponement(pairs) or _is_exchange(cells, pairs):
        return False
    if _was_sorted_now(cells, pairs):
        return True
    if len(pairs) <= _FEW:
        return _all_changed_places(cells, pairs)
    return _stretch_is_displaced(cells, pairs)


def _stretch_is_displaced(cells: Sequence[Pair], pairs: Sequence[Pair]) -> bool:
    """The same of many cells, of which a few may have been edited besides."""
    span = _changed_stretch(cells)
    if _is_slid(span):
        return True
    return _same_values(pairs) and (_has_many_values(cells) or _came_in_order(span))


def keeps_its_values(pairs: Sequence[Pair]) -> bool:
    """Whether not one value came or went: all of them, blanks too, only changed their rows."""
    return Counter(old for old, _ in pairs) == Counter(new for _, new in pairs)


def _was_sorted_now(cells: Sequence[Pair], pairs: Sequence[Pair]) -> bool:
    """Whether it stands sorted, did not before, and not one value came or went."""
    before, after = ([pair[side] for pair in cells] for side in (0, 1))
    return keeps_its_values(pairs) and _stands_sorted(after) and not _stands_sorted(before)


def _stands_sorted(values: Sequence[Value | None]) -> bool:
    """Whether values stand as a program leaves what it sorted: in order, blanks below them."""
    filled = [value for value in values if value is not None]
    return None not in values[: len(filled)] and _in_order(filled)


def _all_changed_places(cells: Sequence[Pair], pairs: Sequence[Pair]) -> bool:
    """Whether three or more different values, blanks not counted, exchanged their rows, and nothing
    else did.
    """
    values = {old for old, _ in pairs if old is not None}
    return keeps_its_values(pairs) and len(values) > 2 and _has_many_values(cells)


def _has_many_values(cells: Sequence[Pair]) -> bool:
    """Whether every second cell held another value."""
    return 2 * len({before for before, _ in cells}) >= len(cells)


def _came_in_order(span: Sequence[Pair]) -> bool:
    """Whether values stand in order now, and did not before."""
    before, after = [old for old, _ in span], [new for _, new in span]
    return _in_order(after) and not _in_order(before)


def _changed_stretch(cells: Sequence[Pair]) -> Sequence[Pair]:
    """From the first cell that changed to the last, but for a twentieth at either end."""
    places = [i for i, (old, new) in enumerate(cells) if old != new]
    trim = max(1, len(places) // 20) if len(places) > _STRETCH else 0
    return cells[places[trim] : places[-1 - trim] + 1]


def _same_values(pairs: Sequence[Pair]) -> bool:
    """Whether the values that went are those that came, but for one cell in ten."""
    old, new = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    return len(pairs) - (old & new).total() <= max(1, len(pairs) // 10)


def _is_postponement(pairs: Sequence[Pair]) -> bool:
    """Whether every date moved by the same number of days: a series put off looks like one slid
    down a row.
    """
    steps = set()
    for old, new in pairs:
        before, after = day_in_cell(old), day_in_cell(new)
        if before is None or after is None:
            return False
        steps.add(after - before)
    return len(steps) == 1


def _is_exchange(cells: Sequence[Pair], pairs: Sequence[Pair]) -> bool:
    """Whether words were exchanged wherever they stood: colleagues took over each other's
    partners.
    """
    left = {old for old, new in cells if old == new}
    given = {old for old, _ in pairs}
    each_by_one = len(set(pairs)) == len(given)
    return not given & left and each_by_one and len(pairs) >= 3 * len(given)


def _is_slid(span: Sequence[Pair]) -> bool:
    """Whether cells hold what stood one, two or three rows up or down."""
    return any(_is_slid_by(span, by) for by in (1, 2, 3, -1, -2, -3))


def _is_slid_by(span: Sequence[Pair], by: int) -> bool:
    # Where the value that slid in is the one that stood there, nothing can be seen.
    came = [
        new == span[i - by][0]
        for i, (old, new) in enumerate(span)
        if 0 <= i - by < len(span) and not old == new == span[i - by][0]
    ]
    return len(came) >= _SLID and nearly_all(sum(came), len(came))


def _in_order(values: Sequence[Value | None]) -> bool:
    """Whether values only go up, or only down, but for one step in twenty; blanks do not count."""
    keys = [_sort_key(value) for value in values if value is not None]
    steps = [(a, b) for a, b in pairwise(keys) if a != b]
    up = sum(a < b for a, b in steps)
    return 20 * max(up, len(steps) - up) >= 19 * len(steps)


def _sort_key(value: Value) -> tuple[int, float, str]:
    return (1, 0.0, without_accents(key(value))) if isinstance(value, str) else (0, value, "")


# what programs do


def is_turned(old: Value | None, new: Value | None) -> bool:
    """Whether a date came back with day and month exchanged, as text with the month first, or in
    the other epoch.
    """
    before, after = day_in_cell(old), day_in_cell(new)
    if before is None or before == after:
        return False
    if after is not None:
        return _is_exchanged(before, after) or abs((after - before).days) == _EPOCHS
    found = _MONTH_FIRST.match(new) if isinstance(new, str) else None
    stood = (before.month, before.day, before.year)
    return found is not None and tuple(map(int, found.groups())) == stood


def _is_exchanged(before: date, after: date) -> bool:
    return before.day <= 12 and after == before.replace(month=before.day, day=before.month)


def lost_zeros(old: Value | None, new: Value | None) -> bool:
    """Whether a number written with leading zeros came back without them."""
    if not isinstance(old, str) or not _NUMBER.fullmatch(old) or not _NUMBER.fullmatch(str(new)):
        return False
    before, after = (re.sub(r"\D", "", str(value)) for value in (old, new))
    return before.startswith("0") and before != after and before.lstrip("0") == after


# what people do on purpose


def is_replacement(pairs: Sequence[Pair]) -> bool:
    """Whether words that stand there often were each replaced by one other, of which at most two
    became one.
    """
    new: dict[Value | None, set[Value | None]] = {}
    for before, after in pairs:
        new.setdefault(before, set()).add(after)
    takers = Counter(after for afters in new.values() for after in afters)
    each_one = all(len(afters) == 1 and None not in afters for afters in new.values())
    return each_one and len(pairs) >= 3 * len(new) and max(takers.values()) <= 2


def is_rewording(pairs: Sequence[Pair]) -> bool:
    """Whether the same piece of text was put before, put behind, taken away or replaced in nearly
    all of them.
    """
    if not all(isinstance(value, str) for pair in pairs for value in pair):
        return False
    pieces = Counter(_piece(str(old), str(new)) for old, new in pairs)
    return nearly_all(pieces.most_common(1)[0][1], len(pairs))


def _piece(old: str, new: str) -> tuple[str, str]:
    """The piece of text that went and the one that came instead."""
    if old and new.endswith(old):
        return "", new[: -len(old)]
    if new and old.endswith(new):
        return old[: -len(new)], ""
    start = _in_common(old, new)
    old, new = old[start:], new[start:]
    end = _in_common(old[::-1], new[::-1])
    return old[: len(old) - end], new[: len(new) - end]


def _in_common(old: str, new: str) -> int:
    """With how many letters alike two texts begin."""
    alike = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        alike += 1
    return alike


def is_handover(pairs: Sequence[Pair]) -> bool:
    """Whether colleagues took over from others, however many: each one two or more."""
    takers = {after for _, after in pairs}
    return all(isinstance(taker, str) for taker in takers) and len(pairs) >= 2 * len(takers)


def is_forward(pairs: Sequence[Pair]) -> bool:
    """Whether every date moved to a later one."""
    days = [(day_in_cell(old), day_in_cell(new)) for old, new in pairs]
    return all(old is not None and new is not None and new > old for old, new in days)
