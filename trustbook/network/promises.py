"""Promises that are still open: ours and theirs, with whom, when due, and whether that day has
passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trustbook.model import HELD, Book, Promise


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A promise not kept yet. ``made_on`` is the day of the moment, ``partners`` who was there
    (positions).
    """

    promise: Promise
    made_on: date
    partners: tuple[int, ...]
    overdue: bool


def open_promises(book: Book, today: date) -> list[OpenPromise]:
    """Every promise made in a moment held by ``today`` and not kept by then: overdue ones first,
    then by due date.
    """
    log, now = book.moments, today.toordinal()
    waiting = [
        promise
        for promise in log.promises
        if log.state[promise.moment] == HELD
        and log.day[promise.moment] <= now
        and (promise.kept_on is None or promise.kept_on > today)
    ]
    present: dict[int, list[int]] = {promise.moment: [] for promise in waiting}
    if present:
        for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
            if moment in present:
                present[moment].append(partner)
    found = [
        OpenPromise(
            promise,
            date.fromordinal(log.day[promise.moment]),
            tuple(present[promise.moment]),
            promise.due is not None and promise.due < today,
        )
        for promise in waiting
    ]
    return sorted(
        found, key=lambda one: (not one.overdue, one.promise.due or date.max, one.made_on)
    )
