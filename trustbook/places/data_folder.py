"""The folder in which trustbook keeps what is its own, and the one lock that a workbook has."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trustbook.errors import Busy, NoAccess

# Seconds to wait for another run.
WAIT = 5.0


def data_folder() -> Path:
    """The folder in TRUSTBOOK_DATA, else the user's local data folder."""
    if chosen := os.environ.get("TRUSTBOOK_DATA"):
        return _no_longer_than_may_be(Path(chosen))
    from platformdirs import user_data_path

    return user_data_path("trustbook", appauthor=False)


def _no_longer_than_may_be(folder: Path) -> Path:
    """The folder, if a path may be so long. Raises NoAccess."""
    try:
        folder.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise NoAccess("data_folder", path=folder, reason=error.strerror) from error
    return folder


def own_folder(folder: Path) -> None:
    """Make a folder of ours, for its owner alone, and those above it that are missing.

    Raises NoAccess where a file stands in the way or we may not.
    """
    try:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NoAccess("data_folder", path=folder, reason=reason) from error


@contextmanager
def lock_on(address: str, folder: Path | None = None, wait: float | None = None) -> Iterator[None]:
    """Keep other runs away from the workbook at ``address``, and from its ledger.

    ``folder`` is where the lock lies, by default in the data folder. Who holds it may take it once
    more. Raises Busy when another run is at work for ``wait`` seconds (WAIT if left
    out).
    """
    from filelock import FileLock, Timeout

    folder = folder or data_folder() / "locks"
    own_folder(folder)
    name = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    lock = FileLock(folder / f"{name}.lock", is_singleton=True)
    try:
        lock.acquire(timeout=WAIT if wait is None else wait)
    except Timeout:
        raise Busy("other_run") from None
    try:
        yield
    finally:
        lock.release()
