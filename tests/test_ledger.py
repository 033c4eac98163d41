"""The ledger itself: kept whole, told in sentences, moved and copied with its workbook, and able to
forget.
"""

from __future__ import annotations

import platform
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from tests.crash_site import NOW, Site
from tests.crash_site import TODAY as DAY
from tests.forgetting import everything_in, inflated
from tests.ledger_before import as_before
from tests.nights import TODAY, Nights, copied
from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.ledger import SCHEMA, Change, Ledger
from trustbook.ledger.errors import sentences
from trustbook.ledger.locate import LedgerLocator
from trustbook.merge.cell_codec import is_withheld, unpack
from trustbook.merge.threeway import Conflict, Event
from trustbook.places import local as files
from trustbook.reading.listing import withhold
from trustbook.reading.lists import find_lists
from trustbook.run.erase import forget
from trustbook.run.history import memory_of_book, of_row
from trustbook.run.open_target import locator_for
from trustbook.run.report import put_away, taken_out
from trustbook.run.restore import restore
from trustbook.snapshot import CellEdit


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
    assert not any("mine" in str(row) for row in rows), (
        "the coordinator's own columns are nobody's business"
    )


def test_a_newer_ledger_is_left_alone(nights: Nights) -> None:
    with sqlite3.connect(file_of(nights)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.close()
    with pytest.raises(SafetyStop) as stop:
        nights.night()
    assert stop.value.key == "ledger.newer"


@pytest.mark.parametrize(
    "damage", [b"no database at all, only words", b"SQLite format 3\0" + bytes(200)]
)
def test_a_damaged_ledger_stops_with_what_to_do(nights: Nights, damage: bytes) -> None:
    file_of(nights).write_bytes(damage)
    nights.rows()[0][3] = "typed"
    with pytest.raises(SafetyStop) as stop:
        nights.night()
    assert stop.value.key in ("ledger.unusable", "ledger.no_ledger")
    file_of(nights).unlink()
    nights.night(accept=40)
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
    assert b"111222333" not in everything_in(nights.keeper.folder)
    with nights.ledger() as ledger:
        for rows, count in ((ledger.base("network", "moments"), 1), (ledger.records("moments"), 0)):
            assert (
                sum(is_withheld(value) for text in rows.values() for value in unpack(text).values())
                == count
            )


@pytest.mark.parametrize(
    ("kind", "error", "key"),
    [
        (sqlite3.SQLITE_FULL, TrustbookError, "ledger.no_room"),
        (sqlite3.SQLITE_IOERR_WRITE, TrustbookError, "ledger.no_room"),
        (sqlite3.SQLITE_READONLY, NoAccess, "ledger.no_rights"),
        (sqlite3.SQLITE_CORRUPT, SafetyStop, "ledger.unusable"),
        (sqlite3.SQLITE_ERROR, TrustbookError, "ledger.failed"),
    ],
)
def test_only_a_damaged_ledger_may_be_moved_away(
    tmp_path: Path, kind: int, error: type[TrustbookError], key: str
) -> None:
    fault = sqlite3.OperationalError("as the engine says it")
    fault.sqlite_errorcode = kind
    with pytest.raises(TrustbookError) as stop, sentences(tmp_path / "x"):
        raise fault
    assert isinstance(stop.value, error) and stop.value.key == key
    assert ("het bestand dan weg en typ" in stop.value.sentence("nl")) is (key == "ledger.unusable")


@pytest.mark.parametrize(
    ("fault", "error", "key"),
    [
        (PermissionError(13, "not yours"), NoAccess, "ledger.no_rights"),
        (OSError(28, "no space"), TrustbookError, "ledger.no_room"),
    ],
)
def test_what_the_disk_complains_of_is_said(
    tmp_path: Path, fault: OSError, error: type[TrustbookError], key: str
) -> None:
    with pytest.raises(TrustbookError) as stop, sentences(tmp_path / "x"):
        raise fault
    assert type(stop.value) is error and stop.value.key == key
    assert str(fault.strerror) in stop.value.sentence("en")


def test_another_run_keeps_the_ledger_for_a_moment(nights: Nights) -> None:
    with Ledger(file_of(nights)) as ours, sqlite3.connect(file_of(nights)) as other:
        ours._db.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy) as stop:
            ours.wait("M-NEW", {}, "2026-09-30")
        assert stop.value.key == "ledger.busy"
        other.rollback()
        ours.wait("M-NEW", {}, "2026-09-30")
        assert ours.waiting() == {"M-NEW": {}}
    other.close()


