"""What doctor finds before a night stops at it: tabs and ranges that are closed to us, a
spreadsheet that is full or lies in the bin; and who may open it, which the night asks as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.google_sheets import create, shared_server
from tests.sheets_server import SheetsServer
from tests.workbook_contract import SHEETS
from trustbook.a1 import column_letters
from trustbook.doctor import Examination, examine
from trustbook.errors import SafetyStop, TrustbookError
from trustbook.ledger.locate import LedgerLocator
from trustbook.messages import LANGUAGES
from trustbook.places.data_folder import data_folder
from trustbook.run.report import Report
from trustbook.run.sync import run_sync
from trustbook.workbooks.google import GoogleWorkbook

__all__ = ["shared_server"]

TODAY = date(2026, 9, 30)


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


class Sheet:
    """A Google sheet with its nights and its doctor."""

    def __init__(self, server: SheetsServer, folder: Path) -> None:
        self.server, self.key = server, create(server, SHEETS)
        self.keeper, self.day = LedgerLocator(folder / "memory"), 1

    @property
    def book(self) -> GoogleWorkbook:
        account = self.server.service_account()
        return GoogleWorkbook(f"gsheet:{self.key}", account, sleep=lambda _: None)

    def sync(self, dry_run: bool = False) -> Report:
        self.day += 1
        now = datetime(2026, 9, self.day)
        return run_sync(self.book, TODAY, now, lang="nl", keeper=self.keeper, dry_run=dry_run)

    def doctor(self) -> Examination:
        return examine(self.book, TODAY, datetime(2026, 9, 30), "nl", self.keeper)

    def protect(self, title: str, **span: int) -> None:
        tab = next(one for one in self.server.book(self.key).sheets if one.title == title)
        closed = {"protectedRangeId": 77, "range": {"sheetId": tab.id, **span}}
        tab.objects["protectedRanges"].append(closed)


@pytest.fixture
def sheet(server: SheetsServer, tmp_path: Path) -> Sheet:
    return Sheet(server, tmp_path)


def notes(found: Examination) -> dict[str, str]:
    return {one.code: one.text for one in found.findings if one.level != "ok"}


STATUS = SHEETS["Partners"][0].index("Status")
WHOLE = f"{column_letters(STATUS + 1)}:{column_letters(STATUS + 1)}"


@pytest.mark.parametrize(
    ("title", "span", "named"),
    [
        ("Partners", {}, "Partners"),
        ("Partners", {"startColumnIndex": STATUS, "endColumnIndex": STATUS + 1}, WHOLE),
        ("Partners", {"startColumnIndex": 0, "endColumnIndex": 1, "startRowIndex": 1,
                             "endRowIndex": 9}, "A2:A9"),
        ("Relatiestatus", {}, "Relatiestatus"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("synced", [False, True], ids=["before the first night", "later"])
def test_what_is_closed_to_us_is_named_by_doctor_and_by_the_night(
    sheet: Sheet, title: str, span: dict[str, int], named: str, synced: bool
) -> None:
    if synced or title == "Relatiestatus":
        sheet.sync()
    sheet.protect(title, **span)
    found = sheet.doctor()
    assert found.fault is not None and found.fault.exit_code == 3
    assert all(named in found.fault.sentence(lang) for lang in LANGUAGES), named
    if not synced and title != "Relatiestatus":
        before = sheet.server.count("write")
        for dry_run in (True, False):
            with pytest.raises(SafetyStop) as stop:
                sheet.sync(dry_run)
            assert named in stop.value.sentence("nl")
        assert sheet.server.count("write") == before, "nothing was even tried"


def test_a_closed_range_where_nothing_of_ours_goes_is_only_mentioned(sheet: Sheet) -> None:
    sheet.protect("Partners", startColumnIndex=1, endColumnIndex=2)
    sheet.protect("Partners", startRowIndex=0, endRowIndex=1)
    sheet.protect("Eigen blad")
    found = sheet.doctor()
    assert found.fault is None
    assert set(notes(found)) == {"protected_range"} and "B:B" in str(
        [one.text for one in found.findings]
    )
    assert sheet.sync().changed


def test_what_others_may_not_edit_and_we_may_is_open(sheet: Sheet) -> None:
    sheet.protect("Partners")
    tab = sheet.server.book(sheet.key).sheets[0]
    tab.objects["protectedRanges"][0]["requestingUserCanEdit"] = True
    assert sheet.doctor().fault is None and sheet.sync().changed
    tab.objects["protectedRanges"][0] = {
        "protectedRangeId": 78,
        "range": {"sheetId": tab.id},
        "unprotectedRanges": [{"sheetId": tab.id, "startRowIndex": 1}],
    }
    assert sheet.doctor().fault is None


def test_a_spreadsheet_that_is_full_stops_before_the_write(sheet: Sheet) -> None:
    sheet.server.book(sheet.key).sheets[-1].resize(381_000, 26)
    found = sheet.doctor()
    assert found.fault is None and "nearly_full" in notes(found)
    sheet.server.book(sheet.key).sheets[-1].resize(381_000, 26)
    extra = sheet.server.book(sheet.key).sheets[0]
    extra.resize((10_000_000 - 381_000 * 26 - 1000 * 26) // 26, 26)
    found = sheet.doctor()
    assert found.fault is not None and found.fault.key == "google.full"
    with pytest.raises(SafetyStop) as stop:
        sheet.sync()
    assert "10000000" in stop.value.sentence("nl") and sheet.server.count("write") == 0


def test_a_sheet_in_the_bin_is_no_good_for_doctor_nor_for_the_night(sheet: Sheet) -> None:
    sheet.server.book(sheet.key).trashed = True
    found = sheet.doctor()
    assert found.fault is not None and (found.fault.key, found.fault.exit_code) == (
        "google.trashed",
        4,
    )
    age(sheet.key, days=8)
    with pytest.raises(TrustbookError) as stop:
        sheet.sync()
    assert stop.value.exit_code == 4 and "prullenbak" in stop.value.sentence("nl")
    sheet.server.book(sheet.key).trashed = False
    assert sheet.sync().changed


def age(key: str, **what: Any) -> None:
    """Let the last look at a file's sharing be days ago, or by another account."""
    for path in (data_folder() / "sharing").glob("*.json"):
        known = json.loads(path.read_text(encoding="utf-8"))
        known["asked"] -= what.get("days", 0) * 86_400
        known["as"] = what.get("account", known["as"])
        path.write_text(json.dumps(known), encoding="utf-8")


def test_the_night_asks_who_may_open_it_once_a_week_and_at_a_new_key(sheet: Sheet) -> None:
    sheet.sync()
    assert sheet.server.count("drive") == 1
    sheet.sync()
    age(sheet.key, days=6)
    sheet.sync()
    assert sheet.server.count("drive") == 1
    sheet.server.share(sheet.key)
    age(sheet.key, days=2)
    for _ in range(2):
        with pytest.raises(SafetyStop) as stop:
            sheet.sync()
        assert stop.value.key == "google.open_to_anyone"
    sheet.server.book(sheet.key).permissions.pop()
    sheet.sync()
    asked = sheet.server.count("drive")
    age(sheet.key, account="another@test-project.iam.gserviceaccount.com")
    sheet.sync()
    assert sheet.server.count("drive") == asked + 1


@pytest.mark.parametrize("fault", ["403", "503"])
def test_a_drive_that_does_not_tell_stops_no_night(sheet: Sheet, fault: str) -> None:
    sheet.server.faults.add(lambda call: call.kind == "drive", fault, times=None)
    assert sheet.sync().changed
