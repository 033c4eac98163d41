"""The handle tests hold: start, make files, watch and count requests, plan what goes wrong."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import types
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import drive, drive_routes, tokens, values  # noqa: F401  (drive_routes registers its endpoints)
from .certificates import authority
from .faults import PAGES, REFUSALS, Call, Fault, Faults, Quota, Reply
from .front import Dropped, Front, Handler
from .person import Person
from .ranges import quoted
from .service import Service, found_route, json_reply
from .state import Book, Sheet

if TYPE_CHECKING:
    import requests

SILENCE = 30.0
NO_BOUNDARY = {"locations": [], "encodedLocations": "0x0"}
"""google-auth asks in a thread of its own where the account may be used; neither logged nor
counted, so that the numbering of requests does not depend on when it does.
"""


class SheetsServer:
    """A Google Sheets, Drive and token service on loopback. Use it as a context manager.

    Reached three ways: plain HTTP at ``url``; as ``https://sheets.googleapis.com`` through
    ``session()`` in this process; or by a subprocess that is given ``environment()``.
    """

    def __init__(self, port: int = 0, silence: float = SILENCE) -> None:
        self.service = Service()
        self.faults = Faults()
        self.quota = Quota()
        self.silence = silence
        self.requests: list[Call] = []
        self.stopping = threading.Event()
        self._lock = threading.RLock()
        self._front = Front(port, self)
        self._folder = tempfile.TemporaryDirectory(prefix="sheets-server-")
        self._thread = threading.Thread(target=self._front.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> SheetsServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._front.shutdown()
        self._front.server_close()
        self._thread.join()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``"""
        return f"http://127.0.0.1:{self._front.server_address[1]}"

    # Files

    def create(
        self,
        title: str,
        locale: str = "en_US",
        sheets: Mapping[str, Iterable[Iterable[Any]]] | None = None,
        time_zone: str = "Europe/Amsterdam",
        role: str = "writer",
        typed: bool = False,
    ) -> str:
        """A new file and its key. ``sheets`` maps tab titles to rows, written RAW (texts that start
        with ``=`` are formulas) or, with ``typed``, as a person would type them. ``role`` is what
        the service account may do: writer, reader or none.
        """
        book = drive.new_book(title)
        book.locale, book.time_zone, book.role = locale, time_zone, role
        if sheets:
            book.sheets = [Sheet(i and book.fresh_id(), name) for i, name in enumerate(sheets)]
            for name, rows in sheets.items():
                _fill(book, name, [list(row) for row in rows], typed)
        with self._lock:
            self.service.books[book.key] = book
        return book.key

    def book(self, key: str) -> Book:
        """The raw state of a file."""
        return self.service.books[key]

    def state(self, key: str) -> Person:
        """The file as a person in the browser sees and edits it."""
        return Person(self.book(key), lambda: self._lock)

    def delete(self, key: str) -> None:
        """A person throws the file away for good."""
        with self._lock:
            del self.service.books[key]

    def share(
        self, key: str, kind: str = "anyone", role: str = "reader", address: str | None = None
    ) -> None:
        """Share a file; the default opens it to anyone with the link."""
        self.book(key).permissions.append(drive.permission(kind, role, address))

    def before_write(self, visit: Callable[[Person], Any], times: int = 1) -> None:
        """Let a person act on the file right before each of the next ``times`` writes to it."""
        left = [times]

        def once(book: Book) -> None:
            left[0] -= 1
            if not left[0]:
                self.service.before_write.remove(once)
            visit(Person(book, lambda: self._lock))

        self.service.before_write.append(once)

    # Watching

    def count(self, *kinds: str) -> int:
        """How many requests came in: all, or of the kinds named (read, write, drive, token)."""
        return sum(not kinds or call.kind in kinds for call in self.requests)

    def forget(self) -> None:
        """Empty the log, the faults and the visits; the numbering of requests starts at 0 again."""
        with self._lock:
            self.requests.clear()
            self.faults.clear()
            self.service.before_write.clear()

    # Ways in

    @property
    def certificate(self) -> Path:
        """The test authority's certificate, as a file for as long as the server runs."""
        path = Path(self._folder.name) / "authority.pem"
        if not path.exists():
            path.write_bytes(authority().certificate)
        return path

    def environment(self) -> dict[str, str]:
        """The whole environment for a subprocess that is to take this server for Google."""
        hidden = {"no_proxy", "all_proxy", "http_proxy", "https_proxy", "curl_ca_bundle"}
        kept = {k: v for k, v in os.environ.items() if k.lower() not in hidden}
        return kept | self.variables()

    def variables(self) -> dict[str, str]:
        """Only the variables that lead here (for ``monkeypatch.setenv``)."""
        names = ("HTTPS_PROXY", "https_proxy") if os.name != "nt" else ("HTTPS_PROXY",)
        return dict.fromkeys(names, self.url) | {
            "REQUESTS_CA_BUNDLE": str(self.certificate),
            "NO_PROXY": "",
        }

    def session(self) -> requests.Session:
        """A session with a token, for ``gspread.Client(auth=None, session=...)`` here."""
        import requests

        session = requests.Session()
        session.trust_env = False
        session.proxies = {"https": self.url}
        session.verify = str(self.certificate)
        session.headers["Authorization"] = "Bearer test-token"
        return session

    def service_account(self) -> Path:
        """A service account's key file, readable by its owner alone."""
        path = Path(self._folder.name) / "key.json"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(json.dumps(tokens.service_account_info()), encoding="utf-8")
        return path

    # Called by the wire

    def handle(self, *, method: str, path: str, wire: Handler, **parts: Any) -> Reply:
        """Log a request, carry it out, and let a planned fault have its way with it."""
        if path.endswith("/allowedLocations"):
            return json_reply(200, NO_BOUNDARY)
        with self._lock:
            kind = found_route(method, path)[0]
            call = Call(len(self.requests), method=method, path=path, kind=kind, **parts)
            self.requests.append(call)
            fault = self.faults.take(call)
            call.fault = fault.kind if fault else None
            reply = self._reply(call, fault)
            call.status = reply.status if reply else 0
        if fault and fault.kind.startswith("silent"):
            wire.stay_silent(self.silence)
        if reply is None or (fault and fault.kind == "dropped-after"):
            raise Dropped
        if fault and fault.kind == "truncated":
            wire.truncate(reply)
        return reply

    def _reply(self, call: Call, fault: Fault | None) -> Reply | None:
        """The answer before the wire touches it; None when nothing was carried out and nothing is
        said.
        """
        if fault and fault.kind in ("dropped-before", "silent"):
            return None
        if fault and fault.kind in REFUSALS:
            error = REFUSALS[fault.kind](call)
            reply = json_reply(error.code, error.body())
        elif fault and fault.kind in PAGES:
            reply = PAGES[fault.kind]()
        else:
            reply = self._within_quota(call)
        if fault and fault.retry_after is not None:
            reply.headers["Retry-After"] = fault.retry_after
        return reply

    def _within_quota(self, call: Call) -> Reply:
        try:
            self.quota.count(call.kind)
        except Exception as error:
            if not hasattr(error, "body"):
                raise
            return json_reply(429, error.body())
        return self.service.answer(call)


def _fill(book: Book, title: str, rows: list[list[Any]], typed: bool) -> None:
    sheet = book.sheet_titled(title)
    assert sheet is not None
    width = max((len(r) for r in rows), default=0)
    sheet.resize(max(1000, len(rows) + 10), max(26, width))
    for option, wanted in (("RAW", False), ("USER_ENTERED", True)):
        part = [[v if (typed or _is_formula(v)) is wanted else None for v in row] for row in rows]
        values.write(book, quoted(title), {"values": part}, option)


def _is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")
