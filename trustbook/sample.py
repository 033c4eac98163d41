"""Three years in the network of a municipality that does not exist; demo.py writes them into a
workbook.

Every partner has a rhythm of its own and a fate: the silence at the end of its log is chosen, all
before it is chance. Rows are plain dictionaries, column key (columns.py) to value; the same seed
gives the same rows.
"""

from __future__ import annotations

import math
import random
import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from trustbook.catalogue import Party, find_party, own_party, phenomena
from trustbook.columns import (
    INITIATIVE,
    MOMENT_KINDS,
    OFFERS,
    PARTNER_KINDS,
    STATES,
    TIERS,
    WEATHER,
    YES_NO,
    find_column,
)
from trustbook.messages import templates
from trustbook.reading.settings_rows import setting

Row = dict[str, Any]
DAYS = 3 * 365 + 1
# How many partners end how, besides the warm ones: a believable network, not an alarming one.
FATES = {"cooling": 16, "cold": 12, "crisis_only": 4, "new": 4, "never": 2, "paused": 3, "ended": 3}
# Own rhythms, as people write them, and their days.
RHYTHMS: tuple[tuple[dict[str, Any], int], ...] = (
    ({"nl": "6 weken", "en": "6 weeks"}, 42),
    ({"nl": "maand", "en": "month"}, 30),
    ({"nl": "kwartaal", "en": "quarter"}, 90),
    ({"nl": 45, "en": 45}, 45),
    ({"nl": "half jaar", "en": "half-year"}, 180),
)
FORMS = ("phone", "visit", "meeting", "email", "joint_activity", "event")


@cache
def words() -> dict[str, Any]:
    """Names and texts of the sample (templates/demo.toml)."""
    return tomllib.loads((templates() / "demo.toml").read_text(encoding="utf-8"))


@dataclass(slots=True)
class SampleRelation:
    """A partner of the sample: its row, its rhythm in days and how its story ends; ``days`` are its
    calm contacts.
    """

    row: Row
    party: Party
    rhythm: int
    fate: str
    people: list[Row] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The partner's name."""
        return str(self.row["name"])


