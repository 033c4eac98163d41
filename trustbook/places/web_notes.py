"""The note of a stopped night beside a workbook on a server."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.places.notes import MARK, note_beside, note_bytes, notes_beside
from trustbook.places.web_address import WebAddress
from trustbook.places.web_client import UnknownOutcome, WebClient, conditions
from trustbook.places.web_memory import WebMemory


def leave(client: WebClient, memory: WebMemory, text: str, lang: str) -> None:
    """Leave a note, over none but one of ours; where none may be made, none."""
    note = _beside(client, note_beside(_workbook(client), lang))
    with suppress(TrustbookError, UnknownOutcome):
        _remove(client, but=note)
        found = client.get(note)
        if found is not None and not found.data.startswith(MARK):
            return
        wanted = {"If-None-Match": "*"} if found is None else conditions(found.etag, "")
        if client.put(note_bytes(text), wanted, note) < 300:
            memory.put(note="1")


def clear(client: WebClient, memory: WebMemory) -> None:
    """Take the note away, if it is one of ours."""
    with suppress(TrustbookError, UnknownOutcome):
        _remove(client)
        memory.put(note="")


def _remove(client: WebClient, but: WebAddress | None = None) -> None:
    """Take away our notes, in whatever language, ``but`` that one."""
    for path in notes_beside(_workbook(client)):
        note = _beside(client, path)
        found = client.get(note) if note != but else None
        if found is not None and found.data.startswith(MARK):
            client.ask("DELETE", note, headers=conditions(found.etag, ""))


def _workbook(client: WebClient) -> Path:
    return Path(client.address.name)


def _beside(client: WebClient, note: Path) -> WebAddress:
    return client.address.beside(note.name)
