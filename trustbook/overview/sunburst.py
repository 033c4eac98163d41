"""The sunburst: every partner a sign, warm ones in the centre, cold ones at the edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

from trustbook.overview.svg import (
    COLD,
    COOLING,
    LINE,
    PAPER,
    SOFT,
    SUN,
    WARM,
    Canvas,
    polar,
    text_width,
)

# Statuses and where they lie, as parts of the radius; who is new or paused stands outside.
_RINGS = (
    (("warm",), 0.1, 0.60, WARM),
    (("cooling",), 0.60, 0.80, COOLING),
    (("cold", "crisis_only"), 0.80, 1.0, COLD),
    (("new", "paused"), 1.0, 1.11, PAPER),
)
_WIDTH, _RADIUS, _ROOM = 560.0, 150.0, 26.0
_RIM = 1.11 * _RADIUS
_WIDEST, _NARROWEST = 13.0, 2.0
_LEAST_ANGLE = 0.16
_LINE = 11.5
_LONGEST = 18


@dataclass(frozen=True, slots=True)
class SunburstSector:
    """One sector: its words (nothing for the only one) and how many partners have each status."""

    label: str
    counts: dict[str, int]

    def partners(self, statuses: Sequence[str]) -> int:
        """How many partners have one of ``statuses``."""
        return sum(self.counts.get(status, 0) for status in statuses)


def draw_sunburst(
    sectors: Sequence[SunburstSector], legend: list[tuple[str, str]], alternative: str
) -> str:
    """The sunburst as SVG; each sector is as wide as the room its partners need."""
    x, y = _WIDTH / 2, _RIM + _ROOM
    canvas = Canvas(_WIDTH, 2 * y + 16)
    angles = _angles(sectors)
    _draw_rings(canvas, x, y, angles)
    _draw_signs(canvas, x, y, sectors, angles)
    if len(sectors) > 1:
        _draw_labels(canvas, x, y, sectors, angles)
    width = sum(22 + text_width(words, 10) for _, words in legend)
    canvas.legend(max(0, (_WIDTH - width) / 2), 2 * y + 8, legend)
    return canvas.to_svg(alternative)


def _draw_rings(canvas: Canvas, x: float, y: float, angles: Sequence[tuple[float, float]]) -> None:
    for start, end in angles or [(0.0, 2 * pi)]:
        for _, inner, outer, fill in _RINGS[:3]:
            canvas.ring(x, y, inner * _RADIUS, outer * _RADIUS, start, end, fill)
    if len(angles) > 1:
        for start, _ in angles:
            _draw_border(canvas, x, y, start)
    canvas.add(
        "circle",
        cx=x,
        cy=y,
        r=_RIM,
        fill="none",
        stroke=LINE,
        stroke_width=0.6,
        stroke_dasharray="2 3",
    )
    canvas.add("circle", cx=x, cy=y, r=0.05 * _RADIUS, fill=PAPER, stroke=SUN, stroke_width=1.5)


def _draw_border(canvas: Canvas, x: float, y: float, angle: float) -> None:
    x1, y1 = polar(x, y, 0.1 * _RADIUS, angle)
    x2, y2 = polar(x, y, _RIM, angle)
    line = f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}"
    canvas.add("path", d=line, stroke=PAPER, stroke_width=2)


def _draw_signs(
    canvas: Canvas,
    x: float,
    y: float,
    sectors: Sequence[SunburstSector],
    angles: Sequence[tuple[float, float]],
) -> None:
    pitch = _pitch(sectors, angles)
    for sector, (start, end) in zip(sectors, angles, strict=True):
        for statuses, inner, outer, _ in _RINGS:
            signs = [status for status in statuses for _ in range(sector.counts.get(status, 0))]
            spots = _spots(len(signs), inner * _RADIUS, outer * _RADIUS, start, end, pitch)
            for status, (radius, angle) in zip(signs, spots, strict=True):
                canvas.status_sign(status, *polar(x, y, radius, angle), pitch * 0.36)


def _angles(sectors: Sequence[SunburstSector]) -> list[tuple[float, float]]:
    """Where each sector begins and ends: by the ring that needs most room, never too narrow."""
    needs = []
    for sector in sectors:
        rooms = [
            sector.partners(statuses) / (outer**2 - inner**2)
            for statuses, inner, outer, _ in _RINGS
        ]
        needs.append(max(max(rooms), 0.5))
    least = _LEAST_ANGLE * len(sectors)
    turn, at, result = 2 * pi - least, 0.0, []
    for need in needs:
        width = _LEAST_ANGLE + turn * need / sum(needs)
        result.append((at, at + width))
        at += width
    return result


def _capacity(radius: float, start: float, end: float, pitch: float, whole: bool) -> int:
    length = (end - start) * radius - (0 if whole else pitch * 0.3)
    return max(0, int(length / pitch))


def _rows(inner: float, outer: float, pitch: float) -> list[float]:
    count = int((outer - inner) / pitch)
    gap = (outer - inner) / count if count else 0
    return [inner + gap * (row + 0.5) for row in range(count)]


def _pitch(sectors: Sequence[SunburstSector], angles: Sequence[tuple[float, float]]) -> float:
    """The largest distance between signs at which every ring of every sector holds its partners."""
    pitch = _WIDEST
    while pitch > _NARROWEST and not _all_fit(sectors, angles, pitch):
        pitch -= 0.1
    return pitch


def _all_fit(
    sectors: Sequence[SunburstSector], angles: Sequence[tuple[float, float]], pitch: float
) -> bool:
    whole = len(sectors) == 1
    for sector, (start, end) in zip(sectors, angles, strict=True):
        for statuses, inner, outer, _ in _RINGS:
            rows = _rows(inner * _RADIUS, outer * _RADIUS, pitch)
            room = sum(_capacity(radius, start, end, pitch, whole) for radius in rows)
            if room < sector.partners(statuses):
                return False
    return True


def _spots(
    count: int, inner: float, outer: float, start: float, end: float, pitch: float
) -> list[tuple[float, float]]:
    """``count`` places (radius, angle) in a slice of a ring, spread evenly over its rows."""
    rows = _rows(inner, outer, pitch) or [(inner + outer) / 2]
    whole = end - start > 2 * pi - 0.01
    room = [max(1, _capacity(radius, start, end, pitch, whole)) for radius in rows]
    total, spots, placed, seen = sum(room), [], 0, 0
    for radius, capacity in zip(rows, room, strict=True):
        seen += capacity
        here = round(count * seen / total) - placed
        placed += here
        step = (end - start) / here if here else 0
        shift = seen % 2 / 2 if whole else 0.5  # all the way round, rows need not stand in line
        spots += [(radius, start + step * (number + shift)) for number in range(here)]
    return spots


def _draw_labels(
    canvas: Canvas,
    x: float,
    y: float,
    sectors: Sequence[SunburstSector],
    angles: Sequence[tuple[float, float]],
) -> None:
    """Each sector's words beside it, pushed apart where they would touch."""
    labels = [
        ((start + end) / 2, _wrapped(f"{sector.label} {sum(sector.counts.values())}"))
        for sector, (start, end) in zip(sectors, angles, strict=True)
    ]
    for right in (True, False):
        side = [label for label in labels if (label[0] < pi) == right]
        side.sort(key=lambda label: polar(x, y, 1, label[0])[1])
        wanted = [polar(x, y, _RIM + 10, middle)[1] for middle, _ in side]
        rooms = [_LINE * len(lines) + 2 for _, lines in side]
        heights = _apart(wanted, rooms, 12, 2 * y - 6)
        for (middle, lines), height in zip(side, heights, strict=True):
            _draw_label(canvas, x, y, middle, lines, height, right)


