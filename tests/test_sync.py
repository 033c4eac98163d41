"""What the memory does for a book, night after night: one workbook or two, through the door of
sync.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.forgetting import everything_in
from tests.nights import MOMENTS, TODAY, Away, Nights, copied
from tests.reading import read
from trustbook.columns import CHECK, CONFLICTS, HEALTH, Sheet
from trustbook.errors import Busy
from trustbook.health.verdict import Verdict
from trustbook.ledger.facts import rows_on
from trustbook.snapshot import CellValue


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    nights = Nights(tmp_path)
    nights.night()
    return nights


def on_sheet(nights: Nights, sheet: Sheet = CHECK, book: int = 0) -> list[dict[str, CellValue]]:
    """The rows of one of our sheets as it stands."""
    grid = next((grid for grid in nights.books[book].read().grids if grid.ours == sheet.key), None)
    return rows_on(grid, sheet) if grid else []


def codes(nights: Nights, today: date = TODAY) -> list[str]:
    return [problem.code for problem in nights.night(today).problems]


def test_a_second_night_without_edits_writes_nothing_and_works_nothing_out(nights: Nights) -> None:
    version = nights.book.read().version
    report = nights.night()
    assert not report.changed
    assert report.book is None, "the verdicts were worked out again"
    assert report.workbooks == [
        {"name": "network", "rows_read": 40, "cells_written": 0, "rows_added": 0, "requests": 0}
    ]
    assert sum(report.standing.values()) == 20
    assert nights.book.read().version == version


def test_a_save_without_edits_writes_nothing_either(nights: Nights) -> None:
    nights.book.touch()
    assert not nights.night().changed
    assert not nights.night().changed


def test_a_quick_night_still_tells_all_there_is_to_check(nights: Nights) -> None:
    nights.rows("Moments")[0][2] = "Nobody we know"
    first = nights.night()
    again = nights.night()
    assert not again.changed
    assert [p.code for p in again.problems] == [p.code for p in first.problems] != []
    from trustbook.problems import explain

    assert [explain(p, "nl") for p in again.problems] == [explain(p, "nl") for p in first.problems]


def test_a_dry_run_tells_the_plan_and_leaves_no_trace(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    version = nights.book.read().version
    report = nights.night(dry_run=True)
    assert report.changed and report.dry_run
    assert nights.book.read().version == version
    assert not list(nights.keeper.folder.glob("*.ledger"))


def test_what_people_type_in_our_places_is_carried_to_check_and_to_the_journal(
    nights: Nights,
) -> None:
    nights.rows()[2][5] = "I think they are fine"
    health = nights.sheet("Health")
    health[4][5] = "call them!"
    nights.night()
    carried = [
        problem for problem in nights.night(TODAY).problems if problem.code == "typed_in_ours"
    ]
    assert {(p.sheet, p.column, p.value) for p in carried} == {
        ("Partners", "Status", "I think they are fine"),
        ("Health", "Why", "call them!")}  # fmt: skip
    with nights.ledger() as ledger:
        assert {e.new for _, _, e in ledger.journal() if e.what == "typed"} == {
            "I think they are fine",
            "call them!",
        }
    later = nights.night(TODAY + timedelta(days=29))
    assert "typed_in_ours" in [p.code for p in later.problems]
    gone = nights.night(TODAY + timedelta(days=31))
    assert "typed_in_ours" not in [p.code for p in gone.problems]


def test_case_data_typed_in_our_places_is_kept_nowhere(nights: Nights) -> None:
    nights.rows()[2][5] = "BSN 111222333"
    nights.night()
    assert [p.value for p in nights.night().problems if p.code == "typed_in_ours_withheld"] == [
        None
    ]
    assert b"111222333" not in everything_in(nights.keeper.folder)


def test_sorting_our_sheets_is_not_typing(nights: Nights) -> None:
    health = nights.sheet("Health")
    health[2:] = health[:1:-1]
    assert "typed_in_ours" not in codes(nights)


def test_check_remembers_since_when(nights: Nights) -> None:
    nights.rows("Moments")[0][2] = "Nobody we know"
    nights.night(TODAY)
    later = TODAY + timedelta(days=5)
    nights.rows("Moments")[1][2] = "Nobody either"
    nights.sheet("Moments")[1:] = nights.sheet("Moments")[:0:-1]
    nights.night(later)
    since = {str(row["what"]): row["since"] for row in on_sheet(nights)}
    assert next(day for what, day in since.items() if "Nobody we know" in what) == TODAY
    assert next(day for what, day in since.items() if "Nobody either" in what) == later


def test_a_row_first_seen_before_its_date_stays_planned_until_somebody_says_so(
    nights: Nights,
) -> None:
    ahead = TODAY + timedelta(days=10)
    nights.sheet("Moments").append([None, ahead, "Partner 19", None, "coffee"])
    nights.night()
    after = nights.night(ahead + timedelta(days=1))
    assert "was_it_held" in [problem.code for problem in after.problems]
    assert after.verdicts[19].last_sunny != ahead
    nights.rows("Moments")[-1][3] = "held"
    after = nights.night(ahead + timedelta(days=1))
    assert after.verdicts[19].last_sunny == ahead


@pytest.mark.parametrize("word", [None, "planned", "held"])
@pytest.mark.parametrize("passed", [False, True])
def test_a_plan_that_moves_into_the_past_was_held_and_one_that_moves_within_it_was_not(
    nights: Nights, word: str | None, passed: bool
) -> None:
    ahead, moved = TODAY + timedelta(days=10), TODAY + timedelta(days=7)
    nights.sheet("Moments").append([None, ahead, "Partner 19", word, "coffee"])
    nights.night()
    if passed:
        nights.night(ahead + timedelta(days=1))
    nights.rows("Moments")[-1][1] = moved
    day = ahead + timedelta(days=2) if passed else moved + timedelta(days=1)
    for _ in range(2):
        after = nights.night(day)
        counts = not passed and word != "planned"
        assert (after.verdicts[19].last_sunny == moved) == counts
        day += timedelta(days=1)


def test_a_row_typed_after_its_date_was_held(nights: Nights) -> None:
    nights.sheet("Moments").append([None, TODAY - timedelta(days=1), "Partner 19", None, "coffee"])
    assert nights.night().verdicts[19].last_sunny == TODAY - timedelta(days=1)


def test_a_renamed_partner_keeps_its_moments_and_its_old_name(nights: Nights) -> None:
    nights.rows()[3][1] = "Partner renamed"
    report = nights.night()
    assert report.verdicts[3].last_sunny == TODAY - timedelta(days=21)
    del nights.book.sheets["Health"]
    nights.book.ours.pop("health")
    nights.book.touch()
    report = nights.night()
    assert report.verdicts[3].last_sunny == TODAY - timedelta(days=21), (
        "the ledger knows it without the sheet"
    )
    assert {row["old_names"] for row in on_sheet(nights, HEALTH)} == {None, "Partner 03"}


def test_when_a_partner_was_first_seen_is_remembered_without_the_sheet(nights: Nights) -> None:
    del nights.book.sheets["Health"]
    nights.book.ours.pop("health")
    nights.book.touch()
    nights.night(TODAY + timedelta(days=100))
    assert {row["since"] for row in on_sheet(nights, HEALTH)} == {TODAY}


def test_a_consultation_counts_for_its_members_as_first_read(tmp_path: Path) -> None:
    nights = Nights(tmp_path, partners=4)
    nights.book.sheets["Consultations"] = [["Name", "Members"], ["Table", "Partner 00; Partner 01"]]
    nights.sheet("Moments").append([None, TODAY - timedelta(days=1), "Table", None, "meeting"])
    nights.night()
    nights.rows("Consultations")[0][1] = "Partner 00; Partner 02"
    nights.sheet("Moments").append([None, TODAY, "Table", None, "another meeting"])
    report = nights.night()
    assert [verdict.last_sunny for verdict in report.verdicts] == [
        TODAY, TODAY - timedelta(days=1), TODAY, TODAY - timedelta(days=21)]  # fmt: skip
    del nights.book.sheets["Health"]
    nights.book.ours.pop("health")
    nights.book.touch()
    assert nights.night().verdicts[1].last_sunny == TODAY - timedelta(days=1)


@pytest.fixture
def table(tmp_path: Path) -> Nights:
    """A consultation that has sat once, with partners 00 and 01; nothing else happened to partners
    02 and 03.
    """
    nights = Nights(tmp_path, partners=4)
    nights.book.sheets["Consultations"] = [["Name", "Members"], ["Table", "Partner 00; Partner 01"]]
    nights.book.sheets["Moments"] = [MOMENTS, [None, TODAY, "Table", None, "meeting"]]
    nights.night()
    return nights


def sat(verdicts: list[Verdict]) -> list[int]:
    """The partners with a sunny moment, by position."""
    return [i for i, verdict in enumerate(verdicts) if verdict.last_sunny]


@pytest.mark.parametrize(
    "members", ["Partner 00; Partner 01", "Partner 01; Partner 02", "Partner 02; Partner 03"]
)
@pytest.mark.parametrize("others", [False, True])
def test_a_renamed_consultation_keeps_who_sat_there(
    table: Nights, members: str, others: bool
) -> None:
    if others:
        table.sheet("Consultations").append(["Another table", "Partner 03"])
        table.night()
    table.rows("Consultations")[0][:2] = ["Great table", members]
    assert sat(table.night().verdicts) == [0, 1], "what was typed keeps its meaning"
    table.rows("Consultations")[0][:2] = ["Table", "Partner 03"]
    assert sat(table.night().verdicts) == [0, 1]
    del table.sheet("Consultations")[1]
    assert sat(table.night().verdicts) == [0, 1], "also when the table is gone"


def test_a_name_typed_anew_is_read_anew(table: Nights) -> None:
    table.rows("Consultations")[0][:2] = ["Great table", "Partner 01; Partner 02"]
    table.rows("Moments")[0][2] = "Great table"
    assert sat(table.night().verdicts) == [1, 2]
    table.rows("Moments")[0][2] = "Table"
    assert sat(table.night().verdicts) == [1, 2], "by its old name, too"


def test_another_table_is_not_known_by_the_name_of_one_that_is_gone(table: Nights) -> None:
    table.rows("Consultations")[0][:2] = ["Great table", "Partner 02; Partner 03"]
    table.night()
    table.rows("Moments")[0][2] = "The Table"
    assert sat(table.night().verdicts) == []


def test_looking_before_the_next_sync_counts_as_that_sync_will(table: Nights) -> None:
    table.rows("Consultations")[0][1] = "Partner 02"
    table.sheet("Moments").append(
        [None, TODAY - timedelta(days=1), "Table", None, "another meeting"]
    )
    now = table.clock.date()
    assert sat(read(table.book, now, "en", table.keeper, now=now).verdicts) == [0, 1, 2]
    assert sat(table.night().verdicts) == [0, 1, 2]


def test_undated_facts_are_as_the_ledger_knew_them(nights: Nights) -> None:
    first_night = nights.clock.date()
    nights.clock += timedelta(days=60)
    nights.rows()[9][2] = "Zoë"
    nights.night(nights.clock.date())

    def holder(day: date) -> str | None:
        reading = read(nights.book, day, "en", nights.keeper, now=nights.clock.date())
        found = [one for one in reading.book.partners if one.name == "Partner 09"]
        return found[0].holder if found else None

    assert holder(first_night + timedelta(days=30)) == "Anna"
    assert holder(nights.clock.date()) == "Zoë"
    assert holder(first_night - timedelta(days=30)) == "Anna", (
        "before the ledger began: as it was known first"
    )


def test_start_here_tells_the_last_run_that_changed_something(nights: Nights) -> None:
    before = nights.book.sheets["Start here"][1][0]
    nights.night()
    assert nights.book.sheets["Start here"][1][0] == before
    nights.rows()[0][3] = "elsewhere"
    nights.night()
    assert nights.book.sheets["Start here"][1][0] != before


# two workbooks


@pytest.fixture
def two(tmp_path: Path) -> Nights:
    """One network in two workbooks: the second is an export of the first."""
    nights = Nights(tmp_path, partners=8)
    nights.night()
    second = Away(nights.book.sheets, "second")
    for title in list(nights.book.ours.values()):
        del second.sheets[title]
    nights.books.append(second)
    nights.night()
    return nights


def test_edits_go_both_ways(two: Nights) -> None:
    two.rows(book=0)[0][3] = "from the first"
    two.rows(book=1)[1][2] = "from the second"
    two.sheet("Moments", book=1).append([None, TODAY, "Partner 03", None, "new"])
    two.night()
    for book in (0, 1):
        assert two.rows(book=book)[0][3] == "from the first"
        assert two.rows(book=book)[1][2] == "from the second"
        assert [row[4] for row in two.rows("Moments", book)][-1] == "new"
    assert two.rows("Moments", 0)[-1][0] == two.rows("Moments", 1)[-1][0] is not None
    assert not two.night().changed


def test_one_that_cannot_be_reached_is_skipped_and_catches_up(two: Nights) -> None:
    away = two.books[1]
    assert isinstance(away, Away)
    two.rows(book=0)[0][3] = "while away"
    away.away = True
    report = two.night()
    assert [(name, fault.exit_code) for name, fault in report.skipped] == [("second", 5)]
    away.away = False
    assert two.night().skipped == []
    assert two.rows(book=1)[0][3] == "while away"


def test_none_that_can_be_reached_ends_the_run(two: Nights) -> None:
    away = two.books[1]
    assert isinstance(away, Away)
    two.books, away.away = [away], True
    with pytest.raises(Busy):
        two.night()


@pytest.mark.parametrize(("word", "kept"), [("here", "A"), ("daar", "B"), ("b", "B")])
def test_a_conflict_waits_on_its_sheet_until_people_choose(
    two: Nights, word: str, kept: str
) -> None:
    two.rows(book=0)[0][3] = "A"
    two.rows(book=1)[0][3] = "B"
    report = two.night()
    assert len(report.conflicts) == 1
    assert not two.night().changed, "an open conflict writes nothing night after night"
    row = on_sheet(two, CONFLICTS)[0]
    assert (row["here"], row["there"], row["column"]) == ("A", "B", "Area")
    sheet = two.sheet("Conflicts")
    sheet[2][[cell.en for cell in CONFLICTS.columns].index("Keep (here or there)")] = word
    report = two.night()
    assert report.conflicts == []
    assert [two.rows(book=book)[0][3] for book in (0, 1)] == [kept, kept]
    assert "Conflicts" not in two.book.sheets
    assert "typed_in_ours" not in codes(two)


def test_what_is_typed_over_a_conflict_is_told_when_the_answer_takes_the_sheet_away(
    two: Nights,
) -> None:
    two.rows(book=0)[0][3], two.rows(book=1)[0][3] = "A", "B"
    two.night()
    sheet, headers = two.sheet("Conflicts"), [cell.en for cell in CONFLICTS.columns]
    sheet[2][headers.index("Keep (here or there)")] = "here"
    sheet[2][headers.index("There")] = "B, says the office"
    found = [one for one in two.night().problems if one.code == "typed_in_ours"]
    assert "Conflicts" not in two.book.sheets
    assert [(one.sheet, one.cell, one.value) for one in found] == [
        ("Conflicts", None, "B, says the office")
    ]
    assert not two.night().changed


def test_a_conflict_dissolves_when_people_agree(two: Nights) -> None:
    two.rows(book=0)[0][3], two.rows(book=1)[0][3] = "A", "B"
    two.night()
    two.rows(book=1)[0][3] = "A"
    assert two.night().conflicts == []
    assert "Conflicts" not in two.books[1].sheets


def test_a_row_deleted_here_is_cleared_there_and_kept_in_the_ledger(two: Nights) -> None:
    identity = two.rows(book=0)[2][0]
    del two.sheet("Partners", book=0)[3]
    two.night()
    assert two.rows(book=1)[2] == [None] * 7 + ["mine 2"], "what is the coordinator's own stays"
    with two.ledger() as ledger:
        assert identity in ledger.archived("partners")


def test_a_row_deleted_here_and_edited_there_comes_back(two: Nights) -> None:
    identity = two.rows(book=0)[2][0]
    del two.sheet("Partners", book=0)[3]
    two.rows(book=1)[2][3] = "edited"
    two.night()
    assert [row[3] for row in two.rows(book=0) if row[0] == identity] == ["edited"]


def test_two_networks_joined_for_the_first_time_are_a_superset(tmp_path: Path) -> None:
    nights = Nights(tmp_path, partners=3)
    other = Nights(tmp_path / "other", partners=5).book
    other.name = "other"
    other.sheets["Partners"][2][3] = "another area"
    nights.books.append(other)
    report = nights.night()
    names = [[row[1] for row in nights.rows(book=book)] for book in (0, 1)]
    # The exact same rows are one; the one that differs stands there twice, and is reported.
    assert sorted(map(str, names[0])) == sorted(map(str, names[1]))
    assert len(names[0]) == 6
    assert "doubled_partner" in [problem.code for problem in report.problems]
    assert not nights.night().changed


def test_a_new_night_for_a_copy_that_joined_needs_no_second_look(two: Nights) -> None:
    twin = copied(two.book, "twin")
    two.books.append(twin)
    two.night()
    assert not two.night().changed
