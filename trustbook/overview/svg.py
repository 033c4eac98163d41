"""A sheet to draw on: a handful of SVG shapes in the colours of the workbook, every text escaped,
nothing styled.

No style attributes and no scripts: the page that holds a drawing may forbid both.
"""

from __future__ import annotations

from math import cos, sin
from xml.sax.saxutils import escape, quoteattr

INK, SOFT, LINE, PALE, PAPER = "#1F2933", "#52606D", "#9AA5B1", "#E4E7EB", "#FFFFFF"
WARM, COOLING, COLD = "#FFE8A3", "#DADDE1", "#BFDDF5"
SUN, NIGHT, ALARM = "#B36200", "#1F4E79", "#8A1C1C"
FONT = "Arial, Liberation Sans, Helvetica, DejaVu Sans, sans-serif"
_FULL_TURN = 6.283


class Canvas:
    """Collects shapes, and gives them back as one SVG with its text alternative."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def add(self, name: str, text: str = "", **attributes: object) -> None:
        """One element; numbers are written short, underscores stand for dashes."""
        given = "".join(
            f" {key.replace('_', '-')}={quoteattr(_short(value))}"
            for key, value in attributes.items()
        )
        self._parts.append(
            f"<{name}{given}>{escape(text)}</{name}>" if text else f"<{name}{given}/>"
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 10,
        anchor: str = "start",
        **more: object,
    ) -> None:
        """Words with their baseline at ``y``; ``anchor`` is start, middle or end."""
        self.add(
            "text",
            words,
            x=x,
            y=y,
            **{"font-size": size, "text-anchor": anchor, "fill": INK, **more},
        )

    def ring(
        self, x: float, y: float, inner: float, outer: float, start: float, end: float, fill: str
    ) -> None:
        """A slice of a ring between two angles (radians, clockwise from the top); a whole one from
        0 to a full turn.
        """
        if end - start >= _FULL_TURN:
            middle = (start + end) / 2
            self.ring(x, y, inner, outer, start, middle, fill)
            self.ring(x, y, inner, outer, middle, end - 1e-4, fill)
            return
        large = int(end - start > _FULL_TURN / 2)
        (x1, y1), (x2, y2) = polar(x, y, outer, start), polar(x, y, outer, end)
        (x3, y3), (x4, y4) = polar(x, y, inner, end), polar(x, y, inner, start)
        path = (
            f"M{_short(x1)} {_short(y1)}A{_short(outer)} {_short(outer)} 0 {large} 1 {_short(x2)} {_short(y2)}"
            f"L{_short(x3)} {_short(y3)}A{_short(inner)} {_short(inner)} 0 {large} 0 {_short(x4)} {_short(y4)}Z"
        )
        self.add("path", d=path, fill=fill)

    def mark(self, status: str, x: float, y: float, r: float) -> None:
        """A status as a sign that needs no colour: ● warm, ◐ cooling, ○ cold, ✕ crisis only, ◇ new,
        – paused.
        """
        thick = max(r * 0.3, 0.5)
        if status == "warm":
            self.add("circle", cx=x, cy=y, r=r, fill=SUN)
        elif status == "cooling":
            self.add(
                "circle", cx=x, cy=y, r=r - thick / 2, fill=PAPER, stroke=SOFT, stroke_width=thick
            )
            half = f"M{_short(x)} {_short(y - r)}A{_short(r)} {_short(r)} 0 0 0 {_short(x)} {_short(y + r)}Z"
            self.add("path", d=half, fill=SOFT)
        elif status == "cold":
            self.add(
                "circle", cx=x, cy=y, r=r - thick / 2, fill=PAPER, stroke=NIGHT, stroke_width=thick
            )
        elif status == "crisis_only":
            s = r * 0.8
            cross = f"M{_short(x - s)} {_short(y - s)}L{_short(x + s)} {_short(y + s)}"
            cross += f"M{_short(x - s)} {_short(y + s)}L{_short(x + s)} {_short(y - s)}"
            self.add("path", d=cross, stroke=ALARM, stroke_width=thick * 1.4)
        elif status == "new":
            diamond = f"M{_short(x)} {_short(y - r)}L{_short(x + r)} {_short(y)}L{_short(x)} {_short(y + r)}"
            self.add(
                "path",
                d=f"{diamond}L{_short(x - r)} {_short(y)}Z",
                fill=PAPER,
                stroke=INK,
                stroke_width=thick,
            )
        else:
            self.add(
                "path",
                d=f"M{_short(x - r)} {_short(y)}H{_short(x + r)}",
                stroke=SOFT,
                stroke_width=thick * 1.4,
            )

    def legend(self, x: float, y: float, entries: list[tuple[str, str]], size: float = 10) -> None:
        """Signs with their words, in one line from ``x``: the words of ``entries`` (status, words)."""
        for status, words in entries:
            self.mark(status, x + 4, y - size * 0.35, 4)
            self.text(x + 12, y, words, size)
            x += 22 + wide(words, size)

    def done(self, alternative: str) -> str:
        """The drawing; ``alternative`` says in words what it shows."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_short(self.width)} {_short(self.height)}" '
            f'role="img" aria-label={quoteattr(alternative)} font-family="{FONT}">'
        )
        return head + "".join(self._parts) + "</svg>"


def polar(x: float, y: float, radius: float, angle: float) -> tuple[float, float]:
    """The point at ``radius`` from (x, y), ``angle`` in radians clockwise from the top."""
    return x + radius * sin(angle), y - radius * cos(angle)


def wide(words: str, size: float) -> float:
    """About how wide words are, in the units of the drawing."""
    return len(words) * size * 0.54


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
