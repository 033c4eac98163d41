"""Somebody who stands on no list and no card, and whom a title or a topic names."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.test_intake import TODAY, answer, book, calendar, event, moments, rows
from tests.typed import Asked, asked

__all__ = ["asked"]


def kept(folder: Path, word: bytes) -> list[str]:
    """The files of the memory that hold a word."""
    files = [one for one in (folder / "data").rglob("*") if one.is_file()]
    return [one.name for one in files if word in one.read_bytes()]


@pytest.mark.parametrize("taken", [False, True])
def test_whom_only_a_title_names_is_forgotten_and_stays_so(
    tmp_path: Path, asked: Asked, taken: bool
) -> None:
    path = book(tmp_path)
    source = calendar(tmp_path, event("Koffie Politie met Jan Jansema", "20261110"))
    assert asked("import", source, *TODAY)[0] == 0
    if taken:
        answer(path, "ja")
        assert asked("sync", *TODAY)[0] == 0
        assert "Jansema" in repr(moments(path))
    held = asked.json("person", "Jan Jansema", *TODAY)
    assert "Jansema" in repr(held["rows"])
    assert asked("forget", "--person", "Jan Jansema", "--yes", *TODAY)[0] == 0
    assert "Jansema" not in repr((moments(path), rows(path))) and not kept(tmp_path, b"Jansema")
    more = event("Bezoek VV Zandloo en Jan Jansema", "20261117")
    calendar(tmp_path, event("Koffie Politie met Jan Jansema", "20261110"), more)
    for _ in range(2):
        assert asked("import", source, *TODAY)[0] == 0
        assert "Jansema" not in repr((moments(path), rows(path)))
    assert asked("person", "Jan Jansema", *TODAY)[0] == 2 and not kept(tmp_path, b"Jansema")
    assert asked("forget", "--person", "Koffie", "--yes", *TODAY)[0] == 2, "a word is nobody"


def test_who_left_the_list_before_does_not_come_back(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    assert asked("sync", *TODAY)[0] == 0
    file = openpyxl.load_workbook(path)
    file["Personen"].delete_rows(2)
    file.save(path)
    assert asked("sync", *TODAY)[0] == 0
    assert asked("forget", "--person", "Yassin Amrani", "--yes", *TODAY)[0] == 0
    source = calendar(tmp_path, event("Koffie Moskee El Noor: Yassin Amrani", "20261110"))
    assert asked("import", source, *TODAY)[0] == 0
    assert len(rows(path)) == 1 and "Amrani" not in repr(rows(path))
    assert not kept(tmp_path, b"Amrani")
