"""Routes: who coordinates what and where a worry goes, read, asked about and shown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.typed import answered
from trustbook.cli.main import main

TODAY = "2026-11-26"
SHEETS: dict[str, list[list[Any]]] = {
    "Partners": [
        ["Naam", "Soort", "Partij", "Fenomenen", "Ritme", "Sinds", "Relatiehouder", "Kaart delen",
         "Gestopt op"],
        ["Politie Zandloo", None, "Politie", None, 30, date(2025, 1, 1), "Anne", "ja", None],
        ["GGZ Rivierland", None, "GGZ", "jihadisme", 90, date(2025, 1, 1), "Bas", "ja", None],
        ["Oude Stichting", None, None, None, 60, date(2025, 1, 1), "Bas", None, date(2026, 1, 1)],
        ["Joke Jansen", "individu", None, None, 60, date(2026, 11, 1), "Bas", None, None],
    ],
    "Personen": [
        ["Naam", "Partner", "Functie", "Telefoon werk", "Tot"],
        ["Els van Dijk", "GGZ Rivierland", "coördinator", "0182-555 010", None],
        ["Wim Weg", "Politie Zandloo", None, None, date(2026, 3, 1)],
    ],
    "Contactmomenten": [["Datum", "Met"], [date(2026, 11, 20), "GGZ Rivierland"]],
    "Benodigd netwerk": [
        ["Fenomeen", "Partij"],
        ["jihadisme", "GGZ"], ["rechts-extremisme", "Politie"], ["links-extremisme", "Politie"],
    ],
    "Routes": [
        ["Onderwerp", "Fenomeen", "Eerste contact", "Regie", "Vervanger", "Buiten kantooruren",
         "Waar", "Afgesproken op"],
        ["Zorgen melden", "jihadisme", "Els van Dijk", "Gemeente: sociaal domein", None,
         "Piket 0182-555 999", "Loket Stadhuis", date(2026, 5, 1)],
        ["Acuut gevaar", "jihadisme", "Politie Zandloo", "Anne", "Wim Weg", "112", None,
         date(2025, 5, 26)],
        ["Nazorg", "jihadisme", "Joke Jansen", "Oude Stichting", "Wijkteem", None, None,
         date(2025, 5, 25)],
        ["Zorgen op school", "links-extremisme", None, None, None, None, None, None],
    ],
}  # fmt: skip


def a_book(path: Path, **sheets: list[list[Any]]) -> Path:
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for title, rows in (SHEETS | sheets).items():
        sheet = file.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file.save(path)
    return path


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return a_book(tmp_path / "n.xlsx")


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> Any:
        capsys.readouterr()
        assert main([*arguments, "--json", "--today", TODAY]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_what_is_wrong_with_a_route_is_a_line_with_its_cell(book: Path, told: Any) -> None:
    a_book(book, Instellingen=[["Instelling", "Waarde"], ["Taal", "nl"]])
    found = told("check", "n.xlsx", "--lang", "en")
    routes = [one for one in found["problems"] if one["code"].startswith("route_")]
    assert sorted((one["code"], one["cell"]) for one in routes) == [
        ("route_cold", "C3"),  # Politie Zandloo: never spoken since January 2025
        ("route_ended", "D4"),
        ("route_left", "E3"),
        ("route_missing", "C1"),
        ("route_missing", "C1"),
        ("route_old", "H4"),  # 18 months to the day is not older: row 3
        ("route_unknown", "E4"),
    ]
    assert {one["sheet"] for one in routes} == {"Routes"}
    missing = next(one for one in found["lines"] if one["code"] == "route_missing")
    assert missing["count"] == 2
    assert "right-wing extremism" in missing["what"] and "left-wing extremism" in missing["what"]
    said = {one["code"]: one["what"] for one in found["lines"]}
    assert "agreed on 25 May 2025" in said["route_old"], "a day in the language asked for"
    assert said["route_cold"].endswith("that relationship is cold.")
    unknown = next(one for one in found["lines"] if one["code"] == "route_unknown")
    assert unknown["reference"], "an answer can say that it is a function"


def test_a_route_for_all_leaves_no_phenomenon_without(book: Path, told: Any) -> None:
    rows = [*SHEETS["Routes"], ["Alles", None, "GGZ Rivierland"]]
    a_book(book, Routes=rows)
    codes = [one["code"] for one in told("check", "n.xlsx")["problems"]]
    assert "route_missing" not in codes and "route_cold" in codes


def test_what_is_to_be_agreed_or_done_later_is_told_with_its_cell(book: Path, told: Any) -> None:
    """A day ahead is a slip of the pen or a plan: no route, card or list may rest on it. The day
    itself is not ahead.
    """
    ahead, day = date(2026, 11, 27), date.fromisoformat(TODAY)
    routes: list[list[Any]] = [["Onderwerp", "Eerste contact", "Afgesproken op"],
              ["Nu", "GGZ Rivierland", day], ["Straks", "GGZ Rivierland", ahead],
              ["Alleen een onderwerp", None, ahead]]  # fmt: skip
    partners: list[list[Any]] = [["Naam", "Onze doelen gedeeld op", "Gecontroleerd op"],
                ["GGZ Rivierland", ahead, day], ["Politie Zandloo", day, ahead]]  # fmt: skip
    people: list[list[Any]] = [["Naam", "Partner", "Geïnformeerd op"],
              ["Els van Dijk", "GGZ Rivierland", ahead],
              ["Jan", "Politie Zandloo", day]]  # fmt: skip
    a_book(book, Routes=routes, Partners=partners, Personen=people)
    found = [one for one in told("check", "n.xlsx")["problems"] if one["code"].endswith("_ahead")]
    assert [(one["code"], one["sheet"], one["cell"]) for one in found] == [
        ("done_ahead", "Partners", "B2"), ("done_ahead", "Partners", "C3"),
        ("done_ahead", "Personen", "C2"), ("route_ahead", "Routes", "C3"),
    ]  # fmt: skip
    assert "27 november 2026" in found[-1]["what"] and "Straks" in found[-1]["what"]


def test_a_book_without_the_sheet_is_told_once_what_to_make(book: Path, told: Any) -> None:
    """Asked where the need stands: sync adds no sheet, and an empty one is asked of itself."""
    file = openpyxl.load_workbook(book)
    del file["Routes"]
    file.save(book)
    found = told("check", "n.xlsx")
    routes = [one for one in found["problems"] if one["code"] == "route_missing"]
    assert [(one["sheet"], one["cell"]) for one in routes] == [
        ("Benodigd netwerk", f"A{row}") for row in (2, 3, 4)
    ]
    [line] = [one for one in found["lines"] if one["code"] == "route_missing"]
    assert line["count"] == 3 and "jihadisme" in line["what"]
    assert "Maak een blad Routes" in line["fix"] and "dit blad" not in line["fix"]
    file["Benodigd netwerk"].delete_rows(2, 3)
    file.save(book)
    assert "route_missing" not in str(told("check", "n.xlsx")["problems"])


def test_case_data_in_a_route_is_withheld_and_shown_nowhere(book: Path, told: Any) -> None:
    rows = [*SHEETS["Routes"], ["zorgen over zijn zoon", None, "GGZ Rivierland", None, None,
                                "BSN 111222333"]]  # fmt: skip
    a_book(book, Routes=rows)
    found = told("check", "n.xlsx")
    codes = {(one["code"], one["cell"]) for one in found["problems"]}
    assert {("withheld_case", "A6"), ("withheld_bsn", "F6")} <= codes
    for command in (["calllist"], ["guide"], ["handover", "--holder", "Bas"]):
        page = ["-o", "p.html"] if command != ["calllist"] else []
        shown = json.dumps(told(command[0], "n.xlsx", *command[1:], *page))
        assert "zoon" not in shown and "111222333" not in shown


def test_call_list_card_guide_and_handover_say_where_a_worry_goes(book: Path, told: Any) -> None:
    rows = told("calllist", "n.xlsx", "--phenomenon", "jihadisme")["routes"]
    assert [one["subject"] for one in rows] == ["Zorgen melden", "Acuut gevaar", "Nazorg"]
    assert rows[0]["first_contact"] == "Els van Dijk" and rows[0]["phenomena"] == ["jihadisme"]
    assert rows[0]["agreed_on"] == "2026-05-01"
    assert told("calllist", "n.xlsx", "--phenomenon", "links-extremisme")["routes"] == []
    guide = told("guide", "n.xlsx", "-o", "gids.html")["routes"]
    assert [one["first_contact"] for one in guide] == [
        "coördinator (GGZ Rivierland)",  # a person by role, for partners
        "Politie Zandloo",
        None,  # an individual that does not share its card
    ]
    page = (book.parent / "gids.html").read_text(encoding="utf-8")
    assert "Waar een zorg naartoe gaat" in page and "Piket 0182-555 999" in page
    assert "Els van Dijk" not in page and "Joke Jansen" not in page
    card = told("card", "n.xlsx", "GGZ Rivierland", "-o", "kaart.html")["routes"]
    assert len(card) == 3 and "Els van Dijk" not in json.dumps(card)
    theirs = told("handover", "n.xlsx", "--holder", "Anne", "-o", "o.html")["routes"]
    assert [one["subject"] for one in theirs] == ["Acuut gevaar"], "names her, and her partner"
    theirs = told("handover", "n.xlsx", "--holder", "Bas", "-o", "o.html")["routes"]
    assert [one["subject"] for one in theirs] == ["Zorgen melden", "Nazorg"]


def test_who_is_on_no_list_may_be_a_person_until_somebody_answers(book: Path, told: Any) -> None:
    def shown_to_partners() -> object:
        return told("guide", "n.xlsx", "-o", "gids.html")["routes"][2]["deputy"]

    told("sync", "n.xlsx")
    assert shown_to_partners() is None
    assert told("handover", "n.xlsx", "--holder", "Bas", "-o", "o.html")["routes"][1]["deputy"]
    answered(book, "“Wijkteem” in deze route", "nee")
    told("sync", "n.xlsx")
    assert shown_to_partners() == "Wijkteem"


def test_a_colleague_with_routes_alone_hands_them_over(book: Path, told: Any) -> None:
    routes = [*SHEETS["Routes"], ["Duiding", None, "Carla", None, None, None, None, None]]
    a_book(book, Routes=routes, Instellingen=[["Instelling", "Waarde"],
                                              ["Eigen relatiehouder", "Carla"]])  # fmt: skip
    page = told("handover", "n.xlsx", "--holder", "Carla", "-o", "o.html")
    assert [one["subject"] for one in page["routes"]] == ["Duiding"] and page["partners"] == []
    assert page["summary"].startswith("Deze collega heeft geen eigen partners")


def test_a_route_says_what_is_typed_and_no_more(book: Path, told: Any) -> None:
    rows = [*SHEETS["Routes"],
            ["Verkeerd gespeld", "jihaddisme", "GGZ Rivierland"],
            ["Loket", "jihadisme", None, None, None, None, "Stadskantoor"],
            ["Oud contact", "jihadisme", "Wim Weg"]]  # fmt: skip
    a_book(book, Routes=rows)
    other = told("calllist", "n.xlsx", "--phenomenon", "rechts-extremisme")["routes"]
    assert other == [], "what is not understood holds for no phenomenon in particular"
    everything = {one["subject"]: one for one in told("calllist", "n.xlsx")["routes"]}
    assert everything["Verkeerd gespeld"]["phenomena"] == ["jihaddisme"]
    assert everything["Loket"]["where"] == "Stadskantoor"
    guide = json.dumps(told("guide", "n.xlsx", "-o", "gids.html"))
    assert "Wim Weg" not in guide, "a person who left is no function"


def test_the_sheet_call_list_has_the_routes(book: Path) -> None:
    assert main(["sync", "n.xlsx", "--today", TODAY, "--quiet"]) == 0
    sheet = openpyxl.load_workbook(book)["Bellijst"]
    texts = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(i for i, row in enumerate(texts) if row[0] == "Onderwerp")
    assert texts[at - 1][0] == "Wie wat coördineert, en waar een zorg naartoe gaat"
    assert texts[at + 1][:3] == ["Zorgen melden", "Els van Dijk", "jihadisme"]


def test_rows_that_init_proposes_go_freely_and_ask_for_nothing(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody edited them: that they are gone is no accident, whatever their number."""
    assert main(["init", "nieuw.xlsx", "--lang", "nl"]) == 0
    file = openpyxl.load_workbook("nieuw.xlsx")
    file["Partners"]["B2"] = "Politie Zandloo"
    file.save("nieuw.xlsx")
    assert main(["sync", "nieuw.xlsx", "--today", TODAY]) == 0
    file = openpyxl.load_workbook("nieuw.xlsx")
    proposed = [file["Routes"].cell(row, 1).value for row in range(2, 7)]
    assert all(proposed) and len(proposed) == 5
    file["Routes"].delete_rows(2, 5)
    file["Benodigd netwerk"].delete_rows(2, 30)
    file.save("nieuw.xlsx")
    capsys.readouterr()
    assert main(["sync", "nieuw.xlsx", "--today", TODAY]) == 0, capsys.readouterr().err


