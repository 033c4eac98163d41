"""The way to a WebDAV server: requests with a few tries, one deadline, and errors as sentences.

Credentials go to the host of the address and nowhere else: a redirect is followed within it only.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError
from trustbook.places.http_body import is_page, whole_body
from trustbook.places.http_times import clock_ahead, moment_of, retry_after
from trustbook.places.web_address import WebAddress
from trustbook.places.web_login import Login

CONNECT, READ = 10.0, 120.0  # seconds
TRIES = 6
DEADLINE = 600.0
_LONGEST_WAIT = 64.0
_AGAIN = {408, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 307, 308}
_MOST_REDIRECTS = 5
_FRESH = 1.0  # seconds within which a tag of whole seconds may miss a change


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a server is asked before it is away, and how many seconds it has to be reached and
    to answer.
    """

    tries: int = TRIES
    connect: float = CONNECT
    read: float = READ


class UnknownOutcome(Exception):
    """Something was sent that writes, and nobody knows whether it was carried out."""


@dataclass(frozen=True, slots=True)
class WebFile:
    """What stood at an address: its bytes, its tag ("" where the server gives none that can be
    relied on), and whether it was written so shortly before that the tag may hide a change.
    """

    data: bytes
    etag: str
    fresh: bool = False


# Method, address, headers, what is sent, and whether the answer is read bit by bit.
_Request = tuple[str, str, Mapping[str, str], "bytes | None", bool]


