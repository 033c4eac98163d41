"""A book that was exported whole, in an empty one: the same verdicts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.typed import Asked, answered, asked, edited, typed
from trustbook.cli.main import main

__all__ = ["asked"]
SHEETS: dict[str, list[list[Any]]] = {
    "Partners": [
        ["ID", "Naam", "Laag", "Ritme", "Relatiehouder", "Sinds", "Rust tot"],
        ["P-7KQX", "Moskee El Noor", "kern lokaal", "6 weken", "Anne", date(2025, 1, 1), None],
        ["P-8KQX", "Politie", None, 42, None, None, None],
        ["P-9KQX", "School", None, None, None, date(2025, 5, 1), date(2027, 1, 1)],
    ],
    "Personen": [["ID", "Naam", "Partner", "Telefoon werk"],
                 ["C-7KQX", "J. Bos", "Politie", "0182 123456"]],
    "Contactmomenten": [
        ["ID", "Datum", "Met", "Weer", "Stand", "Onderwerp"],
        ["M-7KQXBB", date(2026, 8, 20), "Moskee El Noor", None, None, "gepland in juni"],
        ["M-8KQXBB", date(2026, 9, 20), "J. Bos", "crisis", None, None],
    ],
    "Overleggen": [["Naam", "Leden"], ["Driehoek", "Politie; School"]],
    "Instellingen": [["Instelling", "Waarde"], ["Factor koud", "3"]],
}  # fmt: skip


def test_a_whole_book_goes_into_an_empty_one(tmp_path: Path, asked: Asked) -> None:
    typed(tmp_path / "n.xlsx", SHEETS)
    assert asked("sync", "--today", "2026-06-01")[0] == 0
    day = ("--today", "2026-11-27")
    before = asked.json("health", *day)["partners"]
    assert asked("export", "all", "-o", "alles.json", *day)[0] == 0
    assert main(["init", "leeg.xlsx", "--lang", "nl", "--quiet"]) == 0
    assert main(["import", "leeg.xlsx", "alles.json", *day]) == 0
    asked.capsys.readouterr()
    assert main(["health", "leeg.xlsx", "--json", "--quiet", *day]) == 0
    after = json.loads(asked.capsys.readouterr().out)["partners"]
    assert after == before
    assert main(["import", "leeg.xlsx", "alles.json", *day]) == 2
    assert "trustbook init" in asked.capsys.readouterr().err


def test_what_init_proposes_gives_way_and_what_somebody_edited_there_does_not(
    tmp_path: Path, asked: Asked
) -> None:
    assert main(["init", "n.xlsx", "--lang", "nl", "--quiet"]) == 0
    edited(tmp_path / "n.xlsx", "Routes", {"C4": "Politie"})
    assert asked("sync")[0] == 0
    before = routes(tmp_path / "n.xlsx")
    assert asked("export", "all", "-o", "alles.json")[0] == 0
    assert main(["init", "leeg.xlsx", "--lang", "nl", "--quiet"]) == 0
    assert main(["import", "leeg.xlsx", "alles.json"]) == 0
    assert routes(tmp_path / "leeg.xlsx") == before
    for sheet, cell in (("Routes", "C4"), ("Benodigd netwerk", "D4")):
        name = f"{sheet[:6]}.xlsx"
        assert main(["init", name, "--lang", "nl", "--quiet"]) == 0
        edited(tmp_path / name, sheet, {cell: "Noord"})
        assert main(["import", name, "alles.json"]) == 2, sheet


def routes(path: Path) -> list[tuple[Any, ...]]:
    rows = openpyxl.load_workbook(path)["Routes"].iter_rows(min_row=2, values_only=True)
    return sorted(row for row in rows if any(row))


def verdicts(asked: Asked, name: str, *day: str) -> Any:
    """How everybody stands in a workbook."""
    asked.capsys.readouterr()
    assert main(["health", name, "--json", "--quiet", *day]) == 0
    return json.loads(asked.capsys.readouterr().out)["partners"]


def a_book_with_a_past(folder: Path, asked: Asked, *day: str) -> None:
    """Since its moments were read a partner and a table changed, somebody works elsewhere, two
    partners were found to be one, and a name was explained.
    """
    people: list[list[Any]] = [["ID", "Naam", "Partner"], [None, "Jo Bos", "Politie"]]
    told = (
        (20, "Moskee El Noor"), (21, "Jo Bos"), (1, "Schol"), (10, "Driehoek"), (12, "Buurthuis"),
        (30, "School"),
    )  # fmt: skip
    moments = [[None, date(2026, 11, day), name, "gehouden"] for day, name in told]
    names = ("Moskee El Noor", "Politie", "School", "Buurthuis", "Buurthuis Noord")
    partners = [[None, name, "6 weken", date(2025, 1, 1)] for name in names]
    sheets: dict[str, list[list[Any]]] = {
        "Partners": [["ID", "Naam", "Ritme", "Sinds"], *partners],
        "Personen": people,
        "Contactmomenten": [["ID", "Datum", "Met", "Stand"], *moments],
        "Overleggen": [["Naam", "Leden"], ["Driehoek", "Politie; School"]],
    }
    typed(folder / "n.xlsx", sheets)
    assert asked("sync", *day)[0] == 0
    answered(folder / "n.xlsx", "“Schol”", "School")
    edited(folder / "n.xlsx", "Partners", {"B2": "Islamitisch Centrum"})
    edited(folder / "n.xlsx", "Personen", {"C2": "School"})
    edited(folder / "n.xlsx", "Overleggen", {"B2": "Politie"})
    assert asked("sync", *day)[0] == 0
    assert asked("merge", "Buurthuis Noord", "Buurthuis", *day)[0] == 0
    assert asked("sync", *day)[0] == 0


@pytest.mark.parametrize("day", ["2026-11-27", "2026-12-20"])
def test_what_was_meant_goes_along_into_an_empty_book(
    tmp_path: Path, asked: Asked, day: str
) -> None:
    a_book_with_a_past(tmp_path, asked, "--today", "2026-11-27")
    assert asked("export", "all", "-o", "alles.json", "--today", day)[0] == 0
    assert main(["init", "leeg.xlsx", "--lang", "nl", "--quiet"]) == 0
    assert main(["import", "leeg.xlsx", "alles.json", "--today", day]) == 0
    before = verdicts(asked, "n.xlsx", "--today", day)
    assert [one["last_sunny"] for one in before].count(None) == 0
    assert verdicts(asked, "leeg.xlsx", "--today", day) == before
    assert main(["sync", "leeg.xlsx", "--today", day, "--quiet"]) == 0
    assert verdicts(asked, "leeg.xlsx", "--today", day) == before


@pytest.mark.parametrize(
    "damage", [{"meant": {"0": "[1]"}}, {"planned": ["x"]}, {"merged": {"P-7KQX": "[]"}}, ["meant"]]
)
def test_a_file_whose_memory_was_changed_by_hand_is_refused_whole(
    tmp_path: Path, asked: Asked, damage: Any
) -> None:
    typed(tmp_path / "n.xlsx", SHEETS)
    assert asked("export", "all", "-o", "alles.json")[0] == 0
    file = tmp_path / "alles.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**told, "memory": damage}), encoding="utf-8")
    assert main(["init", "leeg.xlsx", "--lang", "nl", "--quiet"]) == 0
    asked.capsys.readouterr()
    before = (tmp_path / "leeg.xlsx").read_bytes()
    assert main(["import", "leeg.xlsx", "alles.json"]) == 2
    assert "memory" in asked.capsys.readouterr().err
    assert (tmp_path / "leeg.xlsx").read_bytes() == before
