"""Whatever goes wrong on the way: the sheet is as it would have been, or as it was; and there is a
sentence for it.
"""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.google_sheets import create, key_file, shared_server
from tests.sheets_server import KINDS, SheetsServer
from tests.workbook_contract import SHEETS, generated
from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError
from trustbook.messages import LANGUAGES
from trustbook.snapshot import CellEdit, Changes, RowAddition, Written
from trustbook.workbooks.google import GoogleWorkbook, key_of
from trustbook.workbooks.google.keyfile import readers
from trustbook.workbooks.google.refusals import Refused

__all__ = ["shared_server"]


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(server: SheetsServer, key: str, clock: Clock | None = None) -> GoogleWorkbook:
    clock = clock or Clock()
    return GoogleWorkbook(f"gsheet:{key}", server.service_account(), clock=clock, sleep=clock.sleep)


def night(workbook: GoogleWorkbook) -> Written:
    """One run: an ID, a new row, a sheet of ours."""
    changes = Changes(
        edits=[CellEdit("Partners", 3, 1, "P-2ABC")],
        additions=[
            RowAddition("Contactmomenten", 1, {1: "M-33333C", 2: date(2026, 9, 30), 3: "Politie"})
        ],
        sheets=[generated([["Politie", "lang geleden"]])],
        marks={"run": "1"},
    )
    return workbook.write(changes, workbook.read().version)


def everything(server: SheetsServer, key: str) -> dict[str, Any]:
    """All that stands in a file but the mark that tells one write from another."""
    person = server.state(key)
    marks = sorted((m["metadataKey"], m["metadataValue"]) for m in server.book(key).metadata)
    return {title: person.typed(title) for title in person.titles} | {
        "marks": [mark for mark in marks if mark[0] != "trustbook_write"]
    }


@pytest.mark.parametrize("index", range(5))
@pytest.mark.parametrize("kind", KINDS)
def test_the_sheet_is_as_it_would_have_been_or_as_it_was(
    server: SheetsServer, kind: str, index: int
) -> None:
    wanted_key = create(server, SHEETS)
    before = everything(server, wanted_key)
    night(opened(server, wanted_key))
    wanted = everything(server, wanted_key)
    key = create(server, SHEETS)
    server.forget()
    server.faults.add(index, kind)
    failed = None
    try:
        written = night(opened(server, key))
        assert written.rows == (3,)
    except TrustbookError as error:
        failed = error
        assert error.exit_code in (2, 3, 4, 5)  # 2: an address that was never read may be a slip
        assert all(error.sentence(lang) for lang in LANGUAGES)
    found = everything(server, key)
    assert found == (before if failed else wanted)
    assert server.count() <= 6
    server.faults.clear()
    if failed:
        night(opened(server, key))
        assert everything(server, key) == wanted


@pytest.mark.parametrize(
    "kind", ["500", "502", "503", "408", "429", "dropped-before", "login", "truncated"]
)
def test_it_gives_up_after_six_tries(server: SheetsServer, clock: Clock, kind: str) -> None:
    key = create(server, SHEETS)
    server.faults.add(lambda call: call.kind == "read", kind, times=None)
    with pytest.raises(Busy) as caught:
        opened(server, key, clock).read()
    assert server.count("read") == 6
    assert caught.value.sentence("nl")
    assert clock.slept == sorted(clock.slept) or max(clock.slept) < 25


@pytest.mark.parametrize("kind", ["500", "dropped-before", "login", "429"])
def test_a_write_that_never_arrives_is_given_up_too(
    server: SheetsServer, clock: Clock, kind: str
) -> None:
    key = create(server, SHEETS)
    before = everything(server, key)
    server.faults.add(lambda call: call.kind == "write", kind, times=None)
    with pytest.raises(Busy):
        night(opened(server, key, clock))
    assert server.count("write") == 6
    assert everything(server, key) == before


def test_a_pause_that_is_asked_for_is_kept(server: SheetsServer, clock: Clock) -> None:
    key = create(server, SHEETS)
    server.faults.add(1, "429", retry_after=37)
    opened(server, key, clock).read()
    assert clock.slept == [37]
    assert server.count("read") == 2


