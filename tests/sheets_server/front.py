"""The wire: HTTP on loopback, and the same behind CONNECT and TLS as if it were the real hosts."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from .certificates import HOSTS, authority
from .faults import Reply


class Owner(Protocol):
    """Who answers the requests."""

    stopping: threading.Event

    def handle(
        self,
        *,
        method: str,
        host: str,
        path: str,
        query: dict[str, list[str]],
        headers: dict[str, str],
        body: bytes,
        wire: Handler,
    ) -> Reply:
        """The reply to one request."""
        ...


class Dropped(Exception):
    """Close the connection without another byte."""


class Front(ThreadingHTTPServer):
    """Listens on loopback only; one thread a connection."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, owner: Owner, hosts: tuple[str, ...] = HOSTS) -> None:
        self.owner, self.hosts = owner, hosts
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the owner, writes the reply (or what a fault makes of it)."""

    server: Front
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 120
    host = ""

    def do_CONNECT(self) -> None:
        """Be the far end: only the hosts it stands in for, with a certificate of the authority."""
        host = self.path.partition(":")[0]
        if host not in self.server.hosts:
            self.send_error(502, f"The test server stands in for {self.server.hosts[0]} only")
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        try:
            context = authority(self.server.hosts).context
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except (OSError, ssl.SSLError):
            self.close_connection = True
            return
        self.host = host
        self.rfile = self.connection.makefile("rb", self.rbufsize)
        self.wfile = self.connection.makefile("wb", self.wbufsize)
        self.close_connection = False

    def _serve(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            reply = self.server.owner.handle(
                method=self.command,
                host=self.host or (self.headers.get("Host") or ""),
                path=parts.path,
                query=urllib.parse.parse_qs(parts.query, keep_blank_values=True),
                headers={k.lower(): v for k, v in self.headers.items()},
                body=body,
                wire=self,
            )
        except Dropped:
            self.drop()
            return
        self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", reply.content_type)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def truncate(self, reply: Reply) -> None:
        """Announce the whole body, send half of it, and be gone."""
        half = Reply(reply.status, reply.body[: len(reply.body) // 2], reply.content_type)
        self.send_response(half.status)
        self.send_header("Content-Type", half.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(half.body)
        self.wfile.flush()
        raise Dropped

    def stay_silent(self, seconds: float) -> None:
        """Answer nothing until the client gives up, the server stops, or the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.server.owner.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.05)
            if readable:
                break
        raise Dropped

    def finish(self) -> None:
        super().finish()
        if self.host:  # the wrapped socket is ours to close
            self.connection.close()

    def drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """The owner keeps the log."""
