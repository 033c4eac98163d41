"""A header that moved away from its values, and stands above an empty or other column now, is a
column that is gone: nobody emptied it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.nights import TODAY, Nights, copied
from trustbook.cli.main import main
from trustbook.errors import SafetyStop
from trustbook.run.read import Request, read_book
from trustbook.workbooks.in_memory import Content, MemoryWorkbook

Rows = list[list[Content]]
Edit = Callable[[Rows, int], object]
PARTNERS: Rows = [
    ["ID", "Name", "Rhythm", "Ended on", "Own view", "Area"],
    [None, "Police", 30, None, None, "North"],
    [None, "School", None, date(2026, 9, 1), None, "South"],
    [None, "Mosque", None, None, None, "North"],
]
MOMENTS: Rows = [
    ["ID", "Date", "With", "Weather", "State"],
    [None, date(2026, 9, 20), "Police", "crisis", None],
    [None, date(2026, 9, 21), "School", None, "held"],
    [None, date(2026, 9, 22), "Mosque", None, "attempt"],
    [None, date(2026, 9, 23), "Mosque", None, "cancelled"],
]
SETTINGS: Rows = [
    ["Setting", "Value"],
    ["Rhythm wider local (days)", 20],
    ["Language", "en"],
    ["Cooling factor", 2],
]
TABLES: Rows = [["Name", "Members"], ["Safety table", "Police; School"]]


def network(folder: Path, *others: str) -> Nights:
    sheets = {"Partners": PARTNERS, "Moments": MOMENTS, "Consultations": TABLES}
    sheets["Settings"] = SETTINGS
    book = MemoryWorkbook({name: [[*row] for row in rows] for name, rows in sheets.items()}, "net")
    nights = Nights(folder, books=[book])
    nights.books += [copied(book, name) for name in others]
    nights.night()
    return nights


def standings(nights: Nights) -> dict[str, str]:
    """Every partner's status, as any command tells it."""
    reading = read_book(nights.books, nights.keeper, Request(TODAY, nights.clock))
    return {reading.book.partners[one.partner].name: one.status for one in reading.verdicts}


def blank_beside(rows: Rows, at: int) -> None:
    """The old header goes above a new column that nobody filled."""
    filled_beside(rows, at, None)


def filled_beside(rows: Rows, at: int, default: Content = "held") -> None:
    """The old header goes above a new column with one value all the way down."""
    for row in rows:
        row.append(default)
    rows[0][-1] = rows[0][at]
    rows[0][at] = "Before"


def stop_of(nights: Nights, **asked: object) -> SafetyStop:
    with pytest.raises(SafetyStop) as stop:
        nights.night(**asked)  # type: ignore[arg-type]
    return stop.value


def typed_in(stop: SafetyStop, option: str) -> str:
    words = shlex.split(stop.sentence("en").replace("\n", " "))
    return words[words.index(option) + 1]


@pytest.mark.parametrize("how", [blank_beside, filled_beside])
@pytest.mark.parametrize(
    ("sheet", "header", "count"),
    [
        ("Partners", "Rhythm", 1),
        ("Partners", "Ended on", 1),
        ("Moments", "Weather", 1),
        ("Moments", "State", 3),
        ("Consultations", "Members", 1),
    ],
)
def test_a_header_above_another_column_is_a_column_that_is_gone(
    tmp_path: Path, sheet: str, header: str, count: int, how: Edit
) -> None:
    nights = network(tmp_path)
    before = standings(nights)
    rows = nights.sheet(sheet)
    how(rows, rows[0].index(header))
    stop = stop_of(nights)
    said = stop.sentence("en")
    assert stop.key == "guards.column_gone" and stop.params["count"] == count
    assert f"“{header}”" in said and f"“{sheet}”" in said
    assert typed_in(stop, "--accept") == str(count)
    nights.night(renames=[typed_in(stop, "--rename")])
    assert standings(nights) == before
    nights.book.touch()
    told = [one for one in nights.night().problems if one.column == header and one.row is None]
    assert [(one.code, one.params["read"]) for one in told] == [("name_taken", "Before")]
    assert standings(nights) == before, "it is remembered"


def test_what_was_given_up_counts_no_more(tmp_path: Path) -> None:
    nights = network(tmp_path)
    assert standings(nights)["School"] == "ended"
    blank_beside(nights.sheet("Partners"), 3)
    nights.night(accept=int(typed_in(stop_of(nights), "--accept")))
    nights.night()
    assert standings(nights)["School"] != "ended"


def test_a_column_of_ours_that_takes_the_name_of_another_one_stops(tmp_path: Path) -> None:
    nights = network(tmp_path)
    rows = nights.sheet("Partners")
    rows[0][3:5] = ["Stopped", "Ended on"]
    stop = stop_of(nights)
    assert typed_in(stop, "--rename") == "Ended on=Stopped"


def test_a_second_column_of_the_same_name_does_not_hide_the_first(tmp_path: Path) -> None:
    nights = network(tmp_path)
    for row in nights.sheet("Moments"):
        row.insert(3, None)
    nights.sheet("Moments")[0][3] = "Stand"
    assert stop_of(nights).key == "column_twice"


