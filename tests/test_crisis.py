"""A small municipality with two phenomena, a table, a crisis and a drill: every figure by hand."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import Moment, ago
from tests.books import book as book_of
from tests.typed import answered
from trustbook.cli.crisis import _to_do
from trustbook.cli.main import main
from trustbook.ledger.locate import LedgerLocator
from trustbook.model import ATTEMPT, CRISIS, Partner, Period, Settings
from trustbook.network.aftercare import aftercare, last_crisis
from trustbook.network.calibration import (
    newcombe,
    outcomes_of,
    warm_answers_more,
    wilson,
)
from trustbook.run.sync import run_sync
from trustbook.workbooks import open_workbook

SHEETS: dict[str, list[list[Any]]] = {
    "Partners": [
        ["Naam", "Partij", "Fenomenen", "Gebied", "Ritme", "Sinds", "Gecontroleerd op"],
        ["Moskee El Noor", None, "jihadisme", "Noord", 60, date(2025, 1, 1), None],
        ["GGZ Rivierland", "GGZ", None, None, 90, date(2025, 1, 1), date(2026, 10, 20)],
        ["VV Zandloo", None, "rechts-extremisme", "Zuid", 60, date(2025, 1, 1), None],
        ["Politie", "Politie", None, None, 30, date(2025, 1, 1), None],
    ],
    "Personen": [
        ["Naam", "Partner", "Telefoon werk"],
        ["Y. Amrani", "Moskee El Noor", "0182-555 022"],
        ["Els van Dijk", "GGZ Rivierland", "0182-555 010"],
    ],
    "Contactmomenten": [
        ["Datum", "Met", "Weer", "Stand", "Vorm", "Bereikt", "Afspraak", "Afspraak door",
         "Afspraak voor"],
        [date(2026, 10, 1), "Moskee El Noor", None, None, None, None, None, None, None],
        [date(2026, 2, 1), "GGZ Rivierland", None, None, None, None, None, None, None],
        [date(2026, 11, 5), "Moskee El Noor", "crisis", None, None, "zelfde dag", "Bellen na de "
         "preek", "wij", date(2026, 11, 20)],
        [date(2026, 11, 5), "GGZ Rivierland", "crisis", "poging", None, None, None, None, None],
        [date(2026, 11, 5), "GGZ Rivierland", "crisis", None, None, "later", None, None, None],
        [date(2026, 11, 6), "VV Zandloo", "crisis", "poging", None, None, None, None, None],
        [date(2026, 11, 18), "Moskee El Noor", None, None, None, None, None, None, None],
        [date(2026, 11, 10), "Politie", None, None, "oefening", "niet", None, None, None],
    ],
    "Overleggen": [
        ["Naam", "Leden", "Ritme", "Volgende", "Fenomenen"],
        ["Zorgtafel", "GGZ Rivierland; VV Zandloo", 30, date(2026, 11, 2), "jihadisme"],
    ],
    "Benodigd netwerk": [
        ["Fenomeen", "Partij", "Minimum"],
        ["jihadisme", "GGZ", 1],
        ["jihadisme", "Politie", 1],
        ["rechts-extremisme", "GGD", 1],
    ],
    "Instellingen": [["Instelling", "Waarde"], ["Crisisperiode", "5-11-2026..8-11-2026"]],
}  # fmt: skip


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for title, rows in SHEETS.items():
        sheet = file.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file.save("n.xlsx")
    return tmp_path / "n.xlsx"


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> Any:
        capsys.readouterr()
        assert main([*arguments, "--json", "--today", "2026-11-26"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_after_a_crisis_it_is_known_whom_to_thank(book: Path, told: Any) -> None:
    after = told("aftercare", "n.xlsx")
    assert (after["from"], after["to"]) == ("2026-11-05", "2026-11-08")
    assert (after["reached"], after["not_reached"]) == (2, 1)
    rows = {row["name"]: row for row in after["rows"]}
    assert rows["Moskee El Noor"]["answered"] == "same_day"
    assert rows["Moskee El Noor"]["promised"] == ["Bellen na de preek"]
    assert rows["Moskee El Noor"]["thanked"] == "2026-11-18"
    assert rows["GGZ Rivierland"]["answered"] == "later", "the best answer of a day counts"
    assert rows["GGZ Rivierland"]["thanked"] is None
    assert rows["VV Zandloo"]["answered"] == "not"
    assert list(rows) == ["VV Zandloo", "GGZ Rivierland", "Moskee El Noor"], "what to do first"


def test_days_can_be_named_and_without_a_crisis_it_says_how(book: Path, told: Any) -> None:
    days = ("--from", "6-11-2026", "--to", "7-11-2026")
    assert [row["name"] for row in told("aftercare", "n.xlsx", *days)["rows"]] == ["VV Zandloo"]
    assert main(["aftercare", "n.xlsx", "--from", "6-11-2026"]) == 2
    assert main(["aftercare", "n.xlsx", "--today", "2026-01-01"]) == 2


def test_periods_that_overlap_or_touch_are_one_crisis() -> None:
    def period(first: int, last: int) -> Period:
        return Period(date(2026, 11, first), date(2026, 11, last))

    def last(*periods: Period, day: int = 26) -> Period | None:
        of = book_of([], settings=Settings(crisis=periods))
        return last_crisis(of, date(2026, 11, day))

    assert last() is None and last(period(5, 8), day=4) is None
    assert last(period(5, 8), period(1, 3)) == period(5, 8), "a day between: two of them"
    assert last(period(5, 8), period(1, 4)) == period(1, 8)
    assert last(period(4, 12), period(6, 7), period(1, 5)) == period(1, 12)
    assert last(period(1, 8), period(6, 12), day=5) == period(1, 8), "the second is still to come"


def test_a_table_has_its_agenda(book: Path, told: Any, capsys: pytest.CaptureFixture[str]) -> None:
    table = told("agenda", "n.xlsx", "zorgtafel")
    assert (table["consultation"], table["next"]) == ("Zorgtafel", "2026-12-02")
    assert [row["name"] for row in table["cold"]] == ["VV Zandloo", "GGZ Rivierland"]
    assert table["missing"] == [{"phenomenon": "jihadisme", "party": "Politie"}]
    assert table["changed"] == [], "looked at before the table sat last, on 2 November"
    assert main(["agenda", "n.xlsx", "Zorgtafel", "-o", "a.html"]) == 0
    page = (book.parent / "a.html").read_text(encoding="utf-8")
    assert "VV Zandloo" in page and "Ontbreekt aan deze tafel" in page
    assert main(["agenda", "n.xlsx", "Vergadering"]) == 2
    assert "Op het blad Overleggen: Zorgtafel." in capsys.readouterr().err


def test_a_drill_draws_the_same_lines_for_the_same_lot(book: Path, told: Any) -> None:
    first = told("drill", "n.xlsx", "--seed", "7")
    assert first["seed"] == 7 and first["rows"] == told("drill", "n.xlsx", "--seed", "7")["rows"]
    assert {row["name"] for row in first["rows"]} == {"Moskee El Noor", "GGZ Rivierland"}
    assert {row["phone"] for row in first["rows"]} == {"0182-555 022", "0182-555 010"}
    one = told("drill", "n.xlsx", "--phenomenon", "rechts-extremisme")
    assert [row["name"] for row in one["rows"]] == ["GGZ Rivierland"]


@pytest.mark.parametrize(
    ("view", "names"),
    [
        (("--phenomenon", "jihadisme"), ["Moskee El Noor", "GGZ Rivierland", "Politie"]),
        (("--area", "Zuid"), ["GGZ Rivierland", "VV Zandloo", "Politie"]),
        (("--phenomenon", "jihadisme", "--area", "Zuid"), ["GGZ Rivierland", "Politie"]),
    ],
)
def test_a_part_of_the_network_names_what_it_leaves_out(
    book: Path, capsys: pytest.CaptureFixture[str], view: tuple[str, ...], names: list[str]
) -> None:
    assert main(["health", "n.xlsx", *view, "--json"]) == 0
    shown = capsys.readouterr()
    assert [one["name"] for one in json.loads(shown.out)["partners"]] == names
    assert f"{4 - len(names)} partner" in shown.err
    assert main(["health", "n.xlsx", "--phenomenon", "onzin"]) == 2
    for command in ("next", "guide", "coverage"):
        assert main([command, "n.xlsx", *view, "--json"]) == 0


def test_what_warm_meant_is_what_was_known_the_day_before(book: Path, told: Any) -> None:
    """The status before each call comes from the last run on or before that day: what was typed
    later, about an earlier day, changes nothing.
    """
    workbook = open_workbook(str(book))
    file = openpyxl.load_workbook(book)
    rows = file["Contactmomenten"].iter_rows(min_row=4, values_only=True)
    calls: list[list[Any]] = [list(row) for row in rows]
    file["Contactmomenten"].delete_rows(4, 9)
    file.save(book)
    early = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
    run_sync(workbook, early.date(), early, keeper=LedgerLocator())
    file = openpyxl.load_workbook(book)
    columns = [cell.value for cell in file["Contactmomenten"][1]]
    late = [date(2026, 10, 30), "GGZ Rivierland"]  # typed after the crisis
    for row in (*calls, late):
        row = [*row, *[None] * (9 - len(row))]
        file["Contactmomenten"].append(row if columns[0] == "Datum" else [None, *row])
    file.save(book)
    night = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    run_sync(workbook, night.date(), night, keeper=LedgerLocator())
    found = told("calibration", "n.xlsx")
    asked = {row["status"]: (row["asked"], row["same_day"]) for row in found["rows"]}
    assert asked == {"warm": (1, 1), "cold": (2, 0)}
    assert [row["status"] for row in found["exercises"]] == ["cold"]
    assert found["left_out"] == 0 and found["claim"] is None


def test_calls_before_the_first_run_are_left_out_and_counted(book: Path, told: Any) -> None:
    night = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    run_sync(open_workbook(str(book)), night.date(), night, keeper=LedgerLocator())
    found = told("calibration", "n.xlsx")
    assert found["rows"] == [] and found["left_out"] == 4


# the arithmetic


def test_intervals_are_those_of_the_sources() -> None:
    """Wilson's for 81 of 263, and Newcombe's example 56/70 - 48/80 (his table II, method 10)."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert newcombe((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def claims(chance: random.Random, warm: float, cold: float) -> bool:
    calls = [("warm", "same_day" if chance.random() < warm else "not") for _ in range(60)]
    calls += [("cold", "same_day" if chance.random() < cold else "not") for _ in range(40)]
    return warm_answers_more(outcomes_of(calls))


