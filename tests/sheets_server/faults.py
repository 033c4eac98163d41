"""What goes wrong on demand, at which request; a meter that refuses too many in a minute."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, TokenError
from .tokens import BAD_CLOCK, BAD_SIGNATURE

HTML = "text/html; charset=UTF-8"
JSON = "application/json; charset=UTF-8"


@dataclass
class Call:
    """One request as the log keeps it. ``kind`` is read, write, drive or token; ``status`` 0: no
    answer.
    """

    index: int
    method: str
    host: str
    path: str
    query: dict[str, list[str]]
    kind: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    fault: str | None = None


@dataclass
class Reply:
    """What goes back over the wire."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def _page(status: int, title: str, text: str) -> Reply:
    body = f"<p><b>{status}.</b> {text}"
    page = f"<!DOCTYPE html>\n<html lang=en>\n<title>{title}</title>\n{body}\n</html>\n"
    return Reply(status, page.encode(), HTML)


def quota_error(kind: str) -> ApiError:
    """429 as the service words it."""
    name = "Write requests" if kind == "write" else "Read requests"
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{name}' and limit '{name} per minute per user' of "
        "service 'sheets.googleapis.com' for consumer 'project_number:100000000000'.",
        [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "RATE_LIMIT_EXCEEDED",
                "domain": "googleapis.com",
            }
        ],
    )


REFUSALS: dict[str, Callable[[Call], ApiError]] = {
    "401": lambda _: ApiError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential.",
    ),
    "403": lambda _: ApiError(403, "The caller does not have permission"),
    "404": lambda _: ApiError(404, "Requested entity was not found."),
    "429": lambda call: quota_error(call.kind),
    "500": lambda _: ApiError(500, "Internal error encountered."),
    "503": lambda _: ApiError(503, "The service is currently unavailable."),
    "clock": lambda _: TokenError(BAD_CLOCK),
    "key": lambda _: TokenError(BAD_SIGNATURE),
}
PAGES: dict[str, Callable[[], Reply]] = {
    "408": lambda: _page(
        408, "Error 408 (Request Timeout)!!1", "That’s an error. Your client took too long."
    ),
    "502": lambda: _page(
        502, "Error 502 (Server Error)!!1", "That’s an error. Please try again in 30 seconds."
    ),
    "login": lambda: _page(
        200, "Sign in - Google Accounts", "<form>Use your Google Account</form>"
    ),
}
WIRE = ("dropped-before", "dropped-after", "truncated", "silent", "silent-after")
KINDS = (*REFUSALS, *PAGES, *WIRE)
"""Every kind of fault. ``clock`` and ``key`` are the token endpoint's refusals; the ``-after`` ones
and ``truncated`` happen when the request has been carried out.
"""


@dataclass
class Fault:
    """One planned fault; ``times`` counts down, None goes on for ever."""

    at: Callable[[Call], bool]
    kind: str
    retry_after: str | None = None
    times: int | None = 1


class Faults:
    """The plan of what goes wrong."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def add(
        self,
        at: int | Callable[[Call], bool],
        kind: str,
        retry_after: int | str | None = None,
        times: int | None = 1,
    ) -> None:
        """A fault at the request with this number (counted from 0 since the log was last emptied),
        or at each request the function says yes to, ``times`` times (None: always).
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind of fault: {kind}; known: {', '.join(KINDS)}")
        when = at if callable(at) else (lambda call: call.index == at)
        self.planned.append(
            Fault(when, kind, None if retry_after is None else str(retry_after), times)
        )

    def clear(self) -> None:
        self.planned.clear()

    def take(self, call: Call) -> Fault | None:
        """The fault planned for this request, if any."""
        for fault in self.planned:
            if fault.at(call):
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self.planned.remove(fault)
                return fault
        return None


class Quota:
    """Requests a minute, reads and writes apart; no limit unless one is set."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.limits: dict[str, int] = {}
        self.used: dict[str, deque[float]] = {"read": deque(), "write": deque()}

    def limit(self, reads: int | None = None, writes: int | None = None) -> None:
        """At most this many a minute; None: no limit."""
        given: dict[str, Any] = {"read": reads, "write": writes}
        self.limits = {k: v for k, v in given.items() if v is not None}

    def count(self, kind: str) -> None:
        """One more; 429 when it is one too many."""
        if kind not in self.used:
            return
        now, used = self.clock(), self.used[kind]
        while used and used[0] <= now - 60:
            used.popleft()
        if len(used) >= self.limits.get(kind, 10**9):
            raise quota_error(kind)
        used.append(now)
