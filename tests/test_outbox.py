"""What leaves the book: lists for other programs, a calendar, cards for a telephone, letters."""

from __future__ import annotations

import csv
import email
import io
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar

from trustbook.cli.main import main
from trustbook.errors import Busy
from trustbook.outbox import mail as mail_room
from trustbook.outbox.cards import _folded, call_cards
from trustbook.outbox.csv_text import csv_text
from trustbook.run.alarms import raise_alarm

PARTNERS: list[list[Any]] = [
    ["Naam", "Laag", "Relatiehouder", "Sinds"],
    ["Moskee El Noor", "kern lokaal", "Anne de Wit; Bart Kok", date(2025, 1, 1)],
    ["=HYPERLINK(1)", None, "Anne de Wit", date(2025, 1, 1)],
    ["VV Zandloo; jeugd", None, None, date(2025, 1, 1)],
    ["GGD", None, "Anne de Wit", date(2025, 1, 1)],
]
PEOPLE: list[list[Any]] = [
    ["Naam", "Partner", "Functie", "Telefoon werk"],
    ["Y. Amrani", "Moskee El Noor", "voorzitter, bestuur", "0182-555 022"],
]
MOMENTS: list[list[Any]] = [
    ["Datum", "Met", "Onderwerp", "Stand", "Afspraak", "Afspraak door", "Afspraak voor"],
    [date(2026, 9, 10), "GGD", "geheim onderwerp", "gehouden", "De sleutel", "wij",
     date(2026, 9, 20)],
    [date(2026, 9, 29), "Moskee El Noor", None, "gepland", None, None, None],
]  # fmt: skip
SETTINGS: list[list[Any]] = [
    ["Instelling", "Waarde"],
    ["Eigen relatiehouder", "Anne de Wit <anne@zandloo.example>"],
]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for title, rows in (
        ("Partners", PARTNERS),
        ("Personen", PEOPLE),
        ("Contactmomenten", MOMENTS),
        ("Instellingen", SETTINGS),
    ):
        sheet = file.create_sheet(title)
        for row in rows:
            sheet.append(row)
    sheet = file["Partners"]
    sheet["A3"].data_type = "s"
    file.save(tmp_path / "n.xlsx")
    return tmp_path


def run(*arguments: str) -> int:
    return main([*arguments, "--today", "2026-09-30"])


def test_a_list_opens_right_in_a_spreadsheet_and_computes_nothing(book: Path) -> None:
    assert run("export", "n.xlsx", "partners", "-o", "p.csv") == 0
    text = (book / "p.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    header, *rows = csv.reader(io.StringIO(text[1:]), delimiter=";")
    assert header[:4] == ["Naam", "Laag", "Relatiehouder", "Sinds"]
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["Naam"] for row in told][1:3] == ["'=HYPERLINK(1)", "VV Zandloo; jeugd"]
    assert told[3]["Status"] == "Warm" and told[3]["Laatst zonnig"] == "2026-09-10"
    assert told[0]["Sinds"] == "2025-01-01"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\r=1"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    [_, line] = csv.reader(io.StringIO(csv_text(["a"], [[text]], "en")[1:], newline=""))
    assert line[0].startswith("'")


@pytest.mark.parametrize(("lang", "cells"), [("nl", "7,5;42;ja;"), ("en", "7.5,42,yes,")])
def test_numbers_ticks_and_times_are_written_as_the_country_has_them(lang: str, cells: str) -> None:
    row = [7.5, 42, True, datetime(2026, 11, 1, 9, 30), date(2026, 11, 2)]
    line = csv_text(["a"], [row], lang).splitlines()[1]
    between = cells[-1]
    assert line == f"{cells}2026-11-01 09:30:00{between}2026-11-02"