def test_a_required_column_above_blanks_stops_with_its_new_name(tmp_path: Path) -> None:
    nights = network(tmp_path)
    before = standings(nights)
    blank_beside(nights.sheet("Moments"), 1)
    stop = stop_of(nights)
    assert "“Date”" in stop.sentence("en") and "4 values" in stop.sentence("en")
    nights.night(renames=[typed_in(stop, "--rename")])
    assert standings(nights) == before


@pytest.mark.parametrize(
    ("sheet", "header", "new", "count"),
    [
        ("Settings", "Setting", "What", 3),
        ("Partners", "Name", "Who", 3),
        ("Moments", "With", "Spoken to", 4),
        ("Consultations", "Name", "Table", 1),
        ("Settings", "Setting", "Settng!", 3),
    ],
)
def test_what_must_be_there_is_told_with_its_count_and_likeliest_name(
    tmp_path: Path, sheet: str, header: str, new: str, count: int
) -> None:
    nights = network(tmp_path)
    before = standings(nights)
    rows = nights.sheet(sheet)
    rows[0][rows[0].index(header)] = new
    stop = stop_of(nights)
    said = stop.sentence("en")
    assert f"“{header}” is gone: {count} values" in said or len(rows[0]) == 2, said
    assert "/" not in said
    assert typed_in(stop, "--rename") == f"{header}={new}"
    nights.night(renames=[typed_in(stop, "--rename")])
    assert standings(nights) == before


def test_in_one_of_two_workbooks_its_values_wait_and_nothing_is_cleared(tmp_path: Path) -> None:
    nights = network(tmp_path, "other")
    nights.night()
    before = standings(nights)
    blank_beside(nights.sheet("Moments", 1), 4)
    for _ in range(2):
        problems = nights.night().problems
        (line,) = [one for one in problems if one.code == "column_renamed"]
        assert (line.column, line.params["count"], line.params["new"]) == ("State", 3, "Before")
        assert [row[4] for row in nights.rows("Moments")] == [None, "held", "attempt", "cancelled"]
        assert standings(nights) == before
        nights.rows("Partners", 1)[0][5] = "East"
    nights.sheet("Moments", 1)[0][4:] = ["State", "Before"]
    assert not [one for one in nights.night().problems if one.code.startswith("column_")]
    assert standings(nights) == before


def test_what_a_coordinator_changes_below_a_header_is_an_edit(tmp_path: Path) -> None:
    nights = network(tmp_path)
    rows = nights.sheet("Moments")
    for row in rows:
        row.append(row[4])
    rows[0][5] = "State (copy)"
    rows[3][4] = "held"
    nights.night()
    assert standings(nights)["Mosque"] == "warm"
    for row in nights.rows("Moments"):
        row[4] = None
    nights.night()
    assert standings(nights)["Mosque"] == "warm"


def test_a_renaming_over_a_header_that_holds_its_values_is_refused(tmp_path: Path) -> None:
    nights = network(tmp_path)
    for row in nights.sheet("Moments"):
        row.append("held")
    nights.sheet("Moments")[0][5] = "Mine"
    with pytest.raises(Exception, match="Mine"):
        nights.night(renames=["State=Mine"])
    assert re.search("attempt", str(nights.rows("Moments"))) and TODAY


def test_an_english_book_is_spoken_of_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    assert main(["init", "n.xlsx", "--lang", "en"]) == 0
    assert main(["sync", "n.xlsx", "--quiet"]) == 0
    capsys.readouterr()
    assert main(["sync", "n.xlsx", "--rename", "State=Nowhere"]) == 2
    assert "No sheet or column that was called “State”" in capsys.readouterr().err


def test_a_conflict_and_an_answer_are_told_by_the_names_in_the_sheet(tmp_path: Path) -> None:
    nights = network(tmp_path, "other")
    nights.night()
    nights.rows("Moments")[0][4] = "attempt"
    nights.rows("Moments", 1)[0][4] = "cancelled"
    nights.night()
    line = nights.sheet("To check")[2]
    line[7:] = ["perhaps", *line[8:]]
    reading = read_book(nights.books, nights.keeper, Request(TODAY, nights.clock))
    places = {one.code: (one.sheet, one.column) for one in reading.problems}
    assert places["conflict"] == ("Moments", "State")
    assert places["answer_unread"] == ("To check", "Answer")


@pytest.mark.parametrize("known", ["Rhythm (days)", "Rhythms", "Rhythm?"])
def test_a_header_that_is_exact_beside_the_one_that_was_read_is_one_too_many(
    tmp_path: Path, known: str
) -> None:
    """Nothing is gone: two columns say what they are, and nobody can tell which one counts."""
    nights = network(tmp_path)
    nights.sheet("Partners")[0][2] = known
    nights.night()
    before = standings(nights)
    nights.sheet("Partners")[0][4] = "Rhythm"
    with pytest.raises(SafetyStop) as stop:
        nights.night()
    assert stop.value.key == "column_twice"
    assert "(columns E and C)" in stop.value.sentence("en")
    nights.sheet("Partners")[0][4] = "Something else"
    nights.night()
    assert standings(nights) == before, "what the sentence tells to do works"
