"""The hand-counted quarter (scenarios/quarter.md) and other small books, for the tests of the
overview.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from tests.reading import book_in
from trustbook.columns import MOMENTS, PARTNERS, PEOPLE, REQUIRED, SETTINGS, Sheet
from trustbook.dates import read_date
from trustbook.model import Book
from trustbook.overview import count_quarter
from trustbook.overview.naming import Edition
from trustbook.overview.period import Span, read_quarter
from trustbook.overview.wording import Context, template_context
from trustbook.snapshot import Grid, Snapshot

STORY = Path(__file__).parent / "scenarios" / "quarter.md"
GOLDEN = Path(__file__).parent / "golden" / "overview"
SPAN = read_quarter("2026Q3")
LATER = date(2026, 10, 5)

_LISTS: dict[str, tuple[Sheet, str]] = {
    "partner": (PARTNERS, "name"),
    "persoon": (PEOPLE, "name"),
    "moment": (MOMENTS, "date"),
    "nodig": (REQUIRED, "phenomenon"),
    "instelling": (SETTINGS, "setting"),
}


class Story:
    """A book written as lines a coordinator can read, and what must be said of it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {word: [] for word in _LISTS}
        self.expected: list[str] = []
        self.today = LATER
        for line in lines:
            self.add(line)

    def add(self, line: str) -> None:
        """One line, such as ``- moment: 03-10-2026 | Met: Politie``; other lines are for people."""
        word, _, text = line.strip().removeprefix("- ").partition(": ")
        if word == "dan":
            self.expected.append(text)
        elif word == "vandaag":
            self.today = read_date(text)
        elif word in _LISTS:
            sheet, first = _LISTS[word]
            cells = [cell.strip() for cell in text.split(" | ")]
            row = {sheet.column(first).label("nl"): cells[0]}
            row |= {name: value for name, _, value in (cell.partition(": ") for cell in cells[1:])}
            self.rows[word].append(row)

    def read(self, today: date | None = None) -> Book:
        """The book as read from a workbook with these rows, every cell typed as text."""
        grids = []
        for word, rows in self.rows.items():
            if rows or word == "partner":
                sheet, first = _LISTS[word]
                heads = list(
                    dict.fromkeys(
                        [sheet.column(first).label("nl"), *(name for row in rows for name in row)]
                    )
                )
                cells: list[list[str | None]] = [
                    [*heads],
                    *([row.get(head) for head in heads] for row in rows),
                ]
                grids.append(Grid(sheet.label("nl"), cells))
        return book_in(
            Snapshot("story", "1", tuple(g.title for g in grids), grids), today or self.today, "nl"
        )


def story() -> Story:
    """The hand-counted quarter."""
    return Story(STORY.read_text(encoding="utf-8").splitlines())


def told(
    book: Book, edition: Edition = "team", lang: str = "nl", today: date = LATER, span: Span = SPAN
) -> Context:
    """The overview of ``book`` in words."""
    return template_context(count_quarter(book, span, today, edition, lang), lang)


def docx_texts(content: bytes) -> str:
    """All text of a Word file, its properties and text alternatives included."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = [name for name in package.namelist() if name.endswith((".xml", ".rels"))]
        found = []
        for name in parts:
            for element in ElementTree.fromstring(package.read(name)).iter():
                found += [element.text or "", *element.attrib.values()]
    return "\n".join(found)
