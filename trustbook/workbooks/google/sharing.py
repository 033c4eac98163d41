"""Who may open the spreadsheet, and whether it still is where people keep it.

Drive is asked at each new key and once a week; the day is remembered in the data folder, and so is
that a spreadsheet was found open, until it is closed.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gspread.urls import DRIVE_FILES_API_V3_URL

from trustbook.errors import Busy, NoAccess, SafetyStop
from trustbook.places.data_folder import data_folder, own_folder
from trustbook.places.made_files import SECRET_MODE, replace_whole
from trustbook.workbooks.base import Examined
from trustbook.workbooks.google.client import TRIES, SheetsClient

_WEEK = 7 * 86_400.0  # seconds
_FIELDS = "trashed,permissions(type,role),capabilities(canEdit)"


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whether anyone with the link can open a file, whether we may edit it, and whether it lies in
    the bin; None if untold.
    """

    open_to_anyone: bool | None = None
    may_edit: bool | None = None
    trashed: bool | None = None


def ask(client: SheetsClient, key: str) -> Sharing:
    """Who may open the file, remembered with the day; ``client`` needs the scope SHARING."""
    params = {"fields": _FIELDS, "supportsAllDrives": "true"}
    try:
        found = client.request("get", f"{DRIVE_FILES_API_V3_URL}/{key}", params=params).json()
    except NoAccess:
        found = {}
    shared = found.get("permissions")
    is_open = None if shared is None else any(each.get("type") == "anyone" for each in shared)
    may_edit = found.get("capabilities", {}).get("canEdit")
    # What cannot be seen now does not close what was seen open.
    open_now = was_open(key) if is_open is None else is_open
    _remember(key, {"asked": time.time(), "as": client.account.address, "open": open_now})
    return Sharing(is_open, may_edit, found.get("trashed"))


def look(key: str, address: str, asked: Callable[[int], Sharing]) -> None:
    """Ask at a new key and once a week, and whenever the file was open the last time.

    ``asked`` takes how often to try: a Drive that does not answer costs no night. Raises SafetyStop
    for a file that is open to anyone, NoAccess for one in the bin.
    """
    known_open = was_open(key)
    if not known_open and not _is_due(key, address):
        return
    try:
        found = asked(TRIES if known_open else 1)
    except Busy:
        if known_open:
            raise
        return
    if found.open_to_anyone or (known_open and found.open_to_anyone is None):
        raise SafetyStop("google.open_to_anyone")
    if found.trashed:
        raise NoAccess("google.trashed")


def sharing_findings(found: Sharing, address: str) -> Iterator[Examined]:
    """What there is to say of it, for ``doctor``; ``address`` is the account that is to edit."""
    if found.open_to_anyone:
        yield Examined("sharing", "bad", fault=SafetyStop("google.open_to_anyone"))
    elif found.open_to_anyone is None:
        yield Examined("sharing_unseen", "note")
    else:
        yield Examined("sharing")
    if found.trashed:
        yield Examined("sharing", "bad", fault=NoAccess("google.trashed"))
    if found.may_edit is False:
        yield Examined("sharing", "bad", fault=NoAccess("google.read_only", address=address))


def was_open(key: str) -> bool:
    """Whether the file was open to anyone when it was last looked at from this computer."""
    return bool(_remembered(key).get("open"))


def _is_due(key: str, address: str) -> bool:
    """Whether Drive is to be asked again: a week has passed, or another account asks."""
    known = _remembered(key)
    age = time.time() - float(known.get("asked", 0))
    return known.get("as") != address or not 0 <= age < _WEEK


def _remembered(key: str) -> Mapping[str, Any]:
    try:
        known = json.loads(_note(key).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(key: str, what: Mapping[str, object]) -> None:
    note = _note(key)
    own_folder(note.parent)
    replace_whole(note, json.dumps(what).encode(), SECRET_MODE)


def _note(key: str) -> Path:
    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    return data_folder() / "sharing" / f"{name}.json"
