"""What a file is that is no zip package, so that its owner gets the right sentence."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import IO

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLD_XLS = re.compile(rb"\t[\0\2\4\x08][\4\6\x08\x10]\0")
_PAGE = re.compile(rb"<(!doctype|html|head|meta|table|body|style|div)\b")
_LISTS = (".csv", ".tsv", ".tab")


def file_kind(path: Path, head: bytes, file: IO[bytes]) -> str:
    """The key of the sentence for a file that begins with ``head`` and is no zip package."""
    ending = path.suffix.lower()
    if not head:
        return "empty"
    if not head.strip(b"\0"):
        return "placeholder"
    if head.startswith(_OLE):
        return _container_kind(head, file)
    if ending == ".gsheet":
        return "pointer"
    if kind := _text_kind(head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()):
        return kind
    if _OLD_XLS.match(head):
        return "old_xls"
    return "csv" if ending in _LISTS else "not_a_workbook"


def _text_kind(text: bytes) -> str | None:
    """The key for what is written in words: a link to a document, a web page, a flat sheet."""
    if text.startswith(b"{") and (b"doc_id" in text or b"google.com" in text):
        return "pointer"
    if _PAGE.match(text) or b"urn:schemas-microsoft-com:office" in text:
        return "web_page"
    if b"office:mimetype" in text and b"opendocument.spreadsheet" in text:
        return "ods"
    return None


def _container_kind(head: bytes, file: IO[bytes]) -> str:
    """The key for an old container, read from its directory.

    It is a locked workbook, a workbook of before 2007, or something else.
    """
    if len(head) < 512:
        return "truncated"
    (shift,), (sector,) = struct.unpack_from("<H", head, 30), struct.unpack_from("<I", head, 48)
    file.seek((sector + 1) << min(shift, 12))
    directory = file.read(1 << 16)
    entries = (directory[at : at + 64] for at in range(0, len(directory), 128))
    names = {entry.decode("utf-16-le", "ignore").partition("\0")[0] for entry in entries}
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        return "password"
    return "old_xls" if names & {"Workbook", "Book"} else "not_a_workbook"
