"""The timelines a coordinator can read (scenarios/timelines.md), from cells to verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from tests.reading import book_in
from trustbook.columns import CONSULTATIONS, MOMENTS, PARTNERS, PEOPLE, SETTINGS, STATUSES, Sheet
from trustbook.dates import read_date
from trustbook.health.verdict import Verdict, judge_partners
from trustbook.model import Book, Memory
from trustbook.names import key
from trustbook.snapshot import Grid, Snapshot

STORY = Path(__file__).parent / "scenarios" / "timelines.md"

# Word of the story, sheet, column of the first cell, and the column that means the first partner
# when left out.
LISTS: dict[str, tuple[Sheet, str, str]] = {
    "partner": (PARTNERS, "name", ""),
    "persoon": (PEOPLE, "name", "partner"),
    "moment": (MOMENTS, "date", "with"),
    "overleg": (CONSULTATIONS, "name", ""),
    "instelling": (SETTINGS, "setting", ""),
}
STATUS = {key(label): choice.key for choice in STATUSES for label in (choice.en, choice.nl)}
NONE = ("geen", "none")


@dataclass
class Timeline:
    """One small book, and what must be said of it on which days: (day, line, partner, status,
    [(what, expected)]).
    """

    title: str
    lang: str = "nl"
    rows: dict[str, list[dict[str, str]]] = field(
        default_factory=lambda: {word: [] for word in LISTS}
    )
    memory: Memory = field(default_factory=Memory)
    expected: list[tuple[date, int, str, str, list[tuple[str, str]]]] = field(default_factory=list)

    def read(self, today: date) -> Book:
        """The book as read from a workbook with these rows, every cell typed as text."""
        grids = [self._grid(word) for word, rows in self.rows.items() if rows]
        return book_in(
            Snapshot("story", "1", tuple(g.title for g in grids), grids),
            today,
            self.lang,
            self.memory,
        )

    def _grid(self, word: str) -> Grid:
        sheet, first, default = LISTS[word]
        rows = [dict(row) for row in self.rows[word]]
        for row in rows:
            row[sheet.column(first).label(self.lang)] = row.pop("")
            if default:
                row.setdefault(sheet.column(default).label(self.lang), self.rows["partner"][0][""])
        headers = list(dict.fromkeys(header for row in rows for header in row))
        return Grid(
            sheet.label(self.lang),
            [headers, *([row.get(header) for header in headers] for row in rows)],
        )


def timelines() -> Iterator[Timeline]:
    """Every timeline of the story."""
    story, today = Timeline("", "nl"), date.min
    for number, line in enumerate(STORY.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("## "):
            if story.title:
                yield story
            story = Timeline(line[3:])
        elif story.title and line.startswith("- "):
            word, _, rest = line[2:].partition(": ")
            first, *cells = rest.split(" | ")
            pairs = [(what, value) for what, _, value in (cell.partition(": ") for cell in cells)]
            if word in LISTS:
                story.rows[word].append({"": first, **dict(pairs)})
            elif word == "language":
                story.lang = first
            elif word == "geheugen":
                known = dict(pairs)
                if "Sinds" in known:
                    story.memory.since[first] = read_date(known["Sinds"])
                if "Vroeger" in known:
                    story.memory.old_names[first] = (known["Vroeger"],)
            elif word in ("vandaag", "today"):
                today = read_date(first)
            else:
                assert word in ("dan", "then"), f"line {number}: {line}"
                name, status = first.rsplit(" is ", 1)
                story.expected.append((today, number, name, STATUS[key(status)], pairs))
    yield story


def _day(verdict: Verdict, which: str) -> Callable[[str], tuple[object, object]]:
    return lambda text: (getattr(verdict, which), None if text in NONE else read_date(text))


def _checks(verdict: Verdict) -> dict[str, Callable[[str], tuple[object, object]]]:
    codes = {hint.code for hint in verdict.hints}
    return {
        "waarom": lambda text: (verdict.why if text not in verdict.why else text, text),
        "geen waarom": lambda text: (text in verdict.why, False),
        "stap": lambda text: (verdict.next_step if text not in verdict.next_step else text, text),
        "stilte": lambda text: (verdict.silence_days, int(text)),
        "hint": lambda text: (text in codes, True),
        "geen hint": lambda text: (text in codes, False),
        "uiterlijk": _day(verdict, "due"),
        "zonnig": _day(verdict, "last_sunny"),
        "contact": _day(verdict, "last_contact"),
    }


ENGLISH = {"why": "waarom", "due": "uiterlijk"}
ALL = list(timelines())


@pytest.mark.parametrize("story", ALL, ids=[story.title for story in ALL])
def test_timeline(story: Timeline) -> None:
    assert story.expected
    for today, number, name, status, expected in story.expected:
        book = story.read(today)
        position = next(i for i, partner in enumerate(book.partners) if partner.name == name)
        verdict = judge_partners(book, today)[position]
        where = f"{STORY.name}:{number} on {today}"
        assert verdict.status == status, f"{where}: {verdict.why}"
        for what, value in expected:
            got, wanted = _checks(verdict)[ENGLISH.get(what, what)](value)
            assert got == wanted, f"{where}: {what}"


def test_the_story_covers_every_status_in_both_languages_of_the_book() -> None:
    assert len(ALL) >= 45
    assert {status for story in ALL for _, _, _, status, _ in story.expected} == {
        choice.key for choice in STATUSES
    }
    assert {story.lang for story in ALL} == {"nl", "en"}
