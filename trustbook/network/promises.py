"""Promises that are still open: ours and theirs, with whom, when due, and whether overdue."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from trustbook.model import Book, Moments, Promise


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A promise not kept yet; ``partners`` (positions) were there on the day it was made."""

    promise: Promise
    made_on: date
    partners: tuple[int, ...]
    overdue: bool


def open_promises(book: Book, today: date) -> list[OpenPromise]:
    """Every promise made by ``today`` and not kept by then: overdue first, then by due date."""
    log = book.moments
    waiting = [promise for promise in log.promises if _is_open(promise, log, today)]
    present = _present(log, {promise.moment for promise in waiting})
    found = [
        OpenPromise(
            promise,
            date.fromordinal(log.day[promise.moment]),
            tuple(present.get(promise.moment, ())),
            promise.due is not None and promise.due < today,
        )
        for promise in waiting
    ]
    return sorted(
        found, key=lambda one: (not one.overdue, one.promise.due or date.max, one.made_on)
    )


def _is_open(promise: Promise, log: Moments, today: date) -> bool:
    """Whether a promise was made by ``today``, and not kept by then."""
    if not log.is_made(promise, today):
        return False
    return promise.kept_on is None or promise.kept_on > today


def _present(log: Moments, moments: Collection[int]) -> dict[int, list[int]]:
    """Who was there, moment by moment; the log is read only where there is something to find."""
    found: dict[int, list[int]] = {}
    if moments:
        for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
            if moment in moments:
                found.setdefault(moment, []).append(partner)
    return found
