"""Public pages as counts: what one shows, how it is remembered, and what it hides because of others.

Published is the last public overview of some days that was made before one of other days.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from trustbook.columns import STATUSES
from trustbook.overview.disclosure import CIVIL, Cell, PublicPage, Sum, narrowed
from trustbook.overview.editions import Figures, Shown
from trustbook.overview.naming import PartnerGroup
from trustbook.overview.period import Span, quarter_of
from trustbook.overview.public import CivilGroups

_STATUSES = tuple(choice.key for choice in STATUSES if choice.key != "ended")


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A public overview as it is remembered: its days, when it was made, and its counts."""

    span: Span
    made: date
    cells: Mapping[Cell, int]
    below: frozenset[Cell]
    many: frozenset[str]

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
        )


def read_published(remembered: Mapping[str, str]) -> list[PublishedPage]:
    """The public overviews that a ledger remembers, in the order in which they were made."""
    return [PublishedPage.from_text(text) for _, text in sorted(remembered.items())]


def place_of(page: PublishedPage, published: Sequence[PublishedPage]) -> str:
    """Where a page is remembered: over the last one where that was of the same days."""
    return f"{len(_before(page.span, published)):06}"


def _before(span: Span, published: Sequence[PublishedPage]) -> Sequence[PublishedPage]:
    """The pages that stand beside a new one of these days: the last of the same days was a draft
    of it.
    """
    return published[:-1] if published and published[-1].span == span else published


def page_of(figures: Figures, groups: CivilGroups, made: date) -> PublishedPage:
    """The public overview with these figures, as it is remembered."""
    now = figures.span.first.isoformat()
    cells = {cell: count for cell, count in _counts(figures) if count is not None}
    hidden = [way for way, group in figures.moved.items() if group.count is None]
    below = {(f"moved.{way}", now) for way in hidden} if groups.both else set()
    return PublishedPage(figures.span, made, cells, frozenset(below), _many(figures, groups))


def _many(figures: Figures, groups: CivilGroups) -> frozenset[str]:
    """The first days of stretches, months included, with enough partners of civil society."""
    large = {start for start, enough in groups.quarters.items() if enough}
    months = [month.first for month in figures.months if quarter_of(month.first).first in large]
    own = [(figures.span.first, groups.now), (figures.span.before().first, groups.before)]
    days = [*large, *months, *(day for day, enough in own if enough)]
    return frozenset(day.isoformat() for day in days)


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
    if span.quarter is None:
        return
    months = {(name, date.fromisoformat(day)) for name, day in cells if name.startswith("month.")}
    for name, first in {(name, quarter_of(month).first) for name, month in months}:
        own = sorted(day for one, day in months if one == name and quarter_of(day).first == first)
        if len(own) == 3:
            whole = name.removeprefix("month."), first.isoformat()
            yield tuple((name, day.isoformat()) for day in own), (whole,)


def agree_with_published(figures: Figures, published: Sequence[PublishedPage]) -> Figures:
    """The same figures; the number with civil society of the stretch before only as it was
    published then, for a difference of one would tell of one moment.
    """
    before = figures.span.before()
    said = [page for page in published if page.span == before]
    cell = (f"{CIVIL}sunny", before.first.isoformat())
    if all(page.cells.get(cell) == figures.civil[1] for page in said):
        return figures
    return replace(figures, civil=(figures.civil[0], None))


def say_less(figures: Figures, groups: CivilGroups, published: Sequence[PublishedPage]) -> Figures:
    """The figures without as many numbers as it takes, so that this page and those published
    before let nobody work out a small number of civil society.
    """
    figures = agree_with_published(figures, published)
    earlier = [page.as_page() for page in _before(figures.span, published)]
    told_before = narrowed(earlier)
    for step in _STEPS:
        page = page_of(figures, groups, figures.as_of).as_page()
        if not narrowed([*earlier, page]) - told_before:
            break
        figures = step(figures)
    return figures


def _without_civil(figures: Figures) -> Figures:
    return replace(figures, civil=(None, None))


def _without_movement(figures: Figures) -> Figures:
    return replace(figures, moved={way: PartnerGroup(None, ()) for way in figures.moved})


def _without_before(figures: Figures) -> Figures:
    return replace(
        figures,
        relations=(figures.relations[0], None),
        warm=(figures.warm[0], None),
        sunny=(figures.sunny[0], None),
        crisis=(figures.crisis[0], None),
        kept=(figures.kept[0], None),
        due=(figures.due[0], None),
    )


def _without_months(figures: Figures) -> Figures:
    months = tuple(replace(month, sunny=None, crisis=None) for month in figures.months)
    shares = tuple(replace(share, percent=None) for share in figures.shares)
    return replace(figures, months=months, shares=shares)


def _without_standing(figures: Figures) -> Figures:
    return replace(
        figures, warm=(None, None), standing={}, sectors=(), cold_count=None, left_out=None
    )


def _without_numbers(figures: Figures) -> Figures:
    none = (None, None)
    return replace(
        figures,
        relations=none,
        sunny=none,
        crisis=none,
        kept=none,
        due=none,
        matrix=replace(figures.matrix, lines=(), phenomena=()),
    )


_STEPS: Sequence[Callable[[Figures], Figures]] = (
    _without_civil,
    _without_movement,
    _without_months,
    _without_before,
    _without_standing,
    _without_numbers,
)
