"""Do other programs open our books? exceljs and SheetJS (npm), and openxml-audit (PyPI).

    python scripts/other_programs.py [--quick] [BOOK.xlsx …]

The starter, the sample and a synced book of each language are re-saved by both programs and read
back, and the validator must find no error in them; in a BOOK of somebody else it must find none
after a sync that was not there before. The tools are fetched into a temporary folder; ``--quick``
takes one language and no sample. Ends 1 where something fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl

from trustbook.cli.main import main as trustbook
from trustbook.demo import make_sample
from trustbook.workbooks.template import new_workbook

EXCELJS = """
const X = require("exceljs"), [, , from, to] = process.argv;
const book = new X.Workbook();
book.xlsx.readFile(from).then(() => book.xlsx.writeFile(to))
  .catch(fault => { console.error(fault.message); process.exit(1); });
"""
SHEETJS = """
const X = require("xlsx"), [, , from, to] = process.argv;
X.writeFile(X.readFile(from, {cellStyles: true}), to);
"""
SECONDS = 120
TODAY = date(2026, 9, 30)


class Tools:
    """The programs, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        fetch = ["npm", "install", "--silent", "--no-audit", "exceljs", "xlsx"]
        subprocess.run(fetch, cwd=folder, check=True, timeout=600)
        for name, code in (("exceljs", EXCELJS), ("sheetjs", SHEETJS)):
            (folder / f"{name}.js").write_text(code, encoding="utf-8")
        venv.create(folder / "venv", with_pip=True)
        self._bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        pip = [str(self._bin / "python"), "-m", "pip", "install", "-q", "openxml-audit"]
        subprocess.run(pip, check=True, timeout=600)

    def resave(self, program: str, book: Path) -> str:
        """What goes wrong when a program re-saves a book; nothing where nothing does."""
        out = self.folder / f"{program}-{book.name}"
        try:
            done = subprocess.run(
                ["node", f"{program}.js", str(book), str(out)],
                cwd=self.folder, capture_output=True, text=True, timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"still busy after {SECONDS} seconds"
        return done.stderr.strip()[:200] if done.returncode else _lost(book, out)

    def errors(self, book: Path) -> set[str]:
        """The errors, no warnings, that the validator finds."""
        command = [str(self._bin / "openxml-audit"), "-o", "json", "-m", "0", str(book)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        found = [fault for file in json.loads(done.stdout) for fault in file["errors"]]
        return {str(fault["description"]) for fault in found if fault["severity"] != "warning"}


def _lost(before: Path, after: Path) -> str:
    """The sheets of which a value is lost or changed."""
    one, other = (openpyxl.load_workbook(path) for path in (before, after))
    lost = [
        page.title
        for page in one.worksheets
        if page.title not in other.sheetnames
        or any(_text(page, *at) != _text(other[page.title], *at) for at in _places(page))
    ]
    return f"values lost or changed: {', '.join(lost)}" if lost else ""


def _places(page: object) -> Iterator[tuple[int, int]]:
    for row in page.iter_rows():  # type: ignore[attr-defined]
        yield from ((cell.row, cell.column) for cell in row if cell.value not in (None, ""))


def _text(page: object, row: int, column: int) -> str:
    return " ".join(str(page.cell(row, column).value).split())  # type: ignore[attr-defined]


def _books(folder: Path, quick: bool) -> Iterator[Path]:
    """Our own books: starters, synced ones, samples."""
    for lang in ("nl",) if quick else ("nl", "en"):
        starter, synced = folder / f"starter-{lang}.xlsx", folder / f"synced-{lang}.xlsx"
        new_workbook(starter, lang)
        yield starter
        shutil.copy(starter, synced)
        trustbook(["sync", str(synced), "--quiet"])
        yield synced
        if not quick:
            sample = folder / f"sample-{lang}.xlsx"
            make_sample(sample, lang, TODAY)
            trustbook(["sync", str(sample), "--quiet"])
            yield sample


def _faults(tools: Tools, book: Path) -> Iterator[str]:
    for program in ("exceljs", "sheetjs"):
        if fault := tools.resave(program, book):
            yield f"{program}: {fault}"
    yield from (f"openxml-audit: {error}" for error in sorted(tools.errors(book)))


def _new_errors(tools: Tools, book: Path, folder: Path) -> Iterator[str]:
    copy = folder / f"theirs-{book.name}"
    shutil.copy(book, copy)
    try:
        before = tools.errors(copy)
        if code := trustbook(["sync", str(copy), "--quiet"]):
            yield f"not synced, exit {code}"
        yield from (f"openxml-audit: {error}" for error in sorted(tools.errors(copy) - before))
    except subprocess.TimeoutExpired:
        yield f"openxml-audit: still busy after {SECONDS} seconds"


def main() -> int:
    """Try every book; 1 where something fails."""
    arguments = sys.argv[1:]
    quick = "--quick" in arguments
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["TRUSTBOOK_DATA"] = str(folder / "data")
        tools = Tools(folder)
        for book in _books(folder, quick):
            failed |= _told(book, list(_faults(tools, book)))
        for book in (Path(text) for text in arguments if not text.startswith("-")):
            failed |= _told(book, list(_new_errors(tools, book, folder)))
    return int(failed)


def _told(book: Path, found: list[str]) -> bool:
    print(f"{book.name}: {'; '.join(found) or 'no fault'}", flush=True)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
