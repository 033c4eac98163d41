"""Can a workbook be read, written and reached, and what would a sync do? Looks at everything,
changes nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.errors import NoAccess, SafetyStop, TrustbookError
from trustbook.messages import say
from trustbook.privacy import spoken
from trustbook.reading.lists import find_lists
from trustbook.reading.records import read_book
from trustbook.run.sync import run_sync
from trustbook.snapshot import Snapshot
from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.run.report import Report
    from trustbook.workbooks.excel import ExcelWorkbook
    from trustbook.workbooks.google import GoogleWorkbook

_SKEW = 120.0  # seconds; Google refuses a key when the clock is minutes off
# Folders that a program keeps equal with a server, by the name of the folder.
_SYNCED = (
    ("OneDrive", re.compile(r"onedrive\b", re.IGNORECASE)),
    ("SharePoint", re.compile(r"sharepoint\b|.+ - (documents|documenten)$", re.IGNORECASE)),
    ("Dropbox", re.compile(r"dropbox\b", re.IGNORECASE)),
    ("Google Drive", re.compile(r"google ?drive\b|(my drive|mijn drive)$", re.IGNORECASE)),
    ("iCloud", re.compile(r"icloud|mobile documents$", re.IGNORECASE)),
    ("Nextcloud", re.compile(r"nextcloud|owncloud", re.IGNORECASE)),
)
_ONEDRIVE = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. ``level`` is ok, note (worth knowing) or bad (a sync cannot do
    its work).
    """

    code: str
    level: str
    text: str


@dataclass(slots=True)
class Examination:
    """All that was found on one workbook; ``fault`` is what a sync would end with, None when it
    would do its work.
    """

    name: str
    lang: str
    findings: list[Diagnosis] = field(default_factory=list)
    fault: TrustbookError | None = None

    def say(self, code: str, level: str = "ok", **params: object) -> None:
        """Add a finding with the sentence of this code."""
        self.findings.append(Diagnosis(code, level, say(self.lang, f"doctor.{code}", **params)))

    def fail(self, fault: TrustbookError) -> None:
        """Add what would end a sync; the first one counts."""
        fault.params.setdefault("name", self.name)
        self.findings.append(
            Diagnosis(fault.key.rpartition(".")[2], "bad", fault.sentence(self.lang))
        )
        self.fault = self.fault or fault

    @property
    def verdict(self) -> str:
        """One line for all of it."""
        if self.fault is not None:
            return say(self.lang, "doctor.verdict_bad", name=self.name)
        notes = sum(finding.level == "note" for finding in self.findings)
        return say(
            self.lang,
            "doctor.verdict_notes" if notes else "doctor.verdict_ok",
            name=self.name,
            count=notes,
        )


def examine(
    workbook: Workbook,
    today: date,
    now: datetime,
    lang: str | None = None,
    keeper: LedgerLocator | None = None,
    spoken: str | None = None,
) -> Examination:
    """Look at everything that a sync of ``workbook`` needs.

    ``lang``: the language where the book names none; ``spoken``: that of the sentences, if not the
    book's own.
    """
    from trustbook.workbooks.excel import ExcelWorkbook
    from trustbook.workbooks.google import GoogleWorkbook

    snapshot = _read(workbook)
    words = (
        spoken
        or (lang if isinstance(snapshot, TrustbookError) else _language(snapshot, today, lang))
        or "nl"
    )
    found = Examination(workbook.name, words)
    try:
        if isinstance(workbook, ExcelWorkbook):
            _file(workbook, found)
        if isinstance(workbook, GoogleWorkbook):
            _key(workbook, found)
        if isinstance(snapshot, TrustbookError):
            raise snapshot
        found.name = workbook.name
        found.say("readable")
        if isinstance(workbook, GoogleWorkbook):
            _spreadsheet(workbook, found)
        _sheets(snapshot, found)
        _plan(run_sync(workbook, today, now, lang=lang, dry_run=True, keeper=keeper), found)
    except TrustbookError as fault:
        found.fail(fault)
    return found


def _read(workbook: Workbook) -> Snapshot | TrustbookError:
    """The workbook as it stands, or what keeps us from reading it: told only after the reasons that
    may lie behind.
    """
    try:
        return workbook.read()
    except TrustbookError as fault:
        return fault


def _language(snapshot: Snapshot, today: date, lang: str | None) -> str | None:
    with suppress(TrustbookError):  # what is wrong with its lists is told where they are looked at
        return read_book(snapshot, today, lang).lang
    return lang


def _sheets(snapshot: Snapshot, found: Examination) -> None:
    """The lists there are, and how many rows stand on each."""
    lists = find_lists(snapshot.grids)
    found.say(
        "lists", lists=", ".join(f"{spoken(one.title)} ({len(one.rows)})" for one in lists.values())
    )
    known = {grid.title for grid in snapshot.grids}
    if unread := [spoken(title) for title in snapshot.titles if title not in known]:
        found.say("unread", titles=", ".join(unread))


def _plan(report: Report, found: Examination) -> None:
    counts = report.workbooks[0]
    code = "plan" if report.changed else "plan_nothing"
    found.say(
        code, cells=counts["cells_written"], rows=counts["rows_added"], read=counts["rows_read"]
    )
    if report.problems:
        found.say("to_check", count=len(report.problems))


# A file


def _file(workbook: ExcelWorkbook, found: Examination) -> None:
    """What stands in the way of reading and replacing a file."""
    from trustbook.places import local as files

    path = workbook.path
    if not path.exists():
        return  # reading it says so
    if service := synced_by(path.absolute(), os.environ):
        found.say("synced_folder", "note", service=service)
    if str(path.absolute()).startswith(("\\\\", "//")):
        found.say("network_folder", "note")
    for look, code in ((files.refuse_if_open, "not_open"), (files.refuse_if_protected, "writable")):
        try:
            look(path.resolve())
            found.say(code)
        except TrustbookError as fault:
            found.fail(fault)


def synced_by(path: Path, environment: Mapping[str, str]) -> str | None:
    """The service that keeps the folder of ``path`` equal with a server, by its name; None where
    none is seen.
    """
    for name in _ONEDRIVE:
        folder = environment.get(name)
        if folder and Path(folder) in path.parents:
            return "OneDrive"
    for part in path.parent.parts:
        for service, pattern in _SYNCED:
            if pattern.match(part):
                return service
    return None


# A Google spreadsheet


def _key(workbook: GoogleWorkbook, found: Examination) -> None:
    account = workbook.client.account
    found.say(f"key_{account.kind}", address=account.address or "?")


def _spreadsheet(workbook: GoogleWorkbook, found: Examination) -> None:
    """Clock, locale, and who may open and edit."""
    skew, state = workbook.client.skew, workbook.look()
    if abs(skew) > _SKEW:
        found.say("clock_off", "note", minutes=round(abs(skew) / 60))
    else:
        found.say("clock")
    found.say("locale", locale=state.locale, zone=state.time_zone)
    if not state.locale.startswith("nl"):
        found.say("locale_not_dutch", "note", locale=state.locale)
    sharing = workbook.sharing()
    if sharing.open_to_anyone:
        found.fail(SafetyStop("google.open_to_anyone"))
    elif sharing.open_to_anyone is None:
        found.say("sharing_unseen", "note")
    else:
        found.say("sharing")
    if sharing.may_edit is False:
        found.fail(NoAccess("google.read_only", address=workbook.client.account.address))
