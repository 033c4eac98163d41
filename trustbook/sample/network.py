"""The partners of the sample with their fates, the people who work there, and the consultations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from trustbook.catalogue import Party, find_party, own_party, phenomena
from trustbook.columns import OFFERS, PARTNER_KINDS, TIERS, YES_NO
from trustbook.reading.settings_rows import setting
from trustbook.sample.draw import DAYS, Draw, Row

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
_KINDS = {
    "individual": "individual",
    "private_professional": "individual",
    "partnership": "partnership",
}
_MOST_PEOPLE = 260


@dataclass(slots=True)
class SampleRelation:
    """A partner of the sample: its row, its rhythm in days and how its story ends.

    ``days`` are its calm contacts, ``people`` the rows of who works there.
    """

    row: Row
    party: Party
    rhythm: int
    fate: str
    people: list[Row] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the partner."""
        return str(self.row["name"])


def sample_relations(draw: Draw) -> list[SampleRelation]:
    """Every partner of the sample."""
    listed = _listed(draw)
    fates = _fates(draw, [party for party, _ in listed])
    return [
        _relation(draw, party, name, fates.get(i, "warm")) for i, (party, name) in enumerate(listed)
    ]


def _listed(draw: Draw) -> list[tuple[Party, str]]:
    """The names of the sample with their parties, the municipality's own parties last."""
    parties = [(find_party(party), names) for party, names in draw.words["partners"].items()]
    parties += [(own_party(draw.own(own)), own["partners"]) for own in draw.words["own_party"]]
    return [(party, name) for party, names in parties if party is not None for name in names]


def _fates(draw: Draw, parties: Sequence[Party]) -> dict[int, str]:
    """How the story of partners ends, by position; all others stay warm."""
    fates = [fate for fate, number in FATES.items() for _ in range(number)]
    # Nobody forgets the core of the network, and the tables people share stay warm.
    movable = [i for i, party in enumerate(parties) if party.tier != "core"]
    spread = dict(zip(draw.chance.sample(movable, len(fates)), fates, strict=True))
    cooling = [i for i, p in enumerate(parties) if p.id in ("nctv_adviser", "child_protection")]
    return spread | dict.fromkeys(cooling, "cooling")


def _relation(draw: Draw, party: Party, name: str, fate: str) -> SampleRelation:
    row: Row = {
        "name": name,
        "kind": draw.label(PARTNER_KINDS, _KINDS.get(party.id, "organisation")),
        "tier": draw.label(TIERS, str(party.tier)),
        "party": party.label(draw.lang),
        "holder": draw.chance.choice(draw.words["holders"]),
    }
    days = int(setting(f"rhythm_{party.tier}").default or 0)
    if party.tier != "core" and draw.happens(0.35):
        written, days = draw.chance.choice(RHYTHMS)
        row["rhythm"] = draw.own(written)
    row["area"] = next((area for area in draw.words["areas"] if area in name), None)
    row |= _what_it_stands_for(draw, party)
    if fate not in ("new", "never"):
        row |= _what_we_know(draw, party)
    if draw.happens(0.3):
        row["share_card"] = draw.label(YES_NO, draw.chance.choice(("yes", "yes", "no")))
    row |= _dates(draw, fate)
    return SampleRelation(row, party, days, fate)


def _what_it_stands_for(draw: Draw, party: Party) -> Row:
    """Its phenomena, where somebody filled them in, and what it can help with."""
    row: Row = {}
    if draw.happens(0.3):
        row["phenomena"] = _some(draw, phenomena(), (1, 1, 2))
    if party.domain == "expertise":
        row["offers"] = _some(draw, OFFERS, (1, 2))
    return row


def _some(draw: Draw, choices: Sequence[Any], numbers: Sequence[int]) -> str:
    chosen = draw.chance.sample(choices, draw.chance.choice(numbers))
    return "; ".join(one.label(draw.lang) for one in chosen)


