"""Names of cells and columns as a sheet shows them: ``B7``, ``AB``."""

from __future__ import annotations

from functools import cache

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384


@cache
def column_letters(column: int) -> str:
    """Column number to letters: 1 is A, 28 is AB."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def column_number(column: str) -> int:
    """Column letters to number."""
    total = 0
    for letter in column.upper():
        total = total * 26 + ord(letter) - 64
    return total


def cell_name(row: int, column: int) -> str:
    """``cell(7, 2)`` is "B7"."""
    return f"{column_letters(column)}{row}"
