"""The log of the sample: every contact with every partner, the days of crisis, what is planned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from trustbook.columns import INITIATIVE, MOMENT_KINDS, STATES, WEATHER
from trustbook.sample.draw import DAYS, Draw, Row
from trustbook.sample.network import SampleRelation

Span = tuple[date, int]
"""A first day, and how many days."""

_FORMS = ("phone", "visit", "meeting", "email", "joint_activity", "event")
_FORM_WEIGHTS = (32, 26, 18, 12, 6, 6)
# The summer and Christmas recess, when people meet less: first and last (month, day).
_SUMMER = (7, 20), (8, 22)
_CHRISTMAS = (12, 22)
_NEW_YEAR_DAYS = 5
_KNOWN_AFTERWARDS = ("weather", "promise", "promised_by", "promise_due", "promise_kept_on")


class SampleLog:
    """Writes the log. ``crises`` are days of much contact, in ``quiet`` silence does not count."""

    def __init__(self, draw: Draw, crises: Sequence[Span], quiet: Span) -> None:
        self.draw, self.chance, self.today = draw, draw.chance, draw.today
        self.crises, self.quiet = crises, quiet

    def moments(self, relations: Sequence[SampleRelation], tables: Sequence[Row]) -> list[Row]:
        """All rows by date; ``tables`` are the consultations."""
        rows = [row for relation in relations for row in self._story(relation)]
        rows += [row for table in tables for row in self._meetings(table)]
        for first, length in self.crises:
            rows += self._crisis(relations, first, length)
        rows += self._gatherings(relations) + self._planned(relations)
        return sorted(rows, key=lambda row: row["date"])

    def _story(self, relation: SampleRelation) -> list[Row]:
        """The log of one relation, backwards from its last calm contact."""
        if relation.fate in ("new", "never"):
            tries = 3 if relation.fate == "never" else 0
            return [self._attempt(relation, self.draw.ago(280, 10)) for _ in range(tries)]
        relation.days += self._calm_days(relation)
        return [row for day in relation.days for row in self._around(relation, day)]

    def _calm_days(self, relation: SampleRelation) -> list[date]:
        """The days of calm contact, backwards, about as far apart as the rhythm says."""
        days: list[date] = []
        day = self._last_contact(relation)
        usual = relation.rhythm * math.exp(self.chance.gauss(math.log(0.82), 0.2))
        while day > self.today - timedelta(days=DAYS):
            if days and _in_recess(day) and self.draw.happens(0.7):
                day -= timedelta(days=7)
                continue
            days.append(self._workday(day))
            day -= timedelta(days=max(2, round(usual * math.exp(self.chance.gauss(0, 0.42)))))
        return days

    def _around(self, relation: SampleRelation, day: date) -> list[Row]:
        """A contact, now and then after a call in vain and one that was cancelled."""
        rows = [self._contact(relation, day)]
        if self.draw.happens(0.025):
            before = day - timedelta(days=self.chance.randint(1, 6))
            rows.append(self._attempt(relation, before))
        if self.draw.happens(0.02):
            cancelled = self._contact(relation, day - timedelta(days=9))
            rows.append(cancelled | {"state": self.draw.label(STATES, "cancelled")})
        return rows

    def _last_contact(self, relation: SampleRelation) -> date:
        """The day of the last calm contact, so that the fate comes true."""
        day, silent = self.today, self._silence(relation)
        while silent > 0:
            day -= timedelta(days=1)
            silent -= not _within(day, self.quiet)
        return day

    def _silence(self, relation: SampleRelation) -> int:
        rhythm, limit = relation.rhythm, max(1.5 * relation.rhythm, relation.rhythm + 14)
        if relation.fate == "warm" and relation.party.id in ("front_desk", "post_room"):
            low, high = 2.1 * rhythm, 2.4 * rhythm  # seen at the table only
        elif relation.fate == "cooling":
            low, high = rhythm + 1, limit - 3  # a contact on a weekend moves two days back
        elif relation.fate == "cold":
            low, high = 1.2 * limit, 3 * limit + 40
        elif relation.fate in ("paused", "crisis_only"):
            low, high = 2 * limit, 3.5 * limit
        elif relation.fate == "ended":
            low, high = 310, 420
        else:
            low, high = 1, 0.85 * rhythm
        return round(self.chance.uniform(low, high))

    def _workday(self, day: date) -> date:
        """The day itself, or mostly the Friday before where it is a weekend."""
        after_friday = max(0, day.weekday() - 4)
        return day - timedelta(days=after_friday) if self.draw.happens(0.93) else day

    def _by(self, relation: SampleRelation) -> str:
        holder: str = relation.row["holder"]
        return holder if self.draw.happens(0.75) else self.chance.choice(self.draw.words["holders"])

    def _contact(self, relation: SampleRelation, day: date) -> Row:
        """One calm contact: with the partner, or with somebody who works there that day."""
        draw = self.draw
        with_, also = self._who(relation, day)
        says_sunny = draw.happens(0.4) or self._in_crisis(day)
        row: Row = {
            "date": day,
            "with": with_,
            "also_present": also,
            "by": self._by(relation),
            "kind": draw.label(MOMENT_KINDS, draw.chance.choices(_FORMS, _FORM_WEIGHTS)[0]),
            "weather": draw.label(WEATHER, "sunny") if says_sunny else None,
            "initiative": self._initiative(relation),
            "state": draw.label(STATES, "held") if draw.happens(0.3) else None,
            "topic": draw.pick("topics") if draw.happens(0.85) else None,
        }
        if draw.happens(0.17):
            row |= self._promise(day)
        return row

    def _who(self, relation: SampleRelation, day: date) -> tuple[str, str | None]:
        """With whom, and who else was there."""
        there = [person["name"] for person in relation.people if _works_there(person, day)]
        if there and self.draw.happens(0.25):
            return self.chance.choice(there), None
        if there and self.draw.happens(0.08):
            return relation.name, self.chance.choice(there)
        return relation.name, None

    def _initiative(self, relation: SampleRelation) -> str | None:
        ours = 0.9 if len(relation.name) % 5 == 0 else 0.5  # some wait until they are called
        who = self.chance.choices(
            ("us", "them", "together", None), (ours, (1 - ours) * 0.7, (1 - ours) * 0.3, 0.3)
        )[0]
        return who and self.draw.label(INITIATIVE, who)

    def _promise(self, day: date) -> Row:
        """Most promises are kept around their day; of the last months' some are open."""
        due = day + timedelta(days=self.chance.randint(7, 45))
        kept = due + timedelta(days=self.chance.randint(-6, 8))
        lately = day > self.today - timedelta(days=150)
        is_open = kept >= self.today or (lately and self.draw.happens(0.2))
        return {
            "promise": self.draw.pick("promises"),
            "promised_by": self.draw.label(INITIATIVE, "us" if self.draw.happens(0.65) else "them"),
            "promise_due": due,
            "promise_kept_on": None if is_open else max(kept, day),
        }

    def _attempt(self, relation: SampleRelation, day: date) -> Row:
        kind = self.draw.label(MOMENT_KINDS, self.chance.choice(("phone", "email")))
        us, attempt = self.draw.label(INITIATIVE, "us"), self.draw.label(STATES, "attempt")
        return {
            "date": day,
            "with": relation.name,
            "by": self._by(relation),
            "kind": kind,
            "initiative": us,
            "state": attempt,
        }

    def _meetings(self, table: Row) -> list[Row]:
        """What a consultation left in the log: everyone is meant, less who was not there."""
        chance, rows = self.chance, []
        members = table["members"].split("; ")
        day = self.today - timedelta(days=chance.randint(4, table["rhythm"] // 2))
        while day > self.today - timedelta(days=DAYS):
            with_ = table["name"]
            if self.draw.happens(0.35):
                with_ += (
                    f"; {'niet' if self.draw.lang == 'nl' else 'not'}: {chance.choice(members)}"
                )
            if not _in_recess(day):
                moment = self._workday(day)
                rows.append(self._gathering(moment, with_, table["chair"], "meeting", "together"))
            day -= timedelta(days=table["rhythm"])
        return rows

    def _in_crisis(self, day: date) -> bool:
        return any(_within(day, crisis) for crisis in self.crises)

    def _crisis(self, relations: Sequence[SampleRelation], first: date, length: int) -> list[Row]:
        """Days of much contact: the core first, and those one meets only when all goes wrong."""
        warm = _of_fate(relations, "warm")
        called = [r for r in warm if r.party.tier == "core"] + self.chance.sample(warm, 14)
        rows = []
        for relation in [*called, *_of_fate(relations, "crisis_only")]:
            day = first + timedelta(days=self.chance.randrange(length // 2, length))
            row = self._contact(relation, day) | {"weather": self.draw.label(WEATHER, "crisis")}
            rows.append(row | {"topic": self.draw.pick("crisis_topics")})
        return rows

    def _gatherings(self, relations: Sequence[SampleRelation]) -> list[Row]:
        """Twice a year a dozen partners round one table, in one row of the log."""
        warm, host = _of_fate(relations, "warm"), self.draw.words["holders"][0]
        rows = []
        for number in range(6):
            guests = "; ".join(r.name for r in self.chance.sample(warm, 12))
            day = self._workday(self.today - timedelta(days=70 + 180 * number))
            rows.append(self._gathering(day, guests, host, "event", "us"))
        return rows

    def _gathering(self, day: date, with_: str, by: str, kind: str, initiative: str) -> Row:
        """A calm meeting of many."""
        return {
            "date": day,
            "with": with_,
            "by": by,
            "kind": self.draw.label(MOMENT_KINDS, kind),
            "weather": self.draw.label(WEATHER, "sunny"),
            "initiative": self.draw.label(INITIATIVE, initiative),
            "topic": self.draw.pick("topics"),
        }

    def _planned(self, relations: Sequence[SampleRelation]) -> list[Row]:
        """Appointments ahead, and three whose day has passed without a word."""
        planned = self.draw.label(STATES, "planned")
        around = _of_fate(relations, "warm", "cooling", "cold", "new")
        ahead = [self._appointment(r, planned) for r in self.chance.sample(around, 14)]
        passed = [
            {"date": self.draw.ago(30, 5), "with": r.name, "by": self._by(r), "state": planned}
            for r in self.chance.sample(around, 3)
        ]
        return ahead + passed

    def _appointment(self, relation: SampleRelation, planned: str) -> Row:
        """A contact that is still to come: its date says so, half of the time its state too."""
        day = self.today + timedelta(days=self.chance.randint(2, 40))
        row = self._contact(relation, day) | {"state": self.chance.choice((planned, None))}
        return row | dict.fromkeys(_KNOWN_AFTERWARDS)


def _of_fate(relations: Sequence[SampleRelation], *fates: str) -> list[SampleRelation]:
    return [relation for relation in relations if relation.fate in fates]


def _works_there(person: Row, day: date) -> bool:
    return person.get("until", day) >= day and (person["from"] or day) <= day


def _in_recess(day: date) -> bool:
    in_year = (day.month, day.day)
    if _SUMMER[0] <= in_year <= _SUMMER[1] or in_year >= _CHRISTMAS:
        return True
    return day.timetuple().tm_yday < _NEW_YEAR_DAYS


def _within(day: date, span: Span) -> bool:
    first, length = span
    return first <= day < first + timedelta(days=length)
