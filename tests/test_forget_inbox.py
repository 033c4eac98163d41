"""Files that contacts come in from and that still name somebody who is forgotten are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.forgetting import make_book

Says = Callable[..., tuple[int, str, str]]
SETTINGS = """
[book.network]
workbooks = ["book.xlsx"]
inbox = ["agenda.ics", "list.csv", "other.csv"]
"""
# A calendar folds what is long, in the middle of a name too.
FOLDED = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260801\r\n"
    "SUMMARY:Coffee with Fatima el Am\r\n rani\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def inbox(tmp_path: Path, says: Says) -> Path:
    make_book(tmp_path / "book.xlsx")
    (tmp_path / "trustbook.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "agenda.ics").write_bytes(FOLDED.encode())
    (tmp_path / "list.csv").write_text("date,with\n2026-08-01,F. el Amrani\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("date,with\n2026-08-01,Police\n", encoding="utf-8")
    assert says("sync", "network")[0] == 0
    return tmp_path


def test_forgetting_names_the_files_of_the_inbox_that_still_name_them(
    inbox: Path, says: Says
) -> None:
    for typed in ([], ["--yes"]):
        code, out, err = says("forget", "network", "--person", "Fatima el Amrani", *typed)
        assert code == 0
        err = " ".join(err.split())
        assert "This file of the inbox still names them" in err
        assert "agenda.ics" in err and "list.csv" in err and "other.csv" not in out + err
    assert (inbox / "agenda.ics").read_bytes() == FOLDED.encode(), "it is not ours to change"


def test_machines_are_told_as_well(inbox: Path, says: Says) -> None:
    told = json.loads(says("forget", "network", "--person", "Fatima el Amrani", "--json")[1])
    assert told["inbox"] == [str(inbox / "agenda.ics"), str(inbox / "list.csv")]


def test_a_file_that_cannot_be_read_keeps_nobody_from_being_forgotten(
    inbox: Path, says: Says
) -> None:
    (inbox / "agenda.ics").unlink()
    (inbox / "list.csv").write_bytes(b"\xff\xfe\x00 no text")
    code, _, err = says("forget", "network", "--person", "Fatima el Amrani", "--yes")
    assert code == 0 and "agenda.ics" not in err and "list.csv" not in err
