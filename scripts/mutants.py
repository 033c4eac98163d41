"""Do the tests notice a small fault? Puts boundary faults into the code one at a time and runs the
tests that cover it.

    python scripts/mutants.py [ROOM | FILE | FILE:LINE ...] [--sample N] [--seed S] [--jobs N]

The faults are those of scripts/mutations.py: ``<`` for ``<=``, ``and`` for ``or``, one more or one
less in a comparison, a dropped ``not``. The tests run once unchanged, to learn which of them pass
through which line; then each fault is put into a copy of the checkout, never into the checkout, and
the tests of its room run until one fails: those that pass through the line go first, and of them
those that found other faults before. A test that takes far longer than it did counts as failed.

What lives is printed with its place; docs/mutants.toml lists what may live, with the reason. Ends
with 1 when of any room less than 90 % is killed. Needs a system that can fork (Linux, macOS, WSL).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage
import pytest
from mutations import Mutant, mutants_of

ROOT = Path(__file__).resolve().parent.parent
ENOUGH = 0.9
_EXCEL = "excel_compare excel_check excel_write excel_columns excel_tables excel_rows excel_sheets"
# Which tests cover a room, those that mirror it first. What is slow and finds little is left out.
ROOMS = {
    "trustbook/merge": "merge overtyped guard_limits guards accidents stops two_workbooks",
    "trustbook/health": "health health_boundaries timelines facts",
    "trustbook/ledger": "ledger as_known commit_states privacy sync facts stops guards history",
    "trustbook/reading": "cells settings rows headers adoption array_formulas timelines facts",
    "trustbook/privacy": "privacy doubtful_texts",
    "trustbook/network/hiding.py": "hiding",
    "trustbook/xlsx/compare.py": _EXCEL,
    "trustbook/xlsx/compare_parts.py": _EXCEL,
    "trustbook/xlsx/compare_sheet.py": _EXCEL,
    "trustbook/xlsx/compare_side.py": _EXCEL,
}
# Opened once, where the tests need them, before the processes split off, so that not every one of
# them has to. Only what is not ours, for ours is what changes.
LIBRARIES = "hypothesis numpy lxml.etree openpyxl pandas pydantic click rapidfuzz jinja2".split()
NOT_COPIED = (".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")
PYTEST = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
# A test of more than so many seconds waits for the quick ones.
SLOW = 0.2
# How much longer than in the unchanged run a test may take, and how much more slowly the clock on
# the wall may run than the processor's on a busy machine.
TIMES, BUSY = 10.0, 10.0


@dataclass
class Reach:
    """What the unchanged run tells: how long each test took, and which tests pass each line.

    ``patience`` is the least number of seconds that a test gets.
    """

    patience: float
    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def tests_of(self, mutant: Mutant) -> set[str]:
        """The tests that pass through a mutant's lines; all of them for lines that run when their
        module is opened.
        """
        first, last = mutant.lines
        by_line = self.lines.get(mutant.file, {})
        found = set().union(*(by_line.get(line, set()) for line in range(first, last + 1)))
        return set(self.seconds) if "" in found else found

    def allowed(self, test: str) -> float:
        """The seconds that a test may take before it counts as failed."""
        return max(self.patience, TIMES * self.seconds.get(test, 0.0))


def set_alarm(seconds: float) -> None:
    """End this process after so many seconds of work, or of waiting much longer."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, BUSY * seconds)


class Watcher:
    """A pytest plugin: runs the tests in a given order, each for no longer than it may, and notes
    how long they took and which one failed.
    """

    def __init__(
        self,
        order: Callable[[str], Any] | None = None,
        allowed: Callable[[str], float] | None = None,
    ) -> None:
        self.order, self.allowed = order, allowed
        self.seconds: dict[str, float] = {}
        self.failed = ""
        self.measured: coverage.Coverage | None = None

    def pytest_sessionstart(self) -> None:
        """Of an example that fails it is enough that it does: looking for the smallest one takes
        most of the time. Stands between conftest.py and the tests, who take it over.
        """
        if "hypothesis" in sys.modules:
            from hypothesis import Phase, settings

            phases = [Phase.explicit, Phase.generate]
            settings.register_profile("mutants", settings(), phases=phases)
            settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the likeliest first."""
        if self.order is not None:
            key = self.order
            items.sort(key=lambda item: key(item.nodeid))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Set the alarm of one test."""
        if self.measured is not None:
            self.measured.switch_context(item.nodeid)
        if self.allowed is not None:
            set_alarm(self.allowed(item.nodeid))
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one report."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed = report.nodeid


