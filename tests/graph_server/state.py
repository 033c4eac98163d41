"""What stands in the library: files of a folder on this disk, as drive items with their tags.

A file that changes on the disk was saved by somebody: its tags change with it.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

SITE_ID = "waterrijk.sharepoint.com,6f1a0d4c-0001-4c3e-9d5e-000000000001,6f1a0d4c-0002-4c3e-9d5e-1"
DRIVE = "b!TA1vAQBMPkydXgAAAAAAAbZ0cnVzdGJvb2s"


@dataclass
class Item:
    """A file or folder. ``number`` counts every change, ``content`` those of the bytes.

    ``locked``: open somewhere, by whom it is told nowhere; ``checked_out``: by whom; ``protected``:
    a label keeps its bytes encrypted.
    """

    id: str
    path: Path
    guid: str
    number: int = 1
    content: int = 1
    seen: str = ""
    saved: datetime = field(default_factory=lambda: datetime.now(UTC))
    locked: bool = False
    checked_out: str = ""
    read_only: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is one."""
        return self.path.is_dir()

    @property
    def etag(self) -> str:
        """The tag of the item, that any change changes."""
        return f'"{{{self.guid}}},{self.number}"'

    def look(self) -> None:
        """See whether somebody saved since."""
        digest = "" if self.is_folder else hashlib.sha256(self.path.read_bytes()).hexdigest()
        if self.seen and digest != self.seen:
            self.number, self.content = self.number + 1, self.content + 1
            self.saved = datetime.now(UTC)
        self.seen = digest


class Library:
    """The drive "Documents" of the site /sites/network, over ``folder``."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder, self.host = folder, host
        self.items: dict[str, Item] = {}
        self.made = 0
        self.root = self.at(folder)

    def at(self, path: Path) -> Item:
        """The item of what stands at ``path``; raises KeyError where nothing does."""
        if not path.exists():
            raise KeyError(path)
        for item in self.items.values():
            if item.path == path:
                item.look()
                return item
        self.made += 1
        name = f"01TRUSTBOOK{self.made:021d}"
        item = self.items[name] = Item(name, path, str(uuid.uuid4()).upper())
        item.look()
        return item

    def find(self, name: str) -> Item:
        """The item with an ID, as it stands now; raises KeyError where it was deleted."""
        item = self.items[name]
        if not item.path.exists():
            del self.items[name]
            raise KeyError(name)
        item.look()
        return item

    def move(self, old: Path, new: Path) -> None:
        """Somebody moves or renames a file: its ID stays."""
        item = self.at(old)
        old.rename(new)
        item.path, item.number = new, item.number + 1

    def replace(self, path: Path, data: bytes) -> Item:
        """What an upload leaves: the bytes, whole."""
        temporary = path.with_name(path.name + ".arriving")
        temporary.write_bytes(data)
        temporary.replace(path)
        return self.at(path)

    def below(self, base: Path, path: str) -> Path:
        """A path that a request names, below a folder."""
        return base.joinpath(*[step for step in path.split("/") if step])

    def as_json(self, item: Item, base: str) -> dict[str, Any]:
        """The item as the service describes it; ``base``: where its bytes are asked for."""
        parent = self.at(item.path.parent) if item is not self.root else None
        folder = item.path.parent.relative_to(self.folder).as_posix() if parent else ""
        within = "" if folder in ("", ".") else quote(f"/{folder}")
        path = quote(item.path.relative_to(self.folder).as_posix()) if parent else ""
        shown: dict[str, Any] = {
            "id": item.id,
            "name": item.path.name if parent else "root",
            "eTag": item.etag,
            "cTag": f'"c:{{{item.guid}}},{item.content}"',
            "webUrl": f"https://{self.host}/sites/network/Shared%20Documents/{path}".rstrip("/"),
            "lastModifiedDateTime": item.saved.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "parentReference": {
                "driveId": DRIVE,
                "driveType": "documentLibrary",
                "siteId": SITE_ID,
                "id": parent.id if parent else None,
                "path": f"/drives/{DRIVE}/root:{within}",
            },
        }
        if item.is_folder:
            return shown | {"folder": {"childCount": 1}}
        level = "checkout" if item.checked_out else "published"
        publication: dict[str, Any] = {"level": level, "versionId": f"{item.content}.0"}
        if item.checked_out:
            publication["checkedOutBy"] = {"user": {"displayName": item.checked_out}}
        return shown | {
            "size": item.path.stat().st_size,
            "file": {"mimeType": "application/vnd.openxmlformats-officedocument"},
            "publication": publication,
            "@microsoft.graph.downloadUrl": base,
        }
