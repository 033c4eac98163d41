"""The note of a stopped night beside a workbook on a server."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.names import fit_text
from trustbook.places.notes import MARK, note_beside
from trustbook.places.web_address import WebAddress
from trustbook.places.web_client import UnknownOutcome, WebClient, conditions
from trustbook.places.web_memory import WebMemory


def leave(client: WebClient, memory: WebMemory, text: str) -> None:
    """Leave a note, over none but one of ours; where none may be made, none."""
    note = _place_of(client)
    data = fit_text(text).replace("\n", "\r\n").encode("utf-8-sig")
    with suppress(TrustbookError, UnknownOutcome):
        found = client.get(note)
        if found is not None and not found.data.startswith(MARK):
            return
        wanted = {"If-None-Match": "*"} if found is None else conditions(found.etag, "")
        if client.put(data, wanted, note) < 300:
            memory.put(note="1")


def clear(client: WebClient, memory: WebMemory) -> None:
    """Take the note away, if it is one of ours."""
    note = _place_of(client)
    with suppress(TrustbookError, UnknownOutcome):
        found = client.get(note)
        if found is not None and found.data.startswith(MARK):
            client.ask("DELETE", note, headers=conditions(found.etag, ""))
        memory.put(note="")


def _place_of(client: WebClient) -> WebAddress:
    return client.address.beside(note_beside(Path(client.address.name)).name)
