"""A book that was exported whole, in an empty one: the same verdicts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.typed import Asked, asked, edited, typed
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
