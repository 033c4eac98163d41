"""The overview of a region in words: finished texts and tables of one language, for every form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from trustbook.catalogue import phenomena
from trustbook.columns import STATUSES, TIERS, Choice, find_column
from trustbook.dates import write_date
from trustbook.messages import say
from trustbook.overview.period import read_quarter
from trustbook.overview.public_matrix import OTHER
from trustbook.region.adding import FEWEST_BOOKS, RegionCounts
from trustbook.region.counts import ALL, STANDING
from trustbook.region.few import NO_TIER

RegionEdition = Literal["public", "steering"]
REGION_EDITIONS: Final[tuple[RegionEdition, ...]] = ("public", "steering")

_TIERS = (*(choice.key for choice in TIERS), NO_TIER)
_PHENOMENA: Sequence[Choice] = (*phenomena(), OTHER)
_WAYS = ("warmed", "cooled", "new", "lost")


@dataclass(frozen=True, slots=True)
class RegionTable:
    """A table with its heading; the first text of a row says what the row is of."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class RegionPage:
    """All that an overview of a region says."""

    lang: str
    day: date
    title: str
    subtitle: str
    edition: str
    headline: str
    tables: Sequence[RegionTable]
    how: Sequence[str]


def region_json(region: RegionCounts) -> dict[str, Any]:
    """The overview for machines; null is a number that is not told."""

    def of(kind: str) -> Iterable[tuple[Sequence[str], int | None]]:
        return ((name[1:], count) for name, count in region.counts.items() if name[0] == kind)

    places: dict[str, dict[str, Any]] = {}
    for (phenomenon, what), count in of("coverage"):
        places.setdefault(phenomenon, {"phenomenon": phenomenon})[what] = count
    keys = ("tier", "phenomenon", "status", "count")
    return {
        "quarter": region.quarter,
        "books": region.books,
        "rows": [dict(zip(keys, (*row, count), strict=True)) for row, count in of("rows")],
        "moved": {way: count for (way,), count in of("moved")},
        "moments": {weather: count for (weather,), count in of("moments")},
        "answered": {what: count for (what,), count in of("answered")},
        "coverage": list(places.values()),
    }


class RegionTexts:
    """One region in one language."""

    def __init__(self, region: RegionCounts, edition: RegionEdition, lang: str) -> None:
        self._region, self._edition, self._lang = region, edition, lang

    def page(self) -> RegionPage:
        """Everything, in the order it is read."""
        span = read_quarter(self._region.quarter)
        tables = [self._standing(), self._by_phenomenon(), self._moments(), self._moved()]
        if self._edition == "steering":
            tables += [self._answered(), self._coverage(), *self._tiers_of_phenomena()]
        return RegionPage(
            self._lang,
            span.last,
            self._say("title"),
            self._say("subtitle", count=self._region.books, quarter=span.label(self._lang)),
            self._say(f"edition_{self._edition}"),
            self._headline(write_date(span.last, self._lang)),
            [table for table in tables if table.rows],
            [
                self._say("how_added"),
                self._say("how_few", fewest=FEWEST_BOOKS),
                self._say("how_names"),
            ],
        )

    def _headline(self, day: str) -> str:
        told = [self._count("rows", ALL, ALL, status) for status in STANDING]
        relations = sum(count or 0 for count in told)
        warm = told[STANDING.index("warm")]
        if not relations:
            return self._say("headline_hidden", day=day)
        if warm is None:
            return self._say("headline_relations", day=day, relations=relations)
        return self._say("headline", day=day, relations=relations, warm=warm)

    def _standing(self) -> RegionTable:
        """Status by tier, and all tiers together."""
        tiers = [tier for tier in _TIERS if ("rows", tier, ALL, STANDING[0]) in self._region.counts]
        rows = [
            [self._status(status)]
            + [self._told("rows", tier, ALL, status) for tier in (ALL, *tiers)]
            for status in STANDING
        ]
        head = ["status", "all_together"]
        return self._table("standing", head, rows, [self._tier(tier) for tier in tiers])

    def _by_phenomenon(self) -> RegionTable:
        """Phenomenon by status: what is told of its tiers, added."""
        rows = []
        for phenomenon in self._phenomena():
            counts = [self._all_tiers(phenomenon.key, status) for status in STANDING]
            rows.append([self._label(phenomenon), *map(self._number, counts)])
        return self._table("phenomena", ["phenomenon"], rows, self._statuses())

    def _tiers_of_phenomena(self) -> Iterable[RegionTable]:
        """For each phenomenon: tier by status."""
        for phenomenon in self._phenomena():
            rows = [
                [self._tier(tier)]
                + [self._told("rows", tier, phenomenon.key, status) for status in STANDING]
                for tier in _TIERS
                if ("rows", tier, phenomenon.key, STANDING[0]) in self._region.counts
            ]
            head = [self._say("tier"), *self._statuses()]
            yield RegionTable(self._label(phenomenon), head, rows)

    def _moments(self) -> RegionTable:
        rows = [[self._say(one), self._told("moments", one)] for one in ("sunny", "crisis")]
        return self._table("moments", ["weather", "count"], rows)

    def _moved(self) -> RegionTable:
        rows = [[self._say(way), self._told("moved", way)] for way in _WAYS]
        return self._table("moved", ["way", "count"], rows)

    def _answered(self) -> RegionTable:
        rows = [[self._say(one), self._told("answered", one)] for one in ("asked", "answered")]
        return self._table("calls", ["call", "count"], rows)

    def _coverage(self) -> RegionTable:
        rows = [
            [self._label(one)]
            + [self._told("coverage", one.key, what) for what in ("required", "gap")]
            for one in self._phenomena()
        ]
        return self._table("coverage", ["phenomenon", "required", "gap"], rows)

    def _phenomena(self) -> Sequence[Choice]:
        spoken = {name[2] for name in self._region.counts if name[0] == "rows"}
        return [choice for choice in _PHENOMENA if choice.key in spoken]

    def _all_tiers(self, phenomenon: str, status: str) -> int | None:
        counts = [self._count("rows", tier, phenomenon, status) for tier in _TIERS]
        told = [count for count in counts if count is not None]
        return sum(told) if told else None

    def _table(
        self,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        further: Sequence[str] = (),
    ) -> RegionTable:
        names = [self._say(name) for name in head]
        return RegionTable(self._say(f"table_{title}"), [*names, *further], rows)

    def _count(self, *name: str) -> int | None:
        return self._region.counts.get(name)

    def _told(self, *name: str) -> str:
        return self._number(self._count(*name))

    def _number(self, count: int | None) -> str:
        return "·" if count is None else str(count)

    def _statuses(self) -> list[str]:
        return [self._status(status) for status in STANDING]

    def _status(self, status: str) -> str:
        return find_column(STATUSES, status).label(self._lang)

    def _tier(self, tier: str) -> str:
        return self._say("no_tier") if tier == NO_TIER else self._label(find_column(TIERS, tier))

    def _label(self, choice: Choice) -> str:
        return choice.label(self._lang)

    def _say(self, key: str, **params: object) -> str:
        return say(self._lang, f"region.{key}", **params)
