"""The note of a stopped night beside a workbook in a library."""

from __future__ import annotations

from pathlib import Path

from trustbook.places.graph_client import GraphClient, quoted
from trustbook.places.graph_items import DriveItem, ask_item, item_path
from trustbook.places.graph_upload import Upload
from trustbook.places.notes import MARK, note_beside, note_bytes, notes_beside
from trustbook.places.web_memory import WebMemory


def leave_in_library(
    client: GraphClient, memory: WebMemory, workbook: DriveItem, text: str, lang: str
) -> None:
    """Leave a note, over none but one of ours. Raises Busy or NoAccess where none may be made."""
    name = note_beside(Path(workbook.name), lang).name
    _remove(client, workbook, but=name)
    there = _standing(client, workbook, name)
    if there is None:
        Upload(client, note_bytes(text)).beside(workbook.drive, workbook.parent, name)
    elif _is_ours(client, there):
        Upload(client, note_bytes(text)).over(there)
    else:
        return
    memory.put(note="1")


def clear_from_library(client: GraphClient, memory: WebMemory, workbook: DriveItem) -> None:
    """Take the note away, if it is one of ours."""
    _remove(client, workbook)
    memory.put(note="")


def _remove(client: GraphClient, workbook: DriveItem, but: str = "") -> None:
    """Take away our notes, in whatever language, ``but`` the one of that name."""
    for note in notes_beside(Path(workbook.name)):
        there = _standing(client, workbook, note.name) if note.name != but else None
        if there is not None and _is_ours(client, there):
            client.refuse(client.ask("DELETE", there.path, headers={"If-Match": there.etag}))


def _standing(client: GraphClient, workbook: DriveItem, name: str) -> DriveItem | None:
    return ask_item(client, f"{item_path(workbook.drive, workbook.parent)}:/{quoted(name)}:")


def _is_ours(client: GraphClient, note: DriveItem) -> bool:
    return (client.fetch(note.path) or b"").startswith(MARK)