def test_one_run_never_takes_more_than_ten_minutes(server: SheetsServer, clock: Clock) -> None:
    key = create(server, SHEETS)
    server.faults.add(lambda call: call.kind != "token", "503", retry_after=170, times=None)
    workbook = opened(server, key, clock)
    with workbook.locked():
        for _ in range(3):
            with pytest.raises(Busy) as caught:
                workbook.read()
    assert caught.value.key == "google.too_long"
    assert clock.now <= 600
    assert (
        server.count("read") == 6
    )  # four in the time there was, then one each before a pause would be too long


def test_a_new_run_gets_its_own_ten_minutes(server: SheetsServer, clock: Clock) -> None:
    workbook = opened(server, create(server, SHEETS), clock)
    workbook.read()
    clock.now += 1000
    assert workbook.read().titles[0] == "Partners"


def test_when_nobody_answers_after_a_write_the_sentence_leaves_it_open(
    server: SheetsServer, clock: Clock
) -> None:
    key = create(server, SHEETS)
    workbook = opened(server, key, clock)
    workbook.read()
    server.faults.add(lambda call: call.kind == "write", "dropped-after")
    server.faults.add(
        lambda call: call.kind == "read" and call.index > 3, "dropped-before", times=None
    )
    with pytest.raises(Busy) as caught:
        night(workbook)
    assert caught.value.key == "google.in_doubt"
    server.faults.clear()
    assert "P-2ABC" in [row[0] for row in server.state(key).typed("Partners")]


REASONS: dict[str, tuple[type[TrustbookError], str]] = {
    "clock": (NoAccess, "google.clock"),
    "key": (NoAccess, "google.key_refused"),
    "401": (NoAccess, "google.key_refused"),
    "403": (NoAccess, "google.not_shared"),
    "404": (UsageError, "google.not_found"),
    "429": (Busy, "google.quota"),
    "503": (Busy, "google.unavailable"),
    "login": (Busy, "google.not_google"),
    "dropped-before": (Busy, "google.unreachable"),
}


@pytest.mark.parametrize("kind", REASONS)
def test_each_refusal_has_its_own_sentence_with_the_address(
    server: SheetsServer, kind: str
) -> None:
    error, key = REASONS[kind]
    at = "token" if kind in ("clock", "key") else "read"
    server.faults.add(lambda call: call.kind == at, kind, times=None)
    with pytest.raises(error) as caught:
        opened(server, create(server, SHEETS)).read()
    assert caught.value.key == key
    if kind in ("403", "404"):
        assert "trustbook@test-project.iam.gserviceaccount.com" in caught.value.sentence("en")


def test_a_sheet_shared_for_reading_only_says_so(server: SheetsServer) -> None:
    key = server.create("Netwerk", sheets={"Partners": [["Naam"], ["Politie"]]}, role="reader")
    workbook = opened(server, key)
    version = workbook.read().version
    with pytest.raises(NoAccess) as caught:
        workbook.write(Changes(sheets=[generated([["a"]])]), version)
    assert caught.value.key == "google.read_only"
    assert caught.value.params["name"] == "Netwerk"


def test_a_service_that_shows_no_new_tab_in_its_answer_is_asked_without(
    server: SheetsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = create(server, SHEETS)
    workbook = opened(server, key)
    really = workbook.client.batch

    def strict(key: str, body: Any, fields: str) -> Any:
        if "'Wie bellen'" in body["responseRanges"]:
            raise Refused("Unable to parse range: 'Wie bellen'")
        return really(key, body, fields)

    monkeypatch.setattr(workbook.client, "batch", strict)
    assert night(workbook).rows == (3,)
    assert server.state(key).titles[-1] == "Wie bellen"


# Addresses and keys


@pytest.mark.parametrize(
    "address",
    [
        "gsheet:1AbC-d_9",
        "https://docs.google.com/spreadsheets/d/1AbC-d_9",
        "https://docs.google.com/spreadsheets/d/1AbC-d_9/edit?usp=sharing#gid=0",
        "https://docs.google.com/a/gemeente.nl/spreadsheets/d/1AbC-d_9/edit",
        "https://docs.google.com/spreadsheets/u/1/d/1AbC-d_9/htmlview",
    ],
)
def test_every_form_of_a_link_is_understood(address: str) -> None:
    assert key_of(address) == "1AbC-d_9"


@pytest.mark.parametrize(
    "address", ["gsheet:", "https://docs.google.com/document/d/1AbC", "gsheet:../x", "https://x.nl"]
)
def test_another_link_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        key_of(address)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access lists; see readers")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(
    server: SheetsServer, tmp_path: Path, mode: int
) -> None:
    path = key_file(tmp_path, server.service_account(), mode)
    with pytest.raises(NoAccess) as caught:
        GoogleWorkbook("gsheet:x", path).read()
    assert "chmod 600" in caught.value.sentence("nl")
    assert server.count() == 0


