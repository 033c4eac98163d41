"""What the log says of every partner as of a day: last talks, silence, plans and promises."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trustbook.health.thanks import helped_in
from trustbook.model import (
    ATTEMPT,
    CRISIS,
    HELD,
    NOBODY,
    PLANNED,
    PROMISING,
    SUNNY,
    US,
    Book,
    Moments,
    Period,
    Promise,
)

Days = npt.NDArray[np.int64]

TREND_QUARTERS = 8
BLOCKS = "▁▂▃▄▅▆▇█"  # none to seven or more sunny moments in a quarter, one scale for all partners
TABLE_SIZE = 5  # from so many partners on, a meeting is a table and not a talk
_LAST_DAY = date.max.toordinal()
_LONGEST_LIMIT = 1_000_000


@dataclass(slots=True)
class Facts:
    """One partner's part of the log as of a day.

    Days count as date.toordinal(), 0 where there is none. ``limit`` is the last day of silence that
    is not cold yet; ``silence`` leaves out ``quiet`` days and is 0 for who was never sunny; ``due``
    and ``cold_on`` are the days on which the silence, or for them the time on the list, reaches the
    rhythm and passes the limit.
    ``trend`` draws the sunny moments of eight quarters, the running one last; ``overdue`` holds the
    due days of promises of ours that were not kept; ``planned_soon`` is the first sunny moment
    planned within one rhythm; ``helped`` is when they last helped in a crisis, 0 where a calm talk
    came after it.
    """

    rhythm: int
    limit: int
    since: int
    last_sunny: int
    last_crisis: int
    silence: int
    quiet: int
    due: int
    cold_on: int
    attempts: int
    planned: int
    planned_soon: int
    all_by_us: bool
    only_at_table: bool
    trend: str
    helped: int
    overdue: Sequence[int]


class QuietDays:
    """The calendar without its quiet days.

    How many of them lie behind a day, and on which day a silence is long enough.
    """

    def __init__(self, periods: Sequence[Period]) -> None:
        first: list[int] = []
        last: list[int] = []
        for start, end in sorted((p.first.toordinal(), p.last.toordinal()) for p in periods):
            if end < start:
                continue
            # Overlapping or adjoining: one stretch, so that no day counts twice.
            if last and start <= last[-1] + 1:
                last[-1] = max(last[-1], end)
            else:
                first.append(start)
                last.append(end)
        self._first = np.array(first, dtype=np.int64)
        self._length = np.array(last, dtype=np.int64) - self._first + 1
        self._before = np.concatenate(([0], np.cumsum(self._length)))

    def until(self, days: Days) -> Days:
        """How many quiet days lie on or before each of ``days``."""
        started: Days = np.searchsorted(self._first, days, side="right")
        if not len(self._first):
            return started
        at = np.maximum(started - 1, 0)
        inside: Days = np.minimum(days - self._first[at] + 1, self._length[at])
        result: Days = np.where(started > 0, self._before[at] + inside, 0)
        return result

    def reach(self, start: Days, silence: Days) -> Days:
        """The first day on which ``silence`` days since ``start`` were not quiet."""
        wanted = start - self.until(start) + silence
        # In days that are not quiet, each quiet stretch begins right after this one:
        ahead = self._first - 1 - self._before[:-1]
        passed = np.searchsorted(ahead, wanted, side="left")
        result: Days = np.minimum(wanted + self._before[passed], _LAST_DAY)
        return result


@dataclass(slots=True)
class Contacts:
    """Every contact, a moment and one partner present, as equally long columns.

    ``held``: held on or before the day of asking; ``table``: at a meeting of five or more partners.
    """

    partner: Days
    moment: Days
    day: Days
    state: Days
    weather: Days
    initiative: Days
    held: npt.NDArray[np.bool_]
    table: npt.NDArray[np.bool_]

    @property
    def sunny(self) -> npt.NDArray[np.bool_]:
        """Held in calm times: the only contact that resets the clock that decides."""
        calm: npt.NDArray[np.bool_] = self.held & (self.weather == SUNNY)
        return calm


def contacts(moments: Moments, today: date) -> Contacts:
    """The contacts of a log as of ``today``; what is dated later has not been held yet."""
    moment = np.array(moments.contact_moment, dtype=np.int64)
    partner = np.array(moments.contact_partner, dtype=np.int64)
    day, state, weather, initiative = (
        np.array(column, dtype=np.int64)[moment]
        for column in (moments.day, moments.state, moments.weather, moments.initiative)
    )
    held = (state == HELD) & (day <= today.toordinal())
    present = np.bincount(moment, minlength=len(moments))
    return Contacts(
        partner, moment, day, state, weather, initiative, held, present[moment] >= TABLE_SIZE
    )


def gather(book: Book, log: Contacts, today: date) -> list[Facts]:
    """The facts of every partner, in book order, as of ``today``."""
    count, now, settings = len(book.partners), today.toordinal(), book.settings
    rhythms = [settings.rhythm_of(partner) for partner in book.partners]
    limits = [int(min(settings.cold_limit(rhythm), _LONGEST_LIMIT)) for rhythm in rhythms]
    rhythm, limit = np.array(rhythms, dtype=np.int64), np.array(limits, dtype=np.int64)
    since = np.array(
        [(partner.since or today).toordinal() for partner in book.partners], dtype=np.int64
    )
    ahead = (log.state == PLANNED) & (log.day >= now)
    last_sunny = _latest(log, log.sunny, count)
    helped = _latest(log, helped_in(book.moments, log.moment, now), count)
    spoken = last_sunny > 0
    quiet_days = QuietDays(settings.quiet)
    # For who was never sunny the clock counts from the first day on the list.
    start = np.where(spoken, last_sunny, since)
    quiet = quiet_days.until(np.array([now])) - quiet_days.until(start)
    due, cold_on = quiet_days.reach(start, rhythm), quiet_days.reach(start, limit + 1)
    columns = (
        rhythm,
        limit,
        since,
        last_sunny,
        _latest(log, log.held & (log.weather == CRISIS), count),
        np.where(spoken, now - last_sunny - quiet, 0),
        quiet,
        np.minimum(due, _LAST_DAY),
        np.minimum(cold_on, _LAST_DAY),
        _count(log, (log.state == ATTEMPT) & (log.day <= now), count),
        _earliest(log, ahead, count),
        _earliest(
            log, ahead & (log.weather == SUNNY) & (log.day - now <= rhythm[log.partner]), count
        ),
        _all_by_us(log, today, count),
        _only_at_table(log, now - 2 * rhythm, count),
        _trend(log, today, count),
        np.where(helped > last_sunny, helped, 0),
    )
    late = _overdue(book.moments, log, now)
    overdue = [late.get(position, ()) for position in range(count)]
    return [
        Facts(*row) for row in zip(*(column.tolist() for column in columns), overdue, strict=True)
    ]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def quarter_starts(today: date, quarters: int) -> list[date]:
    """The first days of so many quarters, the one of ``today`` last."""
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return [months_before(first, 3 * back) for back in reversed(range(quarters))]


def _latest(log: Contacts, which: npt.NDArray[np.bool_], count: int) -> Days:
    days = np.zeros(count, dtype=np.int64)
    np.maximum.at(days, log.partner[which], log.day[which])
    return days


def _earliest(log: Contacts, which: npt.NDArray[np.bool_], count: int) -> Days:
    days = np.full(count, _LAST_DAY + 1, dtype=np.int64)
    np.minimum.at(days, log.partner[which], log.day[which])
    days[days > _LAST_DAY] = 0
    return days


def _count(log: Contacts, which: npt.NDArray[np.bool_], count: int) -> Days:
    result: Days = np.bincount(log.partner[which], minlength=count)
    return result


def _all_by_us(log: Contacts, today: date, count: int) -> npt.NDArray[np.bool_]:
    """Three or more held moments with an initiative in 24 months, and every one of them ours."""
    said = log.held & (log.initiative != NOBODY) & (log.day >= months_before(today, 24).toordinal())
    known = _count(log, said, count)
    result: npt.NDArray[np.bool_] = (known >= 3) & (
        known == _count(log, said & (log.initiative == US), count)
    )
    return result


def _only_at_table(log: Contacts, start: Days, count: int) -> npt.NDArray[np.bool_]:
    """At least one sunny moment since each partner's ``start``, and all of them at a table."""
    recent = log.sunny & (log.day >= start[log.partner])
    known = _count(log, recent, count)
    result: npt.NDArray[np.bool_] = (known > 0) & (known == _count(log, recent & log.table, count))
    return result


