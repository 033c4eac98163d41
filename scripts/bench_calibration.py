"""How often `calibration` claims that warm partners answer sooner, on planted truth.

    python scripts/bench_calibration.py [--quick] [--seed N]

Each run draws 100 calls, 60 to warm partners and 40 to cold ones, and asks whether the claim
appears. Where warm answers 9 in 10 and cold 6 in 10 it should, in 80 % of the runs or more; where
both answer alike it should not, in 5 % of the runs or fewer. ``--quick`` makes 200 runs of each
instead of 1,000. Ends with 1 where a share is out of bounds.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass

from trustbook.network.calibration import outcomes_of, warm_answers_more

WARM_CALLS, COLD_CALLS = 60, 40
RUNS, QUICK_RUNS = 1_000, 200
LEAST_TRUE, MOST_FALSE = 0.80, 0.05


@dataclass(frozen=True, slots=True)
class Truth:
    """A planted truth: the chance that a warm and a cold partner answers the same day."""

    warm: float
    cold: float

    def claimed(self, chance: random.Random, runs: int) -> float:
        """The share of ``runs`` in which the claim appears."""
        return sum(self._run(chance) for _ in range(runs)) / runs

    def _run(self, chance: random.Random) -> bool:
        calls = [("warm", self._answer(chance, self.warm)) for _ in range(WARM_CALLS)]
        calls += [("cold", self._answer(chance, self.cold)) for _ in range(COLD_CALLS)]
        return warm_answers_more(outcomes_of(calls))

    def _answer(self, chance: random.Random, answers: float) -> str:
        return "same_day" if chance.random() < answers else "not"


APART = Truth(0.9, 0.6)
ALIKE = tuple(Truth(share, share) for share in (0.5, 0.6, 0.7, 0.8, 0.9))


def main() -> int:
    """Print the share of runs with the claim for each truth; 1 where one is out of bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    runs, chance, good = QUICK_RUNS if asked.quick else RUNS, random.Random(asked.seed), True
    for truth in (APART, *ALIKE):
        share = truth.claimed(chance, runs)
        inside = share >= LEAST_TRUE if truth == APART else share <= MOST_FALSE
        good = good and inside
        told = (
            f"warm {truth.warm:.0%}, cold {truth.cold:.0%}: claimed in {share:.1%} of {runs} runs"
        )
        sys.stdout.write(f"{told}{'' if inside else '  << out of bounds'}\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
