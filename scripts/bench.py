"""What a night costs: trustbook sync beside a bare calamine read, inflate + expat and a plain
pandas + openpyxl script on the same file.

    python scripts/bench.py [--quick] [--sizes 2000x20000,10000x200000] [--runs 3] [--skip-plain]

Every contestant runs in a fresh process; CPU seconds (user + system, children excluded), peak
memory and bytes written are the operating system's. Ratios compare runs of one call of this script,
turn by turn; absolute seconds are this machine's. --quick measures 200 partners with 2,000 moments
and 2,000 with 20,000. Ends with 1 where a goal is missed by more than a tenth.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

TODAY = date(2026, 9, 15)  # the day after it begins no new quarter

# The job as a script of today would do it: read with pandas, work out silence and status, write the
# sheets back.
PLAIN = """
import sys
import pandas as pd
path, today = sys.argv[1], pd.Timestamp(sys.argv[2])
sheets = pd.read_excel(path, sheet_name=["Partners", "Moments"], engine="openpyxl")
partners, moments = sheets["Partners"], sheets["Moments"]
took_place = moments["State"].isna() | (moments["State"] == "held")
held = moments[took_place & (moments["Weather"] != "crisis")].copy()
held["With"] = held["With"].str.split("; ")
held = held.explode("With")
held["Date"] = pd.to_datetime(held["Date"], dayfirst=True, errors="coerce")
last = held[held["Date"] <= today].groupby("With")["Date"].max()
partners["Last sunny"] = partners["Name"].map(last)
silence = (today - partners["Last sunny"]).dt.days
rhythm = pd.to_numeric(partners["Rhythm"], errors="coerce").fillna(90)
partners["Status"] = "warm"
partners.loc[silence > rhythm, "Status"] = "cooling"
partners.loc[silence > 1.5 * rhythm, "Status"] = "cold"
partners.loc[silence.isna(), "Status"] = "new"
with pd.ExcelWriter(path, engine="openpyxl", mode="a", if_sheet_exists="replace") as writer:
    partners.to_excel(writer, sheet_name="Partners", index=False)
    verdicts = partners[["ID", "Name", "Status", "Last sunny"]]
    verdicts.to_excel(writer, sheet_name="Health", index=False)
"""

BARE = """
import sys
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_path(sys.argv[1])
for name in book.sheet_names:
    book.get_sheet_by_name(name).to_python()
"""

EXPAT = """
import sys, zipfile
from xml.parsers import expat
with zipfile.ZipFile(sys.argv[1]) as book:
    for name in book.namelist():
        if name.endswith(".xml"):
            expat.ParserCreate().Parse(book.read(name), True)
"""

SYNC = """
import sys
sys.argv = ["trustbook", "sync", sys.argv[1], "--quiet", "--today", sys.argv[2]]
from trustbook.cli import run
run()
"""

# Runs a contestant and prints its own cost as JSON on the last line.
METER = """
import json, resource, sys
code = sys.argv.pop(1)
status = 0
try:
    exec(compile(code, "contestant", "exec"), {"__name__": "__main__"})
except SystemExit as end:
    status = end.code or 0
used = resource.getrusage(resource.RUSAGE_SELF)
peak = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
try:  # where the system tells it, without what the process that started this one needed
    lines = [open(f"/proc/self/{name}").read().splitlines() for name in ("io", "status")]
    told = dict(line.split(":", 1) for line in sum(lines, []))
    written, peak = int(told["wchar"]), int(told["VmHWM"].split()[0]) / 1024
except OSError:
    written = 0
