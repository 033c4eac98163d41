"""A workbook on a disk of this machine, or in a folder that another one shares."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from trustbook.errors import TrustbookError
from trustbook.places import local, notes
from trustbook.places.base import Place, Sight, Step, no_step
from trustbook.places.synced_folders import is_on_network, synced_by


class DiskPlace(Place):
    """The file at ``path``; a link is followed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def address(self) -> str:
        """The resolved path, as its disk spells it."""
        return os.path.normcase(self.path.resolve())

    @property
    def kept(self) -> Path:
        """The file itself: its copies lie beside it."""
        return self.path.resolve()

    def read(self, expect: str | None = None) -> bytes:
        """The file's bytes. Raises Busy where they are no longer version ``expect``."""
        return local.read_version(self.path.resolve(), expect)

    def standing(self) -> str | None:
        """The version of the file as it stands now; None where it is gone or cannot be read."""
        if not self.path.is_file():
            return None
        with suppress(OSError), self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return None

    def absent(self, name: str) -> TrustbookError:
        """NoAccess for a file that was taken away, Busy where its whole folder is."""
        return local.absent(self.path, name)

    def refuse_if_open(self) -> None:
        """Raise Busy where an owner file shows that somebody has it open."""
        local.refuse_if_open(self.path.resolve())

    def refuse_if_protected(self) -> None:
        """Raise NoAccess where file or folder is read-only, Busy where a program holds it."""
        local.refuse_if_protected(self.path.resolve())

    def replace(self, data: bytes, expect: str, step: Step = no_step) -> None:
        """Put ``data`` in the place of the file, with a dated copy of what stood there."""
        local.replace_file(self.path.resolve(), data, expect, step)

    def keep_aside(self, now: datetime) -> Path | None:
        """Keep the file as it is now under a name that tells when, beside it."""
        path = self.kept
        if not path.is_file():
            return None
        with local.told(path):
            return local.keep_aside(path, now)

    def put_back(self, copy: Path, expect: str | None) -> None:
        """Put a copy in the file's place, or where it stood."""
        path, data = self.kept, local.read(copy)
        if expect is not None:
            local.replace_file(path, data, expect)
            return
        with local.told(path):
            local.keep(path, data, path, like=copy)

    def take_back(self, aside: Path | None) -> None:
        """Undo ``put_back``."""
        if aside is not None:
            aside.replace(self.kept)
        else:
            self.kept.unlink()

    def leave_note(self, text: str, lang: str) -> None:
        """Leave a note beside the file; where no file may be made, none."""
        notes.put_note(self.path, text, lang)

    def clear_note(self) -> None:
        """Take the note beside the file away."""
        notes.clear_note(self.path)

    def examine(self) -> Iterator[Sight]:
        """Where the file stands, and whether it can be replaced."""
        path = self.path
        if not path.exists():
            return  # reading it says so
        if service := synced_by(path.absolute(), os.environ):
            yield Sight("synced_folder", "note", {"service": service})
        if is_on_network(path.absolute()):
            yield Sight("network_folder", "note")
        for refuse, code in (
            (self.refuse_if_open, "not_open"),
            (self.refuse_if_protected, "writable"),
        ):
            try:
                refuse()
                yield Sight(code)
            except TrustbookError as fault:
                yield Sight(code, "bad", fault=fault)
