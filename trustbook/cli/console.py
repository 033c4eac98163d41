"""What the commands print: data on stdout, everything else on stderr, on any console, down to
cp1252.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from trustbook.names import fit_text

_PIPED_WIDTH = 200
# What old consoles lack and plain signs can stand for.
_PLAINER = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "→": "->", "≥": ">="}
)
_ROOM_FOR_A_TABLE = 80


def printable(text: str, stream: TextIO) -> str:
    """``text`` as ``stream`` can show it: no sign that a terminal would act on; signs its encoding
    lacks are left out, with the space behind them.
    """
    text = fit_text(text)
    encoding = stream.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        plain = text.translate(_PLAINER)
        kept = "".join(sign if _fits(sign, encoding) else "\0" for sign in plain)
        return kept.replace("\0 ", "").replace("\0", "")
    return text


def _fits(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def out(text: str) -> None:
    """Data, on stdout."""
    print(printable(text, sys.stdout), file=sys.stdout)


def tell(text: str) -> None:
    """Everything else, on stderr."""
    print(printable(text, sys.stderr), file=sys.stderr)


def print_json(value: dict[str, Any]) -> None:
    """``value`` as JSON on stdout; plain ASCII, so that no console can spoil it."""
    told = json.dumps({"schema_version": 1, **value}, indent=1, default=str)
    print(told.replace("\x7f", "\\u007f"), file=sys.stdout)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows for people: a table where there is room for one, else one below the other; wide and
    plain in a pipe.
    """
    terminal, width = sys.stdout.isatty(), _width()
    if width < _ROOM_FOR_A_TABLE:
        _stacked(header, rows, width)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    lines = SIMPLE_HEAD if printable("─", sys.stdout) else None
    shown = Table(box=lines, pad_edge=False, header_style="bold" if terminal else "")
    for name in header:
        shown.add_column(printable(name, sys.stdout), overflow="fold")
    for row in rows:
        shown.add_row(*(printable(cell, sys.stdout) for cell in row))
    console = Console(width=width, highlight=False, markup=False, emoji=False, legacy_windows=False)
    console.print(shown)


def _width() -> int:
    """How many signs fit on a line; in a pipe, as many as it takes."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return shutil.get_terminal_size((100, 24)).columns
    return _PIPED_WIDTH


def _stacked(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> None:
    for row in rows:
        out(row[0])
        for name, cell in zip(header[1:], row[1:], strict=True):
            if cell:
                text = f"{name}: {printable(cell, sys.stdout)}"
                out(
                    textwrap.fill(
                        text, max(width, 20), initial_indent="  ", subsequent_indent="    "
                    )
                )
        out("")


@contextmanager
def progress(quiet: bool) -> Iterator[Any]:
    """A function to call with what the run is doing now; shown on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda words: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda words: status.update(printable(words, sys.stderr))