cost = {"cpu": used.ru_utime + used.ru_stime, "peak": peak, "written": written}
print(json.dumps({**cost, "status": status}))
"""

MISSED = 1.1


class Cost(NamedTuple):
    """CPU seconds, peak MiB and bytes written of a contestant."""

    cpu: float
    peak: float
    written: int


class Goal(NamedTuple):
    """At most so many times as much CPU as a yardstick; or at least so many times less."""

    yardstick: str
    most: float = 0.0
    less: float = 0.0

    def compare(self, cost: float, yardstick: float) -> tuple[str, bool]:
        """How a cost compares, in words, and whether the goal is missed by more than a tenth."""
        if self.less:
            times = yardstick / cost
            told = f"{times:6.2f} x less than {self.yardstick} (goal {self.less:g})"
            return told, times * MISSED < self.less
        times = cost / yardstick
        return f"{times:6.2f} x {self.yardstick} (goal {self.most:g})", times > self.most * MISSED


def goals(large: bool) -> dict[str, list[Goal]]:
    """What each night may cost; ``large``: from 100,000 moments on."""
    return {
        "first sync": [Goal("plain", less=4)],
        "untouched, the same day": [Goal("calamine", 1)],
        "ordinary next day": [Goal("calamine", 1), Goal("plain", less=25)],
        "saved again, no edits": [Goal("calamine", 1 if large else 2)],
        "ten cells edited": [Goal("calamine", 2)],
    }


def rows_of_moments(partners: int, moments: int, chance: random.Random) -> Iterator[list[object]]:
    """Three years of contacts with the words of real life: most with one partner, some with
    several.
    """
    whats = ("Introduction", "Progress", "Training", "Evaluation", "Coffee", "Plans")
    wheres = ("", "North", "South", "school", "mosque", "team", "quarter", "follow-up")
    topics = [f"{what} {where}" for what in whats for where in wheres]
    for number in range(moments):
        present = [
            f"Partner {chance.randrange(partners)}" for _ in range(chance.choice((1, 1, 1, 2, 3)))
        ]
        promised = chance.random() < 0.15
        day = TODAY - timedelta(days=chance.randrange(1100))
        yield [
            None, day, "; ".join(present), None, chance.choice(("Anna", "Bas", "Cem", "Dewi")),
            chance.choice(("visit", "meeting", "phone", "e-mail")),
            chance.choice(("sunny", "sunny", "sunny", "crisis", None)),
            chance.choice(("us", "them", "together", None)),
            chance.choice(("held", "held", "held", None, "attempt")),
            f"{chance.choice(topics)} {number % 97}", "Send the report" if promised else None,
            "us" if promised else None, day + timedelta(days=30) if promised else None, None,
        ]  # fmt: skip


def make_book(path: Path, partners: int, moments: int) -> None:
    """A book of the template's columns, written by openpyxl, and synced once so that what follows
    is a steady state.
    """
    import openpyxl

    chance = random.Random(partners)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Partners")
    sheet.append(["ID", "Name", "Kind", "Tier", "Party", "Rhythm", "Holder", "Since",
                  "Their tasks and competences", "Their goals and interests",
                  "Our goals shared on", "Own view", "Status", "Why", "Last sunny",
                  "Due"])  # fmt: skip
    tiers = ("core local", "wider local", "national and regional", "civil society")
    for number in range(partners):
        sheet.append([None, f"Partner {number}", "organisation", chance.choice(tiers), "police",
                      chance.choice((30, 60, 90, None)),
                      chance.choice(("Anna", "Bas", "Cem", "Dewi")), date(2023, 1, 1),
                      "Keeps the peace", "A safe town", date(2025, 6, 1), None])  # fmt: skip
    sheet = book.create_sheet("People")
    sheet.append(["ID", "Name", "Partner", "Role", "Work phone"])
    for number in range(partners):
        sheet.append([None, f"Person {number}", f"Partner {number}", "coordinator", "0612345678"])
    sheet = book.create_sheet("Moments")
    sheet.append(["ID", "Date", "With", "Also present", "By", "Kind", "Weather", "Initiative",
                  "State", "Topic", "Promise", "Promised by", "Promise due",
                  "Promise kept on"])  # fmt: skip
    for row in rows_of_moments(partners, moments, chance):
        sheet.append(row)
    book.save(path)


def edit_ten(path: Path) -> None:
    """Type in ten cells of Moments, as another program would save them."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    for row in range(5, 15):
        book["Moments"].cell(row, 10, f"Typed anew {row}")
    book.save(path)


def save_again(path: Path) -> None:
    """Save a book as another program would, nothing typed."""
    import openpyxl

    openpyxl.load_workbook(path).save(path)


