"""Figures put into words and pictures: all a template may use, as finished text of one language."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from trustbook.columns import GLYPHS, STATUSES, Choice, find_column
from trustbook.dates import write_date, write_span
from trustbook.messages import say
from trustbook.overview.charts import Bar, ChartColumn, draw_bars, draw_dots
from trustbook.overview.disclosure import FEWEST
from trustbook.overview.editions import ColdRow, Figures, PartnerGroup, PartnerName
from trustbook.overview.matrix_wording import MatrixTexts
from trustbook.overview.sunburst import SunburstSector, draw_sunburst

_RTL_OR_MARK = ("R", "AL")

Context = dict[str, Any]


def template_context(figures: Figures, lang: str) -> Context:
    """What templates are given: texts, lists of texts, and pictures (``svg`` and ``alt``)."""
    return OverviewTexts(figures, lang).context()


class OverviewTexts:
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
        named = self.say("subtitle", name=f.our_name, days=days) if f.our_name else None
        as_of = "as_of" if f.as_of >= f.span.last else "as_of_running"
        return {
            "lang": self._lang,
            "date": f.as_of.isoformat(),
            "title": self.say("title_quarter" if f.span.quarter else "title_days"),
            "subtitle": named or _capital(days),
            "edition": self.say(f"edition_{f.edition}"),
            "as_of": self.say(as_of, day=self._date(f.as_of)),
            "headline": self.headline(),
            "words": {key: self.say(key) for key in _HEADINGS},
            "numbers": self.numbers(),
            "standing": self.standing(),
            "movement": [self._group(way, group) for way, group in f.moved.items()],
            "matrix": MatrixTexts(f, self._lang).context(),
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
        key = "same" if change == 0 else "more" if change > 0 else "fewer"
        before = self.say("before_quarter" if self._f.span.quarter else "before_days")
        return self.say(
            f"headline_{key if relations_before else 'first'}",
            relations=relations,
            warm=warm,
            change=abs(change),
            before=before,
        )

    def numbers(self) -> list[dict[str, str]]:
        """The four numbers: label, value, detail, and the same for the stretch before."""
        return [self._warm(), self._sunny(), self._civil(), self._kept()]

    def _warm(self) -> dict[str, str]:
        (relations, relations_before), (warm, warm_before) = self._f.relations, self._f.warm
        detail = self.say("detail_warm", relations=relations)
        earlier = self.say("of", part=warm_before, whole=relations_before)
        return self._number("warm", str(warm), detail, earlier)

    def _sunny(self) -> dict[str, str]:
        sunny, sunny_before = self._f.sunny
        return self._number("sunny", str(sunny), self.say("detail_sunny"), str(sunny_before))

    def _civil(self) -> dict[str, str]:
        (civil, civil_before), (sunny, sunny_before) = self._f.civil, self._f.sunny
        key = "detail_civil"
        if not sunny:
            key = "detail_civil_none"
        elif civil is None:
            key = "detail_civil_hidden"
        detail = self.say(key, civil=civil, sunny=sunny)
        earlier = self._share(civil_before, sunny_before)
        return self._number("civil", self._share(civil, sunny), detail, earlier)

    def _kept(self) -> dict[str, str]:
        value, earlier = (
            self.say("of", part=kept, whole=due) if due else self.say("nothing")
            for kept, due in zip(self._f.kept, self._f.due, strict=True)
        )
        detail = self.say("detail_kept" if self._f.due[0] else "detail_kept_none")
        return self._number("kept", value, detail, earlier)

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

    def cold(self) -> dict[str, Any]:
        """The cold relations: a sentence, and at most ten rows where the edition lists them."""
        f = self._f
        key = "cold_some"
        if not f.cold_count:
            key = "cold_none"
        elif not f.cold:
            key = "cold_count"
        elif len(f.cold) == f.cold_count:
            key = "cold_all"
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
        """The drawings, ``svg`` and ``alt``; dots only where partners may be seen one by one."""
        found = {"sun": self._sunburst(), "bars": self._bars()}
        if self._f.dots:
            found["dots"] = self._dots()
        return found

    def _sunburst(self) -> dict[str, str]:
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
        sectors = [
            SunburstSector(self._domain(sector.domain), sector.counts) for sector in self._f.sectors
        ]
        return {"svg": draw_sunburst(sectors, legend, alt), "alt": alt}

    def _dots(self) -> dict[str, str]:
        phenomena = [choice.label(self._lang) for choice in self._f.matrix.phenomena]
        every = range(len(phenomena))
        groups = []
        for domain, dots in self._f.dots:
            columns = [
                ChartColumn(dot.status, tuple(row in dot.stands_for for row in every))
                for dot in dots
            ]
            groups.append((self._domain(domain), columns))
        legend = [(entry["status"], entry["label"]) for entry in self.standing()]
        partners = sum(len(columns) for _, columns in groups)
        alt = self.say("dots_alt", partners=partners, phenomena=len(phenomena))
        return {"svg": draw_dots(phenomena, groups, legend, alt), "alt": alt}

    def _domain(self, domain: Choice | None) -> str:
        return domain.label(self._lang) if domain else self.say("no_domain")

    def _bars(self) -> dict[str, str]:
        months = self._f.months
        alt = self.say(
            "bars_alt",
            months=len(months),
            sunny=_quarter_sums([month.sunny for month in months]),
            crisis=_quarter_sums([month.crisis for month in months]),
        )
        bars = []
        for place, month in enumerate(months):
            year = str(month.first.year) if month.first.month == 1 or place == 0 else ""
            letter = self.month(month.first)[0].upper()
            bars.append(Bar(letter, year, month.sunny, month.crisis))
        return {"svg": draw_bars(bars, self.say("sunny"), self.say("crisis"), alt), "alt": alt}

    def _name(self, name: PartnerName) -> str:
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
    """``text`` without control characters, and isolated where it runs from right to left.

    So it cannot turn what stands around it.
    """
    plain = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") or c in "\t\n")
    if any(unicodedata.bidirectional(c) in _RTL_OR_MARK for c in plain):
        return f"\u2068{plain}\u2069"
    return plain


def _quarter_sums(counts: Sequence[int | None]) -> str:
    """The sums of three months at a time, one after the other."""
    quarters = [counts[at : at + 3] for at in range(0, len(counts), 3)]
    return ", ".join(str(sum(count or 0 for count in quarter)) for quarter in quarters)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
