"""Whoever asks gets the same answer: every command, the overview, Python and the next night.

Random small networks live through nights, unsynced edits, rows noted ahead, changed members and
days asked about in the past; then every door is asked, and the night is run on a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import trustbook
from trustbook.cli.main import main
from trustbook.columns import STATUSES
from trustbook.ledger.locate import LedgerLocator
from trustbook.overview.period import last_full_quarter
from trustbook.run.sync import run_sync
from trustbook.workbooks.excel import ExcelWorkbook

NAMES = ("Police", "GGD", "Mosque", "School", "Club")
SHEETS: dict[str, list[str]] = {
    "Partners": ["ID", "Name", "Party", "Rhythm", "Holder", "Status", "Why"],
    "People": ["ID", "Name", "Partner", "Work phone"],
    "Moments": ["ID", "Date", "With", "Weather", "State", "Promise", "Promised by", "Promise due"],
    "Consultations": ["Name", "Members"],
    "Required network": ["Phenomenon", "Party"],
}
# One edit of a person's: what, which row or partner, and a number of days or words to choose from.
EDITS = st.tuples(
    st.sampled_from(["talk", "ahead", "crisis", "rhythm", "holder", "members", "meeting", "name"]),
    st.integers(0, len(NAMES) - 1),
    st.integers(0, 60),
)
# Between two looks: some edits, then a night, some days later.
LIVES = st.lists(st.tuples(st.lists(EDITS, max_size=4), st.integers(1, 40)), min_size=1, max_size=3)


@dataclass
class World:
    """A folder with a workbook and a memory, and what day it is there."""

    folder: Path
    today: date

    @property
    def path(self) -> Path:
        return self.folder / "network.xlsx"

    @property
    def memory(self) -> Path:
        return self.folder / "memory"

    def make(self) -> None:
        """A new workbook with five partners."""
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, headers in SHEETS.items():
            book.create_sheet(title).append(headers)
        for i, name in enumerate(NAMES):
            holder = ("Anne", "Bart")[i % 2]
            book["Partners"].append([None, name, name, 30 + 10 * i, holder])
            book["People"].append([None, f"Person {i}", name, f"015-555 010{i}"])
            book["Required network"].append(["jihadism", name])
        book["Consultations"].append(["Table", "Police; GGD"])
        book.save(self.path)

    def edit(self, what: str, which: int, number: int) -> None:
        """Something a person does."""
        book = openpyxl.load_workbook(self.path)
        moments, partners = book["Moments"], book["Partners"]
        row = 2 + which
        with_ = partners.cell(row, 2).value
        day = self.today - timedelta(days=number)
        if what == "talk":
            moments.append([None, day, with_])
        elif what == "ahead":
            moments.append([None, self.today + timedelta(days=number % 20 + 1), with_])
        elif what == "crisis":
            due = self.today + timedelta(days=number - 30)
            moments.append([None, day, f"Person {which}", "crisis", None, "a key", "us", due])
        elif what == "rhythm":
            partners.cell(row, 4).value = 7 + number
        elif what == "holder":
            partners.cell(row, 5).value = ("Anne", "Bart", "Carla")[number % 3]
        elif what == "members":
            book["Consultations"].cell(2, 2).value = f"Police; {with_}"
        elif what == "meeting":
            moments.append([None, day, "Table"])
        else:
            partners.cell(row, 2).value = f"{NAMES[which]} {number}"
        book.save(self.path)

    def night(self) -> None:
        """A sync at two o'clock."""
        # Midnight, so that it lies behind the real clock at any hour.
        now = datetime(self.today.year, self.today.month, self.today.day).astimezone()
        workbook = ExcelWorkbook(self.path)
        run_sync(workbook, self.today, now, lang="en", keeper=LedgerLocator(self.memory))


