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
from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from trustbook.dates import EPOCH_1900, EPOCH_1904, Unreadable, read_date
from trustbook.merge.cell_codec import Value, decode

Pair: TypeAlias = tuple[Value | None, Value | None]

# So many cells may look displaced, turned round or short of a zero by chance; each sign is too
# particular for more.
FEW = 5
_EPOCHS = abs((EPOCH_1904 - EPOCH_1900).days)
_MONTH_FIRST = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")
_NUMBER = re.compile(r"[-+ ().\d]+")


def day_in_cell(value: Value | None) -> date | None:
    """The day a kept cell means, whatever way it is written; None for what is no certain day."""
    with suppress(Unreadable):
        return read_date(decode(value)) if value is not None else None
    return None


def moved(cells: Sequence[Pair]) -> list[Pair]:
    """The pairs that differ."""
    return [(old, new) for old, new in cells if old != new]


def is_displaced(cells: Sequence[Pair]) -> bool:
    """Whether the same values, blanks among them, stand in other rows: a column was sorted or slid
    on its own.

    In a column of few different values the same ones come back by chance as well, when partners are
    shared out anew: there they must also stand in order now, and not have before.
    """
    places = [i for i, (old, new) in enumerate(cells) if old != new]
    pairs = moved(cells)
    if len(pairs) <= FEW or _is_postponement(pairs) or _is_exchange(cells, pairs):
        return False
    # Somebody may have edited a cell elsewhere in the column on the same day.
    trim = max(1, len(places) // 20) if len(places) > 2 * FEW else 0
    span = cells[places[trim] : places[-1 - trim] + 1]
    if _is_slid(span):
        return True
    old, new = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    if len(places) - (old & new).total() > max(1, len(places) // 10):
        return False
    if 2 * len({before for before, _ in cells}) >= len(cells):
        return True
    return _in_order([after for _, after in span]) and not _in_order([before for before, _ in span])


def _is_postponement(pairs: Sequence[Pair]) -> bool:
    """Whether every date moved by the same number of days: a series put off looks like one slid
    down a row.
    """
    days = [(day_in_cell(old), day_in_cell(new)) for old, new in pairs]
    return len({new - old if old and new else None for old, new in days} - {None}) == 1 and all(
        map(all, days)
    )


def _is_exchange(cells: Sequence[Pair], pairs: Sequence[Pair]) -> bool:
    """Whether words were exchanged wherever they stood: colleagues took over each other's partners."""
    left = {old for old, new in cells if old == new}
    given = {old for old, _ in pairs}
    return not given & left and len(set(pairs)) == len(given) and len(pairs) >= 3 * len(given)


def _is_slid(span: Sequence[Pair]) -> bool:
    """Whether cells hold what stood one, two or three rows up or down."""
    old, new = [before for before, _ in span], [after for _, after in span]
    for by in (1, 2, 3, -1, -2, -3):
        rows = [i for i in range(len(span)) if 0 <= i - by < len(span)]
        rows = [i for i in rows if new[i] != old[i] or old[i - by] != old[i]]
        if len(rows) >= FEW and 10 * sum(new[i] == old[i - by] for i in rows) >= 9 * len(rows):
            return True
    return False


def _in_order(values: Sequence[Value | None]) -> bool:
    """Whether values only go up, or only down, but for one step in twenty; blanks do not count."""
    keys = [
        (1, 0.0, v.casefold()) if isinstance(v, str) else (0, v, "")
        for v in values
        if v is not None
    ]
    steps = [(a, b) for a, b in pairwise(keys) if a != b]
    up = sum(a < b for a, b in steps)
    return 20 * max(up, len(steps) - up) >= 19 * len(steps)


def reads_alike(old: Value | None, new: Value | None) -> bool:
    """Whether two texts differ only in spaces, capitals and signs between."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    before, after = ("".join(c for c in text.casefold() if c.isalnum()) for text in (old, new))
    return before == after != ""


def is_turned(old: Value | None, new: Value | None) -> bool:
    """Whether a date came back with day and month exchanged, as text with the month first, or in
    the other epoch.
    """
    before, after = day_in_cell(old), day_in_cell(new)
    if before is None or before == after:
        return False
    if after is not None:
        exchanged = before.day <= 12 and after == before.replace(month=before.day, day=before.month)
        return exchanged or abs((after - before).days) == _EPOCHS
    found = _MONTH_FIRST.match(new) if isinstance(new, str) else None
    return found is not None and [int(part) for part in found.groups()] == [
        before.month,
        before.day,
        before.year,
    ]


def lost_zeros(old: Value | None, new: Value | None) -> bool:
    """Whether a number written with leading zeros came back without them."""
    if not isinstance(old, str) or not _NUMBER.fullmatch(old) or not _NUMBER.fullmatch(str(new)):
        return False
    before, after = (re.sub(r"\D", "", str(value)) for value in (old, new))
    return before.startswith("0") and before != after and before.lstrip("0") == after


def is_mostly(sign: int, pairs: Sequence[Pair]) -> bool:
    """Whether ``sign`` of the changed cells are more than chance, and nine in ten of all that
    changed.
    """
    return sign > FEW and 10 * sign >= 9 * len(pairs)


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
    return 10 * pieces.most_common(1)[0][1] >= 9 * len(pairs)


def _piece(old: str, new: str) -> tuple[str, str]:
    if old and new.endswith(old):
        return "", new[: -len(old)]
    if new and old.endswith(new):
        return old[: -len(new)], ""
    start = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    old, new = old[start:], new[start:]
    end = next((i for i, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b), 0)
    return (old[:-end], new[:-end]) if end and min(len(old), len(new)) >= end else (old, new)


def is_handover(pairs: Sequence[Pair]) -> bool:
    """Whether colleagues took over from others, however many: each one two or more."""
    takers = {after for _, after in pairs}
    return all(isinstance(taker, str) for taker in takers) and len(pairs) >= 2 * len(takers)


def is_forward(pairs: Sequence[Pair]) -> bool:
    """Whether every date moved to a later one."""
    days = [(day_in_cell(old), day_in_cell(new)) for old, new in pairs]
    return all(old is not None and new is not None and new > old for old, new in days)
