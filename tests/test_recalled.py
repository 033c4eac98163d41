"""What is kept of a reading changes nothing but the work: of a workbook that nobody touched the
next night, and every command, comes to the same with it and without it.
"""

from __future__ import annotations

import json
import operator
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from operator import methodcaller
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import openpyxl
import pytest

from tests.kept_folder import KeptFolder
from tests.test_night_memory import drawn
from tests.test_one_door import World, ask
from trustbook.errors import NotRecalled
from trustbook.ledger import Ledger
from trustbook.ledger.reading_cache import cache_place
from trustbook.model import Memory, Moments, Partner, Period, Problem, Promise, Settings
from trustbook.places.local import temporary_for
from trustbook.reading.kept_reading import take_lists
from trustbook.reading.plain_values import from_plain, to_plain
from trustbook.reading.plans import Plans
from trustbook.reading.watched_day import WatchedDay, plain_day, watched_for
from trustbook.run.replica import replica_of
from trustbook.snapshot import CellFault

DAY = date(2026, 9, 15)
# The last of three nights is that of yesterday: as of today nothing is shown of the past.
FIRST = datetime.now().astimezone().date() - timedelta(days=3)
FACTS = (
    "since planned confirmed learned meant employers people_before seats members merged as_meant"
    " names_meant cells_meant old_names problems carried apart said_once kept_texts settings_gone"
).split()
EDITS = ("talk", "ahead", "crisis", "rhythm", "holder", "members", "meeting", "name")


# a day that is watched


def plainly(day: date) -> date:
    return day


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge,
                                     operator.eq, operator.ne])  # fmt: skip
@pytest.mark.parametrize("apart", [-2, -1, 0, 1, 2])
def test_on_all_days_of_its_span_a_comparison_comes_out_the_same(
    compare: Callable[[object, object], bool], apart: int
) -> None:
    for turned in (False, True):
        for ask_for in (plainly, methodcaller("toordinal")):
            other = ask_for(DAY + timedelta(days=apart))

            def said(day: date, other: Any = other, ask_for: Any = ask_for) -> bool:
                asked = ask_for(day)
                return compare(other, asked) if turned else compare(asked, other)  # noqa: B023

            watched = WatchedDay.of(DAY)
            answer = said(watched)
            for days in range(-5, 6):
                day = DAY + timedelta(days=days)
                assert day not in watched.span or said(day) == answer, (turned, day)


@pytest.mark.parametrize("ask_for", [
    lambda day: day.year, lambda day: day.isoformat(), lambda day: f"{day:%d}", hash, str,
    lambda day: day - timedelta(days=1), lambda day: DAY - day, lambda day: day.toordinal() - 1,
    lambda day: 1 + day.toordinal(), plain_day, lambda day: day == DAY, lambda day: day.weekday(),
])  # fmt: skip
def test_whatever_else_is_asked_goes_for_that_day_alone(ask_for: Callable[[date], object]) -> None:
    watched = WatchedDay.of(DAY)
    found = ask_for(watched)
    assert (found, type(found)) == (ask_for(DAY), type(ask_for(DAY)))
    assert (watched.span.first, watched.span.last) == (DAY.toordinal(),) * 2


def test_a_day_that_nobody_watches_goes_for_itself() -> None:
    day, days = watched_for(DAY, wanted=False)
    assert (day, type(day)) == (DAY, date)
    assert DAY in days
    assert DAY + timedelta(days=1) not in days
    assert type(plain_day(WatchedDay.of(DAY))) is date


def test_a_talk_of_today_reads_the_same_tomorrow_and_one_planned_does_not() -> None:
    for word, goes_on in ((None, True), ("held", True), ("planned", False)):
        watched = WatchedDay.of(DAY)
        Plans(["one"], [DAY], [word], watched, Memory()).to_remember()
        assert (DAY + timedelta(days=9) in watched.span) == goes_on


# values put away


