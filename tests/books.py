"""Books written down in a few words, for tests that need no workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from trustbook.model import (
    HELD,
    NOBODY,
    SUNNY,
    Book,
    Consultation,
    Memory,
    Moments,
    Partner,
    Person,
    Promise,
    Settings,
)

TODAY = date(2026, 9, 30)


def ago(days: int) -> date:
    """So many days before TODAY; ahead of it when negative."""
    return TODAY - timedelta(days=days)


@dataclass(frozen=True)
class Moment:
    """One row of Moments; ``promise`` is (by, due, kept on)."""

    day: date
    present: tuple[int, ...] = (0,)
    state: int = HELD
    weather: int = SUNNY
    initiative: int = NOBODY
    promise: tuple[int, date, date | None] | None = None


def book(
    partners: Iterable[Partner],
    moments: Iterable[Moment] = (),
    people: Iterable[Person] = (),
    settings: Settings | None = None,
    consultations: Iterable[Consultation] = (),
    lang: str = "en",
) -> Book:
    """The Book of these records."""
    log = Moments()
    for at, moment in enumerate(moments):
        log.row.append(at + 2)
        log.id.append(None)
        log.day.append(moment.day.toordinal())
        log.state.append(moment.state)
        log.weather.append(moment.weather)
        log.initiative.append(moment.initiative)
        log.kind.append(None)
        log.by.append(None)
        log.topic.append(None)
        log.contact_moment += [at] * len(moment.present)
        log.contact_partner += moment.present
        if moment.promise is not None:
            by, due, kept = moment.promise
            log.promises.append(Promise(at, "", by, due, kept))
    settings = settings or Settings()
    return Book(
        lang, settings, list(partners), list(people), log, list(consultations), [], [], Memory()
    )
