"""People at work between our read and our write: nothing of theirs is changed, nothing of ours
stands on a wrong row.

The spreadsheet has a column "Sleutel" that trustbook does not know and nobody edits: it tells which
row is which.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from tests.google_sheets import create, shared_server, texts
from tests.sheets_server import Person, SheetsServer
from trustbook.errors import Busy, SafetyStop
from trustbook.snapshot import Cell, CellEdit, CellValue, Changes, GeneratedSheet, RowAddition
from trustbook.workbooks.google import GoogleWorkbook

__all__ = ["shared_server"]

HEADERS = [
    "ID",
    "Naam",
    "Soort",
    "Relatiehouder",
    "Eigen inschatting",
    "Status",
    "Waarom",
    "Sleutel",
]
ROWS = 12
# Each one is a whole read and write; INTERLEAVINGS=1000 takes the long way.
INTERLEAVINGS = int(os.environ.get("INTERLEAVINGS", "100"))


@pytest.fixture
def server(shared_server: SheetsServer) -> Iterator[SheetsServer]:
    shared_server.forget()
    yield shared_server
    shared_server.forget()


@dataclass
class Scene:
    """A list, what we plan to write on it, and what people typed meanwhile."""

    server: SheetsServer
    key: str
    rows: list[list[CellValue]]
    ids: dict[str, str] = field(default_factory=dict)
    views: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def workbook(self) -> GoogleWorkbook:
        return GoogleWorkbook(
            f"gsheet:{self.key}", self.server.service_account(), sleep=lambda _: None
        )

    def changes(self) -> Changes:
        """IDs where they lack, a view for some rows, the verdict for all, our Health sheet, and one
        new moment.
        """
        changes = Changes(sheets=[health(self.rows, self.ids)])
        for at, row in enumerate(self.rows, start=2):
            name = str(row[1])
            if row[0] is None:
                changes.edits.append(CellEdit("Partners", at, 1, self.ids[name]))
            if name in self.views:
                changes.edits.append(CellEdit("Partners", at, 5, self.views[name]))
            changes.edits.append(CellEdit("Partners", at, 6, "● Warm", "status.warm"))
        changes.additions = [
            RowAddition("Contactmomenten", 1, {1: "M-NEW22B", 2: date(2026, 9, 30), 3: "Partner 1"})
        ]
        return changes

    def check(self) -> int:
        """Fails where anything is out of place; how many of the planned IDs are in place."""
        rows = texts(self.server, self.key, "Partners")
        header = rows[0]
        at = {name: header.index(name) for name in HEADERS}
        known = {str(row[7]): row for row in self.rows}
        placed = 0
        for row in rows[1:]:
            cells = {name: row[number] for name, number in at.items()}
            before = known.get(cells["Sleutel"])
            if before is None:
                assert not cells["ID"] and not cells["Status"], f"ours on a person's new row: {row}"
                assert all(value is None or str(value).startswith("nieuw") for value in row), row
                continue
            name = str(before[1])
            own = (
                {before[0], self.ids.get(name)} - {None} if before[0] or name in self.ids else set()
            )
            assert cells["ID"] in (own | ({None} if before[0] is None else set())), (cells, before)
            placed += before[0] is None and cells["ID"] == self.ids[name]
            assert cells["Naam"] == before[1] and cells["Soort"] == before[2]
            assert cells["Relatiehouder"] == self.typed.get(str(before[7]), before[3])
            assert cells["Eigen inschatting"] in (before[4], self.views.get(name, before[4])), (
                cells,
                before,
            )
            assert cells["Waarom"] == before[6]
            assert cells["Status"] in (None, before[5]) or "MATCH" in str(cells["Status"])
            foreign = [row[i] for i in range(len(row)) if i not in at.values()]
            assert not any(foreign), foreign
        identities = [row[at["ID"]] for row in rows[1:] if row[at["ID"]]]
        assert len(identities) == len(set(identities)), identities
        moments = texts(self.server, self.key, "Contactmomenten")
        assert [row[0] for row in moments].count("M-NEW22B") == 1, moments
        return placed


def health(rows: list[list[CellValue]], ids: dict[str, str]) -> GeneratedSheet:
    head = ("ID", "Naam", "Laag", "Relatiehouder", "Status", "Waarom", "Let op", "Laatst zonnig",
            "Laatste contact", "Ritme", "Uiterlijk", "Volgende stap")  # fmt: skip
    body = [(row[0] or ids[str(row[1])], row[1], None, None, "● Warm") for row in rows]
    cells = tuple(tuple(Cell(value) for value in row) for row in (head, *body))
    return GeneratedSheet("health", "Relatiestatus", cells, (10,) * len(head))


def scene(server: SheetsServer, dice: random.Random) -> Scene:
    rows: list[list[CellValue]] = []
    for i in range(ROWS):
        known = dice.random() < 0.6
        view = None if dice.random() < 0.5 else dice.choice(["goed", "matig"])
        status = "zelf getypt" if dice.random() < 0.1 else None
        rows.append([
            f"P-{i:02d}KX" if known else None, f"Partner {i}",
            dice.choice(["organisatie", "individu"]), dice.choice(["Jan", "Fatma", None]), view,
            status, dice.choice([None, "eigen tekst"]), f"s{i}",
        ])  # fmt: skip
    dice.shuffle(rows)
    moments: list[list[CellValue]] = [["ID", "Datum", "Met"]]
    moments.append(["M-2B3C4D", date(2026, 9, 1), "Partner 1"])
    key = create(server, {"Partners": [HEADERS, *rows], "Contactmomenten": moments})
    made = Scene(server, key, rows)
    made.ids = {str(row[1]): f"P-N{i:02d}B" for i, row in enumerate(rows) if row[0] is None}
    made.views = {
        str(row[1]): dice.choice(["goed", "beter"]) for row in rows if dice.random() < 0.3
    }
    return made


Action = Callable[[Scene, Person, random.Random], None]


def sorts(_: Scene, person: Person, dice: random.Random) -> None:
    person.sort("Partners", dice.randrange(8), descending=dice.random() < 0.5)


def inserts(_: Scene, person: Person, dice: random.Random) -> None:
    person.insert_rows("Partners", dice.randrange(2, ROWS + 2), dice.randrange(1, 3))


def adds(_: Scene, person: Person, dice: random.Random) -> None:
    at = dice.randrange(2, ROWS + 2)
    person.insert_rows("Partners", at)
    person.type(f"Partners!B{at}", f"nieuw {dice.randrange(1000)}")


def deletes(_: Scene, person: Person, dice: random.Random) -> None:
    person.delete_rows("Partners", dice.randrange(2, ROWS - 2), dice.randrange(1, 3))


def edits(scene: Scene, person: Person, dice: random.Random) -> None:
    rows = person.typed("Partners")
    at = dice.randrange(1, len(rows))
    if rows[at][7]:
        text = dice.choice(["Piet", "Anna"])
        person.type(f"Partners!D{at + 1}", text)
        scene.typed[str(rows[at][7])] = text


def adds_a_column(_: Scene, person: Person, dice: random.Random) -> None:
    number = person._tab("Partners").id
    at = dice.randrange(0, 7)
    span = {"sheetId": number, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    person.ask({"insertDimension": {"range": span}})


def logs(_: Scene, person: Person, dice: random.Random) -> None:
    person.type(f"Contactmomenten!C{dice.randrange(3, 6)}", "Partner 2")


ACTIONS: list[Action] = [sorts, inserts, adds, deletes, edits, logs]


@pytest.mark.parametrize("seed", range(INTERLEAVINGS))
def test_no_cell_is_misplaced_whatever_people_do_meanwhile(server: SheetsServer, seed: int) -> None:
    dice = random.Random(seed)
    this = scene(server, dice)
    workbook = this.workbook()
    version = workbook.read().version
    # A column that comes in between is tried without edits: what is typed under a moved column in
    # that very second cannot be told from what stood there.
    columns = dice.random() < 0.15
    choices = [sorts, logs] if columns else ACTIONS
    acts = [
        [dice.choice(choices) for _ in range(dice.randrange(1, 4))]
        for _ in range(dice.randrange(1, 4))
    ]
    acts[-1] += [adds_a_column] * columns
    server.before_write(
        lambda person: [act(this, person, dice) for act in acts.pop()], times=len(acts)
    )
    if dice.random() < 0.2:
        server.faults.add(lambda call: call.kind == "write", "dropped-after")
    written = workbook.write(this.changes(), version)
    placed = this.check()
    left = {edit.value for edit in written.unplaced if edit.column == 1}
    there = {row[0] for row in texts(server, this.key, "Partners")} | {None}
    assert left.isdisjoint(there)
    assert placed <= len(this.ids)


def visits(this: Scene, act: Callable[[Person], Any]) -> tuple[GoogleWorkbook, Any]:
    """Write while a person acts in between."""
    workbook = this.workbook()
    version = workbook.read().version
    this.server.before_write(act)
    return workbook, workbook.write(this.changes(), version)


def test_with_nobody_about_everything_is_placed_in_one_write(server: SheetsServer) -> None:
    this = scene(server, random.Random(1))
    workbook, written = visits(this, lambda person: None)
    assert this.check() == len(this.ids) > 0
    assert (written.unplaced, server.count("write")) == ((), 1)
    assert workbook.read().version == written.version


def test_after_a_sort_the_ids_are_taken_back_and_go_in_next_time(server: SheetsServer) -> None:
    this = scene(server, random.Random(2))
    _, written = visits(this, lambda person: person.sort("Partners", 1, descending=True))
    this.check()
    assert {edit.value for edit in written.unplaced} >= set(this.ids.values())
    assert server.count("write") > 1
    workbook = this.workbook()
    rows = {str(row[1]): at for at, row in enumerate(texts(server, this.key, "Partners"), start=1)}
    again = [CellEdit("Partners", rows[name], 1, new) for name, new in this.ids.items()]
    assert workbook.write(Changes(edits=again), workbook.read().version).unplaced == ()
    assert this.check() == len(this.ids)


def test_a_tab_that_was_renamed_stops_the_write_whole(server: SheetsServer) -> None:
    this = scene(server, random.Random(3))
    with pytest.raises(Busy) as caught:
        visits(this, lambda person: person.rename("Partners", "Partners oud"))
    assert caught.value.key == "changed_meanwhile"
    assert server.state(this.key).titles == ["Partners oud", "Contactmomenten"]


def test_a_tab_that_was_protected_stops_the_write_whole(server: SheetsServer) -> None:
    this = scene(server, random.Random(3))
    before = texts(server, this.key, "Partners")
    with pytest.raises(SafetyStop):
        visits(this, lambda person: person.protect("Partners"))
    assert texts(server, this.key, "Partners") == before
    assert len(texts(server, this.key, "Contactmomenten")) == 2


def test_of_two_runs_on_the_same_state_the_second_is_refused_whole(server: SheetsServer) -> None:
    this = scene(server, random.Random(4))
    first, second = this.workbook(), this.workbook()
    version = first.read().version
    assert second.read().version == version
    first.write(this.changes(), version)
    before = server.state(this.key).typed("Partners")
    others = this.changes()
    others.additions = [RowAddition("Contactmomenten", 1, {1: "M-SECND2", 3: "Partner 2"})]
    with pytest.raises(Busy) as caught:
        second.write(others, version)
    assert caught.value.key == "changed_meanwhile"
    assert server.state(this.key).typed("Partners") == before
    assert this.check() == len(this.ids)


def test_of_two_new_rows_on_the_same_state_the_second_is_refused_and_then_added(
    server: SheetsServer,
) -> None:
    this = scene(server, random.Random(6))
    first, second = this.workbook(), this.workbook()
    version = first.read().version
    second.read()
    rows = [
        Changes(additions=[RowAddition("Contactmomenten", 1, {1: new, 3: "Partner 2"})])
        for new in ("M-FRST22", "M-SECND2")
    ]
    first.write(rows[0], version)
    with pytest.raises(Busy):
        second.write(rows[1], version)
    assert second.write(rows[1], second.read().version).rows == (4,)
    assert [row[0] for row in texts(server, this.key, "Contactmomenten")[2:]] == [
        "M-FRST22",
        "M-SECND2",
    ]


@pytest.mark.parametrize(
    "fault", ["dropped-after", "truncated", "silent-after", "502", "login", "dropped-before"]
)
def test_when_the_answer_is_lost_nothing_is_written_twice(server: SheetsServer, fault: str) -> None:
    this = scene(server, random.Random(5))
    workbook = this.workbook()
    version = workbook.read().version
    server.faults.add(lambda call: call.kind == "write", fault)
    written = workbook.write(this.changes(), version)
    assert this.check() == len(this.ids)
    assert written.rows == (3,)
    assert workbook.read().version == written.version
