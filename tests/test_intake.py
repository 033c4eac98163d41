"""Contacts that come in: proposed, answered with a word, and then in the book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.forgetting import everything_in
from tests.typed import Asked, asked, typed

__all__ = ["asked"]
TODAY = ("--today", "2026-11-27")
PARTNERS: list[list[Any]] = [
    ["ID", "Naam", "Ritme", "Sinds"],
    [None, "Moskee El Noor", "6 weken", date(2025, 1, 1)],
    [None, "Politie", "6 weken", date(2025, 1, 1)],
    [None, "VV Zandloo", "6 weken", date(2025, 1, 1)],
]
PEOPLE: list[list[Any]] = [
    ["ID", "Naam", "Partner", "E-mail werk"],
    [None, "Yassin Amrani", "Moskee El Noor", "y.amrani@elnoor.example"],
]
MOMENTS: list[list[Any]] = [
    ["ID", "Datum", "Met", "Vorm", "Weer", "Stand", "Onderwerp"],
    [None, date(2026, 11, 3), "Politie", None, None, None, None],
]


def book(folder: Path) -> Path:
    sheets = {"Partners": PARTNERS, "Personen": PEOPLE, "Contactmomenten": MOMENTS}
    return typed(folder / "n.xlsx", sheets)


def event(title: str, day: str, *more: str, uid: str = "") -> list[str]:
    lines = [f"UID:{uid or title}", f"SUMMARY:{title}", f"DTSTART;VALUE=DATE:{day}", *more]
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


def calendar(folder: Path, *events: Sequence[str], name: str = "agenda.ics") -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *(line for one in events for line in one)]
    path = folder / name
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8")
    return name


def rows(path: Path, title: str = "Voorstellen") -> list[list[Any]]:
    """The rows below the header of a sheet of ours; none where it does not stand there."""
    file = openpyxl.load_workbook(path)
    if title not in file.sheetnames:
        return []
    return [list(row) for row in file[title].iter_rows(min_row=3, values_only=True)]


def answer(path: Path, *answers: str | None) -> None:
    """Type answers beside the proposals, from the top."""
    file = openpyxl.load_workbook(path)
    for number, text in enumerate(answers, 3):
        file["Voorstellen"].cell(number, 6).value = text
    file.save(path)


def skipped(told: Any) -> dict[str, int]:
    return {one["why"]: one["count"] for one in told["skipped"]}


def moments(path: Path) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(path)["Contactmomenten"]
    found: list[Any] = list(sheet.iter_rows(min_row=2, values_only=True))
    return [(row[1].date(), *row[2:]) for row in found if row[1]]


def test_a_yes_becomes_a_moment_and_a_no_does_not_come_back(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    source = calendar(
        tmp_path,
        event("Koffie Moskee El Noor", "20261105"),
        event("Overleg Politie", "20261110"),
        event("Kennismaking VV Zandloo", "20261220"),
        event("Tandarts", "20261112"),
        event("Bezoek Politie", "20261103"),
        event("Gesprek Moskee El Noor", "20261106", "CLASS:PRIVATE"),
    )
    told = asked.json("import", source, *TODAY)
    assert (told["proposed"], told["already_known"]) == (3, 1)
    assert skipped(told) == {"nobody": 1, "private": 1}
    shown = rows(path)
    assert [(row[0].date(), row[1], row[2]) for row in shown] == [
        (date(2026, 11, 5), "Moskee El Noor", "bezoek"),
        (date(2026, 11, 10), "Politie", "overleg"),
        (date(2026, 12, 20), "VV Zandloo", None),
    ]
    assert asked.json("import", source, *TODAY)["proposed"] == 0
    assert len(rows(path)) == 3
    answer(path, "ja", "nee", "ja")
    before = asked.json("health", *TODAY)
    assert asked.json("sync", *TODAY)["proposals"] == 0
    assert rows(path) == []
    assert moments(path)[1:] == [
        (date(2026, 11, 5), "Moskee El Noor", "bezoek", None, None, "Koffie Moskee El Noor"),
        (date(2026, 12, 20), "VV Zandloo", None, None, "gepland", "Kennismaking VV Zandloo"),
    ]
    assert asked.json("health", *TODAY)["partners"] == before["partners"]
    again = asked.json("import", source, *TODAY)
    assert (again["proposed"], again["already_known"]) == (0, 3)
    assert skipped(again)["said_no"] == 1


@pytest.mark.parametrize("answers", [("ja", "nee"), ("nee", "nee")])
def test_what_is_typed_over_a_proposal_is_told_when_the_last_answer_takes_the_sheet_away(
    tmp_path: Path, asked: Asked, answers: tuple[str, str]
) -> None:
    path = book(tmp_path)
    events = (event("Koffie Moskee El Noor", "20261105"), event("Overleg Politie", "20261110"))
    asked.json("import", calendar(tmp_path, *events), *TODAY)
    file = openpyxl.load_workbook(path)
    file["Voorstellen"]["B4"] = "was dit niet met de wijkagent?"
    file.save(path)
    answer(path, *answers)
    asked.json("sync", *TODAY)
    file = openpyxl.load_workbook(path)
    assert "Voorstellen" not in file.sheetnames
    told = [row for row in rows(path, "Te controleren") if "wijkagent" in str(row[0])]
    assert [row[1:3] for row in told] == [["Voorstellen", None]], "no link to what is not there"
    assert asked.json("sync", *TODAY)["workbooks"][0]["cells_written"] == 0
    found = asked.json("check", *TODAY)["problems"]
    assert [one["value"] for one in found if one["code"] == "typed_in_ours"] == [
        "was dit niet met de wijkagent?"
    ]


def test_a_name_replaces_the_partner_and_what_is_like_one_is_only_offered(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    source = calendar(
        tmp_path,
        event("Overleg El Noor", "20261105"),
        event("Overleg Politie Delft", "20261106"),
        event("Koffie VV Zandloo", "20261107"),
        event("Lunch Politie", "20261109"),
    )
    assert asked.json("import", source, *TODAY)["proposed"] == 4
    shown = rows(path)
    assert [row[1] for row in shown] == [None, None, "VV Zandloo", "Politie"]
    assert "“Moskee El Noor”" in shown[0][4] and "“Politie”" in shown[1][4]
    assert 'El Noor"' not in shown[0][4] and "Delft" not in shown[1][4], (
        "no title that names nobody"
    )
    answer(path, "ja", "Onbekend", "Moskee El Noor; Politie", "VV Zandlo")
    assert asked.json("sync", *TODAY)["proposals"] == 2
    assert [row[1] for row in moments(path)[1:]] == ["Moskee El Noor", "Moskee El Noor; Politie"]
    left = rows(path)
    assert [row[5] for row in left] == ["Onbekend", "VV Zandlo"]
    assert "“Onbekend”" in left[0][4]
    assert asked("sync", *TODAY)[0] == 0
    assert rows(path) == left


def test_an_event_that_moves_changes_its_proposal(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    series = ("RRULE:FREQ=WEEKLY;COUNT=3",)
    talks = event("Politie", "20261105", *series, uid="s")
    source = calendar(tmp_path, event("Koffie VV Zandloo", "20261105", uid="a"), talks)
    assert asked.json("import", source, *TODAY)["proposed"] == 4
    instead = "RECURRENCE-ID;VALUE=DATE:20261112"
    off = event("Politie", "20261112", instead, "STATUS:CANCELLED", uid="s")
    calendar(tmp_path, event("Koffie VV Zandloo", "20261208", uid="a"), talks, off)
    told = asked.json("import", source, *TODAY)
    assert (told["proposed"], told["changed"], told["withdrawn"]) == (0, 1, 1)
    days = [row[0].date().isoformat() for row in rows(path)]
    assert days == ["2026-11-05", "2026-11-19", "2026-12-08"]


def test_lists_of_other_programs_and_cards(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    (tmp_path / "outlook.csv").write_bytes(
        '"Onderwerp","Begindatum","Begintijd","Vereiste deelnemers","Beschrijving","Privé"\r\n'
        '"Overleg","9-11-2026","10:00","Yassin Amrani","geheim","Onwaar"\r\n'
        '"Koffie Politie","10-11-2026","10:00","","geheim","Waar"\r\n'.encode("cp1252")
    )
    (tmp_path / "log.csv").write_text(
        "Datum/tijd;Relatie;Onderwerp;Status\n"
        "2026-11-11 10:00;VV Zandloo;Jeugddag;Voltooid\n"
        "12-11-2026;Politie;;Geannuleerd\n",
        encoding="utf-16",
    )
    (tmp_path / "civi.csv").write_text(
        "Activity ID,Activity Type,Subject,Activity Date,Target Contact,Activity Status\n"
        '7,Phone Call,Rooster,"November 13, 2026 10:00 AM",Politie,Completed\n'
        "8,Meeting,Rooster,2026-11-14 09:00:00,VV Zandlo,Completed\n",
        encoding="utf-8",
    )
    (tmp_path / "kaart.vcf").write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Piet Bal\r\nORG:VV Zandloo;Jeugd\r\nTITLE:trainer\r\n"
        "TEL;TYPE=HOME:0182111111\r\nTEL;TYPE=WORK:0182222222\r\nNOTE:geheim\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Yassin Amrani\r\nORG:Moskee El Noor\r\nEND:VCARD\r\n",
        encoding="utf-8",
    )
    told = asked.json("import", "outlook.csv", "log.csv", "civi.csv", "kaart.vcf", *TODAY)
    assert skipped(told) == {"private": 1, "cancelled": 1, "person_known": 1}
    found = [(row[0] and row[0].day, row[1], row[2]) for row in rows(path)]
    assert found == [
        (9, "Moskee El Noor", "overleg"),
        (11, "VV Zandloo", None),
        (13, "Politie", "telefoon"),
        (14, None, "overleg"),
        (None, "VV Zandloo", "persoon"),
    ]
    answer(path, None, None, None, None, "ja")
    assert asked("sync", *TODAY)[0] == 0
    people = openpyxl.load_workbook(path)["Personen"]
    assert [cell.value for cell in people[3]][1:] == ["Piet Bal", "VV Zandloo", None]
    kept = everything_in(tmp_path / "data")
    assert b"geheim" not in kept and b"0182111111" not in kept


def test_the_inbox_and_the_forms_are_looked_through_every_night(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    file = openpyxl.load_workbook(path)
    form = file.create_sheet("Formulierreacties 1")
    form.append(["Tijdstempel", "Met wie was het contact?", "Op welke dag?", "Waarover ging het?"])
    form.append(["2026-11-10 09:30:00", "VV Zandloo;Politie", "9-11-2026", "Jeugddag"])
    form.append(["2026-11-11 09:30:00", "Moskee El Noor", None, None])
    file.save(path)
    (tmp_path / "agenda").mkdir()
    calendar(tmp_path, event("Koffie Politie", "20261105"), name="agenda/a.ics")
    (tmp_path / "trustbook.toml").write_text(
        '[book.n]\nworkbooks = ["n.xlsx"]\ninbox = ["agenda/*.ics", "weg.ics"]\n'
        'forms = ["Formulierreacties 1"]\n',
        encoding="utf-8",
    )
    code, _, said = asked("sync", *TODAY)
    assert code == 0 and "weg.ics" in said, said
    first = [(row[0].day, row[1]) for row in rows(path)]
    assert first == [(5, "Politie"), (9, "VV Zandloo; Politie"), (11, "Moskee El Noor")]
    answer(path, None, "nee", None)
    file = openpyxl.load_workbook(path)
    form = file["Formulierreacties 1"]
    form.delete_rows(2)
    form.append(["2026-11-12 09:30:00", "VV Zandloo", None, None])
    file.save(path)
    assert asked.json("sync", *TODAY)["proposals"] == 3
    assert [row[0].day for row in rows(path)] == [5, 11, 12]


def test_a_file_that_is_not_there_changes_nothing(tmp_path: Path, asked: Asked) -> None:
    """Not by the sync that comes first, either."""
    path = book(tmp_path)
    stood = path.read_bytes()
    for source in ("weg.ics", "weg.csv"):
        code, _, said = asked("import", path.name, source, *TODAY)
        assert code == 2 and "niets" in said, said
    assert path.read_bytes() == stood
    for content in (b"", b"\x00\xff\x9c of no card"):
        (tmp_path / "leeg.vcf").write_bytes(content)
        code, out, said = asked("import", "leeg.vcf", *TODAY)
        assert code == 2 and "leeg.vcf" in said and "Beantwoord" not in out + said, said
