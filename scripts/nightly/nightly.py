"""The night's sync for cron, systemd and Windows Task Scheduler: runs trustbook, keeps a small
rotating log.

    PYTHON-OF-THE-ENVIRONMENT scripts/nightly/nightly.py FOLDER [BOOK ...]

FOLDER holds trustbook.toml or the workbooks; the log is FOLDER/trustbook.run.log (five files of 500
kB). Without a BOOK every book of trustbook.toml is synced; one that fails stops no other. The log
says what was read and what is to check. Ends with the gravest exit code: 0 done, 3 stopped for
safety, 5 busy (the next night catches up).
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path


def main() -> int:
    """Sync the books named on the command line, else all; the log says how it ended."""
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    folder, books = Path(sys.argv[1]), sys.argv[2:]
    handler = RotatingFileHandler(
        folder / "trustbook.run.log", maxBytes=500_000, backupCount=4, encoding="utf-8"
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=[handler])
    return sync(folder, books)


def sync(folder: Path, books: list[str]) -> int:
    """Run one ``trustbook sync`` in ``folder`` and log what it said; its exit code."""
    command = [sys.executable, "-m", "trustbook", "sync", *books]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8",
                          errors="replace", env=env, check=False)  # fmt: skip
    for line in (done.stdout + done.stderr).splitlines():
        if line.strip():
            logging.info("%s", line)
    logging.info("exit code %d", done.returncode)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
