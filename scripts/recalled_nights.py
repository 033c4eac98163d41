"""Random lives of a small book: every night is run with what is kept of the last reading and again
without it, and both must leave the same cells, facts, rows and memory; commands must say the same.
Now and then another program saved the book, with something in one cell or as it was.

    python scripts/recalled_nights.py [--quick] [--lives 40] [--seed 1]
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

NIGHTS = 12


def live(told: Any, saved: Any, folder: Path, chance: random.Random) -> tuple[int, int]:
    """One life; how many nights it had, and how many used what was kept."""
    world = told.World(folder / "here", told.FIRST - timedelta(days=chance.randrange(400)))
    world.folder.mkdir()
    world.make()
    world.night()
    used = 0
    with mock.patch.dict(os.environ, {"TRUSTBOOK_DATA": str(world.memory)}):
        for night in range(NIGHTS):
            for _ in range(chance.choice((0, 0, 0, 1, 2))):
                world.edit(chance.choice(told.EDITS), chance.randrange(5), chance.randrange(60))
            if chance.random() < 0.3:
                saved.save(world, chance.choice((saved.nothing, saved.scribble(chance))))
                saved.both_ways(world, night)
            else:
                used += told.both_ways(world, night)
            command = chance.choice(("health", "check", "next"))
            said = told.ask(world, command, day=world.today)
            with mock.patch("trustbook.run.recalled.cached_reading", lambda *_: None):
                assert told.ask(world, command, day=world.today) == said, command
            world.today += timedelta(days=chance.choice((0, 1, 1, 1, 2, 7, 30, 90)))
    return NIGHTS, used


def main() -> int:
    """Run the lives; 0 where all left the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three lives")
    parser.add_argument("--lives", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent.parent))
    names = ("tests.test_recalled", "tests.test_saved_anew")
    told, saved = map(importlib.import_module, names)
    nights = used = 0
    lives = asked.lives or (3 if asked.quick else 40)
    for life in range(lives):
        with tempfile.TemporaryDirectory() as folder:
            went = live(told, saved, Path(folder), random.Random(asked.seed * 1000 + life))
        nights, used = nights + went[0], used + went[1]
    sys.stdout.write(
        f"{nights} nights of {lives} lives left the same with a kept reading and without; {used}"
        " of them read no list\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
