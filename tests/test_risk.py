"""The risk of silence: what always holds, what agreements do, how well it tells on a real log, and
its sentence.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from random import Random
from typing import cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from municipalities import KINDS, outcomes, simulate
from numpy.typing import NDArray

from trustbook.model import Learned
from trustbook.risk import (
    Reason,
    chance,
    chances,
    contact_history,
    fit_chance,
    reason,
    risk,
    sentence,
)
from trustbook.risk.chance import Model, agreements, seen
from trustbook.risk.contacts import Floats, Ints
from trustbook.risk.ending import fit_ending

Log = list[list[int]]

CDNOW = Path(__file__).parent / "data" / "cdnow" / "cdnow.csv"
TODAY = date(2026, 11, 23).toordinal()
ROUNDING = 1e-9

contact_days = st.lists(st.integers(0, 900), min_size=1, max_size=12)
logs = st.lists(
    contact_days, min_size=1, max_size=8
)  # days before TODAY, one list per relationship
rhythms = st.none() | st.integers(1, 500).map(float)
few = settings(max_examples=60, deadline=None)


def arrays(log: Log) -> tuple[Ints, Ints]:
    rel = [k for k, days in enumerate(log) for _ in days]
    return np.array(rel, np.int64), np.array(
        [TODAY - ago for days in log for ago in days], np.int64
    )


def ask(log: Log, horizon: float = 90, asof: int = TODAY, rhythm: float | None = None) -> Floats:
    agreed = None if rhythm is None else np.full(len(log), rhythm)
    return chances(*arrays(log), asof, np.full(len(log), float(horizon)), agreed)


def held(log: Log, rhythm: float | None = None) -> tuple[Ints, Ints, Model]:
    """The log and what was learned from it, to ask about other days and histories."""
    rel, day = arrays(log)
    past = contact_history(rel, day, TODAY)
    agreed = None if rhythm is None else np.full(len(past.code), rhythm)
    return rel, day, fit_chance(past, TODAY, agreed)


def answer(
    model: Model, rel: Ints, day: Ints, asof: int, horizon: float, rhythm: float | None
) -> Floats:
    past = contact_history(rel, day, asof)
    many = len(past.code)
    agreed = None if rhythm is None else np.full(many, rhythm)
    return model.predict(past, asof, np.full(many, float(horizon)), agreed)


# --- always true, for a model held fixed


@few
@given(logs, rhythms, st.integers(1, 400), st.lists(st.integers(1, 40_000), min_size=1, max_size=8))
def test_risk_never_falls_as_silence_grows(
    log: Log, rhythm: float | None, horizon: float, later: list[int]
) -> None:
    rel, day, model = held(log, rhythm)
    asked = [answer(model, rel, day, TODAY + days, horizon, rhythm) for days in [0, *sorted(later)]]
    assert (np.diff(asked, axis=0) >= -ROUNDING).all()


@few
@given(logs, rhythms, st.lists(st.floats(0.5, 5000), min_size=2, max_size=8))
def test_risk_never_rises_with_the_horizon(
    log: Log, rhythm: float | None, horizons: list[float]
) -> None:
    rel, day, model = held(log, rhythm)
    asked = [answer(model, rel, day, TODAY, horizon, rhythm) for horizon in sorted(horizons)]
    assert (np.diff(asked, axis=0) <= ROUNDING).all()


@few
@given(logs, rhythms, st.integers(1, 400), st.integers(0, 3000), st.data())
def test_a_new_contact_never_raises_the_risk(
    log: Log, rhythm: float | None, horizon: float, silent: int, data: st.DataObject
) -> None:
    rel, day, model = held(log, rhythm)
    asof = TODAY + silent
    new = data.draw(st.integers(int(day[rel == 0].max()), asof))
    before = answer(model, rel, day, asof, horizon, rhythm)[0]
    after = answer(model, np.append(rel, 0), np.append(day, new), asof, horizon, rhythm)[0]
    assert after <= before + ROUNDING


def test_a_burst_after_which_all_is_quiet_is_no_worse_than_no_burst() -> None:
    """A case in which MBG/NBD alone would say otherwise: more contacts make the same silence more
    telling.
    """
    rel, day, model = held([[700], *[[700 - 30 * k for k in range(12)]] * 3])
    day[0] = TODAY - 700
    after = answer(
        model, np.append(rel, [0, 0]), np.append(day, TODAY - np.array([699, 698])), TODAY, 90, None
    )[0]
    assert after <= answer(model, rel, day, TODAY, 90, None)[0]


# --- always true, through refits


@few
@given(logs, rhythms, st.integers(0, 400))
def test_from_day_to_day_without_contact_the_risk_hardly_falls(
    log: Log, rhythm: float | None, later: int
) -> None:
    today, tomorrow = (ask(log, asof=TODAY + days, rhythm=rhythm) for days in (later, later + 1))
    assert (tomorrow >= today - 0.01).all()


def test_a_day_on_which_nearly_everyone_met_does_not_shake_the_others() -> None:
    log = [[600 - 40 * k for k in range(9)] for _ in range(100)]
    met = [[*days, 10] for days in log[:60]] + log[60:]
    asked = np.array([ask(met, asof=TODAY - 10 + days)[60:] for days in range(-2, 40)])
    assert np.diff(asked, axis=0).min() > -0.01


@few
@given(logs, st.integers(-200_000, 200_000), st.randoms(use_true_random=False))
def test_shift_order_and_doubles_change_nothing(log: Log, shift: int, random: Random) -> None:
    rel, day = arrays(log)
    order = np.array(random.sample(range(len(rel)), len(rel)))
    horizon = np.full(len(log), 90.0)
    plain = chances(rel, day, TODAY, horizon)
    moved = chances(rel, day + shift, TODAY + shift, horizon)
    mixed = chances(rel[order], day[order], TODAY, horizon)
    doubled = chances(np.r_[rel, rel[order]], np.r_[day, day[order]], TODAY, horizon)
    for other in (moved, mixed, doubled):
        np.testing.assert_allclose(other, plain, atol=1e-7)


@few
@given(logs, st.lists(st.integers(1, 900), max_size=5))
def test_what_comes_after_today_is_not_there_yet(log: Log, ahead: list[int]) -> None:
    rel, day = arrays(log)
    horizon = np.full(len(log), 90.0)
    more = chances(
        np.r_[rel, np.zeros(len(ahead), int)],
        np.r_[day, TODAY + np.array(ahead, int)],
        TODAY,
        horizon,
    )
    np.testing.assert_array_equal(more, chances(rel, day, TODAY, horizon))


# --- any input


@few
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-40_000, 40_000)), max_size=30),
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=5, max_size=5),
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=5, max_size=5),
)
def test_every_answer_is_a_chance_whatever_is_asked(
    contacts: list[tuple[int, int]], horizon: list[float], rhythm: list[float]
) -> None:
    rel = np.array([r for r, _ in contacts], np.int64)
    day = np.array([d for _, d in contacts], np.int64)
    asked = chances(rel, day + TODAY, TODAY, horizon, rhythm)
    known = np.isin(np.arange(5), [r for r, d in contacts if d <= 0])
    assert (np.isfinite(asked) == known).all()
    assert ((asked[known] >= 0) & (asked[known] <= 1)).all()


@pytest.mark.parametrize(
    "log",
    [
        [[0]],
        [[36_525]],
        [[36_525, 36_524]],
        [list(range(10_000))],
        [[5]] * 10_000,
        [[36_525 - k for k in range(400)], [0]],
    ],
    ids=[
        "once, today",
        "a century ago",
        "twice a century ago",
        "daily for 27 years",
        "10,000 on one day",
        "old and new",
    ],
)
def test_extremes_get_an_answer(log: Log) -> None:
    asked = ask(log)
    assert np.isfinite(asked).all()
    assert ((asked >= 0) & (asked <= 1)).all()


@pytest.mark.parametrize(
    ("typical", "repeats", "last", "age"),
    [
        (1e6, [10, 1000], [100, 1000], [100, 1030]),
        (1e4, [1000, 10, 2], [1000, 100, 2], [1000, 100, 2]),
        (1e4, [10], [10], [375]),
    ],
    ids=["more steps than allowed", "no step gains", "the slope does not turn"],
)
def test_gaps_quite_unlike_the_typical_one_still_end_in_an_answer(
    typical: float, repeats: list[int], last: list[int], age: list[int]
) -> None:
    gaps, latest, ages = (np.array(each) for each in (repeats, last, age))
    found = fit_ending(gaps, latest, ages, typical)
    assert all(0 < part < np.inf for part in (found.r, found.alpha, found.a, found.b))
    week, year = (
        found.quiet(gaps, latest, ages, np.full(len(ages), days)) for days in (7.0, 365.0)
    )
    assert np.isfinite(week).all()
    assert (year <= week).all()


def test_a_tiny_log_gives_a_sane_answer() -> None:
    lately, late, long_ago = ask([[3, 40], [150, 190], [800]])
    assert 0.1 < lately < late < long_ago
    assert lately < 0.6 < long_ago


# --- the door for frames


def frame(rows: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["rel", "date"]).assign(
        date=lambda x: pd.to_datetime(x["date"]), initiator="ego"
    )


def test_the_frame_door_answers_by_name_and_none_without_contact() -> None:
    events = frame(
        [("a", "2026-01-05"), ("b", "2026-02-01"), ("a", "2026-03-01"), ("later", "2026-12-01")]
    )
    asked = risk(
        events,
        pd.Timestamp("2026-06-01"),
        pd.Series({"b": 90.0, "never": 90.0, "later": 90.0, "a": 90.0}),
    )
    assert list(asked.index) == ["b", "never", "later", "a"]
    assert asked.notna().tolist() == [True, False, False, True]
    day = events["date"].dt.date.map(date.toordinal).to_numpy()
    plain = chances([0, 1, 0, 2], day, date(2026, 6, 1).toordinal(), np.full(3, 90.0))
    np.testing.assert_allclose(asked[["a", "b"]], plain[:2])


def test_an_empty_frame_gives_no_answer() -> None:
    asked = risk(frame([]), pd.Timestamp("2026-06-01"), pd.Series({"a": 90.0}))
    assert asked.isna().all()


def test_the_room_opens_without_pandas() -> None:
    code = "import sys, trustbook.risk; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- agreements


MONTHLY = [35 + 30 * k for k in range(12)]  # silent for five weeks now


def monthly_among(others: Log) -> float:
    """The risk over 30 days of the monthly partner of `MONTHLY`, in a log with these others."""
    return float(ask([MONTHLY, *others], horizon=30, rhythm=30.0)[0])


def test_what_a_passed_rhythm_means_is_learned_from_the_log() -> None:
    gone = [[60 + 20 * k + 30 * j for j in range(20)] for k in range(40)]
    late = [[5 + k + 45 * j for j in range(20)] for k in range(40)]
    assert monthly_among(gone) > 0.5, "here nobody came back who was silent for so long"
    assert monthly_among(late) < 0.1, "here everybody meets every six weeks, agreed or not"


def test_before_a_log_taught_anything_an_agreement_adds_nothing() -> None:
    """A log without gaps takes a month for its usual gap, as this agreement does."""
    spoken_today = [[0]]
    np.testing.assert_allclose(ask(spoken_today, rhythm=30.0), ask(spoken_today))


def test_the_risk_answers_the_horizon_that_was_asked_whatever_is_agreed() -> None:
    """Not a longer one in which it would turn cold: the sentence names the day that was asked."""
    log = [[7 + 30 * k for k in range(12)] for _ in range(20)]
    week, year = (ask(log, horizon=days, rhythm=365.0)[0] for days in (7, 365))
    assert week > 2 * year


def test_the_rhythm_is_the_prior_where_history_is_short() -> None:
    past = contact_history(*arrays([[20, 40], [20 + 20 * k for k in range(40)]]), TODAY)
    usual = [past.usual(prior)[past.begin + past.size - 1] for prior in (10.0, 365.0)]
    spread = usual[1] / usual[0]
    assert spread[0] > 8
    assert spread[1] < 1.05


def test_a_zero_or_missing_rhythm_is_none() -> None:
    log = [[20, 40, 90], [20, 50, 60]]
    asked = [chances(*arrays(log), TODAY, [90.0, 90.0], rhythm) for rhythm in (None, [np.nan, 0.0])]
    np.testing.assert_array_equal(asked[0], asked[1])


def test_gaps_that_went_beyond_cold_are_counted_for_each_relationship_apart() -> None:
    past = contact_history(*arrays([[0, 10, 70, 80, 200], [0, 44, 88], [5]]), TODAY)
    told = agreements(past, np.array([30.0, 30.0, np.nan]))
    # Gaps of 120, 10, 60 and 10 days, oldest first; the 46th day of silence is cold.
    odds = [1, 2 / 1, 2 / 2, 3 / 2, 3 / 3, 1, 1 / 2, 1 / 3, 1]
    np.testing.assert_allclose(told.outlasted, np.log(odds))


def test_who_often_outlasted_the_agreement_is_told_to_do_so_again() -> None:
    """Both are silent for ten days; who was late before is late now in the whole log."""
    prompt = [[10 + 25 * k for k in range(12)] for _ in range(20)]
    tardy = [[10 + 60 * k for k in range(12)] for _ in range(20)]
    told = ask([*prompt, *tardy], horizon=36, rhythm=30.0)
    assert told[0] < 0.1 < 0.4 < told[-1]


def test_a_young_book_tells_a_steady_pace_as_an_old_one_does() -> None:
    """Every ten days: the standing still grows, and with it what of it could be seen."""
    for days in (100, 300, 2000):
        past = contact_history(*arrays([list(range(0, days, 10))]), TODAY)
        standing = past.standing[-1] / seen(np.array([days - 10.0 + 10.0]))[0]
        assert standing == pytest.approx(36.5, rel=0.03)


# --- is it true? (scripts/bench_risk.py --simulated asks more of them, and bigger ones)


@pytest.fixture(scope="module", params=sorted(KINDS))
def told(request: pytest.FixtureRequest) -> pd.DataFrame:
    """What was said in a simulated municipality of this kind, and what became of it."""
    return pd.concat(outcomes(simulate(request.param, seed, partners=80)) for seed in (1, 2))


def off(rows: pd.DataFrame) -> float:
    """By how much the mean risk exceeds what came true."""
    return float(rows["risk"].mean() - rows["silent"].mean())


def test_under_agreements_the_risk_comes_true(told: pd.DataFrame) -> None:
    assert abs(off(told)) < 0.1
    assert abs(off(told[told["status"] == "cooling"])) < 0.14
    # Few are slipping where nearly everybody comes back: only saying too much is held against it.
    assert off(told[told["slipping"]]) < 0.14


def test_under_agreements_the_risk_beats_guessing_the_mean(told: pd.DataFrame) -> None:
    assert ((told["risk"] - told["silent"]) ** 2).mean() < told["silent"].var()


def test_a_municipality_is_the_same_one_each_time() -> None:
    pd.testing.assert_frame_equal(
        outcomes(simulate("new_book", 3, partners=12)),
        outcomes(simulate("new_book", 3, partners=12)),
    )


# --- a real log


def test_it_tells_who_stays_silent_on_a_real_log() -> None:
    log = pd.read_csv(CDNOW)
    rel, day = (
        log["alter"].to_numpy(),
        log["date"].map(lambda x: date.fromisoformat(x).toordinal()).to_numpy(),
    )
    ranked, off, ours = [], [], 0.0
    for asof in (day.min() + 200, day.min() + 340):
        past = contact_history(rel, day, asof)
        last = past.day[past.begin + past.size - 1]
        asked = (past.size >= 3) & (asof - last <= 365)
        silent = ~np.isin(past.code, rel[(day > asof) & (day <= asof + 90)])[asked]
        chance = fit_chance(past, asof).predict(past, asof, np.full(len(past.code), 90.0))[asked]
        ranked.append(auc(chance, silent))
        off.append(np.mean((chance - silent) ** 2))
        ours += auc(chance, silent) - auc(asof - last[asked], silent)
    assert np.mean(ranked) > 0.69
    assert np.mean(off) < 0.225
    assert ours > 0.02, "days since the last contact must do worse"


def auc(score: Floats | Ints, true: NDArray[np.bool_]) -> float:
    """The chance that one that came true scored higher than one that did not."""
    rank = pd.Series(score).rank().to_numpy()
    hits = true.sum()
    return float((rank[true].sum() - hits * (hits + 1) / 2) / (hits * (len(true) - hits)))


# --- the sentence


def test_the_sentence_is_made_of_what_made_the_number() -> None:
    days = [63 + 42 * k for k in range(12)]
    past = contact_history(*arrays([days]), TODAY)
    parts = reason(fit_chance(past, TODAY), past, 0, TODAY, rhythm=42.0)
    usual = cast("float", pytest.approx(42.0))
    assert parts == Reason(usual=usual, contacts=12, silence=63, longer=11, gaps=11)
    assert sentence("en", parts, 0.71, date(2027, 3, 3)) == (
        "Usually every 6 weeks, silent for 9; of relationships like this about 7 in 10 are not in "
        "touch before 3 March 2027 (12 contacts; longer than 11 of its 11 gaps)."
    )
    assert sentence("nl", parts, 0.71, date(2027, 3, 3)) == (
        "Meestal elke 6 weken, nu 9 stil; van zulke relaties hebben ongeveer 7 op de 10 geen "
        "contact vóór 3 maart 2027 (12 contacten; langer dan 11 van de 11 keer hiervoor)."
    )


@given(
    st.sampled_from(["en", "nl"]),
    st.floats(1, 4000),
    st.integers(0, 4000),
    st.integers(1, 500),
    st.floats(0, 1),
)
def test_every_sentence_can_be_said(
    lang: str, usual: float, silence: int, contacts: int, chance: float
) -> None:
    said = sentence(
        lang, Reason(usual, contacts, silence, 0, contacts - 1), chance, date(2027, 3, 3)
    )
    assert "{" not in said
    assert "%" not in said


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.01, "fewer than 1 in 10"), (0.5, "about 5"), (0.99, "more than 9 in 10")],
)
def test_nobody_is_certain(chance: float, words: str) -> None:
    assert words in sentence("en", Reason(30.0, 5, 20, 1, 4), chance, date(2027, 3, 3))


def test_what_a_log_taught_is_not_worked_out_again() -> None:
    """What is known is taken only for the same log, and to the last bit."""
    rel, day = arrays([[400, 300, 210, 120, 30], [350, 90], [200, 170, 160, 20]])
    past = contact_history(rel, day, TODAY)
    first = Learned()
    taught = fit_chance(past, TODAY, learned=first)
    assert _same(taught, fit_chance(past, TODAY))
    known = Learned({mark: json.loads(json.dumps([*one])) for mark, one in first.used.items()})
    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(chance, "_ask", None)  # nor the past asked again
        assert _same(fit_chance(past, TODAY, learned=known), taught)
        other = contact_history(*arrays([[400, 300, 210, 120, 31], [350, 90]]), TODAY)
        with pytest.raises(TypeError):
            fit_chance(other, TODAY, learned=known)


def test_what_one_log_taught_is_never_said_of_another() -> None:
    """A talk more or less, on another day or of somebody else, another agreement or another day."""
    dice, learned, reused = Random(19), Learned(), 0
    log = [(dice.randrange(5), TODAY - dice.randrange(500)) for _ in range(40)]
    rhythms = np.array([30.0, 60.0, np.nan, 90.0, 14.0])
    for turn in range(60):
        if dice.random() < 0.6:
            at = dice.randrange(len(log))
            who, day = log[at]
            log[at] = dice.choice(((who, day - 1), ((who + 1) % 5, day), (who, day - 40)))
        if dice.random() < 0.3:
            rhythms[dice.randrange(5)] = dice.choice((30.0, 45.0, np.nan))
        today = TODAY + dice.choice((0, 0, 1, 42))
        past = contact_history([who for who, _ in log], [day for _, day in log], today)
        agreed = rhythms[past.code]
        told = fit_chance(past, today, agreed, learned=learned)
        assert _same(told, fit_chance(past, today, agreed)), turn
        reused += bool(learned.used.keys() & learned.known.keys())
        learned = Learned({**learned.known, **learned.used})
    assert reused > 5


def test_what_was_learned_goes_for_its_relationships_and_its_day_alone() -> None:
    learned = Learned()
    logs = [[[400, 350, 300], [250, 200]], [[400, 350], [300, 250, 200]]]
    for days in logs:  # the same days, between others
        for today in (TODAY, TODAY + 200):
            past = contact_history(*arrays(days), today)
            told = fit_chance(past, today, learned=learned)
            assert _same(told, fit_chance(past, today))
            learned = Learned({**learned.known, **learned.used})


def _same(one: Model, other: Model) -> bool:
    alike = (one.typical, one.ending) == (other.typical, other.ending)
    return alike and one.coefficients.tolist() == other.coefficients.tolist()
