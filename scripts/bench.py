"""What a night costs: trustbook sync beside a plain pandas + openpyxl script and a bare calamine
read of the same file.

    python scripts/bench.py [--sizes 2000x20000,10000x200000] [--runs 3] [--skip-plain]

Every contestant runs in a fresh process; CPU seconds (user + system, children excluded) and peak
memory are the operating system's. Ratios compare runs of one call of this script, side by side;
absolute seconds are this machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

TODAY = date(2026, 9, 30)

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
print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "peak": peak, "status": status}))
"""


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


def measure(code: str, *arguments: object) -> tuple[float, float]:
    """CPU seconds and peak MiB of a contestant in a fresh process."""
    command = [sys.executable, "-c", METER, code, *map(str, arguments)]
    # One thread each: a library that spins up helpers would be charged for waiting.
    env = {**os.environ, "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        sys.exit(done.stderr)
    figures = json.loads(done.stdout.splitlines()[-1])
    if figures["status"]:
        sys.exit(f"a contestant failed with {figures['status']}: {done.stderr}")
    return figures["cpu"], figures["peak"]


def contest(path: Path, runs: int, plain: bool) -> None:
    """Print what each contestant costs on ``path`` and how they compare."""
    first = measure(SYNC, path, TODAY)
    print(
        f"  first sync (IDs, verdicts, sheets)   cpu {first[0]:7.2f} s   peak {first[1]:6.0f} MiB"
    )
    costs: dict[str, list[tuple[float, float]]] = {"sync": [], "bare": []}
    for _ in range(runs):  # turn by turn, so that a drifting machine drifts for both
        costs["bare"].append(measure(BARE, path))
        costs["sync"].append(measure(SYNC, path, TODAY))
    bare = statistics.median(cpu for cpu, _ in costs["bare"])
    sync = statistics.median(cpu for cpu, _ in costs["sync"])
    peak = max(peak for _, peak in costs["sync"])
    least = costs["bare"][0][1]
    print(f"  bare calamine read                   cpu {bare:7.2f} s   peak {least:6.0f} MiB")
    print(f"  trustbook sync, nothing to change    cpu {sync:7.2f} s   peak {peak:6.0f} MiB")
    print(f"  sync / bare read                         {sync / bare:7.2f}     (goal: at most 2)")
    morrow = measure(SYNC, path, TODAY + timedelta(days=1))
    print(
        f"  the next night, verdicts moved       cpu {morrow[0]:7.2f} s   peak {morrow[1]:6.0f} MiB"
    )
    if plain:
        copy = path.with_name("plain.xlsx")
        copy.write_bytes(path.read_bytes())
        cpu, memory = measure(PLAIN, copy, TODAY)
        print(f"  plain pandas + openpyxl script       cpu {cpu:7.2f} s   peak {memory:6.0f} MiB")
        print(
            f"  plain script / sync                      {cpu / sync:7.1f}     "
            "(goal: at least 20, 25 at 200,000)"
        )


def startup(runs: int) -> None:
    """Print what ``trustbook --help`` costs beside a bare Python."""
    help_code = "import sys\nfrom trustbook.cli.main import main\nsys.exit(main(['--help']))"
    shown = statistics.median(measure(help_code)[0] for _ in range(runs))
    nothing = statistics.median(measure("pass")[0] for _ in range(runs))
    print(f"trustbook --help / python -c pass: {shown / nothing:.1f}   (goal: at most 6)")


def main() -> None:
    """Make the books, run the contest."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="2000x20000,10000x200000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--skip-plain", action="store_true", help="leave the slow script out")
    options = parser.parse_args()
    startup(max(5, options.runs))
    for size in options.sizes.split(","):
        partners, moments = map(int, size.split("x"))
        with tempfile.TemporaryDirectory() as folder:
            os.environ["TRUSTBOOK_DATA"] = folder
            path = Path(folder) / "network.xlsx"
            make_book(path, partners, moments)
            print(
                f"{partners:,} partners, {moments:,} moments ({path.stat().st_size / 1e6:.1f} MB)"
            )
            contest(path, options.runs, not options.skip_plain)


if __name__ == "__main__":
    main()
