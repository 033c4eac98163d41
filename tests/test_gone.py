"""A workbook of a book that is not there: what waiting mends is told from what it does not, and
every door says the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.google_sheets import create, key_file, shared_server
from tests.sheets_server import SheetsServer
from tests.test_cli import trustbook
from trustbook import open_book
from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError, gravest

__all__ = ["shared_server", "trustbook"]

TODAY = ("--today", "2026-09-30")
HEAD = ["ID", "Naam", "Relatiehouder"]


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


class Book:
    """An Excel file here, another file or a Google sheet elsewhere, one book in trustbook.toml."""

    def __init__(self, trustbook: Any, folder: Path, other: str, key: Path | None = None) -> None:
        self.run, self.here = trustbook, folder / "hier.xlsx"
        excel(self.here, "GGD")
        google = f'[google]\nkey = "{key.name}"\n' if key else ""
        (folder / "trustbook.toml").write_text(
            f'[book.stad]\nworkbooks = ["hier.xlsx", "{other}"]\n{google}', encoding="utf-8"
        )

    def sync(self) -> Any:
        return self.run("sync", "stad", *TODAY)

    def edit(self, name: str) -> None:
        book = openpyxl.load_workbook(self.here)
        book["Partners"].append([None, name])
        book.save(self.here)

    @property
    def numbered(self) -> bool:
        rows = openpyxl.load_workbook(self.here)["Partners"].iter_rows(min_row=2, values_only=True)
        return all(row[0] for row in rows)


def excel(path: Path, *names: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Partners"
    sheet.append(HEAD)
    for name in names:
        sheet.append([None, name, "Anna"])
    path.parent.mkdir(exist_ok=True)
    book.save(path)
    return path


def every_door_says(book: Book, name: str, code: int, word: str) -> None:
    """Sync does the rest and ends with the code, doctor too; who reads goes on, and says so."""
    book.edit("Moskee")
    for _ in range(2):
        night = book.sync()
        assert night.code == code, night.err
        assert word in night.err and night.err.count("\n") == 1
        assert book.numbered
    doctor = book.run("doctor", "stad")
    assert doctor.code == code and word in doctor.out, doctor.out
    health = book.run("health", "stad", *TODAY)
    assert (health.code, "Moskee" in health.out) == (0, True)
    assert name in health.err and word in health.err
    public = book.run("overview", "stad", "-o", "openbaar.html", *TODAY)
    assert public.code == code and word in public.err
    assert not Path("openbaar.html").exists()
    team = book.run("overview", "stad", "--edition", "team", "-o", "team.html", *TODAY)
    assert team.code == 0 and word in team.err and Path("team.html").exists()


def test_a_file_that_was_deleted_is_no_matter_of_waiting(trustbook: Any, tmp_path: Path) -> None:
    book = Book(trustbook, tmp_path, "daar.xlsx")
    there = excel(tmp_path / "daar.xlsx", "Politie")
    assert book.sync().code == 0
    there.unlink()
    every_door_says(book, "daar.xlsx", 4, "staat niet meer")


def test_python_warns_of_a_workbook_that_is_gone(trustbook: Any, tmp_path: Path) -> None:
    book = Book(trustbook, tmp_path, "daar.xlsx")
    there = excel(tmp_path / "daar.xlsx", "Politie")
    assert book.sync().code == 0
    there.unlink()
    with pytest.warns(UserWarning, match="daar.xlsx"):
        assert len(open_book("stad").partners) == 2


@pytest.mark.parametrize("left", ["nothing", "an empty folder"])
def test_a_disk_that_is_away_is_waited_for(trustbook: Any, tmp_path: Path, left: str) -> None:
    book = Book(trustbook, tmp_path, "schijf/daar.xlsx")
    there = excel(tmp_path / "schijf" / "daar.xlsx", "Politie")
    assert book.sync().code == 0
    kept = there.read_bytes()
    shutil.rmtree(there.parent)
    if left == "an empty folder":
        there.parent.mkdir()
    every_door_says(book, "daar.xlsx", 5, "ingehaald")
    there.parent.mkdir(exist_ok=True)
    there.write_bytes(kept)
    assert book.sync().code == 0
    names = {row[1] for row in openpyxl.load_workbook(there)["Partners"].values}
    assert names >= {"GGD", "Politie", "Moskee"}


@pytest.mark.parametrize(
    ("fault", "kind", "word"),
    [("404", "read", "kent geen spreadsheet"), ("key", "token", "sleutel")],
)
def test_a_sheet_that_is_gone_or_a_key_that_was_withdrawn(
    server: SheetsServer, trustbook: Any, tmp_path: Path, fault: str, kind: str, word: str
) -> None:
    key = create(server, {"Partners": [HEAD, [None, "Politie", "Anna"]]})
    keyed = key_file(tmp_path, server.service_account())
    book = Book(trustbook, tmp_path, f"gsheet:{key}", keyed)
    assert book.sync().code == 0
    server.faults.add(lambda call: call.kind == kind, fault, times=None)
    every_door_says(book, key, 4, word)


def test_a_key_file_that_is_gone_keeps_nobody_else_from_the_night(
    server: SheetsServer, trustbook: Any, tmp_path: Path
) -> None:
    key = create(server, {"Partners": [HEAD, [None, "Politie", "Anna"]]})
    keyed = key_file(tmp_path, server.service_account())
    book = Book(trustbook, tmp_path, f"gsheet:{key}", keyed)
    assert book.sync().code == 0
    keyed.unlink()
    every_door_says(book, key, 4, "key.json")


def test_alone_it_ends_the_same_and_what_was_never_there_is_a_slip(
    server: SheetsServer,
    trustbook: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(server.service_account()))
    sheet = create(server, {"Partners": [HEAD, [None, "Politie", "Anna"]]})
    seen = excel(tmp_path / "gezien.xlsx", "GGD")
    settings = "".join(
        f'[book.{name}]\nworkbooks = ["{address}"]\n'
        for name, address in (
            ("gezien", "gezien.xlsx"),
            ("nooit", "nooit.xlsx"),
            ("vel", f"gsheet:{sheet}"),
            ("leeg", "gsheet:nooit"),
        )
    )
    (tmp_path / "trustbook.toml").write_text(settings, encoding="utf-8")
    assert trustbook("sync", "gezien", *TODAY).code == trustbook("sync", "vel", *TODAY).code == 0
    seen.unlink()
    server.delete(sheet)
    for book, code in (("gezien", 4), ("nooit", 2), ("vel", 4), ("leeg", 2)):
        for door in ("sync", "doctor", "health", "overview"):
            done = trustbook(door, book)
            assert done.code == code, (book, door, done.err)
    for typed in ("weg.xlsx", "gsheet:nooit", f"gsheet:{sheet}"):
        assert trustbook("sync", typed).code == 2


def test_the_gravest_ends_the_night() -> None:
    kinds: list[TrustbookError] = [
        Busy("excel.gone"),
        UsageError("excel.gone"),
        SafetyStop("excel.gone"),
        NoAccess("excel.gone"),
        TrustbookError("excel.gone"),
    ]
    for count in range(1, len(kinds) + 1):
        assert gravest(kinds[:count]) is kinds[count - 1]
        assert gravest(kinds[count - 1 :: -1]) is kinds[count - 1]
