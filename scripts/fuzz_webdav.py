"""People and nights at one workbook on a WebDAV server, at random: nothing may be lost.

    python scripts/fuzz_webdav.py [--rounds 1000] [--seed 1] [--from 0] [--only PART] [--quick]

Each round is a night during which, at any request or step, somebody saves a row, locks or unlocks
the file, moves it away or back, the server fails, or the run is killed; half of what was uploaded
may be all that the server keeps. After it two quiet nights: every row that anybody saved must stand
in the workbook, once, and the last night must write nothing. Besides, every fault meets every
request of a writing night, and a night is killed at every step and request. Half of all that is
done with a server that has locks, half with one that has none; both are real ones (wsgidav) on this
machine. Ends with 1 when something was lost.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fuzz_office import SILENCE, Faults, Office, Step, answer, asked_for, play_all  # noqa: E402

from tests.sheets_server.faults import Call, Reply  # noqa: E402
from tests.sheets_server.front import Dropped, Front, Handler  # noqa: E402
from tests.webdav_server import WebdavServer, serving  # noqa: E402
from trustbook.places import web_client  # noqa: E402
from trustbook.places.web_address import read_web_address  # noqa: E402
from trustbook.places.webdav import WebdavPlace  # noqa: E402

_LOCK = (
    '<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    "<D:locktype><D:write/></D:locktype><D:owner>Anne</D:owner></D:lockinfo>"
)
# What the relay sends with: a night that is killed or has no TLS meets that on its own side alone.
_SEND = requests.Session.request
_OF_THE_LINE = {"content-length", "content-type", "connection", "transfer-encoding"}


class _Handler(Handler):
    """A handler that knows the methods of WebDAV."""


for _method in ("OPTIONS", "PROPFIND", "LOCK", "UNLOCK"):
    setattr(_Handler, f"do_{_method}", Handler._serve)


class Relay:
    """What stands before a server: passes requests on, and lets some of them fail."""

    def __init__(self, server: WebdavServer) -> None:
        self.server, self.faults = server, Faults()
        self.stopping = threading.Event()
        self.half: Callable[[bytes], bytes] | None = None
        self._there = requests.Session()
        self._there.trust_env = False

    def handle(self, *, method: str, path: str, wire: Any, **parts: Any) -> Reply:
        """An answer of the server, or what a fault makes of it."""
        with self.faults.request():
            return self._answer(method, path, wire, parts)

    def _answer(self, method: str, path: str, wire: Any, parts: dict[str, Any]) -> Reply:
        call = Call(0, method, path=path, kind="", **parts)
        if method == "PUT" and self.half is not None:
            call.body, self.half = self.half(call.body), None
            self._pass_on(call)
            raise Dropped

        def carry_out() -> Reply:
            with self.faults.alone:
                return self._pass_on(call)

        kind = self.faults.meet(call)
        return carry_out() if kind is None else answer(kind, call, wire, carry_out)

    def _pass_on(self, call: Call) -> Reply:
        url = self.server.address.replace("dav://", "http://") + call.path
        headers = {name: text for name, text in call.headers.items() if name not in _OF_THE_LINE}
        headers["Content-Type"] = call.headers.get("content-type", "")
        found = _SEND(
            self._there, call.method, url, headers=headers, data=call.body or None, timeout=30
        )
        kept = {n: t for n, t in found.headers.items() if n.lower() not in _OF_THE_LINE | {"date"}}
        kind = found.headers.get("Content-Type", "application/octet-stream")
        return Reply(found.status_code, found.content, kind, kept)


@contextmanager
def relayed(server: WebdavServer) -> Iterator[tuple[Relay, str]]:
    """A relay before a server, and the address of it."""
    relay = Relay(server)
    front = Front(0, relay)
    front.RequestHandlerClass = _Handler
    thread = threading.Thread(target=front.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield relay, f"dav://127.0.0.1:{front.server_address[1]}"
    finally:
        relay.stopping.set()
        front.shutdown()
        front.server_close()
        thread.join()


class ServerOffice(Office):
    """A workbook on a server, and the people who work in it without a relay."""

    steps = ("read", "edited", "checked", "backup", "temporary", "replaced", "settled")

    def __init__(self, relay: Relay, address: str, name: str, chance: random.Random) -> None:
        self.relay, self.server, self.token = relay, relay.server, ""
        self.address = read_web_address(f"{address}/{name}.xlsx")
        self.url = f"{self.server.address}/{name}.xlsx".replace("dav://", "http://")
        super().__init__(relay.server.folder / f"{name}.xlsx", chance)
        self.away = self.file.with_name(f"{name} away.xlsx")

    def place(self) -> WebdavPlace:
        """Where the workbook stands."""
        return WebdavPlace(self.address)

    def put(self, data: bytes) -> bool:
        """A person saves, unless the lock of our run is in the way."""
        headers = {"If": f"(<{self.token}>)"} if self.token else {}
        return requests.put(self.url, data, headers=headers, timeout=30).ok

    def save_a_row(self) -> None:
        """A person types a partner and saves, where the workbook stands and is whole."""
        if self.file.exists() and self.relay.half is None:
            with suppress(BadZipFile):  # the server is in the middle of writing it
                super().save_a_row()

    def people(self) -> list[Step]:
        """What people, and the line, may do."""
        return [self.save_a_row, self.lock_or_unlock, self.move_away_or_back]

    def lock_or_unlock(self) -> None:
        """A person opens the workbook, or closes it."""
        if self.token:
            headers = {"Lock-Token": f"<{self.token}>"}
            requests.request("UNLOCK", self.url, headers=headers, timeout=30)
            self.token = ""
        elif self.server.locks and self.file.exists():
            taken = requests.request("LOCK", self.url, data=_LOCK, timeout=30)
            self.token = taken.headers.get("Lock-Token", "").strip("<>") if taken.ok else ""

    def move_away_or_back(self) -> None:
        """A person moves the workbook to another name, or back; who has it open cannot."""
        if self.away.exists():
            self.away.rename(self.file)
        elif not self.token and self.relay.faults.asked == 0:
            self.file.rename(self.away)

    def calm(self) -> None:
        """Everybody closes it, and it stands where it stood."""
        if self.token:
            self.lock_or_unlock()
        if self.away.exists():
            self.move_away_or_back()


def half_uploads(office: ServerOffice) -> list[str]:
    """The server keeps the beginning of an upload: the line breaks and the run goes on, or it is
    killed with it.
    """
    wrong = []
    office.night()
    for share in (0, 1, 10, 25, 50, 75, 90, 99):
        for killed in (False, True):
            office.save_a_row()
            office.relay.half = lambda data, share=share: data[: len(data) * share // 100]
            if killed:
                _killed_with_half(office)
            else:
                office.night()
            office.relay.half = None
            if (lost := office.settle()) is not None:
                wrong.append(f"{share} % of an upload, killed {killed}: {lost}")
                print(wrong[-1], flush=True)
    print("16 nights with half an upload", flush=True)
    return wrong


def _killed_with_half(office: ServerOffice) -> None:
    """The run ends as soon as the line breaks, and never looks what became of it."""
    from fuzz_office import kill_here

    def end(*_: object) -> None:
        kill_here()

    original = web_client.UnknownOutcome.__init__
    web_client.UnknownOutcome.__init__ = end  # type: ignore[method-assign, assignment]
    try:
        office.killed_night()
    finally:
        web_client.UnknownOutcome.__init__ = original  # type: ignore[method-assign]


def _short_pause(client: web_client.WebClient, tried: int, wait: float | None = None) -> None:
    """No patience with faults; but the wait for a tag to change is part of what is tried."""
    time.sleep(wait or 0)


def main() -> int:
    """Play what was asked for and say what was lost."""
    asked = asked_for(__doc__.splitlines()[0])
    web_client.WebClient.pause = _short_pause  # type: ignore[method-assign, assignment]
    web_client.READ = SILENCE
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRUSTBOOK_DATA"] = str(Path(folder) / "data")
        for locks in (True, False):
            print(f"locks: {locks}", flush=True)
            shared = Path(folder) / f"shared-{locks}"
            shared.mkdir()
            with serving(shared, locks) as server, relayed(server) as (relay, address):

                def make(name: str, relay: Relay = relay, address: str = address) -> ServerOffice:
                    return ServerOffice(relay, address, name, random.Random(asked.seed))

                wrong += play_all(asked, make, relay.faults, share=2)
                if asked.only in (None, "kills"):
                    wrong += half_uploads(make("half"))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
