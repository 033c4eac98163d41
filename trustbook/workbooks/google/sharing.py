"""Who may open the spreadsheet; what was found open is remembered until it is closed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from gspread.urls import DRIVE_FILES_API_V3_URL

from trustbook.errors import NoAccess
from trustbook.workbooks.google.client import SheetsClient


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whether anyone with the link can open a file, and whether we may edit it; None if untold."""

    open_to_anyone: bool | None = None
    may_edit: bool | None = None


def ask(client: SheetsClient, key: str) -> Sharing:
    """Who may open the file, remembered if anyone may; ``client`` needs the scope SHARING."""
    params = {"fields": "permissions(type,role),capabilities(canEdit)", "supportsAllDrives": "true"}
    try:
        found = client.request("get", f"{DRIVE_FILES_API_V3_URL}/{key}", params=params).json()
    except NoAccess:
        return Sharing()
    may_edit = found.get("capabilities", {}).get("canEdit")
    if "permissions" not in found:
        return Sharing(None, may_edit)
    is_open = any(each.get("type") == "anyone" for each in found["permissions"])
    note = _note(key)
    if is_open:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch()
    else:
        note.unlink(missing_ok=True)
    return Sharing(is_open, may_edit)


def was_open(key: str) -> bool:
    """Whether the file was open to anyone when it was last looked at from this computer."""
    return _note(key).exists()


def _note(key: str) -> Path:
    from platformdirs import user_data_path

    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    return user_data_path("trustbook", appauthor=False) / "open-to-anyone" / name
