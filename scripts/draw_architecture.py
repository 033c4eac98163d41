"""Draws docs/pictures/architecture.svg: one run, the forms of a cell, and what is remembered.

python scripts/draw_architecture.py
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "architecture.svg"

WIDTH, HEIGHT = 700, 640
INK, QUIET, OURS, THEIRS, MEMORY = "#1f2933", "#52606d", "#e4e7eb", "#dbeafe", "#fef3c7"


@dataclass(frozen=True)
class Box:
    """A box with a title and lines below it."""

    x: int
    y: int
    width: int
    height: int
    title: str
    lines: tuple[str, ...] = ()
    fill: str = OURS

    def svg(self) -> str:
        """The box as SVG."""
        middle = self.x + self.width // 2
        top = self.y + 20 if self.lines else self.y + self.height // 2 + 5
        parts = [
            f'<rect x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}" rx="6" '
            f'fill="{self.fill}" stroke="{INK}"/>',
            text(middle, top, self.title, bold=True),
        ]
        parts += [text(middle, top + 16 * n, line) for n, line in enumerate(self.lines, 1)]
        return "\n".join(parts)


def text(x: int, y: int, words: str, bold: bool = False, start: bool = False) -> str:
    """A line of words, centred on ``x`` or starting there."""
    weight = ' font-weight="bold"' if bold else ""
    anchor = "start" if start else "middle"
    size = 14 if bold else 12
    colour = INK if bold else QUIET
    return (
        f'<text x="{x}" y="{y}" font-size="{size}"{weight} fill="{colour}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def arrow(*points: tuple[int, int]) -> str:
    """An arrow through ``points``."""
    path = " ".join(f"{x},{y}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="1.5" '
        f'marker-end="url(#head)"/>'
    )


STEPS = (
    ("read", ("all workbooks,", "as they stand")),
    ("plan", ("merge, judge,", "fill our sheets")),
    ("guard", ("an accident?", "then stop")),
    ("prepare", ("can each take", "its share?")),
    ("write", ("whole or", "not at all")),
    ("settle", ("read back,", "remember")),
)
FORMS = (
    ("raw cell", ("XML or JSON", "xlsx/ · google/")),
    ("cell value", ("text, number,", "date, fault")),
    ("meaning", ("day, partner,", "word of a list")),
    ("kept value", ("one text for", "equal meaning")),
    ("planned cell", ("CellEdit,", "GeneratedSheet")),
)


PEOPLES = "Excel files and Google Sheets that people type in"
REMEMBERED = (
    "records · bases · conflicts · facts · journal · stamps",
    "staged before the first write, settled after the last one:",
    "a run that broke off is made good by the next,",
    "which sees by the mark what was written",
)
PIECES = (
    "record: a row as the network has it · base: the row as this workbook last agreed to it",
    "replica: what one workbook shows in this run · plan: all one workbook is to be told",
    "mark: a hidden name in the workbook: which book, which run wrote last, whose ledger",
)
ABOUT = (
    "One run reads the workbooks, plans, guards, prepares, writes and settles; the ledger gives "
    "what was agreed before and keeps what is agreed now. Below: the forms a cell takes, and the "
    "pieces of memory."
)


def picture() -> str:
    """The whole picture."""
    parts = [
        text(20, 26, "One run (trustbook/run/sync.py)", bold=True, start=True),
        Box(20, 40, 660, 54, "workbooks", (PEOPLES,), THEIRS).svg(),
    ]
    parts += _steps(y=140)
    parts += _memory(y=270)
    parts += [text(20, 436, "The forms of a cell", bold=True, start=True), *_forms(y=450)]
    parts.append(text(20, 560, "The pieces of memory", bold=True, start=True))
    parts += [text(20, 580 + 18 * n, line, start=True) for n, line in enumerate(PIECES)]
    return "\n".join([*_head(), *parts, "</svg>"]) + "\n"


def _head() -> list[str]:
    """The start of the file: sizes, words for who cannot see, arrow heads, white ground."""
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    fonts = 'font-family="DejaVu Sans, Verdana, Arial, sans-serif"'
    heads = _marker("head", "M0,0 L8,4 L0,8 z", 7)
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        f'aria-labelledby="title about" {fonts}>',
        '<title id="title">The architecture of trustbook</title>',
        f'<desc id="about">{escape(ABOUT)}</desc>',
        f"<defs>{heads}</defs>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]


def _marker(name: str, shape: str, at: int) -> str:
    return (
        f'<marker id="{name}" markerWidth="8" markerHeight="8" refX="{at}" refY="4" orient="auto">'
        f'<path d="{shape}" fill="{INK}"/></marker>'
    )


def _steps(y: int) -> list[str]:
    """The six steps; the first reads the workbooks, the fifth writes them."""
    parts, width, gap = [], 100, 12
    for n, (name, lines) in enumerate(STEPS):
        x = 20 + n * (width + gap)
        parts.append(Box(x, y, width, 70, name, lines).svg())
        if n:
            parts.append(arrow((x - gap, y + 35), (x, y + 35)))
    middle = [70 + n * (width + gap) for n in range(len(STEPS))]
    parts.append(arrow((middle[0], 94), (middle[0], y)))
    parts.append(text(middle[0] + 8, y - 18, "snapshot", start=True))
    parts.append(arrow((middle[2], y), (middle[2], 94)))
    parts.append(text(middle[2] + 8, y - 18, "stopped: a note only", start=True))
    parts.append(arrow((middle[4], y), (middle[4], 94)))
    parts.append(text(middle[4] + 8, y - 18, "changes, marks", start=True))
    return parts


def _memory(y: int) -> list[str]:
    """The ledger below the steps, and what passes between them."""
    ledger = Box(20, y, 660, 110, "ledger: one SQLite file per book", REMEMBERED, MEMORY)
    return [
        ledger.svg(),
        arrow((182, y), (182, 210)),
        text(190, 246, "bases, records", start=True),
        arrow((468, 210), (468, y)),
        text(476, 246, "staged", start=True),
        arrow((630, 210), (630, y)),
        text(622 - 52, 246, "settled", start=True),
    ]


def _forms(y: int) -> list[str]:
    parts, width, gap = [], 120, 15
    for n, (name, lines) in enumerate(FORMS):
        x = 20 + n * (width + gap)
        parts.append(
            Box(x, y, width, 66, name, lines, MEMORY if name == "kept value" else OURS).svg()
        )
        if n in (1, 2, 4):
            parts.append(arrow((x - gap, y + 33), (x, y + 33)))
    parts.append(arrow((215, y + 66), (215, y + 80), (485, y + 80), (485, y + 66)))
    return parts


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
