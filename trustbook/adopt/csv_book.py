"""A list saved as CSV, read into a new workbook, whatever program wrote it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from trustbook.errors import UsageError
from trustbook.xlsx.conform import conform

ENDINGS = (".csv", ".tsv", ".tab")
_MARKS = ";,\t|"
_LOOKED_AT = 50
_LONGEST_TITLE = 31
_NO_TITLE = re.compile(r"[\[\]:*?/\\]|^'|'$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_CELL = 32_767
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


def is_csv(address: str) -> bool:
    """Whether an address is that of a list in plain text."""
    return address.lower().endswith(ENDINGS)


def read_csv(path: Path) -> list[list[str]]:
    """The rows of a file: the mark between cells is the one that makes rows of equal length.

    Raises UsageError where there is no such file, or what stands there is no list in text.
    """
    text = _text(path)
    mark = None
    if told := re.match(r"sep=(.)\r?\n", text):
        mark, text = told[1], text[told.end() :]
    rows = list(_rows(text, mark or _mark_of(text)))
    if not any(len(row) > 1 or any(row) for row in rows):
        raise UsageError("adopt.not_csv", name=path.name)
    if len(rows) > _MOST_ROWS or max(map(len, rows)) > _MOST_COLUMNS:
        raise UsageError("adopt.csv_too_large", name=path.name)
    return rows


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise UsageError("gate.no_such_file", name=path) from None
    for encoding in _encodings(raw):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UsageError("adopt.not_csv", name=path.name)


def _encodings(raw: bytes) -> tuple[str, ...]:
    """How the bytes may be meant; Excel for Windows writes cp1252 where nothing else is asked."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "cp1252")


def _rows(text: str, mark: str) -> Iterator[list[str]]:
    yield from csv.reader(text.splitlines(keepends=True), delimiter=mark)


def _mark_of(text: str) -> str:
    """The mark that splits most of the first rows into equally many cells."""
    head = "".join(text.splitlines(keepends=True)[:_LOOKED_AT])
    return max(_MARKS, key=lambda mark: _evenness(list(_rows(head, mark))))


def _evenness(rows: Sequence[Sequence[str]]) -> int:
    """How many cells the rows of the usual length have, if that is more than one."""
    lengths = Counter(len(row) for row in rows if len(row) > 1)
    return max((length * count for length, count in lengths.items()), default=0)


def write_workbook(rows: Sequence[Sequence[str]], title: str, path: Path) -> None:
    """Make a new workbook of the rows, one sheet; every cell is the text it was.

    Raises UsageError where a cell is longer than a workbook can hold.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _NO_TITLE.sub(" ", title).strip()[:_LONGEST_TITLE] or "CSV"
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            if bare := _CONTROL.sub("", text):
                if len(bare) > _LONGEST_CELL:
                    raise UsageError("adopt.csv_too_large", name=path.name)
                cell = sheet.cell(number, column, bare)
                cell.data_type = "s"  # what starts with = is text here, and 007 is no number
    made = BytesIO()
    book.save(made)
    path.write_bytes(conform(made.getvalue()))


def publish(made: Path, path: Path) -> None:
    """Put a new workbook in its place, never over a file that stands there."""
    try:
        with path.open("xb") as file:
            file.write(made.read_bytes())
    except FileExistsError:
        raise UsageError("adopt.csv_taken", file=path) from None
