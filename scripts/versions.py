"""Run the quick tests with the oldest libraries that pyproject.toml allows, and on every Python it
names that is found here.

    python scripts/versions.py --oldest     # the lower bounds of what is named; minutes
    python scripts/versions.py --pythons    # 3.11 to 3.13, with the locked versions

Each is installed into an environment of its own that is thrown away. A Python that is not here is
skipped, and said so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import installs
from lock import UV, tool

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
QUICK = [
    f"tests/test_{room}.py"
    for room in "cells dates health merge headers excel_read excel_write history settings".split()
]
WARNINGS = ["-W", "ignore::DeprecationWarning"]  # old libraries know nothing of newer ones


def environment(folder: Path, program: str) -> Path:
    """A new environment made by ``program``, a Python; its own Python."""
    subprocess.run([program, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def quick_tests(python: Path, *options: str) -> int:
    """Run the quick tests of this checkout; pytest's exit code."""
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *QUICK]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def oldest(folder: Path) -> int:
    """The tests with the oldest version of each library that is named."""
    uv = str(tool(folder / "tool", UV, "uv"))
    python = environment(folder / "oldest", sys.executable)
    lock = folder / "oldest.txt"
    named = [uv, "pip", "compile", "--quiet", "pyproject.toml", "--resolution", "lowest-direct"]
    subprocess.run([*named, "--output-file", str(lock)], cwd=ROOT, check=True)
    pip = [uv, "pip", "install", "--quiet", "--python", str(python)]
    subprocess.run([*pip, "-r", str(lock)], cwd=ROOT, check=True)
    tests = "pytest coverage hypothesis cryptography holidays markdown-it-py PyYAML".split()
    subprocess.run([*pip, "-r", str(lock), *tests], cwd=ROOT, check=True)
    subprocess.run([*pip, "--no-deps", "--editable", "."], cwd=ROOT, check=True)
    return quick_tests(python, *WARNINGS)


def python_of(version: str) -> str:
    """A Python of that version on this machine, or "". Of pyenv's names on the PATH some only say
    which to install, so its folder is looked in as well; Windows has a launcher of its own.
    """
    by_pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    own = sorted(by_pyenv.glob(f"{version}.*/bin/python{version}"))
    asked = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
    for command in ([f"python{version}"], ["py", f"-{version}"], *([str(one)] for one in own)):
        if shutil.which(command[0]):
            done = subprocess.run([*command, "-c", asked], capture_output=True, text=True)
            found, _, program = done.stdout.strip().partition(" ")
            if found == version:
                return program
    return ""


def pythons(folder: Path) -> int:
    """The tests on each Python found; the gravest exit code."""
    worst = 0
    for version in PYTHONS:
        program = python_of(version)
        if not program:
            sys.stdout.write(f"Python {version} is not here: skipped\n")
            continue
        sys.stdout.write(f"Python {version}:\n")
        sys.stdout.flush()
        python = environment(folder / version, program)
        for arguments in installs("dev"):
            pip = [str(python), "-m", "pip", "install", "--quiet", *arguments]
            subprocess.run(pip, cwd=ROOT, check=True)
        worst = max(worst, quick_tests(python))
    return worst


def main() -> int:
    """Run what is asked for; 0 where all tests passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--oldest", action="store_true")
    parser.add_argument("--pythons", action="store_true")
    asked = parser.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        if asked.oldest:
            worst = oldest(Path(folder))
        if asked.pythons:
            worst = max(worst, pythons(Path(folder)))
    return worst


if __name__ == "__main__":
    sys.exit(main())