def test_a_ledger_without_room_keeps_what_it_had(nights: Nights) -> None:
    before = file_of(nights).read_bytes()
    with Ledger(file_of(nights)) as ledger:
        ledger._db.execute(
            "PRAGMA max_page_count = 1"
        )  # the engine then says that the disk is full
        with pytest.raises(TrustbookError) as stop:
            ledger.wait("M-NEW", {"topic": "x" * 500_000}, "2026-09-30")
        assert stop.value.key == "ledger.no_room"
        ledger.arrived(())
    assert file_of(nights).read_bytes() == before


def test_an_older_ledger_is_brought_up_to_date(nights: Nights) -> None:
    with Ledger(file_of(nights)) as ledger:
        as_before(ledger, 1)
    assert not nights.night().changed
    nights.rows()[0][3] = "typed"
    nights.night()
    with nights.ledger() as ledger:
        assert [bool(version) for version in ledger.versions("network", 2)] == [True, True]


def test_what_is_forgotten_is_nowhere_in_the_file(nights: Nights) -> None:
    nights.rows()[3][3] = "Kerkstraat 12"
    identity = str(nights.rows()[3][0])
    nights.night()
    nights.rows()[3][1] = "Stichting Verdwijn"
    nights.night()
    data = everything_in(nights.keeper.folder)
    assert b"Kerkstraat 12" in data and b"Stichting Verdwijn" in data and b"Partner 03" in data
    moments = [str(row[0]) for row in nights.rows("Moments") if row[2] == "Partner 03"]
    with Ledger(file_of(nights)) as ledger:
        assert ledger.forget([identity, *moments], ["Partner 03", "Stichting Verdwijn"]) > 0
        assert ledger._db.execute("PRAGMA freelist_count").fetchone()[0] == 0
    stands = file_of(nights).read_bytes()
    data = stands + inflated(stands)
    for word in (b"Kerkstraat 12", b"Stichting Verdwijn", b"Partner 03"):
        assert word not in data, word


WORDS = ("Zonnebloem", "Pietje", "geheim doel", "0611111111", "over haar ziekte", "wacht op")


@pytest.fixture
def network(tmp_path: Path) -> Site:
    """A network with a partner and a person who are to be forgotten, and who stand about in it
    everywhere.
    """
    site = Site(tmp_path, partners=4)
    goals = site.column("their_goals")
    site.add(
        "Partners", {2: "Zonnebloem BV", goals: "geheim doel"}, {2: "Delft Zonnebloem BV Tafel"}
    )
    site.add(
        "People",
        {2: "Pietje Bell", 3: "Zonnebloem BV", 6: "0611111111"},
        {2: "Ans", 3: "zonnebloem bv"},
    )
    site.add(
        "Moments",
        {
            2: date(2026, 9, 1),
            3: "Zonnebloem  BV; Partner 1",
            4: "Pietje Bell",
            10: "koffie met PIETJE BELL!",
        },
        {2: date(2026, 9, 2), 3: "Delft Zonnebloem BV Tafel", 5: "Pietje Bell", 10: "praatje"},
    )
    site.add(
        "Consultations",
        {1: "Overleg Zonnebloem BV", 2: "Partner 1; Zonnebloem BV", 4: "Pietje Bell"},
    )
    site.sync()
    at = next(row for row, name in rows_of(site, "partners", "name") if name == "Zonnebloem BV")
    site.type(
        CellEdit("Partners", at, 2, "Stichting Zonnebloem"),
        CellEdit("Health", 20, 6, "bel Pietje Bell"),
    )
    site.sync()
    return site


def rows_of(site: Site, sheet: str, column: str) -> list[tuple[int, object]]:
    listing = find_lists(site.book().read().grids)[sheet]
    return list(zip(listing.rows, listing.get(column), strict=True))


