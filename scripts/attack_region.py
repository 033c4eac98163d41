"""Try to work out what a region hides: random regions, and a reader who knows all it publishes.

    python scripts/attack_region.py [--regions 200] [--quick]

For each status of each region: is some combination of the published numbers about fewer than five
books (linear algebra over all of them)? And does a hidden number follow, or must it be 1 or 2, for
a reader who even knows which books are in which sum? Ends with 1 where there is a leak.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
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
    tried = hidden = leaks = 0
    for seed in range(10 if asked.quick else asked.regions):
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
    print(f"{tried} tables of numbers, {hidden} hidden numbers, {leaks} leaks")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