def _draw_label(
    canvas: Canvas, x: float, y: float, middle: float, lines: list[str], height: float, right: bool
) -> None:
    """One sector's words from ``height`` down, with a line to the rim at the angle ``middle``."""
    x1, y1 = polar(x, y, _RIM, middle)
    tip, _ = polar(x, y, _RIM + 12, middle)
    sign, anchor = (1, "start") if right else (-1, "end")
    last = height + _LINE * (len(lines) - 1)
    nearest = min((height, last), key=lambda line: abs(line - y))
    at = x + sign * max(abs(tip - x), _edge(nearest - y))
    line = f"M{x1:.2f} {y1:.2f}L{at:.2f} {height - 3:.2f}"
    canvas.add("path", d=line, stroke=SOFT, stroke_width=0.6)
    for number, words in enumerate(lines):
        canvas.text(at + 3 * sign, height + number * _LINE, words, 10, anchor)


def _wrapped(words: str) -> list[str]:
    """Words in lines of a readable length."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LONGEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _edge(height: float) -> float:
    """How far from the middle a label at this height must stand to clear the sunburst."""
    radius = _RIM + 8
    return sqrt(max(0.0, radius**2 - height**2))


def _apart(
    wanted: Sequence[float], rooms: Sequence[float], top: float, bottom: float
) -> list[float]:
    """Heights as near to ``wanted`` (in order) as the room below each and the borders allow."""
    heights: list[float] = []
    for i, height in enumerate(wanted):
        heights.append(max(height, heights[-1] + rooms[i - 1] if heights else top))
    for i in reversed(range(len(heights))):
        limit = heights[i + 1] if i + 1 < len(heights) else bottom + _LINE
        heights[i] = min(heights[i], limit - rooms[i])
    return heights
