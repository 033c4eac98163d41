"""People and nights at one workbook on a server: what the scripts of all places share.

An office is a workbook and those who work in it. A fault is what one request of a night meets: a
refusal, a line that breaks before or after the server did its work, an answer that is cut off or is
none, silence. A night that is killed is one whose process ends at that moment, with nothing put in
order after it.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import signal
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from threading import Condition, Lock
from typing import Any

import openpyxl
import requests

from tests.sheets_server.faults import Call, Reply
from tests.sheets_server.front import Dropped, Handler
from trustbook.errors import TrustbookError
from trustbook.ledger.locate import LedgerLocator
from trustbook.places.base import Place
from trustbook.run.sync import run_sync
from trustbook.workbooks.excel import ExcelWorkbook

TODAY = date(2026, 9, 30)
STATUSES = (400, 401, 403, 404, 409, 410, 412, 416, 423, 429, 500, 502, 503, 504, 507)
KINDS = (
    *map(str, STATUSES), "elsewhere", "reset", "reset after", "silent", "silent after",
    "error after", "truncated", "too short", "garbage", "empty", "tls",
)  # fmt: skip
QUICK_KINDS = ("423", "reset after", "truncated")
# How long a client waits for an answer that does not come.
SILENCE = 0.4
LONGEST_REQUEST = 60.0  # seconds
Step = Callable[[], None]
# What a request meets, by how many requests of the night came before it; None: nothing.
Plan = Callable[[int, Call], str | None]


class Killed(BaseException):
    """A run ends here, whatever it was doing."""


class Office(ABC):
    """A workbook on a server and the people who work in it."""

    steps: tuple[str, ...]

    def __init__(self, file: Path, chance: random.Random) -> None:
        self.file, self.chance = file, chance
        self.file.write_bytes(_small_book())
        self.saved: list[str] = []

    @abstractmethod
    def place(self) -> Place:
        """Where the workbook stands, as a run comes to it."""

    @abstractmethod
    def put(self, data: bytes) -> bool:
        """A person saves; False where the server does not let her."""

    @abstractmethod
    def people(self) -> list[Step]:
        """What people may do to the workbook."""

    @abstractmethod
    def calm(self) -> None:
        """Everybody goes home."""

    def save_a_row(self) -> None:
        """A person types a partner and saves."""
        name = f"Partner {len(self.saved)}"
        book = openpyxl.load_workbook(self.file)
        book["Partners"].append([None, name])
        kept = io.BytesIO()
        book.save(kept)
        if self.put(kept.getvalue()):
            self.saved.append(name)

    def kill(self) -> None:
        """The machine of the night stops."""
        raise Killed

    def night(self, at_step: Mapping[str, Step] | None = None) -> str:
        """One run; what became of it."""
        happenings = dict(at_step or {})

        def step(name: str) -> None:
            self.last = name
            if happening := happenings.pop(name, None):
                happening()

        workbook = ExcelWorkbook(self.place(), steps=step)
        try:
            now = datetime.now().astimezone()
            report = run_sync(workbook, TODAY, now, keeper=LedgerLocator())
            return "changed" if report.changed else "quiet"
        except Killed:
            return "killed"
        except TrustbookError as fault:
            fault.params.setdefault("of_book", "")
            return f"{type(fault).__name__} {fault.key}: {fault.sentence('nl')}"

    def killed_night(self, at_step: Mapping[str, Step] | None = None) -> None:
        """A run in a process of its own, that ends where it is killed."""
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                self.night(at_step)
            os._exit(0)
        os.waitpid(child, 0)

    def names(self) -> list[str]:
        """The partners that stand in the workbook."""
        sheet = openpyxl.load_workbook(io.BytesIO(self.file.read_bytes()), read_only=True)
        rows = sheet["Partners"].iter_rows(min_row=2, values_only=True)
        return [str(row[1]) for row in rows if len(row) > 1 and row[1]]

    def settle(self) -> str | None:
        """Quiet nights; what went wrong, if anything did."""
        self.calm()
        ends = [self.night(), self.night()]
        if ends[-1] != "quiet":
            return f"the nights after were {ends}"
        stand, saved = sorted(self.names()), sorted(self.saved)
        return None if stand == saved else f"saved: {saved}; there stand: {stand}"


def _small_book() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Partners"
    book["Partners"].append(["ID", "Naam", "Soort", "Laag"])
    book.create_sheet("Contactmomenten").append(["ID", "Datum", "Met", "Weer"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def kill_here() -> None:
    """End this process, with nothing put in order."""
    os.kill(os.getpid(), signal.SIGKILL)


# faults


def answer(kind: str, call: Call, wire: Handler, carry_out: Callable[[], Reply]) -> Reply:
    """What a request meets instead of, before or after what the server does with it."""
    if kind.isdecimal():
        return _refusal(int(kind))
    if kind in ("reset", "silent"):
        _no_answer(kind, wire)
    if kind == "elsewhere":
        return Reply(302, b"", headers={"Location": "http://example.org/x.xlsx"})
    reply = carry_out()
    if kind.endswith(" after"):
        return _after(kind, wire)
    if kind == "truncated":
        wire.truncate(Reply(reply.status, reply.body or bytes(9), reply.content_type))
    if kind == "too short":
        reply.body = reply.body[: len(reply.body) // 2]
        return reply
    said = b"<!DOCTYPE html><html><body>Sign in to the guest network" if kind == "garbage" else b""
    return Reply(200, said, "text/html")


def _after(kind: str, wire: Handler) -> Reply:
    if kind == "error after":
        return _refusal(502)
    _no_answer(kind.removesuffix(" after"), wire)
    raise AssertionError


def _no_answer(kind: str, wire: Handler) -> None:
    if kind == "silent":
        wire.stay_silent(2 * SILENCE)
    raise Dropped


def _refusal(status: int) -> Reply:
    code = "resourceModified" if status in (409, 412) else "refused"
    body = b'{"error": {"code": "%s", "message": "Refused."}}' % code.encode()
    return Reply(status, body, headers={"Retry-After": "0"})


class Faults:
    """The fault that a request of the night meets, counted from ``begin``; ``asked`` tells how many
    there were. A failing of TLS is met on our side of the line.

    ``alone`` is held while somebody does something, and while the server carries a request out: on
    a busy machine the night waits no longer for an answer and goes on, and nobody saves a workbook
    as it was before what the night wrote meanwhile.
    """

    def __init__(self) -> None:
        self.plan: Plan = lambda number, call: None
        self.asked = 0
        self.alone = Lock()
        self._changes, self._under_way = Condition(), 0

    def begin(self, plan: Plan) -> None:
        """From here on requests meet what ``plan`` says."""
        self.plan, self.asked = plan, 0

    def end(self) -> None:
        """Nothing goes wrong any more, and nothing is under way: not what was asked by who waits no
        longer for the answer either.
        """
        self.begin(lambda number, call: None)
        with self._changes:
            assert self._changes.wait_for(lambda: not self._under_way, LONGEST_REQUEST)

    @contextmanager
    def request(self) -> Iterator[None]:
        """A request is under way."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, one: int) -> None:
        with self._changes:
            self._under_way += one
            self._changes.notify_all()

    def one_at_a_time(self, step: Step) -> Step:
        """A step that is done while nothing else is."""

        def done() -> None:
            with self.alone:
                step()

        return done

    def meet(self, call: Call) -> str | None:
        """What this request meets."""
        self.asked += 1
        return self.plan(self.asked - 1, call)