def ask(world: World, command: str, *arguments: str, day: date) -> Any:
    """What a command answers as JSON."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(
            [command, str(world.path), *arguments, "--json", "--lang", "en", "--today", str(day)]
        )
    assert code == 0, err.getvalue()
    return json.loads(out.getvalue())


def after_a_night(world: World, day: date) -> dict[str, tuple[str, str]]:
    """Status and why in the derived columns after a night as of ``day``, in a copy of the world."""
    with tempfile.TemporaryDirectory() as folder:
        there = World(Path(folder) / "copy", world.today)
        shutil.copytree(world.folder, there.folder)
        now = datetime(world.today.year, world.today.month, world.today.day).astimezone()
        keeper = LedgerLocator(there.memory)
        run_sync(ExcelWorkbook(there.path), day, now, lang="en", keeper=keeper)
        sheet = openpyxl.load_workbook(there.path)["Partners"]
        words = {choice.en: choice.key for choice in STATUSES}
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        return {str(row[1]): (words[str(row[5]).partition(" ")[2]], str(row[6])) for row in rows}


def every_door(world: World, day: date) -> None:
    """Ask all, and see that they say one thing."""
    health = ask(world, "health", day=day)["partners"]
    status = {one["name"]: one["status"] for one in health}
    told = {one["name"]: (one["status"], one["why"]) for one in health}
    with mock.patch.dict(os.environ, {"TRUSTBOOK_DATA": str(world.memory)}):
        book = trustbook.open_book(world.path, day, lang="en")
        frame = trustbook.assess(book)
        other = trustbook.assess(trustbook.open_book(world.path, world.today, lang="en"), day)
    pairs = zip(frame["status"], frame["why"], strict=True)
    assert dict(zip(frame["name"], pairs, strict=True)) == told, "Python"
    assert list(other["status"]) == list(frame["status"]), "a book opened for another day"
    for row in ask(world, "next", day=day)["rows"]:
        assert row["status"] == status[row["name"]], "next"
    for row in ask(world, "coverage", day=day)["rows"]:
        warm = [one for one in health if one["status"] == "warm" and party(row) in one["name"]]
        assert row["warm"] == len(warm), "coverage"
    for row in ask(world, "calllist", day=day)["rows"]:
        assert row["status"] == status[row["name"]], "calllist"
    for holder in {one["holder"] for one in ask(world, "next", day=day)["rows"]} - {None}:
        page = ask(world, "handover", "--holder", holder, day=day)
        for one in page["partners"]:
            assert one["status"] == status[one["name"]], "handover"
    for one in health[:1]:
        assert ask(world, "card", one["name"], day=day)["name"] == one["name"]
    problems = ask(world, "check", day=day)["problems"]
    assert Counter(one["code"] for one in problems) == Counter(one.code for one in book.problems)
    if day == world.today:
        assert after_a_night(world, day) == told, "what the night writes"
    quarter_agrees(world)


def party(row: dict[str, Any]) -> str:
    return str(row["party"])


def quarter_agrees(world: World) -> None:
    """The overview's last day is the day that ``health --today`` tells, with the facts of then."""
    span = last_full_quarter(world.today)
    last, name = span.last, f"{span.first.year}Q{span.quarter}"
    arguments = ("--quarter", name, "--edition", "team", "-o", str(world.folder / "o.html"))
    page = ask(world, "overview", *arguments, day=world.today)
    then = ask(world, "health", day=last)["partners"]
    counts = Counter(one["status"] for one in then)
    assert {k: v for k, v in page["status"].items() if v} == dict(counts), "overview"
    with mock.patch.dict(os.environ, {"TRUSTBOOK_DATA": str(world.memory)}):
        figures = trustbook.quarter(trustbook.open_book(world.path, world.today), name)
    assert {k: v for k, v in figures.standing.items() if v} == dict(counts), "Python's quarter"


def live(
    lives: list[tuple[list[tuple[str, int, int]], int]],
    last: list[tuple[str, int, int]],
    back: int,
    look: Callable[[World, date], None],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # The commands know what day it really is: the last night of the story was last night.
        real = datetime.now().astimezone().date()
        world = World(Path(folder) / "here", real - timedelta(days=sum(days for _, days in lives)))
        world.folder.mkdir()
        world.make()
        world.night()
        for edits, days in lives:
            for edit in edits:
                world.edit(*edit)
            world.today += timedelta(days=days)
            world.night()
        for edit in last:
            world.edit(*edit)
        with mock.patch.dict(os.environ, {"TRUSTBOOK_DATA": str(world.memory)}):
            look(world, world.today)
            if back:
                look(world, world.today - timedelta(days=back))


# What fails is told as it was found: making it smaller takes minutes of nights.
@settings(
    max_examples=4,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(LIVES, st.lists(EDITS, max_size=4), st.integers(0, 50))
def test_every_door_gives_the_same_answer(
    lives: list[tuple[list[tuple[str, int, int]], int]],
    last: list[tuple[str, int, int]],
    back: int,
) -> None:
    live(lives, last, back, every_door)


@pytest.mark.parametrize(
    ("lives", "last"),
    [
        ([([("ahead", 0, 3)], 10)], []),
        ([([("meeting", 0, 5)], 3)], [("members", 3, 0)]),
        ([([("talk", 1, 9)], 20)], [("rhythm", 1, 0), ("name", 1, 4)]),
    ],
    ids=["noted ahead and never confirmed", "members changed after a meeting", "unsynced edits"],
)
def test_what_once_gave_two_answers(
    lives: list[tuple[list[tuple[str, int, int]], int]], last: list[tuple[str, int, int]]
) -> None:
    live(lives, last, 0, every_door)
