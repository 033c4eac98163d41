"""Contact days in order, and what is known of each relationship after each of its contacts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FADE = 365.0  # days in which a contact's weight in the standing falls to 1/e
PRIOR_GAPS = 2.0  # the starting gap weighs as much as two observed ones
LEARN = 0.1  # the newest gap never weighs less, so that a changed rhythm is learned


@dataclass(frozen=True)
class History:
    """A log sorted by relationship and day: one row per contact day, with the state of things on that day.

    Rows: ``day`` (ordinal), ``first`` (the relationship's first day), ``count`` (contact days so far),
    ``own`` (observed part of ln usual gap; the prior's part is ``share``), ``share`` (0..1), ``standing``
    (contact days so far, each faded by its age). Per relationship: ``code``, ``begin`` (its first row), ``size``.
    """

    day: Ints
    first: Ints
    count: Ints
    own: Floats
    share: Floats
    standing: Floats
    code: Ints
    begin: Ints
    size: Ints

    def usual(self, prior: Floats | float, rows: Ints | slice = slice(None)) -> Floats:
        """Usual gap in days, where ``prior`` (days, one or one per row) stands in for what was not yet seen."""
        usual: Floats = np.exp(self.own[rows] + self.share[rows] * np.log(prior))
        return usual

    def known(self, asof: int) -> Ints:
        """The row that held on day ``asof``, of every relationship that existed by then."""
        past = np.r_[0, np.cumsum(self.day <= asof)]
        contacts = past[self.begin + self.size] - past[self.begin]
        return (self.begin + contacts - 1)[contacts > 0]

    def gaps(self) -> Floats:
        """Every gap in days between two contacts of one relationship, in order."""
        return np.diff(self.day)[self.count[1:] > 1].astype(np.float64)


def history(rel: ArrayLike, day: ArrayLike, asof: int) -> History:
    """Order the log (codes and ordinal days, any order) up to ``asof``; a pair (rel, day) counts once."""
    rel_, day_ = np.asarray(rel, np.int64), np.asarray(day, np.int64)
    if not len(rel_):
        return _ordered(rel_, day_)
    known = day_ <= asof
    rel_, day_ = rel_[known], day_[known]
    order = np.lexsort((day_, rel_))
    rel_, day_ = rel_[order], day_[order]
    once = np.r_[True, (rel_[1:] != rel_[:-1]) | (day_[1:] != day_[:-1])][: len(rel_)]
    return _ordered(rel_[once], day_[once])


def _ordered(rel: Ints, day: Ints) -> History:
    begin = np.flatnonzero(np.r_[True, rel[1:] != rel[:-1]][: len(rel)])
    size = np.diff(np.r_[begin, len(rel)])
    count = np.arange(len(rel)) - np.repeat(begin, size) + 1
    own, share, standing = _walk(day, begin, size)
    return History(day, np.repeat(day[begin], size), count, own, share, standing, rel[begin], begin, size)


def _walk(day: Ints, begin: Ints, size: Ints) -> tuple[Floats, Floats, Floats]:
    """Usual gap and standing, contact by contact: all relationships take their k-th step at once."""
    own, share, standing = np.zeros(len(day)), np.ones(len(day)), np.ones(len(day))
    busiest = np.argsort(-size, kind="stable")
    rows, left = begin[busiest], -size[busiest]
    for k in range(1, int(size.max(initial=1))):
        now = rows[: np.searchsorted(left, -k)] + k
        gap = (day[now] - day[now - 1]).astype(np.float64)
        pace = max(1.0 / (k + PRIOR_GAPS), LEARN)
        own[now] = own[now - 1] * (1.0 - pace) + pace * np.log(gap)
        share[now] = share[now - 1] * (1.0 - pace)
        standing[now] = 1.0 + standing[now - 1] * np.exp(-gap / FADE)
    return own, share, standing
