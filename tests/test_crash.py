"""Power cuts, full disks, people who save at the worst moment, eight runs at once: nothing torn,
nothing lost.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import crash_site
from tests.crash_site import NOW, POINTS, TODAY, Site, in_a_process_of_its_own, kill_at
from tests.kept_folder import KeptFolder
from trustbook.errors import Busy, TrustbookError
from trustbook.ledger import Ledger
from trustbook.ledger.locate import LedgerLocator
from trustbook.places import local as files
from trustbook.reading.lists import find_lists
from trustbook.run.restore import restore

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


@posix
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point_the_next_run_makes_good(tmp_path: Path, point: str) -> None:
    site = Site(tmp_path)
    site.sync()
    site.type_area(3, "typed before")
    assert in_a_process_of_its_own(lambda: site.sync(kill_at(point))) == -9
    site.check()
    site.type_area(5, "typed after")
    site.sync()
    site.check_after_a_good_run()
    assert not site.sync().changed
    with Ledger(next(iter(site.memory.glob("*.ledger"))), reads_only=True) as ledger:
        assert {event.new for _, _, event in ledger.journal() if event.what == "changed"} == {
            "typed before", "typed after"}  # fmt: skip


@posix
@pytest.mark.parametrize("point", POINTS)
def test_killed_in_the_very_first_run(tmp_path: Path, point: str) -> None:
    site = Site(tmp_path)
    assert in_a_process_of_its_own(lambda: site.sync(kill_at(point))) == -9
    site.check()
    site.sync()
    site.check_after_a_good_run()
    assert not site.sync().changed
    assert len([*site.memory.glob("*.ledger")]) == 1, "the memory that was begun is taken up"


@posix
def test_killed_over_and_over(tmp_path: Path) -> None:
    crash_site.kill_and_recover(tmp_path, random.Random(3), 6)


@posix
def test_people_save_while_a_run_is_at_work(tmp_path: Path) -> None:
    crash_site.race(tmp_path, random.Random(4), 6)


@posix
def test_eight_runs_at_once(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.sync()
    site.type_area(1, "typed")

    def run() -> None:
        def slowly(name: str) -> None:
            if name == "sync.plan":
                time.sleep(2)

        try:
            site.sync(slowly)
        except Busy as busy:
            assert busy.exit_code == 5
            os._exit(5)

    start = time.monotonic()
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            try:
                run()
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    codes = sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
    assert codes == [0] + [5] * 7
    assert time.monotonic() - start < 20
    site.check_after_a_good_run()
    assert not site.sync().changed


@posix
def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.sync()
    site.type_area(1, "typed")
    in_a_process_of_its_own(lambda: site.sync(kill_at("sync.write")))
    with site.book().locked(wait=0):
        pass
    assert site.sync().changed


@pytest.fixture(scope="module")
def kept_site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, KeptFolder]:
    """Three runs, in which one area was typed after the other; and the folder to put back."""
    folder = tmp_path_factory.mktemp("told")
    site = Site(folder)
    site.sync()
    site.type_area(1, "first")
    site.sync()
    site.type_area(1, "second")
    site.sync()
    return site, KeptFolder(folder)


@pytest.fixture
def told_two_areas(kept_site: tuple[Site, KeptFolder]) -> Site:
    """The site as it was after its three runs."""
    site, kept = kept_site
    kept.put_back()
    site.typed = {"Partner 1": "second"}
    return site


def area(site: Site) -> object:
    return find_lists(site.book().read().grids)["partners"].get("area")[1]


RESTORE_POINTS = [
    *((Ledger, name) for name in ("copy_to", "prepare", "commit")),
    *((files, name) for name in ("keep_aside", "keep", "replace_file")),
]
# What a restore comes by a second time; its undoing goes on from there as after the first.
TWICE = ("copy_to", "prepare", "commit", "keep")
RESTORES = [
    *(
        (room, name, 1, copies, *to)
        for room, name in RESTORE_POINTS
        for copies in (True, False)
        for to in ((1, None), (2, "first"))
    ),
    *(
        (room, name, 2, copies, 2, "first")
        for room, name in RESTORE_POINTS
        for copies in (True, False)
        if name in TWICE
    ),
    (files, "replace_file", 2, True, 2, "first"),
]


@posix
@pytest.mark.parametrize(
    ("room", "name", "nth", "with_copies", "number", "wanted"),
    RESTORES,
    ids=["-".join(map(str, one[1:5])) for one in RESTORES],
)
def test_a_restore_that_is_killed_is_made_good(
    told_two_areas: Site,
    room: object,
    name: str,
    nth: int,
    with_copies: bool,
    number: int,
    wanted: str | None,
) -> None:
    """Killed after any of its steps: the next run goes on as if nothing was asked, or brings it to
    an end.

    The file that the first run found does not even bear our marks.
    """
    site = told_two_areas
    if not with_copies:
        for copy in files.backups(site.path):
            copy.unlink()

    def killed() -> None:
        kill, step = kill_at(name, nth), getattr(room, name)

        def stepped(*arguments: object, **more: object) -> object:
            done = step(*arguments, **more)
            kill(name)
            return done

        setattr(room, name, stepped)
        restore(site.book(), number, LedgerLocator(site.memory), TODAY, NOW, "en")

    assert in_a_process_of_its_own(killed) == -9
    site.sync()
    assert area(site) in (wanted, "second")
    site.typed = {"Partner 1": area(site)}  # type: ignore[dict-item]
    site.check()
    assert not site.sync().changed
    restore(site.book(), number, LedgerLocator(site.memory), TODAY, NOW, "en")
    assert area(site) == wanted
    site.typed = {}
    site.check_after_a_good_run()
    assert not site.sync().changed
    assert [path.name for path in site.memory.iterdir() if path.name.endswith(".before")] == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can make a small disk (tmpfs)")
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True
    )
    if made.returncode:
        pytest.skip(
            f"no small disk can be made here: {made.stderr.decode(errors='replace').strip()}"
        )
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("free", [0, 4, 12, 20, 30, 45, 60, 90, 130, 180])
def test_a_full_disk(small_disk: Path, free: int) -> None:
    """However little room is left, in whatever step it runs out: the workbook is whole, and later
    all is well.
    """
    site = Site(small_disk)
    site.sync()
    site.type_area(1, "typed")
    before = site.path.read_bytes()
    filler = small_disk / "filler"
    status = os.statvfs(small_disk)
    filler.write_bytes(b"x" * max(0, status.f_bavail * status.f_frsize - free * 1024))
    try:
        site.sync()
    except TrustbookError as fault:
        assert "{" not in fault.sentence("nl")
        assert site.path.read_bytes() == before or site.book().read().marks["run"]
    filler.unlink()
    site.check()
    site.sync()
    site.check_after_a_good_run()
    assert not site.sync().changed


@pytest.mark.parametrize("free", [0, 8, 20, 40, 80, 140])
def test_a_full_disk_under_the_memory(tmp_path: Path, small_disk: Path, free: int) -> None:
    """What is said of it is true and costs nobody their memory; the next run makes good, a restore
    changes nothing.
    """
    site = Site(tmp_path)
    site.memory = small_disk / "memory"
    site.sync()
    site.type_area(1, "typed")
    filler = small_disk / "filler"
    status = os.statvfs(small_disk)
    filler.write_bytes(b"x" * max(0, status.f_bavail * status.f_frsize - free * 1024))
    for run, may_write in (
        (site.sync, True),
        (lambda: restore(site.book(), 1, LedgerLocator(site.memory), TODAY, NOW, "en"), False),
    ):
        before = site.path.read_bytes()
        try:
            run()
        except TrustbookError as fault:
            assert fault.key == "ledger.no_room" and str(site.memory) in fault.sentence("nl")
            assert may_write or site.path.read_bytes() == before
    filler.unlink()
    site.sync()
    site.typed = {"Partner 1": area(site)}  # type: ignore[dict-item]
    site.check_after_a_good_run()
    assert not site.sync().changed