def _what_we_know(draw: Draw, party: Party) -> Row:
    """Their tasks, goals and way of working; of some partners not all of it."""
    about = _about(draw, party)
    known = 1.0 if draw.happens(0.72) else 0.6
    row: Row = {f"their_{key}": text for key, text in about.items() if draw.happens(known)}
    for key in ("goals_shared_on", "checked_on"):
        row[key] = draw.ago(340 / known**2, 20) if draw.happens(known) else None
    row["own_view"] = draw.pick("views") if draw.happens(0.2) else None
    return row


def _about(draw: Draw, party: Party) -> dict[str, Any]:
    abouts = draw.words["about"]
    found = next((one for one in abouts if party.domain in one["domains"]), abouts[-1])
    return {key: draw.own(found[key]) for key in ("tasks", "goals", "way")}


def _dates(draw: Draw, fate: str) -> Row:
    if fate == "paused":
        return {"paused_until": draw.today + timedelta(days=draw.chance.randint(20, 120))}
    if fate == "ended":
        return {"ended_on": draw.ago(300, 30)}
    if fate in ("new", "never"):
        return {"since": draw.ago(25, 4) if fate == "new" else draw.ago(420, 300)}
    return {"since": draw.ago(DAYS + 300, DAYS) if draw.happens(0.25) else None}


def sample_people(draw: Draw, relations: Sequence[SampleRelation]) -> list[Row]:
    """About two hundred people, who are added to their relation too.

    Most partners have one to three, some nobody yet, and some people have left.
    """
    words = draw.words
    names = [f"{first} {last}" for first in words["first_names"] for last in words["last_names"]]
    fresh = iter(draw.chance.sample(names, _MOST_PEOPLE))
    people = []
    for relation in relations:
        if relation.party.id in ("individual", "private_professional"):
            continue
        weights = (0, 40, 40, 20) if relation.party.tier == "core" else (6, 41, 36, 17)
        for number in range(draw.chance.choices((0, 1, 2, 3), weights)[0]):
            relation.people.append(_person(draw, next(fresh), relation.name, number == 0))
        if relation.people and draw.happens(0.14):
            left = _person(draw, next(fresh), relation.name, False)
            relation.people.append(left | {"until": draw.ago(700, 60)})
        people += relation.people
    return people


def _person(draw: Draw, name: str, partner: str, may_be_key: bool) -> Row:
    digits, (first, _, last) = f"{draw.chance.randrange(1_000_000):06}", name.partition(" ")
    mailbox = f"{first[0]}.{last.replace(' ', '')}".lower().replace("ë", "e")
    role = draw.pick("roles")
    has_key_role = may_be_key and draw.happens(0.4)
    return {
        "name": name,
        "partner": partner,
        "role": role,
        "key_role": draw.label(YES_NO, "yes") if has_key_role else None,
        "phone": f"06 00{digits[:2]} {digits[2:]}",
        "email": f"{mailbox}@merenland.example",
        "informed_on": draw.ago(500, 20) if draw.happens(0.4) else None,
        "from": draw.ago(DAYS + 500, DAYS) if draw.happens(0.3) else None,
    }


def sample_consultations(draw: Draw, relations: Sequence[SampleRelation]) -> list[Row]:
    """The consultations, at which warm partners sit."""
    return [_consultation(draw, table, relations) for table in draw.words["consultation"]]


def _consultation(draw: Draw, table: dict[str, Any], relations: Sequence[SampleRelation]) -> Row:
    warm = [relation for relation in relations if relation.fate == "warm"]
    seats = [relation.name for relation in warm if relation.party.id in table["parties"]]
    return {
        "name": table["name"],
        "members": "; ".join(seats[: table["most"]]),
        "rhythm": table["days"],
        "chair": draw.chance.choice(draw.words["holders"]),
        "next": draw.today + timedelta(days=draw.chance.randint(3, table["days"])),
    }
