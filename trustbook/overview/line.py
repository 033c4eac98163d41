"""The share of warm relations as a line over eight quarters, each point with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from trustbook.overview.svg import INK, PALE, SOFT, SUN, Canvas

_WIDTH, _LEFT, _RIGHT = 540.0, 30.0, 14.0
_TOP, _HEIGHT, _BELOW = 16.0, 62.0, 30.0


@dataclass(frozen=True, slots=True)
class SharePoint:
    """One quarter: its words, the year where one begins, and 0 to 100; None where not shown."""

    label: str
    year: str
    percent: int | None


def draw_line(points: Sequence[SharePoint], alternative: str) -> str:
    """The line from left to right, broken where a quarter has no number."""
    canvas = Canvas(_WIDTH, _TOP + _HEIGHT + _BELOW)
    for percent in (0, 50, 100):
        y = _height_of(percent)
        colour = PALE if percent else INK
        canvas.add("path", d=f"M{_LEFT:.0f} {y:.2f}H{_WIDTH:.0f}", stroke=colour, stroke_width=0.8)
        canvas.text(_LEFT - 5, y + 3, f"{percent}", 8, "end", fill=SOFT)
    _draw_segments(canvas, points)
    for place, point in enumerate(points):
        _draw_point(canvas, point, _middle(place, len(points)))
    return canvas.to_svg(alternative)


def _height_of(percent: int) -> float:
    return _TOP + _HEIGHT * (1 - percent / 100)


def _middle(place: int, points: int) -> float:
    return _LEFT + (_WIDTH - _RIGHT - _LEFT) * (place + 0.5) / points


def _draw_segments(canvas: Canvas, points: Sequence[SharePoint]) -> None:
    for place, (one, other) in enumerate(pairwise(points)):
        if one.percent is None or other.percent is None:
            continue
        start = f"M{_middle(place, len(points)):.2f} {_height_of(one.percent):.2f}"
        end = f"L{_middle(place + 1, len(points)):.2f} {_height_of(other.percent):.2f}"
        canvas.add("path", d=start + end, stroke=SUN, stroke_width=2)


def _draw_point(canvas: Canvas, point: SharePoint, x: float) -> None:
    bottom = _TOP + _HEIGHT
    canvas.text(x, bottom + 12, point.label, 8, "middle", fill=SOFT)
    if point.year:
        canvas.text(x, bottom + 25, point.year, 9, "middle")
    if point.percent is not None:
        y = _height_of(point.percent)
        canvas.add("circle", cx=x, cy=y, r=3.2, fill=SUN)
        canvas.text(x, y - 6, f"{point.percent}%", 9, "middle")
