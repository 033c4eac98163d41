"""A book that was exported whole, in an empty one: the same verdicts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tests.typed import Asked, asked, typed
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
