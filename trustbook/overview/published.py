"""Public pages as counts: what one shows, and how it is remembered.

Published is the last public overview of some days that was made before one of other days.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.columns import STATUSES
from trustbook.overview.disclosure import CIVIL, Cell, PublicPage, Sum
from trustbook.overview.editions import Figures, Shown
from trustbook.overview.period import Span, quarter_of
from trustbook.overview.public import CivilGroups

_STATUSES = tuple(choice.key for choice in STATUSES if choice.key != "ended")


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A public overview as it is remembered: its days, when it was made, and its counts.

    ``below`` and ``many`` are those of PublicPage; ``few`` are the first days of the page's own
    stretches in which civil society had fewer than three partners.
    """

    span: Span
    made: date
    cells: Mapping[Cell, int]
    below: frozenset[Cell]
    many: frozenset[str]
    few: frozenset[str]

    def as_page(self) -> PublicPage:
        """What a reader knows of it."""
        return PublicPage(self.cells, self.below, tuple(_sums(self.span, self.cells)), self.many)

    def as_text(self) -> str:
        """All of it on one line, to be remembered; only counts and days, no name."""
        return json.dumps(
            {
                "first": self.span.first.isoformat(),
                "last": self.span.last.isoformat(),
                "made": self.made.isoformat(),
                "cells": [[*cell, count] for cell, count in sorted(self.cells.items())],
                "below": sorted(self.below),
                "many": sorted(self.many),
                "few": sorted(self.few),
            }
        )

    @classmethod
    def from_text(cls, text: str) -> PublishedPage:
        """The page that ``as_text`` wrote."""
        read = json.loads(text)
        return cls(
            Span(date.fromisoformat(read["first"]), date.fromisoformat(read["last"])),
            date.fromisoformat(read["made"]),
            {(name, day): count for name, day, count in read["cells"]},
            frozenset((name, day) for name, day in read["below"]),
            frozenset(read["many"]),
            frozenset(read["few"]),
        )


def read_published(remembered: Mapping[str, str]) -> list[PublishedPage]:
    """The public overviews that a ledger remembers, in the order in which they were made."""
    return [PublishedPage.from_text(text) for _, text in sorted(remembered.items())]


def place_of(page: PublishedPage, published: Sequence[PublishedPage]) -> str:
    """Where a page is remembered: over the last one where that was of the same days."""
    return f"{len(beside(page.span, published)):06}"


def beside(span: Span, published: Sequence[PublishedPage]) -> Sequence[PublishedPage]:
    """The pages that stand beside a new one of these days: the last of the same days was a draft
    of it.
    """
    return published[:-1] if published and published[-1].span == span else published


def remembered_page(figures: Figures, groups: CivilGroups, made: date) -> PublishedPage:
    """The public overview with these figures, as it is remembered."""
    now = figures.span.first.isoformat()
    cells = {cell: count for cell, count in _counts(figures) if count is not None}
    hidden = [way for way, group in figures.moved.items() if group.count is None]
    below = {(f"moved.{way}", now) for way in hidden} if groups.both else set()
    many = _many(figures, groups)
    return PublishedPage(figures.span, made, cells, frozenset(below), many, _few(figures, groups))


def _many(figures: Figures, groups: CivilGroups) -> frozenset[str]:
    """The first days of stretches, months included, with enough partners of civil society."""
    large = {start for start, enough in groups.quarters.items() if enough}
    months = [month.first for month in figures.months if quarter_of(month.first).first in large]
    own = [(figures.span.first, groups.now), (figures.span.before().first, groups.before)]
    days = [*large, *months, *(day for day, enough in own if enough)]
    return frozenset(day.isoformat() for day in days)


def _few(figures: Figures, groups: CivilGroups) -> frozenset[str]:
    """The first days of the page's own stretches without enough of them."""
    own = [(figures.span.first, groups.now), (figures.span.before().first, groups.before)]
    return frozenset(day.isoformat() for day, enough in own if not enough)


def _counts(figures: Figures) -> Iterator[tuple[Cell, int | None]]:
    """Every number of the page by its name."""
    now = figures.span.first.isoformat()
    pairs = {
        "relations": figures.relations,
        "status.warm": figures.warm,
        "sunny": figures.sunny,
        "crisis": figures.crisis,
        f"{CIVIL}sunny": figures.civil,
        "kept": figures.kept,
        "due": figures.due,
    }
    for name, pair in pairs.items():
        yield from _both(name, figures.span, pair)
    for status in _STATUSES if figures.standing else ():
        yield (f"status.{status}", now), figures.standing.get(status, 0)
    yield ("cold", now), figures.cold_count
    for way, group in figures.moved.items():
        yield (f"moved.{way}", now), group.count
    yield from _months(figures)
    yield from _matrix(figures)


def _both(name: str, span: Span, pair: Shown) -> Iterator[tuple[Cell, int | None]]:
    yield (name, span.first.isoformat()), pair[0]
    yield (name, span.before().first.isoformat()), pair[1]


def _months(figures: Figures) -> Iterator[tuple[Cell, int | None]]:
    for month in figures.months:
        yield ("month.sunny", month.first.isoformat()), month.sunny
        yield ("month.crisis", month.first.isoformat()), month.crisis


def _matrix(figures: Figures) -> Iterator[tuple[Cell, int | None]]:
    now = figures.span.first.isoformat()
    for line in figures.matrix.lines:
        for phenomenon, cell in zip(figures.matrix.phenomena, line.cells, strict=True):
            yield (f"known.{phenomenon.key}", now), cell.known
            yield (f"warm.{phenomenon.key}", now), cell.warm


def _sums(span: Span, cells: Mapping[Cell, int]) -> Iterator[Sum]:
    """What a reader of a page can add up."""
    now, before = span.first.isoformat(), span.before().first.isoformat()
    for day in (now, before):
        yield tuple((f"status.{status}", day) for status in _STATUSES), (("relations", day),)
        yield (("kept", day), ("not_kept", day)), (("due", day),)
    yield (("status.cold", now), ("status.crisis_only", now)), (("cold", now),)
    here = (("relations", before), ("moved.new", now))
    yield here, (("relations", now), ("moved.lost", now))
    yield from _sums_of_months(span, cells)
    for name, day in cells:
        if name.startswith("known."):
            warm = name.replace("known.", "warm.")
            yield ((warm, day), (f"not_{warm}", day)), ((name, day),)
            yield ((name, day), (f"not_{name}", day)), (("relations", day),)


def _sums_of_months(span: Span, cells: Mapping[Cell, int]) -> Iterator[Sum]:
    """The months of a quarter add up to it; nothing where the span is no quarter."""
    quarters: dict[Cell, list[Cell]] = {}
    for name, day in cells if span.quarter else ():
        if name.startswith("month."):
            whole = quarter_of(date.fromisoformat(day)).first.isoformat()
            quarters.setdefault((name.removeprefix("month."), whole), []).append((name, day))
    for quarter, own in quarters.items():
        if len(own) == 3:
            yield tuple(own), (quarter,)
