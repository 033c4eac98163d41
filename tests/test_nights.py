"""Nights of several books: none stops another, and one that fails is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trustbook.cli.main import main

Typed = Callable[..., tuple[int, str, str]]
TOML = """
[book.delft]
workbooks = ["delft.xlsx"]
[book.broken]
workbook = "x"
[book.gone]
workbooks = ["gone.xlsx"]
language = "en"
[book.leiden]
workbooks = ["leiden.xlsx"]
"""


@pytest.fixture
def typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Typed:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(arguments))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    for name, lang in (("delft", "nl"), ("leiden", "en")):
        assert run("init", f"{name}.xlsx", "--lang", lang)[0] == 0
    (tmp_path / "trustbook.toml").write_text(TOML, encoding="utf-8")
    return run


def test_without_a_name_every_book_is_synced_and_none_stops_another(typed: Typed) -> None:
    code, shown, told = typed("sync")
    assert [line.partition(":")[0] for line in shown.splitlines()] == ["delft", "leiden"]
    assert "rijen gelezen" in shown and "rows read" in shown, "each in its own language"
    assert "broken: " in told and "book.broken.workbooks" in told
    assert "gone: There is no file" in told
    assert code == 2
    books = json.loads(typed("sync", "--json")[1])["books"]
    assert [(one["book"], one["exit"]) for one in books] == [
        ("delft", 0), ("gone", 2), ("leiden", 0), ("broken", 2),
    ]  # fmt: skip
    assert books[0]["report"]["changed"] is False and books[1]["report"] is None


def test_what_nobody_foresaw_ends_one_night_only(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trustbook.cli import sync

    whole = sync.run_book

    def fails_once(options: Any, workbooks: Any, *more: Any, **work: Any) -> Any:
        if workbooks[0].name.startswith("delft"):
            raise RuntimeError("a fault of ours")
        return whole(options, workbooks, *more, **work)

    monkeypatch.setattr(sync, "run_book", fails_once)
    code, shown, told = typed("sync", "delft", "leiden")
    assert code == 1 and "delft: " in told and "a fault of ours" in told
    assert shown.startswith("leiden: "), "the other book has its night"
    assert "Traceback" in typed("sync", "delft", "--verbose")[2]


def test_several_books_are_named_one_behind_another(typed: Typed) -> None:
    code, shown, _ = typed("sync", "leiden", "delft")
    assert code == 0
    assert [line.partition(":")[0] for line in shown.splitlines()] == ["leiden", "delft"]
    # A number that lets an accident through is meant for one book.
    code, _, told = typed("sync", "--allow-deletes", "3")
    assert code == 2 and "trustbook sync delft" in told
    assert typed("sync", "delft", "leiden", "--quiet")[1:] == ("", "")


def test_a_night_that_failed_is_the_first_line_until_it_goes_well(
    typed: Typed, tmp_path: Path
) -> None:
    assert typed("sync", "gone")[0] == 2
    first = typed("health", "delft")[2].splitlines()[0]
    assert "There is no file" in first and "gone.xlsx" in first
    assert typed("health", "delft", "--quiet")[2] == ""
    shutil.copy("leiden.xlsx", "gone.xlsx")
    assert typed("sync", "gone")[0] == 0
    assert "gone.xlsx" not in typed("health", "delft")[2]


def test_what_somebody_mistyped_is_no_night(typed: Typed) -> None:
    assert typed("sync", "nowhere.xlsx")[0] == 2
    assert typed("sync", "delt")[0] == 2
    assert typed("sync", "gone", "--dry-run")[0] == 2
    told = typed("health", "delft")[2]
    assert "nowhere" not in told and "delt" not in told and "gone" not in told


def test_a_night_that_fails_for_settings_or_access_leaves_its_note(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trustbook.errors import NoAccess
    from trustbook.workbooks.excel import ExcelWorkbook

    assert typed("sync", "delft")[0] == 0
    with monkeypatch.context() as patch:

        def refuse(*_: object, **__: object) -> None:
            raise NoAccess("no_rights", path="delft.xlsx")

        patch.setattr(ExcelWorkbook, "standing", refuse)
        patch.setattr(ExcelWorkbook, "read", refuse)
        assert typed("sync", "delft")[0] == 4
    notes = [one.name for one in tmp_path.iterdir() if one.suffix == ".txt"]
    assert len(notes) == 1 and "U mag “delft.xlsx” niet lezen" in (tmp_path / notes[0]).read_text(
        encoding="utf-8-sig"
    )
    assert "U mag “delft.xlsx”" in typed("health", "leiden")[2].splitlines()[0]
    # The whole settings file broken: no book can be synced, and that is told as well.
    (tmp_path / "trustbook.toml").write_text("[book.delft\n", encoding="utf-8")
    assert typed("sync")[0] == 2
    (tmp_path / "trustbook.toml").write_text(TOML, encoding="utf-8")
    assert "TOML" in typed("health", "leiden")[2]
    assert typed("sync", "delft")[0] == 0
    assert typed("health", "leiden")[2].count("sync failed") == 0
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".txt"] == []
