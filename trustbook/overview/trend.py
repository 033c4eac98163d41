"""Eight quarters side by side: moments month by month, and the share of warm relations.

A quarter is judged as of its last day, by the same rules and the same undated facts as the last.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from trustbook.health.facts import Contacts, Days, Facts, gather, months_before
from trustbook.health.verdict import status_of
from trustbook.model import HELD, Book
from trustbook.network.labels import Labels
from trustbook.overview.disclosure import FEWEST
from trustbook.overview.period import Span, quarter_of

MONTHS = 24
QUARTERS = 8
PUBLIC_STEP = 5  # per cent


@dataclass(frozen=True, slots=True)
class HeldContacts:
    """A row per held contact, in columns of one length.

    Its moment and partner (positions), its day (date.toordinal()), and whether it was ``sunny`` and
    with ``civil`` society.
    """

    moment: Days
    partner: Days
    day: Days
    sunny: npt.NDArray[np.bool_]
    civil: npt.NDArray[np.bool_]

    def within(self, first: date, last: date) -> npt.NDArray[np.bool_]:
        """Which rows are of these days, both included."""
        inside: npt.NDArray[np.bool_] = self.day >= first.toordinal()
        return inside & (self.day <= last.toordinal())

    def moments(self, which: npt.NDArray[np.bool_]) -> int:
        """How many moments ``which`` rows are of: a meeting of twelve is one."""
        return len(np.unique(self.moment[which]))


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """Sunny and crisis moments of one month; None for a month that had not begun."""

    first: date
    sunny: int | None
    crisis: int | None


@dataclass(frozen=True, slots=True)
class WarmShare:
    """How many relations there were at the end of ``quarter``, how many of them were warm, and how
    many were civil society.
    """

    quarter: Span
    warm: int
    relations: int
    civil: int


@dataclass(frozen=True, slots=True)
class ShownShare:
    """The share of warm relations at the end of ``quarter``, 0 to 100; None where not shown."""

    quarter: Span
    percent: int | None


def shown_share(share: WarmShare, public: bool) -> ShownShare:
    """The share as an edition shows it.

    To the public in steps of 5 %, each of which is one partner or more: a share of past quarters
    must tell nothing that the overview of those days kept hidden.
    """
    step, fewest = (PUBLIC_STEP, 100 // PUBLIC_STEP) if public else (1, FEWEST)
    if share.relations < fewest:
        return ShownShare(share.quarter, None)
    return ShownShare(share.quarter, step * round(100 * share.warm / share.relations / step))


def log_until(log: Contacts, day: date) -> Contacts:
    """The same contacts, of which those until ``day`` were held."""
    return replace(log, held=(log.state == HELD) & (log.day <= day.toordinal()))


def statuses_on(book: Book, facts: list[Facts], day: date) -> dict[int, str]:
    """Status on ``day`` of every partner that was on the list and had not ended.

    Who is on the list: Partner.on_the_list.
    """
    found = {}
    for position, (partner, own) in enumerate(zip(book.partners, facts, strict=True)):
        status, _ = status_of(partner, own, day, book.settings)
        spoken = bool(own.last_sunny or own.last_crisis)
        if status != "ended" and partner.on_the_list(day, spoken):
            found[position] = status
    return found


def civil_partners(book: Book) -> set[int]:
    """The partners (positions) that are civil society."""
    labels = Labels(book.settings)
    return {
        position
        for position, partner in enumerate(book.partners)
        if labels.tier(partner) == "civil_society"
    }


def warm_shares(book: Book, log: Contacts, span: Span, as_of: date) -> tuple[WarmShare, ...]:
    """Eight quarters, the one in which ``span`` ends last and judged as of ``as_of``.

    Before the first contact that was written down nothing is known, and nobody counts.
    """
    quarter, found, civil = quarter_of(span.last), [], civil_partners(book)
    begun = date.fromordinal(int(log.day[log.held].min())) if log.held.any() else date.max
    for _ in range(QUARTERS):
        day = min(quarter.last, as_of)
        standing = _standing(book, log, day) if day >= begun else {}
        warm = sum(status == "warm" for status in standing.values())
        found.append(WarmShare(quarter, warm, len(standing), len(civil & standing.keys())))
        quarter = quarter_of(quarter.first - timedelta(days=1))
    return tuple(reversed(found))


def _standing(book: Book, log: Contacts, day: date) -> dict[int, str]:
    return statuses_on(book, gather(book, log_until(log, day), day), day)


def month_counts(held: HeldContacts, span: Span, as_of: date) -> tuple[MonthCounts, ...]:
    """Eight quarters of months, the one in which ``span`` ends last; ``held`` as of ``as_of``."""
    start = months_before(quarter_of(span.last).first, MONTHS - 3)
    return tuple(_month(held, months_before(start, -later), as_of) for later in range(MONTHS))


def _month(held: HeldContacts, first: date, as_of: date) -> MonthCounts:
    if first > as_of:
        return MonthCounts(first, None, None)
    _, days = monthrange(first.year, first.month)
    inside = held.within(first, first.replace(day=days))
    return MonthCounts(first, held.moments(inside & held.sunny), held.moments(inside & ~held.sunny))
