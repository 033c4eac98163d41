"""Existing meetings: when each sits next, and which quiet partners sit at its table anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.health.verdict import Verdict
from trustbook.model import Book, Consultation
from trustbook.names import key

QUIET = ("cold", "crisis_only", "cooling")


@dataclass(frozen=True, slots=True)
class Sitting:
    """The next time a consultation sits; ``quiet`` members need a word apart, cold first."""

    day: date
    consultation: Consultation
    quiet: tuple[int, ...] = ()


def sittings(book: Book, verdicts: Sequence[Verdict], today: date) -> list[Sitting]:
    """The next sitting of every consultation of which the day is known, soonest first.

    Quiet partners for whom a calm talk is planned already are left out.
    """
    quiet = {
        v.partner: QUIET.index(v.status)
        for v in verdicts
        if v.status in QUIET and not v.planned_soon
    }
    found = []
    for meeting in book.consultations:
        if day := meeting.next_on(today):
            members = sorted((m for m in meeting.members if m in quiet), key=lambda m: quiet[m])
            found.append(Sitting(day, meeting, tuple(members)))
    return sorted(found, key=lambda sitting: (sitting.day, key(sitting.consultation.name)))
