"""The long run of the sync machine: two workbooks and a ledger under edits, deletes, absences,
power cuts, lost disks.

    python scripts/fuzz_sync.py [--examples 1500] [--steps 40] [--postgres]

The tests run 80 shorter examples; this is the command for a night. It ends with the failing steps,
if there are any.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path


def main() -> int:
    """Run the machine; 0 when nothing was lost in any example."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=1500)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--postgres", action="store_true", help="the ledger is in a database")
    asked = parser.parse_args()
    from hypothesis import HealthCheck, settings
    from hypothesis.stateful import run_state_machine_as_test

    sys.path.insert(0, str(Path(__file__).parent.parent))
    machine = importlib.import_module("tests.sync_machine").Network
    if asked.postgres:
        machine = importlib.import_module("tests.postgres_machine").ServerNetwork
        machine.start_server()
    start = time.monotonic()
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=asked.examples,
                stateful_step_count=asked.steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    finally:
        if asked.postgres:
            machine.server.end()
    sys.stdout.write(
        f"{asked.examples} examples of {asked.steps} steps, nothing lost: "
        f"{time.monotonic() - start:.0f} s\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
