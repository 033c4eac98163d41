"""Many books in one night: in processes, on a cluster, and what becomes of one that hangs."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from datetime import date
from multiprocessing import active_children
from pathlib import Path

import pytest

from tests.pieces import half
from trustbook.cli import many, sync
from trustbook.cli.main import main
from trustbook.cli.many import tasks_of
from trustbook.cli.options import Options
from trustbook.errors import gravest_code
from trustbook.run import jobs
from trustbook.run.deadline import Overdue, deadline
from trustbook.run.jobs import KeptProcess, MissedPiece, in_processes

Says = Callable[..., tuple[int, str, str]]


def test_each_piece_is_done_once_and_one_that_fails_hangs_or_dies_stops_no_other() -> None:
    begun = time.monotonic()
    found = dict(in_processes(half, [2, 0, -1, -2, 8, 10, 12], jobs=2, deadline=5))
    assert found == {
        0: 1,
        1: MissedPiece("failed", "ValueError: nothing to halve"),
        2: MissedPiece("lost"),
        3: MissedPiece("deadline"),
        4: 4,
        5: 5,
        6: 6,
    }
    assert time.monotonic() - begun < 50, "nobody waited for the one that hangs"


def test_a_worker_of_a_cluster_goes_on_after_a_piece_that_hangs_or_dies() -> None:
    """Its pieces are done in a process beside it, for a thread cannot be ended."""
    process = KeptProcess(half)
    assert process.do(-2, 3) == MissedPiece("deadline")
    assert [process.do(8, 60), process.do(10, 60)] == [4, 5]
    assert process.do(-1, 60) == MissedPiece("lost") and process.do(12, 60) == 6


def test_what_takes_too_long_here_is_broken_off() -> None:
    with pytest.raises(Overdue), deadline(0.05):
        time.sleep(5)
    with deadline(0.05):
        pass
    time.sleep(0.1)  # it rings no more


def test_the_gravest_code_counts() -> None:
    assert gravest_code([0, 5, 3, 0]) == 3 and gravest_code([0]) == gravest_code([]) == 0


@pytest.fixture
def books(tmp_path: Path, says: Says) -> Path:
    blocks = []
    for name in ("delft", "gouda", "leiden"):
        assert main(["init", f"{name}.xlsx", "--lang", "en", "--quiet"]) == 0
        blocks.append(f'[book.{name}]\nworkbooks = ["{name}.xlsx"]\n')
    blocks.append('[book.gone]\nworkbooks = ["gone.xlsx"]\n')
    (tmp_path / "trustbook.toml").write_text("".join(blocks), encoding="utf-8")
    return tmp_path


def test_jobs_say_what_one_process_says(books: Path, says: Says) -> None:
    code, out, err = says("sync", "--jobs", "2")
    assert code == 2 and "gone: There is no file" in err
    lines = sorted(line.partition(":")[0] for line in out.splitlines())
    assert lines == ["delft", "gouda", "leiden"]
    assert "gone.xlsx" in says("health", "delft")[2], "the night that failed is remembered"


def test_a_book_that_is_done_elsewhere_tells_the_same(books: Path, says: Says) -> None:
    assert says("sync")[0] == 2
    alone = json.loads(says("sync", "--json")[1])["books"]
    options = Options(True, False, False, date(2026, 9, 30), "en", None)
    work = {"dry_run": False, "rename": (), "allow_deletes": 0, "allow_changes": 0, "accept": None}
    tasks = tasks_of([one["book"] for one in alone], options, work)
    assert [sync._done(task).told for task in tasks] == alone
    assert Path.cwd() == books, "and leaves this process as it was"


def test_without_settings_no_book_is_made_up(tmp_path: Path, says: Says) -> None:
    code, out, _ = says("sync", "--json")
    told = json.loads(out)["books"]
    assert code == 2 and [one["book"] for one in told] == [None]


def test_a_book_that_hangs_has_its_own_deadline(
    books: Path, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sync.run_book

    def hangs(options: object, workbooks: list[object], **work: object) -> object:
        if "gouda" in str(vars(workbooks[0])):
            time.sleep(30)
        return whole(options, workbooks, **work)  # type: ignore[arg-type]

    # The first night opens what it needs, which takes its time where that is looked at.
    assert says("sync", "delft", "gouda", "leiden")[0] == 0
    monkeypatch.setattr(sync, "run_book", hangs)
    monkeypatch.setattr(many, "DEADLINE", 3.0)
    code, out, err = says("sync", "delft", "gouda", "leiden")
    assert code == 5 and "gouda: Not done after" in err
    assert [line.partition(":")[0] for line in out.splitlines()] == ["delft", "leiden"]
    assert "Not done after" not in says("health", "delft")[2], "busy once"
    # A second night running it is told; the file of what was missed says when the first one was.
    missed = books / "data" / "missed.json"
    missed.write_text(re.sub(r"\d{4}-\d\d-\d\d", "2020-01-01", missed.read_text("utf-8")))
    assert says("sync", "delft", "gouda")[0] == 5
    assert "Not done after" in says("health", "delft")[2]
    assert list(books.glob("gouda - *.txt")), "and beside the workbook"
    monkeypatch.setattr(sync, "run_book", whole)
    assert says("sync", "delft", "gouda")[0] == 0
    assert "Not done after" not in says("health", "delft")[2]
    assert "gouda" not in missed.read_text("utf-8") and not list(books.glob("gouda - *.txt"))


def test_what_a_cluster_needs_is_told(
    books: Path, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = says("sync", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:1")
    assert code == 2 and "Type one of the two" in err
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = says("sync", "--scheduler", "tcp://127.0.0.1:1")
    assert code == 2 and 'pip install "trustbook[cluster]"' in err


def test_who_breaks_it_off_leaves_no_process_behind(
    books: Path, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = in_processes(half, [4, -2], jobs=2, deadline=60)
    assert next(found) == (0, 2) and active_children()
    found.close()  # as Ctrl-C does
    assert not active_children()

    def ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "in_processes", ctrl_c)
    assert says("sync", "--jobs", "2")[0] == 130