@pytest.mark.parametrize("value", [
    None, 1, "a", True, 1.5, [], [1, "b", None], [DAY, None], (1, "a"), {"a": [1]}, {1: (DAY,)},
    [(), ("a",), ("a", "b")], [(1,), (True,)], [{"a": 1}, {}], frozenset({1}), CellFault("#REF!"),
    datetime(2026, 9, 15, 3), time(3, 4), timedelta(3, 4, 5), [DAY, datetime(2026, 9, 15)],
    [Partner("x", since=DAY, phenomena=("a",)), Partner("y")], Problem("c", "e", params={"n": 1}),
    Settings(quiet=(Period(DAY, DAY),)), Moments(row=[1], promises=[Promise(0, "x", 1, DAY, None)]),
])  # fmt: skip
def test_what_is_put_away_comes_out_as_it_was(value: object) -> None:
    found = from_plain(to_plain(value))
    assert (found, repr(found)) == (value, repr(value))


@pytest.mark.parametrize("value", [object(), WatchedDay.of(DAY), WatchedDay.of(DAY).toordinal()])
def test_what_is_no_part_of_a_reading_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_plain([value])


def test_the_rows_of_a_sheet_that_was_not_read_are_never_taken_for_none() -> None:
    about = {"lists": {}, "grids": [{"title": "Partners"}]}
    _, [grid] = take_lists((about, []), ({}, []))
    with pytest.raises(NotRecalled):
        list(grid.rows)
    with pytest.raises(NotRecalled):
        len(grid.rows)


# nights and commands


def quiet_book(folder: Path) -> KeptFolder:
    """A book in a new ``folder`` on which two nights found nothing typed."""
    world = World(folder, FIRST)
    world.folder.mkdir()
    world.make()
    for number in range(8):
        world.edit(EDITS[number], number % 5, 58 + number)
    for _ in range(3):
        world.night()
        world.today += timedelta(days=1)
    return KeptFolder(world.folder)


@contextmanager
def day_after(quiet: KeptFolder) -> Iterator[World]:
    """The quiet book as it was left, on the day after its last night."""
    folder = quiet.put_back()
    with mock.patch.dict(os.environ, {"TRUSTBOOK_DATA": str(folder / "memory")}):
        yield World(folder, FIRST + timedelta(days=3))


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> KeptFolder:
    return quiet_book(tmp_path_factory.mktemp("quiet") / "here")


@pytest.fixture
def world(quiet: KeptFolder) -> Iterator[World]:
    with day_after(quiet) as world:
        yield world


def kept(world: World) -> Path:
    """Where the reading is kept."""
    [ledger] = world.memory.glob("*.ledger")
    return cache_place(ledger)


def reads(work: Callable[[], object]) -> bool:
    """Whether the lists are read from the workbook."""
    with mock.patch("trustbook.run.read.replica_of", wraps=replica_of) as looked:
        work()
    return looked.called


def left(world: World) -> tuple[object, ...]:
    """All that a night leaves."""
    book = openpyxl.load_workbook(world.path)
    cells = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    with Ledger(next(world.memory.glob("*.ledger")), reads_only=True) as ledger:
        facts = {kind: ledger.facts(kind) for kind in FACTS}
        rows = [ledger.records(sheet) for sheet in ("partners", "people", "moments")]
        known = ledger.known(str(world.path.absolute()))
        assert known is not None
        return cells, facts, rows, known.state


def both_ways(world: World, seed: int) -> bool:
    """See that a night with what is kept leaves what one without it leaves; whether it was used."""
    before = world.folder.with_name("before")
    shutil.copytree(world.folder, before)
    with drawn(seed):
        used = not reads(world.night)
    with_it = left(world)
    shutil.rmtree(world.folder)
    before.rename(world.folder)
    kept(world).unlink(missing_ok=True)
    with drawn(seed):
        world.night()
    assert left(world) == with_it
    return used


def test_a_quiet_night_reads_no_list_and_leaves_what_a_reading_would(world: World) -> None:
    for seed, days in enumerate((0, 1, 30)):
        world.today += timedelta(days=days)
        assert both_ways(world, seed)
        world.night()


