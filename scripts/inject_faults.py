"""Let the disk fail under runs: at any write, rename, fsync, link or unlink, with each error, those
of SQLite too.

    python scripts/inject_faults.py [--faults 100] [--seed 2026] [--quick]

A small library stands before the system's own (LD_PRELOAD, so Linux only, and cc must be there). It
counts what a run asks of regular files and refuses the one that is asked for, or all from there on,
as a full disk does. After each fault: the workbook is whole, the next run makes good, nothing is
lost, doubled or left lying about, and a run after that changes nothing.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import importlib
import os
import random
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
READY = "TRUSTBOOK_FAULTS"
ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EPERM)
FORESEEN = 7  # a run that ended with a sentence of its own
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>

int fault_at = 0, fault_errno = 0, fault_on = 0, fault_seen = 0;

static int fails(int counts) {
    if (!counts) return 0;
    int seen = ++fault_seen;
    if (!fault_at || !(seen == fault_at || (fault_on && seen > fault_at))) return 0;
    errno = fault_errno;
    return 1;
}
static int regular(int fd) {
    struct stat about;
    int kept = errno, is = !fstat(fd, &about) && S_ISREG(about.st_mode);
    errno = kept;
    return is;
}
#define WRAP(type, name, typed, plain, counts) \
    type name typed { \
        static type (*real) typed; \
        if (!real) real = (type (*) typed) dlsym(RTLD_NEXT, #name); \
        return fails(counts) ? -1 : real plain; }
WRAP(ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n), regular(fd))
WRAP(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o), regular(fd))
WRAP(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o), (fd, b, n, o), regular(fd))
WRAP(int, fsync, (int fd), (fd), 1)
WRAP(int, fdatasync, (int fd), (fd), 1)
WRAP(int, ftruncate, (int fd, off_t n), (fd, n), 1)
WRAP(int, ftruncate64, (int fd, off64_t n), (fd, n), 1)
WRAP(int, rename, (const char *a, const char *b), (a, b), 1)
WRAP(int, renameat, (int x, const char *a, int y, const char *b), (x, a, y, b), 1)
WRAP(int, link, (const char *a, const char *b), (a, b), 1)
WRAP(int, unlink, (const char *a), (a), 1)
WRAP(int, unlinkat, (int x, const char *a, int f), (x, a, f), 1)
"""


def behind_the_shim() -> int:
    """Build the library, and play this script again with it; its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder) / "faults.c", Path(folder) / "faults.so"
        source.write_text(SHIM, encoding="utf-8")
        command = ["cc", "-shared", "-fPIC", "-O1", "-w", "-o", str(library), str(source), "-ldl"]
        subprocess.run(command, check=True)
        environment = {**os.environ, "LD_PRELOAD": str(library), READY: "1",
                       "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
        return subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode


class Disk:
    """The disk under a run in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.library = folder, ctypes.CDLL(None)

    def set(self, name: str, value: int) -> None:
        """Set a number of the library."""
        ctypes.c_int.in_dll(self.library, f"fault_{name}").value = value

    def seen(self) -> int:
        """How often something was asked of the disk."""
        return ctypes.c_int.in_dll(self.library, "fault_seen").value

    def play(self, run: Callable[[], object], at: int, error: int, on: bool) -> tuple[int, str]:
        """Run something while the ``at``-th request fails: exit code, and what was not foreseen.

        With ``at`` 0 nothing fails, and the text is the number of requests.
        """
        told = self.folder / "told"
        child = os.fork()
        if child == 0:
            os._exit(self._inside(run, at, error, on, told))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return code, told.read_text(encoding="utf-8")

    def _inside(self, run: Callable[[], object], at: int, error: int, on: bool, told: Path) -> int:
        from trustbook.errors import TrustbookError

        for name, value in (("seen", 0), ("errno", error), ("on", int(on)), ("at", at)):
            self.set(name, value)
        code, text = 0, ""
        try:
            run()
        except TrustbookError as fault:
            code, text = FORESEEN, fault.key
        except BaseException:
            code, text = 1, traceback.format_exc()
        self.set("at", 0)
        told.write_text(text or str(self.seen()), encoding="utf-8")
        return code


def fail_and_recover(folder: Path, chance: random.Random, rounds: int, on: bool) -> Counter[str]:
    """Type, let the disk fail at one request or (``on``) at all from there, look, run again, look.

    How the runs ended, counted. Raises AssertionError for what was torn, lost, doubled or left.
    """
    site: Any = importlib.import_module("tests.crash_site").Site(folder)
    disk, ends = Disk(folder.parent), Counter[str]()
    site.sync()
    for n in range(rounds):
        site.type_area(n % site.partners, f"area {n}")
        kept, memory = site.path.read_bytes(), _copy(site.memory)
        code, requests = disk.play(site.sync, 0, 0, False)
        assert code == 0, requests
        site.path.write_bytes(kept)
        _put_back(site.memory, memory)
        at = 1 + (n * 7 + chance.randrange(7)) % int(requests)
        error = errno.ENOSPC if on else ERRORS[n % len(ERRORS)]
        code, told = disk.play(site.sync, at, error, on)
        if code not in (0, FORESEEN):
            sys.stdout.write(f"request {at} of {requests}, {errno.errorcode[error]}:\n{told}\n")
            told = "not foreseen"
        ends["went on" if code == 0 else told] += 1
        site.check()
        site.sync()
        site.check_after_a_good_run()
        assert not site.sync().changed
    return ends


def _copy(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _put_back(folder: Path, files: dict[Path, bytes]) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path not in files:
            path.unlink()
    for path, data in files.items():
        path.write_bytes(data)


def main() -> int:
    """Fail and recover; 0 when nothing was torn, lost, doubled or left behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--quick", action="store_true", help="ten faults")
    asked = parser.parse_args()
    if READY not in os.environ:
        return behind_the_shim()
    sys.path.insert(0, str(ROOT))
    rounds, unforeseen = 10 if asked.quick else asked.faults, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, on, count in (("errors", False, rounds), ("full disks", True, rounds // 5)):
            place = Path(folder) / name
            place.mkdir()
            ends = fail_and_recover(place, random.Random(asked.seed), count, on)
            sys.stdout.write(f"{count} {name}: {dict(ends)}\n")
            sys.stdout.flush()
            unforeseen += ends["not foreseen"]
    sys.stdout.write("nothing torn, lost, doubled or left behind\n")
    return int(unforeseen > 0)


if __name__ == "__main__":
    sys.exit(main())
