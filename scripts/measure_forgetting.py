"""Measures what is left of somebody who was forgotten: every byte of every file that was made.

    python scripts/measure_forgetting.py [--quick]

A book of two workbooks is synced, somebody is forgotten, an old copy is put back, an earlier run is
asked for, and fourteen nights follow (--quick: two). After each step all files are searched, zip
parts packed out and freed pages of the memory among them. Prints a line for each step; ends with 1
where anything is left.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "Fatima El Amrani"


def run(*words: str) -> tuple[int, str]:
    """A command as it is typed; its exit code and what it said."""
    from trustbook.cli.main import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main([*words, "--today", "2026-09-30", "--lang", "en"])
    return code, said.getvalue()


def measure(folder: Path, nights: int) -> int:
    """How many places are left after all steps; a line for each of them."""
    from tests.forgetting import found_in, make_book, share_texts

    left = 0

    def look(step: str) -> None:
        nonlocal left
        found = found_in(folder)
        left += len(found)
        sys.stdout.write(f"{step}: {len(found)} places {found[:3] or ''}\n")

    make_book(folder / "here.xlsx")
    make_book(folder / "there.xlsx", {"Partners": [{"name": "Police"}]})
    (folder / "trustbook.toml").write_text(
        '[book.pair]\nworkbooks = ["here.xlsx", "there.xlsx"]\n', encoding="utf-8"
    )
    run("sync", "pair")
    share_texts(folder / "here.xlsx")
    run("sync", "pair")
    run("person", "pair", NAME)
    sys.stdout.write(f"before: {len(found_in(folder))} places\n")
    with tempfile.TemporaryDirectory() as elsewhere:
        old = shutil.copy(folder / "here.xlsx", elsewhere)
        code, _ = run("forget", "pair", "--person", NAME, "--yes")
        look(f"forgotten ({code})")
        shutil.copy(old, folder / "here.xlsx")
    code, said = run("sync", "pair")
    accepted = re.search(r"--accept \d+", said)
    code, said = run("sync", "pair", *(accepted[0].split() if accepted else ()))
    look(f"an old copy put back ({code})")
    code, _ = run("restore", "pair", "--run", "1")
    look(f"an earlier run asked for ({code})")
    for night in range(nights):
        code, _ = run("sync", "pair")
        look(f"night {night + 1} ({code})")
    return left


def main() -> None:
    """Run the measurement in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two nights")
    nights = 2 if parser.parse_args().quick else 14
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as name:
        os.environ["TRUSTBOOK_DATA"] = str(Path(name) / "data")
        os.chdir(name)
        left = measure(Path(name), nights)
        os.chdir(ROOT)
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