class Sample:
    """The network in ``lang``, with the three years before ``today``."""

    def __init__(self, lang: str, today: date, seed: int) -> None:
        self.lang, self.today = lang, today
        self.chance = random.Random(seed)
        self.words = words()
        self.crises = [(today - timedelta(days=430), 9), (today - timedelta(days=34), 8)]
        self.quiet = (_last_summer(today), 23)
        self.relations = self._relations()
        self.people = self._people()
        self.consultations = self._consultations()
        self.moments = self._moments()

    # --- partners and people
    # -----------------------------------------------------------------------------------------

    def _own(self, text: dict[str, Any]) -> Any:
        return text[self.lang]

    def _pick(self, kind: str) -> str:
        return str(self._own(self.chance.choice(self.words["words"][kind])))

    def _ago(self, most: float, least: float = 1) -> date:
        return self.today - timedelta(days=round(self.chance.uniform(least, most)))

    def _relations(self) -> list[SampleRelation]:
        listed = [
            (find_party(party), name)
            for party, names in self.words["partners"].items()
            for name in names
        ]
        listed += [
            (own_party(self._own(own)), name)
            for own in self.words["own_party"]
            for name in own["partners"]
        ]
        known = [(party, name) for party, name in listed if party is not None]
        fates = [fate for fate, number in FATES.items() for _ in range(number)]
        # Nobody forgets the core of the network, and the tables people share stay warm.
        movable = [i for i, (party, _) in enumerate(known) if party.tier != "core"]
        spread = dict(zip(self.chance.sample(movable, len(fates)), fates, strict=True))
        spread |= {
            i: "cooling"
            for i, (party, _) in enumerate(known)
            if party.id in ("nctv_adviser", "child_protection")
        }
        return [
            self._relation(party, name, spread.get(i, "warm"))
            for i, (party, name) in enumerate(known)
        ]

    def _relation(self, party: Party, name: str, fate: str) -> SampleRelation:
        chance, about = self.chance, self._about(party)
        kind = party.id if party.id in ("individual", "partnership") else "organisation"
        kind = "individual" if party.id == "private_professional" else kind
        row: Row = {
            "name": name,
            "kind": find_column(PARTNER_KINDS, kind).label(self.lang),
            "tier": find_column(TIERS, str(party.tier)).label(self.lang),
            "party": party.label(self.lang),
            "holder": chance.choice(self.words["holders"]),
        }
        days = int(setting(f"rhythm_{party.tier}").default or 0)
        if party.tier != "core" and chance.random() < 0.35:
            written, days = chance.choice(RHYTHMS)
            row["rhythm"] = self._own(written)
        row["area"] = next((area for area in self.words["areas"] if area in name), None)
        if chance.random() < 0.3:
            some = chance.sample(phenomena(), chance.choice((1, 1, 2)))
            row["phenomena"] = "; ".join(one.label(self.lang) for one in some)
        if party.domain == "expertise":
            row["offers"] = "; ".join(
                o.label(self.lang) for o in chance.sample(OFFERS, chance.choice((1, 2)))
            )
        if fate not in ("new", "never"):
            known = 1.0 if chance.random() < 0.72 else 0.6
            row |= {
                f"their_{key}": about[key]
                for key in ("tasks", "goals", "way")
                if chance.random() < known
            }
            for key in ("goals_shared_on", "checked_on"):
                row[key] = self._ago(340 / known**2, 20) if chance.random() < known else None
            row["own_view"] = self._pick("views") if chance.random() < 0.2 else None
        if chance.random() < 0.3:
            row["share_card"] = find_column(YES_NO, chance.choice(("yes", "yes", "no"))).label(
                self.lang
            )
        row |= self._dates(fate)
        return SampleRelation(row, party, days, fate)

    def _about(self, party: Party) -> dict[str, Any]:
        abouts = self.words["about"]
        found = next((one for one in abouts if party.domain in one["domains"]), abouts[-1])
        return {key: self._own(found[key]) for key in ("tasks", "goals", "way")}

    def _dates(self, fate: str) -> Row:
        if fate == "paused":
            return {"paused_until": self.today + timedelta(days=self.chance.randint(20, 120))}
        if fate == "ended":
            return {"ended_on": self._ago(300, 30)}
        if fate in ("new", "never"):
            return {"since": self._ago(25, 4) if fate == "new" else self._ago(420, 300)}
        return {"since": self._ago(DAYS + 300, DAYS) if self.chance.random() < 0.25 else None}

    def _people(self) -> list[Row]:
        """About two hundred people; most partners have one to three, some nobody yet, and some have
        left.
        """
        chance, people = self.chance, []
        names = [
            f"{first} {last}"
            for first in self.words["first_names"]
            for last in self.words["last_names"]
        ]
        fresh = iter(chance.sample(names, 260))
        for relation in self.relations:
            if relation.party.id in ("individual", "private_professional"):
                continue
            weights = (0, 40, 40, 20) if relation.party.tier == "core" else (6, 41, 36, 17)
            for number in range(chance.choices((0, 1, 2, 3), weights)[0]):
                relation.people.append(self._person(next(fresh), relation.name, number == 0))
            if relation.people and chance.random() < 0.14:
                left = self._person(next(fresh), relation.name, False)
                relation.people.append(left | {"until": self._ago(700, 60)})
            people += relation.people
        return people

    def _person(self, name: str, partner: str, key: bool) -> Row:
        digits, (first, _, last) = f"{self.chance.randrange(1_000_000):06}", name.partition(" ")
        return {
            "name": name,
            "partner": partner,
            "role": self._pick("roles"),
            "key_role": find_column(YES_NO, "yes").label(self.lang)
            if key and self.chance.random() < 0.4
            else None,
            "phone": f"06 00{digits[:2]} {digits[2:]}",
            "email": f"{first[0]}.{last.replace(' ', '')}@merenland.example".lower().replace(
                "ë", "e"
            ),
            "informed_on": self._ago(500, 20) if self.chance.random() < 0.4 else None,
            "from": self._ago(DAYS + 500, DAYS) if self.chance.random() < 0.3 else None,
        }

    def _consultations(self) -> list[Row]:
        return [self._consultation(table) for table in self.words["consultation"]]

    def _consultation(self, table: dict[str, Any]) -> Row:
        seats = [
            r.name for r in self.relations if r.party.id in table["parties"] and r.fate == "warm"
        ][: table["most"]]
        return {
            "name": table["name"],
            "members": "; ".join(seats),
            "rhythm": table["days"],
            "chair": self.chance.choice(self.words["holders"]),
            "next": self.today + timedelta(days=self.chance.randint(3, table["days"])),
        }

    # --- moments
    # -----------------------------------------------------------------------------------------------------

    def _moments(self) -> list[Row]:
        rows = [row for relation in self.relations for row in self._story(relation)]
        rows += [row for table in self.consultations for row in self._meetings(table)]
        rows += [row for first, length in self.crises for row in self._crisis(first, length)]
        rows += self._gatherings() + self._planned()
        return sorted(rows, key=lambda row: row["date"])

    def _story(self, relation: SampleRelation) -> list[Row]:
        """The log of one relation, backwards from its last calm contact."""
        chance, rows = self.chance, []
        if relation.fate in ("new", "never"):
            tries = 3 if relation.fate == "never" else 0
            return [self._attempt(relation, self._ago(280, 10)) for _ in range(tries)]
        day = self._last_contact(relation)
        first = self.today - timedelta(days=DAYS)
        usual = relation.rhythm * math.exp(chance.gauss(math.log(0.82), 0.2))
        while day > first:
            if relation.days and self._holiday(day) and chance.random() < 0.7:
                day -= timedelta(days=7)
                continue
            relation.days.append(self._workday(day))
            day -= timedelta(days=max(2, round(usual * math.exp(chance.gauss(0, 0.42)))))
        for day in relation.days:
            rows.append(self._contact(relation, day))
            if chance.random() < 0.025:
                rows.append(self._attempt(relation, day - timedelta(days=chance.randint(1, 6))))
            if chance.random() < 0.02:
                rows.append(
                    self._contact(relation, day - timedelta(days=9))
                    | {"state": self._label(STATES, "cancelled")}
                )
        return rows

    def _last_contact(self, relation: SampleRelation) -> date:
        """The day of the last calm contact, so that the fate comes true; quiet days do not count as
        silence.
        """
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

    def _holiday(self, day: date) -> bool:
        return (
            (7, 20) <= (day.month, day.day) <= (8, 22)
            or (day.month, day.day) >= (12, 22)
            or day.timetuple().tm_yday < 5
        )

    def _workday(self, day: date) -> date:
        return (
            day - timedelta(days=max(0, day.weekday() - 4)) if self.chance.random() < 0.93 else day
        )

    def _label(self, choices: Any, key: str) -> str:
        return find_column(choices, key).label(self.lang)

    def _by(self, relation: SampleRelation) -> str:
        holder: str = relation.row["holder"]
        return holder if self.chance.random() < 0.75 else self.chance.choice(self.words["holders"])

    def _contact(self, relation: SampleRelation, day: date) -> Row:
        """One calm contact: with the partner, or with somebody who works there that day."""
        chance = self.chance
        there = [
            p for p in relation.people if p.get("until", day) >= day and (p["from"] or day) <= day
        ]
        person = chance.choice(there)["name"] if there and chance.random() < 0.25 else None
        also = (
            chance.choice(there)["name"]
            if there and person is None and chance.random() < 0.08
            else None
        )
        calm = chance.random() < 0.4 or self._in_crisis(day)
        row: Row = {
            "date": day,
            "with": person or relation.name,
            "also_present": also,
            "by": self._by(relation),
            "kind": self._label(MOMENT_KINDS, chance.choices(FORMS, (32, 26, 18, 12, 6, 6))[0]),
            "weather": self._label(WEATHER, "sunny") if calm else None,
            "initiative": self._initiative(relation),
            "state": self._label(STATES, "held") if chance.random() < 0.3 else None,
            "topic": self._pick("topics") if chance.random() < 0.85 else None,
        }
        return row | (self._promise(day) if chance.random() < 0.17 else {})

    def _initiative(self, relation: SampleRelation) -> str | None:
        ours = 0.9 if len(relation.name) % 5 == 0 else 0.5  # some wait until they are called
        who = self.chance.choices(
            ("us", "them", "together", None), (ours, (1 - ours) * 0.7, (1 - ours) * 0.3, 0.3)
        )[0]
        return who and self._label(INITIATIVE, who)

    def _promise(self, day: date) -> Row:
        """Most promises are kept around their day; of the last months' some are open, a few
        overdue.
        """
        chance = self.chance
        due = day + timedelta(days=chance.randint(7, 45))
        kept = due + timedelta(days=chance.randint(-6, 8))
        open_still = kept >= self.today or (
            day > self.today - timedelta(days=150) and chance.random() < 0.2
        )
        return {
            "promise": self._pick("promises"),
            "promised_by": self._label(INITIATIVE, "us" if chance.random() < 0.65 else "them"),
            "promise_due": due,
            "promise_kept_on": None if open_still else max(kept, day),
        }

    def _attempt(self, relation: SampleRelation, day: date) -> Row:
        kind = self._label(MOMENT_KINDS, self.chance.choice(("phone", "email")))
        us, attempt = self._label(INITIATIVE, "us"), self._label(STATES, "attempt")
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
            if chance.random() < 0.35:
                with_ += f"; {'niet' if self.lang == 'nl' else 'not'}: {chance.choice(members)}"
            if not self._holiday(day):
                rows.append({
                    "date": self._workday(day), "with": with_, "by": table["chair"],
                    "kind": self._label(MOMENT_KINDS, "meeting"), "initiative": self._label(INITIATIVE, "together"),
                    "weather": self._label(WEATHER, "sunny"), "topic": self._pick("topics"),
                })  # fmt: skip
            day -= timedelta(days=table["rhythm"])
        return rows

    def _in_crisis(self, day: date) -> bool:
        return any(_within(day, crisis) for crisis in self.crises)

    def _crisis(self, first: date, length: int) -> list[Row]:
        """Days of much contact: the core first, and those one only meets when something is wrong."""
        chance = self.chance
        warm = [r for r in self.relations if r.fate == "warm"]
        called = [r for r in warm if r.party.tier == "core"] + chance.sample(warm, 14)
        called += [r for r in self.relations if r.fate == "crisis_only"]
        return [
            self._contact(relation, first + timedelta(days=chance.randrange(length // 2, length)))
            | {"weather": self._label(WEATHER, "crisis"), "topic": self._pick("crisis_topics")}
            for relation in called
        ]

    def _gatherings(self) -> list[Row]:
        """Twice a year a dozen partners round one table, in one row of the log."""
        warm = [r for r in self.relations if r.fate == "warm"]
        rows = []
        for number in range(6):
            guests = [r.name for r in self.chance.sample(warm, 12)]
            rows.append({
                "date": self._workday(self.today - timedelta(days=70 + 180 * number)),
                "with": "; ".join(guests), "by": self.words["holders"][0],
                "kind": self._label(MOMENT_KINDS, "event"), "weather": self._label(WEATHER, "sunny"),
                "initiative": self._label(INITIATIVE, "us"), "topic": self._pick("topics"),
            })  # fmt: skip
        return rows

    def _planned(self) -> list[Row]:
        """Appointments ahead, and three whose day has passed without a word."""
        chance, planned = self.chance, self._label(STATES, "planned")
        around = [r for r in self.relations if r.fate in ("warm", "cooling", "cold", "new")]
        ahead = [
            self._contact(relation, self.today + timedelta(days=chance.randint(2, 40)))
            | {"state": chance.choice((planned, None)), "weather": None, "promise": None, "promised_by": None,
               "promise_due": None, "promise_kept_on": None}
            for relation in chance.sample(around, 14)
        ]  # fmt: skip
        passed = [
            {"date": self._ago(30, 5), "with": r.name, "by": self._by(r), "state": planned}
            for r in chance.sample(around, 3)
        ]
        return ahead + passed


def _within(day: date, span: tuple[date, int]) -> bool:
    first, length = span
    return first <= day < first + timedelta(days=length)


def _last_summer(today: date) -> date:
    """The first day of the last summer recess that is over."""
    return date(today.year if today >= date(today.year, 8, 17) else today.year - 1, 7, 25)
