"""The chance that a relationship stays silent: four terms, learned elsewhere and updated from the log's own past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustbook.rhythm import ending
from trustbook.rhythm.contacts import FADE, Floats, History, Ints

# constant, ln((silence + usual)/horizon), -ln standing, logit MBG/NBD: pooled over the logs of docs/risk.md
COEFFICIENTS = np.array([0.807, 0.61, 0.436, 0.181])
TRUST = np.array([10.0, 100.0, 100.0, 100.0])  # relationships it takes to outweigh what other logs taught
LOOKS = np.unique(np.round(7 * 2 ** (np.arange(13) / 2))).astype(np.int64)  # 7 .. 448 days back
LOOK_WEIGHT = 0.3  # the looks see the same relationships again, so each counts for less than one
ENOUGH = 3  # contacts
LONGEST = 365  # a silence of more than a year teaches nothing about those that can still be turned
START_GAP, START_WEIGHT = np.log(30.0), 10.0  # a log without gaps starts from a month
FAINT = 1e-3  # the least standing that is told apart


@dataclass(frozen=True)
class Model:
    """What was fitted on a log; predict as often as wanted."""

    typical: float  # days: the log's typical gap
    ending: ending.Ending
    coefficients: Floats

    def terms(self, past: History, rows: Ints | slice, asof: int, horizon: Floats, prior: Floats | float) -> Floats:
        """The four terms (columns) of these rows of the history, asked on day ``asof``."""
        day, first, count = past.day[rows], past.first[rows], past.count[rows]
        silence = (asof - day).astype(np.float64)
        standing = np.maximum(past.standing[rows] * np.exp(-silence / FADE), 0.0)
        quiet = self.ending.quiet(
            count - 1, (day - first).astype(np.float64), (asof - first).astype(np.float64), horizon
        )
        gap = np.log((silence + past.usual(prior, rows)) / horizon)
        return np.column_stack([np.ones(len(day)), gap, -np.log(standing + FAINT), quiet])

    def predict(self, past: History, asof: int, horizon: Floats, rhythm: Floats | None = None) -> Floats:
        """Risk 0..1 per relationship of ``past.code``; ``horizon`` and ``rhythm`` (days, nan = none) alike."""
        if not len(past.code):
            return np.zeros(0)
        prior = np.full(len(horizon), self.typical)
        if rhythm is not None:
            prior = np.where(np.isnan(rhythm), prior, rhythm)
        rows = slice(None)
        logit = (
            self.terms(past, rows, asof, np.repeat(horizon, past.size), np.repeat(prior, past.size)) @ self.coefficients
        )
        lowest = np.minimum.reduceat(logit, past.begin)
        return np.asarray(1.0 / (1.0 + np.exp(-lowest)))


def fit(past: History, asof: int, start: Floats = COEFFICIENTS) -> Model:
    """Learn from everything up to ``asof``: the typical gap, when relationships end, and the four coefficients."""
    gaps = past.gaps()
    typical = float(np.exp((START_WEIGHT * START_GAP + np.log(gaps).sum()) / (START_WEIGHT + len(gaps))))
    rows = past.known(asof)
    last, age = past.day[rows] - past.first[rows], asof - past.first[rows]
    ends = ending.fit(past.count[rows] - 1, last.astype(np.float64), age.astype(np.float64), typical)
    model = Model(typical, ends, start)
    looks = [_look(model, past, asof, int(back)) for back in LOOKS]
    terms, silent = np.vstack([t for t, _ in looks]), np.concatenate([s for _, s in looks])
    return Model(typical, ends, _update(start, terms, silent))


def _look(model: Model, past: History, asof: int, back: int) -> tuple[Floats, Floats]:
    """Ask the question ``back`` days ago with that as the horizon: today knows who stayed silent."""
    rows = past.known(asof - back)
    rows = rows[(past.count[rows] >= ENOUGH) & (past.day[rows] >= asof - back - LONGEST)]
    terms = model.terms(past, rows, asof - back, np.full(len(rows), float(back)), model.typical)
    following = np.minimum(rows + 1, len(past.day) - 1)
    silent = (following == rows) | (past.count[following] == 1)
    return terms, silent.astype(np.float64)


def _update(start: Floats, terms: Floats, silent: Floats) -> Floats:
    """Logistic regression pulled towards ``start`` (Gaussian prior), no slope below zero; Newton steps."""
    at = start.copy()
    floor = np.r_[-np.inf, np.zeros(len(start) - 1)]
    pull = np.diag(TRUST)
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-terms @ at))
        slope = LOOK_WEIGHT * terms.T @ (silent - chance) - pull @ (at - start)
        curve = LOOK_WEIGHT * (terms * (chance * (1.0 - chance))[:, None]).T @ terms + pull
        free = (at > floor) | (slope > 0.0)
        step = np.zeros(len(at))
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        at = np.maximum(at + step, floor)
        if np.abs(step).max() < 1e-9:
            break
    return at