def _trend(log: Contacts, today: date, count: int) -> npt.NDArray[np.str_]:
    starts = np.array([day.toordinal() for day in quarter_starts(today, TREND_QUARTERS)])
    quarter = np.searchsorted(starts, log.day, side="right") - 1
    recent = log.sunny & (quarter >= 0)
    cells = log.partner[recent] * TREND_QUARTERS + quarter[recent]
    heights = np.minimum(np.bincount(cells, minlength=count * TREND_QUARTERS), len(BLOCKS) - 1)
    return np.array(list(BLOCKS))[heights].view(f"<U{TREND_QUARTERS}")


def _overdue(moments: Moments, log: Contacts, now: int) -> dict[int, list[int]]:
    """Per partner the due days, in order, of promises of ours not kept in time."""
    made: dict[int, list[int]] = {}
    for promise in moments.promises:
        due = _missed(promise, now)
        if due is not None:
            made.setdefault(promise.moment, []).append(due)
    late: dict[int, list[int]] = {}
    made_in = (log.day <= now) & np.isin(log.state, PROMISING)
    meant = made_in & np.isin(log.moment, np.array(list(made), dtype=np.int64))
    for moment, partner in zip(
        log.moment[meant].tolist(), log.partner[meant].tolist(), strict=True
    ):
        late.setdefault(partner, []).extend(made[moment])
    return {partner: sorted(days) for partner, days in late.items()}


def _missed(promise: Promise, now: int) -> int | None:
    """The day on which a promise of ours was due, where it is past and the promise was not kept."""
    if promise.by != US or promise.due is None:
        return None
    due = promise.due.toordinal()
    kept = promise.kept_on is not None and promise.kept_on.toordinal() <= now
    return due if due < now and not kept else None
