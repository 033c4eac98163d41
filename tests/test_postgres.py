"""A memory in PostgreSQL: the same tables and the same nights as in a file, for every computer that
may take the night. A real server, made for these tests.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import crash_site, test_commit_states
from tests.crash_site import Site, Step, in_a_process_of_its_own, kill_at, nothing
from tests.forgetting import found_in, make_book
from tests.ledger_before import as_before
from tests.nights import TODAY, Nights, copied
from tests.postgres_server import PASSWORD, PostgresServer, programs
from tests.test_copies import typed
from trustbook.cli.main import main
from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.copies import copies_of
from trustbook.ledger.ledger_place import ServerPlace
from trustbook.ledger.ledger_server import LedgerServer
from trustbook.ledger.locate import LedgerLocator
from trustbook.ledger.postgres_connection import PostgresConnection
from trustbook.ledger.server_shelf import ServerShelf
from trustbook.ledger.statements import TABLE_NAMES
from trustbook.ledger.states import CommitState
from trustbook.ledger.table_copies import lines_in
from trustbook.run.open_target import locator_for
from trustbook.run.report import Report
from trustbook.run.restore import restore
from trustbook.run.sync import run_sync

pytestmark = pytest.mark.skipif(
    programs() is None and not os.environ.get("CI"), reason="needs the programs of PostgreSQL"
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.end()


@pytest.fixture
def nights(server: PostgresServer, tmp_path: Path) -> Nights:
    nights = Nights(tmp_path)
    nights.keeper = keeper_at(server.new_database(), tmp_path / "memory")
    return nights


def keeper_at(url: str, folder: Path) -> LedgerLocator:
    """A computer with its own data folder, and the memory in a database."""
    return LedgerLocator(folder, shelf=ServerShelf(LedgerServer(url), folder))


def shelf_of(keeper: LedgerLocator) -> ServerShelf:
    assert isinstance(keeper.shelf, ServerShelf)
    return keeper.shelf


def place_of(keeper: LedgerLocator) -> ServerPlace:
    return shelf_of(keeper).all_ledgers()[0]


def all_lines(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    return {table: lines_in(ledger._db, table) for table in TABLE_NAMES}


def test_nights_are_as_with_a_file(nights: Nights, tmp_path: Path) -> None:
    file = Nights(tmp_path / "file")
    for each in (nights, file):
        each.night()
        typed(each, "Kerkstraat 12")
        each.rows("Moments")[3][4] = "another topic"
        assert each.night().changed and not each.night().changed
    with Ledger(place_of(nights.keeper), reads_only=True) as ours, file.ledger() as theirs:
        assert [run[0] for run in ours.runs()] == [run[0] for run in theirs.runs()]
        for sheet in ("partners", "moments"):
            rows = [list(one.records(sheet).values()) for one in (ours, theirs)]
            assert sorted(rows[0]) == sorted(rows[1])
        told = [[(e.what, e.column, e.old, e.new) for *_, e in one.journal()]
                for one in (ours, theirs)]  # fmt: skip
        assert sorted(told[0], key=str) == sorted(told[1], key=str)
    assert nights.book.marks["keeper"].partition(" ")[2].endswith("/book1") or (
        "postgresql://127.0.0.1" in nights.book.marks["keeper"]
    ), "the mark names the database"
    assert PASSWORD not in str(nights.book.marks) and "trustbook@" not in str(nights.book.marks)


def test_any_computer_takes_the_night(
    server: PostgresServer, nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.night()
    url = shelf_of(nights.keeper).server.url
    other = keeper_at(url, tmp_path / "other")
    monkeypatch.setattr("platform.node", lambda: "another-computer")
    assert not nights.night(keeper=other).changed, "the place of a workbook is known there as well"
    nights.rows()[0][3] = "Kerkstraat 12"
    assert nights.night(keeper=other).changed
    assert not nights.night().changed
    server.restart()
    assert not nights.night().changed and not nights.night(keeper=other).changed


def test_two_computers_never_work_at_once(nights: Nights, tmp_path: Path) -> None:
    nights.night()
    other = keeper_at(shelf_of(nights.keeper).server.url, tmp_path / "other")
    with other.shelf.locked(nights.book.address, 0):
        with other.shelf.locked(nights.book.address, 0):
            pass  # who holds it may take it once more
        with pytest.raises(Busy) as stop, nights.keeper.shelf.locked(nights.book.address, 0):
            pass
        assert stop.value.key == "other_run"
        elsewhere = "Z:\\network.xlsx"
        shelf_of(nights.keeper).server.note_places(place_of(other).name, [elsewhere])
        with pytest.raises(Busy), nights.keeper.shelf.locked(elsewhere, 0.1):
            pass  # the same ledger by another way
    with nights.keeper.shelf.locked(nights.book.address, 0):
        pass


def test_a_copied_workbook_gets_a_ledger_of_its_own(nights: Nights) -> None:
    """Trying things out on a copy never reaches the original."""
    nights.night()
    original = place_of(nights.keeper)
    twin = copied(nights.book, "gsheet:copy")
    nights.books[0].name = "gsheet:network"
    keeper = shelf_of(nights.keeper)
    with Ledger(original) as ledger:
        ledger.move("network", "gsheet:network")
        before = all_lines(ledger)
    sheet = twin.sheets["Partners"]
    sheet[1][3] = "tried out"
    twin.touch()
    nights.books = [twin]
    assert nights.night().changed
    first, second = keeper.all_ledgers()
    assert first == original and second.name.startswith(f"{first.name}_")
    with Ledger(first, reads_only=True) as ledger:
        assert all_lines(ledger) == before
    assert {first.name, second.name} == {
        one.name for one in keeper.lines(twin.marks["book"]) if isinstance(one, ServerPlace)
    }


@pytest.mark.skipif(not hasattr(os, "fork"), reason="as the tests of crashes")
def test_a_restore_that_fails_leaves_the_memory_as_it_was(
    site: ServerSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.sync()
    site.type_area(3, "typed")
    site.sync()
    keeper = keeper_at(site.url, site.memory)
    with Ledger(place_of(keeper), reads_only=True) as ledger:
        before = all_lines(ledger)

    def fails(*words: object, restored: object = (), **more: object) -> None:
        if restored:
            raise Busy("other_run")

    monkeypatch.setattr("trustbook.run.restore.run_sync", fails)
    with pytest.raises(Busy):
        restore(site.book(), 1, keeper, crash_site.TODAY, site.now, "en")
    with Ledger(place_of(keeper), reads_only=True) as ledger:
        assert all_lines(ledger) == before
    site.check()


# --- the tests of what may happen to a run, on this engine


@pytest.fixture
def on_postgres(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Ledgers in passing are schemas of a database, for the tests of commit states."""
    shelf = ServerShelf(LedgerServer(server.new_database()), tmp_path)
    made: list[Ledger] = []

    def fresh(place: None = None) -> Ledger:
        made.append(Ledger(shelf.place(f"book_{len(made)}")))
        return made[-1]

    monkeypatch.setattr(test_commit_states, "Ledger", fresh)
    yield
    for ledger in made:
        ledger.close()
    shelf.server.close()


