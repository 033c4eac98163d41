"""The note of a stopped night beside a workbook in a library."""

from __future__ import annotations

from pathlib import Path

from trustbook.names import fit_text
from trustbook.places.graph_client import GraphClient, quoted
from trustbook.places.graph_items import DriveItem, ask_item, item_path
from trustbook.places.graph_upload import Upload
from trustbook.places.notes import MARK, note_beside
from trustbook.places.web_memory import WebMemory


def leave_in_library(
    client: GraphClient, memory: WebMemory, workbook: DriveItem, text: str
) -> None:
    """Leave a note, over none but one of ours. Raises Busy or NoAccess where none may be made."""
    data = fit_text(text).replace("\n", "\r\n").encode("utf-8-sig")
    there = _standing(client, workbook)
    if there is None:
        name = note_beside(Path(workbook.name)).name
        Upload(client, data).beside(workbook.drive, workbook.parent, name)
    elif _is_ours(client, there):
        Upload(client, data).over(there)
    else:
        return
    memory.put(note="1")


def clear_from_library(client: GraphClient, memory: WebMemory, workbook: DriveItem) -> None:
    """Take the note away, if it is one of ours."""
    there = _standing(client, workbook)
    if there is not None and _is_ours(client, there):
        client.refuse(client.ask("DELETE", there.path, headers={"If-Match": there.etag}))
    memory.put(note="")


def _standing(client: GraphClient, workbook: DriveItem) -> DriveItem | None:
    name = note_beside(Path(workbook.name)).name
    return ask_item(client, f"{item_path(workbook.drive, workbook.parent)}:/{quoted(name)}:")


def _is_ours(client: GraphClient, note: DriveItem) -> bool:
    return (client.fetch(note.path) or b"").startswith(MARK)
