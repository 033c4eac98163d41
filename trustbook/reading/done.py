"""The days on which something was done."""

from __future__ import annotations

from datetime import date

from trustbook.reading.cells import Reader


def note_ahead(
    reader: Reader, name: str, i: int, day: date | None, today: date, code: str = "done_ahead"
) -> None:
    """Report the ``day`` at row position ``i`` of a column (a key) where it has not come yet: what
    lies ahead was not done.
    """
    if day is not None and day > today:
        reader.note(code, "warning", name, i)
