"""What is asked of a book at the one door (read.py)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from trustbook.merge.allowances import Allowances
from trustbook.run.forgetting import LeavesOut


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a book.

    ``today`` is the day to judge as of, ``now`` the real time. ``lang`` is the language where the
    book names none. ``facts_on``: a day in the past whose undated facts are wanted as well.
    ``allowed``, ``gives_ids`` and ``forgetting`` are for a run that writes: what was meant although
    it looks like an accident, that new rows get an ID, and who is to be read no more. ``recalls``:
    the book may be taken from what is kept of a reading (recalled.py), without what the names in
    each moment meant.
    """

    today: date
    now: datetime
    lang: str | None = None
    facts_on: date | None = None
    allowed: Allowances = field(default_factory=Allowances)
    gives_ids: bool = False
    forgetting: LeavesOut | None = None
    recalls: bool = False
