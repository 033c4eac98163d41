"""A memory that a disk or a program damaged is noticed the same night, whoever looks changes
nothing, and what is named to put back is whole.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.kept_folder import KeptFolder
from tests.test_memory_lost import (
    Say,
    emptied,
    folder,
    ledger_of,
    make,
    named,
    say,
    type_area,
    typed,
)
from trustbook.cli.main import main
from trustbook.ledger.copies import copies_of

__all__ = ["folder", "say"]
PERSON = "Fatma Yilmaz"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptFolder:
    """A folder with a workbook with one person, that was synced twice, and its memory."""
    folder = tmp_path_factory.mktemp("synced")
    make(folder / "n.xlsx")
    book = openpyxl.load_workbook(folder / "n.xlsx")
    people = book.create_sheet("People")
    people.append(["ID", "Name", "Partner", "Role"])
    people.append([None, PERSON, "Partner 01", "chair"])
    book["Moments"].cell(3, 5).value = f"with {PERSON}"
    book.save(folder / "n.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTBOOK_DATA", str(folder / "data"))
        assert main(["sync", str(folder / "n.xlsx"), "--quiet"]) == 0
        type_area(folder / "n.xlsx", 3, "typed first")
        assert main(["sync", str(folder / "n.xlsx"), "--quiet"]) == 0
    return KeptFolder(folder)


def spoil(memory: Path, where: str = "row_parts.lines") -> None:
    """Have something packed end too soon."""
    table, column = where.split(".")
    with sqlite3.connect(memory) as db:
        db.execute(f"UPDATE {table} SET {column} = substr({column}, 1, 9)")
    db.close()


@pytest.mark.parametrize("where", ["row_parts.lines", "facts.noted", "workbooks.state"])
def test_a_night_without_news_notices_what_cannot_be_unpacked(
    folder: Path, say: Say, where: str
) -> None:
    spoil(ledger_of(folder), where)
    stood = (folder / "n.xlsx").read_bytes()
    code, _, told = say("sync", "n.xlsx", "--lang", "en")
    assert code == 3 and "is damaged" in told and "again" in told
    assert (folder / "n.xlsx").read_bytes() == stood
    copy, place = named(told)
    code, out, _ = say("health", "n.xlsx", "--json")
    assert code == 0 and json.loads(out)["memory"] is False
    assert json.loads(out)["stopped"]["code"] == "unusable"
    code, out, _ = say("doctor", "n.xlsx", "--lang", "en")
    assert code == 3 and str(copy) in out and "not ready" in out
    code, _, told = say("history", "n.xlsx", "--lang", "en")
    assert code == 3 and str(copy) in told
    shutil.copyfile(copy, place)
    assert say("sync", "n.xlsx")[0] == 0


def test_the_copy_that_is_named_is_the_newest_that_is_whole(folder: Path, say: Say) -> None:
    memory = ledger_of(folder)
    first, second = copies_of(memory)
    spoil(memory)
    spoil(second)
    assert named(say("sync", "n.xlsx", "--lang", "en")[2])[0] == first
    assert "sync n.xlsx” again" in say("sync", "n.xlsx", "--lang", "en")[2]
    first.write_bytes(b"nothing")
    told = say("sync", "n.xlsx", "--lang", "en")[2]
    assert "Of its 2 copies" in told and "none can be read" in told and "move it away" in told
    memory.unlink()
    told = say("sync", "n.xlsx", "--lang", "en")[2]
    assert "Of its 2 copies" in told and "from a backup" in told
    assert typed(told)[-1] == "--accept 25".split()[-1]


def test_the_doctor_names_no_copy_that_is_broken(folder: Path, say: Say) -> None:
    first, second = copies_of(ledger_of(folder))
    assert str(second) in say("doctor", "n.xlsx", "--lang", "en")[1]
    spoil(second)
    code, out, _ = say("doctor", "n.xlsx", "--lang", "en")
    assert code == 0 and "The next trustbook sync makes one" in out and str(second) not in out
    assert say("sync", "n.xlsx")[0] == 0
    assert copies_of(ledger_of(folder))[-1] not in (first, second)
    assert str(copies_of(ledger_of(folder))[-1]) in say("doctor", "n.xlsx", "--lang", "en")[1]


def test_an_emptied_memory_is_told_by_who_only_looks_and_stays_empty(
    folder: Path, say: Say
) -> None:
    emptied(folder)
    for command in ("history", "check", "doctor", "retention"):
        code, out, told = say(command, "n.xlsx", "--lang", "en")
        assert "is not there, or is empty" in out + told, command
        assert code == (0 if command == "check" else 3), command
    assert say("restore", "n.xlsx", "--run", "1", "--dry-run")[0] == 3
    assert ledger_of(folder).read_bytes() == b""


@pytest.mark.parametrize("lose", [emptied, lambda folder: shutil.rmtree(folder / "data"), None])
def test_what_is_held_about_a_person_is_read_in_the_workbook_alone(
    folder: Path, say: Say, lose: object
) -> None:
    before = json.loads(say("person", "n.xlsx", PERSON, "--json")[1])
    assert before["journal"] is not None and before["memory"] is True
    lose(folder) if callable(lose) else spoil(ledger_of(folder))
    code, out, told = say("person", "n.xlsx", PERSON, "--json", "--lang", "en")
    found = json.loads(out)
    assert code == 0 and found["memory"] is False and found["journal"] is None
    assert found["rows"] == before["rows"] and any(one["value"] == "chair" for one in found["rows"])
    assert "the workbook alone" in told
    assert say("person", "n.xlsx", PERSON, "-o", "p.html", "--lang", "en")[0] == 0
    page = (folder / "p.html").read_text(encoding="utf-8")
    assert "from the workbook alone" in page and "what changed and when" not in page
    code, _, told = say("person", "n.xlsx", "Nobody At All", "--lang", "en")
    assert code == 2 and "now or before" not in told
    assert say("forget", "n.xlsx", "--person", PERSON)[0] == 3, "what forgets must see all"


def test_a_person_is_shown_as_the_last_good_run_left_them(folder: Path, say: Say) -> None:
    book = openpyxl.load_workbook(folder / "n.xlsx")
    del book["Moments"]
    book.save(folder / "n.xlsx")
    assert say("sync", "n.xlsx")[0] == 3
    code, out, told = say("person", "n.xlsx", PERSON, "--json", "--lang", "en")
    found = json.loads(out)
    assert code == 0 and found["memory"] is True and found["stopped"] is not None
    assert "as the last good run left it" in told
    assert {one["sheet"] for one in found["rows"]} >= {"People", "Moments"}


def test_a_memory_that_moves_is_counted_in_rows_that_people_see(folder: Path, say: Say) -> None:
    told = say("ledger", "move", str(ledger_of(folder)), str(folder / "b.ledger"), "--lang", "en")
    assert told[0] == 0 and "(25 rows)" in told[2], "12 partners, 12 moments, 1 person"


def zero_its_middle(memory: Path) -> None:
    data = bytearray(memory.read_bytes())
    half = len(data) // 2
    data[half : half + 6000] = bytes(6000)
    memory.write_bytes(data)


def said(memory: Path, statement: str) -> None:
    with sqlite3.connect(memory) as db:
        db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    "harm",
    [
        zero_its_middle,
        lambda memory: said(memory, "DROP TABLE journal"),
        lambda memory: said(memory, "UPDATE runs SET what = '[[['"),
    ],
)
def test_every_door_tells_of_a_damaged_memory_and_nothing_is_published(
    folder: Path, say: Say, harm: Callable[[Path], None]
) -> None:
    harm(ledger_of(folder))
    stood = {file.name for file in folder.iterdir()}
    for command in ("health", "next", "coverage", "check"):
        code, out, told = say(command, "n.xlsx", "--json", "--lang", "en")
        assert code == 0 and told.startswith("A sync would stop here"), command
        assert json.loads(out)["stopped"]["code"] == "unusable", command
    assert json.loads(out)["problems"][0]["code"] == "sync_stops"
    for asked in (
        ("overview", "n.xlsx", "-o", "o.html"),
        ("overview", "n.xlsx", "--edition", "team", "-o", "t.html"),
        ("export", "n.xlsx", "all", "-o", "a.json"),
        ("digest", "n.xlsx", "--send"),
        ("history", "n.xlsx"),
        ("doctor", "n.xlsx"),
        ("sync", "n.xlsx"),
    ):
        code, out, told = say(*asked, "--lang", "en")
        assert code == 3 and "damaged" in out + told, (asked, code, told)
        made = {file.name for file in folder.iterdir()} - stood
        assert not {name for name in made if "STOPPED" not in name}, asked
