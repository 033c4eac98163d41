"""Two drawings beside the sunburst: partner by phenomenon as dots, moments by month as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trustbook.overview.svg import (
    INK,
    LINE,
    NIGHT,
    PALE,
    PAPER,
    SOFT,
    SUN,
    Canvas,
    text_width,
)

_WIDTH = 700.0
_LABELS, _GAP = 126.0, 5.0
_LOWEST = 50.0  # units of height for all phenomena together, so that four bands stay on the page
_HIGHEST = 80.0
_BARS_WIDTH = 540.0
_LEFT, _TOP = 30.0, 22.0  # where the bars begin


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
    """A column per partner, a row per phenomenon, in as many bands as it takes.

    ``groups`` carry their words above.
    """
    rows = max(1, len(phenomena))
    pitch = _dot_pitch(sum(len(columns) for _, columns in groups), rows)
    height = pitch * rows + 17
    bands = _bands(groups, pitch)
    canvas = Canvas(_WIDTH, height * max(1, len(bands)) + 18)
    for number, band in enumerate(bands or [[]]):
        top = number * height + 12
        _draw_rows(canvas, phenomena, top, pitch)
        for words, x, columns in band:
            canvas.text(x, top - 4, words, 8, fill=SOFT)
            _draw_columns(canvas, columns, x, top, pitch)
    canvas.legend(_LABELS, canvas.height - 5, legend, 9)
    return canvas.to_svg(alternative)


def _dot_pitch(partners: int, rows: int) -> float:
    """The distance between dots: closer with more partners, or with more rows to a band."""
    pitch = 7.4
    if partners <= 90:
        pitch = 10.0
    elif partners <= 210:
        pitch = 8.4
    return min(pitch, max(_LOWEST / rows, 5.0))


def _draw_rows(canvas: Canvas, phenomena: Sequence[str], top: float, pitch: float) -> None:
    for row, name in enumerate(phenomena):
        y = top + pitch * (row + 0.5)
        canvas.text(_LABELS - 6, y + 2.5, name, 7.2, "end")
        line = f"M{_LABELS:.0f} {y:.2f}H{_WIDTH:.0f}"
        canvas.add("path", d=line, stroke=PALE, stroke_width=0.5)


def _draw_columns(
    canvas: Canvas, columns: Sequence[ChartColumn], x: float, top: float, pitch: float
) -> None:
    for place, column in enumerate(columns):
        middle = x + pitch * (place + 0.5)
        for row, stands in enumerate(column.stands):
            if stands:
                y = top + pitch * (row + 0.5)
                canvas.status_sign(column.status, middle, y, pitch * 0.36)


def _bands(
    groups: Sequence[tuple[str, Sequence[ChartColumn]]], pitch: float
) -> list[list[tuple[str, float, Sequence[ChartColumn]]]]:
    """Groups from left to right, each with room for its words, going on in the next band."""
    bands: list[list[tuple[str, float, Sequence[ChartColumn]]]] = []
    x = _WIDTH
    for words, columns in groups:
        rest = list(columns)
        shown = words
        while rest:
            room = int((_WIDTH - x) / pitch)
            if room < min(len(rest), 4) or x + text_width(shown, 8) > _WIDTH:
                bands.append([])
                x, room = _LABELS, int((_WIDTH - _LABELS) / pitch)
            here, rest = rest[:room], rest[room:]
            bands[-1].append((shown, x, here))
            x += max(len(here) * pitch, text_width(shown, 8)) + _GAP
            shown = f"{words} …"
    return bands


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: its letter, the year where one begins, its moments; None before it began."""

    label: str
    year: str
    sunny: int | None
    crisis: int | None


def draw_bars(bars: Sequence[Bar], sunny: str, crisis: str, alternative: str) -> str:
    """Sunny moments upwards, crisis downwards and striped, on one scale."""
    most_sunny = max((bar.sunny or 0 for bar in bars), default=0)
    most_crisis = max((bar.crisis or 0 for bar in bars), default=0)
    most = max(most_sunny, most_crisis)
    step = _step(most)
    scale = _HIGHEST / max(step, _rounded_up(most, step))
    up, down = max(step, _rounded_up(most_sunny, step)), _rounded_up(most_crisis, step)
    zero = _TOP + up * scale
    bottom = zero + max(down * scale, 12)
    canvas = Canvas(_BARS_WIDTH, bottom + 32)
    _draw_bar_legend(canvas, sunny, crisis)
    for value in range(-down, up + 1, step):
        _draw_scale_line(canvas, value, zero - value * scale)
    width = (_BARS_WIDTH - _LEFT) / max(1, len(bars))
    for place, bar in enumerate(bars):
        x = _LEFT + place * width
        _draw_bar(canvas, bar, x, width, zero, scale)
        _draw_bar_label(canvas, bar, x, width, bottom)
    return canvas.to_svg(alternative)


def _rounded_up(number: int, step: int) -> int:
    return -(-number // step) * step


def _draw_bar_legend(canvas: Canvas, sunny: str, crisis: str) -> None:
    canvas.add("rect", x=_LEFT, y=3, width=9, height=9, fill=SUN, stroke=SUN, stroke_width=1)
    canvas.text(_LEFT + 14, 11, sunny, 9.5)
    at = _LEFT + 34 + text_width(sunny, 9.5)
    canvas.add("rect", x=at, y=3, width=9, height=9, fill=PAPER, stroke=NIGHT, stroke_width=1)
    stripes = f"M{at:.2f} 6H{at + 9:.2f}M{at:.2f} 9H{at + 9:.2f}"
    canvas.add("path", d=stripes, stroke=NIGHT, stroke_width=1)
    canvas.text(at + 14, 11, crisis, 9.5)


def _draw_scale_line(canvas: Canvas, value: int, y: float) -> None:
    line, colour = f"M{_LEFT:.0f} {y:.2f}H{_BARS_WIDTH:.0f}", INK if value == 0 else PALE
    canvas.add("path", d=line, stroke=colour, stroke_width=0.8)
    canvas.text(_LEFT - 5, y + 3, str(abs(value)), 8, "end", fill=SOFT)


def _draw_bar(canvas: Canvas, bar: Bar, x: float, width: float, zero: float, scale: float) -> None:
    left, inner = x + 3, width - 6
    if bar.sunny:
        height = bar.sunny * scale
        top = zero - height
        canvas.add(
            "rect", x=left, y=top, width=inner, height=height, fill=SUN, stroke=SUN, stroke_width=1
        )
        canvas.text(x + width / 2, top - 2, str(bar.sunny), 7.5, "middle")
    if bar.crisis:
        _draw_striped(canvas, left, zero, inner, bar.crisis * scale)


def _draw_bar_label(canvas: Canvas, bar: Bar, x: float, width: float, bottom: float) -> None:
    canvas.text(x + width / 2, bottom + 11, bar.label, 8, "middle", fill=SOFT)
    if bar.year:
        canvas.text(x + 2, bottom + 24, bar.year, 9)
        line = f"M{x:.2f} {_TOP - 4:.2f}V{bottom + 26:.2f}"
        canvas.add("path", d=line, stroke=LINE, stroke_width=0.6)


def _draw_striped(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
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
