"""The workbooks of tests/scenarios/adopt, as real files, and what must become of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.worksheet.table import Table

FOLDER = Path(__file__).parent / "scenarios" / "adopt"
NAMES = sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "README")


@dataclass
class Scenario:
    """A workbook in words: cells and directives per sheet, what its columns are, and the line under
    "Then".
    """

    sheets: dict[str, list[list[object]]]
    directives: dict[str, list[tuple[str, str]]]
    read_as: dict[tuple[str, str], set[str]]
    then: str

    def make(self, path: Path) -> Path:
        """The workbook as an .xlsx file."""
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in self.sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for number, (what, area) in enumerate(self.directives[title]):
                if what == "merge":
                    sheet.merge_cells(area)
                elif what == "filter":
                    sheet.auto_filter.ref = area
                else:
                    sheet.add_table(Table(displayName=f"{title}{number}", ref=area))
        book.save(path)
        return path

    def count(self, what: str) -> int:
        """The number under "Then" before a word."""
        found = re.search(rf"(\d+) {what}", self.then)
        assert found
        return int(found[1])

    @property
    def widened(self) -> list[str]:
        """Sheets that get columns."""
        found = re.search(r"new columns on ([^;]*)", self.then)
        return found[1].strip().split(", ") if found else []


def scenario(name: str) -> Scenario:
    """The scenario of this name, read from its file."""
    sections = (FOLDER / f"{name}.md").read_text(encoding="utf-8").split("\n## ")[1:]
    made = Scenario({}, {}, {}, "")
    for section in sections:
        head, _, body = section.partition("\n")
        if head.startswith("Sheet "):
            title = head.removeprefix("Sheet ")
            cells, rest = body.split("```")[1:3]
            made.sheets[title] = [
                [_value(cell) for cell in line.split(" |")]
                for line in cells.strip("\n").split("\n")
            ]
            made.directives[title] = re.findall(r"^(merge|filter|table) (\S+)$", rest, re.MULTILINE)
        elif head == "Read as":
            for line in body.strip().splitlines()[2:]:
                title, header, columns = (cell.strip() for cell in line.strip("|").split(" | "))
                made.read_as[title, header] = set(columns.strip().split(", "))
        else:
            made.then = body.strip()
    return made


def _value(text: str) -> object:
    text = text.strip()
    if text.startswith("@"):
        return date.fromisoformat(text[1:])
    return int(text) if re.fullmatch(r"[1-9]\d?", text) else text or None
