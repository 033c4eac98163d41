"""A book is spoken to in its own language, also where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.typed import Asked, Rows, asked, typed
from trustbook.cli.main import main

__all__ = ["asked"]
PARTNERS: Rows = [["ID", "Name", "Rhythm"], *([None, f"P{i}", 30] for i in range(9))]
TALKS: Rows = [["ID", "Date", "With"], [None, "1-9-2026", "P1"]]
NAMEN: Rows = [["ID", "Naam", "Ritme"], *([None, f"P{i}", 30] for i in range(9))]
TOML = '[book.town]\nworkbooks = ["n.xlsx"]\n'
OTHER = '[book.other]\nworkbooks = ["o.xlsx"]\n'
ENGLISH, DUTCH = "trustbook stopped on", "trustbook is op"


def gone(path: Path) -> None:
    path.unlink()


def no_workbook(path: Path) -> None:
    path.write_text("nothing")


def no_partners(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Partners"].title = "Mine"
    book.save(path)


def half_gone(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Partners"].delete_rows(2, 8)
    book.save(path)


@pytest.mark.parametrize("breaks", [gone, no_workbook, no_partners, half_gone])
@pytest.mark.parametrize("books", [TOML, TOML + OTHER])
def test_a_night_that_fails_speaks_the_language_of_its_book(
    asked: Asked, breaks: Callable[[Path], None], books: str
) -> None:
    for name in ("n.xlsx", "o.xlsx"):
        typed(Path(name), {"Partners": PARTNERS, "Moments": TALKS})
    Path("trustbook.toml").write_text(books)
    assert main(["sync", "--quiet"]) == 0
    breaks(Path("n.xlsx"))
    assert main(["sync", "--quiet"]) in (3, 4)
    (note,) = Path().glob("n - *.txt")
    assert note.read_text("utf-8-sig").startswith(ENGLISH)
    asked.capsys.readouterr()
    main(["doctor", "town"])
    assert "The last sync failed" in asked.capsys.readouterr().err


@pytest.mark.parametrize(
    ("settings", "toml", "partners", "note"),
    [
        ("English", 'language = "nl"', NAMEN, ENGLISH),
        (None, 'language = "en"', NAMEN, ENGLISH),
        (None, "", NAMEN, DUTCH),
        (None, "", PARTNERS, ENGLISH),
    ],
)
def test_settings_go_before_trustbook_toml_and_headers(
    asked: Asked, settings: str | None, toml: str, partners: Rows, note: str
) -> None:
    sheets: dict[str, Rows] = {"Partners": partners}
    if settings:
        sheets["Settings"] = [["Setting", "Value"], ["Language", settings]]
    sheets["Personen"] = sheets["People"] = [[partners[0][1], "Partner"], ["Jan", "P1"]]
    typed(Path("n.xlsx"), sheets)
    Path("trustbook.toml").write_text(TOML + toml + "\n")
    assert main(["sync", "town", "--quiet"]) == 3, "People stands there twice"
    (found,) = Path().glob("n - *.txt")
    assert found.read_text("utf-8-sig").startswith(note)
