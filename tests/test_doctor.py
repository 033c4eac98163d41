"""doctor looks at everything a sync needs, changes nothing, and ends with one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.google_sheets import create, key_file, shared_server
from tests.sheets_server import SheetsServer
from tests.workbook_contract import SHEETS
from trustbook.doctor import Examination, examine
from trustbook.places.synced_folders import synced_by
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.google import GoogleWorkbook
from trustbook.workbooks.template import new_workbook

__all__ = ["shared_server"]

ROOT = Path(__file__).parents[1]
TODAY, NOW = date(2026, 9, 30), datetime(2026, 9, 30, 2, 0)


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "netwerk.xlsx"
    new_workbook(path, "nl")
    return path


def look(workbook: ExcelWorkbook | GoogleWorkbook, lang: str = "nl") -> Examination:
    return examine(workbook, TODAY, NOW, lang)


def google(server: SheetsServer, key: str) -> GoogleWorkbook:
    return GoogleWorkbook(f"gsheet:{key}", server.service_account(), sleep=lambda _: None)


def codes(found: Examination, level: str) -> set[str]:
    return {finding.code for finding in found.findings if finding.level == level}


# A file


def test_a_good_file_is_ready(book: Path) -> None:
    before = book.read_bytes()
    found = look(ExcelWorkbook(book))
    assert found.fault is None and "netwerk.xlsx is klaar" in found.verdict
    assert {"readable", "writable", "not_open", "lists", "plan"} <= codes(found, "ok")
    assert book.read_bytes() == before and list(book.parent.iterdir()) == [book]


def test_a_title_that_may_not_be_kept_is_not_repeated(book: Path) -> None:
    import openpyxl

    workbook = openpyxl.load_workbook(book)
    workbook.create_sheet("Mine")
    workbook.create_sheet("Over 111.222.333")
    workbook.save(book)
    text = next(
        finding.text for finding in look(ExcelWorkbook(book)).findings if finding.code == "unread"
    )
    assert "Mine" in text and "…" in text and "111.222.333" not in text


def test_a_file_that_is_open_is_not_ready(book: Path) -> None:
    owner = b"\x05" + b"Fatma".ljust(54) + b"\x05\x00" + "Fatma".encode("utf-16-le")
    book.with_name("~$netwerk.xlsx").write_bytes(owner)
    found = look(ExcelWorkbook(book))
    assert found.fault is not None and found.fault.exit_code == 5
    assert "Fatma" in " ".join(finding.text for finding in found.findings)
    assert "readable" in codes(found, "ok")


def test_a_file_that_is_no_workbook_is_not_ready(tmp_path: Path) -> None:
    path = tmp_path / "netwerk.xlsx"
    path.write_text("<html>", encoding="utf-8")
    found = look(ExcelWorkbook(path), "en")
    assert found.fault is not None and found.fault.exit_code == 3
    assert "not ready" in found.verdict


def test_a_file_that_is_not_there_is_not_ready(tmp_path: Path) -> None:
    found = look(ExcelWorkbook(tmp_path / "weg.xlsx"))
    assert found.fault is not None and found.fault.exit_code == 2


@pytest.mark.parametrize(
    ("folder", "environment", "service"),
    [
        ("C/Users/jan/OneDrive - Gemeente Waterrijk/netwerk", {}, "OneDrive"),
        ("C/Users/jan/OneDrive", {}, "OneDrive"),
        ("home/jan/Dropbox/werk", {}, "Dropbox"),
        ("home/jan/Dropbox (Gemeente)", {}, "Dropbox"),
        ("C/Users/jan/Gemeente Waterrijk/Veiligheid - Documenten", {}, "SharePoint"),
        ("C/Users/jan/Google Drive/Mijn Drive", {}, "Google Drive"),
        ("G/Mijn Drive/netwerk", {}, "Google Drive"),
        ("data/cloud/werk", {"OneDriveCommercial": "data/cloud"}, "OneDrive"),
        ("home/jan/Nextcloud", {}, "Nextcloud"),
        ("home/jan/netwerk", {"OneDrive": ""}, None),
        ("home/jan/dropboxer", {}, None),
    ],
)
def test_a_synced_folder_is_known_by_its_name(
    folder: str, environment: Mapping[str, str], service: str | None
) -> None:
    assert synced_by(Path(folder, "netwerk.xlsx"), environment) == service


def test_a_synced_folder_is_worth_a_remark(tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive - Gemeente"
    folder.mkdir()
    new_workbook(folder / "netwerk.xlsx", "nl")
    found = look(ExcelWorkbook(folder / "netwerk.xlsx"))
    assert found.fault is None and codes(found, "note") >= {"synced_folder"}


# A Google spreadsheet


def test_a_good_sheet_is_ready(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    before = server.state(key).typed("Partners")
    found = look(google(server, key))
    assert found.fault is None
    assert {
        "key_service_account",
        "readable",
        "clock",
        "locale",
        "sharing",
        "lists",
        "unread",
        "plan",
    } <= codes(found, "ok")
    said = " ".join(finding.text for finding in found.findings)
    assert (
        "trustbook@test-project.iam.gserviceaccount.com" in said
        and "Eigen blad" in said
        and "nl_NL" in said
    )
    assert server.state(key).typed("Partners") == before
    assert server.count("write") == 0


def test_an_american_locale_is_worth_a_remark(server: SheetsServer) -> None:
    assert "locale_not_dutch" in codes(
        look(google(server, create(server, SHEETS, "en_US"))), "note"
    )


def test_a_sheet_that_is_not_shared_names_the_address_to_share_with(server: SheetsServer) -> None:
    key = server.create("Netwerk", role="none")
    found = look(google(server, key))
    assert found.fault is not None and found.fault.exit_code == 4
    assert "trustbook@test-project.iam.gserviceaccount.com" in found.findings[-1].text


def test_a_sheet_shared_for_reading_only_is_not_ready(server: SheetsServer) -> None:
    key = server.create("Netwerk", sheets={"Partners": [["Naam"], ["Politie"]]}, role="reader")
    found = look(google(server, key))
    assert found.fault is not None and found.fault.key == "google.read_only"


def test_what_may_not_be_seen_is_said(server: SheetsServer) -> None:
    server.faults.add(lambda call: call.kind == "drive", "403", times=None)
    found = look(google(server, create(server, SHEETS)))
    assert found.fault is None and "sharing_unseen" in codes(found, "note")


def test_a_sheet_that_is_open_to_anyone_is_refused_until_it_is_closed(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    server.share(key)
    found = look(google(server, key))
    assert found.fault is not None and (found.fault.exit_code, found.fault.key) == (
        3,
        "google.open_to_anyone",
    )
    done = command(server, "sync", f"gsheet:{key}", "--lang", "nl")
    assert done.returncode == 3 and "iedereen die de link heeft" in done.stderr
    assert server.count("write") == 0
    server.book(key).permissions.pop()
    assert command(server, "sync", f"gsheet:{key}").returncode == 0
    assert server.count("write") > 0


# The commands, which know of the server by their environment alone


def command(server: SheetsServer, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = server.environment() | {
        "GOOGLE_APPLICATION_CREDENTIALS": str(server.service_account()),
        "XDG_DATA_HOME": os.environ["XDG_DATA_HOME"],
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }
    return subprocess.run(
        [sys.executable, "-m", "trustbook", *arguments],
        env=environment | more,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        cwd=os.environ["XDG_DATA_HOME"],
    )


def test_sync_log_and_health_work_on_a_sheet(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    first = command(
        server, "sync", f"https://docs.google.com/spreadsheets/d/{key}/edit#gid=0", "--json"
    )
    assert first.returncode == 0, first.stderr
    # Who may open it is asked at a new key: a token and a request of their own, once a week.
    assert server.count("drive") == 1 and server.count() == 3 + 2
    assert json.loads(first.stdout)["workbooks"][0]["requests"] == 3
    server.forget()
    second = command(server, "sync", f"gsheet:{key}", "--json")
    assert (second.returncode, server.count(), json.loads(second.stdout)["changed"]) == (
        0,
        2,
        False,
    ), second.stderr
    logged = command(
        server,
        "log",
        f"gsheet:{key}",
        "--with",
        "Moskee Nour",
        "--topic",
        "=1+1",
        "--date",
        "2026-09-20",
    )
    assert logged.returncode == 2 and "Onderwerp" in logged.stderr
    logged = command(
        server, "log", f"gsheet:{key}", "--with", "Moskee Nour", "--date", "2026-09-20"
    )
    assert logged.returncode == 0, logged.stderr
    assert server.state(key).rows("Contactmomenten")[-1][1:] == ["20-9-2026", "Moskee Nour"]
    shown = command(server, "health", f"gsheet:{key}", "--json", "--today", "2026-09-30")
    status = {each["name"]: each["status"] for each in json.loads(shown.stdout)["partners"]}
    assert status["Moskee Nour"] == "warm"


def test_init_prepares_an_empty_sheet_and_refuses_a_filled_one(server: SheetsServer) -> None:
    key = server.create("Netwerk", locale="nl_NL", sheets={"Blad1": []})
    made = command(server, "init", f"gsheet:{key}", "--lang", "nl")
    assert made.returncode == 0, made.stderr
    assert {"Partners", "Contactmomenten"} <= set(server.state(key).titles)
    again = command(server, "init", f"gsheet:{key}", "--lang", "nl")
    assert again.returncode == 2 and again.stderr.strip()


def test_doctor_prints_its_findings_and_one_verdict(server: SheetsServer) -> None:
    done = command(server, "doctor", f"gsheet:{create(server, SHEETS)}", "--lang", "nl")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Netwerk is klaar voor trustbook sync (opmerkingen: 0)."
    assert all(line[:4] in ("ok  ", " !  ") for line in done.stdout.splitlines()[:-1])


def test_doctor_as_json(server: SheetsServer, book: Path) -> None:
    done = command(server, "doctor", str(book), "--json")
    (found,) = json.loads(done.stdout)["workbooks"]
    assert found["ready"] is True and {each["level"] for each in found["findings"]} <= {
        "ok",
        "note",
    }


@pytest.mark.parametrize(
    ("role", "fault", "code"),
    [("none", None, 4), ("writer", "404", 2), ("writer", "key", 4), ("writer", "clock", 4)],
)
def test_no_access_ends_with_a_sentence_and_four_or_two_for_a_slip_of_the_address(
    server: SheetsServer, role: str, fault: str | None, code: int
) -> None:
    key = server.create("Netwerk", role=role)
    if fault:
        server.faults.add(
            lambda call: call.kind == ("token" if fault in ("key", "clock") else "read"),
            fault,
            times=None,
        )
    done = command(server, "sync", f"gsheet:{key}", "--lang", "nl")
    assert done.returncode == code and len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr and not done.stdout


def test_a_google_that_cannot_be_reached_ends_with_five(server: SheetsServer) -> None:
    key = create(server, SHEETS)
    server.faults.add(lambda call: True, "429", retry_after=900, times=None)
    done = command(server, "sync", f"gsheet:{key}", "--lang", "nl")
    assert done.returncode == 5 and "ingehaald" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access lists")
def test_a_key_that_others_can_read_ends_with_four(server: SheetsServer, tmp_path: Path) -> None:
    path = key_file(tmp_path, server.service_account(), 0o644)
    done = command(server, "doctor", "gsheet:x", GOOGLE_APPLICATION_CREDENTIALS=str(path))
    assert done.returncode == 4 and "chmod 600" in done.stdout


def test_a_settings_file_may_name_the_key(server: SheetsServer, tmp_path: Path) -> None:
    key_file(tmp_path, server.service_account())
    settings = (
        f'[book.x]\nworkbooks = ["gsheet:{create(server, SHEETS)}"]\n[google]\nkey = "key.json"\n'
    )
    (tmp_path / "trustbook.toml").write_text(settings, encoding="utf-8")
    done = command(
        server,
        "health",
        "--config",
        str(tmp_path / "trustbook.toml"),
        GOOGLE_APPLICATION_CREDENTIALS="",
    )
    assert done.returncode == 0 and "Politie" in done.stdout, done.stderr
