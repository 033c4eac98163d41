"""A canvas: a handful of SVG shapes in the colours of the workbook, every text escaped.

No style attributes and no scripts: the page that holds a drawing may forbid both.
"""

from __future__ import annotations

from math import cos, sin

from trustbook.xlsx.escaping import escape_text, quoted_attribute

INK, SOFT, LINE, PALE, PAPER = "#1F2933", "#52606D", "#9AA5B1", "#E4E7EB", "#FFFFFF"
# A fill means the same as in the workbook: only what asks for work has one.
WARM, COOLING, COLD = PAPER, "#FFE8A3", "#BFDDF5"
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
            f" {key.replace('_', '-')}={quoted_attribute(_short(value))}"
            for key, value in attributes.items()
        )
        self._parts.append(
            f"<{name}{given}>{escape_text(text)}</{name}>" if text else f"<{name}{given}/>"
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
        """A slice of a ring between two angles, in radians clockwise from the top.

        From 0 to a full turn it is the whole ring.
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
            f"{_at('M', x1, y1)}{_at('A', outer, outer)} 0 {large} 1 {_at('', x2, y2)}"
            f"{_at('L', x3, y3)}{_at('A', inner, inner)} 0 {large} 0 {_at('', x4, y4)}Z"
        )
        self.add("path", d=path, fill=fill)

    def status_sign(self, status: str, x: float, y: float, r: float) -> None:
        """A status as a sign that needs no colour.

        ● warm, ◐ cooling, ○ cold, ✕ crisis only, ◇ new, – paused.
        """
        thick = max(r * 0.3, 0.5)
        if status == "warm":
            self.add("circle", cx=x, cy=y, r=r, fill=SUN)
        elif status == "cooling":
            self._circle(x, y, r, SOFT, thick)
            half = f"{_at('M', x, y - r)}{_at('A', r, r)} 0 0 0 {_at('', x, y + r)}Z"
            self.add("path", d=half, fill=SOFT)
        elif status == "cold":
            self._circle(x, y, r, NIGHT, thick)
        elif status == "crisis_only":
            s = r * 0.8
            cross = f"{_at('M', x - s, y - s)}{_at('L', x + s, y + s)}"
            cross += f"{_at('M', x - s, y + s)}{_at('L', x + s, y - s)}"
            self.add("path", d=cross, stroke=ALARM, stroke_width=thick * 1.4)
        elif status == "new":
            diamond = f"{_at('M', x, y - r)}{_at('L', x + r, y)}{_at('L', x, y + r)}"
            diamond += f"{_at('L', x - r, y)}Z"
            self.add("path", d=diamond, fill=PAPER, stroke=INK, stroke_width=thick)
        else:
            dash = f"{_at('M', x - r, y)}H{_short(x + r)}"
            self.add("path", d=dash, stroke=SOFT, stroke_width=thick * 1.4)

    def _circle(self, x: float, y: float, r: float, stroke: str, thick: float) -> None:
        self.add(
            "circle", cx=x, cy=y, r=r - thick / 2, fill=PAPER, stroke=stroke, stroke_width=thick
        )

    def legend(self, x: float, y: float, entries: list[tuple[str, str]], size: float = 10) -> None:
        """Signs with their words, in one line from ``x``; ``entries`` are (status, words)."""
        for status, words in entries:
            self.status_sign(status, x + 4, y - size * 0.35, 4)
            self.text(x + 12, y, words, size)
            x += 22 + text_width(words, size)

    def to_svg(self, alternative: str) -> str:
        """The drawing; ``alternative`` says in words what it shows."""
        size = _at("", self.width, self.height)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
            f'role="img" aria-label={quoted_attribute(alternative)} font-family="{FONT}">'
        )
        return head + "".join(self._parts) + "</svg>"


def polar(x: float, y: float, radius: float, angle: float) -> tuple[float, float]:
    """The point at ``radius`` from (x, y), ``angle`` in radians clockwise from the top."""
    return x + radius * sin(angle), y - radius * cos(angle)


def text_width(words: str, size: float) -> float:
    """About how wide words are, in the units of the drawing."""
    return len(words) * size * 0.54


def _at(command: str, x: float, y: float) -> str:
    """A command of a path and its point."""
    return f"{command}{_short(x)} {_short(y)}"


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