def test_nights_of_edits_leave_the_same_with_it_and_without_it(world: World) -> None:
    chance = Random(16)
    used = 0
    for seed in range(5):
        if seed % 2:
            world.edit(chance.choice(EDITS), chance.randrange(5), chance.randrange(60))
        used += both_ways(world, seed)
        world.today += timedelta(days=1)
    assert used


@pytest.mark.parametrize("command", ["health", "next", "check", "coverage", "calllist"])
def test_a_command_says_the_same_and_reads_no_list(world: World, command: str) -> None:
    said: list[Any] = []
    assert not reads(lambda: said.append(ask(world, command, day=world.today)))
    kept(world).unlink()
    assert reads(lambda: said.append(ask(world, command, day=world.today)))
    assert said[0] == said[1]


@pytest.mark.skipif(os.name == "nt", reason="rights are another thing there")
def test_only_its_owner_can_read_what_is_kept(world: World) -> None:
    kept(world).chmod(0o644)
    world.night()
    assert stat.S_IMODE(kept(world).stat().st_mode) == 0o600


def test_what_is_kept_of_a_calm_book_goes_for_more_days_than_one(world: World) -> None:
    first, last = days_of(world)
    assert first < world.today.toordinal() < last - 1


def days_of(world: World) -> tuple[int, int]:
    """For which days what is kept goes (ordinals)."""
    _, head, _ = kept(world).read_bytes().split(b"\n", 2)
    first, last = json.loads(head)["days"]
    return first, last


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def another_byte(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-30] + b"?" + data[-29:])


def another_day(path: Path) -> None:
    path.write_bytes(re.sub(rb'"days": \[7', b'"days": [6', path.read_bytes()))


def another_part(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"memory"', b'"lemory"'))


def of_no_kind(path: Path) -> None:
    path.write_bytes(b"[]\n")


HARM = (cut_off, another_byte, another_day, another_part, of_no_kind, Path.unlink)


@pytest.mark.parametrize("harm", HARM)
def test_what_is_damaged_is_read_anew(world: World, harm: Callable[[Path], None]) -> None:
    told = ask(world, "health", day=world.today)
    harm(kept(world))
    assert reads(lambda: ask(world, "health", day=world.today))
    assert ask(world, "health", day=world.today) == told


def test_another_version_another_ledger_or_workbook_is_read_anew(world: World) -> None:
    with mock.patch("trustbook.ledger.reading_cache.version", lambda: "99"):
        assert reads(lambda: ask(world, "health", day=world.today))
    with Ledger(next(world.memory.glob("*.ledger"))) as ledger:
        ledger.publish("p", "1")
    assert reads(lambda: ask(world, "health", day=world.today))
    world.night()
    assert not reads(lambda: ask(world, "health", day=world.today))
    world.edit("talk", 1, 3)
    assert reads(lambda: ask(world, "health", day=world.today))


def test_a_talk_noted_ahead_is_judged_anew_when_its_day_has_passed(world: World) -> None:
    assert not any(
        one["code"] == "was_it_held" for one in ask(world, "check", day=world.today)["problems"]
    )
    later = world.today + timedelta(days=60)
    assert any(one["code"] == "was_it_held" for one in ask(world, "check", day=later)["problems"])


def test_who_is_forgotten_is_in_nothing_that_is_kept(world: World) -> None:
    with Ledger(next(world.memory.glob("*.ledger"))) as ledger:
        place, identity = kept(world), next(iter(ledger.records("people")))
        assert place.exists()
        cut_short = temporary_for(place, place.parent)
        cut_short.write_bytes(place.read_bytes())
        ledger.forget([identity])
    assert not place.exists() | cut_short.exists()


def test_a_memory_that_is_brought_elsewhere_leaves_nothing_of_it(world: World) -> None:
    with Ledger(next(world.memory.glob("*.ledger"))) as ledger:
        ledger.leave_for("elsewhere")
    assert not kept(world).exists()
