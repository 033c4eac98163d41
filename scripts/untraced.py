"""Which tests need no tracing? Those that take long and reach nothing that quicker ones do not.

    python scripts/untraced.py [--least SECONDS] [TEST ...]

Tracing makes a test take up to twice as long, and most tests pass through lines that others pass,
too. This runs all tests in one process, which takes half an hour, and writes the second half of
tests/untraced.txt: each test of ``--least`` seconds or more whose branches are reached by those
that are left. Of rooms with a floor of their own nothing is lost, of the others next to nothing.
What is listed still runs in full. Named tests only are looked at, and nothing is written.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import coverage
import pytest
from coverage_floor import ELSEWHERE, FLOORS, room_of

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "untraced.txt"
HEADING = "# --- found by scripts/untraced.py: slow, and all they reach is reached by others"
OPTIONS = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:pytest_cov"]
FLOORED: dict[str, float] = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["coverage"]
OWN = 4.0
# A branch: the file, and the lines it leads from and to.
Branch: TypeAlias = tuple[str, int, int]


def function_of(node: str) -> str:
    """A test as the list names it: without its parameters, and seen from the tests' folder."""
    return node.partition("|")[0].partition("[")[0].removeprefix("tests/")


class TestClock:
    """A pytest plugin: the processor's seconds of each test, which is a context of coverage."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.seconds: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Take the time of one test."""
        self.measured.switch_context(function_of(item.nodeid))
        begin = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[function_of(item.nodeid)] += time.process_time() - begin


def branches_in(data: coverage.CoverageData) -> dict[str, set[Branch]]:
    """What each test reaches; under "" what is reached when modules are opened."""
    found: dict[str, set[Branch]] = defaultdict(set)
    for context in data.measured_contexts():
        data.set_query_context(context)
        for file in data.measured_files():
            found[function_of(context)].update((file, *arc) for arc in data.arcs(file) or ())
    return found


def not_needed(
    reached: Mapping[str, set[Branch]], seconds: Mapping[str, float], least: float
) -> list[str]:
    """The tests of ``least`` seconds or more that reach next to nothing of their own, in order.

    Of rooms with a floor nothing may be lost, elsewhere ``OWN`` branches for each second; the
    slowest is left out first.
    """
    times = Counter(branch for branches in reached.values() for branch in branches)
    slow = [test for test in reached if seconds.get(test, 0.0) >= least]
    free = []
    for test in sorted(slow, key=lambda test: -seconds[test]):
        own = [branch for branch in reached[test] if times[branch] == 1]
        if len(own) <= OWN * seconds[test] and all(map(is_elsewhere, own)):
            times.subtract(reached[test])
            free.append(test)
    return sorted(free)


def is_elsewhere(branch: Branch) -> bool:
    """Whether a branch lies in no room with a floor of its own."""
    return room_of(branch[0], FLOORED) == ELSEWHERE


def by_hand(text: str) -> str:
    """What people listed themselves: everything above the heading."""
    return text.partition(HEADING)[0].rstrip() + "\n"


def measure(tests: list[str]) -> TestClock:
    """Run tests with all that is not listed by hand traced; ends the script when one fails."""
    measured = coverage.Coverage(data_file=None, config_file=str(ROOT / "pyproject.toml"))
    clock = TestClock(measured)
    measured.start()
    code = pytest.main([*OPTIONS, *(tests or [str(ROOT / "tests")])], plugins=[clock])
    measured.stop()
    if code:
        sys.exit(f"The tests ended with {int(code)}.")
    return clock


def main() -> int:
    """Measure, and write the list, or print it where only some tests were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", help="only these, and write nothing")
    parser.add_argument("--least", type=float, default=0.5, help="seconds of a test worth listing")
    asked = parser.parse_args()
    before = LIST.read_text(encoding="utf-8")
    if not asked.tests:
        LIST.write_text(by_hand(before), encoding="utf-8")
    try:
        clock = measure(asked.tests)
    except BaseException:
        LIST.write_text(before, encoding="utf-8")
        raise
    found = not_needed(branches_in(clock.measured.get_data()), clock.seconds, asked.least)
    spared = sum(clock.seconds[test] for test in found)
    sys.stdout.write("\n".join([*found, f"{len(found)} tests of {spared:.0f} seconds", ""]))
    if not asked.tests:
        LIST.write_text("\n".join([by_hand(before), HEADING, *found, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