def test_talks_due_stand_in_a_calendar_and_move_when_taken_in_again(book: Path) -> None:
    assert run("sync", "n.xlsx", "--quiet") == 0
    events: list[dict[str, Any]] = []
    for day in ("2026-09-30", "2026-10-20"):
        assert main(["export", "n.xlsx", "due", "-o", "due.ics", "--today", day]) == 0
        calendar = Calendar.from_ical((book / "due.ics").read_bytes())
        events.append({str(one["summary"]): one for one in calendar.walk("VEVENT")})
        (book / "due.ics").unlink()
    first, second = events
    assert first["Gesprek met GGD"]["dtstart"].dt == date(2026, 12, 9)
    assert first["Gesprek met Moskee El Noor"]["dtstart"].dt == date(2026, 9, 30), "late: today"
    assert {str(one["uid"]) for one in first.values()} == {str(o["uid"]) for o in second.values()}
    assert second["Gesprek met GGD"]["sequence"] > first["Gesprek met GGD"]["sequence"]
    assert "geheim" not in str(first)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_the_call_list_becomes_cards(book: Path, version: str) -> None:
    assert run("export", "n.xlsx", "calllist", "--vcard", version, "-o", "c.vcf") == 0
    card = (book / "c.vcf").read_bytes().decode().split("\r\n")
    assert f"VERSION:{version}" in card and "FN:Y. Amrani" in card
    assert "TITLE:voorzitter\\, bestuur" in card and "ORG:Moskee El Noor" in card
    assert any(line.startswith("TEL;TYPE=") and line.endswith(":0182-555 022") for line in card)


def test_a_long_line_of_a_card_is_folded_between_characters() -> None:
    pieces = list(_folded("FN:" + "é😀" * 60))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == "FN:" + "é😀" * 60


def test_everything_as_json_has_every_list(book: Path) -> None:
    assert run("export", "n.xlsx", "all", "-o", "all.json") == 0
    told = json.loads((book / "all.json").read_text(encoding="utf-8"))
    assert told["schema_version"] == 1 and told["language"] == "nl"
    assert set(told["sheets"]) == {"partners", "people", "moments", "settings"}
    assert told["sheets"]["moments"][0]["date"] == "2026-09-10"
    assert [row["name"] for row in told["sheets"]["people"]] == ["Y. Amrani"]


def test_what_cannot_be_exported_is_answered(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "mine.csv").write_text("mine")
    assert run("export", "n.xlsx", "partners", "-o", "mine.csv") == 2
    assert (book / "mine.csv").read_text() == "mine"
    assert run("export", "n.xlsx", "partner") == 2
    assert run("export", "n.xlsx", "due", "-o", "due.csv") == 2
    assert "calllist" in capsys.readouterr().err


def test_nothing_but_the_call_list_is_exported_while_a_sync_would_stop(book: Path) -> None:
    assert run("sync", "n.xlsx", "--quiet") == 0
    file = openpyxl.load_workbook(book / "n.xlsx")
    del file["Contactmomenten"]
    file.save(book / "n.xlsx")
    for what in ("due", "partners", "moments", "all"):
        assert run("export", "n.xlsx", what) == 3
    assert run("export", "n.xlsx", "calllist", "-o", "c.vcf") == 0
    assert run("digest", "n.xlsx", "--send") == 3
    assert sorted(path.suffix for path in book.glob("*.[cvij]*")) == [".vcf"]


# letters


def letter(path: Path) -> EmailMessage:
    found = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_each_colleague_gets_a_letter_and_who_has_none_is_in_the_last(book: Path) -> None:
    assert run("digest", "n.xlsx", "-o", "nowhere/letters") == 2, "one folder is made, not two"
    assert run("digest", "n.xlsx", "-o", "letters") == 0
    names = sorted(path.name for path in (book / "letters").glob("*.eml"))
    assert names == ["Anne de Wit.eml", "Bart Kok.eml", "geen relatiehouder.eml"]
    anne = letter(book / "letters" / "Anne de Wit.eml")
    assert anne["X-Unsent"] == "1" and anne["To"] == "anne@zandloo.example"
    raw = (book / "letters" / "Anne de Wit.eml").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n"), "as mail programs expect its lines"
    told = text_of(anne)
    assert "GGD" in told and "De sleutel (voor 20 september 2026)" in told
    assert "Moskee El Noor, 29 september 2026" in told
    assert "geheim onderwerp" not in told
    bart = text_of(letter(book / "letters" / "Bart Kok.eml"))
    assert "Moskee El Noor" in bart and "GGD" not in bart
    page = (book / "letters" / "Anne de Wit.html").read_text(encoding="utf-8")
    assert "=HYPERLINK(1)" in page and "<script" not in page