def test_what_is_true_is_claimed_and_what_is_not_is_not() -> None:
    chance = random.Random(1)
    assert sum(claims(chance, 0.9, 0.6) for _ in range(1000)) >= 800
    assert sum(claims(chance, 0.7, 0.7) for _ in range(1000)) <= 50
    few = [("warm", "same_day")] * 40 + [("cold", "not")] * 19
    assert not warm_answers_more(outcomes_of(few)), "59 calls are too few"
    assert warm_answers_more(outcomes_of([*few, ("cold", "not")]))


def test_aftercare_asks_nothing_that_was_done_or_is_over() -> None:
    tried = [Moment(ago(20), (at,), weather=CRISIS, state=ATTEMPT) for at in (0, 1)]
    known = book_of([Partner("A"), Partner("B", ended_on=ago(2))], [*tried, Moment(ago(9), (0,))])
    known.moments.answered = [None] * 3
    after = aftercare(known, Period(ago(21), ago(19)), ago(0))
    keys = ("name", "reached", "thanked", "visited", "ended")
    assert [tuple(row[one] for one in keys) for row in after.rows] == [
        ("B", False, None, None, True), ("A", False, None, ago(9), False),
    ]  # fmt: skip
    base: dict[str, Any] = {"reached": False, "visited": None, "ended": False}
    rows = [
        (base, "Ga op een rustige dag langs, en vraag hoe u hen de volgende keer bereikt."),
        (base | {"visited": date(2026, 11, 12)}, "Rustig gesproken op 12-11-2026."),
        (base | {"ended": True}, "Niets: deze relatie is gestopt."),
        (base | {"reached": True, "ended": True}, "Niets: deze relatie is gestopt."),
        (base | {"reached": True}, "Bedank hen, in een rustig gesprek."),
    ]
    assert [_to_do(row, "nl") for row, _ in rows] == [told for _, told in rows]


