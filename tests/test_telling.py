"""What a run says of itself: on the console, as data and on Start here, of any workbooks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.nights import TODAY, Nights
from tests.reading import read
from trustbook.cli.main import main
from trustbook.columns import CHECK, START
from trustbook.ledger.facts import rows_on
from trustbook.run.sync import run_sync
from trustbook.sheets.check_lines import check_lines
from trustbook.snapshot import CellEdit, CellValue, Changes, RowAddition
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.in_memory import MemoryWorkbook
from trustbook.workbooks.template import new_workbook

PARTNERS = ["ID", "Name", "Holder", "Area", "Since", "Status", "Why", "Last sunny", "Due"]
MOMENTS = ["ID", "Date", "With", "Topic"]


def network(name: str, *partners: str, moments: int = 0) -> MemoryWorkbook:
    rows: list[list[CellValue]] = [
        [None, partner, "Anna", "West", *[None] * 5] for partner in partners
    ]
    log: list[list[CellValue]] = [
        [None, TODAY - timedelta(days=3 * i), partners[i % len(partners)], f"{name} {i}"]
        for i in range(moments)
    ]
    return MemoryWorkbook({"Partners": [PARTNERS, *rows], "Moments": [MOMENTS, *log]}, name)


@pytest.fixture
def two(tmp_path: Path) -> Nights:
    """Two workbooks that know the same four partners."""
    books = [network("a", "North", "East", "South", "West", moments=4), network("b", "North")]
    nights = Nights(tmp_path, books=books)
    nights.night()
    return nights


def start(nights: Nights, book: int = 0) -> str:
    """The line on Start here that tells of the last run."""
    grid = next(grid for grid in nights.books[book].read().grids if grid.ours == START.key)
    return str(grid.rows[1][0])


def waiting(nights: Nights, book: int = 0) -> str:
    """What waits for a person, on Start here."""
    grid = next(grid for grid in nights.books[book].read().grids if grid.ours == START.key)
    return "\n".join(str(row[1]) for row in grid.rows)


def to_check(nights: Nights, book: int) -> list[dict[str, CellValue]]:
    grid = next(grid for grid in nights.books[book].read().grids if grid.ours == CHECK.key)
    return rows_on(grid, CHECK)


# several workbooks


def test_the_problems_of_every_workbook_are_told_in_whatever_order_they_stand(two: Nights) -> None:
    two.rows("Partners", 0)[0][4] = "a long time ago"
    two.rows("Partners", 1)[1][8] = "soon"
    two.rows("Partners", 1)[2][8] = "later"
    found = two.night()
    places = sorted((str(one.workbook), one.code, one.cell) for one in found.problems)
    assert {one.workbook for one in found.problems} == {"a", "b"}
    lines = [check_lines(judged, "en") for judged in (
        [one for one in found.problems if one.workbook == name] for name in "ab"
    )]  # fmt: skip
    assert [len(to_check(two, book)) for book in (0, 1)] == [*map(len, lines)]
    quick = two.night()
    assert quick.book is None, "a quick night was meant"
    assert sorted((str(one.workbook), one.code, one.cell) for one in quick.problems) == places
    two.books.reverse()
    turned = two.night()
    assert sorted((str(one.workbook), one.code, one.cell) for one in turned.problems) == places
    assert not turned.changed


def test_a_single_workbook_needs_no_name(tmp_path: Path) -> None:
    nights = Nights(tmp_path, partners=2)
    nights.rows("Moments")[0][2] = "Nobody we know"
    found = nights.night()
    assert found.problems and {one.workbook for one in found.problems} == {None}


# Start here


def test_open_conflicts_are_to_check_and_start_here_says_where(two: Nights) -> None:
    assert "conflict" not in waiting(two)
    two.rows("Partners", 0)[0][3] = "Here"
    two.rows("Partners", 1)[0][3] = "There"
    two.rows("Partners", 0)[1][3] = "Here"
    two.rows("Partners", 1)[1][3] = "There"
    report = two.night()
    assert len(report.conflicts) == 2
    for book in (0, 1):
        count = len(to_check(two, book))
        assert f"{count} to check" in waiting(two, book)
        assert "2 conflicts: which cell stays?" in waiting(two, book)
    said = [start(two, book) for book in (0, 1)]
    assert not two.night(TODAY).changed
    assert [start(two, book) for book in (0, 1)] == said
    two.rows("Partners", 0)[0][3] = "There"
    two.rows("Partners", 0)[1][3] = "There"
    assert two.night().conflicts == []
    assert "conflict" not in waiting(two, 0) + waiting(two, 1)


def test_rounds_of_one_run_are_told_as_one_run(tmp_path: Path) -> None:
    nights = Nights(
        tmp_path, books=[network("a", "North", "East", moments=5), network("b", "South", moments=1)]
    )
    report = nights.night()
    for book, counts in enumerate(report.workbooks):
        assert counts["rows_added"], "rows that travel were meant, and with them a second round"
        assert ": 6 new moments read, nothing lost." in start(nights, book)
    said = [start(nights, book) for book in (0, 1)]
    assert not nights.night().changed
    assert [start(nights, book) for book in (0, 1)] == said


def test_nobody_keeps_and_still_the_second_run_changes_nothing() -> None:
    book = network("a", "North", "East", moments=3)
    now = datetime(2026, 9, 30, 2, 0)
    first = run_sync(book, TODAY, now)
    version = book.read().version
    second = run_sync(book, TODAY, now + timedelta(hours=1))
    assert first.changed and not second.changed
    assert book.read().version == version and second.problems == first.problems
    book.edit("Moments", 2, 2, TODAY - timedelta(days=300))
    assert run_sync(book, TODAY, now + timedelta(hours=2)).changed
    assert not run_sync(book, TODAY, now + timedelta(hours=3)).changed


# what people typed where we write


def typed(
    nights: Nights, today: date = TODAY
) -> list[tuple[str | None, str | None, int | None, str | None]]:
    found = nights.night(today).problems
    return [(p.workbook, p.cell, p.row, p.value) for p in found if p.code == "typed_in_ours"]


def test_a_changed_id_makes_nobodys_typing_of_our_own_values(two: Nights) -> None:
    rows = two.rows("Partners", 0)
    rows[0][0] = rows[1][0]  # another partner's ID
    rows = two.rows("Partners", 1)
    rows[1][0] = "MINE-1"  # one of their own
    rows[2][0], rows[3][0] = rows[3][0], rows[2][0]  # taken for each other
    assert typed(two) == []


def test_one_value_of_ours_typed_over_another_is_typing_all_the_same(two: Nights) -> None:
    rows = two.rows("Partners", 0)
    other = next(row for row in rows if row[6] != rows[0][6])
    rows[0][6] = other[6]
    assert typed(two) == [("a", "G2", 2, other[6])]


def test_what_is_typed_in_one_workbook_stands_on_its_own_sheet_only(two: Nights) -> None:
    two.rows("Partners", 1)[1][6] = "my own reason"
    assert typed(two) == [("b", "G3", 3, "my own reason")]
    where = [
        [row["cell"] for row in to_check(two, book) if "my own reason" in str(row["what"])]
        for book in (0, 1)
    ]
    assert where == [[], ["G3"]]
    for book, expected in enumerate(([], ["G3"])):
        seen = read(two.books[book], TODAY, "en", two.keeper)
        assert [p.cell for p in seen.problems if p.code == "typed_in_ours"] == expected
    assert typed(two, TODAY + timedelta(days=3)) == [("b", "G3", 3, "my own reason")]
    two.books = two.books[:1]
    assert typed(two, TODAY + timedelta(days=4)) == [], (
        "b cannot be reached, which makes its cells nobody else's"
    )


# the commands

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "memory"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*arguments, "--today", "2026-09-30"])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture
def english(tmp_path: Path) -> Path:
    """An English workbook with one partner, and a moment with somebody unknown."""
    path = tmp_path / "a.xlsx"
    new_workbook(path, "en")
    book = ExcelWorkbook(path)
    grids = {grid.title: grid for grid in book.read().grids}
    columns = {
        title: {name: at for at, name in enumerate(grids[title].rows[0], 1)} for title in grids
    }
    partner: dict[int, CellValue] = {columns["Partners"]["Name"]: "Police"}
    moment: dict[int, CellValue] = {
        columns["Moments"]["Date"]: date(2026, 9, 1),
        columns["Moments"]["With"]: "Somebody else",
    }
    changes = Changes(
        additions=[RowAddition("Partners", 1, partner), RowAddition("Moments", 1, moment)]
    )
    book.write(changes, book.read().version)
    return path


def test_the_console_tells_of_every_workbook_and_names_it(
    run: Run, english: Path, tmp_path: Path
) -> None:
    new_workbook(tmp_path / "b.xlsx", "en")
    (tmp_path / "trustbook.toml").write_text(
        '[book.net]\nworkbooks = ["a.xlsx", "b.xlsx"]\n', encoding="utf-8"
    )
    code, out, _ = run("sync", "net")
    assert code == 0
    assert "\n1 partner: " in out
    problems = json.loads(run("sync", "net", "--json")[1])["problems"]
    unknown = [one["workbook"] for one in problems if one["code"] == "who_unknown"]
    assert unknown == ["a.xlsx", "b.xlsx"], "about the same row in each, and counted in each"
    for name in ("a.xlsx", "b.xlsx"):
        causes = {(one["code"], one["row"]) for one in problems if one["workbook"] == name}
        assert f"{name}: {len(causes)} to check" in out, "a line for each"
    code, out, _ = run("sync", "a.xlsx", "--json")
    assert json.loads(out)["problems"][0]["workbook"] in ("a.xlsx", "b.xlsx"), "its book has two"


def test_history_restore_and_doctor_speak_the_language_of_the_book(run: Run, english: Path) -> None:
    assert "Lists found" in run("doctor", "a.xlsx")[1]
    assert run("sync", "a.xlsx")[0] == 0
    book = ExcelWorkbook(english)
    book.write(Changes(edits=[CellEdit("Partners", 2, 2, "Police West")]), book.read().version)
    plan = run("doctor", "a.xlsx")[1]
    assert "A sync would read" in plan and "is ready" in plan
    assert "Een sync zou" in run("doctor", "a.xlsx", "--lang", "nl")[1]
    assert (
        "When" in run("history", "a.xlsx")[1]
        and "Wanneer" in run("history", "a.xlsx", "--lang", "nl")[1]
    )
    assert "No row with the ID" in run("history", "a.xlsx", "P-NONE")[2]
    assert "There is no run" in run("restore", "a.xlsx", "--run", "99")[2]


def test_two_workbooks_of_one_file_name_are_told_apart(
    run: Run, english: Path, tmp_path: Path
) -> None:
    other = tmp_path / "north" / english.name
    other.parent.mkdir()
    other.write_bytes(english.read_bytes())
    config = tmp_path / "trustbook.toml"
    config.write_text(
        f'[book.x]\nworkbooks = ["{english.name}", "north/{english.name}"]\n', encoding="utf-8"
    )
    code, out, _ = run("sync", "x", "--config", str(config), "--json")
    assert code == 0
    assert len({workbook["name"] for workbook in json.loads(out)["workbooks"]}) == 2
