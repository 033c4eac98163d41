"""Figures put into words and pictures: all a template may use, as finished text of one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from trustbook.columns import GLYPHS, STATUSES
from trustbook.dates import write_span
from trustbook.names import joined_names
from trustbook.overview.disclosure import FEWEST
from trustbook.overview.editions import ColdRow, Figures
from trustbook.overview.matrix_wording import HIDDEN, MatrixTexts
from trustbook.overview.naming import PartnerGroup
from trustbook.overview.pictures import OverviewPictures
from trustbook.overview.requests_wording import RequestTexts
from trustbook.overview.spoken import Spoken, capital, isolated
from trustbook.overview.team_wording import TeamTexts
from trustbook.overview.trend import PUBLIC_STEP

Context = dict[str, Any]


def template_context(figures: Figures, lang: str) -> Context:
    """What templates are given: texts, lists of texts, and pictures (``svg`` and ``alt``)."""
    return OverviewTexts(figures, lang).context()


class OverviewTexts(Spoken):
    """One overview in one language."""

    def __init__(self, figures: Figures, lang: str) -> None:
        super().__init__(lang)
        self._f = figures

    def context(self) -> Context:
        """Everything, in the order it is read."""
        f = self._f
        days = f.span.label(self.lang)
        named = self.say("subtitle", name=f.our_name, days=days) if f.our_name else None
        standing = self.standing()
        requests = RequestTexts(f, self.lang)
        as_of = "as_of" if f.as_of >= f.span.last else "as_of_running"
        return {
            "lang": self.lang,
            "date": f.as_of.isoformat(),
            "title": self.say("title_quarter" if f.span.quarter else "title_days"),
            "subtitle": self._about_part(named or capital(days)),
            "edition": self.say(f"edition_{f.edition}"),
            "as_of": self.say(as_of, day=self.date(f.as_of)),
            "headline": self.headline(),
            "words": {**self._headings(), "next": requests.coming_title()},
            "numbers": self.numbers(),
            "ask": requests.asked(),
            "next": requests.coming(),
            "standing": standing,
            "groups": self.groups(),
            "movement": [self._group(way, group) for way, group in f.moved.items()],
            "matrix": MatrixTexts(f, self.lang).context(),
            "cold": self.cold(),
            "months": self.months(),
            "team": TeamTexts(f.team, self.lang).sentences() if f.team else [],
            "how": self.how(),
            "shares": self.shares(),
            "pictures": OverviewPictures(f, self, standing).pictures(),
        }

    def _about_part(self, subtitle: str) -> str:
        """The subtitle, with the part of the network that the page is about."""
        part = self._f.part
        about = (part.phenomenon, part.area) if part else ()
        return " · ".join([subtitle, *filter(None, about)])

    def _headings(self) -> dict[str, str]:
        found = {key: self.say(key) for key in _HEADINGS}
        if self._f.relations[0] != 0 and not self._f.sectors:
            found["sun_note"] = self.say("sun_hidden")
        return found

    def headline(self) -> str:
        """The one sentence that stays with the reader."""
        relations, warm = self._f.relations[0], self._f.warm[0]
        if relations is None:
            return self.say("headline_hidden")
        if not relations:
            return self.say("headline_none")
        if warm is None:
            return self.say("headline_relations", relations=relations)
        if relations == 1:
            return self.say("headline_only_warm" if warm else "headline_only_not")
        return self._compared(relations, warm)

    def _compared(self, relations: int, warm: int) -> str:
        """How many are warm, beside the stretch before."""
        warm_before = self._f.warm[1]
        if warm_before is None:
            return self.say("headline_alone", relations=relations, warm=warm)
        change = warm - warm_before
        key = "same" if change == 0 else "more" if change > 0 else "fewer"
        before = self.say("before_quarter" if self._f.span.quarter else "before_days")
        return self.say(
            f"headline_{key if self._f.relations[1] else 'first'}",
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
        detail = self._of("warm", relations=relations)
        earlier = self._part(warm_before, relations_before)
        return self._number("warm", self._count(warm), detail, earlier)

    def _sunny(self) -> dict[str, str]:
        sunny, sunny_before = self._f.sunny
        detail, earlier = self.say("detail_sunny"), self._count(sunny_before)
        return self._number("sunny", self._count(sunny), detail, earlier)

    def _civil(self) -> dict[str, str]:
        (civil, civil_before), (sunny, sunny_before) = self._f.civil, self._f.sunny
        if sunny == 0:
            detail = self.say("detail_civil_none")
        elif civil is None:
            detail = self._of("civil_hidden", sunny=sunny)
        else:
            detail = self.say("detail_civil", civil=civil, sunny=sunny)
        earlier = self._share(civil_before, sunny_before)
        return self._number("civil", self._share(civil, sunny), detail, earlier)

    def _kept(self) -> dict[str, str]:
        value, earlier = map(self._part, self._f.kept, self._f.due)
        detail = self.say("detail_kept_none" if self._f.due[0] == 0 else "detail_kept")
        return self._number("kept", value, detail, earlier)

    def _number(self, key: str, value: str, detail: str, before: str) -> dict[str, str]:
        days = self.say("the_quarter" if self._f.span.quarter else "the_days")
        earlier = capital(self.say("before", days=days, value=before))
        return {
            "label": self.say(f"number_{key}"),
            "value": value,
            "detail": detail,
            "before": earlier,
        }

    def _count(self, number: int | None) -> str:
        """A number, or that it is not shown."""
        return self.say("not_shown") if number is None else str(number)

    def _of(self, key: str, **whole: int | None) -> str:
        """Of what a number is a part; in general words where that is not shown."""
        if None in whole.values():
            return self.say(f"detail_{key}_all")
        return self.say(f"detail_{key}", **whole)

    def _part(self, part: int | None, whole: int | None) -> str:
        if whole == 0:
            return self.say("nothing")
        if part is None or whole is None:
            return self.say("not_shown")
        return self.say("of", part=part, whole=whole)

    def _share(self, part: int | None, whole: int | None) -> str:
        if whole == 0:
            return self.say("nothing")
        if part is None or whole is None:
            return self.say("not_shown")
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

    def groups(self) -> list[dict[str, str]]:
        """Partners per domain and status in words, for where the field of signs is too small."""
        found = []
        for domain, dots in self._f.dots:
            counts = Counter(dot.status for dot in dots)
            standing = [
                f"{counts[choice.key]} {choice.label(self.lang).lower()}"
                for choice in reversed(STATUSES)
                if counts[choice.key]
            ]
            found.append({"label": self.domain(domain), "standing": ", ".join(standing)})
        return found

    def _group(self, way: str, group: PartnerGroup) -> dict[str, Any]:
        names = [self.name(name) for name in group.names]
        rest = (group.count or 0) - len(names)
        more = self.say("and_more", count=rest) if names and rest else ""
        listed = " ".join(filter(None, (joined_names(names), more)))
        return {
            "label": self.say(way),
            "count": self._count(group.count),
            "names": names,
            "more": more,
            "listed": listed,
        }

    def cold(self) -> dict[str, Any]:
        """The cold relations: a sentence, and at most ten rows where the edition lists them."""
        f = self._f
        key = "cold_some"
        if f.cold_count is None:
            key = "cold_hidden"
        elif not f.cold_count:
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
            self.name(row.name),
            f"{GLYPHS[row.status]} {self.status(row.status)}",
            self.date(row.last_contact) if row.last_contact else self.say("never"),
            write_span(row.rhythm, self.lang),
            *([isolated(row.holder) if row.holder else self.say("no_holder")] if holders else []),
            row.step,
        ]

    def months(self) -> list[dict[str, str]]:
        """The eight quarters month by month; a month without any number is left out."""
        return [
            {
                "label": self.month(month.first),
                "sunny": HIDDEN if month.sunny is None else str(month.sunny),
                "crisis": HIDDEN if month.crisis is None else str(month.crisis),
            }
            for month in self._f.months
            if (month.sunny, month.crisis) != (None, None)
        ]

    def shares(self) -> list[dict[str, str]]:
        """The share of warm relations at the end of eight quarters, where there is a line."""
        shown = [share for share in self._f.shares if share.percent is not None]
        if len(shown) < 2:
            return []
        return [
            {"label": capital(share.quarter.label(self.lang)), "percent": self.percent(share)}
            for share in shown
        ]

    def how(self) -> list[str]:
        """How it was counted, and what did not count."""
        f = self._f
        part = [self.say("how_part", count=f.part.left_out)] if f.part else []
        sentences = [
            *part,
            self.say("how_status"),
            self.say("how_moment"),
            self.say("how_movement", day=self.date(f.span.first - timedelta(days=1))),
            self.say(f"how_{f.facts_as_of}", day=self.date(f.as_of)),
            *self._left_out(),
        ]
        absent = {"ended": f.ended, "not_yet": f.not_yet}
        if any(absent.values()):
            partners = "; ".join(
                self.say(f"absent_{why}", count=number) for why, number in absent.items() if number
            )
            sentences.append(self.say("how_partners", reasons=partners))
        if f.edition == "public":
            sentences.append(self.say("how_hidden", fewest=FEWEST, step=PUBLIC_STEP))
        return sentences

    def _left_out(self) -> list[str]:
        """What rows did not count; nothing where the edition does not say so."""
        f = self._f
        if f.left_out is None:
            return []
        reasons = "; ".join(
            self.say(f"left_{reason}", count=number) for reason, number in f.left_out.items()
        )
        return [self.say("how_rows", reasons=reasons) if reasons else self.say("how_rows_none")]


_HEADINGS: Sequence[str] = (
    "numbers ask sun sun_note movement matrix dots cold months months_none month sunny crisis "
    "shares quarter share team how".split()
)
