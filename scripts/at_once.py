"""Many runs at the same moment: on one book, of many books with one data folder, and by two users
of one computer.

    python scripts/at_once.py [--syncs 100] [--logs 20] [--books 20] [--quick]

Each run is a process of its own. On one book every run must end with 0, or with 5 and the sentence
that another run has it; the next run alone must find all in order, every logged talk once and
nothing left behind. Of many books each must end with 0. Where this is started by root, two users
without rights (65533 and 65534) each have a book, and neither may read the other's data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
TRUSTBOOK = (sys.executable, "-m", "trustbook")
AT_ONCE = 25  # processes at a time: more would only wait for memory
USERS = (65533, 65534)


def environment(data: Path) -> dict[str, str]:
    """What a run is to know of the place of its data, and nothing else of ours."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TRUSTBOOK")}
    return {**kept, "TRUSTBOOK_DATA": str(data), "PYTHONPATH": str(ROOT)}


def type_(data: Path, *words: str, user: int | None = None) -> subprocess.Popen[str]:
    """A command that runs on its own, by this ``user``."""
    return subprocess.Popen(
        [*TRUSTBOOK, *words, "--lang", "en"],
        env=environment(data),
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def all_ended(running: Sequence[subprocess.Popen[str]]) -> Iterator[tuple[int, str]]:
    """How each run ended, and all that it said."""
    for one in running:
        out, told = one.communicate(timeout=600)
        yield one.returncode, out + told


def make(path: Path, partners: int = 12) -> None:
    """A workbook with partners, each with one talk."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    rows, moments = book.create_sheet("Partners"), book.create_sheet("Moments")
    rows.append(["ID", "Name", "Area"])
    moments.append(["ID", "Date", "With", "Topic"])
    for i in range(partners):
        rows.append([None, f"Partner {i:02d}", f"Area {i}"])
        moments.append([None, "1-11-2026", f"Partner {i:02d}", f"topic {i}"])
    book.save(path)


def topics(path: Path) -> Counter[str]:
    """How often each topic stands in the log."""
    rows = openpyxl.load_workbook(path)["Moments"].iter_rows(values_only=True)
    head, *rest = rows
    at = head.index("Topic")
    return Counter(str(row[at]) for row in rest if row[at] is not None)


def one_book(folder: Path, syncs: int, logs: int) -> list[str]:
    """What went wrong with many runs on one book."""
    path, data = folder / "n.xlsx", folder / "data"
    make(path)
    talks = [("log", str(path), "--with", "Partner 01", "--topic", f"at once {i}")
             for i in range(logs)]  # fmt: skip
    words: list[tuple[str, ...]] = [("sync", str(path), "--quiet")] * syncs
    for i, talk in enumerate(talks):
        words.insert(i * len(words) // max(1, logs), talk)
    ended: list[tuple[int, str]] = []
    for first in range(0, len(words), AT_ONCE):
        ended += all_ended([type_(data, *one) for one in words[first : first + AT_ONCE]])
    codes = Counter(code for code, _ in ended)
    faults = [f"{code}: {said[-300:]}" for code, said in ended if code not in (0, 5)]
    list(all_ended([type_(data, "sync", str(path))]))
    [(code, said)] = all_ended([type_(data, "sync", str(path), "--json")])
    if code or json.loads(said)["changed"]:
        faults.append(f"a run alone still changes something ({code})")
    wrong = {name: n for name, n in topics(path).items() if n != 1}
    lost = {f"at once {i}" for i in range(logs)} - topics(path).keys()
    told = f"{len(ended)} runs on one book ended {dict(codes)}, {len(lost)} lost"
    sys.stdout.write(f"{told}, {len(wrong)} doubled\n")
    left = [str(one) for one in folder.rglob("*") if ".tmp" in one.name]
    return [*faults, *map(str, lost), *map(str, wrong), *left]


def many_books(folder: Path, count: int) -> list[str]:
    """What went wrong with many books of one data folder."""
    paths = [folder / f"book {i}.xlsx" for i in range(count)]
    for path in paths:
        make(path)
    faults = []
    for again in range(2):
        running = [type_(folder / "data", "sync", str(path), "--json") for path in paths]
        for code, said in all_ended(running):
            if code or json.loads(said)["changed"] is bool(again):
                faults.append(f"{code}: {said[-300:]}")
    ledgers = len(list((folder / "data").glob("*.ledger")))
    sys.stdout.write(f"{count} books with one data folder: {ledgers} memories\n")
    return faults if ledgers == count else [*faults, f"{ledgers} memories"]


def two_users(folder: Path) -> list[str]:
    """What one user can see or change of another one's data."""
    folder.chmod(0o755)
    homes = [folder / str(user) for user in USERS]
    for home, user in zip(homes, USERS, strict=True):
        home.mkdir(mode=0o755)
        make(home / "n.xlsx")
        for path in (home, home / "n.xlsx"):
            os.chown(path, user, user)
    faults = []
    for home, user in zip(homes, USERS, strict=True):
        [(code, said)] = all_ended([type_(home / "data", "sync", str(home / "n.xlsx"), user=user)])
        faults += [f"{user} {code}: {said[-300:]}"] if code else []
    stood = {path: path.read_bytes() for path in homes[0].rglob("*") if path.is_file()}
    codes = Counter[int]()
    for data in (homes[0] / "data", homes[1] / "data"):
        for command in ("sync", "check", "history", "doctor"):
            words = [command, str(homes[0] / "n.xlsx")]
            [(code, said)] = all_ended([type_(data, *words, user=USERS[1])])
            codes[code] += 1
            if "did not foresee" in said:
                faults.append(f"{command}: {said[-300:]}")
    seen = subprocess.run(
        ["find", str(homes[0] / "data"), "-type", "f"],
        user=USERS[1], group=USERS[1], extra_groups=[], capture_output=True, check=False,
    ).stdout  # fmt: skip
    now = {path: path.read_bytes() for path in homes[0].rglob("*") if path.is_file()}
    changed = [str(path) for path in stood if now.get(path) != stood[path]]
    sys.stdout.write(f"two users: the other one's commands ended {dict(codes)}, ")
    sys.stdout.write(f"{len(changed)} files changed, {len(seen.splitlines())} files seen\n")
    return [*faults, *changed, *map(str, seen.splitlines())]


def main() -> int:
    """Run all of it; 1 where anything went wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--syncs", type=int, default=100)
    options.add_argument("--logs", type=int, default=20)
    options.add_argument("--books", type=int, default=20)
    options.add_argument("--quick", action="store_true")
    asked = options.parse_args()
    if asked.quick:
        asked.syncs, asked.logs, asked.books = 6, 2, 3
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("one", "many", "users")]
        for place in places:
            place.mkdir()
        faults += one_book(places[0], asked.syncs, asked.logs)
        faults += many_books(places[1], asked.books)
        if getattr(os, "geteuid", lambda: 1)() == 0:
            Path(folder).chmod(0o755)
            faults += two_users(places[2])
        else:
            sys.stdout.write("two users: needs root, left out\n")
    for fault in faults:
        sys.stdout.write(f"FAULT {fault}\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