def test_who_is_forgotten_is_nowhere_any_more(network: Site) -> None:
    keeper = LedgerLocator(network.memory)
    path = next(iter(network.memory.glob("*.ledger")))
    lists = find_lists(network.book().read().grids)
    gone = [
        str(identity)
        for sheet, name in (("partners", "Stichting Zonnebloem"), ("people", "Pietje Bell"))
        for identity, named in zip(lists[sheet].get("id"), lists[sheet].get("name"), strict=True)
        if named == name
    ]
    with Ledger(path) as ledger:
        ledger.wait(
            "M-WAITSA", {"with": "Stichting Zonnebloem", "topic": "wacht op iets"}, "2026-09-30"
        )
        ledger.wait("M-WAITSB", {"with": "Partner 2", "topic": "met Pietje Bell"}, "2026-09-30")
        known = {
            record
            for sheet in ("partners", "moments", "people")
            for record in ledger.records(sheet)
        }
    path.with_name(f"{path.name}.before").write_bytes(path.read_bytes())
    files.keep_aside(network.path, NOW)
    assert len(files.backups(network.path)) == 2 and len(gone) == 2
    words = [word.encode() for word in WORDS]
    assert all(word in everything_in(network.memory) for word in (words[0], words[1]))

    done = forget(network.book(), [*gone, "M-WAITSA"], keeper)
    assert done.lines > 10 and len(done.copies) == 6
    assert files.backups(network.path) == files.asides(network.path) == []
    other = b"Delft Zonnebloem BV Tafel"
    for each in network.memory.rglob("*"):
        stands = each.read_bytes() if each.is_file() else b""
        data = (stands + inflated(stands)).replace(other, b"").replace(other.lower(), b"")
        for word in words:
            assert word not in data and word.lower() not in data.lower(), (each.name, word)
    with Ledger(path) as ledger:
        assert known == {
            record
            for sheet in ("partners", "moments", "people")
            for record in ledger.records(sheet)
        }
        moments = [unpack(text) for text in ledger.records("moments").values()]
        assert {
            "with": "…; Partner 1",
            "also_present": "…",
            "topic": "koffie met …!",
        }.items() <= next(row for row in moments if "koffie" in str(row.get("topic"))).items()
        assert any(row.get("with") == "Delft Zonnebloem BV Tafel" for row in moments), (
            "somebody else's name stays"
        )
        assert ledger.waiting() == {"M-WAITSB": {"with": "Partner 2", "topic": "met …"}}
        assert {line.old for line in of_row(ledger, gone[0], "en")} == {None}


def test_who_is_forgotten_does_not_come_back(network: Site) -> None:
    at, _ = next(one for one in rows_of(network, "people", "name") if one[1] == "Pietje Bell")
    identity = dict(rows_of(network, "people", "id"))[at]
    network.type(*(CellEdit("People", at, column, None) for column in range(1, 11)))
    network.sync()
    forget(network.book(), [str(identity)], LedgerLocator(network.memory))
    with pytest.raises(UsageError):
        restore(network.book(), 2, LedgerLocator(network.memory), DAY, NOW, "en")
    assert [name for _, name in rows_of(network, "people", "name")] == ["Ans"]
    with Ledger(next(iter(network.memory.glob("*.ledger"))), reads_only=True) as ledger:
        assert ledger.archived("people") == {identity}, "not even as a row with nothing but an ID"


def test_what_is_forgotten_leaves_no_fingerprint_of_a_problem(nights: Nights) -> None:
    """Whoever has the list of names could try the fingerprints one by one."""
    nights.rows("Moments")[0][2] = "Stichting Onbekend"
    nights.night()
    with Ledger(file_of(nights)) as ledger:
        assert ledger.facts("problems")
        ledger.forget([str(nights.rows()[3][0])])
        assert ledger.facts("problems") == {}


def test_nobody_else_is_hidden_with_a_name_that_two_share(nights: Nights) -> None:
    nights.rows()[3][1] = nights.rows()[4][1] = "De Brug"
    nights.rows()[5][1] = "Stichting De Brug Zuid"
    nights.night()
    with Ledger(file_of(nights)) as ledger:
        ledger.forget([str(nights.rows()[3][0])])
        names = [unpack(text).get("name") for text in ledger.records("partners").values()]
    assert "De Brug" in names and "Stichting De Brug Zuid" in names and None in names
    with Ledger(file_of(nights)) as ledger:
        ledger.forget([str(nights.rows()[4][0])])
        names = [unpack(text).get("name") for text in ledger.records("partners").values()]
    assert "De Brug" not in names and "Stichting De Brug Zuid" in names


