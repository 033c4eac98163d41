"""Our sheets after another program took their marks out: known again and written over, not doubled;
a coordinator's own sheet of the same title is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.google_sheets import create, shared_server
from tests.sheets_server import SheetsServer
from tests.test_cli import trustbook
from tests.workbook_contract import SHEETS

__all__ = ["shared_server", "trustbook"]

TODAY = ("--today", "2026-09-30")


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


@pytest.fixture
def book(trustbook: Any, tmp_path: Path) -> Path:
    """A book with a required network, synced once."""
    path = tmp_path / "netwerk.xlsx"
    assert trustbook("init", path.name, "--lang", "nl").code == 0
    file = openpyxl.load_workbook(path)
    for row, name in enumerate(("Politie", "Moskee", "School"), 2):
        file["Partners"].cell(row, 2, name)
    file["Contactmomenten"]["B2"], file["Contactmomenten"]["C2"] = "2026-08-03", "Politie"
    file.save(path)
    assert trustbook("sync", path.name, *TODAY).code == 0
    return path


def titles(path: Path) -> list[str]:
    return openpyxl.load_workbook(path).sheetnames


def saved_by_pandas(path: Path) -> None:
    with_all = pd.read_excel(path, sheet_name=None, engine="openpyxl")
    with pd.ExcelWriter(path) as writer:
        for title, frame in with_all.items():
            frame.to_excel(writer, sheet_name=title, index=False)


def accepted(trustbook: Any, path: Path) -> Any:
    """A sync that stops, and the command that its sentence says."""
    stopped = trustbook("sync", path.name, *TODAY)
    assert stopped.code == 3, stopped.err
    number = re.search(r"--accept (\d+)", stopped.err)
    assert number, stopped.err
    return trustbook("sync", path.name, "--accept", number[1], *TODAY)


def marks(path: Path) -> set[str]:
    return {
        n for n in openpyxl.load_workbook(path).defined_names if n.startswith("trustbook_sheet")
    }


def test_after_pandas_every_sheet_of_ours_is_taken_back(trustbook: Any, book: Path) -> None:
    before, marked = titles(book), marks(book)
    saved_by_pandas(book)
    assert marks(book) == set()
    assert accepted(trustbook, book).code == 0
    assert titles(book) == before and marks(book) == marked
    health = openpyxl.load_workbook(book)["Relatiestatus"]
    assert [cell.value for cell in health[1]][1:3] == [None, None], "what pandas put there is gone"
    again = trustbook("sync", book.name, "--json", *TODAY)
    assert (again.code, again.json["changed"]) == (0, False)


def test_without_a_memory_our_lists_are_known_by_their_headers(
    trustbook: Any, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = titles(book)
    saved_by_pandas(book)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(book.parent / "elsewhere"))
    assert trustbook("sync", book.name, *TODAY).code == 0
    for title in ("Relatiestatus", "Wie bellen", "Te controleren"):
        assert title in titles(book) and f"{title} (trustbook)" not in titles(book)
    assert set(before) <= set(titles(book))


def test_a_coordinators_own_sheet_of_the_same_title_is_left_alone(
    trustbook: Any, tmp_path: Path
) -> None:
    path = tmp_path / "netwerk.xlsx"
    file = openpyxl.Workbook()
    file.worksheets[0].title = "Partners"
    for row in (["ID", "Naam"], [None, "Politie"]):
        file["Partners"].append(row)
    for title in ("Kwartaal", "Relatiestatus"):
        file.create_sheet(title).append(["Mijn eigen", title, "cijfers", 7])
    file.save(path)
    assert trustbook("sync", path.name, *TODAY).code == 0
    saved_by_pandas(path)
    assert accepted(trustbook, path).code == 0
    shown = openpyxl.load_workbook(path)
    for title in ("Kwartaal", "Relatiestatus"):
        assert [cell.value for cell in shown[title][1]] == ["Mijn eigen", title, "cijfers", 7]
        assert f"{title} (trustbook)" in titles(path)
        assert f"{title} (trustbook 2)" not in titles(path)


def test_a_copy_of_a_google_sheet_without_marks_takes_its_tabs_back(
    server: SheetsServer, trustbook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(server.service_account()))
    key = create(server, SHEETS)
    assert trustbook("sync", f"gsheet:{key}", *TODAY).code == 0
    before = server.state(key).titles
    server.book(key).metadata.clear()
    stopped = trustbook("sync", f"gsheet:{key}", *TODAY)
    number = re.search(r"--accept (\d+)", stopped.err)
    assert number
    assert trustbook("sync", f"gsheet:{key}", "--accept", number[1], *TODAY).code == 0
    assert server.state(key).titles == before
    again = trustbook("sync", f"gsheet:{key}", "--json", *TODAY)
    assert (again.code, again.json["changed"]) == (0, False)
