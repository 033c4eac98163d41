"""Marks read in a workbook, and names read in the data folder, lead nowhere unless of our form."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.present import present
from trustbook.cli.main import main
from trustbook.ledger.ledger_names import is_book, is_ledger_name, ledgers_of, odd_marks
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.erase import forget
from trustbook.workbooks import open_workbook

HOSTILE = (
    "../../escape",
    "?-",
    "*",
    "B-*",
    "B-7KQX/../x",
    "/etc/x",
    "",
    "B-7KQX\n",
    "C:x",
    "[B]-x",
)


def make(path: Path, names: tuple[str, ...] = ("Police",)) -> Path:
    file = openpyxl.Workbook()
    page = present(file.active)
    page.title = "Partners"
    for row in (["Name", "Holder"], *([name, "Anna"] for name in names)):
        page.append(row)
    file.save(path)
    return path


def mark(path: Path, **marks: str) -> None:
    file = openpyxl.load_workbook(path)
    for name, text in marks.items():
        stands = DefinedName(f"trustbook_{name}", attr_text=f'"{text}"', hidden=True)
        file.defined_names[stands.name] = stands
    file.save(path)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home" / "deep" / "data"
    monkeypatch.setenv("TRUSTBOOK_DATA", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.parametrize("text", HOSTILE)
def test_only_our_form_is_a_book(text: str) -> None:
    assert not is_book(text)
    assert not is_ledger_name(f"{text}.ledger")
    assert odd_marks({"book": text, "run": "1-x", "keeper": "\x1b[2J"}) == ["book", "run", "keeper"]


def test_what_trustbook_writes_is_of_our_form() -> None:
    keeper = LedgerLocator(Path("x")).mark
    assert not odd_marks({"book": "B-7KQX3MNP", "run": "12-0a1b2c3d", "keeper": keeper})
    assert not odd_marks({"run": "3-restore", "sheet_start": "anything"})


def test_a_book_never_reaches_another_whose_name_begins_alike(tmp_path: Path) -> None:
    names = (
        "B-7.ledger",
        "B-7.0a1b2c3d.ledger",
        "B-7K.ledger",
        "B-7.ledger.copies",
        "B-7.x.ledger",
    )
    for name in names:
        (tmp_path / name).touch()
    assert [one.name for one in ledgers_of(tmp_path, "B-7")] == [
        "B-7.0a1b2c3d.ledger",
        "B-7.ledger",
    ]
    assert [one.name for one in ledgers_of(tmp_path, "B-7", ".copies")] == ["B-7.ledger.copies"]
    assert ledgers_of(tmp_path, None) == ledgers_of(tmp_path / "none", "B-7") == []


@pytest.mark.parametrize("text", ["../../escape", "?-"])
def test_a_hostile_mark_stops_and_writes_nothing(
    tmp_path: Path, data: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "ours.xlsx")
    assert main(["sync", "ours.xlsx", "--quiet"]) == 0
    make(tmp_path / "theirs.xlsx", ("Mosque",))
    mark(tmp_path / "theirs.xlsx", book=text)
    before = (tmp_path / "theirs.xlsx").read_bytes()
    ledgers = sorted(tmp_path.rglob("*.ledger"))
    capsys.readouterr()
    assert main(["sync", "theirs.xlsx"]) == 3
    assert "trustbook_book" in capsys.readouterr().err
    assert main(["doctor", "theirs.xlsx"]) == 3
    capsys.readouterr()
    assert main(["history", "theirs.xlsx"]) == 3
    assert not capsys.readouterr().out, "not what another book remembers"
    assert main(["check", "theirs.xlsx", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["stopped"]["code"], said["memory"]) == ("odd_marks", False)
    assert (tmp_path / "theirs.xlsx").read_bytes() == before
    assert sorted(tmp_path.rglob("*.ledger")) == ledgers
    assert main(["sync", "theirs.xlsx", "--accept", "2"]) == 3
    assert main(["sync", "theirs.xlsx", "--accept", "1"]) == 0
    assert main(["sync", "theirs.xlsx"]) == 0
    assert len(sorted(data.glob("B-*.ledger"))) == 2


def test_a_mark_changed_in_a_book_that_is_known_stops_once_and_is_mended(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "ours.xlsx")
    assert main(["sync", "ours.xlsx", "--quiet"]) == 0
    mark(tmp_path / "ours.xlsx", book="../x", run="no", keeper="\u2028")
    assert main(["sync", "ours.xlsx"]) == 3
    assert main(["health", "ours.xlsx"]) == 0
    assert "Police" in capsys.readouterr().out
    assert main(["sync", "ours.xlsx", "--accept", "3"]) == 0
    assert main(["sync", "ours.xlsx"]) == 0
    assert len(list(data.glob("*.ledger"))) == 1


def test_forgetting_stays_within_the_book(tmp_path: Path, data: Path) -> None:
    make(tmp_path / "ours.xlsx")
    assert main(["sync", "ours.xlsx", "--quiet"]) == 0
    [ours] = data.glob("B-*.ledger")
    other = ours.with_name(f"{ours.stem}K.ledger")
    other.write_bytes(b"another book's, that would not open")
    forget(open_workbook(str(tmp_path / "ours.xlsx")), ["P-NONE"], LedgerLocator())
    assert other.is_file()


def _outside(place: Path) -> None:
    stolen = place.parent.parent / "stolen.ledger"
    stolen.write_bytes(b"SQLite format 3\0 not ours")
    place.write_text("../data/stolen.ledger\nx\n")


def _folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "bytes": lambda place: place.write_bytes(b"\xff\xfe\x00"),
    "empty": lambda place: place.write_bytes(b""),
    "nul": lambda place: place.write_bytes(b"B-\0.ledger\n"),
    "a path": _outside,
    "a folder": _folder,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_place_is_found_by_the_stamp(tmp_path: Path, data: Path, kind: str) -> None:
    make(tmp_path / "ours.xlsx")
    assert main(["sync", "ours.xlsx", "--quiet"]) == 0
    marks = open_workbook(str(tmp_path / "ours.xlsx")).read().marks
    [place] = (Path(os.environ["TRUSTBOOK_DATA"]) / "places").iterdir()
    DAMAGE[kind](place)
    make(tmp_path / "ours.xlsx", ("Police", "Mosque"))  # something to write
    mark(tmp_path / "ours.xlsx", **marks)
    assert main(["health", "ours.xlsx", "--quiet"]) == 0
    assert main(["sync", "ours.xlsx", "--quiet"]) == 0
    assert len(list(data.glob("B-*.ledger"))) == 1


def test_a_memory_that_says_it_is_of_a_path_is_damaged(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "ours.xlsx")
    assert main(["sync", "ours.xlsx", "--quiet"]) == 0
    [ours] = data.glob("B-*.ledger")
    with sqlite3.connect(ours) as memory:
        memory.execute("UPDATE meta SET value = '../../x' WHERE name = 'book'")
    memory.close()
    make(tmp_path / "ours.xlsx", ("Police", "Mosque"))
    assert main(["sync", "ours.xlsx"]) == 3
    assert str(ours) in capsys.readouterr().err
