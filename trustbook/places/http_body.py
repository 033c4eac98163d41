"""The bytes of an answer: all of them, and no more than a workbook may have."""

from __future__ import annotations

import requests

from trustbook.errors import Busy, SafetyStop

# How a page begins that a guest network or a proxy sends in the stead of a file.
_PAGES = (b"<!doctype html", b"<html")
# No workbook that is read is larger.
MAX_FILE = 256 << 20


def whole_body(answer: requests.Response, name: str, broke_off: str) -> bytes:
    """The bytes of an answer about the workbook called ``name``. Raises SafetyStop for too many,
    Busy (``broke_off``: its key) for too few.
    """
    parts, size = [], 0
    try:
        for part in answer.iter_content(1 << 18):
            size += len(part)
            if size > MAX_FILE:
                raise SafetyStop("gate.too_big", name=name, where=name)
            parts.append(part)
    except requests.RequestException:
        raise Busy(broke_off, name=name) from None
    declared = answer.headers.get("Content-Length", "")
    # What was packed for the way is declared as it was packed.
    encoded = answer.headers.get("Content-Encoding", "identity") != "identity"
    if declared.isdecimal() and int(declared) != size and not encoded:
        raise Busy(broke_off, name=name)
    return b"".join(parts)


def is_page(data: bytes) -> bool:
    """Whether bytes are a page, which no server has where a workbook stands."""
    return data[:64].lstrip().lower().startswith(_PAGES)
