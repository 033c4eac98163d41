"""Hints that nearly every partner carries: they are said once, and not on every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from trustbook.health.verdict import Verdict

_OF_US_ALL = ("unfamiliar", "one_person", "not_informed")
FEWEST_PARTNERS = 10


def said_once(verdicts: Sequence[Verdict], before: Collection[str] = ()) -> dict[str, int]:
    """The hints that more than two thirds of the counted partners carry, and how many do.

    One that was said once ``before`` (its code) stays so until fewer than half carry it: rows must
    not change to and fro. Under ten partners none is.
    """
    counted = [one for one in verdicts if one.status != "ended"]
    if len(counted) < FEWEST_PARTNERS:
        return {}
    carried = Counter(hint.code for one in counted for hint in one.hints)
    return {
        code: carried[code]
        for code in _OF_US_ALL
        if _is_common(carried[code], len(counted), code in before)
    }


def _is_common(carried: int, counted: int, before: bool) -> bool:
    return 2 * carried >= counted if before else 3 * carried > 2 * counted
