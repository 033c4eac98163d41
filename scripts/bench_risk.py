"""How well does the risk tell which relationships stay silent, and how fast? Beside the baselines
that matter.

    python scripts/bench_risk.py                  the log that ships with the project
    python scripts/bench_risk.py FOLDER           every *.csv in it, with columns ego, alter, date
    python scripts/bench_risk.py --simulated 16   is it calibrated under agreements? four kinds of
                                                  simulated municipalities, sixteen of each
    python scripts/bench_risk.py --speed          a million contact days of 50,000 relationships

The logs need the extra `bench` (scipy; lifetimes for the comparison of speed, where it installs).
docs/risk.md explains the measures, scripts/municipalities.py how the municipalities come about.
Ends with 1 when a kind of municipality is off by more than .05, or its Brier is worse than that of
guessing the mean.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from municipalities import KINDS, outcomes, simulate
from numpy.typing import NDArray

from trustbook.risk import fit_chance, risk

if TYPE_CHECKING:
    from risk_baselines import Floats, Snapshot

SHIPPED = Path(__file__).parent.parent / "tests" / "data" / "cdnow"
OURS = "trustbook"
FIXED, RHYTHM = "fixed", "rhythm"
ENOUGH = 3  # contact days, for a relationship to be scored
FALSE_ALARMS = 0.10
CALIBRATED = 0.05  # so much may mean risk and mean outcome differ
GROUPS = ("all", "slipping", "cooling")


@dataclass
class Rows:
    """Everything one question asked at all dates: per row its date, relationship, state, outcome
    and each answer.
    """

    frames: list[pd.DataFrame] = field(default_factory=list)

    def table(self) -> pd.DataFrame:
        """All rows below each other."""
        return pd.concat(self.frames, ignore_index=True)


def ours(now: Snapshot, horizon: Floats) -> Floats:
    """The risk as the project ships it."""
    return fit_chance(now.past, now.asof).predict(now.past, now.asof, horizon)


@cache
def methods() -> dict[str, tuple[Callable[[Snapshot, Floats], Floats], bool]]:
    """Every method by name, and whether its answer is a chance."""
    from risk_baselines import BASELINES  # needs scipy, which municipalities do not

    return {**BASELINES, OURS: (ours, True)}


def ask(log: pd.DataFrame, options: argparse.Namespace) -> dict[str, pd.DataFrame]:
    """Every method at every date, for a fixed horizon and for one of twice the own median gap."""
    from risk_baselines import snapshot

    rel = pd.factorize(log["ego"].astype(str) + "-" + log["alter"].astype(str))[0].astype(np.int64)
    day = pd.to_datetime(log["date"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    start, end = int(day.min()), int(day.max())
    warmup = min(365, (end - start) // 4)
    rows = {FIXED: Rows(), RHYTHM: Rows()}
    for asof in range(start + warmup, end - options.cap + 1, options.step):
        now = snapshot(rel, day, asof)
        scored = (now.past.size >= ENOUGH) & (now.silence <= options.longest)
        if scored.sum() < 20:
            continue
        back = _comes_back(rel, day, asof, now)
        own = np.clip(
            2 * np.nan_to_num(now.median, nan=options.horizon), options.horizon / 3, options.cap
        )
        for question, horizon in (
            (FIXED, np.full(len(own), float(options.horizon))),
            (RHYTHM, own),
        ):
            state = {
                "asof": asof,
                "rel": now.past.code,
                "silence": now.silence,
                "median": now.median,
                "back": back,
            }
            answers = {name: method(now, horizon) for name, (method, _) in methods().items()}
            frame = pd.DataFrame({**state, "silent": back > horizon, **answers})
            rows[question].frames.append(frame[scored])
    return {question: found.table() for question, found in rows.items() if found.frames}


def _comes_back(rel: NDArray[np.int64], day: NDArray[np.int64], asof: int, now: Snapshot) -> Floats:
    """Days from ``asof`` to the next contact, infinite if there is none, per relationship known by
    then.
    """
    after = np.full(int(rel.max()) + 1, np.inf)
    later = day > asof
    np.minimum.at(after, rel[later], (day[later] - asof).astype(float))
    return np.asarray(after[now.past.code])


def ranking(rows: pd.DataFrame, name: str) -> tuple[float, float]:
    """Area under the ROC curve and average precision, each per date and averaged by rows."""
    found = []
    for _, at in rows.groupby("asof"):
        silent = at["silent"].to_numpy()
        hits, misses = silent.sum(), (~silent).sum()
        if min(hits, misses) < 5:
            continue
        rank = at[name].rank().to_numpy()
        order = silent[np.argsort(-at[name].to_numpy(), kind="stable")]
        precision = np.cumsum(order) / np.arange(1, len(order) + 1)
        area = (rank[silent].sum() - hits * (hits + 1) / 2) / (hits * misses)
        found.append((area, precision[order].mean(), len(at)))
    area, precise, weight = np.array(found).T
    return float(np.average(area, weights=weight)), float(np.average(precise, weights=weight))


def detection(rows: pd.DataFrame, name: str, horizon: int) -> tuple[float, float]:
    """Share of lapses ever flagged, and the median days of silence at the first flag.

    A lapse is a silence that grows beyond ``horizon`` days and four own median gaps. One in ten of
    the rows whose relationship came back in time is flagged too: that sets the threshold.
    """
    limit = rows.loc[~rows["silent"], name].quantile(1 - FALSE_ALARMS)
    lapsed = rows[rows["back"] + rows["silence"] > np.maximum(horizon, 4 * rows["median"])]
    flagged = lapsed["silence"].where(lapsed[name] > limit)
    first = flagged.groupby([lapsed["rel"], lapsed["asof"] - lapsed["silence"]]).min()
    return float(first.notna().mean()), float(first.median())


def report(log: str, asked: dict[str, pd.DataFrame], horizon: int) -> pd.DataFrame:
    """Print one log's figures and give them back, a row per question and method."""
    figures = []
    for question, rows in asked.items():
        silent = rows["silent"].mean()
        print(f"\n{log}, {question} horizon: {len(rows)} rows, {silent:.0%} stayed silent")
        print(f"{'':26}   AUC    AP  Brier  detected  after days")
        for name, (_, chance) in methods().items():
            area, precise = ranking(rows, name)
            brier = (
                float(((rows[name].clip(0, 1) - rows["silent"]) ** 2).mean()) if chance else np.nan
            )
            found, days = detection(rows, name, horizon)
            figures.append((log, question, name, area, precise, brier, found, days))
            shown = f"{brier:.3f}" if chance else "    -"
            print(f"{name:26} {area:.3f} {precise:.3f}  {shown}     {found:5.0%}  {days:10.0f}")
    return pd.DataFrame(
        figures,
        columns=["log", "question", "method", "AUC", "AP", "Brier", "detected", "after days"],
    )


