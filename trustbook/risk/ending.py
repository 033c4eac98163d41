"""MBG/NBD: contacts at a personal pace; after any of them the relationship may end unannounced.

Batislam, Denizel, Filiztekin (2007), International Journal of Research in Marketing 24(3), a change
of BG/NBD (Fader, Hardie, Lee 2005, Marketing Science 24(2)) in which the first contact may be the
last one too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustbook.risk.contacts import Floats, Ints

# What other logs taught of (ln r, ln alpha/typical gap, ln a, ln b): where a small log starts from
START = np.array([-0.7, 0.8, -0.9, -0.1])
SPREAD = 1.0
STEPS = 60  # more than any log was seen to need
LEAST_GAIN = 1e-7  # what is won by less is no step
LONGEST_STEP, SMALLEST_STEP = 2.0, 1e-6
BOUND = 14.0  # a logit beyond this says nothing more


@dataclass(frozen=True)
class Ending:
    """Pace ~ gamma(r, alpha days), chance to end after a contact ~ beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    def quiet(self, repeats: Ints, last: Ints, age: Ints, horizon: Floats) -> Floats:
        """logit P(no contact within ``horizon``), in -14..14.

        ``repeats``: contacts after the first; ``last`` and ``age``: days from the first contact to
        the last one and to today. Rises with ``age``, falls with ``horizon``.
        """
        shape = self.r + repeats
        ended = np.log(self.a / (self.b + repeats)) + shape * np.log1p(
            (age - last) / (self.alpha + last)
        )
        stays = -shape * np.log1p(horizon / (self.alpha + age))
        contact = -np.logaddexp(0.0, ended) + np.log(-np.expm1(np.minimum(stays, -1e-12)))
        contact = np.clip(contact, -BOUND, -np.exp(-BOUND))
        logit: Floats = np.log(-np.expm1(contact)) - contact
        return logit


def fit_ending(repeats: Ints, last: Ints, age: Ints, typical: float) -> Ending:
    """Most likely parameters under a log-normal prior around `START` (maximum a posteriori).

    BFGS that starts from the outer product of the gradients as its curvature, with steps halved
    until they gain enough. ``typical``: the log's typical gap in days, the unit of alpha's prior.
    """
    early, late = last / typical, age / typical
    at = START.copy()
    value, slope, curve = _likelihood(at, repeats, early, late)
    for _ in range(STEPS):
        step = np.linalg.solve(curve, slope)
        gain = float(slope @ step)
        if gain < LEAST_GAIN:
            break
        size = min(1.0, LONGEST_STEP / np.abs(step).max())
        trial = _likelihood(at + size * step, repeats, early, late)
        while trial[0] < value + 1e-4 * size * gain and size > SMALLEST_STEP:
            size /= 2
            trial = _likelihood(at + size * step, repeats, early, late)
        if trial[0] <= value:
            break
        moved, turned = size * step, slope - trial[1]
        at, value, slope = at + moved, trial[0], trial[1]
        if moved @ turned > 0.0:
            curve = _bent(curve, moved, turned)
    r, alpha, a, b = np.exp(at)
    return Ending(float(r), float(alpha * typical), float(a), float(b))


def _bent(curve: Floats, moved: Floats, turned: Floats) -> Floats:
    """The curvature after a step that turned the slope so far (the BFGS update)."""
    pressed = curve @ moved
    gained = np.outer(turned, turned) / (moved @ turned)
    lost = np.outer(pressed, pressed) / (moved @ pressed)
    return np.asarray(curve + gained - lost)


def _likelihood(
    at: Floats, repeats: Ints, last: Floats, age: Floats
) -> tuple[float, Floats, Floats]:
    """Penalised log likelihood, gradient and outer-product curvature in the logarithms ``at``."""
    r, alpha, a, b = np.exp(at)
    x = repeats.astype(np.float64)
    j = np.arange(int(repeats.max(initial=0)), dtype=np.float64)

    def upto(terms: Floats) -> Floats:
        return np.asarray(np.r_[0.0, np.cumsum(terms)][repeats])

    late, early = np.log(alpha + age), np.log(alpha + last)
    alive, ended = np.log(b + x) - (r + x) * late, np.log(a) - (r + x) * early
    both = np.logaddexp(alive, ended)
    stays = np.exp(alive - both)
    chain = upto(np.log(r + j)) + upto(np.log((b + j) / (a + b + j)))
    value = chain + r * np.log(alpha) - np.log(a + b + x) + both
    less = upto(1.0 / (a + b + j)) + 1.0 / (a + b + x)
    slopes = np.stack(
        [
            r * (upto(1.0 / (r + j)) + np.log(alpha) - stays * late - (1.0 - stays) * early),
            r - alpha * (r + x) * (stays / (alpha + age) + (1.0 - stays) / (alpha + last)),
            (1.0 - stays) - a * less,
            b * (upto(1.0 / (b + j)) - less + stays / (b + x)),
        ]
    )
    off = (at - START) / SPREAD**2
    curve = slopes @ slopes.T + np.eye(4) / SPREAD**2
    return float(value.sum() - 0.5 * off @ (at - START)), slopes.sum(1) - off, curve
