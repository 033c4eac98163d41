"""Who was forgotten does not come back in any text of what comes in."""

from __future__ import annotations

from datetime import date

import pytest

from trustbook.intake.contacts import FoundContact
from trustbook.intake.matching import Matched
from trustbook.ledger.tombstones import marks_of
from trustbook.run.forgotten_names import ForgottenNames

SECRET = b"of the memory"


def forgotten(present: frozenset[str] = frozenset()) -> ForgottenNames:
    """Els Smit of School De Vlier and the partner Fatima Yilmaz were forgotten."""
    marks = (
        *marks_of(SECRET, ["Els Smit"], ["School De Vlier", "P-VLIE"], ["06 1234 5678"]),
        *marks_of(SECRET, ["Fatima Yilmaz"], ["Fatima Yilmaz", "P-FATI"], ["f@yilmaz.example"]),
    )
    return ForgottenNames(frozenset(marks), ("P-VLIE",), present, SECRET, ())


def taken_in(text: str, column: str, sheet: str = "moments") -> str:
    """What is left of a text of a contact with somebody else."""
    contact = FoundContact("k", date(2026, 11, 10), "a", cells={column: text}, sheet=sheet)
    return forgotten().left_out_of(contact, Matched())[0].cells.get(column, "")


@pytest.mark.parametrize(
    "topic",
    [
        "Police Delft met Els Smit",
        "Police Delft: els  smit.",
        "Jan/Els Smit",
        "“Els Smit” belt",
        "Fatima Yilmaz at Police Delft",
        "bel 06-12345678",
        "bel 06 1234 5678 terug",
        "mail f@yilmaz.example!",
    ],
)
def test_a_topic_that_names_who_was_forgotten_goes(topic: str) -> None:
    contact = FoundContact("k", date(2026, 11, 10), "a", title=topic)
    assert forgotten().left_out_of(contact, Matched(topic=topic))[1].topic == ""


def test_what_names_nobody_who_was_forgotten_stays() -> None:
    topic = "Els Jansen en Bert Smit, 2026-11-10"
    contact = FoundContact("k", date(2026, 11, 10), "a", names="Politie", cells={"promise": topic})
    assert forgotten().left_out_of(contact, Matched(topic=topic)) == (contact, Matched(topic=topic))
    named = Matched(topic="koffie met Els Smit")
    there = forgotten(frozenset(["els smit"]))
    assert there.left_out_of(contact, named)[1] == named, "somebody of that name is in the book"
    at_home = FoundContact("k", date(2026, 11, 10), "a", names="School De Vlier")
    assert there.left_out_of(at_home, named)[1].topic == ""


def test_no_other_cell_names_who_was_forgotten() -> None:
    assert taken_in("call Els Smit", "promise") == "…", "that there is a promise stays"
    assert taken_in("Anne; Els Smit", "by") == "Anne"
    assert taken_in("Els Smit", "also_present") == ""
    assert taken_in("assistant of Els Smit", "role", "people") == "…"
    assert taken_in("Els Smit", "name", "people") == "Els Smit", "a card of somebody elsewhere"