def calibration(rows: pd.DataFrame) -> pd.DataFrame:
    """Per group of `GROUPS` of the rows of `outcomes`: mean risk, mean outcome, their difference,
    Brier, that of guessing the group's mean outcome, and AUC.
    """
    groups = {
        "all": rows,
        "slipping": rows[rows["slipping"]],
        "cooling": rows[rows["status"] == "cooling"],
    }
    return pd.DataFrame.from_dict(
        {name: _calibration_of(group) for name, group in groups.items()}, orient="index"
    )


def _calibration_of(rows: pd.DataFrame) -> dict[str, float]:
    chance, silent = rows["risk"].to_numpy(float), rows["silent"].to_numpy(bool)
    hits, misses = silent.sum(), (~silent).sum()
    area = np.nan
    if min(hits, misses):
        area = (rows["risk"].rank()[silent].sum() - hits * (hits + 1) / 2) / (hits * misses)
    return {
        "rows": len(rows),
        "risk": chance.mean(),
        "outcome": silent.mean(),
        "off": chance.mean() - silent.mean(),
        "Brier": ((chance - silent) ** 2).mean(),
        "guess": silent.var(),
        "AUC": float(area),
    }


def simulated(seeds: int) -> bool:
    """Print the calibration of every kind and seed, and say whether each kind as a whole is within
    its bounds.
    """
    good = True
    for kind in KINDS:
        found = {seed: outcomes(simulate(kind, seed)) for seed in range(seeds)}
        tables = {f"seed {seed}": calibration(rows) for seed, rows in found.items()}
        tables["together"] = whole = calibration(pd.concat(found.values()))
        print(f"\n{kind}")
        print(pd.concat(tables).round(3).to_string())
        good &= bool((whole["off"].abs().to_numpy() <= CALIBRATED).all())
        good &= bool((whole["Brier"] <= whole["guess"]).iloc[0])
    print("\nwithin bounds" if good else "\nOUT OF BOUNDS")
    return good


