"""Start here: what a person sees first, in books new and old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.books import TODAY, Moment, ago, book
from tests.forgetting import make_book
from tests.nights import Nights
from trustbook.cli.main import main
from trustbook.columns import GENERATED, TYPED
from trustbook.health.said_once import said_once
from trustbook.health.verdict import judge_partners
from trustbook.model import PLANNED, US, Book, Partner, Person, Problem
from trustbook.network.agenda import call_list
from trustbook.network.talking_points import talking_points
from trustbook.run.start_here import goes_first
from trustbook.sheets.start import Around, start_sheet
from trustbook.sheets.verdicts import call_sheet
from trustbook.snapshot import Cell, GeneratedSheet
from trustbook.workbooks.in_memory import Content, MemoryWorkbook
from trustbook.workbooks.template import new_workbook

TITLES = {"partners": "Partners", "people": "People", "moments": "Moments", "check": "To check"}


def start(one: Book, **around: object) -> GeneratedSheet:
    verdicts = judge_partners(one, TODAY)
    calls = call_list(one, verdicts, TODAY).calls
    told = Around(TITLES, "Last change.", **around)  # type: ignore[arg-type]
    points = talking_points(one, range(len(one.partners)), TODAY)
    return start_sheet(one, verdicts, calls, points, "Start here", told, TODAY)


def lines(sheet: GeneratedSheet) -> list[list[object]]:
    rows = [[cell.value for cell in row] for row in sheet.rows]
    return [[value for value in row if value is not None] for row in rows]


def part(sheet: GeneratedSheet, head: str) -> list[tuple[Cell, ...]]:
    """The rows under a head, up to the next blank one."""
    at = next(i for i, row in enumerate(sheet.rows) if row[0].value == head)
    end = next(
        i for i in range(at, len(sheet.rows)) if not any(cell.value for cell in sheet.rows[i])
    )
    return list(sheet.rows[at + 1 : end])


@pytest.fixture
def small() -> Book:
    who = [
        Partner("Mosque", rhythm=30, holder="Anna", since=ago(400), row=2),
        Partner("Club", rhythm=90, holder="Bert", since=ago(400), row=3),
        *(Partner(f"School {i}", rhythm=30, holder="Anna", since=ago(400), row=4 + i)
          for i in range(3)),
    ]  # fmt: skip
    people = [Person("Y. Amrani", 0, row=7, phone="0182-555 022"), Person("Henk", 1)]
    one = book(
        who,
        [
            Moment(ago(100), (0,)),
            Moment(ago(20), (1,), promise=(US, ago(-5), None)),
            *(Moment(ago(90 + i), (2 + i,)) for i in range(3)),
            Moment(ago(6), (1,), state=PLANNED),
        ],
        people=people,
    )
    one.moments.promises[0].text = "the keys"
    one.problems.append(
        Problem("was_it_held", "warning", "Moments", one.moments.row[5], "State", "I7")
    )
    return one


def test_who_has_no_place_on_the_list_is_told_beside_the_calls(small: Book) -> None:
    small.settings.hours_a_week = 0
    told = ("5 partners more ask for a talk.",)
    shown = part(start(small, left_out=told), "To do now")
    assert [cell.value for cell in shown[0]] == [None, None, None, None, told[0]]
    verdicts = judge_partners(small, TODAY)
    listed = call_sheet(small, verdicts, [], {}, "Who to call", "Partners", told)
    assert listed.rows[0][0].value == told[0]


def test_who_to_call_first_at_which_number_and_why_stand_on_top(small: Book) -> None:
    rows = part(start(small), "To do now")
    assert [cell.value for cell in rows[0][:4]] == ["Anna", "Mosque", "Y. Amrani", "0182-555 022"]
    assert str(rows[0][4].value).startswith("Last calm talk: 22 June 2026.")
    assert (rows[0][1].link, rows[0][2].link) == ("'Partners'!A2", "'People'!A7")
    # Three of each holder; the name of the holder stands once.
    assert [row[0].value for row in rows[:3]] == ["Anna", None, None]
    assert [row[1].value for row in rows[:3]] == ["Mosque", "School 2", "School 1"]
    assert rows[1][2].value == "nobody known by name"


def test_promises_talks_to_confirm_and_what_waits_follow(small: Book) -> None:
    rows = part(start(small, waiting={"check": 5, "conflicts": 0}), "To do now")[3:]
    promised, confirm, waits = rows
    assert [cell.value for cell in promised] == [
        "We promised", "Club", "Henk", "no number", "For 5 October 2026: the keys"
    ]  # fmt: skip
    assert promised[4].link == f"'Moments'!A{small.moments.row[1]}"
    assert [confirm[0].value, confirm[1].value] == ["Was it held?", "Club"]
    assert confirm[1].link == "'Moments'!I7"
    assert str(confirm[4].value).startswith("Planned for 24 September 2026. Fill in State")
    assert [waits[0].value, waits[1].value] == ["Waits for you", "5 to check"]
    assert waits[1].link == "'To check'!A1"


def test_a_part_with_nothing_in_it_is_left_out() -> None:
    one = book([Partner("Club", rhythm=90, since=ago(100))], [Moment(ago(3), (0,))])
    shown = lines(start(one))
    assert ["Nobody needs a call now. Keep the rhythm."] in shown
    words = {str(line[0]) for line in shown if line}
    assert not words & {"We promised", "Was it held?", "Waits for you"}
    assert "● Warm" in words and "○ Cold" not in words


def test_a_book_in_which_nobody_stands_shows_three_steps() -> None:
    shown = lines(start(book([])))
    assert [line[:2] for line in shown if line and line[0] in ("1", "2")] == [
        ["1", "Partners"], ["2", "People"]
    ]  # fmt: skip
    assert not any(line[0] == "To do now" for line in shown if line)


def test_what_most_carry_is_said_once_until_fewer_than_half_do() -> None:
    def share(carriers: int, before: tuple[str, ...] = (), partners: int = 12) -> dict[str, int]:
        people = [Person(f"P {i}", i, informed_on=TODAY) for i in range(carriers)]
        who = [Partner(f"Partner {i:02d}") for i in range(partners)]
        return said_once(judge_partners(book(who, people=people), TODAY), before)

    assert share(8) == {}  # two thirds is not more than two thirds
    assert share(9) == {"one_person": 9}
    assert share(6, ("one_person",)) == {"one_person": 6}
    assert share(5, ("one_person",)) == {}
    assert share(9, partners=9) == {}


def test_said_once_stays_off_the_rows_of_health(tmp_path: Path) -> None:
    nights = Nights(tmp_path, partners=12)
    nights.night()
    hints = [str(row[6]) for row in nights.sheet("Health")[2:]]
    assert not any("get to know" in text for text in hints)
    told = [str(row[0]) for row in nights.sheet("Start here") if row[0]]
    assert any(text.startswith("12 of your 12 partners: ask about") for text in told)


# where it stands


def test_it_goes_first_only_where_nobody_moved_a_sheet() -> None:
    made = [sheet.nl for sheet in (*TYPED, *GENERATED)]
    made.insert(len(TYPED), "Lijsten")
    ours = {sheet.key: sheet.nl for sheet in GENERATED}
    assert goes_first(made, (), ours) and goes_first([*made, "Notities"], (), ours)
    assert not goes_first(made, ("placed",), ours)
    assert not goes_first(["Notities", *made], (), ours)
    assert not goes_first([made[1], made[0], *made[2:]], (), ours)
    assert not goes_first([title for title in made if title != "Lijsten"], (), ours)


@pytest.mark.parametrize(("lang", "title"), [("nl", "Begin hier"), ("en", "Start here")])
def test_a_new_book_opens_on_start_here(tmp_path: Path, lang: str, title: str) -> None:
    new_workbook(tmp_path / "n.xlsx", lang)
    made = openpyxl.load_workbook(tmp_path / "n.xlsx")
    assert made.sheetnames[0] == title and made.active is made[title]
    assert [sheet.sheet_view.tabSelected for sheet in made].count(True) == 1
    assert made[title]["B5"].hyperlink.location == "'Partners'!A1"


def synced(path: Path, day: str = "2026-09-30") -> openpyxl.Workbook:
    assert main(["sync", str(path), "--today", day, "--quiet"]) == 0
    return openpyxl.load_workbook(path)


def of_older_init(path: Path) -> None:
    """A book as ``init`` made it when Start here came with the first night."""
    new_workbook(path, "nl")
    made = openpyxl.load_workbook(path)
    del made["Begin hier"], made.defined_names["trustbook_sheet_start"]
    del made.defined_names["trustbook_placed"]
    made["Partners"]["B2"] = "Buurthuis"
    made.active = 0
    made.save(path)


def test_an_older_book_gets_it_first_once_and_then_it_stays_where_people_put_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "n.xlsx"
    of_older_init(path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notities")
    book.save(path)
    book = synced(path)
    assert book.sheetnames[:2] == ["Begin hier", "Partners"]
    assert book.active is book["Partners"]  # the sheet that opens stays the same
    assert book["Partners"].print_title_rows == "$1:$1"
    assert book["Relatiestatus"].print_title_rows == "$1:$2"
    book.move_sheet("Begin hier", len(book.sheetnames) - 1)
    book["Partners"]["B3"] = "Moskee"
    book.save(path)
    again = synced(path, "2026-10-01")
    assert again.sheetnames[-1] == "Begin hier" and again["Begin hier"]["B5"].value


def test_in_other_books_it_goes_after_the_last_sheet_and_sync_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "n.xlsx"
    of_older_init(path)
    book = openpyxl.load_workbook(path)
    book.move_sheet("Instellingen", -2)
    book.save(path)
    assert synced(path).sheetnames.index("Begin hier") == 8
    for _ in range(2):  # also on a night without news
        assert main(["sync", str(path), "--today", "2026-09-30"]) == 0
        assert "“Begin hier”" in capsys.readouterr().out.splitlines()[0]


def test_new_moments_that_do_not_count_yet_are_told_apart(tmp_path: Path) -> None:
    moments: list[list[Content]] = [
        ["Date", "With", "State"],
        [TODAY - timedelta(days=3), "GGD"],
        ["last week", "GGD"],
        [TODAY, "Nobody we know"],
    ]
    partners: list[list[Content]] = [["Name"], ["GGD"]]
    book = MemoryWorkbook({"Partners": partners, "Moments": moments})
    nights = Nights(tmp_path, books=[book])
    nights.night()
    assert nights.sheet("Start here")[1][0] == (
        "Last change on 1 October 2026: 3 new moments, nothing lost. "
        "1 counts, 2 not yet: see To check."
    )


def test_nights_without_news_leave_it_as_it_stands(tmp_path: Path) -> None:
    nights, day = Nights(tmp_path, partners=3), TODAY + timedelta(days=5)
    nights.night(day)
    was, version = nights.sheet("Start here"), nights.book.read().version
    assert was[1][0] == "Last change on 1 October 2026: 3 new moments read, nothing lost."
    for back in (1, 2):
        nights.night(day + timedelta(days=back))
    assert nights.book.read().version == version


def test_start_here_says_after_a_good_run_that_a_night_failed(
    tmp_path: Path, says: Callable[..., tuple[int, str, str]]
) -> None:
    path = tmp_path / "book.xlsx"
    make_book(path)
    (tmp_path / "trustbook.toml").write_text('[book.b]\nworkbooks = ["book.xlsx"]\n', "utf-8")
    assert says("sync", "b")[0] == 0
    whole = path.read_bytes()
    path.write_bytes(b"no workbook")
    assert says("sync", "b")[0] == 3
    path.write_bytes(whole)
    assert says("sync", "b")[0] == 0
    assert "Before this run: “The last sync failed" in start_here(path)
    written = path.read_bytes()
    assert says("sync", "b")[0] == 0 and path.read_bytes() == written


def start_here(path: Path) -> str:
    rows = openpyxl.load_workbook(path)["Start here"].values
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def test_promises_that_are_late_say_so_and_none_goes_unsaid() -> None:
    moments = [Moment(ago(60), promise=(US, TODAY + timedelta(days=i - 3), None)) for i in range(8)]
    one = book([Partner("Mosque", rhythm=900, since=ago(400), row=2)], moments)
    for i, promise in enumerate(one.moments.promises):
        promise.text = f"promise {i}"
    said = [str(row[-1]) for row in lines(start(one)) if row and "promise" in str(row[-1])][1:]
    assert [text.split()[0] for text in said] == ["Late,", "Late,", "For", "For", "For", "2"]
    assert said[-1] == "2 promises more; they stand in Moments."
