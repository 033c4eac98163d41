"""What the commands print: data on stdout, everything else on stderr, on any console, down to
cp1252.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from trustbook.names import fit_text

_PIPED_WIDTH = 200
# What old consoles lack and plain signs can stand for.
_PLAINER = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "→": "->", "≥": ">=", "·": "|"}
)
_ROOM_FOR_A_TABLE = 100
_BETWEEN = 3  # signs between two columns


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
    import json

    told = json.dumps({"schema_version": 1, **value}, indent=1, default=str)
    print(told.replace("\x7f", "\\u007f"), file=sys.stdout)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], title: int = 1) -> None:
    """Rows for people: a table where no word in it need be broken, else a record for each row.

    The first ``title`` cells are the heading of a record. Wide and plain in a pipe.
    """
    width = line_width()
    header = [printable(name, sys.stdout) for name in header]
    rows = [[printable(cell, sys.stdout) for cell in row] for row in rows]
    longest = [max(map(_longest_word, column)) for column in zip(header, *rows, strict=True)]
    if width >= max(_ROOM_FOR_A_TABLE, sum(longest) + _BETWEEN * len(header)):
        _ruled_table(header, rows, longest, width)
        return
    for row in rows:
        _record(header, row, title, width)


def _ruled_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], longest: Sequence[int], width: int
) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    lines = SIMPLE_HEAD if printable("─", sys.stdout) else None
    shown = Table(box=lines, pad_edge=False, header_style="bold" if sys.stdout.isatty() else "")
    for name, least in zip(header, longest, strict=True):
        shown.add_column(name, min_width=least)
    for row in rows:
        shown.add_row(*row)
    console = Console(width=width, highlight=False, markup=False, emoji=False, legacy_windows=False)
    console.print(shown)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def line_width() -> int:
    """How many signs fit on a line; in a pipe, as many as it takes."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        import shutil

        return shutil.get_terminal_size((100, 24)).columns
    return _PIPED_WIDTH


def _record(header: Sequence[str], row: Sequence[str], title: int, width: int) -> None:
    """One row below the last: its heading, then what else it says, as much on a line as fits."""
    print("  ".join(cell for cell in row[:title] if cell), file=sys.stdout)
    room, lines = width - 2, [""]
    for name, cell in zip(header[title:], row[title:], strict=True):
        piece = f"{name}: {cell}" if cell else ""
        joined = " · ".join(filter(None, (lines[-1], piece)))
        if len(joined) <= room:
            lines[-1] = joined
        else:
            lines.append(piece)
    for line in lines:
        paragraph(line, width=width)
    print(file=sys.stdout)


def paragraph(text: str, indent: int = 2, width: int | None = None) -> None:
    """A text on as many lines as it takes, each ``indent`` signs from the left."""
    import textwrap

    room = max(width or line_width(), 20)
    before = " " * indent
    lines = textwrap.wrap(
        text,
        room,
        initial_indent=before,
        subsequent_indent=before,
        break_on_hyphens=False,
    )
    for line in lines:
        out(line)


@contextmanager
def progress(quiet: bool, say: Callable[[str], str]) -> Iterator[Callable[[str], None]]:
    """A function to call with the name of what the run is doing now; shown on a terminal only, in
    the words that ``say`` has for it.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda name: status.update(printable(say(f"step_{name}"), sys.stderr))
