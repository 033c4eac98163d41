"""Forgetting somebody: in one act, everywhere, and nobody else's verdict or count changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.forgetting import found_in, make_book, share_texts
from trustbook.cli import main

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
