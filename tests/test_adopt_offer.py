"""What adopt offers will work, and what cannot be done is said before anybody tries; every other
command sends people with a list of their own to adopt.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from trustbook.cli.main import main

REGISTER = [
    ["Naam vereniging", "Contactpersoon", "Telefoon"],
    ["VV Waterrijk", "Jan Bos", "0152601111"],
    ["TC De Baan", "Lies Kok", "0152602222"],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def workbook(path: Path, *more: tuple[str, str], **sheets: list[list[str]]) -> Path:
    """A workbook of these sheets; ``more`` are cells of the first."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in (sheets or {"Blad1": REGISTER}).items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for place, text in more:
        book.worksheets[0][place] = text
    book.save(path)
    return path


def test_a_form_without_room_is_told_so_and_yes_is_not_offered(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workbook(folder / "form.xlsx", ("D3", "let op"))
    before = path.read_bytes()
    assert main(["adopt", "form.xlsx"]) == 0
    said = "".join(capsys.readouterr())
    assert "D3" in said and "--yes" not in said and "nieuwe kolommen rechts" not in said
    assert main(["adopt", "form.xlsx", "--yes"]) == 3
    assert "D3" in capsys.readouterr().err and path.read_bytes() == before
    assert not (folder / "trustbook.toml").exists()


def test_the_sheet_that_people_point_out_is_taken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workbook(
        folder / "twee lijsten.xlsx",
        **{"Zorg": [["Instelling"], ["Thuiszorg"]], "Sociale kaart": [["Club"], ["Buurthuis"]]},
    )
    before = path.read_bytes()
    assert main(["adopt", path.name]) == 0
    command = 'trustbook adopt "twee lijsten.xlsx" --partners "Sociale kaart:Club"'
    shown = "".join(capsys.readouterr())
    assert command in shown and "--yes" not in shown
    assert main(["adopt", path.name, "--yes"]) == 3
    assert command in capsys.readouterr().err and path.read_bytes() == before
    assert main(["adopt", path.name, "--partners", "Sociale kaart:Club"]) == 0
    assert f"{command} --yes" in "".join(capsys.readouterr())
    assert main(["adopt", path.name, "--partners", "Sociale kaart:Club", "--yes"]) == 0
    assert 'name = "Club"' in (folder / "trustbook.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("wanted", ["Blad9", "Blad1:Naam"])
def test_a_sheet_or_column_that_is_not_there_is_answered_with_those_that_are(
    folder: Path, capsys: pytest.CaptureFixture[str], wanted: str
) -> None:
    workbook(folder / "n.xlsx")
    assert main(["adopt", "n.xlsx", "--partners", wanted]) == 2
    said = capsys.readouterr().err
    assert ("Naam vereniging" if ":" in wanted else "Blad1") in said


def test_all_is_said_in_the_language_of_the_headers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook(folder / "n.xlsx", Sheet1=[["Company Name", "City"], ["Aurora Club", "Delft"]])
    assert main(["adopt", "n.xlsx"]) == 0
    said = "".join(capsys.readouterr())
    assert "“Moments”" in said and "Nothing was written" in said
    assert main(["adopt", "n.xlsx", "--yes"]) == 0
    assert openpyxl.load_workbook("n.xlsx").sheetnames == ["Sheet1", "Moments"]


@pytest.mark.parametrize("command", ["sync", "health", "check"])
def test_who_has_a_list_of_their_own_is_sent_to_adopt(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (folder / "map").mkdir()
    workbook(folder / "map" / "mijn lijst.xlsx")
    assert main([command, "map/mijn lijst.xlsx"]) == 3
    assert 'trustbook adopt "map/mijn lijst.xlsx"' in capsys.readouterr().err
    (folder / "map" / "x.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    assert main([command, "map/x.csv"]) == 3
    assert 'trustbook adopt "map/x.csv"' in capsys.readouterr().err
    workbook(folder / "p.xlsx", Partners=REGISTER)
    assert main([command, "p.xlsx"]) == 3
    assert 'trustbook adopt "p.xlsx"' in capsys.readouterr().err
