"""The routes of the sample: what a new book proposes, agreed with the first partner that fits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from trustbook.catalogue import proposed_routes
from trustbook.sample.draw import Row
from trustbook.sample.network import SampleRelation

# Whom the proposals speak of, in their order; and who has the lead.
_FIRST = ("municipality_security", "safety_house", "police", "nctv_adviser", "education")
_LEAD = "safety_house"
_IN_TOUCH = ("warm", "cooling")


def sample_routes(lang: str, relations: Sequence[SampleRelation], today: date) -> list[Row]:
    """A row for each proposed route, agreed half a year before ``today``."""
    found: dict[str, list[str]] = {}
    for one in relations:
        if one.fate in _IN_TOUCH:
            found.setdefault(one.party.id, []).append(one.name)
    agreed = today - timedelta(days=182)
    rows = []
    for subject, party in zip(proposed_routes(lang), _FIRST, strict=True):
        first, *others = found.get(party, [""])
        row: Row = {"subject": subject, "first_contact": first or None, "agreed_on": agreed}
        row["coordinates"] = next(iter(found.get(_LEAD, ())), None)
        row["deputy"] = next(iter(others), None)
        row["outside_hours"] = "112" if party == "police" else None
        rows.append(row)
    return rows
