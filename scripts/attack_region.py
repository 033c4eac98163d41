"""Try to work out what a region hides: random regions, and a reader who knows all it publishes.

    python scripts/attack_region.py [--regions 200] [--quick]

For each status of each region: is some combination of the published numbers about fewer than five
books (linear algebra over all of them)? And does a hidden number follow, or must it be 1 or 2, for
a reader who even knows which books are in which sum? Then the same with the quarter before beside
it, and with a second overview without one of the books: what that one takes away is three or more,
and what it tells itself. Ends with 1 where there is a leak.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trustbook.region.adding import add_up
from trustbook.region.counts import STANDING

sys.path.insert(0, str(Path(__file__).parent.parent))
regions: Any = importlib.import_module("tests.regions")


def main() -> int:
    """Attack them all; print how many hidden numbers were tried."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="ten regions")
    asked = parser.parse_args()
    seeds = range(10 if asked.quick else asked.regions)
    leaks = by_itself(seeds) + by_others(seeds)
    return 1 if leaks else 0


def by_itself(seeds: Iterable[int]) -> int:
    """How often the overview of one quarter tells too much."""
    tried = hidden = leaks = 0
    for seed in seeds:
        books = regions.made_region(random.Random(seed))
        region = add_up(books)
        for status in STANDING:
            bounds = regions.bounds_of_hidden(books, region.counts, status)
            tried, hidden = tried + 1, hidden + len(bounds)
            found = [tier for tier, (low, high) in bounds.items() if regions.tells(low, high)]
            if regions.told_of_few(books, region, status):
                found.append("a combination")
            leaks += len(found)
            if found:
                print(f"region {seed}, {status}: {', '.join(found)}")
    print(f"{tried} tables of numbers, {hidden} hidden numbers, {leaks} leaks", flush=True)
    return leaks


def by_others(seeds: Iterable[int]) -> int:
    """How often it does so beside the quarter before, or beside one without one of the books."""
    pairs = without = leaks = 0
    for seed in seeds:
        quarters = regions.made_quarters(random.Random(seed))
        books, _ = quarters[1]
        pairs, without = pairs + 1, without + len(books)
        found = regions.left_out_tells(books)
        if regions.told_of_few_by_quarters(quarters):
            found.append("the quarter before")
        leaks += len(found)
        if found:
            print(f"region {seed}: {', '.join(found)}")
    print(f"{pairs} pairs of quarters, {without} books left out, {leaks} leaks")
    return leaks


if __name__ == "__main__":
    sys.exit(main())
