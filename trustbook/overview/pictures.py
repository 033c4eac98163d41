"""The drawings of the overview, each with its text alternative."""

from __future__ import annotations

from collections.abc import Sequence

from trustbook.overview.charts import Bar, ChartColumn, draw_bars, draw_dots
from trustbook.overview.editions import Figures
from trustbook.overview.line import SharePoint, draw_line
from trustbook.overview.spoken import Spoken, capital
from trustbook.overview.sunburst import SunburstSector, draw_sunburst


class OverviewPictures:
    """The drawings of one overview; ``standing`` are its partners per status, in words."""

    def __init__(self, figures: Figures, words: Spoken, standing: list[dict[str, str]]) -> None:
        self._f, self._words, self._standing = figures, words, standing

    def pictures(self) -> dict[str, dict[str, str]]:
        """The drawings, ``svg`` and ``alt``; the line only where it has two points, dots
        only where partners may be seen one by one."""
        found = {"sun": self._sunburst(), "bars": self._bars()}
        if sum(share.percent is not None for share in self._f.shares) > 1:
            found["line"] = self._line()
        if self._f.dots:
            found["dots"] = self._dots()
        return found

    def _sunburst(self) -> dict[str, str]:
        legend = [
            (entry["status"], f"{entry['label']} {entry['count']}") for entry in self._standing
        ]
        standing = ", ".join(
            f"{entry['label'].lower()} {entry['count']}" for entry in self._standing
        )
        alt = self._words.say("sun_alt", standing=capital(standing))
        if not standing:
            alt = self._words.say("sun_alt_hidden" if self._f.relations[0] else "sun_alt_none")
        sectors = [
            SunburstSector(self._words.domain(sector.domain), sector.counts)
            for sector in self._f.sectors
        ]
        return {"svg": draw_sunburst(sectors, legend, alt), "alt": alt}

    def _dots(self) -> dict[str, str]:
        phenomena = [choice.label(self._words.lang) for choice in self._f.matrix.phenomena]
        every = range(len(phenomena))
        groups = []
        for domain, dots in self._f.dots:
            columns = [
                ChartColumn(dot.status, tuple(row in dot.stands_for for row in every))
                for dot in dots
            ]
            groups.append((self._words.domain(domain), columns))
        legend = [(entry["status"], entry["label"]) for entry in self._standing]
        partners = sum(len(columns) for _, columns in groups)
        alt = self._words.say("dots_alt", partners=partners, phenomena=len(phenomena))
        return {"svg": draw_dots(phenomena, groups, legend, alt), "alt": alt}

    def _bars(self) -> dict[str, str]:
        months = self._f.months
        alt = self._words.say(
            "bars_alt",
            months=len(months),
            sunny=_quarter_sums([month.sunny for month in months]),
            crisis=_quarter_sums([month.crisis for month in months]),
        )
        bars = []
        for place, month in enumerate(months):
            year = str(month.first.year) if month.first.month == 1 or place == 0 else ""
            letter = self._words.month(month.first)[0].upper()
            bars.append(Bar(letter, year, month.sunny, month.crisis))
        return {
            "svg": draw_bars(bars, self._words.say("sunny"), self._words.say("crisis"), alt),
            "alt": alt,
        }

    def _line(self) -> dict[str, str]:
        shares = self._f.shares
        alt = self._words.say("line_alt", shares=", ".join(map(self._words.share, shares)))
        points = []
        for place, share in enumerate(shares):
            number = share.quarter.quarter or 0
            year = str(share.quarter.first.year) if number == 1 or place == 0 else ""
            points.append(
                SharePoint(self._words.say("short_quarter", number=number), year, share.percent)
            )
        return {"svg": draw_line(points, alt), "alt": alt}


def _quarter_sums(counts: Sequence[int | None]) -> str:
    """The sums of three months at a time, one after the other; a dash where none has a number."""
    quarters = [counts[at : at + 3] for at in range(0, len(counts), 3)]
    known = [[count for count in quarter if count is not None] for quarter in quarters]
    return ", ".join(str(sum(quarter)) if quarter else "–" for quarter in known)
