"""The way to the service: gspread's client with bounded retries and one deadline for a run.

What can be asked again is asked again; what writes never is, unless it surely did not arrive.
Errors leave here as sentences.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport import Request as AuthTransport
from google.auth.transport import Response as AuthResponse
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError, ProxyError

from trustbook.errors import Busy, NoAccess, TrustbookError
from trustbook.places.http_times import clock_ahead, retry_after
from trustbook.workbooks.google.credentials import Account
from trustbook.workbooks.google.hosts import host_of, is_google, is_machine_itself
from trustbook.workbooks.google.refusals import refusal

CONNECT, READ = 10.0, 190.0  # seconds; the service itself gives up after 180
TRIES = 6
DEADLINE = 600.0
_LONGEST_WAIT = 64.0
_AGAIN = {408, 429, 500, 502, 503, 504}
_NOT_CARRIED_OUT = {429}


class LostAnswer(Exception):
    """A write was sent and nobody knows whether it was carried out."""


@dataclass(frozen=True, slots=True)
class RequestTrouble:
    """Why a try failed: the key of its sentence, and the seconds the service asks to wait.

    ``harmless``: the request surely did not arrive.
    """

    key: str
    harmless: bool = False
    wait: float | None = None


class _Bearer(AuthBase):
    """Puts the token on a request as it leaves; it stands nowhere else."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.account.credentials.token}"
        return request


class _Received(AuthResponse):
    """An answer as google-auth reads it."""

    def __init__(self, answer: requests.Response) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._answer.headers

    @property
    def data(self) -> bytes:
        return self._answer.content


class SheetsClient(HTTPClient):
    """gspread's transport with patience that ends.

    ``requests`` counts every request sent, for tokens too; ``skew`` is by how many seconds this
    computer's clock is ahead of the service's. ``clock`` and ``sleep`` can be replaced, so that the
    deadline can be tried out.
    """

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        tries: int = TRIES,
    ) -> None:
        session = requests.Session()
        super().__init__(account.credentials, session)
        self.account = account
        self.requests = 0
        self.skew = 0.0
        self._clock, self._sleep, self._tries = clock, sleep, tries
        self._end = clock() + DEADLINE
        self._bearer = _Bearer(account)

    def begin(self) -> None:
        """A new run: its time starts now."""
        self._end = self._clock() + DEADLINE

    def end_with(self, other: SheetsClient) -> None:
        """Be part of the run of another client: its time is ours."""
        self._end = other._end

    def spreadsheet(self, key: str, fields: str) -> dict[str, Any]:
        """``spreadsheets.get`` with a field mask."""
        return _json(self.request("get", SPREADSHEET_URL % key, params={"fields": fields}))

    def batch(self, key: str, body: Mapping[str, Any], fields: str) -> dict[str, Any]:
        """One ``batchUpdate``, sent once. Raises LostAnswer where nobody knows its outcome."""
        address = SPREADSHEET_BATCH_UPDATE_URL % key
        return _json(self._ask("post", address, writes=True, params={"fields": fields}, json=body))

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
        """A request that may be asked again. Raises NoAccess, Busy or SafetyStop."""
        return self._ask(method, endpoint, writes=method.lower() != "get", **kwargs)

    def pause(self, tried: int, wait: float | None = None) -> None:
        """Wait before another try. Raises Busy where the deadline of the run would pass."""
        seconds = _backoff(tried) if wait is None else wait
        if self._clock() + seconds >= self._end:
            raise Busy("google.too_long", minutes=round(DEADLINE / 60))
        self._sleep(seconds)

    def _ask(self, method: str, address: str, *, writes: bool, **parts: Any) -> requests.Response:
        """With a token; once more with a fresh one where the service says that it does not hold."""
        if not self.account.credentials.valid:
            self._renew()
        answer = self._patiently(method, address, writes, auth=self._bearer, **parts)
        if answer.status_code == 401:
            self._renew()
            answer = self._patiently(method, address, writes, auth=self._bearer, **parts)
        if not answer.ok:
            raise refusal(answer, self.account.address, writes)
        return answer

    def _renew(self) -> None:
        try:
            self.account.credentials.refresh(_TokenTransport(self._patiently))
        except RefreshError as fault:
            raise refusal(fault, self.account.address) from None
        except GoogleAuthError:
            raise Busy("google.unreachable", tries=TRIES) from None

    def _patiently(
        self, method: str, address: str, writes: bool = False, **parts: Any
    ) -> requests.Response:
        """The first answer that is one, within so many tries and the deadline."""
        tried = 1
        while True:
            found = self._once(method, address, parts)
            if not isinstance(found, RequestTrouble):
                return found
            if writes and not found.harmless:
                raise LostAnswer(found.key)
            if tried == self._tries:
                raise Busy(found.key, tries=tried)
            self.pause(tried, found.wait)
            tried += 1

    def _once(
        self, method: str, address: str, parts: Mapping[str, Any]
    ) -> requests.Response | RequestTrouble:
        left = self._end - self._clock()
        if left <= 0:
            raise Busy("google.too_long", minutes=round(DEADLINE / 60))
        self.requests += 1
        try:
            answer = self.session.request(
                method,
                address,
                timeout=(CONNECT, min(READ, max(left, 1.0))),
                allow_redirects=False,
                **parts,
            )
        except requests.exceptions.SSLError:
            raise Busy("google.certificate") from None
        except requests.RequestException as fault:
            return RequestTrouble("google.unreachable", harmless=_never_sent(fault))
        self.skew = clock_ahead(answer)
        return _trouble(answer) or answer


class _TokenTransport(AuthTransport):
    """Lets google-auth ask for its token by our way, with our patience."""

    def __init__(self, ask: Callable[..., requests.Response]) -> None:
        self._ask = ask

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Any = None,
        timeout: Any = None,
        **rest: Any,
    ) -> AuthResponse:
        # Where a token is asked for, a key is shown: also by what the machine itself keeps.
        if method != "GET" and not is_google(url) and not is_machine_itself(url):
            raise NoAccess("google.token_elsewhere", host=host_of(url))
        return _Received(self._ask(method, url, data=body, headers=headers))


def _backoff(tried: int) -> float:
    """Seconds to wait after so many tries, scattered so that runs do not come back together."""
    return min(_LONGEST_WAIT, 2.0 ** (tried - 1)) * random.uniform(0.75, 1.25)


def _never_sent(fault: requests.RequestException) -> bool:
    """Whether no connection was made, so that nothing can have been carried out."""
    if isinstance(fault, requests.ConnectTimeout):
        return True
    reason = getattr(fault.args[0], "reason", None) if fault.args else None
    if isinstance(reason, ProxyError):  # also what a tunnel that broke half-way is called
        reason = reason.original_error
    return isinstance(reason, NewConnectionError)


def _trouble(answer: requests.Response) -> RequestTrouble | None:
    """What is wrong with an answer that another try may mend."""
    status = answer.status_code
    if status in _AGAIN or (status == 403 and b"ateLimitExceeded" in answer.content):
        key = "google.quota" if status in (403, 429) else "google.unavailable"
        harmless = status in _NOT_CARRIED_OUT or status == 403
        return RequestTrouble(key, harmless, retry_after(answer))
    if "json" not in answer.headers.get("Content-Type", ""):
        return RequestTrouble("google.not_google")
    return None


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise TrustbookError("google.not_google", tries=1)
    return found
