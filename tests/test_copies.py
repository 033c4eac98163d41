"""The copies a memory keeps of itself: made after a run, proved, few, in order, and forgotten with
it.
"""

from __future__ import annotations

import json
import stat
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.forgetting import found_in
from tests.nights import Nights
from trustbook.cli.main import main
from trustbook.ledger import Ledger
from trustbook.ledger.copies import (
    copies_of,
    folder_of_copies,
    how_to_put_back,
    keep_copy,
    run_of_copy,
)
from trustbook.ledger.whole import is_copy_of, is_whole
from trustbook.run.erase import forget


def memory_of(nights: Nights) -> Path:
    return next(iter(sorted(nights.keeper.folder.glob("*.ledger"))))


def numbers(memory: Path) -> list[int]:
    return [int(copy.name.partition("-")[0]) for copy in copies_of(memory)]


def typed(nights: Nights, text: str) -> None:
    nights.rows()[0][3] = text
    nights.night()


def test_each_run_that_writes_leaves_one_copy_and_a_quiet_night_none(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night()
    memory = memory_of(nights)
    assert numbers(memory) == [1]
    assert not nights.night().changed and numbers(memory) == [1]
    nights.night(dry_run=True)
    assert numbers(memory) == [1]
    typed(nights, "typed")
    assert numbers(memory) == [1, 2]
    newest = copies_of(memory)[-1]
    with nights.ledger() as ledger, Ledger(newest, reads_only=True) as copy:
        assert copy.runs() == ledger.runs() and copy.records("partners") == ledger.records(
            "partners"
        )
        assert copy.secret == ledger.secret and copy.book == ledger.book
        assert copy.bears(nights.book.marks["run"]), "put back, it goes on with the workbook"
        assert run_of_copy(newest) == ledger.last_run()[0]  # type: ignore[index]
    if sys.platform != "win32":
        assert stat.S_IMODE(newest.stat().st_mode) == 0o600
        assert stat.S_IMODE(newest.parent.stat().st_mode) == 0o700


def test_the_last_seven_stay_and_every_seventh_before_them(tmp_path: Path) -> None:
    """By their numbers: a clock that jumps makes none older."""
    nights = Nights(tmp_path, partners=2)
    nights.night()
    memory = memory_of(nights)
    with Ledger(memory) as ledger:
        for _ in range(99):
            keep_copy(ledger)
    assert numbers(memory) == [42, 49, 56, 63, 70, 77, 84, 91, *range(94, 101)]
    nights.clock = datetime(2020, 1, 1)
    nights.rows()[0][3] = "typed with a clock of years ago"
    from trustbook.errors import SafetyStop

    with pytest.raises(SafetyStop) as stop:
        nights.night()
    nights.night(accept=stop.value.params["code"])  # type: ignore[arg-type]
    assert numbers(memory)[-1] == 101


def test_a_copy_that_a_killed_run_owes_is_made_and_its_remains_swept(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night()
    typed(nights, "typed")
    memory = memory_of(nights)
    copies_of(memory)[-1].unlink()
    left = folder_of_copies(memory) / "000002-run-2.ledger.abcd1234.tmp"
    for name in (left, left.with_name(f"{left.name}-journal")):
        name.write_bytes(b"half")
    assert not nights.night().changed
    assert [run_of_copy(one) for one in copies_of(memory)] == [1, 2]
    assert {one.suffix for one in folder_of_copies(memory).iterdir()} == {".ledger"}


@pytest.mark.parametrize("damage", ["nothing", "flipped", "shorter", "half"])
def test_a_night_without_news_makes_the_newest_copy_anew_where_it_is_damaged(
    tmp_path: Path, damage: str
) -> None:
    """Wherever a byte of it is another one."""
    nights = Nights(tmp_path)
    nights.night()
    assert not nights.night().changed
    copy = copies_of(memory_of(nights))[-1]
    data = bytearray(copy.read_bytes())
    if damage == "flipped":
        packed = data.find(b"\x78\x9c") + 40
        data[packed] ^= 255
    elif damage != "nothing":
        del data[-4096 if damage == "shorter" else len(data) // 2 :]
    copy.write_bytes(data)
    assert is_whole(copy) is (damage == "nothing")
    assert not nights.night().changed
    found = copies_of(memory_of(nights))
    assert is_whole(found[-1]) and (found[-1] == copy) is (damage == "nothing")


def test_what_the_file_of_a_memory_is_a_copy_of(tmp_path: Path) -> None:
    """One byte more or less, or another one anywhere, makes it none; how often each was written
    does not.
    """
    nights = Nights(tmp_path)
    nights.night()
    memory = memory_of(nights)
    copy = copies_of(memory)[-1]
    whole = copy.read_bytes()
    assert is_copy_of(copy, memory) and whole != memory.read_bytes()
    for at in (0, 17, 99, 100, len(whole) // 2, len(whole) - 1):
        flipped = bytearray(whole)
        flipped[at] ^= 1
        copy.write_bytes(flipped)
        assert not is_copy_of(copy, memory), at
    for cut in (whole[:-1], whole + b"\0", b""):
        copy.write_bytes(cut)
        assert not is_copy_of(copy, memory)
    copy.unlink()
    assert not is_copy_of(copy, memory)


def test_a_memory_that_breaks_is_noticed_and_its_good_copies_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Broken where no run looks: all that it asks and tells still works."""
    from tests.test_memory_lost import make, type_area

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    make(tmp_path / "n.xlsx")
    assert main(["sync", "n.xlsx", "--quiet"]) == 0
    memory = next(iter((tmp_path / "data").glob("*.ledger")))
    break_where_nobody_looks(memory)
    type_area(tmp_path / "n.xlsx", 3, "typed")
    capsys.readouterr()
    assert main(["sync", "n.xlsx", "--quiet", "--lang", "en"]) == 0
    assert "does not pass the check of its own database" in capsys.readouterr().err
    assert [run_of_copy(one) for one in copies_of(memory)] == [1]
    assert main(["doctor", "n.xlsx", "--json", "--lang", "en"]) == 3
    found = json.loads(capsys.readouterr().out)["workbooks"][0]["findings"]
    broken = next(one for one in found if one["level"] == "bad")
    assert str(copies_of(memory)[-1]) in broken["text"]


def break_where_nobody_looks(memory: Path) -> None:
    """Make a line of which the engine itself says that it cannot be."""
    import sqlite3

    rewrite = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'meta'"
    for before, after in (("TEXT NOT NULL", "TEXT DEFAULT 0"), ("TEXT DEFAULT 0", "TEXT NOT NULL")):
        with sqlite3.connect(memory) as db:
            db.execute("PRAGMA writable_schema = ON")
            db.execute(rewrite, (before, after))
        db.close()
        with sqlite3.connect(memory) as db:
            if after != "TEXT NOT NULL":
                db.execute("INSERT INTO meta VALUES ('stray', NULL)")
        db.close()


def test_a_copy_that_cannot_be_kept_is_told_and_the_run_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.test_memory_lost import make, type_area

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    make(tmp_path / "n.xlsx")
    assert main(["sync", "n.xlsx", "--quiet"]) == 0
    memory = next(iter((tmp_path / "data").glob("*.ledger")))
    folder = folder_of_copies(memory)
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("a file where the folder was", encoding="utf-8")
    type_area(tmp_path / "n.xlsx", 3, "typed")
    capsys.readouterr()
    assert main(["sync", "n.xlsx", "--quiet", "--lang", "nl"]) == 0
    assert "kon geen kopie van zichzelf bewaren" in capsys.readouterr().err
    assert main(["sync", "n.xlsx", "--json", "--lang", "nl"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] is False


def test_a_row_that_waits_and_partners_that_are_one_are_in_the_newest_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stand nowhere else yet."""
    from tests.test_memory_lost import make

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    make(tmp_path / "n.xlsx")
    assert main(["sync", "n.xlsx", "--quiet"]) == 0
    memory = next(iter((tmp_path / "data").glob("*.ledger")))
    (tmp_path / "~$n.xlsx").write_bytes(b"\x05" + b"Fatma".ljust(54))
    assert main(["log", "n.xlsx", "--with", "Partner 03"]) == 5
    (tmp_path / "~$n.xlsx").unlink()
    assert main(["merge", "n.xlsx", "Partner 01", "Partner 02"]) == 0
    with Ledger(memory, reads_only=True) as ledger, Ledger(copies_of(memory)[-1], True) as copy:
        assert copy.waiting() == ledger.waiting() != {}
        query = "SELECT kind, noted FROM facts ORDER BY kind"
        assert copy._db.execute(query).fetchall() == ledger._db.execute(query).fetchall()


def test_who_is_forgotten_is_in_no_copy(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night()
    typed(nights, "Kerkstraat 12")
    memory, identity = memory_of(nights), str(nights.rows()[0][0])
    stray = folder_of_copies(memory) / "000009-run-9.ledger.abcd1234.tmp"
    stray.write_bytes(b"Kerkstraat 12")
    assert all(found_in(copy.parent, ["kerkstraat 12"]) for copy in copies_of(memory))
    done = forget(nights.book, [identity], nights.keeper)
    assert len(done.copies) == 3
    assert found_in(nights.keeper.folder, ["kerkstraat 12"]) == []


def test_the_copies_of_a_line_that_is_gone_are_forgotten_too(tmp_path: Path) -> None:
    """A workbook that was copied had a memory of its own, of which only copies are left."""
    nights = Nights(tmp_path)
    nights.night()
    typed(nights, "Kerkstraat 12")
    memory, identity = memory_of(nights), str(nights.rows()[0][0])
    other = memory.with_name(memory.name.replace(".ledger", ".0a1b2c3d.ledger"))
    with Ledger(memory) as ledger:
        ledger.copy_to(other)
    with Ledger(other) as ledger:
        assert keep_copy(ledger) is None
    other.unlink()
    assert len(copies_of(other)) == 1
    forget(nights.book, [identity], nights.keeper)
    assert copies_of(other) == copies_of(memory) == []


def test_what_a_broken_memory_left_beside_it_goes_first(tmp_path: Path) -> None:
    """A half done change of the file that was there would be put into the copy."""
    nights = Nights(tmp_path)
    nights.night()
    memory = memory_of(nights)
    assert [key for key, _ in how_to_put_back(memory)] == ["ledger.put_back"]
    half = memory.with_name(f"{memory.name}-journal")
    half.write_bytes(b"half")
    first, second = how_to_put_back(memory)
    assert first == ("ledger.journal_away", {"path": half}) and second[0] == "ledger.put_back"
    memory.rename(tmp_path / "away.ledger")
    assert [key for key, _ in how_to_put_back(tmp_path / "away.ledger")] == ["ledger.no_copy"]


def test_of_a_memory_that_cannot_be_unpacked_no_copy_is_made(tmp_path: Path) -> None:
    nights = Nights(tmp_path, partners=2)
    nights.night()
    memory = memory_of(nights)
    before = numbers(memory)
    with Ledger(memory) as ledger:
        ledger._db.execute("UPDATE row_parts SET lines = substr(lines, 1, 9)")
        fault = keep_copy(ledger)
        assert fault is not None and "row_parts.lines" in fault.sentence("en")
    assert numbers(memory) == before
