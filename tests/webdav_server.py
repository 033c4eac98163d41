"""A real WebDAV server on this machine (wsgidav behind cheroot), with faults in front of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp

from trustbook.places.web_address import read_web_address
from trustbook.places.webdav import WebdavPlace

# What happens to a request instead of, or before, what the server does with it: given the method
# and the WSGI environment, a status line and headers, or None to let it pass.
Answer = tuple[str, list[tuple[str, str]]]
Fault = Callable[[str, Mapping[str, Any]], Answer | None]


class TornLine(Exception):
    """Raised by a fault: the line breaks before an answer."""


@dataclass
class WebdavServer:
    """The server over ``folder``: its ``address``, what was asked of it, and the ``fault`` in front
    of it, if any. ``late``: the method whose next answer is lost, after the server did its work.
    ``page``: the body of what a fault answers.
    """

    folder: Path
    locks: bool = True
    address: str = ""
    asked: list[str] = field(default_factory=list)
    fault: Fault | None = None
    late: str = ""
    page: bytes = b""

    def __call__(self, app: Any, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        self.asked.append(method)
        said = self.fault(method, environ) if self.fault is not None else None
        if said is None:
            if self.late != method:
                return app(environ, start)  # type: ignore[no-any-return]
            self.late = ""
            list(app(environ, start))
            raise TornLine
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start(said[0], [("Content-Length", str(len(self.page))), *said[1]])
        return [self.page]


@contextmanager
def serving(
    folder: Path, locks: bool = True, users: Mapping[str, str] | None = None
) -> Iterator[WebdavServer]:
    """A server over ``folder`` at a free port of this machine; ``users`` by name with password."""
    server = WebdavServer(folder, locks)
    known: Any = True
    if users is not None:
        known = {name: {"password": word} for name, word in users.items()}
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": str(folder), "/same": str(folder)},
            "simple_dc": {"user_mapping": {"*": known}},
            "lock_storage": locks,
            "property_manager": False,
            "verbose": 0,
            "logging": {"enable": False},
        }
    )
    front = wsgi.Server(("127.0.0.1", 0), lambda environ, start: server(app, environ, start))
    front.shutdown_timeout = 1
    front.error_log = lambda *_, **__: None  # type: ignore[method-assign]
    front.prepare()
    thread = threading.Thread(target=front.serve, daemon=True)
    thread.start()
    server.address = f"dav://127.0.0.1:{front.bind_addr[1]}"
    try:
        yield server
    finally:
        front.stop()
        thread.join(5)


def place_on(server: WebdavServer, name: str) -> WebdavPlace:
    """The place of a workbook on a server."""
    return WebdavPlace(read_web_address(f"{server.address}/{name}"))
