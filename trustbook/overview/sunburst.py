"""The sun: every partner a sign, warm ones in the centre, cold ones at the edge, sectors by domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

from trustbook.overview.svg import COLD, COOLING, LINE, PAPER, SOFT, SUN, WARM, Canvas, polar, wide

# Statuses and where they lie, as parts of the radius; who is new or paused stands outside.
_RINGS = (
    (("warm",), 0.1, 0.60, WARM),
    (("cooling",), 0.60, 0.80, COOLING),
    (("cold", "crisis_only"), 0.80, 1.0, COLD),
    (("new", "paused"), 1.0, 1.11, PAPER),
)
_WIDTH, _RADIUS, _ROOM = 560.0, 150.0, 26.0
_WIDEST, _NARROWEST = 13.0, 2.0
_LEAST_ANGLE = 0.16
_LINE = 11.5
_LONGEST = 18


@dataclass(frozen=True, slots=True)
class Slice:
    """One sector: its words (nothing for the only one) and how many partners have each status."""

    label: str
    counts: dict[str, int]


def draw_sun(slices: Sequence[Slice], legend: list[tuple[str, str]], alternative: str) -> str:
    """The sun as SVG. Its area belongs to the sectors by the room their partners need."""
    x, y = _WIDTH / 2, _RADIUS * 1.11 + _ROOM
    canvas = Canvas(_WIDTH, 2 * y + 16)
    angles = _angles(slices)
    for start, end in angles or [(0.0, 2 * pi)]:
        for _, inner, outer, fill in _RINGS[:3]:
            canvas.ring(x, y, inner * _RADIUS, outer * _RADIUS, start, end, fill)
    if len(slices) > 1:
        for start, _ in angles:
            (x1, y1), (x2, y2) = (
                polar(x, y, 0.1 * _RADIUS, start),
                polar(x, y, 1.11 * _RADIUS, start),
            )
            canvas.add(
                "path", d=f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}", stroke=PAPER, stroke_width=2
            )
    rim = 1.11 * _RADIUS
    canvas.add(
        "circle",
        cx=x,
        cy=y,
        r=rim,
        fill="none",
        stroke=LINE,
        stroke_width=0.6,
        stroke_dasharray="2 3",
    )
    canvas.add("circle", cx=x, cy=y, r=0.05 * _RADIUS, fill=WARM, stroke=SUN, stroke_width=1.5)
    pitch = _pitch(slices, angles)
    for part, (start, end) in zip(slices, angles, strict=True):
        for statuses, inner, outer, _ in _RINGS:
            signs = [status for status in statuses for _ in range(part.counts.get(status, 0))]
            spots = _spots(len(signs), inner * _RADIUS, outer * _RADIUS, start, end, pitch)
            for status, (radius, angle) in zip(signs, spots, strict=True):
                canvas.mark(status, *polar(x, y, radius, angle), pitch * 0.36)
    _labels(canvas, x, y, slices, angles)
    width = sum(22 + wide(words, 10) for _, words in legend)
    canvas.legend(max(0, (_WIDTH - width) / 2), 2 * y + 8, legend)
    return canvas.done(alternative)


def _angles(slices: Sequence[Slice]) -> list[tuple[float, float]]:
    """Where each sector begins and ends: by the ring that needs most room, and never too narrow to
    see.
    """
    needs = []
    for part in slices:
        rooms = [
            sum(part.counts.get(status, 0) for status in statuses) / (outer**2 - inner**2)
            for statuses, inner, outer, _ in _RINGS
        ]
        needs.append(max(max(rooms), 0.5))
    least = _LEAST_ANGLE * len(slices)
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


def _pitch(slices: Sequence[Slice], angles: Sequence[tuple[float, float]]) -> float:
    """The largest distance between signs at which every ring of every sector holds its partners."""
    pitch = _WIDEST
    while pitch > _NARROWEST and not all(
        sum(
            _capacity(r, *angle, pitch, len(slices) == 1)
            for r in _rows(inner * _RADIUS, outer * _RADIUS, pitch)
        )
        >= sum(part.counts.get(status, 0) for status in statuses)
        for part, angle in zip(slices, angles, strict=True)
        for statuses, inner, outer, _ in _RINGS
    ):
        pitch -= 0.1
    return pitch


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


def _labels(
    canvas: Canvas,
    x: float,
    y: float,
    slices: Sequence[Slice],
    angles: Sequence[tuple[float, float]],
) -> None:
    """Each sector's words beside it, pushed apart where they would touch."""
    if len(slices) < 2:
        return
    middles = [(start + end) / 2 for start, end in angles]
    texts = [_wrapped(f"{part.label} {sum(part.counts.values())}") for part in slices]
    for right in (True, False):
        side = [i for i, middle in enumerate(middles) if (middle < pi) == right]
        side.sort(key=lambda i: polar(x, y, 1, middles[i])[1])
        wanted = [polar(x, y, _RADIUS * 1.11 + 10, middles[i])[1] for i in side]
        heights = _apart(wanted, [_LINE * len(texts[i]) + 2 for i in side], 12, 2 * y - 6)
        for i, height in zip(side, heights, strict=True):
            (x1, y1), (tip, _) = (polar(x, y, _RADIUS * 1.11 + out, middles[i]) for out in (0, 12))
            sign = 1 if right else -1
            nearest = min(
                (height, height + _LINE * (len(texts[i]) - 1)), key=lambda line: abs(line - y)
            )
            at = x + sign * max(abs(tip - x), _edge(nearest - y))
            canvas.add(
                "path",
                d=f"M{x1:.2f} {y1:.2f}L{at:.2f} {height - 3:.2f}",
                stroke=SOFT,
                stroke_width=0.6,
            )
            for number, line in enumerate(texts[i]):
                canvas.text(
                    at + 3 * sign, height + number * _LINE, line, 10, "start" if right else "end"
                )


def _wrapped(words: str) -> list[str]:
    """Words in lines of a readable length."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LONGEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _edge(height: float) -> float:
    """How far from the middle a label at this height must stand to clear the sun."""
    radius = _RADIUS * 1.11 + 8
    return sqrt(max(0.0, radius**2 - height**2))


def _apart(
    wanted: Sequence[float], rooms: Sequence[float], top: float, bottom: float
) -> list[float]:
    """Heights as near to ``wanted`` (in order) as the room each needs below it and the borders
    allow.
    """
    heights: list[float] = []
    for i, height in enumerate(wanted):
        heights.append(max(height, heights[-1] + rooms[i - 1] if heights else top))
    for i in reversed(range(len(heights))):
        limit = heights[i + 1] if i + 1 < len(heights) else bottom + _LINE
        heights[i] = min(heights[i], limit - rooms[i])
    return heights
