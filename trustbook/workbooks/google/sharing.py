"""Who may open the spreadsheet: asked of Drive by doctor; what was found open is remembered until it is closed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gspread.urls import DRIVE_FILES_API_V3_URL

from trustbook.errors import NoAccess
from trustbook.workbooks.google.client import SheetsClient


def open_to_anyone(client: SheetsClient, key: str) -> bool | None:
    """Whether anyone with the link can open the file; None where Google does not tell this account.

    ``client`` needs the scope credentials.SHARING. The answer is remembered on this computer.
    """
    params = {"fields": "permissions(type,role)", "supportsAllDrives": "true"}
    try:
        found = client.request("get", f"{DRIVE_FILES_API_V3_URL}/{key}", params=params).json()
    except NoAccess:
        return None
    if "permissions" not in found:
        return None
    is_open = any(each.get("type") == "anyone" for each in found["permissions"])
    note = _note(key)
    if is_open:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch()
    else:
        note.unlink(missing_ok=True)
    return is_open


def was_open(key: str) -> bool:
    """Whether the file was open to anyone when it was last looked at from this computer."""
    return _note(key).exists()


def _note(key: str) -> Path:
    from platformdirs import user_data_path

    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    return user_data_path("trustbook", appauthor=False) / "open-to-anyone" / name