def measure(code: str, *arguments: object) -> Cost:
    """What a contestant costs in a fresh process."""
    command = [sys.executable, "-c", METER, code, *map(str, arguments)]
    # One thread each: a library that spins up helpers would be charged for waiting. Byte code is
    # kept, as where the program is installed.
    env = {**os.environ, "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / "trustbook-bench"))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        sys.exit(done.stderr)
    figures = json.loads(done.stdout.splitlines()[-1])
    if figures.pop("status"):
        sys.exit(f"a contestant failed: {done.stderr}")
    return Cost(**figures)


@dataclass
class Contest:
    """One book, its nights and its yardsticks. ``state`` is the book and its memory as they are
    put back before every night: synced on TODAY.
    """

    path: Path
    state: Path
    costs: dict[str, list[Cost]] = field(default_factory=dict)

    def run(self, runs: int, plain: bool) -> None:
        """Measure all, turn by turn, so that a drifting machine drifts for all."""
        bare = self.state / "bare.xlsx"
        shutil.copy(self.path, bare)
        morrow = TODAY + timedelta(days=1)
        self._night("first sync", TODAY)
        shutil.copytree(self.path.parent, self.state / "kept")
        for turn in range(runs):
            self._note("calamine", measure(BARE, self.path))
            self._note("inflate + expat", measure(EXPAT, self.path))
            self._night("untouched, the same day", TODAY)
            self._night("ordinary next day", morrow)
            self._put_back(save_again)
            self._night("saved again, no edits", TODAY)
            self._put_back(edit_ten)
            self._night("ten cells edited", TODAY)
            self._put_back(lambda path: None)
            if plain and not turn:
                self._note(
                    "plain", measure(PLAIN, shutil.copy(bare, self.state / "plain.xlsx"), TODAY)
                )

    def _night(self, name: str, day: date) -> None:
        self._note(name, measure(SYNC, self.path, day))

    def _note(self, name: str, cost: Cost) -> None:
        self.costs.setdefault(name, []).append(cost)

    def _put_back(self, change: Callable[[Path], None]) -> None:
        """The book and its memory as the first sync left them, and then a ``change``."""
        shutil.rmtree(self.path.parent)
        shutil.copytree(self.state / "kept", self.path.parent)
        change(self.path)

    def show(self, large: bool) -> bool:
        """Print the table; whether no goal is missed."""
        size = self.path.stat().st_size
        middle = {
            name: statistics.median(one.cpu for one in found) for name, found in self.costs.items()
        }
        good = True
        for name, found in self.costs.items():
            peak, written = max(one.peak for one in found), found[-1].written / size
            spent = f"cpu {middle[name]:7.2f} s  peak {peak:5.0f} MiB"
            print(f"  {name:26} {spent}  wrote {written:5.1f} x the book")
            for goal in goals(large).get(name, ()):
                if goal.yardstick in middle:
                    told, missed = goal.compare(middle[name], middle[goal.yardstick])
                    good &= not missed
                    print(f"  {'':26} {told}{'   MISSED' if missed else ''}")
        return self._show_ledger(size) and good

    def _show_ledger(self, size: int) -> bool:
        """Print how large the ledger, its copies and the kept reading are; whether the ledger keeps
        its goal.
        """
        sizes = {True: 0, False: 0}
        for one in (self.state / "kept").rglob("*.ledger"):
            sizes[one.parent.suffix == ".copies"] += one.stat().st_size
        ledger, copies = sizes[False] / size, sizes[True] / size
        readings = sum(one.stat().st_size for one in (self.state / "kept").rglob("*.reading"))
        missed = ledger > MISSED
        told = f"  the ledger is {ledger:.2f} x the workbook (goal 1), its copies {copies:.2f} x"
        told += f", the kept reading {readings / size:.2f} x"
        print(f"{told}{'   MISSED' if missed else ''}")
        return not missed


def startup(runs: int) -> bool:
    """Print what the first page costs beside opening click; whether the goal is kept."""
    code = "import sys\nsys.argv = ['trustbook', sys.argv[1]]\nfrom trustbook.cli import run\nrun()"
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        found.setdefault("click", []).append(measure("import click").cpu)
        for page in ("--help", "--version"):
            found.setdefault(page, []).append(measure(code, page).cpu)
    good = True
    for page in ("--help", "--version"):
        cost, click = statistics.median(found[page]), statistics.median(found["click"])
        told, missed = Goal("python -c 'import click'", 1.15).compare(cost, click)
        good &= not missed
        print(f"trustbook {page:10} {told}{'   MISSED' if missed else ''}")
    return good


def main() -> None:
    """Make the books, run the contest."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes")
    parser.add_argument("--quick", action="store_true", help="small books, two turns")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--skip-plain", action="store_true", help="leave the slow script out")
    options = parser.parse_args()
    sizes = options.sizes or ("200x2000,2000x20000" if options.quick else "2000x20000,10000x200000")
    runs = options.runs or (2 if options.quick else 3)
    good = startup(max(7, runs))
    with tempfile.TemporaryDirectory() as folder:  # what is compiled at first use costs nobody
        os.environ["TRUSTBOOK_DATA"] = folder
        make_book(Path(folder) / "tiny.xlsx", 5, 20)
        measure(SYNC, Path(folder) / "tiny.xlsx", TODAY)
    for size in sizes.split(","):
        partners, moments = map(int, size.split("x"))
        with tempfile.TemporaryDirectory() as folder:
            at = Path(folder) / "book"
            at.mkdir()
            os.environ["TRUSTBOOK_DATA"] = str(at / "memory")
            contest = Contest(at / "network.xlsx", Path(folder))
            make_book(contest.path, partners, moments)
            megabytes = contest.path.stat().st_size / 1e6
            print(f"{partners:,} partners, {moments:,} moments ({megabytes:.1f} MB)", flush=True)
            contest.run(runs, not options.skip_plain)
            good &= contest.show(moments >= 100_000)
    sys.exit(not good)


if __name__ == "__main__":
    main()
