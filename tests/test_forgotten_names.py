"""Who was forgotten does not come back in any text of what comes in."""

from __future__ import annotations

from datetime import date

import pytest

from trustbook.intake.contacts import FoundContact
from trustbook.intake.matching import Matched
from trustbook.ledger.tombstones import marks_of, part_marks
from trustbook.network.spelled_names import ways_to_name
from trustbook.run.forgotten_names import ForgottenNames, known_words

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


def told_in_part(topic: str, *others: str) -> bool:
    """Whether a text of elsewhere is left out once Xanthippe van den Bosch was forgotten."""
    name = "Xanthippe van den Bosch-Dommelaar"
    parts = frozenset(part_marks(SECRET, ways_to_name([name], ["Kees Halm"])))
    known = ForgottenNames(
        frozenset(), (), frozenset(), SECRET, (), parts, known_words([*others, "Halt"])
    )
    contact = FoundContact("k", date(2026, 11, 10), "a", title=topic)
    return known.left_out_of(contact, Matched(topic=topic))[1].topic == ""


@pytest.mark.parametrize(
    "topic",
    [
        "Iets met Halt en Bosch-Dommelaar",
        "Halt met XANTHIPPE",
        "mw. van den Bosch Dommelaar",
        "Xanthippe's vraag",
        "Bosch-Dommelaars vraag",
        "X. van den Bosch-Dommelaar",
        "Bosch-Dommelaar, X.",
    ],
)
def test_a_text_that_names_them_by_a_part_goes(topic: str) -> None:
    assert told_in_part(topic)


@pytest.mark.parametrize("topic", ["Overleg met Halt", "in den bosch", "Xanthi; X. Halm; Dommel"])
def test_a_text_with_another_word_stays(topic: str) -> None:
    assert not told_in_part(topic)


def test_a_part_that_somebody_has_who_is_there_now_tells_nobody() -> None:
    assert told_in_part("koffie met Xanthippe") and not told_in_part("Xanthippe", "Xanthippe Halm")
    others = ("Xavier Bosch-Dommelaar",)
    assert not told_in_part("X. Bosch-Dommelaar", *others)
    assert told_in_part("Xanthippe Bosch-Dommelaar", *others)


def test_a_name_with_such_a_part_is_that_of_somebody_else() -> None:
    parts = frozenset(part_marks(SECRET, ways_to_name(["Els Smitser"], ())))
    known = ForgottenNames(frozenset(), (), frozenset(), SECRET, (), parts)
    cells = {"by": "Anne; Piet Smitser; mw. Smitser", "name": "Piet Smitser"}
    contact = FoundContact("k", date(2026, 11, 10), "a", cells=cells)
    left = known.left_out_of(contact, Matched())[0].cells
    assert left == {"by": "Anne; Piet Smitser", "name": "Piet Smitser"}
