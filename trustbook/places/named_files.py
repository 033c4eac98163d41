"""Files by a name that people gave: one that no disk takes, one that is no file."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from trustbook.errors import UsageError


def refuse_if_too_long(path: Path) -> None:
    """Raise UsageError where no file can have this name: it is longer than the disk takes."""
    try:
        path.lstat()
    except OSError as fault:
        if fault.errno == errno.ENAMETOOLONG:
            raise too_long(path) from None


def too_long(path: Path) -> UsageError:
    """The sentence for a path that is longer than the disk takes; of a long name only its start."""
    return UsageError("name_too_long", name=f"{max(path.parts, key=len)[:40]}…")


def secret_text(path: Path, encoding: str) -> str:
    """The text of a file with a secret that the settings name.

    Raises OSError where it cannot be read, ValueError where it is no text or no file: a pipe would
    keep us waiting without end.
    """
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise ValueError(path)
    return path.read_text(encoding=encoding)
