"""An upload to a library: in a session, in fragments, only over the state that was read.

The file appears with its last byte, whole or not at all. A line that breaks is taken up where the
service says; where nobody knows what became of the last byte, the library is looked at.
"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum, auto
from typing import Any

import requests

from trustbook.errors import Busy, NoAccess, TrustbookError
from trustbook.places.base import Step, no_step
from trustbook.places.graph_client import TRIES, GraphClient, body_of, graph_refusal, quoted
from trustbook.places.graph_items import DriveItem, item_path
from trustbook.places.http_times import retry_after

# A multiple of 320 KiB, as the service asks.
FRAGMENT = 32 * 320 * 1024
_AGAIN = {0, 408, 416, 429, 500, 502, 503, 504}


class UploadOutcome(Enum):
    """What became of an upload: it stands there, somebody has the file, or nobody knows."""

    STANDS = auto()
    LOCKED = auto()
    UNKNOWN = auto()


class Upload:
    """Sends ``data`` to a library; ``step`` is called between the requests (see places/base.py)."""

    def __init__(self, client: GraphClient, data: bytes, step: Step = no_step) -> None:
        self.client, self.data, self._step = client, data, step

    def over(self, item: DriveItem) -> UploadOutcome:
        """Put it in the stead of an item, while that is in the state we know.

        A file that is open is tried again for a while. Raises Busy where it stays so or is in
        another state, NoAccess where we may not.
        """
        for tried in range(1, TRIES + 1):
            outcome = self._once_over(item)
            if outcome is not UploadOutcome.LOCKED:
                return outcome
            if tried < TRIES:
                self.client.pause(tried + 1)
        raise Busy("sharepoint.open", name=self.client.name)

    def beside(self, drive: str, folder: str, name: str) -> UploadOutcome:
        """Make a new file in a folder. Raises Busy ``excel.changed`` where one of that name
        stands there, NoAccess where we may make none.
        """
        path = f"{item_path(drive, folder)}:/{quoted(name)}:/createUploadSession"
        answer = self.client.ask("POST", path, json=_asked("fail"))
        if answer.status_code == 403:
            raise NoAccess("sharepoint.nothing_beside", name=self.client.name)
        return self._in_session(answer)

    def _once_over(self, item: DriveItem) -> UploadOutcome:
        path, tag = f"{item.path}/createUploadSession", {"If-Match": item.etag}
        return self._in_session(self.client.ask("POST", path, headers=tag, json=_asked("replace")))

    def _in_session(self, answer: requests.Response) -> UploadOutcome:
        if answer.status_code >= 400:
            return self._refused(answer)
        url = str(body_of(answer).get("uploadUrl"))
        self._step("session")
        outcome = UploadOutcome.UNKNOWN
        try:
            outcome = self._fragments(url)
        except Busy as fault:
            if fault.key != "sharepoint.too_long":
                raise  # else bytes were sent, and nobody knows what became of them
        finally:
            if outcome is not UploadOutcome.STANDS:
                self._cancel(url)
        return outcome

    def _refused(self, answer: requests.Response) -> UploadOutcome:
        """What a no means: somebody has the file, or there is no use in trying again."""
        fault = graph_refusal(answer, self.client.token, self.client.name)
        if fault.key == "sharepoint.open":
            return UploadOutcome.LOCKED
        if answer.status_code == 403:
            raise NoAccess("sharepoint.read_only", name=self.client.name)
        raise fault

    def _fragments(self, url: str) -> UploadOutcome:
        start: int | None = 0
        failed = 0
        while start is not None and start < len(self.data):
            answer = self._put(url, start)
            status = answer.status_code if answer is not None else 0
            if status in (200, 201):
                return _made(answer)
            if status == 202:
                self._step("fragment")
                start = _missing(answer)
            elif status in _AGAIN and failed < TRIES - 1:
                failed += 1
                self.client.pause(failed, retry_after(answer))
                start = self._ask_missing(url, start)
            elif status in _AGAIN or status == 404:
                return UploadOutcome.UNKNOWN
            else:
                return self._refused(answer)
        return UploadOutcome.UNKNOWN

    def _put(self, url: str, start: int) -> Any:
        part = self.data[start : start + FRAGMENT]
        told = f"bytes {start}-{start + len(part) - 1}/{len(self.data)}"
        sent = {"Content-Range": told, "Content-Type": "application/octet-stream"}
        return self.client.send("PUT", url, sent, part)

    def _ask_missing(self, url: str, start: int) -> int | None:
        """From where on bytes are missing; None where the session is over."""
        answer = self.client.send("GET", url, {})
        if answer is not None and answer.status_code in (404, 410):
            return None
        known = answer is not None and answer.status_code == 200
        return _missing(answer) if known else start

    def _cancel(self, url: str) -> None:
        with suppress(TrustbookError):
            self.client.send("DELETE", url, {})


def try_upload(client: GraphClient, item: DriveItem) -> None:
    """See whether an upload over an item could begin now, and give it up again.

    Raises Busy where somebody has the file, NoAccess where we may not.
    """
    path, tag = f"{item.path}/createUploadSession", {"If-Match": item.etag}
    answer = client.ask("POST", path, headers=tag, json=_asked("replace"))
    if answer.status_code == 403:
        raise NoAccess("sharepoint.read_only", name=client.name)
    if answer.status_code >= 400:
        fault = graph_refusal(answer, client.token, client.name)
        is_open = fault.key == "sharepoint.open"
        raise Busy("sharepoint.open_now", name=client.name) if is_open else fault
    with suppress(TrustbookError):
        client.send("DELETE", str(body_of(answer).get("uploadUrl")), {})


def _asked(conflict: str) -> dict[str, Any]:
    return {"item": {"@microsoft.graph.conflictBehavior": conflict}}


def _made(answer: requests.Response) -> UploadOutcome:
    """What a yes to a fragment means: the library shows the item that it made. A page of another,
    such as a guest network, says nothing of what became of it.
    """
    with suppress(TrustbookError):
        if body_of(answer).get("id"):
            return UploadOutcome.STANDS
    return UploadOutcome.UNKNOWN


def _missing(answer: requests.Response) -> int | None:
    """The first byte that the service has not; None where it names none."""
    ranges = body_of(answer).get("nextExpectedRanges") or [""]
    first = str(ranges[0]).partition("-")[0]
    return int(first) if first.isdecimal() else None
