"""The file on disk: replaced whole or not at all, by nobody twice, with what stood there kept
beside it.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.excel_files import loaded, make, status, write
from trustbook.errors import Busy, NoAccess
from trustbook.places import data_folder
from trustbook.places import local as files
from trustbook.snapshot import Changes, Written
from trustbook.workbooks.excel import ExcelWorkbook

STEPS = ("read", "edited", "checked", "temporary", "backup", "replaced", "settled")
posix = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX file systems")


class Stopped(Exception):
    """The run ends here."""


def left_beside(path: Path) -> list[str]:
    """What lies in the workbook's folder besides it, its copies and the locks."""
    return sorted(
        each.name
        for each in path.parent.iterdir()
        if each.name not in (path.name, f"{path.name}.backups", "locks")
    )


def copies(path: Path) -> list[Path]:
    folder = files.backups_of(path)
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("step", STEPS)
def test_a_run_stopped_anywhere_leaves_the_old_workbook_or_the_new_one(
    step: str, tmp_path: Path
) -> None:
    path = make(tmp_path / "book.xlsx")
    before = path.read_bytes()

    def stop(name: str) -> None:
        if name == step:
            raise Stopped

    book = ExcelWorkbook(path, locks=tmp_path / "locks", steps=stop)
    with pytest.raises(Stopped):
        book.write(Changes([status()]), files.version_of(before))
    assert left_beside(path) == []
    if step in ("replaced", "settled"):
        assert loaded(path)["Partners"]["C2"].value == "● Warm"
        assert [each.read_bytes() for each in copies(path)] == [before]
    else:
        assert path.read_bytes() == before


