"""Damaged files at random: workbooks, memories, settings and keys, each at every door.

    python scripts/fuzz_files.py [--seed N] [--count N] [--only workbook/other] [--quick]

Each round damages one file in a way that its seed decides, and runs the commands on it. A round
fails where a command says that it did not foresee this, takes the processor longer than two
seconds, changes a workbook that it refused, or leaves other texts in one that it wrote than
people typed. A command that hangs for a minute of the processor ends the script with its seed.
The seed of each failure is printed; ``--seed N --count 1`` plays it again. At the end it says how
many rounds each kind of file had, the longest command and the most memory.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from trustbook.cli.main import main as command  # noqa: E402
from trustbook.columns import TYPED  # noqa: E402

COMMANDS = (["check"], ["doctor"], ["sync", "--lang", "en"])
LONGEST = 2.0  # seconds of the processor: others use the machine too
HANGS = 60  # the same
MOST = 300  # MB, of all rounds together
TEXTS = ("x", "", "nonsense", "-1", "9" * 5000, "A1:", "../../x", "\x7f", "\u202e", "1e999")
SETTINGS = """[book.delft]
workbooks = ["network.xlsx"]
language = "en"
[google]
key = "key.json"
"""
UNFORESEEN = re.compile(r"did not foresee|niet voorzag")


def flip(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, lost or doubled."""
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(spoilt))
        spoilt[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 2))
    return bytes(spoilt)


def cut(data: bytes, chance: random.Random) -> bytes:
    """Only the first part."""
    return data[: chance.randrange(len(data))]


def reword(data: bytes, chance: random.Random) -> bytes:
    """A text or number in quotes or tags changed into something no program writes there."""
    places = list(re.finditer(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)|(?<=: )[0-9a-z"]+', data))
    if not places:
        return flip(data, chance)
    found = chance.choice(places)
    return data[: found.start()] + chance.choice(TEXTS).encode() + data[found.end() :]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (flip, cut, reword, reword, reword)


def spoil_package(data: bytes, chance: random.Random) -> bytes:
    """A workbook with one part damaged inside, or damaged as a file."""
    if chance.random() < 0.2:
        return chance.choice((flip, cut))(data, chance)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        names = old.namelist()
        chosen = chance.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, chance.choice(DAMAGES)(part, chance) if name == chosen else part)
    return made.getvalue()


def typed_texts(data: bytes) -> set[tuple[str, str]]:
    """The texts on the lists of a workbook in the columns that people type, by sheet, as another
    library reads them; nothing where it cannot.
    """
    import openpyxl

    found = set()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        for sheet in (one for one in TYPED if one.label("en") in book.sheetnames):
            page = book[sheet.label("en")]
            derived = {column.label("en") for column in sheet.columns if column.filled_by_us}
            head, *rows = [[cell.value for cell in row] for row in page.iter_rows()]
            for row in rows:
                pairs = zip(head, row, strict=False)
                found |= {(sheet.key, text) for name, text in pairs
                          if isinstance(text, str) and name not in derived}  # fmt: skip
    except Exception:  # damaged as it is, only trustbook may read it
        return set()
    return found


def _fill(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    page = book["Partners"]
    name = next(cell.column for cell in page[1] if cell.value == "Name")
    for row, text in enumerate(("Police", "Mosque", "School"), 2):
        page.cell(row, name or 1).value = text
    book.save(path)


class Bench:
    """A synced workbook with its memory, settings and a key, and copies of it to damage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kinds: Counter[str] = Counter()
        self.longest = 0.0
        self.sound = folder / "sound"
        self.sound.mkdir()
        os.environ["TRUSTBOOK_DATA"] = str(self.sound / "data")
        book = self.sound / "network.xlsx"
        self.play(["init", str(book), "--lang", "en"])
        _fill(book)
        self.play(["sync", str(book)])
        (self.sound / "trustbook.toml").write_text(SETTINGS)
        key = {"type": "service_account", "private_key": "x", "token_uri": "https://a.nl"}
        (self.sound / "key.json").write_text(json.dumps(key))

    def play(self, arguments: Sequence[str]) -> tuple[int, str, float]:
        """Exit code, all that was said, and the seconds of the processor it took."""
        said, start = io.StringIO(), time.process_time()
        with redirect_stdout(said), redirect_stderr(said):
            code = command([*arguments])
        return code, said.getvalue(), time.process_time() - start

    def round(self, seed: int, only: str | None = None) -> list[str]:
        """What went wrong with the damage of this seed."""
        chance, place = random.Random(seed), self.folder / "round"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.sound, place)
        os.environ["TRUSTBOOK_DATA"] = str(place / "data")
        os.chdir(place)
        target = self._damage(place, chance, only)
        self.kinds[target.suffix or "place"] += 1
        faults = []
        for asked in COMMANDS:
            before = (place / "network.xlsx").read_bytes()
            code, said, seconds = self.play([*asked, *self._book(target)])
            after = (place / "network.xlsx").read_bytes()
            self.longest = max(self.longest, seconds)
            harmed = code != 0 if after != before else False
            if not harmed and after != before:
                harmed = not typed_texts(before) <= typed_texts(after)
            if UNFORESEEN.search(said) or seconds > LONGEST or harmed:
                faults.append(f"{target.name} {asked[0]}: {code}, {seconds:.1f} s: {said[-300:]}")
        return faults

    def _book(self, target: Path) -> list[str]:
        return ["gsheet:x"] if target.name == "key.json" else []

    def _damage(self, place: Path, chance: random.Random, only: str | None) -> Path:
        memories = [*(place / "data").glob("*.ledger"), *(place / "data" / "places").iterdir()]
        workbook, memory = place / "network.xlsx", chance.choice(memories)
        others = [memory, place / "trustbook.toml", place / "key.json"]
        of_kind = {"workbook": [workbook], "other": others, None: [workbook] * 6 + others}
        target = chance.choice(of_kind[only])
        spoil = spoil_package if target.suffix == ".xlsx" else chance.choice(DAMAGES)
        target.write_bytes(spoil(target.read_bytes(), chance))
        target.chmod(0o600)
        return target


def main() -> int:
    """Play the rounds; 1 where one failed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--only", choices=["workbook", "other"])
    options.add_argument("--quick", action="store_true")
    asked = options.parse_args()
    if asked.quick:
        asked.count = 20
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for seed in range(asked.seed, asked.seed + asked.count):
            signal.signal(signal.SIGVTALRM, partial(_hung, seed))
            signal.setitimer(signal.ITIMER_VIRTUAL, HANGS)
            for fault in bench.round(seed, asked.only):
                failed += 1
                sys.stdout.write(f"seed {seed}: {fault}\n")
                sys.stdout.flush()
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        os.chdir(ROOT)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{asked.count} rounds from seed {asked.seed}, {failed} failures\n")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(bench.kinds.items()))
    sys.stdout.write(f"{kinds}; longest command {bench.longest:.2f} s, {most} MB\n")
    return int(failed > 0 or most > MOST)


def _hung(seed: int, *_: object) -> None:
    sys.stdout.write(f"seed {seed}: hangs\n")
    sys.stdout.flush()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
