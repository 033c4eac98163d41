"""While a sync would stop, every command says so and shows what the last good run left."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

import trustbook
from trustbook.cli.main import main
from trustbook.errors import SafetyStop

READERS = ("health", "next", "coverage", "calllist", "check")


def make(path: Path, partners: int = 12) -> None:
    """A workbook with partners, each with one talk."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Partners")
    sheet.append(["ID", "Name", "Rhythm", "Status"])
    moments = book.create_sheet("Moments")
    moments.append(["ID", "Date", "With", "Weather", "Topic"])
    for i in range(partners):
        sheet.append([None, f"Partner {i:02d}", 60, None])
        moments.append([None, "1-11-2026", f"Partner {i:02d}", None, f"topic {i}"])
    book.save(path)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    make(tmp_path / "n.xlsx")
    assert main(["sync", "n.xlsx", "--quiet"]) == 0
    return tmp_path


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([*arguments, "--lang", "en"])
    said = capsys.readouterr()
    return code, said.out, said.err


def half_gone(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Partners"].delete_rows(2, 7)
    book.save(path)


def older_copy(path: Path) -> None:
    before = path.read_bytes()
    assert main(["log", str(path), "--with", "Partner 03", "--quiet"]) == 0
    assert main(["sync", str(path), "--quiet"]) == 0
    path.write_bytes(before)


def moments_renamed(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Moments"].title = "Talks of ours"
    book.save(path)


@pytest.mark.parametrize("accident", [half_gone, older_copy, moments_renamed])
def test_readers_go_on_and_say_what_stops_a_sync(
    folder: Path, capsys: pytest.CaptureFixture[str], accident: object
) -> None:
    before = json.loads(ask(capsys, "health", "n.xlsx", "--json")[1])["partners"]
    assert callable(accident)
    accident(folder / "n.xlsx")
    stood = (folder / "n.xlsx").read_bytes()
    for command in READERS:
        code, out, err = ask(capsys, command, "n.xlsx", "--json")
        told = json.loads(out)
        assert code == 0 and told["stopped"]["code"] and told["stopped"]["what"], command
        assert err.startswith("A sync would stop here"), command
    now = json.loads(ask(capsys, "health", "n.xlsx", "--json", "--quiet")[1])["partners"]
    assert {one["name"]: one["status"] for one in now} == {
        one["name"]: one["status"] for one in before
    }
    problems = json.loads(ask(capsys, "check", "n.xlsx", "--json")[1])["problems"]
    assert problems[0]["code"] == "sync_stops" and problems[0]["severity"] == "error"
    assert ask(capsys, "check", "n.xlsx", "--fail-on", "issues")[0] == 1
    assert ask(capsys, "doctor", "n.xlsx")[0] == 3
    for edition in ("public", "team"):
        code, _, err = ask(capsys, "overview", "n.xlsx", "--edition", edition)
        assert code == 3 and err.count("Nothing was written") == 1
    assert not list(folder.glob("*.html")) and (folder / "n.xlsx").read_bytes() == stood
    with pytest.warns(UserWarning, match="A sync would stop here"):
        book = trustbook.open_book("n.xlsx", lang="en")
    assert book.problems[0].code == "sync_stops"
    with pytest.raises(SafetyStop):
        trustbook.quarter(book, "2026Q3")


def test_a_column_that_stood_there_blank_is_there_still(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is told to make a column Rhythm beside the one that waits to be filled in."""
    path = folder / "n.xlsx"
    book = openpyxl.load_workbook(path)
    for row in range(2, 14):
        book["Partners"].cell(row, 3).value = None
    book.save(path)
    assert main(["sync", "n.xlsx", "--quiet", "--allow-changes", "12"]) == 0
    moments_renamed(path)
    problems = json.loads(ask(capsys, "check", "n.xlsx", "--json")[1])["problems"]
    assert {one["code"] for one in problems} == {"sync_stops", "no_rhythm"}
    assert "C2" in {one["cell"] for one in problems}


def test_a_row_waits_while_a_guard_stands_and_arrives_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = (folder / "n.xlsx").read_bytes()
    half_gone(folder / "n.xlsx")
    assert ask(capsys, "log", "n.xlsx", "--with", "Partner 09", "--topic", "waits")[0] == 5
    (folder / "n.xlsx").write_bytes(good)
    assert ask(capsys, "sync", "n.xlsx")[0] == 0
    rows = openpyxl.load_workbook(folder / "n.xlsx")["Moments"].iter_rows(values_only=True)
    assert [row[2] for row in rows if row[4] == "waits"] == ["Partner 09"]


def test_rows_typed_since_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    half_gone(folder / "n.xlsx")
    book = openpyxl.load_workbook(folder / "n.xlsx")
    book["Partners"].append([None, "Newcomer", 30, None])
    book.save(folder / "n.xlsx")
    assert "not counted here: 1." in ask(capsys, "health", "n.xlsx")[2]


def two_workbooks(folder: Path) -> None:
    make(folder / "m.xlsx")
    (folder / "trustbook.toml").write_text(
        '[book.two]\nworkbooks = ["n.xlsx", "m.xlsx"]\nlanguage = "en"\n', encoding="utf-8"
    )
    assert main(["sync", "two", "--quiet"]) == 0


def test_the_path_of_one_workbook_means_the_book_it_belongs_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_workbooks(folder)
    book = openpyxl.load_workbook(folder / "m.xlsx")
    book["Moments"].append([None, "20-11-2026", "Partner 04", "crisis", "x"])
    book.save(folder / "m.xlsx")
    answers = [ask(capsys, "health", one, "--json")[1] for one in ("two", "n.xlsx", "m.xlsx")]
    assert answers[0] == answers[1] == answers[2]


def test_a_guard_in_the_second_workbook_keeps_a_row_waiting(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_workbooks(folder)
    half_gone(folder / "m.xlsx")
    assert ask(capsys, "log", "two", "--with", "Partner 01")[0] == 5
    assert json.loads(ask(capsys, "health", "n.xlsx", "--json")[1])["stopped"] is not None


def test_without_its_ledger_a_book_is_read_alone_and_nothing_is_added(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(folder / "elsewhere"))
    stood = (folder / "n.xlsx").read_bytes()
    code, out, err = ask(capsys, "health", "n.xlsx", "--json")
    assert code == 0 and json.loads(out)["memory"] is False
    assert "another account or in another folder" in err
    assert ask(capsys, "log", "n.xlsx", "--with", "Partner 01")[0] == 3
    assert ask(capsys, "overview", "n.xlsx")[0] == 3
    assert ask(capsys, "overview", "n.xlsx", "--edition", "team")[0] == 0
    assert (folder / "n.xlsx").read_bytes() == stood


def test_a_day_before_the_first_night_is_said_to_show_what_was_known_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ask(capsys, "health", "n.xlsx", "--json", "--today", "2020-01-01")
    assert code == 0 and json.loads(out)["facts"] == "first"
    assert "before the first night" in err
    assert json.loads(ask(capsys, "health", "n.xlsx", "--json")[1])["facts"] == "now"
