"""A hand-made municipality with two phenomena, three tables, a crisis, a drill and a handover, in
both languages: every figure was counted by hand, on 26 November 2026.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import html

from trustbook.cli.main import main
from trustbook.columns import TYPED
from trustbook.ledger.locate import LedgerLocator
from trustbook.run.sync import run_sync
from trustbook.workbooks import open_workbook

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


FIRST_NIGHT, LAST_NIGHT = (datetime(2026, 11, day, 3, tzinfo=UTC) for day in (1, 26))
KNOWN_THEN = 2  # moments that were typed by the first night
COUNTED = Path(__file__).parent / "scenarios"

SINCE = {"partners": {"since": date(2026, 1, 1)}}
PAGES = ("agenda", "card", "guide", "handover", "prepare")


@pytest.fixture(scope="module", params=["nl", "en"])
def municipality(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The language of the book n.xlsx in the folder where the test stands: two nights read it, one
    before the crisis.
    """
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("municipality")
        patch.setenv("TRUSTBOOK_DATA", str(folder / "data"))
        patch.chdir(folder)
        typed_in(request.param, {**ROWS, "moments": ROWS["moments"][:KNOWN_THEN]})
        night(FIRST_NIGHT)
        typed_in(request.param, ROWS)
        night(LAST_NIGHT)
        yield request.param


def night(moment: datetime) -> None:
    run_sync(open_workbook("n.xlsx"), moment.date(), moment, keeper=LedgerLocator())


def typed_in(lang: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Type these rows, in the sheets of this language, from the second row on."""
    there = Path("n.xlsx").exists()
    file = openpyxl.load_workbook("n.xlsx") if there else openpyxl.Workbook()
    for sheet in TYPED:
        title = sheet.label(lang)
        grid = file[title] if there else file.create_sheet(title)
        headers = [str(cell.value) for cell in grid[1] if cell.value]
        for row, values in enumerate(rows[sheet.key], start=2):
            for name, value in {**SINCE.get(sheet.key, {}), **values}.items():
                header = sheet.column(name).label(lang)
                headers += [header] if header not in headers else []
                grid.cell(row, headers.index(header) + 1).value = value
        for column, header in enumerate(headers, start=1):
            grid.cell(1, column).value = header
    if not there:
        file.remove(file.worksheets[0])
    file.save("n.xlsx")


def said(capsys: pytest.CaptureFixture[str], *arguments: str, today: str = TODAY) -> str:
    capsys.readouterr()
    assert main([*arguments, "--today", today]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_every_page_says_what_was_counted_by_hand(
    municipality: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Word for word, in both languages: a figure that nobody counted would stand out here."""
    text = (COUNTED / f"municipality.{municipality}.md").read_text(encoding="utf-8")
    for part in text.split("\n## ")[1:]:
        command, _, lines = part.partition("\n")
        page = ["-o", "page.html"] if command.split()[0] in PAGES else []
        name, *more = shlex.split(command)
        out = said(capsys, name, "n.xlsx", *more, *page, "--quiet")
        shown = text_of_page(Path("page.html")) if page else text_of_table(out)
        assert shown == lines.split("```")[1].strip().splitlines(), command


def text_of_page(path: Path) -> list[str]:
    """The lines that a reader sees; cells of a row beside each other."""
    body = html.fromstring(path.read_text(encoding="utf-8")).find("body")
    assert body is not None
    for cell in body.iter("td", "th"):
        cell.tail = " | "
    for broken in body.iter("br"):
        broken.tail = f" {broken.tail or ''}"
    lines = (" ".join(line.split()) for line in "".join(map(str, body.itertext())).splitlines())
    return [line for line in lines if line]


def text_of_table(out: str) -> list[str]:
    """The lines of a terminal, with a sign between columns, without the rules of a table."""
    lines = (re.sub(r" {2,}", " | ", line.strip(" ─")) for line in out.splitlines())
    return [line for line in lines if line]


def test_every_figure_for_machines_is_what_was_counted_by_hand(
    municipality: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*arguments: str) -> Any:
        return json.loads(said(capsys, *arguments, "--json"))

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
    tables = {name: told("agenda", "n.xlsx", name, "-o", f"{name}.html")
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


def test_the_quarter_is_what_was_counted_by_hand(
    municipality: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fourth quarter, as the team reads it: two had their calm talk too long ago by then."""
    said(capsys, "overview", "n.xlsx", "--edition", "team", "--format", "md", "-o", "q.md",
         "--quiet", today="2027-01-05")  # fmt: skip
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
