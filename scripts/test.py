"""One command on a fresh machine: make the environment, then lint, types and all tests.

    python scripts/test.py [arguments for pytest]

The tests run in two processes at a time; ``-n 4`` takes four, ``-n 0`` none beside this one. After
all of them, every room is held to its floor of branch coverage (scripts/coverage_floor.py); a part
of the tests says nothing of that.

Some tests open what people will see in LibreOffice and Chromium. On Debian or Ubuntu, as root, this
installs them; elsewhere it says what is skipped. With CI set in the environment nothing may be
skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from environment import ROOT, prepare, run

# What each program is for, and Debian's packages that bring it.
PROGRAMS = {
    "soffice": (
        "opening workbooks and Word files in LibreOffice",
        ("libreoffice-calc", "libreoffice-writer"),
    ),
    "chromium": ("opening pages in a browser", ("chromium",)),
    "npm": ("fetching axe-core, which looks for barriers in pages", ("nodejs", "npm")),
    "pdftoppm": ("turning printed pages into pictures", ("poppler-utils",)),
    "initdb": ("a memory in PostgreSQL", ("postgresql",)),
}


# As wide as Arial, which Linux mostly lacks: whether a page prints on two sheets rests on it.
ARIAL = Path("/usr/share/fonts/truetype/liberation")


def is_there(program: str) -> bool:
    """Whether a program is installed; Debian keeps those of PostgreSQL apart, by version."""
    beside = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    return shutil.which(program) is not None or any(beside)


def install_programs() -> None:
    """Install the missing programs where that can be done without asking; say plainly what will be
    skipped.
    """
    missing = [name for name in PROGRAMS if not is_there(name)]
    packages = [package for name in missing for package in PROGRAMS[name][1]]
    if sys.platform == "linux" and not ARIAL.exists():
        packages.append("fonts-liberation")
    if not packages:
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"Installing {', '.join(packages)} ...", flush=True)
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        run("apt-get", "update", "--quiet", "--quiet", check=False)
        run(
            "apt-get",
            "install",
            "--quiet",
            "--quiet",
            "--yes",
            "--no-install-recommends",
            *packages,
            check=False,
        )
    for name in missing:
        if not is_there(name):
            purpose, needed = PROGRAMS[name]
            print(
                f"SKIPPED: tests for {purpose}. To run them, install: {' '.join(needed)}",
                flush=True,
            )
            if os.environ.get("CI"):
                sys.exit("Nothing may be skipped here.")


def is_whole(arguments: list[str]) -> bool:
    """Whether all tests run: nothing but a number of processes is asked for."""
    left = iter(arguments)
    for argument in left:
        if argument in ("-n", "--numprocesses"):
            next(left, None)
        elif not argument.startswith(("-n", "--numprocesses=")):
            return False
    return True


def run_tests(python: Path, arguments: list[str]) -> None:
    """The tests with branch coverage; after all of them the floors, which only speak up when a room
    is below its own.
    """
    options = ["-n", "2", "--dist", "worksteal"]
    # Hundreds of tests start the program: compiling all of it each time is most of what that costs.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        options.append(f"--reached={report}")
        run(python, "-m", "pytest", *options, *arguments)
        if is_whole(arguments):
            run(python, "scripts/coverage_floor.py", "--quiet", report)


@contextmanager
def beside(*command: str | Path) -> Iterator[None]:
    """Run a command while something else goes on, and say afterwards what it said; ends the script
    if it fails.
    """
    words = [str(part) for part in command]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(words, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            code = process.wait()
            said.seek(0)
            print(said.read().decode(errors="replace"), end="", flush=True)
            if code:
                sys.exit(code)


def main() -> None:
    """Lint, then types and tests with branch coverage; the first failure ends it. Types take one
    process a minute, in which the tests wait for one another now and then.
    """
    install_programs()
    python = prepare("dev")
    run(python, "-m", "ruff", "check", ".")
    run(python, "-m", "ruff", "format", "--check", ".")
    with beside(python, "-m", "mypy"):
        run_tests(python, sys.argv[1:])


if __name__ == "__main__":
    main()
