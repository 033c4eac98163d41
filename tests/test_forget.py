"""Forgetting somebody: in one act, everywhere, and nobody else's verdict or count changes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.forgetting import found_in, make_book, share_texts
from trustbook.cli import main
from trustbook.places.notes import clear_note

TODAY = "2026-09-30"
Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Says:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*words, "--today", TODAY, "--lang", "en"])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def standing(says: Says) -> dict[str, tuple[object, ...]]:
    """How every partner stands, by name."""
    partners = json.loads(says("health", "book.xlsx", "--json")[1])["partners"]
    return {
        one["name"]: (one["status"], one["last_sunny"], one["last_contact"], one["due"])
        for one in partners
    }


def column(path: Path, sheet: str, header: str) -> list[object]:
    rows = list(openpyxl.load_workbook(path)[sheet].values)
    at = rows[0].index(header)
    return [row[at] for row in rows[1:] if any(cell is not None for cell in row)]


@pytest.mark.parametrize("shares_texts", [False, True])
def test_somebody_is_forgotten_in_one_act(tmp_path: Path, says: Says, shares_texts: bool) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path)
    if shares_texts:
        assert says("sync", "book.xlsx")[0] == 0
        share_texts(path)
        assert any("sharedStrings" in one for one in found_in(tmp_path))
    assert says("sync", "book.xlsx")[0] == 0
    before = standing(says)
    data = path.read_bytes()

    code, out, err = says("forget", "book.xlsx", "--person", "fatima el amrani", "--all")
    assert code == 0 and path.read_bytes() == data
    assert "the whole row" in out and "Nothing was changed" in err

    code, _, err = says("forget", "book.xlsx", "--person", "fatima el amrani", "--yes")
    assert code == 0, err
    assert "is forgotten" in err
    assert found_in(tmp_path) == []
    assert standing(says) == before
    assert column(path, "Moments", "With")[:3] == ["Police; School", "Police", "School"]
    assert column(path, "Moments", "Also present")[2] == "Police"
    assert column(path, "People", "Name") == ["Piet Bakker", "Noor Jansen", "Karim Idrissi"]
    assert column(path, "People", "Role")[1] == "stands in for …"
    assert json.loads(says("sync", "book.xlsx", "--json")[1])["changed"] is False
    assert found_in(tmp_path) == []


@pytest.fixture
def forgotten(tmp_path: Path, says: Says) -> Path:
    """A book of which Fatima was forgotten; the file as it was before stands in ``old``."""
    path = tmp_path / "book.xlsx"
    make_book(path)
    assert says("sync", "book.xlsx")[0] == 0
    (tmp_path / "old").mkdir()
    shutil.copy(path, tmp_path / "old" / "book.xlsx")
    assert says("forget", "book.xlsx", "--person", "Fatima El Amrani", "--yes")[0] == 0
    return path


def test_an_old_copy_brings_nobody_back(tmp_path: Path, says: Says, forgotten: Path) -> None:
    shutil.move(tmp_path / "old" / "book.xlsx", forgotten)
    code, _, err = says("sync", "book.xlsx")
    assert code == 3, "an older copy stops the night, as ever"
    accepted = re.search(r"--accept \d+", err)
    assert accepted, err
    code, out, err = says("sync", "book.xlsx", *accepted[0].split())
    assert code == 0, err
    assert "erased again" in out
    clear_note(forgotten)
    assert found_in(tmp_path) == []
    assert says("restore", "book.xlsx", "--run", "1")[0] == 2
    assert found_in(tmp_path) == []


def test_who_is_typed_newly_waits_for_a_yes(tmp_path: Path, says: Says, forgotten: Path) -> None:
    book = openpyxl.load_workbook(forgotten)
    people = book["People"]
    people.append([None, "Fatima El-Amrani", "Police", None, None, "0612 345 678"])
    book.save(forgotten)
    assert says("sync", "book.xlsx")[0] == 0
    found = json.loads(says("check", "book.xlsx", "--json")[1])["problems"]
    [asked] = [one for one in found if one["code"] == "forgotten_before"]
    assert asked["value"] is None and asked["sheet"] == "People"
    assert found_in(tmp_path / "data") == []

    answer(forgotten, "forgotten", "yes")
    assert says("sync", "book.xlsx")[0] == 0
    found = json.loads(says("check", "book.xlsx", "--json")[1])["problems"]
    assert not [one for one in found if one["code"] == "forgotten_before"]
    assert found_in(tmp_path / "data") != [], "a person like any other"


def answer(path: Path, wanted: str, text: str) -> None:
    """Type an answer on To check beside the line that says ``wanted``."""
    book = openpyxl.load_workbook(path)
    sheet = book["To check"]
    header = next(row for row in sheet.iter_rows() if "Answer" in [cell.value for cell in row])
    at = [cell.value for cell in header].index("Answer")
    line = next(row for row in sheet.iter_rows() if wanted in str(row[0].value))
    line[at].value = text
    book.save(path)
