"""Books typed in a few rows, and commands asked about them, for tests that go by public doors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from trustbook.cli.main import main
from trustbook.ledger import Ledger
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.workbooks.excel import ExcelWorkbook

Rows = Sequence[Sequence[object]]


def typed(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook with these sheets, row by row."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def edited(path: Path, title: str, cells: Mapping[str, object]) -> None:
    """Type into cells of a sheet."""
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book[title][cell].value = value
    book.save(path)


def answered(path: Path, about: str, answer: str | date) -> None:
    """Type an answer on To check beside the one line that says something."""
    book = openpyxl.load_workbook(path)
    sheet = next(book[title] for title in ("To check", "Te controleren") if title in book)
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    column = next(cell.column for cell in cells if cell.value in ("Answer", "Antwoord"))
    (row,) = {cell.row for cell in cells if about in str(cell.value)}
    sheet.cell(row, column).value = answer
    book.save(path)


class Asked:
    """Commands about the book ``n.xlsx`` in the folder that a test stands in."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, command: str, *arguments: str) -> tuple[int, str, str]:
        """What a command ended with, and what it said on stdout and stderr."""
        self.capsys.readouterr()
        code = main([command, "n.xlsx", *arguments])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def json(self, command: str, *arguments: str) -> Any:
        """The answer for machines."""
        return json.loads(self(command, *arguments, "--json", "--quiet")[1])

    def codes(self, *arguments: str) -> list[str]:
        """What there is to check."""
        return [one["code"] for one in self.json("check", *arguments)["problems"]]


@pytest.fixture
def asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Asked:
    """A folder of its own with a memory of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    return Asked(capsys)


@contextmanager
def ledger_in(folder: Path) -> Iterator[Ledger]:
    """The memory of the book, as ``asked`` has it."""
    workbook = ExcelWorkbook(folder / "n.xlsx")
    arrival = Arrival(workbook.address, workbook.name, {})
    ledger = LedgerLocator().memory(arrival, reads_only=False)
    assert ledger is not None
    with ledger:
        yield ledger
