"""The night's sync for cron, systemd and Windows Task Scheduler: runs trustbook, keeps a small
rotating log.

    PYTHON-OF-THE-ENVIRONMENT scripts/nightly/nightly.py FOLDER [--letters] [BOOK ...]

FOLDER holds trustbook.toml or the workbooks; the log is FOLDER/trustbook.run.log (five files of 500
kB). Without a BOOK every book of trustbook.toml is synced; one that fails stops no other. The log
says what was read and what is to check. With --letters each colleague is mailed the letter of the
week, in the first night of it that goes well; [mail] of trustbook.toml says how. Ends with the
gravest exit code: 0 done, 3 stopped for safety, 5 busy (the next night catches up).
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tomllib
from logging.handlers import RotatingFileHandler
from pathlib import Path

GRAVEST = [1, 4, 3, 2, 130, 5, 0]  # exit codes


def main() -> int:
    """Sync the books named on the command line, else all; the log says how it ended."""
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    folder, books = Path(sys.argv[1]), [one for one in sys.argv[2:] if one != "--letters"]
    handler = RotatingFileHandler(
        folder / "trustbook.run.log", maxBytes=500_000, backupCount=4, encoding="utf-8"
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=[handler])
    codes = [run(folder, "sync", *books)]
    if "--letters" in sys.argv[2:]:
        codes += [run(folder, "digest", *one, "--send", "--quiet") for one in each(folder, books)]
    return min(codes, key=GRAVEST.index)


def each(folder: Path, books: list[str]) -> list[list[str]]:
    """The books one by one, as arguments; without names those of trustbook.toml."""
    settings = folder / "trustbook.toml"
    if not books and settings.is_file():
        try:
            books = list(tomllib.loads(settings.read_text(encoding="utf-8-sig")).get("book", {}))
        except (ValueError, OSError):
            return []  # the sync told what is wrong with it
    return [[one] for one in books] or [[]]


def run(folder: Path, *arguments: str) -> int:
    """Run one command of trustbook in ``folder`` and log what it said; its exit code."""
    command = [sys.executable, "-m", "trustbook", *arguments]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8",
                          errors="replace", env=env, check=False)  # fmt: skip
    for line in (done.stdout + done.stderr).splitlines():
        if line.strip():
            logging.info("%s", line)
    logging.info("exit code %d", done.returncode)
    return done.returncode if done.returncode in GRAVEST else 1


if __name__ == "__main__":
    sys.exit(main())