def speed() -> None:
    """CPU seconds from a frame of a million contact days to 50,000 risks, beside lifetimes' summary
    and fit.
    """
    draw = np.random.default_rng(1)
    weight = draw.pareto(1.2, 50_000) + 0.2
    pairs = pd.DataFrame(
        {
            "rel": draw.choice(50_000, 2_000_000, p=weight / weight.sum()),
            "date": draw.integers(0, 3650, 2_000_000),
        }
    )
    everyone = pd.DataFrame({"rel": np.arange(50_000), "date": 0})
    events = pd.concat([everyone, pairs]).drop_duplicates().iloc[:1_000_000]
    events = events.assign(
        rel="r" + events["rel"].astype(str), date=pd.to_datetime(events["date"], unit="D")
    )
    today = pd.Timestamp(events["date"].max())
    horizon = pd.Series(90.0, index=events["rel"].unique())
    print(f"\n{len(events):,} contact days, {len(horizon):,} relationships")
    begun = time.process_time()
    answered = risk(events, today, horizon)
    print(f"{OURS:26} {time.process_time() - begun:5.2f} s CPU, {answered.notna().sum():,} risks")
    try:
        from lifetimes import BetaGeoFitter  # type: ignore[import-not-found,import-untyped,unused-ignore]
        from lifetimes.utils import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
            summary_data_from_transaction_data,
        )
    except ImportError:
        print("lifetimes is not installed: pip install lifetimes")
        return
    begun = time.process_time()
    try:
        summary = summary_data_from_transaction_data(
            events, "rel", "date", observation_period_end=today
        )
        BetaGeoFitter(penalizer_coef=0.001).fit(
            summary["frequency"], summary["recency"], summary["T"]
        )
    except Exception as fault:
        print(f"lifetimes does not run here: {fault!r}")
        return
    print(f"{'lifetimes summary + BG/NBD':26} {time.process_time() - begun:5.2f} s CPU")


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED)
    parser.add_argument("--horizon", type=int, default=90, help="days ahead of the fixed question")
    parser.add_argument(
        "--cap", type=int, default=180, help="longest horizon of the question by own rhythm"
    )
    parser.add_argument(
        "--longest", type=int, default=365, help="longest silence that is still scored, in days"
    )
    parser.add_argument("--step", type=int, default=28, help="days between the dates of asking")
    parser.add_argument(
        "--simulated", type=int, metavar="SEEDS", help="so many municipalities of each kind instead"
    )
    parser.add_argument("--speed", action="store_true", help="measure the time instead")
    options = parser.parse_args()
    if options.speed:
        speed()
        return
    if options.simulated:
        sys.exit(not simulated(options.simulated))
    logs = sorted(options.folder.glob("*.csv"))
    if not logs:
        sys.exit(f"no *.csv in {options.folder}")
    asked = {log.stem: ask(pd.read_csv(log), options) for log in logs}
    figures = pd.concat([report(name, found, options.horizon) for name, found in asked.items()])
    if len(logs) > 1:
        print("\nmean over logs")
        print(
            figures.groupby(["question", "method"], sort=False)
            .mean(numeric_only=True)
            .round(3)
            .to_string()
        )


if __name__ == "__main__":
    main()
