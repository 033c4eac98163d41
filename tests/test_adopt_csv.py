"""A list saved as CSV becomes a new workbook, whatever program wrote it, and never over a file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from trustbook.adopt.csv_book import read_csv, write_workbook
from trustbook.cli.adopt import adopt
from trustbook.config import resolve
from trustbook.errors import UsageError

DUTCH = (
    'Naam vereniging;Contactpersoon;Telefoon\r\n"Café ""De Linde""; zaal 2";Jan Bos;015-2601111\r\n'
    "=SOM(A1);Lies Kok;0152602222\r\n007;Mo Aziz;0612345678\r\n"
)


def run(*arguments: str) -> Result:
    """`trustbook adopt` with these arguments."""
    return CliRunner().invoke(adopt, list(arguments))


@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        (DUTCH.encode("utf-8-sig"), None),
        (DUTCH.encode("cp1252"), None),
        (("sep=;\r\n" + DUTCH).encode("utf-8"), None),
        (DUTCH.encode("utf-16"), None),
        (b'Organisation,Notes\nClub,"a; b, c"\nSchool,\n', [["Club", "a; b, c"], ["School", ""]]),
        (b"Organisation\tTown\nClub\tDelft\n", [["Club", "Delft"]]),
        (b"Organisation\nClub\nSchool\n", [["Club"], ["School"]]),
        (b'Organisation;Notes\nClub;"two\nlines"\n', [["Club", "two\nlines"]]),
    ],
    ids=["utf-8", "cp1252", "sep", "utf-16", "comma", "tab", "one column", "line break"],
)
def test_a_list_is_read_as_it_was_meant(
    tmp_path: Path, raw: bytes, rows: list[list[str]] | None
) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    wanted = rows or [
        ['Café "De Linde"; zaal 2', "Jan Bos", "015-2601111"],
        ["=SOM(A1)", "Lies Kok", "0152602222"],
        ["007", "Mo Aziz", "0612345678"],
    ]
    assert read_csv(tmp_path / "a.csv")[1:] == wanted


def test_every_cell_of_the_new_workbook_is_the_text_it_was(tmp_path: Path) -> None:
    write_workbook([["=1+1", "007", "a\x07b", ""]], "a/b [1]: x", tmp_path / "n.xlsx")
    (sheet,) = openpyxl.load_workbook(tmp_path / "n.xlsx").worksheets
    row = [(cell.value, cell.data_type) for cell in sheet[1]]
    assert row == [("=1+1", "s"), ("007", "s"), ("ab", "s")]
    assert sheet.title == "a b  1   x"


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\x00\x01\x02;\x00\n"])
def test_what_is_no_list_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    with pytest.raises(UsageError) as refusal:
        read_csv(tmp_path / "a.csv")
    assert refusal.value.key == "adopt.not_csv"


def test_a_csv_becomes_a_new_workbook_only_with_yes_and_never_over_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    source = tmp_path / "clubs.csv"
    source.write_bytes(DUTCH.encode("cp1252"))
    shown = run("clubs.csv")
    assert shown.exit_code == 0 and "trustbook adopt clubs.csv --yes" in shown.output
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["clubs.csv"]
    done = run("clubs.csv", "--yes")
    assert done.exit_code == 0, done.exception
    assert source.read_bytes() == DUTCH.encode("cp1252")
    target = resolve("clubs")
    assert target.workbooks == (str(tmp_path / "clubs.xlsx"),) and target.adoption is not None
    book = openpyxl.load_workbook("clubs.xlsx")
    assert [cell.value for cell in book["clubs"][1]][:4] == [
        "Naam vereniging", "Contactpersoon", "Telefoon", "ID"
    ]  # fmt: skip
    before = (tmp_path / "clubs.xlsx").read_bytes()
    again = run("clubs.csv")
    assert "--yes" not in again.output and "clubs.xlsx" in again.output
    refused = run("clubs.csv", "--yes").exception
    assert isinstance(refused, UsageError) and refused.key == "adopt.csv_taken"
    assert (tmp_path / "clubs.xlsx").read_bytes() == before
