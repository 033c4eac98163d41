"""What the risk is measured against: rules of thumb of keep-in-touch tools, a failure detector,
marketing's models.

Each takes a `Snapshot` and horizons, and answers a number that is higher where silence is thought
more likely. Needs scipy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-not-found,import-untyped,unused-ignore]
from scipy.special import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
    expit,
    gammaln,
    hyp2f1,
    log_ndtr,
)

from trustbook.risk import History, contact_history

Floats = NDArray[np.float64]
CADENCES = np.array([7.0, 14.0, 30.0, 90.0, 180.0, 365.0])
SAMPLE = 2000  # relationships that Pareto/NBD is fitted on: its likelihood is slow


@dataclass(frozen=True)
class Snapshot:
    """A log as known on day ``asof``; per relationship: days since first and last contact, and its
    gaps' summary.
    """

    past: History
    asof: int
    age: Floats
    silence: Floats
    median: Floats
    mean: Floats
    deviation: Floats

    @property
    def repeats(self) -> Floats:
        """Contacts after the first."""
        return self.past.size.astype(np.float64) - 1.0


def snapshot(rel: NDArray[np.int64], day: NDArray[np.int64], asof: int) -> Snapshot:
    """Everything the baselines look at; gap summaries are nan where there was one contact."""
    import pandas as pd

    past = contact_history(rel, day, asof)
    last = past.begin + past.size - 1
    later = past.count > 1
    owner = np.repeat(np.arange(len(past.code)), past.size)[later]
    gap = (past.day - np.r_[0, past.day[:-1]])[later].astype(float)
    by = pd.Series(gap).groupby(owner)
    gaps = (
        by.agg(["median", "mean"])
        .assign(std=by.std(ddof=0))
        .reindex(np.arange(len(past.code)))
        .to_numpy()
    )
    return Snapshot(
        past,
        asof,
        (asof - past.first[last]).astype(float),
        (asof - past.day[last]).astype(float),
        *gaps.T,
    )


def days_since(now: Snapshot, horizon: Floats) -> Floats:
    """The longer ago, the colder."""
    return now.silence


def overdue(now: Snapshot, horizon: Floats) -> Floats:
    """Silence against one's own median gap."""
    return np.asarray(now.silence / now.median)


def cadence(now: Snapshot, horizon: Floats) -> Floats:
    """Silence against the nearest usual cadence: a keep-in-touch tool with a perfect user."""
    away = np.abs(np.log(now.median)[:, None] - np.log(CADENCES))
    return np.asarray(now.silence / CADENCES[np.argmin(np.nan_to_num(away), axis=1)])


def phi(now: Snapshot, horizon: Floats) -> Floats:
    """Phi accrual failure detector (Hayashibara et al. 2004): how unlikely a beat this late is."""
    spread = np.maximum(now.deviation, np.maximum(1.0, now.mean / 4.0))
    return np.asarray(-log_ndtr((now.mean - now.silence) / spread))


def bg_nbd(now: Snapshot, horizon: Floats) -> Floats:
    """BG/NBD (Fader, Hardie, Lee 2005), asked the best way: P(no contact within the horizon)."""
    x, last, age = now.repeats, now.age - now.silence, now.age
    unit = max(age.max(), 1.0) / 10.0
    t, total = last / unit, age / unit

    def misfit(logs: Floats) -> float:
        r, alpha, a, b = np.exp(np.clip(logs, -8, 8))
        chain = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        chain += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        ended = np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + t)
        both = np.logaddexp(-(r + x) * np.log(alpha + total), np.where(x > 0, ended, -np.inf))
        return float(-(chain + both).mean())

    found = minimize(
        misfit,
        [-1.0, 0.0, -1.0, 0.0],
        method="Nelder-Mead",
        options={"maxiter": 800, "fatol": 1e-8},
    )
    r, alpha, a, b = np.exp(np.clip(found.x, -8, 8))
    odds = np.where(x > 0, np.log(a / (b + np.maximum(x, 1) - 1)), -np.inf)
    alive = expit(-(odds + (r + x) * np.log((alpha + total) / (alpha + t))))
    return _quiet(alive, r + x, alpha + total, horizon / unit)


def pareto_nbd(now: Snapshot, horizon: Floats) -> Floats:
    """Pareto/NBD (Schmittlein, Morrison, Colombo 1987): P(no contact within the horizon)."""
    unit = max(now.age.max(), 1.0) / 10.0
    x, t, total = now.repeats, (now.age - now.silence) / unit, (now.age + 1e-6) / unit
    few = np.random.default_rng(0).permutation(len(x))[:SAMPLE]

    def misfit(logs: Floats) -> float:
        base, active, gone = _pareto(logs, x[few], t[few], total[few])
        near = 1e-6 * np.exp(2 * np.clip(logs, -6, 8)).sum()
        return float(near - np.nan_to_num(base + np.logaddexp(active, gone), nan=-1e3).mean())

    found = minimize(
        misfit,
        np.zeros(4),
        method="Nelder-Mead",
        options={"maxiter": 240, "xatol": 1e-2, "fatol": 1e-5},
    )
    _, active, gone = _pareto(found.x, x, t, total)
    r, alpha = np.exp(np.clip(found.x[:2], -6, 8))
    return _quiet(expit(np.clip(active - gone, -50, 50)), r + x, alpha + total, horizon / unit)


def _pareto(logs: Floats, x: Floats, last: Floats, age: Floats) -> tuple[Floats, Floats, Floats]:
    """Log likelihood in three parts: what both stories share, still active, gone."""
    r, alpha, s, beta = np.exp(np.clip(logs, -6, 8))
    most, away, power = max(alpha, beta), abs(alpha - beta), r + s + x
    shape = s + 1 if alpha >= beta else r + x

    def tail(time: Floats) -> Floats:
        scale = np.log((most + age) / (most + time))
        return np.asarray(
            hyp2f1(power, shape, power + 1, away / (most + time)) * np.exp(power * scale)
        )

    base = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    active = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    gone = (
        np.log(s / power)
        - power * np.log(most + age)
        + np.log(np.maximum(tail(last) - tail(age), 1e-300))
    )
    return base, active, gone


def _quiet(alive: Floats, shape: Floats, rate: Floats, horizon: Floats) -> Floats:
    return np.asarray(1.0 - alive + alive * (rate / (rate + horizon)) ** shape)


BASELINES: dict[
    str, tuple[Callable[[Snapshot, Floats], Floats], bool]
] = {  # and whether the answer is a chance
    "days since last": (days_since, False),
    "overdue against own gap": (overdue, False),
    "ideal cadence bucket": (cadence, False),
    "phi accrual": (phi, False),
    "BG/NBD": (bg_nbd, True),
    "Pareto/NBD": (pareto_nbd, True),
}
