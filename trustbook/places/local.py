"""The file on disk: who has it open, is it still what we read, and a new one in its place whole or
not at all.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from trustbook.errors import Busy, NoAccess, TrustbookError
from trustbook.places.base import Step, no_step

KEPT = 14
_TEMPORARY = ".~trustbook-"
# What stands around the moment in the name of a copy.
_BACKUP, _ASIDE = (" ", ""), (" (", ")")


def version_of(data: bytes) -> str:
    """The version of a workbook with these bytes."""
    return hashlib.sha256(data).hexdigest()


def refuse_if_open(path: Path) -> None:
    """Raise Busy where Excel or LibreOffice shows that somebody has the workbook open, with the
    name if it is told.
    """
    for start, end, program in (("~$", "", "Excel"), (".~lock.", "#", "LibreOffice")):
        owner = path.with_name(f"{start}{path.name}{end}")
        if os.path.exists(owner):  # noqa: PTH110 - no for a name that is too long for any file
            who = _owner(owner)
            key = "excel.open_by" if who else "excel.open"
            raise Busy(key, program=program, who=who, owner_file=owner.name)


def _owner(path: Path) -> str:
    """The user an owner file names; "" if it cannot be told."""
    try:
        data = path.read_bytes()[:512]
    except OSError:
        return ""
    if path.name.startswith("~$"):
        # Excel: the name's length, the name in the system's code page up to byte 54, then once more
        # in UTF-16.
        size = data[55] if len(data) > 56 else 0
        wide, narrow = data[57 : 57 + 2 * size], data[1 : 1 + (data[:1] or b"\0")[0]]
        return (wide.decode("utf-16-le", "replace") or narrow.decode("cp1252", "replace")).strip(
            "\0 "
        )
    fields = data.decode("utf-8", "replace").split(",")
    return (fields[0] or (fields[1] if len(fields) > 1 else "")).strip()


def read(path: Path) -> bytes:
    """The workbook's bytes. Raises Busy where another program holds it or it is gone, NoAccess
    where we may not.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Busy("excel.gone") from None
    except PermissionError as error:
        raise (Busy("excel.held") if is_held(error) else NoAccess("excel.unreadable")) from None


def read_version(path: Path, expect: str | None) -> bytes:
    """The workbook's bytes. Raises Busy where they are no longer version ``expect``."""
    data = read(path)
    if expect is not None and version_of(data) != expect:
        raise Busy("excel.changed", read_again=True)
    return data


def absent(path: Path, name: str) -> TrustbookError:
    """Why a workbook that was there before is not: NoAccess for one that was taken away, Busy where
    its whole folder is (a mount point without its disk is an empty one).
    """
    folder = path.absolute().parent
    with contextlib.suppress(OSError):
        if any(folder.iterdir()):
            return NoAccess("excel.gone", name=name)
    return Busy("excel.away", name=name, folder=str(folder))


def refuse_if_protected(path: Path) -> None:
    """Raise NoAccess where the file or its folder is marked read-only, Busy where a program holds
    the file.
    """
    if not path.stat().st_mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise NoAccess("excel.read_only")
    if not os.access(path.parent, os.W_OK):
        raise NoAccess("excel.folder_read_only", folder=str(path.parent))
    try:
        with path.open("r+b"):
            pass
    except PermissionError as error:
        raise (Busy("excel.held") if is_held(error) else NoAccess("excel.read_only")) from None


def is_held(error: OSError) -> bool:
    """Whether Windows says that another program holds the file (sharing and lock violations)."""
    return getattr(error, "winerror", None) in (32, 33, 1175, 1176, 1177)


