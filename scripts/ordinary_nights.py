"""A thousand ordinary nights: cells edited, rows added and deleted, partners handed over; and a
thousand of renames, corrections, new jobs and changed tables. No false alarm, no talk moved.

python scripts/ordinary_nights.py [--nights 1000]
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run the nights; 0 when no guard stopped one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=1000)
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent.parent))
    nights = importlib.import_module("tests.test_guards")
    ordinary = importlib.import_module("tests.ordinary")
    with tempfile.TemporaryDirectory() as folder:
        went = nights.ordinary_nights(Path(folder), asked.nights, random.Random(2026))
    with tempfile.TemporaryDirectory() as folder:
        moved = ordinary.live(Path(folder), asked.nights, random.Random(2027))
    sys.stdout.write(
        f"{went} nights of content and {moved} of form, no false alarm, no talk moved\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
