"""What a night of many books costs in one process, and the overview of a region of them.

    python scripts/bench_region.py [--books 342] [--partners 120] [--moments 900]
        [--jobs N] [--workers] [--quick]

Made books; the first night (IDs, verdicts, sheets), a night on which nobody touched anything, the
night after with a new talk in every tenth book, then the counts of each book and the overview of
all. CPU seconds (user + system, children included) and peak memory of one process are the operating
system's. The goals are for 342 books. With --workers also: a night on a cluster of one worker and
one on two, on the clock; two can be faster only where cores are free.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import openpyxl
from bench import TODAY, make_book
from inject_workers import Cluster

# Runs a command and prints its cost as JSON on the last line.
METER = """
import json, resource, sys
from trustbook.cli.main import main
import gc
gc.disable()
code = main(sys.argv[1:])
own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
cpu = sum(one.ru_utime + one.ru_stime for one in (own, theirs))
peak = max(own.ru_maxrss, theirs.ru_maxrss) / (1048576 if sys.platform == "darwin" else 1024)
print(json.dumps({"code": code, "cpu": cpu, "peak": peak}))
"""
# Every book gives its counts in one process, as a night of many would.
COUNTS = """
import sys
from trustbook.cli.main import main
import gc
for name in sys.argv[1:]:
    assert main(["export", name, "counts", "-o", f"counts/{name}.json", "--quiet",
                 "--today", "2026-10-02"]) == 0
    gc.collect()
"""


def main() -> int:
    """Measure, and print each figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--books", type=int, default=342)
    parser.add_argument("--partners", type=int, default=120)
    parser.add_argument("--moments", type=int, default=900)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--workers", action="store_true", help="one worker against two")
    parser.add_argument("--quick", action="store_true", help="twelve books")
    asked = parser.parse_args()
    books = 12 if asked.quick else asked.books
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRUSTBOOK_DATA"] = str(Path(folder, "data"))
        here = Path(folder, "books")
        here.mkdir()
        names = make_books(here, books, asked.partners, asked.moments)
        print(f"{books} books of {asked.partners} partners and {asked.moments} moments, "
              f"{os.cpu_count()} cores")  # fmt: skip
        measure_nights(here, names, ["--jobs", str(asked.jobs)] if asked.jobs else [])
        if asked.workers:
            measure_workers(here, names)
        measure_region(here, names)
    return 0


def make_books(folder: Path, books: int, partners: int, moments: int) -> list[str]:
    """The same workbook under many names, never synced; each is a book of its own."""
    make_book(folder / "first.xlsx", partners, moments)
    names = [f"town{number:03}" for number in range(books)]
    for name in names:
        shutil.copy(folder / "first.xlsx", folder / f"{name}.xlsx")
    (folder / "first.xlsx").unlink()
    blocks = [f'[book.{name}]\nworkbooks = ["{name}.xlsx"]\n' for name in names]
    (folder / "trustbook.toml").write_text("".join(blocks), encoding="utf-8")
    return names


def measure_nights(folder: Path, names: list[str], how: list[str]) -> None:
    """The first night, the untouched one, and an ordinary one."""
    night = ["sync", "--quiet", *how, "--today"]
    show("first night", run(folder, *night, str(TODAY)), "60 s")
    show("untouched night", run(folder, *night, str(TODAY)), "3 s")
    for name in names[::10]:
        add_talk(folder / f"{name}.xlsx")
    morrow = str(TODAY + timedelta(days=1))
    show("ordinary night", run(folder, *night, morrow), "20 s and 150 MB")


def add_talk(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Moments"].append([None, TODAY, "Partner 3", None, "Anna", "visit", "sunny", "us", "held"])
    book.save(path)


def measure_workers(folder: Path, names: list[str]) -> None:
    """An ordinary night on one worker and on two, each after a night in which it came to itself."""
    clock = []
    for workers in (1, 2):
        cluster = Cluster(folder, workers)
        try:
            night = ["sync", "--quiet", "--scheduler", cluster.address, "--today"]
            first = TODAY + timedelta(days=2 * workers)
            run(folder, *night, str(first), *names[:workers])
            clock.append(run(folder, *night, str(first + timedelta(days=1)))["clock"])
        finally:
            cluster.end()
    print(f"  two workers are {clock[0] / clock[1]:.2f} x as fast as one ({clock[1]:.1f} s and "
          f"{clock[0]:.1f} s) on {os.cpu_count()} cores, {os.getloadavg()[0]:.0f} busy "
          "(goal: 1.7 x where four are free)", flush=True)  # fmt: skip


def measure_region(folder: Path, names: list[str]) -> None:
    """The counts of every book, and the overview of them all."""
    (folder / "counts").mkdir()
    command = [sys.executable, "-c", COUNTS, *names]
    begun = time.monotonic()
    subprocess.run(command, cwd=folder, check=True)
    print(f"  {'counts of each book':<20} {time.monotonic() - begun:8.1f} s on the clock")
    made = ["region", "counts", "-o", "region.html", "--quiet", "--today", "2026-10-02"]
    show("region, first time", run(folder, *made), "5 s")
    show("region, once more", run(folder, *made), "5 s")


def run(folder: Path, *words: str) -> dict[str, float]:
    """One command: its code, CPU seconds, peak memory and seconds on the clock."""
    begun = time.monotonic()
    command = [sys.executable, "-c", METER, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if figures["code"]:
        sys.exit(f"{words} ended with {figures['code']}: {done.stderr}")
    return {**figures, "clock": time.monotonic() - begun}


def show(what: str, figures: dict[str, float], goal: str) -> None:
    print(f"  {what:<20} cpu {figures['cpu']:7.1f} s   clock {figures['clock']:7.1f} s   "
          f"peak {figures['peak']:5.0f} MiB   (goal: {goal})", flush=True)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
