"""A hand-made municipality with two phenomena, three tables, a crisis, a drill and a handover, in
both languages: every figure was counted by hand, on 26 November 2026.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from trustbook.cli.main import main
from trustbook.columns import TYPED

TODAY = "2026-11-26"
OCTOBER, NOVEMBER = date(2026, 10, 20), date(2026, 11, 5)
# Keys of sheets and columns; what people type is Dutch or English, and read in both.
ROWS: dict[str, list[dict[str, Any]]] = {
    "partners": [
        {"name": "Politie", "party": "Politie", "rhythm": 60, "holder": "Anne"},
        {"name": "GGZ Oost", "party": "GGZ", "rhythm": 60, "holder": "Anne"},
        {"name": "Moskee Noor", "phenomena": "jihadisme", "rhythm": 60, "holder": "Bas"},
        {"name": "VV Zuid", "phenomena": "rechts-extremisme", "rhythm": 60, "holder": "Anne"},
        {"name": "Kennispunt", "offers": "duiding", "rhythm": 60},
    ],
    "people": [
        {"name": "Piet", "partner": "Politie", "phone": "0182-555 001"},
        {"name": "Els", "partner": "GGZ Oost", "phone": "0182-555 002"},
        {"name": "Omar", "partner": "Moskee Noor"},
    ],
    "moments": [
        {"date": OCTOBER, "with": "Zorgtafel"},  # the police and the GGZ
        {"date": OCTOBER, "with": "Kennispunt", "topic": "duiding van leuzen"},
        {"date": NOVEMBER, "with": "Politie", "weather": "crisis", "answered": "zelfde dag"},
        {"date": NOVEMBER, "with": "Moskee Noor", "weather": "crisis", "answered": "later",
         "promise": "bellen", "promised_by": "wij", "promise_due": date(2026, 12, 1)},
        {"date": NOVEMBER, "with": "VV Zuid", "weather": "crisis", "state": "poging"},
        {"date": date(2026, 11, 20), "with": "Politie", "kind": "oefening",
         "answered": "zelfde dag"},
    ],
    "consultations": [
        {"name": "Zorgtafel", "members": "Politie; GGZ Oost", "rhythm": 42, "next": OCTOBER,
         "phenomena": "jihadisme"},
        {"name": "Jeugdtafel", "members": "VV Zuid", "next": date(2026, 12, 3),
         "phenomena": "rechts-extremisme"},
        {"name": "Driehoek", "members": "Politie"},
    ],
    "required": [
        {"phenomenon": "jihadisme", "party": "Politie"},
        {"phenomenon": "jihadisme", "party": "Religieuze stichting"},
        {"phenomenon": "rechts-extremisme", "party": "Politie"},
        {"phenomenon": "rechts-extremisme", "party": "Sportvereniging", "minimum": 2},
    ],
    "routes": [
        {"subject": "Zorgen melden", "phenomena": "jihadisme", "first_contact": "Politie"},
        {"subject": "Nazorg", "phenomena": "jihadisme", "first_contact": "VV Zuid"},
    ],
    "settings": [{"setting": "crisisperiode", "value": "5-11-2026..8-11-2026"}],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_figure_is_what_was_counted_by_hand(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for sheet in TYPED:
        rows = ROWS[sheet.key]
        names = list(dict.fromkeys(name for row in rows for name in row))
        grid = file.create_sheet(sheet.label(lang))
        grid.append([sheet.column(name).label(lang) for name in names])
        for row in rows:
            grid.append([row.get(name) for name in names])
        if sheet.key == "partners":
            grid.cell(1, len(names) + 1).value = sheet.column("since").label(lang)
            for number in range(2, len(rows) + 2):
                grid.cell(number, len(names) + 1).value = date(2026, 1, 1)
    file.save("n.xlsx")

    def told(*arguments: str) -> Any:
        capsys.readouterr()
        assert main([*arguments, "--json", "--today", TODAY]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    status = {one["name"]: one["status"] for one in told("health", "n.xlsx")["partners"]}
    assert status == {
        "Politie": "warm", "GGZ Oost": "warm", "Kennispunt": "warm", "VV Zuid": "cold",
        "Moskee Noor": "crisis_only",
    }  # fmt: skip
    gaps = [(row["party"], row["known"], row["gap"]) for row in told("coverage", "n.xlsx")["rows"]]
    assert sorted(gaps) == [
        ("Politie", 1, 0), ("Politie", 1, 0), ("Religieuze stichting", 0, 1),
        ("Sportvereniging", 0, 2),
    ]  # fmt: skip
    after = told("aftercare", "n.xlsx")
    assert (after["reached"], after["not_reached"]) == (2, 1)
    thanked = {row["name"]: row["thanked"] for row in after["rows"]}
    assert thanked == {"Politie": "2026-11-20", "Moskee Noor": None, "VV Zuid": None}
    assert len(told("drill", "n.xlsx", "--seed", "1")["rows"]) == 2, "two have a work phone"
    tables = {name: told("agenda", "n.xlsx", name, "-o", "a.html")
              for name in ("Zorgtafel", "Jeugdtafel", "Driehoek")}  # fmt: skip
    assert {name: one["next"] for name, one in tables.items()} == {
        "Zorgtafel": "2026-12-01", "Jeugdtafel": "2026-12-03", "Driehoek": None,
    }  # fmt: skip
    assert {name: len(one["cold"]) for name, one in tables.items()} == {
        "Zorgtafel": 0, "Jeugdtafel": 1, "Driehoek": 0,
    }  # fmt: skip
    assert {name: len(one["missing"]) for name, one in tables.items()} == {
        "Zorgtafel": 1, "Jeugdtafel": 2, "Driehoek": 0,
    }  # fmt: skip
    left = told("handover", "n.xlsx", "--holder", "Anne", "-o", "h.html")
    assert (len(left["partners"]), len(left["tables"]), len(left["routes"])) == (3, 3, 2)
    found = told("check", "n.xlsx")["problems"]
    codes = sorted(one["code"] for one in found if one["code"].startswith(("route", "table")))
    assert codes == ["route_cold", "route_missing", "table_sat"]
