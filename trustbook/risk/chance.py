"""The chance that a relationship stays silent: fourteen terms, updated from the log's own past."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from trustbook.model import Learned
from trustbook.risk import ending
from trustbook.risk.contacts import FADE, Floats, History, Ints
from trustbook.version import version

# The terms, in the order of `Model.terms`: where a log starts from, how hard it is for a log to
# move away from there, and the least value. The first four starts are pooled over the logs of
# docs/risk.md; what an agreement adds starts from nothing and is the easiest to move.
FREE = -np.inf
TERMS = {
    "constant": (0.8, 10.0, FREE),
    "ln((silence + usual gap)/horizon)": (0.615, 10.0, 0.0),
    "-ln standing": (0.439, 10.0, 0.0),
    "logit MBG/NBD": (0.172, 10.0, 0.0),
    "fewer than three contact days": (0.0, 2.0, FREE),
    "spread of the gaps": (0.3, 10.0, FREE),
    "agreed": (0.0, 2.0, FREE),
    "agreed: ln rhythm": (0.0, 5.0, FREE),
    "agreed: -ln horizon": (0.0, 2.0, 0.0),
    "agreed: past the rhythm": (0.0, 2.0, 0.0),
    "agreed: cold": (0.0, 2.0, 0.0),
    "agreed: how far beyond cold": (0.0, 2.0, 0.0),
    "agreed: gaps that outlasted it": (0.0, 2.0, FREE),
    "agreed: ln seen of the standing": (0.0, 1.0, 0.0),
}
COEFFICIENTS, TRUST, LEAST = (np.array(column) for column in zip(*TERMS.values(), strict=True))
COLD = list(TERMS).index("agreed: cold")
FEW = 3
# The log's own past is asked thirteen questions: (days ago it ended, days it lasted). They do not
# all end today, for then one busy day would answer all of them.
QUESTIONS = [(28 * turn, (14, 28, 56, 112, 180)[turn % 5]) for turn in range(13)]
# The questions see the same relationships again, so each answer counts for less than one.
ANSWER_WEIGHT = 0.3
# Who is cold already counts for less: the forecast is for who can still be caught in time. Where
# coordinators ring the cold first, more silence means less silence to come, which no risk that
# never falls with silence can say; at full weight the others would be told too low for it.
COLD_WEIGHT = 0.4
PERIOD = 42  # days in which what was learned last is phased in
LONGEST = 365  # a longer silence teaches nothing about those that can still be turned
START_GAP, START_WEIGHT = np.log(30.0), 10.0  # a log without gaps starts from a month
FAINT = 1e-3  # the least standing that is told apart
DAYS = (1.0, 36_500.0)  # horizons and rhythms outside this are brought within
USUAL_HORIZON = 90.0
UNIT = 60.0  # days; rhythms and horizons are told against this, which keeps the constant apart
SHORTEST_HORIZON, LONGEST_HORIZON = 30, 365  # of a question about an agreement, in days
COLD_FACTOR, COLD_DAYS = 1.5, 14.0  # cold is silent for longer than max(1.5 R, R + 14 days)
STEPS, STILL = 30, 1e-7  # so many Newton steps at most; a shorter one than this is the last


@dataclass(frozen=True)
class Model:
    """What a log taught: its typical gap (days), when relationships end, the coefficients."""

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
        agreed = agreements(past, rhythm)
        everything = np.arange(len(past.day))
        logit = self.terms(past, everything, asof, span, agreed) @ self.coefficients
        lowest = np.minimum.reduceat(logit, past.begin)
        return np.asarray(1.0 / (1.0 + np.exp(-lowest)))

    def terms(
        self, past: History, rows: Ints, asof: int, horizon: Floats, agreements: Agreements
    ) -> Floats:
        """The terms (columns) of these rows of the history, as if nothing came after them."""
        agreed = agreements.rhythm[rows]
        day, first, has = past.day[rows], past.first[rows], ~np.isnan(agreed)
        silence, cold = (asof - day).astype(np.float64), _cold_limit(agreed)
        usual = past.usual(np.where(has, agreed, self.typical), rows)
        standing = past.standing[rows] * np.exp(-silence / FADE)
        quiet = self.ending.quiet(past.count[rows] - 1, day - first, asof - first, horizon)
        return np.column_stack(
            [
                np.ones(len(rows)),
                np.log((silence + usual) / horizon),
                -np.log(standing + FAINT),
                quiet,
                past.count[rows] < FEW,
                past.spread[rows] - 1.0,
                has,
                np.nan_to_num(np.log(agreed / UNIT)),
                -np.log(horizon / UNIT) * has,
                silence > agreed,
                silence > cold,
                np.log(np.fmax(silence / cold, 1.0)),
                agreements.outlasted[rows],
                np.log(seen(asof - first + usual)) * has,
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


@dataclass(frozen=True)
class Agreements:
    """What is agreed, per row of a history.

    ``rhythm``: days, nan for none. ``outlasted``: ln((gaps so far that went beyond cold + 1)/(the
    other gaps so far + 1)), 0 without an agreement.
    """

    rhythm: Floats
    outlasted: Floats


def agreements(past: History, rhythm: Floats | None) -> Agreements:
    """The agreements of ``past``; ``rhythm``: one for each of ``past.code``, nan, zero and less for
    none.
    """
    if rhythm is None:
        return Agreements(np.full(len(past.day), np.nan), np.zeros(len(past.day)))
    agreed = np.where(rhythm > 0.0, np.clip(rhythm, *DAYS), np.nan)
    rows = np.repeat(agreed, past.size)
    later = past.count > 1
    gap = np.diff(past.day, prepend=0) * later
    past_cold = np.cumsum(gap > _cold_limit(rows), dtype=np.int64)
    beyond = past_cold - np.repeat(past_cold[past.begin], past.size)  # no first row is
    odds = (beyond + 1.0) / (past.count - beyond)
    return Agreements(rows, np.where(np.isnan(rows), 0.0, np.log(odds)))


def seen(age: Floats) -> Floats:
    """The share of a standing that could be seen in so many days since a relationship began.

    Faded contacts of a steady pace add up to pace x 365 x this. Without it a young book, in which
    nobody can have a high standing yet, teaches that a low one is nothing to worry about.
    """
    return -np.expm1(-age / FADE)


def _cold_limit(agreed: Floats) -> Floats:
    """Days of silence after which it is cold; nan where no rhythm is agreed."""
    return np.maximum(COLD_FACTOR * agreed, agreed + COLD_DAYS)


def _horizon_asked(silence: Floats, agreed: Floats) -> Floats:
    """The horizon (days) that the verdict asks about: until it is cold; if cold, one rhythm."""
    limit = _cold_limit(agreed)
    days = np.where(silence > limit, agreed, np.floor(limit) + 1.0 - silence)
    return np.clip(days, SHORTEST_HORIZON, LONGEST_HORIZON)


def fit_chance(
    past: History,
    asof: int,
    rhythm: Floats | None = None,
    start: Floats = COEFFICIENTS,
    learned: Learned | None = None,
) -> Model:
    """Learn from the log up to ``asof``; what a period taught is phased in during the next.

    Periods are counted from the log's first day, so that shifting all dates changes nothing; and
    from one day to the next the model moves by a 42nd of what a whole period taught, whatever
    happened that day. ``rhythm``: agreed longest gap in days for each of ``past.code``, nan where
    none is agreed; the agreement of today stands for those of the past. ``start``: the coefficients
    to start from, for trials that leave a log out. ``learned``: what was worked out before, since
    between two periods nothing else is learned; a log that answers differently is asked anew.
    """
    first_day = int(past.day.min(initial=asof))
    agreed = agreements(past, rhythm)
    period, days = divmod(asof - first_day, PERIOD)
    older, newer = (
        _learn(past, first_day + PERIOD * at, agreed, start, learned or Learned())
        for at in (period - 1, period)
    )
    return older.towards(newer, days / PERIOD)


def _learn(past: History, asof: int, agreed: Agreements, start: Floats, learned: Learned) -> Model:
    """What the log teaches by the end of day ``asof``: known to the last bit, or worked out."""
    mark = _fingerprint(past, asof, agreed, start)
    taught = learned.known.get(mark)
    if taught is None:
        model = _taught(past, asof, agreed, start)
        end = model.ending
        taught = [model.typical, end.r, end.alpha, end.a, end.b, *model.coefficients.tolist()]
    learned.used[mark] = taught
    typical, *ends = taught[:5]
    return Model(typical, ending.Ending(*ends), np.array(taught[5:]))


def _fingerprint(past: History, asof: int, agreed: Agreements, start: Floats) -> str:
    """Of all that ``_taught`` works with: days, where each relationship begins, what is agreed."""
    known = past.day <= asof
    told = f"model {version()} {np.__version__} {asof} {len(start)}"
    asked = blake2b(told.encode(), digest_size=16)
    rows = (past.day[known], past.count[known], agreed.rhythm[known])
    for each in (start, TRUST, LEAST, *rows):
        asked.update(np.ascontiguousarray(each).data)
    return asked.hexdigest()


def _taught(past: History, asof: int, agreed: Agreements, start: Floats) -> Model:
    """What the log teaches, worked out."""
    gaps, rows = past.gaps(asof), past.known(asof)
    typical = float(
        np.exp((START_WEIGHT * START_GAP + np.log(gaps).sum()) / (START_WEIGHT + len(gaps)))
    )
    first = past.first[rows]
    ends = ending.fit_ending(past.count[rows] - 1, past.day[rows] - first, asof - first, typical)
    model = Model(typical, ends, start)
    answers = [_ask(model, past, asof - ago, lasted, asof, agreed) for ago, lasted in QUESTIONS]
    terms = np.vstack([terms for terms, _ in answers])
    silent = np.concatenate([silent for _, silent in answers])
    return Model(typical, ends, _update(start, terms, silent))


def _ask(
    model: Model, past: History, end: int, lasted: int, asof: int, agreed: Agreements
) -> tuple[Floats, Floats]:
    """Ask ``lasted`` days before ``end`` who stays silent up to it: terms, and 1 for who did.

    Of who has an agreement it is asked what the verdict asks: who stays silent until it is cold?
    What was not yet known on day ``asof`` is left out.
    """
    then = end - lasted
    rows = past.known(then)
    rows = rows[past.day[rows] >= then - LONGEST]
    own, silence = agreed.rhythm[rows], (then - past.day[rows]).astype(np.float64)
    horizon = np.where(np.isnan(own), float(lasted), _horizon_asked(silence, own))
    known = then + horizon <= asof
    rows, horizon = rows[known], horizon[known]
    terms = model.terms(past, rows, then, horizon, agreed)
    return terms, (past.following[rows] > then + horizon).astype(np.float64)


def _update(start: Floats, terms: Floats, silent: Floats) -> Floats:
    """Logistic regression pulled towards ``start`` (Gaussian prior), none below its least value.

    Projected Newton steps, until one hardly moves.
    """
    at, pull = start.copy(), np.diag(TRUST)
    weight = ANSWER_WEIGHT * np.where(terms[:, COLD] > 0.0, COLD_WEIGHT, 1.0)
    step, taken = np.full(len(start), np.inf), 0
    while np.abs(step).max() >= STILL and taken < STEPS:
        chance = np.exp(-np.logaddexp(0.0, -terms @ at))
        slope = terms.T @ (weight * (silent - chance)) - pull @ (at - start)
        curve = (terms * (weight * chance * (1.0 - chance))[:, None]).T @ terms + pull
        free = (at > LEAST) | (slope > 0.0)
        step = np.zeros(len(at))
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        at = np.maximum(at + step / max(np.abs(step).max(), 1.0), LEAST)
        taken += 1
    return at
