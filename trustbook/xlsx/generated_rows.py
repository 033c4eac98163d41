"""The rows of a sheet of ours, as markup: what each cell holds, how it looks, how tall a row is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trustbook.a1 import column_letters
from trustbook.snapshot import CELL_STYLES, Cell, CellFault, GeneratedSheet
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
    dressed: dict[tuple[str, type], int] = {}
    lines = []
    for number, cells in enumerate(wanted.rows, 1):
        inside = []
        for column, one in enumerate(cells, 1):
            kind = one.look, type(one.value)
            # A format depends on the value only where that has a time.
            if kind not in dressed or kind[1] is datetime:
                dressed[kind] = styles.dress(0, CELL_STYLES[one.look], one.value, own=True)
            content = shown_value(one, date1904, styles.usable)
            place = f"{column_letters(column)}{number}"
            inside.append(_cell(place, content, dressed[kind], prefix))
        tag = f'{prefix}row r="{number}"{_height(cells, wanted.widths)}'
        lines.append(f"<{tag}>{''.join(inside)}</{prefix}row>")
    return "".join(lines)


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> str:
    """The height a row with wrapped or large text needs.

    Excel finds it by itself, LibreOffice shows one line only.
    """
    heights = (_needed(one, width) for one, width in zip(cells, widths, strict=False))
    needed = max(heights, default=_LINE)
    return f' ht="{min(needed, _TALLEST):g}" customHeight="1"' if needed > _LINE else ""


def _needed(one: Cell, width: float) -> float:
    look = CELL_STYLES[one.look]
    lines = 1
    if look.wrap and isinstance(one.value, str):
        letters_a_line = max(int(width * _LETTERS * (_BOLD if look.bold else 1)), 1)
        lines = sum(-(-len(line) // letters_a_line) or 1 for line in one.value.split("\n"))
    return lines * max(_LINE, 1.5 * (look.size or 0))


def _cell(ref: str, content: Content, style: int, prefix: str) -> str:
    start = f'<{prefix}c r="{ref}"' + (f' s="{style}"' if style else "")
    if content.kind == "inlineStr":
        space = ' xml:space="preserve"' if content.preserve else ""
        text = f"<{prefix}t{space}>{escape_text(content.text)}</{prefix}t>"
        return f'{start} t="inlineStr"><{prefix}is>{text}</{prefix}is></{prefix}c>'
    if not content.kind:
        return f"{start}/>" if style else ""
    kind = f' t="{content.kind}"' if content.kind != "n" else ""
    return f"{start}{kind}><{prefix}v>{content.text}</{prefix}v></{prefix}c>"


def shown_value(one: Cell, date1904: bool, dates: bool) -> Content:
    """What a cell of ours holds; a text that no cell can hold whole is cut."""
    value = one.value.text if isinstance(one.value, CellFault) else one.value
    if isinstance(value, str) and len(value) > TEXT_LIMIT // 2 and length(value) > TEXT_LIMIT:
        value = value[: TEXT_LIMIT // 2] + "…"
    return render_value(value, date1904, dates)
