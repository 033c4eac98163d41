"""The chance that a relationship stays silent: four terms, updated from the log's own past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustbook.risk import ending
from trustbook.risk.contacts import FADE, Floats, History, Ints

# Of the constant, ln((silence + usual gap)/horizon), -ln standing, logit MBG/NBD: pooled over the
# logs of docs/risk.md
COEFFICIENTS = np.array([0.8, 0.615, 0.439, 0.172])
TRUST = np.array([10.0, 50.0, 50.0, 50.0])  # how hard it is for a log to move away from these
# The log's own past is asked thirteen questions: (days ago it ended, days it lasted), 2, 4, 8 and
# 16 weeks in turn. They do not all end today, for then one busy day would answer all of them.
QUESTIONS = [(28 * turn, 14 << turn % 4) for turn in range(13)]
# The questions see the same relationships again, so each answer counts for less than one.
ANSWER_WEIGHT = 0.3
PERIOD = 42  # days in which what was learned last is phased in
LONGEST = 365  # a longer silence teaches nothing about those that can still be turned
START_GAP, START_WEIGHT = np.log(30.0), 10.0  # a log without gaps starts from a month
FAINT = 1e-3  # the least standing that is told apart
DAYS = (1.0, 36_500.0)  # horizons and rhythms outside this are brought within
USUAL_HORIZON = 90.0
STEPS, STILL = 30, 1e-7  # so many Newton steps at most; a shorter one than this is the last

# What an agreed rhythm adds. There is no log with agreements to learn these three from: they are
# set (docs/risk.md).
# Contact days of standing that a fresh agreement is worth; used up when its rhythm has passed.
SUPPORT = 24.0
# Logit that a passed rhythm adds; the square of the part that has passed until then.
OVERDUE = 1.2
# Rhythms of silence after which a relationship is cold: no horizon ends earlier (or after a year).
COLD = 1.5


@dataclass(frozen=True)
class Model:
    """What a log taught: its typical gap (days), when relationships end, the four coefficients."""

    typical: float
    ending: ending.Ending
    coefficients: Floats

    def predict(
        self, past: History, asof: int, horizon: Floats, rhythm: Floats | None = None
    ) -> Floats:
        """Risk (0..1) of no contact in the ``horizon`` days after ``asof``, per relationship.

        One for each of ``past.code``. ``rhythm``: agreed longest gap in days, nan where none is
        agreed. Horizons that are nan are read as 90 days. ``past`` must end at ``asof``.
        """
        if not len(past.code):
            return np.zeros(0)
        span = np.repeat(np.clip(np.nan_to_num(horizon, nan=USUAL_HORIZON), *DAYS), past.size)
        agreed = np.repeat(_agreed(rhythm, len(past.code)), past.size)
        everything = np.arange(len(past.day))
        logit = self.terms(past, everything, asof, span, agreed) @ self.coefficients
        logit += OVERDUE * np.nan_to_num(_passed(asof - past.day, agreed)) ** 2
        lowest = np.minimum.reduceat(logit, past.begin)
        return np.asarray(1.0 / (1.0 + np.exp(-lowest)))

    def terms(
        self, past: History, rows: Ints, asof: int, horizon: Floats, agreed: Floats
    ) -> Floats:
        """The four terms (columns) of these rows of the history, as if nothing came after them."""
        day, first = past.day[rows], past.first[rows]
        silence = (asof - day).astype(np.float64)
        support = np.nan_to_num(1.0 - _passed(silence, agreed)) * SUPPORT
        until_cold = np.minimum(COLD * agreed - silence, LONGEST)
        horizon = np.fmax(horizon, until_cold)
        usual = past.usual(np.where(np.isnan(agreed), self.typical, agreed), rows)
        standing = past.standing[rows] * np.exp(-silence / FADE) + support
        quiet = self.ending.quiet(past.count[rows] - 1, day - first, asof - first, horizon)
        return np.column_stack(
            [
                np.ones(len(rows)),
                np.log((silence + usual) / horizon),
                -np.log(standing + FAINT),
                quiet,
            ]
        )

    def towards(self, other: Model, part: float) -> Model:
        """The model that lies ``part`` (0..1) of the way from this one to ``other``.

        What is positive is mixed by its logarithm.
        """
        mix: Floats = (1.0 - part) * self._parameters() + part * other._parameters()
        typical, r, alpha, a, b = np.exp(mix[:5]).tolist()
        coefficients: Floats = mix[5:]
        return Model(typical, ending.Ending(r, alpha, a, b), coefficients)

    def _parameters(self) -> Floats:
        end = self.ending
        return np.concatenate(
            [np.log([self.typical, end.r, end.alpha, end.a, end.b]), self.coefficients]
        )


def _agreed(rhythm: Floats | None, many: int) -> Floats:
    """Rhythms within bounds, nan for none; zero and less is none."""
    if rhythm is None:
        return np.full(many, np.nan)
    return np.where(rhythm > 0.0, np.clip(rhythm, *DAYS), np.nan)


def _passed(silence: Floats | Ints, agreed: Floats) -> Floats:
    """Which part (0..1) of the agreed rhythm has passed; nan where none is agreed."""
    return np.minimum(silence / agreed, 1.0)


def fit_chance(past: History, asof: int, start: Floats = COEFFICIENTS) -> Model:
    """Learn from the log up to ``asof``; what a period taught is phased in during the next.

    Periods are counted from the log's first day, so that shifting all dates changes nothing; and
    from one day to the next the model moves by a 42nd of what a whole period taught, whatever
    happened that day. ``start``: the coefficients to start from, for trials that leave a log out.
    """
    first_day = int(past.day.min(initial=asof))
    period, days = divmod(asof - first_day, PERIOD)
    older, newer = (_learn(past, first_day + PERIOD * at, start) for at in (period - 1, period))
    return older.towards(newer, days / PERIOD)


def _learn(past: History, asof: int, start: Floats) -> Model:
    """What the log teaches by the end of day ``asof``."""
    gaps, rows = past.gaps(asof), past.known(asof)
    typical = float(
        np.exp((START_WEIGHT * START_GAP + np.log(gaps).sum()) / (START_WEIGHT + len(gaps)))
    )
    first = past.first[rows]
    ends = ending.fit_ending(past.count[rows] - 1, past.day[rows] - first, asof - first, typical)
    model = Model(typical, ends, start)
    answers = [_ask(model, past, asof - ago, lasted) for ago, lasted in QUESTIONS]
    terms = np.vstack([terms for terms, _ in answers])
    silent = np.concatenate([silent for _, silent in answers])
    return Model(typical, ends, _update(start, terms, silent))


def _ask(model: Model, past: History, end: int, lasted: int) -> tuple[Floats, Floats]:
    """Ask ``lasted`` days before ``end`` who stays silent up to it: terms, and 1 for who did."""
    then = end - lasted
    rows = past.known(then)
    rows = rows[past.day[rows] >= then - LONGEST]
    terms = model.terms(
        past, rows, then, np.full(len(rows), float(lasted)), np.full(len(rows), np.nan)
    )
    return terms, (past.following[rows] > end).astype(np.float64)


def _update(start: Floats, terms: Floats, silent: Floats) -> Floats:
    """Logistic regression pulled towards ``start`` (Gaussian prior), no slope below zero.

    Projected Newton steps, until one hardly moves.
    """
    at, pull = start.copy(), np.diag(TRUST)
    floor = np.r_[-np.inf, np.zeros(len(start) - 1)]
    step, taken = np.full(len(start), np.inf), 0
    while np.abs(step).max() >= STILL and taken < STEPS:
        chance = np.exp(-np.logaddexp(0.0, -terms @ at))
        slope = ANSWER_WEIGHT * terms.T @ (silent - chance) - pull @ (at - start)
        curve = ANSWER_WEIGHT * (terms * (chance * (1.0 - chance))[:, None]).T @ terms + pull
        free = (at > floor) | (slope > 0.0)
        step = np.zeros(len(at))
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        at = np.maximum(at + step / max(np.abs(step).max(), 1.0), floor)
        taken += 1
    return at