class Copy:
    """A copy of the checkout, in which one fault at a time stands."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.result = folder.with_suffix(".json")
        self.changes = 0
        shutil.copytree(root, folder, symlinks=True, ignore=shutil.ignore_patterns(*NOT_COPIED))

    def put(self, file: str, text: str) -> None:
        """Write a module. Its time stamp is one that no other version had: Python tells by it that
        what it compiled earlier is of no use.
        """
        self.changes += 1
        path = self.folder / file
        path.write_text(text, encoding="utf-8")
        stamp = 1_000_000_000 + self.changes
        os.utime(path, (stamp, stamp))

    def start(self, work: Callable[[], object]) -> int:
        """Do ``work`` in a process of its own inside the copy and keep what it returns; the
        process.
        """
        self.result.unlink(missing_ok=True)
        process = os.fork()
        if process:
            return process
        try:
            os.chdir(self.folder)
            os.environ["PYTHONPATH"] = str(self.folder)
            sys.path.insert(0, str(self.folder))
            log = os.open(
                self.folder.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600
            )
            os.dup2(log, 1)
            os.dup2(log, 2)
            self.result.write_text(json.dumps(work()), encoding="utf-8")
        finally:
            os._exit(0)

    def answer(self) -> Any:
        """What the process returned, or None when it did not end by itself."""
        return json.loads(self.result.read_text("utf-8")) if self.result.exists() else None


def measure_reach(
    copy: Copy, tests: list[str], files: Iterable[str], patience: float = 10.0
) -> Reach:
    """Run the tests unchanged; which of them pass which lines of ``files``. Ends the script when
    one fails, and opens the libraries they need.
    """
    paths = {file: str((copy.folder / file).resolve()) for file in files}

    def work() -> object:
        measured = coverage.Coverage(data_file=None, config_file=False, include=[*paths.values()])
        watcher = Watcher()
        watcher.measured = measured
        measured.start()
        code = pytest.main([*PYTEST, *tests], plugins=[watcher])
        measured.stop()
        data = measured.get_data()
        lines = {file: data.contexts_by_lineno(path) for file, path in paths.items()}
        libraries = [name for name in LIBRARIES if name in sys.modules]
        return {
            "code": int(code),
            "seconds": watcher.seconds,
            "lines": lines,
            "libraries": libraries,
        }

    os.waitpid(copy.start(work), 0)
    answer = copy.answer()
    if answer is None or answer["code"]:
        sys.exit(
            "The tests fail without any fault:\n" + copy.folder.with_suffix(".log").read_text()
        )
    for library in answer["libraries"]:
        importlib.import_module(library)
    lines = {
        file: {int(line): set(names) for line, names in by_line.items()}
        for file, by_line in answer["lines"].items()
    }
    return Reach(patience, answer["seconds"], lines)


def try_mutant(copy: Copy, mutant: Mutant, reach: Reach, kills: Counter[str]) -> int:
    """Start the tests on one mutant; the process."""
    near = reach.tests_of(mutant)
    text = (copy.root / mutant.file).read_text(encoding="utf-8")
    copy.put(mutant.file, mutant.applied(text))
    files = sorted({test.partition("::")[0] for test in near})

    def order(test: str) -> tuple[bool, int, bool, str, float]:
        file, seconds = test.partition("::")[0], reach.seconds.get(test, 0.0)
        return test not in near, -kills[test], seconds > SLOW, file, seconds

    def work() -> object:
        set_alarm(3 * reach.patience)  # for opening the tests
        watcher = Watcher(order, reach.allowed)
        return {
            "code": int(pytest.main([*PYTEST, *files], plugins=[watcher])),
            "by": watcher.failed,
        }

    return copy.start(work)


def find_survivors(copies: list[Copy], mutants: list[Mutant], reach: Reach) -> list[Mutant]:
    """Run every mutant, as many at a time as there are copies; those that no test noticed."""
    kills: Counter[str] = Counter()
    ahead = [mutant for mutant in reversed(mutants) if reach.tests_of(mutant)]
    alive = [mutant for mutant in mutants if not reach.tests_of(mutant)]
    for mutant in alive:
        say(f"not reached  {mutant}")
    free = list(copies)
    running: dict[int, tuple[Copy, Mutant]] = {}
    while ahead or running:
        while free and ahead:
            copy, mutant = free.pop(), ahead.pop()
            running[try_mutant(copy, mutant, reach, kills)] = copy, mutant
        process, _ = os.wait()
        copy, mutant = running.pop(process)
        answer = copy.answer()
        if answer is not None and answer["code"] == pytest.ExitCode.OK:
            alive.append(mutant)
            say(f"lives        {mutant}")
        elif answer is not None:
            kills[answer["by"]] += 1
        copy.put(mutant.file, (copy.root / mutant.file).read_text(encoding="utf-8"))
        free.append(copy)
    return alive


# --- what to run


def source_files(root: Path, target: str) -> list[str]:
    """The modules of a room, or the one file."""
    path = root / target
    found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [one.relative_to(root).as_posix() for one in found]


def collect(root: Path, target: str) -> list[Mutant]:
    """The mutants of a room, a file, or one line of a file ("trustbook/privacy/numbers.py:64")."""
    name, _, line = target.partition(":")
    return [
        mutant
        for file in source_files(root, name)
        for mutant in mutants_of(file, (root / file).read_text(encoding="utf-8"))
        if not line or mutant.lines[0] == int(line)
    ]


def room_of(file: str) -> str:
    """The room that a file belongs to: of ROOMS, else the file itself."""
    return next((room for room in ROOMS if file == room or file.startswith(f"{room}/")), file)


def tests_for(rooms: Iterable[str]) -> list[str]:
    """The test files that cover rooms, each once."""
    names = [name for room in rooms for name in ROOMS.get(room, "").split()]
    return [f"tests/test_{name}.py" for name in dict.fromkeys(names)]


def accepted(root: Path) -> set[tuple[str, str, str, str, int]]:
    """The mutants that may live, from docs/mutants.toml."""
    path = root / "docs" / "mutants.toml"
    if not path.exists():
        return set()
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", [])
    return {
        (one["file"], one["function"], one["before"], one["after"], one.get("nth", 1))
        for one in entries
        if one["reason"]
    }


# --- what to say


def say(line: str) -> None:
    """A line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def summary(mutants: list[Mutant], alive: list[Mutant]) -> tuple[list[str], bool]:
    """A line for each room, and whether enough of every room was killed."""
    total = Counter(room_of(mutant.file) for mutant in mutants)
    lives = Counter(room_of(mutant.file) for mutant in alive)
    lines = [
        f"{room:<28} {count - lives[room]:>4} of {count:>4} killed {1 - lives[room] / count:>7.1%}"
        for room, count in total.items()
    ]
    return lines, all(lives[room] <= count * (1 - ENOUGH) for room, count in total.items())


