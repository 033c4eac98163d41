"""How dense the house is, in one table: each figure beside its limit and its goal.

    python scripts/measure_house.py [--json] [--list FIGURE] [--lower] [--root CHECKOUT]

The figures are explained where they are counted: scripts/house.py, and scripts/cell_path.py for the
way of a typed cell through a night. The limits stand in tests/density.toml, and
tests/test_density.py holds the code to them. ``--lower`` writes limits down to what is reached,
never up; ``--list long_lines`` names the places. Ends with 1 when a figure is over its limit.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from house import (
    LIMITS,
    ROOT,
    Figures,
    Limit,
    path_figures,
    places,
    read_limits,
    static_figures,
    worse,
)

# A limit this far above today's figure is worth a remark.
SLACK = 1.05


def table(figures: Figures, limits: dict[str, Limit]) -> str:
    """The figures, one a line."""
    lines = [f"{'figure':<20}{'today':>9}{'limit':>9}{'goal':>9}"]
    for name, value in figures.items():
        today = "n/a" if value is None else f"{value:g}"
        limit = limits.get(name)
        numbers = f"{limit.limit:>9g}{limit.goal:>9g}" if limit else f"{'-':>9}{'-':>9}"
        remark = remark_on(value, limit)
        lines.append(f"{name:<20}{today:>9}{numbers}  {limit.what if limit else ''}{remark}")
    return "\n".join(lines)


def remark_on(value: float | None, limit: Limit | None) -> str:
    """What to say behind a figure: over its limit, or so far under it that the limit may fall."""
    if value is None or limit is None:
        return ""
    if value > limit.limit:
        return "  << OVER"
    return "  (the limit may fall)" if value * SLACK < limit.limit else ""


def lowered(text: str, figures: Figures, limits: dict[str, Limit]) -> str:
    """The text of tests/density.toml with every limit that is higher than needed brought down."""
    for name, limit in limits.items():
        value = figures.get(name)
        if value is not None and value < limit.limit:
            text = re.sub(rf"(?m)^({name} = .*limit = )[\d.]+", rf"\g<1>{value:g}", text)
    return text


def main() -> int:
    """Measure and print; 1 when a figure is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the figures for machines")
    parser.add_argument("--list", metavar="FIGURE", help="where the code of one figure stands")
    parser.add_argument("--lower", action="store_true", help="bring the limits down to today")
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout")
    asked = parser.parse_args()
    root = asked.root.resolve()
    if asked.list:
        sys.stdout.write("".join(f"{place}\n" for place in places(root)[asked.list]))
        return 0
    limits = read_limits()
    figures = static_figures(root) | path_figures(root)
    if asked.lower:
        LIMITS.write_text(lowered(LIMITS.read_text("utf-8"), figures, limits), encoding="utf-8")
        limits = read_limits()
    sys.stdout.write((json.dumps(figures) if asked.json else table(figures, limits)) + "\n")
    return 1 if worse(figures, limits) else 0


if __name__ == "__main__":
    sys.exit(main())
