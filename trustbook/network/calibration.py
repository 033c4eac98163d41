"""Does warm mean anything? Who answered in a crisis, by the status of the day before.

Intervals of shares are Wilson's (1927), that of their difference is Newcombe's method 10 (1998);
both at 95 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from trustbook.network.answered import ANSWERS

LEAST_CALLS = 60  # below that nothing is claimed
_Z = 1.959963984540054
_APART = ("cold", "crisis_only")
_ORDER = ("warm", "cooling", "cold", "crisis_only", "new", "paused", "ended")


@dataclass(frozen=True, slots=True)
class CallsAnswered:
    """What calls to partners of one status came to: how many answered the ``same_day``, ``later``
    or ``not``.
    """

    status: str
    same_day: int
    later: int
    not_: int

    @property
    def asked(self) -> int:
        """All calls."""
        return self.same_day + self.later + self.not_

    def as_json(self) -> dict[str, Any]:
        """The same for machines; ``share`` answered the same day, ``low`` to ``high`` is its 95 %
        interval.
        """
        low, high = wilson(self.same_day, self.asked)
        return {
            "status": self.status,
            "asked": self.asked,
            "same_day": self.same_day,
            "later": self.later,
            "not": self.not_,
            "share": self.same_day / self.asked,
            "low": low,
            "high": high,
        }


def outcomes_of(calls: Sequence[tuple[str, str]]) -> list[CallsAnswered]:
    """Calls (status of the day before, answer) by status, warm first."""
    counts: Mapping[tuple[str, str], int] = Counter(calls)
    statuses = {status for status, _ in calls}
    return [
        CallsAnswered(status, *(counts[status, answer] for answer in ANSWERS))
        for status in _ORDER
        if status in statuses
    ]


def wilson(hits: int, asked: int) -> tuple[float, float]:
    """The 95 % interval of a share; (0, 1) where nobody was asked."""
    if not asked:
        return 0.0, 1.0
    share, square = hits / asked, _Z * _Z
    middle = share + square / (2 * asked)
    reach = _Z * sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    whole = 1 + square / asked
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def newcombe(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares, each (hits, asked)."""
    (low1, high1), (low2, high2) = wilson(*first), wilson(*second)
    share1, share2 = first[0] / first[1], second[0] / second[1]
    gap = share1 - share2
    below = sqrt((share1 - low1) ** 2 + (high2 - share2) ** 2)
    above = sqrt((high1 - share1) ** 2 + (share2 - low2) ** 2)
    return gap - below, gap + above


def warm_answers_more(outcomes: Sequence[CallsAnswered]) -> bool:
    """Whether it may be claimed that who is warm answers more often the same day than who is cold
    or seen in a crisis only: from 60 calls on, where the difference is surely above nothing.
    """
    by_status = {one.status: one for one in outcomes}
    warm = by_status.get("warm")
    apart = [by_status[status] for status in _APART if status in by_status]
    asked = sum(one.asked for one in apart)
    if warm is None or not asked or sum(one.asked for one in outcomes) < LEAST_CALLS:
        return False
    hits = sum(one.same_day for one in apart)
    return newcombe((warm.same_day, warm.asked), (hits, asked))[0] > 0
