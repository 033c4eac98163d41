"""Kill Dask workers at random moments of a night of many books, and look what became of the books.

    python scripts/inject_workers.py [--quick] [--kills N] [--seed N]

A real scheduler and two real workers on loopback. In each round every book is edited and synced on
the cluster while a worker is killed (SIGKILL) at a random moment, the scheduler once. After the
next night every book must say what the same edits say in a book that was never disturbed: nothing
torn, lost or doubled. Prints how many nights, kills and faults; ends with 1 where a book is wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import openpyxl
from bench import make_book

BOOKS = 6
TODAY = "2026-09-30"


class Cluster:
    """A scheduler and some workers, each a process that can be killed and begun again."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._folder = folder
        self._scheduler = self._begin_scheduler()
        self._workers = [self._begin_worker() for _ in range(workers)]

    def _begin(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words]
        with (self._folder / "cluster.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)

    def _begin_scheduler(self) -> subprocess.Popen[bytes]:
        where = ("--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard")
        return self._begin("scheduler", *where)

    def _begin_worker(self) -> subprocess.Popen[bytes]:
        own = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--death-timeout", "60")
        return self._begin("worker", self.address, *own)

    def kill_worker(self, draw: random.Random) -> None:
        """Kill one worker; another begins in its place."""
        at = draw.randrange(len(self._workers))
        _kill(self._workers[at])
        self._workers[at] = self._begin_worker()

    def kill_scheduler(self) -> None:
        """Kill the scheduler; it begins anew, and so do its workers."""
        for one in (self._scheduler, *self._workers):
            _kill(one)
        self._scheduler = self._begin_scheduler()
        self._workers = [self._begin_worker() for _ in self._workers]

    def end(self) -> None:
        for one in (*self._workers, self._scheduler):
            _kill(one)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait()


def main() -> int:
    """Play the rounds; 1 where a book is not what it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="three kills")
    asked = parser.parse_args()
    kills = 3 if asked.quick else asked.kills
    folder = Path(tempfile.mkdtemp(prefix="trustbook-workers-"))
    os.environ["TRUSTBOOK_DATA"] = str(folder / "data")
    try:
        wrong = play(folder, kills, random.Random(asked.seed))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


def play(folder: Path, kills: int, draw: random.Random) -> int:
    """The rounds; how many books were wrong after the next night."""
    disturbed, calm = folder / "disturbed", folder / "calm"
    make_books(disturbed)
    shutil.copytree(disturbed, calm)
    run(calm)
    run(disturbed)
    cluster = Cluster(folder)
    codes: list[int] = []
    wrong = 0
    try:
        for number in range(kills):
            edit(disturbed, number)
            edit(calm, number)
            codes.append(night_with_a_kill(disturbed, cluster, draw, number == kills // 2))
            run(disturbed, "--scheduler", cluster.address)
            run(calm)
            faults = list(differences(disturbed, calm))
            wrong += len(faults)
            for one in faults:
                print(f"round {number}: {one}", flush=True)
    finally:
        cluster.end()
    told = {code: codes.count(code) for code in sorted(set(codes))}
    print(
        f"{kills} kills (one of the scheduler) in nights of {BOOKS} books; exit codes {told}; ",
        end="",
    )
    print(f"{wrong} books wrong after the next night")
    return wrong


def make_books(folder: Path) -> None:
    """Books of the sample, and the settings that name them."""
    folder.mkdir()
    blocks = []
    for number in range(BOOKS):
        make_book(folder / f"town{number}.xlsx", 20 + number, 100)
        blocks.append(f'[book.town{number}]\nworkbooks = ["town{number}.xlsx"]\n')
    (folder / "trustbook.toml").write_text("".join(blocks), encoding="utf-8")


def edit(folder: Path, number: int) -> None:
    """Type something new into every book."""
    for path in sorted(folder.glob("town*.xlsx")):
        book = openpyxl.load_workbook(path)
        sheet = book["Partners"]
        heads = [cell.value for cell in sheet[1]]
        sheet.cell(2 + number % 20, heads.index("Their goals and interests") + 1, f"round {number}")
        book.save(path)


def night_with_a_kill(folder: Path, cluster: Cluster, draw: random.Random, scheduler: bool) -> int:
    """A night on the cluster in which something is killed; its exit code."""
    begun = begin(folder, "--scheduler", cluster.address)
    time.sleep(draw.uniform(0.5, 5.0))
    if scheduler:
        cluster.kill_scheduler()
    else:
        cluster.kill_worker(draw)
    try:
        return begun.wait(timeout=180)
    except subprocess.TimeoutExpired:
        _kill(begun)
        return -1


def begin(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "trustbook", "sync", "--today", TODAY, "--quiet", *words]
    with (folder.parent / "sync.log").open("ab") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)


def run(folder: Path, *words: str) -> int:
    return begin(folder, *words).wait(timeout=600)


def differences(disturbed: Path, calm: Path) -> Iterator[str]:
    """What the typed lists of the disturbed books say otherwise than those of the calm ones."""
    for path in sorted(disturbed.glob("town*.xlsx")):
        ours, theirs = (typed_cells(folder / path.name) for folder in (disturbed, calm))
        if ours != theirs:
            apart = [one for one in {*ours, *theirs} if ours.get(one) != theirs.get(one)]
            yield f"{path.name} differs at {sorted(apart)[:5]}"


def typed_cells(path: Path) -> dict[tuple[str, int, int], object]:
    """Every cell of the lists but the IDs, which are drawn by chance."""
    book = openpyxl.load_workbook(path, read_only=True)
    return {
        (name, at, column): value
        for name in ("Partners", "People", "Moments")
        for at, row in enumerate(book[name].iter_rows(values_only=True), start=1)
        for column, value in enumerate(row, start=1)
        if value is not None and column > 1
    }


if __name__ == "__main__":
    sys.exit(main())