def test_one_letter_and_none_where_nothing_is_to_be_said(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raise_alarm(
        str(Path("n.xlsx").resolve()),
        Busy("sharepoint.open", name="n.xlsx"),
        "nl",
        datetime(2026, 9, 30, tzinfo=UTC),
    )
    assert run("digest", "n.xlsx", "--holder", "bart kok") == 0
    assert "iemand heeft het open" in Path("Bart Kok.html").read_text()
    assert [path.name for path in book.glob("*.eml")] == ["Bart Kok.eml"]
    assert run("digest", "n.xlsx", "--holder", "Wie") == 2
    capsys.readouterr()
    Path("brief.eml").write_text("a file that stands there")
    assert run("digest", "n.xlsx", "-o", "brief.eml") == 2
    assert "brief.eml" in capsys.readouterr().err
    Path("brief.eml").unlink()
    assert run("digest", "n.xlsx", "-o", "letters") == 0
    assert len(list((book / "letters").glob("*.eml"))) == 3
    file = openpyxl.load_workbook(book / "n.xlsx")
    file["Partners"].delete_rows(2, 4)
    file["Contactmomenten"].delete_rows(2, 4)
    file["Personen"].delete_rows(2, 4)
    file.save(book / "empty.xlsx")
    capsys.readouterr()
    assert run("digest", "empty.xlsx") == 0
    assert "niets te melden" in capsys.readouterr().err
    assert len(list(book.glob("*.eml"))) == 1


class Box:
    """The letters that a mail server took; ``refuses`` has it say no, ``answers`` has it answer an
    address in its own way.
    """

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuses = False
        self.answers: dict[str, str] = {}

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        if self.refuses:
            return "554 no"
        self.taken.append(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def box(book: Path) -> Iterator[Box]:
    taken = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(taken, hostname="127.0.0.1", port=port)
    server.start()
    text = f'[mail]\nsmtp = "127.0.0.1:{port}"\nfrom = "trustbook@zandloo.example"\n'
    (book / "trustbook.toml").write_text(text)
    yield taken
    server.stop()


def test_letters_are_sent_once_and_only_when_asked(
    book: Path, box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("digest", "n.xlsx", "--quiet") == 0
    assert not box.taken
    assert run("digest", "n.xlsx", "--send") == 0
    [sent] = box.taken
    mail = email.message_from_bytes(sent, policy=default)
    assert mail["From"] == "trustbook@zandloo.example" and mail["To"] == "anne@zandloo.example"
    assert mail["X-Unsent"] is None and mail["Date"]
    assert "Bart Kok heeft geen adres" in capsys.readouterr().err
    assert run("digest", "n.xlsx", "--send") == 0
    assert len(box.taken) == 1, "once a week"
    file = openpyxl.load_workbook(book / "n.xlsx")
    file["Contactmomenten"].append([date(2026, 9, 11), "VV Zandloo; jeugd"])
    file["Partners"].append(["School", None, "Anne de Wit", date(2025, 1, 1)])
    file.save(book / "n.xlsx")
    assert run("digest", "n.xlsx", "--send") == 0
    assert len(box.taken) == 1, "also where it would say something else by now"
    assert main(["digest", "n.xlsx", "--send", "--today", "2026-10-07"]) == 0
    assert len(box.taken) == 2


def test_a_run_that_broke_off_while_sending_sends_nothing_twice(
    book: Path, box: Box, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put = mail_room._put

    def killed(note: Path, what: bytes) -> None:
        if what == b"sent":
            raise KeyboardInterrupt
        put(note, what)

    monkeypatch.setattr(mail_room, "_put", killed)
    assert run("digest", "n.xlsx", "--send") == 130
    monkeypatch.setattr(mail_room, "_put", put)
    assert run("digest", "n.xlsx", "--send") == 0
    assert len(box.taken) == 1 and "misschien verstuurd" in capsys.readouterr().err


def test_what_the_server_refused_is_sent_the_next_time(book: Path, box: Box) -> None:
    box.refuses = True
    assert run("digest", "n.xlsx", "--send") == 4
    box.refuses = False
    assert run("digest", "n.xlsx", "--send") == 0
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        ("550 no such user", 4, "Controleer het adres"),
        ("451 greylisted", 5, "Probeer het later opnieuw"),
        ("421 too many", 5, "later"),
    ],
)
def test_a_letter_that_is_not_taken_keeps_no_other_back(
    book: Path, box: Box, capsys: pytest.CaptureFixture[str], answer: str, code: int, says: str
) -> None:
    file = openpyxl.load_workbook(book / "n.xlsx")
    file["Instellingen"].append(["Eigen relatiehouder", "Bart Kok <bart@zandloo.example>"])
    file.save(book / "n.xlsx")
    box.answers["anne@zandloo.example"] = answer
    assert run("digest", "n.xlsx", "--send", "--quiet") == code
    said = capsys.readouterr().err
    assert says in said, said
    box.answers.clear()
    assert run("digest", "n.xlsx", "--send") == 0
    assert "misschien" not in capsys.readouterr().err
    to = [email.message_from_bytes(one, policy=default)["To"] for one in box.taken]
    assert sorted(to) == ["anne@zandloo.example", "bart@zandloo.example"], "each once"


def test_without_a_server_or_a_secure_line_nothing_is_sent(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("digest", "n.xlsx", "--send") == 2
    text = '[mail]\nsmtp = "127.0.0.1:9"\nfrom = "t@zandloo.example"\n'
    (book / "trustbook.toml").write_text(text)
    assert run("digest", "n.xlsx", "--send") == 5

    def refused(*_: object, **__: object) -> None:
        raise ssl.SSLCertVerificationError(1, "self-signed")

    monkeypatch.setattr(mail_room, "_connected", refused)
    assert run("digest", "n.xlsx", "--send") == 4


def test_a_night_that_failed_is_told_by_mail_to_whom_that_is_set(book: Path, box: Box) -> None:
    assert run("sync", "n.xlsx", "--quiet") == 0
    assert not box.taken
    settings = book / "trustbook.toml"
    alarm = settings.read_text() + 'alarm = "it@zandloo.example"\n'
    settings.write_text(f'[book.zandloo]\nworkbooks = ["n.xlsx"]\n{alarm}')
    file = openpyxl.load_workbook(book / "n.xlsx")
    del file["Contactmomenten"]
    file.save(book / "n.xlsx")
    assert run("sync", "zandloo", "--dry-run", "--quiet") == 3
    assert not box.taken, "a dry run is no night"
    assert run("sync", "zandloo", "--quiet") == 3
    [told] = box.taken
    mail = email.message_from_bytes(told, policy=default)
    assert mail["To"] == "it@zandloo.example" and "zandloo" in mail["Subject"]
    assert isinstance(mail, EmailMessage) and "Contactmomenten" in text_of(mail)
    box.refuses = True
    assert run("sync", "zandloo", "--quiet") == 3, "that the mail fails too changes nothing"


def test_a_card_is_made_for_nobody_without_a_number(book: Path) -> None:
    assert call_cards(None, []) == b""  # type: ignore[arg-type]


def test_the_letter_says_what_waits_to_be_answered(book: Path) -> None:
    assert run("sync", "n.xlsx", "--quiet") == 0
    event = "BEGIN:VEVENT\nUID:1\nSUMMARY:GGD\nDTSTART:20260914T090000Z\nEND:VEVENT"
    (book / "a.ics").write_text(f"BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n")
    assert run("import", "n.xlsx", "a.ics", "--quiet") == 0
    assert run("digest", "n.xlsx", "--holder", "Anne de Wit", "-o", ".") == 0
    told = text_of(letter(book / "Anne de Wit.eml"))
    assert "Op het blad Voorstellen wacht 1 contact op een ja of een nee." in told
    assert "Conflicten" not in told
