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
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class History:
    """A log sorted by relationship and day, one row per contact day, with how things stood then.

    Rows: ``day`` (ordinal), ``following`` (the next contact day, `NEVER` if there is none),
    ``first`` (the relationship's first day), ``count`` (contact days so far), ``own`` (observed
    part of ln usual gap; the prior's part is ``share``), ``share`` (0..1), ``standing`` (contact
    days so far, each faded by its age), ``spread`` (standard deviation of ln gap; 1 where none was
    seen). Per relationship: ``code``, ``begin`` (its first row), ``size`` (its contact days).
    """

    day: Ints
    following: Ints
    first: Ints
    count: Ints
    own: Floats
    share: Floats
    standing: Floats
    spread: Floats
    code: Ints
    begin: Ints
    size: Ints

    def usual(self, prior: Floats | float, rows: Ints | slice = slice(None)) -> Floats:
        """Usual gap in days; ``prior`` (days, one or one per row) stands in for what is unseen."""
        return np.asarray(np.exp(self.own[rows] + self.share[rows] * np.log(prior)))

    def known(self, asof: int) -> Ints:
        """The row that held at the end of day ``asof``, of every relationship there was by then."""
        return np.flatnonzero((self.day <= asof) & (self.following > asof))

    def gaps(self, asof: int) -> Floats:
        """Every gap in days between two contacts of one relationship, up to day ``asof``."""
        ended = self.following <= asof
        return (self.following[ended] - self.day[ended]).astype(np.float64)


def contact_history(rel: ArrayLike, day: ArrayLike, asof: int) -> History:
    """Order the log up to ``asof``.

    ``rel``: codes (any whole numbers) and ``day``: ordinals, one each per contact, in any order. A
    pair (rel, day) counts once, however often it occurs; what is later than ``asof`` is not there
    yet.
    """
    rel_, day_ = np.asarray(rel, np.int64), np.asarray(day, np.int64)
    known = day_ <= asof
    rel_, day_ = rel_[known], day_[known]
    order = np.lexsort((day_, rel_))
    rel_, day_ = rel_[order], day_[order]
    once = _changes(rel_) | _changes(day_)
    rel_, day_ = rel_[once], day_[once]
    begin = np.flatnonzero(_changes(rel_))
    size = np.diff(np.r_[begin, len(rel_)])
    following = np.r_[day_[1:], [NEVER]][: len(day_)]
    following[begin + size - 1] = NEVER
    count = np.arange(len(rel_)) - np.repeat(begin, size) + 1
    first = np.repeat(day_[begin], size)
    return History(
        day_, following, first, count, *_walk(day_, begin, size), rel_[begin], begin, size
    )


def _changes(values: Ints) -> NDArray[np.bool_]:
    """Which values differ from the one before; the first one does."""
    changes = np.ones(len(values), bool)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _walk(day: Ints, begin: Ints, size: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Usual gap (own part, prior's share), standing, spread; all relationships step at once."""
    own, share, standing = np.zeros(len(day)), np.ones(len(day)), np.ones(len(day))
    square = np.zeros(len(day))
    busiest = np.argsort(-size, kind="stable")
    rows, left = begin[busiest], -size[busiest]
    for k in range(1, int(size.max(initial=1))):
        now = rows[: np.searchsorted(left, -k)] + k
        gap = (day[now] - day[now - 1]).astype(np.float64)
        seen = np.log(gap)
        pace = max(1.0 / (k + PRIOR_GAPS), LEARN)
        own[now] = own[now - 1] * (1.0 - pace) + pace * seen
        square[now] = square[now - 1] * (1.0 - pace) + pace * seen**2
        share[now] = share[now - 1] * (1.0 - pace)
        standing[now] = 1.0 + standing[now - 1] * np.exp(-gap / FADE)
    # What is unseen spreads by 1; before the second contact that is all there is.
    variance = square - own**2 / np.where(share < 1.0, 1.0 - share, 1.0)
    return own, share, standing, np.sqrt(np.maximum(variance, 0.0) + share)
