"""Whom a title means: whole names only, and what a source says of itself."""

from __future__ import annotations

from datetime import date

import pytest

from tests.books import book
from trustbook.adopt.contact_log import log_columns
from trustbook.adopt.csv_days import DayReader
from trustbook.adopt.form_questions import form_columns
from trustbook.intake.contacts import FoundContact, Invitee
from trustbook.intake.matching import Matcher
from trustbook.model import Consultation, Partner, Person

DAY = date(2026, 9, 1)
NETWORK = book(
    [
        Partner("Moskee El Noor", id="P-1"),
        Partner("Politie", id="P-2"),
        Partner("De Brug", id="P-3"),
        Partner("Bakker & Zn.", id="P-4"),
        Partner("Veilig Thuis", id="P-5"),
    ],
    people=[
        Person("Fatima Amrani", 0, id="C-1", email="f@elnoor.example"),
        Person("Jan Smit", 1, id="C-2", until=date(2026, 1, 1)),
    ],
    consultations=[Consultation("Wijknetwerk", members=(0, 1))],
    lang="nl",
)
MATCHER = Matcher(NETWORK)


@pytest.mark.parametrize(
    ("title", "with_"),
    [
        ("Koffie Moskee El Noor", "Moskee El Noor"),
        ("kennismaking met moskee el noor", "Moskee El Noor"),
        ("Moskee El-Noor", ""),
        ("Politie: jaarplan", "Politie"),
        ("Overleg Politie / Moskee El Noor", "Politie; Moskee El Noor"),
        ("Politie Delft", ""),
        ("Politieacademie", ""),
        ("Welzijn De Brug", ""),
        ("stichting De Brug", ""),
        ("Bijpraten Fatima Amrani", "Moskee El Noor"),
        ("Jan Smit", ""),
        ("Wijknetwerk verplaatst", "Wijknetwerk"),
        ("Bezoek Bakker & Zn.", "Bakker & Zn."),
        ("Overleg Politie (Teams)", "Politie"),
        ("Overleg Politie (Delft)", ""),
        ("Tandarts", ""),
        ("Veilig thuis komen", ""),
        ("Veilig Thuis langs", "Veilig Thuis"),
        ("overleg veilig thuis", "Veilig Thuis"),
    ],
)
def test_a_title_means_who_it_names_whole(title: str, with_: str) -> None:
    assert MATCHER.match(FoundContact("k", DAY, "a.ics", title)).with_ == with_


def test_who_was_asked_counts_by_the_address() -> None:
    known = FoundContact("k", DAY, "a", "Overleg", invited=(Invitee("", "F@elnoor.example"),))
    found = MATCHER.match(known)
    assert (found.with_, found.topic) == ("Moskee El Noor", "")
    other = (Invitee("Fatima Amrani", "fatima@elders.example"),)
    assert MATCHER.match(FoundContact("k", DAY, "a", "Overleg", invited=other)).code == "nobody"


def test_a_title_with_a_case_is_not_kept() -> None:
    found = MATCHER.match(FoundContact("k", DAY, "a", "Politie: Ahmed B. (17) geradicaliseerd"))
    assert (found.with_, found.topic) == ("Politie", "")


@pytest.mark.parametrize(
    ("texts", "lang", "days"),
    [
        (["3-4-2026", "2026-04-03 10:00:00"], "nl", [date(2026, 4, 3)] * 2),
        (["3/4/2026", "3/14/2026"], "en", [date(2026, 3, 4), date(2026, 3, 14)]),
        (["3/4/2026", "14/3/2026"], "en", [date(2026, 4, 3), date(2026, 3, 14)]),
        (["3/4/2026"], "en", [None]),
        (["3/4/2026 9:00 AM"], "nl", [date(2026, 4, 3)]),
        (["volgende week"], "nl", [None]),
    ],
)
def test_other_rows_tell_which_number_is_the_month(
    texts: list[str], lang: str, days: list[date | None]
) -> None:
    reader = DayReader(texts, lang)
    assert [reader.read(text) for text in texts] == days


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (
            ["Id", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Met wie sprak je?",
             "Datum van het contact"],
            {"number": 0, "stamp": 2, "mail": 3, "by": 4, "with": 5, "date": 6},
        ),
        (
            ["Timestamp", "Who did you meet?", "When was it?", "What was it about?"],
            {"stamp": 0, "with": 1, "date": 2, "topic": 3},
        ),
        (
            ["Tijdstempel", "E-mailadres", "Met welke partner(s) heeft u gesproken?",
             "Datum van het gesprek", "Op welke manier?", "Onderwerp (max 120 tekens)"],
            {"stamp": 0, "mail": 1, "with": 2, "date": 3, "kind": 4, "topic": 5},
        ),
        (
            ["ID", "Start time", "Completion time", "Email", "Name", "Last modified time",
             "Whom did you meet?", "When did you meet?", "What did you discuss?"],
            {"number": 0, "stamp": 2, "mail": 3, "by": 4, "modified": 5, "with": 6, "date": 7,
             "topic": 8},
        ),
        (
            ["ID", "Begintijd", "Voltooiingstijd", "E-mail", "Naam", "Totaal aantal punten",
             "Feedback over de test", "Met wie hebt u gesproken?",
             "Punten - Met wie hebt u gesproken?", "Wanneer?", "Feedback - Wanneer?"],
            {"number": 0, "stamp": 2, "mail": 3, "by": 4, "with": 7, "date": 9},
        ),
        (
            ["Tijdstempel", "Uw naam", "Organisatie waarmee u sprak", "Wie was er nog meer bij?",
             "Datum", "Wie nam het initiatief?"],
            {"stamp": 0, "by": 1, "with": 2, "also_present": 3, "date": 4, "initiative": 5},
        ),
        (
            ["Timestamp", "Your name", "Who else was there?", "Organisation you spoke with",
             "Date", "Weather (sunny/crisis)", "Score"],
            {"stamp": 0, "by": 1, "also_present": 2, "with": 3, "date": 4, "weather": 5},
        ),
        (
            ["Tijdstempel", "Wat is de naam van de organisatie?", "Datum contactmoment",
             "Soort contact", "Korte omschrijving", "Wie nam het initiatief?"],
            {"stamp": 0, "with": 1, "date": 2, "kind": 3, "topic": 4, "initiative": 5},
        ),
        (
            ["Tijdstempel", "Contact [Partner]", "Contact [Datum]", "Contact [Onderwerp]"],
            {"stamp": 0, "with": 1, "date": 2, "topic": 3},
        ),
    ],
)  # fmt: skip
def test_the_columns_of_forms(headers: list[str], columns: dict[str, int]) -> None:
    assert form_columns(headers) == columns


def test_the_columns_of_logs() -> None:
    told = log_columns(["Activity Date", "Target Contact", "Subject", "Details"])
    assert told == {"date": 0, "with": 1, "topic": 2}
