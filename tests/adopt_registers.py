"""Registers and logs as many kinds of people keep them, made up, in words: one line is one row.

They stand in scenarios/adopt/registers.txt. Above each stands what a coordinator would say it is:
``list.column Sheet: Header``, with ``not`` before it where that would be wrong, or ``refused`` with
a word of the reason.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from trustbook.snapshot import CellValue, Grid, Snapshot

FILE = Path(__file__).parent / "scenarios" / "adopt" / "registers.txt"


def registers() -> dict[str, tuple[list[str], Snapshot]]:
    """Every register by its name: the lines that say what is right, and the workbook."""
    found = {}
    for part in FILE.read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, body = part.partition("\n")
        said, *sheets = body.strip().split("\n[")
        grids = [_grid(*sheet.split("]\n")) for sheet in sheets]
        titles = tuple(grid.title for grid in grids)
        found[name] = (said.splitlines(), Snapshot("lijst.xlsx", "1", titles, grids))
    return found


def _grid(title: str, text: str) -> Grid:
    return Grid(title, [[_value(cell) for cell in row.split("|")] for row in text.splitlines()])


def _value(text: str) -> CellValue:
    text = text.strip()
    if text.startswith("@"):
        return datetime.fromisoformat(text[1:])
    return int(text) if text.isdecimal() and not text.startswith("0") else text or None
