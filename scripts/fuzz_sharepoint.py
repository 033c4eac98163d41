"""People and nights at one workbook in a SharePoint library, at random: nothing may be lost.

    python scripts/fuzz_sharepoint.py [--rounds 1000] [--seed 1] [--from 0] [--quick]

Each round is a night during which, at any request or step, somebody saves a row, opens or closes
the workbook, moves it, SharePoint writes into it, the service fails, or the run is killed. After it
two quiet nights: every row that anybody saved must stand in the workbook, once, and the last night
must write nothing. Then every fault meets every request of a writing night, and a night is killed
at every step of an upload. The service is the stand-in of the tests, as documented. Ends with 1
when something was lost.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.graph_server import GraphServer  # noqa: E402
from tests.graph_server.enrichment import enriched  # noqa: E402
from tests.graph_server.routes import refusal  # noqa: E402
from tests.graph_server.signin import CLIENT, TENANT  # noqa: E402
from tests.sheets_server.faults import Call, Reply  # noqa: E402
from tests.sheets_server.front import Dropped  # noqa: E402
from trustbook.errors import TrustbookError  # noqa: E402
from trustbook.ledger.locate import LedgerLocator  # noqa: E402
from trustbook.places import graph_client  # noqa: E402
from trustbook.places.graph_login import SharePointLogin  # noqa: E402
from trustbook.places.sharepoint import SharePointPlace  # noqa: E402
from trustbook.places.sharepoint_address import read_sharepoint_address  # noqa: E402
from trustbook.run.sync import run_sync  # noqa: E402
from trustbook.workbooks.excel import ExcelWorkbook  # noqa: E402
from trustbook.workbooks.template import starter  # noqa: E402

STEPS = ("read", "edited", "checked", "backup", "session", "replaced", "settled")
STATUSES = (302, 400, 401, 403, 404, 409, 412, 416, 423, 429, 500, 503, 507)
LINES = ("dropped before", "dropped after")
KINDS = (*STATUSES, *LINES)
TODAY = date(2026, 9, 30)


class _Killed(BaseException):
    """A run ends here, whatever it was doing."""


class Office:
    """A workbook in a library, and the people who work in it."""

    def __init__(self, server: GraphServer, name: str, chance: random.Random) -> None:
        self.server, self.chance = server, chance
        self.file = server.folder / name
        self.file.write_bytes(starter("nl"))
        self.address = read_sharepoint_address(server.address(name))
        self.saved: list[str] = []
        self.moves = 0
        self.night()  # from here on it is known, and found again where it moves

    @property
    def item(self):  # type: ignore[no-untyped-def]
        """The workbook as the library knows it."""
        return self.server.library.at(self.file)

    def save_a_row(self) -> None:
        """A person types a partner and saves; who has it open may save as well."""
        name = f"Partner {len(self.saved)}"
        book = openpyxl.load_workbook(self.file)
        book["Partners"].append([None, name])
        temporary = self.file.with_suffix(".tmp")
        book.save(temporary)
        temporary.replace(self.file)
        self.item  # noqa: B018 - the library sees it at once
        self.saved.append(name)

    def open_or_close(self) -> None:
        """A person opens the workbook, or closes it."""
        self.item.locked = not self.item.locked

    def check_out_or_in(self) -> None:
        """A person checks the workbook out, or in."""
        self.item.checked_out = "" if self.item.checked_out else "Anne"

    def enrich(self) -> None:
        """SharePoint writes into it, late."""
        self.file.write_bytes(enriched(self.file.read_bytes()))
        self.item  # noqa: B018

    def move(self) -> None:
        """Somebody renames it."""
        self.moves += 1
        new = self.file.with_name(f"{self.file.stem.split(' ')[0]} {self.moves}.xlsx")
        self.server.library.move(self.file, new)
        self.file = new

    def kill(self) -> None:
        """The machine of the night stops."""
        raise _Killed

    def night(self, at_step: dict[str, Callable[[], None]] | None = None) -> str:
        """One run; what became of it."""
        happenings = dict(at_step or {})

        def step(name: str) -> None:
            if happening := happenings.pop(name, None):
                happening()

        login = SharePointLogin(TENANT, CLIENT, str(self.server.certificate))
        workbook = ExcelWorkbook(SharePointPlace(self.address, login), steps=step)
        try:
            now = datetime.now().astimezone()
            report = run_sync(workbook, TODAY, now, keeper=LedgerLocator())
            return "changed" if report.changed else "quiet"
        except _Killed:
            return "killed"
        except TrustbookError as fault:
            fault.params.setdefault("of_book", "")
            return f"{type(fault).__name__} {fault.key}: {fault.sentence('nl')}"

    def disturbed_night(self) -> str:
        """One run in which two things happen."""
        people = [self.save_a_row, self.open_or_close, self.check_out_or_in, self.enrich, self.move]
        steps = {
            step: self.chance.choice([*people, self.kill]) for step in self.chance.sample(STEPS, 2)
        }
        at, does = self.chance.randrange(9), self.chance.choice([*people, None])
        kind = self.chance.choice(KINDS)
        began = len(self.server.calls)

        def fault(number: int, call: Call) -> Reply | None:
            if number - began != at:
                return None
            if does is None:
                return fail(self.server, kind)
            does()
            return None

        self.server.fault = fault
        try:
            return self.night(steps)
        finally:
            self.server.fault = None
            self.item.locked, self.item.checked_out = False, ""

    def names(self) -> list[object]:
        """The partners that stand in the workbook."""
        sheet = openpyxl.load_workbook(self.file)["Partners"]
        return [row[1] for row in sheet.iter_rows(min_row=2, values_only=True) if row[1]]

    def settle(self) -> str | None:
        """Quiet nights; what went wrong, if anything did."""
        ends = [self.night(), self.night()]
        if ends[-1] != "quiet":
            return f"the nights after were {ends}"
        if sorted(map(str, self.names())) != sorted(self.saved):
            return f"{len(self.saved)} rows saved, {len(self.names())} stand there"
        return None


def fail(server: GraphServer, kind: int | str) -> Reply | None:
    """One fault of the service: a refusal, or a line that breaks before or after its work."""
    if kind == "dropped before":
        raise Dropped
    if kind == "dropped after":
        server.late = True
        return None
    if kind == 302:
        return Reply(302, b"", headers={"Location": "http://example.org/"})
    code = "resourceModified" if kind == 409 else ""
    return refusal(int(kind), code=code, **{"Retry-After": "0"})


def play(office: Office, ends: Counter[str]) -> str | None:
    """One round; what went wrong, if anything did."""
    for _ in range(office.chance.randrange(3)):
        office.chance.choice([office.save_a_row, office.enrich])()
    ends[office.disturbed_night().split(":")[0]] += 1
    return office.settle()


def every_fault(server: GraphServer, kinds: Sequence[int | str]) -> list[str]:
    """Every fault at every request of a writing night, once and for good; what went wrong."""
    wrong = []
    for kind in kinds:
        office = Office(server, f"fault-{str(kind).replace(' ', '-')}.xlsx", random.Random(1))
        office.save_a_row()
        office.night()
        for at in range(8):
            office.save_a_row()
            began = len(server.calls)

            def fault(number: int, call: Call, at: int = at + began, kind=kind) -> Reply | None:  # type: ignore[no-untyped-def]
                return fail(server, kind) if number == at else None

            server.fault = fault
            office.night()
            server.fault = None
            if lost := office.settle():
                wrong.append(f"{kind} at request {at}: {lost}")
    return wrong


def every_kill(server: GraphServer) -> list[str]:
    """A night that is killed at every step; what went wrong."""
    wrong = []
    office = Office(server, "kill.xlsx", random.Random(1))
    for step in STEPS:
        office.save_a_row()
        office.night({step: office.kill})
        if lost := office.settle():
            wrong.append(f"killed at {step}: {lost}")
    return wrong


def main() -> int:
    """Play the rounds and say what was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="ten rounds, few faults")
    parser.add_argument("--from", dest="first", type=int, default=0, help="skip these rounds")
    asked = parser.parse_args()
    graph_client.GraphClient.pause = lambda *_: None  # type: ignore[method-assign]
    began, wrong, ends = time.monotonic(), list[str](), Counter[str]()
    rounds = 10 if asked.quick else asked.rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRUSTBOOK_DATA"] = str(Path(folder) / "data")
        (Path(folder) / "library").mkdir()
        with GraphServer(Path(folder) / "library") as server:
            os.environ.update(server.variables())
            wrong += every_kill(server)
            for number in range(asked.first, asked.first + rounds):
                seed = asked.seed * 1_000_000 + number
                if number % 10 == 0 or number == asked.first:
                    office = Office(server, f"net-{number}.xlsx", random.Random(seed))
                office.chance = random.Random(seed)
                if fault := play(office, ends):
                    wrong.append(f"seed {seed}: {fault}")
                    print(wrong[-1], flush=True)
                    office = Office(server, f"net-{number}x.xlsx", random.Random(seed))
            wrong += every_fault(server, (423, LINES[1]) if asked.quick else KINDS)
            leaked = len(server.leaked)
    seconds = time.monotonic() - began
    print(*wrong, *(f"{count:5} {end}" for end, count in ends.most_common()), sep="\n")
    print(f"{rounds} rounds, {len(wrong)} went wrong, {leaked} tokens sent astray: {seconds:.0f} s")
    return 1 if wrong or leaked else 0


if __name__ == "__main__":
    raise SystemExit(main())
