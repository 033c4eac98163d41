"""Kill runs at every step and at any moment, and let people save in between, many times over.

python scripts/kill_points.py [--kills 500] [--races 200]
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Kill and race; 0 when nothing was torn, lost, doubled or left behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--races", type=int, default=200)
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent.parent))
    site = importlib.import_module("tests.crash_site")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("kills", "races"):
            (Path(folder) / name).mkdir()
        site.kill_and_recover(Path(folder) / "kills", random.Random(2026), asked.kills)
        sys.stdout.write(f"{asked.kills} runs killed: nothing torn, lost, doubled or left behind\n")
        site.race(Path(folder) / "races", random.Random(2026), asked.races)
        sys.stdout.write(f"{asked.races} saves in between: nothing lost\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
