"""The nightly wrapper: silent success, a log that says how it ended, exit codes passed on,
well-formed files.
"""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from trustbook.demo import make_sample

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
    make_sample(tmp_path / "network.xlsx", "en", date(2026, 9, 30))
    (tmp_path / "trustbook.toml").write_text(
        '[book.x]\nworkbooks = ["network.xlsx"]\n', encoding="utf-8"
    )
    done = night(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "exit code 0" in (tmp_path / "trustbook.run.log").read_text(encoding="utf-8")
    (tmp_path / "broken.xlsx").write_text("no workbook", encoding="utf-8")
    assert night(tmp_path, "broken.xlsx", "network.xlsx").returncode == 3
    log = (tmp_path / "trustbook.run.log").read_text(encoding="utf-8")
    assert "broken.xlsx" in log and "exit code 3" in log and log.count("exit code 0") == 2


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
    for blank in ("PYTHON", "SCRIPT", "FOLDER"):
        assert blank in text and blank in script
