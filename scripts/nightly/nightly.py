"""The night's sync for cron, systemd and Windows Task Scheduler: runs trustbook, keeps a small
rotating log.

    PYTHON-OF-THE-ENVIRONMENT scripts/nightly/nightly.py FOLDER [BOOK ...]

FOLDER holds trustbook.toml or the workbooks; the log is FOLDER/trustbook.run.log (five files of 500
kB). Every BOOK is synced in turn; without one, the only book of trustbook.toml. Ends with the worst
exit code: 0 done, 3 stopped for safety, 5 busy (the next night catches up).
"""

from __future__ import annotations

import logging
import subprocess
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path


def main() -> int:
    """Sync every book named on the command line; the log says when, what and how it ended."""
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    folder, books = Path(sys.argv[1]), sys.argv[2:]
    handler = RotatingFileHandler(
        folder / "trustbook.run.log", maxBytes=500_000, backupCount=4, encoding="utf-8"
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=[handler])
    return max(sync(folder, book) for book in (books or [""]))


def sync(folder: Path, book: str) -> int:
    """Run one ``trustbook sync --quiet`` in ``folder`` and log how it ended; its exit code."""
    command = [sys.executable, "-m", "trustbook", "sync", *([book] if book else []), "--quiet"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8",
                          errors="replace", check=False)  # fmt: skip
    for line in (done.stdout + done.stderr).splitlines():
        logging.warning("%s: %s", book or "book", line)
    logging.info("%s: exit code %d", book or "book", done.returncode)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
