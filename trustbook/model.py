"""What a network is made of: partners, people, moments, consultations, the required network,
settings, problems.

Rows are plain records: reading/ has already read them cell by cell, because one bad cell must cost
its own meaning and never the row. What people configure or hand in from outside is checked as a
whole, with pydantic (config.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal, TypeAlias

from trustbook.agreements import Consultation as Consultation
from trustbook.agreements import Requirement as Requirement
from trustbook.agreements import Route as Route

HELD: Final = 0
PLANNED: Final = 1
CANCELLED: Final = 2
ATTEMPT: Final = 3
# What is promised counts where somebody was spoken, or was sought in vain.
PROMISING: Final = (HELD, ATTEMPT)
SUNNY: Final = 0
CRISIS: Final = 1
NOBODY: Final = 0
US: Final = 1
THEM: Final = 2
TOGETHER: Final = 3

DEFAULT_RHYTHM: Final = 90


@dataclass(slots=True)
class Partner:
    """An organisation, partnership or individual with whom we keep trust; one row of Partners.

    ``kind``, ``tier``, ``offers`` hold stable keys (columns.py); ``rhythm`` is in days, None where
    the tier decides; ``row`` is the row in the sheet; ``since_typed``: whether Since says so, not
    the day on which the partner was first seen. ``unread_phenomena``: a cell not understood.
    """

    name: str
    row: int = 0
    id: str | None = None
    kind: str | None = None
    tier: str | None = None
    party: str | None = None
    phenomena: tuple[str, ...] = ()
    area: str | None = None
    rhythm: int | None = None
    holder: str | None = None
    since: date | None = None
    their_tasks: str | None = None
    their_goals: str | None = None
    their_way: str | None = None
    goals_shared_on: date | None = None
    checked_on: date | None = None
    offers: tuple[str, ...] = ()
    share_card: bool = False
    paused_until: date | None = None
    snooze_until: date | None = None
    ended_on: date | None = None
    own_view: str | None = None
    roles: tuple[str, ...] = ()
    since_typed: bool = False
    unread_phenomena: str | None = None

    def stands_for(self, phenomenon: str | None) -> bool:
        """Whether a phenomenon (a key; None for any) is its business; blank means all are."""
        if phenomenon is None or phenomenon in self.phenomena:
            return True
        return not self.phenomena and self.unread_phenomena is None

    def on_the_list(self, day: date, spoken: bool) -> bool:
        """Whether the partner was on the list on ``day``: from Since, else from its first held
        moment (``spoken`` by then) or from the day on which it was first seen.
        """
        return self.since is None or self.since <= day or (spoken and not self.since_typed)


@dataclass(frozen=True, slots=True)
class Employment:
    """Where a person was employed, as it was known before day ``to``: for which partners (positions
    in ``Book.partners``), and from and until when.
    """

    to: date
    partners: tuple[int, ...]
    from_: date | None = None
    until: date | None = None


@dataclass(slots=True)
class Person:
    """A contact person; ``partner`` is a position in ``Book.partners``, None where it could not be
    linked; ``further`` are more of them, where a person stands for several. ``before``: where it
    was employed before, the first employment first.
    """

    name: str
    partner: int | None
    row: int = 0
    id: str | None = None
    role: str | None = None
    key_role: bool = False
    phone: str | None = None
    email: str | None = None
    informed_on: date | None = None
    from_: date | None = None
    until: date | None = None
    further: tuple[int, ...] = ()
    before: tuple[Employment, ...] = ()

    @property
    def partners(self) -> tuple[int, ...]:
        """All partners this person stands for, as positions in ``Book.partners``."""
        return self.further if self.partner is None else (self.partner, *self.further)

    def in_office(self, day: date) -> bool:
        """Whether this person stands for the partner on ``day``; both ends count."""
        return _is_within(day, self.from_, self.until)

    def partners_on(self, day: date) -> tuple[int, ...] | None:
        """The partners this person stood for on ``day``, as was known of that day; None where it
        was not in office.
        """
        for earlier in self.before:
            if day < earlier.to:
                within = _is_within(day, earlier.from_, earlier.until)
                return earlier.partners if within else None
        return self.partners if self.in_office(day) else None


def _is_within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(slots=True)
class Promise:
    """Something promised in a moment; ``by`` is US, THEM or NOBODY (not said)."""

    moment: int
    text: str
    by: int
    due: date | None
    kept_on: date | None


@dataclass(slots=True)
class Moments:
    """All moments that could be read, as equally long columns; position i is one row of Moments.

    ``day`` counts as date.toordinal(); ``state``, ``weather``, ``initiative`` are the codes above.
    ``contact_moment`` and ``contact_partner`` are the contacts: one pair per moment and partner
    present. ``meant`` is what the names of each row mean from now on, by the identity of the row;
    nothing for one that is planned. ``ahead``: rows to remember as planned, None to forget.
    ``met``: the last day on which each consultation (normalised name) was held.
    """

    row: list[int] = field(default_factory=list)
    id: list[str | None] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    state: list[int] = field(default_factory=list)
    weather: list[int] = field(default_factory=list)
    initiative: list[int] = field(default_factory=list)
    kind: list[str | None] = field(default_factory=list)
    by: list[str | None] = field(default_factory=list)
    topic: list[str | None] = field(default_factory=list)
    answered: list[str | None] = field(default_factory=list)
    contact_moment: list[int] = field(default_factory=list)
    contact_partner: list[int] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    meant: dict[str, Meanings] = field(default_factory=dict)
    ahead: dict[str, Ahead | None] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row)

    def was_reached(self, at: int) -> bool:
        """Whether somebody was spoken in a moment: held, and not noted as not answered."""
        return self.state[at] == HELD and self.answered[at : at + 1] != ["not"]

    def is_made(self, promise: Promise, day: date) -> bool:
        """Whether a promise was made by ``day``, in a moment that was held or tried."""
        at = promise.moment
        return self.state[at] in PROMISING and self.day[at] <= day.toordinal()


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date
    note: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(slots=True)
class Settings:
    """What the sheet Settings says; every field has its default there."""

    language: str | None = None
    our_name: str | None = None
    our_tasks: str | None = None
    our_goals: str | None = None
    our_way: str | None = None
    rhythm: dict[str, int] = field(
        default_factory=lambda: {"core": 30, "wider": 90, "national": 180, "civil_society": 60}
    )
    cooling_factor: float = 1.0
    cold_factor: float = 1.5
    quiet: tuple[Period, ...] = ()
    crisis: tuple[Period, ...] = ()
    familiarity_months: int = 18
    familiarity_months_civil_society: int = 12
    hours_a_week: float | None = None
    retention_moments: int | None = None
    retention_people: int | None = None
    phenomena: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()

    def rhythm_of(self, partner: Partner) -> int:
        """The agreed longest gap in days: the partner's own, else its tier's, else 90."""
        if partner.rhythm is not None:
            return partner.rhythm
        return self.rhythm.get(partner.tier or "", DEFAULT_RHYTHM)

    def cold_limit(self, rhythm: int) -> float:
        """Days of silence after which a relationship of this rhythm is cold: max(1.5 x rhythm,
        rhythm + 14).
        """
        return max(self.cold_factor * rhythm, rhythm + 14)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to check: where it stands and, through the catalogue check.toml, what, why and how
    to fix it.

    ``sheet`` and ``column`` are named as the coordinator named them, ``row`` as the sheet counts.
    ``value`` is what stands there, None for what must not be copied. ``severity`` is "error"
    (something does not count) or "warning". ``since``: the day from which it has stood there, where
    that is remembered; ``workbook``: what the workbook it stands in is called, where a report tells
    of several.
    """

    code: str
    severity: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    value: str | None = None
    params: Mapping[str, object] = field(default_factory=dict, compare=False)
    since: date | None = field(default=None, compare=False)
    workbook: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a piece of "With" meant when it was read: partners by identity, and what named them.

    ``day`` (an ordinal) is that of the moment where a person was named, since the day decides where
    a person was in office; else 0.
    """

    kind: Literal["partner", "person", "consultation", "absent"]
    partners: tuple[str, ...]
    day: int = 0


# What the pieces of one moment meant, each by its normalised text.
Meanings: TypeAlias = Mapping[str, Meant]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A moment that was noted ahead: its day (an ordinal), the state that was typed then ("" for
    none), and whether its day had ``passed`` at the last reading.
    """

    day: int
    word: str = ""
    passed: bool = False


