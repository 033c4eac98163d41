"""A memory that is gone, empty or older than its workbook, and a clock that went back: both stop a
run, by files and commands as people have them.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.kept_folder import KeptFolder
from trustbook.cli.main import main

Say = Callable[..., tuple[int, str, str]]
READERS = ("health", "next", "coverage", "calllist", "check")


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Type a command in a folder of its own: its exit code, what it printed, what it told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))

    def type_(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return type_


def make(path: Path, partners: int = 12, sheet: str = "Partners") -> None:
    """A workbook with partners, each with one talk."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    rows = book.create_sheet(sheet)
    rows.append(["ID", "Name", "Rhythm", "Status", "Area"])
    moments = book.create_sheet("Moments")
    moments.append(["ID", "Date", "With", "Weather", "Topic"])
    for i in range(partners):
        rows.append([None, f"Partner {i:02d}", 60, None, f"Area {i}"])
        moments.append([None, "1-11-2026", f"Partner {i:02d}", None, f"topic {i}"])
    book.save(path)


def type_area(path: Path, row: int, text: str) -> None:
    book = openpyxl.load_workbook(path)
    book["Partners"].cell(row, 5).value = text
    book.save(path)


def area(path: Path, row: int) -> object:
    return openpyxl.load_workbook(path)["Partners"].cell(row, 5).value


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptFolder:
    """A folder with a workbook that was synced twice, and its memory."""
    folder = tmp_path_factory.mktemp("synced")
    book = str(folder / "n.xlsx")
    make(folder / "n.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTBOOK_DATA", str(folder / "data"))
        assert main(["sync", book, "--quiet"]) == 0
        type_area(folder / "n.xlsx", 3, "typed first")
        assert main(["sync", book, "--quiet"]) == 0
    return KeptFolder(folder)


