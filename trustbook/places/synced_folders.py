"""Folders that another machine has a hand in: kept equal by a program, or shared on a network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

# Folders that a program keeps equal with a server, by the name of the folder.
_SYNCED = (
    ("OneDrive", re.compile(r"onedrive\b", re.IGNORECASE)),
    ("SharePoint", re.compile(r"sharepoint\b|.+ - (documents|documenten)$", re.IGNORECASE)),
    ("Dropbox", re.compile(r"dropbox\b", re.IGNORECASE)),
    ("Google Drive", re.compile(r"google ?drive\b|(my drive|mijn drive)$", re.IGNORECASE)),
    ("iCloud", re.compile(r"icloud|mobile documents$", re.IGNORECASE)),
    ("Nextcloud", re.compile(r"nextcloud|owncloud", re.IGNORECASE)),
)
_ONEDRIVE = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


def synced_by(path: Path, environment: Mapping[str, str]) -> str | None:
    """The service that keeps the folder of ``path`` equal with a server, by its name; None where
    none is seen.
    """
    for name in _ONEDRIVE:
        folder = environment.get(name)
        if folder and Path(folder) in path.parents:
            return "OneDrive"
    for part in path.parent.parts:
        for service, pattern in _SYNCED:
            if pattern.match(part):
                return service
    return None


def is_on_network(path: Path) -> bool:
    """Whether a path names a folder that another machine shares."""
    return str(path).startswith(("\\\\", "//"))
