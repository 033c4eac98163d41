"""The handle tests hold: start, watch what is asked, plan what goes wrong, be a colleague."""

from __future__ import annotations

import os
import tempfile
import threading
import types
from collections.abc import Callable
from email.utils import formatdate
from functools import cache
from pathlib import Path
from typing import Any

from tests.sheets_server.certificates import authority
from tests.sheets_server.faults import Call, Reply
from tests.sheets_server.front import Dropped, Front, Handler

from .routes import GRAPH_HOST, Refused, Routes
from .signin import CLIENT, HOST, TENANT, SignIn, make_certificate
from .state import Library

TENANT_HOST = "waterrijk.sharepoint.com"
HOSTS = (GRAPH_HOST, HOST, TENANT_HOST)
# Given a request (its number counts from 0, sign-in apart): an answer instead of the
# service's, None to let it pass, or Dropped raised.
Fault = Callable[[int, Call], Reply | None]

_certificate = cache(make_certificate)


class GraphServer:
    """A tenant with one library over ``folder``. Use it as a context manager, with
    ``variables()`` in the environment; ``settings`` is the block of trustbook.toml that fits it.

    ``grant`` is what the app may do in the site (write, read or None); ``enriches``: whether the
    library writes into what it is given; ``guards_commit``: whether a tag is looked at again when
    the last byte arrives; ``links``: sharing tokens by item; ``follows_links``: whether an app that
    has a grant alone may ask where a link leads; ``only_file``: the grant is on this one file.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.library = Library(folder, TENANT_HOST)
        self.sign_in = SignIn()
        self.private, public = _certificate()
        self.sign_in.certificates.append(public)
        self.grant: str | None = "write"
        self.enriches = True
        self.guards_commit = True
        self.follows_links = False
        self.only_file: Path | None = None
        self.links: dict[str, str] = {}
        self.leaked: list[str] = []
        self.calls: list[Call] = []
        self.fault: Fault | None = None
        self.late = False
        self.stopping = threading.Event()
        self._routes = Routes(self)
        self._lock = threading.RLock()
        self._front = Front(port, self, HOSTS)
        self._own = tempfile.TemporaryDirectory(prefix="graph-server-")
        self._thread = threading.Thread(target=self._front.serve_forever, args=(0.02,), daemon=True)
        (Path(self._own.name) / "authority.pem").write_bytes(authority(HOSTS).certificate)
        self.certificate = Path(self._own.name) / "trustbook.pem"
        self.certificate.write_bytes(self.private)
        self.certificate.chmod(0o600)

    def __enter__(self) -> GraphServer:
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
        self._own.cleanup()

    def over(self, folder: Path) -> GraphServer:
        """The same tenant as new, over another folder."""
        self.folder, self.library = folder, Library(folder, TENANT_HOST)
        self.grant, self.enriches, self.fault, self.late = "write", True, None, False
        self.links, self.leaked, self.calls, self.guards_commit = {}, [], [], True
        self.follows_links, self.only_file = False, None
        self.sign_in.roles, self.sign_in.given = ["Sites.Selected"], []
        self.sign_in.certificates = [_certificate()[1]]
        return self

    def variables(self) -> dict[str, str]:
        """The environment that leads here."""
        names = ("HTTPS_PROXY", "https_proxy") if os.name != "nt" else ("HTTPS_PROXY",)
        url = f"http://127.0.0.1:{self._front.server_address[1]}"
        bundle = str(Path(self._own.name) / "authority.pem")
        return dict.fromkeys(names, url) | {"REQUESTS_CA_BUNDLE": bundle, "NO_PROXY": ""}

    @property
    def settings(self) -> str:
        """The block of trustbook.toml."""
        return (
            f'[sharepoint]\ntenant = "{TENANT}"\nclient = "{CLIENT}"\n'
            f"certificate = '{self.certificate}'\n"
        )

    def address(self, name: str = "network.xlsx") -> str:
        """Where a workbook stands, as the browser's address of the library shows it."""
        return f"https://{TENANT_HOST}/sites/network/Shared Documents/{name}"

    @property
    def asked(self) -> list[str]:
        """What was asked, sign-in apart: the method, and what of the path tells the endpoint."""
        return [f"{one.method} {one.kind}" for one in self.calls]

    def handle(self, *, method: str, path: str, host: str, wire: Handler, **parts: Any) -> Reply:
        """Log a request, carry it out, and let a fault have its way with it."""
        call = Call(len(self.calls), method, host, path, kind=_kind(host, path), **parts)
        with self._lock:
            if host.startswith(HOST):
                return self.sign_in.answer(call)
            self.calls.append(call)
            said = self.fault(call.index, call) if self.fault is not None else None
            reply = said or self._carry_out(call)
            if self.late:
                self.late = False
                raise Dropped
            reply.headers.setdefault("x-ms-date", formatdate(usegmt=True))
            call.status = reply.status
            return reply

    def _carry_out(self, call: Call) -> Reply:
        try:
            if call.host.startswith(GRAPH_HOST):
                return self._routes.graph(call)
            return self._routes.without_token(call)
        except Refused as refused:
            return refused.reply


def _kind(host: str, path: str) -> str:
    """What of an address tells the endpoint."""
    if not host.startswith(GRAPH_HOST):
        return "upload" if path.startswith("/upload/") else "download"
    last = path.rpartition("/")[2]
    if last in ("createUploadSession", "content", "drives", "driveItem"):
        return last
    return "site" if path.startswith("/v1.0/sites/") else "item"
