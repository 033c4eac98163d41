"""The last check before a public page is made: where it tells too much, it says less."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from trustbook.overview.disclosure import CIVIL, narrowed
from trustbook.overview.editions import Figures
from trustbook.overview.naming import PartnerGroup
from trustbook.overview.public import CivilGroups, without_lists
from trustbook.overview.published import PublishedPage, beside, remembered_page


def say_less(figures: Figures, groups: CivilGroups, published: Sequence[PublishedPage]) -> Figures:
    """The figures without as many numbers as it takes, so that this page and those published
    before let nobody work out a small number of civil society.
    """
    figures = _as_published(figures, published)
    earlier = [page.as_page() for page in beside(figures.span, published)]
    told_before = narrowed(earlier)
    for step in _STEPS:
        page = remembered_page(figures, groups, figures.as_of).as_page()
        if not narrowed([*earlier, page]) - told_before:
            break
        figures = step(figures)
    return figures


def _as_published(figures: Figures, published: Sequence[PublishedPage]) -> Figures:
    """The same figures; the number with civil society of the stretch before only as it was
    published then, for a difference of one would tell of one moment.
    """
    before = figures.span.before()
    cell = (f"{CIVIL}sunny", before.first.isoformat())
    said = [page.cells.get(cell) for page in published if page.span == before]
    if all(count == figures.civil[1] for count in said):
        return figures
    return replace(figures, civil=(figures.civil[0], None))


def _without_civil(figures: Figures) -> Figures:
    return replace(figures, civil=(None, None))


def _without_matrix(figures: Figures) -> Figures:
    return replace(figures, matrix=replace(figures.matrix, lines=(), phenomena=()))


def _without_movement(figures: Figures) -> Figures:
    return replace(figures, moved={way: PartnerGroup(None, ()) for way in figures.moved})


def _without_months(figures: Figures) -> Figures:
    months = tuple(replace(month, sunny=None, crisis=None) for month in figures.months)
    shares = tuple(replace(share, percent=None) for share in figures.shares)
    return replace(figures, months=months, shares=shares)


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


def _without_standing(figures: Figures) -> Figures:
    return replace(without_lists(figures), warm=(None, None))


def _without_numbers(figures: Figures) -> Figures:
    none = (None, None)
    return replace(figures, relations=none, sunny=none, crisis=none, kept=none, due=none)


# What a page gives up, in this order: first what is of civil society itself or of few.
_STEPS: Sequence[Callable[[Figures], Figures]] = (
    _without_civil,
    _without_matrix,
    _without_movement,
    _without_months,
    _without_before,
    _without_standing,
    _without_numbers,
)