@contextmanager
def requests_at(at: int, lasts: bool, before: Step, after: Step) -> Iterator[None]:
    """On our side of the line: do something before and after one request of a run."""
    original, count = requests.Session.request, [0]

    def request(self: Any, *args: Any, **named: Any) -> Any:
        number, count[0] = count[0], count[0] + 1
        meant = number == at or (lasts and number > at)
        if meant:
            before()
        found = original(self, *args, **named)
        if meant:
            after()
        return found

    requests.Session.request = request  # type: ignore[method-assign]
    try:
        yield
    finally:
        requests.Session.request = original  # type: ignore[method-assign]


def nothing() -> None:
    """No step."""


def _no_tls() -> None:
    raise requests.exceptions.SSLError("the certificate is not trusted")


def faulty_night(office: Office, faults: Faults, kind: str, at: int, lasts: bool) -> str:
    """One run of which a request meets a fault, once or from there on."""
    if kind == "tls":
        with requests_at(at, lasts, _no_tls, nothing):
            return office.night()
    faults.begin(lambda number, call: kind if number == at or (lasts and number > at) else None)
    try:
        return office.night()
    finally:
        faults.end()


def every_fault(make: Callable[[str], Office], faults: Faults, kinds: tuple[str, ...]) -> list[str]:
    """Every fault at every request of a writing night, once and for good; what went wrong."""
    wrong, met = [], 0
    for kind in kinds:
        print(kind, flush=True)
        for lasts in (False, True):
            office = make(f"fault-{kind}-{lasts}".replace(" ", "-"))
            office.night()
            for at in range(writing_requests(office, faults)):
                office.save_a_row()
                end = faulty_night(office, faults, kind, at, lasts)
                met += 1
                if "{" in end or (lost := office.settle()) is not None:
                    wrong.append(f"{kind} at request {at}, lasts {lasts}: {end}; {lost}")
                    print(wrong[-1], flush=True)
                    office = make(f"again-{kind}-{lasts}-{at}".replace(" ", "-"))
                    office.night()
    print(f"{met} nights with a fault, {len(kinds)} kinds", flush=True)
    return wrong