@pytest.fixture
def folder(kept: KeptFolder, say: Say, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder, in which ``say`` types."""
    folder = kept.put_back()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(folder / "data"))
    return folder


def ledger_of(folder: Path) -> Path:
    return next(iter(sorted((folder / "data").glob("*.ledger"))))


def typed(sentence: str) -> list[str]:
    """The words of the command in a sentence, as a shell takes them apart."""
    found = re.search(r"(?:type|typ dan): trustbook (.*)$", sentence.strip(), re.MULTILINE)
    assert found, sentence
    return shlex.split(found[1])


def removed(folder: Path) -> None:
    ledger_of(folder).unlink()


def emptied(folder: Path) -> None:
    ledger_of(folder).write_bytes(b"")


def without_rows(folder: Path) -> None:
    """A file with the tables of a memory, and nothing in them."""
    from trustbook.ledger import Ledger

    path = ledger_of(folder)
    path.unlink()
    Ledger(path).close()


def all_gone(folder: Path) -> None:
    shutil.rmtree(folder / "data")


def from_before(folder: Path) -> None:
    """The memory as it was before the last run, as a backup of the computer brings it back."""
    path = ledger_of(folder)
    before = path.read_bytes()
    type_area(folder / "n.xlsx", 4, "typed since")
    assert main(["sync", "n.xlsx", "--quiet"]) == 0
    path.write_bytes(before)


LOSSES = [removed, emptied, without_rows, all_gone, from_before]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_lost_memory_stops_and_its_number_lets_one_run_through(
    folder: Path, say: Say, lose: Callable[[Path], None]
) -> None:
    lose(folder)
    type_area(folder / "n.xlsx", 5, "typed after the loss")
    stood = (folder / "n.xlsx").read_bytes()
    code, _, told = say("sync", "n.xlsx")
    assert code == 3 and (folder / "n.xlsx").read_bytes() == stood
    assert typed(told) == ["sync", "n.xlsx", "--accept", "24"], "12 partners and 12 moments"
    assert (folder / "n - STOPPED, read me.txt").is_file()
    for wrong in ("23", "25", "1"):
        assert say("sync", "n.xlsx", "--accept", wrong)[0] == 3
    assert say("sync", "n.xlsx", "--dry-run")[0] == 3
    assert say("sync", "n.xlsx", "--dry-run", "--accept", "24")[0] == 0
    assert say("sync", "n.xlsx")[0] == 3, "a dry run lets nothing through"
    assert (folder / "n.xlsx").read_bytes() == stood
    assert say(*typed(told))[0] == 0
    assert area(folder / "n.xlsx", 5) == "typed after the loss"
    assert area(folder / "n.xlsx", 3) == "typed first"
    assert not (folder / "n - STOPPED, read me.txt").exists()
    code, out, _ = say("sync", "n.xlsx", "--json")
    assert code == 0 and json.loads(out)["changed"] is False
    removed(folder)
    assert say("sync", "n.xlsx", "--quiet")[0] == 3, "and the next loss stops again"


@pytest.mark.parametrize("lose", LOSSES)
def test_readers_tell_of_a_lost_memory_and_read_the_workbook_alone(
    folder: Path, say: Say, lose: Callable[[Path], None]
) -> None:
    lose(folder)
    for command in READERS:
        code, out, err = say(command, "n.xlsx", "--json", "--lang", "en")
        told = json.loads(out)
        assert code == 0 and told["memory"] is False, command
        assert told["stopped"]["code"] == "memory_older" if lose is from_before else "memory_lost"
        assert "--accept 24" in told["stopped"]["what"] and "--accept 24" in err, command
        assert "the workbook alone" in err and "as the last good run left it" not in err
    assert say("doctor", "n.xlsx")[0] == 3
    for edition in ("public", "team"):
        assert say("overview", "n.xlsx", "--edition", edition)[0] == 3
    assert not list(folder.glob("*.html"))
    assert say("log", "n.xlsx", "--with", "Partner 03")[0] == 3
    problems = json.loads(say("check", "n.xlsx", "--json")[1])["problems"]
    assert problems[0]["code"] == "sync_stops"


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("lose", [removed, emptied, without_rows, from_before])
def test_the_newest_copy_that_the_stop_names_brings_all_of_it_back(
    folder: Path, say: Say, lose: Callable[[Path], None], lang: str
) -> None:
    before = say("history", "n.xlsx", "--json")[1]
    lose(folder)
    told = say("sync", "n.xlsx", "--lang", lang)[2]
    copy, place = named(told)
    assert place == ledger_of(folder) if lose is not removed else place.parent == folder / "data"
    shutil.copyfile(copy, place)
    code, out, _ = say("sync", "n.xlsx", "--json")
    assert code == 0
    # Of a memory that is only older the stop is a night that failed, and Start here says so.
    assert json.loads(out)["changed"] is (lose is from_before)
    if lose is not from_before:
        assert say("history", "n.xlsx", "--json")[1] == before


def named(sentence: str) -> tuple[Path, Path]:
    """The copy that a sentence names, and the place it is to be put in."""
    found = re.search(r"(?:copy|kopie) “(.+?)”.*(?:place|plaats) (?:of|van) “(.+?)”", sentence)
    assert found, sentence
    return Path(found[1]), Path(found[2])


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"no database at all, only words",
        lambda data: data[:40] + bytes(len(data) - 40),
        lambda data: data[: len(data) // 3],
    ],
    ids=["words", "zeroes", "half"],
)
@pytest.mark.parametrize(
    ("sheet", "words"), [("Partners", "Nothing was written"), ("Relaties", "niets geschreven")]
)
def test_a_damaged_memory_is_told_in_the_books_language_with_its_newest_copy(
    folder: Path, say: Say, damage: Callable[[bytes], bytes], sheet: str, words: str
) -> None:
    path = folder / "n.xlsx"
    if sheet == "Relaties":
        path.unlink()
        shutil.rmtree(folder / "data")
        assert say("init", "n.xlsx", "--lang", "nl")[0] == 0
        book = openpyxl.load_workbook(path)
        book["Partners"].cell(2, 2).value = "Politie"
        book.save(path)
        assert say("sync", "n.xlsx")[0] == 0
    memory = ledger_of(folder)
    memory.write_bytes(damage(memory.read_bytes()))
    book = openpyxl.load_workbook(path)
    book["Partners"].cell(2, 3).value = "x"
    book.save(path)
    code, _, told = say("sync", "n.xlsx")
    assert code == 3 and words in told
    copy, place = named(told)
    assert place == memory
    shutil.copyfile(copy, place)
    assert say("sync", "n.xlsx")[0] == 0


def test_another_programs_file_in_the_place_of_the_memory(folder: Path, say: Say) -> None:
    path = ledger_of(folder)
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
        db.execute("PRAGMA user_version = 2")
    db.close()
    code, _, told = say("sync", "n.xlsx", "--lang", "en")
    assert code == 3 and "is not a memory of trustbook" in told
    assert named(told)[1] == path
    assert say("health", "n.xlsx")[0] == 0


def test_two_workbooks_of_a_lost_memory_are_one_number(folder: Path, say: Say) -> None:
    make(folder / "m.xlsx")
    (folder / "trustbook.toml").write_text(
        '[book.two]\nworkbooks = ["n.xlsx", "m.xlsx"]\nlanguage = "en"\n', encoding="utf-8"
    )
    assert say("sync", "two", "--quiet")[0] == 0
    removed(folder)
    code, _, told = say("sync", "two")
    rows = int(typed(told)[-1])
    assert code == 3 and typed(told)[:2] == ["sync", "two"]
    assert rows == sum(rows_with_id(folder / name) for name in ("n.xlsx", "m.xlsx"))
    assert say("sync", "two", "--accept", str(rows))[0] == 0
    assert json.loads(say("sync", "two", "--json")[1])["changed"] is False


def rows_with_id(path: Path) -> int:
    book = openpyxl.load_workbook(path)
    sheets = [book[name] for name in ("Partners", "Moments")]
    return sum(sheet.cell(row, 1).value is not None for sheet in sheets
               for row in range(2, sheet.max_row + 1))  # fmt: skip


def test_a_workbook_that_knows_a_newer_run_than_the_memory_of_two(folder: Path, say: Say) -> None:
    make(folder / "m.xlsx")
    (folder / "trustbook.toml").write_text(
        '[book.two]\nworkbooks = ["n.xlsx", "m.xlsx"]\nlanguage = "en"\n', encoding="utf-8"
    )
    assert say("sync", "two", "--quiet")[0] == 0
    memory = ledger_of(folder)
    before = memory.read_bytes()
    held = (folder / "n.xlsx").read_bytes()
    type_area(folder / "m.xlsx", 4, "typed in m")
    assert say("sync", "two", "--quiet")[0] == 0
    memory.write_bytes(before)
    (folder / "n.xlsx").write_bytes(held)
    code, _, told = say("sync", "two")
    assert code == 3 and "m.xlsx" in told and "n.xlsx" not in told
    assert typed(told)[-1] == str(rows_with_id(folder / "m.xlsx"))
    assert say(*typed(told))[0] == 0
    assert area(folder / "n.xlsx", 4) == area(folder / "m.xlsx", 4) == "typed in m"


def test_a_number_answers_a_lost_memory_and_a_gone_column_at_once(folder: Path, say: Say) -> None:
    from_before(folder)
    book = openpyxl.load_workbook(folder / "n.xlsx")
    book["Partners"].delete_cols(3)
    book.save(folder / "n.xlsx")
    code, _, told = say("sync", "n.xlsx", "--lang", "en")
    assert code == 3 and typed(told)[-2:] == ["--accept", "36"], "24 rows and 12 rhythms"
    assert say(*typed(told))[0] == 0


# what goes on as before


def test_a_copied_or_renamed_or_restored_workbook_is_no_loss(folder: Path, say: Say) -> None:
    shutil.copyfile(folder / "n.xlsx", folder / "try.xlsx")
    assert say("sync", "try.xlsx")[0] == 0
    (folder / "n.xlsx").rename(folder / "renamed.xlsx")
    assert say("sync", "renamed.xlsx")[0] == 0
    assert say("restore", "renamed.xlsx", "--run", "1")[0] == 0
    assert area(folder / "renamed.xlsx", 3) == "Area 1"
    assert say("sync", "renamed.xlsx")[0] == 0
    type_area(folder / "try.xlsx", 5, "tried out")
    assert say("sync", "try.xlsx")[0] == 0
    shutil.copyfile(folder / "try.xlsx", folder / "renamed.xlsx")
    assert say("sync", "renamed.xlsx", "--dry-run")[0] == 0, "the copy's own memory knows its run"


def test_a_copied_or_renamed_workbook_with_a_memory_in_its_own_place(
    tmp_path: Path, say: Say
) -> None:
    make(tmp_path / "n.xlsx")
    settings = tmp_path / "trustbook.toml"
    for name in ("n.xlsx", "renamed.xlsx"):
        settings.write_text(
            f'[book.x]\nworkbooks = ["{name}"]\nledger = "here/n.ledger"\n', encoding="utf-8"
        )
        assert say("sync", "x")[0] == 0
        if name == "n.xlsx":
            (tmp_path / "n.xlsx").rename(tmp_path / "renamed.xlsx")
    (tmp_path / "here" / "n.ledger").unlink()
    code, _, told = say("sync", "x", "--lang", "en")
    assert code == 3 and typed(told)[-2:] == ["--accept", "24"]
    copy, place = named(told)
    assert place == tmp_path / "here" / "n.ledger"
    shutil.copyfile(copy, place)
    assert say("sync", "x")[0] == 0


def test_an_older_copy_in_a_new_place_can_be_gone_on_with(folder: Path, say: Say) -> None:
    old = (folder / "n.xlsx").read_bytes()
    type_area(folder / "n.xlsx", 4, "newer")
    assert say("sync", "n.xlsx")[0] == 0
    (folder / "old.xlsx").write_bytes(old)
    code, _, told = say("sync", "old.xlsx", "--lang", "en")
    assert code == 3 and "older copy" in told
    assert say(*typed(told))[0] == 0


def test_a_workbook_without_ids_can_be_gone_on_with(tmp_path: Path, say: Say) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Partners"
    sheet.append(["Name", "Status"])
    for i in range(7):
        sheet.append([f"Partner {i}", None])
    book.save(tmp_path / "n.xlsx")
    assert say("sync", "n.xlsx")[0] == 0
    removed(tmp_path)
    told = say("sync", "n.xlsx", "--lang", "en")[2]
    assert typed(told)[-2:] == ["--accept", "7"]
    assert say("sync", "n.xlsx")[0] == 3
    assert say(*typed(told))[0] == 0


# the clock


def run_at(folder: Path, at: datetime) -> None:
    """Have the last run be of another time, as a wrong clock leaves it."""
    with sqlite3.connect(ledger_of(folder)) as db:
        db.execute("UPDATE runs SET at = ?", (at.isoformat(timespec="seconds"),))
    db.close()


def minutes_on(minutes: float) -> datetime:
    return datetime.now().astimezone() + timedelta(minutes=minutes, seconds=2)


def test_a_clock_that_went_back_stops_until_its_minutes_are_typed(folder: Path, say: Say) -> None:
    stood = (folder / "n.xlsx").read_bytes()
    run_at(folder, minutes_on(29.9))
    code, _, told = say("sync", "n.xlsx", "--lang", "en")
    assert code == 3 and typed(told) == ["sync", "n.xlsx", "--accept", "30"]
    assert say("sync", "n.xlsx", "--today", "2027-12-31")[0] == 3, "a day to judge is no clock"
    assert say("sync", "n.xlsx", "--accept", "29")[0] == 3
    assert say("sync", "n.xlsx", "--accept", "31")[0] == 3
    assert (folder / "n.xlsx").read_bytes() == stood
    for command in READERS:
        out = say(command, "n.xlsx", "--json")[1]
        assert json.loads(out)["stopped"]["code"] == "clock_back" and json.loads(out)["memory"]
    assert say("doctor", "n.xlsx")[0] == 3
    assert say("overview", "n.xlsx")[0] == 3
    assert say("log", "n.xlsx", "--with", "Partner 03")[0] == 5
    assert say("sync", "n.xlsx", "--accept", "30")[0] == 0
    assert say("sync", "n.xlsx")[0] == 0


def test_ten_minutes_are_no_matter_and_eleven_are(folder: Path, say: Say) -> None:
    run_at(folder, minutes_on(9.9))
    assert say("sync", "n.xlsx")[0] == 0
    run_at(folder, minutes_on(10.9))
    assert typed(say("sync", "n.xlsx", "--lang", "en")[2])[-1] == "11"


def test_a_number_of_minutes_holds_while_the_clock_goes_on(folder: Path, say: Say) -> None:
    """The note of the night is read in the morning."""
    from trustbook.errors import SafetyStop
    from trustbook.ledger.locate import LedgerLocator
    from trustbook.merge.allowances import Allowances
    from trustbook.run.sync import run_sync
    from trustbook.workbooks.excel import ExcelWorkbook

    now = datetime.now().astimezone()
    run_at(folder, now + timedelta(minutes=600))
    book, keeper = ExcelWorkbook(folder / "n.xlsx"), LedgerLocator(folder / "data")
    with pytest.raises(SafetyStop) as stop:
        run_sync(book, now.date(), now, keeper=keeper)
    assert stop.value.params["code"] == 600
    later = now + timedelta(minutes=400)
    with pytest.raises(SafetyStop):
        run_sync(book, now.date(), later, keeper=keeper, accept=601)
    run_sync(book, now.date(), later, keeper=keeper, allowed=Allowances(), accept=600)


@pytest.mark.parametrize("zone", ["+09:00", "-10:00", "+00:00"])
def test_time_zones_are_no_change_of_the_clock(folder: Path, say: Say, zone: str) -> None:
    from datetime import timezone

    hours = int(zone[:3])
    run_at(folder, datetime.now(timezone(timedelta(hours=hours))) - timedelta(minutes=1))
    assert say("sync", "n.xlsx")[0] == 0
    run_at(folder, datetime.now(timezone(timedelta(hours=hours))) + timedelta(minutes=20))
    assert say("sync", "n.xlsx")[0] == 3


def test_minutes_and_a_gone_column_are_one_number(folder: Path, say: Say) -> None:
    run_at(folder, minutes_on(29.9))
    book = openpyxl.load_workbook(folder / "n.xlsx")
    book["Partners"].delete_cols(3)
    book.save(folder / "n.xlsx")
    told = say("sync", "n.xlsx", "--lang", "en")[2]
    assert typed(told)[-1] == "42", "30 minutes and 12 rhythms"
    assert say(*typed(told))[0] == 0


# an older copy, and what is not in it


def start_here(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    sheet = next(one for one in book.worksheets if one.title in ("Start here", "Begin hier"))
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_an_older_copy_that_is_gone_on_with_says_what_is_not_in_it(
    folder: Path, say: Say, lang: str
) -> None:
    path = folder / "n.xlsx"
    old = path.read_bytes()
    for name in ("Newcomer", "Another"):
        assert say("log", "n.xlsx", "--with", "Partner 01", "--topic", name)[0] == 0
    type_area(path, 5, "newer")
    assert say("sync", "n.xlsx")[0] == 0
    path.write_bytes(old)
    command = typed(say("sync", "n.xlsx")[2])
    told = {
        "en": ("Not in it, and archived: 2 rows.", "what it says: 1 newer cell.", "nothing lost"),
        "nl": ("gearchiveerd: 2 rijen.", "in de kopie staat: 1 nieuwere cel.", "niets verloren"),
    }[lang]
    code, out, _ = say(*command, "--dry-run", "--lang", lang)
    assert code == 0 and "2 r" in out and ("to be archived" in out or "straks" in out)
    code, out, _ = say(*command, "--lang", lang)
    shown = start_here(path)
    assert code == 0
    for text in (out, shown):
        assert told[0] in text and told[1] in text and told[2] not in text, text
    type_area(path, 6, "an ordinary day")
    out = say("sync", "n.xlsx", "--lang", lang)[1]
    assert told[2] in out and told[2] in start_here(path)


def test_what_is_not_in_an_older_copy_is_counted_for_machines(folder: Path, say: Say) -> None:
    path = folder / "n.xlsx"
    old = path.read_bytes()
    assert json.loads(say("sync", "n.xlsx", "--json")[1])["not_in_copy"] is None
    assert say("log", "n.xlsx", "--with", "Partner 01")[0] == 0
    assert say("sync", "n.xlsx")[0] == 0
    path.write_bytes(old)
    out = say(*typed(say("sync", "n.xlsx")[2]), "--json")[1]
    assert json.loads(out)["not_in_copy"] == {"rows": 1, "cells": 0, "memory": False}
    removed(folder)
    command = typed(say("sync", "n.xlsx", "--lang", "en")[2])
    code, out, _ = say(*command, "--lang", "en")
    assert code == 0 and "without what the earlier memory knew" in out and "nothing lost" not in out
    assert "without what the earlier memory knew" in start_here(path)


def test_doctor_and_overview_say_to_machines_what_stops_and_whether_there_is_a_memory(
    folder: Path, say: Say
) -> None:
    out = json.loads(say("doctor", "n.xlsx", "--json")[1])
    assert (out["stopped"], out["memory"]) == (None, True)
    finding = next(one for one in out["workbooks"][0]["findings"] if one["code"] == "memory")
    newest = sorted((folder / "data").glob("*.ledger.copies/*"))[-1]
    assert str(newest) in finding["text"] and str(ledger_of(folder)) in finding["text"]
    out = json.loads(say("overview", "n.xlsx", "--json", "--edition", "team")[1])
    assert (out["stopped"], out["memory"]) == (None, True)
    removed(folder)
    out = json.loads(say("doctor", "n.xlsx", "--json")[1])
    assert (out["stopped"]["code"], out["memory"]) == ("memory_lost", False)
    code, out, _ = say("overview", "n.xlsx", "--json", "--edition", "team")
    assert code == 3 and json.loads(out)["file"] is None
    assert json.loads(out)["stopped"]["code"] == "memory_lost"
    make(folder / "new.xlsx")
    out = json.loads(say("doctor", "new.xlsx", "--json")[1])
    assert (out["stopped"], out["memory"]) == (None, False)