def test_routes_that_were_filled_in_do_not_go_unseen(book: Path) -> None:
    rows = [["Onderwerp", "Eerste contact"], *([f"Zorg {i}", "GGZ Rivierland"] for i in range(4))]
    a_book(book, Routes=rows)
    assert main(["sync", "n.xlsx", "--today", TODAY]) == 0
    file = openpyxl.load_workbook(book)
    file["Routes"].delete_rows(2, 4)
    file.save(book)
    assert main(["sync", "n.xlsx", "--today", TODAY]) == 3


def test_who_can_help_says_when_we_last_asked_and_who_of_us_calls(book: Path, told: Any) -> None:
    partners: list[list[Any]] = [
        ["Naam", "Biedt", "Relatiehouder"],
        ["Kennispunt", "duiding; training", "Anne"],
        ["Bureau Blik", "training", None],
    ]
    moments: list[list[Any]] = [["Datum", "Met", "Vorm", "Onderwerp"],
               [date(2026, 3, 2), "Kennispunt", "training", None],
               [date(2026, 6, 2), "Kennispunt", None, "Duiding van een symbool"],
               [date(2026, 7, 2), "Kennispunt", None, "koffie"],
               [date(2026, 12, 2), "Bureau Blik", "training", None]]  # fmt: skip
    a_book(book, Partners=partners, Contactmomenten=moments, Personen=[["Naam", "Partner"]])
    rows = told("calllist", "n.xlsx", "--offers")["rows"]
    assert [(r["offer"], r["name"], r["called_by"], r["last_used"]) for r in rows] == [
        ("duiding", "Kennispunt", "Anne", "2026-06-02"),
        ("training", "Bureau Blik", None, None),  # new goes before cold; in December is to come
        ("training", "Kennispunt", "Anne", "2026-03-02"),
    ]


@pytest.mark.parametrize(
    "subject",
    ["Zorg om leerling", "Zorgen over een jongere", "Worry about a pupil", "Signaal over een kind"],
)
def test_the_subject_of_a_route_is_a_theme(book: Path, told: Any, subject: str) -> None:
    a_book(book, Routes=[*SHEETS["Routes"], [subject, "jihadisme", "GGZ Rivierland"]])
    found = told("check", "n.xlsx", "--lang", "en")
    assert not [one for one in found["problems"] if one["code"].startswith("withheld")]


@pytest.mark.parametrize(
    "subject", ["Zorg om leerling Kevin (15) met mes", "Zorg om leerling, BSN 111222333"]
)
def test_the_subject_of_a_route_is_no_place_for_a_case(book: Path, told: Any, subject: str) -> None:
    a_book(book, Routes=[*SHEETS["Routes"], [subject, "jihadisme", "GGZ Rivierland"]])
    found = told("check", "n.xlsx", "--lang", "en")
    assert [one["cell"] for one in found["problems"] if one["code"].startswith("withheld")]
