"""The other two pictures: partner by phenomenon as a field of signs, and sunny against crisis month
by month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trustbook.overview.svg import INK, LINE, NIGHT, PALE, PAPER, SOFT, SUN, WARM, Canvas, wide

_WIDTH = 700.0
_LABELS, _GAP = 126.0, 5.0
_LOWEST = 50.0  # units of height for all phenomena together, so that four bands stay on the page
_HIGHEST = 80.0
_BARS_WIDTH = 540.0


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """One partner: its status and, per phenomenon, whether it stands for it."""

    status: str
    stands: tuple[bool, ...]


def draw_dots(
    phenomena: Sequence[str],
    groups: Sequence[tuple[str, Sequence[ChartColumn]]],
    legend: list[tuple[str, str]],
    alternative: str,
) -> str:
    """A column per partner, a row per phenomenon, in as many bands as it takes; groups carry their
    words above.
    """
    total = sum(len(columns) for _, columns in groups)
    pitch = 10.0 if total <= 90 else 8.4 if total <= 210 else 7.4
    pitch = min(pitch, max(_LOWEST / max(1, len(phenomena)), 5.0))
    height = pitch * max(1, len(phenomena)) + 17
    bands = _bands(groups, pitch)
    canvas = Canvas(_WIDTH, height * max(1, len(bands)) + 18)
    for number, band in enumerate(bands or [[]]):
        top = number * height + 12
        for row, name in enumerate(phenomena):
            y = top + pitch * (row + 0.5)
            canvas.text(_LABELS - 6, y + 2.5, name, 7.2, "end")
            canvas.add(
                "path", d=f"M{_LABELS:.0f} {y:.2f}H{_WIDTH:.0f}", stroke=PALE, stroke_width=0.5
            )
        for words, x, columns in band:
            canvas.text(x, top - 4, words, 8, fill=SOFT)
            for place, column in enumerate(columns):
                for row, stands in enumerate(column.stands):
                    if stands:
                        canvas.mark(
                            column.status,
                            x + pitch * (place + 0.5),
                            top + pitch * (row + 0.5),
                            pitch * 0.36,
                        )
    canvas.legend(_LABELS, canvas.height - 5, legend, 9)
    return canvas.done(alternative)


def _bands(
    groups: Sequence[tuple[str, Sequence[ChartColumn]]], pitch: float
) -> list[list[tuple[str, float, Sequence[ChartColumn]]]]:
    """Groups laid out from left to right, with room for their words; what does not fit goes on in
    the next band.
    """
    bands: list[list[tuple[str, float, Sequence[ChartColumn]]]] = []
    x = _WIDTH
    for words, columns in groups:
        rest = list(columns)
        shown = words
        while rest:
            room = int((_WIDTH - x) / pitch)
            if room < min(len(rest), 4) or x + wide(shown, 8) > _WIDTH:
                bands.append([])
                x, room = _LABELS, int((_WIDTH - _LABELS) / pitch)
            here, rest = rest[:room], rest[room:]
            bands[-1].append((shown, x, here))
            x += max(len(here) * pitch, wide(shown, 8)) + _GAP
            shown = f"{words} …"
    return bands


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: its letter, the year where one begins, and its moments; None for a month that had
    not begun.
    """

    label: str
    year: str
    sunny: int | None
    crisis: int | None


def draw_bars(bars: Sequence[Bar], sunny: str, crisis: str, alternative: str) -> str:
    """Sunny moments upwards, crisis downwards and striped, on one scale."""
    left, top = 30.0, 22.0
    most = max((max(bar.sunny or 0, bar.crisis or 0) for bar in bars), default=0)
    step = _step(most)
    scale = _HIGHEST / max(step, -(-most // step) * step)
    up = -(-max((bar.sunny or 0 for bar in bars), default=0) // step) * step
    down = -(-max((bar.crisis or 0 for bar in bars), default=0) // step) * step
    zero = top + max(up, step) * scale
    bottom = zero + max(down * scale, 12)
    canvas = Canvas(_BARS_WIDTH, bottom + 32)
    canvas.add("rect", x=left, y=3, width=9, height=9, fill=WARM, stroke=SUN, stroke_width=1)
    canvas.text(left + 14, 11, sunny, 9.5)
    at = left + 34 + wide(sunny, 9.5)
    canvas.add("rect", x=at, y=3, width=9, height=9, fill=PAPER, stroke=NIGHT, stroke_width=1)
    canvas.add(
        "path", d=f"M{at:.2f} 6H{at + 9:.2f}M{at:.2f} 9H{at + 9:.2f}", stroke=NIGHT, stroke_width=1
    )
    canvas.text(at + 14, 11, crisis, 9.5)
    for value in range(-down, max(up, step) + 1, step):
        y = zero - value * scale
        canvas.add(
            "path",
            d=f"M{left:.0f} {y:.2f}H{_BARS_WIDTH:.0f}",
            stroke=INK if value == 0 else PALE,
            stroke_width=0.8,
        )
        canvas.text(left - 5, y + 3, str(abs(value)), 8, "end", fill=SOFT)
    wide_bar = (_BARS_WIDTH - left) / max(1, len(bars))
    for place, bar in enumerate(bars):
        x = left + place * wide_bar
        if bar.sunny:
            high = bar.sunny * scale
            canvas.add(
                "rect",
                x=x + 3,
                y=zero - high,
                width=wide_bar - 6,
                height=high,
                fill=WARM,
                stroke=SUN,
                stroke_width=1,
            )
            canvas.text(x + wide_bar / 2, zero - high - 2, str(bar.sunny), 7.5, "middle")
        if bar.crisis:
            _striped(canvas, x + 3, zero, wide_bar - 6, bar.crisis * scale)
        canvas.text(x + wide_bar / 2, bottom + 11, bar.label, 8, "middle", fill=SOFT)
        if bar.year:
            canvas.text(x + 2, bottom + 24, bar.year, 9)
            canvas.add(
                "path", d=f"M{x:.2f} {top - 4:.2f}V{bottom + 26:.2f}", stroke=LINE, stroke_width=0.6
            )
    return canvas.done(alternative)


def _striped(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.add(
        "rect", x=x, y=y, width=width, height=height, fill=PAPER, stroke=NIGHT, stroke_width=1
    )
    lines = "".join(
        f"M{x:.2f} {y + 3 * n:.2f}H{x + width:.2f}" for n in range(1, int(height / 3) + 1)
    )
    if lines:
        canvas.add("path", d=lines, stroke=NIGHT, stroke_width=1)


def _step(most: int) -> int:
    """A round distance between the lines of the scale: about four of them."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10000):
        if most <= 4 * step:
            return step
    return max(1, most // 4)
