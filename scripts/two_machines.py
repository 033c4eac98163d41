"""Two computers take turns on one memory in PostgreSQL, against one computer that does it alone;
and a server that is started anew in the middle of runs.

    python scripts/two_machines.py [--quick] [--nights N] [--restarts N] [--seed N]

Each computer has a data folder and a host name of its own. People type between the nights: new
areas and topics, new rows, deleted rows. After the nights both books must say the same, cell by
cell, and so must their memories. A real server is made in a temporary folder.
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.crash_site import Site, Step, nothing
from tests.nights import Nights
from tests.postgres_server import PostgresServer
from trustbook.errors import Busy
from trustbook.ledger import Ledger
from trustbook.ledger.ledger_server import LedgerServer
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.server_shelf import ServerShelf
from trustbook.merge.allowances import EVERYTHING
from trustbook.merge.cell_codec import unpack
from trustbook.run.report import Report
from trustbook.run.sync import run_sync

START = date(2026, 9, 30)
POINTS = ("sync.read", "sync.plan", "sync.write", "file.edited", "file.replaced", "sync.settle")


def shelf_at(url: str, folder: Path) -> ServerShelf:
    """The database as one computer knows it."""
    return ServerShelf(LedgerServer(url), folder)


def people_type(nights: Nights, chance: random.Random, night: int) -> None:
    """What people do between two nights: the same for the same ``chance``."""
    partners, moments = nights.rows(), nights.rows("Moments")
    for _ in range(chance.randrange(4)):
        partners[chance.randrange(len(partners))][3] = f"Area {chance.randrange(99)}"
    if moments and chance.random() < 0.5:
        moments[chance.randrange(len(moments))][4] = f"Topic {chance.randrange(99)}"
    if chance.random() < 0.3:
        name = partners[chance.randrange(len(partners))][1]
        day = START + timedelta(days=night - chance.randrange(60))
        nights.sheet("Moments").append([None, day, name, None, f"New {night}"])
    if chance.random() < 0.1:
        nights.sheet("Partners").append([None, f"New partner {night}", "Anna", "x"])
    if len(moments) > 10 and chance.random() < 0.1:
        del nights.sheet("Moments")[1 + chance.randrange(len(moments))]


def sync(nights: Nights, keeper: LedgerLocator, host: str, night: int) -> Report:
    """One night on the computer called ``host``."""
    nights.clock += timedelta(days=1)
    with patch.object(platform, "node", lambda: host):
        return run_sync(nights.books, START + timedelta(days=night), nights.clock, lang="en",
                        keeper=keeper, allowed=EVERYTHING)  # fmt: skip


def content(nights: Nights) -> list[list[object]]:
    """All rows of a book without their IDs, which are drawn at random."""
    rows = [row for sheet in ("Partners", "Moments") for row in nights.rows(sheet)]
    return [list(row[1:]) for row in rows]


def known(ledger: Ledger) -> dict[str, Any]:
    """What a memory says, without the IDs."""
    sheets = ("partners", "moments")
    events = [(run, e.sheet, e.column, str(e.old), str(e.new), e.what)
              for run, _, e in ledger.journal()]  # fmt: skip
    return {
        "records": [sorted(map(str, map(unpack, ledger.records(one).values()))) for one in sheets],
        "archived": [len(ledger.archived(one)) for one in sheets],
        "journal": sorted(map(str, events)),
        "runs": [run for run, *_ in ledger.runs()],
    }


def take_turns(server: PostgresServer, folder: Path, nights: int, seed: int) -> str:
    """Play the nights on two computers and on one. Raises AssertionError where they differ."""
    url = server.new_database()
    turns = [LedgerLocator(folder / name, shelf=shelf_at(url, folder / name)) for name in "AB"]
    alone = LedgerLocator(folder / "alone")
    books = [Nights(folder / "two"), Nights(folder / "one")]
    chances = [random.Random(seed) for _ in books]
    seconds = 0.0
    for night in range(nights):
        who = random.Random(f"{seed} {night}").randrange(2)
        for book, chance in zip(books, chances, strict=True):
            people_type(book, chance, night)
        begun = time.monotonic()
        sync(books[0], turns[who], f"host-{who}", night)
        seconds += time.monotonic() - begun
        sync(books[1], alone, "alone", night)
        assert content(books[0]) == content(books[1]), f"night {night}"
    two = shelf_at(url, folder).all_ledgers()[0]
    one = next((folder / "alone").glob("*.ledger"))
    with Ledger(two, reads_only=True) as ours, Ledger(one, reads_only=True) as its:
        told, wanted = known(ours), known(its)
        for part in wanted:
            assert told[part] == wanted[part], part
        runs, lines = len(ours.runs()), len(ours.journal())
    return f"{nights} nights in turns: equal to one computer; {runs} runs, {lines} lines of " \
           f"journal, {seconds / nights:.2f} s a night"  # fmt: skip


class ServerSite(Site):
    """A workbook on a disk whose memory is in a database; ``host`` is the computer of the night."""

    url, host = "", "A"

    def sync_on(self, today: date, step: Step = nothing) -> Report:
        """One run, with the locks that a command has."""
        folder = self.memory / self.host
        keeper = LedgerLocator(folder, shelf=shelf_at(self.url, folder))
        book = self.book(lambda name: step(f"file.{name}"))
        book.shared_lock = partial(keeper.shelf.locked, book.address)
        with patch.object(platform, "node", lambda: self.host):
            return run_sync(book, today, self.now, lang="en", keeper=keeper,
                            step=lambda name: step(f"sync.{name}"))  # fmt: skip


def restart_mid_run(server: PostgresServer, folder: Path, restarts: int, seed: int) -> str:
    """Start the server anew in the middle of runs. Raises AssertionError where anything is torn,
    lost or doubled.
    """
    folder.mkdir()
    site, chance = ServerSite(folder), random.Random(seed)
    site.url = server.new_database()
    site.sync()
    broke_off = 0
    for n in range(restarts):
        site.type_area(chance.randrange(site.partners), f"area {n}")
        site.now += timedelta(days=1)
        at, came = chance.choice(POINTS), list[str]()

        def step(name: str, at: str = at, came: list[str] = came) -> None:
            if name == at and not came:
                came.append(name)
                server.restart()

        try:
            site.sync(step)
        except Busy:
            broke_off += 1
        assert came, at
        site.check()
        site.host = chance.choice("AB")
        site.sync()
        site.check_after_a_good_run()
        assert not site.sync().changed
    with Ledger(shelf_at(site.url, folder).all_ledgers()[0], reads_only=True) as ledger:
        typed = [event.new for *_, event in ledger.journal() if event.what == "changed"]
        assert sorted(map(str, typed)) == sorted(f"area {n}" for n in range(restarts))
    return f"{restarts} restarts in the middle of a run, {broke_off} of them broke it off: " \
           "nothing torn, lost or doubled; all right after the next night"  # fmt: skip


def main() -> None:
    """Play both, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--nights", type=int)
    parser.add_argument("--restarts", type=int)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    nights = asked.nights or (12 if asked.quick else 100)
    restarts = asked.restarts or (3 if asked.quick else 10)
    print(f"seed {asked.seed}", flush=True)
    server = PostgresServer()
    try:
        with tempfile.TemporaryDirectory() as name:
            print(take_turns(server, Path(name), nights, asked.seed), flush=True)
            print(restart_mid_run(server, Path(name) / "site", restarts, asked.seed), flush=True)
    finally:
        server.end()


if __name__ == "__main__":
    main()
