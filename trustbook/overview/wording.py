"""Figures put into words and pictures: everything a template may use, as finished text in one
language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from trustbook.columns import GLYPHS, STATUSES, find_column
from trustbook.dates import write_date, write_span
from trustbook.messages import say
from trustbook.overview.charts import Bar, ChartColumn, draw_bars, draw_dots
from trustbook.overview.disclosure import FEWEST
from trustbook.overview.editions import ColdRow, Figures, Name, PartnerGroup
from trustbook.overview.matrix import Square
from trustbook.overview.sunburst import Slice, draw_sun

# So many lines, and two tables side by side, fit on the second page; with more phenomena one table,
# and fewer lines.
MOST_LINES, MOST_WIDE_LINES, MOST_NARROW = 20, 10, 5
_FILLS = {"warm": "FFE8A3", "cold": "BFDDF5", "none": "FFFFFF", "hidden": "FFFFFF"}
_RTL_OR_MARK = ("R", "AL")

Context = dict[str, Any]


def context(figures: Figures, lang: str) -> Context:
    """What templates are given. Every value is text, a list of texts, or a picture (``svg`` and
    ``alt``).
    """
    return Words(figures, lang).context()


class Words:
    """One overview in one language."""

    def __init__(self, figures: Figures, lang: str) -> None:
        self._f, self._lang = figures, lang

    def say(self, key: str, **params: object) -> str:
        """A text of this room."""
        return say(self._lang, f"overview.{key}", **params)

    def context(self) -> Context:
        """Everything, in the order it is read."""
        f = self._f
        days = f.span.label(self._lang)
        title = self.say("title_quarter" if f.span.quarter else "title_days")
        return {
            "lang": self._lang,
            "date": f.as_of.isoformat(),
            "title": title,
            "subtitle": self.say("subtitle", name=f.our_name, days=days)
            if f.our_name
            else _capital(days),
            "edition": self.say(f"edition_{f.edition}"),
            "as_of": self.say(
                "as_of" if f.as_of >= f.span.last else "as_of_running", day=self._date(f.as_of)
            ),
            "headline": self.headline(),
            "words": {key: self.say(key) for key in _HEADINGS},
            "numbers": self.numbers(),
            "standing": self.standing(),
            "movement": [self._group(way, group) for way, group in f.moved.items()],
            "matrix": self.matrix(),
            "cold": self.cold(),
            "months": self.months(),
            "how": self.how(),
            "pictures": self.pictures(),
        }

    def headline(self) -> str:
        """The one sentence that stays with the reader."""
        (relations, relations_before), (warm, warm_before) = self._f.relations, self._f.warm
        if not relations:
            return self.say("headline_none")
        if relations == 1:
            return self.say("headline_only_warm" if warm else "headline_only_not")
        change = warm - warm_before
        key = (
            "first"
            if not relations_before
            else "more"
            if change > 0
            else "fewer"
            if change < 0
            else "same"
        )
        before = self.say("before_quarter" if self._f.span.quarter else "before_days")
        return self.say(
            f"headline_{key}", relations=relations, warm=warm, change=abs(change), before=before
        )

    def numbers(self) -> list[dict[str, str]]:
        """The four numbers: label, value, detail, and the same for the stretch before."""
        f = self._f
        civil = [self._share(part, whole) for part, whole in zip(f.civil, f.sunny, strict=True)]
        kept = [
            self.say("of", part=kept, whole=due) if due else self.say("nothing")
            for kept, due in zip(f.kept, f.due, strict=True)
        ]
        hidden = f.civil[0] is None
        key = (
            "detail_civil_none"
            if not f.sunny[0]
            else "detail_civil_hidden"
            if hidden
            else "detail_civil"
        )
        earlier = self.say("of", part=f.warm[1], whole=f.relations[1])
        return [
            self._number(
                "warm", str(f.warm[0]), self.say("detail_warm", relations=f.relations[0]), earlier
            ),
            self._number("sunny", str(f.sunny[0]), self.say("detail_sunny"), str(f.sunny[1])),
            self._number(
                "civil", civil[0], self.say(key, civil=f.civil[0], sunny=f.sunny[0]), civil[1]
            ),
            self._number(
                "kept",
                kept[0],
                self.say("detail_kept" if f.due[0] else "detail_kept_none"),
                kept[1],
            ),
        ]

    def _number(self, key: str, value: str, detail: str, before: str) -> dict[str, str]:
        days = self.say("the_quarter" if self._f.span.quarter else "the_days")
        earlier = _capital(self.say("before", days=days, value=before))
        return {
            "label": self.say(f"number_{key}"),
            "value": value,
            "detail": detail,
            "before": earlier,
        }

    def _share(self, part: int | None, whole: int) -> str:
        if not whole:
            return self.say("nothing")
        if part is None:
            return self.say("under", fewest=FEWEST)
        return self.say("percent", percent=round(100 * part / whole))

    def standing(self) -> list[dict[str, str]]:
        """Partners per status: sign, word, number."""
        return [
            {
                "status": status,
                "glyph": GLYPHS[status],
                "label": self.status(status),
                "count": str(count),
            }
            for status, count in self._f.standing.items()
        ]

    def _group(self, way: str, group: PartnerGroup) -> dict[str, Any]:
        names = [self._name(name) for name in group.names]
        rest = group.count - len(names)
        more = self.say("and_more", count=rest) if names and rest else ""
        listed = " ".join(filter(None, (", ".join(names), more)))
        return {
            "label": self.say(way),
            "count": str(group.count),
            "names": names,
            "more": more,
            "listed": listed,
        }

    def matrix(self) -> dict[str, Any]:
        """The coverage matrix as text: lines with somebody short first where there are too many to
        show.
        """
        f = self._f
        public = bool(f.tiers)
        lines = list(zip(self._line_labels(), f.matrix.lines, strict=True))
        shown = lines
        most = MOST_LINES if len(f.matrix.phenomena) <= MOST_NARROW else MOST_WIDE_LINES
        if len(lines) > most:
            chosen = sorted(range(len(lines)), key=lambda i: (not lines[i][1].gap, i))[:most]
            shown = [lines[i] for i in sorted(chosen)]
        dropped = [line for line in lines if line not in shown]
        notes = [self.say("matrix_note")] if lines else [self.say("matrix_none")]
        if f.has_required and not public:
            notes.append(self.say("matrix_note_short"))
        if f.has_required and public:
            notes.append(self.say("matrix_required", short=f.short))
        if any(
            square.known is None or square.warm is None
            for _, line in lines
            for square in line.squares
        ):
            notes.append(self.say("matrix_note_hidden", fewest=FEWEST))
        if dropped:
            short = sum(line.gap for _, line in dropped)
            notes.append(
                self.say(
                    "matrix_more_short" if short else "matrix_more", count=len(dropped), short=short
                )
            )
        return {
            "corner": self.say("matrix_tier" if public else "matrix_party"),
            "head": [column.label(self._lang) for column in f.matrix.phenomena],
            "rows": [
                {"label": label, "cells": [self._square(s) for s in line.squares]}
                for label, line in shown
            ],
            "note": " ".join(notes),
        }

    def _line_labels(self) -> list[str]:
        if self._f.tiers:
            return [
                tier.label(self._lang) if tier else self.say("no_tier") for tier in self._f.tiers
            ]
        return [
            line.party.label(self._lang) if line.party else self.say("no_party")
            for line in self._f.matrix.lines
        ]

    def _square(self, square: Square) -> dict[str, str]:
        if square.known is None:
            return {"text": "·", "level": "hidden", "fill": _FILLS["hidden"]}
        warm = "·" if square.warm is None else str(square.warm)
        text = f"{warm}/{square.known}" if square.known or square.required else "–"
        if square.gap:
            short = self.say("short", count=square.gap)
            text += f" ({short})" if square.conditional else f" {short}"
        level = (
            "none"
            if not square.known
            else "warm"
            if square.warm
            else "cold"
            if square.warm == 0
            else "hidden"
        )
        return {"text": text, "level": level, "fill": _FILLS[level]}

    def cold(self) -> dict[str, Any]:
        """The cold relations: a sentence, and at most ten rows where the edition lists them."""
        f = self._f
        key = (
            "cold_none"
            if not f.cold_count
            else "cold_count"
            if not f.cold
            else "cold_all"
            if len(f.cold) == f.cold_count
            else "cold_some"
        )
        holders = f.edition == "team"
        head = ["partner", "status", "last", "rhythm", *(["holder"] if holders else []), "step"]
        return {
            "sentence": self.say(key, count=f.cold_count, shown=len(f.cold)),
            "head": [self.say(f"column_{name}") for name in head],
            "rows": [self._cold_row(row, holders) for row in f.cold],
        }

    def _cold_row(self, row: ColdRow, holders: bool) -> list[str]:
        return [
            self._name(row.name),
            f"{GLYPHS[row.status]} {self.status(row.status)}",
            self._date(row.last_contact) if row.last_contact else self.say("never"),
            write_span(row.rhythm, self._lang),
            *([isolated(row.holder) if row.holder else self.say("no_holder")] if holders else []),
            row.step,
        ]

    def months(self) -> list[dict[str, str]]:
        """The eight quarters month by month; a month that had not begun is left out."""
        return [
            {
                "label": self.month(month.first),
                "sunny": str(month.sunny),
                "crisis": str(month.crisis),
            }
            for month in self._f.months
            if month.sunny is not None
        ]

    def how(self) -> list[str]:
        """How it was counted, and what did not count."""
        f = self._f
        reasons = "; ".join(
            self.say(f"left_{reason}", count=number) for reason, number in f.left_out.items()
        )
        sentences = [
            self.say("how_status"),
            self.say("how_moment"),
            self.say("how_movement", day=self._date(f.span.first - timedelta(days=1))),
            self.say(f"how_{f.facts_as_of}", day=self._date(f.as_of)),
            self.say("how_rows", reasons=reasons) if reasons else self.say("how_rows_none"),
        ]
        absent = {"ended": f.ended, "not_yet": f.not_yet}
        if any(absent.values()):
            partners = "; ".join(
                self.say(f"absent_{why}", count=number) for why, number in absent.items() if number
            )
            sentences.append(self.say("how_partners", reasons=partners))
        if f.edition == "public":
            sentences.append(self.say("how_hidden", fewest=FEWEST))
        return sentences

    def pictures(self) -> dict[str, dict[str, str]]:
        """The drawings: ``svg`` and ``alt``; the dot matrix only where partners may be seen one by
        one.
        """
        f = self._f
        legend = [
            (entry["status"], f"{entry['label']} {entry['count']}") for entry in self.standing()
        ]
        standing = ", ".join(
            f"{entry['label'].lower()} {entry['count']}" for entry in self.standing()
        )
        alt = (
            self.say("sun_alt", standing=_capital(standing))
            if standing
            else self.say("sun_alt_none")
        )
        slices = [
            Slice(
                sector.domain.label(self._lang) if sector.domain else self.say("no_domain"),
                sector.counts,
            )
            for sector in f.sectors
        ]
        found = {
            "sun": {"svg": draw_sun(slices, legend, alt), "alt": alt},
            "bars": self._bars(),
        }
        if f.dots:
            plain = [(entry["status"], entry["label"]) for entry in self.standing()]
            found["dots"] = self._dots(plain)
        return found

    def _dots(self, legend: list[tuple[str, str]]) -> dict[str, str]:
        phenomena = self._f.matrix.phenomena
        groups = [
            (
                domain.label(self._lang) if domain else self.say("no_domain"),
                [
                    ChartColumn(
                        dot.status, tuple(row in dot.stands_for for row in range(len(phenomena)))
                    )
                    for dot in dots
                ],
            )
            for domain, dots in self._f.dots
        ]
        partners = sum(len(columns) for _, columns in groups)
        alt = self.say("dots_alt", partners=partners, phenomena=len(phenomena))
        return {
            "svg": draw_dots([p.label(self._lang) for p in phenomena], groups, legend, alt),
            "alt": alt,
        }

    def _bars(self) -> dict[str, str]:
        months = self._f.months
        bars = [
            Bar(
                self.month(month.first)[0].upper(),
                str(month.first.year) if month.first.month == 1 or place == 0 else "",
                month.sunny,
                month.crisis,
            )
            for place, month in enumerate(months)
        ]
        sunny, crisis = (
            ", ".join(
                str(sum(part or 0 for part in counts[at : at + 3]))
                for at in range(0, len(counts), 3)
            )
            for counts in ([m.sunny for m in months], [m.crisis for m in months])
        )
        alt = self.say("bars_alt", months=len(months), sunny=sunny, crisis=crisis)
        return {"svg": draw_bars(bars, self.say("sunny"), self.say("crisis"), alt), "alt": alt}

    def _name(self, name: Name) -> str:
        return isolated(name.text) if name.text is not None else self.say("individual")

    def status(self, status: str) -> str:
        """The word for a status."""
        return find_column(STATUSES, status).label(self._lang)

    def _date(self, day: date) -> str:
        return write_date(day, self._lang)

    def month(self, first: date) -> str:
        """A month as people read it: ``juni 2026``."""
        return write_date(first, self._lang).removeprefix("1 ")


_HEADINGS: Sequence[str] = (
    "numbers sun sun_note movement matrix dots cold months month sunny crisis how".split()
)


def isolated(text: str) -> str:
    """``text`` without control characters; where it runs from right to left, it cannot turn what
    stands around it.
    """
    plain = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") or c in "\t\n")
    if any(unicodedata.bidirectional(c) in _RTL_OR_MARK for c in plain):
        return f"\u2068{plain}\u2069"
    return plain


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
