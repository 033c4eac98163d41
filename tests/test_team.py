"""What the team looks at among itself in its own overview: practice, turnover, what warm meant."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import trustbook
from tests.typed import typed
from trustbook.cli.main import main
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.sync import run_sync
from trustbook.run.team_memory import _days_without, _has_changed
from trustbook.workbooks import open_workbook

SHEETS: dict[str, list[list[Any]]] = {
    "Partners": [
        ["ID", "Naam", "Fenomenen", "Ritme", "Sinds", "Relatiehouder"],
        ["P-AAA2", "Politie", "jihadisme", 30, date(2025, 1, 1), "Anne"],
        ["P-AAB2", "GGZ", None, 30, date(2025, 1, 1), "Anne"],
        ["P-AAC2", "Sportclub", "rechts-extremisme", 30, date(2025, 1, 1), None],
    ],
    "Personen": [
        ["Naam", "Partner", "Vanaf", "Tot"],
        ["Wim", "GGZ", None, date(2026, 3, 1)],
        ["Els", "GGZ", date(2026, 3, 2), None],
        ["Jan", "Politie", date(2025, 3, 2), date(2026, 12, 31)],
    ],
    "Contactmomenten": [
        ["Datum", "Met", "Vorm", "Stand"],
        [date(2026, 4, 10), "Politie", "oefening", None],
        [date(2026, 8, 10), "Politie; GGZ", "oefening", None],
        [date(2026, 8, 20), "GGZ", "training", None],
        [date(2026, 8, 21), "Sportclub", "oefening", "vervallen"],
        [date(2026, 11, 20), "Sportclub", "oefening", "gepland"],
    ],
    "Benodigd netwerk": [["Fenomeen", "Partij"], ["jihadisme", "GGZ"],
                         ["rechts-extremisme", "GGZ"]],
}  # fmt: skip


def night(path: Path, day: datetime) -> None:
    run_sync(open_workbook(str(path)), day.date(), day, keeper=LedgerLocator())


def test_the_team_reads_who_practised_and_who_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted by hand: the GGZ went from Anne to Bas on 1 July; nobody held the sports club from 1
    January to 30 September, 273 days.
    """
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for title, rows in SHEETS.items():
        sheet = file.create_sheet(title)
        for row in rows if title != "Contactmomenten" else rows[:1]:
            sheet.append(row)
    file.save("n.xlsx")
    night(tmp_path / "n.xlsx", datetime(2026, 2, 1, 3, 0, tzinfo=UTC))
    file = openpyxl.load_workbook("n.xlsx")
    file["Partners"]["F3"] = "Bas"
    file.save("n.xlsx")
    night(tmp_path / "n.xlsx", datetime(2026, 7, 1, 3, 0, tzinfo=UTC))
    file = openpyxl.load_workbook("n.xlsx")
    moments = file["Contactmomenten"]
    at = {str(moments.cell(1, n).value): n for n in range(1, moments.max_column + 1)}
    for number, row in enumerate(SHEETS["Contactmomenten"][1:], start=2):
        for header, value in zip(SHEETS["Contactmomenten"][0], row, strict=True):
            moments.cell(number, at[header]).value = value
    file.save("n.xlsx")
    command = ["overview", "n.xlsx", "--quarter", "2026Q3", "--today", "2026-10-02"]
    capsys.readouterr()
    assert main([*command, "--edition", "team", "--format", "md", "-o", "t.md", "--json"]) == 0
    team = json.loads(capsys.readouterr().out)["team"]
    assert team == {
        "exercises": {"now": 1, "before": 1},
        "trainings": {"now": 1, "before": 0},
        "next_exercise": "2026-11-20",
        "next_training": None,
        "never_took_part": [{"phenomenon": "rechts-extremisme", "count": 1, "of": 2}],
        "people_came": 1,
        "people_left": 1,
        "holders_changed": 1,
        "days_without_holder": 273,
        "warm_answers": False,
    }
    page = (tmp_path / "t.md").read_text(encoding="utf-8")
    assert "## Het team zelf" in page and "De volgende oefening is gepland op 20 november" in page
    assert "rechts-extremisme 1 van 2 (Sportclub)." in page
    assert "1 partner kreeg een andere relatiehouder" in page and "273 dagen" in page
    figures = trustbook.quarter(trustbook.open_book("n.xlsx", date(2026, 10, 2)), "2026Q3")
    assert figures.team and figures.team.memory and figures.team.memory.days_without == 273
    assert main([*command, "--format", "md", "-o", "p.md", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["team"] is None, "the team's own business"


def test_days_without_a_holder_are_those_between() -> None:
    """Held by Anne until 1 March, by nobody until 11 March, then by Bas."""
    first, day = date(2026, 1, 1), date(2026, 3, 31)
    changes = [(date(2026, 3, 11), ""), (date(2026, 3, 1), "anne")]
    assert _days_without("bas", changes, first, day) == 10
    assert _days_without("bas", changes, date(2026, 3, 5), day) == 6
    assert _days_without("", [], date(2026, 3, 31), day) == 1
    assert _has_changed("bas", changes, first, day)
    assert not _has_changed("bas", changes, date(2026, 3, 2), day), "somebody for nobody"
    assert not _has_changed("anne", [(date(2025, 1, 1), "bas")], first, day)


def test_a_page_about_a_part_says_so_and_is_never_public(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for title, rows in SHEETS.items():
        sheet = file.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file.save("n.xlsx")
    command = ["overview", "n.xlsx", "--quarter", "2026Q3", "--today", "2026-10-02"]
    part = [*command, "--phenomenon", "jihadisme", "--format", "md", "-o", "d.md", "--json"]
    assert main([*part, "--edition", "steering"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert found["relations"]["now"] == 2
    assert found["part"] == {"phenomenon": "jihadisme", "area": None, "left_out": 1}
    assert "1 partner" in told.err
    page = (tmp_path / "d.md").read_text(encoding="utf-8")
    assert "· jihadisme" in page and "1 partner staat er niet in" in page
    assert main(part) == 2
    assert "--edition steering" in capsys.readouterr().err
    for name in ("health", "next", "coverage", "calllist"):
        assert main([name, "n.xlsx", "--phenomenon", "jihadisme", "--today", "2026-10-02"]) == 0
        told = capsys.readouterr()
        assert "1 partner" in told.err or "1 regel" in told.err, name
    assert main(["guide", "n.xlsx", "--phenomenon", "jihadisme", "-o", "g.html"]) == 0
    assert "1 partner" in capsys.readouterr().err


def test_a_part_is_ranked_by_itself_and_says_nothing_of_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anne has twelve cold partners of another phenomenon, more than the ten she is shown: the one
    of this phenomenon is called first in its own part. What hangs on one person elsewhere, and
    what is required elsewhere, is not told here; what is left out, is.
    """
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    others = [[f"Club {i:02}", "Politie", "rechts-extremisme", "Anne", 30, "ja"] for i in range(12)]
    sheets: dict[str, list[list[Any]]] = {
        "Partners": [
            ["Naam", "Partij", "Fenomenen", "Relatiehouder", "Ritme", "Kaart delen", "Sinds"],
            *([*row, date(2025, 1, 1)] for row in others),
            ["Zonnewijzer", "GGZ", "jihadisme", "Anne", 60, "ja", date(2025, 1, 1)],
        ],
        "Personen": [["Naam", "Partner"], ["Piet", "Club 00"], ["Els", "Zonnewijzer"]],
        "Benodigd netwerk": [["Fenomeen", "Partij"], ["rechts-extremisme", "Politie"]],
        "Routes": [
            ["Onderwerp", "Fenomeen", "Eerste contact"],
            ["Zorgen melden", "jihadisme", "Zonnewijzer"],
            ["Acuut gevaar", "rechts-extremisme", "Club 00"],
        ],
    }
    typed(tmp_path / "n.xlsx", sheets)

    def said(command: str, *more: str) -> str:
        capsys.readouterr()
        part = [command, "n.xlsx", "--phenomenon", "jihadisme", "--today", "2026-11-26", *more]
        assert main(part) == 0
        return "".join(capsys.readouterr())

    assert "Zonnewijzer" in said("next") and "Club" not in said("next")
    cover = said("coverage")
    assert "Voor dit deel staat er niets in het blad Benodigd netwerk" in cover
    assert "1 regel hoort niet bij dit deel" in cover and "Piet" not in cover
    calls = said("calllist")
    assert "12 partners horen niet bij dit deel" in calls
    assert "1 route is voor andere fenomenen" in calls
    assert "1 route is voor andere fenomenen" in said("guide", "-o", "g.html")
    page = (tmp_path / "g.html").read_text(encoding="utf-8")
    assert "deel van het netwerk: jihadisme" in page and "staan er 12 niet in" in page
