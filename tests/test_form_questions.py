"""What a form asks about the weather and about people is read, or it is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_intake import TODAY, answer, book, moments, rows
from tests.test_intake_cells import FORM
from tests.typed import Asked, asked, edited
from trustbook.adopt.form_answers import find_in_forms
from trustbook.adopt.form_questions import form_columns
from trustbook.adopt.sources import Looking, window_on
from trustbook.adopt.weather_said import weather_said
from trustbook.snapshot import CellValue, Grid, Snapshot

__all__ = ["asked"]
ASKED = ("Tijdstempel", "Datum", "Met wie?")
STAMP = "2026-11-21 10:0{}:00"


def form(path: Path, more: list[str], *answers: list[Any]) -> None:
    """A form that asks on which day, with whom, and ``more``."""
    file = openpyxl.load_workbook(path)
    sheet = file.create_sheet(FORM)
    sheet.append([*ASKED, *more])
    for number, told in enumerate(answers):
        sheet.append([STAMP.format(number), *told])
    file.save(path)
    (path.parent / "trustbook.toml").write_text(
        f'[book.n]\nworkbooks = ["n.xlsx"]\nforms = ["{FORM}"]\n', encoding="utf-8"
    )


def told(asked: Asked) -> list[tuple[str, str]]:
    """What To check says of the form."""
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    problems = asked.json("check", *TODAY)["problems"]
    return [(one["code"], one["cell"]) for one in problems if one["sheet"] == FORM]


@pytest.mark.parametrize(
    ("question", "given", "weather"),
    [
        ("Was het rustig of een crisis?", "crisis", "crisis"),
        ("Was het rustig of een crisis?", "Rustig", "zonnig"),
        ("Zonnig of crisis?", "Crisis!", "crisis"),
        ("Was er een crisis?", "Ja", "crisis"),
        ("Was er een crisis?", "Nee", "zonnig"),
        ("Was er een crisis?", True, "crisis"),
        ("Was er sprake van een crisissituatie?", "ja.", "crisis"),
        ("Crisis (ja/nee)", "ja", "crisis"),
        ("Was there a crisis?", "No", "zonnig"),
        ("Was it calm or a crisis?", "a calm talk", "zonnig"),
        ("Wat voor contact was het (zonnig/crisis)?", "⚡ Crisis", "crisis"),
        ("Was het een crisis of niet?", "Ja, een crisis", "crisis"),
        ("Was het rustig of een crisis?", "geen crisis", "zonnig"),
        ("Weer", "crisis", "crisis"),
    ],
)
def test_an_answer_about_crisis_keeps_its_meaning(question: str, given: Any, weather: str) -> None:
    lines: list[tuple[CellValue, ...]] = [
        (*ASKED, question),
        (STAMP.format(1), "20-11-2026", "Politie", given),
    ]
    looking = Looking(window_on(date(2026, 11, 27)), date(2026, 11, 27))
    snapshot = Snapshot("n.xlsx", "1", (FORM,), [Grid(FORM, lines)])
    (found,) = find_in_forms(snapshot, {"antwoorden"}, looking).contacts
    assert found.cells == {"weather": weather}


def test_a_yes_to_crisis_makes_nobody_warm(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    form(
        path,
        ["Was er een crisis?"],
        ["20-11-2026", "VV Zandloo", "Ja"],
        ["19-11-2026", "Moskee El Noor", "Nee"],
    )
    assert told(asked) == []
    answer(path, "ja", "ja")
    assert asked("sync", *TODAY)[0] == 0
    assert {one[1]: one[3] for one in moments(path)[1:]} == {
        "Moskee El Noor": "zonnig",
        "VV Zandloo": "crisis",
    }
    partners = asked.json("health", *TODAY)["partners"]
    status = {one["name"]: one["status"] for one in partners}
    assert (status["VV Zandloo"], status["Moskee El Noor"]) == ("crisis_only", "warm")


def test_an_answer_that_does_not_say_whether_it_was_crisis_is_told(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    unclear = ["ja", "rustig na de crisis", "niet rustig", "misschien"]
    answers = [[f"{20 - at}-11-2026", "VV Zandloo", text] for at, text in enumerate(unclear)]
    form(path, ["Was het rustig of een crisis?"], *answers)
    told(asked)
    for row, text in zip(rows(path), reversed(unclear), strict=True):
        assert f"“{text}” zegt niet of het zonnig of crisis was" in row[4]
    answer(path, "ja")
    assert asked("sync", *TODAY)[0] == 0
    codes = [one["code"] for one in asked.json("check", *TODAY)["problems"]]
    assert "unreadable_choice" in codes, "and it stays told after the yes"


def test_of_two_answers_about_the_weather_crisis_is_the_one_that_counts(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    form(
        path,
        ["Weer", "Was er een crisis?"],
        ["20-11-2026", "VV Zandloo", "zonnig", "ja"],
        ["19-11-2026", "VV Zandloo", None, "nee"],
    )
    assert told(asked) == []
    assert ["Weer: zonnig." in rows(path)[0][4], "Weer: crisis." in rows(path)[1][4]] == [True] * 2


def test_a_list_that_names_crisis_is_read_as_a_form_is(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    (tmp_path / "log.csv").write_text(
        "Datum;Met wie;Crisis?\n2026-11-19;Politie;ja\n2026-11-20;Politie;nee\n", encoding="utf-8"
    )
    assert asked("import", "log.csv", *TODAY)[0] == 0
    assert ["crisis" in one[4] for one in rows(path)] == [True, False]


WORDS = ["ja", "nee", "geen", "niet", "crisis", "rustig", "zonnig", "een", "het was", "na de"]


@given(
    st.sampled_from(["Was er een crisis?", "Zonnig of crisis?", "Weer"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
)
def test_what_names_crisis_is_sunny_only_where_it_is_denied(
    question: str, words: list[str]
) -> None:
    said = weather_said([(question, " ".join(words))])
    if "crisis" in words and not {"geen", "niet"} & {*words}:
        assert said != "sunny"
    assert weather_said([(question, " ".join(words)), ("Weer", "crisis")]) == "crisis"


@pytest.mark.parametrize(
    "question",
    ["Wie sprak u in de crisis?", "Wanneer was de crisis?", "Wat deed het crisisteam?"],
)
def test_not_every_question_with_crisis_in_it_asks_for_the_weather(question: str) -> None:
    assert "weather" not in form_columns([*ASKED, question])


def test_a_line_break_stands_between_two_names(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    form(
        path,
        ["Ook aanwezig"],
        ["20-11-2026", "VV Zandloo\nPolitie", "Moskee El Noor\nYassin Amrani"],
        ["19-11-2026", "VV Zandloo\r\nWijkvereniging De Kade", None],
    )
    assert told(asked) == [("form_name", "C3")]
    beside, both = rows(path)
    assert beside[1] == "VV Zandloo" and "“Wijkvereniging De Kade”" in beside[4]
    assert both[1] == "VV Zandloo; Politie"
    assert "Ook aanwezig: Moskee El Noor; Yassin Amrani." in both[4]


@pytest.mark.parametrize(
    "question",
    ["En met welke persoon?", "Contactpersoon"],
)
def test_a_second_question_about_people_is_read(
    tmp_path: Path, asked: Asked, question: str
) -> None:
    path = book(tmp_path)
    form(
        path,
        [question],
        ["20-11-2026", "VV Zandloo", "Yassin Amrani"],
        ["19-11-2026", None, "Yassin Amrani"],
        ["18-11-2026", "Politie", "Iemand Onbekend"],
        ["17-11-2026", "Politie", None],
        ["16-11-2026", None, None],
    )
    assert told(asked) == [("form_name", "D4"), ("form_nobody", "C6")]
    assert [one[1] for one in rows(path)] == [
        "Politie",
        "Politie",
        "Moskee El Noor",
        "VV Zandloo; Moskee El Noor",
    ]
    assert "“Iemand Onbekend”" in rows(path)[1][4]
    edited(path, FORM, {"D4": None, "C6": "Politie"})
    assert told(asked) == []


def test_who_else_was_there_is_shown_before_the_yes(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    form(path, ["Wie was er nog meer bij?"], ["20-11-2026", "VV Zandloo", "Politie"])
    assert told(asked) == []
    assert "Ook aanwezig: Politie." in rows(path)[0][4]


@pytest.mark.parametrize(
    ("headers", "by", "with_"),
    [
        ("Wie|Met wie", 3, 4),
        ("Met wie|Wie", 4, 3),
        ("Wie|Organisatie", 3, 4),
        ("Wie?|Met welke organisatie sprak u?", 3, 4),
        ("Who|With whom", 3, 4),
        ("Wie|Gesproken met", 3, 4),
        ("Wie|Partner", 3, 4),
        ("Door|Wie", 3, 4),
        ("Medewerker|Wie", 3, 4),
    ],
)
def test_of_two_columns_of_whom_our_own_colleague_is_not_the_contact(
    headers: str, by: int, with_: int
) -> None:
    columns = form_columns(["Tijdstempel", "Datum", "Waarover", *headers.split("|")])
    assert (columns["by"], columns["with"]) == (by, with_)
