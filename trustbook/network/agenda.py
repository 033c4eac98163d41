"""Who to call: at most ten partners per holder, each with why now and one step."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.health.sentences import written_day
from trustbook.health.verdict import Verdict
from trustbook.messages import say
from trustbook.model import US, Book, Partner
from trustbook.names import first_holder, key
from trustbook.network.consultations import sittings
from trustbook.network.coverage import Row, coverage, without_slack
from trustbook.network.promises import OpenPromise, open_promises

MOST_PER_HOLDER = 10
# What a line asks of us in a week: ringing somebody we know, or going by where there never was a
# calm talk. Both with getting ready, and with typing the line in Moments afterwards.
HOURS_A_CALL, HOURS_A_VISIT = 0.5, 1.0
# Who was spoken after a promise fell due need not be rung about it again within a week.
JUST_SPOKEN = 7
# Risk orders in three bands only: finer, the list would move because a night passed.
_BANDS = (0.8, 0.5)
_BY_STATUS = {"crisis_only": 1, "cold": 2, "new": 3, "cooling": 4, "warm": 5}


@dataclass(frozen=True, slots=True)
class Call:
    """One line of Who to call; ``partner`` is a position, ``holder`` is None where nobody is.

    ``table``: the next consultation at which we sit together, with its date, blank if there is
    none.
    """

    holder: str | None
    partner: int
    why_now: str
    step: str
    table: str


@dataclass(frozen=True, slots=True)
class CallList:
    """Whom to call, and the partners (positions) that ask for it too and for whom there is no room:
    ``beyond_hours`` in the hours a week, ``beyond_ten`` among the ten of their holder.
    """

    calls: list[Call]
    beyond_hours: list[int]
    beyond_ten: list[int]


def call_list(
    book: Book,
    verdicts: Sequence[Verdict],
    today: date,
    lang: str | None = None,
    rows: Sequence[Row] | None = None,
    among: Collection[int] | None = None,
) -> CallList:
    """The to-do list as of ``today``, by the name of the holder, partners without one last.

    Order: a promise of ours that is overdue, crisis only, cold, new and past due, cooling, about to
    fall silent; in each of these first the partners that the required network cannot do without,
    then by band of risk, due date and name. All lines together ask no more than the hours a week of
    Settings; where they run out, the most pressing of the whole network stay. ``rows`` is the
    coverage, where it was worked out already. ``among``: the partners (positions) of the part that
    is asked for; None: all.
    """
    words = lang or book.lang
    promised = [one for one in open_promises(book, today) if one.promise.by == US]
    resting = _promises_that_rest(promised, verdicts, today)
    pressing = _due_before_talk(promised, verdicts, resting)
    vital = without_slack(coverage(book, verdicts, today) if rows is None else rows)
    part = range(len(book.partners)) if among is None else among
    asking = [
        v for v in _who_ask_for_us(book, verdicts, today, pressing, resting) if v.partner in part
    ]
    asking.sort(
        key=lambda v: _order(book.partners[v.partner], v, v.partner in vital, v.partner in resting)
    )
    spelling = _holder_names(book, asking)
    tables = _next_tables(book, verdicts, today, words)
    room = _Room(book, asking)
    calls = [
        Call(
            spelling[holder],
            verdict.partner,
            _why_now(
                verdict,
                verdict.partner in vital,
                verdict.partner in resting,
                pressing.get(verdict.partner),
                words,
            ),
            _step(
                book.partners[verdict.partner], verdict, today, verdict.partner in resting, words
            ),
            tables.get(verdict.partner, ""),
        )
        for holder, chosen in sorted(
            room.chosen.items(), key=lambda group: (not group[0], group[0])
        )
        for verdict in chosen
    ]
    return CallList(calls, room.beyond_hours, room.beyond_ten)


def _who_ask_for_us(
    book: Book,
    verdicts: Sequence[Verdict],
    today: date,
    pressing: Collection[int],
    resting: Collection[int],
) -> list[Verdict]:
    """Those with whom somebody needs to get in touch: a promise of ours is ``pressing`` with some,
    and is ``resting`` with others.
    """
    return [
        v
        for v in verdicts
        if not _rests(book.partners[v.partner].snooze_until, v, today, v.partner in pressing)
        and _asks_for_us(v, today, v.partner in resting)
    ]


def _holder_names(book: Book, asking: Sequence[Verdict]) -> dict[str, str | None]:
    """One spelling of each holder for the whole group: the first in Partners."""
    spelling: dict[str, str | None] = {}
    for verdict in sorted(asking, key=lambda v: v.partner):
        holder = first_holder(book.partners[verdict.partner].holder)
        spelling.setdefault(key(holder or ""), holder)
    return spelling


class _Room:
    """The lines that fit, by holder: ten each, and all together within the hours of a week."""

    def __init__(self, book: Book, asking: Sequence[Verdict]) -> None:
        hours = book.settings.hours_a_week
        self._book, self._week = book, math.inf if hours is None else hours
        self._left = self._week
        self.chosen: dict[str, list[Verdict]] = {}
        self.beyond_hours: list[int] = []
        self.beyond_ten: list[int] = []
        for verdict in asking:
            self._seat(verdict)

    def _seat(self, verdict: Verdict) -> None:
        """Give a line its place, if there is one; the most pressing comes first."""
        holder = first_holder(self._book.partners[verdict.partner].holder)
        mine = self.chosen.setdefault(key(holder or ""), [])
        cost = HOURS_A_CALL if verdict.last_sunny else HOURS_A_VISIT
        if len(mine) >= MOST_PER_HOLDER:
            self.beyond_ten.append(verdict.partner)
        elif cost > self._left:
            self.beyond_hours.append(verdict.partner)
            if cost <= self._week:
                self._left = 0.0  # nobody who asks for less goes before who presses more
        else:
            self._left -= cost
            mine.append(verdict)


def _promises_that_rest(
    promised: Sequence[OpenPromise], verdicts: Sequence[Verdict], today: date
) -> set[int]:
    """The partners we spoke calmly in the last week, after every promise of ours fell due."""
    resting = set()
    for partner, due in _last_overdue(promised).items():
        spoken = verdicts[partner].last_sunny
        if spoken is not None and spoken > due and (today - spoken).days < JUST_SPOKEN:
            resting.add(partner)
    return resting


def _last_overdue(promised: Sequence[OpenPromise]) -> dict[int, date]:
    """Of each partner the day on which the last promise of ours that is overdue fell due."""
    latest: dict[int, date] = {}
    for one in promised:
        due = one.promise.due
        if one.overdue and due:
            latest |= {partner: max(due, latest.get(partner, due)) for partner in one.partners}
    return latest


def _due_before_talk(
    promised: Sequence[OpenPromise], verdicts: Sequence[Verdict], resting: Collection[int]
) -> dict[int, date]:
    """The partners, but for those ``resting``, to whom a promise of ours is due before the talk
    that is planned, with the first day of those promises.
    """
    return {
        partner: one.promise.due
        for one in reversed(promised)
        if one.promise.due
        for partner in one.partners
        if partner not in resting
        if one.promise.due < (verdicts[partner].planned or date.min)
    }


def _asks_for_us(verdict: Verdict, today: date, promise_rests: bool) -> bool:
    if verdict.has("promise_overdue") and not promise_rests:
        return True
    if verdict.status == "new":
        return verdict.due is not None and verdict.due < today
    return verdict.status != "warm" or _slips(verdict)


def _rests(snooze: date | None, verdict: Verdict, today: date, promise_presses: bool) -> bool:
    """Whether nobody needs to ring: it is over or paused, it was put off, or a talk is planned and
    no promise of ours is due before that.
    """
    snoozed = snooze is not None and today < snooze
    waits = verdict.planned_soon and not promise_presses
    return snoozed or waits or verdict.status in ("ended", "paused")


def _slips(verdict: Verdict) -> bool:
    """Warm and about to fall silent; but nobody is rung in the first half of the rhythm."""
    ratio = verdict.silence_ratio
    return verdict.has("slipping") and ratio is not None and ratio >= 0.5


def _order(
    partner: Partner, verdict: Verdict, vital: bool, promise_rests: bool
) -> tuple[int, bool, int, date, str]:
    promised = verdict.has("promise_overdue") and not promise_rests
    band = next(
        (at for at, least in enumerate(_BANDS) if (verdict.risk or 0) >= least), len(_BANDS)
    )
    group = 0 if promised else _BY_STATUS[verdict.status]
    return group, not vital, band, verdict.due or date.max, key(partner.name)


def _why_now(
    verdict: Verdict, vital: bool, promise_rests: bool, promised_for: date | None, lang: str
) -> str:
    """A promise goes before silence; who is warm is here for being about to fall silent.
    ``promised_for``: when a promise of ours is due before the talk that is planned.
    """
    hints = {hint.code: hint for hint in verdict.hints}
    why = verdict.why
    if "promise_overdue" in hints and not promise_rests:
        why = hints["promise_overdue"].text
    elif promised_for is not None and verdict.planned_soon:
        day = written_day(promised_for.toordinal(), lang)
        why = f"{say(lang, 'agenda.promised_before_talk', day=day)} {why}"
    elif verdict.status == "warm":
        why = f"{hints['slipping'].short.capitalize()}. {verdict.why}"
    return f"{why} {say(lang, 'agenda.vital')}" if vital else why


def _step(partner: Partner, verdict: Verdict, today: date, promise_rests: bool, lang: str) -> str:
    """One step, from the first fact that has one: a promise, goals never told, only us calling."""
    if verdict.has("promise_overdue") and not promise_rests:
        return verdict.next_step
    if verdict.thanks_since is not None:
        return verdict.next_step
    if verdict.attempts and verdict.last_contact is None:
        return verdict.next_step  # ringing did not work: another way goes before what to say
    if partner.goals_shared_on is None or partner.goals_shared_on > today:
        fact = "share"
    elif verdict.has("one_sided"):
        fact = "one_sided"
    elif verdict.has("one_person"):
        fact = "one_person"
    else:
        fact = "talk"
    first = {"new": "first", "crisis_only": "apart"}.get(verdict.status, "call")
    return say(lang, f"agenda.{first}_{fact}")


def _next_tables(book: Book, verdicts: Sequence[Verdict], today: date, lang: str) -> dict[int, str]:
    """Per partner the first consultation from ``today`` on at which it sits."""
    tables: dict[int, str] = {}
    for sitting in sittings(book, verdicts, today):
        meeting, day = sitting.consultation, written_day(sitting.day.toordinal(), lang)
        for member in meeting.members:
            tables.setdefault(member, say(lang, "health.next_table", name=meeting.name, day=day))
    return tables
