"""Lists for people: ten rows and how to see the rest, records instead of broken words."""

from __future__ import annotations

import json
import shlex
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.test_cli import fill
from trustbook.cli.main import main

TODAY = "30-9-2026"
LONG = "Samenwerkingsverband Jongerenwerk"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Dutch book of thirteen partners of two holders; it is only read."""
    path = tmp_path_factory.mktemp("listing") / "ons netwerk.xlsx"
    assert main(["init", str(path), "--lang", "nl"]) == 0
    file = openpyxl.load_workbook(path)
    others = [[f"Vereniging {n}", "maand", "1-1-2024", "Bart", None] for n in range(11)]
    fill(
        file["Partners"],
        [
            ["Naam", "Ritme", "Sinds", "Relatiehouder", "Fenomenen"],
            ["Moskee El Noor", "maand", "1-1-2024", "Anne", None],
            [LONG, "maand", "1-1-2024", "Anne", "rechts-extremisme"],
            *others,
        ],
    )
    fill(
        file["Personen"],
        [
            ["Naam", "Partner", "Telefoon werk"],
            ["Y. Amrani", "Moskee El Noor", "0182-555 022"],
        ],
    )
    fill(
        file["Contactmomenten"],
        [
            ["Datum", "Met", "Weer", "Onderwerp", "Afspraak", "Afspraak door", "Afspraak voor"],
            [date(2026, 2, 1), "Moskee El Noor", "zonnig", "ramadan en parkeren", None, None, None],
            [date(2026, 2, 1), LONG, "zonnig", None, "de sleutel", "wij", "1-3-2026"],
        ],
    )
    file.save(path)
    return path


def shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int, *words: str
) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    capsys.readouterr()
    assert main([*words, "--today", TODAY]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 80, 140])
def test_next_says_whom_which_number_and_why(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, book: Path, width: int
) -> None:
    text = shown(capsys, monkeypatch, width, "next", str(book))
    lines = text.splitlines()
    copied = [line for line in lines if ": trustbook " in line]
    assert max(len(line) for line in lines if line not in copied) <= width
    assert [line for line in lines if not line.startswith(" ")][:2] == ["Anne", "Bart"]
    flowing = " ".join(text.split())
    # The overdue promise goes first; each holder is counted anew.
    assert f"Anne 1 ○ {LONG} niemand bij naam bekend" in flowing
    assert "2 ○ Moskee El Noor Y. Amrani, 0182-555 022" in flowing
    assert "Wij beloofden: de sleutel." in flowing
    assert "Laatst besproken: ramadan en parkeren." in flowing
    assert "Bart 1 ○ Vereniging 0" in flowing
    assert "Nog 1 partner vraagt om een gesprek (1 koud)" in flowing
    assert copied == [
        f'nog 2: trustbook next "{book}" --today {TODAY} --all',
        f'U ziet ze met: trustbook health "{book}" --today {TODAY} --all',
    ]


def test_next_gives_machines_all_rows_and_what_helps_at_the_telephone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, book: Path
) -> None:
    rows = json.loads(shown(capsys, monkeypatch, 80, "next", str(book), "--json"))["rows"]
    assert len(rows) == 12, "at most ten of each holder"
    assert set(rows[1]) == {
        "holder", "id", "name", "status", "why_now", "step", "ask_for", "phone", "last_topic",
    }  # fmt: skip
    assert [rows[1][name] for name in ("ask_for", "phone", "last_topic")] == [
        "Y. Amrani", "0182-555 022", "ramadan en parkeren",
    ]  # fmt: skip
    assert rows[0]["ask_for"] is None and rows[0]["phone"] is None


@pytest.mark.parametrize("command", ["health", "calllist"])
@pytest.mark.parametrize("width", [60, 80, 140])
def test_a_list_has_ten_rows_and_breaks_no_word(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    book: Path,
    command: str,
    width: int,
) -> None:
    text = shown(capsys, monkeypatch, width, command, str(book))
    everything = shown(capsys, monkeypatch, width, command, str(book), "--all")
    assert "nog " not in everything
    assert max(map(len, everything.splitlines())) <= width
    assert "Samenwerkingsverband" in everything
    assert everything.count("Vereniging ") == 11
    assert text.count("Vereniging ") + text.count("Moskee") + text.count("Samenwerk") == 10
    assert text.splitlines()[-1].startswith(f'nog 3: trustbook {command} "{book}"')


def test_the_command_that_shows_the_rest_works_as_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, book: Path
) -> None:
    lines = shown(capsys, monkeypatch, 80, "next", str(book)).splitlines()
    for copied in (line.partition(": ")[2] for line in lines if ": trustbook " in line):
        program, *words = shlex.split(copied)
        assert program == "trustbook" and main(words) == 0
        assert "Vereniging 8" in capsys.readouterr().out