def writing_requests(office: Office, faults: Faults) -> int:
    """How many requests a writing night takes."""
    office.save_a_row()
    faults.end()
    office.night()
    return faults.asked


def every_kill(make: Callable[[str], Office], faults: Faults) -> list[str]:
    """A night that is killed at every step, and before and after every request."""
    office = make("killed")
    office.night()
    wrong, killed = [], 0
    moments: list[tuple[str, Callable[[], None]]] = [
        (f"step {step}", lambda step=step: office.killed_night({step: kill_here}))  # type: ignore[misc]
        for step in office.steps
    ]
    for at in range(writing_requests(office, faults)):
        for before, after in ((kill_here, nothing), (nothing, kill_here)):
            moments.append((f"request {at}", _killed_at(office, at, before, after)))
    for name, night in moments:
        office.save_a_row()
        night()
        faults.end()
        killed += 1
        if (lost := office.settle()) is not None:
            wrong.append(f"killed at {name}: {lost}")
            print(wrong[-1], flush=True)
    print(f"{killed} nights killed", flush=True)
    return wrong


def _killed_at(office: Office, at: int, before: Step, after: Step) -> Callable[[], None]:
    def night() -> None:
        with requests_at(at, False, before, after):
            office.killed_night()

    return night


# rounds


def disturbed_night(office: Office, faults: Faults) -> str:
    """One run in which, at two steps and one request, something happens."""
    chance, people = office.chance, [faults.one_at_a_time(one) for one in office.people()]
    steps = {step: chance.choice([*people, office.kill]) for step in chance.sample(office.steps, 2)}
    at, does, kind = chance.randrange(9), chance.choice([*people, None]), chance.choice(KINDS)

    def plan(number: int, call: Call) -> str | None:
        if number != at:
            return None
        if does is None:
            return None if kind == "tls" else kind
        does()
        return None

    faults.begin(plan)
    try:
        return office.night(steps)
    finally:
        faults.end()


def play(
    make: Callable[[str], Office], faults: Faults, numbers: range, seed: int, ends: Counter[str]
) -> list[str]:
    """Rounds at one workbook after another; what went wrong."""
    wrong: list[str] = []
    office = None
    for number in numbers:
        if office is None or number % 10 == 0:
            office = make(f"net-{number}")
            office.night()
        office.chance = random.Random(seed * 1_000_000 + number)
        for _ in range(office.chance.randrange(3)):
            office.chance.choice(office.people())()
        ends[disturbed_night(office, faults).split(":")[0]] += 1
        if (lost := office.settle()) is not None:
            wrong.append(f"round {number}: {lost}")
            print(wrong[-1], flush=True)
            office = None
    return wrong


def asked_for(description: str) -> argparse.Namespace:
    """What was typed behind the command."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=0, help="skip these rounds")
    parser.add_argument("--quick", action="store_true", help="ten rounds, few faults, no kills")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, help="these faults alone")
    parser.add_argument("--only", choices=("rounds", "faults", "kills"), help="this part alone")
    return parser.parse_args()


def play_all(
    asked: argparse.Namespace, make: Callable[[str], Office], faults: Faults, share: int = 1
) -> list[str]:
    """All that was asked for, with every ``share``-th part of the rounds; what went wrong."""
    began, wrong, ends = time.monotonic(), list[str](), Counter[str]()
    rounds = (10 if asked.quick else asked.rounds) // share
    if asked.only in (None, "kills") and not asked.quick:
        wrong += every_kill(make, faults)
    if asked.only in (None, "faults"):
        usual = QUICK_KINDS if asked.quick else KINDS
        wrong += every_fault(make, faults, tuple(asked.kinds or usual))
    if asked.only in (None, "rounds"):
        wrong += play(make, faults, range(asked.first, asked.first + rounds), asked.seed, ends)
        print(*(f"{count:5} {end}" for end, count in ends.most_common()), sep="\n")
    seconds = time.monotonic() - began
    print(f"{sum(ends.values())} rounds, {len(wrong)} went wrong: {seconds:.0f} s", flush=True)
    return wrong
