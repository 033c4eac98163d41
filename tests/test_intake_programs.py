"""What other programs write out: Monica whole, CiviCRM and Outlook as lists, in two languages."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.test_intake import TODAY, book, rows, skipped
from tests.typed import Asked, asked, typed
from trustbook.adopt.sources import Looking, read_sources, window_on

__all__ = ["asked"]
POLICE = "BEGIN:VEVENT\nUID:1\nSUMMARY:Politie\nDTSTART;VALUE=DATE:20261101\nEND:VEVENT\n"


def part(kind: str, *values: Any) -> dict[str, Any]:
    return {"count": len(values), "type": kind, "values": list(values)}


def person(uuid: str, first: str, last: str, company: str | None, *data: Any) -> dict[str, Any]:
    told = {"first_name": first, "last_name": last, "birthdate": {"date": "1970-01-01"}}
    return {"uuid": uuid, "properties": told | ({"company": company} if company else {}),
            "data": [*data, part("note", {"properties": {"body": "geheim"}})]}  # fmt: skip


def activity(uuid: str, day: str, summary: str) -> dict[str, Any]:
    told = {"summary": summary, "description": "geheim", "happened_at": day, "type": "t1"}
    return {"uuid": uuid, "created_at": "2026-11-01T00:00:00Z", "properties": told}


CALL = {"uuid": "c1", "properties": {"called_at": "2026-11-12T00:00:00Z", "content": "geheim"}}
MONICA: dict[str, Any] = {
    "version": "1.0-preview.1",
    "app_version": "4.0.0",
    "account": {
        "uuid": "a",
        "data": [
            part("user", {"uuid": "u"}),
            part(
                "contact",
                person("p1", "Yassin", "Amrani", None, part("activity", "a1"), part("call", CALL)),
                person("p2", "Carla", "Bos", "VV Zandlo", part("activity", "a1", "a2", "a3")),
            ),
            part(
                "activity",
                activity("a1", "2026-11-10T00:00:00Z", "Samen gegeten"),
                activity("a2", "2026-11-11", "BSN 111222333"),
                activity("a3", "2019-01-01", "Lang geleden"),
            ),
        ],
        "instance": {"activity_types": [{"uuid": "t1", "properties": {"name": "Bezoek"}}]},
    },
}


def test_activities_and_calls_come_out_of_monica(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    (tmp_path / "monica.json").write_text(json.dumps(MONICA), encoding="utf-8")
    told = asked.json("import", "monica.json", *TODAY)
    assert (told["proposed"], skipped(told)) == (3, {"older": 1})
    assert "Onderwerp" in told["faults"][0] and "111222333" not in told["faults"][0]
    shown = [(row[0].day, row[1], row[2]) for row in rows(path)]
    home = "Moskee El Noor"
    assert shown == [(10, home, "bezoek"), (11, None, "bezoek"), (12, home, "telefoon")]
    assert all("“VV Zandloo”" in row[4] for row in rows(path)[:2])
    assert asked.json("import", "monica.json", *TODAY)["proposed"] == 0
    kept = b"".join(one.read_bytes() for one in (tmp_path / "data").rglob("*") if one.is_file())
    assert b"geheim" not in kept and b"111222333" not in kept
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert asked("import", "monica.json", "other.json", *TODAY)[0] == 2
    assert asked("import", "other.json", *TODAY)[0] == 2


OUTLOOK_EN = (
    '"Subject","Start Date","Start Time","End Date","End Time","All day event","Reminder on/off",'
    '"Meeting Organizer","Required Attendees","Optional Attendees","Meeting Resources",'
    '"Billing Information","Categories","Description","Location","Mileage","Priority","Private",'
    '"Sensitivity","Show time as"\r\n'
    '"Coffee Politie","11/10/2026","10:00:00 AM","11/10/2026","11:00:00 AM","False","True",'
    '"Anne de Wit","Anne de Wit","","","","","geheim","geheim","","Normal","False","Normal","2"\r\n'
    '"Meeting VV Zandloo","11/25/2026","9:00:00 AM","11/25/2026","10:00:00 AM","False","True",'
    '"","","","","","","","","","Normal","False","Normal","1"\r\n'
    '"Visit VV Zandloo","11/26/2026","9:00:00 AM","11/26/2026","10:00:00 AM","False","True",'
    '"","","","","","","","","","Normal","True","Private","2"\r\n'
)
OUTLOOK_NL = (
    '"Onderwerp","Begindatum","Begintijd","Einddatum","Eindtijd","Duurt hele dag",'
    '"Herinneringen aan/uit","Organisator van vergadering","Vereiste deelnemers",'
    '"Optionele deelnemers","Categorieën","Beschrijving","Locatie","Privé","Gevoeligheid",'
    '"Tijd weergeven als"\r\n'
    '"Koffie","9-11-2026","10:00:00","9-11-2026","11:00:00","Onwaar","Waar","Anne de Wit",'
    '"Anne de Wit;Yassin Amrani","","","geheim","geheim","Onwaar","Normaal","2"\r\n'
    '"Bezoek Politie","12-11-2026","10:00:00","12-11-2026","11:00:00","Onwaar","Waar","","","",'
    '"","","","Onwaar","Vertrouwelijk","2"\r\n'
)
CIVI = (
    '"Activity ID","Source Contact Name","Target Name","Activity Type","Subject","Location",'
    '"Activity Date","Duration","Details","Activity Status"\n'
    '"7","Anne de Wit","Politie","Meeting","Rooster","geheim","2026-11-16 10:00:00","60","geheim",'
    '"Completed"\n'
    '"8","Anne de Wit","VV Zandloo","Phone Call","","","2026-11-17 10:00:00","","","Left Message"\n'
    '"9","Anne de Wit","VV Zandloo","Phone Call","","","2026-11-18 10:00:00","","","Cancelled"\n'
)


def test_lists_of_outlook_and_civicrm_as_these_write_them(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    (tmp_path / "en.csv").write_bytes(OUTLOOK_EN.encode("cp1252"))
    (tmp_path / "nl.csv").write_bytes(OUTLOOK_NL.encode("utf-8-sig"))
    (tmp_path / "civi.csv").write_bytes(CIVI.encode())
    told = asked.json("import", "en.csv", "nl.csv", "civi.csv", *TODAY)
    assert skipped(told) == {"tentative": 1, "private": 2, "cancelled": 1}
    assert [(row[0].day, row[1], row[2], row[3]) for row in rows(path)] == [
        (9, "Moskee El Noor", "bezoek", "nl.csv"),
        (10, "Politie", "bezoek", "en.csv"),
        (16, "Politie", "overleg", "civi.csv"),
        (17, "VV Zandloo", "telefoon", "civi.csv"),
    ]
    assert "poging" in rows(path)[3][4]
    kept = b"".join(one.read_bytes() for one in (tmp_path / "data").rglob("*") if one.is_file())
    assert b"geheim" not in kept


def test_talks_that_we_told_to_be_due_are_no_contacts(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    assert asked("export", "due", "-o", "due.ics", *TODAY)[0] == 0
    told = asked.json("import", "due.ics", *TODAY)
    assert told["proposed"] == 0 and skipped(told)["own"] == 3
    _, _, said = asked("import", "due.ics", *TODAY)
    assert "Overgeslagen, herinneringen aan gesprekken, gemaakt door trustbook: 3." in said, said
    text = (tmp_path / "due.ics").read_text(encoding="utf-8")
    timed = re.sub(r"DTSTART;VALUE=DATE:(\d+)", r"DTSTART:\1T100000", text, count=1)
    (tmp_path / "due.ics").write_text(timed, encoding="utf-8")
    assert asked.json("import", "due.ics", *TODAY)["proposed"] == 1, "made an appointment of it"
    assert len(rows(path)) == 1


@pytest.mark.parametrize(
    ("name", "text", "count", "proposed"),
    [
        ("a.vcf", "BEGIN:VCARD\nFN:Jo Bos\nORG:Politie\nEND:VCARD\nBEGIN:VCARD\nFN:An Bos\n", 1, 1),
        ("a.vcf", "BEGIN:VCARD\nFN:Jo Bos\nORG:Politie\n", 0, 0),
        ("a.ics", f"BEGIN:VCALENDAR\n{POLICE}BEGIN:VEVENT\nUID:2\nSUMMARY:Pol", 1, 1),
        ("a.ics", f"BEGIN:VCALENDAR\n{POLICE}", 1, 1),
    ],
)
def test_a_file_that_broke_off_is_told(
    tmp_path: Path, asked: Asked, name: str, text: str, count: int, proposed: int
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    looking = Looking(window_on(date(2026, 11, 27)), date(2026, 11, 27))
    found = read_sources([tmp_path / name], looking)
    (fault,) = found.faults
    assert (fault.key, fault.params) == ("intake.cut_off", {"name": name, "count": count})
    assert len(found.contacts) == proposed and not found.series and not found.skipped
    assert name in fault.sentence("nl") and name in fault.sentence("en")


def test_people_are_found_with_their_surname_in_front(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    lists = {
        "outlook.csv": '"Onderwerp","Begindatum","Begintijd","Vereiste genodigden","Prive"\r\n'
        '"Koffie","9-11-2026","10:00:00","Wit, Anne de;Amrani, Yassin","Onwaar"\r\n',
        "civi.csv": '"Doel contact";"Activiteitsdatum"\n"Amrani, Yassin";"10-11-2026 10:00"\n'
        '"Politie, VV Zandloo";"11-11-2026 10:00"\n',
        "vergaderingen.csv": "Topic,Start Time,Participants\nOverleg Politie,2026-11-12 09:00,2\n",
    }
    for name, text in lists.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert asked.json("import", *lists, *TODAY)["proposed"] == 4
    assert [(row[0].day, row[1]) for row in rows(path)] == [
        (9, "Moskee El Noor"),
        (10, "Moskee El Noor"),
        (11, "Politie; VV Zandloo"),
        (12, "Politie"),
    ]


def test_all_columns_that_say_with_whom_are_read(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    text = 'Datum;Met;Onderwerp;Met\n9-11-2026;Politie;Rooster;"VV Zandloo\nMoskee El Noor"\n'
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    assert asked.json("import", "log.csv", *TODAY)["proposed"] == 1
    assert rows(path)[0][1] == "Politie; VV Zandloo; Moskee El Noor"


def test_a_log_that_somebody_keeps_in_excel_comes_in(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    head = ["Datum", "Met wie", "Vorm", "Onderwerp"]
    log: dict[str, list[list[Any]]] = {
        "Uitleg": [["Schrijf hier elk gesprek op."]],
        "2025": [["Gesprekken 2025"], head, [date(2025, 3, 1), "Politie", "bezoek", None]],
        "2026": [
            head,
            [date(2026, 11, 9), "Politie", "bezoek", "Rooster"],
            ["10-11-2026", "VV Zandloo\nMoskee El Noor", None, "BSN 111222333"],
            [46340.0, "De Kade", None, None],
        ],
    }
    typed(tmp_path / "log.xlsx", log)
    told = asked.json("import", "log.xlsx", *TODAY)
    assert (told["proposed"], skipped(told)) == (2, {"older": 1, "unreadable": 1})
    assert [(row[0].day, row[1], row[2], row[3]) for row in rows(path)] == [
        (9, "Politie", "bezoek", "log.xlsx (2026)"),
        (10, "VV Zandloo; Moskee El Noor", None, "log.xlsx (2026)"),
    ]
    assert asked.json("import", "log.xlsx", *TODAY)["proposed"] == 0
    assert asked.json("import", ".", *TODAY)["already_known"] == 0, (
        "of a folder no workbook is meant"
    )
    typed(tmp_path / "leeg.xlsx", {"Blad1": [["Naam", "Plaats"], ["Jo", "Delft"]]})
    (tmp_path / "kapot.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "agenda.zip").write_bytes(b"PK\x03\x04")
    for name, words in (("leeg", "Noem die Datum en Met"), ("kapot", "kapot.xlsx")):
        code, _, said = asked("import", f"{name}.xlsx", *TODAY)
        assert (code, words in said) == (2, True), said
    code, _, said = asked("import", "agenda.zip", *TODAY)
    assert code == 2 and "uit" in said and "ingepakt" in said, said


def test_a_damaged_file_of_monica_is_said_to_be_none(tmp_path: Path, asked: Asked) -> None:
    book(tmp_path)
    for damage in ({"instance": 3}, {"data": [{"type": "contact", "values": [3]}]}):
        told = {**MONICA, "account": {**MONICA["account"], **damage}}
        (tmp_path / "monica.json").write_text(json.dumps(told), encoding="utf-8")
        code, _, said = asked("import", "monica.json", *TODAY)
        assert (code, "Monica" in said) == (2, True), said
