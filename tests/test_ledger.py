"""The ledger itself: kept whole, told in sentences, moved and copied with its workbook, and able to forget."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.nights import TODAY, Nights, copied
from trustbook.errors import SafetyStop, UsageError
from trustbook.ledger import SCHEMA, Ledger
from trustbook.merge.values import is_withheld, unpack
from trustbook.night.keeping import Keeper, keeper_of
from trustbook.night.report import put_away, taken_out
from trustbook.reading.cells import withhold


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    nights = Nights(tmp_path)
    nights.night()
    return nights


def file_of(nights: Nights) -> Path:
    return next(iter(nights.keeper.folder.glob("*.ledger")))


def test_every_record_is_there(nights: Nights) -> None:
    with nights.ledger() as ledger:
        assert len(ledger.records("partners")) == len(ledger.records("moments")) == 20
        rows = [unpack(text) for text in ledger.records("partners").values()]
    assert {"name": "Partner 03", "holder": "Anna", "area": "Area 3"} in rows
    assert not any("mine" in str(row) for row in rows), "the coordinator's own columns are nobody's business"


def test_a_newer_ledger_is_left_alone(nights: Nights) -> None:
    with sqlite3.connect(file_of(nights)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.close()
    with pytest.raises(SafetyStop) as stop:
        nights.night()
    assert stop.value.key == "ledger.newer"


@pytest.mark.parametrize("damage", [b"no database at all, only words", b"SQLite format 3\0" + bytes(200)])
def test_a_damaged_ledger_stops_with_what_to_do(nights: Nights, damage: bytes) -> None:
    file_of(nights).write_bytes(damage)
    nights.rows()[0][3] = "typed"
    with pytest.raises(SafetyStop) as stop:
        nights.night()
    assert stop.value.key in ("ledger.unusable", "ledger.no_ledger")
    file_of(nights).unlink()
    nights.night()
    assert nights.rows()[0][3] == "typed"


def test_another_programs_database_is_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    with pytest.raises(SafetyStop) as stop:
        Ledger(path)
    assert stop.value.key == "ledger.no_ledger"


def test_a_withheld_cell_is_only_a_mark_in_the_ledger(nights: Nights) -> None:
    nights.rows("Moments")[0][4] = "BSN 111222333 gemeld"
    nights.night()
    assert b"111222333" not in file_of(nights).read_bytes()
    with nights.ledger() as ledger:
        for rows, count in ((ledger.base("network", "moments"), 1), (ledger.records("moments"), 0)):
            assert sum(is_withheld(value) for text in rows.values() for value in unpack(text).values()) == count


def test_what_is_forgotten_is_nowhere_in_the_file(nights: Nights) -> None:
    nights.rows()[3][3] = "Kerkstraat 12"
    identity = str(nights.rows()[3][0])
    nights.night()
    nights.rows()[3][1] = "Stichting Verdwijn"
    nights.night()
    data = file_of(nights).read_bytes()
    assert b"Kerkstraat 12" in data and b"Stichting Verdwijn" in data and b"Partner 03" in data
    moments = [str(row[0]) for row in nights.rows("Moments") if row[2] == "Partner 03"]
    with Ledger(file_of(nights)) as ledger:
        assert ledger.forget([identity, *moments], ["Partner 03", "Stichting Verdwijn"]) > 0
    data = file_of(nights).read_bytes()
    for word in (b"Kerkstraat 12", b"Stichting Verdwijn", b"Partner 03"):
        assert word not in data, word


def test_a_moved_workbook_keeps_its_memory(nights: Nights) -> None:
    nights.book.name = "renamed"
    nights.rows()[0][3] = "typed"
    nights.night()
    assert len(list(nights.keeper.folder.glob("*.ledger"))) == 1
    with nights.ledger() as ledger:
        assert ledger.addresses() == ["renamed"]
        assert [event.new for _, _, event in ledger.journal()] == ["typed"]


def test_a_ledger_in_its_own_place(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.keeper = keeper_of(str(tmp_path / "here" / "network.ledger"))
    nights.night()
    assert (tmp_path / "here" / "network.ledger").is_file()
    assert not nights.night().changed


def test_a_ledger_on_a_server_is_refused_and_one_in_a_synced_folder_warned_of(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        keeper_of("postgresql+psycopg://somewhere/db")
    assert Keeper(tmp_path).warning() is None
    assert Keeper(tmp_path / "OneDrive - Gemeente" / "trustbook").warning()
    assert Keeper(fixed=tmp_path / "Dropbox" / "network.ledger").warning()


def test_a_workbook_saved_again_without_our_marks_starts_a_new_book(nights: Nights) -> None:
    bare = copied(nights.book)
    bare.marks.clear()
    nights.books = [bare]
    before = [row[:4] for row in nights.rows()]
    nights.night()
    assert [row[:4] for row in nights.rows()] == before


def test_a_problem_is_put_away_and_taken_out_as_it_was(nights: Nights) -> None:
    nights.rows("Moments")[0][2] = "Partner 3"
    for problem in nights.night().problems:
        again = taken_out(put_away(problem))
        assert again == problem
        assert dict(again.params) == dict(problem.params)
        assert again.since == TODAY


def test_withheld_cells_are_looked_for_once(nights: Nights) -> None:
    from trustbook.reading.listing import find_lists

    listing = find_lists(nights.book.read().grids)["moments"]
    assert withhold(listing) is withhold(listing)
