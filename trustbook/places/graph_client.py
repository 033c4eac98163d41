"""The way to Microsoft Graph: requests with a few tries, one deadline, and errors as sentences.

The token goes to graph.microsoft.com and nowhere else: the addresses that Graph gives out for bytes
need none, and get none.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from trustbook.errors import Busy, NoAccess, TrustbookError
from trustbook.places.graph_login import SharePointLogin, token_source
from trustbook.places.http_body import is_page, whole_body
from trustbook.places.http_times import clock_ahead, retry_after

GRAPH_HOST = "graph.microsoft.com"
CONNECT, READ = 10.0, 120.0  # seconds
TRIES = 6
DEADLINE = 600.0
_LONGEST_WAIT = 64.0
_AGAIN = {408, 429, 500, 502, 503, 504}


def no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No credentials at all, also none that lie about on this machine for that host."""
    return request


def quoted(path: str) -> str:
    """A path of a library as it stands in a request."""
    return quote(path, safe="/!$&'()*+,;=@-._~")


class GraphClient:
    """Graph, asked about one workbook, that messages call ``name``. ``requests`` counts what was
    sent, sign-in apart.

    ``clock`` and ``sleep`` can be replaced, so that the deadline can be tried out.
    """

    def __init__(
        self,
        login: SharePointLogin,
        name: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.requests = 0
        self.skew = 0.0
        self.login, self.name = login, name
        self._tokens = token_source(login)
        self._token = ""
        self._session = requests.Session()
        self._clock, self._sleep = clock, sleep
        self._end = clock() + DEADLINE

    def __repr__(self) -> str:
        return "GraphClient()"

    def begin(self) -> None:
        """A new run: its time starts now."""
        self._end = self._clock() + DEADLINE

    @property
    def token(self) -> str:
        """The token of this run, fetched once."""
        if not self._token:
            self._token = self._tokens.token()
        return self._token

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        """What Graph says to ``path`` (below /v1.0): the first answer that is one.

        Nothing that is asked here writes bytes, so that it may be asked again.
        """
        for fresh in (False, True):
            sent = {**(headers or {}), "Authorization": f"Bearer {self.token}"}
            url = f"https://{GRAPH_HOST}/v1.0{path}"
            answer = self._with_tries(method, url, headers=sent, json=json)
            if answer.status_code != 401 or fresh:
                return answer
            self._token = ""  # it ended while we were at work
        raise AssertionError

    def found(self, path: str) -> dict[str, Any] | None:
        """What stands at ``path``, as Graph describes it; None where nothing does."""
        answer = self.ask("GET", path)
        if answer.status_code == 404:
            return None
        self.refuse(answer)
        return body_of(answer)

    def fetch(self, path: str) -> bytes | None:
        """The bytes of an item: by way of an address that needs no token. None where it is gone."""
        answer = self.ask("GET", f"{path}/content")
        if answer.status_code == 404:
            return None
        if answer.status_code != 302:
            self.refuse(answer)
            raise Busy("sharepoint.strange", status=answer.status_code)
        target = pass_of(answer.headers.get("Location", ""))
        answer = self._with_tries("GET", target, headers={}, stream=True)
        if answer.status_code in (401, 403, 404, 410):  # its time was over, or it moved meanwhile
            raise Busy("excel.changed", read_again=True)
        self.refuse(answer)
        data = whole_body(answer, self.name, "sharepoint.broke_off")
        if is_page(data):
            raise Busy("sharepoint.strange", status=answer.status_code)
        return data

    def send(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None = None
    ) -> Any:
        """One request to an address that needs no token, once; None where no answer came."""
        return self._once(method, pass_of(url), headers=headers, data=data)

    def refuse(self, answer: requests.Response) -> None:
        """Raise what an answer says that is a no."""
        if answer.status_code >= 400:
            raise graph_refusal(answer, self._token, self.name)

    # how

    def _with_tries(self, method: str, url: str, **what: Any) -> requests.Response:
        for tried in range(1, TRIES + 1):
            answer = self._once(method, url, **what)
            if answer is not None and answer.status_code not in _AGAIN:
                return answer
            if tried < TRIES:
                self.pause(tried, retry_after(answer))
        raise Busy("sharepoint.away", host=urlsplit(url).hostname)

    def pause(self, tried: int, wait: float | None = None) -> None:
        """Wait before another try. Raises Busy where the deadline of the run would pass."""
        seconds = wait
        if seconds is None:
            seconds = min(_LONGEST_WAIT, 2.0 ** (tried - 1)) * random.uniform(0.75, 1.25)
        if self._clock() + seconds >= self._end:
            raise Busy("sharepoint.too_long", minutes=round(DEADLINE / 60))
        self._sleep(seconds)

    def _once(self, method: str, url: str, **what: Any) -> requests.Response | None:
        """One request; None where no answer came."""
        left = self._end - self._clock()
        if left <= 0:
            raise Busy("sharepoint.too_long", minutes=round(DEADLINE / 60))
        self.requests += 1
        try:
            answer = self._session.request(
                method,
                url,
                auth=no_credentials,
                timeout=(CONNECT, min(READ, max(left, 1.0))),
                allow_redirects=False,
                **what,
            )
        except requests.exceptions.SSLError:
            host = urlsplit(url).hostname
            raise NoAccess("sharepoint.certificate_of_host", host=host) from None
        except requests.RequestException:
            return None
        self.skew = clock_ahead(answer)
        return answer


def pass_of(url: str) -> str:
    """An address that Graph gave out for bytes. Raises NoAccess where it is not secured."""
    if urlsplit(url).scheme != "https":
        raise NoAccess("sharepoint.elsewhere")
    return url


def body_of(answer: requests.Response) -> dict[str, Any]:
    """The JSON of an answer. Raises Busy where it is none."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Busy("sharepoint.strange", status=answer.status_code)
    return found


def code_of(answer: requests.Response) -> str:
    """What Graph calls its refusal, "" where it does not say."""
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, LookupError, TypeError):
        return ""


def graph_refusal(answer: requests.Response, token: str, name: str) -> TrustbookError:
    """The sentence for an answer that says no."""
    from trustbook.places.graph_rights import rights_missing

    status = answer.status_code
    if status in (401, 403):
        return rights_missing(token, status)
    if status == 423:
        checked_out = "checkedout" in code_of(answer).lower()
        key = "sharepoint.checked_out" if checked_out else "sharepoint.open"
        return Busy(key, who="?", name=name)
    if status in (409, 412):
        return Busy("excel.changed", read_again=True, name=name)
    if status in (413, 507):
        return NoAccess("sharepoint.full", name=name)
    if status in (404, 410):
        return NoAccess("sharepoint.gone", name=name)
    return Busy("sharepoint.strange", status=status)
