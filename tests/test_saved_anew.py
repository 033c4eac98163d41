"""A workbook that a program saved anew, with every cell as it was, is read and not judged again: it
comes to what judging it comes to. Any other cell is noticed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any
from unittest import mock

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.kept_folder import KeptFolder
from tests.test_night_memory import drawn
from tests.test_one_door import World, ask
from tests.test_recalled import FIRST, day_after, kept, left, quiet_book
from trustbook.columns import PARTNERS
from trustbook.errors import TrustbookError
from trustbook.reading.kept_reading import lists_alike, take_book
from trustbook.reading.listing import Listing


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> KeptFolder:
    return quiet_book(tmp_path_factory.mktemp("quiet") / "here")


@pytest.fixture
def world(quiet: KeptFolder) -> Iterator[World]:
    with day_after(quiet) as world:
        yield world


def judges(work: Callable[[], object]) -> bool:
    """Whether a book is made of the rows, and not taken from what is kept."""
    with mock.patch("trustbook.run.recalled.take_book", wraps=take_book) as taken:
        work()
    return not taken.called


def nothing(book: openpyxl.Workbook) -> None:
    pass


# Two programs, or one in two seconds, never leave the same bytes.
_SAVES = count(1)


def save(world: World, change: Callable[[openpyxl.Workbook], object] = nothing) -> None:
    """Save the workbook as another program would, after a change."""
    book = openpyxl.load_workbook(world.path)
    change(book)
    book.properties.revision = str(next(_SAVES))
    book.save(world.path)


def night(world: World, seed: int) -> tuple[object, ...]:
    """All that a night leaves, or what it stops at."""
    with drawn(seed):
        try:
            world.night()
        except TrustbookError as fault:
            return fault.key, str(fault.params.get("where"))
    return left(world)


def both_ways(world: World, seed: int) -> bool:
    """See that a night with what is kept leaves what one without it leaves; whether it judged."""
    before = world.folder.with_name("before")
    shutil.copytree(world.folder, before)
    nights: list[tuple[object, ...]] = []
    judged = judges(lambda: nights.append(night(world, seed)))
    shutil.rmtree(world.folder)
    before.rename(world.folder)
    kept(world).unlink(missing_ok=True)
    nights.append(night(world, seed))
    assert nights[0] == nights[1]
    return judged


def test_a_book_that_was_saved_anew_is_read_and_not_judged(world: World) -> None:
    for seed, days in enumerate((0, 1, 30)):
        world.today += timedelta(days=days)
        night(world, seed)
        save(world)
        assert not both_ways(world, seed)


def test_what_is_kept_of_it_goes_for_the_next_night(world: World) -> None:
    save(world)
    for _ in range(3):
        assert not judges(world.night)
        world.today += timedelta(days=1)


@pytest.mark.parametrize("command", ["health", "next", "check"])
def test_a_command_says_the_same_of_it(world: World, command: str) -> None:
    save(world)
    said: list[Any] = []
    assert not judges(lambda: said.append(ask(world, command, day=world.today)))
    kept(world).unlink()
    assert judges(lambda: said.append(ask(world, command, day=world.today)))
    assert said[0] == said[1]


def put(sheet: str, place: str, value: Any) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][place] = value

    change.__name__ = f"{sheet} {place} {value}"
    return change


def last_row(book: openpyxl.Workbook) -> None:
    book["Moments"].delete_rows(book["Moments"].max_row)


def row_above(book: openpyxl.Workbook) -> None:
    book["Partners"].insert_rows(2)


def since_1904(book: openpyxl.Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904


def of_another_run(book: openpyxl.Workbook) -> None:
    book.defined_names["trustbook_run"].value = '"1-aaaaaaaa"'


def without_a_sheet_of_ours(book: openpyxl.Workbook) -> None:
    del book["Health"]


def merged(book: openpyxl.Workbook) -> None:
    book["Partners"].merge_cells("D3:D4")


CHANGES = (
    put("Partners", "E3", "Carla"), put("Partners", "E3", None), put("Partners", "D3", True),
    put("Partners", "D3", "40"), put("Partners", "B7", "Club "), put("People", "D2", None),
    put("Moments", "D2", "crisis"), put("Moments", "B2", date(2026, 1, 2)),
    put("Consultations", "B2", "Police"), put("Required network", "B3", "Mosque"),
    put("Partners", "F3", "mine"), put("Partners", "G3", None), put("Partners", "H1", "Notes"),
    put("Health", "B4", "mine"), put("Health", "F3", None), put("Start here", "A30", "mine"),
    put("To check", "A1", "mine"), put("Partners", "E1", "Who holds it"),
    last_row, row_above, since_1904, of_another_run, without_a_sheet_of_ours, merged,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_any_cell_that_is_another_is_judged(
    world: World, change: Callable[[openpyxl.Workbook], object]
) -> None:
    save(world, change)
    assert both_ways(world, 3)


def test_yes_is_no_one_and_one_point_nought_is_another_cell() -> None:
    def lists(value: object) -> dict[str, Listing]:
        about = {"name": 1, "rhythm": 2}
        cells: dict[str, list[object]] = {"name": ["Police"], "rhythm": [value]}
        return {"partners": Listing(PARTNERS, "Partners", 1, about, {}, [2], cells)}

    for value in (1, True, 1.0, "1", None):
        for other in (1, True, 1.0, "1", None):
            alike = type(value) is type(other)
            assert lists_alike(lists(value), lists(other)) == alike, (value, other)
    assert not lists_alike(lists(1), {})


def scribble(chance: Random) -> Callable[[openpyxl.Workbook], None]:
    """Something in any cell of any sheet, mostly what stands there already."""

    def change(book: openpyxl.Workbook) -> None:
        sheet = chance.choice(book.worksheets)
        cell = sheet.cell(chance.randrange(sheet.max_row) + 1, chance.randrange(8) + 1)
        values = (cell.value, cell.value, None, "x", 1, True, "GGD", date(2026, 3, 1))
        cell.value = chance.choice(values)

    return change


def test_nights_of_scribbles_leave_the_same_with_it_and_without_it(quiet: KeptFolder) -> None:
    chance, judged, nights = Random(6), 0, 12
    for seed in range(nights):
        folder = quiet.put_back()
        with mock.patch.dict(os.environ, {"TRUSTBOOK_DATA": str(folder / "memory")}):
            world = World(folder, FIRST + timedelta(days=3 + chance.choice((0, 1, 9))))
            save(world, scribble(chance))
            judged += both_ways(world, seed)
    assert 0 < judged < nights
