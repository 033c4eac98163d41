"""A clock that went back: whatever a run wrote with it would bear a date before the last run's."""

from __future__ import annotations

import math
from datetime import datetime

from trustbook.ledger import Ledger
from trustbook.ledger.locate import Located
from trustbook.merge.accidents import Accident
from trustbook.merge.guards import guard_named


def clock_back(ledger: Ledger, now: datetime, name: str) -> list[Accident]:
    """The accident, if the clock (``now``) stands before the last run of ``ledger``; ``name`` is
    the workbook to tell it of.

    Times without a zone are local. The number is that of minutes; while the clock goes on, it stays
    the one that a stop told first, so that the command in its note works in the morning.
    """
    last = ledger.last_run()
    if last is None:
        return []
    at = datetime.fromisoformat(last[1]).astimezone()
    minutes = math.ceil((at - now.astimezone()).total_seconds() / 60)
    guard = guard_named("clock_back")
    if not guard.stops(minutes, minutes):
        return []
    told = max(minutes, ledger.minutes_told(last[1]))
    shown = {"now": now.astimezone(), "last": at}
    return [
        guard.accident(
            told, name=name, **{key: f"{one:%d-%m-%Y %H:%M}" for key, one in shown.items()}
        )
    ]


def keep_minutes(located: Located) -> None:
    """Keep the number that a stop tells of a clock that went back."""
    ledger = located.ledger
    for accident in located.accidents:
        last = ledger.last_run()
        if accident.key == guard_named("clock_back").words and last is not None:
            ledger.tell_minutes(last[1], accident.accepts)