@pytest.mark.parametrize("name", test_commit_states.HAPPENINGS)
def test_every_event_in_every_state(on_postgres: None, name: str) -> None:
    for state in CommitState:
        test_commit_states.test_every_event_in_every_state(state, name)


STORIES = (
    test_commit_states.test_an_event_that_led_elsewhere_is_taken_back,
    test_commit_states.test_a_committed_run_is_the_memory,
    test_commit_states.test_an_aborted_run_leaves_everything_as_it_was,
    test_commit_states.test_a_workbook_that_was_not_written_agrees_to_what_it_said,
    test_commit_states.test_a_row_that_could_not_be_placed_keeps_its_base,
    test_commit_states.test_an_open_conflict_keeps_its_day,
    test_commit_states.test_a_record_that_changed_since_is_not_written_over,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_a_commit_does(on_postgres: None, story: Callable[[], None]) -> None:
    story()


class ServerSite(Site):
    """The workbook on which runs are killed, with its memory in a database."""

    url = ""

    def sync_on(self, today: date, step: Step = nothing) -> Report:
        """One run, with the locks that a command has."""
        keeper = keeper_at(self.url, self.memory)
        book = self.book(lambda name: step(f"file.{name}"))
        book.shared_lock = partial(keeper.shelf.locked, book.address)
        steps: Step = lambda name: step(f"sync.{name}")  # noqa: E731
        return run_sync(book, today, self.now, lang="en", step=steps, keeper=keeper)


@pytest.fixture
def site(server: PostgresServer, tmp_path: Path) -> ServerSite:
    site = ServerSite(tmp_path)
    site.url = server.new_database()
    return site


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
@pytest.mark.parametrize("point", ["file.replaced"])
def test_killed_at_a_point_the_next_run_makes_good(site: Site, point: str) -> None:
    site.sync()
    site.type_area(3, "typed before")
    assert in_a_process_of_its_own(lambda: site.sync(kill_at(point))) == -9
    site.check()
    site.type_area(5, "typed after")
    site.sync()
    site.check_after_a_good_run()
    assert not site.sync().changed


@pytest.mark.parametrize("point", ["sync.write", "file.replaced"])
def test_a_server_that_is_started_anew_is_a_crash_like_any_other(
    server: PostgresServer, site: Site, point: str
) -> None:
    site.sync()
    site.type_area(3, "typed before")
    before = site.path.read_bytes()

    def restart(name: str) -> None:
        if name == point:
            server.restart()

    with pytest.raises(Busy) as stop:
        site.sync(restart)
    assert stop.value.key == "ledger.server_lost"
    if point == "sync.write":
        assert site.path.read_bytes() == before, "without the lock nothing is written"
    site.sync()
    site.check_after_a_good_run()
    assert not site.sync().changed


def test_an_older_schema_is_brought_up_to_date(server: PostgresServer, nights: Nights) -> None:
    nights.night()
    place = place_of(nights.keeper)
    database = place.server.url.rpartition("/")[2]
    with Ledger(place) as ledger:
        as_before(ledger, 1)
    nights.rows()[0][3] = "Kerkstraat 12"
    assert nights.night().changed and not nights.night().changed
    with Ledger(place, reads_only=True) as ledger:
        assert len(ledger.runs()) == 2 and len(ledger.texts("stamps", "after")) == 2
    server.ask("UPDATE trustbook.ledgers SET version = 99", database)
    with pytest.raises(SafetyStop) as stop:
        nights.night()
    assert stop.value.key == "ledger.newer"


# --- what the server complains of


def test_a_server_that_is_away_or_refuses(server: PostgresServer, nights: Nights) -> None:
    nights.night()
    url = shelf_of(nights.keeper).server.url
    shown = shelf_of(nights.keeper).server.shown
    cases: list[tuple[str, type[TrustbookError], str]] = [
        (url.replace(str(server.port), "1"), Busy, "ledger.server_away"),
        (url.replace(PASSWORD, "wr0ng"), NoAccess, "ledger.server_refused"),
        (url.replace(f":{PASSWORD}", ""), NoAccess, "ledger.server_refused"),
        (url.replace("/book", "/nobook"), UsageError, "ledger.no_database"),
        (server.new_database(ready=False), UsageError, "ledger.not_made"),
        ("postgresql://u:s3cr3t-w0rd@[host/x", UsageError, "ledger.server_address"),
        ("postgresql://u:s3cr3t-w0rd/x@127.0.0.1:1/x", UsageError, "ledger.server_address"),
        ("postgresql://u:x@s3cr3t-w0rd@127.0.0.1:1/x", UsageError, "ledger.server_address"),
        ("postgresql://u:x?s3cr3t-w0rd@127.0.0.1:1/x", UsageError, "ledger.server_address"),
        ("postgresql://u:x@127.0.0.1:s3cr3t-w0rd/x", UsageError, "ledger.server_address"),
        ("mysql://u:s3cr3t-w0rd@host/x", UsageError, "ledger.no_server"),
    ]
    for address, kind, key in cases:
        with pytest.raises(kind) as stop:
            nights.night(keeper=locator_for(address))
        assert stop.value.key == key
        for lang in ("en", "nl"):
            sentence = stop.value.sentence(lang)
            assert PASSWORD not in sentence and "wr0ng" not in sentence
    assert PASSWORD not in shown and shown.startswith("postgresql://trustbook@127.0.0.1:")


@pytest.mark.parametrize(
    ("code", "kind", "key"),
    [
        ("55P03", Busy, "ledger.busy"),
        ("57P01", Busy, "ledger.server_lost"),
        ("53300", Busy, "ledger.server_lost"),
        ("25006", NoAccess, "ledger.server_refused"),
        ("53100", TrustbookError, "ledger.server_no_room"),
        ("XX000", TrustbookError, "ledger.failed"),
    ],
)
def test_what_the_server_complains_of_is_said(
    code: str, kind: type[TrustbookError], key: str
) -> None:
    opened = SimpleNamespace(broken=False, closed=False)
    told = SimpleNamespace(message_primary="its first words")
    fault = SimpleNamespace(sqlstate=code, diag=told)
    connection = PostgresConnection(opened, "postgresql://db/book")  # type: ignore[arg-type]
    found = connection._sentence(fault)
    assert type(found) is kind and found.key == key
    assert "postgresql://db/book" in found.sentence("nl")


@pytest.mark.parametrize(
    ("url", "shown", "to_all"),
    [
        ("postgresql://u:p%40ss@db:5433/x", "postgresql://u@db:5433/x", "postgresql://db:5433/x"),
        ("postgres://db/x?user=u&password=p", "postgresql://u@db/x", "postgresql://db/x"),
        ("postgresql:///x?host=/run/pg", "postgresql:///x?host=/run/pg",
         "postgresql:///x?host=/run/pg"),
        ("postgresql:///x?host=/run/pg&port=5433", "postgresql:///x?host=/run/pg&port=5433",
         "postgresql:///x?host=/run/pg&port=5433"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_its_password(url: str, shown: str, to_all: str) -> None:
    server = LedgerServer(url)
    assert (server.shown, server.shown_to_all) == (shown, to_all)
    assert ServerShelf(server, Path()).warning() is None


def test_a_user_without_the_rights_is_refused(server: PostgresServer) -> None:
    url = server.new_database(ready=False)
    server.ask(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(NoAccess) as stop:
        LedgerServer(url.replace("//trustbook:", "//guest:")).make_directory()
    assert stop.value.key == "ledger.server_refused"
    assert "permission denied" in str(stop.value)


def test_the_password_may_stand_in_a_file(
    nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.night()
    path = tmp_path / "pgpass"
    path.write_text(f"127.0.0.1:*:*:trustbook:{PASSWORD}\n")
    path.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(path))
    shown = shelf_of(nights.keeper).server.shown
    assert not nights.night(keeper=keeper_at(shown, tmp_path / "memory")).changed


def test_without_the_library_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError) as stop:
        locator_for("postgresql://trustbook@localhost/trustbook")
    assert 'pip install "trustbook[postgres]"' in stop.value.sentence("nl")


# --- the memory is lost, and what is forgotten is gone


def test_a_database_that_is_lost_or_older_stops_the_run_and_the_remedy_works_as_typed(
    server: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    says = told_by(server, tmp_path, monkeypatch)
    make_book(tmp_path / "network.xlsx")
    assert says("sync") == 0
    with Ledger(place_of(locator_for(says.url)), reads_only=True) as ledger:
        before = all_lines(ledger)
    for table in ("places", "ledgers", "about"):
        server.ask(f"DROP TABLE trustbook.{table}", says.database)
    assert says("ledger", "init") == 0, "a database made anew under the same address"
    capsys.readouterr()
    assert says("sync") == 3
    told = capsys.readouterr().err
    assert "is gone: postgresql://trustbook@127.0.0.1" in told
    (copy,) = re.findall(r'trustbook ledger move "(.*?)"', told)
    for (name,) in server.ask("SELECT nspname FROM pg_namespace", says.database):
        if str(name).startswith("book_"):
            server.ask(f"DROP SCHEMA {name} CASCADE", says.database)
    assert says("ledger", "move", copy) == 0
    with Ledger(place_of(locator_for(says.url)), reads_only=True) as ledger:
        assert all_lines(ledger) == before
    assert says("sync") == 0
    settle(tmp_path, "elsewhere.ledger")
    assert says("sync") == 3
    assert "is kept in another place (postgresql://127.0.0.1" in capsys.readouterr().err


def test_what_is_forgotten_is_nowhere_in_the_database(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file of the server is looked through, but for the log by which it mends itself."""
    says = told_by(server, tmp_path, monkeypatch)
    make_book(tmp_path / "network.xlsx")
    assert says("sync") == 0
    server.ask("ANALYZE", says.database)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "other"))
    assert says("sync") == 0  # another computer has a copy, too
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    server.ask("CHECKPOINT")
    query = f"SELECT oid FROM pg_database WHERE datname = '{says.database}'"
    tables = server.data / "base" / str(server.ask(query)[0][0])
    assert found_in(tables) and found_in(tmp_path / "other")
    assert says("forget", "--person", "Fatima El Amrani", "--yes") == 0
    server.ask("CHECKPOINT")
    assert found_in(tables) == []
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "other"))
    assert says("sync") == 0
    assert found_in(tmp_path / "other") == [], "its copies go at its next run"


# --- from a file to a database and back


class Says:
    """Runs commands on a book whose memory is in a database; no output shows the password."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str] | None = None) -> None:
        self.url, self.database = url, url.rpartition("/")[2]

    def __call__(self, *words: str) -> int:
        return main([*words, "--today", TODAY.isoformat(), "--lang", "en"])


def told_by(server: PostgresServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    says = Says(server.new_database())
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(folder / "data"))
    settle(folder, says.url)
    return says


def settle(folder: Path, ledger: str) -> None:
    text = f"[book.net]\nworkbooks = ['network.xlsx']\nledger = '{ledger}'\n"
    (folder / "trustbook.toml").write_text(text, encoding="utf-8")


def test_every_command_and_there_and_back(
    server: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    says = told_by(server, tmp_path, monkeypatch)
    make_book(tmp_path / "network.xlsx")
    (tmp_path / "trustbook.toml").unlink()
    assert says("sync", "network.xlsx") == 0  # the memory is a file in the data folder
    file = next((tmp_path / "data").glob("*.ledger"))
    with Ledger(file, reads_only=True) as ledger:
        before = all_lines(ledger)
    assert says("ledger", "move", "network.xlsx", says.url) == 0
    out = capsys.readouterr().err
    assert "was moved to postgresql://trustbook@127.0.0.1" in out and "ledger = '" in out
    assert says("sync", "network.xlsx") == 3, "it went on nowhere"
    assert "Put this line in trustbook.toml" in capsys.readouterr().err
    assert b"fatima" not in file.read_bytes().lower(), "nothing is left at the old place"
    assert copies_of(file) == [] and len([*(tmp_path / "data").rglob("*-run-1.ledger")]) == 2
    settle(tmp_path, says.url)
    keeper = locator_for(says.url)
    with Ledger(place_of(keeper), reads_only=True) as ledger:
        assert all_lines(ledger) == before
    assert says("sync") == 0, "no other keeper is found"
    assert says("log", "--with", "GGD", "--topic", "a talk") == 0
    assert says("sync") == says("health") == says("check") == says("history") == 0
    assert says("restore", "--run", "1") == 0
    assert says("doctor") == 0
    told = capsys.readouterr()
    assert "PostgreSQL 1" in told.out
    with Ledger(place_of(keeper), reads_only=True) as ledger:
        before = all_lines(ledger)
    assert says("ledger", "move", "net", "back.ledger") == 0
    with Ledger(tmp_path / "back.ledger", reads_only=True) as ledger:
        assert all_lines(ledger) == before
        assert ledger.meta("moved_to") == ""
    with Ledger(place_of(keeper), moved_too=True) as left:
        assert not any(left.texts(table, "1") for table in TABLE_NAMES if table != "meta")
    settle(tmp_path, "back.ledger")
    assert says("sync") == says("sync") == 0
    told = capsys.readouterr()
    assert PASSWORD not in told.out + told.err
    shutil.rmtree(tmp_path / "data" / "locks")
    left_behind = [path.name for path in tmp_path.rglob("*") if path.suffix == ".tmp"]
    assert left_behind == []


def test_another_memory_is_not_written_over(
    server: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    says = told_by(server, tmp_path, monkeypatch)
    make_book(tmp_path / "network.xlsx")
    assert says("sync") == 0
    place = place_of(locator_for(says.url))
    (copy,) = copies_of(place.home)
    assert says("log", "--with", "GGD", "--topic", "a talk") == says("sync") == 0
    capsys.readouterr()
    assert says("ledger", "move", str(copy)) == 3
    assert "--accept 2" in capsys.readouterr().err
    assert says("ledger", "move", str(copy), "--accept", "2") == 0
    with Ledger(place, reads_only=True) as ledger, Ledger(copy, reads_only=True) as kept:
        assert all_lines(ledger) == all_lines(kept)
    assert says("ledger", "move", "net", "net") == 2
    assert says("ledger", "move", "nowhere.ledger", says.url) == 2
    assert says("ledger", "move") == says("ledger", "init", "a", "b") == 2


def test_init_tells_of_a_user_that_may_too_much(
    server: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = server.new_database(ready=False)
    assert main(["ledger", "init", url, "--lang", "en"]) == 0
    assert "is ready" in (once := capsys.readouterr().err) and "may do more" not in once
    boss = url.replace("//trustbook:", "//boss:")
    assert main(["ledger", "init", boss, "--json"]) == 0
    assert '"too_mighty": true' in capsys.readouterr().out


def test_a_memory_goes_to_the_file_that_was_named_whatever_it_is_called(
    tmp_path: Path, says: Callable[..., tuple[int, str, str]]
) -> None:
    make_book(tmp_path / "book.xlsx")
    settings = tmp_path / "trustbook.toml"
    settings.write_text('[book.b]\nworkbooks = ["book.xlsx"]\n', "utf-8")
    assert says("sync", "b")[0] == 0
    code, _, err = says("ledger", "move", "b", "nowhere")
    assert code == 2 and "from where to where" in err
    code, _, err = says("ledger", "move", "b", "memory.sqlite")
    assert code == 0 and (tmp_path / "memory.sqlite").is_file()
    assert f"ledger = '{tmp_path / 'memory.sqlite'}'" in " ".join(err.split())
    settings.write_text(settings.read_text("utf-8") + "ledger = 'memory.sqlite'\n", "utf-8")
    assert says("sync", "b")[0] == 0
