"""A hand-made municipality with two phenomena, three tables, a crisis, a drill and a handover, in
both languages: every figure was counted by hand, on 26 November 2026.
"""

from __future__ import annotations

import json
import re
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

    def said(*arguments: str, today: str = TODAY) -> str:
        capsys.readouterr()
        assert main([*arguments, "--today", today]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    def told(*arguments: str) -> Any:
        return json.loads(said(*arguments, "--json"))

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
    printed = figures_of(said("coverage", "n.xlsx", "--quiet"))
    assert printed[:2] == [[1, 0, 0, 0, 1], [2, 0, 0, 0, 2]], "needed, known, named, warm, gap"
    assert printed[2:5] == [[1, 1, 1, 1], [1, 1, 1, 1], [2, 4, 1, 1, 1, 3]], "and all together"
    [counted, *_] = figures_of(said("aftercare", "n.xlsx", "--quiet"))
    assert counted == [5, 11, 2026, 8, 11, 2026, 2, 1]
    after = told("aftercare", "n.xlsx")
    assert (after["reached"], after["not_reached"]) == (2, 1)
    thanked = {row["name"]: row["thanked"] for row in after["rows"]}
    assert thanked == {"Politie": "2026-11-20", "Moskee Noor": None, "VV Zuid": None}
    assert len(told("drill", "n.xlsx", "--seed", "1")["rows"]) == 2, "two have a work phone"
    tables = {name: told("agenda", "n.xlsx", name, "-o", f"{name}.html")
              for name in ("Zorgtafel", "Jeugdtafel", "Driehoek")}  # fmt: skip
    pages = {name: Path(f"{name}.html").read_text("utf-8") for name in tables}
    lines = {name: page.count("<li>") for name, page in pages.items()}
    assert lines == {"Zorgtafel": 1, "Jeugdtafel": 2, "Driehoek": 0}, "who is quiet, who misses"
    missing = next(li for li in pages["Jeugdtafel"].split("<li>") if "extrem" in li and ":" in li)
    assert missing.partition("</li>")[0].count(";") == 1, "two of them, on one line"
    assert figures_of(pages["Zorgtafel"], r'class="note">')[0] == [1, 2026]
    assert figures_of(pages["Jeugdtafel"], r'class="note">')[0] == [3, 2026]
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
    [summary] = figures_of(Path("h.html").read_text("utf-8"), r"^<p>\d")
    assert summary == [3, 2, 1, 0, 0], "partners, warm, cold, promises, planned"
    found = told("check", "n.xlsx")["problems"]
    codes = sorted(one["code"] for one in found if one["code"].startswith(("route", "table")))
    assert codes == ["route_cold", "route_missing", "table_sat"]
    the_quarter_is_what_was_counted(said)


def the_quarter_is_what_was_counted(said: Any) -> None:
    """The fourth quarter, as the team reads it: two had their calm talk too long ago by then."""
    said("overview", "n.xlsx", "--edition", "team", "--format", "md", "-o", "q.md", "--quiet",
         today="2027-01-05")  # fmt: skip
    page = Path("q.md").read_text("utf-8")
    four = figures_of(page, r"^- .*\*\*")[:4]
    assert four == [[1, 5, 0, 5], [3, 0], [0, 0, 3], [0, 1]], "warm, sunny, civil society, promises"
    assert figures_of(page, r"^- [●◐○✕]") == [[1], [2], [1], [1]]
    assert figures_of(page, r"^- .*\*\*")[4:] == [[3], [0], [0], [0]], "warmed, cooled, new, ended"
    assert figures_of(page, r"^\| (oktober|november|october) 2026")[:2] == [
        [2026, 2, 0],
        [2026, 1, 2],
    ]
    [practice] = figures_of(page, r"^- .*(oefening|exercise).* (training|trainingen)")
    assert practice == [1, 0, 0, 0, 3, 4, 3, 4], "held, before, and who never took part"


def figures_of(text: str, like: str = r"\d") -> list[list[int]]:
    """The numbers in each line of a text or a page that is ``like`` that; tags are no
    text.
    """
    lines = [line for line in text.splitlines() if re.search(like, line, re.IGNORECASE)]
    bare = (re.sub(r"<[^>]*>", " ", line) for line in lines)
    return [[int(number) for number in re.findall(r"\d+", line)] for line in bare]
