"""A column sorted or moved on its own stops the night in a list of a few rows, too; what looks like
it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.nights import TODAY, Nights
from tests.reading import read
from trustbook.errors import SafetyStop
from trustbook.run.report import Report
from trustbook.workbooks.in_memory import Content, MemoryWorkbook

Cells = list[Content]
NAMES = ["Halt", "Zorghuis", "Brug", "Anker", "GGD", "Élan", "Politie"]


def network(folder: Path, ids: bool = True) -> Nights:
    """Seven partners, their people and talks, a pause of two and the end of one."""
    paused = {2: date(2026, 12, 1), 4: date(2027, 1, 1), 5: date(2026, 11, 1)}
    partners: list[Cells] = [["ID", "Name", "Rhythm", "Since", "Paused until", "Tier"]]
    people: list[Cells] = [["ID", "Name", "Partner"]]
    moments: list[Cells] = [["ID", "Date", "With", "Weather", "Topic"]]
    rhythms = [60, 14, 90, 30, 180, 7, 365]
    tiers = ["core local", "wider local", "civil society"]
    for i, name in enumerate(NAMES):
        since = date(2025, 1 + (i * 5) % 12, 1)
        partners.append([None, name, rhythms[i], since, paused.get(i), tiers[i % 3]])
        people.append([None, f"Person {'gcafbed'[i]}", name])
        day = TODAY - timedelta(days=(37 * i) % 90 + 1)
        moments.append([None, day, name, "crisis" if i in (2, 4, 5) else None, f"talk {i}"])
    tables: list[Cells] = [
        ["Name", "Members"],
        ["Youth", "GGD; Halt"],
        ["Care", "Zorghuis; GGD"],
        ["District", "Brug; Anker"],
        ["Safety", "Politie; Halt"],
    ]
    sheets = {"Partners": partners, "People": people, "Moments": moments, "Consultations": tables}
    if not ids:
        for title in ("Partners", "People", "Moments"):
            for row in sheets[title]:
                del row[0]
    nights = Nights(folder, books=[MemoryWorkbook(sheets, "network")])
    nights.night()
    nights.night()
    return nights


def verdicts(nights: Nights) -> dict[str, str]:
    reading = read(nights.book, TODAY, "en", nights.keeper)
    return {reading.book.partners[one.partner].name: one.status for one in reading.verdicts}


def stops(nights: Nights) -> str:
    """The sentence of the stop; the verdicts stay as they were."""
    before = verdicts(nights)
    with pytest.raises(SafetyStop) as stop:
        nights.night()
    assert verdicts(nights) == before
    return stop.value.sentence("en")


def column(nights: Nights, sheet: str, header: str) -> tuple[list[Cells], int]:
    return nights.rows(sheet), nights.sheet(sheet)[0].index(header)


def put(rows: list[Cells], at: int, values: list[Content]) -> None:
    for row, value in zip(rows, values, strict=True):
        row[at] = value


def in_order(values: list[Content]) -> list[Content]:
    """As Excel and Google Sheets sort: letters without accents, blanks last."""
    filled = [value for value in values if value is not None]
    filled.sort(key=lambda value: str(value).casefold().replace("é", "e").rjust(4, "0"))
    return [*filled, *[None] * (len(values) - len(filled))]


def three_round(values: list[Content]) -> list[Content]:
    """The first three take each other's places."""
    return [values[2], values[0], values[1], *values[3:]]


@pytest.mark.parametrize("how", [in_order, three_round])
@pytest.mark.parametrize(
    ("sheet", "header"),
    [
        ("Partners", "Name"),
        ("Partners", "Rhythm"),
        ("Partners", "Since"),
        ("People", "Name"),
        ("People", "Partner"),
        ("Moments", "Date"),
        ("Moments", "With"),
        ("Consultations", "Members"),
    ],
)
@pytest.mark.parametrize("ids", [True, False])
def test_a_column_of_a_few_rows_sorted_alone_stops(
    tmp_path: Path, sheet: str, header: str, how: Callable[..., list[Content]], ids: bool
) -> None:
    nights = network(tmp_path, ids)
    rows, at = column(nights, sheet, header)
    put(rows, at, how([row[at] for row in rows]))
    assert "on its own" in stops(nights)


