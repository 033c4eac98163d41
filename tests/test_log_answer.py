"""What logging a moment is answered with: who, when, sunny or not, and until when that is warm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books import TODAY, Moment, ago, book
from tests.typed import Asked, Rows, asked, typed
from trustbook.health.verdict import judge_partners
from trustbook.model import ATTEMPT, CANCELLED, CRISIS, HELD, PLANNED, SUNNY, Partner, Settings
from trustbook.names import in_full, near_part
from trustbook.run.log_answer import logged_in_words

__all__ = ["asked"]


def answer(moment: Moment, lang: str = "en", settings: Settings | None = None) -> str | None:
    partners = [
        Partner(name, rhythm=90, since=ago(400)) for name in ("GGD", "OM", "VV", "RK", "DJ")
    ]
    one = book(partners, [moment], settings=settings, lang=lang)
    return logged_in_words(one, judge_partners(one, TODAY), 2, lang)


def test_a_calm_talk_is_answered_with_until_when_it_keeps_them_warm() -> None:
    assert answer(Moment(ago(1)), "nl") == (
        "Vastgelegd: een rustig gesprek met GGD op 29 september 2026. "
        "GGD is warm tot 28 december 2026."
    )
    # Where cooling begins at another day than the rhythm, that day is not told.
    other = Settings(cooling_factor=0.5)
    assert answer(Moment(ago(1)), "nl", other) == (
        "Vastgelegd: een rustig gesprek met GGD op 29 september 2026. GGD is nu “warm”."
    )


@pytest.mark.parametrize(
    ("state", "weather", "said"),
    [
        (HELD, CRISIS, "Logged: contact in a crisis with GGD on 29 September 2026. GGD is"),
        (CANCELLED, SUNNY, "Logged: the talk with GGD on 29 September 2026 was cancelled."),
        (ATTEMPT, SUNNY, "Logged: an attempt to reach GGD on 29 September 2026."),
        (PLANNED, SUNNY, "Logged: a talk planned with GGD on 29 September 2026. It counts once"),
    ],
)
def test_every_other_moment_is_called_what_it_is(state: int, weather: int, said: str) -> None:
    told = answer(Moment(ago(1), state=state, weather=weather))
    assert told is not None and told.startswith(said)
    assert ("warm" in told) is False


def test_of_a_full_table_three_are_named() -> None:
    told = answer(Moment(ago(1), tuple(range(5))))
    assert told is not None and "with GGD, OM, VV, 2 others on" in told
    assert told.count(" is warm until ") == 3
    one = book([Partner("GGD")], [])
    assert logged_in_words(one, judge_partners(one, TODAY), 2, "en") is None, "it does not count"


KNOWN = ["Moskee El-Noor", "Politie basisteam", "Politie eenheid Oost", "GGD"]


def test_a_short_form_means_the_names_it_is_a_part_of() -> None:
    assert in_full("el noor", KNOWN) == ["Moskee El-Noor"]
    assert in_full("Politie", KNOWN) == ["Politie basisteam", "Politie eenheid Oost"]
    assert in_full("GGD", KNOWN) == [] and in_full("te", KNOWN) == []
    assert near_part("basistaem", KNOWN) == ["Politie basisteam"]
    assert near_part("zwembad", KNOWN) == [] and near_part("ggz", KNOWN) == []


@pytest.mark.parametrize(
    "who", ["not: Police", "not: Police; niet: School", "Table; not: Police; not: School"]
)
def test_a_row_for_nobody_is_not_logged(asked: Asked, who: str) -> None:
    sheets: dict[str, Rows] = {
        "Partners": [["ID", "Name"], [None, "Police"], [None, "School"]],
        "Moments": [["ID", "Date", "With"]],
        "Consultations": [["Name", "Members"], ["Table", "Police; School"]],
    }
    path = typed(Path("n.xlsx"), sheets)
    before = path.read_bytes()
    code, _, said = asked("log", "--with", who, "--date", "2026-09-01", "--lang", "en")
    assert code == 2 and "names nobody who was there" in said
    assert path.read_bytes() == before
