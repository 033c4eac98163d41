"""The usual row of a write, compared as bytes: cut out the cells that were planned, and the rest of
the row is what it was. What is spelled in any other way is left to the trees of compare_sheet.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from trustbook.xlsx.cell_values import BLANK, Content

# A cell as programs write it most: its place, a format, and a text or a number.
_CELL = re.compile(
    rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="(?P<format>\d{1,5})")?(?:/>'
    rb'|(?: t="n")?><v>(?P<number>[^<&\r]*)</v></c>'
    rb'| t="inlineStr"><is><t(?: xml:space="preserve")?>(?P<text>[^<&\r]*)</t></is></c>)'
)


def without_cells(row: bytes, places: Collection[bytes]) -> tuple[bytes, dict[bytes, bytes]] | None:
    """The text of a row without its cells at some ``places`` (A1), and these cells; None where they
    cannot be cut out.
    """
    if b"<extLst" in row:  # cells of somebody else's may stand in there
        return None
    cut: dict[bytes, bytes] = {}
    for place in places:
        tag = b'<c r="' + place + b'"'
        at = row.find(tag)
        if at < 0:
            continue
        end = _end_of(row, at)
        if end < 0 or row.find(tag, end) >= 0:
            return None
        cut[place] = row[at:end]
        row = row[:at] + row[end:]
    return row, cut


def _end_of(row: bytes, at: int) -> int:
    """Where the cell that begins here ends; -1 where that cannot be told."""
    inner = row.find(b"<", at + 1)
    if row.startswith((b"<c ", b"</row"), inner):
        return inner if row.startswith(b"/>", inner - 2) else -1
    end, following = row.find(b"</c>", at), row.find(b"<c ", at + 1)
    return -1 if end < 0 or -1 < following < end else end + len(b"</c>")


def usual_content(cell: bytes) -> tuple[Content, int] | None:
    """What a cell holds and the number of its format; None for a cell that is spelled otherwise."""
    found = _CELL.fullmatch(cell)
    if found is None:
        return None
    number, text = found["number"], found["text"]
    held = BLANK
    if text is not None:
        held = Content("inlineStr", text.decode())
    elif number is not None:
        held = Content("n", number.decode())
    return held, int(found["format"] or 0)