@posix
@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_anywhere_is_made_good_by_the_next(step: str, tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    before = path.read_bytes()
    script = f"""
import os
from pathlib import Path
from tests.excel_files import status
from trustbook.workbooks.base import Changes
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.places import local as files
path = Path({str(path)!r})
steps = lambda name: os._exit(9) if name == {step!r} else None
book = ExcelWorkbook(path, locks=path.parent / "locks", steps=steps)
book.write(Changes([status()]), files.version_of(path.read_bytes()))
"""
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", script], cwd=root, timeout=60).returncode == 9
    whole = path.read_bytes()
    assert (whole == before) == (step not in ("replaced", "settled"))
    write(path, status("○ Cold"))
    assert loaded(path)["Partners"]["C2"].value == "○ Cold"
    assert left_beside(path) == []
    assert all(each.suffix == ".xlsx" for each in copies(path))


def test_nothing_to_write_touches_nothing(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    stamp = path.stat().st_mtime_ns
    book = ExcelWorkbook(path, locks=tmp_path / "locks")
    assert book.write(Changes(marks={"run": "8"}), "any") == Written("any")
    assert path.stat().st_mtime_ns == stamp
    assert not copies(path)


def test_a_workbook_changed_since_the_read_is_not_overwritten(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    version = files.version_of(path.read_bytes())
    write(path, status("○ Cold"))
    now = path.read_bytes()
    with pytest.raises(Busy, match="was changed"):
        ExcelWorkbook(path, locks=tmp_path / "locks").write(Changes([status()]), version)
    assert path.read_bytes() == now


@pytest.mark.parametrize("late", ["checked", "temporary"])
def test_a_workbook_saved_by_somebody_during_the_write_is_not_overwritten(
    late: str, tmp_path: Path
) -> None:
    path = make(tmp_path / "book.xlsx")
    theirs = make(tmp_path / "theirs.xlsx", lambda book: book.create_sheet("New")).read_bytes()
    version = files.version_of(path.read_bytes())

    def save(name: str) -> None:
        if name == late:
            path.write_bytes(theirs)

    book = ExcelWorkbook(path, locks=tmp_path / "locks", steps=save)
    with pytest.raises(Busy, match="was changed"):
        book.write(Changes([status()]), version)
    assert path.read_bytes() == theirs
    assert left_beside(path) == ["theirs.xlsx"]


@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_workbook_open_in_a_program_is_left_alone(moment: str, tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    before = path.read_bytes()
    owners = {
        "~$book.xlsx": b"\x04Anna".ljust(55, b" ")
        + b"\x04\x00"
        + "Anna".encode("utf-16-le")
        + b" \0" * 50,
        ".~lock.book.xlsx#": b",Anna,pc7,23.11.2026 03:15,file:///home/anna;",
    }
    for name, data in owners.items():
        owner = tmp_path / name
        at = "read" if moment == "before" else "backup"

        def open_it(step: str, owner: Path = owner, data: bytes = data, at: str = at) -> None:
            if step == at:
                owner.write_bytes(data)

        if moment == "before":
            owner.write_bytes(data)
        book = ExcelWorkbook(path, locks=tmp_path / "locks", steps=open_it)
        with pytest.raises(Busy, match="Anna") as stop:
            book.write(Changes([status()]), files.version_of(before))
        assert stop.value.exit_code == 5
        assert path.read_bytes() == before
        owner.unlink()
    write(path, status())


def test_an_owner_file_that_tells_nothing_still_counts(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    (tmp_path / "~$book.xlsx").write_bytes(b"")
    with pytest.raises(Busy, match="is open in Excel"):
        write(path, status())


def test_a_workbook_that_is_gone_is_busy_not_an_error(tmp_path: Path) -> None:
    with pytest.raises(Busy, match="no longer where it was"):
        ExcelWorkbook(tmp_path / "book.xlsx", locks=tmp_path / "locks").write(
            Changes([status()]), "any"
        )


def test_a_read_only_workbook_is_not_replaced(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    before = path.read_bytes()
    path.chmod(0o444)
    with pytest.raises(NoAccess, match="read-only"):
        write(path, status())
    path.chmod(0o644)
    assert path.read_bytes() == before


@posix
def test_the_new_file_has_the_mode_of_the_old_one(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    path.chmod(0o640)
    write(path, status())
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [stat.S_IMODE(each.stat().st_mode) for each in copies(path)] == [0o640]


@posix
def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path = make(tmp_path / "real" / "book.xlsx")
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    write(link, status())
    assert link.is_symlink()
    assert loaded(path)["Partners"]["C2"].value == "● Warm"
    assert files.backups_of(path).is_dir()


def test_fourteen_dated_copies_are_kept_and_nothing_else_is_removed(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    folder = files.backups_of(path)
    folder.mkdir()
    (folder / "my own copy.xlsx").write_bytes(b"mine")
    for day in range(1, 21):
        (folder / f"book 2026-01-{day:02d} 031500.xlsx").write_bytes(b"old")
    before = path.read_bytes()
    write(path, status())
    names = [each.name for each in copies(path)]
    assert len(names) == 15
    assert "my own copy.xlsx" in names
    assert names[0] == "book 2026-01-08 031500.xlsx"
    newest = sorted(name for name in names if name.startswith("book"))[-1]
    assert (folder / newest).read_bytes() == before


def test_two_copies_in_one_second_are_two(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    for number in range(4):
        files.back_up(path, str(number).encode(), kept=14)
    assert {each.read_text() for each in copies(path)} == {"0", "1", "2", "3"}


def test_what_a_killed_run_left_is_cleaned_up_but_nobody_elses(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx")
    other = make(tmp_path / "other.xlsx")
    mine = tmp_path / f"{files._prefix(path)}dead.tmp"
    theirs = tmp_path / f"{files._prefix(other)}beef.tmp"
    mine.write_bytes(b"x")
    theirs.write_bytes(b"x")
    write(path, status())
    assert left_beside(path) == sorted(["other.xlsx", theirs.name])


def test_two_runs_never_overlap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "WAIT", 0.2)
    path = make(tmp_path / "book.xlsx")
    one, two = (ExcelWorkbook(path, locks=tmp_path / "locks") for _ in range(2))
    seen: list[BaseException] = []

    def other() -> None:
        try:
            two.write(Changes([status()]), files.version_of(path.read_bytes()))
        except Busy as error:
            seen.append(error)

    with one.locked():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        one.write(Changes([status("○ Cold")]), files.version_of(path.read_bytes()))
    assert [str(error).startswith("Another run") for error in seen] == [True]
    other()
    assert loaded(path)["Partners"]["C2"].value == "● Warm"


def test_a_full_disk_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path / "book.xlsx")
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Exception, match="No space left"):
        write(path, status())
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert left_beside(path) == []