def test_people_read_what_to_do(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aftercare", "n.xlsx", "--today", "2026-11-26"]) == 0
    shown = capsys.readouterr().out
    assert "2 partners bereikt, 1 partner niet." in shown
    assert "Bedank hen, in een rustig gesprek." in shown and "Bedankt op 18-11-2026." in shown
    assert main(["drill", "n.xlsx", "--today", "2026-11-26"]) == 0
    told = capsys.readouterr()
    assert "0182-555 022" in told.out and "Vorm: oefening" in told.err
    night = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
    run_sync(open_workbook(str(book)), night.date(), night, keeper=LedgerLocator())
    capsys.readouterr()
    assert main(["calibration", "n.xlsx", "--today", "2026-11-26"]) == 0
    told = capsys.readouterr()
    assert "Gebeld in een crisis:" in told.out
    assert "daarvoor zijn 60 telefoontjes nodig" in told.out


def test_who_helped_is_thanked_next_until_a_calm_talk(book: Path, told: Any) -> None:
    """Reached or promised something: the next step everywhere. Who did not answer is not thanked,
    and who had a calm talk since is thanked already.
    """
    file = openpyxl.load_workbook(book)
    promised = [date(2026, 11, 6), "Politie", "crisis", "poging", None, None, "Terugbellen", "zij"]
    file["Contactmomenten"].append(promised)
    file["Contactmomenten"].append([date(2026, 11, 6), "Moskee El Noor", "crisis"])
    file.save(book)
    steps = {one["name"]: one["next_step"] for one in told("health", "n.xlsx")["partners"]}
    assert steps["GGZ Rivierland"].startswith("Bedank hen rustig voor hun hulp op 5 november 2026")
    assert not steps["VV Zandloo"].startswith("Bedank")
    assert not steps["Moskee El Noor"].startswith("Bedank"), "a calm talk on the 18th"
    assert steps["Politie"].startswith("Bedank hen rustig voor hun hulp op 6 november 2026"), (
        "promised"
    )
    rows = {one["name"]: one["step"] for one in told("next", "n.xlsx")["rows"]}
    assert rows["GGZ Rivierland"] == steps["GGZ Rivierland"]


def test_a_table_that_sat_asks_for_its_next_day(book: Path, told: Any) -> None:
    """Only once it was logged; until somebody fills it in, its rhythm says when."""

    def asked() -> list[tuple[str, str]]:
        found = told("check", "n.xlsx")["problems"]
        return [(one["cell"], one["what"]) for one in found if one["code"].startswith("table_sat")]

    assert asked() == [], "past, but nobody logged it"
    file = openpyxl.load_workbook(book)
    file["Contactmomenten"].append([date(2026, 11, 2), "Zorgtafel"])
    file.save(book)
    [(cell, what)] = asked()
    assert cell == "D2" and "2 december 2026" in what
    assert told("agenda", "n.xlsx", "zorgtafel")["next"] == "2026-12-02"


def test_the_next_day_of_a_table_may_be_answered_and_the_cell_stays_as_it_was(
    book: Path, told: Any
) -> None:
    """A yes is the day by its rhythm, a date is that date, of this table only; once that day is
    past, too, it is asked anew.
    """
    file = openpyxl.load_workbook(book)
    file["Contactmomenten"].append([date(2026, 11, 2), "Zorgtafel"])
    file["Contactmomenten"].append([date(2026, 11, 2), "Jeugdtafel"])
    file["Overleggen"].append(["Jeugdtafel", "VV Zandloo", 30, date(2026, 11, 2), None])
    file.save(book)
    told("sync", "n.xlsx")
    assert check_lines_of(book, "table_sat", told) == [
        ("Overleggen!D2", "02-12-2026?"),
        ("Overleggen!D3", "02-12-2026?"),
    ]
    answered(book, "Zorgtafel is gehouden", date(2026, 12, 9))
    answered(book, "Jeugdtafel is gehouden", "ja")
    told("sync", "n.xlsx")
    assert check_lines_of(book, "table_sat", told) == []
    assert told("agenda", "n.xlsx", "zorgtafel")["next"] == "2026-12-09"
    assert told("agenda", "n.xlsx", "jeugdtafel")["next"] == "2026-12-02"
    file = openpyxl.load_workbook(book)
    assert [file["Overleggen"][cell].value.date() for cell in ("D2", "D3")] == [
        date(2026, 11, 2)
    ] * 2
    file["Contactmomenten"].append([date(2026, 12, 9), "Zorgtafel"])
    file.save(book)
    later = ("--today", "2026-12-20")
    assert main(["sync", "n.xlsx", "--quiet", *later]) == 0
    answered(book, "Zorgtafel is gehouden", "14-1-2027")
    assert main(["sync", "n.xlsx", "--quiet", *later]) == 0
    assert check_lines_of(book, "table_sat", told) == []
    assert told("agenda", "n.xlsx", "zorgtafel")["next"] == "2027-01-14"


def test_nothing_is_said_that_is_not_so(
    book: Path, told: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A book named twice counts once; a crisis that goes on, or is still to come, is told so."""
    assert told("calibration", "n.xlsx", "n.xlsx") == told("calibration", "n.xlsx")
    for day, said, code in (
        ("2026-11-06", "nog niet voorbij: dit is de stand op 06-11-2026", 0),
        ("2026-11-20", "Van 05-11-2026 tot en met 08-11-2026", 0),
        ("2026-11-04", "geen crisisperiode die al begonnen is", 2),
    ):
        capsys.readouterr()
        assert main(["aftercare", "n.xlsx", "--today", day]) == code
        text = "".join(capsys.readouterr())
        assert said in text and ("nog niet voorbij" in text) == (day == "2026-11-06")


def check_lines_of(book: Path, code: str, told: Any) -> list[tuple[str, str]]:
    """Cell and proposal of the lines of a code."""
    lines = told("check", book.name)["lines"]
    return [(f"{one['sheet']}!{one['cells'][0]}", one["proposal"]) for one in lines
            if one["code"] == code]  # fmt: skip