def test_who_is_forgotten_leaves_no_name_behind_anywhere(tmp_path: Path) -> None:
    """In the journal, in an open conflict, among old names and in what a row is known by."""
    with Ledger(None) as ledger:
        change = Change(
            records={
                "partners": {"P-GONEA": {"name": "Nu Zo"}, "P-2": {"name": "Ander"}},
                "consultations": {
                    "overleg nu zo": {"name": "Overleg Nu Zo"},
                    "overleg …": {"name": "Overleg …"},
                },
            },
            events=[Event("partners", "P-GONEA", "name", "Eerst", "Nu Zo", "a")],
            conflicts=[
                Conflict("partners", "P-GONEA", "name", {"a": "Nu Zo", "b": "Later"}),
                Conflict("partners", "P-2", "name", {"a": "Ander", "b": "Anders"}),
                Conflict("partners", "P-2", "area", {"a": "bij Later", "b": None}),
            ],
            facts={
                "old_names": {"P-GONEA": '["Vroeger", "  "]', "P-2": '["Ander"]'},
                "carried": {"1": '{"value": "bel Vroeger"}', "2": '{"value": "bel Anders"}'},
                "notes": {"x": "Vroeger en Eerst, niet Anders", "n": "[1, true, null]"},
            },
        )
        ledger.prepare(1, "t", change, "2026-09-30T02:00:00", TODAY, {})
        ledger.commit({})
        assert ledger.forget(["P-GONEA"]) > 0
        assert ledger.facts("notes") == {"x": "… en …, niet Anders", "n": "[1, true, null]"}
        assert ledger.facts("carried") == {"2": '{"value": "bel Anders"}'}
        assert ledger.facts("old_names") == {"P-2": '["Ander"]'}
        conflicts = {conflict.column: conflict.values for conflict, _ in ledger.conflicts()}
        assert conflicts == {
            "name": {"a": "Ander", "b": "Anders"},
            "area": {"a": "bij …", "b": None},
        }
        assert set(ledger.records("consultations")) == {"overleg …", "overleg …#2"}
        assert [(e.old, e.new) for _, _, e in ledger.journal()] == [(None, None)]


@pytest.mark.parametrize("copied", [True, False])
def test_a_workbook_under_another_address(nights: Nights, copied: bool) -> None:
    with Ledger(file_of(nights)) as ledger:
        before = ledger.known("network"), ledger.base("network", "partners")
        ledger.move("network", "elsewhere", copied=copied)
        assert ledger.addresses() == ["elsewhere", "network"][: 1 + copied]
        known, base = ledger.known("elsewhere"), ledger.base("elsewhere", "partners")
        assert before[0] and known and (known.version, base) == (before[0].version, before[1])
        assert bool(ledger.base("network", "partners")) is copied
        token = str(known.state["token"])
        assert ledger.stamp("elsewhere", token) == "current"
        assert ledger.stamp("network", token) == ("current" if copied else "unknown")


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
    nights.keeper = locator_for(str(tmp_path / "here" / "network.ledger"))
    nights.night()
    assert (tmp_path / "here" / "network.ledger").is_file()
    assert not nights.night().changed


def test_a_ledger_on_a_server_is_refused_and_one_in_a_synced_folder_warned_of(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError):
        locator_for("postgresql+psycopg://somewhere/db")
    assert LedgerLocator(tmp_path).warning() is None
    assert LedgerLocator(tmp_path / "OneDrive - Gemeente" / "trustbook").warning()
    assert LedgerLocator(fixed=tmp_path / "Dropbox" / "network.ledger").warning()


def test_a_workbook_saved_again_without_our_marks_is_taken_for_an_old_copy_until_people_say(
    nights: Nights,
) -> None:
    bare = copied(nights.book)
    bare.marks.clear()
    nights.books = [bare]
    before = [row[:4] for row in nights.rows()]
    with pytest.raises(SafetyStop) as stop:
        nights.night()
    assert stop.value.key == "guards.no_marks"
    nights.night(accept=stop.value.params["code"])  # type: ignore[arg-type]
    assert [row[:4] for row in nights.rows()] == before
    with nights.ledger() as ledger:
        assert ledger.journal() == []


def test_a_memory_kept_elsewhere_is_not_called_nothing(nights: Nights, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as said:
        memory_of_book(LedgerLocator(tmp_path / "another folder"), nights.book)
    assert said.value.key == "history.elsewhere"
    assert f"on the computer {platform.node()}, " in said.value.sentence("en")


def test_a_problem_is_put_away_and_taken_out_as_it_was(nights: Nights) -> None:
    nights.rows("Moments")[0][2] = "Partner 3"
    for problem in nights.night().problems:
        again = taken_out(put_away(problem))
        assert again == problem
        assert dict(again.params) == dict(problem.params)
        assert again.since == TODAY


def test_withheld_cells_are_looked_for_once(nights: Nights) -> None:
    from trustbook.reading.lists import find_lists

    listing = find_lists(nights.book.read().grids)["moments"]
    assert withhold(listing) is withhold(listing)