def main() -> int:
    """Make the mutants, run them, say what lives; 1 when too many do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", default=[*ROOMS], help="rooms, files or file:line")
    parser.add_argument("--sample", type=int, help="only so many, taken by chance")
    parser.add_argument("--seed", type=int, default=0, help="which ones chance takes")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--patience", type=float, default=10.0, help="seconds a test gets at least")
    parser.add_argument("--tests", nargs="+", help="other tests than those of the rooms")
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout")
    asked = parser.parse_args()
    if not hasattr(os, "fork"):
        sys.exit("This needs a system that can fork: Linux, macOS, or WSL on Windows.")
    root = asked.root.resolve()
    known = accepted(root)
    mutants = [one for target in asked.targets for one in collect(root, target)]
    mutants = [mutant for mutant in mutants if mutant.key not in known]
    if asked.sample and asked.sample < len(mutants):
        mutants = random.Random(asked.seed).sample(mutants, asked.sample)
    tests = asked.tests or tests_for({room_of(mutant.file): None for mutant in mutants})
    if not mutants or not tests:
        sys.exit("Nothing to do: no mutants there, or no tests for them (--tests).")
    return run(root, mutants, tests, asked.jobs, asked.patience)


def run(root: Path, mutants: list[Mutant], tests: list[str], jobs: int, patience: float) -> int:
    """The whole work, in copies that are gone afterwards."""
    os.environ["CI"] = "true"  # the same examples in every run of a test
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # threads do not survive a fork
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(root, Path(folder).resolve() / f"copy-{n}") for n in range(max(1, jobs))]
        reach = measure_reach(copies[0], tests, {mutant.file for mutant in mutants}, patience)
        say(f"{len(mutants)} mutants, {len(reach.seconds)} tests")
        alive = find_survivors(copies, mutants, reach)
    lines, enough = summary(mutants, alive)
    say("\n".join([*lines, f"{time.monotonic() - start:.0f} seconds"]))
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
