"""To check: one line for one cause, a proposal where there is one, and an answer that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations, product
from pathlib import Path

import pytest

from tests.nights import PARTNERS, TODAY, Nights
from tests.reading import read
from trustbook.columns import CHECK
from trustbook.dates import likely_day
from trustbook.errors import UsageError
from trustbook.ledger.facts import numbered_rows_on, rows_on
from trustbook.model import Problem
from trustbook.names import key
from trustbook.network.duplicates import duplicate_problems
from trustbook.problems import explain
from trustbook.reading.lists import find_lists
from trustbook.reading.records import read_lists
from trustbook.run.log import log_moment, make_entry
from trustbook.run.report import put_away, taken_out
from trustbook.sheets.check import check_sheet
from trustbook.sheets.check_lines import check_lines
from trustbook.snapshot import CellValue
from trustbook.workbooks.in_memory import Content, MemoryWorkbook

NAMES = ["Moskee El Noor", "Politie Waterrijk", "GGD", "Buurthuis De Linde"]
HEADER = ["ID", "Date", "With", "State", "Kind", "Weather"]


def network(*moments: list[Content], name: str = "network") -> MemoryWorkbook:
    partners: list[list[Content]] = [
        [None, each, "Anna", None, date(2026, 1, 1), None, None, None, "core local"]
        for each in NAMES
    ]
    rows: list[list[Content]] = [[None, *moment] for moment in moments]
    return MemoryWorkbook(
        {"Partners": [[*PARTNERS, "Tier"], *partners], "Moments": [list(HEADER), *rows]}, name
    )


def told(nights: Nights, book: int = 0) -> list[dict[str, CellValue]]:
    """The lines of To check."""
    grid = next(grid for grid in nights.books[book].read().grids if grid.ours == CHECK.key)
    return rows_on(grid, CHECK)


def answer(nights: Nights, about: str, text: CellValue, book: int = 0) -> None:
    """Type an answer beside the line that says something."""
    grid = next(grid for grid in nights.books[book].read().grids if grid.ours == CHECK.key)
    number = next(n for n, row in numbered_rows_on(grid, CHECK) if about in str(row["what"]))
    column = [column.key for column in CHECK.columns].index("answer")
    nights.books[book].touch()
    row = nights.books[book].sheets[grid.title][number - 1]
    row.extend([None] * (column + 1 - len(row)))
    row[column] = text


def contacts(nights: Nights) -> list[str]:
    """Who was spoken, by name, in the order of the sheet."""
    nights.book.touch()
    report = nights.night()
    assert report.book is not None
    return [report.book.partners[p].name for p in report.book.moments.contact_partner]


DATES = (
    "12 mrt", "3-4", "14 april", "vorige week", "mei 2026", "3-5 maart", "31-02-2026",
    "na de zomer", "7 juni", "12/5", "ergens in mei", "2 feb", "??", "5.3", "18 aug",
)  # fmt: skip
UNKNOWN = (
    "El Noor", "Politie", "De Linde", "Jansen", "de wijkagent", "Buurtzorg", "wethouder",
    "het team", "mw. De Vries", "El Noor", "Jansen",
)  # fmt: skip
WORDS = (
    ("voicemial", None, None), ("ging niet door", None, None), (None, "bakkie", None),
    (None, "bakkie", None), (None, None, "mooi"), (None, None, "regen"),
    (None, "borrel", None), ("gehoudn", None, None), (None, None, "bewolkt"),
)  # fmt: skip


def messy() -> list[list[Content]]:
    """Sixty-two moments as people type them in a hurry."""
    found: list[list[Content]] = [[text, "GGD"] for text in DATES]
    found += [[date(2026, 5, 1), text] for text in UNKNOWN]
    found += [[date(2026, 6, i), "GGD", *cells] for i, cells in enumerate(WORDS, 1)]
    found += [[TODAY - timedelta(days=i), "GGD"] for i in range(3, 20)]
    found += [[date(2026, 4, i), None, None, "visit"] for i in range(1, 6)]
    return found + [[None, "GGD"] for _ in range(5)]


def test_sixty_two_messy_moments_are_fifteen_lines_at_most(tmp_path: Path) -> None:
    nights = Nights(tmp_path, books=[network(*messy())])
    report = nights.night()
    assert len(messy()) == 62 and len(report.problems) > 40
    lines = told(nights)
    assert 5 < len(lines) <= 15
    assert sum(int(str(line["count"])) for line in lines) == len(report.problems)
    proposed = {str(line["proposal"]) for line in lines}
    assert proposed >= {"Moskee El Noor?", "Politie Waterrijk?", "Buurthuis De Linde?"}
    before = told(nights)
    nights.night(TODAY + timedelta(days=40))
    dates = [line for line in before if "12 mrt" in str(line["what"])]
    assert [line for line in told(nights) if "12 mrt" in str(line["what"])] == dates


def test_a_day_without_its_year_is_asked_for_the_year_alone(tmp_path: Path) -> None:
    nights = Nights(tmp_path, books=[network(["12 mrt", "GGD"])])
    nights.night()
    [line] = told(nights)
    assert line["what"] == "Which year? It says “12 mrt”."
    assert "Type the year too, for example 12-03-2026." in str(line["fix"])


def test_days_of_which_not_all_lack_a_year_are_asked_for_whole(tmp_path: Path) -> None:
    nights = Nights(tmp_path, books=[network(["12 mrt", "GGD"], ["3-13-2026", "GGD"])])
    nights.night()
    lines = told(nights)
    assert not [line for line in lines if "year too" in str(line["fix"]) and "3-13" in str(line)]


@pytest.mark.parametrize(
    ("text", "ahead", "day"),
    [
        ("12 mrt", False, "12-03-2026"),
        ("12-3", False, "12-03-2026"),
        ("ma 12 maart", False, "12-03-2026"),
        ("mrt 12", False, "12-03-2026"),
        ("1 okt", False, "01-10-2025"),
        ("1 okt", True, "01-10-2026"),
        ("29 feb", False, "29-02-2024"),
        ("3-13-2026", False, "13-03-2026"),
        ("03/04/2026", False, "03-04-2026"),
        ("03/12/2026", False, "12-03-2026"),
        ("31-02-2026", False, None),
        ("vorige week", False, None),
        ("mei 2026", False, None),
        ("3-5 maart", False, None),
    ],
)
def test_a_day_is_proposed_where_one_is_likely(text: str, ahead: bool, day: str | None) -> None:
    found = likely_day(text, TODAY, ahead)
    assert (f"{found:%d-%m-%Y}" if found else None) == day


def test_sixty_partners_without_rhythm_and_tier_are_one_line(tmp_path: Path) -> None:
    names: list[list[Content]] = [[f"Organisation number {i}"] for i in range(60)]
    rows: list[list[Content]] = [["Name"], *names]
    nights = Nights(tmp_path, books=[MemoryWorkbook({"Partners": rows}, "network")])
    assert len(nights.night().problems) > 60
    lines = [line for line in told(nights) if "rhythm" in str(line["what"])]
    assert [(line["what"], line["count"], line["cell"], line["cell_3"]) for line in lines] == [
        ("60 partners have no rhythm and no tier.", 60, "A2", "A4")
    ]


def test_one_change_of_holders_is_one_line(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    rows: list[list[Content]] = [
        ["Setting", "Value"],
        ["own holder", "Bert"],
        ["own holder", "Chris"],
    ]
    nights.book.sheets["Settings"] = [*rows, ["own holder", "Anna B."]]
    nights.book.touch()
    report = nights.night()
    assert sum(one.code == "unknown_holder" for one in report.problems) == 7
    lines = [line for line in told(nights) if "older" in str(line["what"])]
    assert [(line["count"], line["proposal"]) for line in lines] == [(7, "Anna B.?")]
    answer(nights, "older", "yes")
    assert "unknown_holder" not in [one.code for one in nights.night().problems]
    assert nights.rows()[0][2] == "Anna", "nothing is written in people's cells"


# answers


def test_a_short_name_is_proposed_and_a_yes_counts_for_every_row(tmp_path: Path) -> None:
    day = date(2026, 9, 1)
    moments: list[list[Content]] = [[day, "El Noor"], [day, "el noor; GGD"], [day, "Jansen"]]
    nights = Nights(tmp_path, books=[network(*moments)])
    assert contacts(nights) == ["GGD"]
    [line] = [line for line in told(nights) if "El Noor" in str(line["what"])]
    assert (line["count"], line["proposal"], line["cell"]) == (2, "Moskee El Noor?", "C2")
    answer(nights, "El Noor", "ja")
    answer(nights, "Jansen", "Politie Waterrijk")
    assert contacts(nights) == [NAMES[0], NAMES[0], "GGD", NAMES[1]]
    assert not [line for line in told(nights) if line["column"] == "With"]
    assert [row[2] for row in nights.rows("Moments")] == ["El Noor", "el noor; GGD", "Jansen"]
    assert not nights.night(TODAY + timedelta(days=1)).problems
    nights.sheet("Moments").append([None, date(2026, 9, 9), "El Noor", None, None, None])
    nights.rows("Partners")[0][1] = "Moskee An-Nour"
    assert contacts(nights) == [NAMES[0], NAMES[0], "GGD", NAMES[1], NAMES[0]], "also a new row"


def test_a_no_is_nobody_and_an_answer_that_is_not_known_is_told(tmp_path: Path) -> None:
    day = date(2026, 9, 1)
    nights = Nights(tmp_path, books=[network([day, "Jansen"], [day, "De Wit"])])
    nights.night()
    answer(nights, "Jansen", "nee")
    answer(nights, "De Wit", "mevrouw De Witt")
    assert contacts(nights) == []
    [line] = [line for line in told(nights) if line["where"] == "Moments"]
    assert "neither is the answer “mevrouw De Witt”" in str(line["what"])
    answer(nights, "De Wit", "GGD")
    assert contacts(nights) == ["GGD"]
    assert not [line for line in told(nights) if line["where"] == "Moments"]


def test_an_answer_about_a_date_is_the_meaning_of_that_text_in_that_row(tmp_path: Path) -> None:
    moments: list[list[Content]] = [
        ["12 mrt", "GGD"],
        ["vorige week", NAMES[1]],
        ["3-5 maart", NAMES[3]],
    ]
    nights = Nights(tmp_path, books=[network(*moments)])
    nights.night()
    answer(nights, "12 mrt", "12-03-2026?")
    answer(nights, "vorige week", "21-9-2026")
    answer(nights, "3-5 maart", "geen idee")
    assert contacts(nights) == ["GGD", NAMES[1]]
    book = nights.night(TODAY + timedelta(days=1)).book
    assert book is not None
    days = [date.fromordinal(day) for day in book.moments.day]
    assert days == [date(2026, 3, 12), date(2026, 9, 21)]
    kinds = {str(line["what"]) for line in told(nights)}
    assert any("geen idee" in what for what in kinds), "told, not lost"
    assert [row[1] for row in nights.rows("Moments")] == ["12 mrt", "vorige week", "3-5 maart"]
    nights.rows("Moments")[0][1] = "13 mrt"
    nights.night()
    assert any("13 mrt" in str(line["what"]) for line in told(nights)), "another text is asked anew"


def test_a_no_to_a_proposed_date_takes_the_proposal_away(tmp_path: Path) -> None:
    nights = Nights(tmp_path, books=[network(["12 mrt", "GGD"])])
    nights.night()
    answer(nights, "12 mrt", "no")
    nights.night()
    [line] = [line for line in told(nights) if "12 mrt" in str(line["what"])]
    assert line["proposal"] is None and line["answer"] is None
    answer(nights, "12 mrt", date(2025, 3, 12))
    assert contacts(nights) == ["GGD"]


def test_a_no_to_a_header_like_ours_is_remembered(tmp_path: Path) -> None:
    book = network()
    book.sheets["Partners"][0][3] = "Rhythm agreed"
    nights = Nights(tmp_path, books=[book])
    nights.night()
    answer(nights, "Rhythm agreed", "nee")
    for night in range(3):
        codes = [one.code for one in nights.night(TODAY + timedelta(days=night)).problems]
        assert "near_header" not in codes and "typed_in_ours" not in codes


def test_two_different_answers_count_as_none_and_the_line_says_so(tmp_path: Path) -> None:
    day = date(2026, 9, 1)
    books = [network([day, "El Noor"], name="a"), network(name="b")]
    nights = Nights(tmp_path, books=books)
    nights.night()
    answer(nights, "El Noor", "yes", book=0)
    answer(nights, "El Noor", "GGD", book=1)
    assert contacts(nights) == []
    for book in (0, 1):
        [line] = [line for line in told(nights, book) if "El Noor" in str(line["what"])]
        assert "Two workbooks answer differently" in str(line["what"])
        assert line["answer"] == ("yes", "GGD")[book]
    assert not nights.night().changed
    answer(nights, "El Noor", "ja", book=1)
    assert contacts(nights) == [NAMES[0]]


@pytest.mark.parametrize("gone_in", [(1,), (0, 1)])
def test_what_is_disputed_stays_so_while_its_column_is_gone(
    tmp_path: Path, gone_in: tuple[int, ...]
) -> None:
    """In one workbook its values wait; in both the run would stop, and readers are told so."""
    day = date(2026, 9, 1)
    moments: list[list[Content]] = [[day, "GGD", None, None, "mwah"]]
    nights = Nights(tmp_path, books=[network(*moments, name=name) for name in "ab"])
    nights.night()
    answer(nights, "mwah", "crisis", book=0)
    answer(nights, "mwah", "sunny", book=1)
    nights.night()

    def seen() -> dict[str, date | None]:
        later = TODAY + timedelta(days=30)  # behind it the clock of the nights would stop it
        found = read(nights.books, later, "en", nights.keeper)
        return {found.book.partners[v.partner].name: v.last_sunny for v in found.verdicts}

    before = seen()
    assert before["GGD"] == day, "nothing counts that was answered; a blank is a calm talk"
    for at in gone_in:
        header = nights.sheet("Moments", at)[0]
        header[header.index("Weather")] = "Calm?"
    if gone_in == (1,):
        nights.night()
    assert seen() == before


@pytest.mark.parametrize("no", ["no", "not the same"])
def test_two_partners_are_not_one_where_two_workbooks_disagree(tmp_path: Path, no: str) -> None:
    books = [network(name="a"), network(name="b")]
    for each_book in books:
        partners = each_book.sheets["Partners"]
        rest = partners[1][2:]
        partners += [[None, each, *rest] for each in ("Sports club", "Sports-club")]
    nights = Nights(tmp_path, books=books)
    nights.night()
    answer(nights, "Sports-club", "yes", book=0)
    answer(nights, "Sports-club", no, book=1)
    codes = [one.code for one in nights.night().problems]
    assert "merged_partner" not in codes and "possible_twin" in codes
    for book in (0, 1):
        [line] = [line for line in told(nights, book) if "Sports-club" in str(line["what"])]
        assert "Two workbooks answer differently" in str(line["what"])
        assert line["answer"] == ("yes", no)[book]


def test_every_fault_of_a_row_is_told_at_once(tmp_path: Path) -> None:
    moments: list[list[Content]] = [
        ["vorige week", "El Noor", "gehoudn"], [date(2027, 1, 1), "Jansen", "held"]
    ]  # fmt: skip
    nights = Nights(tmp_path, books=[network(*moments)])
    found = [one for one in nights.night().problems if one.sheet == "Moments"]
    assert sorted((one.row, one.code) for one in found) == [
        (2, "unreadable_choice"), (2, "unreadable_date"), (2, "who_unknown"),
        (3, "held_ahead"), (3, "who_unknown"),
    ]  # fmt: skip


def test_a_name_that_is_nobody_cannot_be_logged_and_a_person_may_be_meant(tmp_path: Path) -> None:
    day = date(2026, 9, 1)
    network_of_two = network([day, "Jansen"], [day, "Fatima"])
    people: list[list[Content]] = [["ID", "Name", "Partner"], [None, "Fatima Bensalah", "GGD"]]
    network_of_two.sheets["People"] = [*people, [None, "Wim", "de gezondheidsdienst"]]
    nights = Nights(tmp_path, books=[network_of_two])
    nights.night()
    answer(nights, "Jansen", "no")
    answer(nights, "Fatima", "Fatima Bensalah")
    answer(nights, "gezondheidsdienst", "Fatima Bensalah")
    assert contacts(nights) == ["GGD"]
    assert any("neither is the answer “Fatima Bensalah”" in str(r["what"]) for r in told(nights))
    with pytest.raises(UsageError):
        entry = make_entry(with_=["Jansen"], day=day)
        log_moment(nights.books, entry, nights.keeper, TODAY, nights.clock, "en")


# how much there may be


def many(code: str, count: int) -> list[Problem]:
    return [
        Problem(code, "warning", "Partners", i, "Name", f"B{i}", f"Name {i}", {"other": f"x{i}"})
        for i in range(2, count + 2)
    ]


def test_hundreds_of_partners_of_the_same_words_are_few_lines() -> None:
    signs = ("", " ", "-", " - ", "/", ".", " & ", "+", "_", " en ", ", ")
    names = {
        key(f"{a}{left}{b}{right}{c}"): f"{a}{left}{b}{right}{c}"
        for a, b, c in permutations(("Wijk", "Zorg", "Plus"))
        for left, right in product(signs, signs)
    }
    called: list[list[Content]] = [[name] for name in [*names.values()][:320]]
    rows: list[list[Content]] = [["Name"], *called]
    lists = find_lists(MemoryWorkbook({"Partners": rows}, "a").read().grids)
    problems = duplicate_problems(read_lists(lists), lists["partners"])
    problems = [replace(one, params={**one.params, "book": "a.xlsx"}) for one in problems]
    assert 200 < len(problems) < 2000
    lines = check_lines(problems, "nl")
    assert len(lines) < 40, [line.what for line in lines]
    assert "partners heten bijna hetzelfde als" in lines[0].what


def test_what_may_not_stand_there_comes_first_and_then_what_costs_a_verdict() -> None:
    problems = [
        *many("no_rhythm_column", 2),
        Problem("withheld_bsn", "error", "Moments", 4, "Topic", "D4"),
        Problem("who_nobody", "error", "Moments", 3, "With", "C3"),
    ]
    codes = [line.first.code for line in check_lines(problems, "nl")]
    assert codes == ["withheld_bsn", "who_nobody", "no_rhythm_column"]


def test_the_sheet_ends_with_the_command_that_shows_the_rest() -> None:
    problems = [
        Problem(
            "typed_in_ours", "warning", "Health", i, "Why", f"F{i}", f"text {i}", {"at": f"F{i}"}
        )
        for i in range(600)
    ]
    sheet = check_sheet("en", problems, "To check", "trustbook check network.xlsx")
    assert len(sheet.rows) == 502
    assert (
        sheet.rows[-1][0].value == "And 101 lines more. All of them: trustbook check network.xlsx"
    )
    assert sheet.offered == {8: ("yes", "no")}


def test_a_problem_that_an_earlier_version_put_away_still_has_its_sentence(tmp_path: Path) -> None:
    """The first night after an update tells what the last one before it found."""
    nights = Nights(tmp_path, books=[MemoryWorkbook({"Partners": [["Name", "Rhythm"], ["GGD"]]})])
    nights.night()
    [found] = [one for one in nights.night().problems if one.code == "no_rhythm"]
    kept = put_away(found)
    del kept["params"]["columns"]
    assert explain(taken_out(kept), "en") == explain(found, "en")
