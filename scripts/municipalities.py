"""Simulated municipalities: who met whom in some years, from how coordinators work.

No log with agreements in it is public, so the risk under an agreement is measured on these. None
of them is made from the formula of the risk (trustbook/risk): there is no logit, no standing and no
MBG/NBD in how they come about, but people with agendas, incidents and holidays. Four kinds:

- `dutiful`: ten coordinators look at their own list every week and ring whom they find late: the
  longest silence against the agreed rhythm first, from that coordinator's own idea of "late" on, as
  far as the week's calls reach. A call is answered or not; some partners seldom answer. Partners
  take the initiative now and then. A coordinator who leaves is missed for months.
- `incidents`: the agreement is paper. Partners belong to themes; a theme wakes up by an incident,
  brings its partners together often for some weeks, and sleeps again. Four network meetings a year
  are attended by some. Some partners merge away without a word.
- `seasons`: gaps around a personal pace (gamma, half to double the agreement), but nobody meets in
  the school holidays: what was due then happens after, or not at all. Half of these municipalities
  put the summer among their quiet periods.
- `new_book`: one to two years of log. Partners come on the list little by little, tiers are mixed,
  and agreements come from the tier's default, from a wish (every two weeks!) or from a good guess.
  Paces differ between partners by a factor of ten, are long-tailed, and slow down by half in a
  year, as the first enthusiasm fades.

In every kind some agreements are a partner's own and some unrealistic. A moment may be crisis.
Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trustbook.health.verdict import judge_partners
from trustbook.model import (
    CRISIS,
    HELD,
    SUNNY,
    US,
    Book,
    Memory,
    Moments,
    Partner,
    Period,
    Settings,
)

Days = NDArray[np.int64]
Talks = list[tuple[int, int]]  # (partner, day since the first), in any order

FIRST_DAY = date(2022, 1, 3).toordinal()
YEAR = 365
AHEAD = 366  # days simulated after the last day of asking: the longest horizon, and today
EVERY = 49  # days between two days of asking
TEAM = 10  # coordinators
ASKED = 6  # days of asking per municipality
TIERS = {"core": 30, "wider": 90, "national": 180, "civil_society": 60}
# School holidays: first and last day of the year (summer, autumn, Christmas twice, spring, May).
HOLIDAYS = ((1, 7), (48, 56), (117, 126), (197, 239), (290, 298), (357, 366))
SUMMER = HOLIDAYS[3]


@dataclass(frozen=True)
class Municipality:
    """A book with its future in it, and the days on which to ask (as date)."""

    kind: str
    book: Book
    asked: tuple[date, ...]


@dataclass(frozen=True)
class Setting:
    """What a kind starts from: its random numbers, partners, agreed rhythms and length (days)."""

    draw: np.random.Generator
    partners: int
    rhythm: Days
    days: int


def simulate(kind: str, seed: int, partners: int = 150) -> Municipality:
    """The municipality of this ``kind`` (a key of `KINDS`) and ``seed``; the same one each time."""
    draw = np.random.default_rng([seed, sorted(KINDS).index(kind)])
    years = draw.uniform(1.0, 1.6) if kind == "new_book" else draw.uniform(2.5, 4.0)
    log = round(years * YEAR)
    tier = draw.choice(list(TIERS), partners, p=[0.3, 0.35, 0.1, 0.25]).tolist()
    own = [_own_rhythm(draw) for _ in range(partners)]
    rhythm = np.array([days or TIERS[name] for name, days in zip(tier, own, strict=True)])
    setting = Setting(draw, partners, rhythm, log + AHEAD)
    talks = sorted(set(KINDS[kind](setting)))
    who = [
        Partner(f"Partner {at}", row=at + 2, tier=name, rhythm=days)
        for at, (name, days) in enumerate(zip(tier, own, strict=True))
    ]
    quiet = _summers() if kind == "seasons" and seed % 2 else ()
    book = Book("en", Settings(quiet=quiet), who, [], _moments(talks, draw), [], [], [], Memory())
    asked = [log - EVERY * back for back in reversed(range(ASKED)) if log - EVERY * back > 180]
    return Municipality(kind, book, tuple(date.fromordinal(FIRST_DAY + day) for day in asked))


def outcomes(town: Municipality) -> pd.DataFrame:
    """What every verdict said at every day of asking, and what became of it.

    A row per partner with a risk: ``asked`` (date), ``status``, ``slipping``, ``risk``, and
    ``silent``: whether there was no calm contact within ``risk_horizon_days``.
    """
    log = town.book.moments
    partner, day = np.array(log.contact_partner), np.array(log.day)
    calm = np.array(log.weather) == SUNNY
    rows = []
    for today in town.asked:
        back = np.full(len(town.book.partners), np.inf)
        later = calm & (day > today.toordinal())
        np.minimum.at(back, partner[later], (day[later] - today.toordinal()).astype(float))
        rows += [
            (
                today,
                verdict.status,
                verdict.has("slipping"),
                verdict.risk,
                back[verdict.partner] > verdict.risk_horizon_days,
            )
            for verdict in judge_partners(town.book, today)
            if verdict.risk is not None
        ]
    return pd.DataFrame(rows, columns=["asked", "status", "slipping", "risk", "silent"])


def _own_rhythm(draw: np.random.Generator) -> int | None:
    """The tier decides for seven in ten; the others have their own, now and then a mere wish."""
    if draw.random() < 0.7:
        return None
    return int(draw.choice([14, 21, 45, 60, 120, 365], p=[0.1, 0.15, 0.25, 0.2, 0.2, 0.1]))


def _moments(talks: Talks, draw: np.random.Generator) -> Moments:
    """These talks as rows of Moments; one in twenty is in a crisis."""
    crisis = draw.random(len(talks)) < 0.05
    return Moments(
        row=list(range(2, len(talks) + 2)),
        id=[None] * len(talks),
        day=[FIRST_DAY + day for _, day in talks],
        state=[HELD] * len(talks),
        weather=np.where(crisis, CRISIS, SUNNY).tolist(),
        initiative=[US] * len(talks),
        kind=[None] * len(talks),
        by=[None] * len(talks),
        topic=[None] * len(talks),
        contact_moment=list(range(len(talks))),
        contact_partner=[partner for partner, _ in talks],
    )


def _summers() -> tuple[Period, ...]:
    january = [date(year, 1, 1).toordinal() - 1 for year in range(2022, 2029)]
    first, last = SUMMER
    return tuple(
        Period(date.fromordinal(start + first), date.fromordinal(start + last)) for start in january
    )


def _holiday(day: float) -> bool:
    """Whether ``day`` (since the first) lies in a school holiday."""
    of_year = date.fromordinal(FIRST_DAY + int(day)).timetuple().tm_yday
    return any(first <= of_year <= last for first, last in HOLIDAYS)


# --- dutiful


@dataclass
class Coordinator:
    """Who rings: partners, from which part of the rhythm on, calls a week, days of absence."""

    mine: Days
    late: float
    calls: int
    away: tuple[int, int]


def _dutiful(setting: Setting) -> Talks:
    draw, many = setting.draw, setting.partners
    answers = np.where(draw.random(many) < 0.15, 0.15, draw.uniform(0.4, 0.8, many))
    initiative = draw.gamma(0.5, 1.0, many) / (2.0 * setting.rhythm)  # a day
    last = -draw.uniform(0, 1.3, many) * setting.rhythm
    team = [_coordinator(setting, mine) for mine in np.array_split(draw.permutation(many), TEAM)]
    talks: Talks = []
    for monday in range(0, setting.days, 7):
        met = np.flatnonzero(draw.random(many) < initiative * 7).tolist()
        for one in team:
            met += _rings(one, monday, (monday - last) / setting.rhythm, answers, draw)
        for partner in met:
            day = monday + int(draw.integers(0, 5))
            talks.append((partner, day))
            last[partner] = day
    return talks


def _coordinator(setting: Setting, mine: Days) -> Coordinator:
    draw = setting.draw
    week = (7.0 / setting.rhythm[mine]).sum()  # calls that the agreements ask for
    gone = int(draw.integers(0, setting.days)) if draw.random() < 0.6 else setting.days
    return Coordinator(
        mine,
        float(draw.lognormal(-0.1, 0.25)),
        max(round(week * draw.uniform(0.9, 2.0)), 1),
        (gone, gone + int(draw.integers(60, 180))),
    )


def _rings(
    one: Coordinator,
    monday: int,
    passed: NDArray[np.float64],
    answers: NDArray[np.float64],
    draw: np.random.Generator,
) -> list[int]:
    """Whom this coordinator reaches in this week, the latest rung first."""
    if one.away[0] <= monday < one.away[1]:
        return []
    late = one.mine[passed[one.mine] > one.late]
    rung = late[np.argsort(-passed[late], kind="stable")][: one.calls]
    reached: list[int] = rung[draw.random(len(rung)) < answers[rung]].tolist()
    return reached


# --- incidents


def _incidents(setting: Setting) -> Talks:
    draw, many, themes = setting.draw, setting.partners, 12
    belongs = draw.random((themes, many)) < 0.12
    ended = np.where(draw.random(many) < 0.25, draw.integers(0, setting.days, many), setting.days)
    meeting = draw.beta(1.0, 3.0, many)  # how likely at a network meeting
    eager = draw.gamma(1.5, 1 / 1.5, many)
    asleep = draw.uniform(60, 260, themes)  # mean days until a theme wakes up
    talks: Talks = []
    for theme in range(themes):
        for start, stop in _awake(draw, asleep[theme], setting.days):
            rate = belongs[theme] * eager / 12.0
            talks += _scattered(draw, rate, start, stop)
    talks += _scattered(draw, draw.gamma(0.6, 1 / 300.0, many), 0, setting.days)
    for day in range(60, setting.days, 91):
        talks += [
            (partner, day) for partner in np.flatnonzero(draw.random(many) < meeting).tolist()
        ]
    return [(partner, day) for partner, day in talks if day < ended[partner]]


def _awake(draw: np.random.Generator, asleep: float, days: int) -> list[tuple[int, int]]:
    """When a theme is awake: first day and the day after the last, until ``days``."""
    found, day = [], draw.exponential(asleep)
    while day < days:
        length = draw.uniform(14, 70)
        found.append((int(day), min(int(day + length), days)))
        day += length + draw.exponential(asleep)
    return found


def _scattered(
    draw: np.random.Generator, rate: NDArray[np.float64], start: int, stop: int
) -> Talks:
    """Talks at any moment from ``start`` until ``stop``; ``rate``: a day, per partner."""
    number = draw.poisson(rate * (stop - start))
    who = np.repeat(np.arange(len(rate)), number)
    return list(zip(who.tolist(), draw.integers(start, stop, len(who)).tolist(), strict=True))


# --- seasons


def _seasons(setting: Setting) -> Talks:
    draw = setting.draw
    talks: Talks = []
    for partner in range(setting.partners):
        pace = setting.rhythm[partner] * np.exp(draw.uniform(np.log(0.5), np.log(2.0)))
        ends = draw.integers(0, 3 * setting.days)  # one in three goes silent for good some day
        day = draw.uniform(0, pace)
        while day < min(ends, setting.days):
            day = _after_holiday(draw, day)
            if day < setting.days:
                talks.append((partner, int(day)))
            day += 1 + draw.gamma(2.5, pace / 2.5)
    return talks


def _after_holiday(draw: np.random.Generator, day: float) -> float:
    """The same day, or one in the weeks after the holiday it lies in."""
    while _holiday(day):
        day += draw.exponential(20.0)
    return day


# --- a new book


def _new_book(setting: Setting) -> Talks:
    draw = setting.draw
    talks: Talks = []
    for partner in range(setting.partners):
        meant = draw.choice([setting.rhythm[partner], 75.0], p=[0.4, 0.6])  # who minds the paper?
        pace = meant * draw.lognormal(0.0, 0.6)
        joined = draw.uniform(0, 300) * draw.integers(0, 2)
        day = joined + draw.uniform(0, 30)
        while day < setting.days:
            talks.append((partner, int(day)))
            tired = 0.8 + 0.4 * min((day - joined) / 400.0, 1.0)
            day += 1 + pace * tired * draw.weibull(0.8)
    return talks


KINDS: dict[str, Callable[[Setting], Talks]] = {
    "dutiful": _dutiful,
    "incidents": _incidents,
    "seasons": _seasons,
    "new_book": _new_book,
}
