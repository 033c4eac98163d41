"""Small workbooks on disk to write into, and short ways to write and look."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl

from tests.package_edit import read_parts, write_parts
from trustbook.places import local as files
from trustbook.snapshot import Cell, CellEdit, CellValue, Changes, GeneratedSheet
from trustbook.workbooks.excel import ExcelWorkbook

HEAD = ("ID", "Name", "Status", "Why", "Due")
SHEET = "xl/worksheets/sheet1.xml"


def make(path: Path, change: Callable[[openpyxl.Workbook], object] = lambda book: None) -> Path:
    """A small workbook with a Partners and a Notes sheet, as openpyxl writes it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Partners"
    for row in (HEAD, (None, "Wijkteam Noord"), (None, "GGD"), (None, "Police")):
        sheet.append(row)
    book.create_sheet("Notes")["A1"] = "theirs"
    change(book)
    book.save(path)
    return path


def write(
    path: Path,
    *edits: CellEdit,
    sheets: tuple[GeneratedSheet, ...] = (),
    remove: tuple[str, ...] = (),
    marks: Mapping[str, str] | None = None,
) -> ExcelWorkbook:
    """Write into the workbook at ``path`` as it is now."""
    book = ExcelWorkbook(path, locks=path.parent / "locks")
    changes = Changes(
        list(edits), sheets=list(sheets), remove=list(remove), marks=dict(marks or {})
    )
    book.write(changes, files.version_of(path.read_bytes()))
    return book


def status(value: CellValue = "● Warm", look: str | None = "status.warm", row: int = 2) -> CellEdit:
    return CellEdit("Partners", row, 3, value, look)


def health(
    *lines: tuple[CellValue, ...], key: str = "health", title: str = "Health"
) -> GeneratedSheet:
    head = tuple(Cell(text, "header.ours") for text in ("ID", "Name", "Status"))
    return GeneratedSheet(
        key, title, (head, *(tuple(Cell(one) for one in line) for line in lines)), (10, 30, 16)
    )


def loaded(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


def rewrite(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of a package; ``change`` must find what it changes."""
    parts = read_parts(path)
    fresh = change(parts[name])
    assert fresh != parts[name]
    write_parts(path, {**parts, name: fresh})
