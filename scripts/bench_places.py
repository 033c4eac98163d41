"""What a night costs where the workbook stands on a server, beside the same file on a disk.

    python scripts/bench_places.py [--moments 5000] [--times 5] [--quick]

Each night is the command as it is typed, in a process of its own; what is measured is the time of
the processor (user and system), the start of Python and the loading of libraries included. The
servers run in processes of their own. A night that writes follows an edit by a person. The places
take turns, and of each the median counts. Ends with 1 where a night that writes costs more than
1.1 times that of the disk.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench_google import network  # noqa: E402

from tests.graph_server import GraphServer  # noqa: E402
from tests.webdav_server import serving  # noqa: E402

MOST = 1.1


def webdav(folder: Path, said: Connection) -> None:
    """Serve a folder by WebDAV until the process is ended."""
    with serving(folder) as server:
        said.send((f"{server.address}/n.xlsx", {}, ""))
        said.recv()


def sharepoint(folder: Path, said: Connection) -> None:
    """Serve a folder as a library."""
    with GraphServer(folder) as server:
        said.send((server.address("n.xlsx"), server.variables(), server.settings))
        said.recv()


@contextmanager
def serve(how: Callable[[Path, Connection], None], folder: Path) -> Any:
    """A server in a process of its own: the address of the workbook, the environment, settings."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=how, args=(folder, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("stop")
        process.join(5)
        process.terminate()


class Desk:
    """A workbook in one place, a folder to work in, and what its nights cost in seconds."""

    def __init__(self, file: Path, target: str, settings: str, environment: Mapping[str, str]):
        self.file, self.target = file, target
        self.work = file.parent.with_name(f"{file.parent.name} work")
        self.work.mkdir()
        (self.work / "trustbook.toml").write_text(settings)
        data = str(self.work / "data")
        self.environment = {**os.environ, **environment, "TRUSTBOOK_DATA": data}
        self.environment["PYTHONPATH"] = str(ROOT)
        self.writing: list[float] = []
        self.quiet: list[float] = []

    def night(self) -> float:
        """One run of the command; the time of the processor in seconds."""
        command = [sys.executable, "-m", "trustbook", "sync", self.target, "--today", "2026-09-30"]
        child = os.fork()
        if child == 0:
            os.chdir(self.work)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.execve(sys.executable, command, self.environment)
        _, status, usage = os.wait4(child, 0)
        if status:
            raise SystemExit(f"the night at {self.target} ended with {status}")
        return usage.ru_utime + usage.ru_stime

    def edit(self, number: int) -> None:
        """A person types a partner."""
        book = openpyxl.load_workbook(self.file)
        book["Partners"].append([None, f"New {number}"])
        book.save(self.file)


def _made(folder: Path, moments: int) -> Path:
    folder.mkdir()
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in network(moments).items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / "n.xlsx")
    return folder / "n.xlsx"


def main() -> int:
    """Measure and say by how much the places differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=5000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a small book, once")
    asked = parser.parse_args()
    moments, times = (200, 1) if asked.quick else (asked.moments, asked.times)
    with tempfile.TemporaryDirectory() as made, ExitStack() as servers:
        base = Path(made)
        here = _made(base / "disk", moments)
        desks = {"disk": Desk(here, str(here), "", {})}
        for name, how in (("WebDAV", webdav), ("SharePoint", sharepoint)):
            folder = base / how.__name__[:3]  # a folder that is not taken for a synced one
            folder.mkdir()
            file = Path(shutil.copy(here, folder))
            address, environment, settings = servers.enter_context(serve(how, folder))
            desks[name] = Desk(file, address, settings, environment)
        for desk in desks.values():
            desk.night()
        for number in range(times):
            for desk in desks.values():
                desk.edit(number)
                desk.writing.append(desk.night())
                desk.quiet.append(desk.night())
    return _told(desks)


def _told(desks: Mapping[str, Desk]) -> int:
    disk, dear = desks["disk"], 0
    for name, desk in desks.items():
        writing, quiet = statistics.median(desk.writing), statistics.median(desk.quiet)
        times = writing / statistics.median(disk.writing)
        more = quiet - statistics.median(disk.quiet)
        told = f"writing {writing:.2f} s ({times:.2f} x), quiet {quiet:.2f} s ({more:+.2f} s)"
        print(f"{name:10} {told}")
        dear += times > MOST
    return 1 if dear else 0


if __name__ == "__main__":
    raise SystemExit(main())
