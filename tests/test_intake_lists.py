"""What a list cannot be read for is told: days, sheets, and people who were not in office."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.test_intake import MOMENTS, PARTNERS, PEOPLE, TODAY, book, rows, skipped
from tests.test_intake_mended import inbox, proposed
from tests.typed import Asked, answered, asked, typed

__all__ = ["asked"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Datum,Met,Stand\n2026-11-10,Politie,\nergens in mei,VV Zandloo,\n31-02-2026,De Kade,\n"
            ",Moskee El Noor,\n?,Politie,vervallen\ntotaal,,\n",
            "lijst.csv: van 3 rijen is de dag niet te lezen (rijen 3-5).",
        ),
        (
            "Onderwerp,Begindatum,Begintijd,Privé\nKoffie Politie,10-11-2026,10:00,\n"
            "Koffie Politie,?,10:00,\nKoffie VV Zandloo,?,10:00,Waar\n",
            "lijst.csv: van 1 rij is de dag niet te lezen (rij 3).",
        ),
    ],
)
def test_days_in_a_list_of_the_inbox_that_cannot_be_read_stand_on_to_check(
    tmp_path: Path, asked: Asked, text: str, told: str
) -> None:
    path = book(tmp_path)
    (tmp_path / "lijst.csv").write_text(text, encoding="utf-8")
    inbox(tmp_path, "lijst.csv")
    for _ in range(2):
        assert asked("sync", *TODAY)[0] == 0
    assert proposed(path) == [(10, "Politie")]

    def lines(code: str) -> list[str]:
        problems = asked.json("check", *TODAY)["problems"]
        return [one["what"] for one in problems if one["code"] == code]

    assert lines("list_day") == [told]
    answered(path, "de dag niet te lezen", "nee")
    assert asked("sync", *TODAY)[0] == 0
    assert lines("list_day") == [], "none of them is a talk"
    (tmp_path / "lijst.csv").write_text(f"{text}\n2026-11-12,De Tuin\n", encoding="utf-8")
    assert asked("sync", *TODAY)[0] == 0
    assert lines("list_day") == []
    if "Met" in text:
        assert len(lines("list_name")) == 1, "a no for the days is none for the names"


def test_each_sheet_with_a_day_and_a_name_is_read_or_told(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    log = openpyxl.Workbook()
    for title, headers, row in (
        ("Nu", ["Datum", "Met"], [date(2026, 11, 10), "Politie"]),
        ("Oud", ["Datum", "Naam"], [date(2026, 11, 11), "Yassin Amrani"]),
        ("Plan", ["Datum", "Ruimte"], [date(2026, 11, 12), "zaal 3"]),
        ("Lijst", ["Afkorting", "Ruimte"], ["Z3", "zaal 3"]),
    ):
        sheet = log.create_sheet(title)
        sheet.append(headers)
        sheet.append(row)
    log.save(tmp_path / "log.xlsx")
    told = asked.json("import", "log.xlsx", *TODAY)
    assert (told["proposed"], skipped(told)) == (2, {})
    assert proposed(path) == [(10, "Politie"), (11, "Moskee El Noor")]
    (fault,) = told["faults"]
    assert "log.xlsx (Plan)" in fault


def test_a_list_of_days_and_names_is_one_of_contacts(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    (tmp_path / "a.csv").write_text(
        "Datum;Naam;Organisatie\n2026-11-10;Anne;Politie\n", encoding="utf-8"
    )
    (tmp_path / "b.csv").write_text("Date;Name\n2026-11-11;Politie\n", encoding="utf-8")
    assert asked.json("import", "a.csv", "b.csv", *TODAY)["proposed"] == 2
    assert proposed(path) == [(10, "Politie"), (11, "Politie")]


AWAY = [None, "Piet Oud", "Politie", "p.oud@politie.example", None, date(2022, 1, 1)]


def with_people(folder: Path) -> Path:
    people = [[*PEOPLE[0], "Vanaf", "Tot"], *PEOPLE[1:], AWAY]
    sheets = {"Partners": PARTNERS, "Personen": people, "Contactmomenten": MOMENTS}
    return typed(folder / "n.xlsx", sheets)


def test_who_was_not_in_office_that_day_is_no_unknown_name(tmp_path: Path, asked: Asked) -> None:
    path = with_people(tmp_path)
    text = "Datum,Met\n2026-11-10,Piet Oud\n2026-11-11,De Kade\n2026-11-12,Piet Oud; VV Zandloo\n"
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    code, _, said = asked("import", "log.csv", *TODAY)
    assert code == 0
    assert "Niet in het boek: “De Kade” (1)." in said, said
    assert "niet in functie: “Piet Oud” (2)." in said, said
    told = asked.json("import", "log.csv", *TODAY)
    assert skipped(told) == {"unknown": 1, "not_in_office": 1}
    assert told["unknown"] == [{"name": "De Kade", "count": 1}]
    (row,) = rows(path)
    assert row[1] == "VV Zandloo" and "kennen we niet" not in row[4], row


@pytest.mark.parametrize(
    ("said", "partners"),
    [
        ("y.amrani@elnoor.example", ["Moskee El Noor"]),
        ("Y.Amrani@ElNoor.example", ["Moskee El Noor"]),
        ("Yassin A. <y.amrani@elnoor.example>; Politie", ["Moskee El Noor; Politie"]),
        ("y.amrani@elnoor.example, Politie", ["Moskee El Noor; Politie"]),
        ("yassin@elders.example", []),
        ("p.oud@politie.example", []),
    ],
)
def test_a_work_address_in_a_list_means_its_person(
    tmp_path: Path, asked: Asked, said: str, partners: list[str]
) -> None:
    path = with_people(tmp_path)
    (tmp_path / "log.csv").write_text(f'Datum,Met\n2026-11-10,"{said}"\n', encoding="utf-8")
    told = asked.json("import", "log.csv", *TODAY)
    assert [row[1] for row in rows(path)] == partners
    if said.startswith("p.oud"):
        assert skipped(told) == {"not_in_office": 1}