@dataclass(frozen=True, slots=True)
class KnownEmployment:
    """From which day a person was known to be employed where: partners (identities) by the
    normalised text that named them. ``from_`` and ``until`` are what was known of it last.
    """

    since: date
    partners: Mapping[str, str]
    from_: date | None = None
    until: date | None = None


@dataclass(slots=True)
class Learned:
    """What logs taught, as the numbers of a model by a fingerprint of all they were asked:
    ``known`` from the run before, ``used`` in this one.
    """

    known: Mapping[str, Sequence[float]] = field(default_factory=dict)
    used: dict[str, Sequence[float]] = field(default_factory=dict)


@dataclass(slots=True)
class Memory:
    """What earlier runs knew and the sheets no longer say.

    ``since``: first-seen date per partner identity (ID, else normalised name); ``old_names``:
    earlier names per partner, ``people_before`` per person, ``meetings_before`` per consultation
    (normalised name). ``planned``: moments that were noted ahead, by identity: until somebody says
    so they were not held; ``confirmed``: what somebody answered of them (a state, and the day as an
    ordinal). ``meant``: what the names in each moment meant
    when it was read; None where no run has noted that yet. ``names_meant``: whom a piece
    (normalised) means that is not known, as somebody answered ("" for nobody); ``cells_meant``:
    what a text in one cell means, by its place (answered.py), "" where what was proposed is not
    it. ``employers``: where each person was
    employed, the first employment first. ``merged``: partners that are another one, as somebody
    said, with the names they had. ``seats``: per consultation (normalised name) the members
    (identities) by the normalised text that named each. ``accepted``: answers to what would be read
    differently today (``reading.differently``), by reference: True to read it so. ``learned``: what
    the log taught of the chance of silence.

    For a memory that noted no meanings yet: ``sat`` has per moment the round of members that
    counted when it was first read, a position in ``members``; each round gives the members
    (identities) of a consultation by its normalised name.
    """

    since: dict[str, date] = field(default_factory=dict)
    old_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people_before: dict[str, tuple[str, ...]] = field(default_factory=dict)
    meetings_before: dict[str, tuple[str, ...]] = field(default_factory=dict)
    planned: dict[str, Ahead] = field(default_factory=dict)
    confirmed: dict[str, tuple[str, int]] = field(default_factory=dict)
    meant: dict[str, Meanings] | None = None
    employers: dict[str, tuple[KnownEmployment, ...]] = field(default_factory=dict)
    merged: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    seats: dict[str, Mapping[str, str]] = field(default_factory=dict)
    accepted: dict[str, bool] = field(default_factory=dict)
    names_meant: dict[str, str] = field(default_factory=dict)
    cells_meant: dict[str, str] = field(default_factory=dict)
    learned: Learned = field(default_factory=Learned)
    sat: dict[str, int] = field(default_factory=dict)
    members: list[dict[str, tuple[str, ...]]] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """One network as read from its workbook(s), with everything that was noticed on the way.

    ``as_of``: the day it was read for; ``not_yet``: how many partners were not on the list that
    day, and are left out; ``whole``: the same with them; ``employers``: where each person (by
    identity) was and is employed.
    ``reread`` reads the same workbooks for another day, and with the undated facts of a day in the
    past; None where nobody can. ``team_memory`` gives what the ledger tells a team of the year of
    a day up to it.
    """

    lang: str
    settings: Settings
    partners: list[Partner]
    people: list[Person]
    moments: Moments
    consultations: list[Consultation]
    required: list[Requirement]
    problems: list[Problem]
    memory: Memory
    as_of: date | None = None
    not_yet: int = 0
    whole: Book | None = field(default=None, compare=False, repr=False)
    employers: dict[str, tuple[KnownEmployment, ...]] = field(default_factory=dict, repr=False)
    reread: Callable[[date, date | None], Book] | None = field(
        default=None, compare=False, repr=False
    )
    routes: list[Route] = field(default_factory=list)
    team_memory: Callable[[date], Any] | None = field(default=None, compare=False, repr=False)


def add_days(day: date, days: float) -> date:
    """``day`` plus ``days``, kept inside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
