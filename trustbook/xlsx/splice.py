"""One row of a sheet as text, cut at its cells: a new value goes in between, no tree is made of it.

Only rows of the plainest spelling are cut; all others are for a parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trustbook.a1 import cell_name, column_number
from trustbook.xlsx.cell_values import Content
from trustbook.xlsx.escaping import escape_text

_ROW = re.compile(rb"(<row(?: [^<>]*[^/<>])?>)(.*)(</row>\s*)", re.DOTALL).fullmatch
_PLACE = re.compile(rb'r="([A-Z]{1,3})[0-9]{1,7}"').match
_EMPTY = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="([0-9]{1,6})")?(?:/>|></c>)').fullmatch
_SPANS = re.compile(rb' spans="([0-9]+):([0-9]+)"')
_CELL, _CELL_END = b"<c ", b"</c>"


@dataclass(slots=True)
class CutRow:
    """A row's tag, its cells by column from left to right, and its end; ``fresh``: columns that
    were put.
    """

    head: bytes
    cells: dict[int, bytes]
    tail: bytes
    fresh: list[int] = field(default_factory=list)

    def own_style(self, column: int) -> int | None:
        """The format of an empty cell, 0 where none stands there; None where the cell says more."""
        if column not in self.cells:
            return 0
        found = _EMPTY(self.cells[column])
        return int(found[1] or 0) if found else None

    def put(self, row: int, column: int, content: Content, style: int) -> None:
        """Let a cell hold ``content``."""
        dress = f' s="{style}"' if style else ""
        self.fresh.append(column)
        at = f'<c r="{cell_name(row, column)}"{dress}'
        self.cells[column] = f"{at}{_held(content)}</c>".encode()

    def join(self) -> bytes:
        """The row with its cells in their order, and with ``spans`` that hold what was put."""
        head = _SPANS.sub(self._stretched, self.head)
        return b"".join([head, *(self.cells[at] for at in sorted(self.cells)), self.tail])

    def _stretched(self, spans: re.Match[bytes]) -> bytes:
        low, high = min(int(spans[1]), *self.fresh), max(int(spans[2]), *self.fresh)
        return b' spans="%d:%d"' % (low, high)


def _held(content: Content) -> str:
    """What stands in a cell behind its format."""
    if content.kind == "inlineStr":
        space = ' xml:space="preserve"' if content.preserve else ""
        return f' t="inlineStr"><is><t{space}>{escape_text(content.text)}</t></is>'
    kind = f' t="{content.kind}"' if content.kind != "n" else ""
    return f"{kind}><v>{escape_text(content.text)}</v>"


def cut_row(raw: bytes) -> CutRow | None:
    """A row (``raw``, in which every ``<`` opens a tag) cut at its cells.

    None where it holds anything but cells, says a format of its own, or is spelled otherwise than
    most programs do.
    """
    found = _ROW(raw)
    if not found or b"customFormat" in found[1]:
        return None
    before, *pieces = found[2].split(_CELL)
    cells: dict[int, bytes] = {}
    last = 0
    for piece in pieces:
        place = _PLACE(piece)
        column = column_number(place[1].decode()) if place else 0
        if column <= last or not _is_whole(piece):
            return None
        cells[column] = _CELL + piece
        last = column
    return None if before else CutRow(found[1], cells, found[3])


def _is_whole(piece: bytes) -> bool:
    """Whether a piece is one cell, with nothing behind it."""
    if piece.endswith(_CELL_END):
        return piece.find(_CELL_END) == len(piece) - len(_CELL_END)
    return piece.endswith(b"/>") and b"<" not in piece