@pytest.mark.parametrize(
    ("descriptor", "crowds"),
    [
        ("D:PAI(A;;FA;;;S-1-5-21-1-2-3-1001)", []),
        ("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)", ["Users"]),
        ("D:(A;;FR;;;WD)(A;ID;FR;;;AU)", ["Everyone", "Authenticated Users"]),
        ("D:(D;;FR;;;WD)(A;;FA;;;SY)", []),
        ("D:(A;;FW;;;BU)", []),
        ("D:(A;;0x1301bf;;;S-1-5-21-11-22-33-513)", ["Domain Users"]),
        ("O:BAD:(A;;GRGX;;;S-1-1-0)S:(ML;;NW;;;LW)", ["Everyone"]),
        ("D:NO_ACCESS_CONTROL", ["Everyone"]),
        ("", []),
    ],
)
def test_an_access_list_of_windows_tells_who_can_read(descriptor: str, crowds: list[str]) -> None:
    assert readers(descriptor) == crowds


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"type": "service_account"}', '{"type": "other"}', "\x00"]
)
def test_a_file_that_is_no_key_is_refused_without_its_content(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(NoAccess) as caught:
        GoogleWorkbook("gsheet:x", path).read()
    assert caught.value.key == "google.key_unusable"


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoAccess) as caught:
        GoogleWorkbook("gsheet:x", tmp_path / "weg.json").read()
    assert "weg.json" in caught.value.sentence("en")


def test_the_environment_may_name_the_key(
    server: SheetsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(server.service_account()))
    assert GoogleWorkbook(f"gsheet:{create(server, SHEETS)}").read().titles


def test_without_any_key_the_sentence_says_where_to_put_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    for name in ("HOME", "CLOUDSDK_CONFIG", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(NoAccess) as caught:
        GoogleWorkbook("gsheet:x").read()
    assert caught.value.key == "google.no_key"


def test_no_secret_stands_in_any_log(server: SheetsServer) -> None:
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    records: list[logging.LogRecord] = []

    def keep(record: logging.LogRecord) -> bool:
        records.append(record)
        return True

    handler.addFilter(keep)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        server.faults.add(1, "401")
        night(opened(server, create(server, SHEETS)))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    said = kept.getvalue() + repr([vars(record) for record in records])
    assert "batchUpdate" in said
    tokens = {
        call.headers.get("authorization", "").removeprefix("Bearer ") for call in server.requests
    } - {""}
    assert len(tokens) == 2
    private = server.service_account().read_text(encoding="utf-8")
    claims = [
        call.body.decode().partition("assertion=")[2]
        for call in server.requests
        if call.kind == "token"
    ]
    for secret in (*tokens, *claims, private.partition("BEGIN PRIVATE KEY-----\\n")[2][:40]):
        assert secret and secret not in said


def test_gspread_is_opened_only_with_a_google_workbook() -> None:
    code = (
        "import sys\nfrom trustbook.workbooks import open_workbook\n"
        "open_workbook('/tmp/x.xlsx'); open_workbook('gsheet:abc')\n"
        "heavy = {'gspread', 'google.auth', 'requests'} & set(sys.modules)\nassert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


def test_only_the_right_to_sheets_is_asked_for(server: SheetsServer) -> None:
    import base64
    import json
    import urllib.parse

    opened(server, create(server, SHEETS)).read()
    (call,) = [call for call in server.requests if call.kind == "token"]
    claim = urllib.parse.parse_qs(call.body.decode())["assertion"][0].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(claim + "=="))
    assert claims["scope"] == "https://www.googleapis.com/auth/spreadsheets"
