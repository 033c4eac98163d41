"""The directory of a zip package, believed only where it can be true: nothing is inflated here."""

from __future__ import annotations

import re
import struct
import zipfile
from typing import IO

from trustbook.errors import SafetyStop
from trustbook.xlsx.package import fold

MAX_ENTRIES = 20_000
MAX_DIRECTORY = 8 << 20
MAX_TOTAL = 3 << 30
# Deflate packs at most 1032:1. Empty formatted cells down to the last row, as people make them,
# stay far below this; a thousand cells full of one sign do not, and are still no trap.
MAX_RATIO = 200
RATIO_COUNTS_FROM = 48 << 20

# Names that lead out of the package, for whoever unpacks it.
_OUTSIDE = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:")

_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeError)

Entries = dict[str, list[zipfile.ZipInfo]]


def open_package(name: str, file: IO[bytes], size: int) -> tuple[zipfile.ZipFile, Entries]:
    """The zip package and its entries by folded part name. Raises SafetyStop where it is a trap."""
    _check_directory(name, file, size)
    try:
        package = zipfile.ZipFile(file)
    except _UNREADABLE as error:
        raise SafetyStop("gate.damaged", name=name) from error
    _check_entries(name, package.infolist())
    parts: Entries = {}
    for info in package.infolist():
        if not info.is_dir():
            parts.setdefault(fold(info.filename), []).append(info)
    return package, parts


def _check_entries(name: str, listed: list[zipfile.ZipInfo]) -> None:
    """Stop where entries are too many or too large, or lie upon each other."""
    entries = sorted(listed, key=lambda info: info.header_offset)
    if len(entries) > MAX_ENTRIES or sum(info.file_size for info in entries) > MAX_TOTAL:
        raise SafetyStop("gate.bomb", name=name)
    if any(info.header_offset < 0 or _OUTSIDE.search(info.filename) for info in entries):
        raise SafetyStop("gate.damaged", name=name)
    end = 0
    for info in entries:
        if info.header_offset < end or _inflated(info):
            raise SafetyStop("gate.bomb", name=name)
        end = info.header_offset + 30 + info.compress_size


def _inflated(info: zipfile.ZipInfo) -> bool:
    """Whether an entry claims more than honest content packs to, or less than what it packs."""
    if info.file_size > RATIO_COUNTS_FROM and info.file_size > MAX_RATIO * info.compress_size:
        return True
    return info.compress_size > info.file_size + info.file_size // 64 + 4096


def _check_directory(name: str, file: IO[bytes], size: int) -> None:
    """Stop before a directory of millions of entries is read. Formats: APPNOTE 4.3.14 to 4.3.16."""
    file.seek(max(0, size - (1 << 16) - 22))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise SafetyStop("gate.truncated", name=name)
    count, length = struct.unpack_from("<HI", tail, at + 10)
    wide = tail.rfind(b"PK\6\6", 0, at)
    if wide >= 0 and len(tail) >= wide + 48:
        count, length = struct.unpack_from("<QQ", tail, wide + 32)
    if count > MAX_ENTRIES or length > MAX_DIRECTORY:
        raise SafetyStop("gate.bomb", name=name)
