"""Every room of trustbook keeps its floor of branch coverage.

    python scripts/coverage_floor.py [--quiet] [coverage.json]

Reads what the tests wrote (``pytest --reached coverage.json``) and holds each room to its floor in
tests/density.toml; what has no floor of its own is held together to that of "elsewhere". A figure
is lines and branches that ran, of all there are. Ends with 1 when a room is below its floor, and
says what did not run there; ``--quiet`` prints only then.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "tests" / "density.toml"
ELSEWHERE = "elsewhere"
RAN = ("covered_lines", "covered_branches")
NOT = ("missing_lines", "missing_branches")


def room_of(file: str, floors: Mapping[str, float]) -> str:
    """The room of a file whose floor holds it: its first folder, or its own name."""
    parts = Path(file.replace("\\", "/")).parts
    inside = parts[parts.index("trustbook") + 1 :]
    room = inside[0].removesuffix(".py")
    return room if room in floors else ELSEWHERE


def shares(report: Mapping[str, Any], floors: Mapping[str, float]) -> dict[str, float]:
    """The coverage of each room in percent; a room without a file has none."""
    ran: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    for file, entry in report["files"].items():
        room, counts = room_of(file, floors), entry["summary"]
        ran[room] += sum(counts[name] for name in RAN)
        there[room] += sum(counts[name] for name in (*RAN, *NOT))
    return {room: 100.0 * ran[room] / there[room] for room in floors if there[room]}


def table(found: Mapping[str, float], floors: Mapping[str, float]) -> tuple[list[str], list[str]]:
    """A line for each room, and which rooms are below their floors; one that is gone is, too."""
    lines, below = [], []
    for room, floor in floors.items():
        share = found.get(room)
        low = share is None or share < floor
        if low:
            below.append(room)
        shown = "nothing measured" if share is None else f"{share:.1f} %"
        lines.append(f"{room:<12} {shown:>9}, floor {floor:g} %{'  << BELOW' if low else ''}")
    return lines, below


def not_reached(
    report: Mapping[str, Any], floors: Mapping[str, float], rooms: Collection[str]
) -> list[str]:
    """What did not run in ``rooms``: a line for each file, with its lines and branches."""
    told = []
    for file, entry in sorted(report["files"].items()):
        lines = [str(line) for line in entry["missing_lines"]]
        branches = [f"{line}->{to or 'end'}" for line, to in entry["missing_branches"]]
        if (lines or branches) and room_of(file, floors) in rooms:
            told.append(f"{file}: {', '.join([*lines, *branches])}")
    return told


def main() -> int:
    """Print the table; 1 when a room is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, default=ROOT / "coverage.json")
    parser.add_argument("--quiet", action="store_true", help="print only when a floor is broken")
    asked = parser.parse_args()
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["coverage"]
    report = json.loads(asked.report.read_text(encoding="utf-8"))
    lines, below = table(shares(report, floors), floors)
    if below or not asked.quiet:
        lines += not_reached(report, floors, below)
        sys.stdout.write("\n".join(["Coverage of the rooms:", *lines]) + "\n")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
