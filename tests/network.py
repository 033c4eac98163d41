"""The hand-counted network (scenarios/network.md): its sheets and its answers as tables."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from tests.reading import book_in
from trustbook.columns import typed_sheet
from trustbook.health.verdict import Verdict, judge_partners
from trustbook.model import Book
from trustbook.snapshot import Grid, Snapshot

STORY = Path(__file__).parent / "scenarios" / "network.md"
TODAY = date(2026, 9, 30)


@cache
def tables() -> dict[str, list[list[str]]]:
    """Every table of the story by its heading, header row first."""
    found: dict[str, list[list[str]]] = {}
    title = ""
    for line in STORY.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            title = line[3:]
        elif line.startswith("|") and not line.startswith("|---"):
            found.setdefault(title, []).append(
                [cell.strip() for cell in line.strip("|\n").split("|")]
            )
    return found


def answers(title: str) -> list[dict[str, str]]:
    """The rows of an answer, column to cell."""
    header, *rows = tables()[title]
    return [dict(zip(header, row, strict=True)) for row in rows]


def network(today: date = TODAY) -> tuple[Book, list[Verdict]]:
    """The book as read from these sheets, every cell typed as text, and its verdicts."""
    grids = [
        Grid(title, [[cell or None for cell in row] for row in rows])
        for title, rows in tables().items()
        if typed_sheet(title)
    ]
    book = book_in(Snapshot("network", "1", tuple(grid.title for grid in grids), grids), today)
    return book, judge_partners(book, today)
