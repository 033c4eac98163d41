"""A new row that a person deletes between our read and our write stays deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.google_sheets import create, shared_server
from tests.sheets_server import Person, SheetsServer
from tests.test_array_formulas import HEAD, Night

__all__ = ["shared_server"]

NAMES = ("GGD", "Politie", "Moskee")


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


@pytest.fixture
def night(server: SheetsServer, tmp_path: Path) -> Night:
    rows = [[None, name, "Anna", None] for name in NAMES]
    return Night(server, tmp_path, create(server, {"Partners": [HEAD, *rows]}))


def names(night: Night) -> set[str]:
    return {row[1] for row in night.person.rows("Partners")[1:] if row[1]}


def row_of(person: Person, name: str) -> int:
    return next(i for i, row in enumerate(person.rows("Partners"), 1) if name in row)


@pytest.mark.parametrize("joined", [False, True], ids=["alone", "with an Excel file"])
@pytest.mark.parametrize("first", [False, True], ids=["later", "on the first night"])
def test_it_does_not_come_back(
    server: SheetsServer, night: Night, joined: bool, first: bool
) -> None:
    if joined:
        night.join()
    if not first:
        night.settle()
    night.person.type("Partners!B5", "School")

    def delete(person: Person) -> None:
        person.delete_rows("Partners", row_of(person, "School"))

    server.before_write(delete)
    night.sync()
    for _ in range(2):
        night.sync()
        assert names(night) == set(NAMES)
        assert not joined or set(night.excel(2)) == set(NAMES)
    assert not night.sync().changed
    night.person.type("Partners!B5", "School")
    night.settle()
    assert "School" in names(night), "typed again it is a row like any other"


@pytest.mark.parametrize("joined", [False, True], ids=["alone", "with an Excel file"])
def test_one_that_only_moved_meanwhile_gets_its_id_and_stays_one_row(
    server: SheetsServer, night: Night, joined: bool
) -> None:
    if joined:
        night.join()
    night.settle()
    night.person.type("Partners!B5", "Aanloophuis")
    server.before_write(lambda person: person.sort("Partners", 1))
    night.sync()
    night.settle()
    rows = [row for row in night.person.rows("Partners")[1:] if row[1]]
    assert len(rows) == len({row[0] for row in rows}) == 4 and all(row[0] for row in rows)
    assert not joined or len(night.excel(2)) == 4