def replace_file(
    path: Path, data: bytes, expect: str, step: Step = no_step, kept: int = KEPT
) -> None:
    """Put ``data`` in the place of the file at ``path``: whole or not at all, with a dated copy of
    what stood there.

    Raises Busy when the file is no longer the version ``expect``. Nothing is left beside it but the
    copies.
    """
    remove_leftovers(path)
    temporary = temporary_for(path, path.parent)
    try:
        with told(path):
            _store(temporary, data, like=path)
            step("temporary")
            before = read_version(path, expect)
            back_up(path, before, kept)
            step("backup")
            refuse_if_open(path)
            _swap(temporary, path)
            step("replaced")
            sync_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    step("settled")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say in a sentence what the disk complains of while the workbook at ``path`` is written."""
    try:
        yield
    except OSError as error:
        if is_held(error):
            raise Busy("excel.held") from error
        if isinstance(error, PermissionError):
            raise NoAccess("excel.folder_read_only", folder=str(path.parent)) from error
        raise TrustbookError("excel.not_written", why=error.strerror or str(error)) from error


def remove_leftovers(path: Path) -> None:
    """Remove what a run that was killed left beside the file at ``path``."""
    for left in leftovers_of(path):
        with contextlib.suppress(OSError):
            left.unlink()


def leftovers_of(path: Path) -> list[Path]:
    """What a run that was killed left of the file at ``path``, and of its dated copies."""
    folders = [folder for folder in (path.parent, backups_of(path)) if folder.is_dir()]
    return [left for folder in folders for left in folder.glob(f"{_prefix(path)}*.tmp")]


def backups_of(path: Path) -> Path:
    """Folder of the dated copies."""
    return path.with_name(f"{path.name}.backups")


def back_up(path: Path, data: bytes, kept: int = KEPT, private: bool = False) -> Path:
    """Keep ``data`` as a dated copy of the workbook at ``path``; of our copies the last ``kept``
    stay. ``private``: nothing stands at ``path`` itself, and the copies are for their owner alone.
    """
    folder = backups_of(path)
    folder.mkdir(exist_ok=True)
    target = _free(path, folder, _BACKUP, datetime.now().astimezone())
    keep(target, data, path, like=None if private else path)
    for old in backups(path)[:-kept]:
        old.unlink(missing_ok=True)
    return target


def backups(path: Path) -> list[Path]:
    """The dated copies of the workbook at ``path``, oldest first."""
    return _dated(path, backups_of(path), _BACKUP)


def keep_aside(path: Path, now: datetime) -> Path:
    """Keep the workbook as it is now under a name that tells when, beside it."""
    target = _free(path, path.parent, _ASIDE, now)
    keep(target, read(path), path, like=path)
    return target


def keep_bytes_aside(path: Path, data: bytes, now: datetime) -> Path:
    """The same for the bytes of a workbook that stands elsewhere."""
    target = _free(path, path.parent, _ASIDE, now)
    keep(target, data, path, like=None)
    return target


def asides(path: Path) -> list[Path]:
    """What ``keep_aside`` kept of the workbook at ``path``."""
    return _dated(path, path.parent, _ASIDE)


def _free(path: Path, folder: Path, signs: tuple[str, str], at: datetime) -> Path:
    """A name for a copy made ``at`` some moment that no file has yet."""
    start, end = signs
    stamp, number = f"{path.stem}{start}{at:%Y-%m-%d %H%M%S}", 2
    target = folder / f"{stamp}{end}{path.suffix}"
    while target.exists():
        target, number = folder / f"{stamp} {number:02d}{end}{path.suffix}", number + 1
    return target


def _dated(path: Path, folder: Path, signs: tuple[str, str]) -> list[Path]:
    """The copies in a folder that bear a name as ``_free`` gives."""
    stem, start, end, suffix = (re.escape(part) for part in (path.stem, *signs, path.suffix))
    case = re.IGNORECASE if sys.platform == "win32" else re.NOFLAG
    named = re.compile(rf"{stem}{start}\d{{4}}-\d\d-\d\d \d{{6}}( \d\d)?{end}{suffix}", case)
    found = (
        [each for each in folder.iterdir() if named.fullmatch(each.name)] if folder.is_dir() else []
    )
    return sorted(
        found, key=lambda each: each.stem
    )  # the second copy of one second after the first


def keep(target: Path, data: bytes, path: Path, like: Path | None) -> None:
    """Make a new file ``target`` that belongs to the workbook at ``path``, whole or not at all.

    It has the mode and owner of ``like``; without one it is for its owner alone.
    """
    temporary = temporary_for(path, target.parent)
    try:
        _store(temporary, data, like=like)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def temporary_for(path: Path, folder: Path) -> Path:
    """A name in ``folder`` for what is being made for ``path``; see ``remove_leftovers``."""
    return folder / f"{_prefix(path)}{secrets.token_hex(4)}.tmp"


def _prefix(path: Path) -> str:
    name = path.name.encode("utf-8", "surrogatepass")
    return f"{_TEMPORARY}{hashlib.sha256(name).hexdigest()[:10]}-"


def _store(path: Path, data: bytes, like: Path | None) -> None:
    """Write a new file to the disk itself, with the mode and owner of another, if there is one."""
    opener = _private if like is None else None
    with open(path, "xb", opener=opener) as target:
        target.write(data)
        target.flush()
        if like is not None and sys.platform != "win32":
            wanted = like.stat()
            with contextlib.suppress(PermissionError):
                os.fchown(target.fileno(), wanted.st_uid, wanted.st_gid)
            os.fchmod(target.fileno(), stat.S_IMODE(wanted.st_mode))
        os.fsync(target.fileno())


def _private(path: str, flags: int) -> int:
    """Open a new file for its owner alone."""
    return os.open(path, flags, 0o600)


def _swap(temporary: Path, path: Path) -> None:
    """Put one file in the place of another. On Windows the old file's rights and streams stay with
    the name.
    """
    if sys.platform == "win32":
        ignore_merge_errors = 2
        if not ctypes.windll.kernel32.ReplaceFileW(
            str(path), str(temporary), None, ignore_merge_errors, None, None
        ):
            raise ctypes.WinError()
    else:
        temporary.replace(path)


def sync_folder(folder: Path) -> None:
    """Have the folder's own entry written; Windows has no such call and needs none."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
