"""People and nights at one workbook on a WebDAV server, at random: nothing may be lost.

    python scripts/fuzz_webdav.py [--rounds 1000] [--seed 1]

Each round is a night during which, at any step, somebody saves a row, locks or unlocks the file, or
the run is killed; half of what was uploaded may be all that the server keeps. After it a quiet
night: every row that anybody saved must stand in the workbook, once, and the one after that must
write nothing. The server is a real one (wsgidav) on this machine. Ends with 1 when something was
lost.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.webdav_server import WebdavServer, serving  # noqa: E402
from trustbook.errors import Busy, TrustbookError  # noqa: E402
from trustbook.ledger.locate import LedgerLocator  # noqa: E402
from trustbook.places import local, web_client  # noqa: E402
from trustbook.places.web_address import read_web_address  # noqa: E402
from trustbook.places.webdav import WebdavPlace  # noqa: E402
from trustbook.run.sync import run_sync  # noqa: E402
from trustbook.workbooks.excel import ExcelWorkbook  # noqa: E402
from trustbook.workbooks.template import starter  # noqa: E402

STEPS = ("read", "edited", "checked", "backup", "temporary", "replaced", "settled")
TODAY = date(2026, 9, 30)
_LOCK = (
    '<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    "<D:locktype><D:write/></D:locktype><D:owner>Anne</D:owner></D:lockinfo>"
)


class _Killed(BaseException):
    """A run ends here, whatever it was doing."""


class Office:
    """A workbook on a server, and the people who work in it."""

    def __init__(self, server: WebdavServer, name: str, chance: random.Random) -> None:
        self.server, self.chance = server, chance
        self.file = server.folder / name
        self.file.write_bytes(starter("nl"))
        self.address = read_web_address(f"{server.address}/{name}")
        self.saved: list[str] = []
        self.token = ""

    def save_a_row(self) -> None:
        """A person types a partner and saves, unless the lock of our run is in the way."""
        name = f"Partner {len(self.saved)}"
        book = openpyxl.load_workbook(self.file)
        book["Partners"].append([None, name])
        temporary = self.file.with_suffix(".tmp")
        book.save(temporary)
        headers = {"If": f"(<{self.token}>)"} if self.token else {}
        answer = requests.put(self.address.url, temporary.read_bytes(), headers=headers, timeout=9)
        temporary.unlink()
        if answer.ok:
            self.saved.append(name)

    def lock_or_unlock(self) -> None:
        """A person opens the workbook, or closes it."""
        if self.token:
            headers = {"Lock-Token": f"<{self.token}>"}
            requests.request("UNLOCK", self.address.url, headers=headers, timeout=9)
            self.token = ""
        elif self.server.locks:
            answer = requests.request("LOCK", self.address.url, data=_LOCK, timeout=9)
            self.token = answer.headers.get("Lock-Token", "").strip("<>") if answer.ok else ""

    def kill(self) -> None:
        """The machine of the night stops; the server may keep the first half of an upload, which
        it takes only over the version that the run has read.
        """
        place = WebdavPlace(self.address)
        pending = list(place.kept.parent.glob("*.pending"))
        if pending and self.last == "temporary" and not self.token and self.chance.random() < 0.5:
            read = local.backups(place.kept)[-1].read_bytes()
            whole = pending[0].read_bytes()
            if self.file.read_bytes() == read:
                self.file.write_bytes(whole[: self.chance.randrange(len(whole))])
        raise _Killed

    def night(self, disturbed: bool) -> str:
        """One run; what became of it."""
        happenings: dict[str, Callable[[], None]] = {}
        if disturbed:
            doing = [self.save_a_row, self.lock_or_unlock, self.kill]
            happenings = {step: self.chance.choice(doing) for step in self.chance.sample(STEPS, 2)}

        def step(name: str) -> None:
            self.last = name
            if happening := happenings.pop(name, None):
                happening()

        workbook = ExcelWorkbook(WebdavPlace(self.address), steps=step)
        try:
            now = datetime.now().astimezone()
            report = run_sync(workbook, TODAY, now, keeper=LedgerLocator())
            return "changed" if report.changed else "quiet"
        except _Killed:
            return "killed"
        except Busy:
            return "busy"

    def names(self) -> list[object]:
        """The partners that stand in the workbook."""
        sheet = openpyxl.load_workbook(self.file)["Partners"]
        return [row[1] for row in sheet.iter_rows(min_row=2, values_only=True) if row[1]]


def _short_pause(client: web_client.WebClient, tried: int, wait: float | None = None) -> None:
    """No patience with faults; but the wait for a tag to change is part of what is tried."""
    time.sleep(wait or 0)


def play(office: Office) -> str | None:
    """One round; what went wrong, if anything did."""
    for _ in range(office.chance.randrange(3)):
        office.chance.choice([office.save_a_row, office.lock_or_unlock])()
    office.night(disturbed=True)
    if office.token:
        office.lock_or_unlock()
    try:
        office.night(disturbed=False)
        again = office.night(disturbed=False)
    except TrustbookError as fault:
        return f"{type(fault).__name__}: {fault}"
    if again != "quiet":
        return f"the night after was {again}"
    if sorted(map(str, office.names())) != sorted(office.saved):
        return f"{len(office.saved)} rows saved, {len(office.names())} stand there"
    return None


def main() -> int:
    """Play the rounds and say what was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=0, help="skip these rounds")
    asked = parser.parse_args()
    web_client.WebClient.pause = _short_pause  # type: ignore[method-assign, assignment]
    began, lost = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRUSTBOOK_DATA"] = str(Path(folder) / "data")
        for locks in (True, False):
            shared = Path(folder) / f"shared-{locks}"
            shared.mkdir()
            with serving(shared, locks) as server:
                for number in range(asked.first, asked.first + asked.rounds // 2):
                    seed = asked.seed * 1_000_000 + number
                    if number % 10 == 0 or number == asked.first:
                        office = Office(server, f"net-{number}.xlsx", random.Random(seed))
                    office.chance = random.Random(seed)
                    if fault := play(office):
                        lost += 1
                        print(f"seed {seed}, locks {locks}: {fault}")
                        office = Office(server, f"net-{number}x.xlsx", random.Random(seed))
    seconds = time.monotonic() - began
    print(f"{asked.rounds} rounds, {lost} went wrong: {seconds:.0f} s")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
