"""What this machine remembers of a workbook on a server, between one run and the next.

Nothing of what stands in the workbook but an upload that is under way: see places/webdav.py.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from trustbook.places.data_folder import data_folder, own_folder
from trustbook.places.made_files import SECRET_MODE, replace_whole

# What a memory holds, each a text: the address it is of; the tag and the version that were seen
# last; the token of a lock that we took, and the sign by which ours are known; whether a note of
# ours stands there; another address of the same file. Of an item in a library also which one it is,
# where, and what it was called first.
_KEYS = (
    "address", "etag", "version", "token", "sign", "note", "same_as",
    "drive", "item", "where", "name",
)  # fmt: skip


def web_folder(address: str) -> Path:
    """The folder for what is kept of the workbook at ``address``."""
    name = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return data_folder() / "web" / name


class WebMemory:
    """What is remembered of the workbook at ``address``; what is damaged counts as forgotten."""

    def __init__(self, address: str) -> None:
        self.folder = web_folder(address)
        self._file = self.folder / "seen.json"
        self._held = _read(self._file)
        self.new = not self._held
        self.address = address

    def get(self, key: str) -> str:
        """One of the things remembered, "" where it is not."""
        return self._held.get(key, "")

    def put(self, **values: str) -> None:
        """Remember these; "" forgets one."""
        held = {key: text for key, text in {**self._held, **values}.items() if text}
        held["address"] = self.address
        if held == self._held:
            return
        self._held = held
        own_folder(self.folder)
        with suppress(OSError):  # forgotten: that costs a request, and nothing else
            replace_whole(self._file, json.dumps(held).encode(), SECRET_MODE)

    def known_as(self, **values: str) -> str:
        """Another address of which all these are remembered; "" for none."""
        for file in sorted(self.folder.parent.glob("*/seen.json")):
            held = _read(file)
            if not held.get("same_as") and values.items() <= held.items():
                return held.get("address", "")
        return ""

    def twin(self, server: str, etag: str, version: str) -> str:
        """Another address on the same server at which this very file was seen; "" for none."""
        for file in sorted(self.folder.parent.glob("*/seen.json")):
            held = _read(file)
            same = held.get("etag") == etag and held.get("version") == version
            address = held.get("address", "")
            if same and address.startswith(server) and not held.get("same_as"):
                return address
        return ""


def web_memory_of(address: str) -> WebMemory:
    """What is remembered of a workbook, by whichever of its addresses it was known first."""
    memory = WebMemory(address)
    first = memory.get("same_as")
    return WebMemory(first) if first else memory


def _read(file: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        held = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(held, dict):
            return {key: held[key] for key in _KEYS if isinstance(held.get(key), str)}
    return {}


def server_locks(origin: str) -> bool | None:
    """Whether the server at ``origin`` offers locks; None where it was not asked yet."""
    with suppress(OSError):
        return _server_file(origin).read_text(encoding="ascii") == "locks"
    return None


def note_server_locks(origin: str, offered: bool) -> None:
    """Remember whether the server at ``origin`` offers locks."""
    file = _server_file(origin)
    own_folder(file.parent)
    with suppress(OSError):
        replace_whole(file, b"locks" if offered else b"none", SECRET_MODE)


def _server_file(origin: str) -> Path:
    name = hashlib.sha256(origin.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return data_folder() / "web" / f"{name}.txt"
