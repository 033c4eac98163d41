"""The nightly wrapper: silent success, a log that says how it ended, exit codes passed on,
well-formed files.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.forgetting import make_book

NIGHTLY = Path(__file__).parent.parent / "scripts" / "nightly"


def night(folder: Path, *books: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "TRUSTBOOK_DATA": str(folder / "data")}
    return subprocess.run(
        [sys.executable, NIGHTLY / "nightly.py", folder, *books],
        capture_output=True,
        check=False,
        env=env,
    )


def test_a_good_night_is_silent_and_a_stopped_one_says_why_in_the_log(tmp_path: Path) -> None:
    make_book(tmp_path / "network.xlsx")
    (tmp_path / "trustbook.toml").write_text(
        '[book.x]\nworkbooks = ["network.xlsx"]\n', encoding="utf-8"
    )
    done = night(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    log = (tmp_path / "trustbook.run.log").read_text(encoding="utf-8")
    assert "exit code 0" in log
    assert "rows read" in log and "to check" in log, "the log says what was read and is to check"
    (tmp_path / "broken.xlsx").write_text("no workbook", encoding="utf-8")
    assert night(tmp_path, "broken.xlsx", "network.xlsx").returncode == 3
    log = (tmp_path / "trustbook.run.log").read_text(encoding="utf-8")
    assert "broken.xlsx: " in log and "exit code 3" in log
    assert " network.xlsx: " in log.partition("exit code 0")[2], "one that fails stops no other"


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_the_overview_of_several_books_is_made_with_the_own_python(tmp_path: Path) -> None:
    """A stand-in for Python writes down what it was asked; of cron's PATH nothing is needed."""
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$PWD: $*" >> asked\n', encoding="utf-8")
    python.chmod(0o755)
    script = NIGHTLY.parent / "overview.sh"
    done = subprocess.run(
        ["sh", script, "-e", "team", tmp_path / "out", "a b.xlsx", "delft"],
        env={"PATH": os.defpath, "TRUSTBOOK_PYTHON": str(python)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    out = (tmp_path / "out").resolve()
    ways = "--if-due --quiet --edition team --format html --output"
    assert (out / "asked").read_text(encoding="utf-8").splitlines() == [
        f"{out}: -m trustbook overview a b.xlsx {ways} a b",
        f"{out}: -m trustbook overview delft {ways} delft",
    ]
    assert subprocess.run(["sh", script, "out"], capture_output=True, check=False).returncode == 2


def test_the_letter_of_the_week_goes_with_the_night_where_that_is_asked(tmp_path: Path) -> None:
    make_book(tmp_path / "network.xlsx")
    settings = '[book.x]\nworkbooks = ["network.xlsx"]\n'
    (tmp_path / "trustbook.toml").write_text(settings, encoding="utf-8")
    assert night(tmp_path, "--letters").returncode == 2
    log = (tmp_path / "trustbook.run.log").read_text(encoding="utf-8")
    assert "exit code 0" in log and "[mail]" in log and "exit code 2" in log


def test_without_a_folder_it_explains_itself(tmp_path: Path) -> None:
    done = night(tmp_path / "nowhere")
    assert done.returncode == 2 and b"FOLDER" in done.stderr


def test_the_windows_task_catches_up_and_never_runs_twice_at_once() -> None:
    text = (NIGHTLY / "trustbook-task.xml").read_text(encoding="utf-8")
    settings = {
        element.tag.rpartition("}")[2]: element.text
        for element in ElementTree.fromstring(text).iter()
    }
    assert (
        settings["StartWhenAvailable"] == "true"
        and settings["MultipleInstancesPolicy"] == "IgnoreNew"
    )
    script = (NIGHTLY / "install-task.ps1").read_text(encoding="utf-8")
    assert "--letters" in script
    for blank in ("PYTHON", "SCRIPT", "FOLDER", "BOOKS"):
        assert blank in text and blank in script
