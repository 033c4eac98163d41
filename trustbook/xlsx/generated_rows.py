"""The rows of a sheet of ours, as markup: what each cell holds, how it looks, how tall a row is."""

from __future__ import annotations

from datetime import datetime

from trustbook.a1 import column_letters
from trustbook.snapshot import CELL_STYLES, CellFault, CellValue, GeneratedSheet
from trustbook.xlsx.cell_values import TEXT_LIMIT, Content, length, render_value
from trustbook.xlsx.escaping import escape_text
from trustbook.xlsx.styles import Styles

_LINE = 15.0  # points that a line of the default font takes
_TALLEST = 409.0  # points; Excel knows no taller row
_LETTERS = 1.15  # of ordinary text that fit in one unit of width
_BOLD = 0.85  # of them in bold


def rows_markup(wanted: GeneratedSheet, styles: Styles, date1904: bool, prefix: str) -> str:
    """The rows as markup, in tags that begin with ``prefix``.

    Text is written into its cell, so that sentences which change leave nothing behind.
    """
    most = max(map(len, wanted.rows), default=0)
    widths = [*wanted.widths[:most], *[None] * (most - len(wanted.widths))]
    columns = [_Column(width, styles, date1904, prefix) for width in widths]
    starts = [f'<{prefix}c r="{column_letters(at)}' for at in range(1, most + 1)]
    lines = []
    for number, cells in enumerate(wanted.rows, 1):
        drawn = [
            column[type(one.value), one.value, one.look]
            for column, one in zip(columns, cells, strict=False)
        ]
        inside = [
            f"{start}{number}{rest}"
            for start, (rest, _) in zip(starts, drawn, strict=False)
            if rest
        ]
        height = _height(max((tall for _, tall in drawn), default=_LINE))
        tag = f'{prefix}row r="{number}"{height}'
        lines.append(f"<{tag}>{''.join(inside)}</{prefix}row>")
    return "".join(lines)


class _Column(dict[tuple[type, CellValue, str], tuple[str, float]]):
    """What the cells of one column look like, by their value and look: the markup behind the number
    of their row, and the height they need. Most cells say what another one says.
    """

    def __init__(self, width: float | None, styles: Styles, date1904: bool, prefix: str) -> None:
        super().__init__()
        self._width, self._styles, self._date1904, self._prefix = width, styles, date1904, prefix
        self._formats: dict[tuple[type, str], int] = {}

    def __missing__(self, cell: tuple[type, CellValue, str]) -> tuple[str, float]:
        kind, value, look = cell
        content = shown_value(value, self._date1904, self._styles.usable)
        height = _LINE if self._width is None else _needed(value, look, self._width)
        drawn = _cell(content, self._format(kind, value, look), self._prefix), height
        if kind is not float:  # 0.0 and -0.0 are equal and spelled differently
            self[cell] = drawn
        return drawn

    def _format(self, kind: type, value: CellValue, look: str) -> int:
        """The number of a cell's format, which depends on the value only where that has a time."""
        found = self._formats.get((kind, look))
        if found is None or kind is datetime:
            found = self._styles.dress(0, CELL_STYLES[look], value, own=True)
            self._formats[kind, look] = found
        return found


def _height(needed: float) -> str:
    """The height a row with wrapped or large text needs.

    Excel finds it by itself, LibreOffice shows one line only.
    """
    return f' ht="{min(needed, _TALLEST):g}" customHeight="1"' if needed > _LINE else ""


def _needed(value: CellValue, called: str, width: float) -> float:
    look = CELL_STYLES[called]
    lines = 1
    if look.wrap and isinstance(value, str):
        letters_a_line = max(int(width * _LETTERS * (_BOLD if look.bold else 1)), 1)
        lines = sum([-(-len(line) // letters_a_line) or 1 for line in value.split("\n")])
    return lines * max(_LINE, 1.5 * (look.size or 0))


def _cell(content: Content, style: int, prefix: str) -> str:
    """A cell behind the number of its row; "" for one that need not be there."""
    start = '"' + (f' s="{style}"' if style else "")
    if content.kind == "inlineStr":
        space = ' xml:space="preserve"' if content.preserve else ""
        text = f"<{prefix}t{space}>{escape_text(content.text)}</{prefix}t>"
        return f'{start} t="inlineStr"><{prefix}is>{text}</{prefix}is></{prefix}c>'
    if not content.kind:
        return f"{start}/>" if style else ""
    kind = f' t="{content.kind}"' if content.kind != "n" else ""
    return f"{start}{kind}><{prefix}v>{content.text}</{prefix}v></{prefix}c>"


def shown_value(held: CellValue, date1904: bool, dates: bool) -> Content:
    """What a cell of ours holds; a text that no cell can hold whole is cut."""
    value = held.text if isinstance(held, CellFault) else held
    if isinstance(value, str) and len(value) > TEXT_LIMIT // 2 and length(value) > TEXT_LIMIT:
        value = value[: TEXT_LIMIT // 2] + "…"
    return render_value(value, date1904, dates)