@pytest.mark.parametrize(
    ("sheet", "header"), [("Partners", "Paused until"), ("Moments", "Weather")]
)
def test_a_column_with_few_cells_filled_sorted_alone_stops(
    tmp_path: Path, sheet: str, header: str
) -> None:
    """The values go to the top and the blanks below them, in order as they were."""
    nights = network(tmp_path)
    rows, at = column(nights, sheet, header)
    put(rows, at, in_order([row[at] for row in rows]))
    assert f"“{header}”" in stops(nights)


def test_the_same_number_lets_it_through(tmp_path: Path) -> None:
    nights = network(tmp_path)
    rows, at = column(nights, "Partners", "Name")
    put(rows, at, three_round([row[at] for row in rows]))
    assert "--allow-changes 3" in stops(nights)
    nights.night(changes=3)
    assert nights.rows()[0][at] == "Brug"


def test_two_rows_cut_and_put_back_without_their_ids_stop(tmp_path: Path) -> None:
    """Where the column ID is hidden, whoever moves a row leaves its ID behind."""
    nights = network(tmp_path)
    before = verdicts(nights)
    first, second = nights.rows()[:2]
    first[1:], second[1:] = second[1:], first[1:]
    sentence = stops(nights)
    assert "another ID" in sentence and "2 rows" in sentence
    for row in nights.rows():
        row[0] = None
    nights.night()
    assert verdicts(nights) == before, "every row got its own ID back"


def test_an_id_column_pushed_down_a_cell_stops(tmp_path: Path) -> None:
    nights = network(tmp_path)
    rows = nights.rows()
    ids = [row[0] for row in rows]
    put(rows, 0, [None, *ids[:-1]])
    nights.sheet("Partners").append([ids[-1]])
    stops(nights)


def told(report: Report) -> list[str]:
    return [one.code for one in report.problems if one.severity == "error"]


def test_a_weekly_series_put_off_by_a_week_is_an_ordinary_night(tmp_path: Path) -> None:
    nights = network(tmp_path)
    for week in range(9):
        day = TODAY + timedelta(weeks=week + 1)
        nights.sheet("Moments").append([None, day, "GGD", None, "drill"])
    nights.night()
    for row in nights.rows("Moments")[-9:]:
        row[1] += timedelta(weeks=1)  # type: ignore[operator]
    assert not told(nights.night())


@pytest.mark.parametrize(
    ("header", "edits"),
    [
        ("Name", {0: "Zorghuis", 1: "Halt"}),
        ("Rhythm", {0: 30, 3: 60}),
        ("Rhythm", {0: 14, 1: 90, 2: 30}),
        ("Paused until", {2: None, 0: date(2026, 12, 1)}),
        ("Tier", {0: "wider local", 1: "core local", 3: "wider local", 4: "core local"}),
    ],
)
def test_what_a_person_corrects_does_not_stop(
    tmp_path: Path, header: str, edits: dict[int, Content]
) -> None:
    nights = network(tmp_path)
    rows, at = column(nights, "Partners", header)
    for row, value in edits.items():
        rows[row][at] = value
    nights.night()


def test_names_moved_in_a_list_without_ids_stop_where_few_values_stand_beside_them(
    tmp_path: Path,
) -> None:
    """No column tells it alone: core and wider, a month and a quarter come back everywhere."""
    rows: list[Cells] = [["Name", "Tier", "Rhythm"]]
    tiers, rhythms = ["core local", "wider local"], [30, 60, 90]
    rows += [[name, tiers[i % 2], rhythms[i % 3]] for i, name in enumerate(NAMES[:6])]
    nights = Nights(tmp_path, books=[MemoryWorkbook({"Partners": rows}, "network")])
    nights.night()
    put(nights.rows(), 0, three_round([row[0] for row in nights.rows()]))
    assert "“Name”" in stops(nights)
