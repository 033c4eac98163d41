"""Many people of one name: who of them is meant on a day, without asking all of them every day."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from trustbook.model import Employment, Partner, Person
from trustbook.reading.references import Directory

DAY = date(2026, 1, 1)


def some_day(chance: random.Random) -> date | None:
    return chance.choice((None, DAY + timedelta(days=chance.randrange(60))))


def someone(chance: random.Random) -> Person:
    """One of the Jansens: at some partner from some day until another, and elsewhere before."""
    earlier = Employment(
        DAY + timedelta(days=chance.randrange(40)),
        (chance.randrange(3),),
        some_day(chance),
        some_day(chance),
    )
    before = chance.choice(((), (earlier,)))
    home = chance.choice((0, 0, 1, None))
    return Person("Jan Jansen", home, from_=some_day(chance), until=some_day(chance), before=before)


@pytest.mark.parametrize("seed", range(8))
def test_a_day_asked_before_changes_no_answer(seed: int) -> None:
    chance = random.Random(seed)
    partners = [Partner(name) for name in ("Politie", "Kerk", "School")]
    people = [someone(chance) for _ in range(chance.choice((9, 12)))]
    if seed % 2:  # everybody has a home, so that it is their days that tell
        people = [Person(p.name, p.partner or 0, from_=p.from_, until=p.until) for p in people]
    asked = Directory(partners, people)
    days = [DAY + timedelta(days=number) for number in range(-1, 62, 3)]
    chance.shuffle(days)
    for day in days:
        for piece in ("Jan Jansen", "Jan Jansen (Politie)", "was er niet: Jan Jansen"):
            assert asked.find(piece, day) == Directory(partners, people).find(piece, day)


def test_people_are_not_asked_anew_for_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [Person("Jan Jansen", 0, until=DAY) for _ in range(50)]
    asked = Directory([Partner("Politie")], people)
    questions: list[date] = []
    told = Person.partners_on

    def partners_on(person: Person, day: date) -> tuple[int, ...] | None:
        questions.append(day)
        return told(person, day)

    monkeypatch.setattr(Person, "partners_on", partners_on)
    found = [asked.find("Jan Jansen", DAY + timedelta(days=number)) for number in range(-200, 200)]
    assert len({str(one) for one in found}) == 2
    assert len(questions) <= 4 * len(people)
