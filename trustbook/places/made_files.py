"""The one door for files that trustbook makes for people: only where nothing stands, or what it
left there itself; whole or not at all.

What we left is known by its path and the hash of its bytes, kept in the data folder. A file that
somebody went on writing in is theirs from then on.
"""

from __future__ import annotations

import contextlib
import hashlib
import html
import io
import os
import stat
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError
from trustbook.places.data_folder import data_folder, own_folder
from trustbook.places.local import is_held, sync_folder, temporary_for, version_of
from trustbook.places.named_files import refuse_if_too_long

PAGE_MODE, SECRET_MODE = 0o644, 0o600


def refuse_if_not_ours(path: Path, endings: Sequence[str], mark: bytes = b"") -> None:
    """Raise UsageError where ``path`` is no place for a file with one of these ``endings``.

    That is so for another ending, a name that is too long, a folder that does not exist, a folder
    or link of that name, and a file that is not as we left it. A file that begins with ``mark`` is
    ours.
    """
    if path.suffix.lower() not in endings:
        raise UsageError("wrong_ending", path=path, endings=", ".join(endings))
    refuse_if_too_long(path)
    if not path.parent.is_dir():
        raise UsageError("no_folder", path=path.parent)
    if path.is_symlink():
        raise UsageError("target_is_link", path=path)
    if path.is_dir():
        raise UsageError("target_is_folder", path=path)
    if os.path.lexists(path) and not left_by_us(path, mark):
        raise UsageError("not_ours", path=path)


def left_by_us(path: Path, mark: bytes = b"") -> bool:
    """Whether the plain file at ``path`` is one that we made and nobody changed since."""
    with contextlib.suppress(OSError):
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        data = path.read_bytes()
        if mark and data.startswith(mark):
            return True
        return _memory(path).read_text(encoding="utf-8").split("\n")[0] == version_of(data)
    return False


def put_ours(path: Path, data: bytes, endings: Sequence[str], mark: bytes = b"") -> None:
    """Write ``data`` at ``path``, over nothing but what is ours, and remember that it is.

    Raises UsageError as ``refuse_if_not_ours`` and where the disk does not let us, Busy for a file
    that is open in another program, TrustbookError where the disk is full or fails.
    """
    refuse_if_not_ours(path, endings, mark)
    with _told(path):
        replace_whole(path, data, PAGE_MODE)
    # Where that cannot be kept, the file is there all the same, and nobody's but the owner's.
    with contextlib.suppress(OSError, NoAccess):
        note = _memory(path)
        own_folder(note.parent)
        kept = f"{version_of(data)}\n{path.absolute()}"
        replace_whole(note, kept.encode("utf-8", "surrogatepass"), SECRET_MODE)


def remove_ours(path: Path, mark: bytes = b"") -> None:
    """Take away a file of ours; what is not ours stays."""
    with contextlib.suppress(OSError):
        if left_by_us(path, mark):
            path.unlink()


def all_made() -> list[Path]:
    """Where files stand, or stood, that trustbook made, as far as it remembers them."""
    found = []
    for note in sorted((data_folder() / "made").glob("*.txt")):
        with contextlib.suppress(OSError, ValueError):
            place = note.read_text(encoding="utf-8").partition("\n")[2]
            found += [Path(place)] if place else []
    return found


def disown(path: Path) -> None:
    """Know a file no longer: a name in its path is not to be kept either."""
    with contextlib.suppress(OSError):
        _memory(path).unlink(missing_ok=True)


def made_texts(path: Path) -> str:
    """All that a file says, as text: what is packed in it is packed out. Raises OSError."""
    data = path.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return html.unescape(data.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
    return html.unescape("\n".join(parts))


def make_folder(path: Path) -> None:
    """Make a folder for files of ours in one that exists, where it is not there yet.

    Raises UsageError ``no_folder`` or ``target_is_file`` where it cannot be, and as ``put_ours``
    for what the disk says.
    """
    refuse_if_too_long(path)
    if path.is_dir():
        return
    if path.is_file():
        raise UsageError("target_is_file", path=path)
    if os.path.lexists(path) or not path.parent.is_dir():
        raise UsageError("no_folder", path=path)
    with _told(path):
        path.mkdir()


def make_new(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Make a file that did not exist. Raises UsageError ``file_exists`` or ``no_folder``, and as
    ``put_ours`` for what the disk says.
    """
    refuse_if_too_long(path)
    if not path.parent.is_dir():
        raise UsageError("no_folder", path=path.parent)
    if os.path.lexists(path):
        raise UsageError("file_exists", path=path)
    with _told(path), _beside(path, data, mode) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise UsageError("file_exists", path=path) from None
        except OSError:  # a disk that knows no links: somebody would have to be very quick
            temporary.rename(path)


def replace_whole(path: Path, data: bytes, mode: int) -> None:
    """Put ``data`` at ``path``, whole or not at all; the mode of what stood there stays, a new file
    has ``mode`` without the umask. Raises OSError.
    """
    with contextlib.suppress(FileNotFoundError):
        mode = stat.S_IMODE(path.stat().st_mode)
    with _beside(path, data, mode) as temporary:
        temporary.replace(path)


@contextmanager
def _beside(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """A temporary file beside ``path`` with ``data`` on the disk itself; it is gone afterwards."""
    temporary = temporary_for(path, path.parent)
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        with os.fdopen(handle, "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        yield temporary
        sync_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


_BINARY = getattr(os, "O_BINARY", 0)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in a sentence what the disk complains of."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if is_held(error):
            raise Busy("file_open", path=path) from error
        if isinstance(error, PermissionError):
            raise UsageError("cannot_write", path=path, reason=reason) from error
        raise TrustbookError("cannot_write", path=path, reason=reason) from error


def _memory(path: Path) -> Path:
    """Where the data folder says in which version we left ``path``."""
    place = os.path.normcase(path.parent.resolve() / path.name)
    name = hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return data_folder() / "made" / f"{name}.txt"
