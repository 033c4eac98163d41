"""A whole round with a copy of the workbook that is made beside it and taken away: proof that a
tenant does what we count on. The workbook itself is read and not written.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from trustbook.errors import Busy, NoAccess, TrustbookError
from trustbook.places.base import Sight, Step
from trustbook.places.graph_client import GraphClient, quoted
from trustbook.places.graph_items import DriveItem, ask_item, item_path
from trustbook.places.graph_upload import Upload, UploadOutcome
from trustbook.places.package_meaning import meaning_of
from trustbook.places.sharepoint import SharePointPlace


def prove(place: SharePointPlace) -> Iterator[Sight]:
    """Send a copy, fetch it, send it over what was read, be refused over an older state."""
    try:
        workbook = place.look()
        data = place.client.fetch(workbook.path) or b""
        yield from _with_copy(place.client, workbook, data)
    except TrustbookError as fault:
        yield Sight("sharepoint_round", "bad", fault=fault)


def _with_copy(client: GraphClient, workbook: DriveItem, data: bytes) -> Iterator[Sight]:
    suffix = Path(workbook.name).suffix
    name = f"trustbook proof {secrets.token_hex(3)}{suffix}"
    try:
        _sent(client, Upload(client, data).beside(workbook.drive, workbook.parent, name))
        yield Sight("sharepoint_round_sent", params={"copy": name})
        copy = _copy(client, workbook, name)
        back = client.fetch(copy.path) or b""
        if meaning_of(back) != meaning_of(data):
            raise NoAccess("sharepoint.round_differs", name=name)
        code = "sharepoint_round_same" if back == data else "sharepoint_round_enriched"
        yield Sight(code)
        copy = _copy(client, workbook, name)  # what the library wrote gave it another state
        _sent(client, Upload(client, back).over(copy))
        _be_refused(Upload(client, back), copy)
        copy = _copy(client, workbook, name)
        _be_refused(Upload(client, back, _saved_meanwhile(client, back, copy)), copy)
        yield Sight("sharepoint_round_refused")
    finally:
        with suppress(TrustbookError):
            if (left := ask_item(client, _path(workbook, name))) is not None:
                client.ask("DELETE", left.path)
    if ask_item(client, _path(workbook, name)) is not None:
        raise NoAccess("sharepoint.round_left", name=name)
    yield Sight("sharepoint_round_gone")


def _saved_meanwhile(client: GraphClient, data: bytes, copy: DriveItem) -> Step:
    """Somebody saves after a sending has begun and before its last byte."""

    def step(name: str) -> None:
        if name == "session":
            _sent(client, Upload(client, data).over(copy))

    return step


def _be_refused(upload: Upload, older: DriveItem) -> None:
    """Try to send over a state that is past. Raises NoAccess where that is let through."""
    try:
        upload.over(older)
    except Busy as fault:
        if fault.key == "excel.changed":
            return
        raise
    raise NoAccess("sharepoint.round_unguarded", name=older.name)


def _sent(client: GraphClient, outcome: UploadOutcome) -> None:
    if outcome is not UploadOutcome.STANDS:
        raise Busy("sharepoint.upload_broke_off", name=client.name)


def _copy(client: GraphClient, workbook: DriveItem, name: str) -> DriveItem:
    found = ask_item(client, _path(workbook, name))
    if found is None:
        raise NoAccess("sharepoint.gone", name=name)
    return found


def _path(workbook: DriveItem, name: str) -> str:
    return f"{item_path(workbook.drive, workbook.parent)}:/{quoted(name)}:"