class _Anonymous(AuthBase):
    """No credentials at all, also none that lie about on this machine for that host."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class WebClient:
    """One server, asked about one file. ``requests`` counts what was sent.

    ``clock`` and ``sleep`` can be replaced, so that the deadline can be tried out.
    """

    def __init__(
        self,
        address: WebAddress,
        login: Login | None,
        *,
        patience: Patience = Patience(),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = address
        self.requests = 0
        self.skew = 0.0
        self._patience = patience
        self._session = requests.Session()
        self._clock, self._sleep = clock, sleep
        self._end = clock() + DEADLINE
        self._user = address.user or (login.user if login else "")
        self._password = login.password(address.host) if login else None
        self._auth: AuthBase = _Anonymous()
        if self._password is not None:
            if not address.is_private:
                raise NoAccess("webdav.plain_http", host=address.host)
            self._auth = HTTPBasicAuth(self._user.encode(), self._password.encode())

    @property
    def signs_in(self) -> bool:
        """Whether a password is shown."""
        return self._password is not None

    def begin(self) -> None:
        """A new run: its time starts now."""
        self._end = self._clock() + DEADLINE

    # what is asked

    def get(self, address: WebAddress | None = None) -> WebFile | None:
        """The file; None where there is none."""
        answer = self.ask("GET", address, headers={"Accept-Encoding": "identity"}, stream=True)
        if answer.status_code in (404, 410):
            return None
        if not answer.ok:
            raise refusal_of(answer.status_code, self.address)
        data = whole_body(answer, self.address.name, "webdav.broke_off")
        if is_page(data):
            raise Busy("webdav.strange", host=self.address.host, status=200)
        return WebFile(data, _etag(answer), _is_fresh(answer))

    def put(self, data: bytes, headers: Mapping[str, str], at: WebAddress | None = None) -> int:
        """Send the file, once; its status. Raises UnknownOutcome where nobody knows."""
        sent = {"Content-Type": "application/octet-stream", **headers}
        return self.ask("PUT", at, headers=sent, data=data, writes=True).status_code

    def ask(
        self,
        method: str,
        address: WebAddress | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        writes: bool = False,
        stream: bool = False,
    ) -> requests.Response:
        """The first answer that is one, within so many tries and the deadline."""
        url = (address or self.address).url
        request = (method, url, headers or {}, data, stream)
        tries = self._patience.tries
        for tried in range(1, tries + 1):
            answer = self._signed(request)
            if answer is not None and answer.status_code not in _AGAIN:
                return answer
            # A server that says 503 or 429 did nothing; any other trouble leaves that open.
            if writes and (answer is None or answer.status_code not in (429, 503)):
                raise UnknownOutcome(method)
            if tried < tries:
                self.pause(tried, retry_after(answer))
        raise Busy("webdav.away", host=self.address.host, tries=tries)

    def pause(self, tried: int, wait: float | None = None) -> None:
        """Wait before another try. Raises Busy where the deadline of the run would pass."""
        seconds = wait
        if seconds is None:
            seconds = min(_LONGEST_WAIT, 2.0 ** (tried - 1)) * random.uniform(0.75, 1.25)
        self._in_time_for(seconds)
        self._sleep(seconds)

    def _in_time_for(self, seconds: float) -> float:
        """The seconds left in this run. Raises Busy where that is no more than ``seconds``."""
        left = self._end - self._clock()
        if left <= seconds:
            raise Busy("webdav.too_long", host=self.address.host, minutes=round(DEADLINE / 60))
        return left

    # how

    def _signed(self, request: _Request) -> requests.Response | None:
        """One request, and once more with the password shown as the server wants it."""
        answer = self._once(*request)
        if answer is not None and answer.status_code == 401 and self._use_digest(answer):
            return self._once(*request)
        return answer

    def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: bytes | None,
        stream: bool,
    ) -> requests.Response | None:
        """One request, with the redirects on the same server; None where no answer came."""
        for _ in range(_MOST_REDIRECTS):
            left = self._in_time_for(0)
            self.requests += 1
            try:
                answer = self._session.request(
                    method,
                    url,
                    headers=dict(headers),
                    data=data,
                    auth=self._auth,
                    timeout=(self._patience.connect, min(self._patience.read, max(left, 1.0))),
                    allow_redirects=False,
                    stream=stream,
                )
            except requests.exceptions.SSLError:
                raise NoAccess("webdav.certificate", host=self.address.host) from None
            except requests.RequestException:
                return None
            self.skew = clock_ahead(answer)
            if stream and answer.status_code != 200:
                answer.close()
            if answer.status_code not in _REDIRECTS:
                return answer
            url = self._target(url, answer)
        raise NoAccess("webdav.redirects", host=self.address.host)

    def _target(self, url: str, answer: requests.Response) -> str:
        """Where a redirect leads. Raises NoAccess for another server."""
        target = urljoin(url, answer.headers.get("Location", ""))
        if not target.startswith(self.address.origin + "/"):
            raise NoAccess("webdav.elsewhere", host=self.address.host)
        return target

    def _use_digest(self, answer: requests.Response) -> bool:
        """Show the password in the other way, where the server wants that."""
        wanted = "digest" in answer.headers.get("WWW-Authenticate", "").lower()
        if self._password is None or isinstance(self._auth, HTTPDigestAuth) or not wanted:
            return False
        self._auth = HTTPDigestAuth(self._user, self._password)
        return True


def conditions(etag: str, token: str) -> Mapping[str, str]:
    """The headers that keep an upload from replacing anything but what we read."""
    headers = {"If-Match": etag} if etag else {}
    return headers | ({"If": f"(<{token}>)"} if token else {})


def refusal_of(status: int, address: WebAddress) -> TrustbookError:
    """The sentence for an answer that says no."""
    host, name = address.host, address.name
    if status == 401:
        return NoAccess("webdav.password_refused", host=host)
    if status == 403:
        return NoAccess("webdav.forbidden", name=name, host=host)
    if status in (404, 409, 410):
        return UsageError("webdav.no_such_file", name=name, host=host)
    if status == 412:
        return Busy("excel.changed", read_again=True, name=name)
    if status == 423:
        return Busy("webdav.open", name=name)
    if status in (413, 507):
        return NoAccess("webdav.full", name=name, host=host)
    if status in (405, 501):
        return NoAccess("webdav.no_webdav", host=host)
    return Busy("webdav.strange", host=host, status=status)


def _etag(answer: requests.Response) -> str:
    """The tag of an answer, where it is a strong one: a weak one never matches a precondition."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else ""


def _is_fresh(answer: requests.Response) -> bool:
    """Whether the file was written so shortly before the answer that a tag of whole seconds could
    hide a change that follows. Where the server does not say when, it may have been.
    """
    written, answered = (
        moment_of(answer.headers.get(key, "")) for key in ("Last-Modified", "Date")
    )
    return written is None or answered is None or answered - written < _FRESH
