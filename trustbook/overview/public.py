"""What the public edition may say: nothing from which a small number of civil society follows.

Nearly every number of the page is of all partners together. Such a number says of civil society
only that its part lies between 0 and the whole, whatever other numbers of all partners stand
beside it, in this quarter or in others: each of them stays the same when any partner is taken to
be of another tier. Two things are left to hide:

- a whole of 0 says that civil society has 0 of it, and of a whole of which the rest is 0 it has
  all. That is said only where civil society has three partners or more. Elsewhere a number is shown
  only where it and its rest are three or more, so that a number that is not shown can be any;
- who came, went or moved: under three of them it is no number but a few known partners.

One number is of civil society alone: its sunny moments. They are shown where they, the others and
the partners they were with are three or more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from trustbook.overview.disclosure import FEWEST, is_clear_share
from trustbook.overview.editions import Figures, Shown
from trustbook.overview.naming import PartnerGroup
from trustbook.overview.numbers import Numbers, PeriodCounts
from trustbook.overview.period import Span, quarter_of
from trustbook.overview.public_matrix import matrix_of_all
from trustbook.overview.requests import NamedFew, Requests
from trustbook.overview.trend import MonthCounts, ShownShare, civil_partners


@dataclass(frozen=True, slots=True)
class CivilGroups:
    """Where civil society has three partners or more: ``now``, ``before``, and per quarter, by its
    first day.
    """

    now: bool
    before: bool
    quarters: Mapping[date, bool]

    @property
    def both(self) -> bool:
        """Whether it has now and had before."""
        return self.now and self.before


def as_then(groups: CivilGroups, span: Span, few: Collection[str]) -> CivilGroups:
    """The same, but small on days (``few``) on which an earlier page had it small: what that page
    hid, a tier that was corrected since must not show.
    """
    return CivilGroups(
        groups.now and span.first.isoformat() not in few,
        groups.before and span.before().first.isoformat() not in few,
        {
            start: enough and start.isoformat() not in few
            for start, enough in groups.quarters.items()
        },
    )


def civil_groups(numbers: Numbers) -> CivilGroups:
    """Where civil society is large enough for a number that says none or all."""
    civil = civil_partners(numbers.book)
    return CivilGroups(
        len(civil & numbers.statuses.keys()) >= FEWEST,
        len(civil & numbers.statuses_before.keys()) >= FEWEST,
        {share.quarter.first: share.civil >= FEWEST for share in numbers.shares},
    )


def limit_public(figures: Figures, numbers: Numbers, groups: CivilGroups) -> Figures:
    """The ``figures`` of ``numbers`` without those that everybody may not see."""
    kept, due = _kept(figures, groups)
    limited = replace(
        figures,
        warm=_warm(figures, groups),
        standing_before={},
        sunny=_counts(figures.sunny, groups),
        crisis=_counts(figures.crisis, groups),
        civil=_civil(numbers, groups),
        kept=kept,
        due=due,
        moved={way: _moved(group, groups) for way, group in figures.moved.items()},
        matrix=matrix_of_all(numbers, groups.now),
        of_all=True,
        months=_months(figures.months, groups),
        shares=tuple(_share(share, groups) for share in figures.shares),
        # With the same number of the next quarter, both would tell how many stopped or came.
        not_yet=0,
        ended=0,
    )
    return limited if groups.now else without_lists(limited)


def without_lists(figures: Figures) -> Figures:
    """The figures without lists that say none of what they do not name."""
    return replace(
        figures,
        standing={},
        sectors=(),
        cold_count=None,
        requests=_without_partners(figures.requests),
        left_out=None,
    )


def _warm(figures: Figures, groups: CivilGroups) -> Shown:
    (relations, relations_before), (warm, warm_before) = figures.relations, figures.warm
    return (
        _share_of(warm, relations, groups.now),
        _share_of(warm_before, relations_before, groups.before),
    )


def _share_of(part: int | None, whole: int | None, large: bool) -> int | None:
    if part is None or whole is None:
        return None
    return part if large or is_clear_share(part, whole) else None


def _counts(pair: Shown, groups: CivilGroups) -> Shown:
    return _count(pair[0], groups.now), _count(pair[1], groups.before)


def _count(number: int | None, large: bool) -> int | None:
    return number if large or (number is not None and number >= FEWEST) else None


def _civil(numbers: Numbers, groups: CivilGroups) -> Shown:
    return _civil_moments(numbers.now, groups.now), _civil_moments(numbers.before, groups.before)


def _civil_moments(counts: PeriodCounts, large: bool) -> int | None:
    """Sunny moments with civil society, where they, the others and its partners are enough."""
    enough = is_clear_share(counts.civil, counts.sunny) and counts.civil_partners >= FEWEST
    return counts.civil if large and enough else None


def _kept(figures: Figures, groups: CivilGroups) -> tuple[Shown, Shown]:
    """Promises kept and promises due, both or neither."""
    (kept, kept_before), (due, due_before) = figures.kept, figures.due
    now = _share_of(kept, due, groups.now)
    before = _share_of(kept_before, due_before, groups.before)
    return (now, before), (
        None if now is None else due,
        None if before is None else due_before,
    )


def _moved(group: PartnerGroup, groups: CivilGroups) -> PartnerGroup:
    enough = group.count is not None and group.count >= FEWEST
    return group if groups.both and enough else PartnerGroup(None, ())


def _months(months: Sequence[MonthCounts], groups: CivilGroups) -> tuple[MonthCounts, ...]:
    """The months, of each quarter all three or none: its total would tell the third."""
    found: list[MonthCounts] = []
    for at in range(0, len(months), 3):
        quarter = months[at : at + 3]
        large = groups.quarters.get(quarter_of(quarter[0].first).first, False)
        sunny = large or _enough_each([month.sunny for month in quarter])
        crisis = large or _enough_each([month.crisis for month in quarter])
        found += [_month(month, sunny, crisis) for month in quarter]
    return tuple(found)


def _enough_each(counts: Sequence[int | None]) -> bool:
    return all(count is None or count >= FEWEST for count in counts)


def _month(month: MonthCounts, sunny: bool, crisis: bool) -> MonthCounts:
    return MonthCounts(
        month.first, month.sunny if sunny else None, month.crisis if crisis else None
    )


def _share(share: ShownShare, groups: CivilGroups) -> ShownShare:
    """The share of a quarter; 0 and 100 % say none and all."""
    large = groups.quarters.get(share.quarter.first, False)
    told = share.percent if large or share.percent not in (0, 100) else None
    return replace(share, percent=told)


def _without_partners(requests: Requests) -> Requests:
    """What is asked and what comes, without how many partners it concerns."""
    none = NamedFew(0)
    return replace(requests, cold=none, late=none, due=none, turning=none, planned=none)
